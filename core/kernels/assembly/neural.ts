/**
 * Behler-Parrinello potentials in f64x2 SIMD: energies, forces and virials as the plain reference
 * `core/potential/neural-environments.ts`, for all its symmetry functions.
 *
 * What saves work beside the lanes, which carry two neighbours or two triplets:
 * - All functions of one pair of neighbour elements and one cutoff (a class) share their triplets: geometry, cutoff function
 *   at r_jk and angular powers are computed once, the triplets with r_jk beyond the cutoff are sorted out before anything else.
 * - A product of radial factors Π = Π_η(r_ij, r_ik, r_jk) is shared by all functions with the same η and r_s (a group). It
 *   contributes to sums Σ Π, Σ Π c, Σ Π a_t(c) (slots; c = cos θ), of which symmetry functions are combinations: all functions
 *   with ζ = 1 come from the first two, and where they are wide from sums over neighbours (`neural/wide.ts`).
 * - Derivatives use logarithms: ∂Π/∂r = Π (f_c'/f_c − 2η (r − r_s)) for each of the three distances, so that with the weights
 *   of the network all groups collapse into few numbers per triplet, Q = Σ Π P, R = Σ η Π P, C = Σ Π P'(c); what belongs to one
 *   neighbour alone (f_c'/f_c) multiplies only the sum over its triplets. A compact function is a cutoff function with η = 0.
 * - Several sets of weights share the derivatives of the slots (`neural/committee.ts`).
 */
import { classOfSets } from './neural/committee';
import {
  atomOf, arena, chargeSlopes, charges, classBytes, electronegativities, gradients, inputPitch, inputRows, layOut, lists, members, network, outsideCounts, outsideExcess, outsideFunction, plans,
  rawValues, records, responses, setBytes, slots, slotWeights, stretch, weights, x, y, z,
} from './neural/layout';
import { gather, radialBackward, radialBackwardOfSets, radialForward } from './neural/neighbours';
import { layerBytes, networkBackward, networkForward } from './neural/network';
import { collect, findTriplets, listBackward, listForward } from './neural/triplets';
import { volumesBackward, volumesForward } from './neural/volumes';
import { wideBackward, wideForward } from './neural/wide';
import { multiplyAdd } from './shared/arithmetic';
import { at, put } from './shared/memory';
import { addPieces, atoms, derivatives, end, energies, first, forcesOf, mode, sets, takePiece, typeOf, virialOf, virialsOf, virialsWanted } from './shared/pieces';

export { heapBase } from './shared/pieces';

/** Bytes of the scratch memory of a lane. */
export function scratchBytes(header: usize): usize {
  return layOut(header, 0);
}

export function begin(header: usize, lane: i32): void {
  layOut(header, lane);
}

/**
 * Modes: 0 energies and derivatives; of charged potentials 1 electronegativities, 2 energies at given charges and what they
 * change with these, 3 derivatives at given charges and responses; 4 totals.
 */
export function work(piece: i32): void {
  if (mode == 4) {
    addPieces(piece);
    return;
  }
  takePiece(piece);
  for (let i = first; i < end; i++) {
    const plan: usize = load<u32>(plans + (<usize>typeOf(i) << 2));
    if (mode == 2) {
      chargedEnergies(plan, i);
      continue;
    }
    const count = forward(plan, i);
    if (mode == 0) propagate(plan, i);
    else if (mode == 1) propagateElectronegativities(plan, i);
    else propagateCharged(plan, i);
    if (derivatives) backward(plan, i, count);
  }
}

/** N of each member. */
// @ts-ignore: decorator of AssemblyScript
@inline
function ofMember(base: usize, member: i32, i: i32): usize {
  return base + ((<usize>atoms * member + i) << 3);
}

/** The symmetry functions of atom i, at `rawValues`; returns its neighbours. */
function forward(plan: usize, i: i32): i32 {
  const functions = load<i32>(plan), slotCount = load<i32>(plan, 4), terms = load<i32>(plan, 8), classes = load<i32>(plan, 36);
  const termList: usize = load<u32>(plan, 12), coefficients: usize = load<u32>(plan, 16), firstClass: usize = load<u32>(plan, 40);
  const count = gather(plan, i);
  memory.fill(slots, 0, <usize>slotCount << 3);
  radialForward(plan);
  let next = arena;
  for (let c = 0; c < classes; c++) {
    const own = firstClass + classBytes * c, list = lists + (<usize>c << 5);
    next = findTriplets(plan, own, list, next);
    const pitch: usize = load<u32>(list, 16);
    listForward(plan, own, load<u32>(list), load<i32>(list, 4), pitch, load<i32>(own, 24));
    listForward(plan, own, load<u32>(list, 8), load<i32>(list, 12), pitch, 0);
    wideForward(plan, own);
  }
  memory.fill(rawValues, 0, <usize>functions << 3);
  for (let t = 0; t < terms; t++) {
    const term = termList + (<usize>t << 3);
    const target = load<i32>(term);
    put(rawValues, target, at(rawValues, target) + at(coefficients, t) * at(slots, load<i32>(term, 4)));
  }
  volumesForward(plan);
  if (outsideCounts) recordOutside(plan, i);
  return count;
}

/** What of the functions lies outside the range of the training set, as `excessOf` in `core/descriptors/scaling.ts`. */
function recordOutside(plan: usize, i: i32): void {
  const functions = load<i32>(plan);
  let range: usize = load<u32>(plan, 56);
  let count = 0, farthest = -1, most = 0.0;
  for (let k = 0; k < functions; k++, range += 24) {
    const value = at(rawValues, k), minimum = load<f64>(range), maximum = load<f64>(range, 8);
    const tolerance = 2.220446049250313e-13;
    const beyond = value + tolerance < minimum ? minimum - value : value - tolerance > maximum ? value - maximum : 0;
    if (beyond == 0) continue;
    count++;
    const excess = beyond / load<f64>(range, 16);
    if (excess <= most) continue;
    most = excess;
    farthest = k;
  }
  store<i32>(outsideCounts + (<usize>i << 2), count);
  put(outsideExcess, i, most);
  store<i32>(outsideFunction + (<usize>i << 2), farthest);
}

/** The functions on the scale of the networks, at `network`. */
function scaleInputs(plan: usize): void {
  const functions = load<i32>(plan);
  const scaling: usize = load<u32>(plan, 44);
  const offset = load<f64>(scaling);
  for (let k = 0; k < functions; k++) {
    const entry = scaling + 8 + (<usize>k << 4);
    put(network, k, offset + load<f64>(entry, 8) * (at(rawValues, k) - load<f64>(entry)));
  }
}

/** Adds `factor` times the derivatives of the last network, by the functions, to the weights of a set. */
function addWeights(plan: usize, inputs: i32, set: i32, factor: f64): void {
  const functions = load<i32>(plan);
  const scaling: usize = load<u32>(plan, 44);
  const gradient = network + layerBytes(inputs);
  let to = weights + (<usize>set << 3);
  for (let k = 0; k < functions; k++, to += setBytes) store<f64>(to, load<f64>(to) + factor * load<f64>(scaling + 16 + (<usize>k << 4)) * at(gradient, k));
}

/** Energies of atom i and the weights of its functions: as many sets as members, or one, which is their mean. */
function propagate(plan: usize, i: i32): void {
  const functions = load<i32>(plan);
  const networks: usize = load<u32>(plan, 48), energy: usize = load<u32>(plan, 52);
  const share = <f64>sets / <f64>members, slope = load<f64>(energy);
  scaleInputs(plan);
  memory.fill(weights, 0, <usize>functions * setBytes);
  for (let set = 0; set < sets; set++) store<f64>(ofMember(energies, set, i), 0);
  for (let member = 0; member < members; member++) {
    const net: usize = load<u32>(networks + (<usize>member << 2));
    const set = sets == 1 ? 0 : member, to = ofMember(energies, set, i);
    store<f64>(to, load<f64>(to) + share * (slope * networkForward(net) + load<f64>(energy, 8)));
    if (!derivatives) continue;
    networkBackward(net);
    addWeights(plan, functions, set, share * slope);
  }
}

function propagateElectronegativities(plan: usize, i: i32): void {
  const functions = load<i32>(plan);
  const networks: usize = load<u32>(plan, 60), energy: usize = load<u32>(plan, 52);
  scaleInputs(plan);
  memory.copy(inputRows + inputPitch * i, network, <usize>functions << 3);
  for (let member = 0; member < members; member++) {
    store<f64>(ofMember(electronegativities, member, i), load<f64>(energy, 16) * networkForward(load<u32>(networks + (<usize>member << 2))));
  }
}

/** The network of the energy for the inputs that were kept and the charge of atom i. */
function chargedForward(plan: usize, i: i32, member: i32): f64 {
  const functions = load<i32>(plan);
  memory.copy(network, inputRows + inputPitch * i, <usize>functions << 3);
  put(network, functions, load<f64>(<usize>load<u32>(plan, 52), 24) * load<f64>(ofMember(charges, member, i)));
  return networkForward(load<u32>(<usize>load<u32>(plan, 48) + (<usize>member << 2)));
}

function chargedEnergies(plan: usize, i: i32): void {
  const functions = load<i32>(plan);
  const energy: usize = load<u32>(plan, 52);
  for (let member = 0; member < members; member++) {
    store<f64>(ofMember(energies, member, i), load<f64>(energy) * chargedForward(plan, i, member) + load<f64>(energy, 8));
    if (!derivatives) continue;
    networkBackward(load<u32>(<usize>load<u32>(plan, 48) + (<usize>member << 2)));
    store<f64>(ofMember(chargeSlopes, member, i), load<f64>(energy) * load<f64>(energy, 24) * at(network + layerBytes(functions + 1), functions));
  }
}

/** The weights of the functions at given charges and responses. */
function propagateCharged(plan: usize, i: i32): void {
  const functions = load<i32>(plan);
  const energy: usize = load<u32>(plan, 52);
  memory.fill(weights, 0, <usize>functions * setBytes);
  for (let member = 0; member < members; member++) {
    chargedForward(plan, i, member);
    networkBackward(load<u32>(<usize>load<u32>(plan, 48) + (<usize>member << 2)));
    addWeights(plan, functions + 1, member, load<f64>(energy));
    const net: usize = load<u32>(<usize>load<u32>(plan, 60) + (<usize>member << 2));
    memory.copy(network, inputRows + inputPitch * i, <usize>functions << 3);
    networkForward(net);
    networkBackward(net);
    addWeights(plan, functions, member, load<f64>(energy, 16) * load<f64>(ofMember(responses, member, i)));
  }
}

/** From the weights of the functions to those of the slots. */
function weighSlots(plan: usize): void {
  const slotCount = load<i32>(plan, 4), terms = load<i32>(plan, 8);
  const termList: usize = load<u32>(plan, 12), coefficients: usize = load<u32>(plan, 16);
  memory.fill(slotWeights, 0, <usize>slotCount * setBytes);
  for (let t = 0; t < terms; t++) {
    const term = termList + (<usize>t << 3);
    const from = weights + setBytes * load<i32>(term), to = slotWeights + setBytes * load<i32>(term, 4);
    if (sets == 1) {
      store<f64>(to, load<f64>(to) + at(coefficients, t) * load<f64>(from));
      continue;
    }
    const coefficient = v128.load64_splat(coefficients + (<usize>t << 3));
    for (let p: usize = 0; p < setBytes; p += 16) v128.store(to + p, multiplyAdd(coefficient, v128.load(from + p), v128.load(to + p)));
  }
}

/** Adds the derivatives of atom i's energy, of which the weights are known, to forces and virials. */
function backward(plan: usize, i: i32, count: i32): void {
  const cutoffCount = load<i32>(plan, 20), elements = load<i32>(plan, 28), classes = load<i32>(plan, 36);
  const firstClass: usize = load<u32>(plan, 40);
  weighSlots(plan);
  if (sets > 1) {
    memory.fill(gradients, 0, 4 * setBytes * <usize>count);
    radialBackwardOfSets(plan);
    for (let c = 0; c < classes; c++) {
      const own = firstClass + classBytes * c;
      classOfSets(own, lists + (<usize>c << 5), count, cutoffCount);
      wideBackward(plan, own);
    }
    volumesBackward(plan);
    for (let set = 0; set < sets; set++) applyForces(i, count, set);
    return;
  }
  memory.fill(stretch, 0, (<usize>count << 3) + 16);
  memory.fill(records, 0, (<usize>count << 6) + 64);
  radialBackward(plan);
  for (let c = 0; c < classes; c++) {
    const own = firstClass + classBytes * c, list = lists + (<usize>c << 5);
    const pitch: usize = load<u32>(list, 16);
    listBackward(own, load<u32>(list), load<i32>(list, 4), pitch, load<i32>(own, 24));
    listBackward(own, load<u32>(list, 8), load<i32>(list, 12), pitch, 0);
    wideBackward(plan, own);
    // Classes come in the order of their cutoffs.
    const m = load<i32>(own, 8);
    if (c + 1 == classes || load<i32>(own + classBytes, 8) != m) collect(m, cutoffCount, elements);
  }
  volumesBackward(plan);
  applyForces(i, count, 0);
}

function applyForces(i: i32, count: i32, set: i32): void {
  const forces = forcesOf(set), virial = virialOf(set), virials = virialsOf(set);
  let fx: f64 = 0, fy: f64 = 0, fz: f64 = 0;
  let xx: f64 = 0, yy: f64 = 0, zz: f64 = 0, yz: f64 = 0, xz: f64 = 0, xy: f64 = 0;
  for (let n = 0; n < count; n++) {
    const dx = at(x, n), dy = at(y, n), dz = at(z, n);
    let gx: f64, gy: f64, gz: f64;
    if (sets > 1) {
      const from = gradients + 4 * setBytes * n + (<usize>set << 3);
      const s = load<f64>(from);
      gx = s * dx + load<f64>(from + setBytes);
      gy = s * dy + load<f64>(from + 2 * setBytes);
      gz = s * dz + load<f64>(from + 3 * setBytes);
    } else {
      const record = records + (<usize>n << 6), s = at(stretch, n);
      gx = s * dx + load<f64>(record, 32);
      gy = s * dy + load<f64>(record, 40);
      gz = s * dz + load<f64>(record, 24);
    }
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
    if (virialsWanted) {
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
