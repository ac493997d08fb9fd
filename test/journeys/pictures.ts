/**
 * Pictures of every screen with real data, in both themes and two sizes, into out/pictures: to be looked at by whoever
 * changes a screen. `npm run pictures [-- part of a name ...]`; PHONOLITE_PICTURES_HOME keeps the computed project for the next time.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { RunWish } from '../../core/contracts/plan.ts';
import { openBrowser, startHost } from './window.ts';
import { wurtzite } from './wurtzite.ts';

const wanted = process.argv.slice(2);
const folder = fileURLToPath(new URL('../../out/pictures/', import.meta.url));
mkdirSync(folder, { recursive: true });

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const kept = process.env['PHONOLITE_PICTURES_HOME'] ?? null;
const host = await startHost(kept);
const { call } = host;
const all = ['eos', 'elasticity', 'phonons', 'expansion'] as const;

async function finished(id: string): Promise<void> {
  for (;;) {
    const { summary } = await call('runs.get', { id });
    if (!['queued', 'running', 'paused'].includes(summary.state)) return;
    await new Promise((resolve) => { setTimeout(resolve, 200); });
  }
}
async function computed(title: string, wish: RunWish): Promise<string> {
  const { rows } = await call('runs.search', { text: title, states: [], verdicts: [], material: null, potential: null, order: 'newest', offset: 0, limit: 50 });
  const there = rows.find((run) => run.title === title);
  if (there) return there.id;
  const { id } = await call('runs.start', { wish, title });
  await finished(id);
  return id;
}
async function example(name: string): Promise<string> {
  return (await call('materials.addExample', { example: name })).id;
}

const browser = await openBrowser();

async function pictures(name: string, path: string, ready = 'h1', prepare: (page: Page) => Promise<void> = () => Promise.resolve()): Promise<void> {
  if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) return;
  for (const [width, height] of [[1280, 800], [1920, 1200]] as const) {
    for (const theme of ['light', 'dark'] as const) {
      const { page } = await browser.open(host, path, { theme, width, height });
      await page.waitForSelector(ready);
      await prepare(page);
      await page.waitForTimeout(700);
      await page.screenshot({ path: join(folder, `${name}-${String(width)}-${theme}.png`) });
    }
  }
}
const scrollTo = (selector: string) => async (page: Page): Promise<void> => {
  await page.locator(selector).first().evaluate((element) => { element.scrollIntoView({ block: 'start' }); });
};

const fresh = (await call('materials.list', {})).length === 0;
if (fresh) {
  await pictures('00-first-start', '/');
  await pictures('01-materials-empty', '/materials');
  await pictures('02-runs-empty', '/runs');
}
const ids = {
  mgo: await example('mgo'), silicon: await example('silicon'), carbide: await example('silicon-carbide'), salt: await example('nacl'), quartz: await example('quartz'), argon: await example('argon'), copper: await example('copper'),
};
if (fresh) {
  await call('materials.import', { file: { name: 'SiC-2H.cif', bytes: bytes(wurtzite) }, frame: 1, tolerance: 1e-4, name: 'Silicon carbide, 2H' });
  await call('materials.addPrototype', { prototype: 'perovskite', elements: ['Sr', 'Ti', 'O'], parameters: { a: 3.905 }, name: 'Strontium titanate' });
  await call('materials.addPrototype', { prototype: 'cscl', elements: ['Mg', 'O'], parameters: { a: 2.55 }, name: 'MgO in the CsCl structure' });
  for (const [path, name] of [['nep/UNEPv1/nep.txt', 'UNEP-v1']] as const) {
    const file = fileURLToPath(new URL(`../../../shared/reference/${path}`, import.meta.url));
    if (existsSync(file)) await call('potentials.import', { files: [{ name: 'nep.txt', bytes: readFileSync(file) }], options: {}, name });
  }
}
const library = await call('materials.list', {});
const named = (name: string): string => library.find((one) => one.name === name)!.id;
const wish = (material: string, potential: string, more: Partial<RunWish> = {}): RunWish => ({ material, potential, properties: [...all], accuracy: 'quick', settings: {}, ...more });
const runs = {
  mgo: await computed('MgO, everything', wish(ids.mgo, 'mgo-lewis-catlow', { accuracy: 'standard' })),
  stillinger: await computed('Silicon, Stillinger-Weber', wish(ids.silicon, 'si-stillinger-weber')),
  tersoff: await computed('Silicon, Tersoff', wish(ids.silicon, 'si-tersoff')),
  wurtzite: await computed('2H-SiC, everything', wish(named('Silicon carbide, 2H'), 'sic-tersoff')),
  unstable: await computed('MgO as CsCl, phonons', wish(named('MgO in the CsCl structure'), 'mgo-lewis-catlow', { properties: ['phonons'] })),
  quartz: await computed('Quartz, stiffness', wish(ids.quartz, 'sio2-bks', { properties: ['elasticity'] })),
};

await pictures('03-home', '/');
await pictures('10-materials', '/materials');
await pictures('11-import', '/materials?import=1', '.import-sheet', async (page) => {
  await page.locator('.import-sheet input[type=file]:not([webkitdirectory])').setInputFiles([{ name: 'SiC-2H.cif', mimeType: 'text/plain', buffer: Buffer.from(wurtzite.replace('5.048', '5.050')) }, { name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('Dear reader,\n') }]);
  await page.waitForSelector('.import-item canvas');
});
await pictures('12-prototype', '/materials?prototype=1', '.prototype-sheet, [role=dialog]');
await pictures('13-material', `/materials/${ids.quartz}`, 'canvas');
await pictures('14-material-low', `/materials/${named('Silicon carbide, 2H')}`, 'canvas', async (page) => { await page.mouse.move(400, 500); await page.mouse.wheel(0, 600); });
await pictures('20-potentials', '/potentials');
await pictures('21-potential', '/potentials/mgo-lewis-catlow');
await pictures('30-new-material', '/new');
await pictures('31-new-potential', `/new?material=${ids.silicon}&step=potential`);
await pictures('32-new-properties', `/new?material=${ids.silicon}&potential=si-tersoff&step=properties`);
await pictures('33-new-check', `/new?material=${ids.silicon}&potential=si-tersoff&step=check`, '.advanced, .plan, h1', async (page) => { await page.waitForTimeout(2500); });
await pictures('40-runs', '/runs');
for (const [name, run] of Object.entries(runs)) await pictures(`43-results-${name}`, `/runs/${run}/results`, '.results-body h1');
for (const section of ['elasticity', 'phonons', 'expansion', 'provenance']) await pictures(`44-${section}`, `/runs/${runs.mgo}/results#${section}`, '.results-body h1', scrollTo(`#${section}`));
await pictures('45-unstable-phonons', `/runs/${runs.unstable}/results#phonons`, '.results-body h1', scrollTo('#phonons'));
await pictures('46-report', `/runs/${runs.mgo}/report`, '.paper .results-body, .paper h1', async (page) => { await page.waitForTimeout(2000); });
await pictures('50-compare', `/compare?runs=${runs.stillinger},${runs.tersoff}`, '.compare-conclusion p');
await pictures('51-compare-bands', `/compare?runs=${runs.stillinger},${runs.tersoff}`, '.compare-conclusion p', async (page) => { await page.mouse.move(600, 600); await page.mouse.wheel(0, 900); });
await pictures('60-settings', '/settings');
await pictures('61-settings-low', '/settings', 'h1', async (page) => { await page.mouse.move(600, 600); await page.mouse.wheel(0, 3000); });
await pictures('62-palette', '/', 'h1', async (page) => { await page.keyboard.press('Control+k'); await page.keyboard.type('sil'); });
if (wanted.length === 0 || wanted.some((part) => '41-monitor'.includes(part))) {
  const { id } = await call('runs.start', { wish: wish(ids.quartz, 'sio2-bks', { accuracy: 'standard' }), title: 'Quartz, everything' });
  await new Promise((resolve) => { setTimeout(resolve, 12_000); });
  await pictures('41-monitor', `/runs/${id}/monitor`);
  await pictures('41-runs-computing', '/runs');
  await pictures('41-home-computing', '/');
  await call('runs.command', { id, command: 'stop-and-keep' });
  await finished(id);
}
for (const problem of browser.problems) console.log(problem);
await browser.close();
await host.stop();
