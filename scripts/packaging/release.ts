/**
 * After the packages are made: the list of versions, signed over version and hashes with the makers' key, for the update
 * channel. `PHONOLITE_UPDATE_KEY` is an Ed25519 private key as PEM, or the path of one; without it there is no list.
 */
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BuildResult } from 'electron-builder';
import { listNames, releaseList, type ReleaseFile } from '../../electron/services/updates.ts';

const platforms: readonly (readonly [RegExp, ReleaseFile['platform']])[] = [[/\.exe$/, 'win32'], [/\.dmg$/, 'darwin'], [/\.(AppImage|deb|tar\.gz)$/, 'linux']];

/** What the name of a package says; null for what is none. */
export function releaseFileOf(path: string): ReleaseFile | null {
  const name = basename(path);
  const platform = platforms.find(([ending]) => ending.test(name))?.[1];
  const architecture = /-(arm64|x64)[.-]/.exec(name)?.[1] as ReleaseFile['architecture'] | undefined;
  if (!platform || !architecture) return null;
  const bytes = readFileSync(path);
  return { name, platform, architecture, sha512: createHash('sha512').update(bytes).digest('base64'), size: bytes.length };
}

/** Adds packages to the list in `folder`, or begins it. Packages of one version are made on several machines. */
export function signRelease(folder: string, version: string, paths: readonly string[], key: string): string[] {
  const list = join(folder, listNames.list), signature = join(folder, listNames.signature);
  const before = existsSync(list) ? releaseList.parse(JSON.parse(readFileSync(list, 'utf8'))) : null;
  const made = paths.map(releaseFileOf).filter((file) => file !== null);
  const kept = before?.version === version ? before.files.filter(({ name }) => !made.some((file) => file.name === name)) : [];
  const text = `${JSON.stringify(releaseList.parse({ schema: 'phonolite-release/1', version, files: [...kept, ...made].sort((a, b) => a.name.localeCompare(b.name)) }), null, 2)}\n`;
  const privateKey = createPrivateKey(key.includes('-----BEGIN') ? key : readFileSync(key, 'utf8'));
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('PHONOLITE_UPDATE_KEY is no Ed25519 key: make one with "openssl genpkey -algorithm ed25519".');
  writeFileSync(list, text);
  writeFileSync(signature, `${sign(null, Buffer.from(text), privateKey).toString('base64')}\n`);
  return [list, signature];
}

export default function afterAllArtifactBuild({ outDir, artifactPaths }: BuildResult): string[] {
  const key = process.env['PHONOLITE_UPDATE_KEY'];
  if (key === undefined || key === '') return [];
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return signRelease(outDir, version, artifactPaths, key);
}
