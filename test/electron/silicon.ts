/** A silicon run small enough for every test, and the comparison of results that leaves out when and on how many threads. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCore } from '../../core/index.ts';
import type { Result } from '../../core/contracts/results.ts';
import type { RunStart } from '../../electron/engine/protocol.ts';
import { coreBytes } from '../../electron/services/layout.ts';
import { prepareRequest, type CommandWish } from '../../electron/services/requests.ts';

/** Conventional diamond cell, not at its minimum, so that there is something to relax. */
export const siliconPoscar = `silicon
5.5
1 0 0
0 1 0
0 0 1
Si
8
Direct
0 0 0
0 0.5 0.5
0.5 0 0.5
0.5 0.5 0
0.25 0.25 0.25
0.25 0.75 0.75
0.75 0.25 0.75
0.75 0.75 0.25
`;

/** A place for many small files: in memory where the system offers that, so that the disk is not what is measured. */
export const memoryFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export function temporaryFolder(place = tmpdir()): { path: string; remove: () => void } {
  const path = mkdtempSync(join(place, 'phonolite-test-'));
  return { path, remove: () => { rmSync(path, { recursive: true, force: true }); } };
}

/** A run of silicon ready to start in `folder`; its input lies in `inputs`. */
export function siliconRun(inputs: string, folder: string, wish: Partial<CommandWish> = {}, threads = 2): RunStart {
  const structure = join(inputs, 'silicon.vasp');
  writeFileSync(structure, siliconPoscar);
  loadCore(coreBytes());
  const prepared = prepareRequest({
    structure, potential: 'si-stillinger-weber', properties: ['eos', 'elasticity'], accuracy: 'quick', settings: [], device: 'auto', command: 'test', ...wish,
  });
  return { ...prepared, folder, threads, device: 'CPU' };
}

export function resultIn(folder: string): Result {
  return JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as Result;
}

/** Everything in `result.json` but times, threads and device, as text: equal texts are equal bits. */
export function physicsIn(folder: string): string {
  const { provenance, ...rest } = resultIn(folder);
  const { started: _started, finished: _finished, threads: _threads, device: _device, ...kept } = provenance;
  return JSON.stringify({ ...rest, provenance: kept });
}
