import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeBuilt, phonolite } from './command-line.ts';
import { fullRun, physicsOf, surviveKills } from './kill.ts';
import { temporaryFolder } from './silicon.ts';

describeBuilt('the same bits', () => {
  const place = temporaryFolder();
  let expected = '';
  let seconds = 0;
  beforeAll(async () => {
    const ended = await phonolite(fullRun(join(place.path, 'undisturbed')));
    expect(ended).toMatchObject({ status: 0 });
    expected = physicsOf(join(place.path, 'undisturbed'));
    ({ seconds } = ended);
  });
  afterAll(() => { place.remove(); });

  test('every property has the same bits on one and on three threads', async () => {
    for (const threads of ['1', '3']) {
      const folder = join(place.path, `threads-${threads}`);
      expect(await phonolite([...fullRun(folder), '--threads', threads])).toMatchObject({ status: 0 });
      expect(physicsOf(folder)).toBe(expected);
    }
  });

  test('a run that is killed three times, wherever that strikes, ends with the same bits', async () => {
    const instants = [0.35, 0.6, 0.8].map((part) => seconds * (part + 0.2 * Math.random()));
    await surviveKills(join(place.path, 'killed'), instants, expected);
  });
});
