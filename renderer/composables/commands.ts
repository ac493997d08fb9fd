/** What the screen that is shown can do, for the command palette. */
import { computed, onBeforeUnmount, shallowReactive, type ComputedRef } from 'vue';

export interface Command {
  readonly title: string;
  readonly detail?: string;
  /** The keys that do the same. */
  readonly keys?: string;
  run(): unknown;
}

const sources = shallowReactive(new Set<ComputedRef<readonly Command[]>>());

export const screenCommands = computed(() => [...sources].flatMap((source) => [...source.value]));

/** Offers commands as long as the calling component is shown. */
export function useCommands(list: () => readonly Command[]): void {
  const source = computed(list);
  sources.add(source);
  onBeforeUnmount(() => { sources.delete(source); });
}
