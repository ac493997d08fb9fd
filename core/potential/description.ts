/**
 * Phonolite's own potential files: readable JSON, a card and a list of terms that add up.
 *
 *   { "format": "phonolite-potential/1",
 *     "units": { "length": "Å", "energy": "eV", "charge": "e", "mass": "amu" },
 *     "card": { "name": ..., "references": [...], "masses": { "Mg": 24.305, ... }, ... },
 *     "terms": [ { "type": "buckingham", "cutoff": { "radius": 11.15, "style": "plain" }, "pairs": [...] },
 *                { "type": "coulomb", "charges": { "Mg": 2, "O": -2 }, "constant": 14.399645 } ] }
 */
import { z } from 'zod';
import { checked, refuseField, type Complaint } from '../files/checked-json.ts';
import { readJson, writeJson, type JsonPath } from '../files/json.ts';
import type { SourceText } from '../files/source-text.ts';
import { pairTerms, isPairTerm } from './pair.ts';
import { element, positive } from './schema.ts';
import { stillingerWeberTerm } from './stillinger-weber.ts';
import { tersoffTerm } from './tersoff.ts';

export const potentialFormat = 'phonolite-potential/1';

export const coulombTerm = z.strictObject({
  type: z.literal('coulomb'),
  /** e, by element */
  charges: z.record(element, z.number()),
  /** eV·Å: e²/4πε0 as the published parameters were used with. */
  constant: positive,
  /** Relative accuracy of the Ewald sums. */
  accuracy: z.number().min(1e-14).max(1e-3).optional(),
});
export type CoulombTerm = z.infer<typeof coulombTerm>;

/** A table of `core/files/eam.ts` that lies beside the potential file. */
export const eamTerm = z.strictObject({ type: z.literal('eam'), table: z.string().min(1) });

const term = z.discriminatedUnion('type', [...pairTerms, coulombTerm, stillingerWeberTerm, tersoffTerm, eamTerm]);
export type PotentialTerm = z.infer<typeof term>;

/** Names of what a term or a cutoff can be, for sentences. */
const kinds = [...pairTerms.map((one) => one.shape.type.value), 'coulomb', 'stillinger-weber', 'tersoff', 'eam', 'plain', 'shifted', 'tapered'];

const sentence = z.string().min(1);

const shape = z.strictObject({
  format: z.literal(potentialFormat),
  /** Stated, so that no file leaves it open; other units are refused, never guessed. */
  units: z.strictObject({ length: z.literal('Å'), energy: z.literal('eV'), charge: z.literal('e'), mass: z.literal('amu') }),
  card: z.strictObject({
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'is not a short name of letters, digits, ".", "_" and "-"'),
    title: sentence,
    energyReference: sentence,
    references: z.array(sentence),
    validFor: sentence,
    notShown: sentence,
    limits: z.array(sentence),
    masses: z.record(element, positive).optional(),
  }),
  terms: z.array(term).min(1),
});
export type PotentialDescription = z.infer<typeof shape>;

/** The elements that a term speaks about; those of an EAM table stand in the table. */
export function elementsOfTerm(one: PotentialTerm): string[] {
  if (isPairTerm(one)) return [...new Set(one.pairs.flatMap((pair) => pair.elements))];
  if (one.type === 'coulomb') return Object.keys(one.charges);
  if (one.type === 'stillinger-weber') return [...new Set(one.pairs.flatMap((pair) => pair.elements))];
  if (one.type === 'tersoff') return [...new Set(one.entries.flatMap((entry) => entry.elements))];
  return [];
}

const unorderedKey = (elements: readonly string[]): string => [...elements].sort().join('–');

/** Complains where a group of elements stands twice in a list; `key` makes equal what counts as the same group. */
function duplicates(list: readonly { readonly elements: readonly string[] }[], path: JsonPath, key: (elements: readonly string[]) => string): Complaint[] {
  const seen = new Map<string, number>();
  return list.flatMap((item, index) => {
    const name = key(item.elements);
    const earlier = seen.get(name);
    seen.set(name, index);
    return earlier === undefined ? [] : [{ path: [...path, index], problem: `gives ${name} a second time (first in entry ${earlier + 1}); keep one of the two` }];
  });
}

function missing(list: readonly { readonly elements: readonly string[] }[], wanted: readonly string[][], path: JsonPath, key: (elements: readonly string[]) => string): Complaint[] {
  const present = new Set(list.map((item) => key(item.elements)));
  return wanted.filter((elements) => !present.has(key(elements))).slice(0, 1).map((elements) => ({ path, problem: `lacks an entry for ${elements.join('–')}; give every combination of its elements` }));
}

/** Rules that span several fields. */
function complaintsOf(one: PotentialTerm, at: JsonPath): Complaint[] {
  if (isPairTerm(one)) {
    const { cutoff } = one;
    const complaints: Complaint[] = duplicates(one.pairs, [...at, 'pairs'], unorderedKey);
    if (cutoff.style === 'tapered' && cutoff.width > cutoff.radius) {
      complaints.push({ path: [...at, 'cutoff', 'width'], problem: `is ${cutoff.width}, wider than the cutoff radius ${cutoff.radius}` });
    }
    if (one.type === 'buckingham') {
      one.pairs.forEach((pair, index) => {
        if ((pair.rho === undefined) === (pair.b === undefined)) {
          complaints.push({ path: [...at, 'pairs', index], problem: 'needs exactly one of "rho" (Å) and "b" (1/Å, its inverse)' });
        }
      });
    }
    if (one.type === 'mie') {
      one.pairs.forEach((pair, index) => {
        if (!(pair.m > pair.n)) complaints.push({ path: [...at, 'pairs', index, 'm'], problem: `is ${pair.m}, not larger than n = ${pair.n}: the repulsion has the larger exponent` });
      });
    }
    return complaints;
  }
  const names = elementsOfTerm(one);
  const pairsOfNames = names.flatMap((a, i) => names.slice(i).map((b) => [a, b]));
  if (one.type === 'stillinger-weber') {
    const tripletKey = ([centre, ...outer]: readonly string[]): string => `${centre} with ${unorderedKey(outer)}`;
    const triplets = names.flatMap((centre) => pairsOfNames.map((outer) => [centre, ...outer]));
    return [
      ...duplicates(one.pairs, [...at, 'pairs'], unorderedKey),
      ...missing(one.pairs, pairsOfNames, [...at, 'pairs'], unorderedKey),
      ...duplicates(one.triplets, [...at, 'triplets'], tripletKey),
      ...missing(one.triplets, triplets, [...at, 'triplets'], tripletKey),
      ...one.triplets.flatMap((triplet, index) =>
        triplet.elements.filter((name) => !names.includes(name)).map((name) => ({ path: [...at, 'triplets', index, 'elements'], problem: `names ${name}, which has no pairs` })),
      ),
    ];
  }
  if (one.type === 'tersoff') {
    const key = (elements: readonly string[]): string => elements.join('-');
    const triplets = names.flatMap((i) => names.flatMap((j) => names.map((k) => [i, j, k])));
    return [
      ...duplicates(one.entries, [...at, 'entries'], key),
      ...missing(one.entries, triplets, [...at, 'entries'], key),
      ...one.entries.flatMap((entry, index) => {
        const path = [...at, 'entries', index];
        const [, j, k] = entry.elements;
        if (entry.D >= entry.R) return [{ path: [...path, 'D'], problem: `is ${entry.D}, not smaller than R = ${entry.R}` }];
        if ((j === k) !== (entry.twoBody !== undefined)) {
          return [{ path, problem: j === k ? `is ${key(entry.elements)} and needs "twoBody"` : `is ${key(entry.elements)}: "twoBody" belongs to the entries with two equal last elements` }];
        }
        return [];
      }),
    ];
  }
  return [];
}

/** What names an entry uses, and whether charges and masses fit to them. */
function complaintsAboutElements(description: PotentialDescription): Complaint[] {
  if (description.terms.some((one) => one.type === 'eam')) return [];
  const all = [...new Set(description.terms.flatMap(elementsOfTerm))];
  const complaints: Complaint[] = [];
  description.terms.forEach((one, index) => {
    if (one.type !== 'coulomb') return;
    const without = all.filter((name) => !Object.hasOwn(one.charges, name));
    if (without.length > 0) complaints.push({ path: ['terms', index, 'charges'], problem: `gives no charge for ${without.join(', ')}; write 0 if it has none` });
  });
  for (const name of Object.keys(description.card.masses ?? {})) {
    if (!all.includes(name)) complaints.push({ path: ['card', 'masses', name], problem: `is the mass of an element that no term names (terms: ${all.join(', ')})` });
  }
  return complaints;
}

/** Reads and checks a potential file. Every refusal names line, column and field. */
export function readPotential(source: SourceText): PotentialDescription {
  const document = readJson(source);
  const description = checked(source, document, shape, 'potential.field', kinds);
  const [first] = [...description.terms.flatMap((one, index) => complaintsOf(one, ['terms', index])), ...complaintsAboutElements(description)];
  if (first) refuseField(source, document, first, 'potential.field');
  return description;
}

/** The file of a description, laid out for reading: short objects on one line, numbers in their shortest exact form. */
export function writePotential(description: PotentialDescription): string {
  return writeJson(description);
}
