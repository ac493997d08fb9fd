/**
 * Eigenvalues and eigenvectors of complex Hermitian matrices: unitary reduction to a real symmetric tridiagonal matrix by
 * Householder reflections, then QL iterations (Wilkinson & Reinsch, Handbook for Automatic Computation II, 1971;
 * Golub & Van Loan, Matrix Computations, 4th ed., §8.3). Eigenvalues alone use the root-free form of Pal, Walker and
 * Kahan (Parlett, The Symmetric Eigenvalue Problem, 1980, §8.15).
 *
 * This is the plain reference of the WebAssembly kernel `kernels/assembly/hermitian.ts`, same algorithm, same layout.
 * Absolute errors are a small multiple of 2.2e-16 times the largest eigenvalue, for degenerate ones too.
 */
export interface HermitianSolver {
  readonly order: number;
  /** Numbers from one row to the next in `real`, `imaginary` and the eigenvectors: the order, made even. */
  readonly stride: number;
  /** order × stride. The lower triangle (column ≤ row) is read; `solve` overwrites it. */
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  /** Ascending. */
  readonly values: Float64Array;
  /** order × stride: row m is the unit eigenvector of values[m]; filled where wanted. */
  readonly vectorsReal: Float64Array;
  readonly vectorsImaginary: Float64Array;
  solve(vectors: boolean): void;
}

/** Squares below this count as zero: an absolute error of 1e-145, far below rounding of any matrix of ours. */
const negligibleSquare = 1e-290;

export function referenceSolver(order: number): HermitianSolver {
  const stride = order + (order & 1);
  const real = new Float64Array(order * stride);
  const imaginary = new Float64Array(order * stride);
  const vectorsReal = new Float64Array(order * stride);
  const vectorsImaginary = new Float64Array(order * stride);
  const values = new Float64Array(order);
  const offDiagonal = new Float64Array(order);
  const phaseReal = new Float64Array(order);
  const phaseImaginary = new Float64Array(order);
  const scale = new Float64Array(order);
  const productReal = new Float64Array(stride);
  const productImaginary = new Float64Array(stride);

  /**
   * A = H_{n−1} … H_1 T H_1 … H_{n−1} with H_k = 1 − v_k v_k† / scale_k acting on the first k components. v_k stays in row
   * k of the lower triangle. T's off-diagonal elements are complex; only their moduli enter the eigenvalues, their phases
   * are gathered in `phase` (T = P S P† with S real).
   */
  function reduce(): void {
    for (let k = order - 1; k > 0; k--) {
      const row = k * stride;
      let square = 0;
      for (let c = 0; c < k; c++) {
        // The column above the diagonal is the conjugate of the row.
        imaginary[row + c] = -imaginary[row + c]!;
        square += real[row + c]! ** 2 + imaginary[row + c]! ** 2;
      }
      const last = row + k - 1;
      const xr = real[last]!, xi = imaginary[last]!;
      if (square <= negligibleSquare) {
        offDiagonal[k] = 0;
        phaseReal[k] = 1;
        phaseImaginary[k] = 0;
        scale[k] = 0;
        continue;
      }
      const norm = Math.sqrt(square);
      const modulus = Math.sqrt(xr * xr + xi * xi);
      const ur = modulus > 0 ? xr / modulus : 1, ui = modulus > 0 ? xi / modulus : 0;
      offDiagonal[k] = norm;
      // T[k−1, k] = −u·norm; the phases follow from the top down once all are known.
      phaseReal[k] = -ur;
      phaseImaginary[k] = -ui;
      real[last] = xr + ur * norm;
      imaginary[last] = xi + ui * norm;
      const h = square + modulus * norm;
      scale[k] = h;

      productReal.fill(0, 0, k);
      productImaginary.fill(0, 0, k);
      for (let r = 0; r < k; r++) {
        const base = r * stride;
        const vr = real[row + r]!, vi = imaginary[row + r]!;
        let sr = 0, si = 0;
        for (let c = 0; c < r; c++) {
          const br = real[base + c]!, bi = imaginary[base + c]!;
          const wr = real[row + c]!, wi = imaginary[row + c]!;
          sr += br * wr - bi * wi;
          si += br * wi + bi * wr;
          productReal[c] = productReal[c]! + (br * vr + bi * vi);
          productImaginary[c] = productImaginary[c]! + (br * vi - bi * vr);
        }
        const diagonal = real[base + r]!;
        productReal[r] = productReal[r]! + (sr + diagonal * vr);
        productImaginary[r] = productImaginary[r]! + (si + diagonal * vi);
      }
      let overlap = 0;
      for (let c = 0; c < k; c++) overlap += productReal[c]! * real[row + c]! + productImaginary[c]! * imaginary[row + c]!;
      const half = overlap / (2 * h * h);
      for (let c = 0; c < k; c++) {
        productReal[c] = productReal[c]! / h - half * real[row + c]!;
        productImaginary[c] = productImaginary[c]! / h - half * imaginary[row + c]!;
      }
      for (let r = 0; r < k; r++) {
        const base = r * stride;
        const vr = real[row + r]!, vi = imaginary[row + r]!;
        const wr = productReal[r]!, wi = productImaginary[r]!;
        for (let c = 0; c <= r; c++) {
          const pr = productReal[c]!, pi = productImaginary[c]!;
          const qr = real[row + c]!, qi = imaginary[row + c]!;
          real[base + c] = real[base + c]! - (vr * pr + vi * pi + (wr * qr + wi * qi));
          imaginary[base + c] = imaginary[base + c]! - (vi * pr - vr * pi + (wi * qr - wr * qi));
        }
      }
    }
    for (let k = 0; k < order; k++) values[k] = real[k * stride + k]!;
  }

  function solve(vectors: boolean): void {
    if (order === 0) return;
    reduce();
    offDiagonal.copyWithin(0, 1);
    offDiagonal[order - 1] = 0;
    if (!vectors) {
      tridiagonalValues(values, offDiagonal);
      return;
    }
    vectorsReal.fill(0);
    for (let m = 0; m < order; m++) vectorsReal[m * stride + m] = 1;
    tridiagonalVectors(values, offDiagonal, vectorsReal, stride);
    transformBack();
  }

  function transformBack(): void {
    // p_k = conj(t_k/|t_k|) p_{k−1}, from T = P S P†.
    let pr = 1, pi = 0;
    for (let k = 0; k < order; k++) {
      if (k > 0) {
        const tr = phaseReal[k]!, ti = -phaseImaginary[k]!;
        [pr, pi] = [pr * tr - pi * ti, pr * ti + pi * tr];
      }
      for (let m = 0; m < order; m++) {
        const at = m * stride + k;
        vectorsImaginary[at] = vectorsReal[at]! * pi;
        vectorsReal[at] = vectorsReal[at]! * pr;
      }
    }
    for (let m = 0; m < order; m++) {
      const base = m * stride;
      for (let k = 1; k < order; k++) {
        const h = scale[k]!;
        if (h === 0) continue;
        const row = k * stride;
        let sr = 0, si = 0;
        for (let c = 0; c < k; c++) {
          const vr = real[row + c]!, vi = imaginary[row + c]!;
          const yr = vectorsReal[base + c]!, yi = vectorsImaginary[base + c]!;
          sr += vr * yr + vi * yi;
          si += vr * yi - vi * yr;
        }
        sr /= h;
        si /= h;
        for (let c = 0; c < k; c++) {
          const vr = real[row + c]!, vi = imaginary[row + c]!;
          vectorsReal[base + c] = vectorsReal[base + c]! - (sr * vr - si * vi);
          vectorsImaginary[base + c] = vectorsImaginary[base + c]! - (sr * vi + si * vr);
        }
      }
    }
  }

  return { order, stride, real, imaginary, values, vectorsReal, vectorsImaginary, solve };
}

/** Largest modulus of the entries of a tridiagonal matrix: what rounding is measured against. */
function tridiagonalSize(diagonal: Float64Array, offDiagonal: Float64Array): number {
  let size = 0;
  for (let i = 0; i < diagonal.length; i++) size = Math.max(size, Math.abs(diagonal[i]!), Math.abs(offDiagonal[i]!));
  return size;
}

// A coupling this small relative to the matrix is rounding: within a pair of equal values the iteration itself leaves a few
// units in the last place, so that one unit (2^−53) would never be reached.
const roundOff = 4.440892098500626e-16;
/** Wilkinson's shift converges cubically: two iterations per eigenvalue are usual, thirty were never seen. */
const maxIterations = 60;

/** diagonal → eigenvalues, ascending; offDiagonal[i] couples i and i+1 and is destroyed; its last entry is 0. */
export function tridiagonalValues(diagonal: Float64Array, offDiagonal: Float64Array): void {
  const order = diagonal.length;
  const limit = (roundOff * tridiagonalSize(diagonal, offDiagonal)) ** 2;
  const squares = offDiagonal;
  for (let i = 0; i < order; i++) squares[i] = squares[i]! ** 2;
  for (let low = 0; low < order; low++) {
    for (let iteration = 0; ; iteration++) {
      let high = low;
      while (high < order - 1 && squares[high]! > limit) high++;
      if (high === low) break;
      if (iteration === maxIterations) throw new Error('tridiagonalValues: the QL iteration does not converge');
      const root = Math.sqrt(squares[low]!);
      const ratio = (diagonal[low + 1]! - diagonal[low]!) / (2 * root);
      const length = Math.sqrt(ratio * ratio + 1);
      const shift = diagonal[low]! - root / (ratio + (ratio < 0 ? -length : length));
      let cosine = 1, sine = 0;
      let gamma = diagonal[high]! - shift;
      let p = gamma * gamma;
      for (let i = high - 1; i >= low; i--) {
        const square = squares[i]!;
        const r = p + square;
        squares[i + 1] = sine * r;
        const before = cosine;
        cosine = p / r;
        sine = square / r;
        const gammaBefore = gamma;
        const alpha = diagonal[i]!;
        gamma = cosine * (alpha - shift) - sine * gammaBefore;
        diagonal[i + 1] = gammaBefore + (alpha - gamma);
        p = cosine !== 0 ? (gamma * gamma) / cosine : before * square;
      }
      // The pass wrote sine·r with sine = 0 beyond the block's end: the coupling across it stays negligible.
      squares[high] = 0;
      squares[low] = sine * p;
      diagonal[low] = shift + gamma;
    }
  }
  diagonal.sort();
}

/** The same with rotations: row m of `rows` becomes the eigenvector of diagonal[m] where `rows` was the unit matrix. */
export function tridiagonalVectors(diagonal: Float64Array, offDiagonal: Float64Array, rows: Float64Array, stride: number): void {
  const order = diagonal.length;
  const limit = roundOff * tridiagonalSize(diagonal, offDiagonal);
  for (let low = 0; low < order; low++) {
    for (let iteration = 0; ; iteration++) {
      let high = low;
      while (high < order - 1 && Math.abs(offDiagonal[high]!) > limit) high++;
      if (high === low) break;
      if (iteration === maxIterations) throw new Error('tridiagonalVectors: the QL iteration does not converge');
      const ratio = (diagonal[low + 1]! - diagonal[low]!) / (2 * offDiagonal[low]!);
      const length = Math.sqrt(ratio * ratio + 1);
      let g = diagonal[high]! - diagonal[low]! + offDiagonal[low]! / (ratio + (ratio < 0 ? -length : length));
      let sine = 1, cosine = 1, correction = 0;
      let split = -1;
      for (let i = high - 1; i >= low; i--) {
        const f = sine * offDiagonal[i]!;
        const b = cosine * offDiagonal[i]!;
        const r = Math.sqrt(f * f + g * g);
        offDiagonal[i + 1] = r;
        if (r === 0) {
          // The rotation is undefined because the block has split here: start over with the smaller one.
          diagonal[i + 1] = diagonal[i + 1]! - correction;
          split = i;
          break;
        }
        sine = f / r;
        cosine = g / r;
        g = diagonal[i + 1]! - correction;
        const t = (diagonal[i]! - g) * sine + 2 * cosine * b;
        correction = sine * t;
        diagonal[i + 1] = g + correction;
        g = cosine * t - b;
        const upper = i * stride, lower = upper + stride;
        for (let c = 0; c < order; c++) {
          const a = rows[upper + c]!, z = rows[lower + c]!;
          rows[lower + c] = sine * a + cosine * z;
          rows[upper + c] = cosine * a - sine * z;
        }
      }
      offDiagonal[high] = 0;
      if (split < 0) {
        diagonal[low] = diagonal[low]! - correction;
        offDiagonal[low] = g;
      }
    }
  }
  for (let m = 0; m < order - 1; m++) {
    let smallest = m;
    for (let other = m + 1; other < order; other++) if (diagonal[other]! < diagonal[smallest]!) smallest = other;
    if (smallest === m) continue;
    [diagonal[m], diagonal[smallest]] = [diagonal[smallest]!, diagonal[m]!];
    for (let c = 0; c < order; c++) {
      const a = rows[m * stride + c]!;
      rows[m * stride + c] = rows[smallest * stride + c]!;
      rows[smallest * stride + c] = a;
    }
  }
}
