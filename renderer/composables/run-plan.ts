/** What a run would do and take, asked for again with every change of the choices. */
import { computed, onBeforeUnmount, ref, shallowReactive, watch, type ComputedRef, type Ref } from 'vue';
import type { RunPlan } from '../../core/contracts/plan.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import { useApi } from '../bridge/use-api.ts';
import { useApplication } from '../stores/application.ts';
import { accuracies, useNewRun, type Accuracy, type WizardStep } from '../stores/new-run.ts';
import { useNotices } from '../stores/notices.ts';

/** ms: typing does not ask for a plan of every letter. */
const pause = 250;
/** Stands for what is not chosen yet: settings are known without it. */
const nothing = 'not-chosen';

export interface RunPlans {
  /** At every accuracy; null while it is not known. Those of the other accuracies come after that of the chosen one. */
  readonly at: Readonly<Record<Accuracy, RunPlan | null>>;
  readonly current: ComputedRef<RunPlan | null>;
  /** Whether `current` is that of the latest choices. */
  readonly pending: Ref<boolean>;
}

export function useRunPlans(): RunPlans {
  const api = useApi();
  const application = useApplication();
  const notices = useNotices();
  const draft = useNewRun();
  const at = shallowReactive<Record<Accuracy, RunPlan | null>>({ quick: null, standard: null, strict: null });
  const pending = ref(true);
  let serial = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask(): Promise<void> {
    const mine = ++serial;
    const missing = draft.material === null || draft.potential === null;
    const order = [draft.accuracy, ...accuracies.filter((name) => name !== draft.accuracy)];
    for (const accuracy of order) {
      const plan = await notices.attempt(() => api.call('runs.plan', draft.wishOf(draft.material ?? nothing, draft.potential ?? nothing, accuracy)));
      if (mine !== serial) return;
      // What is missing is asked for in words of the screen.
      at[accuracy] = plan && missing ? { ...plan, blockers: plan.blockers.filter(({ values }) => values['id'] !== nothing) } : plan;
      if (accuracy === draft.accuracy) pending.value = false;
      if (plan === null) return;
    }
  }

  watch(
    () => [draft.material, draft.potential, draft.properties, draft.accuracy, draft.settings, application.settings?.threads, application.settings?.memory],
    (now, before) => {
      pending.value = true;
      serial++;
      clearTimeout(timer);
      // Plans of other things say nothing any more; those of other settings stand until the new ones are there.
      if (before && (now[0] !== before[0] || now[1] !== before[1])) for (const name of accuracies) at[name] = null;
      timer = setTimeout(() => { void ask(); }, before ? pause : 0);
    },
    { deep: true, immediate: true },
  );
  onBeforeUnmount(() => {
    clearTimeout(timer);
    serial++;
  });
  return { at, current: computed(() => at[draft.accuracy]), pending };
}

/** Where a blocker can be solved: steps, or the settings of the program. */
export function solutionsOf({ code }: Message): readonly (WizardStep | 'settings')[] {
  if (code === 'plan.memory') return ['properties', 'settings'];
  if (code === 'plan.kinked' || code === 'plan.noPhonons') return ['properties', 'potential'];
  if (/^(settings\.|expansion\.|relaxation\.|symmetry\.tolerance)/.test(code)) return ['properties'];
  if (/^(project\.no\.material|run\.notPeriodic|structure\.|symmetry\.|potential\.notFinite|potential\.collapse|longrange\.coincident)/.test(code)) return ['material'];
  return ['potential'];
}

/** What is said against a setting, beside its field. */
export function problemOf(plan: RunPlan | null, key: string): string | null {
  return plan?.blockers.find(({ values }) => values['key'] === key)?.sentence ?? null;
}
