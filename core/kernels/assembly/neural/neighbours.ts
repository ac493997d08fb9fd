/** The neighbours of one atom, sorted, and everything that depends on one distance alone. */
import { at, put } from '../shared/memory';
import { elements as listed, entryAt, imageOf, positions, segments, typeOf } from '../shared/pieces';
import { decay, keep, multiplyAdd, splat, sum } from '../shared/arithmetic';
import { cutoffFunction } from './falls';
import {
  atomOf, bins, cutoffBytes, entryBins, fall, fallSlope, flat, gaussians, gradients, radialBytes, inverse, r, records, rowBytes, setBytes, slots, slotWeights, steep, stretch, x, y, z,
} from './layout';

/** Sorts the entries of atom i by element and number of cutoffs they lie beyond; returns how many lie within the largest. */
export function gather(plan: usize, i: i32): i32 {
  const cutoffCount = load<i32>(plan, 20);
  const cutoffs: usize = load<u32>(plan, 24);
  const binCount = load<i32>(plan, 28) * cutoffCount;
  const own = positions + 24 * <usize>i;
  const ownX = load<f64>(own), ownY = load<f64>(own, 8), ownZ = load<f64>(own, 16);
  const segment = segments + (<usize>(i * (listed + 1)) << 2);
  const first = load<i32>(segment), last = load<i32>(segment + (<usize>listed << 2));
  memory.fill(bins, 0, <usize>(binCount + 2) << 2);
  // Counts of bin b stand at b + 2, so that after summing starts stand at b + 1 and, once filled, at b. Until they are sorted,
  // vectors stand where records will.
  for (let p = first; p < last; p++) {
    const entry = entryAt(p), image = imageOf(entry);
    const j = load<i32>(entry);
    const other = positions + 24 * <usize>j;
    const vx = load<f64>(other) - ownX + load<f64>(image), vy = load<f64>(other, 8) - ownY + load<f64>(image, 8), vz = load<f64>(other, 16) - ownZ + load<f64>(image, 16);
    const distance = Math.sqrt(vx * vx + vy * vy + vz * vz);
    let shell = 0;
    while (shell < cutoffCount && distance >= load<f64>(cutoffs + <usize>shell * cutoffBytes)) shell++;
    const bin = shell == cutoffCount ? -1 : typeOf(j) * cutoffCount + shell;
    store<i32>(entryBins + (<usize>(p - first) << 2), bin);
    if (bin < 0) continue;
    const found = records + (<usize>(p - first) << 5);
    store<f64>(found, vx);
    store<f64>(found, vy, 8);
    store<f64>(found, vz, 16);
    store<f64>(found, distance, 24);
    const count = bins + (<usize>(bin + 2) << 2);
    store<i32>(count, load<i32>(count) + 1);
  }
  for (let b = 2; b < binCount + 2; b++) {
    const count = bins + (<usize>b << 2);
    store<i32>(count, load<i32>(count) + load<i32>(count - 4));
  }
  const total = load<i32>(bins + (<usize>(binCount + 1) << 2));
  for (let p = first; p < last; p++) {
    const bin = load<i32>(entryBins + (<usize>(p - first) << 2));
    if (bin < 0) continue;
    const next = bins + (<usize>(bin + 1) << 2);
    const n = load<i32>(next);
    store<i32>(next, n + 1);
    const found = records + (<usize>(p - first) << 5);
    const vx = load<f64>(found), vy = load<f64>(found, 8), vz = load<f64>(found, 16), distance = load<f64>(found, 24);
    put(x, n, vx);
    put(y, n, vy);
    put(z, n, vz);
    put(r, n, distance);
    put(inverse, n, 1 / distance);
    store<i32>(atomOf + (<usize>n << 2), load<i32>(entryAt(p)));
    put(flat, 2 * n, vx);
    put(flat, 2 * n + 1, vy);
    put(steep, 2 * n, 1);
    put(steep, 2 * n + 1, vz);
  }
  return total;
}

/** First neighbour of an element. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function firstOf(element: i32, cutoffCount: i32): i32 {
  return load<i32>(bins + (<usize>(element * cutoffCount) << 2));
}

/** One behind the last neighbour of an element within a cutoff. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function endOf(element: i32, cutoff: i32, cutoffCount: i32): i32 {
  return load<i32>(bins + (<usize>(element * cutoffCount + cutoff + 1) << 2));
}
/** Cutoff functions and radial groups of all neighbours, with their sums over neighbours. */
export function radialForward(plan: usize): void {
  const cutoffCount = load<i32>(plan, 20), elements = load<i32>(plan, 28);
  const cutoffs: usize = load<u32>(plan, 24);
  for (let e = 0; e < elements; e++) {
    const start = firstOf(e, cutoffCount);
    for (let m = 0; m < cutoffCount; m++) {
      const count = endOf(e, m, cutoffCount) - start;
      const offset = rowBytes * m + (<usize>start << 3);
      cutoffFunction(cutoffs + <usize>m * cutoffBytes, r + (<usize>start << 3), count, fall + offset, fallSlope + offset);
    }
    const own = <usize>load<u32>(plan, 32) + (<usize>e << 3);
    const groups = load<i32>(own);
    let group: usize = load<u32>(own, 4);
    for (let q = 0; q < groups; q++) {
      const eta = splat(-load<f64>(group)), shift = splat(load<f64>(group, 8));
      const m = <i32>load<f64>(group, 16), slot = <i32>load<f64>(group, 24);
      const end = endOf(e, m, cutoffCount);
      const cut = fall + rowBytes * m, out = gaussians + rowBytes * q;
      let total = splat(0);
      for (let n = start; n < end; n += 2) {
        const p = <usize>n << 3;
        const distance = f64x2.sub(v128.load(r + p), shift);
        const g = f64x2.mul(decay(f64x2.mul(eta, f64x2.mul(distance, distance))), v128.load(cut + p));
        v128.store(out + p, g);
        total = f64x2.add(total, keep(g, end - n));
      }
      if (slot >= 0) put(slots, slot, sum(total));
      group += radialBytes;
    }
  }
}

/** Adds the radial groups' ∂E/∂r/r to `stretch`. */
export function radialBackward(plan: usize): void {
  const cutoffCount = load<i32>(plan, 20), elements = load<i32>(plan, 28);
  for (let e = 0; e < elements; e++) {
    const start = firstOf(e, cutoffCount);
    const own = <usize>load<u32>(plan, 32) + (<usize>e << 3);
    const groups = load<i32>(own);
    let group: usize = load<u32>(own, 4);
    for (let q = 0; q < groups; q++) {
      const slot = <i32>load<f64>(group, 24);
      if (slot >= 0) {
        const eta = load<f64>(group), shift = load<f64>(group, 8);
        const m = <i32>load<f64>(group, 16);
        const end = endOf(e, m, cutoffCount);
        const weight = splat(at(slotWeights, slot)), constant = splat(-2 * eta), hyperbolic = splat(2 * eta * shift);
        const g = gaussians + rowBytes * q, slope = fallSlope + rowBytes * m;
        for (let n = start; n < end; n += 2) {
          const p = <usize>n << 3;
          const rate = f64x2.add(f64x2.add(v128.load(slope + p), constant), f64x2.mul(hyperbolic, v128.load(inverse + p)));
          const add = keep(f64x2.mul(f64x2.mul(weight, v128.load(g + p)), rate), end - n);
          v128.store(stretch + p, f64x2.add(v128.load(stretch + p), add));
        }
      }
      group += radialBytes;
    }
  }
}

/** The same for several sets of weights: to `gradients`. */
export function radialBackwardOfSets(plan: usize): void {
  const cutoffCount = load<i32>(plan, 20), elements = load<i32>(plan, 28);
  for (let e = 0; e < elements; e++) {
    const start = firstOf(e, cutoffCount);
    const own = <usize>load<u32>(plan, 32) + (<usize>e << 3);
    const groups = load<i32>(own);
    let group: usize = load<u32>(own, 4);
    for (let q = 0; q < groups; q++) {
      const slot = <i32>load<f64>(group, 24);
      if (slot >= 0) {
        const eta = load<f64>(group), shift = load<f64>(group, 8);
        const m = <i32>load<f64>(group, 16);
        const end = endOf(e, m, cutoffCount);
        const own = slotWeights + setBytes * slot;
        for (let n = start; n < end; n++) {
          const rate = at(gaussians + rowBytes * q, n) * (at(fallSlope + rowBytes * m, n) - 2 * eta + 2 * eta * shift * at(inverse, n));
          const to = gradients + 4 * setBytes * n;
          for (let p: usize = 0; p < setBytes; p += 16) v128.store(to + p, multiplyAdd(splat(rate), v128.load(own + p), v128.load(to + p)));
        }
      }
      group += radialBytes;
    }
  }
}
