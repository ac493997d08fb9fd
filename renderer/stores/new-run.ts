/** The choices towards a run, kept while one looks at something else; the address of the screen says the same. */
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { itemId } from '../../core/contracts/project.ts';
import { propertyName, type PropertyName } from '../../core/contracts/results.ts';
import type { RunWish } from '../../core/contracts/plan.ts';

export const wizardSteps = ['material', 'potential', 'properties', 'check'] as const;
export type WizardStep = (typeof wizardSteps)[number];
/** What can be chosen; the relaxed crystal is always computed. */
export const offeredProperties = ['eos', 'elasticity', 'phonons', 'expansion'] as const satisfies readonly PropertyName[];
export const accuracies = ['quick', 'standard', 'strict'] as const;
export type Accuracy = (typeof accuracies)[number];

const first = (value: LocationQuery[string] | undefined): string | null => (Array.isArray(value) ? (value[0] ?? null) : (value ?? null));
const idIn = (value: LocationQuery[string] | undefined): string | null => itemId.safeParse(first(value)).data ?? null;

export const useNewRun = defineStore('new-run', () => {
  const material = ref<string | null>(null);
  const potential = ref<string | null>(null);
  const properties = ref<PropertyName[]>([...offeredProperties]);
  const accuracy = ref<Accuracy>('standard');
  /** Settings that differ from what the accuracy says, as they were typed. */
  const settings = ref<Record<string, string>>({});
  /** Null: as proposed. */
  const title = ref<string | null>(null);
  const step = ref<WizardStep>('material');
  const advanced = ref(false);

  const untouched = computed(() => material.value === null && potential.value === null && Object.keys(settings.value).length === 0 && title.value === null);

  function reset(): void {
    material.value = null;
    potential.value = null;
    properties.value = [...offeredProperties];
    accuracy.value = 'standard';
    settings.value = {};
    title.value = null;
    step.value = 'material';
    advanced.value = false;
  }

  /** The step that asks for what is still missing. */
  const nextOpen = computed<WizardStep>(() => (material.value === null ? 'material' : potential.value === null ? 'potential' : 'properties'));

  /**
   * Takes over what an address says. One that holds everything is a kept draft. One that only names things comes from
   * elsewhere in the program: both together begin anew with all that is offered, one alone takes its place in the draft.
   */
  function read(query: LocationQuery): void {
    const [wantedMaterial, wantedPotential] = [idIn(query['material']), idIn(query['potential'])];
    const wantedStep = wizardSteps.find((name) => name === first(query['step']));
    const whole = query['properties'] !== undefined;
    if (!whole && wantedMaterial !== null && wantedPotential !== null) reset();
    if (wantedMaterial !== null && wantedMaterial !== material.value) title.value = null;
    if (wantedMaterial !== null) material.value = wantedMaterial;
    if (wantedPotential !== null) potential.value = wantedPotential;
    if (whole) properties.value = offeredProperties.filter((name) => (first(query['properties']) ?? '').split(',').includes(name));
    accuracy.value = accuracies.find((name) => name === first(query['accuracy'])) ?? accuracy.value;
    const given = query['set'];
    if (given !== undefined) {
      const pairs = (Array.isArray(given) ? given : [given]).flatMap((pair) => {
        const at = pair?.indexOf('=') ?? -1;
        return pair && at > 0 ? [[pair.slice(0, at).slice(0, 80), pair.slice(at + 1).slice(0, 400)] as const] : [];
      });
      settings.value = Object.fromEntries(pairs);
    } else if (whole) settings.value = {};
    if (wantedStep) step.value = wantedStep;
    else if (wantedMaterial !== null || wantedPotential !== null) step.value = nextOpen.value;
  }

  /** The same choices as an address. */
  const query = computed<LocationQueryRaw>(() => ({
    ...(material.value !== null && { material: material.value }),
    ...(potential.value !== null && { potential: potential.value }),
    properties: properties.value.join(','),
    accuracy: accuracy.value,
    ...(Object.keys(settings.value).length > 0 && { set: Object.entries(settings.value).map(([key, value]) => `${key}=${value}`) }),
    step: step.value,
  }));

  /** Null while something is missing. */
  const wish = computed<RunWish | null>(() => (material.value === null || potential.value === null ? null : wishOf(material.value, potential.value)));

  function wishOf(chosenMaterial: string, chosenPotential: string, at: Accuracy = accuracy.value): RunWish {
    return { material: chosenMaterial, potential: chosenPotential, properties: propertyName.options.filter((name) => name === 'relaxation' || properties.value.includes(name)), accuracy: at, settings: { ...settings.value } };
  }

  function set(key: string, value: string, standard: string): void {
    const { [key]: _, ...others } = settings.value;
    settings.value = value === standard ? others : { ...others, [key]: value };
  }

  return { material, potential, properties, accuracy, settings, title, step, advanced, untouched, nextOpen, query, wish, reset, read, wishOf, set };
});
