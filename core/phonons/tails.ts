/** What the analytic tail of the force constants contributes when one atom of a supercell moves, all its images with it. */
import { latticePoints, type Supercell } from '../crystal/supercell.ts';
import { fractionalPositions } from '../crystal/structure.ts';
import type { Structure } from '../contracts/structure.ts';
import { inverse3, reciprocalCell, transpose3, vectorTimesMatrix3, matrixTimesVector3 } from '../math/matrix3.ts';
import type { LongRangeDynamics } from '../potential/potential.ts';

/**
 * −∂F/∂u of every atom of the supercell (3 each, eV/Å²) for a displacement of atom `displaced` along the unit vector
 * `direction`: the inverse Fourier transform of the tails at the wave vectors that the supercell holds, at q = 0 without
 * the macroscopic field, as periodic boundary conditions have it.
 */
export function tailResponse(structure: Structure, matrix: Int32Array, large: Supercell, tails: readonly LongRangeDynamics[], displaced: number, direction: ArrayLike<number>): Float64Array {
  const atoms = structure.species.length, size = 3 * atoms;
  const count = large.sourceAtom.length;
  const source = large.sourceAtom[displaced]!;
  const reciprocal = reciprocalCell(structure.cell);
  const inverse = inverse3(matrix);
  // Wave vectors q = M⁻¹ k with integers k, each once modulo whole reciprocal vectors.
  const points = latticePoints(transpose3(matrix));
  const total = points.length / 3;
  const fractional = fractionalPositions(structure);
  const separations = new Float64Array(3 * count);
  for (let s = 0; s < count; s++) {
    for (let x = 0; x < 3; x++) {
      separations[3 * s + x] = fractional[3 * large.sourceAtom[s]! + x]! + large.latticeVector[3 * s + x]! - fractional[3 * source + x]! - large.latticeVector[3 * displaced + x]!;
    }
  }
  const response = new Float64Array(3 * count);
  const block = new Float64Array(2 * size * size), row = new Float64Array(2 * size);
  for (let k = 0; k < total; k++) {
    const q = matrixTimesVector3(inverse, points.subarray(3 * k, 3 * k + 3));
    block.fill(0);
    const isOrigin = points[3 * k] === 0 && points[3 * k + 1] === 0 && points[3 * k + 2] === 0;
    const cartesian = isOrigin ? new Float64Array(3) : vectorTimesMatrix3(q, reciprocal);
    for (const tail of tails) tail.addForceConstants(cartesian, block);
    for (let at = 0; at < 2 * size; at++) row[at] = [0, 1, 2].reduce((sum, a) => sum + direction[a]! * block[2 * (3 * source + a) * size + at]!, 0) / total;
    for (let s = 0; s < count; s++) {
      const angle = 2 * Math.PI * (q[0]! * separations[3 * s]! + q[1]! * separations[3 * s + 1]! + q[2]! * separations[3 * s + 2]!);
      const cosine = Math.cos(angle), sine = Math.sin(angle);
      const from = 6 * large.sourceAtom[s]!;
      for (let b = 0; b < 3; b++) response[3 * s + b]! += row[from + 2 * b]! * cosine + row[from + 2 * b + 1]! * sine;
    }
  }
  return response;
}
