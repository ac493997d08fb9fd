/** The reference models and configurations of `../shared/reference/nep`, and random models of any shape. */
import { existsSync, readFileSync } from 'node:fs';
import type { Structure } from '../../core/contracts/structure.ts';
import { descriptorLength, nepExtras, readNep, type NepExtra, type NepModel } from '../../core/files/nep.ts';
import { sourceText } from '../../core/files/source-text.ts';
import { random } from '../../core/math/random.ts';
import { shared } from '../shared.ts';

export const nepFolders = [
  'BaTiO3_NEP4_zbl', 'BaTiO3_qNEP1_zbl', 'PbTe_NEP4', 'SYNTHETIC_highbody_l8_all', 'SYNTHETIC_l4_112', 'SYNTHETIC_l4_123', 'SYNTHETIC_qNEP3',
  'SYNTHETIC_typewise_cutoffs', 'Si_2022_NEP3_4body', 'Si_2022_NEP4_5body', 'UNEPv1', 'water_qNEP1',
] as const;
export type NepFolder = (typeof nepFolders)[number];

export const nepAvailable = existsSync(shared('reference/nep'));

export interface NepFrame {
  readonly name: string;
  readonly structure: Structure;
  readonly energy: number;
  readonly energies: readonly number[];
  readonly forces: readonly number[];
  /** 9, W = −∂E/∂ε */
  readonly virial: readonly number[];
  readonly volume: number;
  readonly charges?: readonly number[];
  readonly bornCharges?: readonly number[];
  readonly descriptors?: readonly (readonly number[])[];
}

interface JsonFrame {
  name: string; cell: number[][]; symbols: string[]; positions: number[][]; energy: number; energies: number[]; forces: number[][];
  virial: number[]; volume: number; charges?: number[]; bec?: number[][]; scaled_descriptors_first_atoms?: number[][];
}

export function nepBytes(folder: NepFolder): Uint8Array {
  return readFileSync(shared(`reference/nep/${folder}/nep.txt`));
}

export function nepModel(folder: NepFolder): NepModel {
  return readNep(sourceText(nepBytes(folder), `${folder}/nep.txt`));
}

export function nepFrames(folder: NepFolder): NepFrame[] {
  const { frames } = JSON.parse(readFileSync(shared(`reference/nep/${folder}/ref.json`), 'utf8')) as { frames: JsonFrame[] };
  return frames.map((frame) => ({
    name: frame.name,
    structure: {
      cell: Float64Array.from(frame.cell.flat()), periodic: [true, true, true], species: frame.symbols, positions: Float64Array.from(frame.positions.flat()),
    },
    energy: frame.energy, energies: frame.energies, forces: frame.forces.flat(), virial: frame.virial, volume: frame.volume,
    ...(frame.charges && { charges: frame.charges }),
    ...(frame.bec && { bornCharges: frame.bec.flat() }),
    ...(frame.scaled_descriptors_first_atoms && { descriptors: frame.scaled_descriptors_first_atoms }),
  }));
}

export interface RandomShape {
  readonly version?: 3 | 4 | 5;
  readonly chargeMode?: 0 | 1 | 2 | 3;
  readonly elements?: readonly string[];
  readonly zbl?: NepModel['zbl'];
  readonly cutoff?: NepModel['cutoff'];
  readonly functions?: readonly [number, number];
  readonly terms?: readonly [number, number];
  readonly lMax?: number;
  readonly extras?: readonly NepExtra[];
  readonly neurons?: number;
}

/** A model with random weights of the size that trained ones have; its numbers need all 17 digits. */
export function randomNep(seed: number, shape: RandomShape = {}): NepModel {
  const {
    version = 4, chargeMode = 0, elements = ['Si', 'C'], zbl = null, cutoff = { form: 'common', radial: 5, angular: 4 },
    functions = [5, 5], terms = [9, 9], lMax = 4, extras = nepExtras, neurons = 10,
  } = shape;
  const source = random(seed);
  const block = (size: number, width: number): Float64Array => Float64Array.from({ length: size }, () => width * source.normal());
  const count = elements.length;
  const basis = (k: 0 | 1): NepModel['radial'] => ({ functions: functions[k], terms: terms[k], coefficients: block(count * count * functions[k] * terms[k], 0.3) });
  const model = { radial: basis(0), angular: basis(1), lMax, extras };
  const dimension = descriptorLength(model);
  return {
    ...model, version, chargeMode, elements, zbl, cutoff, neighbours: [100, 50], neurons,
    networks: Array.from({ length: version === 3 ? 1 : count }, () => ({
      weights: block(neurons * dimension, 0.3), biases: block(neurons, 0.5), energy: block(neurons, 0.3),
      charge: chargeMode > 0 ? block(neurons, 0.3) : null, offset: version === 5 ? source.normal() : 0,
    })),
    rootDielectric: chargeMode > 0 ? 1.5 : null,
    energyBias: source.normal(),
    scale: Float64Array.from({ length: dimension }, () => 0.05 + 0.2 * source.uniform()),
  };
}

/** Atoms at random, no two of a cell closer than 1.4 Å; small cells hold images of their own atoms within every cutoff. */
export function randomStructure(seed: number, atoms: number, elements: readonly string[], periodic: Structure['periodic'] = [true, true, true]): Structure {
  const source = random(seed);
  const size = 2.6 * Math.cbrt(atoms);
  const cell = Float64Array.of(size, 0, 0, 0.3 * size, 0.95 * size, 0, -0.2 * size, 0.25 * size, 1.05 * size);
  const positions: number[] = [];
  while (positions.length < 3 * atoms) {
    const f = [source.uniform(), source.uniform(), source.uniform()];
    const r = [0, 1, 2].map((x) => f[0]! * cell[x]! + f[1]! * cell[3 + x]! + f[2]! * cell[6 + x]!);
    let nearest = Number.POSITIVE_INFINITY;
    for (let k = 0; k < positions.length; k += 3) nearest = Math.min(nearest, Math.hypot(r[0]! - positions[k]!, r[1]! - positions[k + 1]!, r[2]! - positions[k + 2]!));
    if (nearest > 1.4) positions.push(...r);
  }
  return { cell, periodic, species: Array.from({ length: atoms }, () => elements[Math.floor(source.uniform() * elements.length)]!), positions: Float64Array.from(positions) };
}

/** Largest |a − b|. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let k = 0; k < a.length; k++) {
    const difference = Math.abs(a[k]! - b[k]!);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
