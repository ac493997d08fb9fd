/** Ways through the window that several journeys take. */
import type { Page } from 'playwright-core';
import type { Hands } from './hands.ts';

export interface Calculation {
  /** As the first screen calls it. */
  readonly example: string;
  readonly potential: string;
  /** What is not to be computed. */
  readonly without: readonly string[];
  readonly title: string;
}

/** From the first screen to the monitor of a run with quick accuracy; the id of the run. */
export async function exampleToMonitor(page: Page, hands: Hands, { example, potential, without, title }: Calculation): Promise<string> {
  await hands.press(page.getByRole('button', { name: `Compute: ${example}`, exact: true }));
  await page.getByRole('heading', { name: 'Check and run', level: 2 }).waitFor();
  await hands.press(page.getByRole('button', { name: 'Change: Potential' }));
  await hands.choose(page.locator(`input[name="wizard-potential"][value="${potential}"]`));
  await hands.press(page.getByRole('button', { name: 'Continue' }));
  for (const name of without) await hands.tick(page.getByRole('checkbox', { name }));
  await hands.choose(page.locator('input[name="wizard-accuracy"][value="quick"]'));
  await hands.press(page.getByRole('button', { name: 'Continue' }));
  await hands.write(page.getByRole('textbox', { name: 'Name of the run' }), title);
  await hands.press(page.getByRole('button', { name: 'Start', exact: true }));
  await page.waitForURL(/\/runs\/[\w-]+$/);
  return /runs\/([\w-]+)$/.exec(page.url())![1]!;
}

/** The monitor leads there by itself. */
export async function untilResults(page: Page): Promise<void> {
  await page.waitForURL(/\/results$/, { timeout: 200_000 });
  await page.locator('.results-body h1').waitFor();
}
