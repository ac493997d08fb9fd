/**
 * The few kinds of task, each a pure function `(input, potential) -> result`: synchronous, run by the engine in a
 * worker thread and by tests in place. The implementations live with their physics; this file is the table of them.
 */
import type { Structure } from '../contracts/structure.ts';
import type { Extrapolation, Potential, Spread } from '../potential/potential.ts';
import { displaceTask, type DisplaceInput, type DisplaceResult } from '../phonons/displacements.ts';
import { grueneisenTask, type GrueneisenInput, type GrueneisenResult } from '../phonons/grueneisen.ts';
import { modesTask, type ModesInput, type ModesResult } from '../phonons/modes-task.ts';
import { relaxTask, type RelaxInput, type RelaxOutcome, type RelaxStep } from '../dynamics/relax.ts';
import { strainTask, type StrainInput, type StrainResult } from '../properties/strain-response.ts';

export interface EvaluateInput {
  readonly structures: readonly Structure[];
  /** Also how far committees disagree and environments lie outside the training set. */
  readonly trust?: boolean;
}
export interface EvaluateResult {
  readonly evaluations: readonly {
    /** eV per cell */
    readonly energy: number;
    /** 3N, eV/Å */
    readonly forces: Float64Array;
    /** 6 in Voigt order, eV/Å³; null for a structure that does not repeat along all three axes */
    readonly stress: Float64Array | null;
    /** N, eV; null where the potential does not divide its energy among atoms */
    readonly energies: Float64Array | null;
    /** N, e; null where the potential has none */
    readonly charges: Float64Array | null;
    /** Null where it was not asked for, or the potential is no committee. */
    readonly spread: Spread | null;
    /** Null where it was not asked for, or the potential knows no training set. */
    readonly extrapolation: Extrapolation | null;
  }[];
}

function evaluateTask(input: EvaluateInput, potential: Potential): EvaluateResult {
  const copy = (values: Float64Array | undefined): Float64Array | null => (values ? Float64Array.from(values) : null);
  return {
    evaluations: input.structures.map((structure) => {
      const periodic = structure.periodic.every(Boolean);
      const trust = input.trust === true;
      const { energy, forces, stress, energies, charges, spread, extrapolation } = potential
        .bind(structure)
        .evaluate(structure.positions, structure.cell, { forces: true, stress: periodic, energies: true, spread: trust, extrapolation: trust });
      if (!forces) throw new Error(`the potential ${potential.card.name} gave no forces`);
      return {
        energy,
        forces: Float64Array.from(forces),
        stress: periodic ? copy(stress) : null,
        energies: copy(energies),
        charges: copy(charges),
        spread: spread ? { energy: spread.energy, forces: Float64Array.from(spread.forces) } : null,
        extrapolation: extrapolation
          ? { counts: Int32Array.from(extrapolation.counts), excess: Float64Array.from(extrapolation.excess), descriptor: Int32Array.from(extrapolation.descriptor) }
          : null,
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
  grueneisen: GrueneisenInput;
}
export interface TaskResults {
  evaluate: EvaluateResult;
  relax: RelaxOutcome;
  displace: DisplaceResult;
  strain: StrainResult;
  modes: ModesResult;
  grueneisen: GrueneisenResult;
}

/** Kinds that say how far they are, and how they say it. */
export interface TaskSteps {
  relax: RelaxStep;
}

/** `tell`: for whoever watches the task. */
type Compute<K extends keyof TaskInputs> = (input: TaskInputs[K], potential: Potential, tell?: (step: K extends keyof TaskSteps ? TaskSteps[K] : never) => void) => TaskResults[K];

export const taskKinds: { readonly [K in keyof TaskInputs]: Compute<K> } = {
  evaluate: evaluateTask,
  relax: relaxTask,
  displace: displaceTask,
  strain: strainTask,
  modes: modesTask,
  grueneisen: grueneisenTask,
};

/** Runs one task in place. `member`: which member of a committee computes it, in place of the committee's mean. */
export function runTask<K extends keyof TaskInputs>(kind: K, input: TaskInputs[K], potential: Potential, member?: number, tell?: Parameters<Compute<K>>[2]): TaskResults[K] {
  const chosen = member === undefined ? potential : potential.members?.[member];
  if (!chosen) throw new Error(`runTask: the potential ${potential.card.name} has no member ${String(member)}`);
  return taskKinds[kind](input, chosen, tell);
}
