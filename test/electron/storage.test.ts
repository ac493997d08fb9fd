import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../core/contracts/messages.ts';
import { writeAtomic } from '../../electron/storage/atomic.ts';
import { LineLog } from '../../electron/storage/line-log.ts';
import { TaskJournal } from '../../electron/storage/journal.ts';
import { readableJson } from '../../electron/storage/json.ts';
import { lockFolder, lockHolder } from '../../electron/storage/lock.ts';
import { readInput } from '../../electron/storage/read.ts';
import { discardRun, keptRequest, makeFolder, refuseForeignFolder } from '../../electron/storage/run-folder.ts';

let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'phonolite-storage-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

const codeOf = (error: unknown): string => (error instanceof Refusal ? error.detail.code : String(error));
const codeThrown = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return codeOf(error);
  }
  return 'nothing';
};

describe('atomic files', () => {
  test('writes to one path happen in the order of the calls, also when they are begun together', async () => {
    const path = join(folder, 'a.json');
    await Promise.all(Array.from({ length: 30 }, (_, i) => writeAtomic(path, `${String(i)}\n`.repeat(1000 - i))));
    expect(readFileSync(path, 'utf8')).toBe('29\n'.repeat(971));
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  test('a write that the system refuses leaves the old file and no temporary one, and does not block the next', async () => {
    const path = join(folder, 'taken');
    mkdirSync(join(path, 'inside'), { recursive: true });
    expect(codeOf(await writeAtomic(path, 'x').catch((error: unknown) => error))).toMatch(/^storage\./);
    expect(readdirSync(folder)).toEqual(['taken']);
    await writeAtomic(join(folder, 'b'), 'y');
    expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('y');
  });

  test('a file where a folder is needed, a missing folder and a read-only file system are sentences', async () => {
    writeFileSync(join(folder, 'file'), '');
    const sentence = async (path: string): Promise<string> => codeOf(await writeAtomic(path, 'x').catch((error: unknown) => error));
    expect(await sentence(join(folder, 'file', 'x'))).toBe('storage.notFolder');
    expect(await sentence(join(folder, 'absent', 'x'))).toBe('storage.missing');
    // Nobody, not even root, makes files in /proc; the kernel says so in one of these ways.
    if (process.platform === 'linux') expect(await sentence('/proc/phonolite')).toMatch(/^storage\.(missing|denied|readOnly)$/);
  });

  test('a full disk is a sentence', () => {
    if (process.platform !== 'linux') return;
    const log = new LineLog('/dev/full');
    expect(codeThrown(() => { log.append({ type: 'paused', at: '' }); })).toBe('storage.full');
    log.close();
  });
});

describe('the journal of finished tasks', () => {
  const key = (i: number): string => i.toString(16).padStart(64, '0');

  test('gives back what was put in, also after it was opened again', () => {
    const path = join(folder, 'journal');
    const first = new TaskJournal(path);
    for (let i = 0; i < 50; i++) first.put(key(i), new Uint8Array(i * 7).fill(i));
    first.close();
    const again = new TaskJournal(path);
    expect(again.size).toBe(50);
    for (let i = 0; i < 50; i++) expect(again.get(key(i))).toEqual(new Uint8Array(i * 7).fill(i));
    expect(again.get(key(50))).toBeNull();
    again.close();
  });

  test('cut at any byte, or with any byte changed, it keeps exactly the whole records before the damage', () => {
    const path = join(folder, 'journal');
    const whole = new TaskJournal(path);
    const ends: number[] = [];
    for (let i = 0; i < 5; i++) {
      whole.put(key(i), new Uint8Array(20 + 11 * i).fill(i + 1));
      ends.push(statSync(path).size);
    }
    whole.close();
    const bytes = readFileSync(path);
    const damage = fc.record({ at: fc.nat({ max: bytes.length - 1 }), flip: fc.integer({ min: 1, max: 255 }), cut: fc.boolean() });
    fc.assert(
      fc.property(damage, ({ at, flip, cut }) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] as number) ^ flip;
        writeFileSync(path, cut ? bytes.subarray(0, at) : damaged);
        const survivors = ends.filter((end) => end <= at).length;
        const journal = new TaskJournal(path);
        expect(journal.size).toBe(survivors);
        // What is added after the damage survives too.
        journal.put(key(99), Uint8Array.of(9));
        journal.close();
        const again = new TaskJournal(path);
        expect(again.size).toBe(survivors + 1);
        expect(again.get(key(99))).toEqual(Uint8Array.of(9));
        again.close();
      }),
      { numRuns: 200 },
    );
  });

  test('records are with the system as soon as they are put: nothing finished is lost with the process', () => {
    const path = join(folder, 'journal');
    const journal = new TaskJournal(path);
    journal.put(key(1), Uint8Array.of(1));
    // Opened beside the first, as after a kill: the first has neither flushed nor closed.
    const other = new TaskJournal(path);
    expect(other.get(key(1))).toEqual(Uint8Array.of(1));
    other.close();
    journal.close();
  });
});

describe('the event log', () => {
  test('a torn last line is cut off, whole lines stay', () => {
    const path = join(folder, 'events.ndjson');
    const log = new LineLog(path);
    log.append({ type: 'paused', at: 'a' });
    log.close();
    appendFileSync(path, '{"type":"resu');
    const again = new LineLog(path);
    again.append({ type: 'resumed', at: 'b' });
    again.close();
    expect(readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual([{ type: 'paused', at: 'a' }, { type: 'resumed', at: 'b' }]);
  });
});

describe('the lock of a run folder', () => {
  test('refuses a second holder with its process and lets go when released', () => {
    const lock = lockFolder(folder, '2026-01-01T00:00:00Z');
    expect(lockHolder(folder)).toMatchObject({ pid: process.pid });
    expect(() => lockFolder(folder, 'later')).toThrow(`process ${String(process.pid)}, since 2026-01-01T00:00:00Z`);
    lock.release();
    expect(lockHolder(folder)).toBeNull();
    lockFolder(folder, 'later').release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('the lock of a process that was killed is stale', async () => {
    const script = `import { lockFolder } from ${JSON.stringify(new URL('../../electron/storage/lock.ts', import.meta.url).href)}; lockFolder(${JSON.stringify(folder)}, 'x'); process.stdout.write('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(codeThrown(() => lockFolder(folder, 'y'))).toBe('run.locked');
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    lockFolder(folder, 'z').release();
  });

  test('a process number that went to another process does not hold the lock', () => {
    if (process.platform !== 'linux') return;
    writeFileSync(join(folder, '.lock'), JSON.stringify({ pid: process.pid, ticks: '1', since: 'before' }));
    lockFolder(folder, 'now').release();
  });

  test('a lock that no one can read is stale', () => {
    writeFileSync(join(folder, '.lock'), '{"pid":');
    lockFolder(folder, 'now').release();
  });
});

describe('the run folder', () => {
  test('folders that were made are taken away again as far as they are empty', () => {
    const deep = join(folder, 'a', 'b', 'c');
    const made = makeFolder(deep);
    writeFileSync(join(folder, 'a', 'mine'), '');
    made.undo();
    expect(existsSync(join(folder, 'a', 'b'))).toBe(false);
    expect(readdirSync(join(folder, 'a'))).toEqual(['mine']);
  });

  test('a folder with other files is refused by name, an empty one and leftovers of a killed run are not', () => {
    refuseForeignFolder(folder);
    writeFileSync(join(folder, '.request.json.12-1.part'), '');
    mkdirSync(join(folder, '.cache'));
    refuseForeignFolder(folder);
    writeFileSync(join(folder, 'thesis.tex'), '');
    expect(() => { refuseForeignFolder(folder); }).toThrow('thesis.tex');
  });

  test('discarding a run leaves files that are not its own', () => {
    for (const name of ['request.json', 'events.ndjson', 'notes.txt']) writeFileSync(join(folder, name), '');
    discardRun(folder);
    expect(readdirSync(folder)).toEqual(['notes.txt']);
  });

  test('a damaged request is a sentence with its path', () => {
    writeFileSync(join(folder, 'request.json'), '{"schema": "phonolite-request/1"');
    expect(codeThrown(() => keptRequest(folder))).toBe('run.unreadableRequest');
    writeFileSync(join(folder, 'request.json'), '{"schema": "phonolite-request/9"}');
    // Not damaged, but of a later version.
    expect(codeThrown(() => keptRequest(folder))).toBe('project.newer');
  });
});

describe('reading what a user names', () => {
  test('folders, devices and absent files are sentences', () => {
    expect(codeThrown(() => readInput(folder))).toBe('storage.isFolder');
    expect(codeThrown(() => readInput(join(folder, 'absent')))).toBe('storage.missing');
    if (process.platform === 'linux') expect(codeThrown(() => readInput('/dev/zero'))).toBe('run.inputKind');
  });

  test('a file larger than the limit is refused before it is read', () => {
    const path = join(folder, 'huge');
    writeFileSync(path, '');
    truncateSync(path, 1e12);
    const before = performance.now();
    expect(codeThrown(() => readInput(path))).toBe('run.inputTooLarge');
    // The promise to users is one second for any bad file.
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

test('readable JSON is JSON: the same value in full precision, rows of numbers on one line', () => {
  // JSON has neither −0 nor numbers that are not finite; results hold null with a reason instead.
  const value = fc.jsonValue().map((json) => JSON.parse(JSON.stringify(json)) as unknown);
  fc.assert(fc.property(value, (json) => { expect(JSON.parse(readableJson(json))).toEqual(json); }));
  expect(readableJson({ cell: [[1, 2, 3], [4, 5, 0.1 + 0.2]] })).toBe('{\n  "cell": [\n    [1, 2, 3],\n    [4, 5, 0.30000000000000004]\n  ]\n}\n');
});
