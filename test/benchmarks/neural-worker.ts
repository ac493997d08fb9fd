/** A thread of `neural.ts`: evaluates one of its cases as often as each message says. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadCore } from '../../core/index.ts';
import { coreBytes } from '../../electron/services/layout.ts';
import { baseOf, copiesOf, descriptionOf, neuralCases, potentialOf } from './neural.ts';

loadCore(coreBytes());
const one = neuralCases[workerData as keyof typeof neuralCases];
const structure = copiesOf(baseOf(one), one.copies);
const evaluator = potentialOf(descriptionOf(one)).bind(structure);
const evaluate = (rounds: number): void => { for (let k = 0; k < rounds; k++) evaluator.evaluate(structure.positions, structure.cell, { forces: true, stress: true }); };
evaluate(2);
parentPort!.on('message', (rounds: number) => {
  evaluate(rounds);
  parentPort!.postMessage(structure.species.length);
});
parentPort!.postMessage(structure.species.length);
