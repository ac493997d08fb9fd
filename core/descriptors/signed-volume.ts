/**
 * A descriptor that tells mirror images apart, as no function of distances and angles alone can:
 *
 *   χ = Σ_jkl [r̂_j · (r̂_k × r̂_l)] (r̂_j · r̂_k)^p g_1(r_j) g_2(r_k) g_3(r_l),   p = 0 or 1,
 *
 * over ordered triples of neighbours of three given elements, with Gaussian radial functions g. The bracket is the signed
 * volume of the three unit vectors: unchanged by rotation, reversed by reflection. It is antisymmetric in j, k, l, so the
 * three slots must differ in element or radial function (p = 1: the first two), or the sum vanishes identically.
 *
 * The sum factorises into moments, A = Σ_j g_1 r̂ and so on, and costs no more than a radial function:
 *   p = 0: χ = A · (B × C);   p = 1: χ = Σ_d A_d · (B_d × C) with A_d = Σ_j g_1 r̂ r̂_d, B_d alike.
 * p = 0 vanishes where a twofold axis runs through the atom (all moments lie on it), p = 1 in general does not.
 * The sum over j = k, k = l or j = l contributes nothing.
 */
import { refuse } from '../contracts/messages.ts';
import type { Environment } from './environment.ts';
import type { SignedVolume } from './symmetry-functions.ts';
import type { SignedVolumeTerm } from './tables.ts';

/** Refuses a signed volume that is zero for every environment because two of its slots are the same. `centre`: its central element. */
export function requireSignedVolume({ neighbours, eta, shift, power }: SignedVolume, centre: string): void {
  const same = (j: number, k: number): boolean => neighbours[j] === neighbours[k] && eta[j] === eta[k] && shift[j] === shift[k];
  const pairs = power === 0 ? [[0, 1], [0, 2], [1, 2]] : [[0, 1]];
  const equal = pairs.find(([j, k]) => same(j!, k!));
  if (equal) refuse('neural.volume', { element: centre, neighbours: neighbours.join(', '), first: equal[0]! + 1, second: equal[1]! + 1 });
}

/** Values and slopes of the radial factors: row `factor`, column neighbour, rows `room` long. */
export interface RadialValues {
  readonly room: number;
  readonly value: Float64Array;
  readonly slope: Float64Array;
}

/** Moment of one slot: the vector Σ g r̂ and, for p = 1, the tensor Σ g r̂ r̂ (row-major). */
interface Moments {
  readonly vectors: readonly [Float64Array, Float64Array, Float64Array];
  readonly tensors: readonly [Float64Array, Float64Array];
}

function createMoments(): Moments {
  return { vectors: [new Float64Array(3), new Float64Array(3), new Float64Array(3)], tensors: [new Float64Array(9), new Float64Array(9)] };
}

/** Sum over the neighbours of slot `slot` of g r̂ (or, with velocities, of its change). */
function addMoment(term: SignedVolumeTerm, slot: number, environment: Environment, radial: RadialValues, velocities: Float64Array | null, vector: Float64Array, tensor: Float64Array | null): void {
  vector.fill(0);
  tensor?.fill(0);
  const row = term.radial[slot]! * radial.room;
  const { vectors, distances, elements } = environment;
  for (let n = 0; n < environment.count; n++) {
    if (elements[n] !== term.elements[slot]) continue;
    const inverse = 1 / distances[n]!;
    const x = vectors[3 * n]! * inverse, y = vectors[3 * n + 1]! * inverse, z = vectors[3 * n + 2]! * inverse;
    const g = radial.value[row + n]!;
    if (!velocities) {
      const unit = [x, y, z];
      for (let a = 0; a < 3; a++) {
        vector[a]! += g * unit[a]!;
        if (tensor) for (let b = 0; b < 3; b++) tensor[3 * a + b]! += g * unit[a]! * unit[b]!;
      }
      continue;
    }
    const vx = velocities[3 * n]!, vy = velocities[3 * n + 1]!, vz = velocities[3 * n + 2]!;
    const along = x * vx + y * vy + z * vz;
    const rate = radial.slope[row + n]! * along;
    const unit = [x, y, z], turn = [(vx - along * x) * inverse, (vy - along * y) * inverse, (vz - along * z) * inverse];
    for (let a = 0; a < 3; a++) {
      vector[a]! += rate * unit[a]! + g * turn[a]!;
      if (tensor) for (let b = 0; b < 3; b++) tensor[3 * a + b]! += rate * unit[a]! * unit[b]! + g * (turn[a]! * unit[b]! + unit[a]! * turn[b]!);
    }
  }
}

function fillMoments(term: SignedVolumeTerm, environment: Environment, radial: RadialValues, velocities: Float64Array | null, out: Moments): void {
  for (let slot = 0; slot < 3; slot++) {
    addMoment(term, slot, environment, radial, velocities, out.vectors[slot]!, slot < 2 && term.power === 1 ? out.tensors[slot]! : null);
  }
}

function tripleProduct(a: Float64Array, b: Float64Array, c: Float64Array): number {
  return a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) + a[1]! * (b[2]! * c[0]! - b[0]! * c[2]!) + a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!);
}

/** Σ_d A_d · (B_d × C) of two symmetric tensors and a vector. */
function tensorProduct(a: Float64Array, b: Float64Array, c: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < 9; d += 3) sum += tripleProduct(a.subarray(d, d + 3), b.subarray(d, d + 3), c);
  return sum;
}

const moments = createMoments(), changes = createMoments();

/** χ of one term. */
export function signedVolume(term: SignedVolumeTerm, environment: Environment, radial: RadialValues): number {
  fillMoments(term, environment, radial, null, moments);
  const { vectors: [a, b, c], tensors: [aa, bb] } = moments;
  return term.power === 0 ? tripleProduct(a, b, c) : tensorProduct(aa, bb, c);
}

/** Change of χ when the neighbours move with `velocities` (3 each) relative to the centre. */
export function signedVolumeChange(term: SignedVolumeTerm, environment: Environment, radial: RadialValues, velocities: Float64Array): number {
  fillMoments(term, environment, radial, null, moments);
  fillMoments(term, environment, radial, velocities, changes);
  const { vectors: [a, b, c], tensors: [aa, bb] } = moments;
  const { vectors: [da, db, dc], tensors: [daa, dbb] } = changes;
  return term.power === 0
    ? tripleProduct(da, b, c) + tripleProduct(a, db, c) + tripleProduct(a, b, dc)
    : tensorProduct(daa, bb, c) + tensorProduct(aa, dbb, c) + tensorProduct(aa, bb, dc);
}

const byVector = new Float64Array(3), byTensor = new Float64Array(9);

/** Adds weight · ∂χ/∂r_n of every neighbour n to `gradient`: 3 coordinates each, every coordinate once for each weight. */
export function addSignedVolumeGradient(term: SignedVolumeTerm, environment: Environment, radial: RadialValues, weights: Float64Array, gradient: Float64Array): void {
  fillMoments(term, environment, radial, null, moments);
  const { vectors: [a, b, c], tensors: [aa, bb] } = moments;
  const cross = (u: Float64Array, v: Float64Array, out: Float64Array, at: number, sign: number): void => {
    out[at]! += sign * (u[1]! * v[2]! - u[2]! * v[1]!);
    out[at + 1]! += sign * (u[2]! * v[0]! - u[0]! * v[2]!);
    out[at + 2]! += sign * (u[0]! * v[1]! - u[1]! * v[0]!);
  };
  for (let slot = 0; slot < 3; slot++) {
    // Derivative of χ with respect to the moment of this slot, as a vector or (p = 1, first two slots) a tensor.
    byVector.fill(0);
    byTensor.fill(0);
    const tensorial = term.power === 1 && slot < 2;
    if (term.power === 0) {
      if (slot === 0) cross(b, c, byVector, 0, 1);
      if (slot === 1) cross(c, a, byVector, 0, 1);
      if (slot === 2) cross(a, b, byVector, 0, 1);
    } else {
      for (let d = 0; d < 9; d += 3) {
        const ad = aa.subarray(d, d + 3), bd = bb.subarray(d, d + 3);
        if (slot === 0) cross(bd, c, byTensor, d, 1);
        if (slot === 1) cross(c, ad, byTensor, d, 1);
        if (slot === 2) cross(ad, bd, byVector, 0, 1);
      }
    }
    const row = term.radial[slot]! * radial.room;
    const { vectors, distances, elements } = environment;
    for (let n = 0; n < environment.count; n++) {
      if (elements[n] !== term.elements[slot]) continue;
      const inverse = 1 / distances[n]!;
      const unit = [vectors[3 * n]! * inverse, vectors[3 * n + 1]! * inverse, vectors[3 * n + 2]! * inverse];
      // f(r̂) = M · r̂ or r̂ᵀ M r̂, and its derivative with respect to r̂.
      let f = 0;
      const slopes = [0, 0, 0];
      for (let x = 0; x < 3; x++) {
        let value = byVector[x]!;
        if (tensorial) {
          value = 0;
          for (let y = 0; y < 3; y++) {
            value += byTensor[3 * x + y]! * unit[y]!;
            slopes[x]! += byTensor[3 * y + x]! * unit[y]!;
          }
        }
        f += value * unit[x]!;
        slopes[x]! += value;
      }
      const degree = tensorial ? 2 : 1;
      const g = radial.value[row + n]! * inverse, rate = radial.slope[row + n]! * f;
      for (let x = 0; x < 3; x++) {
        const own = rate * unit[x]! + g * (slopes[x]! - degree * f * unit[x]!);
        for (let s = 0; s < weights.length; s++) gradient[(3 * n + x) * weights.length + s]! += weights[s]! * own;
      }
    }
  }
}
