/** What a potential's card says, as short texts for lists and pages. */
import type { PotentialCard } from '../../core/contracts/card.ts';
import { words } from '../words/potentials.ts';

/** Elements that are listed one by one. */
const most = 8;

export function elementsText({ elements }: Pick<PotentialCard, 'elements'>): string {
  return words.elementsMore(elements.length > most ? elements.slice(0, most - 1) : elements, elements.length > most ? elements.length - most + 1 : 0);
}

export function kindText({ kind, charges }: Pick<PotentialCard, 'kind' | 'charges'>): string {
  return kind === 'sum' && charges ? words.rigidIons : (words.kinds[kind] ?? kind);
}

export function cutoffText({ cutoff }: Pick<PotentialCard, 'cutoff'>): string {
  return cutoff === null ? words.noCutoff : `${String(Number(cutoff.toFixed(3)))} Å`;
}

export function accuracyText({ accuracy }: Pick<PotentialCard, 'accuracy'>): string | null {
  return accuracy && accuracy.length > 0 ? accuracy.map(({ quantity, error, unit, set }) => words.error(error, unit, quantity, set)).join(' · ') : null;
}

export function chargesText(charges: Readonly<Record<string, number>>): string {
  return Object.entries(charges).map(([element, charge]) => `${element} ${charge < 0 ? '−' : '+'}${String(Math.abs(charge))}`).join(', ');
}

/** Text with its DOI apart, so that it can be copied by itself. */
export function splitReference(reference: string): { readonly text: string; readonly doi: string | null } {
  const found = /,?\s*doi:\s*(10\.\S+)$/i.exec(reference);
  return found ? { text: reference.slice(0, found.index), doi: found[1]! } : { text: reference, doi: null };
}
