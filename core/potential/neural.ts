/**
 * High-dimensional neural network potentials of the second generation (Behler & Parrinello, Phys. Rev. Lett. 98 (2007)
 * 146401): E = Σ_i E_i, one network per element on the symmetry functions of the atom's environment.
 */
import type { PotentialCard } from '../contracts/card.ts';
import type { Structure } from '../contracts/structure.ts';
import { continuousDerivatives, type Cutoff } from '../descriptors/cutoff-functions.ts';
import { scalingOf, type DescriptorStatistics, type ScalingSettings } from '../descriptors/scaling.ts';
import { requireSignedVolume } from '../descriptors/signed-volume.ts';
import type { SymmetryFunction } from '../descriptors/symmetry-functions.ts';
import { descriptorTables, type DescriptorTables } from '../descriptors/tables.ts';
import { piecesOf } from '../kernels/atoms.ts';
import { kernelModule } from '../kernels/kernels.ts';
import { activations } from '../network/activations.ts';
import type { FeedForward } from '../network/feed-forward.ts';
import { angstromPer, electronvoltPer, type EnergyUnit, type LengthUnit } from '../units/file-units.ts';
import type { MembersEvaluator } from './committee.ts';
import { bindEnvironments, createExtrapolation, createSums, type NeuralNetworks, type NeuralOptions } from './neural-environments.ts';
import type { Evaluation, Potential, Want } from './potential.ts';
import { typesOf } from './species.ts';
import { evaluationOf } from './tally.ts';

/** Training set brought to unit spread: E' = (E − N mean) energy, r' = r length, Q' = Q charge. */
export interface Normalisation {
  /** Energy per atom, in the description's unit. */
  readonly meanEnergy: number;
  /** 1/energy */
  readonly energy: number;
  /** 1/length; without effect on the second generation, whose functions do not change under a change of unit. */
  readonly length: number;
  /** 1/charge; null where the potential names none. */
  readonly charge: number | null;
}

/** What a potential of this kind has beside its networks, in the units that its files use. */
export interface NeuralBasis {
  readonly units: { readonly length: LengthUnit; readonly energy: EnergyUnit };
  /** Ascending atomic number; all lists below are in this order. */
  readonly elements: readonly string[];
  /** Shared by all Gaussian functions. */
  readonly cutoff: Cutoff;
  /** Per element, in the order of `sortedFunctions`. */
  readonly functions: readonly (readonly SymmetryFunction[])[];
  readonly scaling: ScalingSettings;
  readonly statistics: readonly DescriptorStatistics[];
  /** Energy of a free atom of each element, added to what the network gives. */
  readonly atomicEnergies: Float64Array;
  readonly normalisation: Normalisation | null;
}

/** Everything a potential of this kind consists of. */
export interface NeuralDescription extends NeuralBasis {
  readonly networks: readonly FeedForward[];
}

/** The tables of every element: lengths in Å. */
export function tablesOf({ functions, elements, cutoff, units }: NeuralBasis): DescriptorTables[] {
  return functions.map((own, e) => {
    for (const definition of own) if (definition.type === 'signed-volume') requireSignedVolume(definition, elements[e]!);
    return descriptorTables(own, elements, cutoff, angstromPer[units.length]);
  });
}

/** eV: a network's output times `slope`, plus the `constant` of its element. */
export function energyScale({ units, normalisation, atomicEnergies }: NeuralBasis): { slope: number; constants: Float64Array } {
  const unit = electronvoltPer[units.energy];
  return {
    slope: unit / (normalisation?.energy ?? 1),
    constants: atomicEnergies.map((energy) => unit * (energy + (normalisation?.meanEnergy ?? 0))),
  };
}

/** Where such an energy has no second derivatives, in words; empty where it is smooth. */
export function kinksOf({ elements, functions, networks, cutoff }: NeuralDescription): string[] {
  const kinks: string[] = [];
  elements.forEach((element, e) => {
    const kinked = [...new Set(networks[e]!.activations)].filter((name) => activations[name].kinked);
    if (kinked.length > 0) kinks.push(`the network of ${element} has the activation ${kinked.join(', ')}, whose slope jumps`);
    // (1 + λ cos θ)^ζ where it reaches zero: linearly in θ for |λ| > 1, quadratically for |λ| = 1.
    const sharp = functions[e]!.some((own) => 'lambda' in own && ((Math.abs(own.lambda) === 1 && own.zeta > 0 && own.zeta < 1) || (Math.abs(own.lambda) > 1 && own.zeta <= 1)));
    if (sharp) kinks.push(`an angular function of ${element} ends with a kink where 1 + λ cos θ reaches zero`);
    const gaussian = functions[e]!.some((own) => 'eta' in own);
    if (gaussian && continuousDerivatives(cutoff) < 0) kinks.push(`the functions of ${element} jump at a hard cutoff`);
  });
  return kinks;
}

/** Å: largest cutoff of any function. */
export function cutoffOf({ functions, units }: NeuralBasis): number {
  return Math.max(0, ...functions.flat().map((definition) => definition.cutoff)) * angstromPer[units.length];
}

/** Where functions jump, per pair of elements; empty where the cutoff function is smooth. */
export function hardCutoffsOf({ elements, functions, cutoff, units }: NeuralBasis): ReturnType<NonNullable<Potential['plainCutoffs']>> {
  if (cutoff.type !== 0) return [];
  return elements.flatMap((centre, e) => elements.flatMap((neighbour) => {
    const radii = new Set(functions[e]!.filter((own) => 'eta' in own && (own.neighbours.length === 0 || own.neighbours.includes(neighbour))).map((own) => own.cutoff));
    return [...radii].map((radius) => ({ elements: [centre, neighbour] as const, radius: radius * angstromPer[units.length] }));
  }));
}

/**
 * Evaluates several sets of networks on the same functions, which are computed once: one set is a potential, several are a
 * committee. What geometry costs is shared by their derivatives too (`Descriptor.vectorJacobian` of many sets of weights).
 */
export interface NetworksEvaluator extends MembersEvaluator {
  /** The mean over all sets, for the price of one: derivatives are those of the mean. */
  mean(positions: Float64Array, cell: Float64Array, want: Want): Evaluation;
}

/** What evaluators of such a potential are made from, whatever their members add to its functions. */
export function networksOf(basis: NeuralBasis, members: readonly (readonly FeedForward[])[], charged: NeuralNetworks['charged']): NeuralNetworks {
  return { tables: tablesOf(basis), scalings: basis.statistics.map((own) => scalingOf(basis.scaling, own)), statistics: basis.statistics, members, ...energyScale(basis), charged };
}

/** What all structures share. `members`: networks per element, several times. `name`: of the potential, for sentences. */
export function bindNetworks(basis: NeuralBasis, members: readonly (readonly FeedForward[])[], name: string, options: NeuralOptions = {}): (structure: Structure) => NetworksEvaluator {
  const bind = bindEnvironments(networksOf(basis, members, null), options);
  return (structure) => {
    const atoms = structure.species.length;
    const environmentsAt = bind(typesOf(structure, basis.elements, name), structure.periodic);
    const sums = createSums(members.length, atoms), mean = sums.slice(0, 1);
    const extrapolation = createExtrapolation(atoms);

    function evaluate(positions: Float64Array, cell: Float64Array, want: Want, used: typeof sums): Evaluation[] {
      const virials = want.virials === true, derivatives = want.forces === true || want.stress === true || virials;
      if (virials) for (const each of used) each.virials ??= new Float64Array(9 * atoms);
      environmentsAt(positions, cell, used.length, virials).fill(used, { derivatives, virials }, want.extrapolation ? extrapolation : null);
      return used.map((each) => ({
        ...evaluationOf(each, structure, cell, want),
        ...(virials && { virials: each.virials! }),
        ...(want.extrapolation && { extrapolation }),
      }));
    }

    return {
      evaluate: (positions, cell, want) => evaluate(positions, cell, want, sums),
      mean: (positions, cell, want) => evaluate(positions, cell, want, mean)[0]!,
    };
  };
}

export function neuralPotential(description: NeuralDescription, card: PotentialCard, options: NeuralOptions = {}): Potential {
  const bind = bindNetworks(description, [description.networks], card.name, options);
  return {
    card,
    // The energy of an atom couples any two of its neighbours.
    interactionRange: 2 * cutoffOf(description),
    plainCutoffs: () => hardCutoffsOf(description),
    ...(!options.reference && kernelModule('neural') && { sharedBy: piecesOf }),
    bind: (structure) => ({ evaluate: bind(structure).mean }),
  };
}
