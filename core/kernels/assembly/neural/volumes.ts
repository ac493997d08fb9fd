/**
 * Signed volumes, which tell mirror images apart: formulae in `core/descriptors/signed-volume.ts`. Through the moments of each
 * of the three neighbours they cost no more than radial functions, of which they are made.
 */
import { at, put } from '../shared/memory';
import { sets } from '../shared/pieces';
import { fallSlope, gaussians, gradients, radialBytes, inverse, moments, rawValues, records, rowBytes, setBytes, volumeBytes, weights, x, y, z } from './layout';
import { endOf, firstOf } from './neighbours';

/** Of each slot j, k, l: Σ g r̂ and Σ g r̂ r̂ (row-major), 12 doubles; in the end the derivative by these of the slot at hand. */
const momentBytes: usize = 96;

/** Adds u × v to the vector at `to`. */
function addCross(u: usize, v: usize, to: usize): void {
  put(to, 0, at(to, 0) + at(u, 1) * at(v, 2) - at(u, 2) * at(v, 1));
  put(to, 1, at(to, 1) + at(u, 2) * at(v, 0) - at(u, 0) * at(v, 2));
  put(to, 2, at(to, 2) + at(u, 0) * at(v, 1) - at(u, 1) * at(v, 0));
}

function dot(u: usize, v: usize): f64 {
  return at(u, 0) * at(v, 0) + at(u, 1) * at(v, 1) + at(u, 2) * at(v, 2);
}

/** Address of the radial group of a slot: see `layout.ts`. */
function groupOf(plan: usize, element: i32, q: i32): usize {
  return <usize>load<u32>(<usize>load<u32>(plan, 32) + (<usize>element << 3), 4) + radialBytes * q;
}

function sumMoments(plan: usize, volume: usize): void {
  const cutoffCount = load<i32>(plan, 20);
  memory.fill(moments, 0, 3 * momentBytes);
  for (let slot = 0; slot < 3; slot++) {
    const e = load<i32>(volume + (<usize>slot << 3), 8), q = load<i32>(volume + (<usize>slot << 3), 12);
    const end = endOf(e, <i32>load<f64>(groupOf(plan, e, q), 16), cutoffCount);
    const vector = moments + momentBytes * slot, tensor = vector + 24;
    for (let n = firstOf(e, cutoffCount); n < end; n++) {
      const g = at(gaussians + rowBytes * q, n), reciprocal = at(inverse, n);
      const ux = at(x, n) * reciprocal, uy = at(y, n) * reciprocal, uz = at(z, n) * reciprocal;
      put(vector, 0, at(vector, 0) + g * ux);
      put(vector, 1, at(vector, 1) + g * uy);
      put(vector, 2, at(vector, 2) + g * uz);
      put(tensor, 0, at(tensor, 0) + g * ux * ux);
      put(tensor, 1, at(tensor, 1) + g * ux * uy);
      put(tensor, 2, at(tensor, 2) + g * ux * uz);
      put(tensor, 4, at(tensor, 4) + g * uy * uy);
      put(tensor, 5, at(tensor, 5) + g * uy * uz);
      put(tensor, 8, at(tensor, 8) + g * uz * uz);
    }
    put(tensor, 3, at(tensor, 1));
    put(tensor, 6, at(tensor, 2));
    put(tensor, 7, at(tensor, 5));
  }
}

/** Derivative of χ by the moments of a slot, behind the moments: a vector or, where the power is 1, of the first two a tensor. */
function differentiateMoments(slot: i32, power: i32): usize {
  const a = moments, b = a + momentBytes, c = b + momentBytes, to = c + momentBytes;
  memory.fill(to, 0, momentBytes);
  if (power == 0) {
    if (slot == 0) addCross(b, c, to);
    else if (slot == 1) addCross(c, a, to);
    else addCross(a, b, to);
    return to;
  }
  for (let d: usize = 24; d < momentBytes; d += 24) {
    if (slot == 0) addCross(b + d, c, to + d);
    else if (slot == 1) addCross(c, a + d, to + d);
    else addCross(a + d, b + d, to);
  }
  return to;
}

export function volumesForward(plan: usize): void {
  const count = load<i32>(plan, 64);
  for (let v = 0; v < count; v++) {
    const volume = <usize>load<u32>(plan, 68) + volumeBytes * v;
    sumMoments(plan, volume);
    const by = differentiateMoments(2, load<i32>(volume, 4));
    put(rawValues, load<i32>(volume), dot(by, moments + 2 * momentBytes));
  }
}

/** Adds what the weights of the functions make of their derivatives to the gradients of the neighbours. */
export function volumesBackward(plan: usize): void {
  const count = load<i32>(plan, 64), cutoffCount = load<i32>(plan, 20);
  for (let v = 0; v < count; v++) {
    const volume = <usize>load<u32>(plan, 68) + volumeBytes * v;
    const power = load<i32>(volume, 4);
    const given = weights + setBytes * load<i32>(volume);
    sumMoments(plan, volume);
    for (let slot = 0; slot < 3; slot++) {
      const by = differentiateMoments(slot, power), tensor = by + 24, tensorial = power == 1 && slot < 2;
      const e = load<i32>(volume + (<usize>slot << 3), 8), q = load<i32>(volume + (<usize>slot << 3), 12);
      const group = groupOf(plan, e, q);
      const eta = load<f64>(group), shift = load<f64>(group, 8), m = <i32>load<f64>(group, 16);
      const end = endOf(e, m, cutoffCount);
      for (let n = firstOf(e, cutoffCount); n < end; n++) {
        const g = at(gaussians + rowBytes * q, n), reciprocal = at(inverse, n);
        const ux = at(x, n) * reciprocal, uy = at(y, n) * reciprocal, uz = at(z, n) * reciprocal;
        // f(r̂) = M · r̂ or r̂ᵀ M r̂, and its derivative by r̂.
        let sx = at(by, 0), sy = at(by, 1), sz = at(by, 2), degree = 1.0;
        if (tensorial) {
          const xy = at(tensor, 1) + at(tensor, 3), xz = at(tensor, 2) + at(tensor, 6), yz = at(tensor, 5) + at(tensor, 7);
          sx = 2 * at(tensor, 0) * ux + xy * uy + xz * uz;
          sy = xy * ux + 2 * at(tensor, 4) * uy + yz * uz;
          sz = xz * ux + yz * uy + 2 * at(tensor, 8) * uz;
          degree = 2;
        }
        // What is along r̂ of the slope is degree · f.
        const inward = sx * ux + sy * uy + sz * uz;
        const rate = at(fallSlope + rowBytes * m, n) - 2 * eta + 2 * eta * shift * reciprocal;
        const across = g * reciprocal, along = (g * rate * (inward / degree)) / reciprocal - across * inward;
        const gx = along * ux + across * sx, gy = along * uy + across * sy, gz = along * uz + across * sz;
        if (sets == 1) {
          const weight = load<f64>(given), record = records + (<usize>n << 6);
          store<f64>(record, load<f64>(record, 24) + weight * gz, 24);
          store<f64>(record, load<f64>(record, 32) + weight * gx, 32);
          store<f64>(record, load<f64>(record, 40) + weight * gy, 40);
          continue;
        }
        const to = gradients + 4 * setBytes * n + setBytes;
        for (let set = 0; set < sets; set++) {
          const weight = at(given, set);
          put(to, set, at(to, set) + weight * gx);
          put(to + setBytes, set, at(to + setBytes, set) + weight * gy);
          put(to + 2 * setBytes, set, at(to + 2 * setBytes, set) + weight * gz);
        }
      }
    }
  }
}
