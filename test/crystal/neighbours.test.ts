import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNeighbours, neighbourList, type NeighbourList } from '../../core/crystal/neighbours.ts';
import { fractionalPositions } from '../../core/crystal/structure.ts';
import { inverse3, multiply3 } from '../../core/math/matrix3.ts';
import { random, type Random } from '../../core/math/random.ts';
import { randomCell, randomUnimodular } from './crystals.ts';

type Periodic = [boolean, boolean, boolean];

/** Every pair within the cutoff by looking at every image that could possibly be meant: `i j n1 n2 n3`, sorted. */
function bruteForce(positions: Float64Array, cell: Float64Array, periodic: Periodic, cutoff: number): string[] {
  const inverse = inverse3(cell);
  const f = fractionalPositions({ positions, cell });
  const pairs: string[] = [];
  const count = positions.length / 3;
  for (let i = 0; i < count; i++) for (let j = 0; j < count; j++) {
    // |Δf + n| along each axis is at most cutoff / (height of the cell along it).
    const ranges = [0, 1, 2].map((x) => {
      const bound = cutoff * Math.hypot(inverse[x]!, inverse[3 + x]!, inverse[6 + x]!);
      const difference = f[3 * j + x]! - f[3 * i + x]!;
      return periodic[x] ? [Math.floor(-bound - difference), Math.ceil(bound - difference)] as const : [0, 0] as const;
    });
    for (let a = ranges[0]![0]; a <= ranges[0]![1]; a++) for (let b = ranges[1]![0]; b <= ranges[1]![1]; b++) for (let c = ranges[2]![0]; c <= ranges[2]![1]; c++) {
      if (i === j && a === 0 && b === 0 && c === 0) continue;
      const d = [0, 1, 2].map((x) => positions[3 * j + x]! - positions[3 * i + x]! + (a * cell[x]! + b * cell[3 + x]! + c * cell[6 + x]!));
      if (Math.sqrt(d[0]! * d[0]! + d[1]! * d[1]! + d[2]! * d[2]!) <= cutoff) pairs.push(`${i} ${j} ${a} ${b} ${c}`);
    }
  }
  return pairs.sort();
}

function entries(list: NeighbourList, cutoff = Infinity): string[] {
  const out: string[] = [];
  for (let i = 0; i + 1 < list.first.length; i++) for (let p = list.first[i]!; p < list.first[i + 1]!; p++) {
    if (list.distances[p]! <= cutoff) out.push(`${i} ${list.atoms[p]} ${Array.from(list.shifts.subarray(3 * p, 3 * p + 3)).join(' ')}`);
  }
  return out;
}

const scattered = (r: Random, count: number, size: number): Float64Array => Float64Array.from({ length: 3 * count }, () => size * (2.5 * r.uniform() - 0.5));

describe('neighbourList', () => {
  it('equals the search over all images, for any cell, periodicity, cutoff and position of the atoms', () => {
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), fc.double({ min: 0.2, max: 3, noNaN: true }), fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), fc.boolean(),
      (seed, count, ratio, periodic, skewed) => {
        const r = random(seed);
        let cell = randomCell(r, 4, 0.4);
        // Skewed cells: another choice of the lattice vectors; only possible where all of them repeat.
        if (skewed && periodic.every(Boolean)) cell = multiply3(randomUnimodular(r), cell);
        const positions = scattered(r, count, 4);
        // Up to three times the cell: many images of each atom.
        const cutoff = 4 * ratio * (count > 4 ? 0.5 : 1);
        expect(entries(neighbourList(positions, cell, periodic, cutoff)).sort()).toEqual(bruteForce(positions, cell, periodic, cutoff));
      }), { numRuns: 120, seed: 11 });
  });

  it('works for larger systems where the bins are many', () => {
    const r = random(12);
    for (const periodic of [[true, true, true], [true, false, true], [false, false, false], [false, true, false]] as Periodic[]) {
      const cell = randomCell(r, 22, 0.3);
      const positions = scattered(r, 250, 22);
      expect(entries(neighbourList(positions, cell, periodic, 4.5)).sort()).toEqual(bruteForce(positions, cell, periodic, 4.5));
    }
  });

  it('is right for one atom in an extremely flat or long cell', () => {
    for (const cell of [[1.5, 0, 0, 0, 40, 0, 0, 0, 1.5], [2, 0, 0, 60, 2, 0, -35, 21, 3]]) {
      const h = Float64Array.from(cell);
      const list = neighbourList(Float64Array.of(0.3, -7, 100), h, [true, true, true], 9);
      expect(entries(list).sort()).toEqual(bruteForce(Float64Array.of(0.3, -7, 100), h, [true, true, true], 9));
    }
  });

  it('knows the shells of face-centred cubic: 12, 6, 24, 12, 24, 8, 48', () => {
    const a = 4;
    const cell = Float64Array.of(0, 2, 2, 2, 0, 2, 2, 2, 0);
    const { distances } = neighbourList(new Float64Array(3), cell, [true, true, true], a * Math.sqrt(3.51));
    const shells = [12, 6, 24, 12, 24, 8, 48].map((_, n) => Array.from(distances).filter((d) => Math.abs(d - a * Math.sqrt((n + 1) / 2)) < 1e-9).length);
    expect(shells).toEqual([12, 6, 24, 12, 24, 8, 48]);
    expect(distances.length).toBe(134);
  });

  it('lists every pair from both ends with exactly opposite vectors, sorted by atom and shift', () => {
    const r = random(13);
    const cell = randomCell(r, 5, 0.4);
    const list = neighbourList(scattered(r, 9, 5), cell, [true, true, true], 7);
    const index = new Map(entries(list).map((key, p) => [key, p]));
    for (let i = 0; i < 9; i++) for (let p = list.first[i]!; p < list.first[i + 1]!; p++) {
      const n = Array.from(list.shifts.subarray(3 * p, 3 * p + 3), (value) => -value + 0);
      const q = index.get(`${list.atoms[p]} ${i} ${n.join(' ')}`)!;
      expect(list.distances[q]).toBe(list.distances[p]);
      for (let x = 0; x < 3; x++) expect(list.vectors[3 * q + x]! + list.vectors[3 * p + x]!).toBe(0);
      if (p > list.first[i]!) {
        const key = (e: number): number[] => [list.atoms[e]!, ...list.shifts.subarray(3 * e, 3 * e + 3)];
        const [before, after] = [key(p - 1), key(p)];
        const k = after.findIndex((value, x) => value !== before[x]);
        expect(after[k]!).toBeGreaterThan(before[k]!);
      }
    }
  });
});

describe('createNeighbours', () => {
  const periodic: Periodic = [true, true, true];

  it('never misses a pair within the cutoff while atoms drift and the cell strains, and seldom rebuilds', () => {
    const r = random(14);
    for (const axes of [periodic, [true, true, false] as Periodic]) {
      let cell = randomCell(r, 9, 0.3);
      let positions = scattered(r, 40, 9);
      const neighbours = createNeighbours({ periodic: axes, cutoff: 4, skin: 0.6 });
      for (let step = 0; step < 120; step++) {
        expect(entries(neighbours.update(positions, cell), 4).sort()).toEqual(bruteForce(positions, cell, axes, 4));
        positions = positions.map((value) => value + 0.02 * r.normal());
        if (step % 3 === 0) {
          const strain = Float64Array.from({ length: 9 }, (_, k) => (k % 4 === 0 ? 1 : 0) + 0.004 * r.normal());
          cell = multiply3(cell, strain);
          positions = Float64Array.from({ length: positions.length }, (_, k) => {
            const [i, x] = [k - (k % 3), k % 3];
            return positions[i]! * strain[x]! + positions[i + 1]! * strain[3 + x]! + positions[i + 2]! * strain[6 + x]!;
          });
        }
      }
      expect(neighbours.rebuilds).toBeGreaterThan(1);
      expect(neighbours.rebuilds).toBeLessThan(60);
    }
  });

  it('follows a homogeneous strain without a rebuild, however large the cell, and rebuilds when a jump demands it', () => {
    const r = random(15);
    const cell = randomCell(r, 30, 0.1);
    const positions = scattered(r, 60, 30);
    const neighbours = createNeighbours({ periodic, cutoff: 5, skin: 0.5 });
    neighbours.update(positions, cell);
    const strain = Float64Array.of(1.02, 0.01, 0, 0, 0.98, 0, 0.005, 0, 1.01);
    const moved = Float64Array.from({ length: 180 }, (_, k) => positions[k - (k % 3)]! * strain[k % 3]! + positions[k - (k % 3) + 1]! * strain[3 + (k % 3)]! + positions[k - (k % 3) + 2]! * strain[6 + (k % 3)]!);
    neighbours.update(moved, multiply3(cell, strain));
    expect(neighbours.rebuilds).toBe(1);
    moved[7]! += 0.5;
    neighbours.update(moved, multiply3(cell, strain));
    expect(neighbours.rebuilds).toBe(2);
  });

  it('gives the same bits whatever happened before: order and vectors depend on the present configuration only', () => {
    const r = random(16);
    const cell = randomCell(r, 6, 0.3);
    const positions = scattered(r, 20, 6);
    const within = (list: NeighbourList): number[] => {
      const out: number[] = [];
      for (let i = 0; i < 20; i++) for (let p = list.first[i]!; p < list.first[i + 1]!; p++) {
        if (list.distances[p]! <= 5) out.push(i, list.atoms[p]!, ...list.shifts.subarray(3 * p, 3 * p + 3), ...list.vectors.subarray(3 * p, 3 * p + 3), list.distances[p]!);
      }
      return out;
    };
    const veteran = createNeighbours({ periodic, cutoff: 5, skin: 0.8 });
    veteran.update(positions.map((value) => value + 0.1 * (r.uniform() - 0.5)), cell);
    const old = within(veteran.update(positions, cell));
    expect(veteran.rebuilds).toBe(1);
    expect(old).toEqual(within(createNeighbours({ periodic, cutoff: 5, skin: 0.1 }).update(positions, cell)));
  });

  it('allocates nothing while it only refreshes', () => {
    const r = random(17);
    const cell = randomCell(r, 8, 0.2);
    const positions = scattered(r, 30, 8);
    const neighbours = createNeighbours({ periodic, cutoff: 4, skin: 0.5 });
    const { vectors, distances, atoms } = neighbours.update(positions, cell);
    const again = neighbours.update(positions.map((value) => value + 0.01), cell);
    expect(again.vectors).toBe(vectors);
    expect(again.distances).toBe(distances);
    expect(again.atoms).toBe(atoms);
  });
});
