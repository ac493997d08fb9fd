/** The reference cases: crystal, potential, and the wave vectors of the reference turned into our reciprocal cell. */
import { readFileSync } from 'node:fs';
import { readStructures } from '../../core/files/read-structures.ts';
import type { Crystal } from '../../core/crystal/crystal.ts';
import { standardPrimitive } from '../../core/crystal/symmetry.ts';
import { matrixTimesVector3, multiply3, reciprocalCell, vectorTimesMatrix3 } from '../../core/math/matrix3.ts';
import { loadPotential } from '../../core/potential/load.ts';
import type { Potential } from '../../core/potential/potential.ts';
import { shared } from '../shared.ts';

export interface ReferenceBands {
  labels: [string, string][];
  q_reduced_primitive: number[][][];
  frequencies_THz: number[][][];
}
export interface PhononReference {
  phonopy_frequencies_THz: Record<string, { q: number[]; f: number[] }>;
  band_structure: ReferenceBands;
  dos: { mesh: [number, number, number]; frequency_THz: number[]; dos_states_per_THz: number[]; integral: number };
  thermal_phonopy: { mesh: [number, number, number]; T_K: number[]; F_kJ_mol: number[]; S_J_K_mol: number[]; Cv_J_K_mol: number[] };
  gamma_THz?: Record<string, number[]>;
}
export interface PhononCase {
  readonly crystal: Crystal;
  readonly potential: Potential;
  readonly reference: PhononReference;
  /** Reduced coordinates in the reference's primitive cell → in ours. */
  readonly toOurs: (q: ArrayLike<number>) => Float64Array;
  /** The same in rad/Å. */
  readonly toCartesian: (q: ArrayLike<number>) => Float64Array;
  /** 9 Å: the reference's primitive cell. */
  readonly referenceCell: Float64Array;
}

const faceCentred = [0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0];
const simple = [1, 0, 0, 0, 1, 0, 0, 0, 1];

const table = {
  silicon: { folder: 'A_sw_si', structure: 'conventional.extxyz', potential: 'resources/potentials/si-stillinger-weber.json', centring: faceCentred },
  copper: { folder: 'C_eam_cu', structure: 'conventional.extxyz', potential: null, centring: faceCentred },
  magnesia: { folder: 'D_mgo', structure: 'conventional.extxyz', potential: 'resources/potentials/mgo-lewis-catlow.json', centring: faceCentred },
  quartz: { folder: 'F_quartz_bks', structure: 'quartz9.extxyz', potential: 'resources/potentials/sio2-bks.json', centring: simple },
} as const;

export type CaseName = keyof typeof table;

export function projectFile(path: string): string {
  return new URL(`../../${path}`, import.meta.url).pathname;
}

export function potentialFrom(path: string): Potential {
  return loadPotential({ name: path, files: [{ name: path, bytes: readFileSync(path) }] });
}

export function phononCase(name: CaseName): PhononCase {
  const { folder, structure: file, potential: potentialFile, centring } = table[name];
  const base = shared(`reference/properties/${folder}`);
  const reference = JSON.parse(readFileSync(`${base}/reference.json`, 'utf8')) as PhononReference;
  const input = readStructures(readFileSync(`${base}/${file}`), file).structures[0]!;
  const { crystal } = standardPrimitive(input, 1e-5, file);
  const potential = potentialFrom(potentialFile ? projectFile(potentialFile) : `${base}/Cu_mishin1.eam.alloy`);
  const referenceCell = multiply3(centring, input.cell);
  const theirs = reciprocalCell(referenceCell);
  const toCartesian = (q: ArrayLike<number>): Float64Array => vectorTimesMatrix3(q, theirs);
  return {
    crystal, potential, reference, referenceCell, toCartesian,
    toOurs: (q) => matrixTimesVector3(crystal.structure.cell, toCartesian(q)).map((value) => value / (2 * Math.PI)),
  };
}
