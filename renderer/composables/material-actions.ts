/** What can be done to a crystal of the library, wherever it is shown. */
import { useRouter } from 'vue-router';
import type { Input } from '../../core/contracts/service.ts';
import { useApi } from '../bridge/use-api.ts';
import { useMaterials } from '../stores/materials.ts';
import { useNotices } from '../stores/notices.ts';
import { words as frame } from '../words/application.ts';
import { words } from '../words/materials.ts';
import { saveFile } from './files.ts';

export type ExportFormat = Input<'materials.export'>['format'];
export const exportFormats: readonly ExportFormat[] = ['cif', 'poscar', 'extxyz', 'original'];

/** What the actions need to know of it. */
export interface NamedMaterial {
  readonly id: string;
  readonly name: string;
}

export interface MaterialActions {
  compute(material: NamedMaterial): void;
  rename(material: NamedMaterial, name: string): Promise<boolean>;
  save(material: NamedMaterial, format: ExportFormat): Promise<void>;
  /** True where it is in the trash now. */
  trash(material: NamedMaterial): Promise<boolean>;
}

export function useMaterialActions(): MaterialActions {
  const api = useApi();
  const router = useRouter();
  const materials = useMaterials();
  const notices = useNotices();
  return {
    compute: ({ id }) => { void router.push({ name: 'new-run', query: { material: id } }); },
    rename: async ({ id }, name) => {
      const renamed = await notices.attempt(() => api.call('materials.rename', { id, name }));
      if (!renamed) return false;
      await materials.load();
      notices.tell(words.actions.renamed(renamed.name));
      return true;
    },
    save: async ({ id }, format) => {
      const made = await notices.attempt(() => api.call('materials.export', { id, format }));
      if (!made) return;
      saveFile(made.name, made.bytes, made.type);
      notices.tell(words.actions.exported(made.name));
    },
    trash: async ({ id, name }) => {
      const removed = await notices.attempt(() => api.call('materials.remove', { id }));
      if (!removed) return false;
      await materials.load();
      const undo = async (): Promise<void> => {
        const back = await notices.attempt(async () => {
          await api.call('trash.restore', { id: removed.id });
          await materials.load();
          return true;
        });
        if (back) notices.tell(words.actions.restored(name));
      };
      notices.tell(words.actions.trashed(name), { action: { label: frame.notices.undo, run: undo } });
      return true;
    },
  };
}
