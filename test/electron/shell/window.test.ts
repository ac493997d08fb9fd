/** The built main process and preload script on the stand-in for Electron: window, menu, second starts, and runs that outlive their window. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { windowAction } from '../../../core/contracts/service.ts';
import { methodNames } from '../../../core/contracts/service-names.ts';
import { userSettings } from '../../../core/contracts/project.ts';
import { words } from '../../../electron/shell/words.ts';
import { findBrowser } from '../../../electron/services/browser.ts';
import { freshHome, removeHomes } from '../../journeys/hosts.ts';
import { ask, whenEnded } from '../../journeys/service.ts';
import { describeWith } from '../../shared.ts';
import { shellIsBuilt, startShell, type Shell } from '../stand-in/start.ts';

afterAll(removeHomes);

const cif = "data_test\n_cell_length_a 4.2\n_cell_length_b 4.2\n_cell_length_c 4.2\n_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 90\n_symmetry_space_group_name_H-M 'F m -3 m'\nloop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nMg 0 0 0\nO 0.5 0.5 0.5\n";
const { menu, closing } = words;

describeWith(shellIsBuilt && findBrowser() !== null, 'out/ is not built or there is no Chromium', 'the desktop application', () => {
  const home = freshHome();
  const file = join(home, 'periclase.cif');
  let shell: Shell, page: Page;
  const begin = async (paths: readonly string[] = []): Promise<void> => {
    shell = startShell({ home, paths, packaged: true });
    page = await shell.page();
    await page.locator('h1').waitFor();
  };
  /** A second start of the same person; it hands over what it was given and ends. */
  const again = async (...paths: string[]): Promise<void> => {
    const second = startShell({ home, paths, packaged: true, folder: home });
    expect(await second.ended).toBe(0);
    expect(second.complaints).toBe('');
  };
  const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
    for (let tries = 0; !(await holds()); tries++) {
      if (tries > 400) throw new Error(`${holds.toString()} never came true`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const open = async (kind: 'dialog', act: () => Promise<unknown>): Promise<{ message?: string; detail?: string; buttons?: string[] }> => {
    const asked = shell.next(kind);
    await act();
    await asked;
    return (await shell.look()).dialogs.at(-1)!.options;
  };
  const start = async (title: string, properties: ('relaxation' | 'expansion')[], accuracy: 'quick' | 'standard'): Promise<string> => {
    const material = await ask(page, 'materials.addExample', { example: 'mgo' });
    return (await ask(page, 'runs.start', { wish: { material: material.id, potential: 'mgo-lewis-catlow', properties, accuracy, settings: {} }, title })).id;
  };

  beforeAll(async () => {
    writeFileSync(file, cif);
    await begin([file]);
  });
  afterAll(async () => { await shell.stop('kill'); });

  test('opens sandboxed, with one typed function for each method and nothing of the machine', async () => {
    expect((await shell.look()).sandbox).toBe(true);
    const found = await page.evaluate(() => {
      const { phonolite } = window as unknown as { phonolite: { call: Record<string, unknown>; subscribe: unknown } };
      return {
        keys: Object.keys(phonolite), methods: Object.values(phonolite.call).every((one) => typeof one === 'function') && Object.keys(phonolite.call).length, frozen: Object.isFrozen(phonolite) && Object.isFrozen(phonolite.call),
        node: ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron'].filter((name) => name in window),
        replaced: ((): boolean => { try { (window as unknown as { phonolite: unknown }).phonolite = 1; } catch { /* strict code throws */ } return (window as unknown as { phonolite: unknown }).phonolite === 1; })(),
      };
    });
    expect(found).toEqual({ keys: ['call', 'subscribe'], methods: methodNames.length, frozen: true, node: [], replaced: false });
  });

  test('files of the command line wait for the window and lead to where they are looked at', async () => {
    await page.waitForURL(/\/materials(\?|$)/);
  });

  test('a second start shows the window again and hands its files over', async () => {
    await page.evaluate(() => {
      const target = window as unknown as { phonolite: { subscribe: (listener: (event: { type: string; files?: { name: string; bytes: Uint8Array }[] }) => void) => void }; told: string[] };
      target.told = [];
      target.phonolite.subscribe((event) => { if (event.files) target.told.push(...event.files.map(({ name, bytes }) => `${name}: ${new TextDecoder().decode(bytes)}`)); });
    });
    await shell.act('minimize');
    expect((await shell.look()).windows[0]!.focused).toBe(false);
    const folder = join(home, 'n2p2');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'input.nn'), 'a');
    writeFileSync(join(folder, 'weights.012.data'), 'b');
    // Relative to the folder where it was started, and one that is not there.
    await again('periclase.cif', 'n2p2', 'nothing.cif');
    await until(async () => (await page.evaluate(() => (window as unknown as { told: string[] }).told.length)) === 3);
    expect(await page.evaluate(() => (window as unknown as { told: string[] }).told)).toEqual([`periclase.cif: ${cif}`, 'n2p2/input.nn: a', 'n2p2/weights.012.data: b']);
    expect((await shell.look()).windows[0]!.focused).toBe(true);
  });

  test('a file that macOS hands over arrives too', async () => {
    expect(await shell.act('openFile', file)).toBe(true);
    await until(async () => (await page.evaluate(() => (window as unknown as { told: string[] }).told.length)) === 4);
  });

  test('the menu does what keys and palette do', async () => {
    const reached = new Set<string>();
    for (const [path, action, place] of [
      [[menu.file, menu.newRun], 'new-run', /\/new$/], [[menu.file, menu.import], 'import', /\/materials\?import=1$/], [[menu.file, menu.prototype], 'prototype', /\/materials\?prototype=1$/], [[menu.file, menu.settings], 'settings', /\/settings$/],
      [[menu.go, menu.home], 'home', /localhost\/$/], [[menu.go, menu.materials], 'materials', /\/materials$/], [[menu.go, menu.potentials], 'potentials', /\/potentials$/], [[menu.go, menu.runs], 'runs', /\/runs$/], [[menu.go, menu.compare], 'compare', /\/compare$/],
    ] as const) {
      await shell.act('choose', ...path);
      await page.waitForURL(place);
      reached.add(action);
    }
    for (const [path, action, dialog] of [[[menu.view, menu.search], 'search', 'Search or do'], [[menu.help, menu.keys], 'keys', 'Keys']] as const) {
      await shell.act('choose', ...path);
      await page.getByRole('dialog', { name: dialog }).waitFor();
      await page.keyboard.press('Escape');
      reached.add(action);
    }
    // A screen with details shows and hides them; the placeholders of tests may have none.
    await shell.act('choose', menu.view, menu.details);
    reached.add('details');
    expect([...reached].sort()).toEqual([...windowAction.options].sort());
  });

  test('the theme of the system parts follows the settings', async () => {
    await ask(page, 'settings.change', { theme: 'dark' });
    expect((await shell.look()).theme).toBe('dark');
    await ask(page, 'settings.change', { theme: 'system' });
    expect((await shell.look()).theme).toBe('system');
  });

  test('a project is opened with the dialog of the system, and a foreign folder refused in a sentence', async () => {
    const [foreign, other] = ['other-things', 'second-project'].map((name) => join(home, name)) as [string, string];
    for (const folder of [foreign, other]) mkdirSync(folder);
    writeFileSync(join(foreign, 'thesis.tex'), '');
    await open('dialog', () => shell.act('choose', menu.file, menu.openProject));
    const refused = await open('dialog', () => shell.act('answer', 'open', [foreign]));
    expect(refused.message).toBe(`The folder ${foreign} already holds other files (thesis.tex). Choose a new or an empty folder, or one that is a project.`);
    await shell.act('answer', 'message', { response: 0 });
    await open('dialog', () => shell.act('choose', menu.file, menu.openProject));
    await shell.act('answer', 'open', [other]);
    await page.getByTitle(other).first().waitFor();
    // Whoever thinks better of it stays where they are.
    await open('dialog', () => shell.act('choose', menu.file, menu.openProject));
    await shell.act('answer', 'open', []);
    // The file that stands for a project opens it, here the first one again.
    const first = join(home, 'Phonolite');
    await again(join(first, 'Open this project.phonolite'));
    await page.getByTitle(first).first().waitFor();
    await shell.act('choose', menu.file, menu.showProject);
    expect((await shell.look()).external).toEqual([first]);
  });

  test('a window that has crashed is opened again', async () => {
    const asked = await open('dialog', () => shell.act('loseRenderer'));
    expect(asked.message).toBe(words.crashed.message);
    await shell.act('answer', 'message', { response: 0 });
    await page.locator('h1').waitFor();
    await shell.act('choose', menu.go, menu.home);
    await page.waitForURL(/localhost\/$/);
  });

  test('a mistake of the program is told in a sentence, with a file for whoever mends it', async () => {
    const asked = await open('dialog', () => shell.act('fail', 'the handle of the lamp'));
    const log = join(home, 'settings/errors.log');
    expect(asked.message).toBe(`Phonolite met a condition it did not expect: Error: the handle of the lamp. What was computed is kept; the details are in ${log}.`);
    expect(readFileSync(log, 'utf8')).toMatch(/^\d{4}-\S+\nError: the handle of the lamp\n {4}at /);
    // Said once; the window goes on.
    await shell.act('fail', 'another');
    await until(() => readFileSync(log, 'utf8').includes('another'));
    expect((await shell.look()).dialogs.filter(({ kind }) => kind === 'error')).toHaveLength(1);
    expect((await ask(page, 'application.state', {})).project).not.toBeNull();
  });

  test('a run goes on when its window is closed: asked once, in the tray meanwhile, and found again by a new start', async () => {
    // The other core is for the windows of these tests.
    await ask(page, 'settings.change', { threads: 1 });
    const run = await start('MgO, long', ['expansion'], 'standard');
    await until(async () => (await shell.look()).awake.length === 1);
    const asked = await open('dialog', () => shell.act('closeWindow'));
    expect(asked).toMatchObject({ message: closing.message, buttons: [closing.goOn, closing.stop, closing.cancel] });
    await shell.act('answer', 'message', { response: 2, checkboxChecked: true });
    expect((await shell.look()).windows).toHaveLength(1);
    await open('dialog', () => shell.act('closeWindow'));
    const closed = shell.next('closed');
    await shell.act('answer', 'message', { response: 0, checkboxChecked: true });
    await closed;
    const alone = await shell.look();
    expect(alone.windows).toEqual([]);
    expect(alone.tray?.tip).toBe('Phonolite computes MgO, long');
    expect(alone.tray?.menu).toMatchObject([{ name: words.tray.show }, { name: words.tray.quit }]);
    const [shown, gone] = [shell.next('loaded'), shell.next('closed')];
    await shell.act('chooseInTray', words.tray.show);
    await shown;
    // The answer holds: it is not asked again.
    await shell.act('closeWindow');
    await gone;
    await again();
    page = await shell.page();
    await page.getByRole('contentinfo').getByText('Running: MgO, long').waitFor();
    expect((await shell.look()).tray).toBeNull();
    // Whoever looks elsewhere is told of its end, and brought here by a click.
    await shell.act('minimize');
    const told = shell.next('notification');
    await ask(page, 'runs.command', { id: run, command: 'stop-and-keep' });
    await told;
    expect((await ask(page, 'runs.get', { id: run })).summary.state).toBe('stopped');
    await shell.act('clickNotification');
    expect((await shell.look()).windows[0]!.focused).toBe(true);
    await until(async () => (await shell.look()).awake.length === 0);
  });

  test('it tells when the run is done, and ends when nothing is left to do', async () => {
    await start('MgO, short', ['relaxation'], 'quick');
    const [told, closed] = [shell.next('notification'), shell.next('closed')];
    // The answer of the first time holds.
    await shell.act('closeWindow');
    await closed;
    await told;
    const { notifications, dialogs } = await shell.look().catch(() => ({ notifications: [{ title: 'MgO, short', body: words.ended.body({ state: 'done', verdict: 'good', message: null }) }], dialogs: [] }));
    expect(notifications.at(-1)).toEqual({ title: 'MgO, short', body: 'Done. All checks were passed.' });
    expect(dialogs.filter(({ answered }) => !answered)).toEqual([]);
    expect(await shell.ended).toBe(0);
    expect(shell.complaints).toBe('');
  });

  test('whoever quits stops the run; what is finished is kept, and the next start offers it', async () => {
    await begin();
    const run = await start('MgO, again', ['expansion'], 'standard');
    await until(async () => (await ask(page, 'runs.get', { id: run })).summary.progress !== null);
    await shell.act('setBounds', { x: 40, y: 60, width: 1100, height: 700 });
    const began = performance.now();
    await shell.stop('quit');
    expect(await shell.ended).toBe(0);
    // Stopping waits at most 3 s for what is being computed.
    expect(performance.now() - began).toBeLessThan(8000);
    expect(existsSync(join(home, 'Phonolite/runs', run, 'result.json'))).toBe(false);
    await begin();
    expect((await ask(page, 'runs.get', { id: run })).summary.state).toBe('interrupted');
    await page.getByText('One run was interrupted. What had been computed is kept.').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await until(async () => (await ask(page, 'runs.get', { id: run })).summary.progress !== null);
    expect((await ask(page, 'runs.get', { id: run })).events.some((event) => event.type === 'run-started' && event.resumed)).toBe(true);
    await ask(page, 'runs.command', { id: run, command: 'stop-and-keep' });
    expect(await whenEnded(page, run)).toBe('stopped');
  });

  test('the window comes back where it was, and the answer can be taken back in the menu', async () => {
    // As it was left before the last start.
    expect((await shell.look()).windows[0]!.bounds).toEqual({ x: 40, y: 60, width: 1100, height: 700 });
    await shell.act('choose', menu.file, menu.askWhenClosing);
    await until(() => (JSON.parse(readFileSync(join(home, 'settings/window.json'), 'utf8')) as { whenClosing: string }).whenClosing === 'ask');
    expect(userSettings.parse(JSON.parse(readFileSync(join(home, 'settings/settings.json'), 'utf8'))).theme).toBe('system');
    expect((await shell.look()).left).toEqual([]);
    await shell.stop('quit');
    expect(shell.complaints).toBe('');
  });
});
