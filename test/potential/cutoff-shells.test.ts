/** Neighbour shells that cross plain cutoffs. */
import { expect, test } from 'vitest';
import { strained } from '../../core/crystal/structure.ts';
import { crossingShells, shellsNearCutoffs } from '../../core/potential/cutoff-shells.ts';
import { bundled, cutoffs, pairTerm, potentialWith, rockSalt } from './models.ts';

const isotropic = (factor: number): number[] => [factor, 0, 0, 0, factor, 0, 0, 0, factor];

test('no shell crosses while the cutoff lies between shells', () => {
  const salt = rockSalt(5.6, 'Na', 'Cl');
  const potential = potentialWith(pairTerm('morse', cutoffs.plain));
  expect(crossingShells([salt, strained(salt, isotropic(1.05)), strained(salt, isotropic(0.95))], potential)).toEqual([]);
});

test('a shell that expansion carries across is named with pair, number and distances', () => {
  const salt = rockSalt(5.6, 'Na', 'Cl');
  const potential = potentialWith(pairTerm('morse', cutoffs.plain));
  // Second shell at 5.6/√2 = 3.9598 Å (12 like neighbours), × 1.12 = 4.4350 Å; the third, unlike, only goes further out.
  const messages = crossingShells([salt, strained(salt, isotropic(1.12))], potential);
  expect(messages.map(({ values }) => values)).toEqual([
    { count: 12, pair: 'Cl–Cl', nearest: '3.9598', farthest: '4.4350', radius: 4.4 },
    { count: 12, pair: 'Na–Na', nearest: '3.9598', farthest: '4.4350', radius: 4.4 },
  ]);
  expect(messages[0]!.sentence).toMatch(/^The 12 Cl–Cl neighbours at 3\.9598 to 4\.4350 Å cross the plain cutoff of 4\.4 Å/);
});

test('a shear splits a shell: only the part that crosses is counted', () => {
  const salt = rockSalt(5.6, 'Na', 'Cl');
  const potential = potentialWith(pairTerm('morse', cutoffs.plain));
  // Stretching x by 30 % takes the eight neighbours (±½, ±½, 0), (±½, 0, ±½) to 4.5918 Å and leaves four at 3.9598 Å.
  const [message] = crossingShells([salt, strained(salt, [1.3, 0, 0, 0, 1, 0, 0, 0, 1])], potential);
  expect(message!.values['count']).toBe(8);
});

test('tapered cutoffs are never crossed', () => {
  const salt = rockSalt(5.6, 'Na', 'Cl');
  expect(crossingShells([salt, strained(salt, isotropic(1.3))], potentialWith(pairTerm('morse', cutoffs.tapered)))).toEqual([]);
});

test('the nearest shell to each cutoff of MgO', () => {
  // Mg–O distances are a/2·√(odd sums of squares), O–O a/2·√(even): around 11.15 Å √27 → 10.9091 and √29 → 11.3060;
  // √28 is no sum of three squares, so O–O has √26 → 10.7051 and √30 → 11.4993.
  const shells = shellsNearCutoffs(rockSalt(4.1989081351, 'Mg', 'O'), bundled('mgo-lewis-catlow'));
  expect(shells.map(({ elements, cutoff }) => ({ elements, cutoff }))).toEqual([{ elements: ['Mg', 'O'], cutoff: 11.15 }, { elements: ['O', 'O'], cutoff: 11.15 }]);
  expect(shells[0]!.distance).toBeCloseTo((4.1989081351 / 2) * Math.sqrt(29), 9);
  // 29 = 25 + 4 + 0 = 16 + 9 + 4: 24 + 48 directions.
  expect(shells[0]!.neighbours).toBe(72);
  expect(shells[1]!.distance).toBeCloseTo((4.1989081351 / 2) * Math.sqrt(30), 9);
});
