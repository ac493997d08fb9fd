import { refuse } from '../contracts/messages.ts';
import type { SettingEntry } from '../contracts/results.ts';

/**
 * Every number a run depends on, with the reason for its value at each accuracy. `--set key=value` overrides one.
 * Values are given as [quick, standard, strict].
 */
export type Accuracy = 'quick' | 'standard' | 'strict';

interface Definition {
  readonly unit: string;
  readonly values: readonly [SettingValue, SettingValue, SettingValue];
  readonly reason: string;
}
type SettingValue = number | readonly number[] | string;

const all = <T extends SettingValue>(value: T): [T, T, T] => [value, value, value];

const definitions = {
  'symmetry.tolerance': { unit: 'Å', values: all(1e-4), reason: 'Positions in published files carry four to six decimals; a looser tolerance can invent symmetry that is not there.' },
  'relaxation.forceTolerance': { unit: 'eV/Å', values: [1e-5, 1e-6, 1e-7], reason: 'A force left on the ions adds spurious soft modes; 1e-6 eV/Å moves frequencies by less than 1e-4 THz.' },
  'relaxation.stressTolerance': { unit: 'GPa', values: [1e-5, 1e-6, 1e-7], reason: 'A stress of 1e-3 GPa would leave 7e-5 Å in the lattice parameter of NaCl.' },
  'relaxation.maxSteps': { unit: '', values: all(2000), reason: 'Far beyond what a well-behaved potential needs; reaching it is reported as unreliable.' },
  'relaxation.constraint': { unit: '', values: all('full'), reason: 'Ions and cell relax to the requested pressure; fixed-shape, fixed-volume and fixed-cell hold a part of the cell.' },
  'relaxation.method': { unit: '', values: all('lbfgs'), reason: 'L-BFGS needs the fewest evaluations and goes on with FIRE where its line search finds no way; fire uses FIRE alone.' },
  'stress': { unit: 'GPa', values: all([0, 0, 0, 0, 0, 0]), reason: 'No stress beside the pressure (xx, yy, zz, yz, xz, xy; positive is tension).' },
  'pressure': { unit: 'GPa', values: all(0), reason: 'Zero external pressure.' },
  'eos.range': { unit: '', values: all(0.06), reason: 'Half range of volumes around the minimum: wide enough for the pressure derivative, narrow enough for a third-order form.' },
  'eos.points': { unit: '', values: [9, 13, 17], reason: 'Four parameters need several points each for a standard error.' },
  'elasticity.strain': { unit: '', values: all(0.0005), reason: 'Central differences at h and 2h extrapolate to zero strain; the potentials have no noise, so the truncation error decides.' },
  'elasticity.linearRange': { unit: '', values: all([0.0005, 0.001, 0.0025, 0.005, 0.01]), reason: 'Shows how far stress stays proportional to strain.' },
  'phonons.displacement': { unit: 'Å', values: all(0.002), reason: 'The usual 0.01 Å costs 3e-4 in the TO mode of MgO; the potentials have no noise.' },
  'phonons.bandPoints': { unit: '', values: [31, 51, 101], reason: 'Points per segment of the path, enough for smooth curves.' },
  'phonons.dosMesh': { unit: 'Å', values: [30, 50, 80], reason: 'Length of the crystal that the mesh stands for: q-points along each reciprocal axis per length of that axis (1/Å); tetrahedra interpolate between them.' },
  'phonons.thermalMesh': { unit: 'Å', values: [30, 60, 90], reason: 'Length of the crystal that the mesh stands for: q-points along each reciprocal axis per length of that axis (1/Å); at 60 F is converged to about 2e-4 kJ/mol per atom.' },
  'temperature.maximum': { unit: 'K', values: all(1000), reason: 'Shown up to here unless the quasiharmonic volume has no minimum before.' },
  'temperature.step': { unit: 'K', values: [20, 10, 10], reason: 'Fine enough for smooth curves; derivatives are analytic and do not depend on it.' },
  'expansion.smallest': { unit: '', values: all(-0.03), reason: 'Smallest volume relative to the static minimum: low temperature stays inside.' },
  'expansion.largest': { unit: '', values: all(0.06), reason: 'Largest volume to begin with; extended until V(T_max) lies 4 % inside.' },
  'expansion.points': { unit: '', values: [9, 10, 11], reason: 'A four-parameter form needs a surplus of points for the error of the fit.' },
  'expansion.form': { unit: '', values: all('birch-murnaghan'), reason: 'The reported form; the difference from Vinet is shown beside it.' },
  'seed': { unit: '', values: all(1), reason: 'Directions of random checks.' },
} as const satisfies Record<string, Definition>;

export type SettingKey = keyof typeof definitions;
type Widen<T> = T extends number ? number : T extends string ? string : readonly number[];

export interface Settings {
  readonly accuracy: Accuracy;
  get<K extends SettingKey>(key: K): Widen<(typeof definitions)[K]['values'][number]>;
  /** Whether the user set this key. */
  isOverridden(key: SettingKey): boolean;
  entries(): SettingEntry[];
}

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(definitions, key);
}

function parseOverride(key: SettingKey, text: string): SettingValue {
  const example: SettingValue = definitions[key].values[1];
  if (typeof example === 'string') return text;
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (numbers.some((value) => !Number.isFinite(value)) || (typeof example === 'number' && numbers.length !== 1)) {
    refuse('settings.value', { key, value: text.slice(0, 80), example: typeof example === 'number' ? String(example) : example.join(',') });
  }
  return typeof example === 'number' ? (numbers[0] as number) : numbers;
}

/** `overrides`: the `--set key=value` pairs as text. Unknown keys are refused with the list of known ones. */
export function resolveSettings(accuracy: Accuracy, overrides: Readonly<Record<string, string>> = {}): Settings {
  const column = ['quick', 'standard', 'strict'].indexOf(accuracy);
  const chosen = new Map<SettingKey, SettingValue>();
  for (const [key, text] of Object.entries(overrides)) {
    if (!isSettingKey(key)) refuse('settings.key', { key: key.slice(0, 80), known: Object.keys(definitions).join(', ') });
    chosen.set(key, parseOverride(key, text));
  }
  const valueOf = (key: SettingKey): SettingValue => chosen.get(key) ?? (definitions[key].values[column] as SettingValue);
  return {
    accuracy,
    get: (key) => valueOf(key) as never,
    isOverridden: (key) => chosen.has(key),
    entries: () =>
      (Object.keys(definitions) as SettingKey[]).map((key) => {
        const value = valueOf(key);
        return {
          key,
          value: typeof value === 'object' ? [...value] : value,
          unit: definitions[key].unit,
          reason: chosen.has(key) ? 'Set by the user.' : definitions[key].reason,
          origin: chosen.has(key) ? 'user' : 'accuracy',
        };
      }),
  };
}
