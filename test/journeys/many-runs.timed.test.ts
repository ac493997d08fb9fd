/** Ten thousand runs in the window: there at once, and searched while somebody types. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser } from '../../electron/services/browser.ts';
import { program } from '../electron/command-line.ts';
import { writeManyRuns } from '../electron/many-runs.ts';
import { memoryFolder, temporaryFolder } from '../electron/silicon.ts';
import { describeWith } from '../shared.ts';
import { shortest } from '../shortest.ts';
import { openBrowser, startHost, type Host, type TestBrowser } from './window.ts';

describeWith(existsSync(program) && findBrowser() !== null, 'out/ is not built or there is no Chromium', 'ten thousand runs in the window', () => {
  const home = temporaryFolder(memoryFolder);
  let host: Host;
  let browser: TestBrowser;
  beforeAll(async () => {
    const project = join(home.path, 'Phonolite');
    mkdirSync(project);
    writeFileSync(join(project, 'project.json'), JSON.stringify({ schema: 'phonolite-project/1', name: 'Years of work', created: '2024-01-01T00:00:00.000Z' }));
    writeManyRuns(project, 10_000);
    [host, browser] = await Promise.all([startHost(home.path), openBrowser()]);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await host.stop();
    home.remove();
  });

  test('each letter is answered within 100 ms, and only what is seen is drawn', async () => {
    const { page, problems } = await browser.open(host, '/runs');
    await page.locator('.run-row .run-title').first().waitFor();
    expect(await page.locator('.run-bar').innerText()).toContain('10,000 runs');
    expect(await page.locator('.run-row').count()).toBeLessThan(40);
    // From the key to the frame that shows another number of runs.
    const texts = ['z', 'zno', 'zno 1', 'srtio3 gpa', 'fm-3m potential-7', 'done unreliable'];
    const type = (text: string): Promise<number> => page.evaluate(async (typed) => {
      const input = document.querySelector<HTMLInputElement>('#run-search')!;
      const bar = document.querySelector('.run-bar .note')!;
      const enter = async (value: string): Promise<number> => {
        const before = bar.textContent;
        const began = performance.now();
        input.value = value;
        input.dispatchEvent(new Event('input', { bubbles: true }));
        while (bar.textContent === before && performance.now() - began < 3000) await new Promise((resolve) => { requestAnimationFrame(resolve); });
        return performance.now() - began;
      };
      const time = await enter(typed);
      await enter('');
      return time;
    }, text);
    const times: number[] = [];
    for (const text of texts) times.push(await shortest(100, () => type(text)));
    console.warn(`typing among 10,000 runs: ${times.map((time, k) => `${texts[k]!}: ${time.toFixed(0)} ms`).join(', ')}`);
    expect(Math.max(...times)).toBeLessThan(100);
    expect(problems).toEqual([]);
  });

  test('the keyboard reaches the last of them, and what it passes is drawn', async () => {
    const { page, problems } = await browser.open(host, '/runs?order=oldest');
    await page.locator('.run-row .run-title').first().waitFor();
    await page.locator('.run-row').first().focus();
    await page.keyboard.press('End');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-rowindex')), { timeout: 10_000 }).toBe('10000');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent ?? ''), { timeout: 10_000 }).toContain('series');
    await page.keyboard.press('PageUp');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => page.evaluate(() => Number(document.activeElement?.getAttribute('aria-rowindex'))), { timeout: 10_000 }).toBeLessThan(9_999);
    await page.keyboard.press('Home');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-rowindex')), { timeout: 10_000 }).toBe('1');
    expect(await page.locator('.run-row').count()).toBeLessThan(40);
    expect(problems).toEqual([]);
  });
});
