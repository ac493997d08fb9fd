/** A folder that electron-builder takes for Electron's: the files it moves, renames or writes into, and nothing that runs. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Marks the place of the fuses in Electron's binary. */
export const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** One letter each, all as Electron is delivered: on, but for those that start off. */
const delivered = '10110001';

export function makeDistribution(folder: string, version: string): void {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'));
  const wire = Buffer.concat([Buffer.from('a binary\0'), Buffer.from(fuseSentinel), Buffer.from([1, delivered.length]), Buffer.from(delivered), Buffer.from('\0its end')]);
  for (const [name, content] of [['electron', wire], ['version', version], ['LICENSE', 'MIT'], ['LICENSES.chromium.html', '<p>'], ['chrome-sandbox', ''], ['resources/default_app.asar', emptyArchive()], ['icudtl.dat', '']] as const) writeFileSync(join(folder, name), content);
  for (const language of ['en-US', 'de', 'fr', 'zh-CN']) writeFileSync(join(folder, `locales/${language}.pak`), '');
  for (const name of ['electron', 'chrome-sandbox']) chmodSync(join(folder, name), 0o755);
}

/** An archive with nothing in it: sizes of the header and of its parts, each twice over, then the header itself. */
function emptyArchive(): Buffer {
  const header = Buffer.from('{"files":{}}');
  const sizes = Buffer.alloc(16);
  for (const [k, size] of [4, header.length + 8, header.length + 4, header.length].entries()) sizes.writeUInt32LE(size, 4 * k);
  return Buffer.concat([sizes, header]);
}

/** Number of each fuse (`@electron/fuses`, version 1) and its state in a binary. */
export function fusesIn(binary: Buffer): Record<string, boolean> {
  const at = binary.indexOf(fuseSentinel) + fuseSentinel.length;
  const names = ['runAsNode', 'enableCookieEncryption', 'enableNodeOptionsEnvironmentVariable', 'enableNodeCliInspectArguments', 'enableEmbeddedAsarIntegrityValidation', 'onlyLoadAppFromAsar', 'loadBrowserProcessSpecificV8Snapshot', 'grantFileProtocolExtraPrivileges'];
  if (binary[at] !== 1 || binary[at + 1] !== names.length) throw new Error('the fuses are not of the first version');
  return Object.fromEntries(names.map((name, k) => [name, binary[at + 2 + k] === 0x31]));
}
