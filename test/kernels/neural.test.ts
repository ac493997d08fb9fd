/** The SIMD kernel against the plain reference, on functions, networks and structures of every kind that it knows. */
import { describe, expect, test } from 'vitest';
import type { Structure } from '../../core/contracts/structure.ts';
import { neighbourList } from '../../core/crystal/neighbours.ts';
import { compactShapes, type CutoffType } from '../../core/descriptors/cutoff-functions.ts';
import type { SymmetryFunction } from '../../core/descriptors/symmetry-functions.ts';
import { kernelModule } from '../../core/kernels/kernels.ts';
import { random, type Random } from '../../core/math/random.ts';
import { activationNames } from '../../core/network/activations.ts';
import { bindNetworks, neuralPotential, type NetworksEvaluator } from '../../core/potential/neural.ts';
import { bindChargedNetworks } from '../../core/potential/neural-4g.ts';
import { neuralCard } from '../../core/potential/n2p2.ts';
import type { Evaluation, Potential } from '../../core/potential/potential.ts';
import { skin } from '../../core/potential/skin.ts';
import { heldBytes } from '../held-bytes.ts';
import { largestDifference, randomStructure } from '../potential/nep-models.ts';
import { compactFunctions, gaussianFunctions, randomCharged, randomNeural, type RandomNeural } from '../potential/neural-models.ts';

const everything = { forces: true, stress: true, energies: true, virials: true, extrapolation: true } as const;
const always: Structure['periodic'] = [true, true, true];

/** Sums of some thousand terms in another order: 1e-12 of the largest energy, 1e-11 of the largest force and virial, and of one. */
function expectEqual(found: Evaluation, expected: Evaluation): void {
  const compare = (name: 'energies' | 'forces' | 'stress' | 'virials', tolerance: number): void => {
    expect(found[name] === undefined, name).toBe(expected[name] === undefined);
    if (!expected[name]) return;
    const size = expected[name].reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
    expect(largestDifference(found[name]!, expected[name]) / size, name).toBeLessThan(tolerance);
  };
  expect(Math.abs(found.energy - expected.energy)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected.energy)));
  compare('energies', 1e-12);
  compare('forces', 1e-11);
  compare('stress', 1e-11);
  compare('virials', 1e-11);
  expect(found.extrapolation?.counts).toEqual(expected.extrapolation?.counts);
  expect(found.extrapolation?.descriptor).toEqual(expected.extrapolation?.descriptor);
  if (expected.extrapolation) expect(largestDifference(found.extrapolation!.excess, expected.extrapolation.excess)).toBeLessThan(1e-11);
}

function expectSame(structure: Structure, settings: RandomNeural, calibration = structure): void {
  const description = randomNeural(calibration, settings), card = neuralCard('random', description, []);
  const evaluate = (reference: boolean): Evaluation => neuralPotential(description, card, { reference }).bind(structure).evaluate(structure.positions, structure.cell, everything);
  expectEqual(evaluate(false), evaluate(true));
}

const signedVolumes = compactFunctions.filter(({ type }) => type === 'signed-volume');

/** Every member by itself, and their mean. */
function expectSameCommittee(structure: Structure, functions: readonly SymmetryFunction[], count: number): void {
  const description = randomNeural(structure, { functions });
  const members = Array.from({ length: count }, (_, m) => randomNeural(structure, { functions, seed: m + 1, hidden: [4 + m, 5] }).networks);
  const [fast, plain] = [false, true].map((reference) => bindNetworks(description, members, 'random', { reference })(structure)) as [NetworksEvaluator, NetworksEvaluator];
  const found = fast.evaluate(structure.positions, structure.cell, everything), expected = plain.evaluate(structure.positions, structure.cell, everything);
  members.forEach((_, m) => { expectEqual(found[m]!, expected[m]!); });
  expectEqual(fast.mean(structure.positions, structure.cell, everything), plain.mean(structure.positions, structure.cell, everything));
}

/** Functions that share factors in all the ways that the kernel makes use of, and some that share nothing. */
function randomFunctions(source: Random, count: number): SymmetryFunction[] {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(source.uniform() * values.length)]!;
  return Array.from({ length: count }, (): SymmetryFunction => {
    const cutoff = pick([4.2, 4.2, 3.3]), eta = pick([0, 0.03, 0.06, 0.21, 0.5, 1.37]), shift = pick([0, 0, 0.7, 2.1]);
    const lambda = pick([1, -1, 1, -1, 0.4, -1.6]), zeta = pick([1, 1, 2, 3, 4, 6, 16, 64, 1.5, 2.75]);
    const neighbours = pick([['A', 'A'], ['A', 'B'], ['B', 'B']]);
    switch (pick([2, 3, 3, 9, 9, 12, 13] as const)) {
      case 2: return { type: 2, neighbours: [neighbours[0]!], eta, shift, cutoff };
      case 12: return { type: 12, neighbours: [], eta, shift, cutoff };
      case 3: return { type: 3, neighbours, eta, shift, lambda, zeta, cutoff };
      case 9: return { type: 9, neighbours, eta, shift, lambda, zeta, cutoff };
      default: return { type: 13, neighbours: [], eta, shift, lambda, zeta, cutoff };
    }
  });
}

function randomCompactFunctions(source: Random, count: number): SymmetryFunction[] {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(source.uniform() * values.length)]!;
  return Array.from({ length: count }, (): SymmetryFunction => {
    const [inner, cutoff] = pick([[-4.2, 4.2], [0.8, 4.2], [-3.3, 3.3], [1.5, 3.7], [2.2, 4.2]]), [from, to] = pick([[20, 170], [-120, 120], [60, 300], [80, 280], [30, 90]]);
    const neighbours = pick([['A', 'A'], ['A', 'B'], ['B', 'B']]), shape = pick(compactShapes);
    switch (pick([20, 21, 21, 22, 22, 23, 24, 25] as const)) {
      case 20: return { type: 20, neighbours: [neighbours[0]!], inner: inner!, cutoff: cutoff!, shape };
      case 23: return { type: 23, neighbours: [], inner: inner!, cutoff: cutoff!, shape };
      case 21: return { type: 21, neighbours, inner: inner!, cutoff: cutoff!, from: from!, to: to!, shape };
      case 22: return { type: 22, neighbours, inner: inner!, cutoff: cutoff!, from: from!, to: to!, shape };
      case 24: return { type: 24, neighbours: [], inner: inner!, cutoff: cutoff!, from: from!, to: to!, shape };
      default: return { type: 25, neighbours: [], inner: inner!, cutoff: cutoff!, from: from!, to: to!, shape };
    }
  });
}

test('the kernel is there', () => expect(kernelModule('neural')).not.toBeNull());

describe('structures', () => {
  test.each([
    ['a crystal', randomStructure(1, 40, ['O', 'Ti'], always)],
    ['a cell smaller than the cutoff', randomStructure(2, 3, ['O', 'Ti'], always)],
    ['a cell with one atom', randomStructure(3, 1, ['Cu'], always)],
    ['a slab', randomStructure(4, 20, ['O', 'Ti'], [true, false, true])],
    ['a molecule', randomStructure(5, 9, ['H', 'C'], [false, false, false])],
    ['an atom alone', randomStructure(6, 1, ['H'], [false, false, false])],
    ['three elements', randomStructure(7, 30, ['H', 'C', 'O'], always)],
  ])('%s', (_, structure) => expectSame(structure, { functions: gaussianFunctions }));

  test('elements of which a structure has none', () => {
    const calibration = randomStructure(8, 40, ['H', 'C', 'O'], always);
    expectSame(randomStructure(9, 12, ['C'], always), { functions: gaussianFunctions }, calibration);
  });

  test('atoms in a row, where 1 + λ cos θ vanishes', () => {
    const species = Array.from({ length: 6 }, (_, k) => (k % 2 === 0 ? 'O' : 'Ti'));
    const row: Structure = { cell: Float64Array.of(12.6, 0, 0, 0, 9, 0, 0, 0, 9), periodic: always, species, positions: Float64Array.from(species.flatMap((_, k) => [2.1 * k, 0, 0])) };
    expectSame(row, { functions: gaussianFunctions }, randomStructure(1, 40, ['O', 'Ti'], always));
  });
});

const crystal = randomStructure(10, 24, ['O', 'Ti'], always);

describe('functions', () => {
  test.each(Array.from({ length: 24 }, (_, k) => [k + 1, 1 + 3 * k] as const))('set %i: %i functions at random', (seed, count) => {
    expectSame(crystal, { functions: randomFunctions(random(seed), count), seed });
  });

  test.each(([0, 1, 2, 3, 4, 5, 6, 7, 8] as const).flatMap((type): [CutoffType, number][] => [[type, 0], [type, 0.4]]))('cutoff type %i with alpha %f', (type, alpha) => {
    expectSame(crystal, { functions: [...gaussianFunctions, ...randomFunctions(random(40 + type), 10)], cutoff: { type, alpha } });
  });

  test.each(Array.from({ length: 12 }, (_, k) => [k + 1, 2 + 4 * k] as const))('set %i: %i compact functions at random', (seed, count) => {
    expectSame(crystal, { functions: randomCompactFunctions(random(60 + seed), count), seed });
  });

  test('all kinds of functions together', () => {
    expectSame(crystal, { functions: [...gaussianFunctions, ...compactFunctions] });
  });

  test('angles of 0 and 180 degrees in compact functions', () => {
    const species = Array.from({ length: 6 }, (_, k) => (k % 2 === 0 ? 'O' : 'Ti'));
    const row: Structure = { cell: Float64Array.of(12.6, 0, 0, 0, 9, 0, 0, 0, 9), periodic: always, species, positions: Float64Array.from(species.flatMap((_, k) => [2.1 * k, 0, 0])) };
    expectSame(row, { functions: compactFunctions }, randomStructure(1, 40, ['O', 'Ti'], always));
  });

  // The derivatives of several sets of weights take another way: through those of the sums that all sets share.
  test.each(Array.from({ length: 12 }, (_, k) => [k + 1, 2 + 5 * k] as const))('set %i: %i functions at random with several networks', (seed, count) => {
    const source = random(80 + seed);
    const functions = [...randomFunctions(source, count), ...(seed % 3 === 0 ? randomCompactFunctions(source, count) : []), ...(seed % 4 === 0 ? signedVolumes : [])];
    expectSameCommittee(crystal, functions, 2 + (seed % 4));
  });
});

describe('networks', () => {
  test.each(activationNames)('%s', (activation) => expectSame(crystal, { functions: gaussianFunctions, activation, hidden: [9, 7] }));

  test.each([[[]], [[1]], [[2, 3, 4]], [[16]], [[33, 8]]])('hidden layers %j', (hidden) => {
    for (const normalised of [false, true]) expectSame(crystal, { functions: gaussianFunctions, hidden, normalised });
  });

  test.each(['none', 'center', 'range', 'range-center', 'deviation'] as const)('inputs scaled by %s', (mode) => expectSame(crystal, { functions: gaussianFunctions, mode }));

  test.each([2, 3, 8])('a committee of %i: every member by itself, and their mean', (members) => { expectSameCommittee(crystal, [...gaussianFunctions, ...compactFunctions], members); });
});

describe('charged potentials', () => {
  const compare = (structure: Structure, members: number, settings: RandomNeural): void => {
    const descriptions = Array.from({ length: members }, (_, m) => randomCharged(structure, { ...settings, seed: m + 1 }));
    const [found, expected] = [false, true].map((reference) => bindChargedNetworks(descriptions[0]!, descriptions, 'random', { reference })(structure).evaluate(structure.positions, structure.cell, everything));
    expected!.forEach((each, m) => {
      expectEqual(found![m]!, each);
      expect(largestDifference(found![m]!.charges!, each.charges!)).toBeLessThan(1e-12);
      expect(Math.max(...each.charges!)).toBeGreaterThan(1e-3);
    });
    const energies = bindChargedNetworks(descriptions[0]!, descriptions, 'random')(structure).evaluate(structure.positions, structure.cell, {}).map(({ energy }) => energy);
    expect(energies).toEqual(found!.map(({ energy }) => energy));
  };

  test.each([1, 2, 5])('%i of them in a crystal', (members) => { compare(crystal, members, { functions: [...gaussianFunctions, ...compactFunctions] }); });
  test('in a molecule', () => { compare(randomStructure(5, 9, ['H', 'C'], [false, false, false]), 1, { functions: gaussianFunctions }); });
  test('normalised, with other scaling', () => { compare(crystal, 1, { functions: gaussianFunctions, normalised: true, mode: 'deviation', activation: 'softplus' }); });
});

test('what is wanted changes nothing of the rest', () => {
  const description = randomNeural(crystal, { functions: gaussianFunctions });
  const evaluator = neuralPotential(description, neuralCard('random', description, [])).bind(crystal);
  const all = structuredClone(evaluator.evaluate(crystal.positions, crystal.cell, everything));
  const forces = structuredClone(evaluator.evaluate(crystal.positions, crystal.cell, { forces: true }));
  expect(Object.keys(evaluator.evaluate(crystal.positions, crystal.cell, {}))).toEqual(['energy']);
  expect(evaluator.evaluate(crystal.positions, crystal.cell, {}).energy).toBe(all.energy);
  expect(forces.forces).toEqual(all.forces);
});

test('structures of one potential, and more potentials than there are memories, take turns', () => {
  const description = randomNeural(crystal, { functions: gaussianFunctions }), card = neuralCard('random', description, []);
  const other = randomStructure(15, 300, ['O', 'Ti'], always);
  const potentials = Array.from({ length: 20 }, (_, seed) => neuralPotential({ ...description, networks: randomNeural(crystal, { functions: gaussianFunctions, seed: seed + 1 }).networks }, card));
  const bound = potentials.flatMap((potential) => [crystal, other].map((structure) => ({ structure, evaluator: potential.bind(structure) })));
  const round = (): Evaluation[] => bound.map(({ structure, evaluator }) => structuredClone(evaluator.evaluate(structure.positions, structure.cell, everything)));
  const first = round();
  expect(round()).toEqual(first);
  expect(new Set(first.map(({ energy }) => energy)).size).toBe(bound.length);
});

test('while atoms move and the cell is strained, the list made anew and kept', () => {
  const description = randomNeural(crystal, { functions: gaussianFunctions }), card = neuralCard('random', description, []);
  const [kernel, reference] = [false, true].map((plain) => neuralPotential(description, card, { reference: plain }).bind(crystal));
  const source = random(12);
  for (const move of [0, 0.01, 0.05, 0.3, 0.02]) {
    const stretch = 1 + 0.1 * move * source.normal();
    const positions = crystal.positions.map((value) => value * stretch + move * source.normal()), cell = crystal.cell.map((value) => value * stretch);
    expectEqual(kernel!.evaluate(positions, cell, everything), reference!.evaluate(positions, cell, everything));
  }
});

describe('memory', () => {
  const large = randomStructure(13, 400, ['O', 'Ti'], always);
  const description = randomNeural(crystal, { functions: gaussianFunctions });

  test('1000 evaluations take none', async () => {
    const evaluator = neuralPotential(description, neuralCard('random', description, [])).bind(crystal);
    const source = random(14);
    const positions = crystal.positions.slice();
    const evaluate = (): void => {
      // Within the skin, so that the list stays.
      for (let k = 0; k < positions.length; k++) positions[k] = crystal.positions[k]! + 0.05 * (source.uniform() - 0.5);
      evaluator.evaluate(positions, crystal.cell, { forces: true, stress: true });
    };
    for (let k = 0; k < 20; k++) evaluate();
    const heldBefore = await heldBytes(), before = process.memoryUsage().external;
    for (let k = 0; k < 1000; k++) evaluate();
    // One array of three numbers in every evaluation would be 24 kB; a page of the kernel's memory is 64 kB.
    expect(process.memoryUsage().external - before).toBeLessThan(4096);
    expect(await heldBytes() - heldBefore).toBeLessThan(4096);
  });

  test('two kilobytes per atom beside the list of neighbours are enough', async () => {
    const supercell = (n: number): Structure => {
      const positions: number[] = [], species: string[] = [];
      for (let image = 0; image < n; image++) {
        species.push(...large.species);
        for (let k = 0; k < large.positions.length; k++) positions.push(large.positions[k]! + image * large.cell[k % 3]!);
      }
      return { ...large, species, positions: Float64Array.from(positions), cell: large.cell.map((value, k) => (k < 3 ? n * value : value)) };
    };
    // Per entry 16 bytes of the list, with a tenth to spare, and 8 of the kernel's copy.
    const listBytes = (structure: Structure): number => neighbourList(structure.positions, structure.cell, structure.periodic, 4.2 + skin).atoms.length * (1.1 * 16 + 8);
    // Held to the end: the memory of a potential that is gone would serve the next one.
    const potentials: Potential[] = [];
    const bytesBesideList = async (structure: Structure): Promise<number> => {
      const potential = neuralPotential(description, neuralCard('random', description, []));
      potentials.push(potential);
      const before = await heldBytes();
      const evaluator = potential.bind(structure);
      evaluator.evaluate(structure.positions, structure.cell, { forces: true, stress: true });
      const after = await heldBytes();
      // Still held here.
      evaluator.evaluate(structure.positions, structure.cell, {});
      return after - before - listBytes(structure);
    };
    // The difference of two sizes leaves out what does not grow: tables, and room for the triplets of one atom.
    const [one, nine] = [await bytesBesideList(supercell(1)), await bytesBesideList(supercell(9))];
    expect(potentials).toHaveLength(2);
    const perAtom = (nine - one) / (8 * large.species.length);
    expect(perAtom).toBeGreaterThan(100);
    expect(perAtom).toBeLessThan(2048);
  });
});
