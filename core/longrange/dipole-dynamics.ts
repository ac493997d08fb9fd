/**
 * Force constants of the dipoles that displaced atoms make, at any wavevector (Gonze & Lee, Phys. Rev. B 55 (1997) 10355,
 * eqs 71 to 79), in an electronically isotropic crystal. With the Coulomb tensors C of unit charges
 *
 *   D_ij(q) = Z_iᵀ C_ij(q) Z_j/ε∞ − δ_ij Σ_l Z_iᵀ C_il(0) Z_l/ε∞,
 *
 * where only differences of C_ii enter, so that the interaction of a unit charge with its own images drops out at q = 0.
 * Where the dipoles come from charges that depend on their surroundings, this is what the force constants tend to at large
 * distance; what is left falls off at least with its fifth power at centres of inversion.
 */
import type { Structure } from '../contracts/structure.ts';
import { cellVolume } from '../crystal/structure.ts';
import type { LongRangeDynamics } from '../potential/potential.ts';
import type { EwaldOptions } from './ewald.ts';
import { ewaldDynamics } from './ewald-dynamics.ts';

/** `bornCharges`: N×3×3 e, Z*_{i,ab} = ∂P_a V/∂u_{i,b}, which sum to zero. `permittivity`: ε∞. */
export function dipoleDynamics(structure: Structure, bornCharges: Float64Array, permittivity: number, options: EwaldOptions): LongRangeDynamics {
  const atoms = structure.species.length, size = 3 * atoms;
  const unit = ewaldDynamics(structure, new Float64Array(atoms).fill(1), options);
  const screened = bornCharges.map((value) => value / Math.sqrt(permittivity));
  const tensors = new Float64Array(2 * size * size), gradients = new Float64Array(6 * size * size);

  /** Adds Z_iᵀ M_ij Z_j to the block (i, j) of a matrix that begins at `offset`. */
  const dress = (matrix: Float64Array, offset: number, i: number, j: number, out: Float64Array): void => {
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) {
        let re = 0, im = 0;
        for (let c = 0; c < 3; c++) {
          for (let d = 0; d < 3; d++) {
            const factor = screened[9 * i + 3 * c + a]! * screened[9 * j + 3 * d + b]!;
            const at = offset + 2 * ((3 * i + c) * size + 3 * j + d);
            re += factor * matrix[at]!;
            im += factor * matrix[at + 1]!;
          }
        }
        const to = offset + 2 * ((3 * i + a) * size + 3 * j + b);
        out[to]! += re;
        out[to + 1]! += im;
      }
    }
  };
  const dressAll = (matrix: Float64Array, offset: number, out: Float64Array): void => {
    for (let i = 0; i < atoms; i++) for (let j = 0; j < atoms; j++) dress(matrix, offset, i, j, out);
  };

  // What is the same at every q, in blocks (i, i): −C_ii(0), dressed, and the sum over the others.
  unit.addForceConstants([0, 0, 0], tensors);
  const interactions = new Float64Array(tensors.length), constant = new Float64Array(9 * atoms);
  dressAll(tensors, 0, interactions);
  for (let i = 0; i < atoms; i++) {
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) {
        let row = 0, column = 0;
        for (let l = 0; l < atoms; l++) {
          row += interactions[2 * ((3 * i + a) * size + 3 * l + b)]!;
          column += interactions[2 * ((3 * i + b) * size + 3 * l + a)]!;
        }
        // A second derivative is symmetric; the sum is so up to what the charges lack of the crystal's symmetry.
        constant[9 * i + 3 * a + b] = -0.5 * (row + column);
      }
    }
  }

  return {
    bornCharges,
    dielectric: Float64Array.of(permittivity, 0, 0, 0, permittivity, 0, 0, 0, permittivity),
    addForceConstants(q, out, direction) {
      tensors.fill(0);
      unit.addForceConstants(q, tensors);
      dressAll(tensors, 0, out);
      for (let i = 0; i < atoms; i++) for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) out[2 * ((3 * i + a) * size + 3 * i + b)]! += constant[9 * i + 3 * a + b]!;
      if (!direction || q[0] !== 0 || q[1] !== 0 || q[2] !== 0) return;
      const length = direction[0]! ** 2 + direction[1]! ** 2 + direction[2]! ** 2;
      const scale = (4 * Math.PI * options.coulombConstant) / cellVolume(structure.cell) / length;
      const moments = Float64Array.from({ length: size }, (_, k) => {
        const at = 9 * Math.floor(k / 3) + (k % 3);
        return direction[0]! * screened[at]! + direction[1]! * screened[at + 3]! + direction[2]! * screened[at + 6]!;
      });
      for (let row = 0; row < size; row++) for (let column = 0; column < size; column++) out[2 * (row * size + column)]! += scale * moments[row]! * moments[column]!;
    },
    addForceConstantsGradient(q, out) {
      gradients.fill(0);
      unit.addForceConstantsGradient(q, gradients);
      for (let axis = 0; axis < 3; axis++) dressAll(gradients, 2 * axis * size * size, out);
    },
  };
}
