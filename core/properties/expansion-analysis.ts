/**
 * The two ways of minimising the free energy, over the volume along the statically relaxed path and over a and c on a
 * grid, behind one face: a state at each temperature.
 */
import { refuse } from '../contracts/messages.ts';
import type { Nested } from '../contracts/quantity.ts';
import type { EquationForm } from '../contracts/results.ts';
import { cellParameters, cellVolume } from '../crystal/structure.ts';
import { multiply3 } from '../math/matrix3.ts';
import { stressVoigt } from '../math/voigt.ts';
import { gigapascalPerElectronvoltPerCubicAngstrom as gigapascal } from '../units/constants.ts';
import type { PropertyContext, RelaxedCrystal } from './context.ts';
import { equationEnergy } from './equation-of-state.ts';
import { cellGrid, gridFit, uniaxial, uniqueAxis } from './expansion-grid.ts';
import { samplesAt, thermodynamics, volumeLadder, type CellSample } from './expansion-path.ts';
import type { GridForm } from './quasiharmonic-grid.ts';
import { quasiharmonicState } from './quasiharmonic.ts';

/** One temperature, whatever the way to it. Per cell: Å³, eV, eV/K, eV/Å³. */
export interface ExpansionState {
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
export interface ExpansionAnalysis {
  readonly freeParameters: string[];
  readonly samples: readonly CellSample[];
  readonly unstableAt: number | null;
  readonly alternativeForm: EquationForm;
  /** State at temperature number t, or null where F has no minimum. */
  state(t: number, form: EquationForm): ExpansionState | null;
  /** F(V) at temperature number t for the chart, one value per curve volume. */
  curve(t: number, volumes: readonly number[]): Nested[];
}

export async function overVolume(context: PropertyContext, relaxed: RelaxedCrystal, form: EquationForm, temperatures: readonly number[]): Promise<ExpansionAnalysis> {
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

export async function overGrid(context: PropertyContext, relaxed: RelaxedCrystal, form: EquationForm, temperatures: readonly number[]): Promise<ExpansionAnalysis> {
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
