import { strained } from '../crystal/structure.ts';
import type { RelaxOutcome } from '../dynamics/relax.ts';
import { identity3 } from '../math/matrix3.ts';
import type { PropertyContext, RelaxedCrystal } from './context.ts';
import { relaxationTask } from './relaxation-task.ts';
import { sampleCell } from './samples.ts';

/**
 * The crystal at given volumes, ions and shape relaxed at each with the space group kept: the points of equations of
 * state and of quasiharmonic expansion. `ratios`: volumes relative to the relaxed one.
 */
export async function relaxAtVolumes(context: PropertyContext, relaxed: RelaxedCrystal, stage: string, ratios: readonly number[]): Promise<RelaxOutcome[]> {
  const { settings, tasks } = context;
  const { structure, symmetry } = relaxed.crystal;
  return tasks.all(
    stage,
    ratios.map((ratio) =>
      relaxationTask(settings, {
        structure: strained(structure, identity3().map((value) => Math.cbrt(ratio) * value)),
        operations: symmetry.operations,
        constraint: 'fixed-volume',
      }),
    ),
    { finished: (outcome) => { sampleCell(context, outcome); } },
  );
}

/** Mean of the normal stress with the sign of a pressure, GPa. */
export function pressureOf(outcome: RelaxOutcome): number {
  return -(outcome.stress[0]! + outcome.stress[1]! + outcome.stress[2]!) / 3;
}
