import { refuse, Refusal } from '../contracts/messages.ts';
import type { Message } from '../contracts/quantity.ts';
import { equationForm, type EquationForm, type SettingEntry } from '../contracts/results.ts';
import { relaxConstraints, relaxMethods, type RelaxConstraint, type RelaxMethod } from '../dynamics/relax.ts';

/**
 * Every number a run depends on, with the reason for its value at each accuracy. `--set key=value` overrides one.
 * Values are given as [quick, standard, strict].
 */
export type Accuracy = 'quick' | 'standard' | 'strict';

interface Definition {
  readonly unit: string;
  readonly values: readonly [SettingValue, SettingValue, SettingValue];
  readonly reason: string;
  /** What a number, or each number of a list, must be. */
  readonly range?: Range;
  /** How many numbers a list has; absent: any from 1 to 20. */
  readonly count?: number;
  /** What a word must be. */
  readonly choices?: readonly string[];
}
interface Range {
  readonly minimum: number;
  readonly maximum: number;
  readonly whole?: true;
}
type SettingValue = number | readonly number[] | string;

const all = <T extends SettingValue>(value: T): [T, T, T] => [value, value, value];
const range = (minimum: number, maximum: number): Range => ({ minimum, maximum });
const whole = (minimum: number, maximum: number): Range => ({ minimum, maximum, whole: true });

/** Ranges hold everything that a calculation can be made of; what is wise stands in the reasons. */
const definitions = {
  'symmetry.tolerance': { unit: 'Å', values: all(1e-4), range: range(1e-8, 0.5), reason: 'Positions in published files carry four to six decimals; a looser tolerance can invent symmetry that is not there.' },
  'relaxation.forceTolerance': { unit: 'eV/Å', values: [1e-5, 1e-6, 1e-7], range: range(1e-12, 0.1), reason: 'A force left on the ions adds spurious soft modes; 1e-6 eV/Å moves frequencies by less than 1e-4 THz.' },
  'relaxation.stressTolerance': { unit: 'GPa', values: [1e-5, 1e-6, 1e-7], range: range(1e-12, 1), reason: 'A stress of 1e-3 GPa would leave 7e-5 Å in the lattice parameter of NaCl.' },
  'relaxation.maxSteps': { unit: '', values: all(2000), range: whole(1, 1e6), reason: 'Far beyond what a well-behaved potential needs; reaching it is reported as unreliable.' },
  'relaxation.constraint': { unit: '', values: all<RelaxConstraint>('full'), choices: relaxConstraints, reason: 'Ions and cell relax to the requested pressure; fixed-shape, fixed-volume and fixed-cell hold a part of the cell.' },
  'relaxation.method': { unit: '', values: all<RelaxMethod>('lbfgs'), choices: relaxMethods, reason: 'L-BFGS needs the fewest evaluations and goes on with FIRE where its line search finds no way; fire uses FIRE alone.' },
  'stress': { unit: 'GPa', values: all([0, 0, 0, 0, 0, 0]), range: range(-1000, 1000), count: 6, reason: 'No stress beside the pressure (xx, yy, zz, yz, xz, xy; positive is tension).' },
  'pressure': { unit: 'GPa', values: all(0), range: range(-100, 10000), reason: 'Zero external pressure.' },
  'eos.range': { unit: '', values: all(0.06), range: range(1e-3, 0.3), reason: 'Half range of volumes around the minimum: wide enough for the pressure derivative, narrow enough for a third-order form.' },
  'eos.points': { unit: '', values: [9, 13, 17], range: whole(5, 201), reason: 'Four parameters need several points each for a standard error.' },
  'elasticity.strain': { unit: '', values: all(0.0005), range: range(1e-6, 0.02), reason: 'Central differences at h and 2h extrapolate to zero strain; the potentials have no noise, so the truncation error decides.' },
  'elasticity.linearRange': { unit: '', values: all([0.0005, 0.001, 0.0025, 0.005, 0.01]), range: range(1e-6, 0.1), reason: 'Shows how far stress stays proportional to strain.' },
  'phonons.displacement': { unit: 'Å', values: all(0.002), range: range(1e-5, 0.2), reason: 'The usual 0.01 Å costs 3e-4 in the TO mode of MgO; the potentials have no noise.' },
  'phonons.bandPoints': { unit: '', values: [31, 51, 101], range: whole(2, 2001), reason: 'Points per segment of the path, enough for smooth curves.' },
  'phonons.dosMesh': { unit: 'Å', values: [30, 50, 80], range: range(1, 400), reason: 'Length of the crystal that the mesh stands for: q-points along each reciprocal axis per length of that axis (1/Å); tetrahedra interpolate between them.' },
  'phonons.thermalMesh': { unit: 'Å', values: [30, 60, 90], range: range(1, 400), reason: 'Length of the crystal that the mesh stands for: q-points along each reciprocal axis per length of that axis (1/Å); at 60 F is converged to about 2e-4 kJ/mol per atom.' },
  'temperature.maximum': { unit: 'K', values: all(1000), range: range(1, 20000), reason: 'Shown up to here unless the quasiharmonic volume has no minimum before.' },
  'temperature.step': { unit: 'K', values: [20, 10, 10], range: range(0.01, 10000), reason: 'Fine enough for smooth curves; derivatives are analytic and do not depend on it.' },
  'expansion.smallest': { unit: '', values: all(-0.03), range: range(-0.3, 0), reason: 'Smallest volume relative to the static minimum: low temperature stays inside.' },
  'expansion.largest': { unit: '', values: all(0.06), range: range(0.005, 0.5), reason: 'Largest volume to begin with; extended until V(T_max) lies 4 % inside.' },
  'expansion.points': { unit: '', values: [9, 10, 11], range: whole(5, 101), reason: 'A four-parameter form needs a surplus of points for the error of the fit.' },
  'expansion.form': { unit: '', values: all<EquationForm>('birch-murnaghan'), choices: equationForm.options, reason: 'The reported form; the difference from Vinet is shown beside it.' },
  'seed': { unit: '', values: all(1), range: whole(0, 2 ** 32 - 1), reason: 'Directions of random checks.' },
} as const satisfies Record<string, Definition>;

export type SettingKey = keyof typeof definitions;
type Widen<T> = T extends number ? number : T extends string ? T : readonly number[];

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
  const { values, range, count, choices }: Definition = definitions[key];
  const example = values[1];
  if (typeof example === 'string') {
    return choices?.includes(text) === false ? refuse('settings.choice', { key, value: text.slice(0, 80), known: choices.join(', ') }) : text;
  }
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const written = typeof example === 'number' ? String(example) : example.join(',');
  if (numbers.some((value) => !Number.isFinite(value)) || (typeof example === 'number' && numbers.length !== 1)) refuse('settings.value', { key, value: text.slice(0, 80), example: written });
  if (typeof example !== 'number' && (count === undefined ? numbers.length > longestList : numbers.length !== count)) {
    refuse('settings.count', { key, count: numbers.length, expected: count ?? `1 to ${longestList}`, example: written });
  }
  const wrong = range && numbers.find((value) => value < range.minimum || value > range.maximum || (range.whole && !Number.isInteger(value)));
  if (range && wrong !== undefined) {
    refuse('settings.range', { key, value: wrong, kind: range.whole ? 'a whole number ' : '', minimum: range.minimum, maximum: range.maximum });
  }
  return typeof example === 'number' ? (numbers[0] as number) : numbers;
}

/** Numbers in a list whose length is free. */
const longestList = 20;
/** Temperatures of a table: enough for every kelvin up to where the last solid melts. */
const mostTemperatures = 20_000;

function overrideOf(key: string, text: string): [SettingKey, SettingValue] {
  if (!isSettingKey(key)) return refuse('settings.key', { key: key.slice(0, 80), known: Object.keys(definitions).join(', ') });
  return [key, parseOverride(key, text)];
}

/** Everything that stands against these overrides, one message for each, in `values.key` the key; empty where they can be used. */
export function settingProblems(accuracy: Accuracy, overrides: Readonly<Record<string, string>>): { readonly usable: Record<string, string>; readonly problems: Message[] } {
  const usable: Record<string, string> = {};
  const problems: Message[] = [];
  const attempt = (work: () => void): boolean => {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push(error.detail);
      return false;
    }
  };
  for (const [key, text] of Object.entries(overrides)) if (attempt(() => { overrideOf(key, text); })) usable[key] = text;
  // What can only be judged together: the temperatures.
  const together = attempt(() => { resolveSettings(accuracy, usable); });
  const left = Object.entries(usable).filter(([key]) => together || !key.startsWith('temperature.'));
  return { usable: Object.fromEntries(left), problems };
}

/** `overrides`: the `--set key=value` pairs as text. Refused are unknown keys, and values that no calculation can be made with. */
export function resolveSettings(accuracy: Accuracy, overrides: Readonly<Record<string, string>> = {}): Settings {
  const column = ['quick', 'standard', 'strict'].indexOf(accuracy);
  const chosen = new Map<SettingKey, SettingValue>();
  for (const [key, text] of Object.entries(overrides)) chosen.set(...overrideOf(key, text));
  const valueOf = (key: SettingKey): SettingValue => chosen.get(key) ?? (definitions[key].values[column] as SettingValue);
  const [maximum, step] = [valueOf('temperature.maximum') as number, valueOf('temperature.step') as number];
  const temperatures = Math.floor(maximum / step + 1e-9) + 1;
  if (temperatures < 2 || temperatures > mostTemperatures) refuse('settings.temperatures', { key: 'temperature.step', step, maximum, count: temperatures, most: mostTemperatures });
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
