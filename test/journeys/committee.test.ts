/** A committee of networks from its file to the report: C_ij ± s, and ribbons around bands and curves, in Chromium. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { result as resultSchema, type Result } from '../../core/contracts/results.ts';
import { writeNeuralPotential } from '../../core/files/neural-potential.ts';
import { findBrowser } from '../../electron/services/browser.ts';
import { phonolite, program } from '../electron/command-line.ts';
import { temporaryFolder } from '../electron/silicon.ts';
import { trainedSilicon } from '../potential/trained-silicon.ts';
import { describeWith } from '../shared.ts';

const executable = findBrowser();
const place = temporaryFolder();
afterAll(place.remove);

describeWith(existsSync(program) && executable !== null, 'out/ is not built or there is no Chromium', 'the report of a committee', () => {
  let browser: Browser, page: Page, result: Result;
  const problems: string[] = [];

  beforeAll(async () => {
    const potential = join(place.path, 'si-committee.json'), run = join(place.path, 'run');
    writeFileSync(potential, writeNeuralPotential(trainedSilicon(3, 56)));
    const properties = ['elasticity', 'phonons', 'expansion'].flatMap((name) => ['--property', name]);
    await phonolite(['run', 'silicon', '--potential', potential, ...properties, '--accuracy', 'quick', '--out', run]);
    result = resultSchema.parse(JSON.parse(readFileSync(join(run, 'result.json'), 'utf8')));
    browser = await chromium.launch({ executablePath: executable!, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('console', (said) => { if (said.type() === 'error') problems.push(said.text()); });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(pathToFileURL(join(run, 'report.html')).href);
    await page.waitForSelector('h1');
  }, 300_000);
  afterAll(async () => { await browser.close(); });

  const committeeOf = (quantity: { uncertainty?: { committee?: unknown } | undefined }): unknown => quantity.uncertainty?.committee;
  /** How many ribbons the chart of this heading has: filled, translucent shapes. */
  const ribbonsIn = async (section: string, heading: string): Promise<number> => {
    const card = page.locator(`#${section} .card`, { has: page.getByRole('heading', { name: heading, exact: true }) });
    await card.scrollIntoViewIfNeeded();
    await card.locator('.chart svg').waitFor();
    return card.locator('.chart svg path').evaluateAll((paths) => paths.filter((path) => {
      const opacity = Number(path.getAttribute('fill-opacity') ?? 1);
      return ![null, 'none'].includes(path.getAttribute('fill')) && opacity > 0.05 && opacity < 0.5;
    }).length);
  };

  test('every elastic constant stands with the spread of its members', async () => {
    const values = result.elasticity!.stiffness.value as number[][], spreads = committeeOf(result.elasticity!.stiffness) as number[][];
    expect(spreads[0]![0]).toBeGreaterThan(0);
    // The potential that the networks were fitted to has C11 = 151.4 GPa: three members may miss it by a few of their spreads.
    expect(Math.abs(values[0]![0]! - 151.4)).toBeLessThan(5 * spreads[0]![0]!);
    const cells = page.locator('#elasticity .tensor').first().locator('td');
    expect((await cells.first().innerText()).replace(/\s+/g, ' ')).toBe(`${values[0]![0]!.toFixed(2)} ± ${spreads[0]![0]!.toFixed(2)}`);
    // Constants that symmetry makes zero have no spread.
    expect(await cells.nth(3).innerText()).toBe('0');
  });

  test('frequencies at Γ have theirs', async () => {
    const spread = (committeeOf(result.phonons!.gamma.frequencies) as number[])[5]!;
    expect(spread).toBeGreaterThan(1e-3);
    expect(await page.locator('#phonons table').filter({ hasText: 'Mode' }).first().innerText()).toContain(`± ${spread.toFixed(4)}`);
  });

  test('every band lies in a ribbon', async () => {
    const spreads = (committeeOf(result.phonons!.bands.frequencies) as (number | null)[][][]).flat(2).map((value) => value ?? 0);
    expect(Math.max(...spreads)).toBeGreaterThan(0.05);
    expect(await ribbonsIn('phonons', 'Phonon bands and density of states')).toBe(6);
  });

  test('curves over the temperature have theirs, where nothing but a committee gives one', async () => {
    const alpha = committeeOf(result.expansion!.alphaVolumetric) as (number | null)[];
    expect(Math.max(...alpha.map((value) => value ?? 0))).toBeGreaterThan(1e-8);
    expect(await ribbonsIn('expansion', 'Linear thermal expansion')).toBe(1);
    expect(await ribbonsIn('expansion', 'Grüneisen parameter')).toBe(1);
  });

  test('says how well the members agree, and complains about nothing', async () => {
    expect(await page.locator('#elasticity').innerText()).toMatch(/The 3 members of the committee (agree within|disagree by)/);
    const card = await page.locator('#overview').innerText();
    expect(card).toMatch(/Members of the committee\s+3/);
    expect(card).toMatch(/Made\s+fitted to Stillinger and Weber’s potential by the tests/);
    expect(problems).toEqual([]);
  });
});
