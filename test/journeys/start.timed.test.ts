/** From the start of the program to a first screen that answers. */
import { afterAll, expect, test } from 'vitest';
import { describeHosts, freshHome, removeHomes } from './hosts.ts';

afterAll(removeHomes);

/** ms, on a machine that does nothing else */
const promised = 2000;
/**
 * ms. The machine may serve others and be a slow one, so twice the promise is let pass, in the best of several starts. What would
 * be seen by a person (a library more that is loaded before the first screen, a question that waits for another) doubles
 * the time of every start.
 */
const limit = 2 * promised;
const tries = 4;

describeHosts('the start', (host) => {
  test('is over before one waits for it', async () => {
    const home = freshHome();
    const times: number[] = [];
    while (times.length < tries && (times.length === 0 || Math.min(...times) > promised)) {
      const opened = await host.open(home);
      const { page } = opened;
      await page.getByRole('button', { name: 'Compute: Silicon', exact: true }).waitFor();
      times.push(performance.now() - (await opened.began()));
      // It is not only drawn.
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
      await opened.close();
      expect(opened.problems).toEqual([]);
    }
    console.warn(`start to usable (${host.name}): ${times.map((time) => time.toFixed(0)).join(', ')} ms`);
    expect(Math.min(...times)).toBeLessThan(limit);
  });
});
