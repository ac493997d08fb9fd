/** The application in Debian's Chromium through its browser host, for journeys: a host on a folder of its own, and one window that goes where a test wants to be. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { findBrowser } from '../../electron/services/browser.ts';
import { program } from '../electron/command-line.ts';
import { remote, type Remote } from '../electron/remote.ts';
import { temporaryFolder } from '../electron/silicon.ts';

export interface Host {
  /** The link that opens the application. */
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

export interface Look {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly motion?: 'reduce' | 'no-preference';
  /** Runs in the page before the application does; the page is a new one then. */
  readonly before?: () => void;
}

export interface Opened {
  readonly page: Page;
  /** What the page has complained about since it was opened. */
  readonly problems: string[];
}

export interface TestBrowser {
  /** What it has complained about, whatever was shown. */
  readonly problems: string[];
  /** Every address that was asked for, but those of files and of what pages made themselves. */
  readonly requests: string[];
  /** Goes to a screen of the application. What was shown before is gone, and so is what it had kept in the browser. */
  open(host: { readonly url: string }, path: string, look?: Look): Promise<Opened>;
  /** The same for an address that needs no link. */
  show(address: string, look?: Look): Promise<Opened>;
  /** Away from what is shown, before what it speaks with ends. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A window of Chromium. A new page, and more so a new profile, costs more than to load the application into one that is
 * there; every opening is a new document with nothing kept, so that a test does not see what the test before it did.
 */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({ executablePath: findBrowser()!, args: ['--no-sandbox'] });
  const problems: string[] = [];
  const requests: string[] = [];
  let heard: string[] = [];
  const tell = (text: string): void => {
    problems.push(text);
    heard.push(text);
  };
  const newPage = async (before?: () => void): Promise<Page> => {
    const context = await browser.newContext({ acceptDownloads: true, permissions: ['clipboard-read', 'clipboard-write'] });
    if (before) await context.addInitScript(before);
    const page = await context.newPage();
    page.on('console', (said) => {
      if (said.type() === 'error') tell(`${said.text()} ${said.location().url}`);
    });
    page.on('pageerror', (error) => { tell(error.message); });
    page.on('request', (request) => {
      if (!/^(file|data|blob):/.test(request.url())) requests.push(request.url());
    });
    return page;
  };
  const usual = await newPage();
  let special: Page | null = null;

  async function leave(): Promise<void> {
    await special?.context().close();
    special = null;
    if (usual.url() === blank) return;
    await usual.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
    await usual.goto(blank);
  }
  /** The page that is to be shown, empty. */
  async function emptied({ theme = 'light', width = 1280, height = 800, motion = 'reduce', before }: Look): Promise<Page> {
    await leave();
    const page = before ? (special = await newPage(before)) : usual;
    heard = [];
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme, reducedMotion: motion });
    await page.mouse.move(0, 0);
    return page;
  }
  async function load(page: Page, address: string): Promise<Opened> {
    await page.goto(address);
    await page.locator('h1').first().waitFor();
    return { page, problems: heard };
  }
  return {
    problems, requests, leave,
    open: async (host, path, look = {}) => {
      const page = await emptied(look);
      await signIn(page.context(), host.url);
      return load(page, new URL(path, host.url).href);
    },
    show: async (address, look = {}) => load(await emptied(look), address),
    close: () => browser.close(),
  };
}

const blank = 'about:blank';

/** The cookie that the link leaves is all that a window needs; the application is loaded once, where the test wants to be. */
async function signIn(context: BrowserContext, link: string): Promise<void> {
  await context.request.get(link, { maxRedirects: 0 });
}
