/**
 * An eigenvector as a displacement pattern of the crystal, u_j(R) = A Re[ e_j/√m_j · exp(i q·(r_j + R) + iφ) ], frozen into
 * the smallest supercell in which it repeats: what "follow this mode" starts from.
 */
import { refuse } from '../contracts/messages.ts';
import type { Structure } from '../contracts/structure.ts';
import { fractionalPositions, massesOf } from '../crystal/structure.ts';
import { minkowskiReduction } from '../crystal/reduction.ts';
import { supercell } from '../crystal/supercell.ts';
import { multiply3 } from '../math/matrix3.ts';

/** Largest denominator of q that is followed; beyond it the supercell outgrows its purpose. */
const largestDenominator = 12;

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}

/** The least N with N q a reciprocal lattice vector, null where none up to the largest denominator is. */
export function commonDenominator(q: ArrayLike<number>): number | null {
  for (let size = 1; size <= largestDenominator; size++) if ([0, 1, 2].every((x) => isWhole(q[x]! * size))) return size;
  return null;
}

/**
 * Rows of the smallest superlattice on which exp(i q·R) = 1, compact: N cells, N being the common denominator of q
 * (Lloyd-Williams & Monserrat, Phys. Rev. B 92 (2015) 184301). Refuses q that is no simple fraction.
 */
export function commensurateSupercell(cell: ArrayLike<number>, q: ArrayLike<number>): Int32Array {
  const size = commonDenominator(q) ?? refuse('phonons.incommensurate', { q: [0, 1, 2].map((x) => Number(q[x]!.toFixed(4))).join(', '), limit: largestDenominator });
  // Among the superlattices of that size in Hermite form there is one on which q repeats; it is the set of all such R.
  for (let a = 1; a <= size; a++) {
    if (size % a !== 0) continue;
    for (let b = 1; b <= size / a; b++) {
      if ((size / a) % b !== 0) continue;
      const c = size / (a * b);
      for (let d = 0; d < a; d++) {
        for (let e = 0; e < a; e++) {
          for (let f = 0; f < b; f++) {
            const rows = [a, 0, 0, d, b, 0, e, f, c];
            if (![0, 1, 2].every((r) => isWhole(rows[3 * r]! * q[0]! + rows[3 * r + 1]! * q[1]! + rows[3 * r + 2]! * q[2]!))) continue;
            const reduced = minkowskiReduction(multiply3(rows, cell));
            return Int32Array.from(multiply3(reduced.matrix, rows), Math.round);
          }
        }
      }
    }
  }
  throw new Error('commensurateSupercell: none found');
}

export interface FrozenMode {
  readonly structure: Structure;
  /** 9 integers, rows in terms of the primitive cell. */
  readonly matrix: Int32Array;
  /** 3 per atom of the supercell, Å; the longest has the length asked for. */
  readonly displacements: Float64Array;
}

/**
 * @param q reduced coordinates, a simple fraction
 * @param eigenvector 3N×2 (re, im) of the mode, as the modes task gives it
 * @param amplitude Å: length of the largest displacement
 */
export function freezeMode(structure: Structure, q: ArrayLike<number>, eigenvector: ArrayLike<number>, amplitude: number): FrozenMode {
  const matrix = commensurateSupercell(structure.cell, q);
  const large = supercell(structure, matrix);
  const fractional = fractionalPositions(structure);
  const masses = massesOf(structure);
  const count = large.sourceAtom.length;
  const real = new Float64Array(3 * count), imaginary = new Float64Array(3 * count);
  for (let s = 0; s < count; s++) {
    const j = large.sourceAtom[s]!;
    let angle = 0;
    for (let x = 0; x < 3; x++) angle += 2 * Math.PI * q[x]! * (fractional[3 * j + x]! + large.latticeVector[3 * s + x]!);
    const cosine = Math.cos(angle) / Math.sqrt(masses[j]!), sine = Math.sin(angle) / Math.sqrt(masses[j]!);
    for (let x = 0; x < 3; x++) {
      const er = eigenvector[2 * (3 * j + x)]!, ei = eigenvector[2 * (3 * j + x) + 1]!;
      real[3 * s + x] = er * cosine - ei * sine;
      imaginary[3 * s + x] = er * sine + ei * cosine;
    }
  }
  // The phase is free: the one that makes the real pattern largest shows a standing wave at the zone boundary in full.
  let rr = 0, ii = 0, ri = 0;
  for (let at = 0; at < 3 * count; at++) {
    rr += real[at]! ** 2;
    ii += imaginary[at]! ** 2;
    ri += real[at]! * imaginary[at]!;
  }
  const phase = 0.5 * Math.atan2(-2 * ri, rr - ii);
  const pattern = real.map((value, at) => value * Math.cos(phase) - imaginary[at]! * Math.sin(phase));
  let longest = 0;
  for (let s = 0; s < count; s++) longest = Math.max(longest, Math.hypot(pattern[3 * s]!, pattern[3 * s + 1]!, pattern[3 * s + 2]!));
  const displacements = pattern.map((value) => (value * amplitude) / longest);
  return { structure: { ...large.structure, positions: large.structure.positions.map((r, at) => r + displacements[at]!) }, matrix, displacements };
}
