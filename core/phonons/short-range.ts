import { refuse } from '../contracts/messages.ts';
import { partsOf, type Asymptotics, type Potential } from '../potential/potential.ts';
import { sumPotential } from '../potential/sum.ts';

/** The part of a potential whose force constants end at a finite distance, once tails are taken off. */
export interface ShortRange {
  /** null where the potential has long-range parts only. */
  readonly potential: Potential | null;
  /** Å, 0 without such a part. */
  readonly range: number;
  /** Tails to be taken off the force constants of `potential`; empty where they end by themselves. */
  readonly tails: readonly Asymptotics[];
}

/**
 * Parts with a finite interaction range go through finite displacements; so do parts with a known tail, which is taken off
 * and added again analytically. The others must give their second derivatives at any q themselves. A part that can do
 * nothing of this is refused.
 */
export function shortRange(potential: Potential): ShortRange {
  const parts = partsOf(potential);
  for (const part of parts) {
    if (part.interactionRange === null && !part.bindDynamics && !part.asymptotics) refuse('phonons.unbounded', { potential: potential.card.name, part: part.card.name });
  }
  const displaced = parts.filter((part) => part.interactionRange !== null || part.asymptotics);
  const tails = displaced.flatMap((part) => part.asymptotics ?? []);
  const range = Math.max(0, ...displaced.map((part) => part.interactionRange ?? 0), ...tails.map((tail) => tail.range));
  const sum = displaced.length === 0 ? null : displaced.length === 1 ? displaced[0]! : sumPotential(displaced, potential.card);
  return { potential: sum, range, tails };
}
