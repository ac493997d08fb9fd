/** Runs that are being computed or wait, the latest ones, and what an opened run says. Long lists are searched page by page. */
import { defineStore } from 'pinia';
import { computed, ref, shallowReactive, shallowRef } from 'vue';
import type { RunCommand, RunEvent } from '../../core/contracts/events.ts';
import type { RunWish } from '../../core/contracts/plan.ts';
import type { RunDetail, RunSearch, RunSummary } from '../../core/contracts/service.ts';
import { useApi } from '../bridge/use-api.ts';

/** Everything, newest first. */
export const everyRun: RunSearch = { text: '', states: [], verdicts: [], material: null, potential: null, order: 'newest', offset: 0, limit: 100 };

/** Shown on the first screen and offered by the command palette. */
const recentCount = 12;

export const isBusy = ({ state }: Pick<RunSummary, 'state'>): boolean => state === 'queued' || state === 'running' || state === 'paused';

/** Of the progress of a stage only the latest is kept. */
function withEvent(events: readonly RunEvent[], event: RunEvent): RunEvent[] {
  const last = events.at(-1);
  return event.type === 'progress' && last?.type === 'progress' && last.stage === event.stage && last.property === event.property ? [...events.slice(0, -1), event] : [...events, event];
}

/** Equal for the same event, whether it was told or read from its file. */
const identity = (event: RunEvent): string => JSON.stringify(Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1)));

export const useRuns = defineStore('runs', () => {
  const api = useApi();
  const recent = shallowRef<readonly RunSummary[]>([]);
  const busy = shallowReactive(new Map<string, RunSummary>());
  const total = ref(0);
  /** Goes up with every change of any run: lists that depend on a search ask again. */
  const revision = ref(0);
  /** Runs that a screen has opened, with everything that they have said. */
  const opened = shallowReactive(new Map<string, RunDetail>());
  /** What runs say while everything that they have said before is asked for. */
  const meanwhile = new Map<string, RunEvent[]>();

  async function load(): Promise<void> {
    const [latest, working] = await Promise.all([
      api.call('runs.search', { ...everyRun, limit: recentCount }),
      api.call('runs.search', { ...everyRun, states: ['queued', 'running', 'paused'], order: 'oldest' }),
    ]);
    recent.value = latest.rows;
    total.value = latest.total;
    busy.clear();
    for (const run of working.rows) busy.set(run.id, run);
    revision.value += 1;
  }

  async function open(id: string): Promise<RunDetail> {
    meanwhile.set(id, []);
    try {
      const detail = await api.call('runs.get', { id });
      // What was said just before the answer was made is in it already.
      const known = new Set(detail.events.slice(-100).map(identity));
      const missed = (meanwhile.get(id) ?? []).filter((event) => !known.has(identity(event)));
      const complete = { ...detail, events: missed.reduce(withEvent, detail.events) };
      opened.set(id, complete);
      return complete;
    } finally {
      meanwhile.delete(id);
    }
  }

  function close(id: string): void {
    opened.delete(id);
  }

  function changed(run: RunSummary): void {
    if (isBusy(run)) busy.set(run.id, run);
    else busy.delete(run.id);
    const detail = opened.get(run.id);
    if (detail) opened.set(run.id, { ...detail, summary: run });
    const known = recent.value.some(({ id }) => id === run.id);
    if (!known) total.value += 1;
    recent.value = known ? recent.value.map((one) => (one.id === run.id ? run : one)) : [run, ...recent.value].slice(0, recentCount);
    revision.value += 1;
  }

  function removed(id: string): void {
    busy.delete(id);
    opened.delete(id);
    recent.value = recent.value.filter((run) => run.id !== id);
    total.value = Math.max(0, total.value - 1);
    revision.value += 1;
  }

  function said(id: string, event: RunEvent): void {
    const run = busy.get(id);
    if (run && event.type === 'progress') {
      const { property, stage, done, total: all, remaining } = event;
      busy.set(id, { ...run, progress: { property, stage, done, total: all, remaining } });
    }
    meanwhile.get(id)?.push(event);
    const detail = opened.get(id);
    if (detail) opened.set(id, { ...detail, events: withEvent(detail.events, event) });
  }

  async function start(wish: RunWish, title: string): Promise<RunSummary> {
    const run = await api.call('runs.start', { wish, title });
    changed(run);
    return run;
  }

  const command = (id: string, word: RunCommand): Promise<null> => api.call('runs.command', { id, command: word });

  async function resume(id: string): Promise<void> {
    changed(await api.call('runs.resume', { id }));
  }

  return { recent, busy, total, revision, opened, active: computed(() => [...busy.values()]), load, open, close, changed, removed, said, start, command, resume };
});
