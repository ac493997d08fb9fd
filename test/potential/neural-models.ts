/** Networks with random weights on functions of every kind, scaled by what they find in a given structure. */
import type { Structure } from '../../core/contracts/structure.ts';
import { neighbourList } from '../../core/crystal/neighbours.ts';
import type { Cutoff } from '../../core/descriptors/cutoff-functions.ts';
import { createDescriptor } from '../../core/descriptors/descriptor.ts';
import { createEnvironment, gatherEnvironment } from '../../core/descriptors/environment.ts';
import type { DescriptorStatistics, ScalingMode } from '../../core/descriptors/scaling.ts';
import { sortedFunctions, type SymmetryFunction } from '../../core/descriptors/symmetry-functions.ts';
import { atomicNumber } from '../../core/crystal/elements.ts';
import { random } from '../../core/math/random.ts';
import type { Activation } from '../../core/network/activations.ts';
import { weightCount, type FeedForward } from '../../core/network/feed-forward.ts';
import { neuralCard } from '../../core/potential/n2p2.ts';
import { cutoffOf, neuralPotential, tablesOf, type NeuralDescription } from '../../core/potential/neural.ts';
import type { ChargedNeuralDescription } from '../../core/potential/neural-4g.ts';
import type { Potential } from '../../core/potential/potential.ts';

export interface RandomNeural {
  /** Functions of every element; neighbours A and B are replaced by the first and second element. */
  readonly functions: readonly SymmetryFunction[];
  readonly cutoff?: Cutoff;
  readonly hidden?: readonly number[];
  readonly activation?: Activation;
  readonly mode?: ScalingMode;
  readonly normalised?: boolean;
  readonly seed?: number;
}

/** What the functions of every element span over the atoms of a structure, widened so that no width is nothing. */
function statisticsIn(description: Omit<NeuralDescription, 'statistics' | 'networks'>, structure: Structure): DescriptorStatistics[] {
  const tables = tablesOf(description as NeuralDescription), descriptors = tables.map(createDescriptor);
  const types = Int32Array.from(structure.species, (symbol) => description.elements.indexOf(symbol));
  const list = neighbourList(structure.positions, structure.cell, structure.periodic, cutoffOf(description as NeuralDescription));
  const environment = createEnvironment();
  const values: Float64Array[][] = description.elements.map(() => []);
  types.forEach((e, i) => {
    gatherEnvironment(environment, list, types, i, tables[e]!.cutoff);
    const raw = new Float64Array(tables[e]!.count);
    descriptors[e]!.values(environment, raw);
    values[e]!.push(raw);
  });
  return values.map((own, e) => {
    const columns = Array.from({ length: tables[e]!.count }, (_, k) => own.map((raw) => raw[k]!));
    const size = (column: number[]): number => Math.max(1e-6, ...column.map(Math.abs));
    return {
      minimum: Float64Array.from(columns, (column) => Math.min(...column) - 0.1 * size(column)),
      maximum: Float64Array.from(columns, (column) => Math.max(...column) + 0.1 * size(column)),
      mean: Float64Array.from(columns, (column) => column.reduce((sum, value) => sum + value, 0) / column.length),
      deviation: Float64Array.from(columns, (column) => 0.4 * size(column)),
    };
  });
}

export function randomNeural(structure: Structure, settings: RandomNeural): NeuralDescription {
  const { cutoff = { type: 6, alpha: 0 }, hidden = [8, 6], activation = 'tanh', mode = 'range-center', normalised = false, seed = 1 } = settings;
  const source = random(seed);
  const elements = [...new Set(structure.species)].sort((a, b) => atomicNumber(a) - atomicNumber(b));
  const named = (name: string): string => (name === 'A' ? elements[0]! : name === 'B' ? elements.at(-1)! : name);
  const functions = elements.map(() => sortedFunctions(settings.functions.map((definition) => ({ ...definition, neighbours: definition.neighbours.map(named) }) as SymmetryFunction)));
  const base = {
    units: { length: 'angstrom', energy: 'ev' } as const, elements, cutoff, functions, scaling: { mode, low: -1, high: 1 },
    atomicEnergies: Float64Array.from(elements, (_, e) => -1 - 0.5 * e), normalisation: { meanEnergy: -0.25, energy: 1.5, length: 2, charge: null },
  };
  const networks = elements.map((_, e): FeedForward => {
    const layers = [functions[e]!.length, ...hidden, 1];
    // Small enough that the energy bends on the scale of a bond, not of a step.
    const weights = Float64Array.from({ length: weightCount(layers) }, () => (1.2 * source.normal()) / Math.sqrt(Math.max(...layers)));
    return { layers, activations: [...hidden.map(() => activation), 'linear'], normalised, weights };
  });
  return { ...base, statistics: statisticsIn(base, structure), networks };
}

/** The same with charges: electronegativities of some eV/e, hardness that keeps charges below one. */
export function randomCharged(structure: Structure, settings: RandomNeural): ChargedNeuralDescription {
  const description = randomNeural(structure, settings), source = random(100 + (settings.seed ?? 1));
  const withCharge = (network: FeedForward): FeedForward => {
    const [inputs, ...rest] = network.layers as [number, ...number[]];
    const split = inputs * rest[0]!;
    const own = Float64Array.from({ length: rest[0]! }, () => 0.3 * source.normal());
    return { ...network, layers: [inputs + 1, ...rest], weights: Float64Array.of(...network.weights.subarray(0, split), ...own, ...network.weights.subarray(split)) };
  };
  return {
    ...description,
    networks: description.networks.map(withCharge),
    equilibration: {
      electronegativities: randomNeural(structure, { ...settings, seed: 50 + (settings.seed ?? 1) }).networks,
      hardness: Float64Array.from(description.elements, () => 8 + 2 * source.uniform()), widths: Float64Array.from(description.elements, () => 0.8 + 0.4 * source.uniform()),
      fourPiEpsilon: 1 / 14.4, screening: null,
    },
  };
}

export function randomNeuralPotential(structure: Structure, settings: RandomNeural): Potential {
  const description = randomNeural(structure, settings);
  return neuralPotential(description, neuralCard('random', description, []));
}

/** r_c 3.9 and 4.2 Å: several shells of an 8-atom cell, a few of its own images among them. */
export const gaussianFunctions: readonly SymmetryFunction[] = [
  { type: 2, neighbours: ['A'], eta: 0, shift: 0, cutoff: 4.2 },
  { type: 2, neighbours: ['B'], eta: 1.2, shift: 1.9, cutoff: 3.9 },
  { type: 12, neighbours: [], eta: 0.4, shift: 0, cutoff: 4.2 },
  { type: 3, neighbours: ['A', 'B'], eta: 0.05, shift: 0, lambda: -1, zeta: 2, cutoff: 4.2 },
  { type: 9, neighbours: ['B', 'B'], eta: 0.08, shift: 0.5, lambda: 1, zeta: 4, cutoff: 3.9 },
  { type: 13, neighbours: [], eta: 0.03, shift: 0, lambda: 1, zeta: 1, cutoff: 3.9 },
];

export const compactFunctions: readonly SymmetryFunction[] = [
  { type: 20, neighbours: ['A'], inner: -4.2, cutoff: 4.2, shape: 'p3' },
  { type: 20, neighbours: ['B'], inner: 0.8, cutoff: 4.2, shape: 'p2a' },
  { type: 21, neighbours: ['A', 'B'], inner: -4.2, cutoff: 4.2, from: 20, to: 170, shape: 'p3' },
  { type: 22, neighbours: ['B', 'B'], inner: -3.9, cutoff: 3.9, from: 60, to: 300, shape: 'e' },
  { type: 24, neighbours: [], inner: -4.2, cutoff: 4.2, from: -120, to: 120, shape: 'p4' },
  { type: 25, neighbours: [], inner: -3.9, cutoff: 3.9, from: 30, to: 150, shape: 'p3' },
  { type: 23, neighbours: [], inner: -4.2, cutoff: 4.2, shape: 'p4a' },
  { type: 'signed-volume', neighbours: ['A', 'B', 'B'], eta: [0.2, 0.3, 0.3], shift: [0, 1, 2], power: 0, cutoff: 4.2 },
  { type: 'signed-volume', neighbours: ['A', 'B', 'A'], eta: [0.2, 0.3, 0.2], shift: [0, 1, 0], power: 1, cutoff: 4.2 },
];
