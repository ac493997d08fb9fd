/** Runs in the window: watched while they are computed, read, written down, compared; by mouse and by keyboard alone. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csvFields } from '../../core/contracts/table.ts';
import { reportDocument } from '../../core/contracts/report.ts';
import type { RunSummary } from '../../core/contracts/service.ts';
import { findBrowser } from '../../electron/services/browser.ts';
import { everyRun } from '../../renderer/stores/runs.ts';
import { program } from '../electron/command-line.ts';
import { resultIn, temporaryFolder } from '../electron/silicon.ts';
import { describeWith } from '../shared.ts';
import { axeFindings } from './accessibility.ts';
import { drop, tabTo } from './person.ts';
import { openBrowser, startHost, type Host, type TestBrowser } from './window.ts';

/** On a machine that does other work, too. */
const poll = <T>(ask: () => T | Promise<T>): ReturnType<typeof expect.poll<T>> => expect.poll(ask, { timeout: 20_000 });
const place = temporaryFolder();
afterAll(() => { place.remove(); });

describeWith(existsSync(program) && findBrowser() !== null, 'out/ is not built or there is no Chromium', 'runs in the window', () => {
  let host: Host;
  let browser: TestBrowser;
  let silicon = '', stillinger = '', tersoff = '', unstable = '';
  const folderOf = (id: string): string => join(host.home, 'Phonolite', 'runs', id);
  const state = async (id: string): Promise<RunSummary['state']> => (await host.call('runs.get', { id })).summary.state;
  async function finished(id: string): Promise<void> {
    while ((await state(id)) !== 'done') await new Promise((resolve) => { setTimeout(resolve, 100); });
  }

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), openBrowser()]);
    silicon = (await host.call('materials.addExample', { example: 'silicon' })).id;
    const settings = { 'phonons.bandPoints': '15', 'phonons.dosMesh': '15', 'phonons.thermalMesh': '16', 'eos.points': '7', 'temperature.step': '50', 'temperature.maximum': '600' };
    const start = async (potential: string, properties: ('eos' | 'elasticity' | 'phonons' | 'expansion')[], title: string, material = silicon): Promise<string> =>
      (await host.call('runs.start', { wish: { material, potential, properties, accuracy: 'quick', settings }, title })).id;
    const cubic = await host.call('materials.import', { file: { name: 'argon.vasp', bytes: new TextEncoder().encode('argon\n1\n3.7 0 0\n0 3.7 0\n0 0 3.7\nAr\n1\nDirect\n0 0 0\n') }, frame: 1, tolerance: 1e-4, name: 'Argon, simple cubic' });
    stillinger = await start('si-stillinger-weber', ['eos', 'elasticity', 'phonons', 'expansion'], 'Silicon by Stillinger and Weber');
    tersoff = await start('si-tersoff', ['elasticity', 'phonons'], 'Silicon by Tersoff');
    unstable = await start('ar-lennard-jones', ['phonons'], 'Unstable argon', cubic.id);
    for (const id of [stillinger, tersoff, unstable]) await finished(id);
  }, 300_000);
  afterAll(async () => {
    await browser.close();
    await host.stop();
  });

  async function saved(page: Page, press: () => Promise<void>): Promise<{ name: string; path: string }> {
    const [download] = await Promise.all([page.waitForEvent('download', { timeout: 60_000 }), press()]);
    const name = download.suggestedFilename();
    const path = join(place.path, name);
    await download.saveAs(path);
    return { name, path };
  }
  /** What has just been announced. */
  const notice = (page: Page, text: string | RegExp): Promise<void> => page.locator('.notice', { hasText: text }).first().waitFor();

  describe('the monitor', () => {
    test('shows stages, time, live figures and a journal while it computes, obeys, and goes on to the results by itself', async () => {
      const { id } = await host.call('runs.start', { wish: { material: silicon, potential: 'si-stillinger-weber', properties: ['eos', 'elasticity', 'phonons', 'expansion'], accuracy: 'quick', settings: {} }, title: 'Watched' });
      const { page, problems } = await browser.open(host, `/runs/${id}`);
      await page.getByRole('button', { name: 'Pause' }).click();
      await poll(() => state(id)).toBe('paused');
      await page.getByText('Paused. Nothing is handed out').waitFor();
      // The clock stands still, and so does the work.
      const elapsed = await page.locator('.clock').innerText();
      expect(elapsed).toMatch(/^\d\d:\d\d$/);
      await page.waitForTimeout(1200);
      expect(await page.locator('.clock').innerText()).toBe(elapsed);
      expect(await page.locator('.run-steps > li').evaluateAll((items) => items.map((item) => item.textContent.trim().split(/\s{2,}|(?=waits|at work|Good|Caution)/)[0]!.trim()))).toEqual(['Relaxation', 'Equation of state', 'Elastic constants', 'Phonons', 'Thermal expansion']);
      await page.getByRole('button', { name: 'Resume' }).click();
      await page.locator('figure.chart-card h3', { hasText: 'Forces and stress while relaxing' }).waitFor();
      await page.locator('figure.chart-card h3', { hasText: 'Energy against volume (equation of state)' }).waitFor();
      await poll(() => page.locator('.journal').innerText()).toContain('Bulk modulus');
      // The log holds what the file holds.
      await page.getByText('Show the log').click();
      await poll(() => page.locator('.log pre').innerText()).toContain('"type":"sample"');
      await page.waitForURL(/\/results$/, { timeout: 100_000 });
      await notice(page, 'Watched is finished. These are its results.');
      await page.locator('.results-body h1').waitFor();
      expect(await page.title()).toBe('Watched · Phonolite');
      // And back: the monitor of a finished run still tells how it went.
      await page.getByRole('link', { name: 'Monitor' }).click();
      await page.getByText('Done. The results are ready.').waitFor();
      expect(await page.locator('.run-steps .verdict-mark').count()).toBe(5);
      expect(problems).toEqual([]);
    });

    test('says that a run was interrupted, and resumes it; a discarded one asks first, with the safe answer ready, and can be taken back', async () => {
      const { id } = await host.call('runs.start', { wish: { material: silicon, potential: 'si-tersoff', properties: ['phonons', 'expansion'], accuracy: 'quick', settings: {} }, title: 'Interrupted' });
      const { page, problems } = await browser.open(host, `/runs/${id}`);
      await page.locator('.run-steps .working').waitFor();
      const { pid } = JSON.parse(readFileSync(join(folderOf(id), '.lock'), 'utf8')) as { pid: number };
      process.kill(pid, 'SIGKILL');
      await page.getByText('Interrupted. What is finished is kept').waitFor();
      expect(await page.locator('.monitor .callout').innerText()).toContain('The compute process ended before the run was finished (SIGKILL)');
      await page.locator('.monitor').getByRole('button', { name: 'Resume' }).click();
      await poll(() => state(id)).toBe('running');

      await page.getByRole('button', { name: 'Discard…' }).click();
      const dialog = page.getByRole('alertdialog');
      await dialog.waitFor();
      await poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Keep it running');
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      expect(await state(id)).toMatch(/running|done/);
      await page.getByRole('button', { name: 'Discard…' }).click();
      await dialog.getByRole('button', { name: 'Discard', exact: true }).click();
      await notice(page, 'Interrupted is in the trash.');
      await page.waitForURL(/\/runs$/);
      await page.locator('.notice').getByRole('button', { name: 'Undo' }).click();
      await notice(page, 'Interrupted is back.');
      expect(await state(id)).toBe('stopped');
      await host.call('runs.remove', { id });
      expect(problems).toEqual([]);
    });
  });

  describe('the results', () => {
    test('stand there with contents, verdicts, units from the settings, and where they come from', async () => {
      const { page, problems } = await browser.open(host, `/runs/${stillinger}/monitor`);
      await page.locator('.monitor').waitFor();
      await page.getByRole('link', { name: 'Results', exact: true }).click();
      await page.locator('.results-body h1').waitFor();
      const contents = page.getByRole('navigation', { name: 'Contents' });
      expect(await contents.locator('a').evaluateAll((links) => links.map((link) => link.firstElementChild!.textContent))).toEqual(
        ['Overview', 'Relaxation', 'Equation of state', 'Elasticity', 'Phonons', 'Thermal expansion', 'Checks', 'Method', 'Limits', 'References', 'Provenance'],
      );
      expect(await contents.locator('.verdict-mark').count()).toBe(5);
      await contents.getByRole('link', { name: /^Phonons/ }).click();
      await poll(() => contents.locator('[aria-current]').innerText()).toContain('Phonons');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('phonons');
      // Links of the sections among each other stay here, too.
      await page.locator('.verdicts a[href="#elasticity"]').click();
      expect(page.url()).toMatch(/\/results$/);
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('elasticity');

      const result = resultIn(folderOf(stillinger));
      const gamma = page.locator('#phonons table', { hasText: 'Mode' }).first().locator('tbody tr').last().locator('td').first();
      const highest = (result.phonons!.gamma.frequencies.value as number[])[5]!;
      expect(await gamma.innerText()).toBe(highest.toFixed(4));
      await page.locator('.results-tools label', { hasText: 'meV' }).click();
      await poll(() => gamma.innerText()).toBe((highest * 4.135667696).toFixed(3));
      expect((await host.call('application.state', {})).settings.frequency).toBe('meV');
      await page.locator('.results-tools label', { hasText: 'THz' }).click();
      await poll(async () => (await host.call('application.state', {})).settings.frequency).toBe('THz');

      const inspector = page.locator('#inspector');
      for (const said of ['Silicon, Stillinger-Weber 1985', 'phonons.bandPoints', result.provenance.structureHash, result.provenance.potentialHash, folderOf(stillinger), result.provenance.v8, 'phonolite run']) expect(await inspector.innerText()).toContain(said);
      const tables = await saved(page, () => page.getByRole('button', { name: 'Save all tables (CSV)' }).click());
      expect(Object.keys(unzipSync(readFileSync(tables.path)))).toContain('elasticity-stiffness.csv');
      expect(problems).toEqual([]);
    });

    test('take measured points by chooser and by drop, keep them in the project, and give them back after undo', async () => {
      const { page, problems } = await browser.open(host, `/runs/${stillinger}/results`);
      const lines = page.locator('.add-data li');
      await lines.first().waitFor();
      const bundled = await lines.count();
      const csv = '# property: alphaLinear\n# label: Chosen <b>1984</b>\n# source: A paper\n# licence: CC0\ntemperature (K),alpha (1e-6/K)\n300,2.6\n';
      await page.locator('.add-data input[type=file]').setInputFiles({ name: 'chosen.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
      await notice(page, 'Chosen <b>1984</b> is kept in the project');
      const line = lines.filter({ hasText: 'Chosen' });
      expect((await line.innerText()).replace(/\s+/g, ' ')).toBe('Chosen <b>1984</b> (linear thermal expansion): A paper · CC0Remove');
      // Dropped anywhere on the page, not only on the card.
      await drop(page, '#overview', [{ name: 'dropped.csv', text: csv.replace('Chosen <b>1984</b>', 'Dropped 1999') }]);
      await notice(page, 'Dropped 1999 is kept in the project');
      expect(await lines.count()).toBe(bundled + 2);
      await page.locator('.add-data input[type=file]').setInputFiles({ name: 'bad.csv', mimeType: 'text/csv', buffer: Buffer.from('# property: alphaLinear\ntemperature (K),alpha (miles)\n300,1\n') });
      expect(await page.locator('.add-data .problem').innerText()).toContain('bad.csv, line 2, column 2: the unit "miles" is not known here');
      await line.getByRole('button', { name: 'Remove Chosen' }).click();
      await notice(page, 'Chosen <b>1984</b> is in the trash.');
      expect(await lines.count()).toBe(bundled + 1);
      await page.locator('.notice', { hasText: 'in the trash' }).getByRole('button', { name: 'Undo' }).click();
      await poll(() => lines.count()).toBe(bundled + 2);
      await page.reload();
      await poll(() => page.locator('.add-data li').count()).toBe(bundled + 2);
      await page.locator('.add-data li', { hasText: 'Chosen' }).getByRole('button').waitFor();
      expect(problems).toEqual([]);
      for (const { id } of await host.call('measurements.list', { run: stillinger })) await host.call('measurements.remove', { run: stillinger, id });
    });

    test('an instability is followed into a new material and a new calculation', async () => {
      const { page } = await browser.open(host, `/runs/${unstable}`);
      await page.getByText('An imaginary mode lowers the energy').waitFor();
      const buttons = page.getByRole('button', { name: /^Follow this mode/ });
      expect(await buttons.count()).toBe(3);
      await buttons.nth(1).click();
      await page.waitForURL(/\/new\?material=.*&potential=ar-lennard-jones/);
      const id = new URL(page.url()).searchParams.get('material')!;
      expect(await host.call('materials.get', { id })).toMatchObject({ atoms: 2, origin: { kind: 'mode', run: unstable } });
    });
  });

  test('the report is previewed as paper, leaves out what was chosen and says so, and is saved in every form', async () => {
    const { page, problems } = await browser.open(host, `/runs/${stillinger}`);
    await page.getByRole('link', { name: 'Report' }).click();
    const paper = page.locator('.paper');
    await paper.locator('h1').waitFor();
    // Paper is white with still figures, whatever the theme, and nothing of it is a control.
    // The paper is set anew where its document is read again: what was looked at may have been replaced.
    await poll(() => paper.evaluate((element) => getComputedStyle(element).backgroundColor)).toBe('rgb(255, 255, 255)');
    await poll(() => paper.locator('#relaxation').evaluate((section) => {
      section.scrollIntoView();
      return section.closest('.paper')!.querySelectorAll('.chart-still svg').length;
    })).toBeGreaterThan(0);
    expect(await paper.locator('.chart-live').first().isVisible()).toBe(false);
    expect(await paper.locator('.paper-foot').innerText()).toContain('Recreate: phonolite run');
    for (const name of ['Relaxation', 'Provenance']) await page.locator('.sections-choice label', { hasText: name }).click();
    await poll(() => paper.locator('.left-out').allInnerTexts().then((texts) => texts.join())).toBe('Left out by whoever made this report: Relaxation and Provenance. The verdicts above count all checks.');
    expect(await paper.locator('#relaxation').count()).toBe(0);

    const card = (name: string): ReturnType<Page['locator']> => page.locator('.format', { hasText: name });
    await poll(() => card('Interactive page').innerText()).toMatch(/Size: \d+(\.\d+)? (kB|MB)/);
    const html = await saved(page, () => card('Interactive page').getByRole('button').click());
    expect(html.name).toBe(`${stillinger}.html`);
    const block = /<script type="application\/json" id="phonolite-document">(.*?)<\/script>/s.exec(readFileSync(html.path, 'utf8'))![1]!;
    expect(reportDocument.parse(JSON.parse(block)).sections).toEqual(['eos', 'elasticity', 'phonons', 'expansion', 'checks', 'method', 'limits', 'references']);
    await notice(page, `${stillinger}.html is saved.`);
    const tables = unzipSync(readFileSync((await saved(page, () => card('Tables').getByRole('button').click())).path));
    expect(csvFields(strFromU8(tables['relaxation.csv'] ?? tables['relaxation-lattice.csv'] ?? Object.values(tables)[0]!)).length).toBeGreaterThan(1);
    const recipe = unzipSync(readFileSync((await saved(page, () => card('Recipe').getByRole('button').click())).path));
    expect(Object.keys(recipe)).toEqual(expect.arrayContaining(['README.txt', 'recipe.json', 'structure.extxyz']));
    const pdf = await saved(page, () => card('Document').getByRole('button').click());
    expect(readFileSync(pdf.path).subarray(0, 5).toString()).toBe('%PDF-');
    await poll(() => card('Document').innerText()).toMatch(/Size: \d+(\.\d+)? (kB|MB)/);
    expect(problems).toEqual([]);
  });

  describe('comparing', () => {
    test('two runs: one sentence, what differs, numbers, bands, tensors; swapped and chosen anew', async () => {
      const { page, problems } = await browser.open(host, `/compare?runs=${stillinger},${tersoff}`);
      await page.locator('.compare-conclusion p').waitFor();
      expect(await page.locator('.compare-conclusion').innerText()).toMatch(/^B against A: optical modes are \d+\.\d % softer \(root mean square of all modes 0\.\d+ THz\) and the bulk modulus changes by −\d\.\d+ GPa \(−\d\.\d %, no uncertainty is known\)\.$/);
      const differences = page.getByRole('region', { name: 'What differs' });
      expect(await differences.innerText()).toContain('same structure, same settings');
      expect(await differences.locator('tbody tr').count()).toBe(1);
      const [a, b] = [stillinger, tersoff].map((id) => (resultIn(folderOf(id)).elasticity!.stiffness.value as number[][])[0]![0]!) as [number, number];
      const tensor = page.getByRole('region', { name: 'Elastic constants of B against A' });
      const cells = await tensor.locator('tbody tr').first().locator('th, td').allInnerTexts();
      expect(cells[0]?.replace(/\s+/g, ' ')).toBe('C11 = C22 = C33');
      expect(Number(cells[3]!.replace('−', '-'))).toBeCloseTo(b - a, 2);
      expect(await tensor.innerText()).toContain('Errors of an evaluation say how exactly each potential was evaluated, not how well it describes the crystal.');
      expect(await page.locator('figure', { hasText: 'Phonon bands' }).first().innerText()).toContain('All segments of the paths match.');
      await page.getByRole('button', { name: 'Swap the first two' }).click();
      await poll(() => page.locator('.compare-conclusion').innerText()).toMatch(/stiffer/);
      expect(page.url()).toContain(`runs=${tersoff},${stillinger}`);
      const csv = await saved(page, () => page.getByRole('button', { name: 'Save the numbers (CSV)' }).click());
      expect(csvFields(readFileSync(csv.path, 'utf8')).find(([name]) => name?.startsWith('C11'))?.slice(2, 4).map(Number)).toEqual([b, a]);

      // One crystal against quite another: nothing is compared that cannot be.
      await page.getByRole('button', { name: 'Choose another run instead of Silicon by Stillinger and Weber' }).click();
      await page.keyboard.type('argon');
      await page.locator('[role=option][data-highlighted]', { hasText: 'Unstable argon' }).waitFor();
      await page.keyboard.press('Enter');
      await poll(() => page.url()).toContain(unstable);
      await poll(() => page.getByRole('region', { name: 'What differs' }).innerText()).toContain('Ar, P m -3 m');
      await page.getByText('B has another number of modes').waitFor();
      expect(problems).toEqual([]);
    });

    test('asks for runs where there are none, and says why one cannot be compared', async () => {
      const { page } = await browser.open(host, '/compare?runs=nothing-here');
      expect(await page.getByRole('alert').innerText()).toContain('There is no run "nothing-here" in this project.');
      await page.getByRole('heading', { name: 'Choose two or more finished runs' }).waitFor();
    });
  });

  describe('the list', () => {
    test('is searched, narrowed and ordered, with everything in the address', async () => {
      const { page } = await browser.open(host, '/runs');
      const titles = (): Promise<string[]> => page.locator('.run-title').allInnerTexts();
      await poll(async () => (await titles()).length).toBeGreaterThanOrEqual(4);
      await page.getByLabel('Search runs').fill('tersoff phonons');
      await poll(titles).toEqual(['Silicon by Tersoff']);
      expect(page.url()).toContain('q=tersoff');
      await page.reload();
      await poll(titles).toEqual(['Silicon by Tersoff']);
      await page.getByLabel('Search runs').fill('');
      await page.getByLabel('Verdict').selectOption('unreliable');
      await poll(titles).toEqual(['Unstable argon']);
      expect(await page.locator('.run-row').innerText()).toMatch(/imaginary\s+−0\.\d+ THz/);
      await page.getByRole('button', { name: 'Show all' }).click();
      await page.getByLabel('Order').selectOption('title');
      await poll(async () => (await titles()).join()).toBe((await titles()).toSorted((a, b) => a.toLowerCase().localeCompare(b.toLowerCase())).join());
      await page.getByLabel('Search runs').fill('unobtainium');
      await page.getByRole('heading', { name: 'Nothing is called that' }).waitFor();
    });

    test('by keyboard alone: search, walk, select, compare, rename, throw away and take back', async () => {
      const { page, problems } = await browser.open(host, '/runs');
      await page.locator('.run-row').first().waitFor();
      const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.querySelector('.run-title')?.textContent ?? document.activeElement?.id ?? '');
      await tabTo(page, /Search runs/);
      await page.keyboard.type('silicon by');
      await poll(() => page.locator('.run-row').count()).toBe(2);
      await page.keyboard.press('ArrowDown');
      await poll(focused).toMatch(/^Silicon/);
      const first = await focused();
      await page.keyboard.press('x');
      await page.keyboard.press('End');
      await poll(focused).not.toBe(first);
      await page.keyboard.press('x');
      await page.getByText('2 runs selected').waitFor();
      await page.keyboard.press('F2');
      const input = page.getByRole('textbox', { name: 'Name' });
      await input.waitFor();
      await page.keyboard.press('Control+A');
      await page.keyboard.type('Silicon by another name');
      await page.keyboard.press('Enter');
      await notice(page, 'The run is called Silicon by another name now.');
      await poll(() => page.locator('.run-title').allInnerTexts()).toContain('Silicon by another name');
      const renamed = (await host.call('runs.search', { ...everyRun, text: 'another name' })).rows[0]!.id;
      await host.call('runs.rename', { id: renamed, title: renamed === tersoff ? 'Silicon by Tersoff' : 'Silicon by Stillinger and Weber' });

      await page.locator('.run-row').last().focus();
      await page.keyboard.press('Delete');
      await notice(page, 'is in the trash.');
      await poll(() => page.locator('.run-row').count()).toBe(1);
      // F8 leads to the notices.
      await page.keyboard.press('F8');
      await tabTo(page, /^ *Undo/);
      await page.keyboard.press('Enter');
      await poll(() => page.locator('.run-row').count()).toBe(2);
      // What came back is not selected any more; the other one still is.
      expect(await page.locator('.run-row[aria-selected=true]').count()).toBe(1);
      await page.locator('.run-row[aria-selected=false]').focus();
      await page.keyboard.press(' ');
      await page.getByText('2 runs selected').waitFor();
      await tabTo(page, /^ *Compare /, 'Shift+Tab');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/compare\?runs=/);
      await page.locator('.compare-conclusion p').waitFor();
      await page.goBack();
      await page.locator('.run-row').first().focus();
      await page.keyboard.press('Enter');
      await page.locator('.results-body h1').waitFor();
      expect(problems).toEqual([]);
    });
  });

  test('axe-core finds nothing serious on any of these screens, in light and in dark', async () => {
    const { page } = await browser.open(host, '/runs');
    const found: string[] = [];
    const look = async (path: string, ready: string): Promise<void> => {
      await page.goto(new URL(path, host.url).href);
      await page.locator(ready).first().waitFor();
      await page.waitForTimeout(200);
      found.push(...(await axeFindings(page)).map((finding) => `${path}: ${finding}`));
    };
    await look('/runs', '.run-row');
    await page.locator('.run-row').first().focus();
    await page.keyboard.press('x');
    await page.locator('.run-row').first().getByRole('button').click();
    await page.getByRole('menu').waitFor();
    found.push(...(await axeFindings(page)).map((finding) => `menu: ${finding}`));
    await page.keyboard.press('Escape');
    await look(`/runs/${stillinger}/monitor`, '.monitor');
    await look(`/runs/${stillinger}/results`, '.results-body h1');
    await look(`/runs/${unstable}/results`, '.results-body h1');
    await look(`/runs/${stillinger}/report`, '.paper h1');
    await look(`/compare?runs=${stillinger},${tersoff}`, '.compare-conclusion p');
    await look('/compare', '.empty-state');
    await page.getByRole('button', { name: 'Add a run' }).last().click();
    await page.getByRole('option').first().waitFor();
    found.push(...(await axeFindings(page)).map((finding) => `picker: ${finding}`));
    expect(found).toEqual([]);
  });

  test('at 200 % text nothing is lost sideways', async () => {
    // Half the width is what a reader at 200 % has left of 1280 pixels.
    const { page } = await browser.open(host, '/runs', { width: 640 });
    for (const [path, ready] of [['/runs', '.run-row'], [`/runs/${stillinger}/monitor`, '.monitor'], [`/runs/${stillinger}/results`, '.results-body h1'], [`/runs/${stillinger}/report`, '.paper h1'], [`/compare?runs=${stillinger},${tersoff}`, '.compare-conclusion p']] as const) {
      await page.goto(new URL(path, host.url).href);
      await page.locator(ready).first().waitFor();
      const lost = await page.evaluate(() => {
        const main = document.querySelector('main')!;
        return Math.max(document.documentElement.scrollWidth - window.innerWidth, main.scrollWidth - main.clientWidth);
      });
      expect(`${path} ${String(lost)}`).toBe(`${path} 0`);
    }
  });
});

