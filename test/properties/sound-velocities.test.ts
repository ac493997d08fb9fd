import { expect, it, test } from 'vitest';
import { quantityOf } from '../../core/contracts/quantity.ts';
import type { ElasticityResult } from '../../core/contracts/results.ts';
import { rowsOf } from '../../core/math/rows.ts';
import { christoffel } from '../../core/properties/christoffel.ts';
import { elasticity } from '../../core/properties/elasticity.ts';
import { phonons } from '../../core/properties/phonons.ts';
import { relaxation } from '../../core/properties/relaxation.ts';
import { densityOf } from '../../core/crystal/structure.ts';
import { compareSoundVelocities, piezoelectricityOf } from '../../core/properties/sound-velocities.ts';
import { phononCase } from '../phonons/cases.ts';
import { describeWithShared } from '../shared.ts';
import { contextFor } from './context.ts';

const c = Float64Array.from({ length: 36 }, (_, k) => {
  const [i, j] = [Math.floor(k / 6), k % 6];
  return i === j ? (i < 3 ? 90 : 50) : i < 3 && j < 3 ? 12 : 0;
});
const e = Float64Array.of(0.2, -0.2, 0, 0.05, 0, 0, 0, 0, 0, 0, -0.05, -0.2, 0, 0, 0, 0, 0, 0);
const epsilon = Float64Array.of(4.4, 0, 0, 0, 4.4, 0, 0, 0, 4.6);
const plain = { stiffness: quantityOf(rowsOf(c, 6), 'GPa') } as ElasticityResult;
const polar = { ...plain, piezoelectric: { relaxed: quantityOf(rowsOf(e, 6), 'C/m²'), clamped: quantityOf(rowsOf(e, 6), 'C/m²') }, dielectric: { static: quantityOf(rowsOf(epsilon, 3), ''), electronic: quantityOf(rowsOf(epsilon, 3), '') } };

function slopes(stiffened: boolean, factor = 1) {
  return {
    acousticVelocities: [[1, 0, 0], [0, 0.6, 0.8]].map((direction) => ({
      direction,
      velocities: quantityOf(christoffel(c, 2650, direction, stiffened ? { piezoelectric: e, dielectric: epsilon } : undefined).velocities.map((v) => factor * v).toReversed(), 'm/s'),
    })),
  };
}

test('equal velocities pass, in any order; a difference above one per cent fails and says where', () => {
  expect(compareSoundVelocities(plain, slopes(false), 2650)).toMatchObject({ passed: true });
  const wrong = compareSoundVelocities(plain, slopes(false, 1.03), 2650);
  expect(wrong.passed).toBe(false);
  expect(wrong.measured.value).toBeCloseTo(0.03, 12);
  expect(wrong.message.sentence).toMatch(/^Along \(.*\) the elastic constants give a sound velocity of .* m\/s/);
});

test('phonons of a polar crystal are compared with the stiffened velocities', () => {
  expect(compareSoundVelocities(polar, slopes(true), 2650).measured.value).toBeLessThan(1e-12);
  // e²/(ε0 ε) ≈ 1 GPa of 90: half a per cent in the velocity, seen although it would pass.
  expect(compareSoundVelocities(polar, slopes(false), 2650).measured.value).toBeGreaterThan(1e-3);
  expect(piezoelectricityOf(plain)).toBeUndefined();
});

describeWithShared('two calculations that share only the potential', () => {
  // Silicon, MgO: group velocities at 1e-4 of the zone, dispersion far below 1e-7. Quartz: acoustical activity splits the
  // transverse waves along the three-fold axis linearly in q; without the piezoelectric part [210] would be off by 1.5 %.
  it.each([['silicon', 1e-7], ['magnesia', 1e-7], ['quartz', 5e-3]] as const)('%s', async (name, limit) => {
    const { crystal, potential } = phononCase(name);
    const context = contextFor(crystal.structure, potential, { 'temperature.maximum': '100' }, 'quick');
    const { relaxed } = await relaxation(context);
    const elastic = await elasticity(context, relaxed);
    const { result } = await phonons(context, relaxed);
    const density = densityOf(relaxed.crystal.structure);
    expect(result.acousticVelocities.length).toBeGreaterThan(2);
    expect(compareSoundVelocities(elastic, result, density).measured.value).toBeLessThan(limit);
    if (name === 'quartz') {
      const { piezoelectric: _, ...unstiffened } = elastic;
      expect(compareSoundVelocities(unstiffened, result, density).measured.value).toBeGreaterThan(0.01);
    }
  });
});
