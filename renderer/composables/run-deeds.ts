/** What can be done with runs from wherever they are shown; each says what has happened, and how to take it back. */
import { useRouter } from 'vue-router';
import type { RunCommand } from '../../core/contracts/events.ts';
import type { RunSummary } from '../../core/contracts/service.ts';
import { useApi } from '../bridge/use-api.ts';
import { useApplication } from '../stores/application.ts';
import { useNotices } from '../stores/notices.ts';
import { useRuns } from '../stores/runs.ts';
import { words } from '../words/runs.ts';

export const canResume = ({ state }: Pick<RunSummary, 'state'>): boolean => state === 'interrupted' || state === 'stopped' || state === 'failed';
export const canStop = ({ state }: Pick<RunSummary, 'state'>): boolean => state === 'queued' || state === 'running' || state === 'paused';
export const canPause = ({ state }: Pick<RunSummary, 'state'>): boolean => state === 'running';
export const canTrash = ({ state }: Pick<RunSummary, 'state'>): boolean => !canStop({ state });

type Named = Pick<RunSummary, 'id' | 'title'>;

export interface RunDeeds {
  /** Each resolves with whether it was done. */
  resume(list: readonly Named[]): Promise<boolean>;
  command(id: string, command: RunCommand): Promise<boolean>;
  /** Stops it, and moves it to the trash with what it has computed. */
  discard(run: Named): Promise<boolean>;
  trash(list: readonly Named[]): Promise<boolean>;
  rename(id: string, title: string): Promise<boolean>;
  compare(ids: readonly string[]): void;
}

export function useRunDeeds(): RunDeeds {
  const api = useApi();
  const runs = useRuns();
  const notices = useNotices();
  const application = useApplication();
  const router = useRouter();

  async function restore(ids: readonly string[], sentence: string): Promise<void> {
    const done = await notices.attempt(async () => {
      for (const id of ids) await api.call('trash.restore', { id });
      return true;
    });
    if (done) notices.tell(sentence);
  }

  return {
    resume: async (list) => {
      const done = await notices.attempt(async () => {
        for (const { id } of list) await runs.resume(id);
        return true;
      });
      if (!done) return false;
      notices.tell(list.length === 1 ? words.do.resumed(list[0]!.title) : words.do.resumedMany(list.length));
      // The first screen counts what is interrupted.
      void application.load();
      return true;
    },
    command: async (id, command) => (await notices.attempt(async () => {
      await runs.command(id, command);
      return true;
    })) ?? false,
    discard: async ({ id, title }) => {
      const done = await notices.attempt(async () => {
        await runs.command(id, 'discard');
        return true;
      });
      if (!done) return false;
      const find = async (): Promise<string | undefined> => (await api.call('trash.list', {})).find(({ kind, item }) => kind === 'run' && item === `runs/${id}`)?.id;
      notices.tell(words.do.trashed(title), { action: { label: words.do.undo, run: async () => {
        const entry = await notices.attempt(find);
        if (entry) await restore([entry], words.do.restored(title));
      } } });
      return true;
    },
    trash: async (list) => {
      const entries: string[] = [];
      const done = await notices.attempt(async () => {
        for (const { id } of list) entries.push((await api.call('runs.remove', { id })).id);
        return true;
      });
      if (entries.length > 0) {
        const one = list.length === 1 ? list[0]! : null;
        notices.tell(one ? words.do.trashed(one.title) : words.do.trashedMany(entries.length), {
          action: { label: words.do.undo, run: () => restore(entries, one ? words.do.restored(one.title) : words.do.restoredMany(entries.length)) },
        });
        void application.load();
      }
      return done ?? false;
    },
    rename: async (id, title) => {
      const run = await notices.attempt(() => api.call('runs.rename', { id, title }));
      if (run) notices.tell(words.do.renamed(run.title));
      return run !== null;
    },
    compare: (ids) => { void router.push({ name: 'compare', query: { runs: ids.join(',') } }); },
  };
}
