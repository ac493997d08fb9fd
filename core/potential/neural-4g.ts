/**
 * High-dimensional neural network potentials of the fourth generation (Ko, Finkler, Goedecker & Behler, Nat. Commun. 12
 * (2021) 398). A second network per element gives the electronegativity χ_i of each atom; the charges Q that follow from
 * all χ by equilibration (`core/longrange/charge-equilibration.ts`) are the last input of the short-range network:
 *
 *   E = E_elec(Q) + Σ_i NN(G_i, Q_i)
 *
 * Any charge depends on every atom, so the energy has no finite range. Derivatives through the charges need one more
 * solution of the same linear system: with its response λ, network i contributes ∂NN/∂G_i + λ_i ∂χ_i/∂G_i.
 */
import type { PotentialCard } from '../contracts/card.ts';
import type { Structure } from '../contracts/structure.ts';
import type { CutoffType } from '../descriptors/cutoff-functions.ts';
import { chargeEquilibration, type ChargeModel } from '../longrange/charge-equilibration.ts';
import type { FeedForward } from '../network/feed-forward.ts';
import { angstromPer, electronvoltPer } from '../units/file-units.ts';
import type { MembersEvaluator } from './committee.ts';
import { bindEnvironments, createExtrapolation, createSums, type NeuralOptions } from './neural-environments.ts';
import { hardCutoffsOf, kinksOf, networksOf, type NeuralBasis, type NeuralDescription } from './neural.ts';
import type { Potential } from './potential.ts';
import { typesOf } from './species.ts';
import { evaluationOf } from './tally.ts';

/** Where the charges come from, in the units of the description; lists in the order of its elements. */
export interface EquilibrationDescription {
  /** Networks on the same scaled functions; energy per charge, not normalised. */
  readonly electronegativities: readonly FeedForward[];
  /** Energy per squared charge, not negative. */
  readonly hardness: Float64Array;
  /** Length: standard deviations of the Gaussian charges. */
  readonly widths: Float64Array;
  /** 4πε in E = q q'/(4πε r): 1 in bohr and hartree. */
  readonly fourPiEpsilon: number;
  /** Lengths, and the shape of the screening between them: 1 (cosine) or 4 to 8. */
  readonly screening: { readonly inner: number; readonly outer: number; readonly fall: CutoffType } | null;
}

/** `networks` have one input more than there are functions: the charge, last. */
export interface ChargedMember {
  readonly networks: readonly FeedForward[];
  readonly equilibration: EquilibrationDescription;
}

export type ChargedNeuralDescription = NeuralDescription & ChargedMember;

export function isCharged(description: NeuralDescription): description is ChargedNeuralDescription {
  return 'equilibration' in description;
}

/** Å, eV, e. */
export function chargeModelOf(units: NeuralBasis['units'], { widths, hardness, fourPiEpsilon, screening }: EquilibrationDescription): ChargeModel {
  const length = angstromPer[units.length], energy = electronvoltPer[units.energy];
  return {
    coulombConstant: (energy * length) / fourPiEpsilon,
    widths: widths.map((width) => width * length),
    hardness: hardness.map((value) => value * energy),
    screening: screening && { inner: screening.inner * length, outer: screening.outer * length, fall: screening.fall },
  };
}

/** As `kinksOf`, electronegativities included. */
export function chargedKinksOf(description: ChargedNeuralDescription): string[] {
  const charges = kinksOf({ ...description, networks: description.equilibration.electronegativities });
  return [...new Set([...kinksOf(description), ...charges])];
}

export interface ChargedOptions extends NeuralOptions {
  /** Of the Ewald sums, 1/Å, instead of the fastest one. */
  readonly splitting?: number;
}

/** Evaluates members that share one pass over the symmetry functions; each has charges of its own. */
export function bindChargedNetworks(basis: NeuralBasis, members: readonly ChargedMember[], name: string, { splitting, ...options }: ChargedOptions = {}): (structure: Structure) => MembersEvaluator {
  const models = members.map(({ equilibration }) => chargeModelOf(basis.units, equilibration));
  const bind = bindEnvironments(networksOf(basis, members.map(({ networks }) => networks), {
    electronegativities: members.map(({ equilibration }) => equilibration.electronegativities), slope: electronvoltPer[basis.units.energy], scale: basis.normalisation?.charge ?? 1,
  }), options);

  return (structure) => {
    const atoms = structure.species.length;
    const types = typesOf(structure, basis.elements, name);
    const system = { types, periodic: structure.periodic, cell: structure.cell, totalCharge: structure.totalCharge ?? 0 };
    const equilibrations = models.map((model) => chargeEquilibration(model, system, splitting));
    const environmentsAt = bind(types, structure.periodic);
    const sums = createSums(members.length, atoms);
    const extrapolation = createExtrapolation(atoms);
    const perMember = (): Float64Array[] => members.map(() => new Float64Array(atoms));
    const chi = perMember(), slopes = perMember();

    return {
      evaluate(positions, cell, want) {
        const derivatives = want.forces === true || want.stress === true;
        const environments = environmentsAt(positions, cell, members.length, false);
        environments.electronegativities(chi, want.extrapolation ? extrapolation : null);
        const charges = equilibrations.map((equilibration, m) => equilibration.equilibrate(positions, cell, chi[m]!));
        const potentials = equilibrations.map((equilibration) => equilibration.potentials());
        environments.energies(charges, sums.map(({ energies }) => energies), derivatives ? slopes : null);
        sums.forEach(({ energies }, m) => {
          for (let i = 0; i < atoms; i++) energies[i]! += 0.5 * charges[m]![i]! * potentials[m]![i]!;
        });
        if (derivatives) {
          const responses = equilibrations.map((equilibration, m) => {
            for (let i = 0; i < atoms; i++) slopes[m]![i]! += potentials[m]![i]!;
            return equilibration.respond(slopes[m]!);
          });
          environments.differentiate(charges, responses, sums);
          equilibrations.forEach((equilibration, m) => { equilibration.addDerivatives(sums[m]!.forces, sums[m]!.virial); });
        }
        return sums.map((each, m) => ({
          ...evaluationOf(each, structure, cell, want),
          charges: charges[m]!,
          ...(want.extrapolation && { extrapolation }),
        }));
      },
    };
  };
}

export function chargedNeuralPotential(description: ChargedNeuralDescription, card: PotentialCard, options: ChargedOptions = {}): Potential {
  const bind = bindChargedNetworks(description, [description], card.name, options);
  return {
    card,
    interactionRange: null,
    plainCutoffs: () => hardCutoffsOf(description),
    bind(structure) {
      const evaluator = bind(structure);
      return { evaluate: (positions, cell, want) => evaluator.evaluate(positions, cell, want)[0]! };
    },
  };
}
