/** The application in Debian's Chromium through its browser host, on a folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { findBrowser } from '../../electron/services/browser.ts';
import { program } from '../electron/command-line.ts';
import { remote, type Remote } from '../electron/remote.ts';
import { temporaryFolder } from '../electron/silicon.ts';

const axe = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

export interface Host {
  readonly url: string;
  readonly home: string;
  readonly call: Remote;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** `home`: an existing folder of settings and project; by default a new one, which goes with the host. */
export async function startHost(home: string | null = null, place?: string): Promise<Host> {
  const folder = home === null ? temporaryFolder(place) : null;
  const path = home ?? folder!.path;
  const child = spawn(process.execPath, [program, 'serve', '--no-open', '--json'], { env: { ...process.env, PHONOLITE_HOME: path }, stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await new Promise<string>((resolve) => { child.stdout.once('data', (bytes: Buffer) => { resolve(bytes.toString()); }); });
  const { url } = JSON.parse(said) as { url: string };
  return {
    url, home: path, call: await remote(url), process: child,
    stop: async () => {
      const ended = new Promise((resolve) => { child.once('exit', resolve); });
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await ended;
      }
      folder?.remove();
    },
  };
}

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: findBrowser()!, args: ['--no-sandbox'] });

export interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained about. */
  readonly problems: string[];
}

export async function openWindow(browser: Browser, host: Host, path: string, { theme = 'light', width = 1280, height = 800 }: { theme?: 'light' | 'dark'; width?: number; height?: number } = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, acceptDownloads: true, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (said) => {
    if (said.type() === 'error') problems.push(said.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(host.url);
  await page.waitForSelector('main h1');
  await page.goto(new URL(path, host.url).href);
  await page.waitForSelector('main h1');
  return { page, context, problems };
}

/** Serious and critical findings of axe-core on the page as it is. `rules`: those that depend on the theme alone, where all were tried in the other one. */
export async function axeFindings(page: Page, rules: 'all' | 'colours' = 'all'): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async (which) => {
    const tool = (window as unknown as { axe: { run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }> } }).axe;
    const { violations } = await tool.run({ resultTypes: ['violations'], ...(which === 'colours' && { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }) });
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} (${failureSummary.split('\n').at(-1) ?? ''})`));
  }, rules);
}
