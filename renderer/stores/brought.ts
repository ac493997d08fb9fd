/** Files that were dropped, pasted, chosen, or handed over by the system, until an import screen has dealt with them. */
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { BroughtFile } from '../../core/contracts/library.ts';

export const useBrought = defineStore('brought', () => {
  const files = shallowRef<readonly BroughtFile[]>([]);

  function take(more: readonly BroughtFile[]): void {
    files.value = [...files.value, ...more];
  }

  /** Everything that waits; it waits no longer. */
  function claim(): readonly BroughtFile[] {
    const claimed = files.value;
    files.value = [];
    return claimed;
  }

  return { files, waiting: computed(() => files.value.length > 0), take, claim };
});
