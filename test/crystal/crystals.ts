/** Random crystals of any space group, and random rotations, cells and mixtures of cells to hide them behind. */
import type { Structure } from '../../core/contracts/structure.ts';
import { determinant3, inverse3, matrixTimesVector3, multiply3, transpose3 } from '../../core/math/matrix3.ts';
import type { Random } from '../../core/math/random.ts';
import { standardOperations } from '../../core/crystal/settings.ts';
import { strained, withPositions } from '../../core/crystal/structure.ts';

export const allPeriodic = [true, true, true] as const;

/** Proper rotation from a random quaternion. */
export function randomRotation(random: Random): Float64Array {
  const q = [0, 1, 2, 3].map(() => random.normal());
  const n = Math.hypot(...q);
  const [w, x, y, z] = q.map((value) => value / n) as [number, number, number, number];
  return Float64Array.of(
    1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
    2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
    2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
  );
}

/** Random integer matrix of determinant 1: a product of a few shears. */
export function randomUnimodular(random: Random): Float64Array {
  let out: Float64Array = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  for (let step = 0; step < 4; step++) {
    const shear = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
    const i = random.integer(3), j = (i + 1 + random.integer(2)) % 3;
    shear[3 * i + j] = random.integer(3) - 1;
    out = multiply3(shear, out);
  }
  return out;
}

/** Random cell of moderate shape with lattice vectors of a few Å. */
export function randomCell(random: Random, scale = 5, distortion = 0.2): Float64Array {
  for (;;) {
    const cell = Float64Array.from({ length: 9 }, (_, k) => scale * ((k % 4 === 0 ? 1 : 0) + distortion * (2 * random.uniform() - 1)));
    if (determinant3(cell) > 0.2 * scale ** 3) return cell;
  }
}

/** Cell with rows a along x, b in the xy plane, of a metric tensor. */
function cellOfMetric(g: Float64Array): Float64Array {
  const a = Math.sqrt(g[0]!), bx = g[1]! / a, by = Math.sqrt(g[4]! - bx * bx);
  const cx = g[2]! / a, cy = (g[5]! - bx * cx) / by;
  return Float64Array.of(a, 0, 0, bx, by, 0, cx, cy, Math.sqrt(g[8]! - cx * cx - cy * cy));
}

/**
 * A crystal of space group `number` in its standard primitive basis: a random metric averaged over the group and three
 * kinds of atoms on general positions, which leave no room for a higher symmetry.
 */
export function randomCrystal(number: number, random: Random, cell = randomCell(random)): Structure {
  const { rotations, translations } = standardOperations(number);
  const operations = Array.from({ length: rotations.length / 9 }, (_, k) => ({ w: rotations.subarray(9 * k, 9 * k + 9), t: translations.subarray(3 * k, 3 * k + 3) }));
  const metric = multiply3(cell, transpose3(cell));
  const mean = new Float64Array(9);
  for (const { w } of operations) {
    multiply3(multiply3(transpose3(w), metric), w).forEach((value, k) => { mean[k]! += value / operations.length; });
  }
  const species: string[] = [];
  const fractional: number[] = [];
  for (const symbol of ['Si', 'O', 'Mg']) {
    const f = [random.uniform(), random.uniform(), random.uniform()];
    for (const { w, t } of operations) {
      species.push(symbol);
      fractional.push(...matrixTimesVector3(w, f).map((value, x) => value + t[x]!));
    }
  }
  const ideal = cellOfMetric(mean);
  const positions = new Float64Array(fractional.length);
  for (let i = 0; i < fractional.length; i += 3) {
    for (let x = 0; x < 3; x++) positions[i + x] = fractional[i]! * ideal[x]! + fractional[i + 1]! * ideal[3 + x]! + fractional[i + 2]! * ideal[6 + x]!;
  }
  return { cell: ideal, periodic: allPeriodic, species, positions };
}

/** The same crystal turned, shifted and described by another cell (rows of `matrix` in the old vectors). */
export function disguised(structure: Structure, rotation: ArrayLike<number>, matrix: ArrayLike<number>, shift: readonly number[]): Structure {
  const turned = strained(structure, rotation);
  return withPositions(turned, turned.positions.map((value, k) => value + shift[k % 3]!), multiply3(matrix, turned.cell));
}

/** Largest distance (Å) between atoms of `b` and their nearest likes in `a`, both taken as infinite crystals of a's lattice. */
export function largestMismatch(a: Structure, b: Structure): number {
  const inverse = inverse3(a.cell);
  let worst = 0;
  for (let i = 0; i < b.species.length; i++) {
    let nearest = Infinity;
    for (let j = 0; j < a.species.length; j++) {
      if (a.species[j] !== b.species[i]) continue;
      const d = [0, 1, 2].map((x) => b.positions[3 * i + x]! - a.positions[3 * j + x]!);
      const f = [0, 1, 2].map((x) => d[0]! * inverse[x]! + d[1]! * inverse[3 + x]! + d[2]! * inverse[6 + x]!).map((value) => value - Math.round(value));
      nearest = Math.min(nearest, Math.hypot(...[0, 1, 2].map((x) => f[0]! * a.cell[x]! + f[1]! * a.cell[3 + x]! + f[2]! * a.cell[6 + x]!)));
    }
    worst = Math.max(worst, nearest);
  }
  return worst;
}
