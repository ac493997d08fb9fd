/**
 * High-dimensional neural network potentials of the second generation (Behler & Parrinello, Phys. Rev. Lett. 98 (2007)
 * 146401): E = Σ_i E_i, one network per element on the symmetry functions of the atom's environment. f64, plain reference.
 *
 * Forces and virials: ∂E_i/∂G by reverse mode through the network, then the vector-Jacobian product of the descriptor.
 */
import type { PotentialCard } from '../contracts/card.ts';
import type { Structure } from '../contracts/structure.ts';
import { createNeighbours, type NeighbourList } from '../crystal/neighbours.ts';
import { continuousDerivatives, type Cutoff } from '../descriptors/cutoff-functions.ts';
import { createDescriptor } from '../descriptors/descriptor.ts';
import { createEnvironment, gatherEnvironment, type Environment } from '../descriptors/environment.ts';
import { excessOf, scalingOf, type DescriptorStatistics, type ScalingSettings } from '../descriptors/scaling.ts';
import { requireSignedVolume } from '../descriptors/signed-volume.ts';
import type { SymmetryFunction } from '../descriptors/symmetry-functions.ts';
import { descriptorTables, type DescriptorTables } from '../descriptors/tables.ts';
import { neuralKernel, type NeuralKernel, type NeuralModel } from '../kernels/neural.ts';
import { activations } from '../network/activations.ts';
import { createNetworkState, forward, inputGradient, type FeedForward } from '../network/feed-forward.ts';
import { angstromPer, electronvoltPer, type EnergyUnit, type LengthUnit } from '../units/file-units.ts';
import type { MembersEvaluator } from './committee.ts';
import type { Evaluation, Extrapolation, Potential, Want } from './potential.ts';
import { skin } from './skin.ts';
import { typesOf } from './species.ts';
import { clearTally, createTally, evaluationOf, type Tally } from './tally.ts';

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

export function createExtrapolation(atoms: number): Extrapolation {
  return { counts: new Int32Array(atoms), excess: new Float64Array(atoms), descriptor: new Int32Array(atoms) };
}

/** What of atom i's functions lies outside the range of `statistics`. */
export function recordExtrapolation({ counts, excess: largest, descriptor }: Extrapolation, i: number, statistics: DescriptorStatistics, raw: Float64Array): void {
  counts[i] = 0;
  largest[i] = 0;
  descriptor[i] = -1;
  for (let k = 0; k < raw.length; k++) {
    const excess = excessOf(statistics, k, raw[k]!);
    if (excess === 0) continue;
    counts[i]!++;
    if (excess <= largest[i]!) continue;
    largest[i] = excess;
    descriptor[i] = k;
  }
}

/**
 * Evaluates several sets of networks on the same functions, which are computed once: one set is a potential, several are a
 * committee. What geometry costs is shared by their derivatives too (`Descriptor.vectorJacobian` of many sets of weights).
 */
export interface NetworksEvaluator extends MembersEvaluator {
  /** The mean over all sets, for the price of one: derivatives are those of the mean. */
  mean(positions: Float64Array, cell: Float64Array, want: Want): Evaluation;
}

export interface NeuralOptions {
  /** The plain TypeScript reference instead of a kernel. */
  readonly reference?: boolean;
}

/** What all structures share. `members`: networks per element, several times. `name`: of the potential, for sentences. */
export function bindNetworks(basis: NeuralBasis, members: readonly (readonly FeedForward[])[], name: string, options: NeuralOptions = {}): (structure: Structure) => NetworksEvaluator {
  const model: NeuralModel = { tables: tablesOf(basis), scalings: basis.statistics.map((own) => scalingOf(basis.scaling, own)), members, ...energyScale(basis) };
  let kernel: NeuralKernel | null = null;
  return (structure) => {
    if (!options.reference) kernel ??= neuralKernel(model);
    return networksEvaluator(basis, model, structure, name, kernel);
  };
}

function networksEvaluator(basis: NeuralBasis, { tables, scalings, members, slope, constants }: NeuralModel, structure: Structure, name: string, kernel: NeuralKernel | null): NetworksEvaluator {
  const cutoff = cutoffOf(basis);
  const atoms = structure.species.length;
  const types = typesOf(structure, basis.elements, name);
  const neighbours = createNeighbours({ periodic: structure.periodic, cutoff, skin });
  const sums = members.map(() => ({ ...createTally(atoms), virials: new Float64Array(9 * atoms) }));
  const extrapolation = createExtrapolation(atoms);
  const descriptors = tables.map(createDescriptor);
  const states = members.map((networks) => networks.map(createNetworkState));
  const buffers = tables.map(({ count }) => ({ raw: new Float64Array(count), inputs: new Float64Array(count), slopes: new Float64Array(count), weights: new Float64Array(count * members.length) }));
  const environment = createEnvironment();
  let gradients = new Float64Array(0);
  const recordOf = (i: number, raw: Float64Array): void => recordExtrapolation(extrapolation, i, basis.statistics[types[i]!]!, raw);

  /** `sets`: 1 for the mean of all members, else their number. */
  function evaluate(positions: Float64Array, cell: Float64Array, want: Want, sets: number): Evaluation[] {
    const list = neighbours.update(positions, cell);
    const used = sums.slice(0, sets);
    const differentiate = want.forces === true || want.stress === true || want.virials === true;
    if (!kernel?.fill(list, types, used, differentiate, want.virials === true, want.extrapolation ? recordOf : null)) fill(list, used, want, differentiate);
    return used.map((each) => ({
      ...evaluationOf(each, structure, cell, want),
      ...(want.virials && { virials: each.virials }),
      ...(want.extrapolation && { extrapolation }),
    }));
  }

  /** The reference of the kernel. */
  function fill(list: NeighbourList, used: typeof sums, want: Want, differentiate: boolean): void {
    const sets = used.length;
    for (const each of used) {
      clearTally(each);
      if (want.virials) each.virials.fill(0);
    }
    const share = sets / members.length;
    for (let i = 0; i < atoms; i++) {
      const e = types[i]!;
      const { raw, inputs, slopes, weights } = buffers[e]!;
      const descriptor = descriptors[e]!, { offset, origin, factor } = scalings[e]!;
      gatherEnvironment(environment, list, types, i, descriptor.tables.cutoff);
      descriptor.values(environment, raw);
      for (let k = 0; k < raw.length; k++) inputs[k] = offset + factor[k]! * (raw[k]! - origin[k]!);
      if (want.extrapolation) recordOf(i, raw);

      weights.fill(0);
      for (let m = 0; m < members.length; m++) {
        const set = sets === 1 ? 0 : m, network = members[m]![e]!, state = states[m]![e]!;
        used[set]!.energies[i]! += share * (slope * forward(network, inputs, state) + constants[e]!);
        if (!differentiate) continue;
        inputGradient(network, state, slopes);
        for (let k = 0; k < slopes.length; k++) weights[k * sets + set]! += share * slope * factor[k]! * slopes[k]!;
      }
      if (!differentiate) continue;

      if (gradients.length < sets * environment.vectors.length) gradients = new Float64Array(sets * environment.vectors.length);
      descriptor.vectorJacobian(environment, weights, gradients, sets);
      for (let set = 0; set < sets; set++) addGradient(used[set]!, i, environment, gradients, sets, set, want.virials === true);
    }
  }

  return {
    evaluate: (positions, cell, want) => evaluate(positions, cell, want, members.length),
    mean: (positions, cell, want) => evaluate(positions, cell, want, 1)[0]!,
  };
}

/** Adds what the energy of atom i does to its neighbours and to itself; gradients as `Descriptor.vectorJacobian` leaves them. */
function addGradient({ forces, virial, virials }: Tally & { readonly virials: Float64Array }, i: number, { count, atoms, vectors }: Environment, gradients: Float64Array, sets: number, set: number, withVirials: boolean): void {
  let fx = 0, fy = 0, fz = 0;
  for (let n = 0; n < count; n++) {
    const j = atoms[n]!, from = 3 * n * sets + set;
    const gx = gradients[from]!, gy = gradients[from + sets]!, gz = gradients[from + 2 * sets]!;
    const x = vectors[3 * n]!, y = vectors[3 * n + 1]!, z = vectors[3 * n + 2]!;
    fx += gx; fy += gy; fz += gz;
    forces[3 * j]! -= gx; forces[3 * j + 1]! -= gy; forces[3 * j + 2]! -= gz;
    virial[0]! += gx * x; virial[1]! += gy * y; virial[2]! += gz * z;
    virial[3]! += gy * z; virial[4]! += gx * z; virial[5]! += gx * y;
    if (!withVirials) continue;
    const at = 9 * j;
    virials[at]! += gx * x; virials[at + 1]! += gx * y; virials[at + 2]! += gx * z;
    virials[at + 3]! += gy * x; virials[at + 4]! += gy * y; virials[at + 5]! += gy * z;
    virials[at + 6]! += gz * x; virials[at + 7]! += gz * y; virials[at + 8]! += gz * z;
  }
  forces[3 * i]! += fx; forces[3 * i + 1]! += fy; forces[3 * i + 2]! += fz;
}

export function neuralPotential(description: NeuralDescription, card: PotentialCard, options: NeuralOptions = {}): Potential {
  const bind = bindNetworks(description, [description.networks], card.name, options);
  return {
    card,
    // The energy of an atom couples any two of its neighbours.
    interactionRange: 2 * cutoffOf(description),
    plainCutoffs: () => hardCutoffsOf(description),
    bind: (structure) => ({ evaluate: bind(structure).mean }),
  };
}
