/**
 * Derivatives for several sets of weights at once. What triplets cost is paid once for all sets: the derivatives of every slot
 * by every neighbour are summed first and contracted with the weights of all sets then, so that a set adds work per neighbour
 * only, not per triplet. With few sets contracting first would be cheaper (`triplets.ts`); from three on it is not.
 *
 * Two slots of one group, Π u and Π v, go together in the lanes. With φ = Π u and ψ = Π u'(c), neighbour j gets from its
 * triplets D r_j + V, D = (f_c'/(f_c r) − 2η (1 − r_s/r)) Σ φ + Σ φ E − Σ ψ c/r², V = Σ (ψ/(r_ij r_ik) − φ E) r_k, where E is
 * ∂ ln Π/∂r_jk/r_jk, and k likewise.
 */
import { at } from '../shared/memory';
import { multiplyAdd, splat } from '../shared/arithmetic';
import {
  fallSlope, gradients, groupBytes, inverse, rowBytes, setBytes, slotPairWeights, slotSums, slotWeights, span, spanBase, spanBytes, spanPairs, spanR, spanRows, x, y, z,
} from './layout';
import { endOf, firstOf } from './neighbours';
import { distancesAcross, powersOf } from './triplets';

/** Of one pair of slots and one neighbour: Σ φ, Σ ψ c, Σ φ E, then V. */
const sumBytes: usize = 96;

/** Angular factors and their slopes in pairs, (1, c) first: values of a pair for all triplets of a stretch, then its slopes. */
function pairFactors(own: usize, cosines: usize, angular: usize, pitch: usize, length: i32): void {
  const powers = load<i32>(own, 12), pairs = load<i32>(own, 68);
  const end = <usize>length << 3, behind = pitch * powers;
  const first = f64x2(1, 0), second = f64x2(0, 1);
  for (let p: usize = 0; p < end; p += 8) {
    v128.store(spanPairs + 2 * p, v128.load64_lane(cosines + p, first, 1));
    v128.store(spanPairs + 2 * spanBytes + 2 * p, second);
  }
  let out = spanPairs + 4 * spanBytes;
  for (let q = 1; q < pairs; q++, out += 4 * spanBytes) {
    const a = angular + pitch * (2 * q - 2), b = 2 * q - 1 < powers ? a + pitch : a;
    for (let p: usize = 0; p < end; p += 8) {
      v128.store(out + 2 * p, v128.load64_lane(b + p, v128.load64_zero(a + p), 1));
      v128.store(out + 2 * spanBytes + 2 * p, v128.load64_lane(b + behind + p, v128.load64_zero(a + behind + p), 1));
    }
  }
}

/** Where the triplets of another neighbour j begin, and the end; returns how many there are. */
function findRows(indices: usize, length: i32): i32 {
  let rows = 0, last = -1;
  for (let n = 0; n < length; n++) {
    const j = load<i32>(indices + (<usize>n << 3)) >> 16;
    if (j == last) continue;
    last = j;
    store<i32>(spanRows + (<usize>rows << 2), n);
    rows++;
  }
  store<i32>(spanRows + (<usize>rows << 2), length);
  return rows;
}

// @ts-ignore: decorator of AssemblyScript
@inline
function increase(to: usize, value: v128): void {
  v128.store(to, f64x2.add(v128.load(to), value));
}

/** Adds the triplets of a stretch to the sums of one pair of slots. */
// @ts-ignore: decorator of AssemblyScript
@inline
function addTriplets(rows: i32, indices: usize, products: usize, cosines: usize, inverses: usize, factors: usize, sums: usize, narrow: bool): void {
  for (let row = 0; row < rows; row++) {
    const entry = spanRows + (<usize>row << 2);
    const end = <usize>load<u32>(entry, 4) << 3;
    let p = <usize>load<u32>(entry) << 3;
    const j = <usize>(load<i32>(indices + p) >> 16);
    const xj = v128.load64_splat(x + (j << 3)), yj = v128.load64_splat(y + (j << 3)), zj = v128.load64_splat(z + (j << 3));
    let values = splat(0), turns = splat(0), stretches = splat(0), vx = splat(0), vy = splat(0), vz = splat(0);
    for (; p < end; p += 8) {
      const k = <usize>(load<i32>(indices + p) & 0xffff);
      const to = sums + sumBytes * k;
      const product = v128.load64_splat(products + p);
      const value = f64x2.mul(product, v128.load(factors + 2 * p));
      const slope = f64x2.mul(product, v128.load(factors + 2 * spanBytes + 2 * p));
      const turn = f64x2.mul(slope, v128.load64_splat(cosines + p));
      let crossed = f64x2.mul(slope, v128.load64_splat(inverses + p));
      values = f64x2.add(values, value);
      turns = f64x2.add(turns, turn);
      increase(to, value);
      increase(to + 16, turn);
      if (narrow) {
        const stretch = f64x2.mul(value, v128.load64_splat(spanBase + p));
        crossed = f64x2.sub(crossed, stretch);
        stretches = f64x2.add(stretches, stretch);
        increase(to + 32, stretch);
      }
      vx = multiplyAdd(crossed, v128.load64_splat(x + (k << 3)), vx);
      vy = multiplyAdd(crossed, v128.load64_splat(y + (k << 3)), vy);
      vz = multiplyAdd(crossed, v128.load64_splat(z + (k << 3)), vz);
      increase(to + 48, f64x2.mul(crossed, xj));
      increase(to + 64, f64x2.mul(crossed, yj));
      increase(to + 80, f64x2.mul(crossed, zj));
    }
    const to = sums + sumBytes * j;
    increase(to, values);
    increase(to + 16, turns);
    if (narrow) increase(to + 32, stretches);
    increase(to + 48, vx);
    increase(to + 64, vy);
    increase(to + 80, vz);
  }
}

function addNarrow(rows: i32, indices: usize, products: usize, cosines: usize, inverses: usize, factors: usize, sums: usize): void {
  addTriplets(rows, indices, products, cosines, inverses, factors, sums, true);
}

function addWide(rows: i32, indices: usize, products: usize, cosines: usize, inverses: usize, factors: usize, sums: usize): void {
  addTriplets(rows, indices, products, cosines, inverses, factors, sums, false);
}

/** E of a narrow group for a stretch of triplets: into `spanBase`. */
function stretchAcross(slopes: usize, length: i32, eta: f64, shift: f64): void {
  const end = <usize>length << 3;
  const constant = splat(2 * eta), hyperbolic = splat(2 * shift);
  for (let p: usize = 0; p < end; p += 16) {
    let e = f64x2.sub(v128.load(slopes + p), constant);
    if (shift != 0) e = f64x2.add(e, f64x2.div(hyperbolic, v128.load(spanR + p)));
    v128.store(spanBase + p, e);
  }
}

/** Adds the triplets of one list of a class to the sums of its slots. `inside`: they are within the cutoff of narrow functions. */
function addList(own: usize, start: usize, count: i32, pitch: usize, inside: bool, sumPitch: usize): void {
  const products = load<i32>(own, 16), allNarrow = load<i32>(own, 24), shifted = load<i32>(own, 48) != 0;
  const pairs = load<i32>(own, 56), narrowPairs = load<i32>(own, 60);
  const table: usize = load<u32>(own, 64), etas: usize = load<u32>(own, 44);
  for (let from = 0; from < count; from += span) {
    const length = min(span, count - from);
    const offset = <usize>from << 3;
    const indices = start + offset, cosines = start + pitch + offset, inverses = start + 2 * pitch + offset;
    pairFactors(own, cosines, powersOf(own, start, pitch) + offset, pitch, length);
    if (inside && shifted && narrowPairs > 0) distancesAcross(start, offset, length, pitch);
    const rows = findRows(indices, length);
    let last = -1;
    for (let pair = inside ? 0 : narrowPairs; pair < pairs; pair++) {
      const entry = table + (<usize>pair << 4);
      const group = load<i32>(entry);
      const factors = spanPairs + 4 * spanBytes * load<i32>(entry, 4), sums = slotSums + sumPitch * pair;
      if (pair < narrowPairs) {
        const eta = etas + groupBytes * group;
        if (group != last) stretchAcross(start + 3 * pitch + offset, length, load<f64>(eta), load<f64>(eta, 8));
        last = group;
        addNarrow(rows, indices, start + <usize>(4 + products + group) * pitch + offset, cosines, inverses, factors, sums);
      } else addWide(rows, indices, start + <usize>(4 + group - allNarrow) * pitch + offset, cosines, inverses, factors, sums);
    }
  }
}

/** Lays the weights of the slots of a class down in the order of its pairs, for all sets, at `slotPairWeights`. */
function gatherWeights(own: usize): void {
  const pairs = load<i32>(own, 56);
  let entry: usize = load<u32>(own, 64), to = slotPairWeights;
  for (let pair = 0; pair < pairs; pair++, entry += 16, to += 2 * setBytes) {
    memory.copy(to, slotWeights + setBytes * load<i32>(entry, 8), setBytes);
    memory.copy(to + setBytes, slotWeights + setBytes * load<i32>(entry, 12), setBytes);
  }
}

/** Contracts the sums of a class with the weights of all sets, for the neighbours of one element. */
function addGradients(own: usize, element: i32, cutoffCount: i32, sumPitch: usize): void {
  const m = load<i32>(own, 8), pairs = load<i32>(own, 56);
  const table: usize = load<u32>(own, 64), etas: usize = load<u32>(own, 44);
  const end = endOf(element, m, cutoffCount);
  for (let n = firstOf(element, cutoffCount); n < end; n++) {
    const slope = at(fallSlope + rowBytes * m, n), reciprocal = at(inverse, n);
    const first = slotSums + sumBytes * n;
    for (let pair = 0; pair < pairs; pair++) {
      const sums = first + sumPitch * pair, eta = etas + groupBytes * load<i32>(table + (<usize>pair << 4));
      const rate = slope - 2 * load<f64>(eta) + 2 * load<f64>(eta, 8) * reciprocal;
      const outward = multiplyAdd(splat(rate), v128.load(sums), f64x2.sub(v128.load(sums, 32), f64x2.mul(splat(reciprocal * reciprocal), v128.load(sums, 16))));
      v128.store(sums, outward);
    }
    let to = gradients + 4 * setBytes * n;
    for (let p: usize = 0; p < setBytes; p += 16, to += 16) {
      let outward = v128.load(to), gx = v128.load(to + setBytes), gy = v128.load(to + 2 * setBytes), gz = v128.load(to + 3 * setBytes);
      let sums = first, w = slotPairWeights + p;
      for (let pair = 0; pair < pairs; pair++, sums += sumPitch, w += 2 * setBytes) {
        const w0 = v128.load(w), w1 = v128.load(w + setBytes);
        outward = multiplyAdd(v128.load64_splat(sums), w0, multiplyAdd(v128.load64_splat(sums, 8), w1, outward));
        gx = multiplyAdd(v128.load64_splat(sums, 48), w0, multiplyAdd(v128.load64_splat(sums, 56), w1, gx));
        gy = multiplyAdd(v128.load64_splat(sums, 64), w0, multiplyAdd(v128.load64_splat(sums, 72), w1, gy));
        gz = multiplyAdd(v128.load64_splat(sums, 80), w0, multiplyAdd(v128.load64_splat(sums, 88), w1, gz));
      }
      v128.store(to, outward);
      v128.store(to + setBytes, gx);
      v128.store(to + 2 * setBytes, gy);
      v128.store(to + 3 * setBytes, gz);
    }
  }
}

function clear(sums: usize, element: i32, m: i32, cutoffCount: i32): void {
  const first = firstOf(element, cutoffCount);
  memory.fill(sums + sumBytes * first, 0, sumBytes * (endOf(element, m, cutoffCount) - first));
}

/** Adds a class to the gradients of an atom with `count` neighbours. `list`: as `findTriplets` leaves it. */
export function classOfSets(own: usize, list: usize, count: i32, cutoffCount: i32): void {
  const sumPitch = sumBytes * <usize>count;
  const pitch: usize = load<u32>(list, 16);
  const a = load<i32>(own), b = load<i32>(own, 4), m = load<i32>(own, 8), pairs = load<i32>(own, 56);
  if (pairs == 0) return;
  for (let pair = 0; pair < pairs; pair++) {
    clear(slotSums + sumPitch * pair, a, m, cutoffCount);
    if (a != b) clear(slotSums + sumPitch * pair, b, m, cutoffCount);
  }
  addList(own, load<u32>(list), load<i32>(list, 4), pitch, true, sumPitch);
  addList(own, load<u32>(list, 8), load<i32>(list, 12), pitch, false, sumPitch);
  gatherWeights(own);
  addGradients(own, a, cutoffCount, sumPitch);
  if (a != b) addGradients(own, b, cutoffCount, sumPitch);
}
