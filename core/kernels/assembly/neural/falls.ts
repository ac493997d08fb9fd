/** Cutoff functions, and the compact functions that fall like them. */
import { constant, decay, multiplyAdd, splat } from '../shared/arithmetic';
import { compactCode, stretchedCode } from './layout';

const one: i32 = 0, zero: i32 = 1;
/** By number and line: 1 and 0, tanh, sine, cosine, then what single lines need. */
const constants = memory.data<f64>([
  1, 0,
  990, 135135, 4729725, 34459425, 45, 13860, 945945, 16216200,
  -1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800, -1.0 / 1307674368000,
  -0.5, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000,
  0.7853981633974483, -3.141592653589793, -2, 2, 3, 6, 4, 10, 20, 5, 15, 35, 70,
]);

// @ts-ignore: decorator of AssemblyScript
@inline
function k(index: i32): v128 {
  return constant(constants, index);
}

/** f and f'/f, or f'/(f r) where they are `perDistance`, at `count` distances, in twos: the last one may be followed by one that does not count. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function fallingFunction(cutoff: usize, distances: usize, count: i32, out: usize, outSlope: usize, perDistance: bool): void {
  const radius = load<f64>(cutoff), inner = load<f64>(cutoff, 16);
  const code = <i32>load<f64>(cutoff, 24);
  const end = <usize>count << 3;
  if (code == 0) {
    for (let p: usize = 0; p < end; p += 16) {
      v128.store(out + p, k(one));
      v128.store(outSlope + p, k(zero));
    }
    return;
  }
  if (code == 2 || code == 3) {
    // tanh s = N/D by Lambert's continued fraction to its ninth level, whose error for 0 ≤ s ≤ 1 is below 3e-18; its
    // logarithmic derivative is (D² − N²)/(N D).
    const scale = splat(code == 3 ? 2.263753795225351 : 1), steepness = splat(-3 / radius), length = splat(-1 / radius);
    for (let p: usize = 0; p < end; p += 16) {
      const distance = v128.load(distances + p);
      const s = multiplyAdd(distance, length, k(one));
      const q = f64x2.mul(s, s);
      let n = f64x2.add(q, k(2));
      n = multiplyAdd(n, q, k(3));
      n = multiplyAdd(n, q, k(4));
      n = f64x2.mul(s, multiplyAdd(n, q, k(5)));
      let d = multiplyAdd(k(6), q, k(7));
      d = multiplyAdd(d, q, k(8));
      d = multiplyAdd(d, q, k(9));
      d = multiplyAdd(d, q, k(5));
      const quotient = f64x2.div(k(one), f64x2.mul(f64x2.mul(n, d), distance));
      const t = f64x2.mul(f64x2.mul(n, n), f64x2.mul(distance, quotient));
      v128.store(out + p, f64x2.mul(scale, f64x2.mul(f64x2.mul(t, t), t)));
      v128.store(outSlope + p, f64x2.mul(f64x2.mul(steepness, quotient), f64x2.sub(f64x2.mul(d, d), f64x2.mul(n, n))));
    }
    return;
  }
  // Compact functions fall from the middle of an interval to both sides; elsewhere they vanish.
  const compact = code >= compactCode, stretched = code >= stretchedCode;
  const type = compact ? code % compactCode : code;
  const low = splat(compact ? 0.5 * (inner + radius) : inner), scale = splat((compact ? 2 : 1) / (radius - inner));
  for (let p: usize = 0; p < end; p += 16) {
    const distance = v128.load(distances + p);
    const along = f64x2.mul(f64x2.sub(distance, low), scale);
    let t: v128, s: v128, chain = scale, inside = i64x2.splat(-1);
    if (compact) {
      t = f64x2.abs(along);
      s = f64x2.sub(k(one), t);
      inside = f64x2.gt(s, k(zero));
      chain = v128.or(scale, v128.and(along, splat(-0.0)));
      if (stretched) {
        // x → x (2 − x), so that 1 − x → (1 − x)².
        chain = f64x2.mul(chain, f64x2.add(s, s));
        s = f64x2.mul(s, s);
        t = f64x2.sub(k(one), s);
      }
    } else {
      t = f64x2.pmax(k(zero), along);
      s = f64x2.sub(k(one), t);
    }
    let value: v128, numerator: v128, denominator: v128;
    if (type == 1) {
      // cos²(π t/2) = sin²(π s/2), through the half of that angle, at most π/4.
      const h = f64x2.mul(s, k(25));
      const q = f64x2.mul(h, h), q2 = f64x2.mul(q, q), q4 = f64x2.mul(q2, q2);
      const sines = multiplyAdd(multiplyAdd(k(16), q2, multiplyAdd(k(15), q, k(14))), q4, multiplyAdd(multiplyAdd(k(13), q, k(12)), q2, multiplyAdd(k(11), q, k(10))));
      const sine = multiplyAdd(f64x2.mul(sines, q), h, h);
      const cosines = multiplyAdd(multiplyAdd(multiplyAdd(k(24), q, k(23)), q2, multiplyAdd(k(22), q, k(21))), q4, multiplyAdd(multiplyAdd(k(20), q, k(19)), q2, multiplyAdd(k(18), q, k(17))));
      const cosine = multiplyAdd(cosines, q, k(one));
      const full = f64x2.mul(f64x2.add(sine, sine), cosine);
      value = f64x2.mul(full, full);
      numerator = f64x2.mul(k(26), f64x2.sub(f64x2.mul(cosine, cosine), f64x2.mul(sine, sine)));
      denominator = full;
    } else if (type == 4) {
      const gap = f64x2.mul(s, f64x2.add(k(one), t));
      const reciprocal = f64x2.div(k(one), gap);
      value = decay(f64x2.sub(k(one), reciprocal));
      numerator = f64x2.mul(f64x2.mul(k(27), t), reciprocal);
      denominator = gap;
    } else {
      // (1 − t)^(n+1) Σ_k C(n+k, k) t^k, with slope −c tⁿ (1 − t)ⁿ: no cancellation near the cutoff.
      let series: v128, rise = t, falling = f64x2.mul(s, s), steepest = -6.0;
      if (type == 5) {
        series = multiplyAdd(t, k(28), k(one));
      } else if (type == 6) {
        series = multiplyAdd(multiplyAdd(t, k(30), k(29)), t, k(one));
        rise = f64x2.mul(t, t);
        falling = f64x2.mul(falling, s);
        steepest = -30;
      } else if (type == 7) {
        series = multiplyAdd(multiplyAdd(multiplyAdd(t, k(33), k(32)), t, k(31)), t, k(one));
        rise = f64x2.mul(f64x2.mul(t, t), t);
        falling = f64x2.mul(falling, falling);
        steepest = -140;
      } else {
        series = multiplyAdd(multiplyAdd(multiplyAdd(multiplyAdd(t, k(37), k(36)), t, k(35)), t, k(34)), t, k(one));
        rise = f64x2.mul(f64x2.mul(t, t), f64x2.mul(t, t));
        falling = f64x2.mul(f64x2.mul(falling, falling), s);
        steepest = -630;
      }
      value = f64x2.mul(falling, series);
      numerator = f64x2.mul(splat(steepest), rise);
      denominator = f64x2.mul(s, series);
    }
    v128.store(out + p, v128.and(value, inside));
    const rate = f64x2.div(f64x2.mul(numerator, chain), perDistance ? f64x2.mul(denominator, distance) : denominator);
    v128.store(outSlope + p, v128.and(rate, inside));
  }
}

/** f_c and f_c'/(f_c r). */
export function cutoffFunction(cutoff: usize, distances: usize, count: i32, out: usize, outSlope: usize): void {
  fallingFunction(cutoff, distances, count, out, outSlope, true);
}
