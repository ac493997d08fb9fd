/**
 * How functions of a distance come to their end: the cutoff functions of n2p2/RuNNer, by the numbers of that format.
 * Tanh³: Behler, J. Chem. Phys. 134 (2011) 074106, eq. 6; cosine: Behler & Parrinello, Phys. Rev. Lett. 98 (2007) 146401;
 * exponential and polynomials: Singraber et al., J. Chem. Theory Comput. 15 (2019) 1827; compact functions: Bircher et al.,
 * Mach. Learn.: Sci. Technol. 2 (2021) 035026.
 */

/**
 * 0 hard, 1 cosine, 2 tanh³(1 − r/r_c), 3 the same divided by tanh³ 1, 4 exponential, 5 to 8 polynomials of degree 3, 5, 7
 * and 9 with one to four vanishing derivatives at both ends.
 */
export type CutoffType = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export interface Cutoff {
  readonly type: CutoffType;
  /** Below alpha · r_c the function is 1; 0 ≤ alpha < 1. Without effect for types 0, 2 and 3. */
  readonly alpha: number;
}

/** Shapes of compact functions; a trailing `a` stretches the radial part by x → x (2 − x). */
export const compactShapes = ['p1', 'p2', 'p3', 'p4', 'e', 'p1a', 'p2a', 'p3a', 'p4a'] as const;
export type CompactShape = (typeof compactShapes)[number];

/** The core polynomial (or exponential) of a compact shape, as the cutoff type that falls in the same way. */
export function coreOfShape(shape: CompactShape): CutoffType {
  return shape === 'e' ? 4 : ((4 + Number(shape.charAt(1))) as CutoffType);
}

export function isStretched(shape: CompactShape): boolean {
  return shape.endsWith('a');
}

const tanhOfOne = Math.tanh(1) ** 3;

/** Fall from 1 at x = 0 to 0 at x = 1 and its derivative, for 0 ≤ x < 1: into out[0], out[1]. Types 1 and 4 to 8. */
export function fall(type: CutoffType, x: number, out: Float64Array): void {
  switch (type) {
    case 1: {
      out[0] = 0.5 * (Math.cos(Math.PI * x) + 1);
      out[1] = -0.5 * Math.PI * Math.sin(Math.PI * x);
      return;
    }
    case 4: {
      const inverse = 1 / (1 - x * x);
      const value = Math.exp(1 - inverse);
      out[0] = value;
      out[1] = value === 0 ? 0 : -2 * x * inverse * inverse * value;
      return;
    }
    // (1 − x)^(n+1) Σ_k C(n+k, k) x^k, with derivative −c xⁿ (1 − x)ⁿ, where 1/c is Euler's integral B(n + 1, n + 1). In powers
    // of x alone the last digits would cancel near x = 1.
    case 5: {
      const left = 1 - x;
      out[0] = left * left * (1 + 2 * x);
      out[1] = -6 * x * (1 - x);
      return;
    }
    case 6: {
      const left = 1 - x;
      out[0] = left * left * left * (1 + x * (3 + 6 * x));
      const rise = x * (1 - x);
      out[1] = -30 * rise * rise;
      return;
    }
    case 7: {
      const square = (1 - x) ** 2;
      out[0] = square * square * (1 + x * (4 + x * (10 + 20 * x)));
      const rise = x * (1 - x);
      out[1] = -140 * rise * rise * rise;
      return;
    }
    case 8: {
      const square = (1 - x) ** 2;
      out[0] = square * square * (1 - x) * (1 + x * (5 + x * (15 + x * (35 + 70 * x))));
      const rise = x * (1 - x);
      out[1] = -630 * rise * rise * rise * rise;
      return;
    }
    default:
      throw new Error(`cutoff type ${type} has no core`);
  }
}

/** f_c(r) and its slope: into out[0], out[1]. `radius`: r_c; r ≥ 0 in the same unit. */
export function cutoffFunction(type: CutoffType, alpha: number, radius: number, r: number, out: Float64Array): void {
  if (r >= radius) {
    out[0] = 0;
    out[1] = 0;
    return;
  }
  if (type === 0) {
    out[0] = 1;
    out[1] = 0;
    return;
  }
  if (type === 2 || type === 3) {
    const t = Math.tanh(1 - r / radius);
    const scale = type === 3 ? 1 / tanhOfOne : 1;
    out[0] = scale * t * t * t;
    out[1] = (-3 * scale * t * t * (1 - t * t)) / radius;
    return;
  }
  const inner = alpha * radius;
  if (r < inner) {
    out[0] = 1;
    out[1] = 0;
    return;
  }
  fall(type, (r - inner) / (radius - inner), out);
  out[1]! /= radius - inner;
}

/** C(a; low, high), which is 1 in the middle and 0 outside, and its slope: into out[0], out[1]. */
export function compactFunction(type: CutoffType, stretched: boolean, low: number, high: number, a: number, out: Float64Array): void {
  if (!(a > low && a < high)) {
    out[0] = 0;
    out[1] = 0;
    return;
  }
  const half = 0.5 * (high - low);
  const signed = (a - 0.5 * (low + high)) / half;
  const x = Math.abs(signed);
  fall(type, stretched ? x * (2 - x) : x, out);
  out[1]! *= ((stretched ? 2 - 2 * x : 1) * Math.sign(signed)) / half;
}

/** How many derivatives of f_c are continuous everywhere: −1 where the function itself jumps. */
export function continuousDerivatives({ type, alpha }: Cutoff): number {
  // With an inner plateau the exponential starts to fall like 1 − x²: its curvature jumps there.
  if (type === 4) return alpha > 0 ? 1 : Infinity;
  return [-1, 1, 2, 2, Infinity, 1, 2, 3, 4][type]!;
}
