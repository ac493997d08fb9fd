/** What axe-core finds on a page of the application. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Rules whose answer the theme can change. */
const colours = ['color-contrast', 'link-in-text-block'];

interface Axe {
  run(what: Document, how: object): Promise<{ readonly violations: readonly { readonly id: string; readonly impact: string | null; readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[] }[] }>;
}

async function findings(page: Page, rules: readonly string[] | null): Promise<string[]> {
  return page.evaluate(async (values) => {
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run(document, { resultTypes: ['violations'], ...(values && { runOnly: { type: 'rule', values } }) });
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} (${failureSummary.replace(/\s+/g, ' ').slice(0, 200)})`));
  }, rules);
}

/** Until the page looks so: what is emulated reaches it a while later on a busy machine. */
async function become(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.waitForFunction((wanted) => getComputedStyle(document.documentElement).colorScheme === wanted, theme);
  // Charts are drawn again in the frame that follows.
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => { setTimeout(resolve, 50); }); }));
}

/** Serious and critical findings on the page as it is: by all rules in light, and by those that look at colours once the system has become dark. */
export async function axeFindings(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const light = await findings(page, null);
  await become(page, 'dark');
  const dark = await findings(page, colours);
  await become(page, 'light');
  return [...light, ...dark.map((finding) => `dark: ${finding}`)];
}
