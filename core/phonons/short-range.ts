import { refuse } from '../contracts/messages.ts';
import { partsOf, type Potential } from '../potential/potential.ts';
import { sumPotential } from '../potential/sum.ts';

/** The part of a potential whose force constants end at a finite distance. */
export interface ShortRange {
  /** null where the potential has long-range parts only. */
  readonly potential: Potential | null;
  /** Å, 0 without such a part. */
  readonly range: number;
}

/**
 * Parts with a finite interaction range go through finite displacements, the others must give their second derivatives at
 * any q themselves. A part that can do neither is refused.
 */
export function shortRange(potential: Potential): ShortRange {
  const parts = partsOf(potential);
  for (const part of parts) {
    if (part.interactionRange === null && !part.bindDynamics) refuse('phonons.unbounded', { potential: potential.card.name, part: part.card.name });
  }
  const finite = parts.filter((part) => part.interactionRange !== null);
  const range = Math.max(0, ...finite.map((part) => part.interactionRange!));
  const sum = finite.length === 0 ? null : finite.length === 1 ? finite[0]! : sumPotential(finite, potential.card);
  return { potential: sum, range };
}
