/** Newer versions: believed with the right signature alone, kept only whole, never older than what is there. */
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Refusal } from '../../core/contracts/messages.ts';
import { compareVersions, downloadUpdate, findUpdate, updateChannelOf, type ReleaseFile, type UpdateChannel } from '../../electron/services/updates.ts';
import { releaseFileOf, signRelease } from '../../scripts/packaging/release.ts';

const folder = mkdtempSync(join(tmpdir(), 'phonolite-updates-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const text = (key: KeyObject): string => key.export({ format: 'der', type: 'spki' }).toString('base64');
const channel: UpdateChannel = { url: 'https://updates.phonolite.example/stable', publicKey: text(publicKey) };
const content = Buffer.from('a package');
const fileOf = (name: string, more: Partial<ReleaseFile> = {}): ReleaseFile => ({ name, platform: 'linux', architecture: 'x64', sha512: createHash('sha512').update(content).digest('base64'), size: content.length, ...more });
const here = { version: '1.2.3', platform: 'linux', architecture: 'x64', ending: '.deb' };

/** A server with a list, signed by `key`, and packages. */
function server(list: unknown, { key = privateKey, signature, packages = {}, asked = [] }: { key?: KeyObject; signature?: string; packages?: Record<string, Buffer | number>; asked?: string[] } = {}): typeof fetch {
  const bytes = Buffer.from(typeof list === 'string' ? list : JSON.stringify(list));
  const files: Record<string, Buffer | number> = { 'releases.json': bytes, 'releases.json.sig': Buffer.from(signature ?? `${sign(null, bytes, key).toString('base64')}\n`), ...packages };
  return ((url: string, options: RequestInit) => {
    asked.push(url);
    expect(options.redirect).toBe('error');
    const found = files[url.slice('https://updates.phonolite.example/stable/'.length)];
    if (found === undefined) return Promise.resolve(new Response('', { status: 404 }));
    return typeof found === 'number' ? Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND updates.phonolite.example') })) : Promise.resolve(new Response(new Uint8Array(found)));
  }) as unknown as typeof fetch;
}
const releases = (version: string, ...files: ReleaseFile[]): object => ({ schema: 'phonolite-release/1', version, files });
const refusalOf = async (work: Promise<unknown>): Promise<string> => work.then(() => 'none', (error: unknown) => { if (error instanceof Refusal) return error.detail.code; throw error; });

describe('the list of versions', () => {
  test('offers what is newer, of the kind that is there, for this machine', async () => {
    const files = [fileOf('Phonolite-1.3.0-arm64.deb', { architecture: 'arm64' }), fileOf('Phonolite-1.3.0-x64-setup.exe', { platform: 'win32' }), fileOf('Phonolite-1.3.0-x64.AppImage'), fileOf('Phonolite-1.3.0-x64.deb')];
    const get = server(releases('1.3.0', ...files));
    expect((await findUpdate(channel, here, get))?.file.name).toBe('Phonolite-1.3.0-x64.deb');
    expect((await findUpdate(channel, { ...here, ending: null }, get))?.file.name).toBe('Phonolite-1.3.0-x64.AppImage');
    expect((await findUpdate(channel, { ...here, platform: 'win32', ending: null }, get))?.file.name).toBe('Phonolite-1.3.0-x64-setup.exe');
    expect(await refusalOf(findUpdate(channel, { ...here, platform: 'darwin' }, get))).toBe('update.noPackage');
  });

  test('never leads back, though an old list is signed too', async () => {
    for (const version of ['1.2.3', '1.2.2', '0.9.9', '1.1.99']) expect(await findUpdate(channel, here, server(releases(version, fileOf('x.deb'))))).toBeNull();
    expect([compareVersions('1.10.0', '1.9.9') > 0, compareVersions('2.0.0', '10.0.0') < 0, compareVersions('1.2.3', '1.2.3')]).toEqual([true, true, 0]);
  });

  test('is not believed with another signature, or with none', async () => {
    const list = releases('9.0.0', fileOf('x.deb'));
    const other = generateKeyPairSync('ed25519').privateKey;
    const right = sign(null, Buffer.from(JSON.stringify(list)), privateKey);
    for (const get of [server(list, { key: other }), server(list, { signature: '' }), server(list, { signature: 'AAAA' }), server(list, { signature: Buffer.from(right.map((byte, k) => (k === 5 ? byte ^ 1 : byte))).toString('base64') }), server(releases('9.0.1', fileOf('x.deb')), { signature: right.toString('base64') })]) expect(await refusalOf(findUpdate(channel, here, get))).toBe('update.signature');
  });

  test('has a form, also where it is signed', async () => {
    for (const list of ['{', '[]', releases('9.0'), releases('9.0.0-beta.1'), { ...releases('9.0.0'), more: 1 }, releases('9.0.0', fileOf('../evil.deb')), releases('9.0.0', fileOf('a/b.deb')), releases('9.0.0', fileOf('https://evil.example/x.deb')), releases('9.0.0', fileOf('.deb')), releases('9.0.0', fileOf('x.deb', { size: 3e9 })), releases('9.0.0', fileOf('x.deb', { sha512: 'x' }))]) expect(await refusalOf(findUpdate(channel, here, server(list))), JSON.stringify(list)).toBe('update.list');
  });

  test('that cannot be reached is said with the reason', async () => {
    const error = await findUpdate(channel, here, server('', { packages: { 'releases.json': 0 } })).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Refusal);
    expect((error as Refusal).message).toBe('The list of versions https://updates.phonolite.example/stable/releases.json cannot be reached: getaddrinfo ENOTFOUND updates.phonolite.example. Try again later; nothing was changed.');
    expect(await refusalOf(findUpdate(channel, here, (() => Promise.resolve(new Response('', { status: 500 }))) as typeof fetch))).toBe('update.unreachable');
    // A list without an end.
    expect(await refusalOf(findUpdate(channel, here, (() => Promise.resolve(new Response(new Uint8Array(2e6)))) as typeof fetch))).toBe('update.unreachable');
  });
});

describe('a download', () => {
  const update = { version: '1.3.0', file: fileOf('x.deb') };

  test('that is what the list says is kept under its name', async () => {
    const asked: string[] = [];
    const path = await downloadUpdate(channel, update, folder, server('', { packages: { 'x.deb': content }, asked }));
    expect([path, readFileSync(path).equals(content), asked]).toEqual([join(folder, 'x.deb'), true, ['https://updates.phonolite.example/stable/x.deb']]);
    rmSync(path);
  });

  test('that is shorter, longer or other is not', async () => {
    for (const bytes of [content.subarray(1), Buffer.concat([content, Buffer.from('x')]), Buffer.from('b package'), Buffer.alloc(0), Buffer.alloc(1e6)]) expect(await refusalOf(downloadUpdate(channel, update, folder, server('', { packages: { 'x.deb': bytes } })))).toBe('update.damaged');
    expect(await refusalOf(downloadUpdate(channel, update, folder, server('')))).toBe('update.unreachable');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that cannot be written is said', async () => {
    expect(await refusalOf(downloadUpdate(channel, update, join(folder, 'nowhere'), server('', { packages: { 'x.deb': content } })))).toBe('storage.missing');
  });
});

describe('a channel', () => {
  test('is there where an address and a key are set, and the address is safe', () => {
    const set = (url: string, key: string): NodeJS.ProcessEnv => ({ PHONOLITE_UPDATE_URL: url, PHONOLITE_UPDATE_PUBLIC_KEY: key });
    expect(updateChannelOf({})).toBeNull();
    expect(updateChannelOf(set(channel.url, channel.publicKey))).toEqual(channel);
    const rsa = text(generateKeyPairSync('x25519').publicKey);
    for (const [url, key] of [[channel.url, ''], ['', channel.publicKey], ['http://updates.phonolite.example/', channel.publicKey], ['file:///etc', channel.publicKey], [channel.url, 'x'], [channel.url, rsa], [channel.url, `${'A'.repeat(59)}=`]] as const) expect(() => updateChannelOf(set(url, key)), `${url} ${key}`).toThrow();
  });
});

describe('making a list', () => {
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;

  test('takes packages of one version from several machines, and forgets those of the last', async () => {
    const place = mkdtempSync(join(folder, 'release-'));
    const make = (name: string): string => {
      writeFileSync(join(place, name), content);
      return join(place, name);
    };
    signRelease(place, '1.2.9', [make('Phonolite-1.2.9-x64.deb')], key);
    signRelease(place, '1.3.0', [make('Phonolite-1.3.0-x64.deb'), make('Phonolite-1.3.0-x64.deb.blockmap'), make('builder-debug.yml')], key);
    const [list] = signRelease(place, '1.3.0', [make('Phonolite-1.3.0-arm64.dmg'), make('Phonolite-1.3.0-x64-setup.exe')], key);
    expect((JSON.parse(readFileSync(list!, 'utf8')) as { files: ReleaseFile[] }).files.map(({ name }) => name)).toEqual(['Phonolite-1.3.0-arm64.dmg', 'Phonolite-1.3.0-x64-setup.exe', 'Phonolite-1.3.0-x64.deb']);
    const get = ((url: string) => Promise.resolve(new Response(readFileSync(join(place, url.split('/').at(-1)!))))) as unknown as typeof fetch;
    expect((await findUpdate(channel, here, get))?.file).toEqual(fileOf('Phonolite-1.3.0-x64.deb'));
  });

  test('knows a package by its name', () => {
    for (const [name, platform, architecture] of [['Phonolite-1.0.0-x64-setup.exe', 'win32', 'x64'], ['Phonolite-1.0.0-arm64.dmg', 'darwin', 'arm64'], ['Phonolite-1.0.0-x64.tar.gz', 'linux', 'x64'], ['Phonolite-1.0.0-arm64.AppImage', 'linux', 'arm64']] as const) {
      writeFileSync(join(folder, name), content);
      expect(releaseFileOf(join(folder, name))).toEqual(fileOf(name, { platform, architecture }));
    }
    expect(releaseFileOf(join(folder, 'latest-linux.yml'))).toBeNull();
    expect(existsSync(join(folder, 'latest-linux.yml'))).toBe(false);
  });

  test('asks for a key of the right kind', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
    expect(() => signRelease(folder, '1.0.0', [], rsa)).toThrow('Ed25519');
  });
});
