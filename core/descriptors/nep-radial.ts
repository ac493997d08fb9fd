/**
 * Radial functions of NEP (Fan et al., J. Chem. Phys. 157 (2022) 114801, eqs 8 to 11): with x = 2(r/r_c − 1)² − 1 and
 * f_c = (1 + cos(πr/r_c))/2,
 *
 *   f_k(r) = ½ (T_k(x) + 1) f_c(r),   g_n(r) = Σ_k c_nk f_k(r).
 *
 * Value and slope vanish at r_c, the curvature jumps there.
 */

/** f_k and df_k/dr (1/Å) of r < cutoff, k = 0 … f.length − 1. */
export function chebyshevFunctions(r: number, cutoff: number, f: Float64Array, slope: Float64Array): void {
  const t = r / cutoff - 1;
  const x = 2 * t * t - 1, dx = (4 * t) / cutoff;
  const angle = (Math.PI * r) / cutoff;
  const end = 0.5 * (1 + Math.cos(angle)), endSlope = ((-0.5 * Math.PI) / cutoff) * Math.sin(angle);
  // Chebyshev polynomials of the first and second kind: T_k' = k U_{k−1}.
  let below = 1, value = x, secondBelow = 0, second = 1;
  f[0] = end;
  slope[0] = endSlope;
  for (let k = 1; k < f.length; k++) {
    const half = 0.5 * (value + 1);
    f[k] = half * end;
    slope[k] = 0.5 * k * second * dx * end + half * endSlope;
    const next = 2 * x * value - below, nextSecond = 2 * x * second - secondBelow;
    below = value;
    value = next;
    secondBelow = second;
    second = nextSecond;
  }
}
