/** What a test can look at: everything that would have shown on the screen or gone out of the machine. */
import { EventEmitter } from 'node:events';

export const state = {
  ready: false,
  quitting: false,
  sandbox: false,
  /** Requests that would have reached a network. */
  left: [] as string[],
  /** Windows that pages have opened. */
  opened: [] as string[],
  /** Permissions that were granted, as `request:media` or `check:media`. */
  granted: [] as string[],
  dialogs: [] as { kind: string; options: object; answered: boolean }[],
  notifications: [] as { title: string; body: string }[],
  /** What was given to the system to open. */
  external: [] as string[],
  saved: [] as { name: string; path: string | null }[],
  awake: [] as number[],
};

export const changes = new EventEmitter();

export function needsReady(what: string): void {
  if (!state.ready) throw new Error(`${what} can only be used after the app is ready`);
}

export function needsNotReady(what: string): void {
  if (state.ready) throw new Error(`${what} should be called before the app is ready`);
}

/** An emitter that knows its events: a listener for any other would never be called, so it is a mistake. */
export class KnownEvents extends EventEmitter {
  constructor(name: string, known: readonly string[]) {
    super();
    this.on('newListener', (event: string) => {
      if (!known.includes(event) && event !== 'newListener') throw new Error(`${name} has no event "${event}"`);
    });
  }
}

/** An event whose default can be prevented. */
export function preventable<T extends object>(details: T): T & { defaultPrevented: boolean; preventDefault(): void } {
  return Object.assign(details, { defaultPrevented: false, preventDefault(this: { defaultPrevented: boolean }) { this.defaultPrevented = true; } });
}
