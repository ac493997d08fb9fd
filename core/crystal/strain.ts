import type { Structure } from '../contracts/structure.ts';
import { identity3, multiply3, transpose3, vectorTimesMatrix3 } from '../math/matrix3.ts';

/** Every vector r of the crystal (lattice and atoms) becomes F r. `deformation`: row-major 3×3. */
export function deformed(structure: Structure, deformation: ArrayLike<number>): Structure {
  const transposed = transpose3(deformation);
  const positions = new Float64Array(structure.positions.length);
  for (let i = 0; i < positions.length; i += 3) positions.set(vectorTimesMatrix3(structure.positions.subarray(i, i + 3), transposed), i);
  return { ...structure, cell: multiply3(structure.cell, transposed), positions };
}

/** Homogeneous deformation F = 1 + ε. `strain`: 9, row-major. */
export function strained(structure: Structure, strain: ArrayLike<number>): Structure {
  return deformed(structure, identity3().map((value, i) => value + strain[i]!));
}
