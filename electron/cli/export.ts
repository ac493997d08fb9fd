/** `phonolite export`: a potential of networks as an n2p2 folder with LAMMPS input or as Phonolite's own file, an NEP as a nep.txt. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { refuse } from '../../core/contracts/messages.ts';
import { exportFormats, exportN2p2, exportNep, exportNeuralPotential, loadCore } from '../../core/index.ts';
import { coreBytes } from '../services/layout.ts';
import { potentialSource } from '../services/library.ts';
import { settingPairs } from '../services/requests.ts';
import { writeAtomic } from '../storage/atomic.ts';
import { withPathNow } from '../storage/failures.ts';

interface Options {
  readonly format: string;
  readonly set: readonly string[];
  readonly out: string;
}

export async function exportPotential(potential: string, { format, set, out }: Options): Promise<number> {
  const known = exportFormats.find((name) => name === format) ?? refuse('export.format', { format: format.slice(0, 80) });
  loadCore(coreBytes());
  const source = potentialSource(potential, settingPairs(set));
  if (known === 'phonolite') {
    await writeAtomic(out, exportNeuralPotential(source, shortName(out)));
  } else if (known === 'nep') {
    await writeAtomic(out, exportNep(source));
  } else {
    const { files, notes } = exportN2p2(source);
    const taken = existsSync(out) && (!withPathNow(out, () => statSync(out)).isDirectory() || withPathNow(out, () => readdirSync(out)).length > 0);
    if (taken) refuse('export.exists', { path: out });
    for (const { name, text } of files) {
      const path = join(out, name);
      withPathNow(out, () => mkdirSync(dirname(path), { recursive: true }));
      await writeAtomic(path, text);
    }
    for (const note of notes) process.stderr.write(`${note.sentence}\n`);
  }
  process.stdout.write(`${out}\n`);
  return 0;
}

/** What a potential file may be called: letters, digits, ".", "_" and "-". */
function shortName(path: string): string {
  return basename(path).replace(/\.json$/, '').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'potential';
}
