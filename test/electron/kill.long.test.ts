import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeBuilt, phonolite } from './command-line.ts';
import { fullRun, physicsOf, surviveKills } from './kill.ts';
import { temporaryFolder } from './silicon.ts';

/** Sixty deaths at instants spread over the whole run, from its first milliseconds to the writing of its last file. */
describeBuilt('kill -9 at many instants', () => {
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

  for (let round = 0; round < 15; round++) {
    test(`four deaths, round ${String(round + 1)}`, async () => {
      const instants = Array.from({ length: 4 }, () => 1.1 * seconds * Math.random());
      await surviveKills(join(place.path, `round-${String(round)}`), instants, expected);
    });
  }
});
