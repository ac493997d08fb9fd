/** How soon the window answers where a run is read, also while another one uses every core. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser } from '../../electron/services/browser.ts';
import { everyRun } from '../../renderer/stores/runs.ts';
import { program } from '../electron/command-line.ts';
import { describeWith } from '../shared.ts';
import { shortest } from '../shortest.ts';
import { openBrowser, startHost, type Host, type TestBrowser } from './window.ts';

describeWith(existsSync(program) && findBrowser() !== null, 'out/ is not built or there is no Chromium', 'answers in the window', () => {
  let host: Host;
  let browser: TestBrowser;
  let finished = '';
  const state = async (id: string): Promise<string> => (await host.call('runs.get', { id })).summary.state;

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), openBrowser()]);
    const material = (await host.call('materials.addExample', { example: 'silicon' })).id;
    finished = (await host.call('runs.start', { wish: { material, potential: 'si-stillinger-weber', properties: ['eos', 'elasticity', 'phonons', 'expansion'], accuracy: 'quick', settings: {} }, title: 'Finished' })).id;
    while ((await state(finished)) !== 'done') await new Promise((resolve) => { setTimeout(resolve, 100); });
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await host.stop();
  });

  test('results stand within 500 ms after the document has come', async () => {
    const { page } = await browser.open(host, `/runs/${finished}/monitor`);
    await page.locator('.monitor').waitFor();
    const open = async (): Promise<number> => {
      const time = await page.evaluate(async () => {
        const original = window.fetch;
        let came = 0;
        window.fetch = async (...given) => {
          const response = await original(...given);
          if (!String(given[0]).endsWith('runs.document')) return response;
          const bytes = await response.arrayBuffer();
          came = performance.now();
          return new Response(bytes, { headers: response.headers });
        };
        document.querySelector<HTMLAnchorElement>('.view-tabs a[href$="/results"]')!.click();
        while (!document.querySelector('.results-body h1')) await new Promise((resolve) => { setTimeout(resolve, 1); });
        await new Promise((resolve) => { requestAnimationFrame(() => { setTimeout(resolve, 0); }); });
        window.fetch = original;
        return performance.now() - came;
      });
      await page.goto(new URL(`/runs/${finished}/monitor`, host.url).href);
      await page.locator('.monitor').waitFor();
      return time;
    };
    // The first also loads the code of the figures.
    const first = await open();
    const best = await shortest(500, open);
    console.warn(`opening results: ${first.toFixed(0)} ms after the document came, then ${best.toFixed(0)} ms`);
    expect(best).toBeLessThan(500);
  });

  test('results answer to the pointer at once: hovering a chart in a frame, a click on a band within 100 ms', async () => {
    const { page } = await browser.open(host, `/runs/${finished}/results`);
    await page.locator('.bands').scrollIntoViewIfNeeded();
    await page.waitForSelector('.bands .chart svg');
    await page.waitForSelector('.mode-card canvas');
    const measure = (): Promise<{ hovers: number[]; click: number }> => page.evaluate(async () => {
      const target = document.querySelector('.bands .chart svg')!.parentElement!;
      const box = target.getBoundingClientRect();
      const readout = document.querySelector('.bands .reading')!;
      const chosen = document.querySelector('.bands p[aria-live]')!;
      const fire = (type: string, x: number, y: number): void => { target.dispatchEvent(new MouseEvent(type, { clientX: box.left + x * box.width, clientY: box.top + y * box.height, bubbles: true, view: window })); };
      const hovers: number[] = [];
      for (let k = 0; k < 30; k++) {
        const before = readout.textContent;
        const began = performance.now();
        fire('mousemove', 0.15 + 0.015 * k, 0.3 + 0.01 * k);
        await Promise.resolve();
        await new Promise((resolve) => { queueMicrotask(() => { resolve(null); }); });
        hovers.push(performance.now() - began);
        await new Promise((resolve) => { requestAnimationFrame(resolve); });
        if (readout.textContent === before && k === 0) return { hovers: [Number.POSITIVE_INFINITY], click: Number.POSITIVE_INFINITY };
      }
      const clicks: number[] = [];
      for (let k = 0; k < 6; k++) {
        const old = chosen.textContent;
        const began = performance.now();
        for (const type of ['mousemove', 'mousedown', 'mouseup', 'click']) fire(type, 0.2 + 0.05 * k, 0.2 + 0.1 * (k % 2));
        await new Promise((resolve) => { queueMicrotask(() => { requestAnimationFrame(resolve); }); });
        clicks.push(chosen.textContent === old ? Number.POSITIVE_INFINITY : performance.now() - began);
        await new Promise((resolve) => { setTimeout(resolve, 50); });
      }
      // The smallest of six: other programs may be at work on the machine.
      return { hovers, click: Math.min(...clicks) };
    });
    const worst = await shortest(1, async () => {
      const { hovers, click } = await measure();
      const sorted = hovers.toSorted((a, b) => a - b);
      console.warn(`hover: ${(sorted[15] ?? sorted[0]!).toFixed(1)} ms in the middle, ${sorted.at(-1)!.toFixed(1)} ms at most; click on a band: ${click.toFixed(0)} ms`);
      return Math.max((sorted[15] ?? sorted[0]!) / 16, click / 100);
    });
    expect(worst, 'times of a frame, or of 100 ms').toBeLessThan(1);
  });

  test('while a run uses every core, hovers, clicks and searches are answered within 100 ms', async () => {
    const crystal = (await host.call('materials.addExample', { example: 'mgo' })).id;
    const { id } = await host.call('runs.start', { wish: { material: crystal, potential: 'mgo-lewis-catlow', properties: ['phonons', 'expansion'], accuracy: 'strict', settings: {} }, title: 'Uses every core' });
    const { page } = await browser.open(host, `/runs/${finished}/results`);
    await page.locator('.bands').scrollIntoViewIfNeeded();
    await page.waitForSelector('.bands .chart svg');
    await expect.poll(async () => (await host.call('runs.get', { id })).summary.progress?.stage, { timeout: 20_000 }).toBe('Displacements');
    const measure = (): Promise<Record<'hover' | 'click' | 'toggle', number[]>> => page.evaluate(async () => {
      /** Until the frame that shows it has been drawn. */
      const frame = (): Promise<unknown> => new Promise((resolve) => { requestAnimationFrame(() => { setTimeout(resolve, 0); }); });
      /** Until all is handed to the frame. Crystals are drawn by the processor where there is no graphics card, which takes longer than everything else. */
      const answer = (): Promise<unknown> => new Promise((resolve) => { queueMicrotask(() => { requestAnimationFrame(resolve); }); });
      const target = document.querySelector('.bands .chart svg')!.parentElement!;
      const fire = (type: string, x: number): void => {
        const box = target.getBoundingClientRect();
        target.dispatchEvent(new MouseEvent(type, { clientX: box.left + x * box.width, clientY: box.top + 0.3 * box.height, bubbles: true, view: window }));
      };
      const timed = async (count: number, work: (k: number) => void, shown: () => Promise<unknown> = frame): Promise<number[]> => {
        const times: number[] = [];
        for (let k = 0; k < count; k++) {
          const began = performance.now();
          work(k);
          await shown();
          times.push(performance.now() - began);
          await new Promise((resolve) => { setTimeout(resolve, 20); });
        }
        return times.sort((a, b) => a - b);
      };
      const hover = await timed(25, (k) => { fire('mousemove', 0.15 + 0.02 * k); });
      const click = await timed(11, (k) => { for (const type of ['mousemove', 'mousedown', 'mouseup', 'click']) fire(type, 0.15 + 0.04 * k); }, answer);
      const table = document.querySelector<HTMLButtonElement>('.bands .tools button')!;
      const toggle = await timed(6, () => { table.click(); });
      return { hover, click, toggle };
    });
    const said = (name: string, times: readonly number[]): string => `${name} ${times[0]!.toFixed(0)} to ${times.at(-1)!.toFixed(0)}, in the middle ${times[Math.floor(times.length / 2)]!.toFixed(0)} ms`;
    // The smallest of each: other programs may be at work on the machine, too.
    const worst = await shortest(100, async () => {
      const { hover, click, toggle } = await measure();
      const calls: number[] = [];
      for (let k = 0; k < 15; k++) {
        const began = performance.now();
        await host.call('runs.search', { ...everyRun, text: 'silicon' });
        calls.push(performance.now() - began);
      }
      calls.sort((a, b) => a - b);
      console.warn(`while a run uses every core: ${[said('hover', hover), said('click on a band', click), said('table', toggle), said('search', calls)].join('; ')}`);
      return Math.max(...[hover, click, toggle, calls].map(([least]) => least!));
    }, 8_000);
    expect(await state(id)).toBe('running');
    await host.call('runs.command', { id, command: 'discard' });
    expect(worst).toBeLessThan(100);
  });
});
