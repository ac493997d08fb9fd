/** Imaginary modes in words: what is rounding, what is the error of the force constants, what is a real instability. */
import { message } from '../contracts/messages.ts';
import { quantityOf, type Message } from '../contracts/quantity.ts';
import { terahertzPerRootForceConstant } from '../units/constants.ts';
import type { ForceConstantQuality } from './force-constants.ts';
import { acousticModes } from './thermal.ts';

export interface SampledPoint {
  /** 3, reduced */
  readonly q: ArrayLike<number>;
  readonly label?: string;
  /** M THz, ascending */
  readonly frequencies: Float64Array;
}

export interface ImaginaryMode {
  readonly q: [number, number, number];
  readonly label?: string;
  readonly mode: number;
  readonly frequency: number;
  readonly kind: 'acoustic-noise' | 'sampling' | 'instability';
  readonly message: Message;
}

/** THz: the three acoustic modes at Γ vanish up to rounding of ω², which is worth up to this. */
const acousticRounding = 1e-3;

/** THz: how large an imaginary frequency the violated sum rules and symmetries of the force constants can cause. */
export function frequencyNoise(quality: ForceConstantQuality, masses: ArrayLike<number>): number {
  const violation = Math.max(quality.acousticSum, quality.permutation, quality.symmetry, quality.outside);
  return Math.sqrt(violation / Math.min(...Array.from(masses))) * terahertzPerRootForceConstant;
}

/**
 * Every imaginary mode that is a local minimum along its list of points (a segment of a path, or a single point).
 * `noise`: from `frequencyNoise`. The deepest come first.
 */
export function imaginaryModes(lists: readonly (readonly SampledPoint[])[], noise: number): ImaginaryMode[] {
  const found = new Map<string, ImaginaryMode>();
  for (const points of lists) {
    points.forEach((point, k) => {
      const origin = point.q[0] === 0 && point.q[1] === 0 && point.q[2] === 0;
      const acoustic = origin ? acousticModes(point.frequencies) : [];
      for (let mode = 0; mode < point.frequencies.length && point.frequencies[mode]! < 0; mode++) {
        const value = point.frequencies[mode]!;
        if (acoustic.includes(mode) && Math.abs(value) <= acousticRounding) continue;
        const lower = (other: SampledPoint | undefined): boolean => other !== undefined && other.frequencies[mode]! < value;
        if (lower(points[k - 1]) || lower(points[k + 1])) continue;
        const q: [number, number, number] = [point.q[0]!, point.q[1]!, point.q[2]!];
        const key = `${q.map((x) => x.toFixed(6)).join()} ${mode}`;
        if (found.has(key)) continue;
        const place = point.label ?? `(${q.map((x) => Number(x.toFixed(4))).join(', ')})`;
        const kind = acoustic.includes(mode) ? 'acoustic-noise' : Math.abs(value) <= 3 * noise ? 'sampling' : 'instability';
        found.set(key, {
          q, ...(point.label !== undefined && { label: point.label }), mode, frequency: value, kind,
          message: message(`phonons.imaginary.${kind}`, { mode: mode + 1, place, frequency: quantityOf(value, 'THz'), noise: quantityOf(3 * noise, 'THz') }),
        });
      }
    });
  }
  return [...found.values()].sort((a, b) => a.frequency - b.frequency);
}
