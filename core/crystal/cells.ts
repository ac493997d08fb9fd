/** Other cells of the same crystal: as it came, the standard primitive or conventional one, and multiples of them. */
import type { CellChoice } from '../contracts/library.ts';
import { refuse } from '../contracts/messages.ts';
import type { Structure } from '../contracts/structure.ts';
import { identity3, multiply3 } from '../math/matrix3.ts';
import { copiedSites, siteSymmetryOf, symmetryLimit, type SiteSymmetry } from './sites.ts';
import { supercell } from './supercell.ts';
import { standardPrimitive } from './symmetry.ts';

export interface CutCell {
  readonly structure: Structure;
  /** Null where the structure does not repeat along all three vectors. */
  readonly symmetry: SiteSymmetry | null;
  /** 9, rows: its lattice vectors in terms of the input's. */
  readonly matrix: Float64Array;
}

/** Atoms: what can be drawn, listed and sent without waiting. */
const cutLimit = 100_000;

/**
 * Nothing is rotated. The standard cells obey their symmetry exactly; the input's own cell is left as it is. A structure
 * that does not repeat along all three vectors has no standard cell and is returned in its own.
 * Refused where no space group is found with the tolerance (Å); `place` names the structure in the sentence.
 */
export function cutCell(structure: Structure, { cell, repeat, tolerance }: CellChoice, place: string): CutCell {
  const base = baseCell(structure, structure.periodic.every(Boolean) ? cell : 'input', tolerance, place);
  const [a, b, c] = repeat;
  if (a * b * c === 1) return base;
  const count = a * b * c * base.structure.species.length;
  if (count > cutLimit) refuse('structure.cutTooLarge', { place, count, a, b, c, limit: cutLimit });
  const multiple = Float64Array.of(a, 0, 0, 0, b, 0, 0, 0, c);
  const { structure: repeated, sourceAtom } = supercell(base.structure, multiple);
  return { structure: repeated, symmetry: base.symmetry && copiedSites(base.symmetry, sourceAtom), matrix: multiply3(multiple, base.matrix) };
}

function baseCell(structure: Structure, cell: CellChoice['cell'], tolerance: number, place: string): CutCell {
  if (!structure.periodic.every(Boolean)) return { structure, symmetry: null, matrix: identity3() };
  if (cell === 'input') return { structure, symmetry: siteSymmetryOf(structure, tolerance, place), matrix: identity3() };
  // Refuses what would take too long.
  if (structure.species.length > symmetryLimit) siteSymmetryOf(structure, tolerance, place);
  const { crystal, matrixFromInput } = standardPrimitive(structure, tolerance, place);
  if (cell === 'primitive') return { ...crystal, matrix: matrixFromInput };
  const { structure: conventional, sourceAtom } = supercell(crystal.structure, crystal.symmetry.conventionalMatrix);
  return { structure: conventional, symmetry: copiedSites(crystal.symmetry, sourceAtom), matrix: multiply3(crystal.symmetry.conventionalMatrix, matrixFromInput) };
}
