/** `npm start` with binaries and fetches that are made up: which window opens, what is said, what is remembered. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findElectron, reasonIn, rememberedFailure } from '../../scripts/electron-binary.ts';
import { startPhonolite } from '../../scripts/start.ts';

const version = '45.4.1';
let folder: string, packageFolder: string, note: string, opened: string, said: string[];

/** A program that notes its command line, says something and ends. */
function programAt(path: string, who: string, status = 0, errors = '', linger = 0): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!${process.execPath}
require('node:fs').appendFileSync(${JSON.stringify(opened)}, JSON.stringify([${JSON.stringify(who)}, ...process.argv.slice(2)]) + '\\n');
process.stderr.write(${JSON.stringify(errors)});
setTimeout(() => process.exit(${String(status)}), ${String(linger)});
`);
  chmodSync(path, 0o755);
}

/** What `install.js` of the package does: `work` fetches, or fails. */
function installer(work: string): void {
  writeFileSync(join(packageFolder, 'install.js'), work);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phonolite-start-'));
  [packageFolder, note, opened] = ['electron', 'out/electron-fetch.json', 'opened'].map((name) => join(folder, name)) as [string, string, string];
  said = [];
  mkdirSync(packageFolder);
  writeFileSync(join(packageFolder, 'package.json'), JSON.stringify({ version }));
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
  programAt(join(folder, 'out/cli/phonolite.js'), 'browser host');
  mkdirSync(join(folder, 'out/shell'));
  writeFileSync(join(folder, 'out/shell/main.js'), '');
});
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

/** An Electron that was fetched. */
function fetched(status = 0, errors = '', linger = 0, of = version): void {
  programAt(join(packageFolder, 'dist/electron'), 'window', status, errors, linger);
  writeFileSync(join(packageFolder, 'dist/version'), of);
  writeFileSync(join(packageFolder, 'path.txt'), 'electron');
}

const screen = { DISPLAY: ':0' };
const options = (environment: NodeJS.ProcessEnv = screen, given: string[] = []): Parameters<typeof startPhonolite>[0] => ({
  root: folder, package: packageFolder, note, environment, platform: 'linux', given, say: (sentence) => { said.push(sentence); }, fetchLimit: 60_000,
});
const starts = (): string[][] => (existsSync(opened) ? readFileSync(opened, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as string[]) : []);

describe('a binary that is there', () => {
  test('opens the window with whatever was given, and nothing is said', async () => {
    fetched();
    expect(await startPhonolite(options(screen, ['my.cif']))).toBe(0);
    expect(starts()).toEqual([['window', folder, 'my.cif']]);
    expect(said).toEqual([]);
  });

  test('lies where ELECTRON_OVERRIDE_DIST_PATH points, whatever its version', async () => {
    programAt(join(folder, 'mine/electron'), 'mine');
    expect(await startPhonolite(options({ ...screen, ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'mine') }))).toBe(0);
    expect(starts()).toEqual([['mine', folder]]);
  });

  test('is found under the name of each system', () => {
    for (const [platform, name] of [['darwin', 'Electron.app/Contents/MacOS/Electron'], ['win32', 'electron.exe'], ['linux', 'electron']] as const) {
      programAt(join(folder, platform, name), platform);
      expect(findElectron({ package: packageFolder, note, platform, environment: { ELECTRON_OVERRIDE_DIST_PATH: join(folder, platform) } })).toBe(join(folder, platform, name));
    }
  });

  test('ends with the status of the window that has been open', async () => {
    fetched(3, '', 80);
    expect(await startPhonolite({ ...options(), opening: 20 })).toBe(3);
    expect(starts()).toHaveLength(1);
  });

  test('falls back to the browser where the window does not open, and says what Electron said', async () => {
    fetched(133, '[1:0101/1.1:FATAL:x.cc(1)] Running as root without --no-sandbox is not supported. See https://crbug.com/638180.\n');
    expect(await startPhonolite(options(screen, ['--no-open', '--port', '4000']))).toBe(0);
    const why = 'Electron could not open its window: Running as root without --no-sandbox is not supported. See https://crbug.com/638180';
    expect(starts()).toEqual([['window', folder, '--no-open', '--port', '4000'], ['browser host', 'serve', '--note', `${why}.`, '--no-open', '--port', '4000']]);
    expect(said).toEqual([`Phonolite opens in the browser instead: ${why}.`]);
  });

  test('is left alone where there is no screen', async () => {
    fetched();
    expect(await startPhonolite(options({}))).toBe(0);
    expect(starts().map(([who]) => who)).toEqual(['browser host']);
    expect(said.join()).toContain('there is no screen to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set)');
  });
});

describe('a binary that is missing', () => {
  test('is fetched once and then opens', async () => {
    fetched();
    rmSync(join(packageFolder, 'path.txt'));
    const made = readFileSync(join(packageFolder, 'dist/electron'), 'utf8');
    rmSync(join(packageFolder, 'dist'), { recursive: true });
    installer(`const fs = require('node:fs'), d = ${JSON.stringify(join(packageFolder, 'dist'))}; fs.mkdirSync(d); fs.writeFileSync(d + '/electron', ${JSON.stringify(made)}, { mode: 0o755 }); fs.writeFileSync(d + '/version', '${version}');`);
    expect(await startPhonolite(options())).toBe(0);
    expect(starts()).toEqual([['window', folder]]);
    expect(said).toEqual(['Electron\'s binary is missing. Fetching it once (about 110 MB, at most 1 min) …', 'Electron is there now.']);
    expect(existsSync(note)).toBe(false);
  });

  test('that cannot be fetched opens the browser, says why, and is not waited for at the next start', async () => {
    installer('console.error(new Error("getaddrinfo ENOTFOUND github.com").stack); process.exit(1);');
    expect(await startPhonolite(options(screen, ['--json']))).toBe(0);
    const why = 'Electron\'s binary is missing and could not be fetched (getaddrinfo ENOTFOUND github.com)';
    expect(said).toEqual([
      'Electron\'s binary is missing. Fetching it once (about 110 MB, at most 1 min) …', 'It could not be fetched: getaddrinfo ENOTFOUND github.com. To try again, run "npm start -- --fetch" or "npx install-electron".', `Phonolite opens in the browser instead: ${why}.`,
    ]);
    expect(starts()).toEqual([['browser host', 'serve', '--note', `${why}.`, '--json']]);

    // A fetch now would be noticed.
    installer(`require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'tried'))}, ''); process.exit(1);`);
    said.length = 0;
    expect(await startPhonolite(options())).toBe(0);
    expect(existsSync(join(folder, 'tried'))).toBe(false);
    expect(said[0]).toBe('Electron\'s binary is missing, and fetching it failed before: getaddrinfo ENOTFOUND github.com. To try again, run "npm start -- --fetch" or "npx install-electron".');

    expect(await startPhonolite(options(screen, ['--fetch']))).toBe(0);
    expect(existsSync(join(folder, 'tried'))).toBe(true);
    // The word is for this script alone.
    expect(starts().at(-1)).not.toContain('--fetch');
  });

  test('a fetch that hangs is ended', async () => {
    installer('setInterval(() => {}, 1000);');
    const began = performance.now();
    expect(await startPhonolite({ ...options(), fetchLimit: 1000 })).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(said.join('\n')).toContain('It could not be fetched: it took longer than 1 s.');
  });

  test('a fetch that brings nothing is no fetch', async () => {
    installer('');
    await startPhonolite(options());
    expect(said.join('\n')).toContain('the download ended without a program that can be started');
  });

  test('no network is said in words', async () => {
    installer('console.error(new TypeError("fetch failed").stack); process.exit(1);');
    await startPhonolite(options());
    expect(said[1]).toContain('It could not be fetched: the place where it is kept cannot be reached (fetch failed).');
  });

  test('an installation without the package says so', async () => {
    rmSync(join(packageFolder, 'package.json'));
    await startPhonolite(options());
    expect(said.join('\n')).toContain('the package electron is not installed');
    expect(starts().map(([who]) => who)).toEqual(['browser host']);
  });

  test('a failure is forgotten with the next version, and with a note that cannot be read', () => {
    mkdirSync(dirname(note), { recursive: true });
    const places = options();
    for (const [text, reason] of [[JSON.stringify({ version, reason: 'no network' }), 'no network'], [JSON.stringify({ version: '1.0.0', reason: 'no network' }), null], ['{', null]] as const) {
      writeFileSync(note, text);
      expect(rememberedFailure(places)).toBe(reason);
    }
  });

  test('of another version is fetched anew', async () => {
    fetched(0, '', 0, '44.0.0');
    installer('process.exit(1);');
    await startPhonolite(options());
    expect(starts().map(([who]) => who)).toEqual(['browser host']);
  });

  test('where ELECTRON_OVERRIDE_DIST_PATH points nowhere, nothing is fetched', async () => {
    installer(`require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'tried'))}, '');`);
    await startPhonolite(options({ ...screen, ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'nowhere') }, ['my.cif', '--project', 'folder']));
    expect(existsSync(join(folder, 'tried'))).toBe(false);
    const why = `there is no Electron in ${join(folder, 'nowhere')}, where ELECTRON_OVERRIDE_DIST_PATH points`;
    expect(said).toEqual([`Phonolite opens in the browser instead: ${why}.`, 'Drop my.cif into the page: a browser is not handed any files.']);
    expect(starts()).toEqual([['browser host', 'serve', '--note', `${why}.`, '--project', 'folder']]);
  });
});

test('what is not built is said with the command that builds it', async () => {
  rmSync(join(folder, 'out/shell'), { recursive: true });
  expect(await startPhonolite(options())).toBe(2);
  expect(said).toEqual([`The built file ${join(folder, 'out/shell/main.js')} is missing. Run "npm run build" first.`]);
  expect(starts()).toEqual([]);
});

test('of many lines that which says why is told', () => {
  expect(reasonIn('Downloading\nError: connect ECONNREFUSED 1.2.3.4:443\n    at x (y.js:1:2)\n    at z\n')).toBe('connect ECONNREFUSED 1.2.3.4:443');
  expect(reasonIn('\n')).toBeNull();
});
