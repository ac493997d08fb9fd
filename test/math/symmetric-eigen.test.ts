import { expect, test } from 'vitest';
import { gaussLegendre } from '../../core/math/quadrature.ts';
import { random } from '../../core/math/random.ts';
import { symmetricEigen } from '../../core/math/symmetric-eigen.ts';

test('eigenvectors are orthonormal, diagonalise the matrix, and come in ascending order', () => {
  const source = random(3);
  for (const n of [1, 2, 3, 6, 27]) {
    const m = Float64Array.from({ length: n * n }, () => source.normal());
    const symmetric = m.map((value, k) => 0.5 * (value + m[n * (k % n) + Math.floor(k / n)]!));
    const { values, vectors } = symmetricEigen(symmetric, n);
    expect([...values]).toEqual([...values].sort((a, b) => a - b));
    for (let p = 0; p < n; p++) {
      for (let q = 0; q < n; q++) {
        let overlap = 0, element = 0;
        for (let i = 0; i < n; i++) {
          overlap += vectors[p * n + i]! * vectors[q * n + i]!;
          for (let j = 0; j < n; j++) element += vectors[p * n + i]! * symmetric[i * n + j]! * vectors[q * n + j]!;
        }
        // Jacobi is backward stable: errors of some n times the rounding of entries of order one.
        expect(overlap).toBeCloseTo(p === q ? 1 : 0, 13);
        expect(element).toBeCloseTo(p === q ? values[p]! : 0, 12);
      }
    }
  }
});

test('degenerate and diagonal matrices are exact', () => {
  expect([...symmetricEigen([2, 0, 0, 0, 2, 0, 0, 0, 1], 3).values]).toEqual([1, 2, 2]);
  const { values } = symmetricEigen([2, 1, 1, 1, 2, 1, 1, 1, 2], 3);
  [1, 1, 4].forEach((value, i) => expect(values[i]).toBeCloseTo(value, 14));
});

test('Gauss-Legendre nodes integrate polynomials up to degree 2n − 1 exactly, and the next one not', () => {
  for (const n of [1, 2, 5, 12, 40]) {
    const { nodes, weights } = gaussLegendre(n);
    const integral = (degree: number): number => nodes.reduce((sum, x, k) => sum + weights[k]! * x ** degree, 0);
    for (let degree = 0; degree < 2 * n; degree++) expect(integral(degree)).toBeCloseTo(degree % 2 === 0 ? 2 / (degree + 1) : 0, 13);
    if (n < 12) expect(Math.abs(integral(2 * n) - 2 / (2 * n + 1))).toBeGreaterThan(1e-8);
  }
});
