import type { Message } from '../contracts/quantity.ts';
import type { Structure } from '../contracts/structure.ts';

/** What a file says about a structure that was computed or measured elsewhere: what a potential is trained on. */
export interface StructureLabels {
  /** eV per cell */
  readonly energy?: number;
  /** 3N, eV/Å */
  readonly forces?: Float64Array;
  /** 6 in Voigt order xx yy zz yz xz xy, eV/Å³, positive = tension */
  readonly stress?: Float64Array;
  /** N, e */
  readonly charges?: Float64Array;
  /** Further columns of the atoms' lines, by their names: N numbers each. Only written. */
  readonly columns?: ReadonlyMap<string, Float64Array | Int32Array>;
  /** Everything else the file says about the structure, by its own names, as text. */
  readonly info?: ReadonlyMap<string, string>;
}

export type StructureFormat = 'cif' | 'poscar' | 'extxyz' | 'xyz' | 'n2p2';

/** What a reader found in a file. */
export interface StructureFile {
  readonly format: StructureFormat;
  readonly structures: readonly Structure[];
  /** Per structure; null where the file has none. */
  readonly labels: readonly (StructureLabels | null)[];
  /** What was in the file and not used, or had to be decided: to be shown beside the structure. */
  readonly notes: readonly Message[];
}
