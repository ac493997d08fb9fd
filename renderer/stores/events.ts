/** Hands what the program tells to the stores, and asks for everything anew after events were missed. */
import type { Api } from '../bridge/api.ts';
import { asked } from '../composables/asked.ts';
import { useApplication } from './application.ts';
import { useBrought } from './brought.ts';
import { useMaterials } from './materials.ts';
import { usePotentials } from './potentials.ts';
import { useRuns } from './runs.ts';

/** Call once, with the stores in place. Resolves when everything that the first screen needs is there. */
export async function followEvents(api: Api): Promise<void> {
  const application = useApplication();
  const materials = useMaterials();
  const potentials = usePotentials();
  const runs = useRuns();
  const brought = useBrought();

  const loadProject = async (): Promise<void> => {
    if (!application.project) return;
    // Cards of potentials take longest and are needed last.
    await Promise.all([materials.load(), runs.load()]);
    void potentials.load();
    for (const id of runs.opened.keys()) void runs.open(id);
  };
  const loadEverything = async (): Promise<void> => {
    await application.load();
    await loadProject();
  };

  let interrupted = false;
  api.subscribe(
    (event) => {
      switch (event.type) {
        case 'run-event': runs.said(event.run, event.event); break;
        case 'run-changed':
          runs.changed(event.run);
          if (event.run.state === 'done') void materials.load();
          break;
        case 'run-removed': runs.removed(event.run); break;
        case 'materials-changed': void materials.load(); break;
        case 'potentials-changed': void potentials.load(); break;
        case 'measurements-changed': break;
        case 'settings-changed': application.settings = event.settings; break;
        case 'project-changed':
          application.project = event.project;
          application.problem = event.problem;
          void loadProject();
          break;
        case 'files-brought': brought.take(event.files); break;
        case 'asked': asked.value = { action: event.action }; break;
      }
    },
    (open) => {
      application.connected = open;
      if (open && interrupted) void loadEverything();
      interrupted = !open;
    },
  );
  await loadEverything();
}
