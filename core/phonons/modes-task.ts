import type { Structure } from '../contracts/structure.ts';
import type { Potential } from '../potential/potential.ts';
import type { ForceConstants } from './force-constants.ts';

export interface ModesInput {
  /** Primitive cell, with the masses to use. */
  readonly structure: Structure;
  /** Short-range part; the potential's long-range parts are added analytically. */
  readonly forceConstants: ForceConstants;
  /** Q×3, reduced coordinates of the primitive reciprocal cell. */
  readonly qpoints: Float64Array;
  /**
   * Q×3 Cartesian, any length, zero for none: the direction in which q = 0 is approached (non-analytic term) and along
   * which group velocities are taken.
   */
  readonly directions?: Float64Array;
  readonly eigenvectors: boolean;
  /** Needs `directions`. */
  readonly groupVelocities: boolean;
}

/** M = 3N modes in ascending order of signed frequency. */
export interface ModesResult {
  /** Q×M THz, imaginary shown negative. */
  readonly frequencies: Float64Array;
  /** Q×M×N×3×2 mass-weighted, unit norm, (re, im), phase convention exp(i q·(r_j − r_i)); null unless wanted. */
  readonly eigenvectors: Float64Array | null;
  /** Q×M m/s: dω/dq along the direction; null unless wanted. */
  readonly groupVelocities: Float64Array | null;
  /** Largest |D − D†| relative to the largest |D| over the batch. */
  readonly hermiticity: number;
}

export function modesTask(_input: ModesInput, _potential: Potential): ModesResult {
  throw new Error('not written yet');
}
