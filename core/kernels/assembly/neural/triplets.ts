/** Triplets of one central atom: their products of radial factors, the sums of these, and the derivatives for one set of weights. */
import { at, put } from '../shared/memory';
import { derivatives } from '../shared/pieces';
import { multiplyAdd, decay, power, splat, sum } from '../shared/arithmetic';
import { cutoffFunction, fallingFunction } from './falls';
import {
  angularBytes, cutoffBytes, fall, fallSlope, flat, gaussians, groupBytes, inverse, narrowBytes, r, records, rowBytes, rowInside, rowOutside, slots, slotWeights, span, spanAngles, spanBase,
  spanBytes, spanFall, spanGaussians, spanProduct, spanR, spanRecords, spanS, spanShift, spanSines, spanX, steep, stretch, x, y, z,
} from './layout';
import { endOf, firstOf } from './neighbours';

/**
 * Lays the triplets of a class down in two lists, those within the cutoff at r_jk and, where wide functions count them, the
 * others: arrays of `pitch` bytes one behind the other, 0 j and k, 1 r_ij · r_ik, 2 1/(r_ij r_ik), 3 r_jk², 4 … products, then
 * one per narrow group, the first of which holds at first f_c(r_ij) f_c(r_ik), then angular powers and their slopes.
 * `list`: address and length of the first, of the second, pitch. Returns where the next list may begin.
 */
export function findTriplets(plan: usize, own: usize, list: usize, start: usize): usize {
  const cutoffCount = load<i32>(plan, 20), m = load<i32>(own, 8);
  const products = load<i32>(own, 16), wide = load<i32>(own, 20), narrow = load<i32>(own, 24);
  const table: usize = load<u32>(own, 32), free = load<i32>(own, 52);
  let outer = load<i32>(own), inner = load<i32>(own, 4);
  let outerStart = firstOf(outer, cutoffCount), outerEnd = endOf(outer, m, cutoffCount);
  let innerStart = firstOf(inner, cutoffCount), innerEnd = endOf(inner, m, cutoffCount);
  const same = outer == inner;
  let outerColumn: usize = 0;
  let most: i32;
  if (same) {
    const count = outerEnd - outerStart;
    most = (count * (count - 1)) / 2;
  } else {
    most = (outerEnd - outerStart) * (innerEnd - innerStart);
    // Long inner loops.
    if (outerEnd - outerStart > innerEnd - innerStart) {
      const keptStart = outerStart, keptEnd = outerEnd;
      outerStart = innerStart;
      outerEnd = innerEnd;
      innerStart = keptStart;
      innerEnd = keptEnd;
      outerColumn = 4;
    }
  }
  // All of the class is wide and linear.
  if (narrow + wide == 0) most = 0;
  const pitch = ((<usize>most << 3) + 32 + 63) & ~63;
  // Powers and their slopes come last; what they hold at first does not matter.
  const arrays = <usize>(4 + products + max(narrow, free)), allArrays = arrays + 2 * <usize>load<i32>(own, 12);
  const split = narrow > 0 && wide > 0;
  const other = start + allArrays * pitch;
  let front = start, back = other;
  const square = splat(narrow > 0 ? load<f64>(<usize>load<u32>(plan, 24) + <usize>m * cutoffBytes, 8) : Infinity);
  const cut = fall + rowBytes * m;
  if (most == 0) outerEnd = outerStart;
  for (let j = outerStart; j < outerEnd; j++) {
    const pj = <usize>j << 3;
    const xj = v128.load64_splat(x + pj), yj = v128.load64_splat(y + pj), zj = v128.load64_splat(z + pj);
    let inside = rowInside, outside = rowOutside;
    for (let k = same ? j + 1 : innerStart; k < innerEnd; k += 2) {
      const pk = <usize>k << 3;
      const dx = f64x2.sub(v128.load(x + pk), xj), dy = f64x2.sub(v128.load(y + pk), yj), dz = f64x2.sub(v128.load(z + pk), zj);
      const within = i64x2.bitmask(f64x2.lt(f64x2.add(f64x2.add(f64x2.mul(dx, dx), f64x2.mul(dy, dy)), f64x2.mul(dz, dz)), square));
      const first = (within & 1) << 2, second = (within & 2) << 1, counted = k + 1 < innerEnd ? 4 : 0;
      if (split) {
        store<u32>(first ? inside : outside, <u32>pk);
        inside += first;
        outside += 4 - first;
        store<u32>(second ? inside : outside, <u32>pk + 8);
        inside += second & counted;
        outside += (4 - second) & counted;
      } else {
        store<u32>(inside, <u32>pk);
        inside += first;
        store<u32>(inside, <u32>pk + 8);
        inside += second & counted;
      }
    }
    front = layRow(front, pitch, pj, rowInside, inside, products, table, outerColumn, cut, free);
    if (split) back = layRow(back, pitch, pj, rowOutside, outside, products, table, outerColumn, cut, free);
  }
  const found = <i32>((front - start) >> 3), rest = <i32>((back - other) >> 3);
  pad(start, found, pitch, arrays, square);
  if (split) pad(other, rest, pitch, arrays, square);
  store<u32>(list, <u32>start);
  store<i32>(list, found, 4);
  store<u32>(list, <u32>other, 8);
  store<i32>(list, rest, 12);
  store<u32>(list, <u32>pitch, 16);
  return other + (split ? allArrays * pitch : 0);
}

/** Lays the triplets of neighbour j and the neighbours whose offsets stand from `first` to `end` down at `to`; returns their end. */
// @ts-ignore: decorator of AssemblyScript
@inline
function layRow(to: usize, pitch: usize, pj: usize, first: usize, end: usize, products: i32, table: usize, outerColumn: usize, cut: usize, free: i32): usize {
  const xj = v128.load64_splat(x + pj), yj = v128.load64_splat(y + pj), zj = v128.load64_splat(z + pj);
  const inverseJ = v128.load64_splat(inverse + pj), cutJ = v128.load64_splat(cut + pj);
  const j = <i32>(pj << 13);
  const base = pitch * <usize>(4 + products);
  // Behind an odd number stands what is left of another row: any neighbour will do.
  if (first < end) store<u32>(end, load<u32>(first));
  let p = to;
  for (let from = first; from < end; from += 8) {
    const k0: usize = load<u32>(from), k1: usize = load<u32>(from, 4);
    const xk = twoOf(x, k0, k1), yk = twoOf(y, k0, k1), zk = twoOf(z, k0, k1);
    const dx = f64x2.sub(xk, xj), dy = f64x2.sub(yk, yj), dz = f64x2.sub(zk, zj);
    store<i32>(p, j | <i32>(k0 >> 3));
    store<i32>(p, j | <i32>(k1 >> 3), 8);
    v128.store(p + pitch, f64x2.add(f64x2.add(f64x2.mul(xk, xj), f64x2.mul(yk, yj)), f64x2.mul(zk, zj)));
    v128.store(p + 2 * pitch, f64x2.mul(twoOf(inverse, k0, k1), inverseJ));
    v128.store(p + 3 * pitch, f64x2.add(f64x2.add(f64x2.mul(dx, dx), f64x2.mul(dy, dy)), f64x2.mul(dz, dz)));
    if (free) v128.store(p + base, f64x2.mul(twoOf(cut, k0, k1), cutJ));
    let column = pitch * 4;
    for (let q = 0; q < products; q++) {
      const entry = table + (<usize>q << 3);
      const ofJ = v128.load64_splat(gaussians + rowBytes * <usize>load<i32>(entry + outerColumn) + pj);
      v128.store(p + column, f64x2.mul(ofJ, twoOf(gaussians + rowBytes * <usize>load<i32>(entry + (4 - outerColumn)), k0, k1)));
      column += pitch;
    }
    p += 16;
  }
  return to + ((end - first) << 1);
}

/** The doubles at two offsets. */
// @ts-ignore: decorator of AssemblyScript
@inline
function twoOf(base: usize, first: usize, second: usize): v128 {
  return v128.load64_lane(base + second, v128.load64_zero(base + first), 1);
}

/** A triplet that gives nothing behind an odd number of them. */
function pad(start: usize, count: i32, pitch: usize, arrays: usize, square: v128): void {
  if ((count & 1) == 0) return;
  let p = start + (<usize>count << 3);
  for (let k: usize = 0; k < arrays; k++) {
    store<f64>(p, 0);
    p += pitch;
  }
  const limit = f64x2.extract_lane(square, 0);
  store<f64>(start + (<usize>count << 3) + 3 * pitch, limit < Infinity ? 0.25 * limit : 1);
}

/** θ and −1/sin θ, 0 where the neighbours lie in a row: there cos θ has no slope. */
function angles(cosines: usize, count: i32): void {
  for (let n = 0; n < count; n++) {
    const c = max(-1.0, min(1.0, at(cosines, n)));
    const sine = Math.sqrt((1 - c) * (1 + c));
    put(spanAngles, n, Math.acos(c));
    put(spanSines, n, sine > 0 ? -1 / sine : 0);
  }
}

/** First array of angular powers of a list that begins at `start`. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function powersOf(own: usize, start: usize, pitch: usize): usize {
  return start + <usize>(4 + load<i32>(own, 16) + max(load<i32>(own, 24), load<i32>(own, 52))) * pitch;
}

/** a_t(c) and, where derivatives are wanted, its derivative, for `count` triplets: to arrays from `out` on, slopes behind all values. */
function angularPowers(own: usize, cosines: usize, count: i32, out: usize, pitch: usize): void {
  const powers = load<i32>(own, 12);
  const end = <usize>count << 3, behind = pitch * powers;
  const slopes = derivatives;
  let table: usize = load<u32>(own, 28);
  let anglesKnown = false;
  for (let t = 0; t < powers; t++) {
    const kind = <i32>load<f64>(table, 32);
    if (kind == 2) {
      if (!anglesKnown) angles(cosines, count);
      anglesKnown = true;
      fallingFunction(table, spanAngles, count, out, spanProduct, false);
      // dT/dc = −T'(θ)/sin θ.
      if (slopes) for (let p: usize = 0; p < end; p += 16) v128.store(out + behind + p, f64x2.mul(f64x2.mul(v128.load(out + p), v128.load(spanProduct + p)), v128.load(spanSines + p)));
    } else if (kind == 1) {
      const lambda = load<f64>(table), zeta = load<f64>(table, 8), scale = load<f64>(table, 16);
      const outer = splat(scale), sloping = splat(scale * zeta * lambda), slant = splat(lambda), one = splat(1), zero = splat(0);
      const lower = <i32>zeta - 1;
      for (let p: usize = 0; p < end; p += 16) {
        const b = multiplyAdd(slant, v128.load(cosines + p), one);
        const positive = f64x2.gt(b, zero);
        const l = v128.and(power(b, lower), positive);
        v128.store(out + p, f64x2.mul(f64x2.mul(l, b), outer));
        if (slopes) v128.store(out + behind + p, f64x2.mul(l, sloping));
      }
    } else {
      const lambda = load<f64>(table), zeta = load<f64>(table, 8), scale = load<f64>(table, 16);
      for (let p: usize = 0; p < end; p += 8) {
        const b = 1 + lambda * load<f64>(cosines + p);
        const l = b > 0 ? Math.pow(b, zeta - 1) : 0;
        store<f64>(out + p, scale * l * max(b, 0));
        if (slopes) store<f64>(out + behind + p, scale * zeta * lambda * l);
      }
    }
    table += angularBytes;
    out += pitch;
  }
}

/** Forms the products Π of `factors` and `bases` and, where a group needs them, adds Σ Π and Σ Π c to its slots. */
// @ts-ignore: decorator of AssemblyScript
@inline
function formProducts(products: usize, factors: usize, bases: usize, cosines: usize, count: i32, linear: bool, slot: usize): void {
  const end = <usize>count << 3;
  let zeroth = splat(0), first = splat(0);
  for (let p: usize = 0; p < end; p += 16) {
    const product = f64x2.mul(v128.load(factors + p), v128.load(bases + p));
    v128.store(products + p, product);
    if (!linear) continue;
    zeroth = f64x2.add(zeroth, product);
    first = multiplyAdd(product, v128.load(cosines + p), first);
  }
  if (!linear) return;
  store<f64>(slot, load<f64>(slot) + sum(zeroth));
  store<f64>(slot, load<f64>(slot, 8) + sum(first), 8);
}

/** Adds Σ Π a_t over `count` triplets to the slots of a group, for the powers that it uses. */
function addPowers(products: usize, angular: usize, pitch: usize, count: i32, group: usize, slot: usize): void {
  const end = <usize>count << 3;
  const powers = <i32>load<f64>(group, 24);
  const list = <usize>load<f64>(group, 32);
  for (let k = 0; k < powers; k++) {
    const t = <usize>load<u32>(list + (<usize>k << 2));
    const values = angular + pitch * t, target = slot + 16 + (t << 3);
    let a = splat(0);
    for (let p: usize = 0; p < end; p += 16) a = multiplyAdd(v128.load(products + p), v128.load(values + p), a);
    store<f64>(target, load<f64>(target) + sum(a));
  }
}

/** Products of radial factors of one list of a class, and their sums. */
export function listForward(plan: usize, own: usize, start: usize, count: i32, pitch: usize, narrow: i32): void {
  const powers = load<i32>(own, 12), products = load<i32>(own, 16), wide = load<i32>(own, 20), allNarrow = load<i32>(own, 24), free = load<i32>(own, 52);
  const groupTable: usize = load<u32>(own, 44);
  const slotBytes = <usize>(2 + powers) << 3;
  const firstSlot = slots + (<usize>load<i32>(own, 40) << 3);
  const cutoff = <usize>load<u32>(plan, 24) + <usize>load<i32>(own, 8) * cutoffBytes;
  const groups = start + (4 + <usize>products) * pitch;
  for (let from = 0; from < count; from += span) {
    const length = min(span, count - from);
    const offset = <usize>from << 3, end = <usize>length << 3;
    const cosines = start + pitch + offset, squares = start + 3 * pitch + offset;
    for (let p: usize = 0; p < end; p += 16) {
      const dot = v128.load(cosines + p);
      v128.store(cosines + p, f64x2.mul(dot, v128.load(cosines + pitch + p)));
      if (narrow > 0) {
        const square = v128.load(squares + p);
        v128.store(spanX + p, square);
        v128.store(spanR + p, f64x2.sqrt(square));
        // r_ij² + r_ik² + r_jk², as r_ij² + r_ik² = r_jk² + 2 r_ij · r_ik.
        const half = f64x2.add(square, dot);
        v128.store(spanS + p, f64x2.add(half, half));
      }
    }
    const angular = powersOf(own, start, pitch) + offset;
    angularPowers(own, cosines, length + (length & 1), angular, pitch);
    if (narrow > 0) {
      // The logarithmic slope takes the place of r_jk², which only this pass needs.
      cutoffFunction(cutoff, spanR, length, spanFall, squares);
      if (free) for (let p: usize = 0; p < end; p += 16) v128.store(spanBase + p, f64x2.mul(v128.load(groups + offset + p), v128.load(spanFall + p)));
      let group: usize = load<u32>(own, 36);
      let out = groups + offset, gaussian = spanGaussians;
      for (let g = 0; g < narrow; g++) {
        const eta = splat(-load<f64>(group)), shift = load<f64>(group, 8);
        const product = <i32>load<f64>(group, 16), parent = <i32>load<f64>(group, 24), multiple = <i32>load<f64>(group, 32);
        if (parent >= 0) {
          const base = spanGaussians + spanBytes * parent;
          for (let p: usize = 0; p < end; p += 16) v128.store(gaussian + p, power(v128.load(base + p), multiple));
        } else if (load<f64>(group) == 0) {
          for (let p: usize = 0; p < end; p += 16) v128.store(gaussian + p, splat(1));
        } else if (shift == 0) {
          const squaresOf = product < 0 ? spanS : spanX;
          for (let p: usize = 0; p < end; p += 16) v128.store(gaussian + p, decay(f64x2.mul(eta, v128.load(squaresOf + p))));
        } else {
          for (let p: usize = 0; p < end; p += 16) {
            const distance = f64x2.sub(v128.load(spanR + p), splat(shift));
            v128.store(gaussian + p, decay(f64x2.mul(eta, f64x2.mul(distance, distance))));
          }
        }
        let bases = spanBase;
        if (product >= 0) {
          const values = start + (4 + <usize>product) * pitch + offset;
          bases = spanProduct;
          for (let p: usize = 0; p < end; p += 16) v128.store(spanProduct + p, f64x2.mul(v128.load(values + p), v128.load(spanFall + p)));
        }
        const slot = firstSlot + slotBytes * g, uses = groupTable + groupBytes * g;
        if (load<f64>(uses, 16) != 0) formProducts(out, gaussian, bases, cosines, length, true, slot);
        else formProducts(out, gaussian, bases, cosines, length, false, slot);
        addPowers(out, angular, pitch, length, uses, slot);
        group += narrowBytes;
        out += pitch;
        gaussian += spanBytes;
      }
    }
    for (let g = 0; g < wide; g++) {
      const entry = allNarrow + g;
      addPowers(start + (4 + <usize>g) * pitch + offset, angular, pitch, length, groupTable + groupBytes * entry, firstSlot + slotBytes * entry);
    }
  }
}

/**
 * Per triplet of a stretch: (Q, T = C c) and (Y = X − 2R, P = C/(r_ij r_ik) − X), with X = ∂E/∂r_jk/r_jk, into `spanRecords`;
 * with shifted groups S = Σ η r_s Π P into `spanShift`. ∂E/∂r_ij/r_ij = Q f_c'/(f_c r) − 2R + 2S/r, and alike at k.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
function contract(own: usize, start: usize, offset: usize, length: i32, pitch: usize, narrow: i32, powers: i32, shifted: bool): void {
  const wide = load<i32>(own, 20), allNarrow = load<i32>(own, 24);
  const end = <usize>length << 3;
  const slotBytes = <usize>(2 + powers) << 3;
  const firstWeight = slotWeights + (<usize>load<i32>(own, 40) << 3);
  const etas: usize = load<u32>(own, 44);
  const firstNarrow = start + (4 + <usize>load<i32>(own, 16)) * pitch + offset, firstWide = start + 4 * pitch + offset;
  const cosines = start + pitch + offset;
  const angular = powersOf(own, start, pitch) + offset, behind = pitch * powers;
  for (let p: usize = 0; p < end; p += 16) {
    const c = v128.load(cosines + p);
    const a0 = powers > 0 ? v128.load(angular + p) : c, d0 = powers > 0 ? v128.load(angular + behind + p) : c;
    const a1 = powers > 1 ? v128.load(angular + pitch + p) : c, d1 = powers > 1 ? v128.load(angular + behind + pitch + p) : c;
    let q = splat(0), rate = splat(0), bend = splat(0), shift = splat(0), across = splat(0);
    let weight = firstWeight, eta = etas, product = firstNarrow + p;
    for (let pass = 0; pass < 2; pass++) {
      const groups = pass == 0 ? narrow : wide;
      if (pass == 1) {
        across = f64x2.sub(f64x2.mul(v128.load(start + 3 * pitch + offset + p), q), f64x2.add(rate, rate));
        if (narrow == 0) across = splat(0);
        if (shifted) {
          if (narrow > 0) across = f64x2.add(across, f64x2.div(f64x2.add(shift, shift), v128.load(spanR + p)));
        }
        weight = firstWeight + slotBytes * allNarrow;
        eta = etas + groupBytes * allNarrow;
        product = firstWide + p;
      }
      for (let g = 0; g < groups; g++) {
        const value = v128.load(product);
        // Wide groups have powers only.
        const linear = pass == 0 ? v128.load64_splat(weight + 8) : splat(0);
        let polynomial = pass == 0 ? multiplyAdd(linear, c, v128.load64_splat(weight)) : splat(0), slope = linear;
        if (powers > 0) {
          const w = v128.load64_splat(weight + 16);
          polynomial = multiplyAdd(w, a0, polynomial);
          slope = multiplyAdd(w, d0, slope);
        }
        if (powers > 1) {
          const w = v128.load64_splat(weight + 24);
          polynomial = multiplyAdd(w, a1, polynomial);
          slope = multiplyAdd(w, d1, slope);
        }
        if (powers > 2) {
          for (let t = 2; t < powers; t++) {
            const w = v128.load64_splat(weight + 16 + (<usize>t << 3)), values = angular + pitch * t + p;
            polynomial = multiplyAdd(w, v128.load(values), polynomial);
            slope = multiplyAdd(w, v128.load(values + behind), slope);
          }
        }
        const weighted = f64x2.mul(value, polynomial);
        q = f64x2.add(q, weighted);
        rate = multiplyAdd(v128.load64_splat(eta), weighted, rate);
        if (shifted) shift = multiplyAdd(v128.load64_splat(eta + 8), weighted, shift);
        bend = multiplyAdd(value, slope, bend);
        weight += slotBytes;
        eta += groupBytes;
        product += pitch;
      }
    }
    const turn = f64x2.mul(bend, c);
    const own4 = f64x2.sub(across, f64x2.add(rate, rate));
    const crossed = f64x2.sub(f64x2.mul(bend, v128.load(start + 2 * pitch + offset + p)), across);
    const out = spanRecords + (p << 2);
    v128.store(out, v128.shuffle<f64>(q, turn, 0, 2));
    v128.store(out + 16, v128.shuffle<f64>(own4, crossed, 0, 2));
    v128.store(out + 32, v128.shuffle<f64>(q, turn, 1, 3));
    v128.store(out + 48, v128.shuffle<f64>(own4, crossed, 1, 3));
    if (shifted) v128.store(spanShift + p, shift);
  }
}

/** Adds the records of a stretch to those of its neighbours. */
function scatter(indices: usize, length: i32, shifted: bool): void {
  let last = -1;
  let qt = splat(0), yv = splat(0), v = splat(0), s: f64 = 0;
  let flatJ = splat(0), steepJ = splat(0);
  for (let n = 0; n < length; n++) {
    const index = load<i32>(indices + (<usize>n << 3));
    const j = index >> 16, k = <usize>(index & 0xffff);
    if (j != last) {
      if (last >= 0) addRecord(last, qt, yv, v, s);
      last = j;
      qt = splat(0);
      yv = splat(0);
      v = splat(0);
      s = 0;
      flatJ = v128.load(flat + (<usize>j << 4));
      steepJ = v128.load(steep + (<usize>j << 4));
    }
    const from = spanRecords + (<usize>n << 5);
    const a = v128.load(from), b = v128.load(from, 16);
    const crossed = v128.shuffle<f64>(b, b, 1, 1);
    qt = f64x2.add(qt, a);
    yv = multiplyAdd(b, v128.load(steep + (k << 4)), yv);
    v = multiplyAdd(crossed, v128.load(flat + (k << 4)), v);
    const to = records + (k << 6);
    v128.store(to, f64x2.add(v128.load(to), a));
    v128.store(to, multiplyAdd(b, steepJ, v128.load(to, 16)), 16);
    v128.store(to, multiplyAdd(crossed, flatJ, v128.load(to, 32)), 32);
    if (shifted) {
      const shift = load<f64>(spanShift + (<usize>n << 3));
      s += shift;
      store<f64>(to, load<f64>(to, 48) + shift, 48);
    }
  }
  if (last >= 0) addRecord(last, qt, yv, v, s);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function addRecord(n: i32, qt: v128, yv: v128, v: v128, s: f64): void {
  const to = records + (<usize>n << 6);
  v128.store(to, f64x2.add(v128.load(to), qt));
  v128.store(to, f64x2.add(v128.load(to, 16), yv), 16);
  v128.store(to, f64x2.add(v128.load(to, 32), v), 32);
  store<f64>(to, load<f64>(to, 48) + s, 48);
}

/** Contracts one list of a class with the weights of its slots. */
export function listBackward(own: usize, start: usize, count: i32, pitch: usize, narrow: i32): void {
  const powers = load<i32>(own, 12), shifted = load<i32>(own, 48) != 0;
  for (let from = 0; from < count; from += span) {
    const length = min(span, count - from);
    const offset = <usize>from << 3;
    if (shifted) {
      if (narrow > 0) distancesAcross(start, offset, length, pitch);
      contract(own, start, offset, length, pitch, narrow, powers, true);
    } else if (powers == 0) contract(own, start, offset, length, pitch, narrow, 0, false);
    else if (powers == 1) contract(own, start, offset, length, pitch, narrow, 1, false);
    else if (powers == 2) contract(own, start, offset, length, pitch, narrow, 2, false);
    else contract(own, start, offset, length, pitch, narrow, powers, false);
    scatter(start + offset, length, shifted);
  }
}

/** r_jk of the triplets of a stretch anew: what held it now holds the slope of the cutoff function. */
export function distancesAcross(start: usize, offset: usize, length: i32, pitch: usize): void {
  for (let n = 0; n < length; n++) {
    const index = load<i32>(start + offset + (<usize>n << 3));
    const j = <usize>(index >> 16) << 3, k = <usize>(index & 0xffff) << 3;
    const dx = load<f64>(x + j) - load<f64>(x + k), dy = load<f64>(y + j) - load<f64>(y + k), dz = load<f64>(z + j) - load<f64>(z + k);
    put(spanR, n, Math.sqrt(dx * dx + dy * dy + dz * dz));
  }
  if (length & 1) put(spanR, length, 1);
}

/** Takes what belongs to cutoff m out of the records into `stretch`. */
export function collect(m: i32, cutoffCount: i32, elements: i32): void {
  const slope = fallSlope + rowBytes * m;
  for (let e = 0; e < elements; e++) {
    const end = endOf(e, m, cutoffCount);
    for (let n = firstOf(e, cutoffCount); n < end; n++) {
      const record = records + (<usize>n << 6);
      const reciprocal = at(inverse, n);
      const add = at(slope, n) * load<f64>(record) - reciprocal * (reciprocal * load<f64>(record, 8) - 2 * load<f64>(record, 48)) + load<f64>(record, 16);
      put(stretch, n, at(stretch, n) + add);
      v128.store(record, splat(0));
      store<f64>(record, 0, 16);
      store<f64>(record, 0, 48);
    }
  }
}
