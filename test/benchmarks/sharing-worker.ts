/** A thread of `sharing.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadCore } from '../../core/index.ts';
import { createTeam, lanesUsed, type Invitation } from '../../electron/engine/team.ts';
import { coreBytes } from '../../electron/services/layout.ts';
import type { Evaluator } from '../../core/potential/potential.ts';
import type { Structure } from '../../core/contracts/structure.ts';
import { nepPotential } from '../../core/potential/nep.ts';
import { microsecondsPerAtom } from './evaluations.ts';
import { closePacked, unepModel } from './nep.ts';
import { baseOf, copiesOf, descriptionOf, neuralCases, potentialOf, type NeuralCase } from './neural.ts';
import type { Answer, Question, Workload } from './sharing.ts';

const { workload, lanes: most } = workerData as { workload: Workload; lanes: number };
const answer = (said: Answer): void => { parentPort!.postMessage(said); };
let invited: Invitation | null = null;
const team = most > 1 ? createTeam(most, (invitation) => {
  invited = invitation ?? invited;
  answer({ invitation });
}) : null;
loadCore({ ...coreBytes(), team });

function prepare(): { structure: Structure; evaluator: Evaluator } {
  if (workload.kind === 'neuroevolution') {
    const structure = closePacked(workload.cells, ['Cu']);
    return { structure, evaluator: nepPotential(unepModel(), 'UNEP-v1 shape').bind(structure) };
  }
  const one: NeuralCase = neuralCases[workload.name as keyof typeof neuralCases];
  const structure = copiesOf(baseOf(one), workload.copies);
  return { structure, evaluator: potentialOf(descriptionOf(one)).bind(structure) };
}

const { structure, evaluator } = prepare();
const evaluate = (positions: Float64Array): void => { evaluator.evaluate(positions, structure.cell, { forces: true, stress: true }); };
evaluate(structure.positions);
parentPort!.on('message', (question: Question) => {
  if ('rounds' in question) {
    for (let k = 0; k < question.rounds; k++) evaluate(structure.positions);
    answer({ done: true });
    return;
  }
  // Helpers need some tenths of a second to be there.
  for (const end = performance.now() + 5000; invited && lanesUsed(invited) < question.lanes && performance.now() < end;) evaluate(structure.positions);
  answer({ cost: microsecondsPerAtom(structure, evaluate) });
});
answer({ atoms: structure.species.length });
