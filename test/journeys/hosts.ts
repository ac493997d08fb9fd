/**
 * The ways in, alike for a journey: it is given a page and does there what a person does. The browser host is the built
 * command line with a page of Chromium; the shell is the built main process and preload script on the stand-in for Electron.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { findBrowser } from '../../electron/services/browser.ts';
import { program, start } from '../electron/command-line.ts';
import { shellIsBuilt, startShell, type Shell } from '../electron/stand-in/start.ts';
import { describeWith } from '../shared.ts';

/** Light and dark follow the system until something else is chosen; tests begin in daylight. */
export const usualSize = { width: 1280, height: 800 };

export interface OpenedHost {
  readonly page: Page;
  /** What the page and the program complained of; a journey ends with none. */
  readonly problems: string[];
  /** Only for the shell: what the system shows around the page. */
  readonly shell: Shell | null;
  /** The link to the page; only a browser has one. */
  readonly url: string | null;
  readonly pid: number;
  /** `performance.now()` when the program could begin: a person's browser is open by then, and Electron (for which the stand-in starts one) is ready. */
  began(): Promise<number>;
  /** Does something that offers a file, and takes what is offered. */
  saved(act: () => Promise<unknown>): Promise<{ readonly name: string; readonly bytes: Uint8Array }>;
  /** Processes that compute runs now. */
  engines(): number[];
  /** `quit` as a person does it; `kill`: as a loss of power. */
  close(how?: 'quit' | 'kill'): Promise<void>;
}

export interface JourneyHost {
  readonly name: 'browser' | 'shell';
  /** `home`: settings and the default project lie below it. The same again is the next start of the same person. */
  open(home: string): Promise<OpenedHost>;
}

const executablePath = findBrowser();
const places = new Set<string>();

/** A machine on which nobody has started Phonolite yet. */
export function freshHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'phonolite-home-'));
  places.add(home);
  return home;
}

export function removeHomes(): void {
  for (const home of places) rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  places.clear();
}

/** Descendants of a process that run this entry of the built engine. */
function running(parent: number, entry: string): number[] {
  const found: number[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      if (Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) === parent && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(entry)) found.push(Number(name));
    } catch {
      // It has ended in the meantime.
    }
  }
  return found;
}

function listen(page: Page, problems: string[]): void {
  page.on('console', (said) => { if (said.type() === 'error') problems.push(said.text()); });
  page.on('pageerror', (error) => { problems.push(error.message); });
}

const browserHost: JourneyHost = {
  name: 'browser',
  async open(home) {
    const browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
    const began = performance.now();
    const { process: child, ended } = start(['serve', '--no-open', '--json'], '', undefined, { PHONOLITE_HOME: home });
    const line = await Promise.race([
      new Promise<string>((resolve) => { child.stdout?.once('data', (text: string) => { resolve(text); }); }),
      ended.then(({ stderr }) => { throw new Error(`the browser host did not start: ${stderr}`); }),
    ]);
    const { url } = JSON.parse(line) as { url: string };
    const page = await browser.newPage({ viewport: usualSize, acceptDownloads: true });
    const problems: string[] = [];
    listen(page, problems);
    await page.goto(url);
    return {
      page, problems, shell: null, url, pid: child.pid!, began: () => Promise.resolve(began),
      saved: async (act) => {
        const [download] = await Promise.all([page.waitForEvent('download'), act()]);
        return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
      },
      engines: () => running(child.pid!, 'engine/engine.js'),
      close: async (how = 'quit') => {
        await browser.close();
        child.kill(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
        const { stderr } = await ended;
        if (stderr !== '') problems.push(stderr);
      },
    };
  },
};

const shellHost: JourneyHost = {
  name: 'shell',
  async open(home) {
    const shell = startShell({ home, packaged: true });
    const page = await shell.page();
    const problems: string[] = [];
    listen(page, problems);
    await page.setViewportSize(usualSize);
    let files = 0;
    return {
      page, problems, shell, url: null, pid: shell.child.pid!, began: () => shell.ready,
      saved: async (act) => {
        const path = join(home, `saved-${String(++files)}`);
        const asked = shell.next('dialog');
        await act();
        await asked;
        const done = shell.next('saved');
        await shell.act('answer', 'save', path);
        await done;
        return { name: (await shell.look()).saved.at(-1)!.name, bytes: readFileSync(path) };
      },
      engines: () => running(shell.child.pid!, 'engine/engine.js'),
      close: async (how = 'quit') => {
        await shell.stop(how);
        if (shell.complaints !== '') problems.push(shell.complaints);
      },
    };
  },
};

export const hosts: readonly JourneyHost[] = [browserHost, shellHost];

/** `describe` for a journey through every way in. */
export function describeHosts(name: string, body: (host: JourneyHost) => void): void {
  for (const host of hosts) {
    const built = existsSync(program) && (host.name === 'browser' || shellIsBuilt);
    describeWith(built && executablePath !== null, built ? 'there is no Chromium' : 'out/ is missing: run "npm run build"', `${name} (${host.name})`, () => { body(host); });
  }
}
