/** Files whose every word is an attack, through the whole path: import, library, run, results, comparison, reports. They stay words. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { strFromU8, unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { csvFields } from '../../core/contracts/table.ts';
import { mouse } from '../journeys/hands.ts';
import { describeHosts, freshHome, removeHomes, type OpenedHost } from '../journeys/hosts.ts';
import { ask, whenEnded } from '../journeys/service.ts';

afterAll(removeHomes);

/** Ends a block of data, a comment and an attribute, is a tag with a handler, a template, a formula of a spreadsheet, and turns the direction of writing. */
const attack = '=1</script><!-- --><img src=x onerror="window.hit=1">\'"{{window.hit=1}}${window.hit=1}\u202Exyz';
const crystal = `${attack}\n1\n0 2.64 2.64\n2.64 0 2.64\n2.64 2.64 0\nAr\n1\nDirect\n0 0 0\n`;
const potential = JSON.stringify({
  format: 'phonolite-potential/1', units: { length: 'Å', energy: 'eV', charge: 'e', mass: 'amu' },
  card: { name: 'a', title: attack, energyReference: 'isolated atoms', references: [attack, 'javascript:window.hit=1'], validFor: attack, notShown: attack, limits: [attack], masses: { Ar: 39.948 } },
  terms: [{ type: 'lennard-jones', cutoff: { radius: 8.5, style: 'shifted' }, pairs: [{ elements: ['Ar', 'Ar'], epsilon: 0.0103, sigma: 3.4 }] }],
});
const measured = `# property: volume\n# label: ${attack}\n# source: ${attack}\n# licence: ${attack}\n# basis: atom\ntemperature (K),volume (A^3)\n4,37.5\n`;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describeHosts('hostile words', (host) => {
  const home = freshHome();
  let opened: OpenedHost, page: Page, material = '', run = '';
  beforeAll(async () => {
    opened = await host.open(home);
    ({ page } = opened);
  });
  afterAll(async () => { await opened.close(); });
  const see = async (path: string): Promise<void> => {
    await page.goto(new URL(path, page.url()).href);
    // The words are there, as they were written, and nothing of them has become a part of the page.
    await page.locator('main').getByText('<img src=x onerror="window.hit=1">').first().waitFor();
    await page.waitForTimeout(150);
    expect(await page.evaluate(() => ['hit' in window, document.querySelectorAll('img[src="x"]').length])).toEqual([false, 0]);
  };

  test('are kept by the library as they are', async () => {
    const hands = mouse(page);
    await hands.press(page.getByRole('link', { name: 'Import a crystal' }));
    await hands.bring(page.getByRole('button', { name: 'Choose files…' }), { name: '<img src=x onerror="window.hit=1">.vasp', text: crystal });
    await hands.write(page.getByRole('textbox', { name: 'Name' }), attack);
    await hands.press(page.getByRole('button', { name: 'Import', exact: true }));
    await page.getByRole('heading', { level: 1, name: '<img' }).waitFor();
    const [kept] = await ask(page, 'materials.list', {});
    expect(kept).toMatchObject({ name: attack, formula: 'Ar' });
    material = kept!.id;
    expect(material).toMatch(/^[a-z0-9-]+$/);
    const { id } = await ask(page, 'potentials.import', { files: [{ name: 'a.json', bytes: bytes(potential) }], options: {}, name: attack });
    ({ id: run } = await ask(page, 'runs.start', { wish: { material, potential: id, properties: ['relaxation'], accuracy: 'quick', settings: {} }, title: attack }));
    expect(await whenEnded(page, run)).toBe('done');
    await ask(page, 'measurements.add', { run, file: { name: '<b>.csv', bytes: bytes(measured) } });
    for (const path of ['/materials', `/materials/${material}`, '/potentials', `/potentials/${id}`, `/new?material=${material}&potential=${id}&step=potential`, `/new?material=${material}&potential=${id}&step=check`]) await see(path);
    expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
  });

  test('are words in every view of a run', async () => {
    for (const path of ['/', '/runs', `/runs/${run}/monitor`, `/runs/${run}/results`, `/runs/${run}/report`, `/compare?runs=${run}`]) await see(path);
    expect(opened.problems).toEqual([]);
  });

  test('are words in what is handed on', async () => {
    const html = await ask(page, 'reports.make', { run, format: 'html', sections: null });
    const text = new TextDecoder().decode(html.bytes);
    // One block of data, which ends where it should.
    expect(text.split('<script type="application/json" id="phonolite-document">')).toHaveLength(2);
    expect(text).not.toContain(attack);
    const tables = unzipSync((await ask(page, 'reports.make', { run, format: 'csv', sections: null })).bytes);
    for (const [name, table] of Object.entries(tables)) {
      expect(name).toMatch(/^[\w.-]+$/);
      if (!name.endsWith('.csv')) continue;
      for (const line of strFromU8(table).trim().split('\n').slice(1)) for (const field of csvFields(line)[0] ?? []) if (Number.isNaN(Number(field))) expect(field, name).not.toMatch(/^[=+@\t\r]/);
    }
    for (const name of Object.keys(unzipSync((await ask(page, 'reports.make', { run, format: 'recipe', sections: null })).bytes))) expect(name).toMatch(/^[\w.-]+(\/[\w.-]+)*$/);
    if (host.name === 'browser') {
      // Whoever gets the page opens it in a browser of their own.
      const path = join(home, 'report.html');
      writeFileSync(path, html.bytes);
      const theirs = await page.context().browser()!.newPage();
      await theirs.goto(pathToFileURL(path).href);
      await theirs.locator('main').getByText('<img src=x onerror="window.hit=1">').first().waitFor();
      expect(await theirs.evaluate(() => ['hit' in window, document.querySelectorAll('img[src="x"]').length])).toEqual([false, 0]);
      await theirs.close();
    }
  });
});
