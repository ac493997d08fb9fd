/** What must not change the physics: the origin, the orientation, the names of atoms, the choice and size of the cell. */
import { describe, expect, test } from 'vitest';
import { strained, withPositions } from '../../core/crystal/structure.ts';
import { supercell } from '../../core/crystal/supercell.ts';
import { multiply3, transpose3, vectorTimesMatrix3 } from '../../core/math/matrix3.ts';
import { random } from '../../core/math/random.ts';
import { stressTensor } from '../../core/math/voigt.ts';
import type { Structure } from '../../core/contracts/structure.ts';
import type { Potential } from '../../core/potential/potential.ts';
import { randomRotation, randomUnimodular } from '../crystal/crystals.ts';
import { models } from './models.ts';

function evaluate(potential: Potential, structure: Structure): { energy: number; forces: Float64Array; stress: Float64Array; energies: Float64Array } {
  const result = potential.bind(structure).evaluate(structure.positions, structure.cell, { forces: true, stress: true, energies: true });
  return { energy: result.energy, forces: result.forces!, stress: result.stress!, energies: result.energies! };
}

/** Rounding of sums over a few hundred neighbours, with Ewald sums at 1e-12 among them. */
const relative = 3e-11;

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, scale: number): void {
  expect(actual.length).toBe(expected.length);
  for (let k = 0; k < expected.length; k++) expect(Math.abs(actual[k]! - expected[k]!)).toBeLessThan(relative * scale);
}

describe.each(models)('$name', ({ potential, structure }) => {
  const before = evaluate(potential, structure);
  const forceScale = Math.hypot(...before.forces), stressScale = Math.hypot(...before.stress), energyScale = Math.abs(before.energy) + 1;

  test('no net force, and per-atom energies add up', () => {
    for (let x = 0; x < 3; x++) {
      const net = before.forces.reduce((sum, force, k) => (k % 3 === x ? sum + force : sum), 0);
      expect(Math.abs(net)).toBeLessThan(1e-12 * forceScale);
    }
    expect(Math.abs(before.energies.reduce((sum, energy) => sum + energy, 0) - before.energy)).toBeLessThan(1e-13 * energyScale);
  });

  test('translation, and atoms outside the cell', () => {
    const source = random(3);
    const moved = structure.positions.map((x, k) => x + [1.3, -7.9, 0.4][k % 3]!);
    for (let i = 0; i < structure.species.length; i++) {
      const shift = vectorTimesMatrix3([source.integer(5) - 2, source.integer(5) - 2, source.integer(5) - 2], structure.cell);
      for (let x = 0; x < 3; x++) moved[3 * i + x]! += shift[x]!;
    }
    const after = evaluate(potential, withPositions(structure, moved));
    expectClose([after.energy], [before.energy], energyScale);
    expectClose(after.forces, before.forces, forceScale);
    expectClose(after.stress, before.stress, stressScale);
  });

  test('rotation turns forces and stress along', () => {
    const rotation = randomRotation(random(5));
    const after = evaluate(potential, strained(structure, rotation));
    expectClose([after.energy], [before.energy], energyScale);
    expectClose(after.energies, before.energies, energyScale);
    const turned = new Float64Array(before.forces.length);
    for (let i = 0; i < turned.length; i += 3) turned.set(vectorTimesMatrix3(before.forces.subarray(i, i + 3), transpose3(rotation)), i);
    expectClose(after.forces, turned, forceScale);
    const tensor = multiply3(multiply3(rotation, stressTensor(before.stress)), transpose3(rotation));
    expectClose(stressTensor(after.stress), tensor, stressScale);
  });

  test('permutation of the atoms', () => {
    const order = structure.species.map((_, i) => (5 * i + 3) % structure.species.length);
    const after = evaluate(potential, {
      ...structure, species: order.map((i) => structure.species[i]!), positions: Float64Array.from(order.flatMap((i) => [...structure.positions.subarray(3 * i, 3 * i + 3)])),
    });
    expectClose([after.energy], [before.energy], energyScale);
    expectClose(after.forces, order.flatMap((i) => [...before.forces.subarray(3 * i, 3 * i + 3)]), forceScale);
    expectClose(after.stress, before.stress, stressScale);
  });

  test('another cell of the same crystal', () => {
    const after = evaluate(potential, withPositions(structure, structure.positions, multiply3(randomUnimodular(random(11)), structure.cell)));
    expectClose([after.energy], [before.energy], energyScale);
    expectClose(after.forces, before.forces, forceScale);
    expectClose(after.stress, before.stress, stressScale);
  });

  test('a supercell has the energy of its cells and the same stress', () => {
    const large = supercell(structure, [2, 1, 0, 0, 1, 1, 0, 0, 1]).structure;
    const after = evaluate(potential, large);
    const cells = large.species.length / structure.species.length;
    expect(cells).toBe(2);
    expectClose([after.energy], [cells * before.energy], cells * energyScale);
    expectClose(after.stress, before.stress, stressScale);
  });

  test('one evaluator along a path gives what fresh ones give, bit for bit where its list is fresh', () => {
    const evaluator = potential.bind(structure);
    const source = random(13);
    let here = structure.positions;
    for (let step = 0; step < 4; step++) {
      here = here.map((x) => x + 0.05 * source.normal());
      const kept = evaluator.evaluate(here, structure.cell, { forces: true });
      const fresh = evaluate(potential, withPositions(structure, here));
      expectClose([kept.energy], [fresh.energy], energyScale);
      expectClose(kept.forces!, fresh.forces, Math.hypot(...fresh.forces));
    }
  });

  test('only what is wanted is given', () => {
    expect(Object.keys(potential.bind(structure).evaluate(structure.positions, structure.cell, {})).sort()).toEqual(potential.card.charges ? ['charges', 'energy'] : ['energy']);
  });
});

describe('interaction range', () => {
  test.each(models.filter(({ potential }) => potential.interactionRange !== null))('$name: no force feels an atom beyond it, and forces do at shorter distance', ({ potential, structure }) => {
    const range = potential.interactionRange!;
    const large = supercell(structure, [3, 0, 0, 0, 3, 0, 0, 0, 3]).structure;
    const evaluator = potential.bind(large);
    const before = Float64Array.from(evaluator.evaluate(large.positions, large.cell, { forces: true }).forces!);
    const moved = large.positions.slice();
    moved[0]! += 1e-3;
    const after = evaluator.evaluate(moved, large.cell, { forces: true }).forces!;
    let farthestFelt = 0;
    for (let i = 1; i < large.species.length; i++) {
      let nearest = Infinity;
      for (let n = 0; n < 27; n++) {
        const shift = vectorTimesMatrix3([(n % 3) - 1, (Math.floor(n / 3) % 3) - 1, Math.floor(n / 9) - 1], large.cell);
        nearest = Math.min(nearest, Math.hypot(...[0, 1, 2].map((x) => large.positions[3 * i + x]! + shift[x]! - large.positions[x]!)));
      }
      const change = Math.hypot(...[0, 1, 2].map((x) => after[3 * i + x]! - before[3 * i + x]!));
      if (nearest > range + 2e-3) expect(change).toBe(0);
      else if (change > 0) farthestFelt = Math.max(farthestFelt, nearest);
    }
    expect(farthestFelt).toBeGreaterThan(0.45 * range);
  });
});
