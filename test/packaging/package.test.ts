/** The configuration of the packages, and the packages that can be made here: a program of our files around a stand-in for Electron. */
import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';
import type { Configuration } from 'electron-builder';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { words } from '../../electron/shell/words.ts';
import { findUpdate } from '../../electron/services/updates.ts';
import { describeBuilt } from '../electron/command-line.ts';
import { shellIsBuilt, startShell } from '../electron/stand-in/start.ts';
import { describeWith } from '../shared.ts';
import { extract, readArchive, type Archived } from './archive.ts';
import { fusesIn, makeDistribution } from './stand-in-distribution.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'phonolite-package-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });
const { version, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string; devDependencies: { electron: string } };

const fuses = {
  runAsNode: false, enableCookieEncryption: true, enableNodeOptionsEnvironmentVariable: false, enableNodeCliInspectArguments: false, enableEmbeddedAsarIntegrityValidation: true, onlyLoadAppFromAsar: true, loadBrowserProcessSpecificV8Snapshot: false, grantFileProtocolExtraPrivileges: false,
};

describe('the configuration', () => {
  let config: Configuration;
  const targets = (name: 'win' | 'mac' | 'linux'): string[] => (config[name]!.target as { target: string }[]).map(({ target }) => target);
  beforeAll(async () => { config = await getConfig(root, null, null); });

  test('follows the schema of electron-builder', async () => {
    await validateConfiguration(config, new DebugLogger(false));
    await expect(validateConfiguration({ ...config, anything: 1 } as never, new DebugLogger(false))).rejects.toThrow(/anything/);
  });

  test('has a package for each system, with its icon', () => {
    expect([targets('win'), targets('mac'), targets('linux')]).toEqual([['nsis'], ['dmg'], ['AppImage', 'deb', 'tar.gz']]);
    for (const name of ['win', 'mac', 'linux'] as const) expect(existsSync(join(root, config[name]!.icon as string)), name).toBe(true);
    expect(readdirSync(join(root, config.linux!.icon as string))).toEqual(expect.arrayContaining(['16x16.png', '32x32.png', '48x48.png', '256x256.png', '512x512.png']));
    expect(config.linux).toMatchObject({ category: 'Science', maintainer: expect.stringContaining('@') as string });
    expect(config.nsis).toMatchObject({ perMachine: false, deleteAppDataOnUninstall: false });
  });

  test('puts nothing into the program but what is built', () => {
    expect(config.asar).toBe(true);
    expect(config.asarUnpack).toBeUndefined();
    const [{ filter }] = config.files as unknown as [{ filter: string[] }];
    expect(filter.filter((pattern) => !pattern.startsWith('!')).every((pattern) => pattern === 'package.json' || pattern.startsWith('out/'))).toBe(true);
    expect(filter).toContain('!node_modules/**/*');
  });

  test('closes every fuse that opens the program from outside', () => {
    expect(config.electronFuses).toEqual(fuses);
  });

  test('opens the files of the field, and projects', () => {
    const associations = config.fileAssociations as { ext: string | string[]; role: string; mimeType: string }[];
    expect(associations.flatMap(({ ext }) => ext)).toEqual(['cif', 'vasp', 'poscar', 'extxyz', 'xyz', 'phonolite']);
    // What others made is looked at and never taken over.
    expect(associations.map(({ role }) => role)).toEqual(['Viewer', 'Viewer', 'Viewer', 'Viewer', 'Editor']);
    expect(associations.every(({ mimeType }) => /^(chemical|application)\/x-[\w-]+$/.test(mimeType))).toBe(true);
  });

  test('signs and notarises with what the environment holds, hardened and with one right alone', () => {
    expect(config.mac).toMatchObject({ hardenedRuntime: true, notarize: true, entitlements: 'scripts/packaging/entitlements.plist', entitlementsInherit: 'scripts/packaging/entitlements.plist' });
    const entitlements = readFileSync(join(root, config.mac!.entitlements!), 'utf8');
    expect([...entitlements.matchAll(/<key>(.*)<\/key>/g)].map(([, key]) => key)).toEqual(['com.apple.security.cs.allow-jit']);
    expect(config.win!.signtoolOptions).toMatchObject({ signingHashAlgorithms: ['sha256'] });
    // No certificate, key or identity of anybody.
    expect(readFileSync(join(root, 'electron-builder.yml'), 'utf8')).not.toMatch(/^\s*(cscLink|cscKeyPassword|identity|certificateFile|certificatePassword):/m);
  });

  test('tells of updates where whoever makes the package says', () => {
    expect(config.publish).toEqual({ provider: 'generic', url: '${env.PHONOLITE_UPDATE_URL}', channel: 'latest' });
    for (const hook of [config.afterAllArtifactBuild, config.afterExtract]) expect(existsSync(join(root, hook as string))).toBe(true);
  });
});

describeBuilt('a package of this machine', () => {
  const output = join(folder, 'dist'), archive = join(output, 'linux-unpacked/resources/app.asar');
  const sevenZip = ['7za', '7z'].some((name) => (process.env['PATH'] ?? '').split(':').some((place) => existsSync(join(place, name))));
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const channel = { url: 'https://127.0.0.1:1/stable', publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64') };
  let files: Archived[];
  let said: string;

  beforeAll(() => {
    makeDistribution(join(folder, 'electron'), devDependencies.electron);
    const run = spawnSync(process.execPath, [join(root, 'scripts/packaging/package.ts'), '--built', '--output', output, sevenZip ? 'tar.gz' : 'dir'], {
      cwd: root, encoding: 'utf8',
      env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'electron'), PHONOLITE_UPDATE_URL: channel.url, PHONOLITE_UPDATE_PUBLIC_KEY: channel.publicKey, PHONOLITE_UPDATE_KEY: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string },
    });
    said = run.stdout + run.stderr;
    expect(run.status, said).toBe(0);
    files = readArchive(archive);
  });

  test('holds what is built and nothing else', () => {
    const paths = files.map(({ path }) => path);
    for (const needed of ['package.json', 'out/shell/main.js', 'out/shell/preload.cjs', 'out/engine/engine.js', 'out/engine/question-process.js', 'out/engine/worker.js', 'out/cli/phonolite.js', 'out/window/index.html', 'out/report/template.html', 'out/symmetry/moyo_wasm_bg.wasm', 'out/kernels/neural.wasm', 'out/resources/icons/32x32.png', 'out/resources/potentials/mgo-lewis-catlow.json']) expect(paths).toContain(needed);
    expect(paths.filter((path) => !/^(package\.json|out\/(chunks|cli|engine|kernels|report|resources|shell|symmetry|window)\/)/.test(path))).toEqual([]);
    expect(paths.filter((path) => /node_modules|\.(ts|vue|map|tsbuildinfo|icns|ico)$|(^|\/)(test|tests|shared|fixtures|runs|types)\//.test(path))).toEqual([]);
    expect(files.filter(({ unpacked }) => unpacked)).toEqual([]);
    expect(readdirSync(join(output, 'linux-unpacked/resources')).filter((name) => name !== 'app-update.yml')).toEqual(['app.asar']);
    // Nothing tells of the machine that it was made on.
    expect(files.filter(({ path, bytes }) => /\.(js|cjs|json|html|css)$/.test(path) && bytes.includes(root.slice(0, -1))).map(({ path }) => path)).toEqual([]);
  });

  test('is small, and every file carries its hash', () => {
    // Bundles, window, report template and symmetry library; Electron itself adds about 250 MB unpacked.
    expect(statSync(archive).size).toBeLessThan(12e6);
    for (const { path, bytes, hash } of files) expect(createHash('sha256').update(bytes).digest('hex'), path).toBe(hash);
  });

  test('starts its main process, and says nothing of how it is developed', () => {
    const inside = JSON.parse(files.find(({ path }) => path === 'package.json')!.bytes.toString()) as Record<string, unknown>;
    expect(inside).toMatchObject({ name: 'phonolite', productName: 'Phonolite', version, main: 'out/shell/main.js', type: 'module' });
    expect(Object.keys(inside)).not.toEqual(expect.arrayContaining(['devDependencies']));
    expect(inside['scripts']).toBeUndefined();
  });

  test('has its fuses set in the binary', () => {
    expect(fusesIn(readFileSync(join(folder, 'electron/electron'))).runAsNode).toBe(true);
    expect(fusesIn(readFileSync(join(output, 'linux-unpacked/phonolite')))).toEqual(fuses);
  });

  test('brings the licences, and only the languages that it speaks', () => {
    const around = readdirSync(join(output, 'linux-unpacked'));
    expect(around).toEqual(expect.arrayContaining(['LICENSE.phonolite.txt', 'LICENSES.third-party.txt', 'LICENSE.electron.txt', 'LICENSES.chromium.html']));
    const texts = readFileSync(join(output, 'linux-unpacked/LICENSES.third-party.txt'), 'utf8');
    for (const name of ['vue', 'pinia', 'vue-router', 'reka-ui', 'echarts', 'three', 'zod', '@spglib/moyo-wasm', 'fflate']) expect(texts).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
    expect(readdirSync(join(output, 'linux-unpacked/locales'))).toEqual(['en-US.pak']);
  });

  test('works where it was taken out of its archive: command line, and the window on the stand-in', async () => {
    const place = join(folder, 'taken-out');
    extract(files, place);
    const run = (...words: string[]): { status: number | null; stdout: string; stderr: string } => spawnSync(process.execPath, [join(place, 'out/cli/phonolite.js'), ...words], { encoding: 'utf8', cwd: folder });
    expect(run('--version').stdout.trim()).toBe(version);
    const computed = run('run', 'silicon', '--potential', 'si-stillinger-weber', '--property', 'relaxation', '--accuracy', 'quick', '--out', join(folder, 'run'));
    expect(computed.status, computed.stderr).toBe(0);
    expect(existsSync(join(folder, 'run/report.html'))).toBe(true);
    if (!shellIsBuilt) return;
    const shell = startShell({ home: join(folder, 'home'), main: join(place, 'out/shell/main.js'), packaged: true });
    try {
      const page = await shell.page();
      expect(await page.locator('h1').innerText()).toBe('What would you like to know about your crystal?');
      // Built in by whoever made the package.
      const asked = shell.next('dialog');
      await shell.act('choose', words.menu.help, words.menu.updates);
      await asked;
      expect((await shell.look()).dialogs.at(-1)!.options).toMatchObject({ message: expect.stringMatching(/^The list of versions https:\/\/127\.0\.0\.1:1\/stable\/releases\.json(\.sig)? cannot be reached: .+\. Try again later; nothing was changed\.$/) as string });
    } finally {
      await shell.stop('quit');
    }
    expect(shell.complaints).toBe('');
  });

  describeWith(sevenZip, 'p7zip is missing (apt install p7zip-full)', 'as a tar.gz', () => {
    test('is one folder with the program', () => {
      const list = spawnSync('tar', ['tzf', join(output, `Phonolite-${version}-x64.tar.gz`)], { encoding: 'utf8' }).stdout.split('\n');
      expect(list).toEqual(expect.arrayContaining(['phonolite', 'resources/app.asar', 'LICENSE.phonolite.txt'].map((name) => `Phonolite-${version}-x64/${name}`)));
    });

    test('stands in a list that is signed, and that its own program believes', async () => {
      const serve = ((url: URL | string) => Promise.resolve(new Response(readFileSync(join(output, String(url).split('/').at(-1)!))))) as typeof fetch;
      const here = { platform: 'linux', architecture: 'x64', ending: '.tar.gz' };
      expect(await findUpdate(channel, { ...here, version }, serve)).toBeNull();
      const update = await findUpdate(channel, { ...here, version: '0.0.1' }, serve);
      const bytes = readFileSync(join(output, update!.file.name));
      expect(update).toEqual({ version, file: { name: `Phonolite-${version}-x64.tar.gz`, platform: 'linux', architecture: 'x64', size: bytes.length, sha512: createHash('sha512').update(bytes).digest('base64') } });
    });
  });
});

test('a package that does not exist is said, with those that do', () => {
  const run = spawnSync(process.execPath, [join(root, 'scripts/packaging/package.ts'), '--built', 'rpm'], { encoding: 'utf8' });
  expect([run.status, run.stderr]).toEqual([2, 'There is no package "rpm" here. Packages: dir, tar.gz, deb, AppImage.\n']);
});
