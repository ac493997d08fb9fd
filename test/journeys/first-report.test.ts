/** From the first start to a report of the bundled MgO: at most four clicks; and the way with keys alone. */
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { resultIn } from '../electron/silicon.ts';
import { handsAt } from './hands.ts';
import { describeHosts, freshHome, removeHomes } from './hosts.ts';

afterAll(removeHomes);

describeHosts('from the first start to a report', (host) => {
  test.each(handsAt(host))('of bundled MgO, with $name', { timeout: 400_000 }, async ({ of }) => {
    const home = freshHome();
    const opened = await host.open(home);
    const { page } = opened;
    const hands = of(page);
    await hands.press(page.getByRole('button', { name: 'Compute: Magnesium oxide' }));
    await page.getByRole('heading', { name: 'Check and run', level: 2 }).waitFor();
    if (hands.name === 'keyboard') {
      // The whole of it is computed with the mouse; here it is about the keys, and the crystal alone is enough.
      await hands.press(page.getByRole('button', { name: 'Change: To be computed' }));
      for (const name of ['Equation of state', 'Phonons', 'Thermal expansion']) await hands.tick(page.getByRole('checkbox', { name }));
      await hands.press(page.getByRole('button', { name: 'Continue' }));
      await page.getByRole('heading', { name: 'Check and run', level: 2 }).waitFor();
    }
    await hands.press(page.getByRole('button', { name: 'Start', exact: true }));
    // The monitor leads to the results by itself.
    await page.waitForURL(/\/runs\/[\w-]+\/results$/, { timeout: 300_000 });
    const run = /runs\/([\w-]+)\//.exec(page.url())![1]!;
    await hands.press(page.getByRole('link', { name: 'Report', exact: true }));
    const { name, bytes } = await opened.saved(() => hands.press(page.getByRole('button', { name: 'Save: Interactive page (HTML)' })));
    if (hands.name === 'mouse') {
      expect(hands.clicks).toBeLessThanOrEqual(4);
      console.warn(`first start to saved report: ${String(hands.clicks)} clicks`);
    }
    expect(name).toBe(`${run}.html`);
    const html = new TextDecoder().decode(bytes);
    const found = resultIn(join(home, 'Phonolite/runs', run));
    // Of every property that was asked for there is a verdict, and it stands in what was saved.
    const wanted = hands.name === 'mouse' ? (['relaxation', 'eos', 'elasticity', 'phonons', 'expansion'] as const) : (['relaxation', 'elasticity'] as const);
    for (const property of wanted) expect(html).toContain(JSON.stringify(found[property]!.verdict.message.sentence).slice(1, -1));
    expect(found.material.formula).toBe('MgO');
    await opened.close();
    expect(opened.problems).toEqual([]);
  });
});
