/**
 * The one place that knows Voigt notation: order xx yy zz yz xz xy; engineering shear strains (γ = 2 ε) in strain
 * vectors, plain components in stress vectors.
 */

export const voigtPairs: readonly (readonly [number, number])[] = [[0, 0], [1, 1], [2, 2], [1, 2], [0, 2], [0, 1]];

/** Voigt index of the tensor component (i, j). */
export function voigtIndex(i: number, j: number): number {
  return i === j ? i : 6 - i - j;
}

/** 6 stress components -> symmetric 3×3. */
export function stressTensor(voigt: ArrayLike<number>): Float64Array {
  const out = new Float64Array(9);
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) out[3 * i + j] = voigt[voigtIndex(i, j)]!;
  return out;
}

/** Symmetric part of a 3×3 stress -> 6 components. */
export function stressVoigt(tensor: ArrayLike<number>): Float64Array {
  return Float64Array.from(voigtPairs, ([i, j]) => 0.5 * (tensor[3 * i + j]! + tensor[3 * j + i]!));
}

/** 6 engineering strains -> symmetric 3×3 strain. */
export function strainTensor(voigt: ArrayLike<number>): Float64Array {
  const out = new Float64Array(9);
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) out[3 * i + j] = voigt[voigtIndex(i, j)]! * (i === j ? 1 : 0.5);
  return out;
}
