import type { Structure } from '../contracts/structure.ts';
import { multiply3, norm3, vectorTimesMatrix3 } from '../math/matrix3.ts';
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
  /** Å: largest distance between a copy and the average that replaces it. */
  readonly shift: number;
}

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

/**
 * Divides out the translations that map the crystal onto itself within `tolerance` (Å). Copies are averaged. `kinds`: what
 * counts as alike. The symmetry finder would take minutes for a supercell of a thousand atoms; this takes milliseconds.
 */
export function primitiveCell(structure: Structure, kinds: readonly number[], tolerance: number): PrimitiveCell {
  const count = structure.species.length;
  const { cell } = structure;
  const fractional = fractionalPositions(structure);
  const members = new Map<number, number[]>();
  kinds.forEach((kind, i) => members.set(kind, [...(members.get(kind) ?? []), i]));
  const rarest = [...members.values()].reduce((best, atoms) => (atoms.length < best.length ? atoms : best));
  const find = atomFinder(fractional, cell, kinds, tolerance);

  // images[t][i]: where translation t takes atom i. The identity first.
  const images: Int32Array[] = [];
  const translations: number[][] = [];
  for (const target of rarest) {
    const shift = [0, 1, 2].map((x) => fractional[3 * target + x]! - fractional[3 * rarest[0]! + x]!);
    const image = new Int32Array(count);
    let holds = true;
    for (let i = 0; i < count && holds; i++) {
      image[i] = find(kinds[i]!, [0, 1, 2].map((x) => fractional[3 * i + x]! + shift[x]!));
      holds = image[i]! >= 0;
    }
    if (holds && new Set(image).size === count) {
      images.push(image);
      translations.push(shift);
    }
  }
  const copies = images.length;
  // A true group of translations has an order that divides the number of atoms of each kind; anything else came from the
  // tolerance, and the cell is left as it is.
  const divides = [...members.values()].every((atoms) => atoms.length % copies === 0);
  const unchanged = (): PrimitiveCell => ({
    structure, matrix: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), firstAtom: Int32Array.from({ length: count }, (_, i) => i), shift: 0,
  });
  if (copies === 1 || !divides) return unchanged();

  // The order of the group times any of its translations is a lattice vector: integers.
  const integers = translations.map((shift) => shift.map((x) => Math.round(x * copies)));
  const basis = integerBasis([...integers, [copies, 0, 0], [0, copies, 0], [0, 0, copies]]);
  if (Math.abs(basis[0]![0]! * basis[1]![1]! * basis[2]![2]!) !== copies ** 2) return unchanged();
  const rough = Float64Array.from(basis.flat(), (value) => value / copies);
  const { matrix: reduction } = minkowskiReduction(multiply3(rough, cell));
  const matrix = multiply3(reduction, rough);
  const small = multiply3(matrix, cell);

  const taken = new Uint8Array(count);
  const firstAtom: number[] = [];
  const positions: number[] = [];
  let largest = 0;
  for (let i = 0; i < count; i++) {
    if (taken[i]) continue;
    firstAtom.push(i);
    // Exact translations are multiples of 1/copies; what a copy lacks to its place is averaged.
    const rests = images.map((image, t) => {
      const j = image[i]!;
      taken[j] = 1;
      return [0, 1, 2].map((x) => wrapSigned(fractional[3 * j + x]! - fractional[3 * i + x]! - integers[t]![x]! / copies));
    });
    const mean = [0, 1, 2].map((x) => rests.reduce((sum, rest) => sum + rest[x]!, 0) / copies);
    for (const rest of rests) largest = Math.max(largest, norm3(vectorTimesMatrix3(rest.map((value, x) => value - mean[x]!), cell)));
    positions.push(...mean.map((value, x) => fractional[3 * i + x]! + value));
  }
  const { masses, totalCharge } = structure;
  return {
    structure: {
      ...structure,
      cell: small,
      species: firstAtom.map((i) => structure.species[i]!),
      positions: cartesianPositions(positions, cell),
      ...(masses && { masses: Float64Array.from(firstAtom, (i) => masses[i]!) }),
      ...(totalCharge !== undefined && { totalCharge: totalCharge / copies }),
    },
    matrix,
    firstAtom: Int32Array.from(firstAtom),
    shift: largest,
  };
}
