/** A crystal of one's own: CIF, stiffness, phonons and expansion, measured points over them, and the printed report that holds the numbers. */
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { resultIn } from '../electron/silicon.ts';
import { handsAt } from './hands.ts';
import { describeHosts, freshHome, removeHomes } from './hosts.ts';
import { readPdf } from './pdf-text.ts';
import { untilResults } from './steps.ts';
import { wurtzite } from './wurtzite.ts';

afterAll(removeHomes);

const measured = `# property: alphaLinear
# axis: a
# label: Own dilatometer
# source: Notebook 7, page 12
# licence: CC0
temperature (K),alpha (1e-6/K),uncertainty (1e-6/K)
300,3.1,0.2
600,4.4,0.2
900,5.0,0.3
`;
const bare = (text: string): string => text.replace(/\s+/g, '');

describeHosts('a crystal of one’s own', (host) => {
  test.each(handsAt(host))('goes from its CIF to a printed report, with $name', { timeout: 400_000 }, async ({ of }) => {
    const home = freshHome();
    const opened = await host.open(home);
    const { page } = opened;
    const hands = of(page);

    await hands.press(page.getByRole('link', { name: 'Import a crystal' }));
    await hands.bring(page.getByRole('button', { name: 'Choose files…' }), { name: 'SiC-2H.cif', text: wurtzite });
    await hands.write(page.getByRole('textbox', { name: 'Name' }), 'Silicon carbide, 2H');
    await hands.press(page.getByRole('button', { name: 'Import', exact: true }));
    await page.getByRole('heading', { name: 'Silicon carbide, 2H', level: 1 }).waitFor();
    expect(await page.locator('.line-facts').innerText()).toContain('4 atoms');

    await hands.press(page.getByRole('button', { name: 'Compute…' }).first());
    await page.getByRole('heading', { name: 'Which potential?' }).waitFor();
    await hands.choose(page.locator('input[name="wizard-potential"][value="sic-tersoff"]'));
    await hands.press(page.getByRole('button', { name: 'Continue' }));
    await page.getByRole('heading', { name: 'What do you want to know?' }).waitFor();
    await hands.tick(page.getByRole('checkbox', { name: 'Equation of state' }));
    await hands.choose(page.locator('input[name="wizard-accuracy"][value="quick"]'));
    await hands.press(page.getByRole('button', { name: /^Advanced/ }));
    await hands.write(page.getByRole('textbox', { name: 'Points per band segment' }), '15');
    await hands.press(page.getByRole('button', { name: 'Continue' }));
    await page.getByRole('heading', { name: 'Check and run', level: 2 }).waitFor();
    expect(await page.locator('.answers').innerText()).toMatch(/Silicon carbide, 2H[\s\S]*Elastic constants, Phonons, Thermal expansion\n[\s\S]*Quick[\s\S]*points per band segment: 15/);
    await hands.press(page.getByRole('button', { name: 'Start', exact: true }));
    await untilResults(page);

    const run = /runs\/([\w-]+)\/results/.exec(page.url())![1]!;
    const found = resultIn(join(home, 'Phonolite/runs', run));
    expect(found.material).toMatchObject({ atoms: 4 });
    expect(found.relaxation?.spaceGroup?.symbol).toBe('P 6_3 m c');

    await hands.press(page.getByRole('navigation', { name: 'Contents' }).getByRole('link', { name: /^Thermal expansion/ }));
    await hands.bring(page.locator('.add-data button', { hasText: 'Add a CSV file' }), { name: 'dilatometer.csv', text: measured });
    await page.locator('.notice', { hasText: 'Own dilatometer is kept in the project' }).waitFor();
    await page.locator('.add-data li', { hasText: 'Own dilatometer' }).waitFor();
    await page.locator('#expansion .chart svg text', { hasText: 'Own dilatometer' }).first().waitFor();

    await hands.press(page.getByRole('link', { name: 'Report', exact: true }));
    const { name, bytes } = await opened.saved(() => hands.press(page.getByRole('button', { name: 'Save: Document (PDF)' })));
    expect(name).toBe(`${run}.pdf`);
    const { pages, text } = readPdf(Buffer.from(bytes));
    expect(pages).toBeGreaterThan(5);
    const stiffness = found.elasticity!.stiffness.value as number[][];
    for (const printed of [
      ...(['elasticity', 'phonons', 'expansion'] as const).map((name) => found[name]!.verdict.message.sentence),
      ...[stiffness[0]![0]!, stiffness[2]![2]!, stiffness[3]![3]!].map((value) => value.toFixed(2)),
      'Own dilatometer', 'Notebook 7, page 12', found.provenance.structureHash,
    ]) expect(text, printed).toContain(bare(printed));
    await opened.close();
    expect(opened.problems).toEqual([]);
  });
});
