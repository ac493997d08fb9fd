/** The whole of what crosses between a window and the main process: one channel for each method, one for what is told. */
import { methodNames, type MethodName } from '../../core/contracts/service-names.ts';

export type Channels = { readonly [M in MethodName]: `phonolite:call:${M}` };

/** The channel on which a method is called. */
export const channels = Object.freeze(Object.fromEntries(methodNames.map((name) => [name, `phonolite:call:${name}`]))) as Channels;

/** Events come on it; a window that listens says so once on the same channel. */
export const eventChannel = 'phonolite:event';
