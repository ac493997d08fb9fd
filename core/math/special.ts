/**
 * The error function and its relatives to full double precision, from the rational minimax approximations of
 * W. J. Cody, Math. Comp. 23 (1969) 631 (tables II to IV; coefficients as tabulated in SPECFUN, ACM Trans. Math.
 * Softw. 19 (1993) 22). Their own error is below 6e-19; what remains is rounding, a few units in the last place.
 */

const inverseRootPi = 0.5641895835477562869;

/** erf(x)/x for |x| ≤ 0.46875, as a function of y = x². */
function innerErf(y: number): number {
  return (
    ((((1.85777706184603153e-1 * y + 3.1611237438705656) * y + 1.13864154151050156e2) * y + 3.77485237685302021e2) * y +
      3.20937758913846947e3) /
    ((((y + 2.36012909523441209e1) * y + 2.44024637934444173e2) * y + 1.28261652607737228e3) * y + 2.84423683343917062e3)
  );
}

/** exp(x²) erfc(x) for x > 0.46875. */
function scaledErfc(x: number): number {
  if (x <= 4) {
    return (
      ((((((((2.15311535474403846e-8 * x + 5.64188496988670089e-1) * x + 8.88314979438837594) * x + 6.61191906371416295e1) * x +
        2.98635138197400131e2) * x + 8.8195222124176909e2) * x + 1.71204761263407058e3) * x + 2.05107837782607147e3) * x +
        1.23033935479799725e3) /
      ((((((((x + 1.57449261107098347e1) * x + 1.17693950891312499e2) * x + 5.37181101862009858e2) * x +
        1.62138957456669019e3) * x + 3.29079923573345963e3) * x + 4.36261909014324716e3) * x + 3.43936767414372164e3) * x +
        1.23033935480374942e3)
    );
  }
  const y = 1 / (x * x);
  const tail =
    (y *
      (((((1.63153871373020978e-2 * y + 3.05326634961232344e-1) * y + 3.60344899949804439e-1) * y + 1.25781726111229246e-1) * y +
        1.60837851487422766e-2) * y + 6.58749161529837803e-4)) /
    (((((y + 2.56852019228982242) * y + 1.87295284992346725) * y + 5.27905102951428412e-1) * y + 6.05183413124413191e-2) * y +
      2.33520497626869185e-3);
  return (inverseRootPi - tail) / x;
}

/**
 * exp(−x²) without the relative error x²·2⁻⁵³ that rounding x² would bring: x is split into a multiple of 1/16, whose
 * square is exact, and a rest (Cody 1969, section 5).
 */
function gaussian(x: number): number {
  if (x > 28) return 0;
  const head = Math.trunc(x * 16) / 16;
  return Math.exp(-head * head) * Math.exp(-(x - head) * (x + head));
}

/** (2/√π) ∫_x^∞ exp(−t²) dt, relative error a few 1e-16 until it underflows at 26.5. */
export function erfc(x: number): number {
  if (x > 0.46875) return gaussian(x) * scaledErfc(x);
  if (x >= -0.46875) return 1 - x * innerErf(x * x);
  return 2 - gaussian(x) * scaledErfc(-x);
}

/** (2/√π) ∫_0^x exp(−t²) dt. */
export function erf(x: number): number {
  if (Math.abs(x) <= 0.46875) return x * innerErf(x * x);
  return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
}

/**
 * Boys functions F_n(y) = ∫_0^1 t^{2n} exp(−y t²) dt for n = 0 … order, y ≥ 0, to rounding. F_order from its series of
 * positive terms, e^{−y} Σ_k (2y)^k / ((2n+1)(2n+3)…(2n+2k+1)), the others by F_{n−1} = (2y F_n + e^{−y})/(2n−1), which
 * is stable downwards (Helgaker, Jørgensen & Olsen, Molecular Electronic-Structure Theory (2000), §9.8). The series
 * needs about y + 40 terms: meant for y up to some hundreds.
 */
export function boysFunctions(order: number, y: number): Float64Array {
  const values = new Float64Array(order + 1);
  const exponential = Math.exp(-y);
  let term = 1 / (2 * order + 1), sum = term;
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (2 * y) / (2 * order + 2 * k + 1);
    sum += term;
  }
  values[order] = exponential * sum;
  for (let n = order; n > 0; n--) values[n - 1] = (2 * y * values[n]! + exponential) / (2 * n - 1);
  return values;
}
