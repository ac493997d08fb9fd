/** The crystal of a report as the 3D views take it: relaxed where it was relaxed. */
import type { Result } from '../../core/contracts/results.ts';
import type { Vector } from './crystal-model.ts';
import { matrixOf } from './quantities.ts';

export interface Geometry {
  readonly cell: readonly Vector[];
  readonly positions: readonly Vector[];
  readonly species: readonly string[];
  readonly conventional: readonly Vector[];
}

const vectors = (rows: readonly (readonly (number | null)[])[]): Vector[] => rows.map(([x, y, z]) => [x ?? 0, y ?? 0, z ?? 0]);

export function geometryOf({ material, relaxation }: Result): Geometry {
  return {
    cell: vectors(relaxation ? matrixOf(relaxation.cell.value) : material.primitive.cell),
    positions: vectors(relaxation ? matrixOf(relaxation.positions.value) : material.primitive.positions),
    species: material.species,
    conventional: vectors(matrixOf(material.conventionalMatrix.value)),
  };
}

/** Which of a, b, c differ by symmetry, after the crystal family. */
export function distinctAxes(spaceGroupNumber: number): readonly { readonly index: number; readonly label: string }[] {
  if (spaceGroupNumber >= 195) return [{ index: 0, label: 'a = b = c' }];
  if (spaceGroupNumber >= 75) return [{ index: 0, label: 'a = b' }, { index: 2, label: 'c' }];
  return ['a', 'b', 'c'].map((label, index) => ({ index, label }));
}
