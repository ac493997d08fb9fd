/** The browser behind the windows. `app://phonolite/x` is `http://phonolite.app.localhost/x` there: an origin of its own, and a secure one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { findBrowser } from '../../../electron/services/browser.ts';

let context: BrowserContext | null = null;

/** Its profile lies in `userData`, as that of Electron's own Chromium does: what a page keeps is there again at the next start. */
export async function launch(profile: string): Promise<{ endpoint: string }> {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error('the stand-in needs Chromium');
  context = await chromium.launchPersistentContext(profile, { executablePath, viewport: null, acceptDownloads: true, args: ['--no-sandbox', '--remote-debugging-port=0', ...(process.env['STAND_IN_CHROMIUM'] ?? '').split(' ').filter((word) => word !== '')] });
  const port = join(profile, 'DevToolsActivePort');
  for (let tries = 0; !existsSync(port) && tries < 200; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  return { endpoint: `http://127.0.0.1:${readFileSync(port, 'utf8').split('\n')[0]!}` };
}

export function pages(): BrowserContext {
  if (!context) throw new Error('the browser has not been started');
  return context;
}

export async function close(): Promise<void> {
  await context?.close();
  context = null;
}

const schemes = new Set<string>();
export const addScheme = (scheme: string): void => { schemes.add(scheme); };
export const hasScheme = (scheme: string): boolean => schemes.has(scheme);

export function toBrowser(url: string): string {
  return url.replace(/^(blob:)?([a-z]+):\/\/([^/]+)/, (whole, blob: string | undefined, scheme: string, host: string) => (schemes.has(scheme) ? `${blob ?? ''}http://${host}.${scheme}.localhost` : whole));
}

export function fromBrowser(url: string): string {
  return url.replace(/^(blob:)?http:\/\/([^/]+)\.([a-z]+)\.localhost/, (whole, blob: string | undefined, host: string, scheme: string) => (schemes.has(scheme) ? `${blob ?? ''}${scheme}://${host}` : whole));
}
