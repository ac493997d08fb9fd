/** Committees of networks: one pass over the functions, the same numbers as their members one by one. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PotentialSource } from '../../core/contracts/card.ts';
import { loadPotential } from '../../core/potential/load.ts';
import { neuralCard } from '../../core/potential/n2p2.ts';
import { modelPotential, type NeuralModel } from '../../core/potential/neural-model.ts';
import { chargedNeuralPotential } from '../../core/potential/neural-4g.ts';
import { bindNetworks, type NeuralDescription } from '../../core/potential/neural.ts';
import type { Evaluation, Evaluator } from '../../core/potential/potential.ts';
import { writeN2p2Potential } from '../../core/files/n2p2/folder.ts';
import { crystal, filesOf, smallDescription } from '../files/n2p2/potentials.ts';
import { bundledPath, rattled, zincblende } from './models.ts';
import { gaussianFunctions, randomCharged } from './neural-models.ts';
import { trainedSilicon } from './trained-silicon.ts';

const everything = { forces: true, stress: true, energies: true, virials: true, extrapolation: true } as const;
const { networks: _, ...basis } = smallDescription();
const model: NeuralModel = { basis, members: [1, 2, 3, 4, 5].map((seed) => ({ networks: smallDescription({ seed }).networks })) };
const card = neuralCard('small', smallDescription(), []);
const at = (evaluator: Evaluator, want: Parameters<Evaluator['evaluate']>[2]): Evaluation => evaluator.evaluate(crystal.positions, crystal.cell, want);

/** Sums of the same terms in another order, relative to the largest. */
const rounding = 1e-12;
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  const size = Array.from(expected).reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-3);
  Array.from(expected).forEach((value, k) => expect(Math.abs(found[k]! - value)).toBeLessThan(rounding * size));
}

describe('five members on the same functions', () => {
  const committee = modelPotential(model, card);
  const alone = committee.members!.map((member) => ({ ...at(member.bind(crystal), everything) }));
  const mean = (pick: (member: Evaluation) => ArrayLike<number>): number[] =>
    Array.from(pick(alone[0]!), (__, i) => alone.reduce((sum, member) => sum + pick(member)[i]!, 0) / alone.length);

  for (const spread of [false, true]) {
    test(spread ? 'their mean with its spread' : 'their mean alone, from one vector-Jacobian product', () => {
      const found = at(committee.bind(crystal), { ...everything, spread });
      expect(found.energy).toBeCloseTo(mean(({ energy }) => [energy])[0]!, 11);
      for (const name of ['forces', 'stress', 'energies', 'virials'] as const) expectClose(found[name]!, mean((member) => member[name]!));
      expect(found.extrapolation!.counts).toEqual(alone[0]!.extrapolation!.counts);
      expect(found.spread !== undefined).toBe(spread);
    });
  }

  test('the spread is the standard deviation over members that are evaluated by themselves', () => {
    const { spread } = at(committee.bind(crystal), { spread: true });
    const energies = alone.map(({ energy }) => energy), middle = energies.reduce((a, b) => a + b) / 5;
    expect(spread!.energy).toBeCloseTo(Math.sqrt(energies.reduce((sum, energy) => sum + (energy - middle) ** 2, 0) / 4), 10);
    const average = mean(({ forces }) => forces!);
    const expected = crystal.species.map((__, i) => Math.sqrt(alone.reduce((sum, { forces }) => sum + [0, 1, 2].reduce((s, x) => s + (forces![3 * i + x]! - average[3 * i + x]!) ** 2, 0), 0) / 4));
    expectClose(spread!.forces, expected);
    expect(Math.min(...spread!.forces)).toBeGreaterThan(1e-3);
  });

  test('the plain reference and whatever evaluates by default agree for every member', () => {
    const members = model.members.map(({ networks }) => networks);
    const [fast, plain] = [false, true].map((reference) => bindNetworks(basis, members, 'small', { reference })(crystal).evaluate(crystal.positions, crystal.cell, everything));
    fast!.forEach((member, m) => {
      for (const name of ['forces', 'stress', 'energies', 'virials'] as const) expectClose(member[name]!, plain![m]![name]!);
    });
  });

  test('in the plain reference, eight with their spread cost far less than eight evaluations', () => {
    const members = Array.from({ length: 8 }, (__, m) => model.members[m % 5]!.networks);
    const structure = rattled(zincblende(5.43, 'Si', 'C'), 0.05);
    const cost = (count: number): number => {
      const evaluator = bindNetworks(basis, members.slice(0, count), 'small', { reference: true })(structure);
      return Math.min(...Array.from({ length: 15 }, () => {
        const begin = performance.now();
        for (let k = 0; k < 5; k++) evaluator.evaluate(structure.positions, structure.cell, { forces: true });
        return performance.now() - begin;
      }));
    };
    cost(8);
    // Measured 1.4 to 1.6 times one; eight by themselves are 8. Half of that leaves room for a busy machine.
    expect(cost(8) / cost(1)).toBeLessThan(4);
  });
});

test('charged members share the pass too: each has charges of its own, and the mean and its spread are theirs', () => {
  const members = [1, 2, 3].map((seed) => randomCharged(crystal, { functions: gaussianFunctions, seed }));
  const { networks: _networks, equilibration: _equilibration, ...chargedBasis } = members[0]!;
  const committee = modelPotential({ basis: chargedBasis, members: members.map(({ networks, equilibration }) => ({ networks, equilibration })) }, neuralCard('charged', members[0]!, []));
  const alone = members.map((member) => structuredClone(at(chargedNeuralPotential(member, card).bind(crystal), { forces: true, stress: true, energies: true })));
  const found = at(committee.bind(crystal), { forces: true, stress: true, energies: true, spread: true, extrapolation: true });
  const mean = (pick: (member: Evaluation) => ArrayLike<number>): number[] => Array.from(pick(alone[0]!), (__, i) => alone.reduce((sum, member) => sum + pick(member)[i]!, 0) / 3);
  expect(found.energy).toBeCloseTo(mean(({ energy }) => [energy])[0]!, 11);
  for (const name of ['forces', 'stress', 'energies', 'charges'] as const) expectClose(found[name]!, mean((member) => member[name]!));
  const energies = alone.map(({ energy }) => energy), middle = energies.reduce((a, b) => a + b) / 3;
  expect(found.spread!.energy).toBeCloseTo(Math.sqrt(energies.reduce((sum, energy) => sum + (energy - middle) ** 2, 0) / 2), 10);
  expect(new Set(alone.map(({ charges }) => charges![0])).size).toBe(3);
  expect(found.extrapolation!.counts).toHaveLength(crystal.species.length);
});

describe('a folder of folders', () => {
  const member = (folder: string, description: NeuralDescription): PotentialSource['files'] => filesOf(description).map(({ name, bytes }) => ({ name: `${folder}/${name}`, bytes }));
  const load = (files: PotentialSource['files']): ReturnType<typeof loadPotential> => loadPotential({ name: 'many', files, options: { units: 'angstrom,ev' } });
  const energy = (potential: ReturnType<typeof loadPotential>): number => at(potential.bind(crystal), {}).energy;

  test('with the same functions is a committee that shares them', () => {
    const potential = load([1, 2, 3].flatMap((seed) => member(String(seed), smallDescription({ seed }))));
    expect(potential.members!.map(({ card: { name } }) => name)).toEqual(['many, member 1', 'many, member 2', 'many, member 3']);
    expect(potential.card).toMatchObject({ name: 'many', title: 'Committee of 3: Neural network potential, C–Si', kind: 'neural-network', members: 3 });
    const expected = modelPotential({ ...model, members: model.members.slice(0, 3) }, card);
    expect(energy(potential)).toBe(energy(expected));
  });

  test('with other functions is one all the same', () => {
    const other = smallDescription({ seed: 4, cutoff: { type: 7, alpha: 0.2 } });
    const potential = load([...member('1', smallDescription()), ...member('2', other)]);
    expect(potential.members).toHaveLength(2);
    const each = potential.members!.map(energy);
    expect(energy(potential)).toBeCloseTo((each[0]! + each[1]!) / 2, 12);
    expect(potential.card.members).toBe(2);
  });

  test('with other ranges tells of each atom how far it lies outside those of any member', () => {
    const narrow = smallDescription();
    const wide = { ...narrow, statistics: narrow.statistics.map((own, e) => (e === 1 ? { ...own, maximum: own.maximum.map((high) => 10 * high + 1), minimum: own.minimum.map((low) => low - 10) } : own)) };
    const other = { ...narrow, statistics: narrow.statistics.map((own, e) => (e === 0 ? { ...own, maximum: own.maximum.map((high) => 10 * high + 1), minimum: own.minimum.map((low) => low - 10) } : own)) };
    const potential = load([...member('1', wide), ...member('2', other)]);
    const squeezed = { ...crystal, positions: crystal.positions.map((x) => 0.7 * x), cell: crystal.cell.map((x) => 0.7 * x) };
    const outside = (one: ReturnType<typeof loadPotential>): Float64Array => Float64Array.from(one.bind(squeezed).evaluate(squeezed.positions, squeezed.cell, { extrapolation: true }).extrapolation!.excess);
    const [first, second] = potential.members!.map(outside) as [Float64Array, Float64Array];
    // Each member knows one element only too well.
    expect(Math.max(...first)).toBeGreaterThan(0);
    expect(Math.max(...second)).toBeGreaterThan(0);
    expect(first).not.toEqual(second);
    expect(outside(potential)).toEqual(first.map((excess, i) => Math.max(excess, second[i]!)));
  });

  test('with kinked networks in one member is refused where curvature counts, as that member is', () => {
    const potential = load([...member('1', smallDescription()), ...member('2', smallDescription({ activation: 'relu' }))]);
    expect(potential.card.kinks).toEqual(['the network of C has the activation relu, whose slope jumps', 'the network of Si has the activation relu, whose slope jumps']);
    expect(potential.card.limits.some((limit) => limit.startsWith('Energies are usable, forces jump'))).toBe(true);
  });

  test('holds analytic potentials too, and refuses other elements', () => {
    const analytic = (folder: string, name: string): PotentialSource['files'] => [{ name: `${folder}/${name}.json`, bytes: readFileSync(bundledPath(name)) }];
    const silicon = loadPotential({ name: 'two', files: [...analytic('a', 'si-stillinger-weber'), ...analytic('b', 'si-tersoff')] });
    expect(silicon.card).toMatchObject({ kind: 'committee', members: 2, elements: ['Si'] });
    expect(() => loadPotential({ name: 'two', files: [...analytic('a', 'si-tersoff'), ...analytic('b', 'sic-tersoff')] }))
      .toThrow('The members two/a and two/b of the committee two cover different elements (Si and C, Si). Put only potentials of the same elements into its folder.');
  });

  test('with a single folder is no committee', () => {
    expect(() => load(member('1', smallDescription()))).toThrow('The potential has no file scaling.data');
  });
});

test('the fitted committee knows silicon where it was fitted and disagrees outside', () => {
  const file = trainedSilicon(3, 40);
  const potential = modelPotential(file.model, { ...card, ...file.card, elements: ['Si'] });
  const trust = (a: number, amplitude: number): Evaluation => {
    const structure = rattled(zincblende(a, 'Si', 'Si'), amplitude, 4);
    return potential.bind(structure).evaluate(structure.positions, structure.cell, { spread: true, extrapolation: true });
  };
  const inside = trust(5.43, 0.04), outside = trust(4.9, 0.2);
  const most = (values: ArrayLike<number>): number => Math.max(...Array.from(values));
  expect(most(inside.extrapolation!.counts)).toBe(0);
  expect(most(outside.extrapolation!.counts)).toBeGreaterThan(0);
  // An order of magnitude apart: the point of a committee.
  expect(most(outside.spread!.forces)).toBeGreaterThan(10 * most(inside.spread!.forces));
});

test('what is written for n2p2 is read back as the same committee', () => {
  const files = model.members.flatMap(({ networks }, m) => writeN2p2Potential({ ...basis, networks }).map(({ name, text }) => ({ name: `${m + 1}/${name}`, bytes: new TextEncoder().encode(text) })));
  const again = loadPotential({ name: 'again', files });
  expect(at(again.bind(crystal), everything)).toEqual(at(modelPotential(model, card).bind(crystal), everything));
});
