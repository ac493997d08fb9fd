/** From the first start to a run, and from a file to a potential of the library: by mouse, by keyboard alone, in both themes. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBrowser } from '../../electron/services/browser.ts';
import { program } from '../electron/command-line.ts';
import { temporaryFolder } from '../electron/silicon.ts';
import { changed, filesOf, smallDescription } from '../files/n2p2/potentials.ts';
import { good, table } from '../fuzz/hostile-potentials.ts';
import { describeWith } from '../shared.ts';
import { axeFindings } from './accessibility.ts';
import { drop, tabTo } from './person.ts';
import { openBrowser, startHost, type Host, type TestBrowser } from './window.ts';

const window = fileURLToPath(new URL('../../out/window/index.html', import.meta.url));
const place = temporaryFolder();
afterAll(place.remove);

describeWith(existsSync(program) && existsSync(window) && findBrowser() !== null, 'out/ is not built or there is no Chromium', 'planning a run in the window', () => {
  let host: Host, browser: TestBrowser, origin: string;
  const files = { salt: join(place.path, 'salt.json'), broken: join(place.path, 'broken.json'), copper: join(place.path, 'copper.eam'), networks: join(place.path, 'networks') };

  beforeAll(async () => {
    writeFileSync(files.salt, good);
    writeFileSync(files.broken, good.slice(0, 300));
    writeFileSync(files.copper, table);
    mkdirSync(files.networks);
    // Without comments and with a cutoff that is possible in Å and in bohr, the files leave their units open.
    const unitless = changed(filesOf(smallDescription()), 'input.nn', (text) => text.replace(/^#.*$/gm, '').replace(/\b4\.2\b/g, '8.4').replace(/\b3\.9\b/g, '8.4'));
    for (const { name, bytes } of unitless) writeFileSync(join(files.networks, name), bytes);

    [host, browser] = await Promise.all([startHost(), openBrowser()]);
    ({ origin } = new URL(host.url));
    const page = await open('/new');
    await page.getByRole('button', { name: 'Take the example Silicon carbide, 3C' }).click();
    await page.locator('input[name="wizard-material"]:checked').waitFor();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await host.stop();
  });

  const open = async (path: string): Promise<Page> => (await browser.open(host, path)).page;
  const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
  const live = (page: Page): Promise<string> => page.locator('.new-run > [aria-live]').innerText();

  describe('the first start', () => {
    test('two clicks from an example to a run', async () => {
      const page = await open('/');
      await page.getByRole('button', { name: 'Compute: Solid argon' }).click();
      await page.getByRole('heading', { name: 'Check and run', level: 2 }).waitFor();
      await page.locator('.estimate dd').first().waitFor();
      expect(await page.locator('.answers').innerText()).toMatch(/Solid argon[\s\S]*Argon, Lennard-Jones[\s\S]*Relaxed crystal, Equation of state, Elastic constants, Phonons, Thermal expansion[\s\S]*Standard[\s\S]*0 GPa, up to 1000 K/);
      expect(await page.locator('#run-title').inputValue()).toBe('Ar: equation of state, elastic constants, phonons and thermal expansion');
      expect(await page.locator('.plan-steps li').count()).toBeGreaterThan(6);
      expect(await live(page)).toMatch(/^Step 4 of 4: Check and run\. Ready to start: /);
      await page.locator('#run-title').fill('My first argon');
      await page.getByRole('button', { name: 'Start', exact: true }).click();
      await page.waitForURL(/\/runs\/[a-z0-9-]+$/);
      // What was chosen is used up: the next calculation begins anew.
      await page.goto(`${origin}/new`);
      expect(await page.locator('.wizard-steps').innerText()).toContain('not chosen yet');
      await page.goto(origin);
      await page.getByRole('link', { name: 'My first argon' }).first().waitFor();
    });
  });

  describe('the steps', () => {
    test('by keyboard alone: choose, go on with Enter, back with Esc, start', async () => {
      const page = await open('/');
      await page.keyboard.press('Control+n');
      await page.getByRole('heading', { name: 'Which crystal?' }).waitFor();
      await tabTo(page, /^Take the example Silicon /);
      await page.keyboard.press('Enter');
      await page.locator('input[name="wizard-material"]:checked').waitFor();
      await tabTo(page, /Continue/);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Which potential?' }).waitFor();
      expect(await focused(page)).toBe('Which potential?');
      expect(await live(page)).toBe('Step 2 of 4: Potential');
      await page.locator('.fit-mark').first().waitFor();
      await tabTo(page, /Silicon, Stillinger-Weber/);
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowDown');
      expect(await page.locator('input[name="wizard-potential"]:checked').inputValue()).toBe('si-tersoff');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.activeElement?.textContent === 'What do you want to know?');
      await page.keyboard.press('Escape');
      await page.waitForFunction(() => document.activeElement?.textContent === 'Which potential?');
      // A heading has the focus: Enter goes on from there too.
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.activeElement?.textContent === 'What do you want to know?');
      for (const name of [/Elastic constants/, /Phonons/, /Thermal expansion/]) {
        await tabTo(page, name);
        await page.keyboard.press('Space');
      }
      await tabTo(page, /Standard/);
      await page.keyboard.press('ArrowLeft');
      expect(await page.locator('input[name="wizard-accuracy"]:checked').inputValue()).toBe('quick');
      await tabTo(page, /^ *Pressure/);
      await page.keyboard.press('Control+a');
      await page.keyboard.type('2');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Check and run', level: 2 }).waitFor();
      await page.locator('.estimate dd').first().waitFor();
      expect(await page.locator('.answers').innerText()).toMatch(/Silicon[\s\S]*Silicon, Tersoff 1989[\s\S]*Relaxed crystal, Equation of state\n[\s\S]*Quick[\s\S]*2 GPa/);
      await page.waitForFunction(() => document.activeElement?.textContent === 'Check and run');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/runs\/[a-z0-9-]+$/);
    });

    test('are kept while one looks at something else, and the browser goes back through them', async () => {
      const page = await open('/new?material=silicon-carbide-3c&potential=sic-tersoff&step=properties');
      await page.getByText('Strict', { exact: true }).click();
      await page.getByRole('link', { name: 'Potentials' }).click();
      await page.getByRole('heading', { name: 'Potentials', level: 1 }).waitFor();
      await page.getByRole('link', { name: 'New calculation' }).click();
      await page.getByRole('heading', { name: 'What do you want to know?' }).waitFor();
      expect(await page.locator('input[name="wizard-accuracy"]:checked').inputValue()).toBe('strict');
      expect(new URL(page.url()).searchParams.get('accuracy')).toBe('strict');
      await page.getByRole('button', { name: /Check and run/ }).click();
      await page.getByRole('heading', { name: 'Check and run', level: 2 }).waitFor();
      await page.goBack();
      await page.getByRole('heading', { name: 'What do you want to know?' }).waitFor();
      await page.reload();
      await page.getByRole('heading', { name: 'What do you want to know?' }).waitFor();
      expect(await page.locator('input[name="wizard-accuracy"]:checked').inputValue()).toBe('strict');
      await page.getByRole('button', { name: 'Start over' }).click();
      await page.getByRole('heading', { name: 'Which crystal?' }).waitFor();
    });

    test('say what is wrong beside the field, stop only the last button, and lead back to what solves it', async () => {
      const page = await open('/new?material=silicon-carbide-3c&potential=sic-tersoff&step=properties');
      await page.getByRole('button', { name: /^Advanced/ }).click();
      const field = page.locator('[id="setting-eos.points"]');
      await field.fill('3');
      await page.locator('[id="setting-eos.points-said"]').getByText('The setting eos.points cannot be 3: it must be a whole number from 5 to 201.').waitFor();
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.locator('.blockers').waitFor();
      expect(await page.getByRole('button', { name: 'Start', exact: true }).isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Change it' }).click();
      await page.waitForFunction(() => document.activeElement?.id === 'setting-eos.points');
      await page.getByRole('button', { name: 'Reset Volumes' }).first().click();
      await page.getByRole('button', { name: /Check and run/ }).click();
      await page.locator('.estimate dd').first().waitFor();
      await page.waitForFunction(() => document.querySelector('.blockers') === null);
      expect(await page.getByRole('button', { name: 'Start', exact: true }).isEnabled()).toBe(true);
      // A potential that does not know the crystal.
      await page.goto(`${origin}/new?material=silicon-carbide-3c&potential=mgo-lewis-catlow&step=check`);
      await page.locator('.blockers').getByText(/does not cover Si, C/).waitFor();
      await page.getByRole('button', { name: 'Choose another potential' }).click();
      await page.getByRole('heading', { name: 'Which potential?' }).waitFor();
      // What is chosen stays in sight, behind those that fit better.
      await page.locator('.fit-mark').first().waitFor();
      expect(await page.locator('.choices > .choice .fit-mark').allInnerTexts()).toEqual(['With care', 'Does not fit']);
    });

    test('show the reason of every setting, and what each accuracy changes and takes', async () => {
      const page = await open('/new?material=silicon-carbide-3c&potential=sic-tersoff&step=properties');
      await page.locator('.accuracies .time').getByText(/\d/).nth(2).waitFor();
      const accuracies = await page.locator('.accuracies .choice').allInnerTexts();
      expect(accuracies.map((text) => /relaxed to forces of (\S+) eV/.exec(text)?.[1])).toEqual(['10⁻⁵', '10⁻⁶', '10⁻⁷']);
      expect(accuracies.map((text) => /(\d+) points per band/.exec(text)?.[1])).toEqual(['31', '51', '101']);
      await page.getByRole('button', { name: /^Advanced/ }).click();
      expect(await page.locator('.advanced tbody tr').count()).toBe(23);
      for (const reason of await page.locator('.advanced tbody th p').allInnerTexts()) expect(reason.length).toBeGreaterThan(15);
      await page.locator('[id="setting-phonons.displacement"]').fill('0.004');
      await page.locator('.advanced tr.changed').getByText('standard here: 0.002 Å').waitFor();
      expect(await page.getByRole('button', { name: /^Advanced/ }).innerText()).toContain('1 changed');
      await page.getByRole('button', { name: 'Reset all' }).click();
      expect(await page.locator('[id="setting-phonons.displacement"]').inputValue()).toBe('0.002');
    });
  });

  describe('the library of potentials', () => {
    test('is searched by words and by elements', async () => {
      const page = await open('/potentials');
      await page.locator('.potential-card').first().waitFor();
      const titles = (): Promise<string[]> => page.locator('.potential-card h2').allInnerTexts();
      expect(await titles()).toHaveLength(7);
      await page.getByLabel('Search', { exact: true }).fill('tersoff');
      expect(await titles()).toEqual(['Silicon, Tersoff 1989', 'Silicon carbide, silicon and carbon, Tersoff 1989']);
      await page.getByLabel('Knows the elements').fill('si, c');
      expect(await titles()).toEqual(['Silicon carbide, silicon and carbon, Tersoff 1989']);
      await page.getByLabel('Knows the elements').fill('Xe');
      await page.getByRole('button', { name: 'Show all' }).click();
      expect(await titles()).toHaveLength(7);
    });

    test('takes files after they were looked at: kept, known already, refused with a sentence', async () => {
      const page = await open('/potentials');
      await page.locator('input[type=file]').first().setInputFiles([files.salt, files.broken, files.copper, fileURLToPath(new URL('../../resources/potentials/si-tersoff.json', import.meta.url))]);
      const sheet = page.getByRole('dialog', { name: 'Import potentials' });
      await sheet.locator('.brought').nth(3).waitFor();
      expect(await sheet.locator('.brought.refused').innerText()).toMatch(/broken\.json, line \d+, column \d+/);
      expect(await sheet.getByText('The library has the same potential already: Silicon, Tersoff 1989.').count()).toBe(1);
      await sheet.getByLabel('Name in the library').first().fill('Rock salt by Morse');
      await sheet.getByRole('button', { name: 'Add 2 to the library' }).click();
      await page.getByText('Added Rock salt by Morse and copper.').first().waitFor();
      await page.getByRole('link', { name: 'Rock salt by Morse', exact: true }).click();
      await page.getByRole('heading', { name: 'Rock salt by Morse' }).waitFor();
      await page.locator('.inspector code').first().waitFor();
      expect(await page.locator('.inspector').innerText()).toMatch(/salt\.json[\s\S]*[0-9a-f]{64}/);
    });

    test('takes what is dropped, and asks for units that the files leave open', async () => {
      const page = await open('/potentials');
      const inside = ['input.nn', 'scaling.data', 'weights.006.data', 'weights.014.data'].map((name) => ({ name, text: readFileSync(join(files.networks, name), 'utf8') }));
      await drop(page, '.potentials', inside);
      const sheet = page.getByRole('dialog', { name: 'Import potentials' });
      await sheet.getByText('The files name no units. Choose those that the potential was trained in:').waitFor();
      await sheet.getByLabel('Units of these files').selectOption('bohr,hartree');
      await sheet.getByText('Understood as Neural network').waitFor();
      await sheet.getByLabel('Name in the library').fill('Carbide networks');
      await sheet.getByRole('button', { name: 'Add to the library' }).click();
      await page.getByRole('link', { name: 'Carbide networks', exact: true }).waitFor();
    });

    test('renames, throws away and brings back, by keyboard alone', async () => {
      const page = await open('/potentials');
      await page.locator('.potential-card').first().waitFor();
      // Asked for early: the browser needs a moment before it hands its dialogs over.
      const choosing = page.waitForEvent('filechooser');
      await tabTo(page, /^ *Import files/);
      await page.keyboard.press('Enter');
      await (await choosing).setFiles([files.copper]);
      const sheet = page.getByRole('dialog', { name: 'Import potentials' });
      await sheet.locator('.brought').waitFor();
      await tabTo(page, /Add it/);
      await page.keyboard.press('Space');
      await tabTo(page, /^ *Add to the library/);
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => [...document.querySelectorAll('.potential-card h2')].filter((title) => title.textContent === 'copper').length === 2);
      await tabTo(page, /^ *Rename copper/);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Rename the potential' }).waitFor();
      await page.keyboard.press('Control+a');
      await page.keyboard.type('Copper, a table');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Copper, a table', exact: true }).waitFor();
      await page.locator('[role=dialog]').waitFor({ state: 'detached' });
      await tabTo(page, /^ *Move Copper, a table to the trash/);
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Copper, a table', exact: true }).waitFor({ state: 'detached' });
      await page.keyboard.press('F8');
      await tabTo(page, /^ *Undo/);
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Copper, a table', exact: true }).waitFor();
    });

    test('shows a card with its references, the crystals it suits, and the way to a run', async () => {
      const page = await open('/potentials/sic-tersoff');
      await page.locator('.suit-list li').first().waitFor();
      expect(await page.locator('.suit-list').innerText()).toMatch(/Silicon carbide, 3C[\s\S]*With care[\s\S]*The potential has no charges/);
      expect(await page.locator('.reference-list code').allInnerTexts()).toEqual(['10.1103/PhysRevB.39.5566', '10.1103/PhysRevB.41.3248.2']);
      // No address of the outside world can be followed from here.
      expect(await page.locator('a[href^="http"]').count()).toBe(0);
      await page.getByRole('link', { name: 'Compute Silicon carbide, 3C with this potential' }).click();
      await page.getByRole('heading', { name: 'What do you want to know?' }).waitFor();
      const missing = await open('/potentials/absent');
      await missing.getByText('There is no such potential in this project.').waitFor();
    });
  });

  test('nothing serious for people with other eyes or hands, in light and in dark', async () => {
    const page = await open('/potentials');
    await page.locator('.potential-card').first().waitFor();
    const found: [string, string[]][] = [['potentials', await axeFindings(page)]];
    await page.locator('input[type=file]').first().setInputFiles([files.salt, files.broken, files.copper]);
    await page.locator('.brought').nth(2).waitFor();
    found.push(['import', await axeFindings(page)]);
    await page.keyboard.press('Escape');
    for (const [name, path, ready] of [
      ['card', '/potentials/mgo-lewis-catlow', '.reference-list'], ['material', '/new?step=material', '.choice'], ['potential', '/new?material=silicon-carbide-3c&potential=sic-tersoff&step=potential', '.fit-mark'],
      ['properties', '/new?material=silicon-carbide-3c&potential=sic-tersoff&step=properties', '.advanced-root'], ['check', '/new?material=silicon-carbide-3c&potential=sic-tersoff&step=check', '.estimate dd'], ['blocked', '/new?material=silicon-carbide-3c&potential=mgo-lewis-catlow&step=check', '.blockers'],
    ] as const) {
      await page.goto(origin + path);
      await page.locator(ready).first().waitFor();
      if (name === 'properties') {
        await page.getByRole('button', { name: /^Advanced/ }).click();
        await page.locator('[id="setting-eos.points"]').fill('x');
        await page.locator('.advanced .wrong').waitFor();
      }
      found.push([name, await axeFindings(page)]);
    }
    expect(found.filter(([, findings]) => findings.length > 0)).toEqual([]);
  });

  test('complained about nothing', () => {
    expect(browser.problems).toEqual([]);
  });
});
