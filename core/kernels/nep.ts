import type { Structure } from '../contracts/structure.ts';
import { createNeighbours, type NeighbourList } from '../crystal/neighbours.ts';
import { coefficientsByPair, pairCutoffs } from '../descriptors/nep-cutoffs.ts';
import { harmonicsTable } from '../descriptors/nep-harmonics.ts';
import { invariantsTable } from '../descriptors/nep-invariants.ts';
import { descriptorLength, type NepBasis, type NepModel } from '../files/nep.ts';
import type { NepEnvironments } from '../potential/nep-environments.ts';
import { skin } from '../potential/skin.ts';
import { kernelModule } from './kernels.ts';

interface NepKernel {
  readonly memory: WebAssembly.Memory;
  /** Where memory begins that the code itself does not use. */
  heapBase(): number;
  configure(header: number): void;
  place(segments: number, entries: number, images: number, scratch: number, slots: number): void;
  slotDoubles(): number;
  charge(from: number, to: number): void;
  evaluate(from: number, to: number, derivatives: number, wantVirials: number): void;
}

/** Hands out stretches of a kernel's memory, 16-byte aligned; what is out once stays. */
function arenaOf(memory: WebAssembly.Memory, start: number): { take(bytes: number): number } {
  let next = (start + 15) & ~15;
  return {
    take(bytes) {
      const at = next;
      next += (bytes + 15) & ~15;
      const missing = next - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / 65536));
      return at;
    },
  };
}

/** (T_k + 1)/2 = ½ T_k for k > 0: the constants go into the coefficient of T_0. */
function chebyshevCoefficients({ functions, terms }: NepBasis, coefficients: Float64Array): Float64Array {
  const out = coefficients.map((value) => 0.5 * value);
  for (let at = 0; at < functions * terms; at += terms) {
    out[at] = coefficients[at]!;
    for (let k = 1; k < terms; k++) out[at]! += out[at + k]!;
  }
  return out;
}

const upTo = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** The compiled twin of `referenceNepEnvironments`; null where the kernel is not loaded. */
export function kernelNepEnvironments(model: NepModel, types: Int32Array, periodic: Structure['periodic']): NepEnvironments | null {
  const module = kernelModule('nep');
  if (module === null) return null;
  const kernel = new WebAssembly.Instance(module, {}).exports as unknown as NepKernel;
  const { memory } = kernel;
  const arena = arenaOf(memory, kernel.heapBase());
  const doubles = (values: ArrayLike<number>): number => {
    const at = arena.take(8 * values.length);
    new Float64Array(memory.buffer, at, values.length).set(values);
    return at;
  };
  const integers = (values: ArrayLike<number>): number => {
    const at = arena.take(4 * values.length);
    new Int32Array(memory.buffer, at, values.length).set(values);
    return at;
  };
  const room = (count: number): number => arena.take(8 * count);

  const { radial, angular, lMax, neurons, networks, scale } = model;
  const atoms = types.length, elements = model.elements.length;
  // Tables of the elements that occur only: a model of 89 elements has 7921 pairs.
  const present = [...new Set(types)].sort((a, b) => a - b);
  const count = present.length;
  const own = Int32Array.from(types, (type) => present.indexOf(type));
  const pairs = present.flatMap((a) => present.map((b) => a * elements + b));
  const radii = pairCutoffs(model);
  const tableOf = (basis: NepBasis): number => {
    const each = basis.functions * basis.terms;
    const all = coefficientsByPair(basis, elements);
    return doubles(pairs.flatMap((pair) => Array.from(chebyshevCoefficients(basis, all.subarray(pair * each, (pair + 1) * each)))));
  };
  const dimension = descriptorLength(model);
  const rows = upTo(dimension, 4), columns = upTo(neurons, 4), pitch = upTo(angular.functions, 2);
  const networkDoubles = (rows + 4) * columns;
  const networkTable = doubles(present.flatMap((type) => {
    const { weights, biases, energy, charge, offset } = networks[networks.length === 1 ? 0 : type]!;
    const table = new Float64Array(networkDoubles);
    for (let neuron = 0; neuron < neurons; neuron++) {
      for (let at = 0; at < dimension; at++) table[at * columns + neuron] = weights[neuron * dimension + at]! * scale[at]!;
    }
    [biases, energy, charge ?? []].forEach((values, k) => table.set(values, (rows + k) * columns));
    table[(rows + 3) * columns] = model.energyBias + offset;
    return Array.from(table);
  }));

  const harmonics = harmonicsTable(lMax);
  const { extras } = invariantsTable(model);
  let monomialCount = 0;
  const forms = extras.flatMap((form) => [monomialCount, (monomialCount += form?.coefficients.length ?? 0)]);
  const monomials = arena.take(24 * monomialCount);
  extras.flatMap((form) => (form ? Array.from(form.coefficients, (value, t) => ({ value, indices: form.indices.subarray(3 * t, 3 * t + 3) })) : [])).forEach(({ value, indices }, t) => {
    const view = new DataView(memory.buffer, monomials + 24 * t, 24);
    view.setFloat64(0, value, true);
    indices.forEach((index, k) => { view.setUint32(8 + 4 * k, index * pitch * 8, true); });
  });

  const positionsAt = room(3 * atoms), potentialsAt = room(atoms), chargesAt = room(atoms), energiesAt = room(atoms);
  // One atom more than there are takes what stands-in pairs give, which is nothing.
  const forcesAt = room(3 * atoms + 3), virialAt = room(6), virialsAt = room(9 * atoms + 9);
  const momentRows = upTo(harmonics.count, 3), invariantCount = lMax + extras.length;
  kernel.configure(integers([
    count, radial.functions, radial.terms, angular.functions, angular.terms, lMax, extras.length, columns, rows, pitch,
    doubles(pairs.flatMap((pair) => [radii.radial[pair]!, radii.angular[pair]!])), tableOf(radial), tableOf(angular),
    doubles(harmonics.upper), doubles(harmonics.lower), doubles(harmonics.slope), integers(forms), monomials, networkTable, 8 * networkDoubles,
    atoms, integers(own), positionsAt, potentialsAt, chargesAt, energiesAt, forcesAt, virialAt, virialsAt,
    room(2 * count), room(2 * Math.max(radial.terms, angular.terms)), room(2 * angular.terms), room(momentRows * pitch), room(momentRows * pitch), room(invariantCount * pitch),
    room(rows), room(rows), room(columns), room(radial.terms),
  ]));

  const neighbours = createNeighbours({ periodic, cutoff: radii.largestRadial, skin, geometry: false });
  const segmentsAt = arena.take(4 * atoms * (count + 1));
  let entriesAt = 0, entryRoom = 0, imagesAt = 0, imageRoom = 0, scratchAt = 0, slotRoom = 0;
  /** Translations of the list in lattice vectors, 3 each. */
  let images = new Int32Array(0);
  let rebuilds = 0;

  /** Copies the list, the neighbours of each atom grouped by element. */
  function copyList({ first, atoms: others, shifts }: NeighbourList): void {
    const total = first[atoms]!;
    if (total > entryRoom) {
      entryRoom = Math.ceil(1.1 * total);
      entriesAt = arena.take(8 * entryRoom);
    }
    const known = new Map<string, number>(), found: number[] = [];
    const imageOf = (p: number): number => {
      const a = shifts[3 * p]!, b = shifts[3 * p + 1]!, c = shifts[3 * p + 2]!;
      const key = `${a},${b},${c}`;
      const index = known.get(key) ?? found.length / 3;
      if (index === found.length / 3) {
        known.set(key, index);
        found.push(a, b, c);
      }
      return index;
    };
    const segments = new Int32Array(memory.buffer, segmentsAt, atoms * (count + 1)), entries = new Int32Array(memory.buffer, entriesAt, 2 * total);
    let at = 0, most = 0;
    let last = -1, lastImage = 0;
    for (let i = 0; i < atoms; i++) {
      const start = first[i]!, end = first[i + 1]!;
      most = Math.max(most, end - start);
      for (let type = 0; type < count; type++) {
        segments[i * (count + 1) + type] = at;
        for (let p = start; p < end; p++) {
          if (own[others[p]!] !== type) continue;
          const same = last >= 0 && shifts[3 * p] === shifts[3 * last] && shifts[3 * p + 1] === shifts[3 * last + 1] && shifts[3 * p + 2] === shifts[3 * last + 2];
          if (!same) lastImage = imageOf(p);
          last = p;
          entries[2 * at] = others[p]!;
          entries[2 * at + 1] = lastImage;
          at++;
        }
      }
      segments[i * (count + 1) + count] = at;
    }
    images = Int32Array.from(found);
    if (found.length > imageRoom) {
      imageRoom = 2 * found.length;
      imagesAt = room(imageRoom);
    }
    // Each element may need a pair that stands in, and the last pair is written once beyond.
    const slots = upTo(most + 2 * count + 2, 2);
    if (slots > slotRoom) {
      slotRoom = upTo(Math.ceil(1.1 * slots), 2);
      scratchAt = room(slotRoom * kernel.slotDoubles());
    }
    kernel.place(segmentsAt, entriesAt, imagesAt, scratchAt, slotRoom);
  }

  const view = (at: number, length: number): Float64Array => new Float64Array(memory.buffer, at, length);
  const addTo = (target: Float64Array, from: Float64Array): void => {
    for (let k = 0; k < target.length; k++) target[k]! += from[k]!;
  };
  return {
    update(positions, cell) {
      const list = neighbours.update(positions, cell);
      if (neighbours.rebuilds !== rebuilds) {
        rebuilds = neighbours.rebuilds;
        copyList(list);
      }
      view(positionsAt, 3 * atoms).set(positions);
      const vectors = view(imagesAt, images.length);
      for (let k = 0; k < images.length; k += 3) {
        for (let x = 0; x < 3; x++) vectors[k + x] = images[k]! * cell[x]! + images[k + 1]! * cell[3 + x]! + images[k + 2]! * cell[6 + x]!;
      }
    },
    charges(out) {
      kernel.charge(0, atoms);
      out.set(view(chargesAt, atoms));
    },
    add({ energies, forces, virial, virials }, derivatives, potentials) {
      if (potentials) view(potentialsAt, atoms).set(potentials);
      if (derivatives) {
        view(forcesAt, 3 * atoms).fill(0);
        view(virialAt, 6).fill(0);
        if (virials) view(virialsAt, 9 * atoms).fill(0);
      }
      kernel.evaluate(0, atoms, derivatives ? 1 : 0, virials ? 1 : 0);
      addTo(energies, view(energiesAt, atoms));
      if (!derivatives) return;
      addTo(forces, view(forcesAt, 3 * atoms));
      addTo(virial, view(virialAt, 6));
      if (virials) addTo(virials, view(virialsAt, 9 * atoms));
    },
  };
}
