/** A result becomes a report document: everything that a report file knows. */
import { reportDocument, type Experiment, type ReportDocument } from '../contracts/report.ts';
import { propertyName, type PropertyName, type Result } from '../contracts/results.ts';
import { conventions } from '../units/conventions.ts';
import { reportModesOf } from './modes.ts';
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

/** `MgO: elastic constants, phonons and thermal expansion`. A relaxation is named only where it stands alone. */
export function titleOf(result: Result): string {
  const present = propertyName.options.filter((property) => result[property] !== undefined);
  const named = present.length > 1 ? present.filter((property) => property !== 'relaxation') : present;
  return `${result.material.formula}: ${listed(named.map((property) => titles[property]))}`;
}

/** Points of each segment of the band path, 0 segments where there are no phonons. */
export function pointsPerSegment(result: Result): number[] {
  const segments = result.phonons?.bands.qpoints.value;
  return Array.isArray(segments) ? segments.map((segment) => (Array.isArray(segment) ? segment.length : 0)) : [];
}

/** @param eigenvectors contents of `modes.bin`: [point][mode][atom][xyz][re, im] */
export function reportDocumentOf(result: Result, more: { eigenvectors?: Float32Array; experiments?: readonly Experiment[] } = {}): ReportDocument {
  return {
    schema: 'phonolite-report/1',
    title: titleOf(result),
    result,
    ...(more.eigenvectors && { modes: reportModesOf(more.eigenvectors, pointsPerSegment(result), result.material.atoms) }),
    experiments: [...(more.experiments ?? [])],
    conventions: conventions.map(({ topic, text }) => ({ topic, text })),
    references: referencesOf(result),
    recipe: result.provenance.command,
  };
}

/** Digits of numbers in a report file: below every error that is shown, and half the size of full double precision. */
const digits = 10;

/**
 * The document as JSON that may stand inside a `<script>` element: no `<` is left that could end the element.
 * Numbers are rounded to ten significant digits; `result.json` keeps them all.
 */
export function serialiseDocument(document: ReportDocument): string {
  const checked = reportDocument.parse(document);
  const text = JSON.stringify(checked, (_, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(digits)) : value,
  );
  return text.replaceAll('<', '\\u003c');
}
