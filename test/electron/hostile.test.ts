/** Every broken or hostile file through the built command line: one sentence, status 2, nothing written, no waiting. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostilePotentials } from '../fuzz/hostile-potentials.ts';
import { hostileStructures } from '../fuzz/hostile-structures.ts';
import { describeBuilt, phonolite } from './command-line.ts';

/** A program start costs 0.3 s on an idle core; the file itself may cost one more second, and two run at once on loaded cores. */
const patience = 10;

describeBuilt('a broken file at the command line', () => {
  let folder: string;
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'phonolite-hostile-')); });
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

  async function refused(parameters: readonly string[], out: string): Promise<void> {
    const { status, stderr, stdout, seconds } = await phonolite(['run', ...parameters, '--property', 'relaxation', '--out', out]);
    expect(status, stderr).toBe(2);
    expect(stdout).toBe('');
    // One sentence on one line, and no stack trace.
    expect(stderr.trim()).toMatch(/^[^\n]{20,700}\.$/);
    expect(stderr).not.toMatch(/ at .*:\d+:\d+/);
    expect(existsSync(out)).toBe(false);
    expect(seconds).toBeLessThan(patience);
  }

  /** Four at a time: two cores, and a start that mostly waits for the disk. */
  async function inTurns<T>(list: readonly T[], work: (item: T, k: number) => Promise<void>): Promise<void> {
    for (let k = 0; k < list.length; k += 4) await Promise.all(list.slice(k, k + 4).map((item, i) => work(item, k + i)));
  }

  test('structures', async () => {
    await inTurns(hostileStructures, async ({ bytes }, k) => {
      const file = join(folder, `structure-${String(k)}`);
      writeFileSync(file, bytes);
      await refused([file, '--potential', 'si-stillinger-weber'], join(folder, `structure-run-${String(k)}`));
    });
  });

  test('potentials', async () => {
    await inTurns(hostilePotentials, async ([, bytes], k) => {
      const file = join(folder, `potential-${String(k)}`);
      writeFileSync(file, bytes());
      await refused(['silicon', '--potential', file], join(folder, `potential-run-${String(k)}`));
    });
  });
});
