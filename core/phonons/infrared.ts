/** What charges add at the zone centre: oscillator strengths, static dielectric tensor, Lyddane-Sachs-Teller relation. */
import type { Structure } from '../contracts/structure.ts';
import { cellVolume, massesOf } from '../crystal/structure.ts';
import { longRangeOf, type Potential } from '../potential/potential.ts';
import { coulomb, terahertzPerRootForceConstant } from '../units/constants.ts';
import { acousticModes } from './thermal.ts';

export interface PolarResponse {
  /** N×3×3 e */
  readonly bornCharges: Float64Array;
  /** 3×3, ε∞ */
  readonly dielectric: Float64Array;
}

/** Born charges and ε∞ of the potential's long-range parts; null where nothing is charged. */
export function polarResponse(structure: Structure, potential: Potential): PolarResponse | null {
  return longRangeOf(potential, structure).find(({ bornCharges }) => bornCharges.some((value) => value !== 0)) ?? null;
}

/**
 * S_ab = Z_a Z_b* with Z_a = Σ_j Z*_j,ab e_jb/√m_j for every mode, M×9, e²/amu (Gonze & Lee, Phys. Rev. B 55 (1997) 10355,
 * eq 53). Only the sum over a degenerate level means anything: it is shared equally among its modes.
 */
export function oscillatorStrengths(structure: Structure, { bornCharges }: PolarResponse, frequencies: ArrayLike<number>, eigenvectors: ArrayLike<number>): Float64Array {
  const masses = massesOf(structure);
  const modes = 3 * masses.length;
  const out = new Float64Array(9 * modes);
  for (let m = 0; m < modes; m++) {
    const real = [0, 0, 0], imaginary = [0, 0, 0];
    for (let j = 0; j < masses.length; j++) {
      for (let a = 0; a < 3; a++) {
        for (let b = 0; b < 3; b++) {
          const factor = bornCharges[9 * j + 3 * a + b]! / Math.sqrt(masses[j]!);
          const at = 2 * (m * modes + 3 * j + b);
          real[a]! += factor * eigenvectors[at]!;
          imaginary[a]! += factor * eigenvectors[at + 1]!;
        }
      }
    }
    for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) out[9 * m + 3 * a + b] = real[a]! * real[b]! + imaginary[a]! * imaginary[b]!;
  }
  for (const level of levelsOf(frequencies)) {
    for (let c = 0; c < 9; c++) {
      const mean = level.reduce((sum, m) => sum + out[9 * m + c]!, 0) / level.length;
      for (const m of level) out[9 * m + c] = mean;
    }
  }
  return out;
}

/** Modes of equal frequency (within 1e-4 THz, far above rounding and far below linewidths), in ascending order. */
export function levelsOf(frequencies: ArrayLike<number>): number[][] {
  const levels: number[][] = [];
  for (let m = 0; m < frequencies.length; m++) {
    const last = levels.at(-1);
    if (last && frequencies[m]! - frequencies[last.at(-1)!]! < 1e-4) last.push(m);
    else levels.push([m]);
  }
  return levels;
}

/** ε⁰ = ε∞ + (4πk/V) Σ S/ω² over the optical modes, 3×3; null where an optical mode is not stable. */
export function staticDielectric(structure: Structure, polar: PolarResponse, frequencies: ArrayLike<number>, strengths: ArrayLike<number>): Float64Array | null {
  const acoustic = acousticModes(frequencies);
  const out = polar.dielectric.slice();
  for (let m = 0; m < frequencies.length; m++) {
    if (acoustic.includes(m)) continue;
    if (!(frequencies[m]! > 0)) return null;
    const square = (frequencies[m]! / terahertzPerRootForceConstant) ** 2;
    for (let c = 0; c < 9; c++) out[c]! += ((4 * Math.PI * coulomb) / cellVolume(structure.cell)) * (strengths[9 * m + c]! / square);
  }
  return out;
}

/**
 * |Π ω_LO²/ω_TO² − (n·ε⁰·n)/(n·ε∞·n)| relative to the latter (Lyddane, Sachs & Teller, Phys. Rev. 59 (1941) 673; Cochran &
 * Cowley, J. Phys. Chem. Solids 23 (1962) 447, for any number of modes). `direction`: n, any length.
 */
export function lyddaneSachsTellerError(
  transverse: ArrayLike<number>, longitudinal: ArrayLike<number>, permittivity: ArrayLike<number>, electronic: ArrayLike<number>, direction: ArrayLike<number>,
): number {
  // Logarithms: the product of many squared frequencies overflows.
  const logarithm = (frequencies: ArrayLike<number>): number => {
    const acoustic = acousticModes(frequencies);
    return Array.from(frequencies).reduce((sum, frequency, m) => (acoustic.includes(m) ? sum : sum + 2 * Math.log(Math.abs(frequency))), 0);
  };
  const along = (tensor: ArrayLike<number>): number => {
    let sum = 0;
    for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) sum += direction[a]! * tensor[3 * a + b]! * direction[b]!;
    return sum;
  };
  const expected = along(permittivity) / along(electronic);
  return Math.abs(Math.exp(logarithm(longitudinal) - logarithm(transverse)) - expected) / expected;
}
