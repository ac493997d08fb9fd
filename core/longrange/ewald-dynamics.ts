import { refuse } from '../contracts/messages.ts';
import type { Structure } from '../contracts/structure.ts';
import { minkowskiReduction } from '../crystal/reduction.ts';
import { determinant3, inverse3, reciprocalCell } from '../math/matrix3.ts';
import { erfc } from '../math/special.ts';
import type { LongRangeDynamics } from '../potential/potential.ts';
import type { EwaldOptions } from './ewald.ts';
import { ewaldParameters } from './ewald-parameters.ts';

/**
 * The exact Coulomb force constants of a crystal of point charges at any wavevector, by Ewald's method (Gonze & Lee,
 * Phys. Rev. B 55 (1997) 10355, eqs 71 to 79, for Z* = q and ε∞ = 1; Born & Huang, Dynamical Theory of Crystal Lattices
 * (1954), §30). With K = q + G, d = r_j + R − r_i and h(r) = erfc(αr)/r,
 *
 *   C_ij(q) = k q_i q_j [ (4π/V) Σ_G (K⊗K/K²) e^{−K²/4α²} e^{iG·(r_i − r_j)} − Σ_R' ∇∇h(d) e^{iq·d} ],
 *   Φ_ij(q) = C_ij(q) − δ_ij Σ_l C_il(0),
 *
 * where Σ' leaves out d = 0 and C(0) leaves out K = 0. The second term makes the energy invariant under translation; in
 * it the interaction of an ion with its own screening charge, contained in both C, cancels. The term K = q of the sum
 * tends to 4πk/V (q_i q)(q_j q)/q² as q → 0: the non-analytic part. A uniform background (net charge) exerts no force on
 * a rigid displacement of all ions and needs no further term.
 *
 * All that does not depend on q is computed once. Per q: phases of lattice vectors are products from tables per axis
 * (three sines and cosines), and e^{−K²/4α²} = e^{−q²/4α²} e^{−q·G/2α²} e^{−G²/4α²} likewise (three exponentials), after q
 * has been brought into the first zone, where these factors are of order one.
 */
export function ewaldDynamics(structure: Structure, charges: Float64Array, options: EwaldOptions): LongRangeDynamics {
  if (!structure.periodic.every((p) => p)) refuse('longrange.dynamics-periodic');
  const count = charges.length;
  const size = 3 * count;
  const k = options.coulombConstant;
  const { cell } = minkowskiReduction(structure.cell);
  const volume = Math.abs(determinant3(cell));
  const reciprocal = reciprocalCell(cell);
  const pairCount = (count * (count - 1)) / 2;

  // Real space has a sum per pair of ions and half a one for all ions with themselves; reciprocal space forms K⊗K e^{…}
  // once per K, which costs as much as three pairs.
  const { splitting: alpha, realCutoff, reciprocalCutoff } = ewaldParameters({
    cell,
    ions: count,
    accuracy: options.accuracy,
    order: 'force-constants',
    costRatio: (pairCount + 0.5) / (count * (pairCount + 3)),
    splitting: options.splitting,
  });

  const positions = wrapped(structure.positions, cell);
  const real = realSpaceTensors(positions, charges, cell, k, alpha, realCutoff);
  const waves = reciprocalTable(positions, charges, reciprocal, volume, k, alpha, reciprocalCutoff);

  const bornCharges = new Float64Array(9 * count);
  for (let i = 0; i < count; i++) for (let a = 0; a < 3; a++) bornCharges[9 * i + 4 * a] = charges[i]!;

  /** Of q: the part in the first zone, and whole reciprocal vectors beyond it. */
  const near = new Float64Array(3), whole = new Float64Array(3);
  /** Whether q is a reciprocal lattice vector, up to the rounding of its coordinates. */
  function splitWavevector(q: ArrayLike<number>): boolean {
    whole.fill(0);
    let length = 0;
    for (let a = 0; a < 3; a++) {
      const n = Math.round((q[0]! * cell[3 * a]! + q[1]! * cell[3 * a + 1]! + q[2]! * cell[3 * a + 2]!) / (2 * Math.PI));
      for (let b = 0; b < 3; b++) whole[b]! += n * reciprocal[3 * a + b]!;
      length += Math.abs(q[a]!) + Math.abs(reciprocal[a]!);
    }
    for (let b = 0; b < 3; b++) near[b] = q[b]! - whole[b]!;
    return Math.hypot(near[0]!, near[1]!, near[2]!) < 1e-13 * length;
  }

  /** C of an ion with itself over q_i², 6 real components; C_ij of pairs i < j, 12: (re, im) of xx yy zz yz xz xy. */
  const own = new Float64Array(6);
  const pairs = new Float64Array(12 * pairCount);

  /** ∂/∂q_axis of C for axis 0, 1, 2; C itself for axis −1. */
  function sum(atReciprocalVector: boolean, axis: number): void {
    own.fill(0);
    pairs.fill(0);
    real.add(near, axis, own, pairs);
    waves.add(near, atReciprocalVector, axis, own, pairs);
  }

  // Σ_l C_il(0), 6 components per ion.
  const onSite = new Float64Array(6 * count);
  near.fill(0);
  real.setWavevector(near);
  waves.setWavevector(near);
  sum(true, -1);
  for (let i = 0; i < count; i++) for (let c = 0; c < 6; c++) onSite[6 * i + c]! -= own[c]! * charges[i]! * charges[i]!;
  for (let i = 0, pair = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++, pair++) {
      for (let c = 0; c < 6; c++) {
        onSite[6 * i + c]! -= pairs[12 * pair + 2 * c]!;
        onSite[6 * j + c]! -= pairs[12 * pair + 2 * c]!;
      }
    }
  }

  /** Adds the blocks in `own` and `pairs` to a matrix that begins at `offset`. */
  function scatter(out: Float64Array, offset: number, withOnSite: boolean): void {
    const shifted = whole[0] !== 0 || whole[1] !== 0 || whole[2] !== 0;
    for (let i = 0, pair = 0; i < count; i++) {
      const square = charges[i]! * charges[i]!;
      for (let a = 0; a < 3; a++) {
        for (let b = 0; b < 3; b++) {
          const c = component[3 * a + b]!;
          out[offset + 2 * ((3 * i + a) * size + 3 * i + b)]! += square * own[c]! + (withOnSite ? onSite[6 * i + c]! : 0);
        }
      }
      for (let j = i + 1; j < count; j++, pair++) {
        let phaseRe = 1, phaseIm = 0;
        if (shifted) {
          const angle = whole[0]! * (positions[3 * j]! - positions[3 * i]!) +
            whole[1]! * (positions[3 * j + 1]! - positions[3 * i + 1]!) +
            whole[2]! * (positions[3 * j + 2]! - positions[3 * i + 2]!);
          phaseRe = Math.cos(angle);
          phaseIm = Math.sin(angle);
        }
        for (let a = 0; a < 3; a++) {
          for (let b = 0; b < 3; b++) {
            const c = 12 * pair + 2 * component[3 * a + b]!;
            const re = pairs[c]! * phaseRe - pairs[c + 1]! * phaseIm;
            const im = pairs[c]! * phaseIm + pairs[c + 1]! * phaseRe;
            const upper = offset + 2 * ((3 * i + a) * size + 3 * j + b);
            out[upper]! += re;
            out[upper + 1]! += im;
            const lower = offset + 2 * ((3 * j + b) * size + 3 * i + a);
            out[lower]! += re;
            out[lower + 1]! -= im;
          }
        }
      }
    }
  }

  return {
    bornCharges,
    dielectric: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),

    addForceConstants(q, out, direction) {
      const atReciprocalVector = splitWavevector(q);
      if (atReciprocalVector) near.fill(0);
      real.setWavevector(near);
      waves.setWavevector(near);
      sum(atReciprocalVector, -1);
      scatter(out, 0, true);
      if (!direction || q[0] !== 0 || q[1] !== 0 || q[2] !== 0) return;
      const [dx, dy, dz] = [direction[0]!, direction[1]!, direction[2]!];
      const scale = (4 * Math.PI * k) / volume / (dx * dx + dy * dy + dz * dz);
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < count; j++) {
          const product = scale * charges[i]! * charges[j]!;
          for (let a = 0; a < 3; a++) {
            for (let b = 0; b < 3; b++) {
              out[2 * ((3 * i + a) * size + 3 * j + b)]! += product * direction[a]! * direction[b]!;
            }
          }
        }
      }
    },

    addForceConstantsGradient(q, out) {
      const atReciprocalVector = splitWavevector(q);
      if (atReciprocalVector) near.fill(0);
      real.setWavevector(near);
      waves.setWavevector(near);
      for (let axis = 0; axis < 3; axis++) {
        sum(atReciprocalVector, axis);
        scatter(out, 2 * axis * size * size, false);
      }
    },
  };
}

/** Index in xx yy zz yz xz xy of the element (a, b). */
const component = Int32Array.of(0, 5, 4, 5, 1, 3, 4, 3, 2);

/** Positions inside the cell. */
function wrapped(positions: Float64Array, cell: Float64Array): Float64Array {
  const inverse = inverse3(cell);
  const out = Float64Array.from(positions);
  for (let i = 0; i < out.length; i += 3) {
    for (let a = 0; a < 3; a++) {
      const n = Math.floor(positions[i]! * inverse[a]! + positions[i + 1]! * inverse[3 + a]! + positions[i + 2]! * inverse[6 + a]!);
      for (let b = 0; b < 3; b++) out[i + b]! -= n * cell[3 * a + b]!;
    }
  }
  return out;
}

/** −∇∇ erfc(αr)/r at d, 6 components. */
function screenedTensor(dx: number, dy: number, dz: number, alpha: number): [number, number, number, number, number, number] {
  const square = dx * dx + dy * dy + dz * dz;
  const r = Math.sqrt(square);
  const gauss = (2 * alpha * Math.exp(-alpha * alpha * square)) / Math.sqrt(Math.PI);
  // h'/r = −p and h'' = s: ∇∇h = −p 1 + (p + s) d⊗d/r².
  const p = (erfc(alpha * r) / r + gauss) / square;
  const s = 2 * p + 2 * alpha * alpha * gauss;
  const outer = -(p + s) / square;
  return [p + outer * dx * dx, p + outer * dy * dy, p + outer * dz * dz, outer * dy * dz, outer * dx * dz, outer * dx * dy];
}

/** Powers e^{i n x} (or e^{−n y}) of three axes, for |n| up to `most` of each, with n = 0 at index most. */
function powerTables(most: Int32Array): Float64Array[] {
  return Array.from(most, (n) => new Float64Array(2 * n + 1));
}

/** The sum over lattice vectors. */
function realSpaceTensors(
  positions: Float64Array,
  charges: Float64Array,
  cell: Float64Array,
  k: number,
  alpha: number,
  cutoff: number,
) {
  const count = charges.length;
  const inverse = inverse3(cell);
  // Differences of wrapped positions span up to one cell beyond the cutoff.
  const most = Int32Array.from([0, 1, 2], (a) => Math.ceil(cutoff * Math.hypot(inverse[a]!, inverse[3 + a]!, inverse[6 + a]!)) + 1);
  const [m1, m2, m3] = most as unknown as [number, number, number];

  /** Every lattice vector that some pair uses: n1, n2, n3; −R follows each R. The first is zero. */
  const vectors: number[] = [];
  const slots = new Map<number, number>();
  const slotOf = (n1: number, n2: number, n3: number): number => {
    const key = ((n1 + m1) * (2 * m2 + 1) + (n2 + m2)) * (2 * m3 + 1) + (n3 + m3);
    const known = slots.get(key);
    if (known !== undefined) return known;
    const slot = vectors.length / 3;
    vectors.push(n1, n2, n3);
    slots.set(key, slot);
    if (n1 !== 0 || n2 !== 0 || n3 !== 0) {
      vectors.push(-n1, -n2, -n3);
      slots.set(((m1 - n1) * (2 * m2 + 1) + (m2 - n2)) * (2 * m3 + 1) + (m3 - n3), slot + 1);
    }
    return slot;
  };
  slotOf(0, 0, 0);

  /** Per entry: slot of R, d, 6 tensor components times k q_i q_j. Entries of a pair are contiguous. */
  const entrySlots: number[] = [], entries: number[] = [];
  const ends: number[] = [];
  const collect = (dx: number, dy: number, dz: number, factor: number, half: boolean): void => {
    for (let n1 = half ? 0 : -m1; n1 <= m1; n1++) {
      for (let n2 = half && n1 === 0 ? 0 : -m2; n2 <= m2; n2++) {
        for (let n3 = half && n1 === 0 && n2 === 0 ? 1 : -m3; n3 <= m3; n3++) {
          const x = dx + n1 * cell[0]! + n2 * cell[3]! + n3 * cell[6]!;
          const y = dy + n1 * cell[1]! + n2 * cell[4]! + n3 * cell[7]!;
          const z = dz + n1 * cell[2]! + n2 * cell[5]! + n3 * cell[8]!;
          if (x * x + y * y + z * z >= cutoff * cutoff) continue;
          entrySlots.push(slotOf(n1, n2, n3));
          entries.push(x, y, z, ...screenedTensor(x, y, z, alpha).map((value) => factor * value));
        }
      }
    }
    ends.push(entrySlots.length);
  };
  // An ion with its own images: R and −R together, 2 cos(q·R), the same for every ion but for q_i².
  collect(0, 0, 0, 2 * k, true);
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      collect(
        positions[3 * j]! - positions[3 * i]!,
        positions[3 * j + 1]! - positions[3 * i + 1]!,
        positions[3 * j + 2]! - positions[3 * i + 2]!,
        k * charges[i]! * charges[j]!,
        false,
      );
    }
  }
  const slotTable = Int32Array.from(entrySlots), table = Float64Array.from(entries), endTable = Int32Array.from(ends);
  const lattice = Int32Array.from(vectors);
  const slotCount = lattice.length / 3;

  const cosines = powerTables(most), sines = powerTables(most);
  const phaseRe = new Float64Array(slotCount), phaseIm = new Float64Array(slotCount);
  phaseRe[0] = 1;

  function setWavevector(q: Float64Array): void {
    for (let a = 0; a < 3; a++) {
      const angle = q[0]! * cell[3 * a]! + q[1]! * cell[3 * a + 1]! + q[2]! * cell[3 * a + 2]!;
      const c = Math.cos(angle), s = Math.sin(angle);
      const re = cosines[a]!, im = sines[a]!, middle = most[a]!;
      let x = 1, y = 0;
      for (let n = 0; n <= middle; n++) {
        re[middle + n] = x;
        re[middle - n] = x;
        im[middle + n] = y;
        im[middle - n] = -y;
        const next = x * c - y * s;
        y = x * s + y * c;
        x = next;
      }
    }
    const [c1, c2, c3] = cosines as [Float64Array, Float64Array, Float64Array];
    const [s1, s2, s3] = sines as [Float64Array, Float64Array, Float64Array];
    for (let slot = 1; slot < slotCount; slot += 2) {
      const i1 = lattice[3 * slot]! + m1, i2 = lattice[3 * slot + 1]! + m2, i3 = lattice[3 * slot + 2]! + m3;
      const re = c1[i1]! * c2[i2]! - s1[i1]! * s2[i2]!, im = c1[i1]! * s2[i2]! + s1[i1]! * c2[i2]!;
      const x = re * c3[i3]! - im * s3[i3]!, y = re * s3[i3]! + im * c3[i3]!;
      phaseRe[slot] = x;
      phaseIm[slot] = y;
      phaseRe[slot + 1] = x;
      phaseIm[slot + 1] = -y;
    }
  }

  function add(q: Float64Array, axis: number, own: Float64Array, pairs: Float64Array): void {
    const ownEnd = endTable[0]!;
    for (let e = 0; e < ownEnd; e++) {
      const slot = slotTable[e]!, at = 9 * e;
      const phase = axis < 0 ? phaseRe[slot]! : -table[at + axis]! * phaseIm[slot]!;
      for (let c = 0; c < 6; c++) own[c]! += phase * table[at + 3 + c]!;
    }
    let entry = ownEnd;
    for (let i = 0, pair = 0; i < count; i++) {
      for (let j = i + 1; j < count; j++, pair++) {
        const end = endTable[pair + 1]!;
        let xxRe = 0, yyRe = 0, zzRe = 0, yzRe = 0, xzRe = 0, xyRe = 0;
        let xxIm = 0, yyIm = 0, zzIm = 0, yzIm = 0, xzIm = 0, xyIm = 0;
        for (; entry < end; entry++) {
          const slot = slotTable[entry]!, at = 9 * entry;
          let re = phaseRe[slot]!, im = phaseIm[slot]!;
          if (axis >= 0) {
            const length = table[at + axis]!;
            [re, im] = [-length * im, length * re];
          }
          const xx = table[at + 3]!, yy = table[at + 4]!, zz = table[at + 5]!;
          const yz = table[at + 6]!, xz = table[at + 7]!, xy = table[at + 8]!;
          xxRe += re * xx;
          xxIm += im * xx;
          yyRe += re * yy;
          yyIm += im * yy;
          zzRe += re * zz;
          zzIm += im * zz;
          yzRe += re * yz;
          yzIm += im * yz;
          xzRe += re * xz;
          xzIm += im * xz;
          xyRe += re * xy;
          xyIm += im * xy;
        }
        // The part of the phase that all R share.
        const angle = q[0]! * (positions[3 * j]! - positions[3 * i]!) + q[1]! * (positions[3 * j + 1]! - positions[3 * i + 1]!) +
          q[2]! * (positions[3 * j + 2]! - positions[3 * i + 2]!);
        const re = Math.cos(angle), im = Math.sin(angle);
        const at = 12 * pair;
        pairs[at]! += xxRe * re - xxIm * im;
        pairs[at + 1]! += xxRe * im + xxIm * re;
        pairs[at + 2]! += yyRe * re - yyIm * im;
        pairs[at + 3]! += yyRe * im + yyIm * re;
        pairs[at + 4]! += zzRe * re - zzIm * im;
        pairs[at + 5]! += zzRe * im + zzIm * re;
        pairs[at + 6]! += yzRe * re - yzIm * im;
        pairs[at + 7]! += yzRe * im + yzIm * re;
        pairs[at + 8]! += xzRe * re - xzIm * im;
        pairs[at + 9]! += xzRe * im + xzIm * re;
        pairs[at + 10]! += xyRe * re - xyIm * im;
        pairs[at + 11]! += xyRe * im + xyIm * re;
      }
    }
  }

  return { setWavevector, add };
}

/** The sum over reciprocal lattice vectors. */
function reciprocalTable(
  positions: Float64Array,
  charges: Float64Array,
  reciprocal: Float64Array,
  volume: number,
  k: number,
  alpha: number,
  cutoff: number,
) {
  const count = charges.length;
  const pairCount = (count * (count - 1)) / 2;
  const b = reciprocal;
  const quarter = 1 / (4 * alpha * alpha);
  // q lies in the parallelepiped of ±½ reciprocal vectors: K of length kc can belong to a G longer by its half-diagonal.
  let reach = 0;
  for (const [s, t] of [[1, 1], [1, -1], [-1, 1], [-1, -1]] as const) {
    reach = Math.max(reach, 0.5 * Math.hypot(...[0, 1, 2].map((c) => b[c]! + s * b[3 + c]! + t * b[6 + c]!)));
  }
  const inverse = inverse3(reciprocal);
  const most = Int32Array.from([0, 1, 2], (a) =>
    Math.floor((cutoff + reach) * Math.hypot(inverse[a]!, inverse[3 + a]!, inverse[6 + a]!)));
  const [m1, m2, m3] = most as unknown as [number, number, number];
  const found: number[] = [];
  for (let n1 = -m1; n1 <= m1; n1++) {
    for (let n2 = -m2; n2 <= m2; n2++) {
      for (let n3 = -m3; n3 <= m3; n3++) {
        const square = [0, 1, 2].reduce((sum, c) => sum + (n1 * b[c]! + n2 * b[3 + c]! + n3 * b[6 + c]!) ** 2, 0);
        if (square <= (cutoff + reach) ** 2) found.push(n1, n2, n3);
      }
    }
  }
  const indices = Int32Array.from(found);
  const total = indices.length / 3;
  const vectors = new Float64Array(3 * total);
  /** (4πk/V) e^{−G²/4α²}, and that times q_i q_j e^{iG·(r_i − r_j)}: [pair][G][re, im]. */
  const weights = new Float64Array(total), products = new Float64Array(2 * total * pairCount);
  for (let g = 0; g < total; g++) {
    const n1 = indices[3 * g]!, n2 = indices[3 * g + 1]!, n3 = indices[3 * g + 2]!;
    const gx = n1 * b[0]! + n2 * b[3]! + n3 * b[6]!;
    const gy = n1 * b[1]! + n2 * b[4]! + n3 * b[7]!;
    const gz = n1 * b[2]! + n2 * b[5]! + n3 * b[8]!;
    vectors.set([gx, gy, gz], 3 * g);
    weights[g] = ((4 * Math.PI * k) / volume) * Math.exp(-(gx * gx + gy * gy + gz * gz) * quarter);
    for (let i = 0, pair = 0; i < count; i++) {
      for (let j = i + 1; j < count; j++, pair++) {
        const angle = gx * (positions[3 * i]! - positions[3 * j]!) + gy * (positions[3 * i + 1]! - positions[3 * j + 1]!) +
          gz * (positions[3 * i + 2]! - positions[3 * j + 2]!);
        const amplitude = weights[g]! * charges[i]! * charges[j]!;
        products[2 * (pair * total + g)] = amplitude * Math.cos(angle);
        products[2 * (pair * total + g) + 1] = amplitude * Math.sin(angle);
      }
    }
  }

  const decays = powerTables(most);
  /** Vectors in use at this q, and their 6 tensor components. */
  const active = new Int32Array(total), tensors = new Float64Array(6 * total);

  function setWavevector(q: Float64Array): void {
    for (let a = 0; a < 3; a++) {
      const factor = Math.exp(-2 * quarter * (q[0]! * b[3 * a]! + q[1]! * b[3 * a + 1]! + q[2]! * b[3 * a + 2]!));
      const powers = decays[a]!, middle = most[a]!;
      let up = 1, down = 1;
      for (let n = 0; n <= middle; n++) {
        powers[middle + n] = up;
        powers[middle - n] = down;
        up *= factor;
        down /= factor;
      }
    }
  }

  function add(q: Float64Array, atReciprocalVector: boolean, axis: number, own: Float64Array, pairs: Float64Array): void {
    const [qx, qy, qz] = q as unknown as [number, number, number];
    const [d1, d2, d3] = decays as [Float64Array, Float64Array, Float64Array];
    const common = Math.exp(-quarter * (qx * qx + qy * qy + qz * qz));
    let used = 0;
    for (let g = 0; g < total; g++) {
      const x = qx + vectors[3 * g]!, y = qy + vectors[3 * g + 1]!, z = qz + vectors[3 * g + 2]!;
      const square = x * x + y * y + z * z;
      if (square > cutoff * cutoff) continue;
      const n1 = indices[3 * g]!, n2 = indices[3 * g + 1]!, n3 = indices[3 * g + 2]!;
      if (atReciprocalVector && n1 === 0 && n2 === 0 && n3 === 0) continue;
      const factor = (common * d1[n1 + m1]! * d2[n2 + m2]! * d3[n3 + m3]!) / square;
      const at = 6 * used;
      if (axis < 0) {
        tensors[at] = factor * x * x;
        tensors[at + 1] = factor * y * y;
        tensors[at + 2] = factor * z * z;
        tensors[at + 3] = factor * y * z;
        tensors[at + 4] = factor * x * z;
        tensors[at + 5] = factor * x * y;
      } else {
        // ∂/∂K_c [K_a K_b e^{−K²/4α²}/K²] = (δ_ac K_b + K_a δ_bc − 2 K_a K_b K_c (1/K² + 1/4α²)) e^{−K²/4α²}/K²
        const along = axis === 0 ? x : axis === 1 ? y : z;
        const shrink = -2 * along * (1 / square + quarter);
        const ex = axis === 0 ? 1 : 0, ey = axis === 1 ? 1 : 0, ez = axis === 2 ? 1 : 0;
        tensors[at] = factor * (shrink * x * x + 2 * ex * x);
        tensors[at + 1] = factor * (shrink * y * y + 2 * ey * y);
        tensors[at + 2] = factor * (shrink * z * z + 2 * ez * z);
        tensors[at + 3] = factor * (shrink * y * z + ey * z + ez * y);
        tensors[at + 4] = factor * (shrink * x * z + ex * z + ez * x);
        tensors[at + 5] = factor * (shrink * x * y + ex * y + ey * x);
      }
      const weight = weights[g]!;
      for (let c = 0; c < 6; c++) own[c]! += weight * tensors[at + c]!;
      active[used++] = g;
    }
    for (let pair = 0; pair < pairCount; pair++) {
      const base = pair * total;
      let xxRe = 0, yyRe = 0, zzRe = 0, yzRe = 0, xzRe = 0, xyRe = 0;
      let xxIm = 0, yyIm = 0, zzIm = 0, yzIm = 0, xzIm = 0, xyIm = 0;
      for (let n = 0; n < used; n++) {
        const from = 2 * (base + active[n]!), at = 6 * n;
        const re = products[from]!, im = products[from + 1]!;
        const xx = tensors[at]!, yy = tensors[at + 1]!, zz = tensors[at + 2]!;
        const yz = tensors[at + 3]!, xz = tensors[at + 4]!, xy = tensors[at + 5]!;
        xxRe += re * xx;
        xxIm += im * xx;
        yyRe += re * yy;
        yyIm += im * yy;
        zzRe += re * zz;
        zzIm += im * zz;
        yzRe += re * yz;
        yzIm += im * yz;
        xzRe += re * xz;
        xzIm += im * xz;
        xyRe += re * xy;
        xyIm += im * xy;
      }
      const at = 12 * pair;
      pairs[at]! += xxRe;
      pairs[at + 1]! += xxIm;
      pairs[at + 2]! += yyRe;
      pairs[at + 3]! += yyIm;
      pairs[at + 4]! += zzRe;
      pairs[at + 5]! += zzIm;
      pairs[at + 6]! += yzRe;
      pairs[at + 7]! += yzIm;
      pairs[at + 8]! += xzRe;
      pairs[at + 9]! += xzIm;
      pairs[at + 10]! += xyRe;
      pairs[at + 11]! += xyIm;
    }
  }

  return { setWavevector, add };
}
