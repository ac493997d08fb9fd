/**
 * The softening of a crystal by its own ions. With E(u, ε) = ½ uᵀ K u − uᵀ Λ ε + ½ V εᵀ C ε the ions settle at
 * u = K⁺ Λ ε, and
 *   C_relaxed = C_clamped − Λᵀ K⁺ Λ / V           (Born & Huang 1954, ch. III; Wallace 1972, § 7)
 *   e         = Z K⁺ Λ / V                         piezoelectric, from the Born charges Z
 *   ε_static  = ε∞ + (4π/V) (e²/4πε0) Z K⁺ Zᵀ      (Wu, Vanderbilt & Hamann, Phys. Rev. B 72 (2005) 035105)
 * K⁺ leaves out the three translations, on which neither Λ nor Z (neutral cell) acts.
 */
import { symmetricEigen } from '../math/symmetric-eigen.ts';

export interface InternalModes {
  /** 3N − 3 eigenvalues of K without translations, ascending, eV/Å² */
  readonly springs: Float64Array;
  /** Aᵀ K⁺ B for A (3N×p) and B (3N×q), row-major p×q. */
  contract(a: Float64Array, p: number, b: Float64Array, q: number): Float64Array;
}

/** `hessian`: 3N×3N at Γ, eV/Å²; its symmetric part counts. */
export function internalModes(hessian: Float64Array, atoms: number): InternalModes {
  const size = 3 * atoms;
  const projected = withoutTranslations(hessian, atoms);
  // Translations are moved to a stiff eigenvalue beyond all others, where they can be told apart and left out.
  let trace = 0;
  for (let i = 0; i < size; i++) trace += Math.abs(projected[i * size + i]!);
  const far = 10 * trace + 1;
  for (let i = 0; i < atoms; i++) for (let j = 0; j < atoms; j++) for (let a = 0; a < 3; a++) projected[(3 * i + a) * size + 3 * j + a]! += far / atoms;
  const { values, vectors } = symmetricEigen(projected, size);
  const count = size - 3;
  const amplitudes = (m: Float64Array, columns: number, mode: number): Float64Array => {
    const out = new Float64Array(columns);
    for (let i = 0; i < size; i++) for (let c = 0; c < columns; c++) out[c]! += vectors[mode * size + i]! * m[i * columns + c]!;
    return out;
  };
  return {
    springs: values.slice(0, count),
    contract: (a, p, b, q) => {
      const out = new Float64Array(p * q);
      for (let mode = 0; mode < count; mode++) {
        const left = amplitudes(a, p, mode), right = amplitudes(b, q, mode);
        for (let i = 0; i < p; i++) for (let j = 0; j < q; j++) out[i * q + j]! += (left[i]! * right[j]!) / values[mode]!;
      }
      return out;
    },
  };
}

/** P K P with P = 1 − (translations). */
function withoutTranslations(matrix: Float64Array, atoms: number): Float64Array {
  const size = 3 * atoms;
  const out = matrix.slice();
  for (const [major, minor] of [[size, 1], [1, size]] as const) {
    for (let line = 0; line < size; line++) {
      for (let a = 0; a < 3; a++) {
        let mean = 0;
        for (let i = 0; i < atoms; i++) mean += out[line * major + (3 * i + a) * minor]! / atoms;
        for (let i = 0; i < atoms; i++) out[line * major + (3 * i + a) * minor]! -= mean;
      }
    }
  }
  return out;
}
