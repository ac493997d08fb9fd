/** The server on the loopback address against everybody but the page that it was opened for. */
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodePlain, encodePlain } from '../../core/contracts/codec.ts';
import { messageLimit } from '../../electron/bridge/size.ts';
import { callType, startBrowserHost, type BrowserHost } from '../../electron/browser/server.ts';
import { findBrowser } from '../../electron/services/browser.ts';
import { windowFolder } from '../../electron/services/layout.ts';
import { describeWith } from '../shared.ts';

let host: BrowserHost;
/** The same, with little patience. */
let hasty: BrowserHost;
let calls: [string, unknown][];

beforeAll(async () => {
  const application: Parameters<typeof startBrowserHost>[0]['application'] = {
    call: (method, input) => {
      calls.push([method, input]);
      return Promise.resolve({ value: null as never });
    },
    subscribe: () => () => undefined,
  };
  host = await startBrowserHost({ application });
  hasty = await startBrowserHost({ application, patience: { head: 300, whole: 600, look: 50 } });
});
beforeEach(() => { calls = []; });
// Whatever was refused has reached no service.
afterEach(({ task }) => { if (!task.name.startsWith('the page')) expect(calls).toEqual([]); });
afterAll(async () => {
  await host.close();
  await hasty.close();
});

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function send(path: string, { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: Uint8Array } = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: host.port, path, method, headers: { host: `127.0.0.1:${String(host.port)}`, ...headers } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => { resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }); });
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(method === 'POST' ? body : undefined);
  });
}

const cookie = async (): Promise<string> => (await send(`/?token=${host.token}`)).headers['set-cookie']![0]!.split(';')[0]!;
const origin = (): string => `http://127.0.0.1:${String(host.port)}`;
const call = async (more: Record<string, string> = {}, method = 'POST', body: Uint8Array = encodePlain({})): Promise<Answered> => send('/call/materials.list', { method, headers: { cookie: await cookie(), origin: origin(), 'sec-fetch-site': 'same-origin', 'content-type': callType, ...more }, body });

describe('who may speak to it', () => {
  test('the page that was opened with the link', async () => {
    const { status, body } = await call();
    expect([status, decodePlain(body)]).toEqual([200, { value: null }]);
    expect(calls).toEqual([['materials.list', {}]]);
  });

  test('nobody under another name: a name that a foreign page has pointed here', async () => {
    for (const name of [`localhost:${String(host.port)}`, 'evil.example', `evil.example:${String(host.port)}`, '127.0.0.1', `127.0.0.1:${String(host.port + 1)}`, `127.0.0.1:${String(host.port)}.evil.example`, `[::1]:${String(host.port)}`]) expect((await call({ host: name })).status, name).toBe(421);
  });

  test('no page of another origin, whatever it says of itself', async () => {
    for (const foreign of ['http://evil.example', 'null', `http://127.0.0.1:${String(host.port + 1)}`, `https://127.0.0.1:${String(host.port)}`, `http://localhost:${String(host.port)}`, `${origin()}.evil.example`, `${origin()}/`]) expect((await call({ origin: foreign })).status, foreign).toBe(403);
    // Ports of one address are one site to a browser, and share their cookies: the same site is not enough.
    for (const site of ['cross-site', 'same-site', 'SAME-ORIGIN', '']) expect((await call({ 'sec-fetch-site': site })).status, site).toBe(403);
  });

  test('nobody without the cookie, and not with one that is nearly right', async () => {
    const right = await cookie();
    const [name, value] = right.split('=') as [string, string];
    for (const wrong of ['', `${name}=`, `${name}=${value.slice(1)}`, `${name}=${value}x`, `${name}=${'A'.repeat(value.length)}`, `x${name}=${value}`, `phonolite=${value}`, `${name} =${value}`, `other=${right}`]) expect((await call({ cookie: wrong })).status, wrong).toBe(401);
    expect((await call({ cookie: `a=b; ${right}; c=d` })).status).toBe(200);
    calls = [];
  });

  test('a link with another token opens nothing', async () => {
    for (const wrong of ['', 'x', host.token.slice(1), `${host.token}x`, 'A'.repeat(host.token.length), encodeURIComponent('\0')]) {
      const { status, headers } = await send(`/?token=${wrong}`);
      expect([status, headers['set-cookie']], wrong).toEqual([401, undefined]);
    }
    // 32 random bytes
    expect(Buffer.from(host.token, 'base64url')).toHaveLength(32);
  });
});

describe('the cookie', () => {
  test('is for this instance alone, out of reach of scripts, and sent to no other site', async () => {
    const { status, headers } = await send(`/?token=${host.token}`);
    expect([status, headers.location]).toEqual([303, '/']);
    expect(headers['set-cookie']).toHaveLength(1);
    const [pair, ...flags] = headers['set-cookie']![0]!.split('; ');
    expect(pair).toMatch(/^phonolite-[0-9a-f]{12}=[\w-]{43}$/);
    expect(flags.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict']);
    // The token is in no page that the browser could keep or pass on.
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  test('has another name and another value in the next instance', async () => {
    const other = await startBrowserHost({ application: { call: () => Promise.reject(new Error('nobody asks')), subscribe: () => () => undefined } });
    try {
      expect(other.token).not.toBe(host.token);
      const response = await fetch(other.url, { redirect: 'manual' });
      expect(response.headers.get('set-cookie')!.split('=')[0]).not.toBe((await cookie()).split('=')[0]);
      // Both cookies reach both ports; each instance takes its own.
      expect((await call({ cookie: response.headers.get('set-cookie')!.split(';')[0]! })).status).toBe(401);
    } finally {
      await other.close();
    }
  });
});

describe('what may be said', () => {
  test('calls are posted, in a content type that no foreign form can send', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) expect((await call({}, method)).status, method).toBe(405);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/json', `${callType}; charset=utf-8`, '']) expect((await call({ 'content-type': type })).status, type).toBe(415);
    for (const [path, method] of [['/', 'POST'], ['/index.html', 'PUT'], ['/events', 'POST'], ['/events', 'DELETE']] as const) expect((await send(path, { method, headers: { cookie: await cookie() } })).status, `${method} ${path}`).toBe(405);
  });

  test('no answer invites another origin', async () => {
    for (const { headers } of [await call({}, 'OPTIONS'), await send('/', { headers: { cookie: await cookie() } }), await send('/')]) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    }
  });

  test('what cannot be read is no call', async () => {
    for (const body of [new Uint8Array(0), Uint8Array.of(99), Uint8Array.of(7, 255, 255, 255, 255), new TextEncoder().encode('{"id":1}')]) expect((await call({}, 'POST', body)).status).toBe(400);
  });

  test('more than the limit is refused by its announcement, without being read', async () => {
    const { status, body } = await new Promise<Answered>((resolve, reject) => {
      void cookie().then((value) => {
        const asked = request({ host: '127.0.0.1', port: host.port, path: '/call/materials.import', method: 'POST', headers: { cookie: value, 'content-type': callType, 'content-length': String(messageLimit + 1) } }, (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => { resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }); });
        });
        asked.on('error', reject);
        asked.write(Buffer.alloc(10));
      });
    });
    expect(status).toBe(413);
    expect((decodePlain(body) as { refusal: { sentence: string } }).refusal.sentence).toBe('The message has more than 128 MB, which is not taken. Bring fewer or smaller files at once.');
  });

  test('more than the limit is refused where it was not announced', async () => {
    const value = await cookie();
    const before = process.memoryUsage().rss;
    const status = await new Promise<number>((resolve) => {
      const asked = request({ host: '127.0.0.1', port: host.port, path: '/call/materials.import', method: 'POST', headers: { cookie: value, 'content-type': callType } }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      asked.on('error', () => { resolve(413); });
      const part = Buffer.alloc(4 << 20);
      let sent = 0;
      const more = (): void => {
        while (sent < messageLimit + (8 << 20)) {
          sent += part.length;
          if (!asked.write(part)) {
            asked.once('drain', more);
            return;
          }
        }
        asked.end();
      };
      more();
    });
    expect(status).toBe(413);
    // What was read before the limit, and no copy of it.
    expect(process.memoryUsage().rss - before).toBeLessThan(4 * messageLimit);
  });
});

describe('pages', () => {
  test('only those of their folder, by no way of writing a path', async () => {
    const value = await cookie();
    for (const path of ['/../cli/phonolite.js', '/%2e%2e/cli/phonolite.js', '/..%2fcli/phonolite.js', '/%2e%2e%2f%2e%2e%2fpackage.json', '/assets/../../cli/phonolite.js', '//etc/passwd.js', '/..\\cli\\phonolite.js', '/..%5ccli%5cphonolite.js', '/%00.js', '/index.html%00.js', `/${'%2e%2e/'.repeat(20)}etc/hosts.js`, '/%c0%ae%c0%ae/x.js', '/%', '/icon.svg/../../report/template.html', `/${join(windowFolder, '../cli/phonolite.js')}`]) {
      expect((await send(path, { headers: { cookie: value } })).status, path).toBe(404);
    }
    expect((await send('/icon.svg', { headers: { cookie: value } })).status).toBe(200);
  });

  test('are given to nobody without the cookie', async () => {
    for (const path of ['/', '/index.html', '/icon.svg', '/events', '/assets/x.js']) expect((await send(path)).status, path).toBe(401);
  });
});

describe('time', () => {
  const ended = (text: string, next?: string): Promise<number> => new Promise((resolve) => {
    const began = performance.now();
    const socket = connect(hasty.port, '127.0.0.1', () => {
      socket.write(text);
      if (next !== undefined) {
        const drip = setInterval(() => socket.write(next), 40);
        socket.on('close', () => { clearInterval(drip); });
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => { resolve(performance.now() - began); });
    socket.resume();
  });

  test('whoever sends a head letter by letter is cut off', async () => {
    expect(await ended('GET / HTTP/1.1\r\nhost: x\r\n', 'x')).toBeLessThan(3000);
    expect(await ended('')).toBeLessThan(3000);
  });

  test('whoever sends a body letter by letter is cut off', async () => {
    expect(await ended(`POST /call/x HTTP/1.1\r\nhost: 127.0.0.1:${String(hasty.port)}\r\ncookie: ${(await fetch(hasty.url, { redirect: 'manual' })).headers.get('set-cookie')!.split(';')[0]!}\r\ncontent-type: ${callType}\r\ncontent-length: 100000\r\n\r\n`, 'x')).toBeLessThan(5000);
  });

  test('what is no HTTP is answered and closed', async () => {
    expect(await ended('SSH-2.0-OpenSSH\r\n\r\n')).toBeLessThan(3000);
    expect(await ended(`GET / HTTP/1.1\r\nhost: x\r\n${'a'.repeat(70_000)}: b\r\n\r\n`)).toBeLessThan(3000);
  });
});

describeWith(findBrowser() !== null, 'there is no Chromium', 'a foreign page in the same browser', () => {
  let browser: Browser, context: BrowserContext, attacker: Server, address: string;
  beforeAll(async () => {
    attacker = createServer((_, response) => { response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>elsewhere</title>'); });
    await new Promise<void>((resolve) => { attacker.listen(0, '127.0.0.1', resolve); });
    address = `http://127.0.0.1:${String((attacker.address() as AddressInfo).port)}/`;
    // A name of the attacker's that resolves to this machine: DNS rebinding.
    browser = await chromium.launch({ executablePath: findBrowser()!, args: ['--no-sandbox', '--host-resolver-rules=MAP evil.example 127.0.0.1'] });
    context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(host.url);
    await page.close();
    // The person is known to the server in this browser.
    expect((await context.cookies()).filter(({ name }) => name.startsWith('phonolite-'))).toHaveLength(1);
  });
  afterAll(async () => {
    await browser.close();
    await new Promise((resolve) => attacker.close(resolve));
  });

  test('reaches no service and reads no page, though the cookie of another port goes along', async () => {
    const page = await context.newPage();
    await page.goto(address);
    const found = await page.evaluate(async ([target, type]) => {
      const tried: Record<string, string> = {};
      const attempt = async (name: string, work: () => Promise<unknown>): Promise<void> => { tried[name] = await work().then((value) => String(value), () => 'blocked'); };
      const body = new Uint8Array([7, 0, 0, 0, 0]);
      await attempt('read a page', async () => (await fetch(target, { credentials: 'include' })).status);
      await attempt('call', async () => (await fetch(`${target}call/materials.list`, { method: 'POST', body, credentials: 'include', headers: { 'content-type': type } })).status);
      await attempt('call in the dark', async () => (await fetch(`${target}call/materials.list`, { method: 'POST', body, credentials: 'include', mode: 'no-cors' })).type);
      await attempt('beacon', () => Promise.resolve(navigator.sendBeacon(`${target}call/materials.list`, body)));
      await attempt('events', () => new Promise((resolve, reject) => { const source = new EventSource(`${target}events`, { withCredentials: true }); source.onopen = () => { resolve('open'); }; source.onerror = () => { source.close(); reject(new Error()); }; }));
      await attempt('script', () => new Promise((resolve, reject) => { const script = document.createElement('script'); script.src = `${target}index.html`; script.onload = () => { resolve('loaded'); }; script.onerror = reject; document.head.append(script); }));
      await attempt('picture', () => new Promise((resolve, reject) => { const image = new Image(); image.onload = () => { resolve('loaded'); }; image.onerror = reject; image.src = `${target}icon.svg`; }));
      await attempt('frame', () => new Promise((resolve) => { const frame = document.createElement('iframe'); frame.src = target; frame.onload = () => { let inside: string; try { inside = frame.contentDocument?.title ?? 'blocked'; } catch { inside = 'blocked'; } resolve(inside); }; document.body.append(frame); }));
      const form = document.createElement('form');
      form.method = 'POST';
      form.action = `${target}call/materials.list`;
      form.enctype = 'text/plain';
      form.target = 'sink';
      const sink = document.createElement('iframe');
      sink.name = 'sink';
      document.body.append(sink, form);
      await attempt('form', () => new Promise((resolve) => { sink.onload = () => { let inside: string; try { inside = sink.contentDocument?.title ?? 'blocked'; } catch { inside = 'blocked'; } resolve(inside); }; form.submit(); }));
      return tried;
    }, [`${origin()}/`, callType] as const);
    expect(found).toEqual({ 'read a page': 'blocked', call: 'blocked', 'call in the dark': 'blocked', beacon: 'true', events: 'blocked', script: 'blocked', picture: 'blocked', frame: 'blocked', form: 'blocked' });
    await page.close();
  });

  test('cannot become ours by a name that points here', async () => {
    const page = await context.newPage();
    const response = await page.goto(`http://evil.example:${String(host.port)}/?token=${host.token}`);
    expect(response?.status()).toBe(421);
    expect(await page.evaluate(() => fetch('/call/materials.list', { method: 'POST', headers: { 'content-type': 'application/x-phonolite-call' }, body: new Uint8Array([7, 0, 0, 0, 0]) }).then(({ status }) => status, () => 'blocked'))).toBeOneOf([421, 'blocked']);
    await page.close();
  });

  test('holds no handle on a window of ours that it has opened', async () => {
    const page = await context.newPage();
    await page.goto(address);
    const [opened] = await Promise.all([context.waitForEvent('page'), page.evaluate((target) => { (window as unknown as { theirs: Window | null }).theirs = window.open(target); }, `${origin()}/`)]);
    await opened.waitForLoadState();
    // Opened from elsewhere, the cookie stays at home; and were it there, the two pages would not share a group.
    expect(await opened.title()).not.toBe('elsewhere');
    expect(await page.evaluate(() => { const { theirs } = window as unknown as { theirs: Window | null }; try { return theirs === null || theirs.closed ? 'gone' : String(theirs.document.title); } catch { return 'blocked'; } })).toBeOneOf(['gone', 'blocked']);
    await opened.close();
    await page.close();
  });
});
