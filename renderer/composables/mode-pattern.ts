/** How the atoms move in a mode: u(R, j, t) = Re[A · e_j/√m_j · exp(i q·(R + r_j)) · exp(−iωt)], scaled to a chosen amplitude. */
import type { ReportModes } from '../../core/contracts/report.ts';
import type { DrawnAtom } from './crystal-model.ts';

export interface ModeStore {
  /** Kept point that lies nearest to a flat index of the path, within `from` to `to` (its segment), or null. */
  nearest(point: number, from: number, to: number): number | null;
  /** [atom][xyz] complex displacement pattern e_j/√m_j of a kept point, scaled so that the largest swing of any atom is 1. */
  pattern(point: number, mode: number): ModePattern;
}

export interface ModePattern {
  /** [atom·6]: re and im of x, y, z */
  readonly vectors: Float64Array;
  /** [atom]: part of the kinetic energy, |e_j|² */
  readonly shares: readonly number[];
}

const fullScale = 32767;

export function modeStore(modes: ReportModes, masses: readonly number[]): ModeStore {
  const bytes = Uint8Array.from(atob(modes.data), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const places = new Map(modes.points.map((point, place) => [point, place]));
  const perMode = modes.atoms * 6;
  return {
    nearest: (point, from, to) => {
      let best: number | null = null;
      for (const kept of modes.points) {
        if (kept >= from && kept <= to && (best === null || Math.abs(kept - point) < Math.abs(best - point))) best = kept;
      }
      return best;
    },
    pattern: (point, mode) => {
      const start = ((places.get(point) ?? 0) * modes.modes + mode) * perMode;
      const eigenvector = Float64Array.from({ length: perMode }, (_, i) => view.getInt16((start + i) * 2, true) / fullScale);
      const shares = masses.map((_, atom) => eigenvector.subarray(6 * atom, 6 * atom + 6).reduce((sum, part) => sum + part * part, 0));
      const vectors = eigenvector.map((part, i) => part / Math.sqrt(masses[Math.floor(i / 6)]!));
      const largest = Math.max(...masses.map((_, atom) => swing(vectors.subarray(6 * atom, 6 * atom + 6))));
      return { vectors: largest > 0 ? vectors.map((part) => part / largest) : vectors, shares };
    },
  };
}

/** Longest distance from rest on the ellipse Re[c e^{−iφ}]: √((Σ|c|² + |Σc²|)/2). */
function swing(vector: Float64Array): number {
  let [norm, re, im] = [0, 0, 0];
  for (let k = 0; k < 3; k += 1) {
    const [a, b] = [vector[2 * k]!, vector[2 * k + 1]!];
    norm += a * a + b * b;
    re += a * a - b * b;
    im += 2 * a * b;
  }
  return Math.sqrt((norm + Math.hypot(re, im)) / 2);
}

/**
 * Displacements of the drawn atoms, written into `into` as [atom·3].
 * @param q wave vector in reduced coordinates; @param reduced [atom][3] reduced positions in the primitive cell
 * @param phase ωt in radians
 */
export function displace(into: Float32Array, atoms: readonly DrawnAtom[], pattern: ModePattern, q: readonly number[], reduced: readonly (readonly number[])[], phase: number, amplitude: number): void {
  for (const [index, { atom, image }] of atoms.entries()) {
    const inside = reduced[atom]!;
    const angle = 2 * Math.PI * (q[0]! * (inside[0]! + image[0]) + q[1]! * (inside[1]! + image[1]) + q[2]! * (inside[2]! + image[2])) - phase;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    for (let k = 0; k < 3; k += 1) {
      const [re, im] = [pattern.vectors[6 * atom + 2 * k]!, pattern.vectors[6 * atom + 2 * k + 1]!];
      into[3 * index + k] = amplitude * (re * cos - im * sin);
    }
  }
}
