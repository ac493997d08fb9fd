import { message } from '../contracts/messages.ts';
import { quantityOf } from '../contracts/quantity.ts';
import type { EosResult } from '../contracts/results.ts';
import { upperLimit, verdictOf, type JudgedCheck } from '../convergence/verdict.ts';
import { cellVolume } from '../crystal/structure.ts';
import { gigapascalPerElectronvoltPerCubicAngstrom as gigapascal } from '../units/constants.ts';
import type { PropertyContext, RelaxedCrystal } from './context.ts';
import { cutoffCheck } from './cutoff-check.ts';
import { equationEnergy, equationForms, equationPressure, fitEquation, type EquationFit } from './equation-of-state.ts';
import { pressureOf, relaxAtVolumes } from './fixed-volume.ts';
import type { Settings } from './settings.ts';

/** Two forms that differ by more than this in B0 are fitted over too wide a range, or to a kinked curve. */
const formsAgree = 0.01;
/** Of V0: the fitted minimum against the relaxed cell; a third-order form over ±6 % is good to a few 1e-5. */
const volumeAgrees = 1e-3;

/** Volumes relative to the relaxed one, ascending. */
export function eosRatios(settings: Settings): number[] {
  const points = settings.get('eos.points');
  const range = settings.get('eos.range');
  return Array.from({ length: points }, (_, i) => 1 - range + (2 * range * i) / (points - 1));
}

/**
 * Energy against volume with ions and shape relaxed at each volume, fitted by four forms with standard errors.
 * Volumes: `eos.points` of them within ±`eos.range` of the relaxed one.
 */
export async function eos(context: PropertyContext, relaxed: RelaxedCrystal): Promise<EosResult> {
  const { settings } = context;
  const relaxedVolume = cellVolume(relaxed.crystal.structure.cell);
  const outcomes = await relaxAtVolumes(context, relaxed, 'Volumes', eosRatios(settings));

  const volumes = outcomes.map(({ structure }) => cellVolume(structure.cell));
  const energies = outcomes.map(({ energy }) => energy);
  const fits = equationForms.map((form) => fitEquation(form, volumes, energies));
  const reported = fits[equationForms.indexOf('birch-murnaghan')] ?? null;

  const checks: JudgedCheck[] = [
    {
      check: upperLimit('ions relaxed at every volume', Math.max(...outcomes.map(({ maxForce }) => maxForce)), settings.get('relaxation.forceTolerance'), 'eV/Å', { passed: 'eos.force.passed', failed: 'eos.force.failed' }),
      ifFailed: 'unreliable',
    },
    {
      check: upperLimit('shape relaxed at every volume', Math.max(...outcomes.map(({ maxStress }) => maxStress)), settings.get('relaxation.stressTolerance'), 'GPa', { passed: 'eos.stress.passed', failed: 'eos.stress.failed' }),
      ifFailed: 'unreliable',
    },
    cutoffCheck(context, outcomes.map(({ structure }) => structure)),
  ];
  if (reported) {
    const expected = reported.parameters.volume;
    // At a pressure the relaxed cell is compared with the fitted pressure there, expressed as a volume through B.
    const offset = (equationPressure('birch-murnaghan', reported.parameters, relaxedVolume) - relaxed.pressure / gigapascal) / reported.parameters.bulkModulus;
    checks.push({
      check: upperLimit('minimum of the fit is the relaxed cell', Math.abs(offset), volumeAgrees, '', { passed: 'eos.volume.passed', failed: 'eos.volume.failed' }, { volume: quantityOf(expected, 'Å³') }),
      ifFailed: 'caution',
    });
    const bulk = fits.flatMap((fit) => (fit ? [fit.parameters.bulkModulus] : []));
    checks.push({
      check: upperLimit('forms agree on the bulk modulus', (Math.max(...bulk) - Math.min(...bulk)) / reported.parameters.bulkModulus, formsAgree, '', { passed: 'eos.forms.passed', failed: 'eos.forms.failed' }),
      ifFailed: 'caution',
    });
  }
  const reason = message('eos.noMinimum').sentence;
  const value = (pick: (fit: EquationFit) => [number, number], unit: string, extensive = false) => {
    const [best, error] = reported ? pick(reported) : [null, null];
    return quantityOf(best, unit, { ...(extensive && { basis: 'cell' as const }), ...(error === null ? { reason } : { uncertainty: { numerical: error } }) });
  };
  const parts = {
    volume: value((fit) => [fit.parameters.volume, fit.errors.volume], 'Å³', true),
    energy: value((fit) => [fit.parameters.energy, fit.errors.energy], 'eV', true),
    bulkModulus: value((fit) => [fit.parameters.bulkModulus * gigapascal, fit.errors.bulkModulus * gigapascal], 'GPa'),
    bulkModulusDerivative: value((fit) => [fit.parameters.bulkModulusDerivative, fit.errors.bulkModulusDerivative], ''),
  };
  const verdict = reported
    ? verdictOf(checks, {
        good: message('eos.good', { bulk: parts.bulkModulus, volume: parts.volume }),
        caution: (failed) => message('eos.caution', { bulk: parts.bulkModulus, failed }),
        unreliable: (failed) => message('eos.unreliable', { failed }),
      })
    : { state: 'unreliable' as const, message: message('eos.noMinimum'), checks: checks.map(({ check }) => check) };

  const curveVolumes = Array.from({ length: 101 }, (_, i) => volumes[0]! + ((volumes.at(-1)! - volumes[0]!) * i) / 100);
  return {
    verdict,
    ...parts,
    fits: fits.flatMap((fit) =>
      fit
        ? [{
            form: fit.form,
            energy: quantityOf(fit.parameters.energy, 'eV', { basis: 'cell', uncertainty: { numerical: fit.errors.energy } }),
            volume: quantityOf(fit.parameters.volume, 'Å³', { basis: 'cell', uncertainty: { numerical: fit.errors.volume } }),
            bulkModulus: quantityOf(fit.parameters.bulkModulus * gigapascal, 'GPa', { uncertainty: { numerical: fit.errors.bulkModulus * gigapascal } }),
            bulkModulusDerivative: quantityOf(fit.parameters.bulkModulusDerivative, '', { uncertainty: { numerical: fit.errors.bulkModulusDerivative } }),
            residual: quantityOf(fit.residual, 'eV', { basis: 'cell' }),
          }]
        : [],
    ),
    points: {
      volume: quantityOf(volumes, 'Å³', { basis: 'cell' }),
      energy: quantityOf(energies, 'eV', { basis: 'cell' }),
      pressure: quantityOf(outcomes.map(pressureOf), 'GPa'),
    },
    curves: {
      volume: quantityOf(curveVolumes, 'Å³', { basis: 'cell' }),
      energy: fits.flatMap((fit) => (fit ? [{ form: fit.form, energy: quantityOf(curveVolumes.map((v) => equationEnergy(fit.form, fit.parameters, v)), 'eV', { basis: 'cell' }) }] : [])),
    },
  };
}
