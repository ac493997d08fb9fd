/** What the menu of the system last asked of this window; each asking is a new value. */
import { shallowRef } from 'vue';
import type { WindowAction } from '../../core/contracts/service.ts';

export const asked = shallowRef<{ readonly action: WindowAction } | null>(null);
