/** Files that are either the old version or the new one, never a part: temporary file, flush, rename, flush of the folder. */
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { withPath } from './failures.ts';

/** The last write that was begun for each path: writes to one path happen one after the other, in the order of the calls. */
const queues = new Map<string, Promise<void>>();
let serial = 0;

/** `mode`: permissions of a new file; by default what the system gives. */
export function writeAtomic(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
  const target = resolve(path);
  const before = queues.get(target) ?? Promise.resolve();
  const mine = before.catch(() => undefined).then(() => withPath(path, () => replace(target, content, mode)));
  queues.set(target, mine);
  const forget = (): void => {
    if (queues.get(target) === mine) queues.delete(target);
  };
  mine.then(forget, forget);
  return mine;
}

async function replace(target: string, content: string | Uint8Array, mode?: number): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${String(process.pid)}-${String(++serial)}.part`);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(target));
}

/** Makes a rename or a new file survive a loss of power. Windows cannot open folders and does not need it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
