/** Which `core` computes: part of the name of every finished task, so that no other version's numbers are taken over. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Put in by the build (`electron/vite.config.ts`); absent where the sources run as they are. */
declare const __CORE_VERSION__: string | undefined;

/** SHA-256 over names and contents of the program text below `folder`. */
export function hashOfSources(folder: string): string {
  const hash = createHash('sha256');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/')).filter((name) => name.endsWith('.ts'));
  for (const name of names.sort()) hash.update(name).update('\0').update(readFileSync(join(folder, name))).update('\0');
  return hash.digest('hex');
}

let known: string | null = null;

export function coreVersion(): string {
  known ??= typeof __CORE_VERSION__ === 'string' ? __CORE_VERSION__ : hashOfSources(join(import.meta.dirname, '../../core'));
  return known;
}
