/**
 * What is put into every document of a window. Two worlds share its DOM, as in Electron: the page's own, and an isolated
 * one in which the preload script runs. They speak through events whose data are cloned on the way. The isolated world
 * reaches the main process through the binding `standInWire`; the page has none.
 */
import { pack, unpack } from './clone.ts';

export const isolatedWorld = 'electron-isolated';
export const wire = 'standInWire';

/** For the page's world: takes what `contextBridge` exposes, and asks for permissions where a browser would. */
function pageSide(secret: string): void {
  const listen = (name: string, listener: (detail: never) => void): void => { addEventListener(secret + name, (event) => { listener((event as CustomEvent).detail as never); }); };
  const say = (name: string, detail: unknown): void => { dispatchEvent(new CustomEvent(secret + name, { detail })); };
  let serial = 0;
  const promises = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  const functions = new Map<number, (...given: unknown[]) => unknown>();

  type Shape = { f: number } | { o: [string, Shape][] } | { a: Shape[] } | { v: unknown };
  const revive = (shape: Shape): unknown => {
    if ('f' in shape) return Object.freeze((...given: unknown[]) => called(shape.f, given));
    if ('o' in shape) return Object.freeze(Object.fromEntries(shape.o.map(([key, item]) => [key, revive(item)])));
    if ('a' in shape) return Object.freeze(shape.a.map(revive));
    return shape.v;
  };
  const lower = (value: unknown): Shape => {
    if (typeof value === 'function') {
      functions.set(++serial, value as (...given: unknown[]) => unknown);
      return { f: serial };
    }
    if (typeof value === 'symbol') throw new Error('An object could not be cloned.');
    return { v: structuredClone(value) };
  };
  let result: { error?: string; promise?: number; shape?: Shape } | null = null;
  listen('result', (detail) => { result = detail; });
  const called = (id: number, given: readonly unknown[]): unknown => {
    result = null;
    say('call', { id, given: given.map(lower) });
    const answer = result as { error?: string; promise?: number; shape?: Shape } | null;
    if (!answer) throw new Error('the isolated world did not answer');
    if (answer.error !== undefined) throw new Error(answer.error);
    if (answer.promise !== undefined) return new Promise((resolve, reject) => { promises.set(answer.promise!, { resolve, reject }); });
    return answer.shape && revive(answer.shape);
  };
  listen('settled', ({ promise, value, error }: { promise: number; value: unknown; error?: string }) => {
    const waiting = promises.get(promise);
    promises.delete(promise);
    if (error !== undefined) waiting?.reject(new Error(error));
    else waiting?.resolve(value);
  });
  listen('back', ({ id, given }: { id: number; given: unknown[] }) => { functions.get(id)?.(...given); });
  listen('expose', ({ key, shape }: { key: string; shape: Shape }) => { Object.defineProperty(window, key, { value: revive(shape), enumerable: true }); });

  // What a page asks of the machine goes to the handlers of its session; Electron shows no prompts of its own.
  const asked = new Map<number, (granted: boolean) => void>();
  listen('granted', ({ id, granted }: { id: number; granted: boolean }) => { asked.get(id)?.(granted); });
  const may = (permission: string, check: boolean): Promise<boolean> => new Promise((resolve) => {
    asked.set(++serial, resolve);
    say('permission', { id: serial, permission, check });
  });
  const must = async <T>(permission: string, granted: T): Promise<T> => {
    if (await may(permission, false)) return granted;
    throw new DOMException('Permission denied', 'NotAllowedError');
  };
  const replace = (object: object | undefined, name: string, value: unknown): void => {
    if (object) Object.defineProperty(object, name, { value, configurable: true, writable: true });
  };
  replace(window.Notification, 'requestPermission', async () => ((await may('notifications', false)) ? 'granted' : 'denied'));
  const locate = (done: (place: unknown) => void, failed?: (error: unknown) => void): void => { must('geolocation', { coords: {} }).then(done, () => failed?.({ code: 1, message: 'User denied Geolocation' })); };
  replace(navigator.geolocation, 'getCurrentPosition', locate);
  replace(navigator.geolocation, 'watchPosition', locate);
  const { mediaDevices, clipboard } = navigator as Partial<Navigator>;
  replace(mediaDevices, 'getUserMedia', () => must('media', {}));
  replace(mediaDevices, 'getDisplayMedia', () => must('display-capture', {}));
  replace(clipboard, 'readText', () => must('clipboard-read', ''));
  replace(clipboard, 'writeText', () => must('clipboard-sanitized-write', undefined));
  replace(navigator, 'requestMIDIAccess', () => must('midi', {}));
  replace(Element.prototype, 'requestFullscreen', () => must('fullscreen', undefined));
  replace(Element.prototype, 'requestPointerLock', () => must('pointerLock', undefined));
  replace(navigator.permissions, 'query', async ({ name }: { name: string }) => ({ name, state: (await may(name, true)) ? 'granted' : 'denied' }));
  for (const name of ['usb', 'hid', 'serial', 'bluetooth'] as const) {
    replace((navigator as unknown as Record<string, object | undefined>)[name], name === 'serial' ? 'requestPort' : 'requestDevice', () => must(`device-${name}`, {}));
  }
  window.open = (url) => {
    say('open', { url: String(new URL(String(url ?? 'about:blank'), location.href)) });
    return null;
  };
}

/** For the isolated world: `electron` as a sandboxed preload script knows it. */
function isolatedSide(secret: string, send: (said: string) => void): (name: string) => unknown {
  const listen = (name: string, listener: (detail: never) => void): void => { addEventListener(secret + name, (event) => { listener((event as CustomEvent).detail as never); }); };
  const say = (name: string, detail: unknown): void => { dispatchEvent(new CustomEvent(secret + name, { detail })); };
  let serial = 0;
  const functions = new Map<number, (...given: unknown[]) => unknown>();
  const invoked = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  const listeners = new Map<string, Set<(event: object, ...given: unknown[]) => void>>();

  type Shape = { f: number } | { o: [string, Shape][] } | { a: Shape[] } | { v: unknown };
  const lower = (value: unknown, depth = 0): Shape => {
    if (depth > 1000) throw new Error('The object is too deeply nested for the context bridge.');
    if (typeof value === 'function') {
      functions.set(++serial, value as (...given: unknown[]) => unknown);
      return { f: serial };
    }
    if (typeof value === 'symbol') throw new Error('An object could not be cloned.');
    if (Array.isArray(value)) return { a: value.map((item) => lower(item, depth + 1)) };
    if (typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)) return { o: Object.entries(value).map(([key, item]) => [key, lower(item, depth + 1)]) };
    return { v: structuredClone(value) };
  };
  listen('call', ({ id, given }: { id: number; given: ({ f: number } | { v: unknown })[] }) => {
    try {
      const value = functions.get(id)!(...given.map((part) => ('f' in part ? (...told: unknown[]): void => { say('back', { id: part.f, given: structuredClone(told) }); } : part.v)));
      if (value instanceof Promise) {
        const promise = ++serial;
        say('result', { promise });
        value.then((settled) => { say('settled', { promise, value: structuredClone(settled) }); }, (error: unknown) => { say('settled', { promise, error: String(error instanceof Error ? error.message : error) }); });
      } else say('result', { shape: lower(value) });
    } catch (error) {
      say('result', { error: String(error instanceof Error ? error.message : error) });
    }
  });
  for (const name of ['permission', 'open']) listen(name, (detail: object) => { send(pack({ kind: name, ...detail })); });

  Object.defineProperty(window, 'standInDeliver', {
    configurable: true,
    value: (text: string): void => {
      const said = unpack(text) as { kind: string; id: number; channel: string; given: unknown[]; value: unknown; error?: string; granted: boolean };
      if (said.kind === 'granted') say('granted', { id: said.id, granted: said.granted });
      else if (said.kind === 'event') for (const listener of [...(listeners.get(said.channel) ?? [])]) listener({ sender: ipcRenderer }, ...said.given);
      else {
        const waiting = invoked.get(said.id);
        invoked.delete(said.id);
        if (said.error === undefined) waiting?.resolve(said.value);
        else waiting?.reject(new Error(said.error));
      }
    },
  });
  const ipcRenderer = {
    invoke: (channel: string, ...given: unknown[]): Promise<unknown> => new Promise((resolve, reject) => {
      const copy = structuredClone(given);
      invoked.set(++serial, { resolve, reject });
      send(pack({ kind: 'invoke', id: serial, channel, given: copy }));
    }),
    send: (channel: string, ...given: unknown[]): void => { send(pack({ kind: 'send', channel, given: structuredClone(given) })); },
    on: (channel: string, listener: (event: object, ...given: unknown[]) => void): void => {
      if (!listeners.has(channel)) listeners.set(channel, new Set());
      listeners.get(channel)!.add(listener);
    },
    removeListener: (channel: string, listener: (event: object, ...given: unknown[]) => void): void => { listeners.get(channel)?.delete(listener); },
  };
  const exposed = new Set<string>();
  const contextBridge = {
    exposeInMainWorld: (key: string, api: unknown): void => {
      if (exposed.has(key)) throw new Error('Cannot bind an API on top of an existing property on the window object');
      exposed.add(key);
      say('expose', { key, shape: lower(api) });
    },
  };
  return (name) => {
    if (name === 'electron') return { contextBridge, ipcRenderer };
    throw new Error(`module not found: ${name}`);
  };
}

export function pageScript(secret: string): string {
  return `(${pageSide.toString()})(${JSON.stringify(secret)});`;
}

/** `preload`: the text of the preload script, run in the main frame alone; null where the window has none. */
export function isolatedScript(secret: string, preload: string | null): string {
  return `(() => {
    const send = globalThis[${JSON.stringify(wire)}];
    ${pack.toString()}
    ${unpack.toString()}
    const require = (${isolatedSide.toString()})(${JSON.stringify(secret)}, send);
    if (window !== window.top) return;
    ${preload === null ? '' : `const module = { exports: {} };
    (function (require, module, exports) {
${preload}
    })(require, module, module.exports);`}
  })();`;
}
