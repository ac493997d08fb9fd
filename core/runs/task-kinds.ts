/**
 * The few kinds of task, each a pure function `(input, potential) -> result`: synchronous, run by the engine in a
 * worker thread and by tests in place. The implementations live with their physics; this file is the table of them.
 */
import type { Structure } from '../contracts/structure.ts';
import type { Potential } from '../potential/potential.ts';
import { displaceTask, type DisplaceInput, type DisplaceResult } from '../phonons/displacements.ts';
import { modesTask, type ModesInput, type ModesResult } from '../phonons/modes-task.ts';
import { relaxTask, type RelaxInput, type RelaxOutcome } from '../dynamics/relax.ts';
import { strainTask, type StrainInput, type StrainResult } from '../properties/strain-response.ts';

export interface EvaluateInput {
  readonly structures: readonly Structure[];
}
export interface EvaluateResult {
  readonly evaluations: readonly {
    readonly energy: number;
    readonly forces: Float64Array;
    readonly stress: Float64Array;
    readonly energies: Float64Array;
    readonly charges: Float64Array | null;
  }[];
}

function evaluateTask(input: EvaluateInput, potential: Potential): EvaluateResult {
  return {
    evaluations: input.structures.map((structure) => {
      const result = potential.bind(structure).evaluate(structure.positions, structure.cell, { forces: true, stress: true, energies: true });
      const zeros = new Float64Array(structure.positions.length);
      return {
        energy: result.energy,
        forces: Float64Array.from(result.forces ?? zeros),
        stress: Float64Array.from(result.stress ?? new Float64Array(6)),
        energies: Float64Array.from(result.energies ?? new Float64Array(structure.species.length)),
        charges: result.charges ? Float64Array.from(result.charges) : null,
      };
    }),
  };
}

export interface TaskInputs {
  evaluate: EvaluateInput;
  relax: RelaxInput;
  displace: DisplaceInput;
  strain: StrainInput;
  modes: ModesInput;
}
export interface TaskResults {
  evaluate: EvaluateResult;
  relax: RelaxOutcome;
  displace: DisplaceResult;
  strain: StrainResult;
  modes: ModesResult;
}

export const taskKinds: { readonly [K in keyof TaskInputs]: (input: TaskInputs[K], potential: Potential) => TaskResults[K] } = {
  evaluate: evaluateTask,
  relax: relaxTask,
  displace: displaceTask,
  strain: strainTask,
  modes: modesTask,
};
