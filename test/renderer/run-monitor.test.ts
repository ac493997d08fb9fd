/** From what a run says to what its monitor shows. */
import { expect, test } from 'vitest';
import type { RunEvent } from '../../core/contracts/events.ts';
import { elapsedSeconds, gathered, monitored } from '../../renderer/composables/run-monitor.ts';

const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, 0, 1000 * seconds)).toISOString();
const started = (seconds: number, resumed = false): RunEvent => ({ type: 'run-started', at: at(seconds), run: 'r', properties: [], resumed });
const stage = (property: string, name: string, tasks: number): RunEvent => ({ type: 'stage-started', at: at(1), property, stage: name, tasks });
const progress = (property: string, name: string, done: number, total: number): RunEvent => ({ type: 'progress', at: at(1), property, stage: name, done, total, fromCache: 0, elapsed: 1, remaining: [2, 4] });
const over = (property: string, name: string): RunEvent => ({ type: 'stage-finished', at: at(1), property, stage: name });
const verdict = (property: string): RunEvent => ({ type: 'property-finished', at: at(2), property, state: 'good', sentence: `${property} is good.` });
const note = (sentence: string, code = 'a'): RunEvent => ({ type: 'journal', at: at(2), property: 'eos', message: { code, values: {}, sentence } });
const finished = (seconds: number, outcome: 'done' | 'stopped' | 'failed' = 'done'): RunEvent => ({ type: 'run-finished', at: at(seconds), outcome });
const properties = ['relaxation', 'eos', 'expansion'];

test('stages belong to their properties; what is ahead waits, what is behind is done', () => {
  const events = [started(0), stage('relaxation', 'Relaxation', 1), progress('relaxation', 'Relaxation', 1, 1), over('relaxation', 'Relaxation'), verdict('relaxation'), stage('eos', 'Volumes', 9), progress('eos', 'Volumes', 4, 9)];
  const state = monitored(events, properties);
  expect(state.properties.map(({ state: word }) => word)).toEqual(['done', 'working', 'waiting']);
  expect(state.current).toEqual({ property: 'eos', name: 'Volumes', done: 4, total: 9, finished: false, remaining: [2, 4] });
  expect(state.properties[0]).toMatchObject({ stages: [{ name: 'Relaxation', done: 1, total: 1, finished: true }], verdict: { state: 'good' } });
  // Between two stages nothing is current, and the property still works.
  const between = monitored([...events, over('eos', 'Volumes')], properties);
  expect(between.current).toBeNull();
  expect(between.properties[1]?.state).toBe('working');
});

test('a stage that a property comes back to goes on counting', () => {
  const state = monitored([started(0), stage('expansion', 'Volumes', 9), progress('expansion', 'Volumes', 9, 9), over('expansion', 'Volumes'), stage('expansion', 'Volumes', 3), progress('expansion', 'Volumes', 1, 3)], properties);
  expect(state.properties[2]?.stages).toEqual([{ name: 'Volumes', done: 10, total: 12, finished: false, remaining: [2, 4] }]);
});

test('a property without a verdict behind the one at work, or at the end, was not computed', () => {
  const events = [started(0), stage('relaxation', 'Relaxation', 1), over('relaxation', 'Relaxation'), verdict('relaxation'), stage('eos', 'Volumes', 9), over('eos', 'Volumes'), note('The volumes cannot be used.'), stage('expansion', 'Volumes', 9)];
  expect(monitored(events, properties).properties.map(({ state }) => state)).toEqual(['done', 'left', 'working']);
  expect(monitored([...events, finished(9, 'stopped')], properties).properties.map(({ state }) => state)).toEqual(['done', 'left', 'left']);
});

test('a resumed run shows its new session, and says in its journal only once what it says again', () => {
  const first = [started(0), stage('relaxation', 'Relaxation', 1), over('relaxation', 'Relaxation'), verdict('relaxation'), note('one'), finished(5, 'stopped')];
  const state = monitored([...first, started(10, true), stage('relaxation', 'Relaxation', 1), over('relaxation', 'Relaxation'), verdict('relaxation'), note('one'), note('two')], properties);
  expect(state.properties.map(({ state: word }) => word)).toEqual(['done', 'waiting', 'waiting']);
  expect(state.journal.map((line) => ('sentence' in line ? line.sentence : line.kind))).toEqual(['started', 'relaxation is good.', 'one', 'stopped', 'continued', 'two']);
});

test('neighbouring sentences of one kind stand together', () => {
  const { journal } = monitored([started(0), note('1', 'shell'), note('2', 'shell'), note('3', 'other'), note('4', 'shell')], properties);
  expect(gathered(journal).map(({ line, alike }) => [line.kind === 'note' ? line.sentence : line.kind, alike.length])).toEqual([['started', 0], ['1', 1], ['3', 0], ['4', 0]]);
});

test('time is that of work: without pauses, without the time between two sessions, and up to the last word of one that was killed', () => {
  const paused: RunEvent[] = [{ type: 'paused', at: at(10) }, { type: 'resumed', at: at(40) }];
  expect(elapsedSeconds([started(0), ...paused, finished(50)], null)).toBe(20);
  expect(elapsedSeconds([started(0), ...paused], Date.parse(at(45)))).toBe(15);
  expect(elapsedSeconds([started(0), paused[0]!], Date.parse(at(45)))).toBe(10);
  // Killed two seconds after it began, resumed an hour later.
  expect(elapsedSeconds([started(0), verdict('relaxation'), started(3600, true), finished(3605)], null)).toBe(7);
  expect(elapsedSeconds([], 5)).toBe(0);
});

test('points of a figure come one by one or many at once, in any order; a later one at the same place replaces it', () => {
  const sample = (series: string, x: number | number[], y: number | number[] | number[][], member?: number): RunEvent => ({ type: 'sample', at: at(1), property: 'eos', chart: 'energy-volume', series, x: { value: x, unit: 'Å³' }, y: { value: y, unit: 'eV' }, ...(member !== undefined && { member }) });
  const [figure] = monitored([started(0), sample('energy', 3, 30), sample('energy', [1, 2], [10, 20]), sample('energy', 2, 21), sample('energy', 1, 5, 2), sample('bands', [1, 2], [[1, 2], [3, 4]])], properties).figures;
  expect(figure?.curves.map(({ series, member, x, y }) => ({ series, member, x, y }))).toEqual([
    { series: 'energy', member: null, x: [1, 2, 3], y: [[10], [21], [30]] },
    { series: 'energy', member: 2, x: [1], y: [[5]] },
    { series: 'bands', member: null, x: [1, 2], y: [[1, 2], [3, 4]] },
  ]);
  // Another session begins with empty figures.
  expect(monitored([started(0), sample('energy', 3, 30), started(9, true)], properties).figures).toEqual([]);
});
