/** A long list of runs, asked for page by page as it is looked at, and again whenever a run changes. */
import { computed, ref, shallowReactive, watch, type ComputedRef, type Ref } from 'vue';
import type { RunSearch, RunSummary } from '../../core/contracts/service.ts';
import { useApi } from '../bridge/use-api.ts';
import { useNotices } from '../stores/notices.ts';
import { useRuns } from '../stores/runs.ts';

const pageSize = 100;
/** ms: changes that come together (a queue that moves on) are one reason to ask again. */
const gathering = 120;

export interface RunList {
  /** Null before the first answer. */
  readonly total: Ref<number | null>;
  /** Undefined while its page is on its way. */
  rowAt(index: number): RunSummary | undefined;
  /** Sees to it that these rows are there. */
  need(first: number, last: number): void;
  readonly loaded: ComputedRef<readonly RunSummary[]>;
}

export function useRunList(wanted: ComputedRef<Omit<RunSearch, 'offset' | 'limit'>>): RunList {
  const api = useApi();
  const runs = useRuns();
  const notices = useNotices();
  const total = ref<number | null>(null);
  const pages = shallowReactive(new Map<number, readonly RunSummary[]>());
  const asked = new Set<number>();
  /** Answers to what was asked before the last change of the search are not wanted any more. */
  let question = 0;

  /** First and last page that is looked at. */
  let looked: readonly [number, number] = [0, 0];

  /** Resolves with whether the answer still was wanted. */
  async function load(page: number): Promise<boolean> {
    const mine = question;
    asked.add(page);
    const found = await notices.attempt(() => api.call('runs.search', { ...wanted.value, offset: page * pageSize, limit: pageSize }));
    if (mine !== question) return false;
    asked.delete(page);
    if (!found) return true;
    if (page === 0) for (const known of [...pages.keys()]) if (known * pageSize >= found.total) pages.delete(known);
    total.value = found.total;
    pages.set(page, found.rows);
    return true;
  }

  watch(wanted, () => {
    question += 1;
    asked.clear();
    // The old rows stay until the new ones are there: nothing flickers while somebody types.
    void load(0).then((wantedStill) => {
      if (wantedStill) for (const page of [...pages.keys()]) if (page !== 0) pages.delete(page);
    });
  }, { immediate: true });

  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(() => runs.revision, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const [first, last] = looked;
      // Others are asked for when they are looked at again.
      for (const page of [...pages.keys()]) if (page !== 0 && (page < first || page > last)) pages.delete(page);
      for (const page of new Set([0, ...Array.from({ length: last - first + 1 }, (_, k) => first + k)])) void load(page);
    }, gathering);
  });

  return {
    total,
    rowAt: (index) => pages.get(Math.floor(index / pageSize))?.[index % pageSize],
    need: (first, last) => {
      looked = [Math.floor(first / pageSize), Math.floor(last / pageSize)];
      for (let page = looked[0]; page <= looked[1]; page++) if (!pages.has(page) && !asked.has(page)) void load(page);
    },
    loaded: computed(() => [...pages.values()].flat()),
  };
}
