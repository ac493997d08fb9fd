/** What stands around every screen, and the settings, in Chromium: by mouse and by keyboard, for every eye, at 200 % text. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBrowser } from '../../electron/services/browser.ts';
import { windowFolder } from '../../electron/services/layout.ts';
import { describeWith } from '../shared.ts';
import { axeFindings } from './accessibility.ts';
import { soon, useLibraries } from './library.ts';
import { tabTo } from './person.ts';

describeWith(existsSync(join(windowFolder, 'index.html')) && findBrowser() !== null, 'out/ is not built or there is no Chromium', 'the frame and the settings', () => {
  const here = useLibraries();
  here.fresh();
  const settings = async (): Promise<Awaited<ReturnType<typeof here.library.call<'application.state'>>>['settings']> => (await here.library.call('application.state', {})).settings;

  test('threads and memory: what is no such number is said and not kept, what is one is kept at once', async () => {
    const { page } = await here.browser.open(here.library, '/settings');
    await page.getByLabel('Threads').fill('none');
    await page.keyboard.press('Enter');
    expect(await page.locator('#threads-hint').innerText()).toBe('Give a whole number from 1 to 1024.');
    expect((await settings()).threads).toBeNull();
    await page.getByLabel('Threads').fill('1');
    await page.keyboard.press('Enter');
    await soon(async () => (await settings()).threads).toBe(1);
    await page.getByRole('contentinfo').getByText('CPU, 1 thread', { exact: true }).waitFor();
    await page.getByLabel('Memory for a run').fill('100');
    expect(await page.locator('#memory-hint').innerText()).toBe('Give a whole number of MiB, at least 256.');
    await page.getByLabel('Memory for a run').fill('1024');
    await page.keyboard.press('Tab');
    await soon(async () => (await settings()).memory).toBe(1024);
    await page.getByLabel('Threads').fill('');
    await page.keyboard.press('Enter');
    await soon(async () => (await settings()).threads).toBeNull();
  });

  test('theme and units by keyboard alone', async () => {
    const { page } = await here.browser.open(here.library, '/settings');
    const scheme = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    expect(await scheme()).toBe('light');
    await tabTo(page, /^ *System/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await soon(async () => (await settings()).theme).toBe('dark');
    await soon(scheme).toBe('dark');
    await tabTo(page, /^ *THz/);
    await page.keyboard.press('ArrowRight');
    await soon(async () => (await settings()).frequency).toBe('cm⁻¹');
    await here.library.call('settings.change', { theme: 'system', frequency: 'THz' });
    await soon(scheme).toBe('light');
  });

  test('a project gets a name, another is opened, the first is found again, and the catalogue is made anew', async () => {
    const { page } = await here.browser.open(here.library, '/settings');
    const first = (await here.library.call('application.state', {})).project!;
    await page.getByLabel('Name', { exact: true }).fill('Oxides');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('banner').getByText('Oxides').waitFor();
    await page.getByLabel('Path of its folder').fill('not/a/whole/path');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.locator('.notice.problem', { hasText: 'A project needs the whole path of its folder, not "not/a/whole/path".' }).waitFor();
    await page.getByLabel('Path of its folder').fill(join(here.library.home, 'Another'));
    await page.keyboard.press('Enter');
    await soon(async () => (await here.library.call('application.state', {})).project?.name).toBe('Another');
    await page.getByRole('button', { name: first.folder }).click();
    await soon(async () => (await here.library.call('application.state', {})).project?.name).toBe('Oxides');
    await page.getByRole('button', { name: 'Make it again' }).click();
    await page.locator('.notice', { hasText: 'Read 0 runs and 0 materials from the folders.' }).waitFor();
  });

  test('what is in the trash is put back, or deleted for good once that was said; Enter gives the safe answer', async () => {
    const [silicon, argon] = [await here.library.call('materials.addExample', { example: 'silicon' }), await here.library.call('materials.addExample', { example: 'argon' })];
    for (const { id } of [silicon, argon]) await here.library.call('materials.remove', { id });
    const { page } = await here.browser.open(here.library, '/settings');
    await page.getByRole('button', { name: 'Put back: Silicon' }).click();
    await page.locator('.notice', { hasText: 'Silicon is back.' }).waitFor();
    expect((await here.library.call('materials.list', {})).map(({ id }) => id)).toEqual([silicon.id]);
    const kept = async (): Promise<number> => (await here.library.call('trash.list', {})).length;
    await page.getByRole('button', { name: 'Empty the trash…' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog', { name: 'Delete 1 thing for good?' }).waitFor();
    await soon(() => page.evaluate(() => document.activeElement?.textContent.trim())).toBe('Keep them');
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    expect(await kept()).toBe(1);
    await page.getByRole('button', { name: 'Empty the trash…' }).click();
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('Nothing is in the trash.').waitFor();
    expect(await kept()).toBe(0);
  });

  test('axe-core finds nothing serious on the first screen, in the settings, the palette and the list of keys, in light and in dark', async () => {
    await here.library.call('materials.remove', { id: (await here.library.call('materials.addExample', { example: 'nacl' })).id });
    const { page } = await here.browser.open(here.library, '/');
    const found = [await axeFindings(page)];
    await page.keyboard.press('Control+k');
    await page.getByRole('option').first().waitFor();
    found.push(await axeFindings(page));
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    found.push(await axeFindings(page));
    await page.keyboard.press('Escape');
    await page.goto(new URL('/settings', here.library.url).href);
    await page.getByRole('button', { name: 'Put back: Sodium chloride (halite)' }).waitFor();
    found.push(await axeFindings(page));
    expect(found).toEqual([[], [], [], []]);
  });

  test('at 200 % text nothing is lost sideways', async () => {
    // Half the width is what a reader at 200 % has left of 1280 pixels.
    const { page } = await here.browser.open(here.library, '/', { width: 640, height: 400 });
    for (const path of ['/', '/settings', '/potentials', '/potentials/mgo-lewis-catlow', '/new']) {
      await page.goto(new URL(path, here.library.url).href);
      await page.locator('main h1').waitFor();
      const lost = await page.evaluate(() => {
        const main = document.querySelector('main')!;
        return Math.max(document.documentElement.scrollWidth - window.innerWidth, main.scrollWidth - main.clientWidth);
      });
      expect(`${path} ${String(lost)}`).toBe(`${path} 0`);
    }
  });
});
