/**
 * Values and derivatives of the symmetry functions of one atom: the plain reference of the fast kernels. Derivatives are
 * contracted on the fly, with dE/dG (forces, virials) or with a motion of the neighbours (training, strain): no Jacobian
 * is ever stored.
 */
import { compactFunction, cutoffFunction, type CutoffType } from './cutoff-functions.ts';
import type { Environment } from './environment.ts';
import { addSignedVolumeGradient, signedVolume, signedVolumeChange } from './signed-volume.ts';
import { angularColumns, pairColumns, radialColumns, tripletColumns, type DescriptorTables } from './tables.ts';

export interface Descriptor {
  readonly tables: DescriptorTables;
  /** The functions of this environment, in the order of the network's inputs: into `out` (`tables.count`). */
  values(environment: Environment, out: Float64Array): void;
  /**
   * Σ_G w_G ∂G/∂r_n for every neighbour n relative to the centre, with weights w: into `gradient` (3 per neighbour).
   * Its values must have been computed last: what they share is kept. The centre itself feels minus the sum.
   * `sets`: so many sets of weights at once, for little more than the cost of one. Then weight s of function G stands at
   * G · sets + s, and so in `gradient` the s-th derivative by coordinate x at x · sets + s.
   */
  vectorJacobian(environment: Environment, weights: Float64Array, gradient: Float64Array, sets?: number): void;
  /** Σ_n ∂G/∂r_n · v_n for neighbours that move with v_n (3 each) relative to the centre: into `out`. After `values`, as above. */
  jacobianVector(environment: Environment, velocities: Float64Array, out: Float64Array): void;
}

/** Value and slope of the factor at hand. */
const both = new Float64Array(2);

/**
 * g(r) or C(r) of the radial factors `needed` and their slopes: to index `factor · stride + at` of `value` and `slope`.
 * Gaussian factors mostly share one cutoff function, which is computed once in a row.
 */
function fillRadialFactors(table: Float64Array, needed: Int32Array, r: number, value: Float64Array, slope: Float64Array, stride: number, at: number): void {
  let outer = NaN, type = NaN, alpha = NaN, fc = 0, fcSlope = 0;
  for (let k = 0; k < needed.length; k++) {
    const row = needed[k]! * radialColumns.width, to = needed[k]! * stride + at;
    if (table[row + radialColumns.form] === 1) {
      compactFunction(table[row + radialColumns.fall]! as CutoffType, table[row + radialColumns.third] === 1, table[row + radialColumns.inner]!, table[row + radialColumns.outer]!, r, both);
      value[to] = both[0]!;
      slope[to] = both[1]!;
      continue;
    }
    if (table[row + radialColumns.outer] !== outer || table[row + radialColumns.fall] !== type || table[row + radialColumns.third] !== alpha) {
      outer = table[row + radialColumns.outer]!;
      type = table[row + radialColumns.fall]!;
      alpha = table[row + radialColumns.third]!;
      cutoffFunction(type as CutoffType, alpha, outer, r, both);
      fc = both[0]!;
      fcSlope = both[1]!;
    }
    if (r >= outer) {
      value[to] = 0;
      slope[to] = 0;
      continue;
    }
    const eta = table[row + radialColumns.first]!, distance = r - table[row + radialColumns.second]!;
    const gaussian = Math.exp(-eta * distance * distance);
    value[to] = gaussian * fc;
    slope[to] = gaussian * (fcSlope - 2 * eta * distance * fc);
  }
}

/** x^n for x > 0; by squaring where n is a small whole number, as most exponents are. */
function power(x: number, n: number): number {
  if (!Number.isInteger(n) || n < 0 || n > 1024) return Math.pow(x, n);
  let result = 1;
  for (let square = x, rest = n; rest > 0; rest = rest >> 1) {
    if (rest & 1) result *= square;
    square *= square;
  }
  return result;
}

/** a(θ) or T(θ) of row `at` of the angular factors, and its derivative with respect to cos θ: into out[0], out[1]. */
export function angularFactor(table: Float64Array, at: number, cosine: number, out: Float64Array): void {
  const first = table[at + angularColumns.first]!, second = table[at + angularColumns.second]!;
  if (table[at + angularColumns.form] === 0) {
    const lambda = first, zeta = second;
    const base = 1 + lambda * cosine;
    if (base <= 0) {
      out[0] = 0;
      out[1] = 0;
      return;
    }
    // 2^(1−ζ) (1 + λ cos θ)^(ζ−1) without the overflow of large ζ.
    const lower = power(0.5 * base, zeta - 1);
    out[0] = lower * base;
    out[1] = lower * zeta * lambda;
    return;
  }
  // n2p2 leaves exactly collinear triplets out, which would be a hole in the energy: here the value is the limit. The
  // slope with respect to cos θ stays finite, and cos θ has no slope there.
  const bounded = Math.min(1, Math.max(-1, cosine));
  const sine = Math.sqrt((1 - bounded) * (1 + bounded));
  compactFunction(table[at + angularColumns.fall]! as CutoffType, false, first, second, Math.acos(bounded), out);
  out[1] = sine > 0 ? -out[1]! / sine : 0;
}

export function createDescriptor(tables: DescriptorTables): Descriptor {
  const elements = tables.elements.length;
  const { radial, angular, atomicNumbers } = tables;
  const factors = radial.length / radialColumns.width;
  let shared: { room: number; value: Float64Array; slope: Float64Array } = { room: 0, value: new Float64Array(0), slope: new Float64Array(0) };
  // Of the triplet at hand: angular factors, and radial factors at r_jk.
  const angle = new Float64Array(angular.length / angularColumns.width), angleSlope = angle.slice();
  const across = new Float64Array(factors), acrossSlope = across.slice();
  let partials = new Float64Array(4);

  function computeRadial(environment: Environment): void {
    const { count } = environment;
    if (count > shared.room) shared = { room: 2 * count, value: new Float64Array(2 * count * factors), slope: new Float64Array(2 * count * factors) };
    const { room, value, slope } = shared;
    for (let n = 0; n < count; n++) {
      fillRadialFactors(radial, tables.radialOf[environment.elements[n]!]!, environment.distances[n]!, value, slope, room, n);
    }
  }

  /** Calls `visit` for every pair of neighbours j < k that some function counts, with its angular and narrow factors computed. */
  function forEachTriplet(environment: Environment, visit: (j: number, k: number, terms: Int32Array, cosine: number, rjk: number) => void): void {
    const { count, vectors, distances } = environment;
    for (let j = 0; j < count; j++) {
      const row = environment.elements[j]! * elements;
      const x = vectors[3 * j]!, y = vectors[3 * j + 1]!, z = vectors[3 * j + 2]!, rij = distances[j]!;
      for (let k = j + 1; k < count; k++) {
        const pair = row + environment.elements[k]!;
        const terms = tables.triplets[pair]!;
        if (terms.length === 0) continue;
        const xk = vectors[3 * k]!, yk = vectors[3 * k + 1]!, zk = vectors[3 * k + 2]!;
        const cosine = (x * xk + y * yk + z * zk) / (rij * distances[k]!);
        const dx = x - xk, dy = y - yk, dz = z - zk;
        const rjk = Math.sqrt(dx * dx + dy * dy + dz * dz);
        const angles = tables.angularOf[pair]!, narrow = tables.narrowOf[pair]!;
        for (let a = 0; a < angles.length; a++) {
          angularFactor(angular, angles[a]! * angularColumns.width, cosine, both);
          angle[angles[a]!] = both[0]!;
          angleSlope[angles[a]!] = both[1]!;
        }
        fillRadialFactors(radial, narrow, rjk, across, acrossSlope, 1, 0);
        visit(j, k, terms, cosine, rjk);
      }
    }
  }

  const weightOf = (environment: Environment, n: number): number => atomicNumbers[environment.elements[n]!]!;

  return {
    tables,
    values(environment, out) {
      computeRadial(environment);
      const { room, value } = shared;
      out.fill(0);
      for (let n = 0; n < environment.count; n++) {
        const terms = tables.pairs[environment.elements[n]!]!;
        for (let t = 0; t < terms.length; t += pairColumns.width) {
          const weight = terms[t + pairColumns.weighted] === 1 ? weightOf(environment, n) : 1;
          out[terms[t + pairColumns.target]!]! += weight * value[terms[t + pairColumns.radial]! * room + n]!;
        }
      }
      forEachTriplet(environment, (j, k, terms) => {
        for (let t = 0; t < terms.length; t += tripletColumns.width) {
          const factor = terms[t + tripletColumns.radial]!;
          let product = value[factor * room + j]! * value[factor * room + k]! * angle[terms[t + tripletColumns.angular]!]!;
          if (terms[t + tripletColumns.narrow] === 1) product *= across[factor]!;
          if (terms[t + tripletColumns.weighted] === 1) product *= weightOf(environment, j) * weightOf(environment, k);
          out[terms[t + tripletColumns.target]!]! += product;
        }
      });
      for (const term of tables.volumes) out[term.target] = signedVolume(term, environment, shared);
    },

    vectorJacobian(environment, weights, gradient, sets = 1) {
      const { room, value, slope } = shared;
      const { vectors, distances } = environment;
      gradient.fill(0, 0, 3 * environment.count * sets);
      if (partials.length < 4 * sets) partials = new Float64Array(4 * sets);
      for (let n = 0; n < environment.count; n++) {
        const terms = tables.pairs[environment.elements[n]!]!;
        partials.fill(0, 0, sets);
        for (let t = 0; t < terms.length; t += pairColumns.width) {
          const weight = terms[t + pairColumns.weighted] === 1 ? weightOf(environment, n) : 1;
          const rate = weight * slope[terms[t + pairColumns.radial]! * room + n]!, from = terms[t + pairColumns.target]! * sets;
          for (let s = 0; s < sets; s++) partials[s]! += weights[from + s]! * rate;
        }
        for (let x = 0; x < 3; x++) {
          const along = vectors[3 * n + x]! / distances[n]!, at = (3 * n + x) * sets;
          for (let s = 0; s < sets; s++) gradient[at + s]! += partials[s]! * along;
        }
      }
      forEachTriplet(environment, (j, k, terms, cosine, rjk) => {
        // Derivatives of the weighted sum with respect to r_ij, r_ik, r_jk and cos θ, four for each set.
        partials.fill(0, 0, 4 * sets);
        for (let t = 0; t < terms.length; t += tripletColumns.width) {
          const factor = terms[t + tripletColumns.radial]!, theta = terms[t + tripletColumns.angular]!;
          const narrow = terms[t + tripletColumns.narrow] === 1;
          const charge = terms[t + tripletColumns.weighted] === 1 ? weightOf(environment, j) * weightOf(environment, k) : 1;
          const gj = value[factor * room + j]!, gk = value[factor * room + k]!, a = charge * angle[theta]!, g = narrow ? across[factor]! : 1;
          const rateJ = slope[factor * room + j]! * gk * a * g, rateK = gj * slope[factor * room + k]! * a * g;
          const rateCosine = charge * gj * gk * angleSlope[theta]! * g, rateAcross = narrow ? gj * gk * a * acrossSlope[factor]! : 0;
          const from = terms[t + tripletColumns.target]! * sets;
          for (let s = 0; s < sets; s++) {
            const weight = weights[from + s]!;
            partials[4 * s]! += weight * rateJ;
            partials[4 * s + 1]! += weight * rateK;
            partials[4 * s + 2]! += weight * rateAcross;
            partials[4 * s + 3]! += weight * rateCosine;
          }
        }
        const inverseJ = 1 / distances[j]!, inverseK = 1 / distances[k]!, inverseAcross = 1 / rjk;
        const turnJ = cosine * inverseJ * inverseJ, turnK = cosine * inverseK * inverseK, product = inverseJ * inverseK;
        for (let s = 0; s < sets; s++) {
          const byCosine = partials[4 * s + 3]!;
          const crossed = byCosine * product, stretch = partials[4 * s + 2]! * inverseAcross;
          const own = partials[4 * s]! * inverseJ - byCosine * turnJ, other = partials[4 * s + 1]! * inverseK - byCosine * turnK;
          for (let x = 0; x < 3; x++) {
            const xj = vectors[3 * j + x]!, xk = vectors[3 * k + x]!;
            gradient[(3 * j + x) * sets + s]! += own * xj + crossed * xk + stretch * (xj - xk);
            gradient[(3 * k + x) * sets + s]! += other * xk + crossed * xj - stretch * (xj - xk);
          }
        }
      });
      for (const term of tables.volumes) addSignedVolumeGradient(term, environment, shared, weights.subarray(term.target * sets, (term.target + 1) * sets), gradient);
    },

    jacobianVector(environment, velocities, out) {
      const { room, value, slope } = shared;
      const { vectors, distances } = environment;
      const along = (n: number): number =>
        (vectors[3 * n]! * velocities[3 * n]! + vectors[3 * n + 1]! * velocities[3 * n + 1]! + vectors[3 * n + 2]! * velocities[3 * n + 2]!) / distances[n]!;
      out.fill(0);
      for (let n = 0; n < environment.count; n++) {
        const terms = tables.pairs[environment.elements[n]!]!;
        const rate = along(n);
        for (let t = 0; t < terms.length; t += pairColumns.width) {
          const weight = terms[t + pairColumns.weighted] === 1 ? weightOf(environment, n) : 1;
          out[terms[t + pairColumns.target]!]! += weight * slope[terms[t + pairColumns.radial]! * room + n]! * rate;
        }
      }
      forEachTriplet(environment, (j, k, terms, cosine, rjk) => {
        const rateJ = along(j), rateK = along(k);
        let mixed = 0, approach = 0;
        for (let x = 0; x < 3; x++) {
          const xj = vectors[3 * j + x]!, xk = vectors[3 * k + x]!, vj = velocities[3 * j + x]!, vk = velocities[3 * k + x]!;
          mixed += xj * vk + xk * vj;
          approach += (xj - xk) * (vj - vk);
        }
        const rateCosine = mixed / (distances[j]! * distances[k]!) - cosine * (rateJ / distances[j]! + rateK / distances[k]!);
        const rateAcross = approach / rjk;
        for (let t = 0; t < terms.length; t += tripletColumns.width) {
          const factor = terms[t + tripletColumns.radial]!, theta = terms[t + tripletColumns.angular]!;
          const narrow = terms[t + tripletColumns.narrow] === 1;
          const gj = value[factor * room + j]!, gk = value[factor * room + k]!, a = angle[theta]!, g = narrow ? across[factor]! : 1;
          let rate = (slope[factor * room + j]! * gk * rateJ + gj * slope[factor * room + k]! * rateK) * a * g + gj * gk * angleSlope[theta]! * rateCosine * g;
          if (narrow) rate += gj * gk * a * acrossSlope[factor]! * rateAcross;
          if (terms[t + tripletColumns.weighted] === 1) rate *= weightOf(environment, j) * weightOf(environment, k);
          out[terms[t + tripletColumns.target]!]! += rate;
        }
      });
      for (const term of tables.volumes) out[term.target] = signedVolumeChange(term, environment, shared, velocities);
    },
  };
}

