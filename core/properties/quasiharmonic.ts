import { Matrix } from 'ml-matrix';
import { leastSquares } from '../math/least-squares.ts';
import type { EquationForm } from '../contracts/results.ts';
import { equationBulkModulus, equationEnergy, equationPressure, fitEquation, type EquationParameters } from './equation-of-state.ts';

/**
 * Quasiharmonic thermodynamics along a line of volumes: F(V, T) = E(V) + F_vib(V, T) is fitted by an equation of state
 * at each temperature, and V(T) is where −∂F/∂V equals the pressure. For crystals with one free cell parameter (cubic)
 * this is exact; below that symmetry it is the statically relaxed path.
 *
 * Temperature derivatives come from S = −∂F/∂T and C_V at the sampled volumes, never from differences between
 * temperatures: the results do not depend on the temperature step.
 */

/** One temperature. Per cell: Å³, eV, eV/K; pressure and moduli in eV/Å³. */
export interface QuasiharmonicState {
  readonly temperature: number;
  readonly volume: number;
  readonly gibbs: number;
  /** −V ∂P/∂V at constant temperature. */
  readonly bulkModulus: number;
  /** (1/V) dV/dT at constant pressure, 1/K. */
  readonly expansion: number;
  readonly heatCapacityV: number;
  /** C_V + T V α² B: an identity, used as the definition. */
  readonly heatCapacityP: number;
  /** γ = V α B / C_V; null at 0 K, where it is 0/0. */
  readonly grueneisen: number | null;
  /** Errors of the fit (one standard deviation). */
  readonly errors: { readonly volume: number; readonly bulkModulus: number; readonly expansion: number };
  /** The fitted curve. */
  readonly parameters: EquationParameters;
}

/** Samples at one temperature, in the order of the volumes. */
export interface FreeEnergySamples {
  /** P, Å³ */
  readonly volumes: Float64Array;
  /** P, eV: static energy plus vibrational free energy. */
  readonly freeEnergies: Float64Array;
  /** P, eV/K */
  readonly entropies: Float64Array;
  /** P, eV/K */
  readonly heatCapacities: Float64Array;
}

/** Volume at which the fitted curve has the wanted pressure, by Newton steps of at most 10 %; null beyond the spinodal. */
function volumeAtPressure(form: EquationForm, parameters: EquationParameters, pressure: number): number | null {
  let volume = parameters.volume;
  for (let step = 0; step < 100; step++) {
    const bulk = equationBulkModulus(form, parameters, volume);
    if (!(bulk > 0)) return null;
    const change = ((equationPressure(form, parameters, volume) - pressure) * volume) / bulk;
    const limited = Math.max(-0.1 * volume, Math.min(0.1 * volume, change));
    volume += limited;
    if (Math.abs(limited) < 1e-15 * volume) break;
  }
  return volume;
}

/** A smooth quantity y(V) as a cubic in the Eulerian variable V^(−2/3): value, slope and the slope's standard error at V. */
function interpolate(volumes: Float64Array, values: Float64Array, at: number): { value: number; slope: number; slopeError: number } {
  const eulerian = (v: number): number => (v / at) ** (-2 / 3) - 1;
  const design = new Matrix(Array.from(volumes, (v) => [1, eulerian(v), eulerian(v) ** 2, eulerian(v) ** 3]));
  const { coefficients, inverseNormal } = leastSquares(design);
  const c = coefficients(Matrix.columnVector(Array.from(values)));
  const residuals = design.mmul(c).sub(Matrix.columnVector(Array.from(values)));
  const variance = residuals.to1DArray().reduce((sum, r) => sum + r * r, 0) / (volumes.length - 4);
  const chain = -2 / (3 * at);
  return { value: c.get(0, 0), slope: c.get(1, 0) * chain, slopeError: Math.abs(chain) * Math.sqrt(variance * inverseNormal.get(1, 1)) };
}

/**
 * The state at one temperature and pressure (eV/Å³), or null where F(V) + P V has no minimum at or near the samples.
 */
export function quasiharmonicState(samples: FreeEnergySamples, temperature: number, form: EquationForm, pressure: number): QuasiharmonicState | null {
  const { volumes, freeEnergies, entropies, heatCapacities } = samples;
  const fit = fitEquation(form, volumes, freeEnergies);
  const volume = fit && volumeAtPressure(form, fit.parameters, pressure);
  if (fit === null || volume === null) return null;

  // F at T ± δ from its own Taylor series, F ∓ S δ − C_V δ²/(2T): only the odd part enters the central difference, whose
  // error is (δ/T_scale)² with T_scale of hundreds of kelvin (the scale on which the fitted parameters bend).
  const delta = 0.1;
  const shifted = (sign: 1 | -1): number | null => {
    const moved = fitEquation(form, volumes, freeEnergies.map((f, i) => f - sign * delta * entropies[i]!));
    return moved && volumeAtPressure(form, moved.parameters, pressure);
  };
  const warmer = shifted(1);
  const cooler = shifted(-1);
  if (warmer === null || cooler === null) return null;

  const bulkModulus = equationBulkModulus(form, fit.parameters, volume);
  const expansion = temperature === 0 ? 0 : (warmer - cooler) / (2 * delta) / volume;
  const entropy = interpolate(volumes, entropies, volume);
  const heatCapacityV = interpolate(volumes, heatCapacities, volume).value;
  const heatCapacityP = heatCapacityV + temperature * volume * expansion * expansion * bulkModulus;
  const relativeBulkError = fit.errors.bulkModulus / fit.parameters.bulkModulus;
  return {
    temperature,
    volume,
    gibbs: equationEnergy(form, fit.parameters, volume) + pressure * volume,
    bulkModulus,
    expansion,
    heatCapacityV,
    heatCapacityP,
    grueneisen: heatCapacityV > 0 ? (volume * expansion * bulkModulus) / heatCapacityV : null,
    errors: {
      volume: fit.errors.volume,
      bulkModulus: relativeBulkError * bulkModulus,
      // α = (∂S/∂V)/B: the errors of slope and modulus, taken as independent.
      expansion: temperature === 0 ? 0 : Math.hypot(entropy.slopeError / bulkModulus, relativeBulkError * expansion),
    },
    parameters: fit.parameters,
  };
}
