/**
 * The compiled twin of the reference in `core/potential/neural.ts`: energies, forces and virials of Behler-Parrinello
 * networks on the symmetry functions of n2p2. Potentials with signed volumes go through the reference as a whole.
 *
 * The tables of a potential are written once into the memory of one instance, which all its evaluators share: evaluations are
 * synchronous, and what they leave is copied out. A long list goes through in batches.
 */
import type { NeighbourList } from '../crystal/neighbours.ts';
import type { Scaling } from '../descriptors/scaling.ts';
import { angularColumns, pairColumns, radialColumns, tripletColumns, type DescriptorTables } from '../descriptors/tables.ts';
import type { Activation } from '../network/activations.ts';
import type { FeedForward } from '../network/feed-forward.ts';
import type { Tally } from '../potential/tally.ts';
import { kernelModule } from './kernels.ts';

interface NeuralExports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  place(...sizes: number[]): number;
  addressOf(array: number): number;
  evaluate(plans: number, from: number, to: number, members: number, sets: number, derivatives: number, virials: number): void;
}

/** What the kernel evaluates; lists per element of the potential. */
export interface NeuralModel {
  readonly tables: readonly DescriptorTables[];
  readonly scalings: readonly Scaling[];
  /** One list per member of a committee. */
  readonly members: readonly (readonly FeedForward[])[];
  /** eV: an atom's energy is slope · output + constant of its element. */
  readonly slope: number;
  readonly constants: Float64Array;
}

/** What a set of networks adds up. */
export interface NeuralSums extends Tally {
  /** 9N, eV */
  readonly virials: Float64Array;
}

export interface NeuralKernel {
  /**
   * Fills one tally per member, or one with the mean of all. Forces and virial only with `derivatives`, virials of atoms only
   * with `virials`. `visit`: called with the symmetry functions of every atom, in a view that the next call overwrites.
   * Returns false where an environment is too crowded for it: nothing is filled then.
   */
  fill(list: NeighbourList, types: Int32Array, sums: readonly NeuralSums[], derivatives: boolean, virials: boolean, visit: ((atom: number, values: Float64Array) => void) | null): boolean;
}

const activationKinds: Readonly<Record<Activation, number>> = {
  linear: 0, tanh: 1, logistic: 2, relu: 3, gaussian: 4, 'reverse-logistic': 5, exponential: 6, harmonic: 7, softplus: 8, silu: 9, cosine: 10,
};

/** Added to the type of a fall: compact, and once more: stretched. */
const compactCode = 16;

/** Batches of at most this many entries and atoms: large enough that calls cost nothing, small enough for the second-level cache. */
const batchEntries = 8192, batchAtoms = 128;
/** Neighbours of one atom are numbered with 15 bits, and their triplets must find room. */
const mostNeighbours = 32767, mostTripletBytes = 2 ** 30;

/** Tables under construction: 8-byte aligned stretches of bytes behind a fixed address. */
class Image {
  readonly #start: number;
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  constructor(start: number) {
    this.#start = start;
  }

  get end(): number { return this.#start + this.#length; }
  get bytes(): Uint8Array { return this.#bytes.subarray(0, this.#length); }

  #take(count: number): number {
    const at = this.#length;
    this.#length += Math.ceil(count / 16) * 16;
    if (this.#length > this.#bytes.length) {
      const more = new Uint8Array(2 * this.#length);
      more.set(this.#bytes);
      this.#bytes = more;
    }
    return at;
  }

  doubles(values: readonly number[] | Float64Array): number {
    const at = this.#take(8 * values.length);
    new Float64Array(this.#bytes.buffer, at, values.length).set(values);
    return this.#start + at;
  }

  integers(values: readonly number[]): number {
    const at = this.#take(4 * values.length);
    new Int32Array(this.#bytes.buffer, at, values.length).set(values);
    return this.#start + at;
  }
}

/** Largest numbers of anything in one element's tables. */
interface Sizes {
  cutoffs: number;
  groups: number;
  functions: number;
  slots: number;
  powers: number;
  narrow: number;
  neurons: number;
  classes: number;
  /** Cutoffs that have classes. */
  layers: number;
  /** Arrays of doubles that a triplet needs, both lists of a class together. */
  arrays: number;
}

/**
 * exp(−η r²) is a power of another one, where their η have a whole ratio: the index of the ratio that needs the fewest products
 * and itself, or −1. Powers up to 32 cost less than an exponential function; their rounding grows to 32 units at most.
 */
function cheapestPower(ratios: readonly number[]): [number, number] {
  let best: [number, number] = [-1, 0], least = Infinity;
  ratios.forEach((ratio, k) => {
    const whole = Math.round(ratio);
    // Written decimals: 0.07/0.01 differs from 7 in the last digits.
    if (whole < 1 || whole > 32 || Math.abs(ratio - whole) > 4e-16 * whole) return;
    const bits = whole.toString(2);
    const products = bits.length - 1 + bits.replaceAll('0', '').length;
    if (products < least) {
      least = products;
      best = [k, whole];
    }
  });
  return best;
}

interface Term {
  readonly target: number;
  readonly radial: number;
  readonly angular: number;
  readonly narrow: boolean;
  readonly weight: number;
}

const column = (table: ArrayLike<number>, width: number, row: number, name: number): number => table[row * width + name]!;

const distinct = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

/** Writes the tables of one central element; returns their address. The layout is described in the kernel. */
function writePlan(image: Image, tables: DescriptorTables, { offset, origin, factor }: Scaling, networks: readonly FeedForward[], energy: readonly [number, number], sizes: Sizes): number {
  const { radial, angular, elements, atomicNumbers } = tables;
  const radialOf = (index: number, name: number): number => column(radial, radialColumns.width, index, name);
  const angularOf = (index: number, name: number): number => column(angular, angularColumns.width, index, name);
  // What falls: cutoff functions of Gaussians and compact functions, distinct and in the order of their ends.
  const fallRows = Array.from({ length: radial.length / radialColumns.width }, (_, index): number[] => {
    const compact = radialOf(index, radialColumns.form) === 1, type = radialOf(index, radialColumns.fall), third = radialOf(index, radialColumns.third);
    const outer = radialOf(index, radialColumns.outer);
    return compact
      ? [outer, outer ** 2, radialOf(index, radialColumns.inner), type + compactCode * (1 + third), 0]
      : [outer, outer ** 2, type === 2 || type === 3 ? 0 : third * outer, type, 0];
  });
  const keys = fallRows.map((row) => row.join(' '));
  const falls = fallRows.filter((_, k) => keys.indexOf(keys[k]!) === k).sort((a, b) => a[0]! - b[0]!);
  const fallKeys = falls.map((row) => row.join(' '));
  const cutoffOf = (index: number): number => fallKeys.indexOf(keys[index]!);
  const cutoffTable = image.doubles(falls.flat());

  let slots = 0;
  const termTargets: number[] = [], termSlots: number[] = [], coefficients: number[] = [];
  const addTerm = (target: number, slot: number, coefficient: number): void => {
    termTargets.push(target);
    termSlots.push(slot);
    coefficients.push(coefficient);
  };

  // Triplet terms by class: elements a ≤ b and cutoff, in the order of the cutoffs.
  const classes: { a: number; b: number; cutoff: number; terms: Term[] }[] = [];
  falls.forEach((_, cutoff) => {
    for (let a = 0; a < elements.length; a++) {
      for (let b = a; b < elements.length; b++) {
        const rows = tables.triplets[a * elements.length + b]!;
        const terms = Array.from({ length: rows.length / tripletColumns.width }, (_unused, t): Term => {
          const of = (name: number): number => column(rows, tripletColumns.width, t, name);
          return {
            target: of(tripletColumns.target), radial: of(tripletColumns.radial), angular: of(tripletColumns.angular), narrow: of(tripletColumns.narrow) === 1,
            weight: of(tripletColumns.weighted) === 1 ? atomicNumbers[a]! * atomicNumbers[b]! : 1,
          };
        }).filter((term) => cutoffOf(term.radial) === cutoff);
        if (terms.length > 0) classes.push({ a, b, cutoff, terms });
      }
    }
  });
  // Products of radial factors at r_ij and r_ik: wide groups, and narrow ones that share one with a wide group or are shifted.
  const productsOf = (terms: readonly Term[]): { wide: number[]; narrow: number[]; products: number[] } => {
    const wide = distinct(terms.filter(({ narrow }) => !narrow).map((term) => term.radial));
    const narrow = distinct(terms.filter((term) => term.narrow).map((term) => term.radial)).sort((a, b) => radialOf(a, radialColumns.first) - radialOf(b, radialColumns.first));
    const others = narrow.filter((index) => !wide.includes(index) && radialOf(index, radialColumns.second) !== 0);
    return { wide, narrow, products: [...wide, ...others] };
  };

  // Radial groups of each neighbour element: those of pair functions first, with slots, and those that only products need.
  const groupsOf = elements.map((_, e) => {
    const rows = tables.pairs[e]!;
    const groups = new Map<number, number>();
    for (let t = 0; t < rows.length / pairColumns.width; t++) {
      const index = column(rows, pairColumns.width, t, pairColumns.radial);
      if (!groups.has(index)) groups.set(index, slots++);
      addTerm(column(rows, pairColumns.width, t, pairColumns.target), groups.get(index)!, column(rows, pairColumns.width, t, pairColumns.weighted) === 1 ? atomicNumbers[e]! : 1);
    }
    for (const { a, b, terms } of classes) if (a === e || b === e) productsOf(terms).products.forEach((index) => { if (!groups.has(index)) groups.set(index, -1); });
    return groups;
  });
  const groupTable = image.integers(groupsOf.flatMap((groups) => [groups.size, image.doubles([...groups].flatMap(([index, slot]) => [
    radialOf(index, radialColumns.first), radialOf(index, radialColumns.second), cutoffOf(index), slot, 0,
  ]))]));

  const classTable = image.integers(classes.flatMap(({ a, b, cutoff, terms }) => {
    const { wide, narrow, products } = productsOf(terms);
    // (1 + λc) with |λ| ≤ 1 is never negative: it needs no sum of its own beside those of 1 and c.
    const isLinear = (index: number): boolean => angularOf(index, angularColumns.form) === 0 && angularOf(index, angularColumns.second) === 1 && Math.abs(angularOf(index, angularColumns.first)) <= 1;
    const powers = distinct(terms.map((term) => term.angular).filter((index) => !isLinear(index)));
    const each = 2 + powers.length, first = slots;
    const groups = [...narrow, ...wide];
    slots += each * groups.length;
    for (const { target, radial: index, angular: angle, narrow: isNarrow, weight } of terms) {
      const slot = first + each * (isNarrow ? narrow.indexOf(index) : narrow.length + wide.indexOf(index));
      if (isLinear(angle)) {
        addTerm(target, slot, weight);
        addTerm(target, slot + 1, weight * angularOf(angle, angularColumns.first));
      } else addTerm(target, slot + 2 + powers.indexOf(angle), weight);
    }
    const eta = (index: number): number => radialOf(index, radialColumns.first), shift = (index: number): number => radialOf(index, radialColumns.second);
    const free = narrow.some((index) => !products.includes(index));
    sizes.powers = Math.max(sizes.powers, powers.length);
    sizes.narrow = Math.max(sizes.narrow, narrow.length);
    sizes.arrays = Math.max(sizes.arrays, (4 + products.length + Math.max(narrow.length, free ? 1 : 0)) * (narrow.length > 0 && wide.length > 0 ? 2 : 1));
    const rowOf = (element: number, index: number): number => [...groupsOf[element]!.keys()].indexOf(index);
    return [
      a, b, cutoff, powers.length, products.length, wide.length, narrow.length,
      image.doubles(powers.flatMap((index) => {
        const first = angularOf(index, angularColumns.first), second = angularOf(index, angularColumns.second);
        return angularOf(index, angularColumns.form) === 1
          ? [second, second ** 2, first, angularOf(index, angularColumns.fall) + compactCode, 2]
          : [first, second, 2 ** (1 - second), 0, Number.isInteger(second) && second >= 1 && second <= 64 ? 1 : 0];
      })),
      image.integers(products.flatMap((index) => [rowOf(a, index), rowOf(b, index)])),
      image.doubles(narrow.flatMap((index, g) => {
        const product = products.indexOf(index);
        const alike = narrow.slice(0, g).map((other) => (shift(other) === shift(index) && (products.indexOf(other) < 0) === (product < 0) ? eta(index) / eta(other) : 0));
        return [eta(index), shift(index), product, ...cheapestPower(alike)];
      })),
      first,
      image.doubles(groups.flatMap((index) => [eta(index), eta(index) * shift(index)])),
      groups.some((index) => shift(index) !== 0) ? 1 : 0,
      free ? 1 : 0,
      0, 0,
    ];
  }));

  sizes.cutoffs = Math.max(sizes.cutoffs, falls.length);
  sizes.groups = Math.max(sizes.groups, ...groupsOf.map(({ size }) => size));
  sizes.functions = Math.max(sizes.functions, tables.count);
  sizes.slots = Math.max(sizes.slots, slots);
  sizes.classes = Math.max(sizes.classes, classes.length);
  sizes.layers = Math.max(sizes.layers, new Set(classes.map(({ cutoff }) => cutoff)).size);
  sizes.neurons = Math.max(sizes.neurons, ...networks.map(({ layers }) => layers.reduce((sum, size) => sum + size + 2, 0)));
  return image.integers([
    tables.count, slots, coefficients.length, image.integers(termTargets.flatMap((target, t) => [target, termSlots[t]!])), image.doubles(coefficients),
    falls.length, cutoffTable, elements.length, groupTable, classes.length, classTable,
    image.doubles([offset, ...Array.from(origin).flatMap((value, k) => [value, factor[k]!])]),
    image.integers(networks.map((network) => writeNetwork(image, network))), image.doubles(energy),
  ]);
}

function writeNetwork(image: Image, { layers, activations, normalised, weights }: FeedForward): number {
  const padded: number[] = [];
  let at = 0;
  for (let l = 1; l < layers.length; l++) {
    for (let row = 0; row <= layers[l - 1]!; row++) {
      padded.push(...weights.subarray(at, at + layers[l]!));
      if (layers[l]! % 2 === 1) padded.push(0);
      at += layers[l]!;
    }
  }
  return image.integers([layers.length, normalised ? 1 : 0, ...layers, 0, ...activations.map((name) => activationKinds[name]), image.doubles(padded)]);
}

/** Null where the kernel is not loaded or the potential has functions that it does not know. */
export function neuralKernel(model: NeuralModel): NeuralKernel | null {
  const module = kernelModule('neural');
  const known = model.tables.every(({ volumes }) => volumes.length === 0);
  if (module === null || !known) return null;
  const kernel = new WebAssembly.Instance(module, {}).exports as unknown as NeuralExports;
  const { memory } = kernel;
  const image = new Image(kernel.heapBase());
  const sizes: Sizes = { cutoffs: 1, groups: 1, functions: 1, slots: 1, powers: 1, narrow: 1, neurons: 1, classes: 1, layers: 1, arrays: 1 };
  const plans = model.tables.map((tables, e) => writePlan(image, tables, model.scalings[e]!, model.members.map((networks) => networks[e]!), [model.slope, model.constants[e]!], sizes));
  const planTable = image.integers(plans);
  const start = image.end;
  const missing = start - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  new Uint8Array(memory.buffer, start - image.bytes.length, image.bytes.length).set(image.bytes);
  const elements = model.tables.length;

  return {
    fill({ first, atoms, vectors }, types, sums, derivatives, virials, visit) {
      const count = types.length;
      let room = 0;
      for (let i = 0; i < count; i++) room = Math.max(room, first[i + 1]! - first[i]!);
      // The triplets of all classes of one cutoff are different pairs of neighbours; each array is filled up to a line of the cache.
      const triplets = 8 * sizes.arrays * (sizes.layers * 0.5 * room * room + 16 * sizes.classes) + 4096;
      if (room > mostNeighbours || triplets > mostTripletBytes) return false;
      const entries = Math.max(batchEntries, room), sets = sums.length;
      const end = kernel.place(
        start, count, room, entries, batchAtoms, sizes.cutoffs, sizes.groups, sizes.functions, sizes.slots, sizes.powers, sizes.narrow, sizes.neurons, elements * sizes.cutoffs,
        sizes.classes, triplets, virials ? 1 : 0, sets,
      );
      if (end === 0) return false;
      const { buffer } = memory;
      const integers = (array: number, length: number): Int32Array => new Int32Array(buffer, kernel.addressOf(array), length);
      const doubles = (array: number, length: number): Float64Array => new Float64Array(buffer, kernel.addressOf(array), length);
      const energies = doubles(1, sets * count), forces = doubles(2, 3 * sets * count), virial = doubles(3, 6 * sets), atomVirials = doubles(4, virials ? 9 * sets * count : 0);
      const values = doubles(5, batchAtoms * sizes.functions);
      const segments = integers(6, batchAtoms + 1), batchOthers = integers(7, entries), batchVectors = doubles(8, 3 * entries);
      integers(0, count).set(types);
      for (const results of [energies, forces, virial, atomVirials]) results.fill(0);
      for (let from = 0; from < count;) {
        const base = first[from]!;
        let to = from;
        while (to < count && to - from < batchAtoms && first[to + 1]! - base <= entries) to++;
        for (let i = from; i <= to; i++) segments[i - from] = first[i]! - base;
        batchOthers.set(atoms.subarray(base, first[to]));
        batchVectors.set(vectors.subarray(3 * base, 3 * first[to]!));
        kernel.evaluate(planTable, from, to, model.members.length, sets, derivatives ? 1 : 0, virials ? 1 : 0);
        if (visit) {
          let at = 0;
          for (let i = from; i < to; i++) {
            const functions = model.tables[types[i]!]!.count;
            visit(i, values.subarray(at, at + functions));
            at += functions;
          }
        }
        from = to;
      }
      sums.forEach((each, set) => {
        each.energies.set(energies.subarray(set * count, (set + 1) * count));
        if (derivatives) {
          each.forces.set(forces.subarray(3 * set * count, 3 * (set + 1) * count));
          each.virial.set(virial.subarray(6 * set, 6 * set + 6));
        }
        if (virials) each.virials.set(atomVirials.subarray(9 * set * count, 9 * (set + 1) * count));
      });
      return true;
    },
  };
}
