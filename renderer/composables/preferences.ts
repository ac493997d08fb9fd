/** How numbers and colours are shown: chosen once for all screens of the application, or for one report. */
import { inject, provide, type InjectionKey } from 'vue';
import type { DisplayBasis, FrequencyUnit } from '../../core/units/display.ts';

export type Theme = 'system' | 'light' | 'dark';

export interface Preferences {
  frequency: FrequencyUnit;
  basis: DisplayBasis;
  theme: Theme;
}

const key: InjectionKey<Preferences> = Symbol('preferences');

/** `preferences`: reactive; whoever changes it changes all screens below. */
export function providePreferences(preferences: Preferences): void {
  provide(key, preferences);
}

export function usePreferences(): Preferences {
  const preferences = inject(key);
  if (!preferences) throw new Error('no preferences are provided here');
  return preferences;
}

/** The theme as the page's style sheets know it. */
export function applyTheme(theme: Theme): void {
  const { dataset } = window.document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
}
