/**
 * A fourth-rank elastic tensor as its 36 Voigt components (row-major 6×6), and the two other forms in which it is used:
 * the Mandel form, in which contraction is the ordinary matrix product and rotations are orthogonal (Mehrabadi & Cowin,
 * Q. J. Mech. Appl. Math. 43 (1990) 15), and full components c_ijkl.
 */
import { inverse, Matrix, SVD } from 'ml-matrix';
import { voigtIndex, voigtPairs } from '../math/voigt.ts';

/** Mandel factor of a Voigt index: √2 for the shears. */
export function mandelFactor(index: number): number {
  return index < 3 ? 1 : Math.SQRT2;
}

/** Symmetric 3×3 tensor -> its 6 Mandel components. */
export function mandelVector(tensor: ArrayLike<number>): Float64Array {
  return Float64Array.from(voigtPairs, ([i, j], index) => 0.5 * (tensor[3 * i + j]! + tensor[3 * j + i]!) * mandelFactor(index));
}

/** Voigt stiffness -> Mandel. The Mandel form of a compliance is the inverse of that of its stiffness. */
export function mandelStiffness(stiffness: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: 36 }, (_, k) => stiffness[k]! * mandelFactor(Math.floor(k / 6)) * mandelFactor(k % 6));
}

export function voigtStiffness(mandel: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: 36 }, (_, k) => mandel[k]! / (mandelFactor(Math.floor(k / 6)) * mandelFactor(k % 6)));
}

/** c_ijkl of a Voigt stiffness. */
export function stiffnessComponent(stiffness: ArrayLike<number>, i: number, j: number, k: number, l: number): number {
  return stiffness[6 * voigtIndex(i, j) + voigtIndex(k, l)]!;
}

/** s_ijkl of a Voigt compliance, whose shear components count twice for each shear index. */
export function complianceComponent(compliance: ArrayLike<number>, i: number, j: number, k: number, l: number): number {
  return compliance[6 * voigtIndex(i, j) + voigtIndex(k, l)]! / ((i === j ? 1 : 2) * (k === l ? 1 : 2));
}

/** Inverse of a 6×6 matrix; null where it is singular to rounding. */
export function inverse6(matrix: ArrayLike<number>): Float64Array | null {
  const m = Matrix.from1DArray(6, 6, Array.from(matrix));
  const svd = new SVD(m);
  if (!(svd.diagonal[5]! > 1e-13 * svd.diagonal[0]!)) return null;
  return Float64Array.from(inverse(m).to1DArray());
}

/** The tensor after the crystal was turned by R (r' = R r): c'_ijkl = R_ia R_jb R_kc R_ld c_abcd. Voigt stiffness. */
export function rotatedStiffness(stiffness: ArrayLike<number>, rotation: ArrayLike<number>): Float64Array {
  const q = mandelRotation(rotation);
  const m = Matrix.from1DArray(6, 6, Array.from(mandelStiffness(stiffness)));
  return voigtStiffness(q.mmul(m).mmul(q.transpose()).to1DArray());
}

/** The orthogonal 6×6 matrix that turns Mandel vectors as R turns vectors. */
export function mandelRotation(rotation: ArrayLike<number>): Matrix {
  return Matrix.from1DArray(6, 6, voigtPairs.flatMap(([i, j], row) =>
    voigtPairs.map(([k, l], column) => {
      const both = rotation[3 * i + k]! * rotation[3 * j + l]! + rotation[3 * i + l]! * rotation[3 * j + k]!;
      return 0.5 * both * mandelFactor(row) * (column < 3 ? 1 : Math.SQRT2);
    }),
  ));
}
