/**
 * Budgets that a change must not break unseen. Limits are generous, for test machines are slow and shared: each but that of the
 * report is three times the budget, which the benchmark (`npm run bench -- properties`) keeps by a wide margin on a quiet machine. They
 * catch work that has become many times slower, not noise.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeBuilt, phonolite } from '../electron/command-line.ts';
import { shortest } from '../shortest.ts';
import { budget, demonstrate, type Demonstration } from './demonstration.ts';
import { describeWithShared } from '../shared.ts';
import { dependentExponential } from './evaluations.ts';
import { closePacked, nativeNepCost, nepCostOf, unepModel } from './nep.ts';
import { baseOf, copiesOf, costOf, descriptionOf, nativeCost, neuralCases } from './neural.ts';
import { ownCrystals, timeThermalFunctions } from './thermal.ts';

const allowance = 3;

describeBuilt('the MgO demonstration through the built command line', () => {
  let base = '';
  let done: Demonstration;
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'phonolite-budget-'));
    done = demonstrate(join(base, 'run'));
  }, 1000 * allowance * budget.demonstration + 60_000);
  afterAll(() => { rmSync(base, { recursive: true }); });

  test('ends well and in time', () => {
    expect(done.status, done.stderr).toBe(0);
    expect(done.parts.map(({ name }) => name)).toEqual(expect.arrayContaining(['relaxation', 'elasticity', 'phonons', 'expansion', 'report']));
    expect(done.seconds).toBeLessThan(allowance * budget.demonstration);
  });

  test('its report keeps the limit of size, which no machine changes', () => {
    // Less than the page without data would be no report.
    expect(done.reportBytes).toBeGreaterThan(1e6);
    expect(done.reportBytes).toBeLessThan(budget.reportBytes);
  });

  test('writes its report again in time', async () => {
    const file = join(base, 'again.html');
    const best = await shortest(budget.report, async () => {
      const { status, stderr, seconds } = await phonolite(['report', join(base, 'run'), '--format', 'html', '--out', file]);
      expect(status, stderr).toBe(0);
      expect(existsSync(file) && statSync(file).size).toBe(done.reportBytes);
      return seconds;
    });
    expect(best).toBeLessThan(budget.report);
  });
});

test('thermal functions on a 20×20×20 mesh cost no more than three times what phonopy was recorded to need', async () => {
  const { silicon, twenty } = await ownCrystals();
  const small = timeThermalFunctions(silicon, 3), large = timeThermalFunctions(twenty, 1);
  expect([small.waveVectors, small.modes, large.waveVectors, large.modes]).toEqual([770, 6, 4000, 60]);
  // Processor seconds of phonopy 2.17 on a 2.5 GHz machine: ../shared/reference/properties/timing/timing_phonopy.json.
  expect(small.seconds).toBeLessThan(allowance * 0.131);
  expect(large.seconds).toBeLessThan(allowance * 5.4);
}, 120_000);

// What native programs needed, scaled by the exp() of this machine at this moment. Measured on a busy one: 6 times less for water, 14 for
// Cu₂S, 15 for the neuroevolution potential (whose figure holds the neighbour search); either limit is what was promised, not more.
describeWithShared('one thread, beside native programs', () => {
  test.each(['water', 'sulfide'] as const)('networks (%s) cost at most half of what n2p2 needs', (name) => {
    const one = neuralCases[name], structure = copiesOf(baseOf(one), [1, 1, 1]);
    const cost = costOf(descriptionOf(one), structure, false);
    expect(cost).toBeLessThan(0.5 * nativeCost(one, dependentExponential())!);
  }, 60_000);

  test('a neuroevolution potential costs no more than NEP_CPU needs', () => {
    const cost = nepCostOf(unepModel(), closePacked(6, ['Cu']), {});
    expect(cost).toBeLessThan(nativeNepCost(dependentExponential()));
  }, 60_000);
});
