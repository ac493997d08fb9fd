/** The independent tests that thermal expansion runs on itself. */
import { quantityOf } from '../contracts/quantity.ts';
import { upperLimit, type JudgedCheck } from '../convergence/verdict.ts';
import type { PropertyContext } from './context.ts';
import { cutoffCheck } from './cutoff-check.ts';
import type { ExpansionAnalysis, ExpansionState } from './expansion-analysis.ts';
import { insideMargin } from './expansion-path.ts';
import type { ThermalStrain } from './thermal-strain.ts';

/** Relative: γ from the free energy against γ from the modes of the same cell. A third-order fit over 9 % in volume is good to 1 %. */
const grueneisenAgrees = 0.03;
/** Relative, of the largest component: α of the fit against the Grüneisen formula, exact at that cell. */
const tensorAgrees = 0.03;
/** Relative difference of α between two forms at the highest trusted temperature. */
const formsAgree = 0.05;

export function expansionChecks(
  context: PropertyContext,
  analysis: ExpansionAnalysis,
  states: readonly (ExpansionState | null)[],
  alternatives: readonly (ExpansionState | null)[],
  formula: ThermalStrain | null,
  temperatures: readonly number[],
  { checkAt, trustedUntil, largestVolume, cubic }: { checkAt: number; trustedUntil: number; largestVolume: number; cubic: boolean },
): JudgedCheck[] {
  const { settings } = context;
  const checks: JudgedCheck[] = [cutoffCheck(context, analysis.samples.map(({ outcome }) => outcome.structure))];
  const add = (name: string, measured: number, limit: number, unit: string, code: 'force' | 'stress' | 'range' | 'inside' | 'grueneisen' | 'tensor' | 'forms' | 'stable', ifFailed: JudgedCheck['ifFailed'], values = {}): void => {
    checks.push({ check: upperLimit(name, measured, limit, unit, { passed: `expansion.${code}.passed`, failed: `expansion.${code}.failed` }, values), ifFailed });
  };
  add('ions relaxed at every cell', Math.max(...analysis.samples.map(({ outcome }) => outcome.maxForce)), settings.get('relaxation.forceTolerance'), 'eV/Å', 'force', 'unreliable');
  add('shape relaxed at every volume', Math.max(...analysis.samples.map(({ outcome }) => outcome.maxStress)), settings.get('relaxation.stressTolerance'), 'GPa', 'stress', 'unreliable');
  add('no imaginary modes at the sampled cells', analysis.samples.filter(({ stable }) => !stable).length, 0, '', 'stable', 'caution');
  add('temperatures beyond the trusted range', temperatures.length - 1 - trustedUntil, 0, '', 'range', 'caution', { reliable: quantityOf(trustedUntil >= 0 ? temperatures[trustedUntil]! : 0, 'K') });
  const state = states[checkAt];
  const last = states[trustedUntil];
  if (last) add('volume inside the sampled volumes', last.volume / largestVolume, 1 - insideMargin, '', 'inside', 'caution');
  if (state && formula) {
    const temperature = quantityOf(temperatures[checkAt]!, 'K');
    if (cubic) {
      const modes = formula.meanGrueneisen(temperatures[checkAt]!) ?? Number.NaN;
      add('Grüneisen parameter from the modes', Math.abs((state.grueneisen ?? Number.NaN) / modes - 1), grueneisenAgrees, '', 'grueneisen', 'caution', { temperature, fit: state.grueneisen ?? 0, modes });
    }
    const tensor = formula.alpha(temperatures[checkAt]!);
    const scale = Math.max(...Array.from(tensor, Math.abs));
    const difference =
      analysis.freeParameters[0] === 'volume (shape relaxed statically)'
        ? Math.abs(tensor[0]! + tensor[1]! + tensor[2]! - state.expansion)
        : Math.max(...Array.from(tensor, (value, i) => Math.abs(value - state.tensor[i]!)));
    add('expansion from the Grüneisen parameters', difference / scale, tensorAgrees, '', 'tensor', 'caution', { temperature });
  }
  const other = alternatives[trustedUntil];
  if (last && trustedUntil > 0) {
    add('forms agree on the expansion', other ? Math.abs(other.expansion / last.expansion - 1) : Number.NaN, formsAgree, '', 'forms', 'caution', { temperature: quantityOf(temperatures[trustedUntil]!, 'K'), form: analysis.alternativeForm });
  }
  return checks;
}
