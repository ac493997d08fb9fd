import { z } from 'zod';

/**
 * Atoms in a cell: the one description of matter that every part of the program exchanges.
 * Treated as immutable: whoever moves atoms makes a new structure (or passes positions beside it).
 */
export interface Structure {
  /** 9 numbers, Å: rows of the row-major 3×3 matrix H are the lattice vectors; r = f · H. */
  readonly cell: Float64Array;
  /** Which of the three lattice vectors repeat. A non-periodic axis still has a vector, so that H is invertible. */
  readonly periodic: readonly [boolean, boolean, boolean];
  /** N chemical symbols (`'Mg'`). */
  readonly species: readonly string[];
  /** 3N Cartesian coordinates in Å, atom-major; not necessarily inside the cell. */
  readonly positions: Float64Array;
  /** N masses in amu; absent where the standard atomic weights hold. */
  readonly masses?: Float64Array;
  /** e; absent where the atoms are neutral together. Only potentials whose charges follow the atoms use it. */
  readonly totalCharge?: number;
  /** What the file called it. */
  readonly title?: string;
}

/** The same structure as JSON: nested rows, as a person would write it. */
export const structureJson = z.strictObject({
  cell: z.array(z.array(z.number()).length(3)).length(3),
  periodic: z.tuple([z.boolean(), z.boolean(), z.boolean()]),
  species: z.array(z.string()),
  positions: z.array(z.array(z.number()).length(3)),
  masses: z.array(z.number()).optional(),
  totalCharge: z.number().optional(),
  title: z.string().optional(),
});
export type StructureJson = z.infer<typeof structureJson>;

function rows(flat: Float64Array): number[][] {
  return Array.from({ length: flat.length / 3 }, (_, i) => Array.from(flat.subarray(3 * i, 3 * i + 3)));
}

export function structureToJson(structure: Structure): StructureJson {
  return {
    cell: rows(structure.cell),
    periodic: [...structure.periodic],
    species: [...structure.species],
    positions: rows(structure.positions),
    ...(structure.masses && { masses: Array.from(structure.masses) }),
    ...(structure.totalCharge !== undefined && { totalCharge: structure.totalCharge }),
    ...(structure.title !== undefined && { title: structure.title }),
  };
}

export function structureFromJson(json: StructureJson): Structure {
  return {
    cell: Float64Array.from(json.cell.flat()),
    periodic: json.periodic,
    species: json.species,
    positions: Float64Array.from(json.positions.flat()),
    ...(json.masses && { masses: Float64Array.from(json.masses) }),
    ...(json.totalCharge !== undefined && { totalCharge: json.totalCharge }),
    ...(json.title !== undefined && { title: json.title }),
  };
}
