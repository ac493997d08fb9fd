import { determinant3, dot3, multiply3 } from '../math/matrix3.ts';

/** A better basis of the same lattice: `cell` = `matrix` · input, with integers and determinant +1. */
export interface Reduction {
  /** 9: rows are the new lattice vectors, Å. */
  readonly cell: Float64Array;
  /** 9 integers: rows are the new vectors in terms of the old. */
  readonly matrix: Int32Array;
}

/** A change must shorten a vector by this much relative to its square; below that, rounding would let the loop run for ever. */
const relativeGain = 1e-12;

/**
 * Minkowski reduction: a is the shortest lattice vector, b the shortest that is independent of it, c the shortest that
 * completes a basis. Greedy algorithm of Nguyen & Stehlé, ACM Trans. Algorithms 5 (2009) 46, sections 4 and 5.
 * The vectors are made anew from the integers at each step, so that rounding does not accumulate. The handedness is kept.
 * `dimension`: only the first so many vectors are reduced (and need to be independent), the others stay as they are.
 */
export function minkowskiReduction(cell: ArrayLike<number>, dimension: 1 | 2 | 3 = 3): Reduction {
  const rows = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  const vectorOf = (n: readonly number[]): number[] => [0, 1, 2].map((x) => n[0]! * cell[x]! + n[1]! * cell[3 + x]! + n[2]! * cell[6 + x]!);
  const vectors = rows.map(vectorOf);
  const square = (i: number): number => dot3(vectors[i]!, vectors[i]!);
  const combine = (i: number, n: readonly number[]): void => {
    rows[i] = n.slice();
    vectors[i] = vectorOf(n);
  };
  const sort = (count: number): void => {
    for (let i = 1; i < count; i++) {
      for (let j = i; j > 0 && square(j) < square(j - 1); j--) {
        [rows[j], rows[j - 1]] = [rows[j - 1]!, rows[j]!];
        [vectors[j], vectors[j - 1]] = [vectors[j - 1]!, vectors[j]!];
      }
    }
  };
  const minus = (a: readonly number[], p: number, b: readonly number[], q = 0, c: readonly number[] = b): number[] =>
    [0, 1, 2].map((x) => a[x]! - p * b[x]! - q * c[x]!);

  /** Lagrange and Gauss: the shorter vector is subtracted from the longer until that no longer helps. */
  const reducePair = (): void => {
    for (;;) {
      sort(2);
      const n = Math.round(dot3(vectors[0]!, vectors[1]!) / square(0));
      if (n === 0 || !Number.isFinite(n)) return;
      const before = square(1);
      const candidate = minus(rows[1]!, n, rows[0]!);
      const vector = vectorOf(candidate);
      if (!(dot3(vector, vector) < before * (1 - relativeGain))) return;
      combine(1, candidate);
    }
  };

  if (dimension === 2) reducePair();
  // Each pass shortens a vector by a fixed relative amount, and a lattice has finitely many shorter ones; 1000 is far beyond need.
  for (let pass = 0; dimension === 3 && pass < 1000; pass++) {
    sort(3);
    reducePair();
    const [a, b, c] = vectors as [number[], number[], number[]];
    const aa = dot3(a, a), bb = dot3(b, b), ab = dot3(a, b), ac = dot3(a, c), bc = dot3(b, c);
    const determinant = aa * bb - ab * ab;
    const p = Math.round((ac * bb - bc * ab) / determinant);
    const q = Math.round((bc * aa - ac * ab) / determinant);
    if (!Number.isFinite(p) || !Number.isFinite(q)) break;
    // The lattice point closest to the projection of c: in a reduced pair it is one of the neighbours of the rounded one.
    let best = rows[2]!, shortest = square(2) * (1 - relativeGain);
    for (let i = p - 1; i <= p + 1; i++) {
      for (let j = q - 1; j <= q + 1; j++) {
        const candidate = minus(rows[2]!, i, rows[0]!, j, rows[1]!);
        const vector = vectorOf(candidate);
        const length = dot3(vector, vector);
        if (length < shortest) {
          shortest = length * (1 - relativeGain);
          best = candidate;
        }
      }
    }
    if (best === rows[2]) break;
    combine(2, best);
  }

  const matrix = Int32Array.from(rows.flat());
  if (determinant3(matrix) < 0) {
    const flipped = dimension === 2 ? [1] : [0, 1, 2];
    for (const row of flipped) for (let x = 0; x < 3; x++) matrix[3 * row + x] = -matrix[3 * row + x]!;
  }
  return { cell: multiply3(matrix, cell), matrix };
}

/** Length of the shortest lattice vector, Å. */
export function shortestLatticeVector(cell: ArrayLike<number>): number {
  const { cell: reduced } = minkowskiReduction(cell);
  return Math.hypot(reduced[0]!, reduced[1]!, reduced[2]!);
}

/**
 * Niggli cell: the unique reduced basis (International Tables A, 9.2.2), with all angles acute or none. Algorithm of
 * Křivý & Gruber, Acta Cryst. A32 (1976) 297, with the comparisons by tolerance of Grosse-Kunstleve et al., Acta Cryst.
 * A60 (2004) 1, which make it end for any input; it starts from a Minkowski basis, so few steps are left.
 */
export function niggliReduction(cell: ArrayLike<number>, relativeTolerance = 1e-9): Reduction {
  const start = minkowskiReduction(cell);
  let matrix: Float64Array = Float64Array.from(start.matrix);
  const tolerance = relativeTolerance * Math.cbrt(Math.abs(determinant3(start.cell))) ** 2;
  const less = (x: number, y: number): boolean => x < y - tolerance;
  const equal = (x: number, y: number): boolean => Math.abs(x - y) <= tolerance;

  for (let pass = 0; pass < 1000; pass++) {
    const h = multiply3(matrix, cell);
    const a = h.subarray(0, 3), b = h.subarray(3, 6), c = h.subarray(6, 9);
    const A = dot3(a, a), B = dot3(b, b), C = dot3(c, c);
    const xi = 2 * dot3(b, c), eta = 2 * dot3(a, c), zeta = 2 * dot3(a, b);
    const apply = (...n: number[]): void => { matrix = multiply3(n, matrix); };

    if (less(B, A) || (equal(A, B) && less(Math.abs(eta), Math.abs(xi)))) { apply(0, -1, 0, -1, 0, 0, 0, 0, -1); continue; }
    if (less(C, B) || (equal(B, C) && less(Math.abs(zeta), Math.abs(eta)))) { apply(-1, 0, 0, 0, 0, -1, 0, -1, 0); continue; }

    const signs = [xi, eta, zeta].map((value) => (less(0, value) ? 1 : less(value, 0) ? -1 : 0));
    const [l, m, n] = signs as [number, number, number];
    if (l * m * n > 0) {
      if (l < 0 || m < 0 || n < 0) { apply(l, 0, 0, 0, m, 0, 0, 0, n); continue; }
    } else if (l > 0 || m > 0 || n > 0) {
      const flip = signs.map((sign) => (sign > 0 ? -1 : 1));
      if (flip[0]! * flip[1]! * flip[2]! < 0) flip[signs.lastIndexOf(0)]! *= -1;
      apply(flip[0]!, 0, 0, 0, flip[1]!, 0, 0, 0, flip[2]!);
      continue;
    }

    const sign = (value: number): number => (value > 0 ? 1 : -1);
    if (less(B, Math.abs(xi)) || (equal(xi, B) && less(2 * eta, zeta)) || (equal(xi, -B) && less(zeta, 0))) { apply(1, 0, 0, 0, 1, 0, 0, -sign(xi), 1); continue; }
    if (less(A, Math.abs(eta)) || (equal(eta, A) && less(2 * xi, zeta)) || (equal(eta, -A) && less(zeta, 0))) { apply(1, 0, 0, 0, 1, 0, -sign(eta), 0, 1); continue; }
    if (less(A, Math.abs(zeta)) || (equal(zeta, A) && less(2 * xi, eta)) || (equal(zeta, -A) && less(eta, 0))) { apply(1, 0, 0, -sign(zeta), 1, 0, 0, 0, 1); continue; }
    const sum = xi + eta + zeta + A + B;
    if (less(sum, 0) || (equal(sum, 0) && less(0, 2 * (A + eta) + zeta))) { apply(1, 0, 0, 0, 1, 0, 1, 1, 1); continue; }
    break;
  }
  const integers = Int32Array.from(matrix);
  return { cell: multiply3(integers, cell), matrix: integers };
}
