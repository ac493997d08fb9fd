import type { Structure } from '../contracts/structure.ts';
import { upperLimit, type JudgedCheck } from '../convergence/verdict.ts';
import { crossingShells } from '../potential/cutoff-shells.ts';
import type { PropertyContext } from './context.ts';

/**
 * No neighbour shell may stand inside a plain cutoff in one cell of a run and outside in another: energies on the two
 * sides do not belong to one smooth surface. Every crossing is told in the journal.
 */
export function cutoffCheck(context: PropertyContext, structures: readonly Structure[]): JudgedCheck {
  const shells = crossingShells(structures, context.potential);
  shells.forEach((shell) => context.journal(shell));
  return {
    check: upperLimit('neighbour shells at cutoffs', shells.length, 0, '', { passed: 'properties.shells.passed', failed: 'properties.shells.failed' }, { first: shells[0]?.sentence ?? '' }),
    ifFailed: 'caution',
  };
}
