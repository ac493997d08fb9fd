/**
 * The same program in Electron itself, where its binary is there (`npm start` or `npx install-electron` fetches it) and a
 * screen to open a window on. What the stand-in can only claim is looked at here.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findElectron } from '../../../scripts/electron-binary.ts';
import { freshHome, removeHomes } from '../../journeys/hosts.ts';
import { ask, whenEnded } from '../../journeys/service.ts';
import { shellIsBuilt } from '../stand-in/start.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const binary = findElectron({ package: join(root, 'node_modules/electron'), note: '', environment: process.env, platform: process.platform });
const screen = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
const missing = binary === null ? 'Electron\'s binary is not here' : !screen ? 'there is no screen' : process.getuid?.() === 0 ? 'the sandbox of Electron does not work for root' : !shellIsBuilt ? 'out/ is not built' : null;
// Also in continuous integration: no machine there can fetch the binary.
if (missing !== null) console.warn(`skipped: the program in Electron itself (${missing})`);

describe.skipIf(missing !== null)('the program in Electron itself', () => {
  const home = freshHome();
  let electron: ElectronApplication, page: Page;
  beforeAll(async () => {
    electron = await _electron.launch({ executablePath: binary!, args: [root], env: { ...(process.env as Record<string, string>), PHONOLITE_HOME: home } });
    page = await electron.firstWindow();
    await page.locator('h1').waitFor();
  });
  afterAll(async () => {
    await electron.close();
    removeHomes();
  });

  test('shows its first screen at its own origin, without Node', async () => {
    expect(await page.evaluate(() => [window.location.origin, typeof (window as unknown as { require?: unknown }).require, typeof (window as unknown as { process?: unknown }).process])).toEqual(['app://phonolite', 'undefined', 'undefined']);
    expect(await page.locator('.example').count()).toBeGreaterThan(3);
  });

  test('computes in a utility process, and prints', async () => {
    const { id: material } = await ask(page, 'materials.addExample', { example: 'mgo' });
    const { id: run } = await ask(page, 'runs.start', { wish: { material, potential: 'mgo-lewis-catlow', properties: ['elasticity'], accuracy: 'quick', settings: {} }, title: 'MgO' });
    expect(await whenEnded(page, run)).toBe('done');
    const pdf = await ask(page, 'reports.make', { run, format: 'pdf', sections: null });
    expect(Buffer.from(pdf.bytes).subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('refuses permissions, new windows, other places and foreign frames', async () => {
    expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied');
    expect(await page.evaluate(() => window.open('https://evil.example/') === null)).toBe(true);
    const before = page.url();
    await page.evaluate(() => { window.location.href = 'https://evil.example/'; });
    await page.waitForTimeout(500);
    expect(page.url()).toBe(before);
    expect(await page.evaluate(() => { const frame = document.createElement('iframe'); document.body.append(frame); return 'phonolite' in (frame.contentWindow as unknown as object); })).toBe(false);
    expect(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });
});
