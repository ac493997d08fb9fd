/** Colours of charts and 3D views. Tested for the common kinds of colour blindness; dashes carry the same meaning again. */
import { computed, onScopeDispose, ref, type ComputedRef } from 'vue';
import { usePreferences } from './preferences.ts';

export interface Look {
  readonly dark: boolean;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly surface: string;
  readonly caution: string;
  readonly series: readonly string[];
  /** Low to high values of a surface: lightness rises all the way (after cividis), so that it also reads in grey. */
  readonly scale: readonly [string, string, string];
}

/** Blue, vermilion, green, violet, ochre, slate: after Okabe and Ito (2008), darkened to 4.5:1 on white. */
export const lightLook: Look = {
  dark: false, ink: '#1b2430', muted: '#56616f', line: '#d9dde3', surface: '#ffffff', caution: '#f3e3c3',
  series: ['#0b62a4', '#b84a00', '#00735a', '#9a3a78', '#715c00', '#4a5568'],
  scale: ['#12355b', '#7b7b78', '#e9c94b'],
};
const darkLook: Look = {
  dark: true, ink: '#e8ecf1', muted: '#a3adba', line: '#323b47', surface: '#171d25', caution: '#3f341d',
  series: ['#63b6f2', '#ff9f60', '#45cfa6', '#e79fca', '#e0c552', '#b6c2d1'],
  scale: ['#2a5f9e', '#8d8d88', '#f4d75e'],
};

const dashes = ['solid', 'dashed', 'dotted', [8, 3, 2, 3], [12, 4], [2, 2]] as const;
export function dashOf(index: number): 'solid' | 'dashed' | 'dotted' | number[] {
  const dash = dashes[index % dashes.length]!;
  return typeof dash === 'string' ? dash : [...dash];
}

const query = window.matchMedia('(prefers-color-scheme: dark)');

/** The look of the chosen theme, following the system where that was chosen. */
export function useLook(): ComputedRef<Look> {
  const preferences = usePreferences();
  const system = ref(query.matches);
  const follow = (): void => {
    system.value = query.matches;
  };
  query.addEventListener('change', follow);
  onScopeDispose(() => {
    query.removeEventListener('change', follow);
  });
  return computed(() => (preferences.theme === 'dark' || (preferences.theme === 'system' && system.value) ? darkLook : lightLook));
}
