/** Large libraries and large crystals in Chromium: shown, searched and turned while a person waits. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RunFile } from '../../core/contracts/project.ts';
import { findBrowser } from '../../electron/services/browser.ts';
import { windowFolder } from '../../electron/services/layout.ts';
import { describeWith } from '../shared.ts';
import { shortest } from '../shortest.ts';
import { soon, useLibraries } from './library.ts';

describeWith(existsSync(join(windowFolder, 'index.html')) && findBrowser() !== null, 'out/ is not built or there is no Chromium', 'large libraries and crystals', () => {
  const here = useLibraries();
  const { fresh, visit } = here;

  describe('many', () => {
    fresh();
    beforeAll(async () => {
      const { structure: _structure, ...kept } = await here.library.call('materials.addPrototype', { prototype: 'rocksalt', elements: ['Mg', 'O'], parameters: {}, name: 'the first' });
      const record = await here.library.call('materials.get', { id: kept.id });
      for (let k = 0; k < 2000; k += 1) {
        const id = `crystal-${String(k)}`;
        const folder = join(here.library.project, 'structures', id);
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'material.json'), JSON.stringify({ ...record, id, name: `Crystal ${String(k)}`, hash: `${String(k)}`.padStart(64, '0') }));
      }
      mkdirSync(join(here.library.project, 'runs', 'a-run'), { recursive: true });
      writeFileSync(join(here.library.project, 'runs', 'a-run', 'run.json'), JSON.stringify({
        schema: 'phonolite-run/1', id: 'a-run', title: 'A run', created: record.imported, material: { id: 'crystal-1999', name: 'Crystal 1999', formula: 'MgO', spaceGroup: 'F m -3 m' }, crystal: null,
        potential: { id: 'mgo-lewis-catlow', name: 'mgo-lewis-catlow', hash: '0' }, properties: ['phonons'], accuracy: 'quick', threads: 1, state: 'done', started: record.imported, finished: record.imported, verdict: 'good', verdicts: { phonons: 'good' }, message: null, figures: [],
      } satisfies RunFile));
      await here.library.call('project.rebuild', {});
    });

    test('2000 crystals: the list comes at once, holds only what is near the screen, and is filtered and walked through by keys', async () => {
      const { page } = await visit('/');
      await page.waitForTimeout(300);
      const shown = await page.evaluate(async () => {
        const start = performance.now();
        document.querySelector<HTMLElement>('.navigation a[href="/materials"]')!.click();
        while (!document.querySelector('.material-line')) await new Promise(requestAnimationFrame);
        return performance.now() - start;
      });
      expect(await page.locator('.list-tools [role=status]').innerText()).toBe('2,001 crystals');
      expect(await page.locator('.material-line').count()).toBeLessThan(40);
      const typed = await page.evaluate(async () => {
        const field = document.querySelector<HTMLInputElement>('.search-field input')!;
        const start = performance.now();
        field.value = 'crystal 1999';
        field.dispatchEvent(new Event('input', { bubbles: true }));
        while (document.querySelectorAll('.material-line').length !== 1) await new Promise(requestAnimationFrame);
        return performance.now() - start;
      });
      expect(await page.locator('.line-name').innerText()).toBe('Crystal 1999');
      expect(await page.locator('.line-known').innerText()).toMatch(/^phonons\s+1 run$/);
      expect(await page.getByRole('link', { name: 'phonons of Crystal 1999, good: open the run' }).getAttribute('href')).toBe('/runs/a-run');
      await page.locator('.search-field input').fill('fm-3m mgo');
      await soon(() => page.locator('.list-tools [role=status]').innerText()).toBe('2,001 crystals');
      await page.locator('.search-field input').fill('no such thing');
      expect(await page.locator('.materials .empty-state').innerText()).toContain('No crystal of this project matches.');
      await page.getByRole('button', { name: 'Show all' }).click();
      await page.locator('.order-field select').selectOption('name');
      const first = page.locator('.material-line[data-index="0"] .line-name');
      await first.focus();
      for (let k = 0; k < 12; k += 1) {
        await page.keyboard.press('ArrowDown');
        await soon(() => page.evaluate(() => document.activeElement?.closest('[data-index]')?.getAttribute('data-index'))).toBe(String(k + 1));
      }
      await page.evaluate(() => { document.querySelector('#main')!.scrollTo(0, 100_000); });
      // Pictures are painted where the list has come to rest.
      await soon(() => page.locator('.material-line .preview canvas:visible').count()).toBeGreaterThan(4);
      expect(await page.locator('.material-line').count()).toBeLessThan(40);
      // 0.1 s each on an idle machine.
      expect(shown).toBeLessThan(1500);
      expect(typed).toBeLessThan(500);
    });
  });

  describe('20 000 atoms', () => {
    fresh();
    let id: string;
    beforeAll(async () => {
      const n = 14;
      const lines = Array.from({ length: 8 * n ** 3 }, (_, i) => {
        const [cell, k] = [Math.floor(i / 8), i % 8];
        const at = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0], [1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]][k]!;
        const corner = [cell % n, Math.floor(cell / n) % n, Math.floor(cell / n ** 2)];
        // Thermal motion of a tenth of an ångström, from a sequence without pattern.
        return `${k < 4 ? 'Na' : 'Cl'} ${at.map((part, axis) => (2.82 * (2 * corner[axis]! + part) + 0.1 * Math.sin(12.9898 * (3 * i + axis))).toFixed(4)).join(' ')}`;
      });
      const text = `${String(lines.length)}\nLattice="${String(5.64 * n)} 0 0 0 ${String(5.64 * n)} 0 0 0 ${String(5.64 * n)}" Properties=species:S:1:pos:R:3\n${lines.join('\n')}\n`;
      ({ id } = await here.library.call('materials.import', { file: { name: 'snapshot.extxyz', bytes: new TextEncoder().encode(text) }, frame: 1, tolerance: 1e-4, name: 'Snapshot' }));
    });

    test('turn smoothly, are seen within a second, and answer to the pointer', async () => {
      const { page } = await here.browser.open(here.library, '/materials', { motion: 'no-preference' });
      await page.waitForSelector('.line-name');
      const start = performance.now();
      await page.click('.line-name');
      await page.waitForSelector('.viewer canvas');
      await page.waitForSelector('.viewer .stage-note[role=status]', { state: 'detached' });
      const picture = performance.now() - start;
      expect(new URL(page.url()).pathname).toBe(`/materials/${id}`);
      await soon(() => page.locator('.viewer > p[id]').textContent()).toMatch(/^NaCl, cell of 78\.960, .*: 2\d,\d{3} atoms drawn with \d\d,\d{3} bonds\./);
      const measure = (): Promise<{ frames: number[]; answers: number[] }> => page.evaluate(async () => {
        const canvas = document.querySelector<HTMLCanvasElement>('.viewer canvas')!;
        const box = canvas.getBoundingClientRect();
        const send = (type: string, x: number, buttons: number): boolean => canvas.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: box.top + box.height / 2, buttons, button: 0, pointerId: 1, pointerType: 'mouse', isPrimary: true, bubbles: true }));
        const frame = (): Promise<number> => new Promise(requestAnimationFrame);
        const frames: number[] = [];
        let x = box.left + box.width / 2;
        send('pointerdown', x, 1);
        let last = await frame();
        for (let k = 0; k < 40; k += 1) {
          send('pointermove', x += 3, 1);
          const now = await frame();
          frames.push(now - last);
          last = now;
        }
        send('pointerup', x, 0);
        await new Promise((resolve) => { setTimeout(resolve, 400); });
        const answers: number[] = [];
        for (let k = 0; k < 12; k += 1) {
          const before = document.querySelector('.stage-note')?.textContent;
          const began = performance.now();
          send('pointermove', box.left + box.width * (0.35 + 0.025 * k), 0);
          for (let wait = 0; wait < 60 && document.querySelector('.stage-note')?.textContent === before; wait += 1) await frame();
          answers.push(performance.now() - began);
        }
        return { frames: frames.sort((p, q) => p - q), answers: answers.sort((p, q) => p - q) };
      });
      const median = (values: readonly number[]): number => values[values.length >> 1]!;
      // Drawn in software on two cores: the budgets are 1 s, 40 ms and 100 ms where there is a graphics card.
      const worst = await shortest(1, async () => {
        const times = await measure();
        console.log(`20 000 atoms under SwiftShader: first picture ${picture.toFixed(0)} ms, frames ${median(times.frames).toFixed(0)} ms (median), pointing ${median(times.answers).toFixed(0)} ms (median)`);
        return Math.max(median(times.frames) / 400, median(times.answers) / 100);
      });
      expect(picture).toBeLessThan(15_000);
      expect(worst, 'times of 400 ms for a frame, or of 100 ms for an answer').toBeLessThan(1);
      expect(await page.getByRole('button', { name: 'Labels' }).getAttribute('aria-disabled')).toBe('true');
    });
  });
});
