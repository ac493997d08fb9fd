/** From the files of a potential to the potential itself. The format is recognised by content, never by file name. */
import type { PotentialCard, PotentialSource } from '../contracts/card.ts';
import { refuse } from '../contracts/messages.ts';
import { atomicMass } from '../crystal/elements.ts';
import { readEam, recogniseEam, type EamTables } from '../files/eam.ts';
import { textAt } from '../files/json.ts';
import { readNep, recogniseNep } from '../files/nep.ts';
import { quoted, sourceText, type SourceText } from '../files/source-text.ts';
import { coulombPotential } from './coulomb.ts';
import { elementsOfTerm, readPotential, type CoulombTerm, type PotentialDescription, type PotentialTerm } from './description.ts';
import { committeePotential } from './committee.ts';
import { eam } from './eam.ts';
import { coulombSumsOf, nepPotential } from './nep.ts';
import { modelPotential } from './neural-model.ts';
import { committeeCard, memberSources, readNeural } from './neural-source.ts';
import { isPairTerm, pairPotential } from './pair.ts';
import type { Potential } from './potential.ts';
import { stillingerWeber } from './stillinger-weber.ts';
import { sumPotential } from './sum.ts';
import { tersoff } from './tersoff.ts';

function cutoffOf(term: PotentialTerm, tables: EamTables | null): number | null {
  if (isPairTerm(term)) return term.cutoff.radius;
  if (term.type === 'stillinger-weber') return Math.max(...term.pairs.map((pair) => pair.a * pair.sigma));
  if (term.type === 'tersoff') return Math.max(...term.entries.map((entry) => entry.R + entry.D));
  return tables?.cutoff ?? null;
}

function styleOf(terms: readonly PotentialTerm[]): PotentialCard['cutoffStyle'] {
  const styles = terms.filter((term) => term.type !== 'coulomb').map((term) => (isPairTerm(term) ? term.cutoff.style : 'smooth'));
  if (styles.some((style) => style === 'plain' || style === 'shifted')) return 'plain';
  if (styles.includes('tapered')) return 'tapered';
  return styles.length > 0 ? 'smooth' : 'none';
}

/** Sentences that follow from the terms themselves. */
function limitsOf(terms: readonly PotentialTerm[]): string[] {
  return terms.flatMap((term) => {
    if (!isPairTerm(term)) return [];
    const pairs = term.pairs.map((pair) => pair.elements.join('–')).join(', ');
    if (term.cutoff.style === 'plain') {
      return [`Energy and force of the pairs ${pairs} jump at the plain cutoff of ${term.cutoff.radius} Å: neighbour shells must not cross it between cells that are compared.`];
    }
    if (term.cutoff.style === 'shifted') return [`The force of the pairs ${pairs} jumps at the shifted cutoff of ${term.cutoff.radius} Å.`];
    return [];
  });
}

/** Pairs of elements between which nothing acts are named: a forgotten line looks the same as an intended one. */
function silentPairs(description: PotentialDescription, elements: readonly string[]): string[] {
  if (description.terms.some((term) => !isPairTerm(term))) return [];
  const acting = new Set(description.terms.filter(isPairTerm).flatMap((term) => term.pairs.map((pair) => [...pair.elements].sort().join('–'))));
  const silent = elements.flatMap((a, i) => elements.slice(i).map((b) => [a, b].sort().join('–'))).filter((pair) => !acting.has(pair));
  return silent.length > 0 ? [`No interaction is given between ${silent.join(', ')}.`] : [];
}

function cardOf(description: PotentialDescription, parts: readonly Potential[], elements: readonly string[], cutoff: number | null): PotentialCard {
  const { terms, card } = description;
  const charged = terms.filter((term): term is CoulombTerm => term.type === 'coulomb');
  const kinds = [...new Set(terms.map((term) => (isPairTerm(term) ? 'pair' : term.type)))];
  return {
    name: card.name,
    title: card.title,
    kind: kinds.length === 1 ? kinds[0]! : 'sum',
    elements: [...elements],
    cutoff,
    cutoffStyle: styleOf(terms),
    energyReference: card.energyReference,
    references: card.references,
    validFor: card.validFor,
    notShown: card.notShown,
    limits: [...new Set([...card.limits, ...limitsOf(terms), ...silentPairs(description, elements), ...parts.flatMap((part) => part.card.limits)])],
    ...(charged.length > 0 && { charges: totalCharges(charged) }),
    ...(card.masses && { masses: card.masses }),
    ...(charged.length > 0 && { constants: { coulomb: `${charged[0]!.constant} eV·Å` } }),
  };
}

function totalCharges(terms: readonly CoulombTerm[]): Record<string, number> {
  const charges: Record<string, number> = {};
  for (const term of terms) for (const [element, charge] of Object.entries(term.charges)) charges[element] = (charges[element] ?? 0) + charge;
  return charges;
}

/** Builds the potential of a checked description. `tables`: by name, the files beside it that its terms may use. */
export function potentialOf(description: PotentialDescription, tables: ReadonlyMap<string, SourceText> = new Map()): Potential {
  const tableOf = (term: PotentialTerm): EamTables | null => {
    if (term.type !== 'eam') return null;
    const table = tables.get(term.table);
    return table ? readEam(table) : refuse('potential.table', { name: description.card.name, table: quoted(term.table) });
  };
  const { terms } = description;
  const read = new Map(terms.map((term) => [term, tableOf(term)]));
  const elements = [...new Set(terms.flatMap((term) => read.get(term)?.elements ?? elementsOfTerm(term)))];
  const cutoffs = terms.map((term) => cutoffOf(term, read.get(term)!)).filter((cutoff) => cutoff !== null);
  const cutoff = cutoffs.length > 0 ? Math.max(...cutoffs) : null;

  // Parts carry the facts of the common card; what only the whole knows (limits, charges) is added to the joint card.
  const partCard = (kind: string, own: readonly PotentialTerm[]): PotentialCard => {
    const ownCutoffs = own.map((term) => cutoffOf(term, read.get(term)!)).filter((value) => value !== null);
    const base = cardOf({ ...description, terms: [...own] }, [], elements, ownCutoffs.length > 0 ? Math.max(...ownCutoffs) : null);
    return { ...base, kind, limits: [] };
  };
  const parts: Potential[] = [];
  const pairs = terms.filter(isPairTerm);
  const charged = terms.filter((term): term is CoulombTerm => term.type === 'coulomb');
  if (pairs.length > 0) {
    const fixed = charged.length > 0 ? { charges: totalCharges(charged), constant: charged[0]!.constant } : undefined;
    parts.push(pairPotential(pairs, partCard('pair', pairs), fixed));
  }
  for (const term of terms) {
    if (term.type === 'stillinger-weber') parts.push(stillingerWeber(term, partCard(term.type, [term])));
    if (term.type === 'tersoff') parts.push(tersoff(term, partCard(term.type, [term])));
    if (term.type === 'eam') parts.push(eam(read.get(term)!, { ...partCard(term.type, [term]), limits: eamLimits(read.get(term)!) }));
    if (term.type === 'coulomb') {
      parts.push(coulombPotential({
        charges: term.charges, coulombConstant: term.constant, name: description.card.name,
        ...(term.accuracy !== undefined && { accuracy: term.accuracy }),
      }));
    }
  }
  const card = cardOf(description, parts, elements, cutoff);
  return parts.length === 1 ? { ...parts[0]!, card } : sumPotential(parts, card);
}

function eamLimits(tables: EamTables): string[] {
  return [
    'Outside the tabulated densities the embedding energy goes on with constant slope.',
    'Curvatures of the interpolated tables jump slightly at their knots, and with them elastic constants and phonons by about the error of the table.',
    tables.format === 'funcfl'
      ? 'The element is taken from the atomic number in the header; masses are the standard atomic weights, not the table’s.'
      : 'Elements are taken from the element list of the table; its atomic numbers and masses are ignored, masses are the standard atomic weights.',
  ];
}

function eamCard(tables: EamTables, name: string): PotentialCard {
  return {
    name,
    title: `Embedded atom, ${tables.elements.join('–')}`,
    kind: 'eam',
    elements: [...tables.elements],
    cutoff: tables.cutoff,
    cutoffStyle: 'smooth',
    energyReference: 'as tabulated: usually isolated atoms',
    references: tables.comments.filter((comment) => comment !== ''),
    validFor: 'what its authors fitted it to; the table itself does not say',
    notShown: 'not stated in the table',
    limits: eamLimits(tables),
    masses: Object.fromEntries(tables.elements.map((element) => [element, atomicMass(element)])),
  };
}

/** One member after the other: potentials of any kind that share their elements. */
function committeeOf(name: string, sources: readonly PotentialSource[]): Potential {
  const members = sources.map(loadPotential);
  const elementsOf = ({ card }: Potential): string => [...card.elements].sort().join(', ');
  const [first] = members as [Potential];
  const other = members.findIndex((member) => elementsOf(member) !== elementsOf(first));
  if (other > 0) refuse('committee.elements', { name, first: sources[0]!.name, second: sources[other]!.name, firstElements: elementsOf(first), secondElements: elementsOf(members[other]!) });
  return committeePotential(members, committeeCard(name, members.map(({ card }) => card), members.length));
}

/**
 * The potential of `source`. Files in several folders are a committee, each folder one member. An `input.nn` among the
 * files makes it an n2p2 potential; else the first file decides: Phonolite's JSON (`core/potential/description.ts`, or
 * networks, `core/files/neural-potential.ts`), a `nep.txt` or an EAM table (`setfl`, `funcfl`); further files are tables
 * that the JSON names.
 */
export function loadPotential(source: PotentialSource): Potential {
  const [main, ...others] = source.files;
  if (!main) return refuse('potential.noFile', { name: source.name });
  const neural = readNeural(source);
  if (neural) {
    coulombSumsOf(source, null);
    return { ...modelPotential(neural.model, neural.card), ...(neural.remarksOn && { remarksOn: neural.remarksOn }) };
  }
  const members = memberSources(source);
  if (members) return committeeOf(source.name, members);
  const first = sourceText(main.bytes, main.name);
  const units = source.options?.['units'];
  if (units !== undefined && units !== 'eV,Å' && units !== 'eV,A') refuse('potential.units', { file: first.file, units: quoted(units) });
  if (recogniseNep(first)) {
    const model = readNep(first);
    return nepPotential(model, source.name, coulombSumsOf(source, model));
  }
  coulombSumsOf(source, null);
  if (/^\s*[{[]/.test(first.text)) {
    return potentialOf(readPotential(first), new Map(others.map((file) => [file.name, sourceText(file.bytes, file.name)])));
  }
  if (recogniseEam(first) === null) {
    const start = first.text.search(/\S/);
    return first.refuse('potential.unrecognised', start, { text: textAt(first, start) });
  }
  const tables = readEam(first);
  return eam(tables, eamCard(tables, source.name));
}
