/**
 * The pair forms: φ(r) in eV and φ'(r) in eV/Å from their published parameters. Each writes (φ, φ') into `out`.
 * `collapses`: whether the form falls to −∞ as r → 0, so that its repulsion ends at an inner maximum.
 */
import { z } from 'zod';
import { nonNegative, positive } from './schema.ts';

export type RadialFunction = (r: number, out: Float64Array) => void;

interface PairForm<Shape extends z.ZodRawShape> {
  readonly parameters: Shape;
  radial(parameters: z.output<z.ZodObject<Shape>>): RadialFunction;
  collapses(parameters: z.output<z.ZodObject<Shape>>): boolean;
}
const form = <Shape extends z.ZodRawShape>(definition: PairForm<Shape>): PairForm<Shape> => definition;

/** 4ε[(σ/r)¹² − (σ/r)⁶]. J. E. Lennard-Jones, Proc. Phys. Soc. 43 (1931) 461. ε eV, σ Å. */
export const lennardJones = form({
  parameters: { epsilon: nonNegative, sigma: positive },
  radial: ({ epsilon, sigma }) => (r, out) => {
    const inverse = 1 / r;
    const s = sigma * inverse, s2 = s * s, s6 = s2 * s2 * s2;
    out[0] = 4 * epsilon * s6 * (s6 - 1);
    out[1] = -24 * epsilon * s6 * (2 * s6 - 1) * inverse;
  },
  collapses: () => false,
});

/** C ε[(σ/r)^m − (σ/r)^n], C = m/(m−n) (m/n)^{n/(m−n)}, depth ε. G. Mie, Ann. Phys. 316 (1903) 657. m > n. */
export const mie = form({
  parameters: { epsilon: nonNegative, sigma: positive, m: positive, n: positive },
  radial: ({ epsilon, sigma, m, n }) => {
    const scale = epsilon * (m / (m - n)) * Math.pow(m / n, n / (m - n));
    return (r, out) => {
      const repulsive = scale * Math.pow(sigma / r, m), attractive = scale * Math.pow(sigma / r, n);
      out[0] = repulsive - attractive;
      out[1] = (n * attractive - m * repulsive) / r;
    };
  },
  collapses: () => false,
});

/** D[(1 − e^{−α(r − r0)})² − 1]. P. M. Morse, Phys. Rev. 34 (1929) 57. D eV, α 1/Å, r0 Å. */
export const morse = form({
  parameters: { depth: nonNegative, alpha: positive, r0: positive },
  radial: ({ depth, alpha, r0 }) => (r, out) => {
    const e = Math.exp(-alpha * (r - r0));
    out[0] = depth * e * (e - 2);
    out[1] = -2 * depth * alpha * e * (e - 1);
  },
  collapses: () => false,
});

/** A e^{−r/ρ} − C/r⁶. R. A. Buckingham, Proc. R. Soc. A 168 (1938) 264. A eV, C eV·Å⁶; ρ Å, or its inverse b in 1/Å. */
export const buckingham = form({
  parameters: { A: nonNegative, rho: positive.optional(), b: positive.optional(), C: nonNegative },
  radial: ({ A, rho, b, C }) => {
    const rate = b ?? 1 / rho!;
    return (r, out) => {
      const inverse = 1 / r, inverse2 = inverse * inverse;
      const repulsive = A * Math.exp(-rate * r), dispersion = C * inverse2 * inverse2 * inverse2;
      out[0] = repulsive - dispersion;
      out[1] = 6 * dispersion * inverse - rate * repulsive;
    };
  },
  collapses: ({ C }) => C > 0,
});

/**
 * A e^{(σ − r)/ρ} − C/r⁶ − D/r⁸. M. Born & J. E. Mayer, Z. Phys. 75 (1932) 1; M. L. Huggins & J. E. Mayer,
 * J. Chem. Phys. 1 (1933) 643. A eV, σ and ρ Å, C eV·Å⁶, D eV·Å⁸ (both attractive when positive).
 */
export const bornMayerHuggins = form({
  parameters: { A: nonNegative, sigma: z.number(), rho: positive, C: nonNegative, D: nonNegative },
  radial: ({ A, sigma, rho, C, D }) => (r, out) => {
    const inverse = 1 / r, inverse2 = inverse * inverse, inverse6 = inverse2 * inverse2 * inverse2;
    const repulsive = A * Math.exp((sigma - r) / rho), sixth = C * inverse6, eighth = D * inverse6 * inverse2;
    out[0] = repulsive - sixth - eighth;
    out[1] = (6 * sixth + 8 * eighth) * inverse - repulsive / rho;
  },
  collapses: ({ C, D }) => C > 0 || D > 0,
});

/** ½ k (r − r0)² between every pair inside the cutoff. k eV/Å², r0 Å. */
export const harmonic = form({
  parameters: { k: nonNegative, r0: positive },
  radial: ({ k, r0 }) => (r, out) => {
    out[0] = 0.5 * k * (r - r0) * (r - r0);
    out[1] = k * (r - r0);
  },
  collapses: () => false,
});
