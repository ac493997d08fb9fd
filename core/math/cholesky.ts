/** Symmetric positive definite linear systems, A = L Lᵀ (Golub & Van Loan, Matrix Computations, §4.2). */

/** Σ_{k < length} a[at + k] b[bt + k]; four sums side by side, since one alone waits for its own last addition. */
function dot(a: Float64Array, at: number, b: Float64Array, bt: number, length: number): number {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, k = 0;
  for (; k + 3 < length; k += 4) {
    s0 += a[at + k]! * b[bt + k]!;
    s1 += a[at + k + 1]! * b[bt + k + 1]!;
    s2 += a[at + k + 2]! * b[bt + k + 2]!;
    s3 += a[at + k + 3]! * b[bt + k + 3]!;
  }
  for (; k < length; k++) s0 += a[at + k]! * b[bt + k]!;
  return s0 + s1 + (s2 + s3);
}

/**
 * Replaces the lower triangle of the row-major n×n matrix by L; the upper one is neither read nor written.
 * False where the matrix is not positive definite to rounding (or not finite): the contents are then of no use.
 */
export function factoriseCholesky(matrix: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      matrix[i * n + j] = (matrix[i * n + j]! - dot(matrix, i * n, matrix, j * n, j)) / matrix[j * n + j]!;
    }
    const pivot = matrix[i * n + i]! - dot(matrix, i * n, matrix, i * n, i);
    if (!(pivot > 0 && Number.isFinite(pivot))) return false;
    matrix[i * n + i] = Math.sqrt(pivot);
  }
  return true;
}

/** Replaces b (n) by the solution of L Lᵀ x = b. */
export function solveCholesky(factor: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) b[i] = (b[i]! - dot(factor, i * n, b, 0, i)) / factor[i * n + i]!;
  for (let i = n - 1; i >= 0; i--) {
    const x = b[i]! / factor[i * n + i]!;
    b[i] = x;
    for (let k = 0; k < i; k++) b[k]! -= factor[i * n + k]! * x;
  }
}
