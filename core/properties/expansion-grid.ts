import type { RelaxOutcome } from '../dynamics/relax.ts';
import { cellParameters, cellVolume, strained } from '../crystal/structure.ts';
import { multiply3 } from '../math/matrix3.ts';
import { gigapascalPerElectronvoltPerCubicAngstrom as gigapascal } from '../units/constants.ts';
import type { PropertyContext, RelaxedCrystal } from './context.ts';
import { insideMargin, largestRatio, samplesAt, thermodynamics, withVibrations, type CellSample } from './expansion-path.ts';
import { relaxAtVolumes } from './fixed-volume.ts';
import { freeEnergyGrid, type FreeEnergyGrid, type GridForm } from './quasiharmonic-grid.ts';
import { relaxationTask } from './relaxation-task.ts';
import { sampleCell } from './samples.ts';
import type { Settings } from './settings.ts';

/** Cells of a uniaxial crystal on a grid of volumes and shapes ln(c/a) around the statically relaxed path. */
export interface CellGrid {
  readonly samples: readonly CellSample[];
  readonly unstableAt: number | null;
}

/** ln(c/a): offsets from the relaxed shape at each volume, wide enough for the shift by vibrations, a few per mille to one per cent. */
export const shapeOffsets = [-0.016, -0.008, 0, 0.008, 0.016];
/** Volumes that are added at once where the crystal expands beyond the largest. */
export const gridRungs = 2;
/** Of the polynomial surface: a section is one order above the usual third-order equation of state. */
export const gridDegree = 4;

/** ln(c/a) of the conventional cell. */
export function shapeOf(conventionalMatrix: ArrayLike<number>, cell: ArrayLike<number>): number {
  const [a, , c] = cellParameters(multiply3(conventionalMatrix, cell)).lengths;
  return Math.log(c / a);
}

/** What a curve of cells beside the relaxed shape is called; null for the relaxed shape itself. */
function shapeName(offset: number): string | null {
  return offset === 0 ? null : `ln(c/a) ${offset < 0 ? '−' : '+'}${String(Number(Math.abs(offset).toFixed(4)))}`;
}

/** Unit vector of the unique axis, Cartesian. */
export function uniqueAxis({ crystal: { structure, symmetry } }: RelaxedCrystal): Float64Array {
  const axis = multiply3(symmetry.conventionalMatrix, structure.cell).slice(6, 9);
  const length = Math.hypot(axis[0]!, axis[1]!, axis[2]!);
  return axis.map((value) => value / length);
}

/** 3×3: `along` on the unique axis and `across` perpendicular to it. */
export function uniaxial(axis: Float64Array, across: number, along: number): Float64Array {
  return Float64Array.from({ length: 9 }, (_, k) => {
    const i = Math.floor(k / 3), j = k % 3;
    return (i === j ? across : 0) + (along - across) * axis[i]! * axis[j]!;
  });
}

/** Fits of the stable samples of a grid. */
export function gridFit(samples: readonly CellSample[], conventionalMatrix: ArrayLike<number>, form: GridForm): FreeEnergyGrid {
  const stable = samples.filter((sample) => sample.stable);
  return freeEnergyGrid(
    { volumes: Float64Array.from(stable, ({ volume }) => volume), shapes: Float64Array.from(stable, ({ outcome }) => shapeOf(conventionalMatrix, outcome.structure.cell)) },
    form,
    gridDegree,
  );
}

/**
 * The volumes to begin with, relative to the relaxed one, and the step between them. Five shapes at each volume: seven
 * volumes determine the fifteen coefficients of a quartic surface twice over.
 */
export function gridOf(settings: Settings): { readonly ratios: number[]; readonly spacing: number } {
  const count = Math.max(6, Math.round(0.7 * settings.get('expansion.points')));
  const smallest = 1 + settings.get('expansion.smallest');
  const spacing = (1 + settings.get('expansion.largest') - smallest) / (count - 1);
  return { ratios: Array.from({ length: count }, (_, i) => smallest + spacing * i), spacing };
}

export async function cellGrid(context: PropertyContext, relaxed: RelaxedCrystal, form: GridForm, maximumTemperature: number): Promise<CellGrid> {
  const { settings, tasks } = context;
  const { structure, symmetry } = relaxed.crystal;
  const reference = cellVolume(structure.cell);
  const referenceShape = shapeOf(symmetry.conventionalMatrix, structure.cell);
  const axis = uniqueAxis(relaxed);
  const { ratios: first, spacing } = gridOf(settings);

  const rows = async (ratios: readonly number[], offsets: readonly number[]): Promise<CellSample[]> => {
    const path = await relaxAtVolumes(context, relaxed, 'Shapes', ratios);
    const curveOf = (index: number): string | null => shapeName(offsets[index % offsets.length]!);
    const outcomes: RelaxOutcome[] = await tasks.all(
      'Cells',
      path.flatMap((outcome) => {
        const ratio = cellVolume(outcome.structure.cell) / reference;
        const shape = shapeOf(symmetry.conventionalMatrix, outcome.structure.cell) - referenceShape;
        return offsets.map((offset) => {
          const across = Math.exp((Math.log(ratio) - shape - offset) / 3);
          const along = Math.exp((Math.log(ratio) + 2 * (shape + offset)) / 3);
          return relaxationTask(settings, { structure: strained(structure, uniaxial(axis, across, along)), operations: symmetry.operations, constraint: 'fixed-cell' });
        });
      }),
      { finished: (outcome, index) => { sampleCell(context, outcome, curveOf(index) ?? 'energy'); } },
    );
    return withVibrations(context, relaxed, outcomes, undefined, outcomes.map((_, index) => curveOf(index) ?? 'lowest'));
  };

  let ratios = first;
  let offsets = shapeOffsets;
  let samples = await rows(ratios, offsets);
  for (let round = 0; round < 12; round++) {
    const unstable = samples.filter((sample) => !sample.stable);
    const unstableAt = unstable.length > 0 ? Math.min(...unstable.map(({ volume }) => volume / reference)) : null;
    const stable = samples.filter((sample) => sample.stable);
    const highest = Math.max(...ratios);
    const fit = stable.length >= 17 ? gridFit(samples, symmetry.conventionalMatrix, form) : null;
    const ends = thermodynamics(stable, [0, maximumTemperature]);
    const stateAt = (t: number, temperature: number) => {
      const { freeEnergies, entropies, heatCapacities } = samplesAt(ends, t);
      return fit?.state(freeEnergies, entropies, heatCapacities, temperature, relaxed.pressure / gigapascal) ?? null;
    };
    const hot = stateAt(1, maximumTemperature);
    const cold = stateAt(0, 0);
    const more: CellSample[] = [];
    if (unstableAt === null && (hot === null || hot.volume > highest * reference * (1 - insideMargin)) && highest < largestRatio * (1 + insideMargin)) {
      const added = Array.from({ length: gridRungs }, (_, k) => highest + (k + 1) * spacing);
      more.push(...(await rows(added, offsets)));
      ratios = [...ratios, ...added];
    }
    if (cold && cold.volume < (Math.min(...ratios) + spacing) * reference && Math.min(...ratios) > 0.85) {
      const added = [Math.min(...ratios) - spacing];
      more.push(...(await rows(added, offsets)));
      ratios = [...ratios, ...added];
    }
    // The shape that vibrations prefer must lie between sampled shapes, or the surface is an extrapolation there.
    const outer = Math.max(...offsets);
    const drift = [cold, hot].map((state) => (state ? state.shape - relaxedShapeAt(samples, state.volume, symmetry.conventionalMatrix) : 0));
    const widest = drift.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    if (more.length === 0 && Math.abs(widest) > 0.75 * outer && outer < 0.06) {
      const added = [Math.sign(widest) * (outer + 0.008), Math.sign(widest) * (outer + 0.016)];
      more.push(...(await rows(ratios, added)));
      offsets = [...offsets, ...added];
    }
    if (more.length === 0) return { samples, unstableAt };
    samples = [...samples, ...more];
  }
  return { samples, unstableAt: null };
}

/** ln(c/a) of the sampled point of lowest static energy at the sampled volume nearest to `volume`. */
function relaxedShapeAt(samples: readonly CellSample[], volume: number, conventionalMatrix: ArrayLike<number>): number {
  const nearest = samples.reduce((best, sample) => (Math.abs(sample.volume - volume) < Math.abs(best.volume - volume) - 1e-9 ? sample : best));
  const row = samples.filter((sample) => Math.abs(sample.volume - nearest.volume) < 1e-6 * nearest.volume);
  const lowest = row.reduce((best, sample) => (sample.outcome.energy < best.outcome.energy ? sample : best));
  return shapeOf(conventionalMatrix, lowest.outcome.structure.cell);
}
