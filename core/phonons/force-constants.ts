/**
 * Real-space force constants of the short-range part, Φ_ij(R) = ∂²E/∂u_i(0)∂u_j(R), for every pair within the
 * potential's interaction range: finite, hence exact, not an image sum of a supercell.
 */
import type { Structure } from '../contracts/structure.ts';
import type { Crystal } from '../crystal/crystal.ts';
import { fractionalPositions } from '../crystal/structure.ts';
import { inverse3, matrixTimesVector3, multiply3, norm3, transpose3, vectorTimesMatrix3 } from '../math/matrix3.ts';
import type { Potential } from '../potential/potential.ts';
import type { Tasks } from '../runs/tasks.ts';
import { planDisplacements, siteOperations, type DisplaceInput, type DisplaceResult } from './displacements.ts';

export interface ForceConstants {
  /** Atoms in the primitive cell. */
  readonly atoms: number;
  /** 5 integers per entry: i, j, n1, n2, n3 with R = n · (primitive lattice vectors); every (i, j, R) and its transpose occur once. */
  readonly pairs: Int32Array;
  /** 9 per entry, row-major, eV/Å²: row = component of i, column = component of j. */
  readonly values: Float64Array;
}

/** The same force constants without the pairs beyond `range` (Å); the self terms take up what then lacks. */
export function shortened(structure: Structure, { atoms, pairs, values }: ForceConstants, range: number): ForceConstants {
  const fractional = fractionalPositions(structure);
  const count = values.length / 9;
  const kept: number[] = [];
  const self = new Int32Array(atoms).fill(-1), lost = new Float64Array(9 * atoms);
  for (let p = 0; p < count; p++) {
    const [i, j] = [pairs[5 * p]!, pairs[5 * p + 1]!];
    const between = [0, 1, 2].map((x) => fractional[3 * j + x]! + pairs[5 * p + 2 + x]! - fractional[3 * i + x]!);
    const distance = norm3(vectorTimesMatrix3(between, structure.cell));
    if (distance > range) {
      for (let c = 0; c < 9; c++) lost[9 * i + c]! += values[9 * p + c]!;
      continue;
    }
    if (distance === 0) self[i] = kept.length;
    kept.push(p);
  }
  const out = { atoms, pairs: new Int32Array(5 * kept.length), values: new Float64Array(9 * kept.length) };
  kept.forEach((p, at) => {
    out.pairs.set(pairs.subarray(5 * p, 5 * p + 5), 5 * at);
    out.values.set(values.subarray(9 * p, 9 * p + 9), 9 * at);
  });
  self.forEach((at, i) => {
    for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) out.values[9 * at + 3 * a + b]! += 0.5 * (lost[9 * i + 3 * a + b]! + lost[9 * i + 3 * b + a]!);
  });
  return out;
}

/** How far the raw derivatives are from what they must obey, measured before anything is imposed. */
export interface ForceConstantQuality {
  /** eV/Å²: largest |Σ_jR Φ_ij(R)| */
  readonly acousticSum: number;
  /** eV/Å²: largest |Φ_ij(R) − Φ_ji(−R)ᵀ| */
  readonly permutation: number;
  /** eV/Å²: largest difference between a measured response and the one that the site symmetry demands */
  readonly symmetry: number;
  /** eV/Å²: largest response beyond the interaction range */
  readonly outside: number;
  /** Largest change of a response between displacements h and 2h, relative to the largest response */
  readonly linearity: number;
}

export interface ShortRangeForceConstants extends ForceConstantQuality {
  readonly forceConstants: ForceConstants;
  /** 9 integers, rows: supercell vectors in terms of the primitive ones; null where nothing had to be displaced. */
  readonly supercell: Int32Array | null;
  /** Displacements, each done with both signs at h and 2h. */
  readonly displacements: number;
  /** Å */
  readonly range: number;
}

/** Displaces what symmetry does not give, as tasks, and assembles the force constants. `amplitude`: h in Å. */
export async function shortRangeForceConstants(
  tasks: Tasks, crystal: Crystal, potential: Potential, amplitude: number, stage = 'Displacements',
): Promise<ShortRangeForceConstants> {
  const plan = planDisplacements(crystal, potential, amplitude);
  const atoms = crystal.structure.species.length;
  if (!plan) {
    const forceConstants = { atoms, pairs: new Int32Array(0), values: new Float64Array(0) };
    return { forceConstants, supercell: null, displacements: 0, range: 0, acousticSum: 0, permutation: 0, symmetry: 0, outside: 0, linearity: 0 };
  }
  const results = await tasks.all(stage, plan.inputs.map((input) => ({ kind: 'displace', input })));
  const assembled = assembleForceConstants(crystal, plan.inputs, results);
  return { ...assembled, supercell: plan.supercell, displacements: plan.count, range: plan.inputs[0]!.range };
}

/** One number per atom and lattice vector; an interaction range spans far less than 128 cells either way. */
const keyOf = (j: number, n1: number, n2: number, n3: number): number => ((j * 256 + n1 + 128) * 256 + n2 + 128) * 256 + n3 + 128;

/** Rows of one atom: pair → 3×3, and where each pair stands. */
interface Row {
  readonly neighbours: Int32Array;
  readonly values: Float64Array;
  readonly index: ReadonlyMap<number, number>;
}

/** Force constants from the responses of one atom per orbit, with the measures of DESIGN's checks. */
export function assembleForceConstants(
  crystal: Crystal, inputs: readonly DisplaceInput[], results: readonly DisplaceResult[],
): ForceConstantQuality & { readonly forceConstants: ForceConstants } {
  const { structure, symmetry } = crystal;
  const atoms = structure.species.length;
  const images = imageMap(crystal);
  const rows: Row[] = new Array<Row>(atoms);
  let symmetryResidual = 0, outside = 0, largest = 0, change = 0;

  inputs.forEach((input, k) => {
    const result = results[k]!;
    outside = Math.max(outside, result.outside);
    for (let at = 0; at < result.single.length; at++) {
      largest = Math.max(largest, Math.abs(result.single[at]!));
      change = Math.max(change, Math.abs(result.double[at]! - result.single[at]!));
    }
    const { values, residual } = solveSite(crystal, images, input, result);
    symmetryResidual = Math.max(symmetryResidual, residual);
    const row: Row = { neighbours: result.neighbours, values, index: indexOf(result.neighbours) };
    const representative = input.atom;
    rows[representative] = row;
    for (let atom = 0; atom < atoms; atom++) {
      if (atom !== representative && symmetry.orbits[atom] === symmetry.orbits[representative]) rows[atom] = rotateRow(crystal, images, row, representative, atom);
    }
  });

  const acousticSum = largestSum(rows);
  const permutation = symmetrisePermutation(rows);
  imposeAcousticSum(rows);
  const total = rows.reduce((sum, row) => sum + row.neighbours.length / 4, 0);
  const pairs = new Int32Array(5 * total), values = new Float64Array(9 * total);
  let at = 0;
  rows.forEach((row, i) => {
    for (let p = 0; p < row.neighbours.length / 4; p++, at++) {
      pairs[5 * at] = i;
      pairs.set(row.neighbours.subarray(4 * p, 4 * p + 4), 5 * at + 1);
      values.set(row.values.subarray(9 * p, 9 * p + 9), 9 * at);
    }
  });
  return {
    forceConstants: { atoms, pairs, values }, acousticSum, permutation, symmetry: symmetryResidual, outside,
    linearity: largest > 0 ? change / largest : 0,
  };
}

/** Image of atom (j, n) under operation k: W(x_j + n) + w = x_j' + n'. */
type ImageMap = (k: number, j: number, n: ArrayLike<number>) => { readonly atom: number; readonly cell: readonly [number, number, number] };

function imageMap({ structure, symmetry }: Crystal): ImageMap {
  const { count, rotations, translations, permutations } = symmetry.operations;
  const atoms = structure.species.length;
  const fractional = fractionalPositions(structure);
  const shifts = new Int32Array(3 * count * atoms);
  for (let k = 0; k < count; k++) {
    for (let j = 0; j < atoms; j++) {
      const image = permutations[k * atoms + j]!;
      for (let x = 0; x < 3; x++) {
        const w = rotations.subarray(9 * k + 3 * x, 9 * k + 3 * x + 3);
        const moved = w[0]! * fractional[3 * j]! + w[1]! * fractional[3 * j + 1]! + w[2]! * fractional[3 * j + 2]! + translations[3 * k + x]!;
        shifts[3 * (k * atoms + j) + x] = Math.round(moved - fractional[3 * image + x]!);
      }
    }
  }
  return (k, j, n) => {
    const w = rotations.subarray(9 * k, 9 * k + 9);
    const shift = shifts.subarray(3 * (k * atoms + j), 3 * (k * atoms + j) + 3);
    return {
      atom: permutations[k * atoms + j]!,
      cell: [
        w[0]! * n[0]! + w[1]! * n[1]! + w[2]! * n[2]! + shift[0]!,
        w[3]! * n[0]! + w[4]! * n[1]! + w[5]! * n[2]! + shift[1]!,
        w[6]! * n[0]! + w[7]! * n[1]! + w[8]! * n[2]! + shift[2]!,
      ],
    };
  };
}

function indexOf(neighbours: Int32Array): Map<number, number> {
  const index = new Map<number, number>();
  for (let p = 0; p < neighbours.length / 4; p++) index.set(keyOf(neighbours[4 * p]!, neighbours[4 * p + 1]!, neighbours[4 * p + 2]!, neighbours[4 * p + 3]!), p);
  return index;
}

/** Where each pair of `from`'s row goes when operation k carries atom `from` to its image at the origin cell. */
function pairImages(images: ImageMap, k: number, from: number, neighbours: Int32Array, index: ReadonlyMap<number, number> | null): { place: (p: number) => number; key: (p: number) => [number, number, number, number] } {
  const origin = images(k, from, [0, 0, 0]).cell;
  const key = (p: number): [number, number, number, number] => {
    const image = images(k, neighbours[4 * p]!, neighbours.subarray(4 * p + 1, 4 * p + 4));
    return [image.atom, image.cell[0] - origin[0], image.cell[1] - origin[1], image.cell[2] - origin[2]];
  };
  return {
    key,
    place: (p) => {
      const [j, n1, n2, n3] = key(p);
      const found = index?.get(keyOf(j, n1, n2, n3));
      if (found === undefined) throw new Error('force constants: the neighbourhood of an atom lacks its symmetry');
      return found;
    },
  };
}

/**
 * Φ of one displaced atom by least squares over its directions and their images under the site symmetry:
 * (R u)ᵀ Φ(R p) = (R f)(p) for every direction u with response f. The displacements are the extrapolation of h and 2h,
 * (4 f(h) − f(2h))/3, whose error is of fourth order in h.
 */
function solveSite(crystal: Crystal, images: ImageMap, input: DisplaceInput, result: DisplaceResult): { values: Float64Array; residual: number } {
  const { neighbours, single, double } = result;
  const pairCount = neighbours.length / 4;
  const directionCount = input.directions.length / 3;
  const index = indexOf(neighbours);
  const responses = single.map((value, at) => (4 * value - double[at]!) / 3);
  const sites = siteOperations(crystal, input.atom).map((k) => ({
    rotation: crystal.symmetry.operations.cartesian.subarray(9 * k, 9 * k + 9),
    places: Int32Array.from({ length: pairCount }, (_, p) => pairImages(images, k, input.atom, neighbours, index).place(p)),
  }));
  const normal = new Float64Array(9);
  const right = new Float64Array(9 * pairCount);
  const each = (visit: (u: Float64Array, f: Float64Array, place: number) => void): void => {
    for (const { rotation, places } of sites) {
      for (let d = 0; d < directionCount; d++) {
        const u = matrixTimesVector3(rotation, input.directions.subarray(3 * d, 3 * d + 3));
        for (let p = 0; p < pairCount; p++) {
          const at = 3 * (d * pairCount + p);
          visit(u, matrixTimesVector3(rotation, responses.subarray(at, at + 3)), places[p]!);
        }
      }
    }
  };
  for (const { rotation } of sites) {
    for (let d = 0; d < directionCount; d++) {
      const u = matrixTimesVector3(rotation, input.directions.subarray(3 * d, 3 * d + 3));
      for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) normal[3 * a + b]! += u[a]! * u[b]!;
    }
  }
  each((u, f, place) => {
    for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) right[9 * place + 3 * a + b]! += u[a]! * f[b]!;
  });
  const inverse = inverse3(normal);
  const values = new Float64Array(9 * pairCount);
  for (let p = 0; p < pairCount; p++) values.set(multiply3(inverse, right.subarray(9 * p, 9 * p + 9)), 9 * p);
  let residual = 0;
  each((u, f, place) => {
    for (let b = 0; b < 3; b++) {
      const expected = u[0]! * values[9 * place + b]! + u[1]! * values[9 * place + 3 + b]! + u[2]! * values[9 * place + 6 + b]!;
      residual = Math.max(residual, Math.abs(expected - f[b]!));
    }
  });
  return { values, residual };
}

/** Row of `atom` from the row of `representative`: Φ_{gi,gj} = R Φ_ij Rᵀ. */
function rotateRow(crystal: Crystal, images: ImageMap, row: Row, representative: number, atom: number): Row {
  const { operations } = crystal.symmetry;
  const atoms = crystal.structure.species.length;
  let k = 0;
  while (k < operations.count && operations.permutations[k * atoms + representative] !== atom) k++;
  if (k === operations.count) throw new Error('force constants: an orbit is not connected by the operations');
  const rotation = operations.cartesian.subarray(9 * k, 9 * k + 9);
  const transposed = transpose3(rotation);
  const { key } = pairImages(images, k, representative, row.neighbours, null);
  const neighbours = new Int32Array(row.neighbours.length);
  const values = new Float64Array(row.values.length);
  for (let p = 0; p < neighbours.length / 4; p++) {
    neighbours.set(key(p), 4 * p);
    values.set(multiply3(multiply3(rotation, row.values.subarray(9 * p, 9 * p + 9)), transposed), 9 * p);
  }
  return { neighbours, values, index: indexOf(neighbours) };
}

function rowSum(row: Row): Float64Array {
  const sum = new Float64Array(9);
  for (let at = 0; at < row.values.length; at++) sum[at % 9]! += row.values[at]!;
  return sum;
}

function largestSum(rows: readonly Row[]): number {
  return Math.max(...rows.flatMap((row) => Array.from(rowSum(row), Math.abs)));
}

/** Replaces Φ_ij(R) and Φ_ji(−R)ᵀ by their mean; returns the largest difference there was. */
function symmetrisePermutation(rows: readonly Row[]): number {
  let violation = 0;
  rows.forEach((row, i) => {
    for (let p = 0; p < row.neighbours.length / 4; p++) {
      const j = row.neighbours[4 * p]!;
      const partner = rows[j]!;
      const q = partner.index.get(keyOf(i, -row.neighbours[4 * p + 1]!, -row.neighbours[4 * p + 2]!, -row.neighbours[4 * p + 3]!));
      if (q === undefined) throw new Error('force constants: a pair lacks its transpose');
      for (let a = 0; a < 3; a++) {
        for (let b = 0; b < 3; b++) {
          const one = 9 * p + 3 * a + b, other = 9 * q + 3 * b + a;
          violation = Math.max(violation, Math.abs(row.values[one]! - partner.values[other]!));
          const mean = 0.5 * (row.values[one]! + partner.values[other]!);
          row.values[one] = mean;
          partner.values[other] = mean;
        }
      }
    }
  });
  return violation;
}

/** The self term takes up what the sum lacks; its symmetric part only, for it is a second derivative. */
function imposeAcousticSum(rows: readonly Row[]): void {
  rows.forEach((row, i) => {
    const self = 9 * row.index.get(keyOf(i, 0, 0, 0))!;
    const sum = rowSum(row);
    for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) row.values[self + 3 * a + b]! -= 0.5 * (sum[3 * a + b]! + sum[3 * b + a]!);
  });
}
