/** A result becomes a report document: everything that a report file knows. */
import { reportDocument, type Experiment, type ReportDocument } from '../contracts/report.ts';
import { propertyName, type PropertyName, type Result } from '../contracts/results.ts';
import { conventions } from '../units/conventions.ts';
import { modesBudget, reportModesOf } from './modes.ts';
import { referencesOf } from './references.ts';

const titles: Record<PropertyName, string> = {
  relaxation: 'crystal structure',
  eos: 'equation of state',
  elasticity: 'elastic constants',
  phonons: 'phonons',
  expansion: 'thermal expansion',
};

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`;
}

const subscripts = '₀₁₂₃₄₅₆₇₈₉';

/** `SiO₂: elastic constants, phonons and thermal expansion`. A relaxation is named only where it stands alone. */
export function titleOf(result: Result): string {
  const present = propertyName.options.filter((property) => result[property] !== undefined);
  const named = present.length > 1 ? present.filter((property) => property !== 'relaxation') : present;
  const formula = result.material.formula.replace(/\d/g, (digit) => subscripts[Number(digit)]!);
  return `${formula}: ${listed(named.map((property) => titles[property]))}`;
}

/** Points of each segment of the band path, 0 segments where there are no phonons. */
export function pointsPerSegment(result: Result): number[] {
  const segments = result.phonons?.bands.qpoints.value;
  return Array.isArray(segments) ? segments.map((segment) => (Array.isArray(segment) ? segment.length : 0)) : [];
}

/** Bytes that a report file may have, and what of it the page itself takes (its build stays below that). */
export const reportSize = { file: 5_000_000, page: 1_600_000 } as const;

/** @param eigenvectors contents of `modes.bin`: [point][mode][atom][xyz][re, im] */
export function reportDocumentOf(result: Result, more: { eigenvectors?: Float32Array; experiments?: readonly Experiment[] } = {}): ReportDocument {
  // Large cells have long tables of bands: the modes then take what is left.
  const left = reportSize.file - reportSize.page - compactJson(result).length;
  const budget = Math.max(0, Math.min(modesBudget, left));
  return {
    schema: 'phonolite-report/1',
    title: titleOf(result),
    result,
    ...(more.eigenvectors && { modes: reportModesOf(more.eigenvectors, pointsPerSegment(result), result.material.atoms, budget) }),
    experiments: [...(more.experiments ?? [])],
    conventions: conventions.map(({ topic, text }) => ({ topic, text })),
    references: referencesOf(result),
    recipe: result.provenance.command,
  };
}

/** Digits of numbers in a report file: below every error that is shown, and half the size of full double precision. */
const digits = 10;

function compactJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'number' && !Number.isInteger(item) ? Number(item.toPrecision(digits)) : item));
}

/**
 * The document as JSON that may stand inside a `<script>` element: no `<` is left that could end the element.
 * Numbers are rounded to ten significant digits; `result.json` keeps them all.
 */
export function serialiseDocument(document: ReportDocument): string {
  return compactJson(reportDocument.parse(document)).replaceAll('<', '\\u003c');
}
