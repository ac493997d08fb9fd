/** What a space group says about the atoms of a cell of any size: a multiple of a smaller cell has the group of that one. */
import { refuse } from '../contracts/messages.ts';
import type { Structure } from '../contracts/structure.ts';
import type { Symmetry } from './crystal.ts';
import { primitiveCell } from './primitive-cell.ts';
import { kindsOf, symmetryOf } from './symmetry.ts';

/** A space group without its operations, which are too many to list in a large cell. Wyckoff letters, site symmetries and orbits are those of each atom. */
export type SiteSymmetry = Pick<Symmetry, 'number' | 'symbol' | 'crystalSystem' | 'tolerance' | 'wyckoffs' | 'siteSymmetries' | 'orbits'>;

/** Atoms in a smallest cell: a disordered one of this size takes the symmetry finder half a second, a larger one more than seconds. */
export const symmetryLimit = 600;
/** Atoms in a cell that may hide a smaller one: the finder takes 0.7 s over 64 of them, 6 s over 216, 44 s over 512. */
const doubtfulLimit = 64;

/** Refused where no group is found with the tolerance (Å), or where looking for it would take too long. For structures that repeat along all three vectors. */
export function siteSymmetryOf(structure: Structure, tolerance: number, place: string): SiteSymmetry {
  const { structure: small, site, firstAtom, doubtful } = primitiveCell(structure, kindsOf(structure), tolerance);
  const atoms = small.species.length;
  if (atoms > symmetryLimit) refuse('symmetry.tooMany', { place, atoms, limit: symmetryLimit });
  if (doubtful && atoms > doubtfulLimit) refuse('symmetry.notFound', { place, tolerance, reason: 'the translations that it allows contradict each other' });
  const { number, symbol, crystalSystem, wyckoffs, siteSymmetries, orbits } = symmetryOf(small, tolerance, place);
  return {
    number, symbol, crystalSystem, tolerance,
    wyckoffs: Array.from(site, (i) => wyckoffs[i]!), siteSymmetries: Array.from(site, (i) => siteSymmetries[i]!), orbits: Int32Array.from(site, (i) => firstAtom[orbits[i]!]!),
  };
}

/** Of a structure whose atoms are copies of another's; @param source index of each in that one */
export function copiedSites(symmetry: SiteSymmetry, source: Int32Array): SiteSymmetry {
  const firstOf = new Map<number, number>();
  source.forEach((from, i) => {
    const orbit = symmetry.orbits[from]!;
    if (!firstOf.has(orbit)) firstOf.set(orbit, i);
  });
  return {
    ...symmetry,
    wyckoffs: Array.from(source, (i) => symmetry.wyckoffs[i]!), siteSymmetries: Array.from(source, (i) => symmetry.siteSymmetries[i]!),
    orbits: Int32Array.from(source, (i) => firstOf.get(symmetry.orbits[i]!)!),
  };
}

/** The group with its operations in this very cell, as a CIF lists them; null where the cell holds several conventional ones, or where none is found. */
export function listedSymmetryOf(structure: Structure, tolerance: number, place: string): Symmetry | null {
  const count = structure.species.length;
  // No centring makes more than four copies.
  if (!structure.periodic.every(Boolean) || count > symmetryLimit || count > 4 * primitiveCell(structure, kindsOf(structure), tolerance).structure.species.length) return null;
  return symmetryOf(structure, tolerance, place);
}
