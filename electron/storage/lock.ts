/**
 * One run per folder: a lock file naming the process that works there. A process number alone can be taken over by a
 * later process, so its start time is kept beside it; a lock whose process is gone is stale and is replaced.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuse, type MessageCode } from '../../core/contracts/messages.ts';
import { withPathNow } from './failures.ts';

interface Holder {
  readonly pid: number;
  /** Start time in clock ticks since boot (Linux), else null: then a running process of that number counts as the holder. */
  readonly ticks: string | null;
  readonly since: string;
}

export interface FolderLock {
  release(): void;
}

/** Field 22 of /proc/PID/stat; the command in field 2 may contain blanks and brackets, so counting starts after the last one. */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Field 3 is the state: a zombie has ended and only waits to be collected.
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.ticks !== null) return startTicks(holder.pid) === holder.ticks;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function read(path: string): { text: string; holder: Holder | null } | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  try {
    const { pid, ticks, since } = JSON.parse(text) as Partial<Holder>;
    const complete = typeof pid === 'number' && Number.isInteger(pid) && pid > 0 && (ticks === null || typeof ticks === 'string');
    return { text, holder: complete ? { pid, ticks, since: String(since) } : null };
  } catch {
    return { text, holder: null };
  }
}

/** Whoever works in `folder` now, or null. */
export function lockHolder(folder: string): { pid: number; since: string } | null {
  const found = read(join(folder, '.lock'));
  return found?.holder && isAlive(found.holder) ? found.holder : null;
}

/** `now`: ISO time for the sentence `refusal` that others get to read while this process holds the folder. */
export function lockFolder(folder: string, now: string, refusal: Extract<MessageCode, 'run.locked' | 'project.locked'> = 'run.locked'): FolderLock {
  const path = join(folder, '.lock');
  const mine = JSON.stringify({ pid: process.pid, ticks: startTicks(process.pid), since: now } satisfies Holder);
  const prepared = join(folder, `.lock.${String(process.pid)}.${Math.random().toString(36).slice(2)}`);
  return withPathNow(folder, () => {
    writeFileSync(prepared, mine, { flag: 'wx' });
    try {
      for (;;) {
        try {
          // A link appears with its whole content or not at all, and fails where the name is taken.
          linkSync(prepared, path);
          break;
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
        }
        const found = read(path);
        if (found?.holder && isAlive(found.holder)) refuse(refusal, { folder, pid: found.holder.pid, since: found.holder.since });
        if (found) takeAway(path, found.text, prepared);
      }
    } finally {
      rmSync(prepared, { force: true });
    }
    return {
      release: () => {
        if (read(path)?.text === mine) rmSync(path, { force: true });
      },
    };
  });
}

/** Removes a stale lock, but not one that another process has put there since it was read: that one is put back. */
function takeAway(path: string, staleText: string, prepared: string): void {
  const aside = `${prepared}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readFileSync(aside, 'utf8') !== staleText) {
    try {
      linkSync(aside, path);
    } catch {
      // A third process holds it by now; the next round of the loop finds it.
    }
  }
  rmSync(aside, { force: true });
}
