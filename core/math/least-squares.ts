import { Matrix, QrDecomposition, inverse } from 'ml-matrix';

/** Linear least squares of many right-hand sides on one design matrix. */
export interface LeastSquares {
  /** K×R coefficients of y ≈ A c. */
  coefficients(targets: Matrix): Matrix;
  /** K×K: (AᵀA)⁻¹; times the variance of one observation it is the covariance of the coefficients. */
  readonly inverseNormal: Matrix;
}

/**
 * `design`: n×K with n ≥ K. Columns are scaled to unit length and solved by Householder QR, so that powers of a small
 * variable do not spoil the digits. Throws where columns are linearly dependent.
 */
export function leastSquares(design: Matrix): LeastSquares {
  const lengths = Array.from({ length: design.columns }, (_, k) => Math.hypot(...design.getColumn(k)));
  const scaled = design.clone();
  for (let k = 0; k < design.columns; k++) scaled.mulColumn(k, 1 / lengths[k]!);
  const qr = new QrDecomposition(scaled);
  if (!qr.isFullRank()) throw new Error('leastSquares: the columns of the design matrix are linearly dependent');
  const r = qr.upperTriangularMatrix;
  const inverseR = inverse(r);
  const inverseNormal = inverseR.mmul(inverseR.transpose());
  for (let k = 0; k < design.columns; k++) {
    inverseNormal.mulColumn(k, 1 / lengths[k]!);
    inverseNormal.mulRow(k, 1 / lengths[k]!);
  }
  return {
    inverseNormal,
    coefficients: (targets) => {
      const solution = qr.solve(targets);
      for (let k = 0; k < design.columns; k++) solution.mulRow(k, 1 / lengths[k]!);
      return solution;
    },
  };
}
