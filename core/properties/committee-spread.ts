/**
 * From the results of a committee's members to the uncertainty of the committee's result: each number of the mean's result
 * gets the standard deviation (n − 1) of the same number over the members, each of which was relaxed by itself and went
 * through the whole property. Nothing is linearised: what a member would have predicted is what is compared.
 */
import { message } from '../contracts/messages.ts';
import { quantity, quantityOf, type Nested, type Quantity, type Verdict } from '../contracts/quantity.ts';
import type { PropertyName, Result } from '../contracts/results.ts';
import { upperLimit, withLaterCheck } from '../convergence/verdict.ts';

/** The results of one property, of the committee's mean and of its members. */
export type PropertyResult = NonNullable<Result[PropertyName]>;

/** What describes the calculation and not the crystal: coordinates of tables, residuals, sampled points, fitted curves. */
const withoutSpread = new Set([
  'verdict', 'qpoints', 'distances', 'temperatures', 'maxForce', 'maxStress', 'history', 'pressure', 'residuals', 'linearity', 'points', 'curves', 'freeEnergy',
  'forceConstants', 'reliableUpTo', 'mesh', 'positions',
]);

/** The number by which a property is judged: its spread relative to its size. */
const judged: Record<PropertyName, (result: never) => Quantity> = {
  relaxation: (result: NonNullable<Result['relaxation']>) => result.volume,
  eos: (result: NonNullable<Result['eos']>) => result.bulkModulus,
  elasticity: (result: NonNullable<Result['elasticity']>) => result.stiffness,
  phonons: (result: NonNullable<Result['phonons']>) => result.bands.frequencies,
  expansion: (result: NonNullable<Result['expansion']>) => result.alphaVolumetric,
};
/** Relative: beyond this the members tell different stories about the crystal. */
const largestSpread: Record<PropertyName, number> = { relaxation: 0.01, eos: 0.1, elasticity: 0.1, phonons: 0.05, expansion: 0.2 };

export function withCommitteeSpread<R extends PropertyResult>(property: PropertyName, mean: R, members: readonly R[]): R {
  const spread = merged(mean, members) as R;
  const { value, uncertainty } = judged[property](spread as never);
  const largest = largestOf(value);
  const relative = largest > 0 ? largestOf(uncertainty?.committee ?? null) / largest : Number.NaN;
  const check = upperLimit('agreement of the committee', relative, largestSpread[property], '', { passed: 'committee.passed', failed: 'committee.failed' }, { members: members.length });
  return { ...spread, verdict: withLaterCheck(spread.verdict, check) };
}

/** The verdict where members could not be computed at all. */
export function withoutMembers(verdict: Verdict, failed: number, members: number): Verdict {
  return withLaterCheck(verdict, {
    name: 'every member of the committee could be computed',
    passed: false,
    measured: quantityOf(failed, ''),
    limit: quantityOf(0, ''),
    message: message('committee.missing', { failed, members }),
  });
}

function merged(mean: unknown, members: readonly unknown[], key = ''): unknown {
  if (withoutSpread.has(key) || mean === null || typeof mean !== 'object') return mean;
  if (Array.isArray(mean)) {
    const same = members.every((member) => Array.isArray(member) && member.length === mean.length);
    return same ? mean.map((item, i) => merged(item, members.map((member) => (member as unknown[])[i]))) : mean;
  }
  if ('value' in mean && 'unit' in mean) {
    const own = quantity.parse(mean);
    const committee = deviation(own.value, members.map((member) => (member as Quantity | undefined)?.value ?? null));
    return committee === null ? own : { ...own, uncertainty: { ...own.uncertainty, committee } };
  }
  return Object.fromEntries(
    Object.entries(mean).map(([name, item]) => [name, merged(item, members.map((member) => (member as Record<string, unknown> | null)?.[name]), name)]),
  );
}

/** Element by element; null where a member has no value or another shape. */
function deviation(mean: Nested, values: readonly Nested[]): Nested {
  if (typeof mean === 'number') {
    if (!values.every((value) => typeof value === 'number')) return null;
    const average = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (values.length - 1));
  }
  if (mean === null || !values.every((value) => Array.isArray(value) && value.length === mean.length)) return null;
  return mean.map((item, i) => deviation(item, values.map((value) => (value as Nested[])[i]!)));
}

function largestOf(value: Nested): number {
  if (value === null) return 0;
  return typeof value === 'number' ? Math.abs(value) : value.reduce((most: number, item) => Math.max(most, largestOf(item)), 0);
}
