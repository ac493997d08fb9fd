import type { PotentialCard } from '../contracts/card.ts';
import { message, refuse } from '../contracts/messages.ts';
import type { Message } from '../contracts/quantity.ts';
import type { Structure } from '../contracts/structure.ts';
import { electrostaticSum } from '../longrange/ewald.ts';
import { ewaldDynamics } from '../longrange/ewald-dynamics.ts';
import { coulomb } from '../units/constants.ts';
import type { Evaluation, Evaluator, Potential } from './potential.ts';

/** Fixed point charges by element: E = ½ k Σ q_i q_j / r_ij over all periodic images. */
export interface CoulombOptions {
  /** e, by chemical symbol. */
  readonly charges: Readonly<Record<string, number>>;
  /** eV·Å/e²; CODATA 2018 unless the potential's reference fixes another (LAMMPS metal units: 14.399645). */
  readonly coulombConstant?: number;
  /** Relative accuracy of energies, forces, stresses and force constants; 1e-12 by default. */
  readonly accuracy?: number;
  readonly name?: string;
  readonly title?: string;
  readonly references?: readonly string[];
  readonly validFor?: string;
  readonly notShown?: string;
}

/** Below this a cell is neutral but for the rounding of its charges, e. */
const neutrality = 1e-9;

export function coulombPotential(options: CoulombOptions): Potential {
  const { charges, coulombConstant = coulomb, accuracy = 1e-12 } = options;
  const card: PotentialCard = {
    name: options.name ?? 'coulomb',
    title: options.title ?? 'Point charges, Ewald summation',
    kind: 'coulomb',
    elements: Object.keys(charges),
    cutoff: null,
    cutoffStyle: 'none',
    energyReference: 'ions at infinite distance from each other',
    references: ['P. P. Ewald, Ann. Phys. 369 (1921) 253, doi:10.1002/andp.19213690304', ...(options.references ?? [])],
    validFor: options.validFor ?? 'the electrostatic part of a model with fixed ionic charges',
    notShown: options.notShown ?? 'polarisation of the ions, charge transfer, short-range repulsion',
    limits: [
      'The ions are rigid: ε∞ = 1, LO too high, because no electrons screen the field of longitudinal optic modes.',
      'Conducting surroundings (tin-foil boundary): no surface term of the cell’s dipole.',
      'A cell with a net charge is neutralised by a uniform background.',
    ],
    charges: { ...charges },
    constants: { coulomb: `${coulombConstant} eV·Å` },
  };

  function chargesOf(structure: Structure): Float64Array {
    return Float64Array.from(structure.species, (element, i) => {
      if (!Object.hasOwn(charges, element)) {
        refuse('longrange.no-charge', { element, atom: i + 1, potential: card.name, known: Object.keys(charges).join(', ') });
      }
      return charges[element]!;
    });
  }

  return {
    card,
    interactionRange: null,
    bind(structure): Evaluator {
      const ionCharges = chargesOf(structure);
      const sum = electrostaticSum(ionCharges, structure.periodic, { coulombConstant, accuracy });
      const isPeriodic = structure.periodic[0];
      const energies = new Float64Array(ionCharges.length);
      return {
        evaluate(positions, cell, want): Evaluation {
          const result = sum.evaluate(positions, cell, {
            forces: want.forces === true,
            stress: want.stress === true,
            potentials: want.energies === true,
          });
          if (want.energies) {
            for (let i = 0; i < energies.length; i++) energies[i] = 0.5 * ionCharges[i]! * result.potentials[i]!;
          }
          return {
            energy: result.energy,
            charges: ionCharges,
            ...(want.forces && { forces: result.forces }),
            ...(want.stress && isPeriodic && { stress: result.stress }),
            ...(want.energies && { energies }),
          };
        },
      };
    },
    bindDynamics(structure) {
      return ewaldDynamics(structure, chargesOf(structure), { coulombConstant, accuracy });
    },
  };
}

/** The note that must stand beside results of a periodic cell whose charges do not add up to zero; null where they do. */
export function chargedCellNote(structure: Structure, charges: ArrayLike<number>): Message | null {
  let net = 0;
  for (let i = 0; i < charges.length; i++) net += charges[i]!;
  if (!structure.periodic.some((p) => p) || Math.abs(net) < neutrality) return null;
  return message('longrange.charged-cell', { charge: { value: net, unit: 'e' } });
}
