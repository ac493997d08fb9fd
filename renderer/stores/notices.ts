/** Short sentences about what has just happened; each may carry one action, such as taking it back. */
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { words } from '../words/application.ts';

export interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'problem';
  readonly sentence: string;
  readonly action?: { readonly label: string; readonly run: () => unknown };
}

export const useNotices = defineStore('notices', () => {
  const list = ref<Notice[]>([]);
  let serial = 0;

  function tell(sentence: string, more: Partial<Pick<Notice, 'kind' | 'action'>> = {}): void {
    list.value.push({ id: ++serial, kind: 'done', sentence, ...more });
    if (list.value.length > 4) list.value.shift();
  }

  function dismiss(id: number): void {
    list.value = list.value.filter((notice) => notice.id !== id);
  }

  /** Does it, and says in one sentence why it could not be done. */
  async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      tell(error instanceof Error ? error.message : words.problem.unknown, { kind: 'problem' });
      return null;
    }
  }

  return { list, tell, dismiss, attempt };
});
