import { refuse } from '../contracts/messages.ts';
import type { PropertyName } from '../contracts/results.ts';
import { partsOf, type Potential } from '../potential/potential.ts';

/** Properties made of second derivatives of the energy call this first: a potential with kinks has none everywhere. */
export function requireSmooth(potential: Potential, property: PropertyName): void {
  const kinks = [...new Set([potential, ...partsOf(potential)].flatMap(({ card }) => card.kinks ?? []))];
  if (kinks.length > 0) refuse('neural.kinked', { property, kinks: kinks.join('; ') });
}
