/** Where the tables of a potential, the arrays of an evaluation and the scratch memory of a lane lie. */
import { readHeader, sets } from '../shared/pieces';

// ---- Tables that the host writes, 32-bit words unless said otherwise ----------------------------------------------------
// Plan of a central element:
//  0 functions, 4 slots, 8 terms, 12 → term (function, slot), 16 → coefficients (f64), 20 cutoffs, 24 → cutoff (5 f64: r_c, r_c²,
//  inner radius, type, 0; compact functions are such too), 28 elements, 32 → per element (number of radial groups, → group (5 f64:
//  η, r_s, cutoff, slot or −1, 0)), 36 classes, 40 → class, 44 → scaling (f64: offset; per function origin and factor),
//  48 → networks of the energy, one per member, 52 → energy (4 f64: slope, constant; electronegativity per output, inputs of the
//  charge neuron per e), 56 → ranges (f64: per function minimum, maximum, width), 60 → networks of the electronegativity,
//  64 signed volumes, 68 → signed volume
// Class:
//  0 and 4 elements a ≤ b, 8 cutoff, 12 powers, 16 products, 20 wide groups with powers (the first products), 24 narrow groups, 28 → powers
//  (5 f64: λ, ζ, 2^(1−ζ), 0, 1 where ζ is a whole number; compact ones as a cutoff with 2 at the end), 32 → products (radial group
//  of a, of b), 36 → narrow group (5 f64: η, r_s, product or −1, the group of which the Gaussian is a power or −1, the exponent),
//  40 first slot (narrow groups, then wide ones, 2 + powers each), 44 → per group (5 f64: η, η r_s, 1 where it
//  has terms that are linear in cos θ, number and address of the powers that it uses), 48 whether any r_s ≠ 0,
//  52 whether a narrow group has no product, 56 pairs of slots, 60 those of narrow groups, which come first, 64 → pair of slots
//  (group, pair of angular factors, first slot, second slot or 0, which belongs to nothing), 68 pairs of angular factors,
//  72 wide groups that are linear in cos θ, 76 → such (6 f64: η, r_s, radial group of a, of b, first slot of two, place among all)
// Signed volume:
//  0 function, 4 power, 8 → three times (element, radial group of that element)
// Network:
//  0 layers, 4 normalised, 8 … sizes, then activations, then → weights (f64; per layer: rows of targets, padded to even, per source,
//  then the biases)

export const classBytes: usize = 80;
export const cutoffBytes: usize = 40;
export const radialBytes: usize = 40;
export const groupBytes: usize = 40;
export const narrowBytes: usize = 40;
export const angularBytes: usize = 40;
export const wideBytes: usize = 48;
export const volumeBytes: usize = 32;
/** Added to the type of a cutoff function: compact, and stretched too. */
export const compactCode: i32 = 16;
export const stretchedCode: i32 = 32;

// ---- Header behind what all kernels share -------------------------------------------------------------------------------

export let plans: usize = 0;
export let members: i32 = 0;
/** Environments outside the range of the functions: counts, excesses, functions; 0 where they are not wanted. */
export let outsideCounts: usize = 0;
export let outsideExcess: usize = 0;
export let outsideFunction: usize = 0;
/** Of charged potentials: inputs of the networks, a row per atom; the others N of each member. */
export let inputRows: usize = 0;
export let inputPitch: usize = 0;
export let electronegativities: usize = 0;
export let charges: usize = 0;
export let chargeSlopes: usize = 0;
export let responses: usize = 0;

// ---- Scratch memory -----------------------------------------------------------------------------------------------------

/** Room for neighbours of one atom; bytes of a row of one double each. */
export let rowBytes: usize = 0;
export let entryBins: usize = 0;
export let bins: usize = 0;
/** Per neighbour, sorted by element, then by how many cutoffs it lies beyond. */
export let x: usize = 0;
export let y: usize = 0;
export let z: usize = 0;
export let r: usize = 0;
export let inverse: usize = 0;
export let atomOf: usize = 0;
/** (x, y) and (1, z) per neighbour. */
export let flat: usize = 0;
export let steep: usize = 0;
/** Per cutoff: f_c and f_c'/(f_c r). */
export let fall: usize = 0;
export let fallSlope: usize = 0;
/** Per radial group of an element: g. */
export let gaussians: usize = 0;
/** Σ of ∂E/∂r/r per neighbour, then per neighbour 8 doubles: Q, T, Y, V_z, V_x, V_y, S, 0. */
export let stretch: usize = 0;
export let records: usize = 0;
/** Of several sets at once, per neighbour: ∂E/∂r/r of each, then the three components of what is not along r. */
export let gradients: usize = 0;
/** Doubles of one set each in rows of sets, filled up to two: bytes of a row. */
export let setBytes: usize = 0;
/** Per pair of slots and neighbour of a class: six sums of both. */
export let slotSums: usize = 0;
/** Weights of the pairs of slots of a class, first and second slots of all sets in turn. */
export let slotPairWeights: usize = 0;
/** Offsets of the neighbours that form triplets with the one at hand, within the cutoff and beyond. */
export let rowInside: usize = 0;
export let rowOutside: usize = 0;
/** Where the triplets of the atom at hand are laid down. */
export let arena: usize = 0;
/** Of one stretch of triplets, `span` long. */
export let spanX: usize = 0;
export let spanR: usize = 0;
export let spanS: usize = 0;
export let spanFall: usize = 0;
export let spanProduct: usize = 0;
export let spanGaussians: usize = 0;
export let spanAngles: usize = 0;
export let spanSines: usize = 0;
export let spanBase: usize = 0;
export let spanRecords: usize = 0;
export let spanShift: usize = 0;
/** Pairs of angular factors and of their slopes, side by side; where the triplets of another neighbour begin. */
export let spanPairs: usize = 0;
export let spanRows: usize = 0;
export let slots: usize = 0;
export let slotWeights: usize = 0;
export let rawValues: usize = 0;
/** ∂E/∂G of each set, in rows of functions. */
export let weights: usize = 0;
/** Of all wide groups that are linear in cos θ. */
export let wideMoments: usize = 0;
/** Of signed volumes. */
export let moments: usize = 0;
export let lists: usize = 0;
export let network: usize = 0;
let next: usize = 0;

/** Triplets per stretch: what one stretch needs stays in the first-level cache. */
export const span: i32 = 256;
export const spanBytes: usize = <usize>span << 3;

/** A stretch of the scratch memory, beginning with a line of the cache. */
function take(bytes: usize): usize {
  const start = next;
  next = (next + bytes + 16 + 63) & ~63;
  return start;
}

/** Reads the header and lays out the scratch memory of a lane; returns how many bytes it takes. */
export function layOut(header: usize, lane: i32): usize {
  const start = readHeader(header, lane);
  plans = load<u32>(header, 128);
  members = load<i32>(header, 132);
  const room: usize = load<u32>(header, 136), cutoffs: usize = load<u32>(header, 140), groups: usize = load<u32>(header, 144);
  const functions: usize = load<u32>(header, 148), slotCount: usize = load<u32>(header, 152), powers: usize = load<u32>(header, 156);
  const narrow: usize = load<u32>(header, 160), neurons: usize = load<u32>(header, 164), binCount: usize = load<u32>(header, 168);
  const classes: usize = load<u32>(header, 172), triplets: usize = load<u32>(header, 176);
  outsideCounts = load<u32>(header, 180);
  outsideExcess = load<u32>(header, 184);
  outsideFunction = load<u32>(header, 188);
  inputRows = load<u32>(header, 192);
  electronegativities = load<u32>(header, 196);
  charges = load<u32>(header, 200);
  chargeSlopes = load<u32>(header, 204);
  responses = load<u32>(header, 208);
  const slotPairs: usize = load<u32>(header, 212), wide: usize = load<u32>(header, 216);
  inputPitch = functions << 3;
  const several = sets > 1;
  setBytes = several ? <usize>(sets + (sets & 1)) << 3 : 8;

  next = start;
  rowBytes = ((room << 3) + 64 + 63) & ~63;
  entryBins = take(rowBytes);
  bins = take((binCount + 2) << 2);
  x = take(rowBytes);
  y = take(rowBytes);
  z = take(rowBytes);
  r = take(rowBytes);
  inverse = take(rowBytes);
  atomOf = take(rowBytes);
  flat = take(2 * rowBytes);
  steep = take(2 * rowBytes);
  fall = take(rowBytes * cutoffs);
  fallSlope = take(rowBytes * cutoffs);
  gaussians = take(rowBytes * groups);
  stretch = take(rowBytes);
  records = take(8 * rowBytes);
  gradients = take(several ? 4 * setBytes * room : 0);
  slotSums = take(several ? 96 * slotPairs * room : 0);
  slotPairWeights = take(2 * setBytes * slotPairs);
  rowInside = take(rowBytes);
  rowOutside = take(rowBytes);
  spanX = take(spanBytes);
  spanR = take(spanBytes);
  spanS = take(spanBytes);
  spanFall = take(spanBytes);
  spanProduct = take(spanBytes);
  spanAngles = take(spanBytes);
  spanSines = take(spanBytes);
  spanBase = take(spanBytes);
  spanRecords = take(4 * spanBytes);
  spanShift = take(spanBytes);
  spanPairs = take(several ? 4 * spanBytes * ((powers + 3) >> 1) : 0);
  spanRows = take((<usize>span + 1) << 2);
  spanGaussians = take(spanBytes * max<usize>(narrow, 1));
  slots = take(slotCount << 3);
  slotWeights = take(slotCount * setBytes);
  rawValues = take(functions << 3);
  weights = take(functions * setBytes);
  wideMoments = take(wide << 6);
  moments = take(4 * 96);
  lists = take(classes << 5);
  network = take(neurons << 4);
  arena = take(triplets);
  return next - start;
}
