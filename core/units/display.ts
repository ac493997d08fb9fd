/** From stored units (the conventions) to the units that people asked to see. Factors derive from `constants.ts`. */
import { electronvoltPerTerahertz, wavenumberPerTerahertz } from './constants.ts';

export const frequencyUnits = ['THz', 'cm⁻¹', 'meV'] as const;
export type FrequencyUnit = (typeof frequencyUnits)[number];

/** What an extensive number is counted for; the stored one is `cell`. */
export const bases = ['cell', 'formula', 'atom'] as const;
export type DisplayBasis = (typeof bases)[number];

export interface DisplayPreferences {
  readonly frequency: FrequencyUnit;
  readonly basis: DisplayBasis;
}

/** Atoms and formula units in the cell that extensive numbers are stored for. */
export interface Counts {
  readonly atoms: number;
  readonly formulaUnits: number;
}

export interface Display {
  /** Shown value = stored value · factor. */
  readonly factor: number;
  readonly unit: string;
  readonly basis: DisplayBasis | null;
}

/** Size of 1 THz in each unit. */
const perTerahertz: Readonly<Record<FrequencyUnit, number>> = {
  THz: 1,
  'cm⁻¹': wavenumberPerTerahertz,
  meV: electronvoltPerTerahertz * 1000,
};

const fixedUnits: Readonly<Record<string, readonly [number, string]>> = {
  '1/K': [1e6, '10⁻⁶ K⁻¹'],
  '1/GPa': [1e3, '10⁻³ GPa⁻¹'],
  '1/Å': [1, 'Å⁻¹'],
  'rad/Å': [1, 'rad Å⁻¹'],
  degree: [1, '°'],
};

function perBasis(from: DisplayBasis, to: DisplayBasis, counts: Counts): number {
  const inCell = { cell: 1, formula: counts.formulaUnits, atom: counts.atoms };
  return inCell[from] / inCell[to];
}

/** How a quantity of this stored unit (and basis, where it is extensive) is shown. */
export function displayOf(unit: string, basis: DisplayBasis | undefined, preferences: DisplayPreferences, counts: Counts): Display {
  const extensive = basis === undefined ? 1 : perBasis(basis, preferences.basis, counts);
  const shownBasis = basis === undefined ? null : preferences.basis;
  if (unit === 'THz') return { factor: extensive * perTerahertz[preferences.frequency], unit: preferences.frequency, basis: shownBasis };
  if (unit === 'states/THz' || unit === '1/THz') {
    return { factor: extensive / perTerahertz[preferences.frequency], unit: `states/${preferences.frequency}`, basis: shownBasis };
  }
  const [factor, name] = Object.hasOwn(fixedUnits, unit) ? fixedUnits[unit]! : ([1, unit] as const);
  return { factor: extensive * factor, unit: name, basis: shownBasis };
}
