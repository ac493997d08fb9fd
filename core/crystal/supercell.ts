import type { Structure } from '../contracts/structure.ts';
import { determinant3, inverse3, multiply3, norm3 } from '../math/matrix3.ts';
import { minkowskiReduction, shortestLatticeVector } from './reduction.ts';

export interface Supercell {
  readonly structure: Structure;
  /** Index of the source atom, per atom of the supercell. */
  readonly sourceAtom: Int32Array;
  /** 3 per atom: the source cell in which it lies, in lattice vectors of the source. */
  readonly latticeVector: Int32Array;
}

/**
 * Lattice points of the source that lie in one supercell, n with n · matrix⁻¹ in [0, 1), 3 integers each; the first is the
 * origin. The order is that of the triangular (Hermite) form of the matrix, first index fastest: for a diagonal matrix
 * simply n1, then n2, then n3.
 */
export function latticePoints(matrix: ArrayLike<number>): Int32Array {
  const h = Array.from({ length: 9 }, (_, k) => matrix[k]!);
  // Integer row operations to lower triangular form leave the superlattice as it is (Cohen, Computational Algebraic
  // Number Theory, section 2.4.2).
  for (let column = 2; column > 0; column--) {
    for (let row = 0; row < column; row++) {
      while (h[3 * row + column] !== 0) {
        const q = Math.trunc(h[3 * column + column]! / h[3 * row + column]!);
        for (let x = 0; x < 3; x++) {
          const rest = h[3 * column + x]! - q * h[3 * row + x]!;
          h[3 * column + x] = h[3 * row + x]!;
          h[3 * row + x] = rest;
        }
      }
    }
  }
  const steps = [Math.abs(h[0]!), Math.abs(h[4]!), Math.abs(h[8]!)];
  const determinant = Math.round(determinant3(matrix));
  const adjugate = inverse3(matrix).map((value) => Math.round(value * determinant));
  const points = new Int32Array(3 * determinant);
  let at = 0;
  for (let k = 0; k < steps[2]!; k++) {
    for (let j = 0; j < steps[1]!; j++) {
      for (let i = 0; i < steps[0]!; i++) {
        const whole = [0, 1, 2].map((x) => Math.floor((i * adjugate[x]! + j * adjugate[3 + x]! + k * adjugate[6 + x]!) / determinant));
        const n = [i, j, k];
        for (let x = 0; x < 3; x++) {
          points[at++] = n[x]! - (whole[0]! * matrix[x]! + whole[1]! * matrix[3 + x]! + whole[2]! * matrix[6 + x]!);
        }
      }
    }
  }
  return points;
}

/**
 * The supercell whose lattice vectors are the rows of `matrix` (9 integers, positive determinant) in terms of the source's.
 * All images of the first atom come first, then those of the second, and so on.
 */
export function supercell(structure: Structure, matrix: ArrayLike<number>): Supercell {
  const size = Math.round(determinant3(matrix));
  for (let k = 0; k < 9; k++) if (!Number.isInteger(matrix[k])) throw new Error('supercell: the matrix must hold integers');
  if (size < 1) throw new Error('supercell: the matrix must have a positive determinant');
  for (let axis = 0; axis < 3; axis++) {
    if (structure.periodic[axis]) continue;
    for (let x = 0; x < 3; x++) {
      const expected = x === axis ? 1 : 0;
      if (matrix[3 * axis + x] !== expected || matrix[3 * x + axis] !== expected) throw new Error('supercell: a direction that does not repeat cannot be multiplied');
    }
  }
  const points = latticePoints(matrix);
  const count = structure.species.length;
  const { cell, positions } = structure;
  const sourceAtom = new Int32Array(count * size);
  const latticeVector = new Int32Array(3 * count * size);
  const outPositions = new Float64Array(3 * count * size);
  for (let i = 0; i < count; i++) {
    for (let l = 0; l < size; l++) {
      const atom = i * size + l;
      sourceAtom[atom] = i;
      for (let x = 0; x < 3; x++) {
        latticeVector[3 * atom + x] = points[3 * l + x]!;
        outPositions[3 * atom + x] = positions[3 * i + x]! + (points[3 * l]! * cell[x]! + points[3 * l + 1]! * cell[3 + x]! + points[3 * l + 2]! * cell[6 + x]!);
      }
    }
  }
  const { masses, totalCharge } = structure;
  return {
    structure: {
      ...structure,
      cell: multiply3(matrix, cell),
      species: Array.from(sourceAtom, (i) => structure.species[i]!),
      positions: outPositions,
      ...(masses && { masses: Float64Array.from(sourceAtom, (i) => masses[i]!) }),
      ...(totalCharge !== undefined && { totalCharge: totalCharge * size }),
    },
    sourceAtom,
    latticeVector,
  };
}

export interface SupercellOptions {
  /** 9 integers, rows: conventional lattice vectors in terms of the cell's: compact supercells are often multiples of it. */
  readonly conventionalMatrix?: ArrayLike<number>;
  /** K×9 integers, W of x' = W x: only supercells are considered which these operations map onto themselves. */
  readonly rotations?: ArrayLike<number>;
}

/** Rows of superlattices of a cell, multiplied by `denominator`: primitive, face-, body- and base-centred, hexagonal at 30°, rhombohedral. */
const shapes: readonly { readonly rows: readonly number[]; readonly denominator: number }[] = [
  { rows: [1, 0, 0, 0, 1, 0, 0, 0, 1], denominator: 1 },
  { rows: [0, 1, 1, 1, 0, 1, 1, 1, 0], denominator: 2 },
  { rows: [-1, 1, 1, 1, -1, 1, 1, 1, -1], denominator: 2 },
  { rows: [2, 0, 0, 0, 1, -1, 0, 1, 1], denominator: 2 },
  { rows: [1, 0, -1, 0, 2, 0, 1, 0, 1], denominator: 2 },
  { rows: [1, -1, 0, 1, 1, 0, 0, 0, 2], denominator: 2 },
  { rows: [2, 1, 0, -1, 1, 0, 0, 0, 1], denominator: 1 },
  { rows: [2, 1, 1, -1, 1, 1, -1, -2, 1], denominator: 3 },
];

/** Whether every W maps the superlattice of rows M onto itself: M Wᵀ M⁻¹ holds integers. */
function keepsSymmetry(matrix: ArrayLike<number>, rotations: ArrayLike<number>): boolean {
  const inverse = inverse3(matrix);
  for (let k = 0; k < rotations.length; k += 9) {
    const transposed = [0, 3, 6, 1, 4, 7, 2, 5, 8].map((x) => rotations[k + x]!);
    const image = multiply3(multiply3(matrix, transposed), inverse);
    // Entries are fractions with the determinant (< 1e5) below the line, so 1e-6 separates them from integers.
    if (image.some((value) => Math.abs(value - Math.round(value)) > 1e-6)) return false;
  }
  return true;
}

/** Distances between opposite faces, Å. */
function heightsOf(cell: ArrayLike<number>): number[] {
  const inverse = inverse3(cell);
  return [0, 1, 2].map((x) => 1 / Math.hypot(inverse[x]!, inverse[3 + x]!, inverse[6 + x]!));
}

/**
 * The smallest supercell found (9 integers, rows in terms of `cell`) whose shortest lattice vector is longer than
 * `minimumLength` (Å). Searched: multiples n1 × n2 × n3 of the primitive, face-, body- and base-centred, hexagonal and
 * rhombohedral superlattices of the reduced and of the conventional cell. Among equally small ones the most compact wins.
 */
export function smallestSupercell(cell: ArrayLike<number>, minimumLength: number, options: SupercellOptions = {}): Int32Array {
  const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const bases: ArrayLike<number>[] = [identity, minkowskiReduction(cell).matrix];
  if (options.conventionalMatrix) bases.push(options.conventionalMatrix);
  const volume = Math.abs(determinant3(cell));
  // To begin with: the uniform multiple whose heights all exceed the length. It keeps every symmetry and surely suffices.
  const multiple = Math.floor(minimumLength / Math.min(...heightsOf(minkowskiReduction(cell).cell))) + 1;
  let best = Int32Array.from(identity, (value) => multiple * value);
  let smallest = multiple ** 3, compactness = shortestLatticeVector(multiply3(best, cell));
  for (const base of bases) {
    const vectors = multiply3(base, cell);
    const heights = heightsOf(vectors);
    const lengths = [0, 1, 2].map((x) => norm3(vectors.subarray(3 * x, 3 * x + 3)));
    for (const { rows, denominator } of shapes) {
      const unit = (determinant3(rows) / denominator ** 3) * determinant3(base);
      // Some multiple of every base vector is itself a vector of the superlattice, so it must be long enough too.
      const inverseRows = inverse3(rows.map((value) => value / denominator));
      const starts = lengths.map((length, axis) => {
        let multiple = 1;
        while ([0, 1, 2].some((x) => Math.abs(multiple * inverseRows[3 * axis + x]! - Math.round(multiple * inverseRows[3 * axis + x]!)) > 1e-9)) multiple++;
        return Math.floor(minimumLength / (multiple * length) - 1e-9) + 1;
      }) as [number, number, number];
      // A multiple of the whole cell with all heights beyond the length surely suffices; centring needs at most twice that.
      const limits = heights.map((height) => 2 * Math.ceil(minimumLength / height) + 1);
      for (let n1 = starts[0]; n1 <= limits[0]!; n1++) {
        for (let n2 = starts[1]; n2 <= limits[1]!; n2++) {
          for (let n3 = starts[2]; n3 <= limits[2]!; n3++) {
            const size = unit * n1 * n2 * n3;
            if (size > smallest * (1 + 1e-9)) break;
            // No lattice is denser than the face-centred cubic one: volume ≥ (shortest vector)³ / √2.
            if (size * volume * Math.SQRT2 < minimumLength ** 3) continue;
            const scaled = rows.map((value, k) => (value * [n1, n2, n3][k % 3]!) / denominator);
            const matrix = multiply3(scaled, base);
            if (matrix.some((value) => Math.abs(value - Math.round(value)) > 1e-9)) continue;
            const integers = Int32Array.from(matrix, Math.round);
            const candidate = multiply3(integers, cell);
            // Its own vectors are lattice vectors: most candidates fail already here, without a reduction.
            if ([0, 3, 6].some((k) => Math.hypot(candidate[k]!, candidate[k + 1]!, candidate[k + 2]!) <= minimumLength)) continue;
            const length = shortestLatticeVector(candidate);
            if (!(length > minimumLength)) continue;
            if (size > smallest * (1 - 1e-9) && !(length > compactness * (1 + 1e-9))) continue;
            if (options.rotations && !keepsSymmetry(integers, options.rotations)) continue;
            best = integers;
            smallest = size;
            compactness = length;
          }
        }
      }
    }
  }
  return best;
}
