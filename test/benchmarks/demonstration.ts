/** The MgO demonstration through the built command line on two cores: time on the clock, property by property. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../../core/contracts/events.ts';
import type { Row, Section } from './section.ts';

export const program = fileURLToPath(new URL('../../out/cli/phonolite.js', import.meta.url));
const properties = ['relaxation', 'elasticity', 'phonons', 'expansion'];

/** Seconds, DESIGN section 7 and the issue's. */
export const budget = { demonstration: 60, report: 3, reportBytes: 5e6 };

export interface Demonstration {
  readonly status: number | null;
  /** Seconds from the start of the program to its end. */
  readonly seconds: number;
  /** Seconds on the clock from the end of the property before (of the run's start) to its own end. */
  readonly parts: readonly { readonly name: string; readonly seconds: number }[];
  readonly reportBytes: number;
  readonly stderr: string;
}

/** Runs in `folder`, which must not exist. On machines with more than two cores the program is held to two where `taskset` is there. */
export function demonstrate(folder: string): Demonstration {
  const command = [program, 'run', 'mgo', '--potential', 'mgo-lewis-catlow', ...properties.flatMap((name) => ['--property', name]), '--accuracy', 'standard', '--threads', '2', '--out', folder];
  const held = availableParallelism() > 2 && spawnSync('taskset', ['--version']).status === 0;
  const begin = Date.now();
  const run = held ? spawnSync('taskset', ['-c', '0,1', process.execPath, ...command], { encoding: 'utf8' }) : spawnSync(process.execPath, command, { encoding: 'utf8' });
  const seconds = (Date.now() - begin) / 1000;
  const parts: { name: string; seconds: number }[] = [];
  let last = begin;
  const part = (name: string, at: number): void => {
    parts.push({ name, seconds: (at - last) / 1000 });
    last = at;
  };
  if (run.status === 0) {
    const events = readFileSync(join(folder, 'events.ndjson'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as RunEvent);
    for (const event of events) {
      if (event.type === 'run-started') part('start of the program', Date.parse(event.at));
      if (event.type === 'property-finished') part(event.property, Date.parse(event.at));
      if (event.type === 'run-finished') part('files of the run', Date.parse(event.at));
    }
    part('report', begin + 1000 * seconds);
  }
  const report = join(folder, 'report.html');
  return { status: run.status, seconds, parts, reportBytes: existsSync(report) ? statSync(report).size : 0, stderr: run.stderr };
}

export function demonstrationSection(): Section {
  if (!existsSync(program)) throw new Error('The folder out/ is missing: run "npm run build" first.');
  const base = mkdtempSync(join(tmpdir(), 'phonolite-bench-'));
  try {
    const { status, seconds, parts, reportBytes, stderr } = demonstrate(join(base, 'run'));
    if (status !== 0) throw new Error(`The demonstration ended with status ${String(status)}: ${stderr}`);
    const row = (name: string, ours: number, theirs: number | null = null, unit = 's'): Row => ({ name, ours, theirs, unit });
    return {
      title: 'MgO demonstration (relaxation, elasticity, phonons, expansion, standard) through the command line: time on the clock',
      other: 'budget',
      rows: [
        row('all', seconds, budget.demonstration),
        ...parts.map(({ name, seconds: each }) => row(`  ${name}`, each, name === 'report' ? budget.report : null)),
        row('size of the report', reportBytes / 1e6, budget.reportBytes / 1e6, 'MB'),
      ],
      notes: [`Two worker threads; load of the machine ${loadavg()[0]!.toFixed(1)} on ${String(availableParallelism())} cores.`],
    };
  } finally {
    rmSync(base, { recursive: true });
  }
}
