import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeBuilt, phonolite } from './command-line.ts';
import { fullRun, physicsOf, surviveKills } from './kill.ts';
import { temporaryFolder } from './silicon.ts';

describeBuilt('kill -9', () => {
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

  test('a run that is killed three times, wherever that strikes, ends with the same bits', async () => {
    const instants = [0.35, 0.6, 0.8].map((part) => seconds * (part + 0.2 * Math.random()));
    await surviveKills(join(place.path, 'killed'), instants, expected);
  });
});
