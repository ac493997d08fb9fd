/** Parts of the shell that need no window: who may leave, where a window opens, what a command line means. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Refusal } from '../../../core/contracts/messages.ts';
import { closeSession, staysHere } from '../../../electron/shell/guards.ts';
import { pathsIn, projectAt, readBrought } from '../../../electron/shell/handed-over.ts';
import { menuOf, type MenuParts } from '../../../electron/shell/menu.ts';
import { placeFor, WindowMemory } from '../../../electron/shell/window-memory.ts';

const folder = mkdtempSync(join(tmpdir(), 'phonolite-shell-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });
const place = (...names: string[]): string => join(folder, ...names);
const refusalOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.detail.code;
    throw error;
  }
  return 'none';
};

describe('a session', () => {
  test('lets requests go to our own scheme alone', () => {
    const own = 'app://phonolite';
    for (const url of ['app://phonolite/', 'app://phonolite/assets/x.js', 'blob:app://phonolite/1-2', 'data:image/png;base64,x', 'devtools://devtools/x']) expect(staysHere(url, own), url).toBe(true);
    for (const url of ['https://evil.example/', 'http://127.0.0.1/', 'ws://evil.example/', 'wss://evil.example/', 'ftp://evil.example/', 'file:///etc/passwd', 'app://print/', 'app://phonolite.evil.example/', 'about:blank', '']) expect(staysHere(url, own), url).toBe(false);
  });

  test('refuses every permission that is asked for or looked up, and every device', () => {
    const set: Record<string, (...given: never[]) => unknown> = {};
    const cancelled: boolean[] = [];
    closeSession({
      setPermissionRequestHandler: (handler: never) => { set['request'] = handler; }, setPermissionCheckHandler: (handler: never) => { set['check'] = handler; }, setDevicePermissionHandler: (handler: never) => { set['device'] = handler; },
      webRequest: { onBeforeRequest: (handler: (details: { url: string }, answer: (response: { cancel: boolean }) => void) => void) => { for (const url of ['https://evil.example/', 'app://phonolite/']) handler({ url }, ({ cancel }) => cancelled.push(cancel)); } },
    } as never);
    const granted: unknown[] = [];
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'fullscreen', 'openExternal', 'unknown']) {
      (set['request'] as (contents: null, permission: string, answer: (granted: boolean) => void) => void)(null, permission, (value) => granted.push(value));
      granted.push((set['check'] as (contents: null, permission: string, origin: string) => boolean)(null, permission, 'app://phonolite'));
    }
    granted.push((set['device'] as (details: object) => boolean)({ deviceType: 'usb' }));
    expect(new Set(granted)).toEqual(new Set([false]));
    expect(cancelled).toEqual([true, false]);
  });
});

describe('the place of the window', () => {
  const main = { x: 0, y: 25, width: 1920, height: 1055 }, second = { x: 1920, y: 0, width: 1280, height: 1024 };

  test('is the middle of the main screen at first, and never larger than it', () => {
    expect(placeFor([main], null)).toEqual({ x: 320, y: 143, width: 1280, height: 820 });
    expect(placeFor([{ x: 0, y: 0, width: 1024, height: 600 }], null)).toEqual({ x: 0, y: 0, width: 1024, height: 600 });
    expect(placeFor([], null)).toMatchObject({ width: 1280, height: 820 });
  });

  test('is the old one as long as it can be taken hold of', () => {
    for (const old of [{ x: 100, y: 100, width: 900, height: 700 }, { x: 2000, y: 50, width: 900, height: 700 }, { x: -700, y: 200, width: 900, height: 700 }]) expect(placeFor([main, second], old)).toEqual(old);
  });

  test('is found anew where the old one is on no screen any more', () => {
    for (const old of [{ x: 2000, y: 50, width: 900, height: 700 }, { x: -880, y: 200, width: 900, height: 700 }, { x: 100, y: -300, width: 900, height: 700 }, { x: 100, y: 1070, width: 900, height: 700 }]) expect(placeFor([main], old)).toEqual({ x: 510, y: 203, width: 900, height: 700 });
    // A screen that has become smaller.
    expect(placeFor([second], { x: 1930, y: 10, width: 1900, height: 1050 })).toEqual({ x: 1930, y: 10, width: 1280, height: 1024 });
  });

  test('is forgotten where its file cannot be read, and kept again at the next change', async () => {
    const path = place('window', 'window.json');
    const memory = new WindowMemory(path);
    expect(memory.value).toMatchObject({ bounds: null, whenClosing: 'ask' });
    await memory.change({ bounds: { x: 1, y: 2, width: 3, height: 4 }, whenClosing: 'go-on' });
    expect(new WindowMemory(path).value).toEqual({ schema: 'phonolite-window/1', bounds: { x: 1, y: 2, width: 3, height: 4 }, maximized: false, whenClosing: 'go-on' });
    for (const text of ['{', '{"schema":"phonolite-window/2"}', '{"schema":"phonolite-window/1","bounds":{"x":0.5,"y":0,"width":1,"height":1},"maximized":false,"whenClosing":"ask"}', '[]']) {
      writeFileSync(path, text);
      expect(new WindowMemory(path).value.bounds).toBeNull();
    }
    writeFileSync(place('file'), '');
    await new WindowMemory(place('file', 'window.json')).change({ maximized: true });
  });
});

describe('what the system hands over', () => {
  mkdirSync(place('project', 'structures'), { recursive: true });
  mkdirSync(place('deep', 'a', 'b', 'c', 'd'), { recursive: true });
  for (const name of [['project', 'project.json'], ['project', 'open.phonolite'], ['deep', 'top'], ['deep', '.hidden'], ['deep', 'a', 'one'], ['deep', 'a', 'b', 'two'], ['deep', 'a', 'b', 'c', 'three'], ['lonely.phonolite'], ['a b.cif']]) writeFileSync(place(...name), name.at(-1)!);

  test('is what is there on the disk, seen from where the program was started', () => {
    expect(pathsIn(['/usr/bin/phonolite', '--flag', 'a b.cif', 'gone.cif', '', place('project')], 1, folder)).toEqual([place('a b.cif'), place('project')]);
    expect(pathsIn(['electron', '.', 'a b.cif'], 2, folder)).toEqual([place('a b.cif')]);
    expect(pathsIn(['phonolite'], 1, folder)).toEqual([]);
  });

  test('a project by its folder, its record, or the file that stands for it', () => {
    for (const path of [place('project'), place('project', 'project.json'), place('project', 'open.phonolite')]) expect(projectAt(path), path).toBe(place('project'));
    for (const path of [place('deep'), place('lonely.phonolite'), place('a b.cif'), place('project', 'structures'), place('gone')]) expect(projectAt(path), path).toBeNull();
  });

  test('a folder as the files in it, to a depth and in an order', () => {
    const names = readBrought(place('deep')).map(({ name, bytes }) => `${name}: ${new TextDecoder().decode(bytes)}`);
    expect(names).toEqual(['deep/a/b/two: two', 'deep/a/one: one', 'deep/top: top']);
    expect(readBrought(place('a b.cif')).map(({ name }) => name)).toEqual(['a b.cif']);
  });

  test('not more than a message takes', () => {
    mkdirSync(place('many'));
    for (let k = 0; k <= 200; k++) writeFileSync(place('many', String(k)), '');
    expect(refusalOf(() => readBrought(place('many')))).toBe('service.tooMuch');
  });
});

describe('the menu', () => {
  const parts: MenuParts = { platform: 'linux', recent: ['/home/me/R&D'], askWhenClosing: true, updates: false, act: () => undefined, openProject: () => undefined, showProject: () => undefined, setAskWhenClosing: () => undefined, checkForUpdates: () => undefined };
  const names = (platform: NodeJS.Platform, updates = false): string[] => menuOf({ ...parts, platform, updates }).flatMap(({ label, submenu }) => (submenu as { label?: string; role?: string }[]).map((item) => `${String(label)} > ${item.label ?? item.role ?? '-'}`));

  test('follows the custom of each system', () => {
    const [apple, linux, windows] = [names('darwin'), names('linux'), names('win32')];
    expect(apple.filter((name) => name.startsWith('Phonolite'))).toEqual(expect.arrayContaining(['Phonolite > About Phonolite', 'Phonolite > Settings…', 'Phonolite > services', 'Phonolite > Hide Phonolite', 'Phonolite > Quit Phonolite']));
    expect(apple).not.toContain('File > quit');
    expect(linux).toEqual(windows);
    expect(linux).toEqual(expect.arrayContaining(['File > Settings…', 'File > quit', 'Help > About Phonolite']));
  });

  test('offers updates only where somebody provides them', () => {
    expect(names('linux').some((name) => name.includes('updates'))).toBe(false);
    expect(names('linux', true)).toContain('Help > Check for updates…');
    expect(names('darwin', true)).toContain('Phonolite > Check for updates…');
  });

  test('no two items share their keys, and an ampersand in a folder stays one', () => {
    const template = menuOf(parts);
    const keys = template.flatMap(({ submenu }) => (submenu as { accelerator?: string }[]).flatMap(({ accelerator }) => accelerator ?? []));
    expect(new Set(keys).size).toBe(keys.length);
    expect(JSON.stringify(template)).toContain('R&&D');
  });
});
