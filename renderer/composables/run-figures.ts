/** The main numbers of a run in the words of a list: short, each with its unit. */
import type { RunSummary } from '../../core/contracts/service.ts';
import { displayOf, type DisplayPreferences } from '../../core/units/display.ts';
import { fixed, formatText } from '../../core/units/format.ts';
import { words } from '../words/runs.ts';
import { scalarOf, vectorOf } from './quantities.ts';

/** THz: noise of acoustic modes at Γ is not worth a warning in a list. */
const imaginary = -0.01;

export interface ShortFigure {
  readonly name: string;
  readonly text: string;
  /** Something that must not be overlooked: an imaginary frequency. */
  readonly alarming: boolean;
}

const cells = { atoms: 1, formulaUnits: 1 };

/** Four digits: enough to tell runs apart in a list, their own screens show all that are known. */
function short(value: number, unit: string): string {
  return formatText(Number(value.toPrecision(4)), unit.startsWith('10') ? `× ${unit}` : unit);
}

export function shortFigures(figures: RunSummary['figures'], preferences: DisplayPreferences): ShortFigure[] {
  return figures.flatMap(({ name, quantity }): ShortFigure[] => {
    const { factor, unit } = displayOf(quantity.unit, undefined, preferences, cells);
    if (name === 'lattice') {
      const lengths = vectorOf(quantity.value).filter((value) => value !== null);
      const different = lengths.filter((value, k) => lengths.findIndex((other) => Math.abs(other - value) < 5e-5) === k);
      return different.length === 0 ? [] : [{ name: words.figures.lattice[Math.min(different.length, 3) - 1]!, text: `${different.map((value) => fixed(value, 4)).join(', ')} ${unit}`, alarming: false }];
    }
    const value = scalarOf(quantity.value);
    if (value === null || (name === 'lowestFrequency' && value > imaginary)) return [];
    return [{ name: words.figures[name], text: short(value * factor, unit), alarming: name === 'lowestFrequency' }];
  });
}
