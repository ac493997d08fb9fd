import type { EquationForm } from '../contracts/results.ts';
import { cellVolume } from '../crystal/structure.ts';
import type { IrreducibleMesh } from '../phonons/mesh.ts';
import { thermalFunctions, type ThermalFunctions } from '../phonons/thermal.ts';
import type { RelaxOutcome } from '../dynamics/relax.ts';
import { gigapascalPerElectronvoltPerCubicAngstrom as gigapascal } from '../units/constants.ts';
import type { PropertyContext, RelaxedCrystal } from './context.ts';
import { relaxAtVolumes } from './fixed-volume.ts';
import { harmonicCells, lowestFrequency, type HarmonicCell } from './harmonic-cells.ts';
import { quasiharmonicState, type FreeEnergySamples, type QuasiharmonicState } from './quasiharmonic.ts';
import type { Settings } from './settings.ts';

/** One sampled cell: relaxed, with its vibrations. */
export interface CellSample {
  readonly outcome: RelaxOutcome;
  readonly cell: HarmonicCell;
  readonly volume: number;
  /** False where a mode is imaginary: the harmonic free energy does not exist there and the point is left out of fits. */
  readonly stable: boolean;
}

/** V(T) must stay this far inside the largest volume: fits at the end of their data are worth little. */
export const insideMargin = 0.04;
/** Beyond 1.2 V0 no solid is quasiharmonic; the search for a minimum ends there. */
export const largestRatio = 1.2;
/** THz: below this a frequency near Γ is noise, not an instability. */
const imaginaryNoise = -1e-3;

/** `mesh`: other than the one of the settings. */
export async function sampleVolumes(context: PropertyContext, relaxed: RelaxedCrystal, ratios: readonly number[], mesh?: IrreducibleMesh): Promise<CellSample[]> {
  const outcomes = await relaxAtVolumes(context, relaxed, 'Volumes', ratios);
  return withVibrations(context, relaxed, outcomes, mesh);
}

/** `curves`: names of the curves to which the cells belong while they are looked at. */
export async function withVibrations(
  context: PropertyContext, relaxed: RelaxedCrystal, outcomes: readonly RelaxOutcome[], mesh?: IrreducibleMesh, curves: readonly string[] = outcomes.map(() => 'lowest'),
): Promise<CellSample[]> {
  const cells = await harmonicCells(context, relaxed.crystal.symmetry, outcomes.map(({ structure }) => structure), mesh, curves);
  return outcomes.map((outcome, i) => ({
    outcome,
    cell: cells[i]!,
    volume: cellVolume(outcome.structure.cell),
    stable: lowestFrequency(cells[i]!) > imaginaryNoise,
  }));
}

export interface Thermodynamics {
  readonly samples: readonly CellSample[];
  readonly thermal: readonly ThermalFunctions[];
}

export function thermodynamics(samples: readonly CellSample[], temperatures: ArrayLike<number>): Thermodynamics {
  return { samples, thermal: samples.map(({ cell }) => thermalFunctions(cell.spectrum, temperatures)) };
}

/** F, S and C_V of all samples at temperature number `t`. */
export function samplesAt({ samples, thermal }: Thermodynamics, t: number): FreeEnergySamples {
  return {
    volumes: Float64Array.from(samples, ({ volume }) => volume),
    freeEnergies: Float64Array.from(samples, ({ outcome }, i) => outcome.energy + thermal[i]!.helmholtz[t]!),
    entropies: Float64Array.from(thermal, ({ entropy }) => entropy[t]!),
    heatCapacities: Float64Array.from(thermal, ({ heatCapacity }) => heatCapacity[t]!),
  };
}

export interface VolumeLadder {
  /** Ascending in volume; stable and unstable. */
  readonly samples: readonly CellSample[];
  /** Volume ratio at which extension stopped because the crystal is unstable there; null where it did not. */
  readonly unstableAt: number | null;
}

/** Volumes that are added at once where the crystal expands beyond the largest. */
export const rungs = 3;

/** The volumes to begin with, relative to the relaxed one, and the step between them. */
export function ladderOf(settings: Settings): { readonly ratios: number[]; readonly spacing: number } {
  const points = settings.get('expansion.points');
  const smallest = 1 + settings.get('expansion.smallest');
  const spacing = (1 + settings.get('expansion.largest') - smallest) / (points - 1);
  return { ratios: Array.from({ length: points }, (_, i) => smallest + spacing * i), spacing };
}

/**
 * Volumes from `expansion.smallest` to `expansion.largest`, extended in the same steps at either end until V(0) and
 * V(T_max) lie inside with a margin, the crystal becomes unstable, or 1.2 V0 (plus margin) is reached.
 */
export async function volumeLadder(context: PropertyContext, relaxed: RelaxedCrystal, form: EquationForm, maximumTemperature: number): Promise<VolumeLadder> {
  const { ratios: first, spacing } = ladderOf(context.settings);
  const reference = cellVolume(relaxed.crystal.structure.cell);
  let samples = await sampleVolumes(context, relaxed, first);
  let unstableAt: number | null = null;

  // Both ends together add at most (1.25 − 1.06 + 0.15)/spacing points, a few dozen.
  for (;;) {
    const stable = samples.filter((sample) => sample.stable);
    const above = samples.find((sample) => !sample.stable && sample.volume > reference);
    if (above) unstableAt = above.volume / reference;
    const ratios = samples.map(({ volume }) => volume / reference);
    const highest = Math.max(...ratios);
    const lowest = Math.min(...ratios);
    const states = stable.length >= 5 ? quasiharmonicRange(stable, maximumTemperature, form, relaxed.pressure / gigapascal) : null;
    const additional: number[] = [];
    const hot = states?.hot.volume ?? Number.POSITIVE_INFINITY;
    if (unstableAt === null && hot > highest * reference * (1 - insideMargin) && highest < largestRatio * (1 + insideMargin)) {
      additional.push(...Array.from({ length: rungs }, (_, k) => highest + (k + 1) * spacing));
    }
    // Negative expansion or a large pressure pulls the cold volume down; one spacing of margin is enough, for zero-point motion only expands.
    if (states?.cold && states.cold.volume < (lowest + spacing) * reference && lowest > 0.85) {
      additional.push(lowest - 2 * spacing, lowest - spacing);
    }
    if (additional.length === 0) return { samples, unstableAt };
    samples = [...samples, ...(await sampleVolumes(context, relaxed, additional))].sort((a, b) => a.volume - b.volume);
  }
}

function quasiharmonicRange(samples: readonly CellSample[], maximumTemperature: number, form: EquationForm, pressure: number): { cold: QuasiharmonicState; hot: { volume: number } } | null {
  const ends = thermodynamics(samples, [0, maximumTemperature]);
  const cold = quasiharmonicState(samplesAt(ends, 0), 0, form, pressure);
  const hot = quasiharmonicState(samplesAt(ends, 1), maximumTemperature, form, pressure);
  return cold && { cold, hot: hot ?? { volume: Number.POSITIVE_INFINITY } };
}
