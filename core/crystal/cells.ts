/** Other cells of the same crystal: as it came, the standard primitive or conventional one, and multiples of them. */
import type { CellChoice } from '../contracts/library.ts';
import type { Structure } from '../contracts/structure.ts';
import { identity3, multiply3 } from '../math/matrix3.ts';
import { supercell } from './supercell.ts';
import { standardPrimitive, symmetryOf } from './symmetry.ts';
import type { Symmetry } from './crystal.ts';

export interface CutCell {
  readonly structure: Structure;
  /** Of the cell before it was repeated; null where the structure does not repeat along all three vectors. */
  readonly symmetry: Symmetry | null;
  /** 9, rows: its lattice vectors in terms of the input's. */
  readonly matrix: Float64Array;
}

/**
 * Nothing is rotated. The standard cells obey their symmetry exactly; the input's own cell is left as it is. A structure
 * that does not repeat along all three vectors has no standard cell and is returned in its own.
 * Refused where no space group is found with the tolerance (Å); `place` names the structure in the sentence.
 */
export function cutCell(structure: Structure, { cell, repeat, tolerance }: CellChoice, place: string): CutCell {
  const base = baseCell(structure, structure.periodic.every(Boolean) ? cell : 'input', tolerance, place);
  const [a, b, c] = repeat;
  if (a * b * c === 1) return base;
  const multiple = Float64Array.of(a, 0, 0, 0, b, 0, 0, 0, c);
  return { structure: supercell(base.structure, multiple).structure, symmetry: base.symmetry, matrix: multiply3(multiple, base.matrix) };
}

function baseCell(structure: Structure, cell: CellChoice['cell'], tolerance: number, place: string): CutCell {
  if (cell === 'input') return { structure, symmetry: structure.periodic.every(Boolean) ? symmetryOf(structure, tolerance, place) : null, matrix: identity3() };
  const { crystal, matrixFromInput } = standardPrimitive(structure, tolerance, place);
  if (cell === 'primitive') return { ...crystal, matrix: matrixFromInput };
  const conventional = supercell(crystal.structure, crystal.symmetry.conventionalMatrix).structure;
  return { structure: conventional, symmetry: symmetryOf(conventional, tolerance, place), matrix: multiply3(crystal.symmetry.conventionalMatrix, matrixFromInput) };
}
