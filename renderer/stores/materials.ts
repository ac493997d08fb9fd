/** The crystals of the open project, newest first, and the bundled ones. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { ExampleMaterial, MaterialSummary } from '../../core/contracts/library.ts';
import type { MaterialFile } from '../../core/contracts/project.ts';
import { useApi } from '../bridge/use-api.ts';

export const useMaterials = defineStore('materials', () => {
  const api = useApi();
  const list = shallowRef<readonly MaterialSummary[]>([]);
  const examples = shallowRef<readonly ExampleMaterial[]>([]);
  const loaded = ref(false);

  async function load(): Promise<void> {
    list.value = await api.call('materials.list', {});
    if (examples.value.length === 0) examples.value = await api.call('materials.examples', {});
    loaded.value = true;
  }

  const find = (id: string): MaterialSummary | undefined => list.value.find((entry) => entry.id === id);

  async function addExample(example: string): Promise<MaterialFile> {
    const added = await api.call('materials.addExample', { example });
    await load();
    return added;
  }

  return { list, examples, loaded, load, find, addExample };
});
