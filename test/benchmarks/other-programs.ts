/** The field's own programs, where this machine has them, and the figures recorded beside the checkout, where they lie there. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Debian's Python, which sees Debian's `python3-phonopy`. */
const debianPython = '/usr/bin/python3';

const answers = (command: string, parameters: readonly string[]): boolean => spawnSync(command, parameters).status === 0;

/** A Python that imports phonopy, or null. */
export const python: string | null = answers(debianPython, ['-c', 'import phonopy']) ? debianPython : null;

/** LAMMPS' executable, or null. */
export const lammps: string | null = answers('lmp', ['-help']) ? 'lmp' : null;

/** Debian's `lammps-data`: parameter files of published potentials. */
export const lammpsPotentials = '/usr/share/lammps/potentials';

const references = fileURLToPath(new URL('../../../shared/reference/properties', import.meta.url));

/** A file of the recorded references, or null. */
export function reference(path: string): string | null {
  const file = `${references}/${path}`;
  return existsSync(file) ? file : null;
}

/** Recorded figures as JSON, or null. */
export function recorded(path: string): unknown {
  const file = reference(path);
  return file === null ? null : JSON.parse(readFileSync(file, 'utf8'));
}

/** One thread each, as ours. */
export const singleThread = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };

/** Standard output of a program that must succeed. */
export function outputOf(command: string, parameters: readonly string[], folder?: string): string {
  const run = spawnSync(command, parameters, { encoding: 'utf8', env: singleThread, maxBuffer: 1 << 28, ...(folder !== undefined && { cwd: folder }) });
  if (run.status !== 0) throw new Error(`${command} ${parameters.join(' ')} failed: ${run.stderr || run.stdout.slice(-2000)}`);
  return run.stdout;
}
