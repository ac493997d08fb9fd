/**
 * Real orthonormal spherical harmonics of l = 1 … L as polynomials of a unit vector u = (x, y, z),
 *
 *   Y_l0 = N_l0 P_l(z),   Y_lm = N_lm P_l^(m)(z) Re or Im (x + iy)^m,   N_lm² = (2 − δ_m0) (2l+1)/4π · (l−m)!/(l+m)!,
 *
 * with P^(m) = d^m P_l/dz^m, so that Σ_m Y_lm(u) Y_lm(v) = (2l+1)/4π P_l(u·v). Order for each l: m = 0, then Re and Im of
 * m = 1 … l. The normalised factors K_lm = N_lm P_l^(m) follow from the recurrence
 *
 *   (l−m) P_l^(m) = (2l−1) z P_{l−1}^(m) − (l+m−1) P_{l−2}^(m),   dP_l^(m)/dz = P_l^(m+1)
 *
 * (Abramowitz & Stegun 8.5.3 without the factor (1−z²)^{m/2}, which the powers of x + iy carry).
 */
export interface HarmonicsTable {
  readonly lMax: number;
  /** (L+1)² − 1: functions in all. */
  readonly count: number;
  /** Of K_lm = upper z K_{l−1,m} − lower K_{l−2,m}, index m (L+1) + l; for l = m `upper` is K_mm itself. */
  readonly upper: Float64Array;
  readonly lower: Float64Array;
  /** dK_lm/dz = slope K_{l,m+1}, same index; 0 for l = m. */
  readonly slope: Float64Array;
}

/** Place of Y_l0 among the functions; Re and Im of m stand 2m − 1 and 2m behind. */
export const harmonicIndex = (l: number): number => l * l - 1;

function normalisation(l: number, m: number): number {
  let ratio = 1;
  for (let k = l - m + 1; k <= l + m; k++) ratio *= k;
  return Math.sqrt((((m === 0 ? 1 : 2) * (2 * l + 1)) / (4 * Math.PI)) / ratio);
}

export function harmonicsTable(lMax: number): HarmonicsTable {
  const side = lMax + 1;
  const upper = new Float64Array(side * side), lower = new Float64Array(side * side), slope = new Float64Array(side * side);
  let doubleFactorial = 1;
  for (let m = 0; m <= lMax; m++) {
    if (m > 0) doubleFactorial *= 2 * m - 1;
    upper[m * side + m] = normalisation(m, m) * doubleFactorial;
    for (let l = m; l <= lMax; l++) {
      const at = m * side + l;
      if (l > m) upper[at] = ((2 * l - 1) / (l - m)) * (normalisation(l, m) / normalisation(l - 1, m));
      if (l > m + 1) lower[at] = ((l + m - 1) / (l - m)) * (normalisation(l, m) / normalisation(l - 2, m));
      if (m < l) slope[at] = normalisation(l, m) / normalisation(l, m + 1);
    }
  }
  return { lMax, count: side * side - 1, upper, lower, slope };
}

/** K_lm(z) at index m (L+1) + l. */
function polarFactors({ lMax, upper, lower }: HarmonicsTable, z: number, out: Float64Array): void {
  const side = lMax + 1;
  for (let m = 0; m <= lMax; m++) {
    let below = 0, value = upper[m * side + m]!;
    out[m * side + m] = value;
    for (let l = m + 1; l <= lMax; l++) {
      const next = upper[m * side + l]! * z * value - lower[m * side + l]! * below;
      below = value;
      value = next;
      out[m * side + l] = value;
    }
  }
}

export interface Harmonics {
  /** All Y at a unit vector; the array belongs to this object and is overwritten. */
  values(x: number, y: number, z: number): Float64Array;
  /** ∇ Σ_k a_k Y_k as polynomials of x, y, z, at the vector of the last `values`; overwritten too. */
  gradient(a: Float64Array): Float64Array;
}

export function harmonics(table: HarmonicsTable): Harmonics {
  const { lMax, count, slope } = table;
  const side = lMax + 1;
  const polar = new Float64Array(side * side), out = new Float64Array(count), gradient = new Float64Array(3);
  /** Re and Im of (x + iy)^m. */
  const real = new Float64Array(side), imaginary = new Float64Array(side);
  real[0] = 1;
  return {
    values(x, y, z) {
      polarFactors(table, z, polar);
      for (let m = 1; m <= lMax; m++) {
        real[m] = real[m - 1]! * x - imaginary[m - 1]! * y;
        imaginary[m] = real[m - 1]! * y + imaginary[m - 1]! * x;
      }
      for (let l = 1; l <= lMax; l++) {
        const first = harmonicIndex(l);
        out[first] = polar[l]!;
        for (let m = 1; m <= l; m++) {
          out[first + 2 * m - 1] = polar[m * side + l]! * real[m]!;
          out[first + 2 * m] = polar[m * side + l]! * imaginary[m]!;
        }
      }
      return out;
    },
    gradient(a) {
      let gx = 0, gy = 0, gz = 0;
      for (let m = 0; m <= lMax; m++) {
        // Σ_l over the factors of Re and Im of this m, and their slopes in z.
        let re = 0, im = 0, reSlope = 0, imSlope = 0;
        for (let l = Math.max(m, 1); l <= lMax; l++) {
          const at = m * side + l, from = harmonicIndex(l) + 2 * m;
          const k = polar[at]!, rise = m < l ? slope[at]! * polar[at + side]! : 0;
          const ofReal = a[m === 0 ? from : from - 1]!, ofImaginary = m === 0 ? 0 : a[from]!;
          re += ofReal * k;
          im += ofImaginary * k;
          reSlope += ofReal * rise;
          imSlope += ofImaginary * rise;
        }
        gz += reSlope * real[m]! + imSlope * imaginary[m]!;
        if (m > 0) {
          gx += m * (re * real[m - 1]! + im * imaginary[m - 1]!);
          gy += m * (im * real[m - 1]! - re * imaginary[m - 1]!);
        }
      }
      gradient[0] = gx;
      gradient[1] = gy;
      gradient[2] = gz;
      return gradient;
    },
  };
}
