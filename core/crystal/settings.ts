import { operations_from_number, space_group_type } from '@spglib/moyo-wasm';
import { cross3, determinant3, dot3, inverse3, matrixTimesVector3, multiply3, norm3, transpose3 } from '../math/matrix3.ts';
import { minkowskiReduction, niggliReduction } from './reduction.ts';

/** Space-group operations of the tables, x' = W x + w, in the basis of the standard primitive cell. */
export interface StandardOperations {
  /** K×9 integers, row-major W. */
  readonly rotations: Int32Array;
  /** K×3, exact to rounding. */
  readonly translations: Float64Array;
}

/** Rows: primitive vectors of each centring in the conventional ones, in spglib's choice (obverse setting for R). */
const centrings: Readonly<Record<string, readonly number[]>> = {
  P: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  A: [1, 0, 0, 0, 1 / 2, -1 / 2, 0, 1 / 2, 1 / 2],
  C: [1 / 2, -1 / 2, 0, 1 / 2, 1 / 2, 0, 0, 0, 1],
  F: [0, 1 / 2, 1 / 2, 1 / 2, 0, 1 / 2, 1 / 2, 1 / 2, 0],
  I: [-1 / 2, 1 / 2, 1 / 2, 1 / 2, -1 / 2, 1 / 2, 1 / 2, 1 / 2, -1 / 2],
  R: [2 / 3, 1 / 3, 1 / 3, -1 / 3, 1 / 3, 1 / 3, -1 / 3, -2 / 3, 1 / 3],
};

/** Rows: primitive vectors of space group `number` in its standard conventional ones. */
export function primitiveInConventional(number: number): Float64Array {
  return Float64Array.from(centrings[centringLetter(number)]!);
}

/** Centring of the standard setting: the first letter of the Hermann-Mauguin symbol. */
export function centringLetter(number: number): string {
  return space_group_type(number).hm_short.charAt(0);
}

/** Operations of space group 1 to 230 in spglib's standard setting and the primitive basis above, one for each rotation. */
export function standardOperations(number: number): StandardOperations {
  const basis = transpose3(primitiveInConventional(number)), inverse = inverse3(basis);
  const byRotation = new Map<string, { w: Float64Array; t: Float64Array }>();
  for (const { rotation, translation } of operations_from_number(number, { type: 'Spglib' }, false)) {
    const w = multiply3(multiply3(inverse, transpose3(rotation)), basis).map((value) => Math.round(value) + 0);
    if (!byRotation.has(w.join(' '))) byRotation.set(w.join(' '), { w, t: matrixTimesVector3(inverse, translation) });
  }
  const operations = [...byRotation.values()];
  return {
    rotations: Int32Array.from(operations.flatMap(({ w }) => Array.from(w))),
    translations: Float64Array.from(operations.flatMap(({ t }) => Array.from(t))),
  };
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

/** Rows are the Cartesian axes of the standard setting: x along a, z along a × b, y completes them. */
export function standardAxesOf(conventional: Float64Array): Float64Array {
  const a = conventional.subarray(0, 3), b = conventional.subarray(3, 6);
  const z = cross3(a, b);
  const unitX = a.map((value) => value / norm3(a)), unitZ = z.map((value) => value / norm3(z));
  return Float64Array.of(...unitX, ...cross3(unitZ, unitX), ...unitZ);
}

/** Bases of the a–c plane of a monoclinic cell, b along ± the unique axis: all that its two shortest vectors combine to with factors up to 2. */
function monoclinicChoices(conventional: Float64Array): Float64Array[] {
  const plane = Float64Array.of(...conventional.subarray(0, 3), ...conventional.subarray(6, 9), ...conventional.subarray(3, 6));
  const { matrix } = minkowskiReduction(plane, 2);
  const choices: Float64Array[] = [];
  const factors = [-2, -1, 0, 1, 2];
  for (const p of factors) for (const q of factors) for (const r of factors) for (const s of factors) {
    const determinant = p * s - q * r;
    if (Math.abs(determinant) !== 1) continue;
    const inPlane = (m: number, n: number): [number, number] => [m * matrix[0]! + n * matrix[3]!, m * matrix[1]! + n * matrix[4]!];
    const [a1, a2] = inPlane(p, q), [c1, c2] = inPlane(r, s);
    const b = a1 * c2 - a2 * c1;
    choices.push(Float64Array.of(a1, 0, a2, 0, b, 0, c1, 0, c2));
  }
  return choices;
}

/** Proper rotations of the lattice of a reduced or conventional cell: integer matrices of −1, 0, 1 that keep its metric. */
function latticeRotations(cell: Float64Array): Float64Array[] {
  const vectors = Array.from({ length: 27 }, (_, n) => [Math.floor(n / 9) - 1, (Math.floor(n / 3) % 3) - 1, (n % 3) - 1]);
  const metric = multiply3(cell, transpose3(cell));
  const product = (m: readonly number[], n: readonly number[]): number => dot3(m, matrixTimesVector3(metric, n));
  const scale = metric[0]! + metric[4]! + metric[8]!;
  // Far above rounding, far below any difference that a crystal is asked to show.
  const agrees = (m: readonly number[], n: readonly number[], i: number, j: number): boolean => Math.abs(product(m, n) - metric[3 * i + j]!) < 1e-8 * scale;
  const [as, bs, cs] = [0, 1, 2].map((i) => vectors.filter((v) => agrees(v, v, i, i))) as [number[][], number[][], number[][]];
  return as.flatMap((a) => bs.filter((b) => agrees(a, b, 0, 1)).flatMap((b) => cs.filter((c) => agrees(a, c, 0, 2) && agrees(b, c, 1, 2))
    .map((c) => Float64Array.of(...a, ...b, ...c)))).filter((m) => determinant3(m) > 0);
}

/** The Niggli cell in each of its equal orientations (more than one where the lattice is more symmetric than the crystal). */
function niggliChoices(cell: Float64Array): Float64Array[] {
  const niggli = niggliReduction(cell);
  return latticeRotations(niggli.cell).map((rotation) => multiply3(rotation, niggli.matrix));
}

/** Proper signed permutations of three axes. */
function orthorhombicChoices(): Float64Array[] {
  return Array.from({ length: 6 * 8 }, (_, index) => {
    const order = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]][index >> 3]!;
    const m = new Float64Array(9);
    order.forEach((axis, row) => { m[3 * row + axis] = (index >> row) & 1 ? -1 : 1; });
    return m;
  }).filter((m) => determinant3(m) > 0);
}

/** What makes one choice of conventional vectors better than another; smaller is better, the first difference decides. */
function preference(number: number, conventional: Float64Array): number[] {
  const a = conventional.subarray(0, 3), b = conventional.subarray(3, 6), c = conventional.subarray(6, 9);
  const axes = standardAxesOf(conventional);
  // The trace of the rotation from the frame to the axes is 3 where they coincide. Components of the axes break its ties.
  const closeness = [-(axes[0]! + axes[4]! + axes[8]!), ...axes.map((value) => -value)];
  if (number <= 2) return closeness;
  if (number <= 15) return [dot3(a, a) + dot3(c, c), dot3(a, c) > 1e-6 * norm3(a) * norm3(c) ? 1 : 0, norm3(a), ...closeness];
  if (number <= 74) return [norm3(a), norm3(b), ...closeness];
  return closeness;
}

/**
 * The standard setting leaves freedom in the choice of conventional vectors: all that obey the same tables (the normalizer
 * of the group) are as good. This makes the choice unique: triclinic, the Niggli cell; monoclinic, the shortest a and c,
 * β not acute; orthorhombic, a ≤ b ≤ c as far as the group lets them be exchanged; and then the one whose axes lie closest
 * to the Cartesian frame, so that an input which is in its standard setting keeps it.
 * `conventionalMatrix`: rows, conventional vectors in the primitive ones; `cell`: the primitive cell.
 * Returns the integer matrix whose rows are the chosen primitive vectors in the given ones.
 */
export function standardSetting(number: number, standard: StandardOperations, conventionalMatrix: Float64Array, cell: Float64Array): Float64Array {
  const given = multiply3(conventionalMatrix, cell);
  const choices = number <= 2 ? niggliChoices(given)
    : number <= 15 ? monoclinicChoices(given)
      : number <= 74 ? orthorhombicChoices()
        : latticeRotations(given);
  const candidates = choices.flatMap((choice) => {
    const inPrimitive = multiply3(multiply3(inverse3(conventionalMatrix), choice), conventionalMatrix);
    const setting = inPrimitive.map((value) => Math.round(value) + 0);
    const integer = inPrimitive.every((value, k) => Math.abs(value - setting[k]!) < 1e-6);
    return integer ? [{ setting, key: preference(number, multiply3(choice, given)) }] : [];
  });
  candidates.sort((p, q) => {
    for (let k = 0; k < p.key.length; k++) {
      // Differences below rounding of the cell are ties, which the next criterion decides.
      if (Math.abs(p.key[k]! - q.key[k]!) > 1e-6 * (1 + Math.abs(p.key[k]!))) return p.key[k]! - q.key[k]!;
    }
    return 0;
  });
  return candidates.find(({ setting }) => isSameSetting(standard, transpose3(setting)))!.setting;
}
