/** A flat row-major matrix as nested rows, the form in which results store tensors. */
export function rowsOf(flat: ArrayLike<number>, columns: number): number[][] {
  return Array.from({ length: flat.length / columns }, (_, i) => Array.from({ length: columns }, (_, j) => flat[columns * i + j]!));
}
