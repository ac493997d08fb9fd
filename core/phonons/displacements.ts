/**
 * Finite displacements: which atoms move in which directions, and how the forces answer.
 *
 * The displaced atom sits in a supercell whose shortest lattice vector exceeds twice the interaction range, so that every
 * pair within the range occurs exactly once and no pair feels an image: the force constants are exact, not a supercell
 * approximation. Derivatives are central differences at h and 2h; the pair gives the linearity and, extrapolated, the
 * limit of zero displacement.
 */
import type { Structure } from '../contracts/structure.ts';
import type { Potential } from '../potential/potential.ts';

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
  /** eV/Å²: largest response found beyond the range, where there must be none. */
  readonly outside: number;
}

export function displaceTask(_input: DisplaceInput, _potential: Potential): DisplaceResult {
  throw new Error('not written yet');
}
