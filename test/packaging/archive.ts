/** Reads an asar archive: sizes, a header as JSON, then all files one after the other. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
  readonly size?: number;
  readonly offset?: string;
  readonly unpacked?: boolean;
  readonly integrity?: { readonly algorithm: string; readonly hash: string };
}

export interface Archived {
  readonly path: string;
  readonly bytes: Buffer;
  readonly unpacked: boolean;
  readonly hash: string | undefined;
}

export function readArchive(path: string): Archived[] {
  const bytes = readFileSync(path);
  const start = 8 + bytes.readUInt32LE(4), header = JSON.parse(bytes.subarray(16, 16 + bytes.readUInt32LE(12)).toString('utf8')) as Entry;
  const found: Archived[] = [];
  const walk = (entry: Entry, at: string): void => {
    for (const [name, inside] of Object.entries(entry.files ?? {})) {
      const place = at === '' ? name : `${at}/${name}`;
      if (inside.files) walk(inside, place);
      else {
        const from = start + Number(inside.offset ?? 0);
        found.push({ path: place, bytes: bytes.subarray(from, from + (inside.size ?? 0)), unpacked: inside.unpacked === true, hash: inside.integrity?.hash });
      }
    }
  };
  walk(header, '');
  return found;
}

export function extract(files: readonly Archived[], folder: string): void {
  for (const { path, bytes } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}
