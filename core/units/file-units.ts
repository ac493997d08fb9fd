/** Units of formats that name none (n2p2, RuNNer): what a user may say, and what they are worth. */
import { bohr, hartree } from './constants.ts';

export type LengthUnit = 'angstrom' | 'bohr';
export type EnergyUnit = 'ev' | 'hartree';
export interface FileUnits {
  readonly length: LengthUnit;
  readonly energy: EnergyUnit;
}

/** Å */
export const angstromPer: Readonly<Record<LengthUnit, number>> = { angstrom: 1, bohr };
/** eV */
export const electronvoltPer: Readonly<Record<EnergyUnit, number>> = { ev: 1, hartree };

const lengthWords: Readonly<Record<string, LengthUnit>> = { angstrom: 'angstrom', 'å': 'angstrom', a: 'angstrom', ang: 'angstrom', bohr: 'bohr', a0: 'bohr', au: 'bohr' };
const energyWords: Readonly<Record<string, EnergyUnit>> = { ev: 'ev', hartree: 'hartree', ha: 'hartree', eh: 'hartree' };

export function lengthUnitOf(word: string): LengthUnit | undefined {
  const key = word.trim().toLowerCase();
  return Object.hasOwn(lengthWords, key) ? lengthWords[key] : undefined;
}

export function energyUnitOf(word: string): EnergyUnit | undefined {
  const key = word.trim().toLowerCase();
  return Object.hasOwn(energyWords, key) ? energyWords[key] : undefined;
}

/** `bohr,hartree`, `eV,Å`: one unit of length and one of energy in either order; undefined for anything else. */
export function parseFileUnits(text: string): FileUnits | undefined {
  const words = text.split(',');
  if (words.length !== 2) return undefined;
  const length = words.map(lengthUnitOf).find((unit) => unit !== undefined);
  const energy = words.map(energyUnitOf).find((unit) => unit !== undefined);
  return length && energy ? { length, energy } : undefined;
}
