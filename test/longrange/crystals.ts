/** Crystals and random boxes that the electrostatics tests share. Lengths in Å. */
import type { Structure } from '../../core/contracts/structure.ts';
import { vectorTimesMatrix3 } from '../../core/math/matrix3.ts';
import { random } from '../../core/math/random.ts';

export interface ChargedStructure {
  readonly structure: Structure;
  readonly charges: Float64Array;
}

export function ionic(
  cell: readonly (readonly number[])[],
  ions: readonly (readonly [species: string, charge: number, fractional: readonly number[]])[],
  periodic: readonly [boolean, boolean, boolean] = [true, true, true],
): ChargedStructure {
  const flat = Float64Array.from(cell.flat());
  return {
    structure: {
      cell: flat,
      periodic,
      species: ions.map(([species]) => species),
      positions: Float64Array.from(ions.flatMap(([, , fractional]) => [...vectorTimesMatrix3(fractional, flat)])),
    },
    charges: Float64Array.from(ions, ([, charge]) => charge),
  };
}

const fcc = (a: number): number[][] => [[0, a / 2, a / 2], [a / 2, 0, a / 2], [a / 2, a / 2, 0]];

/** Rock salt, nearest neighbours a/2 apart. */
export const rockSalt = (a: number, q = 1): ChargedStructure =>
  ionic(fcc(a), [['Mg', q, [0, 0, 0]], ['O', -q, [0.5, 0.5, 0.5]]]);
export const caesiumChloride = (a: number): ChargedStructure =>
  ionic([[a, 0, 0], [0, a, 0], [0, 0, a]], [['Cs', 1, [0, 0, 0]], ['Cl', -1, [0.5, 0.5, 0.5]]]);
export const zincblende = (a: number): ChargedStructure =>
  ionic(fcc(a), [['Zn', 1, [0, 0, 0]], ['S', -1, [0.25, 0.25, 0.25]]]);
export const fluorite = (a: number): ChargedStructure =>
  ionic(fcc(a), [['Ca', 2, [0, 0, 0]], ['F', -1, [0.25, 0.25, 0.25]], ['F', -1, [0.75, 0.75, 0.75]]]);
/** Ideal: c/a = √(8/3), u = 3/8; nearest neighbours 3c/8 apart. */
export function wurtzite(a: number): ChargedStructure {
  const c = a * Math.sqrt(8 / 3);
  return ionic([[a, 0, 0], [-a / 2, (a * Math.sqrt(3)) / 2, 0], [0, 0, c]], [
    ['Zn', 1, [1 / 3, 2 / 3, 0]], ['Zn', 1, [2 / 3, 1 / 3, 0.5]],
    ['S', -1, [1 / 3, 2 / 3, 0.375]], ['S', -1, [2 / 3, 1 / 3, 0.875]],
  ]);
}

/** Ions at random places at least `apart` from each other, with random charges that add up to `net`. */
export function randomIons(
  seed: number,
  cell: readonly (readonly number[])[],
  count: number,
  { net = 0, apart = 1.2, box = [1, 1, 1] }: { net?: number; apart?: number; box?: readonly number[] } = {},
): ChargedStructure {
  const { uniform } = random(seed);
  const flat = Float64Array.from(cell.flat());
  const places: number[][] = [];
  while (places.length < count) {
    const f = box.map((width) => width * uniform());
    const clear = places.every((other) => {
      for (let image = 0; image < 27; image++) {
        const n = [(image % 3) - 1, (Math.floor(image / 3) % 3) - 1, Math.floor(image / 9) - 1];
        const d = vectorTimesMatrix3(f.map((x, a) => x - other[a]! + n[a]!), flat);
        if (Math.hypot(...d) < apart) return false;
      }
      return true;
    });
    if (clear) places.push(f);
  }
  const charges = places.map(() => 4 * uniform() - 2);
  const excess = (charges.reduce((sum, q) => sum + q, 0) - net) / count;
  return ionic(cell, places.map((f, i) => ['H', charges[i]! - excess, f]));
}

export function maximumDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

export function largest(a: ArrayLike<number>): number {
  let value = 0;
  for (let i = 0; i < a.length; i++) value = Math.max(value, Math.abs(a[i]!));
  return value;
}
