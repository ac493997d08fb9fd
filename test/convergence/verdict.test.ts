import { expect, test } from 'vitest';
import { message } from '../../core/contracts/messages.ts';
import { check as checkSchema } from '../../core/contracts/quantity.ts';
import { upperLimit, verdictOf, withLaterCheck } from '../../core/convergence/verdict.ts';

const sentences = { passed: 'relaxation.force.passed', failed: 'relaxation.force.failed' } as const;
const measured = (value: number) => upperLimit('residual force', value, 1e-6, 'eV/Å', sentences, { steps: 7 });
const verdict = (...checks: Parameters<typeof verdictOf>[0]) =>
  verdictOf(checks, {
    good: message('relaxation.good', { constraint: 'ions', group: 'P 1' }),
    caution: (failed) => message('relaxation.caution', { constraint: 'ions', failed }),
    unreliable: (failed) => message('relaxation.unreliable', { failed }),
  });

test('a limit may be reached, not passed; what is not finite fails and is stored as null', () => {
  expect(measured(1e-6).passed).toBe(true);
  expect(measured(1.0001e-6).passed).toBe(false);
  expect(measured(Number.NaN)).toMatchObject({ passed: false, measured: { value: null } });
  expect(measured(Number.NEGATIVE_INFINITY).passed).toBe(false);
  expect(checkSchema.safeParse(measured(2e-6)).success).toBe(true);
  expect(measured(2e-6).message.sentence).toBe('A force of 2 × 10⁻⁶ eV/Å is left after 7 steps, above 1 × 10⁻⁶ eV/Å.');
});

test('the gravest failed check decides, and the sentence names what failed', () => {
  const good = { check: measured(1e-7), ifFailed: 'unreliable' } as const;
  const mild = { check: { ...measured(1), name: 'mild one' }, ifFailed: 'caution' } as const;
  const grave = { check: { ...measured(1), name: 'grave one' }, ifFailed: 'unreliable' } as const;
  expect(verdict(good, good).state).toBe('good');
  expect(verdict(good, mild)).toMatchObject({ state: 'caution', message: { sentence: expect.stringContaining('mild one') } });
  const worst = verdict(mild, grave, good);
  expect(worst.state).toBe('unreliable');
  expect(worst.message.sentence).toContain('grave one');
  expect(worst.message.sentence).not.toContain('mild one');
  expect(worst.checks.map(({ name }) => name)).toEqual(['mild one', 'grave one', 'residual force']);
});

test('a later check lowers a good verdict and leaves a grave one alone', () => {
  const good = verdict({ check: measured(1e-7), ifFailed: 'unreliable' });
  expect(withLaterCheck(good, measured(1e-8))).toMatchObject({ state: 'good', message: good.message, checks: [{}, { passed: true }] });
  const lowered = withLaterCheck(good, measured(1));
  expect(lowered.state).toBe('caution');
  expect(lowered.message).toEqual(measured(1).message);
  const grave = verdict({ check: measured(1), ifFailed: 'unreliable' });
  expect(withLaterCheck(grave, measured(1))).toMatchObject({ state: 'unreliable', message: grave.message });
});
