/**
 * Symmetry functions of one central element, taken apart into the factors they share: a function is a sum over pairs of
 * one radial factor, or over triplets of an angular factor times a radial factor at r_ij and at r_ik and, where it is
 * narrow, at r_jk. Flat numbers, lengths in Å: what the loops need, whatever language they are written in.
 */
import { atomicNumber } from '../crystal/elements.ts';
import { coreOfShape, isStretched, type Cutoff } from './cutoff-functions.ts';
import { isNarrow, isWeighted, type SymmetryFunction } from './symmetry-functions.ts';

/**
 * Columns of a radial factor. `form` 0: Gaussian times cutoff function, with `first` η (1/Å²), `second` r_s (Å), `third`
 * alpha; form 1: compact between `inner` and `outer`, with `third` 1 where it is stretched. `fall`: number of the cutoff type.
 */
export const radialColumns = { form: 0, inner: 1, outer: 2, first: 3, second: 4, fall: 5, third: 6, width: 7 } as const;
/** Columns of an angular factor. `form` 0: 2^(1−ζ) (1 + λ cos θ)^ζ with `first` λ, `second` ζ; form 1: compact in θ between `first` and `second` (radians) with `fall`. */
export const angularColumns = { form: 0, first: 1, second: 2, fall: 3, width: 4 } as const;
/** Columns of a pair term: the function it adds to, its radial factor, 1 where it is weighted by Z_j. */
export const pairColumns = { target: 0, radial: 1, weighted: 2, width: 3 } as const;
/** Columns of a triplet term: function, radial factor at r_ij and r_ik, angular factor, 1 where the radial factor at r_jk multiplies too, 1 where it is weighted by Z_j Z_k. */
export const tripletColumns = { target: 0, radial: 1, angular: 2, narrow: 3, weighted: 4, width: 5 } as const;

export interface DescriptorTables {
  /** Elements of the potential, in ascending atomic number; indices below refer to it. */
  readonly elements: readonly string[];
  /** Atomic numbers of these. */
  readonly atomicNumbers: Float64Array;
  /** Number of functions, signed volumes included. */
  readonly count: number;
  /** Å: beyond this no function sees an atom. */
  readonly cutoff: number;
  /** Rows of `radialColumns`, distinct. */
  readonly radial: Float64Array;
  /** Rows of `angularColumns`, distinct. */
  readonly angular: Float64Array;
  /** By neighbour element: the radial factors that any pair or triplet term needs there. */
  readonly radialOf: readonly Int32Array[];
  /** By neighbour element: rows of `pairColumns`. */
  readonly pairs: readonly Int32Array[];
  /** By elements a, b of a pair of neighbours, at a · elements + b, the same for b, a: rows of `tripletColumns`. */
  readonly triplets: readonly Int32Array[];
  /** By the same index: the distinct angular factors of its terms, */
  readonly angularOf: readonly Int32Array[];
  /** and the distinct radial factors that its terms need at r_jk. */
  readonly narrowOf: readonly Int32Array[];
  /** Signed volumes: their place among the functions, with lengths in Å. */
  readonly volumes: readonly SignedVolumeTerm[];
}

export interface SignedVolumeTerm {
  readonly target: number;
  /** Element indices and radial factors of j, k, l. */
  readonly elements: readonly [number, number, number];
  readonly radial: readonly [number, number, number];
  readonly power: 0 | 1;
}

/** Rows of numbers, each kept once; `indexOf` adds a row that is new. */
class DistinctRows {
  readonly rows: number[][] = [];
  readonly #known = new Map<string, number>();

  indexOf(row: number[]): number {
    const key = row.join(' ');
    const index = this.#known.get(key) ?? this.rows.push(row) - 1;
    this.#known.set(key, index);
    return index;
  }
}

/**
 * `functions`: of one central element, in the order of the network's inputs, lengths in units of `length` Å.
 * `elements`: of the whole potential, ascending atomic number.
 */
export function descriptorTables(functions: readonly SymmetryFunction[], elements: readonly string[], cutoff: Cutoff, length: number): DescriptorTables {
  const number = elements.length;
  const radial = new DistinctRows(), angular = new DistinctRows();
  const pairs: number[][] = elements.map(() => []);
  const triplets: number[][] = Array.from({ length: number * number }, () => []);
  const volumes: SignedVolumeTerm[] = [];
  const gaussian = (eta: number, shift: number, radius: number): number =>
    radial.indexOf([0, 0, radius * length, eta / length ** 2, shift * length, cutoff.type, cutoff.alpha]);

  functions.forEach((definition, target) => {
    if (definition.type === 'signed-volume') {
      const [j, k, l] = definition.neighbours.map((element, slot) => [elements.indexOf(element), gaussian(definition.eta[slot]!, definition.shift[slot]!, definition.cutoff)] as const);
      volumes.push({ target, elements: [j![0], k![0], l![0]], radial: [j![1], k![1], l![1]], power: definition.power });
      return;
    }
    const factor = 'eta' in definition
      ? gaussian(definition.eta, definition.shift, definition.cutoff)
      : radial.indexOf([1, definition.inner * length, definition.cutoff * length, 0, 0, coreOfShape(definition.shape), isStretched(definition.shape) ? 1 : 0]);
    const weighted = isWeighted(definition) ? 1 : 0;
    const [first, second] = definition.neighbours.map((element) => elements.indexOf(element));
    if (!('lambda' in definition) && !('from' in definition)) {
      for (let e = 0; e < number; e++) if (weighted || e === first) pairs[e]!.push(target, factor, weighted);
      return;
    }
    const angle = 'lambda' in definition
      ? angular.indexOf([0, definition.lambda, definition.zeta, 0])
      : angular.indexOf([1, (definition.from * Math.PI) / 180, (definition.to * Math.PI) / 180, coreOfShape(definition.shape)]);
    const row = [target, factor, angle, isNarrow(definition) ? 1 : 0, weighted];
    for (let a = 0; a < number; a++) {
      for (let b = 0; b < number; b++) {
        if (weighted || (a === first && b === second) || (b === first && a === second)) triplets[a * number + b]!.push(...row);
      }
    }
  });

  const radialOf = elements.map((_, e) => {
    const needed = new Set<number>(column(pairs[e]!, pairColumns.width, pairColumns.radial));
    for (let other = 0; other < number; other++) column(triplets[e * number + other]!, tripletColumns.width, tripletColumns.radial).forEach((factor) => needed.add(factor));
    for (const volume of volumes) volume.elements.forEach((element, slot) => { if (element === e) needed.add(volume.radial[slot]!); });
    return ascending(needed);
  });
  const narrowTerms = (rows: readonly number[]): number[] =>
    column(rows, tripletColumns.width, tripletColumns.radial).filter((_, term) => rows[term * tripletColumns.width + tripletColumns.narrow] === 1);
  return {
    elements,
    atomicNumbers: Float64Array.from(elements, atomicNumber),
    count: functions.length,
    cutoff: functions.reduce((largest, definition) => Math.max(largest, definition.cutoff), 0) * length,
    radial: Float64Array.from(radial.rows.flat()),
    angular: Float64Array.from(angular.rows.flat()),
    radialOf,
    pairs: pairs.map((rows) => Int32Array.from(rows)),
    triplets: triplets.map((rows) => Int32Array.from(rows)),
    angularOf: triplets.map((rows) => ascending(column(rows, tripletColumns.width, tripletColumns.angular))),
    narrowOf: triplets.map((rows) => ascending(narrowTerms(rows))),
    volumes,
  };
}

function column(rows: readonly number[], width: number, at: number): number[] {
  return rows.filter((_, k) => k % width === at);
}

function ascending(values: Iterable<number>): Int32Array {
  return Int32Array.from([...new Set(values)].sort((a, b) => a - b));
}
