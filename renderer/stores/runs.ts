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

export const useRuns = defineStore('runs', () => {
  const api = useApi();
  const recent = shallowRef<readonly RunSummary[]>([]);
  const busy = shallowReactive(new Map<string, RunSummary>());
  const total = ref(0);
  /** Goes up with every change of any run: lists that depend on a search ask again. */
  const revision = ref(0);
  /** Runs that a screen has opened, with everything that they have said. */
  const opened = shallowReactive(new Map<string, RunDetail>());

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
    const detail = await api.call('runs.get', { id });
    opened.set(id, detail);
    return detail;
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
    const detail = opened.get(id);
    if (!detail) return;
    const last = detail.events.at(-1);
    if (event.type === 'progress' && last?.type === 'progress' && last.stage === event.stage) detail.events[detail.events.length - 1] = event;
    else detail.events.push(event);
    opened.set(id, { ...detail });
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
