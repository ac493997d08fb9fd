/**
 * NEP's environments in f64x2 SIMD: energies, charges and derivatives as the plain reference
 * `core/potential/nep-environments.ts`. Two pairs of one centre go through every radial and angular function together; the
 * pairs of a centre come sorted by the neighbour's element, so that both lanes share their coefficients.
 *
 * What saves work beside the lanes: radial functions are contracted with their coefficients once per element of neighbour
 * (forwards Σ_j f_k, backwards Σ_n ∂U/∂q_n c_nk), not once per pair; a Chebyshev series times the cutoff function and its
 * slope run through one recurrence, V_k = f_c T_k(x), V_{k+1} = 2x V_k − V_{k−1}; moments are matrix products held in
 * registers; derivatives are contracted with ∂U/∂s as they are formed and never stored.
 */
import { constant, multiplyAdd, sum } from './shared/arithmetic';
import { at, put } from './shared/memory';
import { addPieces, derivatives, elements, end, energies, entryAt, first, forcesOf, imageOf, mode, positions, readHeader, segments, takePiece, typeOf, virialOf, virialsOf, virialsWanted } from './shared/pieces';

export { heapBase } from './shared/pieces';

/** Sizes, from the header. */
let radialFunctions: i32 = 0;
let radialTerms: i32 = 0;
let angularFunctions: i32 = 0;
let angularTerms: i32 = 0;
let lMax: i32 = 0;
let extras: i32 = 0;
/** Neurons and descriptors, filled up with zeros to multiples of four; angular functions to a multiple of two. */
let neurons: i32 = 0;
let dimension: i32 = 0;
let pitch: i32 = 0;
let harmonics: i32 = 0;
let invariants: i32 = 0;

/** Addresses of tables. Per ordered pair of elements: cutoffs and coefficients; per element: its network. */
let cutoffs: usize = 0;
let radialCoefficients: usize = 0;
let angularCoefficients: usize = 0;
let upper: usize = 0;
let lower: usize = 0;
let slope: usize = 0;
let forms: usize = 0;
let monomials: usize = 0;
let networks: usize = 0;
let networkBytes: usize = 0;

/** N: what derivatives are taken of beside the energies, and the charges. */
let potentials: usize = 0;
let charges: usize = 0;
/** Of the piece at hand. */
let forces: usize = 0;
let virial: usize = 0;
let virials: usize = 0;

/** Per pair of one centre (slots): unit vector, distance and its inverse, neighbour. */
let slotX: usize = 0;
let slotY: usize = 0;
let slotZ: usize = 0;
let slotR: usize = 0;
let slotInverse: usize = 0;
let slotAtom: usize = 0;
let farX: usize = 0;
let farY: usize = 0;
let farZ: usize = 0;
let farSquare: usize = 0;
let farAtom: usize = 0;
/** Per two angular pairs: functions g and slopes g', harmonics Y, their factors K_lm and the powers of x + iy. */
let functionValues: usize = 0;
let functionSlopes: usize = 0;
let sphere: usize = 0;
let polar: usize = 0;
let azimuth: usize = 0;
/** Per element: first slot pair, pairs of slots, those of them with angular pairs, and the first of these. */
let groups: usize = 0;
/** Per centre. */
let series: usize = 0;
let seriesSlopes: usize = 0;
let moments: usize = 0;
let momentSlopes: usize = 0;
let paddedInvariants: usize = 0;
let descriptors: usize = 0;
let descriptorSlopes: usize = 0;
let hidden: usize = 0;
let radialWeights: usize = 0;

/** Two neighbouring doubles, by index of the pair. */
// @ts-ignore: decorator of AssemblyScript
@inline
function two(base: usize, index: i32): v128 {
  return v128.load(base + (<usize>index << 4));
}

// @ts-ignore: decorator of AssemblyScript
@inline
function putTwo(base: usize, index: i32, value: v128): void {
  v128.store(base + (<usize>index << 4), value);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function both(base: usize, index: i32): v128 {
  return v128.load64_splat(base + (<usize>index << 3));
}

/** Doubles of the scratch memory of a lane, in the order in which they are taken. */
let scratch: usize = 0;

function take(doubles: i32): usize {
  const start = scratch;
  scratch = (scratch + (<usize>doubles << 3) + 63) & ~63;
  return start;
}

/** Reads sizes and addresses of tables, 32-bit each, behind what all kernels share; returns the bytes of the scratch memory. */
function layOut(header: usize, lane: i32): usize {
  const start = readHeader(header, lane);
  const own = header + 128;
  radialFunctions = load<i32>(own);
  radialTerms = load<i32>(own, 4);
  angularFunctions = load<i32>(own, 8);
  angularTerms = load<i32>(own, 12);
  lMax = load<i32>(own, 16);
  extras = load<i32>(own, 20);
  neurons = load<i32>(own, 24);
  dimension = load<i32>(own, 28);
  pitch = load<i32>(own, 32);
  cutoffs = load<u32>(own, 36);
  radialCoefficients = load<u32>(own, 40);
  angularCoefficients = load<u32>(own, 44);
  upper = load<u32>(own, 48);
  lower = load<u32>(own, 52);
  slope = load<u32>(own, 56);
  forms = load<u32>(own, 60);
  monomials = load<u32>(own, 64);
  networks = load<u32>(own, 68);
  networkBytes = load<u32>(own, 72);
  potentials = load<u32>(own, 76);
  charges = load<u32>(own, 80);
  const slots = load<i32>(own, 84);
  harmonics = (lMax + 1) * (lMax + 1) - 1;
  invariants = lMax + extras;

  scratch = start;
  groups = take(2 * elements);
  series = take(2 * max(radialTerms, angularTerms));
  seriesSlopes = take(2 * angularTerms);
  // Moments are summed in blocks of three rows.
  const rows = ((harmonics + 2) / 3) * 3;
  moments = take(rows * pitch);
  momentSlopes = take(rows * pitch);
  paddedInvariants = take(invariants * pitch);
  descriptors = take(dimension);
  descriptorSlopes = take(dimension);
  hidden = take(neurons);
  radialWeights = take(radialTerms);
  slotX = take(slots);
  slotY = take(slots);
  slotZ = take(slots);
  slotR = take(slots);
  slotInverse = take(slots);
  farX = take(slots);
  farY = take(slots);
  farZ = take(slots);
  farSquare = take(slots);
  slotAtom = take(slots);
  farAtom = take(slots);
  functionValues = take(slots * angularFunctions);
  functionSlopes = take(slots * angularFunctions);
  sphere = take(slots * (harmonics + 2));
  polar = take(slots * (lMax + 1) * (lMax + 1));
  azimuth = take(slots * 2 * (lMax + 1));
  return scratch - start;
}

/** Bytes of the scratch memory of a lane. */
export function scratchBytes(header: usize): usize {
  return layOut(header, 0);
}

export function begin(header: usize, lane: i32): void {
  layOut(header, lane);
}

/** π, ½, 1, −π/2; then the coefficients of sine from y³ on and of cosine from y² on. */
const cutoffConstants = memory.data<f64>([
  3.141592653589793, 0.5, 1, -1.5707963267948966,
  -0.16666666666666666, 8.333333333333333e-3, -1.984126984126984e-4, 2.7557319223985893e-6, -2.505210838544172e-8, 1.6059043836821613e-10, -7.647163731819816e-13,
  2.8114572543455206e-15, -8.220635246624329e-18, 1.9572941063391263e-20,
  -0.5, 4.1666666666666664e-2, -1.388888888888889e-3, 2.48015873015873e-5, -2.755731922398589e-7, 2.08767569878681e-9, -1.1470745597729725e-11, 4.779477332387385e-14,
  -1.5619206968586225e-16, 4.110317623312165e-19,
]);

/** Terms k to k + 3 of a polynomial, from z⁰ on. */
// @ts-ignore: decorator of AssemblyScript
@inline
function fourTerms(k: i32, z: v128, z2: v128): v128 {
  const c = cutoffConstants;
  return multiplyAdd(multiplyAdd(constant(c, k + 3), z, constant(c, k + 2)), z2, multiplyAdd(constant(c, k + 1), z, constant(c, k)));
}

/** Value of f_c and, in `cutoffSlope`, df_c/dr, for pairs at r; zero beyond the cutoff. */
let cutoffSlope: v128 = f64x2.splat(0);
// @ts-ignore: decorator of AssemblyScript
@inline
function cutoffFunction(t: v128, inverse: v128): v128 {
  // cos πt = −sin y and sin πt = cos y with y = π(t − ½) in ±π/2: Taylor series to y^21 and y^20, 2e-17 off at the ends.
  const c = cutoffConstants;
  const y = f64x2.mul(constant(c, 0), f64x2.sub(t, constant(c, 1)));
  const z = f64x2.mul(y, y), z2 = f64x2.mul(z, z), z4 = f64x2.mul(z2, z2);
  const sines = multiplyAdd(multiplyAdd(multiplyAdd(constant(c, 13), z, constant(c, 12)), z4, fourTerms(8, z, z2)), z4, fourTerms(4, z, z2));
  const s = multiplyAdd(f64x2.mul(y, z), sines, y);
  const cosines = multiplyAdd(multiplyAdd(multiplyAdd(constant(c, 23), z, constant(c, 22)), z4, fourTerms(18, z, z2)), z4, fourTerms(14, z, z2));
  const cosine = multiplyAdd(cosines, z, constant(c, 2));
  const inside = f64x2.lt(t, constant(c, 2));
  cutoffSlope = v128.and(inside, f64x2.mul(f64x2.mul(constant(c, 3), inverse), cosine));
  return v128.and(inside, f64x2.sub(constant(c, 1), f64x2.mul(constant(c, 1), s)));
}

/** 40, 2, 1/ln 2, ln 2 in two parts, 1.5 · 2^52, 1; then 1/k! from k = 2 on. */
const tangentConstants = memory.data<f64>([
  40, 2, 1.4426950408889634, 0.6931471803691238, 1.9082149292705877e-10, 6755399441055744, 1,
  0.5, 0.16666666666666666, 4.1666666666666664e-2, 8.333333333333333e-3, 1.388888888888889e-3, 1.984126984126984e-4, 2.48015873015873e-5, 2.7557319223985893e-6,
  2.755731922398589e-7, 2.505210838544172e-8, 2.08767569878681e-9, 1.6059043836821613e-10,
]);

/** tanh of two numbers, through e^{2|z|} − 1 so that small arguments keep their digits. */
// @ts-ignore: decorator of AssemblyScript
@inline
function tanh(z: v128): v128 {
  const c = tangentConstants;
  // From 20 on tanh is 1 in double precision.
  const y = f64x2.pmin(constant(c, 0), f64x2.mul(constant(c, 1), f64x2.abs(z)));
  // n from the bits of the sum with 1.5 · 2^52, whose last ones it is.
  const bits = f64x2.add(f64x2.mul(y, constant(c, 2)), constant(c, 5));
  const n = f64x2.sub(bits, constant(c, 5));
  const r = f64x2.sub(f64x2.sub(y, f64x2.mul(n, constant(c, 3))), f64x2.mul(n, constant(c, 4)));
  // |r| ≤ ln 2 / 2: the term after r^13 is below 5e-18.
  const r2 = f64x2.mul(r, r), r4 = f64x2.mul(r2, r2);
  const p0 = multiplyAdd(multiplyAdd(constant(c, 10), r, constant(c, 9)), r2, multiplyAdd(constant(c, 8), r, constant(c, 7)));
  const p4 = multiplyAdd(multiplyAdd(constant(c, 14), r, constant(c, 13)), r2, multiplyAdd(constant(c, 12), r, constant(c, 11)));
  const p8 = multiplyAdd(multiplyAdd(constant(c, 18), r, constant(c, 17)), r2, multiplyAdd(constant(c, 16), r, constant(c, 15)));
  const p = multiplyAdd(multiplyAdd(multiplyAdd(p8, r4, p4), r4, p0), r2, r);
  const power = i64x2.shl(i64x2.add(bits, i64x2.splat(1023)), 52);
  const less = multiplyAdd(power, p, f64x2.sub(power, constant(c, 6)));
  const size = f64x2.div(less, f64x2.add(less, constant(c, 1)));
  return v128.or(size, v128.and(z, i64x2.splat(0x8000000000000000)));
}

/** Sorts the pairs of atom i into slots: per element first those within the angular cutoff, then the rest. */
function gather(i: i32): void {
  const x = at(positions, 3 * i), y = at(positions, 3 * i + 1), z = at(positions, 3 * i + 2);
  const row = typeOf(i) * elements;
  let slot = 0;
  let angularPair = 0;
  let segment = segments + (<usize>(i * (elements + 1)) << 2);
  for (let t = 0; t < elements; t++, segment += 4) {
    const limits = cutoffs + (<usize>(row + t) << 4);
    const radialCutoff = at(limits, 0), angularCutoff = at(limits, 1);
    const radialSquare = radialCutoff * radialCutoff, angularSquare = angularCutoff * angularCutoff;
    const first = slot;
    let far = 0;
    let entry = entryAt(load<u32>(segment));
    const last = entryAt(load<u32>(segment, 4));
    for (; entry < last; entry += 8) {
      const j = load<i32>(entry);
      const other = positions + 24 * <usize>j;
      const image = imageOf(entry);
      const dx = load<f64>(other) - x + load<f64>(image);
      const dy = load<f64>(other, 8) - y + load<f64>(image, 8);
      const dz = load<f64>(other, 16) - z + load<f64>(image, 16);
      const square = dx * dx + dy * dy + dz * dz;
      const isAngular = <i32>(square < angularSquare);
      // Written in both places and kept in one: no branch for the processor to guess.
      put(slotX, slot, dx);
      put(slotY, slot, dy);
      put(slotZ, slot, dz);
      put(slotR, slot, square);
      store<i32>(slotAtom + (<usize>slot << 2), j);
      put(farX, far, dx);
      put(farY, far, dy);
      put(farZ, far, dz);
      put(farSquare, far, square);
      store<i32>(farAtom + (<usize>far << 2), j);
      slot += isAngular;
      far += <i32>(square < radialSquare) & (isAngular ^ 1);
    }
    const angularPairs = (slot - first + 1) >> 1;
    memory.copy(slotX + (<usize>slot << 3), farX, <usize>far << 3);
    memory.copy(slotY + (<usize>slot << 3), farY, <usize>far << 3);
    memory.copy(slotZ + (<usize>slot << 3), farZ, <usize>far << 3);
    memory.copy(slotR + (<usize>slot << 3), farSquare, <usize>far << 3);
    memory.copy(slotAtom + (<usize>slot << 2), farAtom, <usize>far << 2);
    slot += far;
    if (slot & 1) {
      // A pair at the cutoff, where all is zero, with any atom of the piece.
      put(slotX, slot, 0);
      put(slotY, slot, 0);
      put(slotZ, slot, radialCutoff);
      put(slotR, slot, radialSquare);
      store<i32>(slotAtom + (<usize>slot << 2), i);
      slot++;
    }
    const group = groups + (<usize>t << 4);
    store<i32>(group, first >> 1);
    store<i32>(group, slot >> 1, 4);
    store<i32>(group, angularPair, 8);
    angularPair += angularPairs;
    store<i32>(group, angularPair, 12);
  }
  for (let p = 0; p < slot >> 1; p++) {
    const square = two(slotR, p);
    const r = f64x2.sqrt(square);
    const inverse = f64x2.div(f64x2.splat(1), r);
    putTwo(slotR, p, r);
    putTwo(slotInverse, p, inverse);
    putTwo(slotX, p, f64x2.mul(two(slotX, p), inverse));
    putTwo(slotY, p, f64x2.mul(two(slotY, p), inverse));
    putTwo(slotZ, p, f64x2.mul(two(slotZ, p), inverse));
  }
}

/** Radial descriptors: Σ f_k over the neighbours of one element, then its coefficients. */
function describeRadially(i: i32): void {
  const row = typeOf(i) * elements;
  memory.fill(descriptors, 0, <usize>dimension << 3);
  for (let t = 0; t < elements; t++) {
    const group = groups + (<usize>t << 4);
    const first = load<i32>(group), end = load<i32>(group, 4);
    if (first === end) continue;
    const inverse = f64x2.splat(1 / at(cutoffs + (<usize>(row + t) << 4), 0));
    memory.fill(series, 0, <usize>radialTerms << 4);
    for (let p = first; p < end; p++) {
      const fraction = f64x2.mul(two(slotR, p), inverse);
      const d = f64x2.sub(fraction, constant(cutoffConstants, 2));
      const twiceD = f64x2.add(d, d), x = f64x2.sub(f64x2.mul(twiceD, d), constant(cutoffConstants, 2));
      const twice = f64x2.add(x, x);
      let below = cutoffFunction(fraction, inverse);
      let value = f64x2.mul(x, below);
      putTwo(series, 0, f64x2.add(two(series, 0), below));
      for (let k = 1; k < radialTerms; k++) {
        putTwo(series, k, f64x2.add(two(series, k), value));
        const next = f64x2.sub(f64x2.mul(twice, value), below);
        below = value;
        value = next;
      }
    }
    let coefficient = radialCoefficients + (<usize>((row + t) * radialFunctions * radialTerms) << 3);
    for (let n = 0; n < radialFunctions; n++) {
      let total = f64x2.splat(0);
      for (let k = 0; k < radialTerms; k++, coefficient += 8) total = multiplyAdd(v128.load64_splat(coefficient), two(series, k), total);
      put(descriptors, n, at(descriptors, n) + sum(total));
    }
  }
}

/** Radial functions, their slopes and the harmonics of all angular pairs. */
function prepareAngularPairs(i: i32): void {
  const row = typeOf(i) * elements;
  const side = lMax + 1;
  const valueBytes = <usize>angularFunctions << 4, sphereBytes = <usize>(harmonics + 2) << 4, polarBytes = <usize>(side * side) << 4, azimuthBytes = <usize>(2 * side) << 4;
  for (let t = 0; t < elements; t++) {
    const group = groups + (<usize>t << 4);
    const firstPair = load<i32>(group, 8), endPair = load<i32>(group, 12);
    let p = load<i32>(group);
    const inverse = f64x2.splat(1 / at(cutoffs + (<usize>(row + t) << 4), 1));
    const table = angularCoefficients + (<usize>((row + t) * angularFunctions * angularTerms) << 3);
    for (let a = firstPair; a < endPair; a++, p++) {
      const fraction = f64x2.mul(two(slotR, p), inverse);
      const d = f64x2.sub(fraction, constant(cutoffConstants, 2));
      const twiceD = f64x2.add(d, d), x = f64x2.sub(f64x2.mul(twiceD, d), constant(cutoffConstants, 2));
      const rise = f64x2.mul(f64x2.add(twiceD, twiceD), inverse);
      const twice = f64x2.add(x, x), twiceRise = f64x2.add(rise, rise);
      let below = cutoffFunction(fraction, inverse), belowSlope = cutoffSlope;
      let value = f64x2.mul(x, below), valueSlope = multiplyAdd(x, belowSlope, f64x2.mul(rise, below));
      putTwo(series, 0, below);
      putTwo(seriesSlopes, 0, belowSlope);
      for (let k = 1; k < angularTerms; k++) {
        putTwo(series, k, value);
        putTwo(seriesSlopes, k, valueSlope);
        const next = f64x2.sub(f64x2.mul(twice, value), below);
        const nextSlope = f64x2.sub(multiplyAdd(twice, valueSlope, f64x2.mul(twiceRise, value)), belowSlope);
        below = value;
        belowSlope = valueSlope;
        value = next;
        valueSlope = nextSlope;
      }
      const values = functionValues + <usize>a * valueBytes, slopes = functionSlopes + <usize>a * valueBytes;
      let coefficient = table;
      const termBytes = <usize>angularTerms << 3;
      let n = 0;
      for (; n + 1 < angularFunctions; n += 2, coefficient += 2 * termBytes) {
        let g0 = f64x2.splat(0), s0 = f64x2.splat(0), g1 = f64x2.splat(0), s1 = f64x2.splat(0);
        for (let k = 0; k < angularTerms; k++) {
          const c0 = both(coefficient, k), c1 = both(coefficient + termBytes, k);
          const v = two(series, k), w = two(seriesSlopes, k);
          g0 = multiplyAdd(c0, v, g0);
          s0 = multiplyAdd(c0, w, s0);
          g1 = multiplyAdd(c1, v, g1);
          s1 = multiplyAdd(c1, w, s1);
        }
        putTwo(values, n, g0);
        putTwo(values, n + 1, g1);
        putTwo(slopes, n, s0);
        putTwo(slopes, n + 1, s1);
      }
      if (n < angularFunctions) {
        let g0 = f64x2.splat(0), s0 = f64x2.splat(0);
        for (let k = 0; k < angularTerms; k++) {
          const c0 = both(coefficient, k);
          g0 = multiplyAdd(c0, two(series, k), g0);
          s0 = multiplyAdd(c0, two(seriesSlopes, k), s0);
        }
        putTwo(values, n, g0);
        putTwo(slopes, n, s0);
      }

      const ux = two(slotX, p), uy = two(slotY, p), uz = two(slotZ, p);
      const factors = polar + <usize>a * polarBytes, powers = azimuth + <usize>a * azimuthBytes, y = sphere + <usize>a * sphereBytes;
      let re = f64x2.splat(1), im = f64x2.splat(0);
      for (let m = 0; m < side; m++) {
        putTwo(powers, 2 * m, re);
        putTwo(powers, 2 * m + 1, im);
        let k0 = f64x2.splat(0), k1 = both(upper, m * side + m);
        for (let l = m; l < side; l++) {
          const index = m * side + l;
          if (l > m) {
            const next = f64x2.sub(f64x2.mul(f64x2.mul(both(upper, index), uz), k1), f64x2.mul(both(lower, index), k0));
            k0 = k1;
            k1 = next;
          }
          putTwo(factors, index, k1);
          const place = l * l - 1 + 2 * m;
          if (m === 0) {
            if (l > 0) putTwo(y, place, k1);
          } else {
            putTwo(y, place - 1, f64x2.mul(k1, re));
            putTwo(y, place, f64x2.mul(k1, im));
          }
        }
        const nextRe = f64x2.sub(f64x2.mul(re, ux), f64x2.mul(im, uy));
        im = multiplyAdd(re, uy, f64x2.mul(im, ux));
        re = nextRe;
      }
    }
  }
}

/** s_{lm,n} = Σ_pairs g_n Y_lm: blocks of three by three sums stay in registers. */
function sumMoments(): void {
  const pairs = load<i32>(groups + (<usize>(elements - 1) << 4), 12);
  const valueBytes = <usize>angularFunctions << 4, sphereBytes = <usize>(harmonics + 2) << 4;
  const rowBytes = <usize>pitch << 3;
  for (let lm = 0; lm < harmonics; lm += 3) {
    const out = moments + <usize>lm * rowBytes;
    const y0 = sphere + (<usize>lm << 4);
    let n = 0;
    for (; n + 2 < angularFunctions; n += 3) {
      let a0 = f64x2.splat(0), a1 = f64x2.splat(0), a2 = f64x2.splat(0), b0 = f64x2.splat(0), b1 = f64x2.splat(0), b2 = f64x2.splat(0);
      let c0 = f64x2.splat(0), c1 = f64x2.splat(0), c2 = f64x2.splat(0);
      let y = y0, g = functionValues + (<usize>n << 4);
      for (let p = 0; p < pairs; p++, y += sphereBytes, g += valueBytes) {
        const g0 = v128.load(g), g1 = v128.load(g, 16), g2 = v128.load(g, 32);
        const u = v128.load(y), v = v128.load(y, 16), w = v128.load(y, 32);
        a0 = multiplyAdd(u, g0, a0);
        a1 = multiplyAdd(u, g1, a1);
        a2 = multiplyAdd(u, g2, a2);
        b0 = multiplyAdd(v, g0, b0);
        b1 = multiplyAdd(v, g1, b1);
        b2 = multiplyAdd(v, g2, b2);
        c0 = multiplyAdd(w, g0, c0);
        c1 = multiplyAdd(w, g1, c1);
        c2 = multiplyAdd(w, g2, c2);
      }
      put(out, n, sum(a0));
      put(out, n + 1, sum(a1));
      put(out, n + 2, sum(a2));
      put(out + rowBytes, n, sum(b0));
      put(out + rowBytes, n + 1, sum(b1));
      put(out + rowBytes, n + 2, sum(b2));
      put(out + 2 * rowBytes, n, sum(c0));
      put(out + 2 * rowBytes, n + 1, sum(c1));
      put(out + 2 * rowBytes, n + 2, sum(c2));
    }
    for (; n + 1 < angularFunctions; n += 2) {
      let a0 = f64x2.splat(0), a1 = f64x2.splat(0), b0 = f64x2.splat(0), b1 = f64x2.splat(0), c0 = f64x2.splat(0), c1 = f64x2.splat(0);
      let y = y0, g = functionValues + (<usize>n << 4);
      for (let p = 0; p < pairs; p++, y += sphereBytes, g += valueBytes) {
        const g0 = v128.load(g), g1 = v128.load(g, 16);
        const u = v128.load(y), v = v128.load(y, 16), w = v128.load(y, 32);
        a0 = multiplyAdd(u, g0, a0);
        a1 = multiplyAdd(u, g1, a1);
        b0 = multiplyAdd(v, g0, b0);
        b1 = multiplyAdd(v, g1, b1);
        c0 = multiplyAdd(w, g0, c0);
        c1 = multiplyAdd(w, g1, c1);
      }
      put(out, n, sum(a0));
      put(out, n + 1, sum(a1));
      put(out + rowBytes, n, sum(b0));
      put(out + rowBytes, n + 1, sum(b1));
      put(out + 2 * rowBytes, n, sum(c0));
      put(out + 2 * rowBytes, n + 1, sum(c1));
    }
    for (; n < angularFunctions; n++) {
      let a0 = f64x2.splat(0), b0 = f64x2.splat(0), c0 = f64x2.splat(0);
      let y = y0, g = functionValues + (<usize>n << 4);
      for (let p = 0; p < pairs; p++, y += sphereBytes, g += valueBytes) {
        const g0 = v128.load(g);
        a0 = multiplyAdd(v128.load(y), g0, a0);
        b0 = multiplyAdd(v128.load(y, 16), g0, b0);
        c0 = multiplyAdd(v128.load(y, 32), g0, c0);
      }
      put(out, n, sum(a0));
      put(out + rowBytes, n, sum(b0));
      put(out + 2 * rowBytes, n, sum(c0));
    }
  }
}

/** Invariants of two radial functions at a time, then in the order of the descriptor. */
function describeAngularly(): void {
  const rowBytes = <usize>pitch << 3;
  for (let n = 0; n < pitch; n += 2) {
    const s = moments + (<usize>n << 3), q = paddedInvariants + (<usize>n << 3);
    let row = s;
    for (let l = 1; l <= lMax; l++) {
      let total = f64x2.splat(0);
      for (let m = 0; m < 2 * l + 1; m++, row += rowBytes) {
        const value = v128.load(row);
        total = multiplyAdd(value, value, total);
      }
      v128.store(q + <usize>(l - 1) * rowBytes, total);
    }
    for (let k = 0; k < extras; k++) {
      let term = load<u32>(forms + (<usize>k << 3));
      const end = load<u32>(forms + (<usize>k << 3), 4);
      let total = f64x2.splat(0);
      if (term === end) {
        const square = v128.load(q);
        total = f64x2.mul(f64x2.splat(7.0 / 15.0), f64x2.mul(square, square));
      }
      for (; term < end; term++) {
        const record = monomials + 24 * <usize>term;
        const a = v128.load(s + load<u32>(record, 8)), b = v128.load(s + load<u32>(record, 12)), c = v128.load(s + load<u32>(record, 16));
        total = multiplyAdd(f64x2.mul(v128.load64_splat(record), a), f64x2.mul(b, c), total);
      }
      v128.store(q + <usize>(lMax + k) * rowBytes, total);
    }
  }
  let to = radialFunctions;
  for (let k = 0; k < invariants; k++) for (let n = 0; n < angularFunctions; n++, to++) put(descriptors, to, at(paddedInvariants, k * pitch + n));
}

/** ∂U/∂s_{lm,n} from ∂U/∂(descriptors). */
function differentiateInvariants(): void {
  const rowBytes = <usize>pitch << 3;
  let from = radialFunctions;
  for (let k = 0; k < invariants; k++) for (let n = 0; n < angularFunctions; n++, from++) put(paddedInvariants, k * pitch + n, at(descriptorSlopes, from));
  for (let n = 0; n < pitch; n += 2) {
    const s = moments + (<usize>n << 3), h = momentSlopes + (<usize>n << 3), w = paddedInvariants + (<usize>n << 3);
    let row: usize = 0;
    for (let l = 1; l <= lMax; l++) {
      const weight = v128.load(w + <usize>(l - 1) * rowBytes);
      const twice = f64x2.add(weight, weight);
      for (let m = 0; m < 2 * l + 1; m++, row += rowBytes) v128.store(h + row, f64x2.mul(twice, v128.load(s + row)));
    }
    for (let k = 0; k < extras; k++) {
      let term = load<u32>(forms + (<usize>k << 3));
      const end = load<u32>(forms + (<usize>k << 3), 4);
      const weight = v128.load(w + <usize>(lMax + k) * rowBytes);
      if (term === end) {
        const a = v128.load(s), b = v128.load(s + rowBytes), c = v128.load(s + 2 * rowBytes);
        const square = multiplyAdd(a, a, multiplyAdd(b, b, f64x2.mul(c, c)));
        const factor = f64x2.mul(f64x2.mul(f64x2.splat(28.0 / 15.0), weight), square);
        v128.store(h, multiplyAdd(factor, a, v128.load(h)));
        v128.store(h + rowBytes, multiplyAdd(factor, b, v128.load(h + rowBytes)));
        v128.store(h + 2 * rowBytes, multiplyAdd(factor, c, v128.load(h + 2 * rowBytes)));
      }
      for (; term < end; term++) {
        const record = monomials + 24 * <usize>term;
        const ia = load<u32>(record, 8), ib = load<u32>(record, 12), ic = load<u32>(record, 16);
        const a = v128.load(s + ia), b = v128.load(s + ib), c = v128.load(s + ic);
        const factor = f64x2.mul(weight, v128.load64_splat(record));
        const fa = f64x2.mul(factor, a), fb = f64x2.mul(factor, b);
        v128.store(h + ia, multiplyAdd(fb, c, v128.load(h + ia)));
        v128.store(h + ib, multiplyAdd(fa, c, v128.load(h + ib)));
        v128.store(h + ic, multiplyAdd(fa, b, v128.load(h + ic)));
      }
    }
  }
}

/**
 * Hidden layer. A network lies as D rows of weights (scaled, neurons fast), then biases, energy weights, charge weights,
 * and the sum of its energy offsets.
 */
function propagate(network: usize): void {
  const rowBytes = <usize>neurons << 3;
  const biases = network + <usize>dimension * rowBytes;
  let offset: usize = 0;
  for (; offset + 128 <= rowBytes; offset += 128) {
    let w = network + offset;
    let z0 = f64x2.splat(0), z1 = f64x2.splat(0), z2 = f64x2.splat(0), z3 = f64x2.splat(0);
    let z4 = f64x2.splat(0), z5 = f64x2.splat(0), z6 = f64x2.splat(0), z7 = f64x2.splat(0);
    for (let d = 0; d < dimension; d++, w += rowBytes) {
      const q = both(descriptors, d);
      z0 = multiplyAdd(q, v128.load(w), z0);
      z1 = multiplyAdd(q, v128.load(w, 16), z1);
      z2 = multiplyAdd(q, v128.load(w, 32), z2);
      z3 = multiplyAdd(q, v128.load(w, 48), z3);
      z4 = multiplyAdd(q, v128.load(w, 64), z4);
      z5 = multiplyAdd(q, v128.load(w, 80), z5);
      z6 = multiplyAdd(q, v128.load(w, 96), z6);
      z7 = multiplyAdd(q, v128.load(w, 112), z7);
    }
    const out = hidden + offset;
    v128.store(out, z0);
    v128.store(out, z1, 16);
    v128.store(out, z2, 32);
    v128.store(out, z3, 48);
    v128.store(out, z4, 64);
    v128.store(out, z5, 80);
    v128.store(out, z6, 96);
    v128.store(out, z7, 112);
  }
  for (; offset < rowBytes; offset += 32) {
    let w = network + offset;
    let z0 = f64x2.splat(0), z1 = f64x2.splat(0);
    for (let d = 0; d < dimension; d++, w += rowBytes) {
      const q = both(descriptors, d);
      z0 = multiplyAdd(q, v128.load(w), z0);
      z1 = multiplyAdd(q, v128.load(w, 16), z1);
    }
    v128.store(hidden + offset, z0);
    v128.store(hidden + offset, z1, 16);
  }
  for (let m = 0; m < neurons >> 1; m++) putTwo(hidden, m, tanh(f64x2.sub(two(hidden, m), two(biases, m))));
}

// @ts-ignore: decorator of AssemblyScript
@inline
function weighted(weights: usize): f64 {
  let total = f64x2.splat(0);
  for (let m = 0; m < neurons >> 1; m++) total = multiplyAdd(two(weights, m), two(hidden, m), total);
  return sum(total);
}

/** ∂/∂(descriptors) of U + λ Q; overwrites the hidden layer. */
function backPropagate(network: usize, potential: f64): void {
  const rowBytes = <usize>neurons << 3;
  const energy = network + <usize>(dimension + 1) * rowBytes;
  const charge = energy + rowBytes;
  const lambda = f64x2.splat(potential);
  for (let m = 0; m < neurons >> 1; m++) {
    const h = two(hidden, m);
    const weight = multiplyAdd(lambda, two(charge, m), two(energy, m));
    putTwo(hidden, m, f64x2.mul(weight, f64x2.sub(f64x2.splat(1), f64x2.mul(h, h))));
  }
  for (let d = 0; d < dimension; d += 4) {
    const w0 = network + <usize>d * rowBytes;
    const w1 = w0 + rowBytes, w2 = w1 + rowBytes, w3 = w2 + rowBytes;
    let q0 = f64x2.splat(0), q1 = f64x2.splat(0), q2 = f64x2.splat(0), q3 = f64x2.splat(0);
    for (let offset: usize = 0; offset < rowBytes; offset += 16) {
      const h = v128.load(hidden + offset);
      q0 = multiplyAdd(h, v128.load(w0 + offset), q0);
      q1 = multiplyAdd(h, v128.load(w1 + offset), q1);
      q2 = multiplyAdd(h, v128.load(w2 + offset), q2);
      q3 = multiplyAdd(h, v128.load(w3 + offset), q3);
    }
    put(descriptorSlopes, d, sum(q0));
    put(descriptorSlopes, d + 1, sum(q1));
    put(descriptorSlopes, d + 2, sum(q2));
    put(descriptorSlopes, d + 3, sum(q3));
  }
}

// @ts-ignore: decorator of AssemblyScript
@inline
function subtract(j: i32, x: f64, y: f64, z: f64): void {
  const f = forces + 24 * <usize>j;
  store<f64>(f, load<f64>(f) - x);
  store<f64>(f, load<f64>(f, 8) - y, 8);
  store<f64>(f, load<f64>(f, 16) - z, 16);
}

/** Adds g ⊗ d to the virial of atom j. */
function addVirial(j: i32, gx: f64, gy: f64, gz: f64, x: f64, y: f64, z: f64): void {
  const w = virials + 72 * <usize>j;
  store<f64>(w, load<f64>(w) + gx * x);
  store<f64>(w, load<f64>(w, 8) + gx * y, 8);
  store<f64>(w, load<f64>(w, 16) + gx * z, 16);
  store<f64>(w, load<f64>(w, 24) + gy * x, 24);
  store<f64>(w, load<f64>(w, 32) + gy * y, 32);
  store<f64>(w, load<f64>(w, 40) + gy * z, 40);
  store<f64>(w, load<f64>(w, 48) + gz * x, 48);
  store<f64>(w, load<f64>(w, 56) + gz * y, 56);
  store<f64>(w, load<f64>(w, 64) + gz * z, 64);
}

/** From ∂U/∂(descriptors) and ∂U/∂(moments) to forces and virial. */
function differentiatePairs(i: i32): void {
  const row = typeOf(i) * elements;
  const side = lMax + 1;
  const valueBytes = <usize>angularFunctions << 4, polarBytes = <usize>(side * side) << 4, azimuthBytes = <usize>(2 * side) << 4;
  let fx = f64x2.splat(0), fy = f64x2.splat(0), fz = f64x2.splat(0);
  let xx = f64x2.splat(0), yy = f64x2.splat(0), zz = f64x2.splat(0), yz = f64x2.splat(0), xz = f64x2.splat(0), xy = f64x2.splat(0);
  for (let t = 0; t < elements; t++) {
    const group = groups + (<usize>t << 4);
    const first = load<i32>(group), end = load<i32>(group, 4);
    if (first === end) continue;
    const firstAngular = load<i32>(group, 8), endAngular = load<i32>(group, 12);
    // Σ_n ∂U/∂q_n c_nk, once for all neighbours of this element.
    memory.fill(radialWeights, 0, <usize>radialTerms << 3);
    let coefficient = radialCoefficients + (<usize>((row + t) * radialFunctions * radialTerms) << 3);
    for (let n = 0; n < radialFunctions; n++) {
      const weight = at(descriptorSlopes, n);
      for (let k = 0; k < radialTerms; k++, coefficient += 8) put(radialWeights, k, at(radialWeights, k) + weight * load<f64>(coefficient));
    }
    const inverseCutoff = f64x2.splat(1 / at(cutoffs + (<usize>(row + t) << 4), 0));
    for (let p = first; p < end; p++) {
      const r = two(slotR, p), ux = two(slotX, p), uy = two(slotY, p), uz = two(slotZ, p);
      const fraction = f64x2.mul(r, inverseCutoff);
      const d = f64x2.sub(fraction, constant(cutoffConstants, 2));
      const twiceD = f64x2.add(d, d), x = f64x2.sub(f64x2.mul(twiceD, d), constant(cutoffConstants, 2));
      const rise = f64x2.mul(f64x2.add(twiceD, twiceD), inverseCutoff);
      const twice = f64x2.add(x, x), twiceRise = f64x2.add(rise, rise);
      let below = cutoffFunction(fraction, inverseCutoff), belowSlope = cutoffSlope;
      let value = f64x2.mul(x, below), valueSlope = multiplyAdd(x, belowSlope, f64x2.mul(rise, below));
      let outward = f64x2.mul(both(radialWeights, 0), belowSlope);
      for (let k = 1; k < radialTerms; k++) {
        outward = multiplyAdd(both(radialWeights, k), valueSlope, outward);
        const next = f64x2.sub(f64x2.mul(twice, value), below);
        const nextSlope = f64x2.sub(multiplyAdd(twice, valueSlope, f64x2.mul(twiceRise, value)), belowSlope);
        below = value;
        belowSlope = valueSlope;
        value = next;
        valueSlope = nextSlope;
      }
      let gx = f64x2.splat(0), gy = f64x2.splat(0), gz = f64x2.splat(0);
      const a = firstAngular + p - first;
      if (a < endAngular) {
        const values = functionValues + <usize>a * valueBytes, slopes = functionSlopes + <usize>a * valueBytes;
        const factors = polar + <usize>a * polarBytes, powers = azimuth + <usize>a * azimuthBytes;
        // m = 0
        let flat = f64x2.splat(0);
        for (let l = 1; l < side; l++) {
          const h = momentSlopes + (<usize>((l * l - 1) * pitch) << 3);
          let s = f64x2.splat(0), c = f64x2.splat(0);
          for (let n = 0; n < angularFunctions; n++) {
            const weight = both(h, n);
            s = multiplyAdd(weight, two(values, n), s);
            c = multiplyAdd(weight, two(slopes, n), c);
          }
          flat = multiplyAdd(c, two(factors, l), flat);
          gz = multiplyAdd(f64x2.mul(both(slope, l), s), two(factors, side + l), gz);
        }
        outward = f64x2.add(outward, flat);
        for (let m = 1; m < side; m++) {
          let re = f64x2.splat(0), im = f64x2.splat(0), reSlope = f64x2.splat(0), imSlope = f64x2.splat(0);
          let reOut = f64x2.splat(0), imOut = f64x2.splat(0);
          for (let l = m; l < side; l++) {
            const h = momentSlopes + (<usize>((l * l - 2 + 2 * m) * pitch) << 3);
            let s0 = f64x2.splat(0), c0 = f64x2.splat(0), s1 = f64x2.splat(0), c1 = f64x2.splat(0);
            for (let n = 0; n < angularFunctions; n++) {
              const g = two(values, n), gs = two(slopes, n);
              const w0 = both(h, n), w1 = both(h, n + pitch);
              s0 = multiplyAdd(w0, g, s0);
              c0 = multiplyAdd(w0, gs, c0);
              s1 = multiplyAdd(w1, g, s1);
              c1 = multiplyAdd(w1, gs, c1);
            }
            const k = two(factors, m * side + l);
            re = multiplyAdd(s0, k, re);
            im = multiplyAdd(s1, k, im);
            reOut = multiplyAdd(c0, k, reOut);
            imOut = multiplyAdd(c1, k, imOut);
            if (l > m) {
              const up = f64x2.mul(both(slope, m * side + l), two(factors, (m + 1) * side + l));
              reSlope = multiplyAdd(s0, up, reSlope);
              imSlope = multiplyAdd(s1, up, imSlope);
            }
          }
          const cosine = two(powers, 2 * m), sine = two(powers, 2 * m + 1);
          const lowerCosine = two(powers, 2 * m - 2), lowerSine = two(powers, 2 * m - 1);
          outward = multiplyAdd(reOut, cosine, multiplyAdd(imOut, sine, outward));
          gz = multiplyAdd(reSlope, cosine, multiplyAdd(imSlope, sine, gz));
          const times = f64x2.splat(<f64>m);
          gx = multiplyAdd(times, multiplyAdd(re, lowerCosine, f64x2.mul(im, lowerSine)), gx);
          gy = multiplyAdd(times, f64x2.sub(f64x2.mul(im, lowerCosine), f64x2.mul(re, lowerSine)), gy);
        }
        // (∇ − u (u·∇))/r of the harmonics, each divided by r.
        const inverse = two(slotInverse, p);
        const inward = multiplyAdd(gx, ux, multiplyAdd(gy, uy, f64x2.mul(gz, uz)));
        outward = f64x2.sub(outward, f64x2.mul(inward, inverse));
        gx = f64x2.mul(gx, inverse);
        gy = f64x2.mul(gy, inverse);
        gz = f64x2.mul(gz, inverse);
      }
      gx = multiplyAdd(outward, ux, gx);
      gy = multiplyAdd(outward, uy, gy);
      gz = multiplyAdd(outward, uz, gz);
      fx = f64x2.add(fx, gx);
      fy = f64x2.add(fy, gy);
      fz = f64x2.add(fz, gz);
      const j0 = load<i32>(slotAtom + (<usize>p << 3)), j1 = load<i32>(slotAtom + (<usize>p << 3), 4);
      subtract(j0, f64x2.extract_lane(gx, 0), f64x2.extract_lane(gy, 0), f64x2.extract_lane(gz, 0));
      subtract(j1, f64x2.extract_lane(gx, 1), f64x2.extract_lane(gy, 1), f64x2.extract_lane(gz, 1));
      const dx = f64x2.mul(ux, r), dy = f64x2.mul(uy, r), dz = f64x2.mul(uz, r);
      xx = multiplyAdd(gx, dx, xx);
      yy = multiplyAdd(gy, dy, yy);
      zz = multiplyAdd(gz, dz, zz);
      yz = multiplyAdd(gy, dz, yz);
      xz = multiplyAdd(gx, dz, xz);
      xy = multiplyAdd(gx, dy, xy);
      if (virialsWanted) {
        addVirial(j0, f64x2.extract_lane(gx, 0), f64x2.extract_lane(gy, 0), f64x2.extract_lane(gz, 0), f64x2.extract_lane(dx, 0), f64x2.extract_lane(dy, 0), f64x2.extract_lane(dz, 0));
        addVirial(j1, f64x2.extract_lane(gx, 1), f64x2.extract_lane(gy, 1), f64x2.extract_lane(gz, 1), f64x2.extract_lane(dx, 1), f64x2.extract_lane(dy, 1), f64x2.extract_lane(dz, 1));
      }
    }
  }
  subtract(i, -sum(fx), -sum(fy), -sum(fz));
  put(virial, 0, at(virial, 0) + sum(xx));
  put(virial, 1, at(virial, 1) + sum(yy));
  put(virial, 2, at(virial, 2) + sum(zz));
  put(virial, 3, at(virial, 3) + sum(yz));
  put(virial, 4, at(virial, 4) + sum(xz));
  put(virial, 5, at(virial, 5) + sum(xy));
}

function describe(i: i32): void {
  gather(i);
  describeRadially(i);
  if (lMax > 0) {
    prepareAngularPairs(i);
    sumMoments();
    describeAngularly();
  }
}

/** Modes: 0 energies and, at the given potentials, derivatives; 1 raw charges; 2 totals. */
export function work(piece: i32): void {
  if (mode == 2) {
    addPieces(piece);
    return;
  }
  takePiece(piece);
  forces = forcesOf(0);
  virial = virialOf(0);
  virials = virialsOf(0);
  const rowBytes = <usize>neurons << 3;
  for (let i = first; i < end; i++) {
    const network = networks + <usize>typeOf(i) * networkBytes;
    describe(i);
    propagate(network);
    if (mode == 1) {
      put(charges, i, weighted(network + <usize>(dimension + 2) * rowBytes));
      continue;
    }
    put(energies, i, weighted(network + <usize>(dimension + 1) * rowBytes) - load<f64>(network + <usize>(dimension + 3) * rowBytes));
    if (!derivatives) continue;
    backPropagate(network, at(potentials, i));
    if (lMax > 0) differentiateInvariants();
    differentiatePairs(i);
  }
}
