/** Energy, forces, stress and charges of many structures, and the two files they are written to. */
import { availableParallelism } from 'node:os';
import type { PotentialSource } from '../../core/contracts/card.ts';
import type { Structure } from '../../core/contracts/structure.ts';
import { loadPotential, runTask, writeExtendedXyz, type EvaluateResult } from '../../core/index.ts';
import { Helpers } from '../engine/helpers.ts';
import { TaskRunner } from '../engine/task-runner.ts';
import { workerThreads } from '../engine/worker-handle.ts';

export type Evaluated = EvaluateResult['evaluations'][number];

/** Atoms per task: some tenths of a second for the potentials at hand. Below that much work threads do not pay their start. */
const atomsPerTask = 4000;

export async function evaluateStructures(structures: readonly Structure[], source: PotentialSource, threads = availableParallelism()): Promise<Evaluated[]> {
  const groups = inGroups(structures);
  const atoms = structures.reduce((sum, { species }) => sum + species.length, 0);
  if (groups.length === 1 && (threads === 1 || atoms < atomsPerTask)) return [...runTask('evaluate', { structures, trust: true }, loadPotential(source)).evaluations];
  let serial = 0;
  const helpers = new Helpers();
  const runner = new TaskRunner({
    threads, spawn: workerThreads(source, helpers, threads), helpers, store: { get: () => null, put: () => undefined },
    keyOf: () => String(++serial), emit: () => undefined, clock: () => performance.now(), time: () => new Date().toISOString(),
  });
  try {
    const results = await runner.tasksOf('evaluate').all('Structures', groups.map((group) => ({ kind: 'evaluate' as const, input: { structures: group, trust: true } })));
    return results.flatMap(({ evaluations }) => evaluations);
  } finally {
    runner.close();
  }
}

/** Consecutive structures with at least `atomsPerTask` atoms together. */
function inGroups(structures: readonly Structure[]): Structure[][] {
  const groups: Structure[][] = [];
  let atoms = Number.POSITIVE_INFINITY;
  for (const structure of structures) {
    if (atoms >= atomsPerTask) {
      groups.push([]);
      atoms = 0;
    }
    groups.at(-1)?.push(structure);
    atoms += structure.species.length;
  }
  return groups;
}

function triples(flat: Float64Array): number[][] {
  return Array.from({ length: flat.length / 3 }, (_, i) => Array.from(flat.subarray(3 * i, 3 * i + 3)));
}

/**
 * eV, eV/Å, eV/Å³ (xx yy zz yz xz xy, tension positive), e, in the precision they were computed in. Of a committee also the
 * standard deviations of the energy and, per atom, of the force vector; of networks, per atom, how many descriptors lie
 * outside the range of the training set and by how many widths of that range the farthest.
 */
export function evaluationsAsJson(evaluated: readonly Evaluated[]): string {
  const items = evaluated.map(({ energy, forces, stress, energies, charges, spread, extrapolation }) => ({
    energy,
    forces: triples(forces),
    stress: stress && Array.from(stress),
    ...(charges && { charges: Array.from(charges) }),
    ...(energies && { energies: Array.from(energies) }),
    ...(spread && { energySpread: spread.energy, forceSpread: Array.from(spread.forces) }),
    ...(extrapolation && { extrapolation: { counts: Array.from(extrapolation.counts), excess: Array.from(extrapolation.excess) } }),
  }));
  return `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]\n`;
}

/** The same; spread and extrapolation in the key `energy_spread` and the columns `force_spread`, `extrapolations`, `extrapolation_excess`. */
export function evaluationsAsExtendedXyz(structures: readonly Structure[], evaluated: readonly Evaluated[]): string {
  return writeExtendedXyz(
    evaluated.map(({ energy, forces, stress, charges, spread, extrapolation }, i) => ({
      structure: structures[i] as Structure,
      labels: {
        energy, forces, ...(stress && { stress }), ...(charges && { charges }),
        columns: new Map<string, Float64Array | Int32Array>([
          ...(spread ? [['force_spread', spread.forces] as const] : []),
          ...(extrapolation ? [['extrapolations', extrapolation.counts] as const, ['extrapolation_excess', extrapolation.excess] as const] : []),
        ]),
        ...(spread && { info: new Map([['energy_spread', String(spread.energy)]]) }),
      },
    })),
  );
}
