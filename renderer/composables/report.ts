/** What every screen of a report needs: the document, and how its numbers are shown. */
import { computed, inject, provide, shallowReactive, type ComputedRef, type InjectionKey } from 'vue';
import type { Nested, Quantity } from '../../core/contracts/quantity.ts';
import { reportSection, type Experiment, type ReportDocument, type ReportSection } from '../../core/contracts/report.ts';
import type { VerdictState } from '../../core/contracts/quantity.ts';
import type { Result } from '../../core/contracts/results.ts';
import { displayOf, type Display, type DisplayBasis } from '../../core/units/display.ts';
import { formatText } from '../../core/units/format.ts';
import { words } from '../words/english.ts';
import type { Preferences } from './preferences.ts';
import { scaled, vectorOf, type Value } from './quantities.ts';

export interface Report {
  readonly document: ReportDocument;
  readonly result: Result;
  readonly preferences: Preferences;
  /** Measured points: those of the document and those that the reader has added to this page. */
  readonly experiments: Experiment[];
  /** How a quantity is shown: factor, unit and basis. */
  display(quantity: Quantity): Display;
  /** Unit with its basis, as an axis title or a table header shows it. */
  unit(quantity: Quantity): string;
  /** A list in shown units. */
  values(quantity: Quantity, value?: Nested): Value[];
  /** One part of a larger quantity as text, without uncertainty. */
  part(quantity: Quantity, value: Value): string;
}

const key: InjectionKey<Report> = Symbol('report');

/** `J/(mol·K)` counts moles of cells; `eV` counts cells. */
function withBasis(unit: string, basis: DisplayBasis | null): string {
  if (basis === null) return unit;
  return unit.includes('mol') ? `${unit}, ${words.basis.mole[basis]}` : `${unit} ${words.basis.per[basis]}`;
}

export function makeReport(document: ReportDocument, preferences: Preferences): Report {
  const { result } = document;
  const { atoms, formulaUnits } = result.material;
  const display = (quantity: Quantity): Display => displayOf(quantity.unit, quantity.basis, preferences, { atoms, formulaUnits });
  const unit = (quantity: Quantity): string => {
    const shown = display(quantity);
    return withBasis(shown.unit, shown.basis);
  };
  const part = (quantity: Quantity, value: Value): string => formatText(value === null ? null : value * display(quantity).factor, display(quantity).unit);
  return {
    document,
    result,
    preferences,
    experiments: shallowReactive([...document.experiments]),
    display,
    unit,
    values: (quantity, value = quantity.value) => scaled(vectorOf(value), display(quantity).factor),
    part,
  };
}

export function provideReport(report: Report): void {
  provide(key, report);
}

export function useReport(): Report {
  const report = inject(key);
  if (!report) throw new Error('useReport belongs inside a report screen');
  return report;
}

/** Unit of frequencies as chosen, and its factor from THz. */
export function useFrequency(): ComputedRef<Display> {
  const report = useReport();
  return computed(() => report.display({ value: null, unit: 'THz' }));
}

/** Whether the result has anything to show there. */
function has({ result }: ReportDocument, section: ReportSection): boolean {
  return !isProperty(section) || result[section] !== undefined;
}
const isProperty = (section: ReportSection): section is 'relaxation' | 'eos' | 'elasticity' | 'phonons' | 'expansion' => ['relaxation', 'eos', 'elasticity', 'phonons', 'expansion'].includes(section);

/** Sections that the maker of the document chose not to show, though there is something to show. */
export function leftOut(document: ReportDocument): ReportSection[] {
  const { sections } = document;
  return sections ? reportSection.options.filter((section) => has(document, section) && !sections.includes(section)) : [];
}

export interface SectionEntry {
  readonly id: ReportSection | 'overview';
  readonly title: string;
  readonly state: VerdictState | undefined;
}

/** The contents of a document: what is shown, in order, with the verdict of each property. */
export function sectionsOf(document: ReportDocument): SectionEntry[] {
  const missing = leftOut(document);
  const shown = reportSection.options.filter((section) => has(document, section) && !missing.includes(section));
  return [
    { id: 'overview', title: words.sections.overview, state: undefined },
    ...shown.map((id) => ({ id, title: words.sections[id], state: isProperty(id) ? document.result[id]?.verdict.state : undefined })),
  ];
}
