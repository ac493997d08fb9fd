/**
 * Wide angular functions that are linear in cos θ. Σ g_j g_k and Σ g_j g_k cos θ over pairs of neighbours are products of the
 * moments G = Σ g and A = Σ g r̂, so that they need no triplets. Higher powers would need tensors: (1 + λ cos θ)^ζ has
 * (ζ + 1)(ζ + 2)(ζ + 3)/6 components, 84 for ζ = 6, which is more work than the 60 or so neighbours of an atom have triplets each.
 *
 * Neighbour j gets g_j (w_0 G + w_1 A · r̂_j) of the moments of the others, itself left out where they are of its element.
 */
import { multiplyAdd, splat } from '../shared/arithmetic';
import { at, put } from '../shared/memory';
import { sets } from '../shared/pieces';
import { fallSlope, gaussians, gradients, inverse, records, rowBytes, setBytes, slots, slotWeights, stretch, wideBytes, wideMoments, x, y, z } from './layout';
import { endOf, firstOf } from './neighbours';

/** Moments of two elements: G and A of each. */
const momentBytes: usize = 64;

/** Adds the products of moments of a class to its slots. */
export function wideForward(plan: usize, own: usize): void {
  const cutoffCount = load<i32>(plan, 20), a = load<i32>(own), b = load<i32>(own, 4), m = load<i32>(own, 8);
  const groups = load<i32>(own, 72);
  let group: usize = load<u32>(own, 76);
  for (let q = 0; q < groups; q++, group += wideBytes) {
    const moments = wideMoments + momentBytes * <i32>load<f64>(group, 40);
    const slot = <i32>load<f64>(group, 32);
    memory.fill(moments, 0, momentBytes);
    let products = 0.0, turned = 0.0;
    for (let side = 0; side < 2; side++) {
      const e = side == 0 ? a : b;
      if (side == 1 && a == b) break;
      const g = gaussians + rowBytes * <i32>load<f64>(group + (side == 0 ? 16 : 24)), to = moments + (<usize>side << 5);
      const end = endOf(e, m, cutoffCount);
      for (let n = firstOf(e, cutoffCount); n < end; n++) {
        const value = at(g, n), scaled = value * at(inverse, n);
        const ux = scaled * at(x, n), uy = scaled * at(y, n), uz = scaled * at(z, n);
        // Each pair once: with those that came before.
        if (a == b) {
          products += value * at(to, 0);
          turned += ux * at(to, 1) + uy * at(to, 2) + uz * at(to, 3);
        }
        put(to, 0, at(to, 0) + value);
        put(to, 1, at(to, 1) + ux);
        put(to, 2, at(to, 2) + uy);
        put(to, 3, at(to, 3) + uz);
      }
    }
    if (a != b) {
      products = at(moments, 0) * at(moments, 4);
      turned = at(moments, 1) * at(moments, 5) + at(moments, 2) * at(moments, 6) + at(moments, 3) * at(moments, 7);
    }
    put(slots, slot, products);
    put(slots, slot + 1, turned);
  }
}

/** Adds their derivatives, for the weights of the slots, to the gradients of the neighbours. */
export function wideBackward(plan: usize, own: usize): void {
  const cutoffCount = load<i32>(plan, 20), a = load<i32>(own), b = load<i32>(own, 4), m = load<i32>(own, 8);
  const groups = load<i32>(own, 72);
  let group: usize = load<u32>(own, 76);
  for (let q = 0; q < groups; q++, group += wideBytes) {
    const moments = wideMoments + momentBytes * <i32>load<f64>(group, 40);
    const eta = load<f64>(group), shift = load<f64>(group, 8);
    const weights = slotWeights + setBytes * <i32>load<f64>(group, 32);
    for (let side = 0; side < 2; side++) {
      const e = side == 0 ? a : b;
      if (side == 1 && a == b) break;
      const g = gaussians + rowBytes * <i32>load<f64>(group + (side == 0 ? 16 : 24));
      const others = a == b ? moments : moments + (side == 0 ? 32 : 0);
      const end = endOf(e, m, cutoffCount);
      for (let n = firstOf(e, cutoffCount); n < end; n++) {
        const value = at(g, n), reciprocal = at(inverse, n), scaled = value * reciprocal;
        const dx = at(x, n), dy = at(y, n), dz = at(z, n);
        let count = at(others, 0), ax = at(others, 1), ay = at(others, 2), az = at(others, 3);
        if (a == b) {
          count -= value;
          ax -= scaled * dx;
          ay -= scaled * dy;
          az -= scaled * dz;
        }
        const rate = value * (at(fallSlope + rowBytes * m, n) - 2 * eta + 2 * eta * shift * reciprocal);
        const along = (ax * dx + ay * dy + az * dz) * reciprocal;
        const outward = rate * count, turning = along * (rate - scaled * reciprocal);
        ax *= scaled;
        ay *= scaled;
        az *= scaled;
        if (sets == 1) {
          const w0 = load<f64>(weights), w1 = load<f64>(weights, 8), record = records + (<usize>n << 6);
          put(stretch, n, at(stretch, n) + w0 * outward + w1 * turning);
          store<f64>(record, load<f64>(record, 24) + w1 * az, 24);
          store<f64>(record, load<f64>(record, 32) + w1 * ax, 32);
          store<f64>(record, load<f64>(record, 40) + w1 * ay, 40);
          continue;
        }
        const to = gradients + 4 * setBytes * n;
        for (let p: usize = 0; p < setBytes; p += 16) {
          const w0 = v128.load(weights + p), w1 = v128.load(weights + setBytes + p), own = to + p;
          v128.store(own, multiplyAdd(w0, splat(outward), multiplyAdd(w1, splat(turning), v128.load(own))));
          v128.store(own + setBytes, multiplyAdd(w1, splat(ax), v128.load(own + setBytes)));
          v128.store(own + 2 * setBytes, multiplyAdd(w1, splat(ay), v128.load(own + 2 * setBytes)));
          v128.store(own + 3 * setBytes, multiplyAdd(w1, splat(az), v128.load(own + 3 * setBytes)));
        }
      }
    }
  }
}
