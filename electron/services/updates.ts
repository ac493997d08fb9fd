/**
 * Newer versions of the program, where whoever made the package provides them: looked for when the person asks, believed
 * only with the signature of the makers over version and hashes, downloaded only when the person says so. Nothing is
 * installed by itself.
 */
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { refuse } from '../../core/contracts/messages.ts';
import { withPath } from '../storage/failures.ts';

const channelSchema = z.strictObject({
  /** https address of the folder with the packages and their list. */
  url: z.url({ protocol: /^https$/ }),
  /** Ed25519, SPKI as base64: what the list must be signed with. */
  publicKey: z.string().regex(/^[A-Za-z0-9+/]{59}=$/),
});
export type UpdateChannel = z.infer<typeof channelSchema>;

const versionForm = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/;

/** `releases.json` on the channel; `releases.json.sig` beside it is the signature over its bytes, as base64. */
export const releaseList = z.strictObject({
  schema: z.literal('phonolite-release/1'),
  version: z.string().regex(versionForm),
  files: z.array(z.strictObject({
    /** In the same folder. */
    name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,120}$/),
    platform: z.enum(['linux', 'darwin', 'win32']),
    architecture: z.enum(['x64', 'arm64']),
    sha512: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
    /** bytes */
    size: z.int().min(1).max(2e9),
  })).max(100),
});
export type ReleaseList = z.infer<typeof releaseList>;
export type ReleaseFile = ReleaseList['files'][number];

export const listNames = { list: 'releases.json', signature: 'releases.json.sig' } as const;

/** From the environment of whoever makes a package; null where nothing is set. Throws where a part is missing or wrong. */
export function updateChannelOf(environment: NodeJS.ProcessEnv): UpdateChannel | null {
  const [url, publicKey] = [environment['PHONOLITE_UPDATE_URL'] ?? '', environment['PHONOLITE_UPDATE_PUBLIC_KEY'] ?? ''];
  return url === '' && publicKey === '' ? null : readChannel({ url, publicKey });
}

/** Throws where it is none. */
export function readChannel(json: unknown): UpdateChannel {
  const channel = channelSchema.parse(json);
  keyOf(channel);
  return channel;
}

function keyOf({ publicKey }: UpdateChannel): KeyObject {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('the key of an update channel is an Ed25519 key');
  return key;
}

/** Positive where `a` is newer. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => versionForm.exec(version)?.slice(1).map(Number) ?? []) as [number[], number[]];
  for (let k = 0; k < 3; k++) if (left[k] !== right[k]) return (left[k] ?? -1) - (right[k] ?? -1);
  return 0;
}

export interface Update {
  readonly version: string;
  readonly file: ReleaseFile;
}

/** Which kind of package a person opens who has this one. */
const kinds: Readonly<Record<string, RegExp>> = { win32: /\.exe$/, darwin: /\.dmg$/, linux: /\.(AppImage|deb|tar\.gz)$/ };

export interface Here {
  readonly version: string;
  readonly platform: string;
  readonly architecture: string;
  /** Ending of the package that this one came in; null where that is not known. */
  readonly ending: string | null;
}

/** ms */
const patience = 20_000;
const listLimit = 1e6;

type Fetch = typeof fetch;

async function bytesAt(url: string, get: Fetch): Promise<Uint8Array> {
  try {
    // No redirection: the address that was built in is the one that counts.
    const response = await get(url, { redirect: 'error', signal: AbortSignal.timeout(patience), cache: 'no-store' });
    if (!response.ok) throw new Error(`it answers ${String(response.status)}`);
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of response.body ?? []) {
      length += part.length;
      if (length > listLimit) throw new Error('it does not end');
      parts.push(part);
    }
    return Buffer.concat(parts);
  } catch (error) {
    return refuse('update.unreachable', { url, reason: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, 200);
}

const placeOf = ({ url }: UpdateChannel, name: string): string => new URL(name, url.endsWith('/') ? url : `${url}/`).href;

/** A newer version for this machine, or null. Refused where the list cannot be reached or is not signed by the makers. */
export async function findUpdate(channel: UpdateChannel, here: Here, get: Fetch = fetch): Promise<Update | null> {
  const url = placeOf(channel, listNames.list);
  const [bytes, signature] = await Promise.all([bytesAt(url, get), bytesAt(placeOf(channel, listNames.signature), get)]);
  if (!verify(null, bytes, keyOf(channel), Buffer.from(new TextDecoder().decode(signature).trim(), 'base64'))) refuse('update.signature', { url });
  let list: ReleaseList;
  try {
    list = releaseList.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    return refuse('update.list', { url, problem: error instanceof z.ZodError ? (error.issues[0]?.message ?? 'it is none') : String(error) });
  }
  // An old list is signed too: whoever shows it again gets nobody to go back.
  if (compareVersions(list.version, here.version) <= 0) return null;
  const fitting = list.files.filter(({ platform, architecture, name }) => platform === here.platform && architecture === here.architecture && kinds[here.platform]?.test(name));
  const file = fitting.find(({ name }) => here.ending !== null && name.endsWith(here.ending)) ?? fitting[0];
  return file ? { version: list.version, file } : refuse('update.noPackage', { version: list.version, platform: here.platform, architecture: here.architecture });
}

/** Downloads a package into `folder` and checks it. Returns its path; what is not exactly what the list says is not kept. */
export async function downloadUpdate(channel: UpdateChannel, { file }: Update, folder: string, get: Fetch = fetch): Promise<string> {
  const url = placeOf(channel, file.name), path = join(folder, file.name), part = `${path}.part`;
  const hash = createHash('sha512');
  let size = 0;
  const check = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const bytes of source) {
      size += bytes.length;
      if (size > file.size) refuse('update.damaged', { file: file.name });
      hash.update(bytes);
      yield bytes;
    }
  };
  try {
    let response: Response;
    try {
      response = await get(url, { redirect: 'error' });
      if (!response.ok || !response.body) throw new Error(`it answers ${String(response.status)}`);
    } catch (error) {
      return refuse('update.unreachable', { url, reason: reasonOf(error) });
    }
    await withPath(part, () => pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), check, createWriteStream(part)));
    if (size !== file.size || hash.digest('base64') !== file.sha512) refuse('update.damaged', { file: file.name });
    await withPath(path, () => rename(part, path));
    return path;
  } finally {
    await rm(part, { force: true });
  }
}
