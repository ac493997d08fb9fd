/**
 * Quasiharmonic thermal expansion: at each temperature the free energy F = E + F_vib is minimised over the free cell
 * parameters, with ions relaxed at every sampled cell.
 *   cubic                         over the volume
 *   tetragonal, trigonal, hexagonal  over a and c on a grid, not along the statically relaxed path
 *   lower symmetry                over the volume along the statically relaxed path; the tensor α follows from
 *                                 α = (1/V) S : Σ γ c_v in the cell at the reference temperature (Barron, Collins & White,
 *                                 Adv. Phys. 29 (1980) 609, eq. 2.40)
 * The same formula, whose Grüneisen parameters come from eigenvectors and whose stiffness comes from stresses, checks the
 * first two cases independently.
 */
import { message } from '../contracts/messages.ts';
import { quantityOf, type Nested, type Quantity } from '../contracts/quantity.ts';
import type { ExpansionResult } from '../contracts/results.ts';
import { verdictOf } from '../convergence/verdict.ts';
import { cellParameters, cellVolume, strained } from '../crystal/structure.ts';
import { multiply3 } from '../math/matrix3.ts';
import { avogadro, boltzmann, electronvoltPerTerahertz, elementaryCharge, gigapascalPerElectronvoltPerCubicAngstrom as gigapascal, kilojoulePerMolePerElectronvolt } from '../units/constants.ts';
import type { PropertyContext, RelaxedCrystal } from './context.ts';
import { overGrid, overVolume, type ExpansionState } from './expansion-analysis.ts';
import { expansionChecks } from './expansion-checks.ts';
import { uniaxial, uniqueAxis } from './expansion-grid.ts';
import { insideMargin, samplesAt, thermodynamics, type CellSample } from './expansion-path.ts';
import { relaxAtVolumes } from './fixed-volume.ts';
import { lowestFrequency } from './harmonic-cells.ts';
import { relaxationTask } from './relaxation-task.ts';
import { requireSmooth } from './smoothness.ts';
import { thermalStrain, type ThermalStrain } from './thermal-strain.ts';

/** J/(mol·K) per eV/K */
const molar = elementaryCharge * avogadro;
/** K: where the independent check is made, or half the maximum where that is lower. */
const checkTemperature = 300;

export async function expansion(context: PropertyContext, relaxed: RelaxedCrystal): Promise<ExpansionResult> {
  requireSmooth(context.potential, 'expansion');
  const { settings } = context;
  const form = settings.get('expansion.form');
  const maximum = settings.get('temperature.maximum');
  const step = settings.get('temperature.step');
  const temperatures = Array.from({ length: Math.floor(maximum / step + 1e-9) + 1 }, (_, i) => i * step);
  const { symmetry } = relaxed.crystal;
  const uniaxialCrystal = ['tetragonal', 'trigonal', 'hexagonal'].includes(symmetry.crystalSystem);

  const analysis = uniaxialCrystal ? await overGrid(context, relaxed, form, temperatures) : await overVolume(context, relaxed, form, temperatures);
  const largestVolume = Math.max(...analysis.samples.filter(({ stable }) => stable).map(({ volume }) => volume));
  const states = temperatures.map((_, t) => analysis.state(t, form));
  const trustedUntil = lastTrusted(states, largestVolume);
  const trusted = states.map((state, t) => (t <= trustedUntil ? state : null));
  const reason = trustedUntil === temperatures.length - 1 ? undefined : reasonBeyond(trustedUntil < 0 ? 0 : temperatures[trustedUntil]!, analysis.unstableAt).sentence;

  const alternatives = temperatures.map((_, t) => (trusted[t] ? analysis.state(t, analysis.alternativeForm) : null));
  const checkAt = trustedUntil < 0 ? -1 : Math.min(trustedUntil, Math.round(Math.min(checkTemperature, maximum / 2) / step));
  const reference = checkAt >= 0 ? (trusted[checkAt] ?? null) : null;
  const formula = reference ? await thermalStrain(context, symmetry, await cellAt(context, relaxed, reference, uniaxialCrystal)) : null;
  // Below uniaxial symmetry the formula gives the tensor; the volume stays that of the free energy.
  const shown = uniaxialCrystal || symmetry.crystalSystem === 'cubic' || !formula ? trusted : trusted.map((state, t) => state && withTensor(state, formula.alpha(temperatures[t]!), relaxed));

  const checks = expansionChecks(context, analysis, trusted, alternatives, formula, temperatures, { checkAt, trustedUntil, largestVolume, cubic: symmetry.crystalSystem === 'cubic' });
  const series = (pick: (state: ExpansionState) => Nested, unit: string, more: { basis?: 'cell'; error?: (state: ExpansionState) => Nested } = {}): Quantity => {
    const values = shown.map((state) => (state ? pick(state) : null));
    const missing = values.some((value) => value === null);
    return quantityOf(values, unit, {
      ...(more.basis && { basis: more.basis }),
      ...(missing && reason !== undefined && { reason }),
      ...(more.error && { uncertainty: { numerical: shown.map((state) => (state ? more.error!(state) : null)) } }),
    });
  };
  // Below this the mesh holds hardly an excited mode: C_V is off by more than a per cent, and γ is a ratio of two such numbers.
  const coldest = (Math.max(...analysis.samples.filter(({ stable }) => stable).map(({ cell }) => lowestFrequency(cell))) * electronvoltPerTerahertz) / (2 * boltzmann);
  const adiabatic = (state: ExpansionState): Nested => (state.heatCapacityV > 0 ? (state.bulkModulus * gigapascal * state.heatCapacityP) / state.heatCapacityV : state.bulkModulus * gigapascal);
  const room = shown[checkAt] ?? null;
  const alpha = quantityOf(room ? room.expansion : null, '1/K', room ? { uncertainty: { numerical: room.errors.expansion } } : { reason: reason ?? '' });
  const facts = { alpha, temperature: quantityOf(checkAt >= 0 ? temperatures[checkAt]! : 0, 'K'), reliable: quantityOf(trustedUntil >= 0 ? temperatures[trustedUntil]! : 0, 'K') };

  const curveVolumes = curveRange(analysis.samples);
  const chartTemperatures = [...new Set([0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * (temperatures.length - 1))))];
  const stable = analysis.samples.filter((sample) => sample.stable);
  const thermal = thermodynamics(stable, temperatures);
  const alternativeSeries = (pick: (state: ExpansionState) => number, unit: string, extensive = false): Quantity => {
    const values = alternatives.map((state) => (state ? pick(state) : null));
    return quantityOf(values, unit, { ...(extensive && { basis: 'cell' as const }), ...(values.includes(null) && { reason: reason ?? message('expansion.noAlternative', { form: analysis.alternativeForm }).sentence }) });
  };
  return {
    verdict:
      trustedUntil < 0
        ? { state: 'unreliable', message: message('expansion.noMinimum'), checks: checks.map(({ check }) => check) }
        : verdictOf(checks, {
            good: message('expansion.good', facts),
            caution: (failed) => message('expansion.caution', { ...facts, failed }),
            unreliable: (failed) => message('expansion.unreliable', { failed }),
          }),
    pressure: quantityOf(relaxed.pressure, 'GPa'),
    form,
    freeParameters: analysis.freeParameters,
    temperatures: quantityOf(temperatures, 'K'),
    volume: series((state) => state.volume, 'Å³', { basis: 'cell', error: (state) => state.errors.volume }),
    lattice: series((state) => [...state.lattice], 'Å'),
    alphaVolumetric: series((state) => state.expansion, '1/K', { error: (state) => state.errors.expansion }),
    alphaLinear: series((state) => [...state.linear], '1/K', { error: (state) => linearErrors(state) }),
    alphaTensor: series((state) => Array.from(state.tensor), '1/K'),
    grueneisen: grueneisenSeries(shown, temperatures, coldest, reason),
    bulkModulus: series((state) => state.bulkModulus * gigapascal, 'GPa', { error: (state) => state.errors.bulkModulus * gigapascal }),
    bulkModulusAdiabatic: series(adiabatic, 'GPa'),
    heatCapacityP: series((state) => state.heatCapacityP * molar, 'J/(mol·K)', { basis: 'cell' }),
    heatCapacityV: series((state) => state.heatCapacityV * molar, 'J/(mol·K)', { basis: 'cell' }),
    gibbs: series((state) => state.gibbs, 'eV', { basis: 'cell' }),
    alternative: {
      form: analysis.alternativeForm,
      volume: alternativeSeries((state) => state.volume, 'Å³', true),
      alphaVolumetric: alternativeSeries((state) => state.expansion, '1/K'),
      bulkModulus: alternativeSeries((state) => state.bulkModulus * gigapascal, 'GPa'),
    },
    points: pointsOf(analysis.samples, symmetry.conventionalMatrix),
    freeEnergy: {
      temperatures: quantityOf(chartTemperatures.map((t) => temperatures[t]!), 'K'),
      values: quantityOf(chartTemperatures.map((t) => {
        const { freeEnergies } = samplesAt(thermal, t);
        let next = 0;
        return analysis.samples.map((sample) => (sample.stable ? freeEnergies[next++]! : null));
      }), 'eV', { basis: 'cell', ...(stable.length < analysis.samples.length && { reason: message('expansion.unstablePoint').sentence }) }),
      curveVolume: quantityOf(curveVolumes, 'Å³', { basis: 'cell' }),
      curves: quantityOf(chartTemperatures.map((t) => analysis.curve(t, curveVolumes)), 'eV', { basis: 'cell', reason: message('expansion.curveGap').sentence }),
    },
    modeGrueneisen: modeGrueneisenOf(formula),
    reliableUpTo: quantityOf(trustedUntil >= 0 ? temperatures[trustedUntil]! : null, 'K', trustedUntil >= 0 ? {} : { reason: message('expansion.noMinimum').sentence }),
    ...(formula && { alphaFromGrueneisen: quantityOf(temperatures.map((temperature, t) => (trusted[t] ? Array.from(temperature === 0 ? new Float64Array(6) : formula.alpha(temperature)) : null)), '1/K', reason === undefined ? {} : { reason }) }),
  };
}

function grueneisenSeries(states: readonly (ExpansionState | null)[], temperatures: readonly number[], coldest: number, beyond: string | undefined): Quantity {
  const values = states.map((state, t) => (state && temperatures[t]! >= coldest ? state.grueneisen : null));
  const cold = message('expansion.cold', { temperature: quantityOf(coldest, 'K') }).sentence;
  return quantityOf(values, '', { reason: beyond === undefined ? cold : `${cold} ${beyond}` });
}

/** The last temperature up to which V(T) exists and lies inside the sampled volumes with its margin; −1 for none. */
function lastTrusted(states: readonly (ExpansionState | null)[], largestVolume: number): number {
  let last = -1;
  for (const [t, state] of states.entries()) {
    if (!state || state.volume > largestVolume * (1 - insideMargin)) break;
    last = t;
  }
  return last;
}

/** Each axis shares the relative error of the volume's expansion. */
function linearErrors({ linear, expansion: total, errors }: ExpansionState): number[] {
  return linear.map((value) => (total === 0 ? 0 : Math.abs((value / total) * errors.expansion)));
}

function reasonBeyond(temperature: number, unstableAt: number | null) {
  return unstableAt === null
    ? message('expansion.beyond', { temperature: quantityOf(temperature, 'K') })
    : message('expansion.unstable', { temperature: quantityOf(temperature, 'K'), ratio: unstableAt });
}

/** The cell of a state, ions relaxed. */
async function cellAt(context: PropertyContext, relaxed: RelaxedCrystal, state: ExpansionState, uniaxialCrystal: boolean) {
  const { structure, symmetry } = relaxed.crystal;
  if (!uniaxialCrystal) {
    const [outcome] = await relaxAtVolumes(context, relaxed, 'Reference cell', [state.volume / cellVolume(structure.cell)]);
    return outcome!.structure;
  }
  const [a0, , c0] = cellParameters(multiply3(symmetry.conventionalMatrix, structure.cell)).lengths;
  const deformation = uniaxial(uniqueAxis(relaxed), state.lattice[0]! / a0, state.lattice[2]! / c0);
  const [outcome] = await context.tasks.all('Reference cell', [
    relaxationTask(context.settings, { structure: strained(structure, deformation), operations: symmetry.operations, constraint: 'fixed-cell' }),
  ]);
  return outcome!.structure;
}

/** α along a, b, c from the tensor, in place of the rates of the static path. */
function withTensor(state: ExpansionState, tensor: Float64Array, { crystal: { structure, symmetry } }: RelaxedCrystal): ExpansionState {
  const conventional = multiply3(symmetry.conventionalMatrix, structure.cell);
  const [xx, yy, zz, yz, xz, xy] = tensor as unknown as [number, number, number, number, number, number];
  const linear = [0, 1, 2].map((k) => {
    const [x, y, z] = [conventional[3 * k]!, conventional[3 * k + 1]!, conventional[3 * k + 2]!];
    return (xx * x * x + yy * y * y + zz * z * z + 2 * (yz * y * z + xz * x * z + xy * x * y)) / (x * x + y * y + z * z);
  });
  return { ...state, tensor, linear };
}

function curveRange(samples: readonly CellSample[]): number[] {
  const volumes = samples.map(({ volume }) => volume);
  const low = Math.min(...volumes), high = Math.max(...volumes);
  return Array.from({ length: 81 }, (_, i) => low + ((high - low) * i) / 80);
}

function pointsOf(samples: readonly CellSample[], conventionalMatrix: ArrayLike<number>): ExpansionResult['points'] {
  return {
    volume: quantityOf(samples.map(({ volume }) => volume), 'Å³', { basis: 'cell' }),
    lattice: quantityOf(samples.map(({ outcome }) => [...cellParameters(multiply3(conventionalMatrix, outcome.structure.cell)).lengths]), 'Å'),
    energy: quantityOf(samples.map(({ outcome }) => outcome.energy), 'eV', { basis: 'cell' }),
    residualForce: quantityOf(samples.map(({ outcome }) => outcome.maxForce), 'eV/Å'),
    residualStress: quantityOf(samples.map(({ outcome }) => outcome.maxStress), 'GPa'),
    lowestFrequency: quantityOf(samples.map(({ cell }) => lowestFrequency(cell)), 'THz'),
    zeroPoint: quantityOf(samples.map((sample) => thermodynamics([sample], [0]).thermal[0]!.zeroPoint * kilojoulePerMolePerElectronvolt), 'kJ/mol', { basis: 'cell' }),
  };
}

function modeGrueneisenOf(formula: ThermalStrain | null): ExpansionResult['modeGrueneisen'] {
  if (!formula) {
    const reason = message('expansion.noMinimum').sentence;
    return { mesh: [0, 0, 0], frequencies: quantityOf(null, 'THz', { reason }), values: quantityOf(null, '', { reason }) };
  }
  const { modes, mesh } = formula;
  const rows = (flat: Float64Array): Nested[] =>
    Array.from({ length: mesh.multiplicities.length }, (_, q) => Array.from(flat.subarray(q * modes, (q + 1) * modes), (value) => (Number.isFinite(value) ? value : null)));
  const gaps = formula.volumetric.some((value) => !Number.isFinite(value));
  return {
    mesh: [...mesh.numbers],
    frequencies: quantityOf(rows(formula.frequencies), 'THz'),
    values: quantityOf(rows(formula.volumetric), '', gaps ? { reason: message('expansion.noLogarithm').sentence } : {}),
  };
}
