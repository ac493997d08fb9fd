import { dot3 } from './matrix3.ts';

/**
 * A Minkowski-reduced basis of a lattice: no vector can be shortened by adding integer multiples of the others, so the
 * three are the shortest independent ones, sorted by length. Semaev's algorithm (Cryptography and Lattices, LNCS 2146
 * (2001) 181): a pair is reduced as Gauss did, then the longest vector is brought to its shortest form with respect to
 * the pair.
 */
export interface ReducedLattice {
  /** 9: rows are the reduced vectors, Å. */
  readonly cell: Float64Array;
  /** 9 integers: rows express the reduced vectors in the given ones, cell' = T · cell; determinant ±1. */
  readonly transform: Int32Array;
}

/** `cell`: 9, rows are the lattice vectors; must not be singular. */
export function reduceLattice(cell: ArrayLike<number>): ReducedLattice {
  const vectors = [0, 1, 2].map((i) => ({
    coordinates: [Number(i === 0), Number(i === 1), Number(i === 2)],
    vector: [cell[3 * i]!, cell[3 * i + 1]!, cell[3 * i + 2]!],
    square: 0,
  }));
  type Basis = (typeof vectors)[number];
  const combine = (a: Basis, n: number, b: Basis, m: number, c: Basis): Basis => {
    const coordinates = a.coordinates.map((x, k) => x + n * b.coordinates[k]! + m * c.coordinates[k]!);
    const vector = [0, 1, 2].map(
      (k) => coordinates[0]! * cell[k]! + coordinates[1]! * cell[3 + k]! + coordinates[2]! * cell[6 + k]!,
    );
    return { coordinates, vector, square: dot3(vector, vector) };
  };
  for (const v of vectors) v.square = dot3(v.vector, v.vector);
  // A step must shorten by more than rounding, or equal lengths would exchange for ever.
  const shorter = 1 - 1e-12;
  for (;;) {
    vectors.sort((a, b) => a.square - b.square);
    let [a, b, c] = vectors as [Basis, Basis, Basis];
    for (;;) {
      const step = combine(b, -Math.round(dot3(a.vector, b.vector) / a.square), a, 0, a);
      if (step.square >= shorter * b.square) break;
      b = step;
      if (b.square < a.square) [a, b] = [b, a];
    }
    const ab = dot3(a.vector, b.vector), ac = dot3(a.vector, c.vector), bc = dot3(b.vector, c.vector);
    const determinant = a.square * b.square - ab * ab;
    const x = (ab * bc - b.square * ac) / determinant;
    const y = (ab * ac - a.square * bc) / determinant;
    let best = c;
    for (const n of [Math.floor(x), Math.ceil(x)]) {
      for (const m of [Math.floor(y), Math.ceil(y)]) {
        const step = combine(c, n, a, m, b);
        if (step.square < shorter * best.square) best = step;
      }
    }
    vectors[0] = a;
    vectors[1] = b;
    vectors[2] = best;
    if (best === c) {
      vectors.sort((u, v) => u.square - v.square);
      return {
        cell: Float64Array.from(vectors.flatMap((v) => v.vector)),
        transform: Int32Array.from(vectors.flatMap((v) => v.coordinates)),
      };
    }
  }
}

/**
 * An upper bound, Å, of the distance from any point of space to the nearest lattice point: ½ √Σ|b_i*|² with the
 * Gram-Schmidt vectors of the basis (Babai's nearest plane, Combinatorica 6 (1986) 1): tight for a reduced one.
 */
export function coveringRadius(cell: ArrayLike<number>): number {
  const a = [cell[0]!, cell[1]!, cell[2]!], b = [cell[3]!, cell[4]!, cell[5]!], c = [cell[6]!, cell[7]!, cell[8]!];
  const aa = dot3(a, a);
  const muB = dot3(a, b) / aa;
  const bStar = b.map((x, k) => x - muB * a[k]!);
  const bb = dot3(bStar, bStar);
  const muC = dot3(a, c) / aa, nuC = dot3(bStar, c) / bb;
  const cStar = c.map((x, k) => x - muC * a[k]! - nuC * bStar[k]!);
  return 0.5 * Math.sqrt(aa + bb + dot3(cStar, cStar));
}
