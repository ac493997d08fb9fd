/** Neighbour shells that cross plain cutoffs. */
import { expect, test } from 'vitest';
import { strained } from '../../core/crystal/structure.ts';
import { random } from '../../core/math/random.ts';
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
    { count: 12, centre: 'Cl', neighbour: 'Cl', nearest: '3.9598', farthest: '4.4350', radius: 4.4 },
    { count: 12, centre: 'Na', neighbour: 'Na', nearest: '3.9598', farthest: '4.4350', radius: 4.4 },
  ]);
  expect(messages[0]!.sentence).toMatch(/^The shell of 12 Cl around Cl at 3\.9598 to 4\.4350 Å crosses the plain cutoff of 4\.4 Å/);
});

test('a shear splits a shell: only the part that crosses is counted', () => {
  const salt = rockSalt(5.6, 'Na', 'Cl');
  const potential = potentialWith(pairTerm('morse', cutoffs.plain));
  // Stretching x by 30 % takes the eight neighbours (±½, ±½, 0), (±½, 0, ±½) to 4.5918 Å and leaves four at 3.9598 Å.
  const [message] = crossingShells([salt, strained(salt, [1.3, 0, 0, 0, 1, 0, 0, 0, 1])], potential);
  expect(message!.values['count']).toBe(8);
});

test('strains and displacements together: the same shells as by brute force', () => {
  const potential = potentialWith({ ...(pairTerm('morse', cutoffs.plain) as object), pairs: [{ elements: ['Na', 'Cl'], depth: 0.1, alpha: 1.4, r0: 2.7 }] });
  for (let seed = 0; seed < 10; seed++) {
    const source = random(seed);
    const salt = rockSalt(5.6, 'Na', 'Cl');
    const structures = [salt, ...[1, 2].map(() => {
      const turned = strained(salt, Array.from({ length: 9 }, (_, k) => (k % 4 === 0 ? 1 : 0) + 0.1 * (source.uniform() - 0.5)));
      return { ...turned, positions: turned.positions.map((x) => x + 0.2 * source.normal()) };
    })];
    const crossing: { distance: number; nearest: number; farthest: number }[] = [];
    for (let i = 0; i < 4; i++) {
      for (let j = 4; j < 8; j++) {
        for (let n = 0; n < 729; n++) {
          const shift = [(n % 9) - 4, (Math.floor(n / 9) % 9) - 4, Math.floor(n / 81) - 4];
          const distances = structures.map(({ positions, cell }) =>
            Math.hypot(...[0, 1, 2].map((x) => positions[3 * j + x]! - positions[3 * i + x]! + shift[0]! * cell[x]! + shift[1]! * cell[3 + x]! + shift[2]! * cell[6 + x]!)));
          if (Math.min(...distances) < 4.4 && Math.max(...distances) >= 4.4) {
            crossing.push({ distance: distances[0]!, nearest: Math.min(...distances), farthest: Math.max(...distances) });
          }
        }
      }
    }
    const messages = crossingShells(structures, potential);
    const shellDistances = [...new Set(crossing.map(({ distance }) => distance.toFixed(2)))].sort();
    expect(messages.length).toBe(shellDistances.length);
    expect(messages.map(({ values }) => values['nearest']).sort()[0] ?? 'none').toBe(crossing.map(({ nearest }) => nearest.toFixed(4)).sort()[0] ?? 'none');
    expect(messages.map(({ values }) => values['farthest']).sort().at(-1) ?? 'none').toBe(crossing.map(({ farthest }) => farthest.toFixed(4)).sort().at(-1) ?? 'none');
  }
});

test('compressed to half its size, shells from far outside come in', () => {
  const salt = rockSalt(5.6, 'Na', 'Cl');
  const inside = crossingShells([salt, strained(salt, isotropic(0.5))], potentialWith(pairTerm('morse', cutoffs.plain))).map(({ values }) => Number(values['farthest']));
  // The largest 2.8·√n below 2 × 4.4 Å with a rock-salt shell: n = 9.
  expect(Math.max(...inside)).toBeCloseTo(2.8 * 3, 4);
});

test('tapered cutoffs are never crossed', () => {
  const salt = rockSalt(5.6, 'Na', 'Cl');
  expect(crossingShells([salt, strained(salt, isotropic(1.3))], potentialWith(pairTerm('morse', cutoffs.tapered)))).toEqual([]);
});

test('the nearest shell to each cutoff of MgO', () => {
  // Mg–O ends as A e^(−r/ρ) = 5e-14 eV: nothing jumps there. O–O distances are a/2·√(even sums of squares); around 11.15 Å
  // √28 is no sum of three squares, so O–O has √26 → 10.7051 and √30 → 11.4993.
  const shells = shellsNearCutoffs(rockSalt(4.1989081351, 'Mg', 'O'), bundled('mgo-lewis-catlow'));
  expect(shells.map(({ elements, cutoff }) => ({ elements, cutoff }))).toEqual([{ elements: ['O', 'O'], cutoff: 11.15 }]);
  expect(shells[0]!.distance).toBeCloseTo((4.1989081351 / 2) * Math.sqrt(30), 9);
  // 30 = 25 + 4 + 1: 48 directions.
  expect(shells[0]!.neighbours).toBe(48);
});
