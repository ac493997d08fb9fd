/** The path through the Brillouin zone as one flat list of points, and where a pointer or a key leads on it. */
import type { PhononsResult } from '../../core/contracts/results.ts';
import { pointLabel } from './labels.ts';
import { cubeOf, matrixOf, uncertaintyOf, type Value } from './quantities.ts';

export interface BandPoint {
  readonly segment: number;
  readonly q: readonly number[];
  /** rad/Å */
  readonly distance: number;
  /** THz */
  readonly frequencies: readonly Value[];
  /** THz, uncertainty of each frequency; empty where none is known */
  readonly uncertainties: readonly Value[];
  /** m/s */
  readonly velocities: readonly Value[];
}

export interface BandPath {
  readonly points: readonly BandPoint[];
  /** First and last flat index of each segment. */
  readonly segments: readonly (readonly [number, number])[];
  readonly names: readonly (readonly [string, string])[];
  readonly modes: number;
  /** Where the high-symmetry points lie, with their labels (`U|K` where the path jumps). */
  readonly ticks: readonly { readonly distance: number; readonly label: string }[];
}

export interface Selection {
  /** Flat index of the point. */
  readonly point: number;
  readonly mode: number;
}

export function bandPath(bands: PhononsResult['bands']): BandPath {
  const [qpoints, distances, frequencies, velocities] = [cubeOf(bands.qpoints.value), matrixOf(bands.distances.value), cubeOf(bands.frequencies.value), cubeOf(bands.groupVelocities.value)];
  const uncertainties = cubeOf(uncertaintyOf(bands.frequencies));
  const points: BandPoint[] = [];
  const segments: [number, number][] = [];
  for (const [s, segment] of qpoints.entries()) {
    segments.push([points.length, points.length + segment.length - 1]);
    for (const [p, q] of segment.entries()) {
      points.push({
        segment: s,
        q: q.map((part) => part ?? 0),
        distance: distances[s]?.[p] ?? 0,
        frequencies: frequencies[s]?.[p] ?? [],
        uncertainties: uncertainties[s]?.[p] ?? [],
        velocities: velocities[s]?.[p] ?? [],
      });
    }
  }
  const names = bands.labels.map(([from, to]) => [pointLabel(from!), pointLabel(to!)] as const);
  const ticks: { distance: number; label: string }[] = [];
  for (const [s, [first, last]] of segments.entries()) {
    const [from, to] = names[s] ?? ['', ''];
    const before = ticks.at(-1);
    if (!before) ticks.push({ distance: points[first]!.distance, label: from });
    else if (before.label !== from) before.label = `${before.label}|${from}`;
    ticks.push({ distance: points[last]!.distance, label: to });
  }
  return { points, segments, names, modes: points[0]?.frequencies.length ?? 0, ticks };
}

/** Range of frequencies, THz, with zero inside. */
/**
 * What is shown before anything is chosen: of an unstable crystal its softest mode; else the first optical one at the start
 * of the path (Γ), a motion within the cell. Crystals of one atom have none.
 */
export function firstSelection(path: BandPath): Selection {
  const [low, high] = frequencyRange(path);
  if (!isImaginary(low, high)) return { point: 0, mode: Math.min(3, path.modes - 1) };
  const point = path.points.findIndex(({ frequencies }) => frequencies.includes(low));
  return { point, mode: path.points[point]!.frequencies.indexOf(low) };
}

/** Noise of acoustic modes at Γ is not taken for an imaginary mode. */
export function isImaginary(frequency: number, highest: number): boolean {
  return frequency < -0.01 * highest;
}

export function frequencyRange(path: BandPath): [number, number] {
  let [low, high] = [0, 0];
  for (const { frequencies } of path.points) {
    for (const value of frequencies) {
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return [low, high];
}

/** The point and mode that lie nearest to a place in the plot (distance in rad/Å, frequency in THz). */
export function nearestMode(path: BandPath, distance: number, frequency: number): Selection {
  let point = 0;
  for (const [index, candidate] of path.points.entries()) {
    if (Math.abs(candidate.distance - distance) < Math.abs(path.points[point]!.distance - distance)) point = index;
  }
  const here = path.points[point]!.frequencies;
  let mode = 0;
  for (const [index, value] of here.entries()) {
    if (value !== null && Math.abs(value - frequency) < Math.abs((here[mode] ?? Number.POSITIVE_INFINITY) - frequency)) mode = index;
  }
  return { point, mode };
}

/** One step along the path or between the modes; stays at the ends. */
export function stepped(path: BandPath, from: Selection, along: number, upwards: number): Selection {
  const clamp = (value: number, most: number): number => Math.max(0, Math.min(most, value));
  return { point: clamp(from.point + along, path.points.length - 1), mode: clamp(from.mode + upwards, path.modes - 1) };
}
