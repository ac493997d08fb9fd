/** What a crash leaves behind: the compute process is killed, then the whole program, and the result is that of a run which nothing has disturbed. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { physicsIn } from '../electron/silicon.ts';
import { handsAt } from './hands.ts';
import { describeHosts, freshHome, removeHomes, type OpenedHost } from './hosts.ts';
import { exampleToMonitor, untilResults } from './steps.ts';

afterAll(removeHomes);

const silicon = { example: 'Silicon', potential: 'si-stillinger-weber', without: ['Equation of state'] } as const;

describeHosts('an interrupted run', (host) => {
  test.each(handsAt(host))('is found at the next start, resumed, and has the bits of an undisturbed one, with $name', { timeout: 500_000 }, async ({ of }) => {
    const home = freshHome();
    let opened: OpenedHost = await host.open(home), { page } = opened, hands = of(page);
    const startAgain = async (how: 'quit' | 'kill'): Promise<void> => {
      await opened.close(how);
      // Whoever pulls the plug has no complaints to read.
      if (how === 'quit') expect(opened.problems).toEqual([]);
      opened = await host.open(home);
      ({ page } = opened);
      hands = of(page);
    };
    const callout = (): ReturnType<typeof page.locator> => page.getByRole('status').filter({ hasText: 'interrupted' });

    const disturbed = await exampleToMonitor(page, hands, { ...silicon, title: 'Disturbed' });
    // The compute process dies; the window says so at once, and the next start still knows.
    await page.locator('.run-steps > .done').first().waitFor({ timeout: 100_000 });
    process.kill(opened.engines()[0]!, 'SIGKILL');
    await page.getByText('Interrupted. What is finished is kept').waitFor();
    expect(opened.engines()).toEqual([]);
    await startAgain('quit');
    await callout().waitFor();
    expect((await callout().innerText()).split(/\s*\n\s*/)).toEqual(['One run was interrupted. What had been computed is kept.', 'Resume', 'Look at it', 'Discard']);
    await hands.press(callout().getByRole('link', { name: 'Look at it' }));
    await page.getByRole('heading', { name: 'Disturbed', level: 1 }).waitFor();
    await hands.press(page.locator('.monitor').getByRole('button', { name: 'Resume' }));

    // The power fails: the program cannot say goodbye, and no process of it computes on in the dark.
    await page.locator('.now-stage').getByText('Thermal expansion').waitFor({ timeout: 100_000 });
    const [engine] = opened.engines();
    await startAgain('kill');
    await callout().waitFor();
    await expect.poll(() => existsSync(`/proc/${String(engine)}/exe`), { timeout: 20_000 }).toBe(false);
    await hands.press(callout().getByRole('button', { name: 'Resume' }));
    await page.locator('.notice', { hasText: '1 run goes on.' }).waitFor();
    await hands.press(page.locator('.run-lines').getByRole('link', { name: 'Disturbed' }));
    await untilResults(page);

    await hands.press(page.getByRole('link', { name: 'Home' }));
    const undisturbed = await exampleToMonitor(page, hands, { ...silicon, title: 'Undisturbed' });
    await untilResults(page);
    // The request names the folder of its run.
    const physics = (id: string): string => physicsIn(join(home, 'Phonolite/runs', id)).replaceAll(id, 'the-run');
    expect(physics(disturbed)).toBe(physics(undisturbed));
    await opened.close();
    expect(opened.problems).toEqual([]);
  });
});
