import { describe, expect, test } from 'vitest';
import { hermitianSolver } from '../../core/kernels/hermitian.ts';
import { kernelModule } from '../../core/kernels/kernels.ts';
import { referenceSolver, type HermitianSolver } from '../../core/math/hermitian.ts';
import { random } from '../../core/math/random.ts';

type Matrix = { order: number; real: number[][]; imaginary: number[][] };

function randomMatrix(order: number, seed: number): Matrix {
  const source = random(seed);
  const real = Array.from({ length: order }, () => new Array<number>(order).fill(0));
  const imaginary = Array.from({ length: order }, () => new Array<number>(order).fill(0));
  for (let i = 0; i < order; i++) {
    real[i]![i] = source.normal();
    for (let j = 0; j < i; j++) {
      real[i]![j] = real[j]![i] = source.normal();
      imaginary[i]![j] = source.normal();
      imaginary[j]![i] = -imaginary[i]![j]!;
    }
  }
  return { order, real, imaginary };
}

/** U diag(values) U†, with U the eigenvectors of a random matrix. */
function withEigenvalues(values: number[], seed: number): Matrix {
  const order = values.length;
  const solver = referenceSolver(order);
  load(solver, randomMatrix(order, seed));
  solver.solve(true);
  const { vectorsReal: x, vectorsImaginary: y, stride } = solver;
  const real = Array.from({ length: order }, () => new Array<number>(order).fill(0));
  const imaginary = Array.from({ length: order }, () => new Array<number>(order).fill(0));
  for (let i = 0; i < order; i++) {
    for (let j = 0; j < order; j++) {
      for (let m = 0; m < order; m++) {
        const xi = x[m * stride + i]!, yi = y[m * stride + i]!, xj = x[m * stride + j]!, yj = y[m * stride + j]!;
        real[i]![j]! += values[m]! * (xi * xj + yi * yj);
        imaginary[i]![j]! += values[m]! * (yi * xj - xi * yj);
      }
    }
  }
  return { order, real, imaginary };
}

function load(solver: HermitianSolver, matrix: Matrix): void {
  // Only the lower triangle is promised to be read: the rest is poisoned.
  solver.real.fill(Number.NaN);
  solver.imaginary.fill(Number.NaN);
  for (let i = 0; i < matrix.order; i++) {
    for (let j = 0; j <= i; j++) {
      solver.real[i * solver.stride + j] = matrix.real[i]![j]!;
      solver.imaginary[i * solver.stride + j] = matrix.imaginary[i]![j]!;
    }
  }
}

function norm(matrix: Matrix): number {
  let sum = 0;
  for (let i = 0; i < matrix.order; i++) for (let j = 0; j < matrix.order; j++) sum += matrix.real[i]![j]! ** 2 + matrix.imaginary[i]![j]! ** 2;
  return Math.sqrt(sum);
}

/** Largest |A x − λ x| and |x†x' − δ|. */
function residuals(matrix: Matrix, solver: HermitianSolver): { equation: number; orthogonality: number } {
  const { order, real, imaginary } = matrix;
  let equation = 0, orthogonality = 0;
  const x = (m: number, i: number): number => solver.vectorsReal[m * solver.stride + i]!;
  const y = (m: number, i: number): number => solver.vectorsImaginary[m * solver.stride + i]!;
  for (let m = 0; m < order; m++) {
    for (let i = 0; i < order; i++) {
      let r = -solver.values[m]! * x(m, i), s = -solver.values[m]! * y(m, i);
      for (let j = 0; j < order; j++) {
        r += real[i]![j]! * x(m, j) - imaginary[i]![j]! * y(m, j);
        s += real[i]![j]! * y(m, j) + imaginary[i]![j]! * x(m, j);
      }
      equation = Math.max(equation, Math.hypot(r, s));
    }
    for (let other = 0; other <= m; other++) {
      let r = other === m ? -1 : 0, s = 0;
      for (let i = 0; i < order; i++) {
        r += x(m, i) * x(other, i) + y(m, i) * y(other, i);
        s += x(m, i) * y(other, i) - y(m, i) * x(other, i);
      }
      orthogonality = Math.max(orthogonality, Math.hypot(r, s));
    }
  }
  return { equation, orthogonality };
}

const cases: [string, Matrix][] = [
  ...[1, 2, 3, 4, 5, 6, 7, 9, 12, 27, 60].map((order): [string, Matrix] => [`random of order ${order}`, randomMatrix(order, order)]),
  ['all zero', { order: 6, real: Array.from({ length: 6 }, () => [0, 0, 0, 0, 0, 0]), imaginary: Array.from({ length: 6 }, () => [0, 0, 0, 0, 0, 0]) }],
  ['diagonal', { order: 4, real: [[3, 0, 0, 0], [0, -1, 0, 0], [0, 0, 2, 0], [0, 0, 0, 2]], imaginary: Array.from({ length: 4 }, () => [0, 0, 0, 0]) }],
  ['threefold acoustic zero', withEigenvalues([0, 0, 0, 5, 5, 9], 1)],
  ['all but one equal', withEigenvalues([1, 1, 1, 1, 1, 1, 1, 2], 2)],
  ['wide range', withEigenvalues([-1e-9, 1e-7, 1e-5, 1e-3, 0.1, 10, 1000], 3)],
];

for (const [name, make] of [['plain reference', referenceSolver], ['WebAssembly kernel', hermitianSolver]] as const) {
  describe(`Hermitian eigenproblem, ${name}`, () => {
    test.each(cases)('%s: A x = λ x, unit orthogonal vectors, ascending', (_, matrix) => {
      const solver = make(matrix.order);
      load(solver, matrix);
      solver.solve(true);
      const { equation, orthogonality } = residuals(matrix, solver);
      // Backward stability: a few times the order times the rounding error.
      expect(equation).toBeLessThanOrEqual(1e-15 * (10 + matrix.order) * norm(matrix));
      expect(orthogonality).toBeLessThanOrEqual(1e-15 * (10 + matrix.order));
      for (let m = 1; m < matrix.order; m++) expect(solver.values[m]!).toBeGreaterThanOrEqual(solver.values[m - 1]!);
    });

    test.each(cases)('%s: eigenvalues alone agree with those of the vectors', (_, matrix) => {
      const both = make(matrix.order), alone = make(matrix.order);
      load(both, matrix);
      load(alone, matrix);
      both.solve(true);
      alone.solve(false);
      for (let m = 0; m < matrix.order; m++) {
        expect(Math.abs(alone.values[m]! - both.values[m]!)).toBeLessThanOrEqual(1e-15 * (10 + matrix.order) * norm(matrix));
      }
    });

    test('known eigenvalues come back', () => {
      const values = [-3, -3, 0, 0.5, 2, 2, 2, 7, 11];
      const solver = make(values.length);
      load(solver, withEigenvalues(values, 5));
      solver.solve(false);
      // The matrix itself was rounded when it was built from its eigenvectors.
      values.forEach((value, m) => expect(Math.abs(solver.values[m]! - value)).toBeLessThan(3e-14));
    });

    test('a chain with cyclic boundary: λ = 2 − 2 cos(2π m/n)', () => {
      const order = 12;
      const matrix: Matrix = {
        order,
        real: Array.from({ length: order }, (_, i) => Array.from({ length: order }, (_, j) => (i === j ? 2 : (i - j + order) % order === 1 || (j - i + order) % order === 1 ? -1 : 0))),
        imaginary: Array.from({ length: order }, () => new Array<number>(order).fill(0)),
      };
      const solver = make(order);
      load(solver, matrix);
      solver.solve(false);
      const exact = Array.from({ length: order }, (_, m) => 2 - 2 * Math.cos((2 * Math.PI * m) / order)).sort((a, b) => a - b);
      exact.forEach((value, m) => expect(Math.abs(solver.values[m]! - value)).toBeLessThan(1e-14));
    });

    test('the same matrix gives the same bits', () => {
      const solver = make(27);
      load(solver, randomMatrix(27, 9));
      solver.solve(true);
      const values = solver.values.slice(), vectors = solver.vectorsReal.slice();
      load(solver, randomMatrix(27, 9));
      solver.solve(true);
      expect(solver.values).toEqual(values);
      expect(solver.vectorsReal).toEqual(vectors);
    });
  });
}

describe('kernel against reference', () => {
  test('is loaded', () => expect(kernelModule('hermitian')).not.toBeNull());

  test.each([1, 2, 3, 6, 9, 15, 27, 60, 90])('eigenvalues of random matrices of order %i agree to 1e-13', (order) => {
    for (let seed = 1; seed <= 20; seed++) {
      const matrix = randomMatrix(order, 1000 * order + seed);
      const kernel = hermitianSolver(order), reference = referenceSolver(order);
      load(kernel, matrix);
      load(reference, matrix);
      kernel.solve(false);
      reference.solve(false);
      for (let m = 0; m < order; m++) expect(Math.abs(kernel.values[m]! - reference.values[m]!)).toBeLessThanOrEqual(1e-13 * Math.max(1, norm(matrix)));
    }
  });
});

test('nearly threefold-degenerate dynamical matrices along a body diagonal converge in both solvers', () => {
  // Silicon along Λ: two pairs of equal eigenvalues whose couplings sit at the level of rounding.
  const matrix = (solver: ReturnType<typeof referenceSolver>): void => {
    const [a, b, c, d, e, f] = [0.651507796180173, 0.01019618790172398, -0.3103565052832777, 0.1330365866621889, -0.171545955253234, 0.1621055498800674];
    solver.real.fill(0);
    solver.imaginary.fill(0);
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j <= i; j++) {
        const same = i % 3 === j % 3;
        const inside = Math.floor(i / 3) === Math.floor(j / 3);
        solver.real[i * solver.stride + j] = inside ? (same ? a : b * (1 + (i - j) * 2e-16)) : same ? c : d * (1 + j * 1e-16);
        solver.imaginary[i * solver.stride + j] = inside ? (same ? 0 : 2.5e-19) : same ? e : f;
      }
    }
  };
  for (const solver of [referenceSolver(6), hermitianSolver(6)]) {
    matrix(solver);
    solver.solve(false);
    // Trace: 6 · 0.6515…, to rounding.
    expect(solver.values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(6 * 0.651507796180173, 13);
  }
});
