/** A hybrid potential: the sum of its parts, each an ordinary potential with its own neighbour lists. */
import type { PotentialCard } from '../contracts/card.ts';
import type { Evaluation, Extrapolation, Potential } from './potential.ts';

function addTo(target: Float64Array, source: Float64Array | undefined): void {
  if (!source) return;
  for (let k = 0; k < target.length; k++) target[k] = target[k]! + source[k]!;
}

export function sumPotential(parts: readonly Potential[], card: PotentialCard): Potential {
  const ranges = parts.map((part) => part.interactionRange);
  return {
    card,
    parts,
    interactionRange: ranges.some((range) => range === null) ? null : Math.max(...(ranges as number[])),
    plainCutoffs: () => parts.flatMap((part) => part.plainCutoffs?.() ?? []),
    collapseRadii: () => parts.flatMap((part) => part.collapseRadii?.() ?? []),
    bind(structure) {
      const evaluators = parts.map((part) => part.bind(structure));
      const atoms = structure.species.length;
      const forces = new Float64Array(3 * atoms), stress = new Float64Array(6), energies = new Float64Array(atoms), charges = new Float64Array(atoms);
      const virials = new Float64Array(9 * atoms);
      return {
        evaluate(positions, cell, want) {
          const evaluations: Evaluation[] = evaluators.map((evaluator) => evaluator.evaluate(positions, cell, want));
          for (const array of [forces, stress, energies, charges, virials]) array.fill(0);
          let energy = 0;
          for (const evaluation of evaluations) {
            energy += evaluation.energy;
            addTo(forces, evaluation.forces);
            addTo(stress, evaluation.stress);
            addTo(energies, evaluation.energies);
            addTo(charges, evaluation.charges);
            addTo(virials, evaluation.virials);
          }
          return {
            energy,
            ...(want.forces && { forces }),
            ...(want.stress && evaluations.every((evaluation) => evaluation.stress) && { stress }),
            ...(want.energies && { energies }),
            ...(evaluations.some((evaluation) => evaluation.charges) && { charges }),
            ...(evaluations.every((evaluation) => evaluation.virials) && { virials }),
            ...withExtrapolation(evaluations),
          };
        },
      };
    },
  };
}

/** Parts that know their training range are rare; where there are several, the one that the structure leaves farthest speaks. */
function withExtrapolation(evaluations: readonly Evaluation[]): { extrapolation?: Extrapolation } {
  const known = evaluations.flatMap(({ extrapolation }) => extrapolation ?? []);
  const farthest = (extrapolation: Extrapolation): number => extrapolation.excess.reduce((largest, excess) => Math.max(largest, excess), 0);
  return known.length > 0 ? { extrapolation: known.reduce((worst, each) => (farthest(each) > farthest(worst) ? each : worst)) } : {};
}
