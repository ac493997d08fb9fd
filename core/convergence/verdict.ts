/**
 * The one rule by which every property comes to its verdict:
 * `unreliable` when a check fails whose failure invalidates the numbers; else `caution` when any check fails;
 * else `good`. No weights, no scores: a reader can see from the list of checks why the state is what it is.
 */
import { message, type MessageCode } from '../contracts/messages.ts';
import { quantityOf, verdictState, type Check, type Message, type Verdict, type VerdictState } from '../contracts/quantity.ts';

/** A check with what its failure means. The severity decides the state and is not stored. */
export interface JudgedCheck {
  readonly check: Check;
  readonly ifFailed: 'caution' | 'unreliable';
}

/** Sentences for the three states; the last two are given the names of the checks that failed, in words. */
export interface VerdictSentences {
  readonly good: Message;
  caution(failed: string): Message;
  unreliable(failed: string): Message;
}

export function verdictOf(judged: readonly JudgedCheck[], sentences: VerdictSentences): Verdict {
  const checks = judged.map(({ check }) => check);
  const failed = judged.filter(({ check }) => !check.passed);
  const grave = failed.filter(({ ifFailed }) => ifFailed === 'unreliable');
  if (grave.length > 0) return { state: 'unreliable', message: sentences.unreliable(namesOf(grave)), checks };
  if (failed.length > 0) return { state: 'caution', message: sentences.caution(namesOf(failed)), checks };
  return { state: 'good', message: sentences.good, checks };
}

/**
 * A verdict with one more check that could be made only after the property had ended (it compares two properties). Where
 * it fails, `good` becomes `caution` and the verdict says what the check says; a graver verdict keeps its own sentence.
 */
export function withLaterCheck(verdict: Verdict, check: Check): Verdict {
  const checks = [...verdict.checks, check];
  return check.passed || verdict.state !== 'good' ? { ...verdict, checks } : { state: 'caution', message: check.message, checks };
}

function namesOf(judged: readonly JudgedCheck[]): string {
  return judged.map(({ check }) => check.name).join('; ');
}

/**
 * A check that a measured number stays at or below its limit. A number that is not finite fails.
 * The sentences of `passed` and `failed` are given `measured` and `limit` as quantities, beside `values`.
 */
export function upperLimit(
  name: string,
  measured: number,
  limit: number,
  unit: string,
  sentences: { readonly passed: MessageCode; readonly failed: MessageCode },
  values: Message['values'] = {},
): Check {
  const passed = Number.isFinite(measured) && measured <= limit;
  const shown = { measured: quantityOf(Number.isFinite(measured) ? measured : null, unit), limit: quantityOf(limit, unit) };
  return { name, passed, ...shown, message: message(passed ? sentences.passed : sentences.failed, { ...values, ...shown }) };
}

/** Of several verdicts the one that must be told first. */
export function worstState(states: readonly VerdictState[]): VerdictState {
  return verdictState.options.findLast((state) => states.includes(state)) ?? 'good';
}
