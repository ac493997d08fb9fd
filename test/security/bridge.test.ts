/** Who may call over the bridge, how much, and that nothing else gets through. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodePlain } from '../../core/contracts/codec.ts';
import type { Answer, ServiceEvent } from '../../core/contracts/service.ts';
import { methodNames } from '../../core/contracts/service-names.ts';
import { openBridge, type Calls, type WindowContents } from '../../electron/bridge/bridge.ts';
import { channels, eventChannel } from '../../electron/bridge/channels.ts';
import { mayCall, originOf, windowOrigin, type Sender } from '../../electron/bridge/sender.ts';
import { messageLimit, plainSize } from '../../electron/bridge/size.ts';

const frameAt = (url: string, parent: unknown = null): { url: string; parent: unknown } => ({ url, parent });
const contentsWith = (mainFrame: unknown): WindowContents & { told: unknown[] } => {
  const told: unknown[] = [];
  return { mainFrame, told, isDestroyed: () => false, send: (channel, event) => { told.push([channel, event]); } };
};
const from = (frame: { url: string; parent: unknown } | null, sender: { mainFrame: unknown } = contentsWith(frame)): Sender => ({ senderFrame: frame, sender });

describe('a sender', () => {
  test('is the main frame of a window of ours at our origin', () => {
    for (const path of ['/', '/runs/mgo/results', '/?import=1', '/index.html#x']) {
      const event = from(frameAt(windowOrigin + path));
      expect(mayCall(event, [event.sender])).toBe(true);
    }
  });

  test('is nobody at another address', () => {
    for (const url of ['https://phonolite/', 'http://phonolite/', 'app://phonolite.evil.example/', 'app://evil/', 'app://phonolite@evil/', 'app://evil/app://phonolite/', 'app:phonolite', 'app:///phonolite/', 'file:///phonolite/', 'about:blank', 'about:srcdoc', 'data:text/html,x', `blob:${windowOrigin}/x`, 'chrome-error://chromewebdata/', 'devtools://devtools/x', 'view-source:app://phonolite/', 'APP://print/', '', 'app://']) {
      const event = from(frameAt(url));
      expect(mayCall(event, [event.sender]), url).toBe(false);
    }
  });

  test('is no frame inside a page, no frame that has gone, no other window', () => {
    const main = frameAt(`${windowOrigin}/`), sender = contentsWith(main);
    expect(mayCall(from(main, sender), [sender])).toBe(true);
    // Inside our own page, at our own origin.
    expect(mayCall(from(frameAt(`${windowOrigin}/`, main), sender), [sender])).toBe(false);
    // Claims to have no parent, but is not the main frame of its window.
    expect(mayCall(from(frameAt(`${windowOrigin}/`), sender), [sender])).toBe(false);
    expect(mayCall(from(null, sender), [sender])).toBe(false);
    expect(mayCall(from(main, sender), [])).toBe(false);
    expect(mayCall(from(main, sender), [contentsWith(main)])).toBe(false);
    const gone = { sender, get senderFrame(): never { throw new Error('Render frame was disposed before WebFrameMain could be accessed'); } };
    expect(mayCall(gone, [sender])).toBe(false);
  });

  test('the origin of an address is scheme and host alone', () => {
    expect([originOf('app://phonolite/a/b?c#d'), originOf('https://user:word@x.example:8443/y'), originOf('no address')]).toEqual(['app://phonolite', 'https://x.example:8443', null]);
  });
});

describe('the size of a message', () => {
  test('is near that of its encoding, and never far below', () => {
    const plain = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, fc.double(), fc.string(), fc.boolean(), fc.constantFrom(null, undefined), fc.uint8Array(), fc.float64Array(), fc.array(tie('tree'), { maxLength: 6 }), fc.dictionary(fc.string({ maxLength: 6 }), tie('tree'), { maxKeys: 6, noNullPrototype: true })),
    })).tree;
    fc.assert(fc.property(plain, (value) => {
      const [size, encoded] = [plainSize(value), encodePlain(value).length];
      // Keys have no tag in the encoding; letters beyond ASCII take up to three bytes there.
      expect(size).toBeGreaterThanOrEqual(encoded / 3);
      expect(size).toBeLessThanOrEqual(2 * encoded + 5);
    }));
  });

  test('is infinite beyond the limit, however it is made up', () => {
    const shared = Array.from({ length: 1000 }, () => 'x'.repeat(1000));
    let many: unknown = shared;
    // The same million letters a million times: found without walking through all of them.
    for (let k = 0; k < 20; k++) many = [many, many];
    for (const value of [new Uint8Array(messageLimit + 1), 'x'.repeat(messageLimit + 1), { files: [{ name: 'a', bytes: new Uint8Array(messageLimit) }, { name: 'b', bytes: new Uint8Array(1) }] }, many]) expect(plainSize(value)).toBe(Infinity);
    expect(plainSize({ file: new Uint8Array(messageLimit - 100) })).toBeLessThan(messageLimit);
  });

  test('is no number for what is not plain data', () => {
    const circle: Record<string, unknown> = {};
    circle['again'] = { circle };
    let deep: unknown = 1;
    for (let k = 0; k < 1e5; k++) deep = [deep];
    class Thing { readonly x = 1; }
    for (const value of [new Map(), new Set([1]), new Date(), /x/, () => 1, Symbol('x'), 1n, circle, deep, new Thing(), new Error('x'), new ArrayBuffer(8), { a: [new Map()] }, Promise.resolve()]) expect(plainSize(value)).toBeNaN();
  });
});

describe('the bridge', () => {
  const open = (): { handlers: Map<string, (event: Sender, ...given: unknown[]) => Promise<Answer>>; listen: (event: Sender) => void; asked: unknown[]; ours: ReturnType<typeof contentsWith>; event: Sender; bridge: ReturnType<typeof openBridge>; heard: () => number } => {
    const handlers = new Map<string, (event: Sender, ...given: unknown[]) => Promise<Answer>>();
    const listeners: ((event: Sender) => void)[] = [];
    const calls: Calls = { handle: (channel, listener) => { handlers.set(channel, listener); }, on: (channel, listener) => { if (channel === eventChannel) listeners.push(listener); } };
    const main = frameAt(`${windowOrigin}/`), ours = contentsWith(main);
    const asked: unknown[] = [];
    let heard = 0;
    const bridge = openBridge({ calls, windows: () => [ours], onListening: () => { heard += 1; }, call: (method, input) => { asked.push([method, input]); return Promise.resolve({ value: null as never }); } });
    return { handlers, listen: (event) => { for (const listener of listeners) listener(event); }, asked, ours, event: from(main, ours), bridge, heard: () => heard };
  };
  const code = (answer: Answer): unknown => ('refusal' in answer ? answer.refusal.code : answer);

  test('has one channel for each method, and no other', () => {
    const { handlers } = open();
    expect([...handlers.keys()].sort()).toEqual(methodNames.map((name) => `phonolite:call:${name}`).sort());
    expect(Object.isFrozen(channels)).toBe(true);
  });

  test('calls exactly the method of the channel, with the first thing that came', async () => {
    const { handlers, asked, event } = open();
    await handlers.get(channels['materials.get'])!(event, { id: 'mgo' }, 'materials.remove', { id: 'other' });
    expect(asked).toEqual([['materials.get', { id: 'mgo' }]]);
  });

  test('answers strangers with a refusal on every channel, and asks nothing', async () => {
    const { handlers, asked, ours } = open();
    for (const stranger of [from(frameAt('https://evil.example/'), ours), from(frameAt(`${windowOrigin}/`, ours.mainFrame), ours), from(null, ours), from(frameAt(`${windowOrigin}/`))]) {
      for (const [channel, handler] of handlers) expect(code(await handler(stranger, {})), channel).toBe('service.sender');
    }
    expect(asked).toEqual([]);
  });

  test('refuses what is too large or not plain data before it reaches a service', async () => {
    const { handlers, asked, event } = open();
    const handler = handlers.get(channels['materials.import'])!;
    expect(code(await handler(event, { file: { name: 'x', bytes: new Uint8Array(messageLimit) } }))).toBe('service.tooLarge');
    expect(code(await handler(event, { file: new Map() }))).toBe('service.input');
    expect(asked).toEqual([]);
  });

  test('tells only windows that listen, from our page, and not again after their page has gone', () => {
    const { listen, ours, event, bridge, heard } = open();
    const said: ServiceEvent = { type: 'materials-changed' };
    bridge.tell(said);
    listen(from(frameAt('https://evil.example/'), ours));
    bridge.tell(said);
    expect([ours.told, heard()]).toEqual([[], 0]);
    listen(event);
    bridge.tell(said);
    expect([ours.told, heard()]).toEqual([[[eventChannel, said]], 1]);
    bridge.forget(ours);
    bridge.tell(said);
    expect(ours.told).toHaveLength(1);
  });
});
