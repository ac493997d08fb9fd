/**
 * A committee for silicon, fitted in seconds and always the same: each member has its own seeded hidden layer, and its
 * output weights are the least-squares fit to energies and forces of Stillinger and Weber's potential. Members agree where
 * they were shown crystals and part elsewhere, as members of a trained committee do.
 */
import { Matrix, solve } from 'ml-matrix';
import type { Structure } from '../../core/contracts/structure.ts';
import { neighbourList } from '../../core/crystal/neighbours.ts';
import { createDescriptor } from '../../core/descriptors/descriptor.ts';
import { createEnvironment, gatherEnvironment } from '../../core/descriptors/environment.ts';
import type { DescriptorStatistics } from '../../core/descriptors/scaling.ts';
import { sortedFunctions, type SymmetryFunction } from '../../core/descriptors/symmetry-functions.ts';
import { random } from '../../core/math/random.ts';
import type { FeedForward } from '../../core/network/feed-forward.ts';
import type { NeuralFile } from '../../core/files/neural-potential.ts';
import { bindNetworks, cutoffOf, tablesOf, type NeuralBasis } from '../../core/potential/neural.ts';
import { bundled, rattled, zincblende } from './models.ts';

const cutoff = 4.2;
const radial = (eta: number, shift: number): SymmetryFunction => ({ type: 2, neighbours: ['Si'], eta, shift, cutoff });
const angular = (eta: number, lambda: number, zeta: number): SymmetryFunction => ({ type: 9, neighbours: ['Si', 'Si'], eta, shift: 0, lambda, zeta, cutoff });
const functions = sortedFunctions([
  radial(0.1, 0), radial(4, 2), radial(4, 2.4), radial(4, 2.8), radial(4, 3.4),
  ...[1, -1].flatMap((lambda) => [1, 2, 4].map((zeta) => angular(0.1, lambda, zeta))), angular(0.3, 1, 1), angular(0.3, 1, 2),
]);

/** Crystals of eight atoms, compressed by 3 % to stretched by 3 %, strained and rattled. */
const crystals: readonly Structure[] = Array.from({ length: 60 }, (_, k) => rattled(zincblende(5.43 * (0.97 + 0.00102 * k), 'Si', 'Si'), 0.02 + 0.04 * (k % 3), 100 + k));

/** What the functions span over the crystals. */
function rangesOf(basis: Omit<NeuralBasis, 'statistics'>): DescriptorStatistics {
  const whole = { ...basis, statistics: [] };
  const [tables] = tablesOf(whole) as [ReturnType<typeof tablesOf>[number]];
  const descriptor = createDescriptor(tables), environment = createEnvironment();
  const rows = crystals.flatMap(({ positions, cell, periodic, species }) => {
    const list = neighbourList(positions, cell, periodic, cutoffOf(whole));
    const types = new Int32Array(species.length);
    return species.map((_, i) => {
      gatherEnvironment(environment, list, types, i, tables.cutoff);
      const raw = new Float64Array(tables.count);
      descriptor.values(environment, raw);
      return raw;
    });
  });
  const over = (pick: (values: number[]) => number): Float64Array => Float64Array.from({ length: tables.count }, (_, k) => pick(rows.map((row) => row[k]!)));
  return {
    minimum: over((values) => Math.min(...values)),
    maximum: over((values) => Math.max(...values)),
    mean: over((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
    deviation: null,
  };
}

/** Seeded weights of the hidden layer, neuron after neuron: of its inputs, then its bias. */
function hiddenNeurons(seed: number, hidden: number): number[][] {
  const source = random(seed), inputs = functions.length;
  return Array.from({ length: hidden }, () => Array.from({ length: inputs + 1 }, () => (1.5 * source.normal()) / Math.sqrt(inputs)));
}

function networkOf(neurons: readonly (readonly number[])[], outputs: readonly number[], bias: number): FeedForward {
  const inputs = functions.length;
  return {
    layers: [inputs, neurons.length, 1], activations: ['tanh', 'linear'], normalised: false,
    weights: Float64Array.from([...Array.from({ length: inputs + 1 }, (_, j) => neurons.map((neuron) => neuron[j]!)).flat(), ...outputs, bias]),
  };
}

/** Energies count as much as this many components of a force (1 eV against 1 eV/Å). */
const energyWeight = 10;
/** Keeps weights small where the data do not decide; large enough for members to differ. */
const ridge = 1e-6;

function fitted(basis: NeuralBasis, seed: number, hidden: number): FeedForward {
  // Energy and forces are linear in the last weights: one network per hidden neuron gives the columns of the fit.
  const neurons = hiddenNeurons(seed, hidden);
  const features = neurons.map((neuron) => [networkOf([neuron], [1], 0)]);
  const reference = bundled('si-stillinger-weber');
  const rows: number[][] = [], targets: number[] = [];
  for (const structure of crystals) {
    const want = { forces: true } as const;
    const { energy, forces } = reference.bind(structure).evaluate(structure.positions, structure.cell, want);
    const parts = bindNetworks(basis, features, 'features')(structure).evaluate(structure.positions, structure.cell, want);
    rows.push([...parts.map((part) => energyWeight * part.energy), energyWeight * structure.species.length]);
    targets.push(energyWeight * energy);
    forces!.forEach((force, i) => {
      rows.push([...parts.map((part) => part.forces![i]!), 0]);
      targets.push(force);
    });
  }
  const matrix = new Matrix(rows), transposed = matrix.transpose();
  const normal = transposed.mmul(matrix).add(Matrix.eye(hidden + 1).mul(ridge * rows.length));
  const solution = solve(normal, transposed.mmul(Matrix.columnVector(targets))).to1DArray();
  return networkOf(neurons, solution.slice(0, hidden), solution[hidden]!);
}

/** `members`: how many. Always the same for the same numbers. */
export function trainedSilicon(members: number, hidden = 96): NeuralFile {
  const base = {
    units: { length: 'angstrom', energy: 'ev' } as const, elements: ['Si'], cutoff: { type: 6, alpha: 0 } as const, functions: [functions],
    scaling: { mode: 'range-center', low: -1, high: 1 } as const, atomicEnergies: Float64Array.of(0), normalisation: null,
  };
  const basis: NeuralBasis = { ...base, statistics: [rangesOf(base)] };
  return {
    card: {
      name: 'si-committee', title: 'Committee of networks for silicon', energyReference: 'isolated atoms', references: [],
      validFor: 'crystals of silicon near equilibrium', notShown: 'surfaces, defects, liquids', limits: [], provenance: 'fitted to Stillinger and Weber’s potential by the tests',
    },
    model: { basis, members: Array.from({ length: members }, (_, m) => ({ networks: [fitted(basis, 40 + m, hidden)] })) },
  };
}
