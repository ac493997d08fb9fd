/** A real run of magnesium oxide and its report, in Chromium, from a file, without any network. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { unzipSync, strFromU8 } from 'fflate';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csvFields } from '../../core/contracts/table.ts';
import { reportDocument } from '../../core/contracts/report.ts';
import { reportSize } from '../../core/report/document.ts';
import { result as resultSchema, type Result } from '../../core/contracts/results.ts';
import { findBrowser } from '../../electron/services/browser.ts';
import { reportTemplate } from '../../electron/services/layout.ts';
import { phonolite, program, type Ended } from '../electron/command-line.ts';
import { describeWith } from '../shared.ts';
import { shortest } from '../shortest.ts';
import { poorContrast, poorStructure } from './contrast.ts';
import { readPdf } from './pdf-text.ts';

const executable = findBrowser();
const folder = mkdtempSync(join(tmpdir(), 'phonolite-journey-'));
const run = join(folder, 'run');
const html = join(folder, 'report.html');
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let made: Ended;
let report: Ended;
let result: Result;
async function compute(): Promise<void> {
  const properties = ['relaxation', 'eos', 'elasticity', 'phonons', 'expansion'].flatMap((name) => ['--property', name]);
  made = await phonolite(['run', 'mgo', '--potential', 'mgo-lewis-catlow', ...properties, '--accuracy', 'quick', '--out', run]);
  report = await phonolite(['report', run, '--format', 'html', '--out', html]);
  result = resultSchema.parse(JSON.parse(readFileSync(join(run, 'result.json'), 'utf8')));
}

describeWith(existsSync(program) && executable !== null, 'out/ is not built or there is no Chromium', 'a report', () => {
  let browser: Browser;
  const problems: string[] = [];
  const requests: string[] = [];

  /** A page whose complaints and requests are kept. */
  async function open(colorScheme: 'light' | 'dark', more: { reducedMotion?: 'reduce' | 'no-preference'; hash?: string; file?: string } = {}): Promise<{ page: Page; context: BrowserContext }> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme, reducedMotion: more.reducedMotion ?? 'no-preference', acceptDownloads: true });
    const page = await context.newPage();
    page.on('console', (said) => {
      if (said.type() === 'error') problems.push(said.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!/^(file|data|blob):/.test(request.url())) requests.push(request.url());
    });
    await page.goto(`${pathToFileURL(more.file ?? html).href}${more.hash ?? ''}`);
    await page.waitForSelector('h1');
    return { page, context };
  }
  /** Scrolls to every figure and waits until it is drawn: charts and crystals are made when they come near the screen. */
  const readThrough = (page: Page): Promise<number> =>
    page.evaluate(async () => {
      const figures = [...document.querySelectorAll('.chart, .stage-host')];
      for (const figure of figures) {
        figure.scrollIntoView({ behavior: 'instant', block: 'center' });
        while (!figure.querySelector('svg, canvas')) await new Promise((resolve) => { setTimeout(resolve, 10); });
      }
      return figures.length;
    });

  beforeAll(async () => {
    await compute();
    browser = await chromium.launch({ executablePath: executable!, args: ['--no-sandbox'] });
  }, 300_000);
  afterAll(async () => {
    await browser.close();
  });

  test('is one file below 5 MB that follows its schema', () => {
    expect(made.stderr).not.toContain('Error');
    expect(report).toMatchObject({ status: 0 });
    // DESIGN §7: the budget of a report. How soon it is written is measured with the other budgets.
    expect(statSync(html).size).toBeLessThan(5e6);
    expect(statSync(reportTemplate).size).toBeLessThan(reportSize.page);
    const block = /<script type="application\/json" id="phonolite-document">(.*?)<\/script>/s.exec(readFileSync(html, 'utf8'))![1]!;
    const document = reportDocument.parse(JSON.parse(block));
    expect(document.recipe).toBe(result.provenance.command);
    expect(document.modes?.points.length).toBeGreaterThan(0);
  });

  test('opens from a file with every section, asks no network, and complains about nothing', async () => {
    const { page, context } = await open('light');
    expect(await readThrough(page)).toBeGreaterThan(20);
    expect(await page.title()).toBe('MgO: equation of state, elastic constants, phonons and thermal expansion');
    expect(await page.locator('main > section').evaluateAll((sections) => sections.map(({ id }) => id))).toEqual(
      ['overview', 'relaxation', 'eos', 'elasticity', 'phonons', 'expansion', 'checks', 'method', 'limits', 'references', 'provenance'],
    );
    expect(await page.locator('canvas').count()).toBe(3);
    expect(problems).toEqual([]);
    expect(requests).toEqual([]);
    await context.close();
  });

  test('opens with the verdict of the whole and of each property, before any number', async () => {
    const { page, context } = await open('light');
    const words = await page.locator('#overview').innerText();
    const states = (['relaxation', 'eos', 'elasticity', 'phonons', 'expansion'] as const).map((property) => result[property]!.verdict);
    expect(words.indexOf(states.some(({ state }) => state === 'unreliable') ? 'Do not use' : states.some(({ state }) => state === 'caution') ? 'Use with care' : 'Ready to use')).toBeGreaterThan(0);
    for (const { message } of states) expect(words).toContain(message.sentence);
    expect(words.indexOf('GPa\n')).toBeGreaterThan(words.indexOf(states.at(-1)!.message.sentence));
    for (const id of ['relaxation', 'eos', 'elasticity', 'phonons', 'expansion'] as const) {
      expect((await page.locator(`#${id} .section-head`).innerText()).replace(/\s+/g, ' ')).toContain(result[id]!.verdict.message.sentence);
    }
    await context.close();
  });

  test('shows the numbers of the result with unit and basis, in the unit and per the count that is chosen', async () => {
    const { page, context } = await open('light');
    const energy = page.locator('#relaxation .facts > div', { hasText: /^Energy/ }).locator('dd');
    const perCell = result.relaxation!.energy.value as number;
    expect(await energy.innerText()).toBe(`−${String(Number(Math.abs(perCell).toPrecision(6)))} eV per cell`);
    await page.locator('.side label', { hasText: 'atom' }).click();
    expect(await energy.innerText()).toBe(`−${String(Number(Math.abs(perCell / 2).toPrecision(6)))} eV per atom`);
    const transverse = (result.phonons!.gamma.frequencies.value as number[])[5]!;
    const gamma = page.locator('#phonons table', { hasText: 'macroscopic' }).locator('tbody tr').last().locator('td').first();
    expect(await gamma.innerText()).toBe(transverse.toFixed(4));
    await page.locator('.side label', { hasText: 'cm⁻¹' }).click();
    expect(await gamma.innerText()).toBe((transverse * 33.35640951981521).toFixed(2));
    const c11 = (result.elasticity!.stiffness.value as number[][])[0]![0]!;
    expect(await page.locator('#elasticity .tensor td').first().innerText()).toBe(c11.toFixed(2));
    await context.close();
  });

  describe('the moving crystal', () => {
    let page: Page;
    let context: BrowserContext;
    /** What the reader sees of the crystal: its pixels. */
    const pixels = (): Promise<string> => page.locator('.mode-card canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const reading = (): Promise<string> => page.locator('.bands p[aria-live]').innerText();
    beforeAll(async () => {
      // With reduced motion nothing moves by itself, so that every change is an answer.
      ({ page, context } = await open('light', { reducedMotion: 'reduce' }));
      await page.evaluate(() => { document.getElementById('phonons')?.scrollIntoView({ behavior: 'instant' }); });
      await page.waitForSelector('.mode-card canvas');
      await page.waitForSelector('.bands .chart svg');
      await page.waitForTimeout(300);
    });
    afterAll(async () => {
      await context.close();
    });

    test('stays still for those who asked for less motion', async () => {
      const before = await pixels();
      await page.waitForTimeout(200);
      expect(await pixels()).toBe(before);
      expect(await page.locator('.mode-card .play').innerText()).toBe('Play');
    });

    test('a click on a band chooses that wave vector and mode, and moves the atoms within 100 ms', async () => {
      const before = await pixels();
      const said = await reading();
      const box = (await page.locator('.bands .chart').boundingBox())!;
      // Inside the plot: a third along the path, near the top, where the longitudinal optical branch is alone.
      const place = { x: box.x + box.width * 0.3, y: box.y + box.height * 0.15 };
      const click = (at: { x: number; y: number }): Promise<number> => page.evaluate(async ({ x, y }) => {
        const target = document.querySelector('.bands .chart svg')!.parentElement!;
        const canvas = document.querySelector<HTMLCanvasElement>('.mode-card canvas')!;
        const readout = document.querySelector('.bands p[aria-live]')!;
        const old = readout.textContent;
        const box_ = target.getBoundingClientRect();
        const event = (type: string): MouseEvent => new MouseEvent(type, { clientX: x, clientY: y, bubbles: true, view: window, offsetX: x - box_.left } as MouseEventInit);
        const began = performance.now();
        for (const type of ['mousemove', 'mousedown', 'mouseup', 'click']) target.dispatchEvent(event(type));
        // The next frame shows the answer; reading the text makes sure that it is there.
        await new Promise((resolve) => { queueMicrotask(() => { requestAnimationFrame(resolve); }); });
        const answered = readout.textContent !== old && canvas.width > 0;
        return answered ? performance.now() - began : Number.POSITIVE_INFINITY;
      }, at);
      const elapsed = await shortest(100, async () => {
        await click({ x: box.x + box.width * 0.6, y: box.y + box.height * 0.8 });
        return click(place);
      });
      expect(await reading()).not.toBe(said);
      expect(await reading()).toMatch(/mode 6: \d/);
      expect(await pixels()).not.toBe(before);
      expect(elapsed).toBeLessThan(100);
    });

    test('arrow keys walk along the band and between modes; space plays', async () => {
      await page.locator('.bands .chart').focus();
      const [first, still] = [await reading(), await pixels()];
      await page.keyboard.press('ArrowDown');
      const lower = await reading();
      expect(lower).toMatch(/mode 5:/);
      await page.keyboard.press('ArrowRight');
      expect(await reading()).not.toBe(lower);
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowUp');
      expect(await reading()).toBe(first);
      expect(await pixels()).toBe(still);
      await page.keyboard.press(' ');
      expect(await page.locator('.mode-card .play').innerText()).toBe('Pause');
      await expect.poll(pixels).not.toBe(still);
      await page.keyboard.press(' ');
    });

    test('the crystal turns by the keyboard', async () => {
      await page.locator('.mode-card .stage-host').focus();
      const before = await pixels();
      await page.keyboard.press('ArrowRight');
      const turned = await pixels();
      expect(turned).not.toBe(before);
      await page.keyboard.press('0');
      expect(await pixels()).toBe(before);
    });
  });

  test('every figure gives its table, its CSV and its SVG', async () => {
    const { page, context } = await open('dark');
    await readThrough(page);
    const figures = page.locator('figure.chart-card');
    expect(await figures.count()).toBeGreaterThan(15);
    const bands = page.locator('figure.bands');
    await bands.getByRole('button', { name: 'Table' }).click();
    expect(await bands.locator('tbody tr').count()).toBeGreaterThan(100);
    const saved = async (name: string): Promise<string> => {
      const [download] = await Promise.all([page.waitForEvent('download'), bands.getByRole('button', { name }).click()]);
      const path = join(folder, download.suggestedFilename());
      await download.saveAs(path);
      return readFileSync(path, 'utf8');
    };
    const lines = csvFields(await saved('CSV'));
    expect(lines[0]).toEqual(expect.arrayContaining(['Distance (rad/Å)', 'Mode 6 (THz)']));
    const frequencies = (result.phonons!.bands.frequencies.value as number[][][]).flat();
    expect(lines).toHaveLength(1 + frequencies.length);
    // The report keeps ten significant digits.
    expect(Number(lines[20]!.at(-1))).toBeCloseTo(frequencies[19]!.at(-1)!, 8);
    const svg = await saved('SVG');
    expect(svg).toMatch(/^<svg[^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    // Print colours, whatever the theme of the page.
    expect(svg).toContain('#0b62a4');
    await context.close();
  });

  test('measured points of the reader lie over the curve, and a bad file is refused in a sentence', async () => {
    const { page, context } = await open('light');
    await page.evaluate(() => { document.getElementById('expansion')?.scrollIntoView({ behavior: 'instant' }); });
    const input = page.locator('input[type=file]');
    // Bundled measurements of this crystal stand there already.
    const bundled = await page.locator('.add-data li').count();
    expect(bundled).toBeGreaterThan(1);
    const bad = join(folder, 'bad.csv');
    writeFileSync(bad, '# property: alphaLinear\ntemperature (K),alpha (1e-6/K)\n300,ten\n');
    await input.setInputFiles(bad);
    expect(await page.locator('.problem').innerText()).toBe('bad.csv, line 3, column 2: "ten" is not a number. Use a point for decimals, and separate the columns by commas, semicolons or tabs.');
    const good = join(folder, 'good.csv');
    writeFileSync(good, '# property: alphaLinear\n# label: <img src=x onerror=alert(1)> & Co\n# source: a test\ntemperature (K),alpha (1e-6/K),uncertainty (1e-6/K)\n300,10.4,0.3\n600,12,0.3\n');
    await input.setInputFiles(good);
    await page.waitForTimeout(300);
    expect(await page.locator('.problem').count()).toBe(0);
    const figure = page.locator('#expansion figure').first();
    expect(await figure.locator('svg').textContent()).toContain('<img src=x onerror=alert(1)> & Co');
    await figure.getByRole('button', { name: 'Table' }).click();
    expect(await figure.locator('table').innerText()).toContain('10.4');
    // The tooltip shows the label as text, too.
    await figure.getByRole('button', { name: 'Table' }).click();
    const box = (await figure.locator('.chart').boundingBox())!;
    for (let x = 0.2; x < 0.9; x += 0.1) await page.mouse.move(box.x + box.width * x, box.y + box.height / 2);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('.add-data li').count()).toBe(bundled + 1);
    await page.getByRole('button', { name: /^Remove/ }).click();
    expect(await page.locator('.add-data li').count()).toBe(bundled);
    expect(problems).toEqual([]);
    await context.close();
  });

  test('text can be read and every part has a name, in light and in dark, whatever the system says', async () => {
    const { page, context } = await open('light');
    await readThrough(page);
    expect(await page.evaluate(poorContrast)).toEqual([]);
    expect(await page.evaluate(poorStructure)).toEqual([]);
    const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.locator('.side label', { hasText: 'Dark' }).click();
    const dark = await background();
    expect(dark).not.toBe(light);
    expect(await page.evaluate(poorContrast)).toEqual([]);
    await page.locator('.side label', { hasText: 'System' }).click();
    expect(await background()).toBe(light);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(background).toBe(dark);
    await context.close();
  });

  test('at 200 % text nothing is lost sideways, and a keyboard finds its way', async () => {
    const { page, context } = await open('light');
    // Half the width is what a reader at 200 % has left of 1280 pixels.
    await page.setViewportSize({ width: 640, height: 800 });
    await readThrough(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
    expect(outline).not.toBe('none');
    await page.keyboard.press('?');
    expect(await page.locator('dialog[open]').count()).toBe(1);
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await context.close();
  });

  test('prints a PDF that opens with the verdict and carries its origin on every page', async () => {
    const pdf = join(folder, 'report.pdf');
    const printed = await phonolite(['report', run, '--format', 'pdf', '--out', pdf]);
    expect(printed).toMatchObject({ status: 0, stderr: '' });
    const { pages, text } = readPdf(readFileSync(pdf));
    expect(pages).toBeGreaterThan(8);
    expect(statSync(pdf).size).toBeLessThan(5e6);
    for (const property of ['relaxation', 'eos', 'elasticity', 'phonons', 'expansion'] as const) expect(text).toContain(result[property]!.verdict.message.sentence.replace(/\s/g, ''));
    const foot = `structure${result.provenance.structureHash.replace(/^sha256:/, '').slice(0, 12)}`;
    expect(text.split(foot).length - 1).toBe(pages);
  });

  test('the tables come as one zip archive', async () => {
    const path = join(folder, 'tables.zip');
    expect(await phonolite(['report', run, '--format', 'csv', '--out', path])).toMatchObject({ status: 0 });
    const files = unzipSync(readFileSync(path));
    const stiffness = csvFields(strFromU8(files['elasticity-stiffness.csv']!));
    expect(stiffness[0]?.slice(0, 7)).toEqual(['row', ...['11', '22', '33', '23', '13', '12'].map((name) => `${name} (GPa)`)]);
    expect(Number(stiffness[1]![1])).toBe((result.elasticity!.stiffness.value as number[][])[0]![0]);
  });

  test('what is missing or broken is one sentence and status 2', async () => {
    const nothing = join(folder, 'nothing');
    expect(await phonolite(['report', nothing, '--format', 'html', '--out', join(folder, 'x.html')])).toMatchObject({ status: 2 });
    const without = await phonolite(['report', run, '--format', 'pdf', '--out', join(folder, 'x.pdf')], '', undefined, { PHONOLITE_CHROMIUM: '/nowhere' });
    expect(without.status).toBe(2);
    expect(without.stderr).toContain('A PDF is printed by Chromium or Chrome, and none was found (looked for /nowhere).');
    expect(existsSync(join(folder, 'x.pdf'))).toBe(false);
  });
});
