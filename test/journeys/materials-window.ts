/** The window of the application in Chromium on a project of its own, for journeys through the library. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startBrowserHost, type BrowserHost } from '../../electron/browser/server.ts';
import { startApplication, type TestApplication } from '../electron/application.ts';

export interface OpenWindow {
  readonly page: Page;
  readonly context: BrowserContext;
}

export interface Library extends TestApplication {
  readonly host: BrowserHost;
  /** What pages complained about. */
  readonly problems: string[];
  open(path: string, more?: { readonly colorScheme?: 'light' | 'dark'; readonly width?: number; readonly height?: number; readonly before?: () => void }): Promise<OpenWindow>;
  end(): Promise<void>;
}

export async function openLibrary(browser: Browser): Promise<Library> {
  const application = await startApplication();
  const host = await startBrowserHost({ application: application.application });
  const problems: string[] = [];
  return {
    ...application, host, problems,
    open: async (path, { colorScheme = 'light', width = 1280, height = 800, before } = {}) => {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, acceptDownloads: true });
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(host.url).origin });
      if (before) await context.addInitScript(before);
      const page = await context.newPage();
      page.on('console', (said) => {
        if (said.type() === 'error') problems.push(`${said.text()} ${said.location().url}`);
      });
      page.on('pageerror', (error) => problems.push(error.message));
      await page.goto(host.url);
      await page.waitForSelector('h1');
      if (path !== '/') {
        await page.goto(new URL(path, host.url).href);
        await page.waitForSelector('h1');
      }
      return { page, context };
    },
    end: async () => {
      await host.close();
      await application.close();
    },
  };
}

const axe = readFileSync(fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8');

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly impact: string | null; readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[] }[];
}

/** Serious and critical findings on what is shown, as WCAG 2.2 AA asks. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: { run(what: Document, how: object): Promise<AxeResult> } }).axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} (${failureSummary.replace(/\s+/g, ' ').slice(0, 200)})`));
}

/** Lets files fall onto an element, as a person drops them from a folder. */
export async function drop(page: Page, selector: string, files: readonly { readonly name: string; readonly text: string }[]): Promise<void> {
  await page.evaluate(([where, brought]) => {
    const transfer = new DataTransfer();
    for (const { name, text } of brought) transfer.items.add(new File([text], name));
    const target = document.querySelector(where)!;
    for (const type of ['dragenter', 'dragover', 'drop']) target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, [selector, files] as const);
}
