/** The library of crystals in Chromium: every way in, one crystal, the viewer; by mouse and by keyboard alone. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { findBrowser } from '../../electron/services/browser.ts';
import { windowFolder } from '../../electron/services/layout.ts';
import { describeWith } from '../shared.ts';
import { axeFindings } from './accessibility.ts';
import { soon, useLibraries } from './library.ts';
import { drop, tabTo } from './person.ts';

const resource = (path: string): string => readFileSync(fileURLToPath(new URL(`../../resources/${path}`, import.meta.url)), 'utf8');
const mgo = resource('structures/mgo.cif');
const trajectory = Array.from({ length: 4 }, (_, k) => `2\nLattice="${String(4 + k)} 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3 note=test\nCs 0 0 0\nCl 2 2 2\n`).join('');
const file = (name: string, text: string): { name: string; mimeType: string; buffer: Buffer } => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

describeWith(existsSync(join(windowFolder, 'index.html')) && findBrowser() !== null, 'out/ is not built or there is no Chromium', 'the library of crystals', () => {
  const here = useLibraries();
  const { fresh, visit } = here;
  const names = async (): Promise<string[]> => (await here.library.call('materials.list', {})).map(({ name }) => name);
  const chooser = '.import-sheet input[type=file]:not([webkitdirectory])';

  describe('files', () => {
    fresh();

    test('dropped onto any screen are looked at; nothing is kept before it is said', async () => {
      const { page } = await visit('/runs');
      await drop(page, '.screen', [{ name: 'my crystal.cif', text: mgo }]);
      await page.waitForSelector('.import-item canvas');
      expect(new URL(page.url()).pathname).toBe('/materials');
      const said = await page.locator('.import-item').innerText();
      expect(said).toContain('my crystal.cif');
      expect(said).toContain('Recognised by its content as CIF.');
      expect(said).toContain('Nothing was dropped, replaced or assumed.');
      expect(said).toContain('The space group is the same at every tolerance.');
      expect(await names()).toEqual([]);
      await page.getByLabel('Name to keep it under').fill('Periclase');
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.waitForSelector('.material h1');
      expect(await page.locator('h1').innerText()).toBe('Periclase');
      expect(await page.locator('#inspector').innerText()).toMatch(/my crystal\.cif[\s\S]*CIF[\s\S]*Nothing was dropped/);
      expect(await names()).toEqual(['Periclase']);
    });

    test('a sheet that is closed has kept nothing, and takes the focus back to where it was opened', async () => {
      const { page } = await visit('/materials');
      await page.getByRole('button', { name: 'Import…' }).click();
      await page.locator(chooser).setInputFiles([file('x.cif', mgo)]);
      await page.waitForSelector('.import-item canvas');
      expect(await page.locator('.import-item').innerText()).toContain('The library has these atoms already:');
      // What is pasted anywhere, or dropped onto the sheet, comes beside it.
      await page.evaluate((text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', text);
        document.activeElement!.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
      }, resource('structures/silicon.cif'));
      await drop(page, '.import-sheet', [{ name: 'dropped.cif', text: resource('structures/argon.cif') }]);
      await soon(async () => (await page.locator('.import-file').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))).toEqual(['x.cif already there', 'pasted text structure', 'dropped.cif structure']);
      await page.keyboard.press('Escape');
      await page.waitForSelector('.import-sheet', { state: 'detached' });
      expect(await page.evaluate(() => document.activeElement?.textContent.trim())).toBe('Import…');
      expect(await names()).toEqual(['Periclase']);
    });

    test('several at once: structures, a potential, measured points, something broken, each in its own words; all new ones are imported together', async () => {
      const { page } = await visit('/materials?import=1');
      await page.locator(chooser).setInputFiles([
        file('halite.cif', resource('structures/nacl.cif')), file('again.cif', mgo), file('potential', resource('potentials/si-tersoff.json').replace('"title": "', '"title": "My ').replace('1.8308e3', '1.83080001e3')), file('alpha.csv', resource('experiment/si1-227/expansion-okada-1984.csv')),
        file('broken.cif', 'data_x\n_cell_length_a 4\n'), file('letter.txt', 'Dear reader,\nthis is a letter.\n'),
      ]);
      await soon(async () => (await page.locator('.import-file .badge').allInnerTexts()).join(', ')).toBe('structure, already there, potential, measured points, not read, not read');
      const show = async (name: string): Promise<string> => {
        await page.locator('.import-file', { hasText: name }).click();
        return page.locator('.import-item').innerText();
      };
      expect(await show('broken.cif')).toContain('Could not be read. broken.cif, line 1, column 1: the data block (data_x) holds no positions of atoms. Give a CIF with _atom_site_fract_x, _y and _z.');
      expect(await show('letter.txt')).toMatch(/begins with "Dear reader,".*Convert it to one of these\./s);
      expect(await show('alpha.csv')).toMatch(/measured points \(.*thermal expansion\): .*open a finished run/s);
      expect(await show('potential')).toMatch(/This is an interatomic potential\. My .*Kind\s+tersoff/s);
      await page.getByRole('button', { name: 'Import all 2' }).click();
      await soon(async () => (await page.locator('.import-file .badge').allInnerTexts()).join(', ')).toBe('imported, already there, imported, measured points, not read, not read');
      expect((await here.library.call('potentials.list', {})).filter(({ source }) => source === 'project').map(({ card }) => card.title)).toEqual([expect.stringMatching(/^My /)]);
      expect(await names()).toEqual(['Halite', 'Periclase']);
    });

    test('pasted text, and one structure of several, at a tolerance of choice', async () => {
      const { page } = await visit('/materials?import=1');
      await page.getByLabel('Or paste the text of a file').fill(trajectory);
      await page.getByRole('button', { name: 'Read it' }).click();
      await page.waitForSelector('.import-item canvas');
      expect(await page.locator('.import-item').innerText()).toMatch(/It holds 4 structures\.[\s\S]*/);
      expect(await page.locator('.import-item .sentences').innerText()).toContain('kept as labels and otherwise not used: note.');
      await page.locator('.frame-form input[type=text]').fill('3');
      await page.keyboard.press('Enter');
      await soon(() => page.locator('.crystal-facts').innerText()).toContain('6.0000, 4.0000, 4.0000 Å');
      await page.getByLabel('Name to keep it under').fill('Third');
      await page.getByLabel('Name to keep it under').press('Enter');
      await page.waitForSelector('.material h1');
      const [third] = await here.library.call('materials.list', {});
      expect(third).toMatchObject({ name: 'Third', origin: { kind: 'file', file: 'pasted text', frame: 3, frames: 4 }, spaceGroup: { number: 99 } });
    });

    test('by keyboard alone: Ctrl I, typed text, a name, Enter', async () => {
      const { page } = await visit('/');
      await page.keyboard.press('Control+i');
      await page.waitForSelector('.import-sheet');
      expect(await page.evaluate(() => document.activeElement?.textContent.trim())).toBe('Choose files…');
      await tabTo(page, /Or paste the text/);
      await page.keyboard.insertText(resource('structures/copper.cif'));
      await tabTo(page, /Read it/);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.import-item canvas');
      await tabTo(page, /Tolerance for the space group|slider-thumb/);
      const before = await page.locator('.tolerance-label b').innerText();
      await page.keyboard.press('ArrowRight');
      expect(await page.locator('.tolerance-label b').innerText()).not.toBe(before);
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-valuetext'))).toBe('3 × 10⁻⁴ Å: F m -3 m (225)');
      await tabTo(page, /Name to keep it under/);
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText('Copper by hand');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.material h1');
      expect((await here.library.call('materials.list', {}))[0]).toMatchObject({ name: 'Copper by hand', spaceGroup: { number: 225, tolerance: 3e-4 } });
    });
  });

  describe('prototypes', () => {
    fresh();

    test('by mouse: a kind, elements from the periodic table, a parameter; seen before it is added', async () => {
      const { page } = await visit('/materials?prototype=1');
      await page.locator('.kinds label', { hasText: 'Wurtzite' }).click();
      await page.getByRole('button', { name: 'Periodic table' }).first().click();
      await page.locator('.periodic-table button', { hasText: /^Ga$/ }).click();
      await page.getByRole('button', { name: 'Periodic table' }).nth(1).click();
      await page.locator('.periodic-table button', { hasText: /^N$/ }).click();
      await page.locator('.parameter-field input').first().fill('3.189');
      await soon(() => page.locator('.crystal-facts').innerText()).toMatch(/GaN[\s\S]*P63mc[\s\S]*3\.1890, 3\.1890, 5\.2076 Å/);
      await page.locator('.parameter-field input').first().fill('nonsense');
      expect(await page.locator('.parameter-field .wrong').innerText()).toBe('Give a number, or leave it empty for the standard value.');
      await page.locator('.parameter-field input').first().fill('1000');
      await soon(() => page.locator('.prototype-preview .problem').allInnerTexts()).toEqual(['Wurtzite: a (lattice parameter) cannot be 1000. Give a number from 0.5 to 100 Å.']);
      expect(await page.getByRole('button', { name: 'Add to the library' }).isDisabled()).toBe(true);
      await page.locator('.parameter-field input').first().fill('3,189');
      await soon(() => page.getByRole('button', { name: 'Add to the library' }).isDisabled()).toBe(false);
      await page.getByRole('button', { name: 'Add to the library' }).click();
      await page.waitForSelector('.material h1');
      expect((await here.library.call('materials.list', {}))[0]).toMatchObject({ name: 'GaN, wurtzite', formula: 'GaN', origin: { kind: 'prototype', parameters: { a: 3.189 } } });
    });

    test('by keyboard alone, with a remark where like elements make another kind', async () => {
      const { page } = await visit('/materials');
      await tabTo(page, /New from prototype/);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.prototype-preview canvas');
      await soon(() => page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('rocksalt');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await tabTo(page, /Element: cation/);
      await page.keyboard.press('Control+a');
      await page.keyboard.type('si');
      await tabTo(page, /^ *Periodic table/);
      await tabTo(page, /Element: anion/);
      await page.keyboard.press('Control+a');
      await page.keyboard.type('SI');
      await soon(() => page.locator('.prototype-preview .caution').allInnerTexts()).toEqual([expect.stringMatching(/^With these elements and values the space group is F d -3 m, not the F -4 3 m of the prototype/)]);
      await tabTo(page, /Periodic table/);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.periodic-table');
      // From silicon up to carbon.
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      await soon(() => page.locator('.crystal-facts').innerText()).toMatch(/^Formula\s+SiC/);
      await tabTo(page, /Add to the library/);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.material h1');
      expect((await here.library.call('materials.list', {}))[0]).toMatchObject({ name: 'SiC, zincblende', formula: 'SiC', spaceGroup: { number: 216 } });
    });
  });

  describe('one crystal', () => {
    fresh();
    let id: string;
    beforeAll(async () => {
      const { id: added } = await here.library.call('materials.import', { file: { name: 'mgo.cif', bytes: new TextEncoder().encode(mgo) }, frame: 1, tolerance: 1e-4, name: 'Periclase' });
      id = added;
    });
    const open = async (): Promise<Page> => {
      const { page } = await visit(`/materials/${id}`);
      await page.waitForSelector('.viewer canvas');
      await soon(() => page.locator('.tolerance').count()).toBe(1);
      return page;
    };
    const facts = (page: Page): Promise<string> => page.locator('.crystal-facts').innerText();
    /** What is seen, at a third of its size: enough to tell pictures apart, and soon read. */
    const pixels = (page: Page): Promise<string> => page.locator('.viewer canvas').evaluate((canvas: HTMLCanvasElement) => {
      const small = document.createElement('canvas');
      [small.width, small.height] = [Math.round(canvas.width / 3), Math.round(canvas.height / 3)];
      small.getContext('2d')!.drawImage(canvas, 0, 0, small.width, small.height);
      return small.toDataURL();
    });

    test('is shown in the cell and as the supercell of choice, which can be kept', async () => {
      const page = await open();
      expect(await facts(page)).toMatch(/Atoms in this cell\s+8[\s\S]*a, b, c\s+4\.2\d+, 4\.2\d+, 4\.2\d+ Å/);
      await page.locator('.segments label', { hasText: 'Primitive' }).click();
      await soon(() => facts(page)).toMatch(/Atoms in this cell\s+2/);
      await page.getByLabel('Cells along b').fill('3');
      await soon(() => facts(page)).toMatch(/Atoms in this cell\s+6/);
      expect(await page.locator('.site-table').innerText()).toMatch(/Mg\s+3[ab]\s+m-3m/);
      await page.getByLabel('Cells along c').fill('zero');
      expect(await page.locator('.supercell .wrong').innerText()).toBe('Whole numbers from 1 to 60.');
      await page.getByLabel('Cells along c').fill('60');
      await page.getByLabel('Cells along b').fill('60');
      await page.getByLabel('Cells along a').fill('60');
      await soon(() => page.locator('.viewer-card .problem').allInnerTexts()).toEqual(['Periclase would have 432000 atoms as 60 × 60 × 60 cells; the limit is 100000. Choose fewer cells.']);
      await page.getByLabel('Cells along c').fill('1');
      await page.getByLabel('Cells along b').fill('1');
      await page.getByLabel('Cells along a').fill('2');
      await soon(() => facts(page)).toMatch(/Atoms in this cell\s+4/);
      await page.getByRole('button', { name: 'Keep this cell…' }).click();
      expect(await page.getByRole('dialog').getByLabel('Name').inputValue()).toBe('Periclase, primitive 2 × 1 × 1');
      await page.keyboard.press('Enter');
      await soon(() => page.locator('h1').innerText()).toBe('Periclase, primitive 2 × 1 × 1');
      expect(await page.locator('#inspector').innerText()).toMatch(/cut from another crystal\s+Crystal\s+Periclase/);
    });

    test('tells distances and angles, by click and by keyboard, and copies them', async () => {
      const page = await open();
      const edge = (await here.library.call('materials.get', { id })).structure.cell[0]![0]!;
      await page.locator('.stage-host').focus();
      // Atoms in the order of the file: magnesium at the corners first.
      for (const key of ['n', 'Enter', 'n', 'Enter']) await page.keyboard.press(key);
      expect(await page.locator('.stage-note').innerText()).toMatch(/^Mg1, Mg 4[ab] \(m-3m\), at \(0, 0, 1\)$/);
      const rows = (): Promise<string[]> => page.locator('.measure tbody tr').allInnerTexts();
      expect(await rows()).toEqual([expect.stringMatching(new RegExp(`^Distance\\s+Mg1 – Mg1 \\(0 0 1\\)\\s+${edge.toFixed(4)} Å$`))]);
      await page.getByLabel('Atom number').fill('5');
      await page.keyboard.press('Enter');
      await page.getByLabel('Atom number').fill('99');
      await page.keyboard.press('Enter');
      expect(await page.locator('.measure .wrong').innerText()).toBe('There are atoms 1 to 8.');
      const values = await rows();
      expect(values).toHaveLength(3);
      await page.getByRole('button', { name: 'Copy: measured values' }).click();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(copied.split('\n')).toEqual(values.map((row) => row.replace(/^(\S+(?: angle)?)\s+(.*?)\s+(\S+(?: Å)?)$/, '$1 $2: $3')));
      await page.getByRole('button', { name: 'Clear', exact: true }).click();
      expect(await rows()).toEqual([]);
      // The middle of the picture is the middle of the cell: there an atom lies nearest to the eye.
      await page.locator('.viewer canvas').scrollIntoViewIfNeeded();
      const box = (await page.locator('.viewer canvas').boundingBox())!;
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
      await soon(() => page.locator('.measure-chosen ol li').count()).toBe(1);
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
      await soon(() => page.locator('.measure-chosen ol li').count()).toBe(0);
      await page.locator('.stage-host').focus();
      await page.keyboard.press('Escape');
      expect(await page.locator('.measure').count()).toBe(0);
    });

    test('turns, looks along axes, shows less or more, and colours by site', async () => {
      const page = await open();
      await page.locator('.stage-host').focus();
      const first = await pixels(page);
      for (const [key, what] of [['ArrowRight', 'turn'], ['+', 'zoom'], ['a', 'look along a'], ['c', 'look along c']] as const) {
        const before = await pixels(page);
        await page.keyboard.press(key);
        expect(await pixels(page), what).not.toBe(before);
      }
      await page.keyboard.press('0');
      await soon(() => pixels(page)).toBe(first);
      // Edges of this cell run inside its bonds, so that they are seen without them only.
      for (const name of ['Bonds', 'Colours by element', 'Perspective']) {
        await page.getByRole('button', { name, exact: true }).click();
        await soon(() => pixels(page), name).not.toBe(first);
        await page.getByRole('button', { name: name === 'Colours by element' ? 'Colours by site' : name, exact: true }).click();
        await soon(() => pixels(page), name).toBe(first);
      }
      await page.getByRole('button', { name: 'Bonds' }).click();
      await soon(() => pixels(page)).not.toBe(first);
      const unbonded = await pixels(page);
      expect(await page.locator('.stage-labels span').count()).toBe(3);
      await page.getByRole('button', { name: 'Cell', exact: true }).click();
      await soon(() => pixels(page)).not.toBe(unbonded);
      await page.getByRole('button', { name: 'Labels' }).click();
      await soon(() => page.locator('.stage-labels span').count()).toBe(27);
      await page.getByRole('button', { name: 'Colours by element' }).click();
      expect(await page.locator('.stage-legend').innerText()).toMatch(/^Mg 4[ab]\s+O 4[ab]$/);
    });

    test('saves its picture in print colours, on white or on nothing', async () => {
      const { page } = await visit(`/materials/${id}`, { theme: 'dark' });
      await page.waitForSelector('.viewer canvas');
      await page.waitForTimeout(200);
      const saved = async (ground: string): Promise<{ width: number; corner: number[] }> => {
        await page.getByRole('button', { name: 'Save picture' }).click();
        const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: ground }).click()]);
        expect(download.suggestedFilename()).toBe('MgO.png');
        const bytes = readFileSync(await download.path()).toString('base64');
        return page.evaluate(async (data) => {
          const image = new Image();
          image.src = `data:image/png;base64,${data}`;
          await image.decode();
          const canvas = document.createElement('canvas');
          [canvas.width, canvas.height] = [image.width, image.height];
          const paper = canvas.getContext('2d')!;
          paper.drawImage(image, 0, 0);
          return { width: image.width, corner: [...paper.getImageData(3, 3, 1, 1).data] };
        }, bytes);
      };
      expect(await saved('On white')).toEqual({ width: 2400, corner: [255, 255, 255, 255] });
      expect(await saved('Transparent')).toEqual({ width: 2400, corner: [0, 0, 0, 0] });
    });

    test('is exported, renamed, moved to the trash, and taken back, from its menu', async () => {
      const page = await open();
      const menu = async (item: string): Promise<void> => {
        await page.getByRole('button', { name: /^More for/ }).click();
        await page.getByRole('menuitem', { name: item }).click();
      };
      const [download] = await Promise.all([page.waitForEvent('download'), menu('POSCAR')]);
      expect(readFileSync(await download.path(), 'utf8')).toMatch(/\nMg O\n *4 4\n/);
      await menu('Rename…');
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText('Magnesia');
      await page.keyboard.press('Enter');
      await soon(() => page.locator('h1').innerText()).toBe('Magnesia');
      await menu('Move to the trash');
      await page.waitForSelector('.materials');
      expect(await names()).not.toContain('Magnesia');
      await page.getByRole('button', { name: 'Undo' }).click();
      await soon(names).toContain('Magnesia');
      await soon(() => page.locator('.line-name').allInnerTexts()).toContain('Magnesia');
    });

    test('that is gone, and a browser without WebGL, are sentences', async () => {
      const { page } = await visit('/materials/no-such-crystal', {
        before: () => {
          const original = HTMLCanvasElement.prototype.getContext;
          HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...more: unknown[]) {
            return kind.startsWith('webgl') ? null : Reflect.apply(original, this, [kind, ...more]) as never;
          } as typeof original;
        },
      });
      expect(await page.locator('[role=alert]').innerText()).toMatch(/^There is no material "no-such-crystal" in this project\./);
      await page.goto(new URL(`/materials/${id}`, here.library.url).href);
      await page.waitForSelector('.stage-host .note');
      expect(await page.locator('.stage-host').innerText()).toContain('This browser offers no WebGL');
      expect(await facts(page)).toContain('MgO');
      // three.js says so too, on the console.
      here.browser.problems.splice(0, here.browser.problems.length, ...here.browser.problems.filter((text) => !/WebGL/.test(text)));
    });
  });

  describe('can be read and used by everybody, in light and in dark', () => {
    fresh();

    test('empty, listed, imported, made, looked at', async () => {
      const { page } = await visit('/materials', { motion: 'reduce' });
      await page.waitForSelector('.example-list');
      expect(await axeFindings(page)).toEqual([]);
      await page.locator('.example-button', { hasText: 'Quartz' }).click();
      await page.waitForSelector('.tolerance');
      await page.getByRole('button', { name: 'Measure' }).click();
      await page.locator('.stage-host').focus();
      for (const key of ['n', 'Enter', 'n', 'Enter', 'n', 'Enter']) await page.keyboard.press(key);
      await page.waitForTimeout(100);
      expect(await axeFindings(page)).toEqual([]);
      await page.goto(new URL('/materials', here.library.url).href);
      await page.waitForSelector('.material-line');
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole('button', { name: /^More for/ }).click();
      await page.waitForSelector('[role=menu]');
      expect(await axeFindings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Import…' }).click();
      await page.waitForSelector('.drop-zone');
      expect(await axeFindings(page)).toEqual([]);
      await page.locator(chooser).setInputFiles([file('t.extxyz', trajectory), file('broken', 'nothing'), file('p.json', resource('potentials/si-tersoff.json'))]);
      await page.waitForSelector('.import-item canvas');
      await soon(async () => (await page.locator('.import-file .badge').allInnerTexts()).includes('reading')).toBe(false);
      for (const name of ['t.extxyz', 'broken', 'p.json']) {
        await page.locator('.import-file', { hasText: name }).click();
        expect(await axeFindings(page)).toEqual([]);
      }
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'New from prototype…' }).click();
      await page.waitForSelector('.prototype-preview canvas');
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Periodic table' }).first().click();
      await page.waitForSelector('.periodic-table');
      expect(await axeFindings(page)).toEqual([]);
    });
  });

  describe('at 200 % text', () => {
    fresh();

    test('nothing is lost sideways, and the frame stays', async () => {
      const { page } = await visit('/materials', { width: 640 });
      for (const path of ['/materials', '/materials?import=1', '/materials?prototype=1', `/materials/${(await here.library.call('materials.addExample', { example: 'mgo' })).id}`]) {
        await page.goto(new URL(path, here.library.url).href);
        await page.waitForSelector('h1');
        await page.waitForTimeout(300);
        expect(await page.evaluate(() => [...document.querySelectorAll('html, #main, .sheet, .sheet-body, .import-detail')].filter((part) => part.scrollWidth > part.clientWidth + 1).map((part) => `${part.tagName}.${part.className}`)), path).toEqual([]);
        // The frame fills the window; only the screen in it scrolls.
        expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight), path).toBeLessThanOrEqual(0);
      }
    });
  });
});
