import { inject, type InjectionKey } from 'vue';
import type { Api } from './api.ts';

/** Given to the application once, where it is made; stores and screens ask for it here. */
export const apiKey: InjectionKey<Api> = Symbol('api');

export function useApi(): Api {
  const api = inject(apiKey);
  if (!api) throw new Error('no api is provided here');
  return api;
}
