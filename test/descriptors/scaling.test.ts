import { expect, test } from 'vitest';
import { excessOf, scalingOf, type ScalingMode } from '../../core/descriptors/scaling.ts';

const statistics = { minimum: Float64Array.of(1, -2), maximum: Float64Array.of(5, 2), mean: Float64Array.of(2, 0.5), deviation: Float64Array.of(0.5, 4) };

/** The table of the format, worked out by hand for G = (3, 1) with a = −1, b = 2. */
const expected: Readonly<Record<ScalingMode, readonly [number, number]>> = {
  none: [3, 1],
  center: [1, 0.5],
  range: [-1 + (3 * 2) / 4, -1 + (3 * 3) / 4],
  'range-center': [-1 + 3 / 4, -1 + (3 * 0.5) / 4],
  deviation: [-1 + 3 / 0.5, -1 + (3 * 0.5) / 4],
};

test.each(Object.keys(expected) as ScalingMode[])('mode %s', (mode) => {
  const { offset, origin, factor } = scalingOf({ mode, low: -1, high: 2 }, statistics);
  const inputs = [3, 1].map((value, k) => offset + factor[k]! * (value - origin[k]!));
  expect(inputs).toEqual(expected[mode]);
});

test('how far outside the range, in widths of it', () => {
  expect([1, 3, 5].map((value) => excessOf(statistics, 0, value))).toEqual([0, 0, 0]);
  expect(excessOf(statistics, 0, 7)).toBe(0.5);
  expect(excessOf(statistics, 0, 0)).toBe(0.25);
  // A thousandth of a millionth of a millionth beyond the end is rounding.
  expect(excessOf(statistics, 0, 5 + 1e-13)).toBe(0);
  expect(excessOf(statistics, 0, 5 + 1e-12)).toBeGreaterThan(0);
});
