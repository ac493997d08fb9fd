/** Distances, angles and dihedral angles between places, Å and degrees. */
import type { Vector } from './crystal-model.ts';

const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector, b: Vector): Vector => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const degrees = (radians: number): number => (radians * 180) / Math.PI;

export const distanceBetween = (a: Vector, b: Vector): number => Math.hypot(...minus(a, b));

/** At `b`, 0 to 180°. The arctangent keeps its digits where the cosine loses them. */
export function angleAt(a: Vector, b: Vector, c: Vector): number {
  const [u, v] = [minus(a, b), minus(c, b)];
  return degrees(Math.atan2(Math.hypot(...cross(u, v)), dot(u, v)));
}

/** Around the line from b to c, −180 to 180°: positive where, seen along it, d lies clockwise of a (IUPAC). Null where three are in line. */
export function dihedral(a: Vector, b: Vector, c: Vector, d: Vector): number | null {
  const [first, axis, last] = [minus(b, a), minus(c, b), minus(d, c)];
  const [m, n] = [cross(first, axis), cross(axis, last)];
  const scale = Math.hypot(...axis);
  if (Math.hypot(...m) < 1e-9 * scale || Math.hypot(...n) < 1e-9 * scale) return null;
  return degrees(Math.atan2(scale * dot(first, n), dot(m, n)));
}

export interface Measured {
  readonly kind: 'distance' | 'angle' | 'dihedral';
  /** Places in the list of what was chosen. */
  readonly of: readonly number[];
  /** Å or degrees; null where it has no meaning */
  readonly value: number | null;
}

/** Everything that two, three or four places in a row define. */
export function measured(places: readonly Vector[]): Measured[] {
  const run = (length: number): number[][] => Array.from({ length: Math.max(0, places.length - length + 1) }, (_, first) => Array.from({ length }, (__, k) => first + k));
  const at = (of: readonly number[]): Vector[] => of.map((k) => places[k]!);
  return [
    ...run(2).map((of): Measured => ({ kind: 'distance', of, value: distanceBetween(...(at(of) as [Vector, Vector])) })),
    ...run(3).map((of): Measured => ({ kind: 'angle', of, value: angleAt(...(at(of) as [Vector, Vector, Vector])) })),
    ...run(4).map((of): Measured => ({ kind: 'dihedral', of, value: dihedral(...(at(of) as [Vector, Vector, Vector, Vector])) })),
  ];
}
