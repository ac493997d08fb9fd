import { refuse } from '../contracts/messages.ts';
import type { Structure } from '../contracts/structure.ts';

/** Index of each atom's element in `elements`; a structure with an element that the potential lacks is refused. */
export function typesOf(structure: Structure, elements: readonly string[], name: string): Int32Array {
  const unknown = [...new Set(structure.species)].filter((element) => !elements.includes(element));
  if (unknown.length > 0) refuse('potential.elements', { name, known: elements.join(', '), unknown: unknown.join(', ') });
  return Int32Array.from(structure.species, (element) => elements.indexOf(element));
}

/** All elements named in `groups`, in order of first appearance. */
export function elementsIn(groups: Iterable<readonly string[]>): string[] {
  return [...new Set([...groups].flat())];
}
