/** The program behind the window: what it is, what is chosen, which project is open, whether it still answers. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { UserSettings } from '../../core/contracts/project.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import type { ApplicationState, Input, ProjectInfo } from '../../core/contracts/service.ts';
import { useApi } from '../bridge/use-api.ts';

export const useApplication = defineStore('application', () => {
  const api = useApi();
  const state = shallowRef<ApplicationState | null>(null);
  const settings = ref<UserSettings | null>(null);
  const project = shallowRef<ProjectInfo | null>(null);
  /** Why no project is open. */
  const problem = shallowRef<Message | null>(null);
  const connected = ref(true);

  async function load(): Promise<void> {
    const found = await api.call('application.state', {});
    state.value = found;
    settings.value = found.settings;
    project.value = found.project;
    problem.value = found.problem;
  }

  async function changeSettings(changes: Input<'settings.change'>): Promise<void> {
    settings.value = await api.call('settings.change', changes);
  }

  async function openProject(folder: string): Promise<void> {
    project.value = await api.call('project.open', { folder });
  }

  async function chooseProject(): Promise<void> {
    project.value = (await api.call('project.choose', {})) ?? project.value;
  }

  return { state, settings, project, problem, connected, threads: computed(() => settings.value?.threads ?? state.value?.cores ?? 1), load, changeSettings, openProject, chooseProject };
});
