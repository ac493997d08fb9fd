/** `phonolite serve` as a user starts it: one host per person, found again, ended by Ctrl-C. */
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeBuilt, phonolite, start, type Started } from './command-line.ts';
import { temporaryFolder } from './silicon.ts';

describeBuilt('phonolite serve', () => {
  let home: ReturnType<typeof temporaryFolder>;
  let running: Started | null = null;
  beforeEach(() => { home = temporaryFolder(); });
  afterEach(async () => {
    running?.process.kill('SIGKILL');
    await running?.ended;
    running = null;
    home.remove();
  });
  const environment = (): NodeJS.ProcessEnv => ({ PHONOLITE_HOME: home.path });
  async function serve(...more: string[]): Promise<string> {
    running = start(['serve', '--no-open', '--json', ...more], '', undefined, environment());
    const [line] = (await once(running.process.stdout!, 'data')) as [string];
    return (JSON.parse(line) as { url: string }).url;
  }

  test('opens the page for whoever has the link, and for nobody else', async () => {
    const url = await serve();
    expect((await fetch(new URL('/', url))).status).toBe(401);
    const opened = await fetch(url, { redirect: 'manual' });
    expect(opened.status).toBe(303);
    const page = await fetch(new URL('/', url), { headers: { cookie: opened.headers.get('set-cookie')!.split(';')[0]! } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Phonolite</title>');
  });

  test('a second start finds the first; its note can be read by its owner alone and goes with it', async () => {
    const url = await serve();
    const again = await phonolite(['serve', '--no-open', '--json'], '', undefined, environment());
    expect(again).toMatchObject({ status: 0, stdout: `${JSON.stringify({ url, again: true })}\n` });
    const note = join(home.path, 'settings/browser-host.json');
    if (process.platform !== 'win32') expect(statSync(note).mode & 0o777).toBe(0o600);
    running!.process.kill('SIGINT');
    expect(await running!.ended).toMatchObject({ status: 0 });
    expect(existsSync(note)).toBe(false);
    expect(existsSync(join(home.path, 'Phonolite/.lock'))).toBe(false);
  });

  test('after a kill the next start takes over', async () => {
    const url = await serve();
    running!.process.kill('SIGKILL');
    await running!.ended;
    expect(readFileSync(join(home.path, 'settings/browser-host.json'), 'utf8')).toContain(url);
    const next = await serve();
    expect(next).not.toBe(url);
    expect((await fetch(next, { redirect: 'manual' })).status).toBe(303);
  });

  test('a port that is taken, or none, is a sentence', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const taken = await phonolite(['serve', '--no-open', '--port', String(port)], '', undefined, environment());
    expect(taken).toMatchObject({ status: 2, stderr: `Port ${String(port)} cannot be used (EADDRINUSE): another program has it, or the system reserves it. Give another one with --port, or none to take any free one.\n` });
    other.close();
    const wrong = await phonolite(['serve', '--port', '70000'], '', undefined, environment());
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('--port takes a whole number from 0 to 65535, not "70000".');
  });

  test('opens the project that is named', async () => {
    const url = await serve('--project', join(home.path, 'mine'));
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    expect(existsSync(join(home.path, 'mine/project.json'))).toBe(true);
  });
});
