/**
 * Rotational invariants of the moments s_lm = Σ_j g(r_ij) Y_lm(u_ij) of one radial function (NEP: Fan et al., J. Chem. Phys.
 * 157 (2022) 114801, eqs 14 to 21, and the couplings added since), with real orthonormal Y:
 *
 *   |A_l|²      Σ_m s_lm²                                                       three bodies
 *   l1 l2 l3    Σ (l1 l2 l3; m1 m2 m3) A_{l1 m1} A_{l2 m2} A_{l3 m3}            four bodies, Wigner 3j symbols
 *   1111        (7/15) (Σ_m s_1m²)²                                             five bodies
 *
 * The couplings are expanded once into real monomials c · s_a s_b s_c.
 */
import type { NepExtra, NepModel } from '../files/nep.ts';
import { harmonicIndex } from './nep-harmonics.ts';

/** Σ coefficient · s_a s_b s_c with a ≤ b ≤ c. */
export interface CubicForm {
  readonly coefficients: Float64Array;
  /** 3 per term: a, b, c. */
  readonly indices: Int32Array;
}

function factorial(n: number): number {
  let value = 1;
  for (let k = 2; k <= n; k++) value *= k;
  return value;
}

/** Wigner's 3j symbol by Racah's formula (Edmonds, Angular Momentum in Quantum Mechanics, eq. 3.6.11), for m1 + m2 + m3 = 0. */
export function wigner3j(j1: number, j2: number, j3: number, m1: number, m2: number, m3: number): number {
  const triangle = (factorial(j1 + j2 - j3) * factorial(j1 - j2 + j3) * factorial(-j1 + j2 + j3)) / factorial(j1 + j2 + j3 + 1);
  const projections = [j1 + m1, j1 - m1, j2 + m2, j2 - m2, j3 + m3, j3 - m3].reduce((product, n) => product * factorial(n), 1);
  let sum = 0;
  for (let k = Math.max(0, j2 - j3 - m1, j1 - j3 + m2); k <= Math.min(j1 + j2 - j3, j1 - m1, j2 + m2); k++) {
    const denominator = factorial(k) * factorial(j1 + j2 - j3 - k) * factorial(j1 - m1 - k) * factorial(j2 + m2 - k) * factorial(j3 - j2 + m1 + k) * factorial(j3 - j1 - m2 + k);
    sum += (k % 2 === 0 ? 1 : -1) / denominator;
  }
  return ((j1 - j2 - m3) % 2 === 0 ? 1 : -1) * Math.sqrt(triangle * projections) * sum;
}

/** A_lm = Σ (re + i im) s_index: (−1)^m (Re + i Im)/√2 for m > 0, and A_{l,−m} = (−1)^m A_lm*. */
function complexMoment(l: number, m: number): { index: number; re: number; im: number }[] {
  const first = harmonicIndex(l), size = Math.abs(m);
  if (m === 0) return [{ index: first, re: 1, im: 0 }];
  const sign = m > 0 && size % 2 === 1 ? -1 : 1;
  return [
    { index: first + 2 * size - 1, re: sign * Math.SQRT1_2, im: 0 },
    { index: first + 2 * size, re: 0, im: sign * Math.sign(m) * Math.SQRT1_2 },
  ];
}

/** The coupling of three angular momenta with even sum. */
export function coupling(l1: number, l2: number, l3: number): CubicForm {
  const terms = new Map<string, { indices: number[]; value: number }>();
  for (let m1 = -l1; m1 <= l1; m1++) {
    for (let m2 = -l2; m2 <= l2; m2++) {
      const m3 = -m1 - m2;
      if (Math.abs(m3) > l3) continue;
      const symbol = wigner3j(l1, l2, l3, m1, m2, m3);
      for (const a of complexMoment(l1, m1)) {
        for (const b of complexMoment(l2, m2)) {
          for (const c of complexMoment(l3, m3)) {
            const re = a.re * b.re - a.im * b.im, im = a.re * b.im + a.im * b.re;
            // The imaginary parts of m and −m cancel.
            const value = symbol * (re * c.re - im * c.im);
            if (value === 0) continue;
            const indices = [a.index, b.index, c.index].sort((x, y) => x - y);
            const key = indices.join();
            const known = terms.get(key);
            if (known) known.value += value;
            else terms.set(key, { indices, value });
          }
        }
      }
    }
  }
  // What is left of a cancelled term is rounding.
  const kept = [...terms.values()].filter(({ value }) => Math.abs(value) > 1e-12);
  return { coefficients: Float64Array.from(kept, ({ value }) => value), indices: Int32Array.from(kept.flatMap(({ indices }) => indices)) };
}

/** q_1111 = this · q_1² */
const fiveBodyFactor = 7 / 15;

export interface InvariantsTable {
  readonly lMax: number;
  /** In the order of the descriptor, behind l = 1 … L; null marks 1111. */
  readonly extras: readonly (CubicForm | null)[];
  readonly count: number;
}

export function invariantsTable({ lMax, extras }: Pick<NepModel, 'lMax' | 'extras'>): InvariantsTable {
  const form = (extra: NepExtra): CubicForm | null => {
    const [l1, l2, l3] = [...extra].map(Number) as [number, number, number];
    return extra === '1111' ? null : coupling(l1, l2, l3);
  };
  return { lMax, extras: extras.map(form), count: lMax + extras.length };
}

/** The invariants of one set of moments, one after the other. */
export function invariants({ lMax, extras }: InvariantsTable, moments: Float64Array, out: Float64Array): void {
  for (let l = 1; l <= lMax; l++) {
    let sum = 0;
    for (let at = harmonicIndex(l); at < harmonicIndex(l + 1); at++) sum += moments[at]! * moments[at]!;
    out[l - 1] = sum;
  }
  extras.forEach((form, k) => {
    if (form === null) {
      out[lMax + k] = fiveBodyFactor * out[0]! * out[0]!;
      return;
    }
    const { coefficients, indices } = form;
    let sum = 0;
    for (let t = 0; t < coefficients.length; t++) sum += coefficients[t]! * moments[indices[3 * t]!]! * moments[indices[3 * t + 1]!]! * moments[indices[3 * t + 2]!]!;
    out[lMax + k] = sum;
  });
}

/** ∂/∂s of Σ_k weights_k · invariant_k. */
export function invariantsGradient({ lMax, extras }: InvariantsTable, moments: Float64Array, weights: Float64Array, out: Float64Array): void {
  for (let l = 1; l <= lMax; l++) for (let at = harmonicIndex(l); at < harmonicIndex(l + 1); at++) out[at] = 2 * weights[l - 1]! * moments[at]!;
  extras.forEach((form, k) => {
    const weight = weights[lMax + k]!;
    if (form === null) {
      const square = moments[0]! ** 2 + moments[1]! ** 2 + moments[2]! ** 2;
      for (let at = 0; at < 3; at++) out[at]! += 4 * fiveBodyFactor * weight * square * moments[at]!;
      return;
    }
    const { coefficients, indices } = form;
    for (let t = 0; t < coefficients.length; t++) {
      const a = indices[3 * t]!, b = indices[3 * t + 1]!, c = indices[3 * t + 2]!;
      const factor = weight * coefficients[t]!, sa = moments[a]!, sb = moments[b]!, sc = moments[c]!;
      out[a]! += factor * sb * sc;
      out[b]! += factor * sa * sc;
      out[c]! += factor * sa * sb;
    }
  });
}
