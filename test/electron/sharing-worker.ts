/** A thread of `sharing.test.ts`: evaluates a case until as many threads as wanted took part, and says what came out and what twenty more of it hold. */
import { parentPort } from 'node:worker_threads';
import { loadCore } from '../../core/index.ts';
import { createTeam, lanesUsed, type Invitation } from '../../electron/engine/team.ts';
import { coreBytes } from '../../electron/services/layout.ts';
import { sharedCases, structureOf, type SharedCase } from './sharing-cases.ts';

let invited: Invitation | null = null, used = 0;
const created = createTeam(3, (invitation) => {
  invited = invitation ?? invited;
  parentPort!.postMessage({ invitation });
});
const team: typeof created = {
  ...created,
  run(...call) {
    created.run(...call);
    used = Math.max(used, lanesUsed(invited!));
  },
};
loadCore({ ...coreBytes(), team });

parentPort!.on('message', ({ name, lanes }: { name: keyof typeof sharedCases; lanes: number }) => {
  const one: SharedCase = sharedCases[name];
  const structure = structureOf(one);
  const evaluator = one.potential(false).bind(structure);
  used = 0;
  let evaluation = evaluator.evaluate(structure.positions, structure.cell, one.want);
  // Helpers need some tenths of a second to be there.
  for (const end = performance.now() + 20_000; used < lanes && performance.now() < end;) evaluation = evaluator.evaluate(structure.positions, structure.cell, one.want);
  const found = structuredClone(evaluation);
  const before = process.memoryUsage().external, rounds = 20;
  for (let k = 0; k < rounds; k++) evaluator.evaluate(structure.positions, structure.cell, { forces: true });
  const held = (process.memoryUsage().external - before) / rounds;
  team.dismiss();
  parentPort!.postMessage({ found, used, held });
});
