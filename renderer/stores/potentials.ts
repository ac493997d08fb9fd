/** The potentials of the open project and the bundled ones. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { PotentialSummary } from '../../core/contracts/library.ts';
import { useApi } from '../bridge/use-api.ts';

export const usePotentials = defineStore('potentials', () => {
  const api = useApi();
  const list = shallowRef<readonly PotentialSummary[]>([]);
  const loaded = ref(false);

  async function load(): Promise<void> {
    list.value = await api.call('potentials.list', {});
    loaded.value = true;
  }

  const find = (id: string): PotentialSummary | undefined => list.value.find((entry) => entry.id === id);

  return { list, loaded, load, find };
});
