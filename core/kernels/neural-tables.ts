/** The tables that the kernel of networks reads: the layout is described in `assembly/neural/layout.ts`. */
import { widthOfRange, type DescriptorStatistics } from '../descriptors/scaling.ts';
import { angularColumns, pairColumns, radialColumns, tripletColumns } from '../descriptors/tables.ts';
import type { Activation } from '../network/activations.ts';
import type { FeedForward } from '../network/feed-forward.ts';
import type { NeuralNetworks } from '../potential/neural-environments.ts';

/** Where tables are written to: each stretch gets an address. */
export interface TableSpace {
  takeDoubles(values: ArrayLike<number>): number;
  takeIntegers(values: ArrayLike<number>): number;
}

const activationKinds: Readonly<Record<Activation, number>> = {
  linear: 0, tanh: 1, logistic: 2, relu: 3, gaussian: 4, 'reverse-logistic': 5, exponential: 6, harmonic: 7, softplus: 8, silu: 9, cosine: 10,
};

/** Added to the type of a fall: compact, and once more: stretched. */
const compactCode = 16;

/** Largest numbers of anything in one element's tables. */
export interface Sizes {
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
  /** Pairs of slots of a class. */
  pairs: number;
  /** Wide groups that are linear in cos θ, of all classes together. */
  linear: number;
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

/** Writes the tables of central element e; returns their address. */
function writePlan(space: TableSpace, { tables: all, scalings, statistics, members, slope, constants, charged }: NeuralNetworks, e: number, sizes: Sizes): number {
  const tables = all[e]!, { offset, origin, factor } = scalings[e]!;
  const { radial, angular, elements, atomicNumbers, volumes } = tables;
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
  const cutoffTable = space.takeDoubles(falls.flat());

  // The first slot belongs to nothing: it stands in for the other half of a pair of slots.
  let slots = 1;
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
  // (1 + λc) with |λ| ≤ 1 is never negative: it needs no sum of its own beside those of 1 and c.
  const isLinear = ({ angular: index }: Term): boolean => angularOf(index, angularColumns.form) === 0 && angularOf(index, angularColumns.second) === 1 && Math.abs(angularOf(index, angularColumns.first)) <= 1;
  // Products of radial factors at r_ij and r_ik: wide groups, and narrow ones that share one with a wide group or are shifted. Wide
  // functions that are linear need none.
  const productsOf = (terms: readonly Term[]): { wide: number[]; narrow: number[]; products: number[]; linear: number[] } => {
    const radii = (which: (term: Term) => boolean): number[] => distinct(terms.filter(which).map((term) => term.radial));
    const wide = radii((term) => !term.narrow && !isLinear(term)), linear = radii((term) => !term.narrow && isLinear(term));
    const narrow = radii((term) => term.narrow).sort((a, b) => radialOf(a, radialColumns.first) - radialOf(b, radialColumns.first));
    const others = narrow.filter((index) => !wide.includes(index) && radialOf(index, radialColumns.second) !== 0);
    return { wide, narrow, products: [...wide, ...others], linear };
  };

  // Radial groups of each neighbour element: those of pair functions first, with slots, and those that only triplets and signed volumes need.
  const groupsOf = elements.map((_, e) => {
    const rows = tables.pairs[e]!;
    const groups = new Map<number, number>();
    for (let t = 0; t < rows.length / pairColumns.width; t++) {
      const index = column(rows, pairColumns.width, t, pairColumns.radial);
      if (!groups.has(index)) groups.set(index, slots++);
      addTerm(column(rows, pairColumns.width, t, pairColumns.target), groups.get(index)!, column(rows, pairColumns.width, t, pairColumns.weighted) === 1 ? atomicNumbers[e]! : 1);
    }
    const need = (index: number): void => { if (!groups.has(index)) groups.set(index, -1); };
    for (const { a, b, terms } of classes) if (a === e || b === e) {
      const { products, linear } = productsOf(terms);
      [...products, ...linear].forEach(need);
    }
    for (const volume of volumes) volume.elements.forEach((element, slot) => { if (element === e) need(volume.radial[slot]!); });
    return groups;
  });
  const groupTable = space.takeIntegers(groupsOf.flatMap((groups) => [groups.size, space.takeDoubles([...groups].flatMap(([index, slot]) => [
    radialOf(index, radialColumns.first), radialOf(index, radialColumns.second), cutoffOf(index), slot, 0,
  ]))]));

  const rowOf = (element: number, index: number): number => [...groupsOf[element]!.keys()].indexOf(index);

  const classTable = space.takeIntegers(classes.flatMap(({ a, b, cutoff, terms }) => {
    const { wide, narrow, products, linear } = productsOf(terms);
    const powers = distinct(terms.filter((term) => !isLinear(term)).map((term) => term.angular));
    const each = 2 + powers.length, first = slots;
    const groups = [...narrow, ...wide];
    slots += each * groups.length;
    const firstLinear = slots;
    slots += 2 * linear.length;
    /** Per group: whether it is linear in cos θ, and the powers that it uses. */
    const uses = groups.map(() => ({ linear: false, powers: new Set<number>() }));
    for (const term of terms) {
      const { target, radial: index, angular: angle, weight } = term;
      const group = term.narrow ? narrow.indexOf(index) : narrow.length + wide.indexOf(index);
      const slot = !term.narrow && isLinear(term) ? firstLinear + 2 * linear.indexOf(index) : first + each * group;
      if (isLinear(term)) {
        addTerm(target, slot, weight);
        addTerm(target, slot + 1, weight * angularOf(angle, angularColumns.first));
        if (term.narrow) uses[group]!.linear = true;
      } else {
        addTerm(target, slot + 2 + powers.indexOf(angle), weight);
        uses[group]!.powers.add(powers.indexOf(angle));
      }
    }
    /** Pairs of angular factors of the groups: (1, c) is the first, then two powers each. */
    const pairs = uses.flatMap((own, group) => [...(own.linear ? [0] : []), ...distinct([...own.powers].map((power) => 1 + (power >> 1)))].map((pair) => ({ group, pair })));
    sizes.pairs = Math.max(sizes.pairs, pairs.length);
    const eta = (index: number): number => radialOf(index, radialColumns.first), shift = (index: number): number => radialOf(index, radialColumns.second);
    const free = narrow.some((index) => !products.includes(index));
    sizes.powers = Math.max(sizes.powers, powers.length);
    sizes.narrow = Math.max(sizes.narrow, narrow.length);
    sizes.arrays = Math.max(sizes.arrays, (4 + products.length + Math.max(narrow.length, free ? 1 : 0) + 2 * powers.length) * (narrow.length > 0 && wide.length > 0 ? 2 : 1));
    return [
      a, b, cutoff, powers.length, products.length, wide.length, narrow.length,
      space.takeDoubles(powers.flatMap((index) => {
        const first = angularOf(index, angularColumns.first), second = angularOf(index, angularColumns.second);
        return angularOf(index, angularColumns.form) === 1
          ? [second, second ** 2, first, angularOf(index, angularColumns.fall) + compactCode, 2]
          : [first, second, 2 ** (1 - second), 0, Number.isInteger(second) && second >= 1 && second <= 64 ? 1 : 0];
      })),
      space.takeIntegers(products.flatMap((index) => [rowOf(a, index), rowOf(b, index)])),
      space.takeDoubles(narrow.flatMap((index, g) => {
        const product = products.indexOf(index);
        const alike = narrow.slice(0, g).map((other) => (shift(other) === shift(index) && (products.indexOf(other) < 0) === (product < 0) ? eta(index) / eta(other) : 0));
        return [eta(index), shift(index), product, ...cheapestPower(alike)];
      })),
      first,
      space.takeDoubles(groups.flatMap((index, group) => [eta(index), eta(index) * shift(index), uses[group]!.linear ? 1 : 0, uses[group]!.powers.size, space.takeIntegers([...uses[group]!.powers])])),
      groups.some((index) => shift(index) !== 0) ? 1 : 0,
      free ? 1 : 0,
      pairs.length, pairs.filter(({ group }) => group < narrow.length).length,
      space.takeIntegers(pairs.flatMap(({ group, pair }) => {
        const slot = first + each * group + 2 * pair;
        // The last pair of an odd number of powers has one slot only.
        return [group, pair, slot, 2 * pair > powers.length ? 0 : slot + 1];
      })),
      1 + ((powers.length + 1) >> 1),
      linear.length,
      space.takeDoubles(linear.flatMap((index, q) => [eta(index), shift(index), rowOf(a, index), rowOf(b, index), firstLinear + 2 * q, sizes.linear++])),
    ];
  }));

  sizes.cutoffs = Math.max(sizes.cutoffs, falls.length);
  sizes.groups = Math.max(sizes.groups, ...groupsOf.map(({ size }) => size));
  sizes.functions = Math.max(sizes.functions, tables.count);
  sizes.slots = Math.max(sizes.slots, slots);
  sizes.classes = Math.max(sizes.classes, classes.length);
  sizes.layers = Math.max(sizes.layers, new Set(classes.map(({ cutoff }) => cutoff)).size);
  sizes.neurons = Math.max(sizes.neurons, ...[...members, ...(charged?.electronegativities ?? [])].map((networks) => networks[e]!).map(({ layers }) => layers.reduce((sum, size) => sum + size + 2, 0)));
  const networksOf = (own: readonly (readonly FeedForward[])[] | undefined): number => space.takeIntegers((own ?? []).map((networks) => writeNetwork(space, networks[e]!)));
  return space.takeIntegers([
    tables.count, slots, coefficients.length, space.takeIntegers(termTargets.flatMap((target, t) => [target, termSlots[t]!])), space.takeDoubles(coefficients),
    falls.length, cutoffTable, elements.length, groupTable, classes.length, classTable,
    space.takeDoubles([offset, ...Array.from(origin).flatMap((value, k) => [value, factor[k]!])]),
    networksOf(members), space.takeDoubles([slope, constants[e]!, charged?.slope ?? 0, charged?.scale ?? 0]),
    space.takeDoubles(rangesOf(statistics[e]!)), networksOf(charged?.electronegativities),
    volumes.length, space.takeIntegers(volumes.flatMap((volume) => [volume.target, volume.power, ...volume.elements.flatMap((element, slot) => [element, rowOf(element, volume.radial[slot]!)])])),
  ]);
}

/** Ends and width of the range of every function. */
function rangesOf({ minimum, maximum }: DescriptorStatistics): number[] {
  return Array.from(minimum).flatMap((low, k) => [low, maximum[k]!, widthOfRange(low, maximum[k]!)]);
}

export const noSizes: Readonly<Sizes> = { cutoffs: 1, groups: 1, functions: 1, slots: 1, powers: 1, narrow: 1, neurons: 1, classes: 1, layers: 1, arrays: 1, pairs: 0, linear: 0 };

/** Writes the tables of all elements; returns the address of their addresses. */
export function writeTables(space: TableSpace, networks: NeuralNetworks): { plans: number; sizes: Readonly<Sizes> } {
  const sizes: Sizes = { ...noSizes };
  return { plans: space.takeIntegers(networks.tables.map((_, e) => writePlan(space, networks, e, sizes))), sizes };
}

function writeNetwork(space: TableSpace, { layers, activations, normalised, weights }: FeedForward): number {
  const padded: number[] = [];
  let at = 0;
  for (let l = 1; l < layers.length; l++) {
    for (let row = 0; row <= layers[l - 1]!; row++) {
      padded.push(...weights.subarray(at, at + layers[l]!));
      if (layers[l]! % 2 === 1) padded.push(0);
      at += layers[l]!;
    }
  }
  return space.takeIntegers([layers.length, normalised ? 1 : 0, ...layers, 0, ...activations.map((name) => activationKinds[name]), space.takeDoubles(padded)]);
}
