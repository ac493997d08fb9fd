/**
 * Real-space force constants of the short-range part, Φ_ij(R) = ∂²E/∂u_i(0)∂u_j(R), for every pair within the
 * potential's interaction range: finite, hence exact, not an image sum of a supercell.
 */
export interface ForceConstants {
  /** Atoms in the primitive cell. */
  readonly atoms: number;
  /** 5 integers per entry: i, j, n1, n2, n3 with R = n · (primitive lattice vectors); every (i, j, R) and its transpose occur once. */
  readonly pairs: Int32Array;
  /** 9 per entry, row-major, eV/Å²: row = component of i, column = component of j. */
  readonly values: Float64Array;
}
