/** Two numbers at a time: sums, and the functions that a double needs to its last digit. */

// @ts-ignore: decorator of AssemblyScript
@inline
export function sum(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

// @ts-ignore: decorator of AssemblyScript
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return f64x2.add(f64x2.mul(a, b), c);
}

// @ts-ignore: decorator of AssemblyScript
@inline
export function splat(value: f64): v128 {
  return f64x2.splat(value);
}

/** Keeps the first lane only where one element is left. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function keep(v: v128, left: i32): v128 {
  return left > 1 ? v : v128.and(v, i64x2(-1, 0));
}

/**
 * Constant k of a table in both lanes. The engine would put a constant of the code together anew wherever it is used, which takes
 * three instructions and cannot be helped; from memory it is one, and functions made of polynomials are half again as fast.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
export function constant(table: usize, k: i32): v128 {
  return v128.load64_splat(table + (<usize>k << 3));
}

const exponentialConstants = memory.data<f64>([
  6755399441055744.0, 1.4426950408889634, 6.93147180369123816490e-1, 1.90821492927058770002e-10, 1, 0.5, 1.6666666666666669e-1, 4.166666666662413e-2, 8.333333333330062e-3,
  1.3888888917213717e-3, 1.9841269863053618e-4, 2.4801521295954376e-5, 2.7557268459997064e-6, 2.7620088445409746e-7, 2.510038549551032e-8, -700,
]);

/**
 * e^v in both lanes, |v| < 708: 2^n e^r with |r| ≤ ln 2/2 and a minimax polynomial of degree 11 (error 2e-17). The sum with
 * 1.5·2^52 rounds v/ln 2 to the integer n, which its lowest bits then hold. Products of the polynomial go in pairs, which do not
 * wait for each other.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
export function exponential(v: v128): v128 {
  const c = exponentialConstants;
  const magic = constant(c, 0);
  const shifted = f64x2.add(f64x2.mul(v, constant(c, 1)), magic);
  const n = f64x2.sub(shifted, magic);
  const t = f64x2.sub(f64x2.sub(v, f64x2.mul(n, constant(c, 2))), f64x2.mul(n, constant(c, 3)));
  const t2 = f64x2.mul(t, t), t4 = f64x2.mul(t2, t2);
  const p01 = multiplyAdd(constant(c, 6), t, constant(c, 5)), p23 = multiplyAdd(constant(c, 8), t, constant(c, 7));
  const p45 = multiplyAdd(constant(c, 10), t, constant(c, 9)), p67 = multiplyAdd(constant(c, 12), t, constant(c, 11));
  const p89 = multiplyAdd(constant(c, 14), t, constant(c, 13));
  const p = multiplyAdd(multiplyAdd(p89, t4, multiplyAdd(p67, t2, p45)), t4, multiplyAdd(p23, t2, p01));
  return i64x2.add(f64x2.add(multiplyAdd(p, t2, t), constant(c, 4)), i64x2.shl(shifted, 52));
}

/** e^v for v ≤ 0; below −700 (1e-304) it stops falling, so that nothing underflows. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function decay(v: v128): v128 {
  return exponential(f64x2.pmax(v, constant(exponentialConstants, 15)));
}

/** 2, then 1/(2k + 1) for k = 1 to 16. */
const logarithmConstants = memory.data<f64>([
  2, 1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21, 1.0 / 23, 1.0 / 25, 1.0 / 27, 1.0 / 29, 1.0 / 31, 1.0 / 33,
]);

/** Four terms of the series of the logarithm, from term k on. */
// @ts-ignore: decorator of AssemblyScript
@inline
function logarithmTerms(k: i32, q: v128, q2: v128): v128 {
  const c = logarithmConstants;
  return multiplyAdd(multiplyAdd(constant(c, k + 3), q, constant(c, k + 2)), q2, multiplyAdd(constant(c, k + 1), q, constant(c, k)));
}

/** ln(1 + u) for 0 ≤ u ≤ 1: 2 artanh(u/(2 + u)), whose square is at most 1/9. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function logOnePlus(u: v128): v128 {
  const s = f64x2.div(u, f64x2.add(u, constant(logarithmConstants, 0)));
  const q = f64x2.mul(s, s), q2 = f64x2.mul(q, q), q4 = f64x2.mul(q2, q2), q8 = f64x2.mul(q4, q4);
  const low = multiplyAdd(logarithmTerms(5, q, q2), q4, logarithmTerms(1, q, q2)), high = multiplyAdd(logarithmTerms(13, q, q2), q4, logarithmTerms(9, q, q2));
  const twice = f64x2.add(s, s);
  return multiplyAdd(f64x2.mul(multiplyAdd(high, q8, low), q), twice, twice);
}

/** b^n for 0 ≤ n < 64 by repeated squaring, without a loop: n is the same for many b, so that its branches cost nothing. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function power(b: v128, n: i32): v128 {
  let result = n & 1 ? b : splat(1);
  if (n > 1) {
    let square = f64x2.mul(b, b);
    if (n & 2) result = f64x2.mul(result, square);
    if (n > 3) {
      square = f64x2.mul(square, square);
      if (n & 4) result = f64x2.mul(result, square);
      if (n > 7) {
        square = f64x2.mul(square, square);
        if (n & 8) result = f64x2.mul(result, square);
        if (n > 15) {
          square = f64x2.mul(square, square);
          if (n & 16) result = f64x2.mul(result, square);
          if (n & 32) result = f64x2.mul(result, f64x2.mul(square, square));
        }
      }
    }
  }
  return result;
}
