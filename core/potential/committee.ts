import type { PotentialCard } from '../contracts/card.ts';
import type { Structure } from '../contracts/structure.ts';
import type { Evaluation, Extrapolation, Potential, Spread, Want } from './potential.ts';

/** Evaluates all members of a committee at one geometry. Arrays belong to it and are overwritten by its next call. */
export interface MembersEvaluator {
  evaluate(positions: Float64Array, cell: Float64Array, want: Want): readonly Evaluation[];
  /** Their mean alone, where it costs less than all of them. */
  mean?(positions: Float64Array, cell: Float64Array, want: Want): Evaluation;
}

/**
 * A committee: several potentials trained on the same data from different starts. Energy, forces and stress are the means
 * of its members'; their disagreement says how far the mean can be trusted (Schran, Brezina & Marsalek, J. Chem. Phys.
 * 153 (2020) 104105). `bindMembers`: evaluates all members at once where they share work (one pass over descriptors);
 * without it they are evaluated one after the other.
 */
export function committeePotential(members: readonly Potential[], card: PotentialCard, bindMembers: (structure: Structure) => MembersEvaluator = oneByOne(members)): Potential {
  if (members.length < 2) throw new Error(`committeePotential: ${String(members.length)} member is no committee`);
  const ranges = members.map(({ interactionRange }) => interactionRange);
  return {
    card,
    members,
    interactionRange: ranges.includes(null) ? null : Math.max(...(ranges as number[])),
    plainCutoffs: () => members.flatMap((member) => member.plainCutoffs?.() ?? []),
    collapseRadii: () => members.flatMap((member) => member.collapseRadii?.() ?? []),
    ...(members.every(({ sharedBy }) => sharedBy) && { sharedBy: (atoms: number) => Math.min(...members.map((member) => member.sharedBy!(atoms))) }),
    bind(structure) {
      const evaluator = bindMembers(structure);
      const atoms = structure.species.length;
      const means = { forces: new Float64Array(3 * atoms), stress: new Float64Array(6), energies: new Float64Array(atoms), charges: new Float64Array(atoms), virials: new Float64Array(9 * atoms) };
      const spreadForces = new Float64Array(atoms);
      const farthest: Extrapolation = { counts: new Int32Array(atoms), excess: new Float64Array(atoms), descriptor: new Int32Array(atoms) };
      return {
        evaluate(positions, cell, want) {
          if (!want.spread && evaluator.mean) return evaluator.mean(positions, cell, want);
          const all = evaluator.evaluate(positions, cell, want.spread ? { ...want, forces: true } : want);
          const first = all[0]!;
          const energy = all.reduce((sum, each) => sum + each.energy, 0) / all.length;
          const mean = (key: keyof typeof means): Float64Array | undefined => (first[key] ? averageInto(means[key], all.map((each) => each[key]!)) : undefined);
          const forces = mean('forces'), stress = mean('stress'), energies = mean('energies'), charges = mean('charges'), virials = mean('virials');
          return {
            energy,
            ...(forces && { forces }),
            ...(stress && { stress }),
            ...(energies && { energies }),
            ...(charges && { charges }),
            ...(virials && { virials }),
            ...farthestOf(all, farthest),
            ...(want.spread && forces && { spread: spreadOf(all, energy, forces, spreadForces) }),
          };
        },
      };
    },
  };
}

function oneByOne(members: readonly Potential[]): (structure: Structure) => MembersEvaluator {
  return (structure) => {
    const evaluators = members.map((member) => member.bind(structure));
    return { evaluate: (positions, cell, want) => evaluators.map((evaluator) => evaluator.evaluate(positions, cell, want)) };
  };
}

function averageInto(out: Float64Array, arrays: readonly Float64Array[]): Float64Array {
  out.fill(0);
  for (const array of arrays) for (let i = 0; i < out.length; i++) out[i]! += array[i]! / arrays.length;
  return out;
}

/** Members trained on other sets have other ranges: of each atom, the member speaks that it leaves farthest. */
function farthestOf(all: readonly Evaluation[], out: Extrapolation): { extrapolation?: Extrapolation } {
  const known = [...new Set(all.flatMap(({ extrapolation }) => extrapolation ?? []))];
  if (known.length < 2) return known.length === 0 ? {} : { extrapolation: known[0]! };
  for (let i = 0; i < out.excess.length; i++) {
    const { counts, excess, descriptor } = known.reduce((most, each) => (each.excess[i]! > most.excess[i]! ? each : most));
    out.counts[i] = counts[i]!;
    out.excess[i] = excess[i]!;
    out.descriptor[i] = descriptor[i]!;
  }
  return { extrapolation: out };
}

function spreadOf(all: readonly Evaluation[], energy: number, forces: Float64Array, out: Float64Array): Spread {
  const degrees = all.length - 1;
  out.fill(0);
  for (const each of all) {
    for (let i = 0; i < forces.length; i++) out[Math.floor(i / 3)]! += (each.forces![i]! - forces[i]!) ** 2 / degrees;
  }
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(out[i]!);
  return { energy: Math.sqrt(all.reduce((sum, each) => sum + (each.energy - energy) ** 2, 0) / degrees), forces: out };
}
