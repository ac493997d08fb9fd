/** What can be done with a potential of the library, with the way back. */
import { ref, type Ref } from 'vue';
import { useRouter } from 'vue-router';
import type { PotentialSummary } from '../../core/contracts/library.ts';
import { useApi } from '../bridge/use-api.ts';
import { useNotices } from '../stores/notices.ts';
import { usePotentials } from '../stores/potentials.ts';
import { words as frame } from '../words/application.ts';
import { words } from '../words/potentials.ts';

export interface PotentialActions {
  /** The one that is being renamed. */
  readonly renaming: Ref<PotentialSummary | null>;
  /** Gives `renaming` its new name. */
  rename(name: string): Promise<void>;
  use(potential: PotentialSummary): Promise<void>;
  /** Resolves with whether it went. */
  trash(potential: PotentialSummary): Promise<boolean>;
}

/** What people call it: their own name where they gave one. */
export const titleOf = ({ source, card }: Pick<PotentialSummary, 'source' | 'card'>): string => (source === 'project' ? card.name : card.title);
/** The other of its two names. */
export const subtitleOf = ({ source, card }: Pick<PotentialSummary, 'source' | 'card'>): string => (source === 'project' ? card.title : card.name);

export function usePotentialActions(): PotentialActions {
  const api = useApi();
  const notices = useNotices();
  const potentials = usePotentials();
  const router = useRouter();
  const renaming = ref<PotentialSummary | null>(null);
  return {
    renaming,
    rename: async (name) => {
      const potential = renaming.value;
      renaming.value = null;
      if (!potential || !(await notices.attempt(() => api.call('potentials.rename', { id: potential.id, name })))) return;
      await potentials.load();
      notices.tell(words.renaming.done(name));
    },
    use: async ({ id }) => { await router.push({ name: 'new-run', query: { potential: id } }); },
    trash: async (potential) => {
      const removed = await notices.attempt(() => api.call('potentials.remove', { id: potential.id }));
      if (!removed) return false;
      await potentials.load();
      notices.tell(words.removed(titleOf(potential)), {
        action: { label: frame.notices.undo, run: () => notices.attempt(async () => {
          await api.call('trash.restore', { id: removed.id });
          await potentials.load();
        }) },
      });
      return true;
    },
  };
}
