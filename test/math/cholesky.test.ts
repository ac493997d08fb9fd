import { describe, expect, test } from 'vitest';
import { factoriseCholesky, solveCholesky } from '../../core/math/cholesky.ts';
import { random } from '../../core/math/random.ts';

describe('Cholesky factors', () => {
  test.each([1, 2, 3, 7, 40])('solve a system of order %i', (n) => {
    const source = random(n);
    const half = Float64Array.from({ length: n * n }, () => source.normal());
    const matrix = Float64Array.from({ length: n * n }, (_, ij) => {
      const i = Math.floor(ij / n), j = ij % n;
      let sum = i === j ? 1 : 0;
      for (let k = 0; k < n; k++) sum += half[i * n + k]! * half[j * n + k]!;
      return sum;
    });
    const right = Float64Array.from({ length: n }, () => source.normal());
    // The upper triangle is not to be read.
    const factor = matrix.map((value, ij) => (ij % n > Math.floor(ij / n) ? NaN : value));
    expect(factoriseCholesky(factor, n)).toBe(true);
    const x = right.slice();
    solveCholesky(factor, n, x);
    // Backward stable: the residual is rounding of |A||x|, here below 1e4.
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * x[j]!;
      expect(Math.abs(sum - right[i]!)).toBeLessThan(1e-11);
    }
  });

  test.each([['indefinite', [1, 0, 2, 1]], ['singular', [1, 0, 1, 1]], ['not finite', [1, 0, NaN, 1]]])('are refused to a matrix that is %s', (_, matrix) => {
    expect(factoriseCholesky(Float64Array.from(matrix), 2)).toBe(false);
  });
});
