/** Every way in serves the same program: the window opens, a run is computed and told of, reports come out, and the next start finds it all. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unzipSync } from 'fflate';
import { describeHosts, freshHome, removeHomes, type OpenedHost } from './hosts.ts';
import { readPdf } from './pdf-text.ts';
import { ask, whenEnded } from './service.ts';

afterAll(removeHomes);

describeHosts('a first start', (host) => {
  const home = freshHome();
  let opened: OpenedHost;
  let run = '';
  beforeAll(async () => { opened = await host.open(home); });
  afterAll(async () => { await opened.close(); });

  test('shows what can be done', async () => {
    const { page } = opened;
    expect(await page.locator('h1').innerText()).toBe('What would you like to know about your crystal?');
    expect(await page.locator('.example').count()).toBeGreaterThan(3);
    expect((await ask(page, 'application.state', {})).host).toBe(host.name === 'shell' ? 'electron' : 'browser');
  });

  test('the palette finds a place by keyboard alone', async () => {
    const { page } = opened;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('potentials');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/potentials$/);
    expect(await page.title()).toBe('Potentials · Phonolite');
    await page.goBack();
  });

  test('computes bundled MgO and tells of it while it goes', async () => {
    const { page } = opened;
    const material = await ask(page, 'materials.addExample', { example: 'mgo' });
    ({ id: run } = await ask(page, 'runs.start', { wish: { material: material.id, potential: 'mgo-lewis-catlow', properties: ['elasticity'], accuracy: 'quick', settings: {} }, title: 'MgO, stiffness' }));
    await page.getByRole('contentinfo').getByText('Running: MgO, stiffness').waitFor();
    expect(await whenEnded(page, run)).toBe('done');
    // The first screen follows by events alone.
    await page.getByRole('listitem').filter({ hasText: 'MgO, stiffness' }).locator('.verdict-mark.good').waitFor();
    await page.getByRole('contentinfo').getByText('Nothing is being computed').waitFor();
  });

  test('makes its report as a page, on paper and as tables', async () => {
    const { page } = opened;
    const html = await ask(page, 'reports.make', { run, format: 'html', sections: null });
    expect(new TextDecoder().decode(html.bytes)).toContain('id="phonolite-document"');
    const csv = await ask(page, 'reports.make', { run, format: 'csv', sections: null });
    expect(Object.keys(unzipSync(csv.bytes)).length).toBeGreaterThan(3);
    const pdf = await ask(page, 'reports.make', { run, format: 'pdf', sections: null });
    const { pages, text } = readPdf(Buffer.from(pdf.bytes));
    expect(pages).toBeGreaterThan(3);
    for (const printed of ['MgO', 'Elasticconstants', 'GPa', 'Provenance']) expect(text).toContain(printed);
    // The crystal is a picture: it was drawn before the page was printed.
    expect(Buffer.from(pdf.bytes).toString('latin1')).toContain('/Subtype /Image');
  });

  test('a file that the page offers is saved where the person says', async () => {
    const { page } = opened;
    const { name, bytes } = await opened.saved(() => page.evaluate(() => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['a,b\n1,2\n'], { type: 'text/csv' }));
      link.download = 'table.csv';
      link.click();
    }));
    expect(name).toBe('table.csv');
    expect(new TextDecoder().decode(bytes)).toBe('a,b\n1,2\n');
  });

  test('the next start finds the run', async () => {
    await opened.close();
    expect(opened.problems).toEqual([]);
    opened = await host.open(home);
    const { page } = opened;
    await page.getByRole('link', { name: 'MgO, stiffness' }).waitFor();
    expect((await ask(page, 'runs.get', { id: run })).summary.state).toBe('done');
    expect(opened.problems).toEqual([]);
  });
});
