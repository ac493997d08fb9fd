/** A disk that fills up in the middle of a run, and one that cannot be written at all. Real ones, as small as can be. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { phonolite, program } from './command-line.ts';
import { physicsIn, temporaryFolder } from './silicon.ts';

const system = (...command: [string, ...string[]]): boolean => process.platform === 'linux' && spawnSync(command[0], command.slice(1)).status === 0;
const mountAt = (disk: string): boolean => system('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk);

/** Tried once and taken away again, so that nothing stays mounted where the tests do not run. */
function mayMount(): boolean {
  const trial = temporaryFolder();
  const works = mountAt(trial.path) && system('umount', trial.path);
  trial.remove();
  return works;
}

const able = mayMount();
if (!able) console.warn('skipped: full and read-only disks (this user may not mount one)');

const command = (folder: string): string[] =>
  ['run', 'silicon', '--potential', 'si-stillinger-weber', '--property', 'elasticity', '--property', 'phonons', '--accuracy', 'quick', '--out', folder];

describe.skipIf(!able || !existsSync(program))('full and read-only disks', () => {
  const place = temporaryFolder();
  const disk = join(place.path, 'disk');
  let expected = '';
  beforeAll(async () => {
    mkdirSync(disk);
    expect(mountAt(disk)).toBe(true);
    const folder = join(place.path, 'plenty');
    expect(await phonolite(command(folder))).toMatchObject({ status: 0 });
    expected = physicsIn(folder).replaceAll(folder, '');
  });

  afterAll(() => {
    system('umount', disk);
    place.remove();
  });

  test('a disk that fills up ends the run with one sentence; with more room the same command continues to the same bits', async () => {
    const folder = join(disk, 'run');
    const full = await phonolite(command(folder));
    expect(full.status).toBe(1);
    expect(full.stderr.trimEnd().split('\n').filter((line) => line.startsWith('The disk is full: '))).toHaveLength(1);
    expect(full.stderr).not.toContain('Phonolite met a condition');
    expect(existsSync(join(folder, 'result.json'))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part') || name.startsWith('.lock'))).toEqual([]);

    expect(system('mount', '-o', 'remount,size=16m', disk)).toBe(true);
    expect(await phonolite(command(folder))).toMatchObject({ status: 0 });
    expect(physicsIn(folder).replaceAll(folder, '')).toBe(expected);
  });

  test('a read-only disk is one sentence and status 2', async () => {
    expect(system('mount', '-o', 'remount,ro', disk)).toBe(true);
    expect(await phonolite(command(join(disk, 'other')))).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^.* lies on a read-only file system\. .*\n$/) as string });
    expect(await phonolite(['evaluate', 'silicon', '--potential', 'si-tersoff', '--out', join(disk, 'x.json')])).toMatchObject({ status: 2, stderr: expect.stringContaining('read-only') as string });
  });
});
