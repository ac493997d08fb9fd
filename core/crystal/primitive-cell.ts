import type { Structure } from '../contracts/structure.ts';
import { inverse3, multiply3, norm3, vectorTimesMatrix3 } from '../math/matrix3.ts';
import { atomFinder, wrapSigned } from './atom-finder.ts';
import { minkowskiReduction } from './reduction.ts';
import { cartesianPositions, fractionalPositions } from './structure.ts';

/** A smallest cell of a crystal that was given as a larger one. */
export interface PrimitiveCell {
  readonly structure: Structure;
  /** 9, rows: its lattice vectors in terms of the input's. */
  readonly matrix: Float64Array;
  /** Index in the input of the atom that stands for each atom of the small cell: the first of its copies. */
  readonly firstAtom: Int32Array;
  /** Index in the small cell of what each atom of the input is a copy of. */
  readonly site: Int32Array;
  /** Å: largest distance between a copy and the average that replaces it. */
  readonly shift: number;
  /** The cell was left as it is although a smaller one may be in it: translations within the tolerance make no group, or too many had to be tried. */
  readonly doubtful: boolean;
}

/** Positions that are looked up before it is given up: some seconds. Perfect supercells need N log2 N of them, and disordered ones about N. */
const patience = 1_000_000;

/** Rows of a basis of the integer lattice that the given integer vectors span (three of them independent): lower triangular. */
function integerBasis(vectors: number[][]): number[][] {
  const basis: number[][] = [];
  let rest = vectors;
  for (let column = 2; column >= 0; column--) {
    // Euclid's algorithm on this column until a single vector has an entry there.
    for (;;) {
      const nonzero = rest.filter((v) => v[column] !== 0).sort((v, w) => Math.abs(v[column]!) - Math.abs(w[column]!));
      const pivot = nonzero[0]!;
      if (nonzero.length === 1) {
        basis.unshift(pivot);
        rest = rest.filter((v) => v !== pivot);
        break;
      }
      rest = rest.map((v) => (v === pivot || v[column] === 0 ? v : v.map((x, k) => x - Math.trunc(v[column]! / pivot[column]!) * pivot[k]!)));
    }
  }
  return basis;
}

/** Atoms that the permutations reach from `start`, itself first. */
function orbitOf(start: number, permutations: readonly Int32Array[], taken: Uint8Array): number[] {
  const orbit = [start];
  taken[start] = 1;
  for (let k = 0; k < orbit.length; k++) {
    for (const permutation of permutations) {
      const next = permutation[orbit[k]!]!;
      if (taken[next]) continue;
      taken[next] = 1;
      orbit.push(next);
    }
  }
  return orbit;
}

const greatestDivisor = (x: number, y: number): number => (y === 0 ? x : greatestDivisor(y, x % y));

/** How often a permutation must follow itself until it leads back to `start`. */
function orderAt(permutation: Int32Array, start: number): number {
  let order = 1;
  for (let at = permutation[start]!; at !== start; at = permutation[at]!) order++;
  return order;
}

/**
 * Divides out the translations that map the crystal onto itself within `tolerance` (Å). Copies are averaged. `kinds`: what
 * counts as alike. The symmetry finder would take minutes for a supercell of a thousand atoms; this takes milliseconds.
 */
export function primitiveCell(structure: Structure, kinds: readonly number[], tolerance: number): PrimitiveCell {
  const count = structure.species.length;
  const { cell } = structure;
  const fractional = fractionalPositions(structure);
  const members = new Map<number, number[]>();
  kinds.forEach((kind, i) => {
    const known = members.get(kind);
    if (known) known.push(i);
    else members.set(kind, [i]);
  });
  const rarest = [...members.values()].reduce((best, atoms) => (atoms.length < best.length ? atoms : best));
  const home = rarest[0]!;
  const find = atomFinder(fractional, cell, kinds, tolerance);
  const unchanged = (doubtful: boolean): PrimitiveCell => {
    const each = Int32Array.from({ length: count }, (_, i) => i);
    return { structure, matrix: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), firstAtom: each, site: each, shift: 0, doubtful };
  };

  // Translations that are no products of those before them: each at least doubles the group, so that few are tried in full.
  const generators: Int32Array[] = [];
  const translations: number[][] = [];
  let reached = new Uint8Array(count);
  reached[home] = 1;
  let looked = 0;
  const image = new Int32Array(count);
  // The target for which an atom was last an image: most targets fail at once, and clearing a list for each would cost more.
  const imageFor = new Int32Array(count).fill(-1);
  for (const target of rarest) {
    if (reached[target]) continue;
    const shift = [0, 1, 2].map((x) => fractional[3 * target + x]! - fractional[3 * home + x]!);
    let holds = true;
    for (let i = 0; i < count && holds; i++) {
      const j = find(kinds[i]!, [0, 1, 2].map((x) => fractional[3 * i + x]! + shift[x]!));
      holds = j >= 0 && imageFor[j] !== target;
      if (holds) imageFor[j] = target;
      image[i] = j;
      looked++;
    }
    if (looked > patience) return unchanged(true);
    if (!holds) continue;
    generators.push(image.slice());
    translations.push(shift);
    reached = new Uint8Array(count);
    orbitOf(home, generators, reached);
  }
  if (generators.length === 0) return unchanged(false);

  // A true group of translations moves every atom to as many places; anything else came from the tolerance, and the cell
  // is left as it is.
  const taken = new Uint8Array(count);
  const orbits: number[][] = [];
  for (let i = 0; i < count; i++) if (!taken[i]) orbits.push(orbitOf(i, generators, taken));
  const copies = orbits[0]!.length;
  if (orbits.some((orbit) => orbit.length !== copies)) return unchanged(true);

  // Some multiple of each translation is a lattice vector, so that the common multiple makes integers of all.
  const multiple = generators.map((image) => orderAt(image, home)).reduce((common, order) => (common * order) / greatestDivisor(common, order), 1);
  const basis = integerBasis([...translations.map((shift) => shift.map((x) => Math.round(x * multiple))), [multiple, 0, 0], [0, multiple, 0], [0, 0, multiple]]);
  if (Math.abs(basis[0]![0]! * basis[1]![1]! * basis[2]![2]!) * copies !== multiple ** 3) return unchanged(true);
  const rough = Float64Array.from(basis.flat(), (value) => value / multiple);
  const { matrix: reduction } = minkowskiReduction(multiply3(rough, cell));
  const matrix = multiply3(reduction, rough);
  const small = multiply3(matrix, cell);

  const inverse = inverse3(matrix);
  const site = new Int32Array(count);
  const positions: number[] = [];
  let largest = 0;
  orbits.forEach((orbit, index) => {
    const i = orbit[0]!;
    // Exact copies differ by vectors of the small lattice; what a copy lacks to its place is averaged.
    const rests = orbit.map((j) => {
      site[j] = index;
      const difference = vectorTimesMatrix3([0, 1, 2].map((x) => fractional[3 * j + x]! - fractional[3 * i + x]!), inverse);
      return vectorTimesMatrix3(difference.map(wrapSigned), matrix);
    });
    const mean = [0, 1, 2].map((x) => rests.reduce((sum, rest) => sum + rest[x]!, 0) / copies);
    for (const rest of rests) largest = Math.max(largest, norm3(vectorTimesMatrix3([0, 1, 2].map((x) => rest[x]! - mean[x]!), cell)));
    positions.push(...mean.map((value, x) => fractional[3 * i + x]! + value));
  });
  const firstAtom = Int32Array.from(orbits, (orbit) => orbit[0]!);
  const { masses, totalCharge } = structure;
  return {
    structure: {
      ...structure,
      cell: small,
      species: Array.from(firstAtom, (i) => structure.species[i]!),
      positions: cartesianPositions(positions, cell),
      ...(masses && { masses: Float64Array.from(firstAtom, (i) => masses[i]!) }),
      ...(totalCharge !== undefined && { totalCharge: totalCharge / copies }),
    },
    matrix,
    firstAtom,
    site,
    shift: largest,
    doubtful: false,
  };
}
