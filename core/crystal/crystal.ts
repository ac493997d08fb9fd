import type { Structure } from '../contracts/structure.ts';

/** Space-group operations on fractional coordinates: x' = W x + w (column vectors). K operations, N atoms. */
export interface SymmetryOperations {
  readonly count: number;
  /** K×9 integers, row-major W. */
  readonly rotations: Int32Array;
  /** K×3 fractional w. */
  readonly translations: Float64Array;
  /** K×N: operation k carries atom i onto an image of atom permutations[k·N + i]. */
  readonly permutations: Int32Array;
  /** K×9, row-major orthogonal matrices of the same operations in the Cartesian frame: r' = R r + t. */
  readonly cartesian: Float64Array;
}

export interface Symmetry {
  /** International number, 1 to 230. */
  readonly number: number;
  /** Hermann-Mauguin symbol, `F m -3 m`. */
  readonly symbol: string;
  readonly hallNumber: number;
  readonly crystalSystem: 'triclinic' | 'monoclinic' | 'orthorhombic' | 'tetragonal' | 'trigonal' | 'hexagonal' | 'cubic';
  /** Å */
  readonly tolerance: number;
  readonly operations: SymmetryOperations;
  readonly wyckoffs: readonly string[];
  readonly siteSymmetries: readonly string[];
  /** Index of the representative of each atom's orbit. */
  readonly orbits: Int32Array;
  /**
   * 9, rows: standard conventional lattice vectors (right-handed) in terms of this structure's. Integers where its cell is
   * primitive, as in every `Crystal`; fractions where it is a larger one.
   */
  readonly conventionalMatrix: Float64Array;
  /** 9: rows are the standard setting's Cartesian axes in this structure's frame (r_std = M r). */
  readonly standardAxes: Float64Array;
}

/** A crystal whose symmetry is known: a standard primitive cell in the input's Cartesian frame. */
export interface Crystal {
  readonly structure: Structure;
  readonly symmetry: Symmetry;
}
