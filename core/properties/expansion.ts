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
import { message, refuse } from '../contracts/messages.ts';
import { quantityOf, type Nested, type Quantity } from '../contracts/quantity.ts';
import { equationForm, type EquationForm, type ExpansionResult } from '../contracts/results.ts';
import { upperLimit, verdictOf, type JudgedCheck } from '../convergence/verdict.ts';
import { cellParameters, cellVolume, strained } from '../crystal/structure.ts';
import { multiply3 } from '../math/matrix3.ts';
import { stressVoigt } from '../math/voigt.ts';
import { avogadro, boltzmann, electronvoltPerTerahertz, elementaryCharge, gigapascalPerElectronvoltPerCubicAngstrom as gigapascal, kilojoulePerMolePerElectronvolt } from '../units/constants.ts';
import type { PropertyContext, RelaxedCrystal } from './context.ts';
import { cutoffCheck } from './cutoff-check.ts';
import { equationEnergy } from './equation-of-state.ts';
import { cellGrid, gridFit, uniaxial, uniqueAxis } from './expansion-grid.ts';
import { insideMargin, samplesAt, thermodynamics, volumeLadder, type CellSample } from './expansion-path.ts';
import { relaxAtVolumes } from './fixed-volume.ts';
import { lowestFrequency } from './harmonic-cells.ts';
import type { GridForm } from './quasiharmonic-grid.ts';
import { quasiharmonicState } from './quasiharmonic.ts';
import { relaxationTask } from './relaxation-task.ts';
import { requireSmooth } from './smoothness.ts';
import { thermalStrain, type ThermalStrain } from './thermal-strain.ts';

/** J/(mol·K) per eV/K */
const molar = elementaryCharge * avogadro;
/** Relative: γ from the free energy against γ from the modes of the same cell. A third-order fit over 9 % in volume is good to 1 %. */
const grueneisenAgrees = 0.03;
/** Relative, of the largest component: α of the fit against the Grüneisen formula, exact at that cell. */
const tensorAgrees = 0.03;
/** Relative difference of α between two forms at the highest trusted temperature. */
const formsAgree = 0.05;
/** K: where the independent check is made, or half the maximum where that is lower. */
const checkTemperature = 300;

/** One temperature, whatever the way to it. Per cell: Å³, eV, eV/K, eV/Å³. */
interface State {
  readonly volume: number;
  /** a, b, c of the conventional cell, Å */
  readonly lattice: readonly number[];
  readonly gibbs: number;
  readonly bulkModulus: number;
  readonly expansion: number;
  /** α along a, b, c, 1/K */
  readonly linear: readonly number[];
  /** 6, Voigt order, tensor components, 1/K */
  readonly tensor: Float64Array;
  readonly heatCapacityV: number;
  readonly heatCapacityP: number;
  readonly grueneisen: number | null;
  readonly errors: { readonly volume: number; readonly bulkModulus: number; readonly expansion: number };
}

/** What the two ways of minimising have in common. */
interface Analysis {
  readonly freeParameters: string[];
  readonly samples: readonly CellSample[];
  readonly unstableAt: number | null;
  readonly alternativeForm: EquationForm;
  /** State at temperature number t, or null where F has no minimum. */
  state(t: number, form: EquationForm): State | null;
  /** F(V) at temperature number t for the chart, one value per curve volume. */
  curve(t: number, volumes: readonly number[]): Nested[];
}

export async function expansion(context: PropertyContext, relaxed: RelaxedCrystal): Promise<ExpansionResult> {
  requireSmooth(context.potential, 'expansion');
  const { settings } = context;
  const form = equationForm.safeParse(settings.get('expansion.form')).data ?? refuse('expansion.form', { value: settings.get('expansion.form'), known: equationForm.options.join(', ') });
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

  const checks = checksOf(context, analysis, trusted, alternatives, formula, temperatures, { checkAt, trustedUntil, largestVolume, cubic: symmetry.crystalSystem === 'cubic' });
  const series = (pick: (state: State) => Nested, unit: string, more: { basis?: 'cell'; error?: (state: State) => number } = {}): Quantity => {
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
  const adiabatic = (state: State): Nested => (state.heatCapacityV > 0 ? (state.bulkModulus * gigapascal * state.heatCapacityP) / state.heatCapacityV : state.bulkModulus * gigapascal);
  const room = shown[checkAt] ?? null;
  const alpha = quantityOf(room ? room.expansion : null, '1/K', room ? { uncertainty: { numerical: room.errors.expansion } } : { reason: reason ?? '' });
  const facts = { alpha, temperature: quantityOf(checkAt >= 0 ? temperatures[checkAt]! : 0, 'K'), reliable: quantityOf(trustedUntil >= 0 ? temperatures[trustedUntil]! : 0, 'K') };

  const curveVolumes = curveRange(analysis.samples);
  const chartTemperatures = [...new Set([0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * (temperatures.length - 1))))];
  const stable = analysis.samples.filter((sample) => sample.stable);
  const thermal = thermodynamics(stable, temperatures);
  const alternativeSeries = (pick: (state: State) => number, unit: string, extensive = false): Quantity => {
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
    alphaLinear: series((state) => [...state.linear], '1/K'),
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

function grueneisenSeries(states: readonly (State | null)[], temperatures: readonly number[], coldest: number, beyond: string | undefined): Quantity {
  const values = states.map((state, t) => (state && temperatures[t]! >= coldest ? state.grueneisen : null));
  const cold = message('expansion.cold', { temperature: quantityOf(coldest, 'K') }).sentence;
  return quantityOf(values, '', { reason: beyond === undefined ? cold : `${cold} ${beyond}` });
}

/** The last temperature up to which V(T) exists and lies inside the sampled volumes with its margin; −1 for none. */
function lastTrusted(states: readonly (State | null)[], largestVolume: number): number {
  let last = -1;
  for (const [t, state] of states.entries()) {
    if (!state || state.volume > largestVolume * (1 - insideMargin)) break;
    last = t;
  }
  return last;
}

function reasonBeyond(temperature: number, unstableAt: number | null) {
  return unstableAt === null
    ? message('expansion.beyond', { temperature: quantityOf(temperature, 'K') })
    : message('expansion.unstable', { temperature: quantityOf(temperature, 'K'), ratio: unstableAt });
}

async function overVolume(context: PropertyContext, relaxed: RelaxedCrystal, form: EquationForm, temperatures: readonly number[]): Promise<Analysis> {
  const { samples, unstableAt } = await volumeLadder(context, relaxed, form, temperatures.at(-1)!);
  const stable = samples.filter((sample) => sample.stable);
  const thermal = thermodynamics(stable, temperatures);
  const pressure = relaxed.pressure / gigapascal;
  const { conventionalMatrix, crystalSystem } = relaxed.crystal.symmetry;
  const lengthsAt = lengthsAlong(stable, conventionalMatrix);
  return {
    freeParameters: crystalSystem === 'cubic' ? ['volume'] : ['volume (shape relaxed statically)'],
    samples,
    unstableAt,
    alternativeForm: form === 'vinet' ? 'birch-murnaghan' : 'vinet',
    state: (t, chosen) => {
      if (stable.length < 5) return null;
      const state = quasiharmonicState(samplesAt(thermal, t), temperatures[t]!, chosen, pressure);
      if (!state) return null;
      const { lengths, rates } = lengthsAt(state.volume);
      const linear = rates.map((rate) => rate * state.expansion);
      const isotropic = state.expansion / 3;
      return { ...state, lattice: lengths, linear, tensor: Float64Array.of(isotropic, isotropic, isotropic, 0, 0, 0) };
    },
    curve: (t, volumes) => {
      const state = stable.length < 5 ? null : quasiharmonicState(samplesAt(thermal, t), temperatures[t]!, form, pressure);
      return volumes.map((volume) => (state ? equationEnergy(form, state.parameters, volume) : null));
    },
  };
}

async function overGrid(context: PropertyContext, relaxed: RelaxedCrystal, form: EquationForm, temperatures: readonly number[]): Promise<Analysis> {
  // Vinet's and Murnaghan's forms have no counterpart on a surface.
  if (form !== 'birch-murnaghan' && form !== 'poirier-tarantola') refuse('expansion.gridForm', { value: form });
  const { samples, unstableAt } = await cellGrid(context, relaxed, form, temperatures.at(-1)!);
  const stable = samples.filter((sample) => sample.stable);
  const thermal = thermodynamics(stable, temperatures);
  const { conventionalMatrix } = relaxed.crystal.symmetry;
  const axis = uniqueAxis(relaxed);
  const alternativeForm: GridForm = form === 'birch-murnaghan' ? 'poirier-tarantola' : 'birch-murnaghan';
  const fits = { [form]: gridFit(samples, conventionalMatrix, form), [alternativeForm]: gridFit(samples, conventionalMatrix, alternativeForm) };
  const [a0, b0, c0] = cellParameters(multiply3(conventionalMatrix, relaxed.crystal.structure.cell)).lengths;
  const volume0 = cellVolume(relaxed.crystal.structure.cell);
  const gridState = (t: number, chosen: EquationForm) => {
    const { freeEnergies, entropies, heatCapacities } = samplesAt(thermal, t);
    return fits[chosen as GridForm]?.state(freeEnergies, entropies, heatCapacities, temperatures[t]!, relaxed.pressure / gigapascal) ?? null;
  };
  return {
    freeParameters: ['a', 'c'],
    samples,
    unstableAt,
    alternativeForm,
    state: (t, chosen) => {
      const state = gridState(t, chosen);
      if (!state) return null;
      // ln V = 2 ln a + ln c, s = ln c − ln a
      const stretch = Math.log(state.volume / volume0);
      const shape = state.shape - Math.log(c0 / a0);
      const acrossStrain = (stretch - shape) / 3, alongStrain = (stretch + 2 * shape) / 3;
      const across = (state.expansion - state.shapeExpansion) / 3, along = (state.expansion + 2 * state.shapeExpansion) / 3;
      return {
        ...state,
        lattice: [a0 * Math.exp(acrossStrain), b0 * Math.exp(acrossStrain), c0 * Math.exp(alongStrain)],
        linear: [across, across, along],
        tensor: stressVoigt(uniaxial(axis, across, along)),
      };
    },
    curve: (t, volumes) => {
      const state = gridState(t, form);
      const surface = fits[form]!.surface(samplesAt(thermal, t).freeEnergies);
      // The section at the shape of the minimum.
      return volumes.map((volume) => (state ? surface(volume, state.shape) : null));
    },
  };
}

/** a, b, c along the sampled path at a volume, and d ln(a, b, c)/d ln V there, by local quadratic interpolation in ln V. */
function lengthsAlong(samples: readonly CellSample[], conventionalMatrix: ArrayLike<number>): (volume: number) => { lengths: number[]; rates: number[] } {
  const logs = samples.map(({ outcome }) => cellParameters(multiply3(conventionalMatrix, outcome.structure.cell)).lengths.map(Math.log));
  const x = samples.map(({ volume }) => Math.log(volume));
  return (volume) => {
    const at = Math.log(volume);
    const middle = x.reduce((best, value, i) => (Math.abs(value - at) < Math.abs(x[best]! - at) ? i : best), 0);
    const first = Math.min(Math.max(middle - 1, 0), x.length - 3);
    const [x0, x1, x2] = [x[first]!, x[first + 1]!, x[first + 2]!];
    const values = [0, 1, 2].map((axis) => {
      const [y0, y1, y2] = [logs[first]![axis]!, logs[first + 1]![axis]!, logs[first + 2]![axis]!];
      const slope = (y1 - y0) / (x1 - x0);
      const bend = ((y2 - y1) / (x2 - x1) - slope) / (x2 - x0);
      return { value: y0 + slope * (at - x0) + bend * (at - x0) * (at - x1), rate: slope + bend * (2 * at - x0 - x1) };
    });
    return { lengths: values.map(({ value }) => Math.exp(value)), rates: values.map(({ rate }) => rate) };
  };
}

/** The cell of a state, ions relaxed. */
async function cellAt(context: PropertyContext, relaxed: RelaxedCrystal, state: State, uniaxialCrystal: boolean) {
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
function withTensor(state: State, tensor: Float64Array, { crystal: { structure, symmetry } }: RelaxedCrystal): State {
  const conventional = multiply3(symmetry.conventionalMatrix, structure.cell);
  const [xx, yy, zz, yz, xz, xy] = tensor as unknown as [number, number, number, number, number, number];
  const linear = [0, 1, 2].map((k) => {
    const [x, y, z] = [conventional[3 * k]!, conventional[3 * k + 1]!, conventional[3 * k + 2]!];
    return (xx * x * x + yy * y * y + zz * z * z + 2 * (yz * y * z + xz * x * z + xy * x * y)) / (x * x + y * y + z * z);
  });
  return { ...state, tensor, linear };
}

function checksOf(
  context: PropertyContext,
  analysis: Analysis,
  states: readonly (State | null)[],
  alternatives: readonly (State | null)[],
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
