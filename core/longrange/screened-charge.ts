import { boysFunctions } from '../math/special.ts';

/**
 * The potential of a Gaussian charge, erf(αr)/r = α g(y) with y = α²r², as a table: g(y) = erf(√y)/√y = (2/√π) F_0(y) is
 * an entire function of y with g⁽ⁿ⁾ = (−1)ⁿ (2/√π) F_n (Boys functions), so that short Taylor series about equidistant
 * points give it everywhere, without root, exponential or division.
 *
 * With the spacing 1/32 and degree 6 the first term left out of g' is (2/√π) F_7 (1/64)⁶/6! < 2e-15, of g 4e-18.
 *
 * The screened potential of a point charge is then erfc(αr)/r = 1/r − α g, and −(1/r) d/dr of it 1/r³ + 2α³ g'. At large
 * r both are differences of nearly equal numbers: absolute errors are 1e-16 of 1/r, which is what a sum of them bears;
 * their small values have few digits of their own.
 */
export const intervals = 32;
export const coefficients = 7;
/** The table ends here: erfc(8) is 1e-29. */
export const largestSquare = 64;

/** [interval][power of y − (interval + ½)/8] */
export const gaussianCharge: Float64Array = (() => {
  const table = new Float64Array((largestSquare * intervals + 1) * coefficients);
  for (let interval = 0; interval <= largestSquare * intervals; interval++) {
    let factor = 2 / Math.sqrt(Math.PI);
    boysFunctions(coefficients - 1, (interval + 0.5) / intervals).forEach((value, n) => {
      table[coefficients * interval + n] = factor * value;
      factor /= -(n + 1);
    });
  }
  return table;
})();
