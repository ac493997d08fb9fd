/** The potentials, structures and reference values of n2p2 in `../shared`. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Structure } from '../../../core/contracts/structure.ts';
import { readRawData, type RawStructure } from '../../../core/files/n2p2/data.ts';
import type { NamedFile } from '../../../core/files/n2p2/folder.ts';
import { sourceText } from '../../../core/files/source-text.ts';
import { angstromPer, type FileUnits } from '../../../core/units/file-units.ts';
import { shared } from '../../shared.ts';

const folder = (path: string): string => shared(`reference/n2p2/${path}`);

export function bytesOf(path: string): Uint8Array {
  return readFileSync(folder(path));
}

/** The files that make up the potential of a case. */
export function potentialFiles(name: string): NamedFile[] {
  return readdirSync(folder(name)).filter((file) => /^(input\.nn|scaling\.data|weights\.\d{3}\.data)$/.test(file)).map((file) => ({ name: file, bytes: bytesOf(`${name}/${file}`) }));
}

/** Per atom: raw and scaled functions, their derivative with respect to the atom's own position. */
export interface ReferenceFunctions {
  readonly atom: number;
  readonly symbol: string;
  readonly raw: readonly number[];
  readonly scaled: readonly number[];
  readonly draw_dri: readonly (readonly number[])[];
}

export interface ReferenceStructure {
  readonly natoms: number;
  readonly periodic: boolean;
  readonly lattice?: readonly (readonly number[])[];
  readonly symbols: readonly string[];
  readonly positions_wrapped: readonly (readonly number[])[];
  readonly symfuncs: readonly ReferenceFunctions[];
  readonly energy: number;
  readonly atomic_energy: readonly number[];
  readonly forces: readonly (readonly number[])[];
}

export interface Reference {
  readonly potential: { readonly elements: readonly string[]; readonly max_cutoff: number; readonly conv_length: number; readonly conv_energy: number; readonly symmetry_functions: Readonly<Record<string, readonly { readonly line: string }[]>> };
  readonly structures: readonly ReferenceStructure[];
}

export function referenceOf(path: string): Reference {
  return JSON.parse(new TextDecoder().decode(bytesOf(path))) as Reference;
}

export function rawData(path: string): RawStructure[] {
  return readRawData(sourceText(bytesOf(path), path));
}

/** A reference structure in Å, with the lattice of the data file that it was made from where the reference leaves it out. */
export function structureOf(reference: ReferenceStructure, units: FileUnits, lattice?: Float64Array | null): Structure {
  const length = angstromPer[units.length];
  const rows = reference.lattice?.flat() ?? (reference.periodic ? lattice : null);
  return {
    cell: Float64Array.from(rows ?? [100, 0, 0, 0, 100, 0, 0, 0, 100], (x) => x * length),
    periodic: [reference.periodic, reference.periodic, reference.periodic],
    species: reference.symbols,
    positions: Float64Array.from(reference.positions_wrapped.flat(), (x) => x * length),
  };
}

/** Every case of the second generation: folder, references in it, the units its training data had. */
export const cases: readonly { readonly name: string; readonly references: readonly string[]; readonly units: FileUnits }[] = [
  { name: 'H2O_RPBE-D3', references: ['reference_small', 'reference'], units: { length: 'bohr', energy: 'hartree' } },
  { name: 'LJ', references: ['reference'], units: { length: 'angstrom', energy: 'ev' } },
  { name: 'QM9_wacsf', references: ['reference'], units: { length: 'angstrom', energy: 'hartree' } },
  { name: 'QM9_weighted_compact', references: ['reference'], units: { length: 'angstrom', energy: 'hartree' } },
  { name: 'bench-cu2s', references: ['reference'], units: { length: 'angstrom', energy: 'ev' } },
];
