/**
 * Finite displacements: which atoms move in which directions, and how the forces answer.
 *
 * The displaced atom sits in a supercell whose shortest lattice vector exceeds twice the interaction range, so that every
 * pair within the range occurs exactly once and no pair feels an image: the force constants are exact, not a supercell
 * approximation. Derivatives are central differences at h and 2h; the pair gives the linearity and, extrapolated, the
 * limit of zero displacement.
 */
import type { Structure } from '../contracts/structure.ts';
import type { Crystal } from '../crystal/crystal.ts';
import { fractionalPositions } from '../crystal/structure.ts';
import { smallestSupercell, supercell } from '../crystal/supercell.ts';
import { determinant3, inverse3, matrixTimesVector3, vectorTimesMatrix3 } from '../math/matrix3.ts';
import { symmetricEigen } from '../math/symmetric-eigen.ts';
import type { Potential } from '../potential/potential.ts';
import { shortRange } from './short-range.ts';
import { tailResponse } from './tails.ts';

/** One atom of the primitive cell, moved in a few directions. */
export interface DisplaceInput {
  /** Primitive cell. */
  readonly structure: Structure;
  /** 9 integers, rows: supercell vectors in terms of the primitive ones. */
  readonly supercell: Int32Array;
  /** Index of the displaced atom in the primitive cell. */
  readonly atom: number;
  /** D×3 Cartesian unit vectors. */
  readonly directions: Float64Array;
  /** Å: h; 2h is evaluated too. */
  readonly amplitude: number;
  /** Å: the interaction range; pairs beyond it are not returned. */
  readonly range: number;
}

export interface DisplaceResult {
  /** P×4 integers j, n1, n2, n3: the atoms j + n·(primitive lattice vectors) within the range, the displaced one included. */
  readonly neighbours: Int32Array;
  /** D×P×3 eV/Å²: −∂F_j/∂u by central differences of step h. */
  readonly single: Float64Array;
  /** The same with step 2h. */
  readonly double: Float64Array;
  /** eV/Å²: largest response found beyond the range, where there must be none (or little, once a tail is taken off). */
  readonly outside: number;
}

/** Moves one atom and differentiates the forces of the short-range part of the potential. */
export function displaceTask(input: DisplaceInput, potential: Potential): DisplaceResult {
  const { structure, atom, directions, amplitude, range } = input;
  const large = supercell(structure, input.supercell);
  const { potential: part, tails } = shortRange(potential);
  if (!part) throw new Error('displaceTask: the potential has no part of finite range');
  const evaluator = part.bind(large.structure);
  const count = large.structure.species.length;

  // Atoms of the supercell by source atom and canonical lattice vector.
  const fold = foldInto(input.supercell);
  const indexOf = new Map<string, number>();
  for (let s = 0; s < count; s++) {
    indexOf.set(`${large.sourceAtom[s]!},${fold(large.latticeVector.subarray(3 * s, 3 * s + 3)).join()}`, s);
  }
  const find = (source: number, n: ArrayLike<number>): number => {
    const found = indexOf.get(`${source},${fold(n).join()}`);
    if (found === undefined) throw new Error('displaceTask: an atom is missing from the supercell');
    return found;
  };
  const displaced = find(atom, [0, 0, 0]);
  const neighbours = atomsWithin(structure, atom, range);
  const pairCount = neighbours.length / 4;
  const targets = Int32Array.from({ length: pairCount }, (_, p) => find(neighbours[4 * p]!, neighbours.subarray(4 * p + 1, 4 * p + 4)));
  const inside = new Set(targets);
  if (inside.size !== pairCount) throw new Error('displaceTask: the supercell is too small for the range');

  const directionCount = directions.length / 3;
  const single = new Float64Array(directionCount * pairCount * 3);
  const double = new Float64Array(directionCount * pairCount * 3);
  let outside = 0;
  const tailsHere = tails.map((tail) => tail.bindDynamics(structure));
  const positions = large.structure.positions.slice();
  const forcesAt = (direction: ArrayLike<number>, distance: number): Float64Array => {
    for (let x = 0; x < 3; x++) positions[3 * displaced + x] = large.structure.positions[3 * displaced + x]! + distance * direction[x]!;
    const { forces } = evaluator.evaluate(positions, large.structure.cell, { forces: true });
    if (!forces) throw new Error('displaceTask: the potential gave no forces');
    return Float64Array.from(forces);
  };
  for (let d = 0; d < directionCount; d++) {
    const direction = directions.subarray(3 * d, 3 * d + 3);
    const tail = tailsHere.length > 0 ? tailResponse(structure, input.supercell, large, tailsHere, displaced, direction) : null;
    for (const [step, out] of [[amplitude, single], [2 * amplitude, double]] as const) {
      const above = forcesAt(direction, step), below = forcesAt(direction, -step);
      const response = above.map((force, at) => -(force - below[at]!) / (2 * step) - (tail ? tail[at]! : 0));
      for (let p = 0; p < pairCount; p++) {
        for (let x = 0; x < 3; x++) out[(d * pairCount + p) * 3 + x] = response[3 * targets[p]! + x]!;
      }
      for (let s = 0; s < count; s++) {
        if (!inside.has(s)) for (let x = 0; x < 3; x++) outside = Math.max(outside, Math.abs(response[3 * s + x]!));
      }
    }
  }
  return { neighbours, single, double, outside };
}

/** n → the equivalent lattice vector with n · matrix⁻¹ in [0, 1), exactly, in integers. */
function foldInto(matrix: Int32Array): (n: ArrayLike<number>) => number[] {
  const determinant = Math.round(determinant3(matrix));
  const adjugate = inverse3(matrix).map((value) => Math.round(value * determinant));
  return (n) => {
    const whole = [0, 1, 2].map((x) => Math.floor((n[0]! * adjugate[x]! + n[1]! * adjugate[3 + x]! + n[2]! * adjugate[6 + x]!) / determinant));
    return [0, 1, 2].map((x) => n[x]! - (whole[0]! * matrix[x]! + whole[1]! * matrix[3 + x]! + whole[2]! * matrix[6 + x]!));
  };
}

/** Å: a shell exactly at the range belongs to it, whichever way its distance is rounded. */
const shellTolerance = 1e-6;

/** P×4 integers j, n1, n2, n3 of all atoms within `range` (Å) of one atom, itself included, in a fixed order. */
export function atomsWithin(structure: Structure, atom: number, range: number): Int32Array {
  const fractional = fractionalPositions(structure);
  const inverse = inverse3(structure.cell);
  const limit = range + shellTolerance;
  const reach = [0, 1, 2].map((x) => limit * Math.hypot(inverse[x]!, inverse[3 + x]!, inverse[6 + x]!));
  const found: number[] = [];
  for (let j = 0; j < structure.species.length; j++) {
    const between = [0, 1, 2].map((x) => fractional[3 * j + x]! - fractional[3 * atom + x]!);
    const low = between.map((f, x) => Math.ceil(-f - reach[x]!)), high = between.map((f, x) => Math.floor(-f + reach[x]!));
    for (let n1 = low[0]!; n1 <= high[0]!; n1++) {
      for (let n2 = low[1]!; n2 <= high[1]!; n2++) {
        for (let n3 = low[2]!; n3 <= high[2]!; n3++) {
          const r = vectorTimesMatrix3([between[0]! + n1, between[1]! + n2, between[2]! + n3], structure.cell);
          if (Math.hypot(r[0]!, r[1]!, r[2]!) <= limit) found.push(j, n1, n2, n3);
        }
      }
    }
  }
  return Int32Array.from(found);
}

export interface DisplacementPlan {
  readonly supercell: Int32Array;
  readonly inputs: readonly DisplaceInput[];
  /** Displacements of the list, each with both signs and two amplitudes. */
  readonly count: number;
}

/**
 * The smallest set: one atom of each orbit, and as few directions as its site symmetry turns into three independent ones.
 * null where the potential has no part of finite range.
 */
export function planDisplacements(crystal: Crystal, potential: Potential, amplitude: number): DisplacementPlan | null {
  const { structure, symmetry } = crystal;
  const { potential: part, range } = shortRange(potential);
  if (!part) return null;
  const matrix = smallestSupercell(structure.cell, 2 * (range + 2 * amplitude), { conventionalMatrix: symmetry.conventionalMatrix });
  const inputs: DisplaceInput[] = [];
  let count = 0;
  for (let atom = 0; atom < structure.species.length; atom++) {
    if (symmetry.orbits[atom] !== atom) continue;
    const directions = independentDirections(siteRotations(crystal, atom));
    count += directions.length / 3;
    inputs.push({ structure, supercell: matrix, atom, directions, amplitude, range });
  }
  return { supercell: matrix, inputs, count };
}

/** Indices of the operations that leave an atom (or one of its images) in place. */
export function siteOperations({ structure, symmetry }: Crystal, atom: number): number[] {
  const { count, permutations } = symmetry.operations;
  return Array.from({ length: count }, (_, k) => k).filter((k) => permutations[k * structure.species.length + atom] === atom);
}

function siteRotations(crystal: Crystal, atom: number): Float64Array[] {
  return siteOperations(crystal, atom).map((k) => crystal.symmetry.operations.cartesian.subarray(9 * k, 9 * k + 9));
}

/** Σ (R u)(R u)ᵀ over rotations and directions: how well the images span space. */
function spanOf(rotations: readonly Float64Array[], directions: readonly ArrayLike<number>[]): Float64Array {
  const sum = new Float64Array(9);
  for (const rotation of rotations) {
    for (const direction of directions) {
      const image = matrixTimesVector3(rotation, direction);
      for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) sum[3 * a + b]! += (image[a]! * image[b]!) / rotations.length;
    }
  }
  return sum;
}

/**
 * Candidates: axes, face and space diagonals of the Cartesian frame and, so that a tilted symmetry axis is no special
 * case, a direction without any symmetry. The fewest that span space, of those the ones that span it best.
 */
function independentDirections(rotations: readonly Float64Array[]): Float64Array {
  const candidates = [
    [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 1, -1], [1, 0, -1], [1, -1, 0],
    [1, 1, 1], [-1, 1, 1], [1, -1, 1], [1, 1, -1], [1, 2, 3], [3, 1, 2], [2, 3, 1],
  ].map((v) => v.map((x) => x / Math.hypot(...v)));
  const smallestSpan = (chosen: readonly number[][]): number => symmetricEigen(spanOf(rotations, chosen), 3).values[0]!;
  let chosen: number[][] = [];
  while (chosen.length < 3) {
    let best: number[] = [], span = -1;
    for (const candidate of candidates) {
      if (chosen.includes(candidate)) continue;
      // Directions are added one by one: with two, the second must complete the space as far as it can.
      const eigenvalues = symmetricEigen(spanOf(rotations, [...chosen, candidate]), 3).values;
      const quality = eigenvalues[0]! > 1e-6 ? 1 + eigenvalues[0]! : eigenvalues[1]! > 1e-6 ? eigenvalues[1]! * 1e-3 : 0;
      // Earlier candidates win ties: axes before diagonals.
      if (quality > span * (1 + 1e-9)) {
        span = quality;
        best = candidate;
      }
    }
    chosen = [...chosen, best];
    // A third of the trace is the best there can be; a tenth of that still loses only one digit.
    if (smallestSpan(chosen) > 0.03) break;
  }
  return Float64Array.from(chosen.flat());
}
