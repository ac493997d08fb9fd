import { operations_from_number } from '@spglib/moyo-wasm';
import { cross3, determinant3, inverse3, matrixTimesVector3, multiply3, norm3, transpose3 } from '../math/matrix3.ts';

/** Space-group operations of the tables, x' = W x + w, in the basis of the standard primitive cell. */
export interface StandardOperations {
  /** K×9 integers, row-major W. */
  readonly rotations: Int32Array;
  /** K×3, exact to rounding. */
  readonly translations: Float64Array;
}

/** Operations of space group 1 to 230 in spglib's standard setting and primitive basis. */
export function standardOperations(number: number): StandardOperations {
  const operations = operations_from_number(number, { type: 'Spglib' }, true);
  return {
    rotations: Int32Array.from(operations.flatMap(({ rotation }) => Array.from(transpose3(rotation)))),
    translations: Float64Array.from(operations.flatMap(({ translation }) => translation)),
  };
}

/**
 * Number of a space group without translations beyond the lattice whose rotations, in the conventional basis, are those
 * of the lattice of group `number`. Rhombohedral lattices have −3m only, in hexagonal axes that of P −3 m 1.
 */
function holohedryNumber(number: number): number {
  const rhombohedral = [146, 148, 155, 160, 161, 166, 167];
  if (number <= 2) return 2;
  if (number <= 15) return 10;
  if (number <= 74) return 47;
  if (number <= 142) return 123;
  if (number <= 194) return rhombohedral.includes(number) ? 164 : 191;
  return 221;
}

/**
 * Whether the operations, seen from the basis turned by `n` (columns: new basis in the old), are those of the tables again
 * for some origin. Such origins lie at multiples of 1/24 of the lattice vectors (International Tables A, chapter 3.5:
 * normalizers shift by halves, thirds, quarters, eighths); along polar axes any origin does, so that 0 is among them.
 */
function isSameSetting(standard: StandardOperations, n: ArrayLike<number>): boolean {
  const inverse = inverse3(n);
  const count = standard.rotations.length / 9;
  const key = (w: ArrayLike<number>): string => Array.from(w, (value) => Math.round(value) + 0).join(' ');
  const tabulated = new Map(Array.from({ length: count }, (_, k) => [key(standard.rotations.subarray(9 * k, 9 * k + 9)), k] as const));
  const pairs: { turned: Float64Array; missing: number[] }[] = [];
  for (let k = 0; k < count; k++) {
    const turned = multiply3(multiply3(inverse, standard.rotations.subarray(9 * k, 9 * k + 9)), n);
    const partner = tabulated.get(key(turned));
    if (partner === undefined) return false;
    const translation = matrixTimesVector3(inverse, standard.translations.subarray(3 * k, 3 * k + 3));
    pairs.push({ turned, missing: [0, 1, 2].map((x) => 24 * (standard.translations[3 * partner + x]! - translation[x]!)) });
  }
  // With the origin o (in 1/24) the translation changes by (W − 1) o, which must supply what is missing, modulo 24.
  const fits = (o: readonly number[]): boolean => pairs.every(({ turned, missing }) => {
    for (let x = 0; x < 3; x++) {
      const rest = (turned[3 * x]! * o[0]! + turned[3 * x + 1]! * o[1]! + turned[3 * x + 2]! * o[2]! - o[x]! - missing[x]!) / 24;
      if (Math.abs(rest - Math.round(rest)) > 1e-6) return false;
    }
    return true;
  });
  for (let i = 0; i < 24; i++) for (let j = 0; j < 24; j++) for (let k = 0; k < 24; k++) if (fits([i, j, k])) return true;
  return false;
}

/**
 * Among the settings that obey the same tables (proper rotations of the lattice within the normalizer of the group), the
 * one whose conventional axes lie closest to the Cartesian frame; so an input that is in a standard setting keeps it.
 * `conventionalMatrix`: rows, conventional vectors in the primitive ones; `cell`: the primitive cell.
 * Returns the integer matrix whose columns are the new primitive vectors in the old ones.
 */
export function closestSetting(number: number, standard: StandardOperations, conventionalMatrix: Float64Array, cell: Float64Array): Float64Array {
  const toPrimitive = transpose3(conventionalMatrix), fromPrimitive = inverse3(toPrimitive);
  const rotations = standardOperations(holohedryNumber(number)).rotations;
  const candidates: { setting: Float64Array; closeness: number }[] = [];
  for (let k = 0; k < rotations.length; k += 9) {
    const w = rotations.subarray(k, k + 9);
    if (determinant3(w) < 0) continue;
    const setting = multiply3(multiply3(toPrimitive, w), fromPrimitive).map((value) => Math.round(value) + 0);
    const conventional = multiply3(conventionalMatrix, multiply3(transpose3(setting), cell));
    candidates.push({ setting, closeness: axesCloseness(conventional) });
  }
  // Rounding to 1e-6 makes ties ties; the sort is stable, so the order of the tables then decides.
  candidates.sort((p, q) => Math.round(1e6 * q.closeness) - Math.round(1e6 * p.closeness));
  return candidates.find(({ setting }) => isSameSetting(standard, setting))!.setting;
}

/** Rows are the Cartesian axes of the standard setting: x along a, z along a × b, y completes them. */
export function standardAxesOf(conventional: Float64Array): Float64Array {
  const a = conventional.subarray(0, 3), b = conventional.subarray(3, 6);
  const z = cross3(a, b);
  const unitX = a.map((value) => value / norm3(a)), unitZ = z.map((value) => value / norm3(z));
  return Float64Array.of(...unitX, ...cross3(unitZ, unitX), ...unitZ);
}

/** Trace of the rotation from the frame to the axes of the cell (a along x, b in the xy plane): 3 where they coincide. */
function axesCloseness(conventional: Float64Array): number {
  const axes = standardAxesOf(conventional);
  return axes[0]! + axes[4]! + axes[8]!;
}
