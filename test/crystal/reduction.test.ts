import { describe, expect, it } from 'vitest';
import { minkowskiReduction, niggliReduction, shortestLatticeVector } from '../../core/crystal/reduction.ts';
import { cellParameters } from '../../core/crystal/structure.ts';
import { determinant3, dot3, multiply3, norm3 } from '../../core/math/matrix3.ts';
import { random } from '../../core/math/random.ts';
import { randomCell, randomUnimodular } from './crystals.ts';

/** Lengths of all lattice vectors with coefficients up to 4, ascending: those of a reduced basis are among the first. */
function bruteShortest(cell: Float64Array): number {
  let shortest = Infinity;
  for (let i = -4; i <= 4; i++) for (let j = -4; j <= 4; j++) for (let k = -4; k <= 4; k++) {
    if (i === 0 && j === 0 && k === 0) continue;
    shortest = Math.min(shortest, norm3([0, 1, 2].map((x) => i * cell[x]! + j * cell[3 + x]! + k * cell[6 + x]!)));
  }
  return shortest;
}

describe('Minkowski reduction', () => {
  it('undoes any mixing: shortest vectors, integer matrix of determinant +1, same lattice', () => {
    const r = random(4);
    for (let trial = 0; trial < 200; trial++) {
      const cell = randomCell(r, 5, 0.6);
      const mixed = multiply3(multiply3(randomUnimodular(r), randomUnimodular(r)), cell);
      const { cell: reduced, matrix } = minkowskiReduction(mixed);
      expect(determinant3(matrix)).toBe(1);
      multiply3(matrix, mixed).forEach((value, k) => expect(value).toBeCloseTo(reduced[k]!, 10));
      const shortest = bruteShortest(reduced);
      expect(norm3(reduced.subarray(0, 3))).toBeCloseTo(shortest, 10);
      expect(shortestLatticeVector(mixed)).toBeCloseTo(shortest, 10);
      // Minkowski's conditions in three dimensions: |b| ≤ |b ± a|, |c| ≤ |c ± a|, |c ± b|, |c ± a ± b|.
      const [a, b, c] = [0, 3, 6].map((k) => reduced.subarray(k, k + 3)) as [Float64Array, Float64Array, Float64Array];
      for (const s of [-1, 0, 1]) for (const t of [-1, 0, 1]) {
        const sum = [0, 1, 2].map((x) => c[x]! + s * a[x]! + t * b[x]!);
        expect(norm3(c)).toBeLessThanOrEqual(norm3(sum) + 1e-9);
        if (t === 0) expect(norm3(b)).toBeLessThanOrEqual(norm3([0, 1, 2].map((x) => b[x]! + s * a[x]!)) + 1e-9);
      }
    }
  });

  it('copes with extremely skewed cells and reduces two vectors alone', () => {
    expect(shortestLatticeVector([1, 0, 0, 1000, 1, 0, -777, 555, 1])).toBeCloseTo(1, 12);
    const { cell, matrix } = minkowskiReduction([3, 0, 0, 17, 2, 0, 1, 1, 9], 2);
    expect(Array.from(matrix.subarray(6))).toEqual([0, 0, 1]);
    expect(determinant3(matrix)).toBe(1);
    expect(Math.hypot(cell[0]!, cell[1]!)).toBeCloseTo(Math.hypot(1, 2), 12);
  });

  it('keeps the handedness', () => {
    const left = Float64Array.of(0, 5, 0, 5, 1, 0, 2, 3, 6);
    expect(Math.sign(determinant3(minkowskiReduction(left).cell))).toBe(Math.sign(determinant3(left)));
  });
});

describe('Niggli reduction', () => {
  it('finds the same cell from every description of the lattice', () => {
    const r = random(5);
    for (let trial = 0; trial < 100; trial++) {
      const cell = randomCell(r, 5, 0.6);
      const reference = cellParameters(niggliReduction(cell).cell);
      const mixed = multiply3(randomUnimodular(r), cell);
      const { cell: reduced, matrix } = niggliReduction(mixed);
      expect(determinant3(matrix)).toBe(1);
      const found = cellParameters(reduced);
      // 1e-7: acos near 90° and 0° keeps half of the digits at worst.
      found.lengths.forEach((length, k) => expect(length).toBeCloseTo(reference.lengths[k]!, 9));
      found.angles.forEach((angle, k) => expect(angle).toBeCloseTo(reference.angles[k]!, 7));
    }
  });

  it('meets the main conditions: sorted lengths, all angles acute or none', () => {
    const r = random(6);
    for (let trial = 0; trial < 100; trial++) {
      const { cell } = niggliReduction(multiply3(randomUnimodular(r), randomCell(r, 5, 0.6)));
      const [a, b, c] = [0, 3, 6].map((k) => cell.subarray(k, k + 3)) as [Float64Array, Float64Array, Float64Array];
      expect(norm3(a)).toBeLessThanOrEqual(norm3(b) + 1e-9);
      expect(norm3(b)).toBeLessThanOrEqual(norm3(c) + 1e-9);
      const products = [dot3(b, c), dot3(a, c), dot3(a, b)];
      expect(products.every((value) => value > 0) || products.every((value) => value <= 1e-9)).toBe(true);
      expect(2 * Math.abs(products[0]!)).toBeLessThanOrEqual(dot3(b, b) + 1e-8);
      expect(2 * Math.abs(products[1]!)).toBeLessThanOrEqual(dot3(a, a) + 1e-8);
      expect(2 * Math.abs(products[2]!)).toBeLessThanOrEqual(dot3(a, a) + 1e-8);
    }
  });

  it('gives the known reduced cells of centred cubic lattices', () => {
    const facecentred = cellParameters(niggliReduction(Float64Array.of(0, 2, 2, 2, 0, 2, 2, 2, 0)).cell);
    facecentred.angles.forEach((angle) => expect(angle).toBeCloseTo(60, 9));
    const bodycentred = cellParameters(niggliReduction(Float64Array.of(-2, 2, 2, 2, -2, 2, 2, 2, -2)).cell);
    // International Tables A, 9.2.5: the Niggli cell of cI has a = b = c and all angles 109.47°.
    bodycentred.angles.forEach((angle) => expect(angle).toBeCloseTo((Math.acos(-1 / 3) * 180) / Math.PI, 9));
  });
});
