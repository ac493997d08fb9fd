/**
 * Networks on the environments of the atoms of one structure: symmetry functions, outputs and derivatives. f64, plain reference
 * of `core/kernels/neural.ts`.
 *
 * Forces and virials: ∂E_i/∂G by reverse mode through the network, then the vector-Jacobian product of the descriptor. What
 * geometry costs is shared by all members of a committee, by their derivatives too.
 */
import type { Structure } from '../contracts/structure.ts';
import { createNeighbours, type NeighbourList } from '../crystal/neighbours.ts';
import { createDescriptor } from '../descriptors/descriptor.ts';
import { createEnvironment, gatherEnvironment, type Environment } from '../descriptors/environment.ts';
import { excessOf, type DescriptorStatistics, type Scaling } from '../descriptors/scaling.ts';
import type { DescriptorTables } from '../descriptors/tables.ts';
import { kernelOrReference } from '../kernels/kernel-or-reference.ts';
import { neuralKernel } from '../kernels/neural.ts';
import { createNetworkState, forward, inputGradient, type FeedForward } from '../network/feed-forward.ts';
import type { Extrapolation } from './potential.ts';
import { skin } from './skin.ts';
import { createTally, type Tally } from './tally.ts';

/** What is evaluated; lists per element of the potential. Å, eV, e. */
export interface NeuralNetworks {
  readonly tables: readonly DescriptorTables[];
  readonly scalings: readonly Scaling[];
  readonly statistics: readonly DescriptorStatistics[];
  /** One list per member of a committee. */
  readonly members: readonly (readonly FeedForward[])[];
  /** eV: an atom's energy is slope · output + constant of its element. */
  readonly slope: number;
  readonly constants: Float64Array;
  /** Of the fourth generation: networks of electronegativity, eV/e per output, and the last input of the others per e. */
  readonly charged: { readonly electronegativities: readonly (readonly FeedForward[])[]; readonly slope: number; readonly scale: number } | null;
}

/** What a set of networks adds up. */
export interface NeuralSums extends Tally {
  /** 9N, eV; null until they are wanted. */
  virials: Float64Array | null;
}

export interface NeuralWant {
  readonly derivatives: boolean;
  /** Of atoms. */
  readonly virials: boolean;
}

export interface NeuralEnvironments {
  /** Moves the atoms: everything else speaks of the positions and cell of the last call, for at most so many sets. Returns false where it cannot. */
  update(positions: Float64Array, cell: Float64Array, sets: number, virials: boolean): boolean;
  /** Fills one set of sums per member, or one with the mean of all. */
  fill(sums: readonly NeuralSums[], want: NeuralWant, extrapolation: Extrapolation | null): void;
  /** Of charged potentials, in this order: χ_i of each member (N, eV/e), */
  electronegativities(out: readonly Float64Array[], extrapolation: Extrapolation | null): void;
  /** the energies at given charges and, where wanted, their derivatives by the charge of the same atom (N, eV/e), */
  energies(charges: readonly Float64Array[], energies: readonly Float64Array[], slopes: readonly Float64Array[] | null): void;
  /** and forces and virial of Σ_i (E_i + λ_i χ_i) at these charges, for λ (N, e). */
  differentiate(charges: readonly Float64Array[], responses: readonly Float64Array[], sums: readonly NeuralSums[]): void;
}

export interface NeuralOptions {
  /** The plain TypeScript reference instead of a kernel. */
  readonly reference?: boolean;
}

export function createSums(members: number, atoms: number): NeuralSums[] {
  return Array.from({ length: members }, () => ({ ...createTally(atoms), virials: null }));
}

export function createExtrapolation(atoms: number): Extrapolation {
  return { counts: new Int32Array(atoms), excess: new Float64Array(atoms), descriptor: new Int32Array(atoms) };
}

/**
 * For the structures of one potential: the fastest there is. Each structure gets a function that moves its atoms and returns
 * what evaluates them.
 */
export function bindEnvironments(networks: NeuralNetworks, options: NeuralOptions): (types: Int32Array, periodic: Structure['periodic']) => (...moved: Parameters<NeuralEnvironments['update']>) => NeuralEnvironments {
  let kernel: ReturnType<typeof neuralKernel> | undefined;
  return (types, periodic) => {
    if (!options.reference) kernel ??= neuralKernel(networks);
    return kernelOrReference(kernel?.(types, periodic), () => referenceEnvironments(networks, types, periodic));
  };
}

function referenceEnvironments({ tables, scalings, statistics, members, slope, constants, charged }: NeuralNetworks, types: Int32Array, periodic: Structure['periodic']): NeuralEnvironments {
  const atoms = types.length;
  const neighbours = createNeighbours({ periodic, cutoff: Math.max(...tables.map(({ cutoff }) => cutoff)), skin });
  let list: NeighbourList;
  const descriptors = tables.map(createDescriptor);
  const states = members.map((networks) => networks.map(createNetworkState));
  const chargeStates = charged?.electronegativities.map((networks) => networks.map(createNetworkState));
  const buffers = tables.map(({ count }) => ({ raw: new Float64Array(count), slopes: new Float64Array(count + 1), weights: new Float64Array(count * members.length) }));
  /** Per atom, as far as they must be kept: the functions on the scale of the networks, the charge last. */
  const rows = tables.map(({ count }) => new Float64Array(count + 1));
  const kept = charged ? Array.from(types, (e) => new Float64Array(tables[e]!.count + 1)) : null;
  const inputsOf = (i: number): Float64Array => kept?.[i] ?? rows[types[i]!]!;
  const environment = createEnvironment();
  let gradients = new Float64Array(0);

  /** The functions of atom i, scaled. */
  function describe(i: number, extrapolation: Extrapolation | null): void {
    const e = types[i]!;
    const { raw } = buffers[e]!, inputs = inputsOf(i);
    const descriptor = descriptors[e]!, { offset, origin, factor } = scalings[e]!;
    gatherEnvironment(environment, list, types, i, descriptor.tables.cutoff);
    descriptor.values(environment, raw);
    for (let k = 0; k < raw.length; k++) inputs[k] = offset + factor[k]! * (raw[k]! - origin[k]!);
    if (extrapolation) recordExtrapolation(extrapolation, i, statistics[e]!, raw);
  }

  /** Adds scale · ∂(output)/∂G of the network that `forward` went through last to the weights of a set. */
  function addWeights(network: FeedForward, state: (typeof states)[number][number], e: number, scale: number, set: number, sets: number): void {
    const { slopes, weights, raw } = buffers[e]!, { factor } = scalings[e]!;
    inputGradient(network, state, slopes.subarray(0, network.layers[0]));
    for (let k = 0; k < raw.length; k++) weights[k * sets + set]! += scale * factor[k]! * slopes[k]!;
  }

  /** Adds what the weights make of the derivatives of the functions of atom i, which was described last. */
  function addDerivatives(i: number, sums: readonly NeuralSums[], virials: boolean): void {
    const sets = sums.length, e = types[i]!;
    if (gradients.length < sets * environment.vectors.length) gradients = new Float64Array(sets * environment.vectors.length);
    descriptors[e]!.vectorJacobian(environment, buffers[e]!.weights, gradients, sets);
    sums.forEach((each, set) => { addGradient(each, i, environment, gradients, sets, set, virials); });
  }

  function clear({ forces, virial, virials }: NeuralSums): void {
    forces.fill(0);
    virial.fill(0);
    virials?.fill(0);
  }

  /** The network of the energy at the charge of atom i, through `forward`. */
  function chargedOutput(member: number, i: number, charge: number): number {
    const e = types[i]!, inputs = inputsOf(i);
    inputs[inputs.length - 1] = charged!.scale * charge;
    return forward(members[member]![e]!, inputs, states[member]![e]!);
  }

  return {
    update(positions, cell) {
      list = neighbours.update(positions, cell);
      return true;
    },
    fill(sums, { derivatives, virials }, extrapolation) {
      const sets = sums.length, share = sets / members.length;
      for (const each of sums) {
        each.energies.fill(0);
        clear(each);
      }
      for (let i = 0; i < atoms; i++) {
        const e = types[i]!;
        describe(i, extrapolation);
        buffers[e]!.weights.fill(0);
        for (let m = 0; m < members.length; m++) {
          const set = sets === 1 ? 0 : m, network = members[m]![e]!, state = states[m]![e]!;
          sums[set]!.energies[i]! += share * (slope * forward(network, inputsOf(i), state) + constants[e]!);
          if (derivatives) addWeights(network, state, e, share * slope, set, sets);
        }
        if (derivatives) addDerivatives(i, sums, virials);
      }
    },
    electronegativities(out, extrapolation) {
      for (let i = 0; i < atoms; i++) {
        const e = types[i]!;
        describe(i, extrapolation);
        out.forEach((each, m) => { each[i] = charged!.slope * forward(charged!.electronegativities[m]![e]!, inputsOf(i), chargeStates![m]![e]!); });
      }
    },
    energies(charges, energies, slopes) {
      for (let i = 0; i < atoms; i++) {
        const e = types[i]!;
        for (let m = 0; m < members.length; m++) {
          energies[m]![i] = slope * chargedOutput(m, i, charges[m]![i]!) + constants[e]!;
          if (!slopes) continue;
          inputGradient(members[m]![e]!, states[m]![e]!, buffers[e]!.slopes);
          slopes[m]![i] = slope * charged!.scale * buffers[e]!.slopes.at(-1)!;
        }
      }
    },
    differentiate(charges, responses, sums) {
      sums.forEach(clear);
      const sets = sums.length;
      for (let i = 0; i < atoms; i++) {
        const e = types[i]!;
        describe(i, null);
        buffers[e]!.weights.fill(0);
        for (let m = 0; m < sets; m++) {
          chargedOutput(m, i, charges[m]![i]!);
          addWeights(members[m]![e]!, states[m]![e]!, e, slope, m, sets);
          const network = charged!.electronegativities[m]![e]!, state = chargeStates![m]![e]!;
          forward(network, inputsOf(i), state);
          addWeights(network, state, e, charged!.slope * responses[m]![i]!, m, sets);
        }
        addDerivatives(i, sums, false);
      }
    },
  };
}

/** What of atom i's functions lies outside the range of `statistics`. */
function recordExtrapolation({ counts, excess: largest, descriptor }: Extrapolation, i: number, statistics: DescriptorStatistics, raw: Float64Array): void {
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

/** Adds what the energy of atom i does to its neighbours and to itself; gradients as `Descriptor.vectorJacobian` leaves them. */
function addGradient({ forces, virial, virials }: NeuralSums, i: number, { count, atoms, vectors }: Environment, gradients: Float64Array, sets: number, set: number, withVirials: boolean): void {
  let fx = 0, fy = 0, fz = 0;
  for (let n = 0; n < count; n++) {
    const j = atoms[n]!, from = 3 * n * sets + set;
    const gx = gradients[from]!, gy = gradients[from + sets]!, gz = gradients[from + 2 * sets]!;
    const x = vectors[3 * n]!, y = vectors[3 * n + 1]!, z = vectors[3 * n + 2]!;
    fx += gx; fy += gy; fz += gz;
    forces[3 * j]! -= gx; forces[3 * j + 1]! -= gy; forces[3 * j + 2]! -= gz;
    virial[0]! += gx * x; virial[1]! += gy * y; virial[2]! += gz * z;
    virial[3]! += gy * z; virial[4]! += gx * z; virial[5]! += gx * y;
    if (!withVirials || !virials) continue;
    const at = 9 * j;
    virials[at]! += gx * x; virials[at + 1]! += gx * y; virials[at + 2]! += gx * z;
    virials[at + 3]! += gy * x; virials[at + 4]! += gy * y; virials[at + 5]! += gy * z;
    virials[at + 6]! += gz * x; virials[at + 7]! += gz * y; virials[at + 8]! += gz * z;
  }
  forces[3 * i]! += fx; forces[3 * i + 1]! += fy; forces[3 * i + 2]! += fz;
}
