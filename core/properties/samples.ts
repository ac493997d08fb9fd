/** What properties show of themselves while they compute: points of the figures of `core/contracts/events.ts`. */
import { quantityOf } from '../contracts/quantity.ts';
import { cellVolume } from '../crystal/structure.ts';
import type { RelaxOutcome } from '../dynamics/relax.ts';
import type { PropertyContext } from './context.ts';

type Showing = Pick<PropertyContext, 'sample'>;

/** Steps of a relaxation, the first of them being number `first`. eV/Å and GPa. */
export function sampleResiduals(context: Showing, first: number, forces: ArrayLike<number>, stresses: ArrayLike<number>): void {
  const x = quantityOf(Array.from(forces, (_, k) => first + k), '');
  context.sample({ chart: 'residuals', series: 'force', x, y: quantityOf(Array.from(forces), 'eV/Å') });
  context.sample({ chart: 'residuals', series: 'stress', x, y: quantityOf(Array.from(stresses), 'GPa') });
}

/** A cell relaxed at a given volume or shape: its energy, and how far a network had to extrapolate there. */
export function sampleCell(context: Showing, { structure, energy, extrapolation }: RelaxOutcome, series = 'energy'): void {
  const x = quantityOf(cellVolume(structure.cell), 'Å³', { basis: 'cell' });
  context.sample({ chart: 'energy-volume', series, x, y: quantityOf(energy, 'eV', { basis: 'cell' }) });
  sampleExtrapolation(context, { structure, extrapolation });
}

export function sampleExtrapolation(context: Showing, { structure, extrapolation }: Pick<RelaxOutcome, 'structure' | 'extrapolation'>): void {
  if (!extrapolation) return;
  context.sample({ chart: 'extrapolation', series: 'excess', x: quantityOf(cellVolume(structure.cell), 'Å³', { basis: 'cell' }), y: quantityOf(extrapolation.excess, '') });
}

/** The softest mode of a sampled cell, THz. */
export function sampleLowest(context: Showing, { structure }: Pick<RelaxOutcome, 'structure'>, lowest: number, series: string): void {
  context.sample({ chart: 'frequency-volume', series, x: quantityOf(cellVolume(structure.cell), 'Å³', { basis: 'cell' }), y: quantityOf(lowest, 'THz') });
}
