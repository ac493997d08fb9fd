import { refuse } from '../contracts/messages.ts';
import type { PropertyName } from '../contracts/results.ts';
import { partsOf, type Potential } from '../potential/potential.ts';

/** Properties that are made of second derivatives of the energy. */
export const curvatureProperties: readonly PropertyName[] = ['elasticity', 'phonons', 'expansion'];

/** Where the energy of any part has no second derivatives, in words; empty where it is smooth. */
export function kinksIn(potential: Potential): string[] {
  return [...new Set([potential, ...partsOf(potential)].flatMap(({ card }) => card.kinks ?? []))];
}

/** Properties made of second derivatives call this first: a potential with kinks has none everywhere. */
export function requireSmooth(potential: Potential, property: PropertyName): void {
  const kinks = kinksIn(potential);
  if (kinks.length > 0) refuse('neural.kinked', { property, kinks: kinks.join('; ') });
}
