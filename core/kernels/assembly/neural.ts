/**
 * Behler-Parrinello potentials in f64x2 SIMD: energies, forces and virials as the plain reference `core/potential/neural.ts`,
 * for all symmetry functions of n2p2 (types 2, 3, 9, 12, 13 and 20 to 25).
 *
 * What saves work beside the lanes, which carry two neighbours or two triplets:
 * - All functions of one pair of neighbour elements and one cutoff (a class) share their triplets: geometry, cutoff function
 *   at r_jk and angular powers are computed once, the triplets with r_jk beyond the cutoff are sorted out before anything else.
 * - A product of radial factors Π = Π_η(r_ij, r_ik, r_jk) is shared by all functions with the same η and r_s (a group). It
 *   contributes to sums Σ Π, Σ Π c, Σ Π a_t(c) (slots; c = cos θ), of which symmetry functions are combinations: all functions
 *   with ζ = 1 come from the first two.
 * - Derivatives use logarithms: ∂Π/∂r = Π (f_c'/f_c − 2η (r − r_s)) for each of the three distances, so that with the weights
 *   of the network all groups collapse into few numbers per triplet, Q = Σ Π P, R = Σ η Π P, C = Σ Π P'(c); what belongs to one
 *   neighbour alone (f_c'/f_c) multiplies only the sum over its triplets. A compact function is a cutoff function with η = 0.
 */
import { at, put } from './shared/memory';

// ---- Addresses and sizes, set by `place` ------------------------------------------------------------------------------

let types: usize = 0;
let energies: usize = 0;
let forces: usize = 0;
let virial: usize = 0;
let virials: usize = 0;
let rawValues: usize = 0;
let entryAtoms: usize = 0;
let entryVectors: usize = 0;
let segments: usize = 0;

/** Room for neighbours of one atom; bytes of a row of one double each. */
let rowBytes: usize = 0;
let entryBins: usize = 0;
let entryDistances: usize = 0;
let bins: usize = 0;
/** Per neighbour, sorted by element, then by how many cutoffs it lies beyond. */
let x: usize = 0;
let y: usize = 0;
let z: usize = 0;
let r: usize = 0;
let inverse: usize = 0;
let atomOf: usize = 0;
/** (x, y) and (1, z) per neighbour. */
let flat: usize = 0;
let steep: usize = 0;
/** Per cutoff: f_c and f_c'/(f_c r). */
let fall: usize = 0;
let fallSlope: usize = 0;
/** Per radial group of an element: g. */
let gaussians: usize = 0;
/** Σ of ∂E/∂r/r per neighbour, then per neighbour 8 doubles: Q, T, Y, V_z, V_x, V_y, S, 0. */
let stretch: usize = 0;
let records: usize = 0;
/** Offsets of the neighbours that form triplets with the one at hand, within the cutoff and beyond. */
let rowInside: usize = 0;
let rowOutside: usize = 0;
/** Where the triplets of the atom at hand are laid down, up to `arenaEnd`. */
let arena: usize = 0;
/** Of one stretch of triplets, `span` long. */
let spanX: usize = 0;
let spanR: usize = 0;
let spanS: usize = 0;
let spanFall: usize = 0;
let spanProduct: usize = 0;
let spanGaussians: usize = 0;
let spanAngles: usize = 0;
let spanSines: usize = 0;
let spanBase: usize = 0;
let spanRecords: usize = 0;
let spanShift: usize = 0;
let spanPowers: usize = 0;
let slots: usize = 0;
let slotWeights: usize = 0;
let weights: usize = 0;
let lists: usize = 0;
let network: usize = 0;
/** Bytes per set of networks of each array of results. */
let energyPitch: usize = 0;
let forcePitch: usize = 0;
let virialsPitch: usize = 0;

/** Triplets per stretch: what one stretch needs stays in the first-level cache. */
const span: i32 = 256;
const spanBytes: usize = <usize>span << 3;

// ---- Small helpers ----------------------------------------------------------------------------------------------------

// @ts-ignore: decorator of AssemblyScript
@inline
function sum(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return f64x2.add(f64x2.mul(a, b), c);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function splat(value: f64): v128 {
  return f64x2.splat(value);
}

/** Keeps the first lane only where one element is left. */
// @ts-ignore: decorator of AssemblyScript
@inline
function keep(v: v128, left: i32): v128 {
  return left > 1 ? v : v128.and(v, i64x2(-1, 0));
}

/**
 * e^v in both lanes, |v| < 708: 2^n e^r with |r| ≤ ln 2/2 and a minimax polynomial of degree 11 (error 2e-17). The sum with
 * 1.5·2^52 rounds v/ln 2 to the integer n, which its lowest bits then hold.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
function exponential(v: v128): v128 {
  const magic = splat(6755399441055744.0);
  const shifted = f64x2.add(f64x2.mul(v, splat(1.4426950408889634)), magic);
  const n = f64x2.sub(shifted, magic);
  const t = f64x2.sub(f64x2.sub(v, f64x2.mul(n, splat(6.93147180369123816490e-1))), f64x2.mul(n, splat(1.90821492927058770002e-10)));
  let p = splat(2.510038549551032e-8);
  p = multiplyAdd(p, t, splat(2.7620088445409746e-7));
  p = multiplyAdd(p, t, splat(2.7557268459997064e-6));
  p = multiplyAdd(p, t, splat(2.4801521295954376e-5));
  p = multiplyAdd(p, t, splat(1.9841269863053618e-4));
  p = multiplyAdd(p, t, splat(1.3888888917213717e-3));
  p = multiplyAdd(p, t, splat(8.333333333330062e-3));
  p = multiplyAdd(p, t, splat(4.166666666662413e-2));
  p = multiplyAdd(p, t, splat(1.6666666666666669e-1));
  p = multiplyAdd(p, t, splat(0.5));
  p = multiplyAdd(f64x2.mul(p, t), t, t);
  p = f64x2.add(p, splat(1));
  return i64x2.add(p, i64x2.shl(shifted, 52));
}

/** e^v for v ≤ 0; below −700 (1e-304) it stops falling, so that nothing underflows. */
// @ts-ignore: decorator of AssemblyScript
@inline
function decay(v: v128): v128 {
  return exponential(f64x2.pmax(v, splat(-700)));
}

/** ln(1 + u) for 0 ≤ u ≤ 1: 2 artanh(u/(2 + u)), whose square is at most 1/9. */
// @ts-ignore: decorator of AssemblyScript
@inline
function logOnePlus(u: v128): v128 {
  const s = f64x2.div(u, f64x2.add(u, splat(2)));
  const q = f64x2.mul(s, s);
  let p = splat(1.0 / 33);
  p = multiplyAdd(p, q, splat(1.0 / 31));
  p = multiplyAdd(p, q, splat(1.0 / 29));
  p = multiplyAdd(p, q, splat(1.0 / 27));
  p = multiplyAdd(p, q, splat(1.0 / 25));
  p = multiplyAdd(p, q, splat(1.0 / 23));
  p = multiplyAdd(p, q, splat(1.0 / 21));
  p = multiplyAdd(p, q, splat(1.0 / 19));
  p = multiplyAdd(p, q, splat(1.0 / 17));
  p = multiplyAdd(p, q, splat(1.0 / 15));
  p = multiplyAdd(p, q, splat(1.0 / 13));
  p = multiplyAdd(p, q, splat(1.0 / 11));
  p = multiplyAdd(p, q, splat(1.0 / 9));
  p = multiplyAdd(p, q, splat(1.0 / 7));
  p = multiplyAdd(p, q, splat(1.0 / 5));
  p = multiplyAdd(p, q, splat(1.0 / 3));
  const twice = f64x2.add(s, s);
  return multiplyAdd(f64x2.mul(p, q), twice, twice);
}

/** b^n for 0 ≤ n < 64 by repeated squaring, without a loop: n is the same for many b, so that its branches cost nothing. */
// @ts-ignore: decorator of AssemblyScript
@inline
function power(b: v128, n: i32): v128 {
  let result = n & 1 ? b : splat(1);
  if (n > 1) {
    let square = f64x2.mul(b, b);
    if (n & 2) result = f64x2.mul(result, square);
    if (n > 3) {
      square = f64x2.mul(square, square);
      if (n & 4) result = f64x2.mul(result, square);
      if (n > 7) {
        square = f64x2.mul(square, square);
        if (n & 8) result = f64x2.mul(result, square);
        if (n > 15) {
          square = f64x2.mul(square, square);
          if (n & 16) result = f64x2.mul(result, square);
          if (n & 32) result = f64x2.mul(result, f64x2.mul(square, square));
        }
      }
    }
  }
  return result;
}

// ---- Memory -----------------------------------------------------------------------------------------------------------

/** Where memory begins that the code itself does not use. */
export function heapBase(): usize {
  return (__heap_base + 63) & ~63;
}

/**
 * Lays out what an evaluation needs behind `start` and returns where the list of a batch goes; the address of each array of
 * `atoms` atoms follows from `addressOf`. `room`: most neighbours of one atom; `batch`: most entries and `batchAtoms` most
 * atoms of one batch; the others: most cutoffs, radial groups of an element, functions, slots, angular powers and narrow
 * groups of a class, neurons of all layers together, bins, classes, bytes of the triplets of one atom, whether virials of atoms are wanted, sets of
 * results.
 */
export function place(
  start: usize, atoms: i32, room: i32, batch: i32, batchAtoms: i32, cutoffs: i32, groups: i32, functions: i32, slotCount: i32, powers: i32, narrow: i32, neurons: i32, binCount: i32,
  classes: i32, triplets: usize, wantVirials: i32, sets: i32,
): usize {
  let next = start;
  types = next;
  next = (next + (<usize>atoms << 2) + 15) & ~15;
  energyPitch = <usize>atoms << 3;
  forcePitch = <usize>atoms * 24;
  virialsPitch = <usize>atoms * 72;
  energies = next;
  next += energyPitch * sets + 16;
  forces = next;
  next += forcePitch * sets + 16;
  virial = next;
  next += virialBytes * sets;
  virials = next;
  if (wantVirials) next += virialsPitch * sets;
  segments = next;
  next = (next + (<usize>(batchAtoms + 1) << 2) + 15) & ~15;
  entryAtoms = next;
  next = (next + (<usize>batch << 2) + 15) & ~15;
  entryVectors = next;
  next = (next + <usize>batch * 24 + 63) & ~63;
  rawValues = next;
  next = (next + <usize>batchAtoms * (<usize>functions << 3) + 63) & ~63;
  rowBytes = ((<usize>room << 3) + 64 + 63) & ~63;
  entryBins = next; next += rowBytes;
  entryDistances = next; next += rowBytes;
  bins = next; next += (<usize>(binCount + 2) << 2) + 64;
  next = (next + 63) & ~63;
  x = next; next += rowBytes;
  y = next; next += rowBytes;
  z = next; next += rowBytes;
  r = next; next += rowBytes;
  inverse = next; next += rowBytes;
  atomOf = next; next += rowBytes;
  flat = next; next += 2 * rowBytes;
  steep = next; next += 2 * rowBytes;
  fall = next; next += rowBytes * cutoffs;
  fallSlope = next; next += rowBytes * cutoffs;
  gaussians = next; next += rowBytes * groups;
  stretch = next; next += rowBytes;
  records = next; next += 8 * rowBytes;
  rowInside = next; next += rowBytes;
  rowOutside = next; next += rowBytes;
  spanX = next; next += spanBytes;
  spanR = next; next += spanBytes;
  spanS = next; next += spanBytes;
  spanFall = next; next += spanBytes;
  spanProduct = next; next += spanBytes;
  spanAngles = next; next += spanBytes;
  spanSines = next; next += spanBytes;
  spanBase = next; next += spanBytes;
  spanRecords = next; next += 4 * spanBytes;
  spanShift = next; next += spanBytes;
  spanPowers = next; next += 2 * spanBytes * max(powers, 1);
  spanGaussians = next; next += spanBytes * max(narrow, 1);
  slots = next; next += (<usize>slotCount << 3) + 16;
  slotWeights = next; next += (<usize>slotCount << 3) + 16;
  weights = next; next += (<usize>functions << 3) * sets + 16;
  lists = next; next += (<usize>classes << 5) + 16;
  network = next; next += (<usize>neurons << 4) + 64;
  next = (next + 63) & ~63;
  arena = next;
  next += triplets;
  const pages = <i32>((next + 65535) >>> 16);
  if (pages > memory.size()) if (memory.grow(pages - memory.size()) < 0) return 0;
  return next;
}

/** 0 types, 1 energies, 2 forces, 3 virial, 4 virials, 5 raw functions, 6 first entries, 7 atoms and 8 vectors of the entries. */
export function addressOf(array: i32): usize {
  switch (array) {
    case 0: return types;
    case 1: return energies;
    case 2: return forces;
    case 3: return virial;
    case 4: return virials;
    case 5: return rawValues;
    case 6: return segments;
    case 7: return entryAtoms;
    default: return entryVectors;
  }
}

// ---- Layout of the tables that the host writes, 32-bit words unless said otherwise --------------------------------------
// Plan of a central element:
//  0 functions, 4 slots, 8 terms, 12 → term (function, slot), 16 → coefficients (f64), 20 cutoffs, 24 → cutoff (5 f64: r_c, r_c²,
//  inner radius, type, 0; compact functions are
//  such too), 28 elements, 32 → per element (number of radial groups, → group (5 f64: η, r_s, cutoff, slot or −1, 0)),
//  36 classes, 40 → class, 44 → scaling (f64: offset; per function origin and factor), 48 → networks, 52 → energy (f64: slope, constant)
// Class (64 bytes):
//  0 and 4 elements a ≤ b, 8 cutoff, 12 powers, 16 products, 20 wide groups (the first products), 24 narrow groups, 28 → powers
//  (5 f64: λ, ζ, 2^(1−ζ), 0, 1 where ζ is a whole number; compact ones as a cutoff with 2 at the end), 32 → products (radial group of a, of b), 36 → narrow group (5 f64: η, r_s,
//  product or −1, the group of which the Gaussian is a power or −1, the exponent), 40 first slot (narrow groups, then wide ones, 2 + powers each), 44 → per group (2 f64: η, η r_s), 48 whether any
//  r_s ≠ 0, 52 whether a narrow group has no product
// Network:
//  0 layers, 4 normalised, 8 … sizes, then activations, then → weights (f64; per layer: rows of targets, padded to even, per source,
//  then the biases)

const virialBytes: usize = 48;
const classBytes: usize = 64;
const cutoffBytes: usize = 40;
const groupBytes: usize = 40;
const narrowBytes: usize = 40;
const angularBytes: usize = 40;
/** Added to the type of a cutoff function: compact, and stretched too. */
const compactCode: i32 = 16;
const stretchedCode: i32 = 32;

// ---- Neighbours -------------------------------------------------------------------------------------------------------

/** Sorts the entries of one atom by element and number of cutoffs they lie beyond; returns how many lie within the largest. */
function gather(plan: usize, first: i32, last: i32): i32 {
  const cutoffCount = load<i32>(plan, 20);
  const cutoffs: usize = load<u32>(plan, 24);
  const binCount = load<i32>(plan, 28) * cutoffCount;
  memory.fill(bins, 0, <usize>(binCount + 2) << 2);
  // Counts of bin b stand at b + 2, so that after summing starts stand at b + 1 and, once filled, at b.
  for (let p = first; p < last; p++) {
    const vector = entryVectors + <usize>p * 24;
    const vx = load<f64>(vector), vy = load<f64>(vector, 8), vz = load<f64>(vector, 16);
    const distance = Math.sqrt(vx * vx + vy * vy + vz * vz);
    let shell = 0;
    while (shell < cutoffCount && distance >= load<f64>(cutoffs + <usize>shell * cutoffBytes)) shell++;
    const bin = shell == cutoffCount ? -1 : load<i32>(types + (<usize>load<i32>(entryAtoms + (<usize>p << 2)) << 2)) * cutoffCount + shell;
    store<i32>(entryBins + (<usize>(p - first) << 2), bin);
    put(entryDistances, p - first, distance);
    if (bin >= 0) {
      const count = bins + (<usize>(bin + 2) << 2);
      store<i32>(count, load<i32>(count) + 1);
    }
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
    const vector = entryVectors + <usize>p * 24;
    const vx = load<f64>(vector), vy = load<f64>(vector, 8), vz = load<f64>(vector, 16);
    const distance = at(entryDistances, p - first);
    put(x, n, vx);
    put(y, n, vy);
    put(z, n, vz);
    put(r, n, distance);
    put(inverse, n, 1 / distance);
    store<i32>(atomOf + (<usize>n << 2), load<i32>(entryAtoms + (<usize>p << 2)));
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
function firstOf(element: i32, cutoffCount: i32): i32 {
  return load<i32>(bins + (<usize>(element * cutoffCount) << 2));
}

/** One behind the last neighbour of an element within a cutoff. */
// @ts-ignore: decorator of AssemblyScript
@inline
function endOf(element: i32, cutoff: i32, cutoffCount: i32): i32 {
  return load<i32>(bins + (<usize>(element * cutoffCount + cutoff + 1) << 2));
}

/** f and f'/f, or f'/(f r) where they are `perDistance`, at `count` distances, in twos: the last one may be followed by one that does not count. */
// @ts-ignore: decorator of AssemblyScript
@inline
function fallingFunction(cutoff: usize, distances: usize, count: i32, out: usize, outSlope: usize, perDistance: bool): void {
  const radius = load<f64>(cutoff), inner = load<f64>(cutoff, 16);
  const code = <i32>load<f64>(cutoff, 24);
  const end = <usize>count << 3;
  const one = splat(1);
  if (code == 0) {
    for (let p: usize = 0; p < end; p += 16) {
      v128.store(out + p, one);
      v128.store(outSlope + p, splat(0));
    }
    return;
  }
  if (code == 2 || code == 3) {
    // tanh s = N/D by Lambert's continued fraction to its ninth level, whose error for 0 ≤ s ≤ 1 is below 3e-18; its
    // logarithmic derivative is (D² − N²)/(N D).
    const scale = splat(code == 3 ? 2.263753795225351 : 1), steepness = splat(-3 / radius), length = splat(-1 / radius);
    for (let p: usize = 0; p < end; p += 16) {
      const distance = v128.load(distances + p);
      const s = multiplyAdd(distance, length, one);
      const q = f64x2.mul(s, s);
      let n = f64x2.add(q, splat(990));
      n = multiplyAdd(n, q, splat(135135));
      n = multiplyAdd(n, q, splat(4729725));
      n = f64x2.mul(s, multiplyAdd(n, q, splat(34459425)));
      let d = multiplyAdd(splat(45), q, splat(13860));
      d = multiplyAdd(d, q, splat(945945));
      d = multiplyAdd(d, q, splat(16216200));
      d = multiplyAdd(d, q, splat(34459425));
      const quotient = f64x2.div(one, f64x2.mul(f64x2.mul(n, d), distance));
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
      s = f64x2.sub(one, t);
      inside = f64x2.gt(s, splat(0));
      chain = v128.or(scale, v128.and(along, splat(-0.0)));
      if (stretched) {
        // x → x (2 − x), so that 1 − x → (1 − x)².
        chain = f64x2.mul(chain, f64x2.add(s, s));
        s = f64x2.mul(s, s);
        t = f64x2.sub(one, s);
      }
    } else {
      t = f64x2.pmax(splat(0), along);
      s = f64x2.sub(one, t);
    }
    let value: v128, numerator: v128, denominator: v128;
    if (type == 1) {
      // cos²(π t/2) = sin²(π s/2), through the half of that angle, at most π/4.
      const h = f64x2.mul(s, splat(0.7853981633974483));
      const q = f64x2.mul(h, h);
      let p1 = splat(-1.0 / 1307674368000);
      p1 = multiplyAdd(p1, q, splat(1.0 / 6227020800));
      p1 = multiplyAdd(p1, q, splat(-1.0 / 39916800));
      p1 = multiplyAdd(p1, q, splat(1.0 / 362880));
      p1 = multiplyAdd(p1, q, splat(-1.0 / 5040));
      p1 = multiplyAdd(p1, q, splat(1.0 / 120));
      p1 = multiplyAdd(p1, q, splat(-1.0 / 6));
      const sine = multiplyAdd(f64x2.mul(p1, q), h, h);
      let p2 = splat(1.0 / 20922789888000);
      p2 = multiplyAdd(p2, q, splat(-1.0 / 87178291200));
      p2 = multiplyAdd(p2, q, splat(1.0 / 479001600));
      p2 = multiplyAdd(p2, q, splat(-1.0 / 3628800));
      p2 = multiplyAdd(p2, q, splat(1.0 / 40320));
      p2 = multiplyAdd(p2, q, splat(-1.0 / 720));
      p2 = multiplyAdd(p2, q, splat(1.0 / 24));
      p2 = multiplyAdd(p2, q, splat(-0.5));
      const cosine = multiplyAdd(p2, q, one);
      const full = f64x2.mul(f64x2.add(sine, sine), cosine);
      value = f64x2.mul(full, full);
      numerator = f64x2.mul(splat(-3.141592653589793), f64x2.sub(f64x2.mul(cosine, cosine), f64x2.mul(sine, sine)));
      denominator = full;
    } else if (type == 4) {
      const gap = f64x2.mul(s, f64x2.add(one, t));
      const reciprocal = f64x2.div(one, gap);
      value = decay(f64x2.sub(one, reciprocal));
      numerator = f64x2.mul(f64x2.mul(splat(-2), t), reciprocal);
      denominator = gap;
    } else {
      // (1 − t)^(n+1) Σ_k C(n+k, k) t^k, with slope −c tⁿ (1 − t)ⁿ: no cancellation near the cutoff.
      let series: v128, rise = t, falling = f64x2.mul(s, s), steepest = -6.0;
      if (type == 5) {
        series = multiplyAdd(t, splat(2), one);
      } else if (type == 6) {
        series = multiplyAdd(multiplyAdd(t, splat(6), splat(3)), t, one);
        rise = f64x2.mul(t, t);
        falling = f64x2.mul(falling, s);
        steepest = -30;
      } else if (type == 7) {
        series = multiplyAdd(multiplyAdd(multiplyAdd(t, splat(20), splat(10)), t, splat(4)), t, one);
        rise = f64x2.mul(f64x2.mul(t, t), t);
        falling = f64x2.mul(falling, falling);
        steepest = -140;
      } else {
        series = multiplyAdd(multiplyAdd(multiplyAdd(multiplyAdd(t, splat(70), splat(35)), t, splat(15)), t, splat(5)), t, one);
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
function cutoffFunction(cutoff: usize, distances: usize, count: i32, out: usize, outSlope: usize): void {
  fallingFunction(cutoff, distances, count, out, outSlope, true);
}

/** Cutoff functions and radial groups of all neighbours, with their sums over neighbours. */
function radialForward(plan: usize): void {
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
      group += groupBytes;
    }
  }
}

/** Adds the radial groups' ∂E/∂r/r to `stretch`. */
function radialBackward(plan: usize): void {
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
      group += groupBytes;
    }
  }
}

// ---- Triplets ---------------------------------------------------------------------------------------------------------

/**
 * Lays the triplets of a class down in two lists, those within the cutoff at r_jk and, where wide functions count them, the
 * others: arrays of `pitch` bytes one behind the other, 0 j and k, 1 r_ij · r_ik, 2 1/(r_ij r_ik), 3 r_jk², 4 … products, then
 * one per narrow group, the first of which holds at first f_c(r_ij) f_c(r_ik).
 * `list`: address and length of the first, of the second, pitch. Returns where the next list may begin.
 */
function findTriplets(plan: usize, own: usize, list: usize, start: usize): usize {
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
  const pitch = ((<usize>most << 3) + 32 + 63) & ~63;
  const arrays = <usize>(4 + products + max(narrow, free));
  const split = narrow > 0 && wide > 0;
  const other = start + arrays * pitch;
  let front = start, back = other;
  const square = splat(narrow > 0 ? load<f64>(<usize>load<u32>(plan, 24) + <usize>m * cutoffBytes, 8) : Infinity);
  const cut = fall + rowBytes * m;
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
  return other + (split ? arrays * pitch : 0);
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

/** a_t(c), or with slopes also its derivative, for `count` triplets: arrays of `span`, slopes behind all values. */
function angularPowers(own: usize, cosines: usize, count: i32, slopes: bool): void {
  const powers = load<i32>(own, 12);
  const end = <usize>count << 3;
  let table: usize = load<u32>(own, 28);
  let out = spanPowers;
  const behind = spanBytes * powers;
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
    out += spanBytes;
  }
}

/**
 * Adds Σ Π, Σ Π c and Σ Π a_t over `count` triplets to the slots of a group; where they are still to be formed, Π is the
 * product of `factors` and `bases`.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
function addSums(products: usize, forming: bool, factors: usize, bases: usize, cosines: usize, count: i32, powers: i32, slot: usize): void {
  const end = <usize>count << 3;
  let zeroth = splat(0), first = splat(0), a = splat(0);
  if (powers == 0) {
    for (let p: usize = 0; p < end; p += 16) {
      const product = forming ? f64x2.mul(v128.load(factors + p), v128.load(bases + p)) : v128.load(products + p);
      if (forming) v128.store(products + p, product);
      zeroth = f64x2.add(zeroth, product);
      first = multiplyAdd(product, v128.load(cosines + p), first);
    }
  } else {
    for (let p: usize = 0; p < end; p += 16) {
      const product = forming ? f64x2.mul(v128.load(factors + p), v128.load(bases + p)) : v128.load(products + p);
      if (forming) v128.store(products + p, product);
      zeroth = f64x2.add(zeroth, product);
      first = multiplyAdd(product, v128.load(cosines + p), first);
      a = multiplyAdd(product, v128.load(spanPowers + p), a);
    }
    store<f64>(slot, load<f64>(slot, 16) + sum(a), 16);
    for (let t = 1; t < powers; t++) {
      const values = spanPowers + spanBytes * t;
      a = splat(0);
      for (let p: usize = 0; p < end; p += 16) a = multiplyAdd(v128.load(products + p), v128.load(values + p), a);
      const target = slot + 16 + (<usize>t << 3);
      store<f64>(target, load<f64>(target) + sum(a));
    }
  }
  store<f64>(slot, load<f64>(slot) + sum(zeroth));
  store<f64>(slot, load<f64>(slot, 8) + sum(first), 8);
}

/** Products of radial factors of one list of a class, and their sums. */
function listForward(plan: usize, own: usize, start: usize, count: i32, pitch: usize, narrow: i32): void {
  const powers = load<i32>(own, 12), products = load<i32>(own, 16), wide = load<i32>(own, 20), free = load<i32>(own, 52);
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
    angularPowers(own, cosines, length + (length & 1), false);
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
        addSums(out, true, gaussian, bases, cosines, length, powers, firstSlot + slotBytes * g);
        group += narrowBytes;
        out += pitch;
        gaussian += spanBytes;
      }
    }
    for (let g = 0; g < wide; g++) {
      addSums(start + (4 + <usize>g) * pitch + offset, false, 0, 0, cosines, length, powers, firstSlot + slotBytes * (load<i32>(own, 24) + g));
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
  const behind = spanBytes * powers;
  for (let p: usize = 0; p < end; p += 16) {
    const c = v128.load(cosines + p);
    const a0 = powers > 0 ? v128.load(spanPowers + p) : c, d0 = powers > 0 ? v128.load(spanPowers + behind + p) : c;
    const a1 = powers > 1 ? v128.load(spanPowers + spanBytes + p) : c, d1 = powers > 1 ? v128.load(spanPowers + behind + spanBytes + p) : c;
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
        eta = etas + (<usize>allNarrow << 4);
        product = firstWide + p;
      }
      for (let g = 0; g < groups; g++) {
        const value = v128.load(product);
        const linear = v128.load64_splat(weight + 8);
        let polynomial = multiplyAdd(linear, c, v128.load64_splat(weight)), slope = linear;
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
            const w = v128.load64_splat(weight + 16 + (<usize>t << 3)), values = spanPowers + spanBytes * t + p;
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
        eta += 16;
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
function listBackward(own: usize, start: usize, count: i32, pitch: usize, narrow: i32): void {
  const powers = load<i32>(own, 12), shifted = load<i32>(own, 48) != 0;
  for (let from = 0; from < count; from += span) {
    const length = min(span, count - from);
    const offset = <usize>from << 3;
    angularPowers(own, start + pitch + offset, length + (length & 1), true);
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
function distancesAcross(start: usize, offset: usize, length: i32, pitch: usize): void {
  for (let n = 0; n < length; n++) {
    const index = load<i32>(start + offset + (<usize>n << 3));
    const j = <usize>(index >> 16) << 3, k = <usize>(index & 0xffff) << 3;
    const dx = load<f64>(x + j) - load<f64>(x + k), dy = load<f64>(y + j) - load<f64>(y + k), dz = load<f64>(z + j) - load<f64>(z + k);
    put(spanR, n, Math.sqrt(dx * dx + dy * dy + dz * dz));
  }
  if (length & 1) put(spanR, length, 1);
}

/** Takes what belongs to cutoff m out of the records into `stretch`. */
function collect(m: i32, cutoffCount: i32, elements: i32): void {
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

// ---- Network ----------------------------------------------------------------------------------------------------------

/** f(v) and f'(v) of `count` neurons in place: outputs at `to`, slopes at `slopes`. */
function activate(kind: i32, to: usize, slopes: usize, count: i32, scale: f64): void {
  const end = <usize>count << 3;
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
    } else if (kind == 1) {
      // tanh |v| = (1 − u)/(1 + u), u = e^(−2|v|); near zero its series, where the difference would lose digits.
      const size = f64x2.abs(v);
      const u = decay(f64x2.mul(splat(-2), size));
      const quotient = f64x2.div(f64x2.sub(one, u), f64x2.add(one, u));
      const q = f64x2.mul(v, v);
      let series = splat(21844.0 / 6081075);
      series = multiplyAdd(series, q, splat(-1382.0 / 155925));
      series = multiplyAdd(series, q, splat(62.0 / 2835));
      series = multiplyAdd(series, q, splat(-17.0 / 315));
      series = multiplyAdd(series, q, splat(2.0 / 15));
      series = multiplyAdd(series, q, splat(-1.0 / 3));
      const small = multiplyAdd(f64x2.mul(series, q), size, size);
      const t = v128.bitselect(small, quotient, f64x2.lt(size, splat(0.06)));
      value = v128.or(t, v128.and(v, splat(-0.0)));
      slope = f64x2.sub(one, f64x2.mul(t, t));
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
function layerBytes(count: i32): usize {
  return <usize>(count + (count & 1)) << 3;
}

/** The output of a network for the inputs at `network`; outputs and slopes of the layers follow each other there. */
function networkForward(net: usize): f64 {
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

/** ∂E/∂G after `networkForward`: into the slopes of the first layer, through those of the others. */
function networkBackward(net: usize): void {
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
    for (let j = 0; j < sources; j++) {
      let total = splat(0);
      const w = matrix + bytes * j;
      for (let k: usize = 0; k < bytes; k += 16) total = multiplyAdd(v128.load(w + k), v128.load(slopes + k), total);
      put(below, j, l > 1 ? sum(total) * at(below, j) : sum(total));
    }
  }
}

// ---- Atoms ------------------------------------------------------------------------------------------------------------

/**
 * Atoms from … to − 1, the entries of which are in place. `plans`: one address per element; `members`: networks per element.
 * The results form as many sets, or one (`sets` = 1), which is their mean. `virialsWanted`: of atoms, beside their sum.
 */
export function evaluate(plans: usize, from: i32, to: i32, members: i32, sets: i32, derivatives: i32, virialsWanted: i32): void {
  const share = <f64>sets / <f64>members;
  let raw = rawValues;
  for (let i = from; i < to; i++) {
    const plan: usize = load<u32>(plans + (<usize>load<i32>(types + (<usize>i << 2)) << 2));
    const functions = load<i32>(plan), slotCount = load<i32>(plan, 4), terms = load<i32>(plan, 8);
    const termList: usize = load<u32>(plan, 12), coefficients: usize = load<u32>(plan, 16);
    const cutoffCount = load<i32>(plan, 20), elements = load<i32>(plan, 28), classes = load<i32>(plan, 36);
    const firstClass: usize = load<u32>(plan, 40), scaling: usize = load<u32>(plan, 44), networks: usize = load<u32>(plan, 48), energy: usize = load<u32>(plan, 52);
    const segment = segments + (<usize>(i - from) << 2);
    const count = gather(plan, load<i32>(segment), load<i32>(segment, 4));
    memory.fill(slots, 0, <usize>slotCount << 3);
    radialForward(plan);
    let end = arena;
    for (let c = 0; c < classes; c++) {
      const own = firstClass + classBytes * c, list = lists + (<usize>c << 5);
      end = findTriplets(plan, own, list, end);
      const pitch: usize = load<u32>(list, 16);
      listForward(plan, own, load<u32>(list), load<i32>(list, 4), pitch, load<i32>(own, 24));
      listForward(plan, own, load<u32>(list, 8), load<i32>(list, 12), pitch, 0);
    }

    memory.fill(raw, 0, <usize>functions << 3);
    for (let t = 0; t < terms; t++) {
      const term = termList + (<usize>t << 3);
      const target = load<i32>(term);
      put(raw, target, at(raw, target) + at(coefficients, t) * at(slots, load<i32>(term, 4)));
    }
    const offset = load<f64>(scaling);
    for (let k = 0; k < functions; k++) {
      const entry = scaling + 8 + (<usize>k << 4);
      put(network, k, offset + load<f64>(entry, 8) * (at(raw, k) - load<f64>(entry)));
    }
    raw += <usize>functions << 3;
    const slope = load<f64>(energy);
    memory.fill(weights, 0, (<usize>functions << 3) * sets);
    for (let member = 0; member < members; member++) {
      const net: usize = load<u32>(networks + (<usize>member << 2));
      const set = sets == 1 ? 0 : member;
      const to = energies + energyPitch * set + (<usize>i << 3);
      store<f64>(to, load<f64>(to) + share * (slope * networkForward(net) + load<f64>(energy, 8)));
      if (!derivatives) continue;
      networkBackward(net);
      const gradient = network + layerBytes(functions), own = weights + (<usize>functions << 3) * set;
      for (let k = 0; k < functions; k++) put(own, k, at(own, k) + share * slope * load<f64>(scaling + 16 + (<usize>k << 4)) * at(gradient, k));
    }
    if (!derivatives) continue;

    for (let set = 0; set < sets; set++) {
      const given = weights + (<usize>functions << 3) * set;
      memory.fill(slotWeights, 0, <usize>slotCount << 3);
      for (let t = 0; t < terms; t++) {
        const term = termList + (<usize>t << 3);
        const slot = load<i32>(term, 4);
        put(slotWeights, slot, at(slotWeights, slot) + at(coefficients, t) * at(given, load<i32>(term)));
      }
      memory.fill(stretch, 0, (<usize>count << 3) + 16);
      memory.fill(records, 0, (<usize>count << 6) + 64);
      radialBackward(plan);
      for (let c = 0; c < classes; c++) {
        const own = firstClass + classBytes * c, list = lists + (<usize>c << 5);
        const pitch: usize = load<u32>(list, 16);
        listBackward(own, load<u32>(list), load<i32>(list, 4), pitch, load<i32>(own, 24));
        listBackward(own, load<u32>(list, 8), load<i32>(list, 12), pitch, 0);
        // Classes come in the order of their cutoffs.
        const m = load<i32>(own, 8);
        if (c + 1 == classes || load<i32>(own + classBytes, 8) != m) collect(m, cutoffCount, elements);
      }
      applyForces(i, count, forces + forcePitch * set, virial + virialBytes * set, virialsWanted ? virials + virialsPitch * set : 0);
    }
  }
}

/** Adds the derivatives of atom i's energy to forces and virials. */
function applyForces(i: i32, count: i32, forces: usize, virial: usize, virials: usize): void {
  let fx: f64 = 0, fy: f64 = 0, fz: f64 = 0;
  let xx: f64 = 0, yy: f64 = 0, zz: f64 = 0, yz: f64 = 0, xz: f64 = 0, xy: f64 = 0;
  for (let n = 0; n < count; n++) {
    const record = records + (<usize>n << 6), s = at(stretch, n);
    const dx = at(x, n), dy = at(y, n), dz = at(z, n);
    const gx = s * dx + load<f64>(record, 32), gy = s * dy + load<f64>(record, 40), gz = s * dz + load<f64>(record, 24);
    fx += gx;
    fy += gy;
    fz += gz;
    xx += gx * dx;
    yy += gy * dy;
    zz += gz * dz;
    yz += gy * dz;
    xz += gx * dz;
    xy += gx * dy;
    const j = load<i32>(atomOf + (<usize>n << 2));
    const force = forces + <usize>j * 24;
    store<f64>(force, load<f64>(force) - gx);
    store<f64>(force, load<f64>(force, 8) - gy, 8);
    store<f64>(force, load<f64>(force, 16) - gz, 16);
    if (virials) {
      const w = virials + <usize>j * 72;
      store<f64>(w, load<f64>(w) + gx * dx);
      store<f64>(w, load<f64>(w, 8) + gx * dy, 8);
      store<f64>(w, load<f64>(w, 16) + gx * dz, 16);
      store<f64>(w, load<f64>(w, 24) + gy * dx, 24);
      store<f64>(w, load<f64>(w, 32) + gy * dy, 32);
      store<f64>(w, load<f64>(w, 40) + gy * dz, 40);
      store<f64>(w, load<f64>(w, 48) + gz * dx, 48);
      store<f64>(w, load<f64>(w, 56) + gz * dy, 56);
      store<f64>(w, load<f64>(w, 64) + gz * dz, 64);
    }
  }
  const force = forces + <usize>i * 24;
  store<f64>(force, load<f64>(force) + fx);
  store<f64>(force, load<f64>(force, 8) + fy, 8);
  store<f64>(force, load<f64>(force, 16) + fz, 16);
  store<f64>(virial, load<f64>(virial) + xx);
  store<f64>(virial, load<f64>(virial, 8) + yy, 8);
  store<f64>(virial, load<f64>(virial, 16) + zz, 16);
  store<f64>(virial, load<f64>(virial, 24) + yz, 24);
  store<f64>(virial, load<f64>(virial, 32) + xz, 32);
  store<f64>(virial, load<f64>(virial, 40) + xy, 40);
}
