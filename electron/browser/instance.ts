/**
 * One browser host per person: a second start finds the first and opens it again. The note says how; only its owner can
 * read it.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../storage/atomic.ts';

const note = z.strictObject({ url: z.string(), pid: z.number().int() });

const pathIn = (folder: string): string => join(folder, 'browser-host.json');

export async function announce(folder: string, url: string): Promise<() => void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = pathIn(folder);
  await writeAtomic(path, `${JSON.stringify({ url, pid: process.pid })}\n`, 0o600);
  return () => { rmSync(path, { force: true }); };
}

/** The link to a host that is running, or null. */
export async function runningHost(folder: string): Promise<string | null> {
  const path = pathIn(folder);
  if (!existsSync(path)) return null;
  let found: z.infer<typeof note>;
  try {
    found = note.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
  return (await answers(found.url)) ? found.url : null;
}

/** Only our own host sends this token on to its page. */
function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 303);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => { resolve(false); });
  });
}
