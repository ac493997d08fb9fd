/** Networks: outputs, and derivatives by the inputs. */
import { at, put } from '../shared/memory';
import { constant, decay, exponential, logOnePlus, multiplyAdd, splat, sum } from '../shared/arithmetic';
import { network } from './layout';

const tangentConstants = memory.data<f64>([1, -2, 21844.0 / 6081075, -1382.0 / 155925, 62.0 / 2835, -17.0 / 315, 2.0 / 15, -1.0 / 3, 0.06]);

/** tanh |v| = (1 − u)/(1 + u), u = e^(−2|v|); near zero its series, where the difference would lose digits. */
function hyperbolicTangents(to: usize, slopes: usize, end: usize, scale: f64): void {
  const c = tangentConstants;
  for (let p: usize = 0; p < end; p += 16) {
    const v = f64x2.mul(v128.load(to + p), splat(scale));
    const size = f64x2.abs(v), one = constant(c, 0);
    const u = decay(f64x2.mul(constant(c, 1), size));
    const quotient = f64x2.div(f64x2.sub(one, u), f64x2.add(one, u));
    const q = f64x2.mul(v, v), q2 = f64x2.mul(q, q);
    const series = multiplyAdd(multiplyAdd(multiplyAdd(constant(c, 2), q, constant(c, 3)), q2, multiplyAdd(constant(c, 4), q, constant(c, 5))), q2, multiplyAdd(constant(c, 6), q, constant(c, 7)));
    const small = multiplyAdd(f64x2.mul(series, q), size, size);
    const t = v128.bitselect(small, quotient, f64x2.lt(size, constant(c, 8)));
    v128.store(to + p, v128.or(t, v128.and(v, i64x2.splat(0x8000000000000000))));
    v128.store(slopes + p, f64x2.sub(one, f64x2.mul(t, t)));
  }
}

/** f(v) and f'(v) of `count` neurons in place: outputs at `to`, slopes at `slopes`. */
function activate(kind: i32, to: usize, slopes: usize, count: i32, scale: f64): void {
  const end = <usize>count << 3;
  if (kind == 1) {
    hyperbolicTangents(to, slopes, end, scale);
    return;
  }
  const one = splat(1), zero = splat(0), factor = splat(scale);
  for (let p: usize = 0; p < end; p += 16) {
    const v = f64x2.mul(v128.load(to + p), factor);
    let value = v, slope = one;
    if (kind == 10) {
      // Cosine: the only one that needs another function than the exponential.
      const low = f64x2.extract_lane(v, 0), high = f64x2.extract_lane(v, 1);
      value = f64x2(Math.cos(low), Math.cos(high));
      slope = f64x2(-Math.sin(low), -Math.sin(high));
    } else if (kind == 3) {
      slope = v128.and(one, f64x2.gt(v, zero));
      value = f64x2.pmax(zero, v);
    } else if (kind == 4) {
      value = decay(f64x2.mul(splat(-0.5), f64x2.mul(v, v)));
      slope = f64x2.mul(f64x2.neg(v), value);
    } else if (kind == 6) {
      value = exponential(f64x2.pmin(f64x2.pmax(f64x2.neg(v), splat(-700)), splat(700)));
      slope = f64x2.neg(value);
    } else if (kind == 7) {
      value = f64x2.mul(v, v);
      slope = f64x2.add(v, v);
    } else if (kind != 0) {
      // Those made of the logistic function s = 1/(1 + e^−v), which is u/(1 + u) with u = e^−|v| for negative v.
      const u = decay(f64x2.neg(f64x2.abs(v)));
      const reciprocal = f64x2.div(one, f64x2.add(one, u));
      const other = f64x2.mul(u, reciprocal);
      const positive = f64x2.ge(v, zero);
      const s = v128.bitselect(reciprocal, other, positive), complement = v128.bitselect(other, reciprocal, positive);
      if (kind == 2) {
        value = s;
        slope = f64x2.mul(s, complement);
      } else if (kind == 5) {
        value = complement;
        slope = f64x2.neg(f64x2.mul(s, complement));
      } else if (kind == 8) {
        value = f64x2.add(f64x2.pmax(zero, v), logOnePlus(u));
        slope = s;
      } else {
        value = f64x2.mul(v, s);
        slope = multiplyAdd(f64x2.mul(v, s), complement, s);
      }
    }
    v128.store(to + p, value);
    v128.store(slopes + p, slope);
  }
}

/** Bytes of a layer of `count` neurons, filled up to two. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function layerBytes(count: i32): usize {
  return <usize>(count + (count & 1)) << 3;
}

/** The output of a network for the inputs at `network`; outputs and slopes of the layers follow each other there. */
export function networkForward(net: usize): f64 {
  const layers = load<i32>(net), normalised = load<i32>(net, 4) != 0;
  const sizes = net + 8, kinds = sizes + (<usize>layers << 2);
  let matrix: usize = load<u32>(kinds + (<usize>layers << 2));
  let from = network;
  let sources = load<i32>(sizes);
  for (let l = 1; l < layers; l++) {
    const targets = load<i32>(sizes + (<usize>l << 2));
    const bytes = layerBytes(targets);
    const to = from + 2 * layerBytes(sources);
    const biases = matrix + bytes * sources;
    let k: usize = 0;
    for (; k + 64 <= bytes; k += 64) {
      let s0 = v128.load(biases + k), s1 = v128.load(biases + k, 16), s2 = v128.load(biases + k, 32), s3 = v128.load(biases + k, 48);
      let w = matrix + k;
      for (let j = 0; j < sources; j++) {
        const value = v128.load64_splat(from + (<usize>j << 3));
        s0 = multiplyAdd(value, v128.load(w), s0);
        s1 = multiplyAdd(value, v128.load(w, 16), s1);
        s2 = multiplyAdd(value, v128.load(w, 32), s2);
        s3 = multiplyAdd(value, v128.load(w, 48), s3);
        w += bytes;
      }
      v128.store(to + k, s0);
      v128.store(to + k, s1, 16);
      v128.store(to + k, s2, 32);
      v128.store(to + k, s3, 48);
    }
    for (; k < bytes; k += 16) {
      let s = v128.load(biases + k);
      let w = matrix + k;
      for (let j = 0; j < sources; j++) {
        s = multiplyAdd(v128.load64_splat(from + (<usize>j << 3)), v128.load(w), s);
        w += bytes;
      }
      v128.store(to + k, s);
    }
    activate(load<i32>(kinds + (<usize>l << 2)), to, to + bytes, targets, normalised ? 1.0 / <f64>sources : 1);
    matrix = biases + bytes;
    from = to;
    sources = targets;
  }
  return load<f64>(from);
}

/** A derivative by the output of a neuron below layer l: with the slope that stands there it becomes one by its input; inputs have none. */
// @ts-ignore: decorator of AssemblyScript
@inline
function putSlope(below: usize, j: i32, derivative: f64, l: i32): void {
  put(below, j, l > 1 ? derivative * at(below, j) : derivative);
}

/** ∂E/∂G after `networkForward`: into the slopes of the first layer, through those of the others. */
export function networkBackward(net: usize): void {
  const layers = load<i32>(net), normalised = load<i32>(net, 4) != 0;
  const sizes = net + 8, kinds = sizes + (<usize>layers << 2);
  let matrix: usize = load<u32>(kinds + (<usize>layers << 2));
  let to = network;
  for (let l = 1; l < layers; l++) {
    const sources = load<i32>(sizes + (<usize>(l - 1) << 2));
    matrix += layerBytes(load<i32>(sizes + (<usize>l << 2))) * (sources + 1);
    to += 2 * layerBytes(sources);
  }
  // `to` is the last layer: its slopes become derivatives of the output by the sums that enter each neuron.
  for (let l = layers - 1; l > 0; l--) {
    const sources = load<i32>(sizes + (<usize>(l - 1) << 2)), targets = load<i32>(sizes + (<usize>l << 2));
    const bytes = layerBytes(targets), sourceBytes = layerBytes(sources);
    const slopes = to + bytes;
    if (targets & 1) put(slopes, targets, 0);
    const scale = splat(normalised ? 1.0 / <f64>sources : 1);
    for (let k: usize = 0; k < bytes; k += 16) v128.store(slopes + k, f64x2.mul(scale, v128.load(slopes + k)));
    matrix -= bytes * (sources + 1);
    to -= 2 * sourceBytes;
    const below = to + sourceBytes;
    // Four sums at a time, which do not wait for each other.
    let j = 0, w = matrix;
    for (; j + 3 < sources; j += 4, w += 4 * bytes) {
      let s0 = splat(0), s1 = splat(0), s2 = splat(0), s3 = splat(0);
      for (let k: usize = 0; k < bytes; k += 16) {
        const slope = v128.load(slopes + k);
        s0 = multiplyAdd(v128.load(w + k), slope, s0);
        s1 = multiplyAdd(v128.load(w + bytes + k), slope, s1);
        s2 = multiplyAdd(v128.load(w + 2 * bytes + k), slope, s2);
        s3 = multiplyAdd(v128.load(w + 3 * bytes + k), slope, s3);
      }
      putSlope(below, j, sum(s0), l);
      putSlope(below, j + 1, sum(s1), l);
      putSlope(below, j + 2, sum(s2), l);
      putSlope(below, j + 3, sum(s3), l);
    }
    for (; j < sources; j++, w += bytes) {
      let total = splat(0);
      for (let k: usize = 0; k < bytes; k += 16) total = multiplyAdd(v128.load(w + k), v128.load(slopes + k), total);
      putSlope(below, j, sum(total), l);
    }
  }
}
