/**
 * Regular meshes of wave vectors, reduced by the point group and by time reversal ω(q) = ω(−q).
 *
 * Grid point (i1, i2, i3) lies at q_k = (2 i_k + s_k) / (2 N_k) in reduced coordinates; s_k = 1 shifts the mesh by half a
 * step (Monkhorst & Pack, Phys. Rev. B 13 (1976) 5188). A shift can break symmetry (all three in a face-centred or a
 * hexagonal lattice do): only operations that map the mesh onto itself are used, so the reduction is always exact.
 */
import type { SymmetryOperations } from '../crystal/crystal.ts';
import { inverse3 } from '../math/matrix3.ts';

export interface Mesh {
  readonly numbers: readonly [number, number, number];
  /** 1 where shifted by half a step along that reciprocal axis. */
  readonly shift: readonly [0 | 1, 0 | 1, 0 | 1];
}

export interface IrreducibleMesh extends Mesh {
  /** Q×3 reduced coordinates. */
  readonly qpoints: Float64Array;
  /** Q: how many grid points each stands for; they sum to N1 N2 N3. */
  readonly multiplicities: Int32Array;
  /** N1 N2 N3: grid point i1 + N1 (i2 + N2 i3) → index of its irreducible point. */
  readonly mapping: Int32Array;
  /** Index of q = 0, or −1. */
  readonly gamma: number;
}

/**
 * Numbers of points so that their spacing along each reciprocal axis is at most 2π/length: N_k ≥ length · |a_k*| with the
 * reciprocal vectors without 2π. `even`: next even number.
 */
export function meshNumbers(cell: ArrayLike<number>, length: number, even = false): [number, number, number] {
  const inverse = inverse3(cell);
  const numbers = [0, 1, 2].map((k) => {
    const reciprocal = Math.hypot(inverse[k]!, inverse[3 + k]!, inverse[6 + k]!);
    // Axes that are equal by symmetry differ by rounding: they must not get different numbers.
    const number = Math.max(1, Math.ceil(length * reciprocal - 1e-6));
    return even ? 2 * Math.ceil(number / 2) : number;
  });
  return numbers as [number, number, number];
}

/** Distinct reciprocal rotations q' = Wᵀ q as integer matrices in grid units, of those that map the mesh onto itself. */
function meshRotations(operations: SymmetryOperations | null, { numbers, shift }: Mesh): Int32Array[] {
  const found = new Map<string, Int32Array>();
  const consider = (transposed: (i: number, j: number) => number): void => {
    const matrix = new Int32Array(9);
    for (let i = 0; i < 3; i++) {
      let parity = 0;
      for (let j = 0; j < 3; j++) {
        const entry = (transposed(i, j) * numbers[i]!) / numbers[j]!;
        if (!Number.isInteger(entry)) return;
        matrix[3 * i + j] = entry;
        parity += entry * shift[j]!;
      }
      if ((((parity - shift[i]!) % 2) + 2) % 2 !== 0) return;
    }
    found.set(matrix.join(), matrix);
  };
  const count = operations?.count ?? 0;
  for (const sign of [1, -1]) {
    consider((i, j) => (i === j ? sign : 0));
    for (let k = 0; k < count; k++) consider((i, j) => sign * operations!.rotations[9 * k + 3 * j + i]!);
  }
  return [...found.values()];
}

/** `operations`: null for no symmetry but time reversal. */
export function irreducibleMesh(operations: SymmetryOperations | null, mesh: Mesh): IrreducibleMesh {
  const [n1, n2, n3] = mesh.numbers;
  const [s1, s2, s3] = mesh.shift;
  const rotations = meshRotations(operations, mesh);
  const mapping = new Int32Array(n1 * n2 * n3).fill(-1);
  const qpoints: number[] = [];
  const multiplicities: number[] = [];
  let gamma = -1;
  const modulo = (value: number, n: number): number => ((value % n) + n) % n;
  const centred = (doubled: number, n: number): number => {
    const q = doubled / (2 * n);
    return q > 0.5 ? q - 1 : q;
  };
  let grid = 0;
  for (let i3 = 0; i3 < n3; i3++) {
    for (let i2 = 0; i2 < n2; i2++) {
      for (let i1 = 0; i1 < n1; i1++, grid++) {
        if (mapping[grid]! >= 0) continue;
        const index = multiplicities.length;
        const d1 = 2 * i1 + s1, d2 = 2 * i2 + s2, d3 = 2 * i3 + s3;
        if (d1 === 0 && d2 === 0 && d3 === 0) gamma = index;
        qpoints.push(centred(d1, n1), centred(d2, n2), centred(d3, n3));
        let multiplicity = 0;
        for (const m of rotations) {
          const j1 = modulo((m[0]! * d1 + m[1]! * d2 + m[2]! * d3 - s1) / 2, n1);
          const j2 = modulo((m[3]! * d1 + m[4]! * d2 + m[5]! * d3 - s2) / 2, n2);
          const j3 = modulo((m[6]! * d1 + m[7]! * d2 + m[8]! * d3 - s3) / 2, n3);
          const image = j1 + n1 * (j2 + n2 * j3);
          if (mapping[image]! >= 0) continue;
          mapping[image] = index;
          multiplicity++;
        }
        multiplicities.push(multiplicity);
      }
    }
  }
  return { ...mesh, qpoints: Float64Array.from(qpoints), multiplicities: Int32Array.from(multiplicities), mapping, gamma };
}

/** Shifts that leave Γ out, the most evenly spread first. */
const shiftsWithoutGamma: readonly Mesh['shift'][] = [[1, 1, 1], [0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0]];

/**
 * The mesh for sums over the Brillouin zone: half-shifted so that Γ, where acoustic modes have no thermal functions, is
 * left out; of all such shifts the one that keeps most of the symmetry.
 */
export function meshWithoutGamma(operations: SymmetryOperations | null, numbers: Mesh['numbers']): IrreducibleMesh {
  const kept = shiftsWithoutGamma.map((shift) => meshRotations(operations, { numbers, shift }).length);
  return irreducibleMesh(operations, { numbers, shift: shiftsWithoutGamma[kept.indexOf(Math.max(...kept))]! });
}
