/** Two potentials of silicon against each other: the sentence on the screen says what the two results say. */
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Result } from '../../core/contracts/results.ts';
import { resultIn } from '../electron/silicon.ts';
import { handsAt } from './hands.ts';
import { describeHosts, freshHome, removeHomes } from './hosts.ts';
import { exampleToMonitor, untilResults } from './steps.ts';

afterAll(removeHomes);

/** Σ Δω / Σ ω of all modes above the acoustic three, and the root mean square of Δω of all; each wave vector once. */
function shiftOf(a: Result, b: Result): { readonly optical: number; readonly rms: number } {
  const points = ({ phonons }: Result): Map<string, readonly number[]> => {
    const found = new Map<string, readonly number[]>();
    (phonons!.bands.qpoints.value as number[][][]).forEach((segment, s) => { segment.forEach((q, k) => {
      const key = q.map((part) => (part + 0).toFixed(6)).join();
      if (!found.has(key)) found.set(key, (phonons!.bands.frequencies.value as number[][][])[s]![k]!);
    }); });
    return found;
  };
  const others = points(b);
  let [sum, change, squares, count] = [0, 0, 0, 0];
  for (const [key, mine] of points(a)) {
    const theirs = others.get(key)!;
    mine.forEach((value, mode) => {
      const delta = theirs[mode]! - value;
      squares += delta ** 2;
      count += 1;
      if (mode < 3) return;
      sum += value;
      change += delta;
    });
  }
  return { optical: change / sum, rms: Math.sqrt(squares / count) };
}

describeHosts('two runs of one crystal', (host) => {
  test.each(handsAt(host))('are compared in one sentence, with $name', { timeout: 400_000 }, async ({ of }) => {
    const home = freshHome();
    const opened = await host.open(home);
    const { page } = opened;
    const hands = of(page);
    const start = async (potential: string, title: string): Promise<string> => {
      const id = await exampleToMonitor(page, hands, { example: 'Silicon', potential, without: ['Equation of state', 'Thermal expansion'], title });
      await untilResults(page);
      return id;
    };
    const a = await start('si-stillinger-weber', 'Stillinger and Weber');
    await hands.press(page.getByRole('link', { name: 'Home' }));
    const b = await start('si-tersoff', 'Tersoff');

    await hands.press(page.getByRole('link', { name: 'Compare', exact: true }));
    for (const name of ['Stillinger and Weber', 'Tersoff']) await hands.press(page.getByRole('button', { name, exact: true }));
    const conclusion = page.getByRole('region', { name: 'In one sentence' });
    await conclusion.locator('p').waitFor();
    const said = await conclusion.innerText();
    const [, percent, word, rms, delta, relative] = /^B against A: optical modes are (\d+\.\d) % (softer|stiffer) \(root mean square of all modes (\d+\.\d+) THz\) and the bulk modulus changes by ([+−]\d+\.\d+) GPa \(([+−]\d+\.\d) %, no uncertainty is known\)\.$/.exec(said) ?? [];
    expect(percent, said).toBeDefined();
    const [first, second] = [a, b].map((id) => resultIn(join(home, 'Phonolite/runs', id))) as [Result, Result];
    const shift = shiftOf(first, second);
    const number = (text: string | undefined): number => Number(text?.replace('−', '-'));
    // As many digits as the sentence has.
    expect((word === 'softer' ? -1 : 1) * number(percent)).toBeCloseTo(100 * shift.optical, 1);
    expect(Math.abs(number(rms) / shift.rms - 1)).toBeLessThan(5e-3);
    const [mine, theirs] = [first, second].map(({ elasticity }) => elasticity!.hill.bulk.value as number) as [number, number];
    expect(Math.abs(number(delta) / (theirs - mine) - 1)).toBeLessThan(5e-3);
    expect(number(relative)).toBeCloseTo(100 * (theirs / mine - 1), 1);
    // Nothing but the potential differs.
    expect(await page.getByRole('region', { name: 'What differs' }).locator('tbody tr').count()).toBe(1);
    await opened.close();
    expect(opened.problems).toEqual([]);
  });
});
