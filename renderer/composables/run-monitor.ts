/** What a run has said so far, as a monitor shows it: stages, time, sentences, figures. Pure: the same events give the same. */
import type { RunEvent, SampleChart } from '../../core/contracts/events.ts';
import type { VerdictState } from '../../core/contracts/quantity.ts';
import { listOf, vectorOf, type Value } from './quantities.ts';

export interface StageProgress {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  readonly finished: boolean;
  /** s for what is left of this stage, [low, high]; null while unknown. */
  readonly remaining: readonly [number, number] | null;
}

export interface PropertyProgress {
  readonly property: string;
  /** `left`: the run has gone on, or ended, without a result of it. */
  readonly state: 'waiting' | 'working' | 'done' | 'left';
  /** Stages of the same name are one: a property may come back to what it did before. */
  readonly stages: readonly StageProgress[];
  readonly verdict: { readonly state: VerdictState; readonly sentence: string } | null;
}

export type JournalLine =
  | { readonly at: string; readonly kind: 'started' | 'continued' | 'paused' | 'resumed' | 'stopped' | 'discarded' | 'finished' }
  | { readonly at: string; readonly kind: 'failed' | 'note'; readonly property: string | null; readonly sentence: string; /** Sentences of one code say the same of different things. */ readonly code: string }
  | { readonly at: string; readonly kind: 'verdict'; readonly property: string; readonly sentence: string; readonly state: VerdictState };

export interface LiveCurve {
  readonly series: string;
  /** Which member of a committee; null for the committee itself and for any other potential. */
  readonly member: number | null;
  readonly x: readonly number[];
  /** One value for each x, or all modes of it. */
  readonly y: readonly (readonly Value[])[];
  readonly xUnit: string;
  readonly yUnit: string;
}

export interface LiveFigure {
  readonly property: string;
  readonly chart: SampleChart;
  readonly curves: readonly LiveCurve[];
}

export interface Monitored {
  readonly properties: readonly PropertyProgress[];
  /** The stage that is computed now, with its property. */
  readonly current: (StageProgress & { readonly property: string }) | null;
  readonly journal: readonly JournalLine[];
  readonly figures: readonly LiveFigure[];
}

/** Events since the run was last begun: what was finished before is told again from what was kept. */
function latestSession(events: readonly RunEvent[]): readonly RunEvent[] {
  const start = events.findLastIndex(({ type }) => type === 'run-started');
  return start < 0 ? [] : events.slice(start);
}

/** `properties`: those that were asked for, in order. */
export function monitored(events: readonly RunEvent[], properties: readonly string[]): Monitored {
  const session = latestSession(events);
  return { ...progressOf(session, properties), journal: journalOf(events), figures: figuresOf(session) };
}

function progressOf(session: readonly RunEvent[], properties: readonly string[]): Pick<Monitored, 'properties' | 'current'> {
  const stages = new Map<string, Map<string, StageProgress & { readonly before: number }>>();
  const verdicts = new Map<string, PropertyProgress['verdict']>();
  let current: { property: string; name: string } | null = null;
  let last: string | null = null;
  let over = false;
  const stagesOf = (property: string): Map<string, StageProgress & { readonly before: number }> => {
    const found = stages.get(property) ?? new Map<string, StageProgress & { readonly before: number }>();
    stages.set(property, found);
    return found;
  };
  for (const event of session) {
    switch (event.type) {
      case 'stage-started': {
        const own = stagesOf(event.property);
        const before = own.get(event.stage);
        own.set(event.stage, { name: event.stage, done: before?.done ?? 0, total: (before?.total ?? 0) + event.tasks, finished: false, remaining: null, before: before?.total ?? 0 });
        current = { property: event.property, name: event.stage };
        last = event.property;
        break;
      }
      case 'progress': {
        const own = stagesOf(event.property);
        const stage = own.get(event.stage);
        if (stage) own.set(event.stage, { ...stage, done: stage.before + event.done, remaining: event.remaining });
        break;
      }
      case 'stage-finished': {
        const own = stagesOf(event.property);
        const stage = own.get(event.stage);
        if (stage) own.set(event.stage, { ...stage, done: stage.total, finished: true, remaining: null });
        if (current?.property === event.property && current.name === event.stage) current = null;
        break;
      }
      case 'property-finished': verdicts.set(event.property, { state: event.state, sentence: event.sentence }); break;
      case 'run-finished':
        current = null;
        over = true;
        break;
      default:
    }
  }
  const known = [...properties, ...[...stages.keys()].filter((property) => !properties.includes(property))];
  const reached = last === null ? -1 : known.indexOf(last);
  const shown = known.map((property, place): PropertyProgress => {
    const verdict = verdicts.get(property) ?? null;
    const own = [...(stages.get(property)?.values() ?? [])].map(({ before: _before, ...stage }) => stage);
    const state = verdict ? 'done' : property === last && !over ? 'working' : own.length > 0 || place < reached ? 'left' : 'waiting';
    return { property, state, stages: own, verdict };
  });
  const stage = current && stages.get(current.property)?.get(current.name);
  return { properties: shown, current: current && stage ? { property: current.property, name: stage.name, done: stage.done, total: stage.total, finished: stage.finished, remaining: stage.remaining } : null };
}

/** What is told again after a run was resumed stands there once. */
function journalOf(events: readonly RunEvent[]): JournalLine[] {
  const lines: JournalLine[] = [];
  const said = new Set<string>();
  const once = (line: JournalLine & { readonly sentence: string; readonly property: string | null }): void => {
    const key = `${line.kind} ${line.property ?? ''} ${line.sentence}`;
    if (said.has(key)) return;
    said.add(key);
    lines.push(line);
  };
  for (const event of events) {
    const { at } = event;
    switch (event.type) {
      case 'run-started': lines.push({ at, kind: event.resumed ? 'continued' : 'started' }); break;
      case 'journal': once({ at, kind: 'note', property: event.property, sentence: event.message.sentence, code: event.message.code }); break;
      case 'property-finished': once({ at, kind: 'verdict', property: event.property, sentence: event.sentence, state: event.state }); break;
      case 'paused': lines.push({ at, kind: 'paused' }); break;
      case 'resumed': lines.push({ at, kind: 'resumed' }); break;
      case 'run-finished':
        if (event.outcome === 'failed') lines.push({ at, kind: 'failed', property: null, sentence: event.message?.sentence ?? '', code: event.message?.code ?? '' });
        else lines.push({ at, kind: event.outcome === 'done' ? 'finished' : event.outcome });
        break;
      default:
    }
  }
  return lines;
}

/** A line with those after it that say the same of other things. */
export interface JournalEntry {
  readonly line: JournalLine;
  readonly alike: readonly JournalLine[];
}

/** Neighbouring sentences of one code stand together. */
export function gathered(lines: readonly JournalLine[]): JournalEntry[] {
  const entries: { line: JournalLine; alike: JournalLine[] }[] = [];
  for (const line of lines) {
    const before = entries.at(-1);
    if (before && line.kind === 'note' && before.line.kind === 'note' && before.line.code === line.code && before.line.property === line.property) before.alike.push(line);
    else entries.push({ line, alike: [] });
  }
  return entries;
}

interface Gathered {
  readonly series: string;
  readonly member: number | null;
  readonly points: Map<number, readonly Value[]>;
  readonly xUnit: string;
  readonly yUnit: string;
}

function figuresOf(session: readonly RunEvent[]): LiveFigure[] {
  const figures = new Map<string, { property: string; chart: SampleChart; curves: Map<string, Gathered> }>();
  for (const event of session) {
    if (event.type !== 'sample') continue;
    const { property, chart, series, x, y } = event;
    const member = event.member ?? null;
    const name = `${property} ${chart}`;
    const figure = figures.get(name) ?? { property, chart, curves: new Map<string, Gathered>() };
    figures.set(name, figure);
    const key = `${series} ${String(member)}`;
    const curve = figure.curves.get(key) ?? { series, member, points: new Map<number, readonly Value[]>(), xUnit: x.unit, yUnit: y.unit };
    figure.curves.set(key, curve);
    const places = typeof x.value === 'number' ? [x.value] : vectorOf(x.value);
    const values = typeof x.value === 'number' ? [y.value] : listOf(y.value);
    for (const [k, place] of places.entries()) {
      const value = values[k] ?? null;
      if (place !== null) curve.points.set(place, Array.isArray(value) ? vectorOf(value) : [value]);
    }
  }
  return [...figures.values()].map(({ property, chart, curves }) => ({
    property, chart,
    curves: [...curves.values()].map(({ points, ...curve }) => {
      const sorted = [...points].sort(([a], [b]) => a - b);
      return { ...curve, x: sorted.map(([place]) => place), y: sorted.map(([, values]) => values) };
    }),
  }));
}

/** Seconds of work so far, pauses and the time between two sessions left out. `now`: while it works, else null. */
export function elapsedSeconds(events: readonly RunEvent[], now: number | null): number {
  let total = 0;
  let open: number | null = null;
  let latest = 0;
  for (const event of events) {
    const at = Date.parse(event.at);
    if (event.type === 'run-started') {
      // The session before it ended without a word; it was heard of last with the event before.
      if (open !== null) total += Math.max(0, latest - open);
      open = at;
    } else if (event.type === 'resumed') open ??= at;
    else if ((event.type === 'paused' || event.type === 'run-finished') && open !== null) {
      total += Math.max(0, at - open);
      open = null;
    }
    latest = at;
  }
  if (open !== null) total += Math.max(0, (now ?? latest) - open);
  return total / 1000;
}
