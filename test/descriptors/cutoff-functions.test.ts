import { describe, expect, test } from 'vitest';
import { compactFunction, compactShapes, continuousDerivatives, coreOfShape, cutoffFunction, isStretched, type CutoffType } from '../../core/descriptors/cutoff-functions.ts';
import { expectDerivative } from '../finite-differences.ts';

const types: readonly CutoffType[] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const settings = types.flatMap((type) => [0, 0.35].map((alpha) => ({ type, alpha })));
const radius = 5.3;
const out = new Float64Array(2);
const value = (type: CutoffType, alpha: number, r: number): number => {
  cutoffFunction(type, alpha, radius, r, out);
  return out[0]!;
};
const slope = (type: CutoffType, alpha: number, r: number): number => {
  cutoffFunction(type, alpha, radius, r, out);
  return out[1]!;
};

describe.each(settings)('cutoff function $type with alpha $alpha', ({ type, alpha }) => {
  test('the slope is the derivative', () => {
    for (const r of [0.3, 1.1, 2.2, 3, 4.1, 5]) expectDerivative((h) => value(type, alpha, r + h), slope(type, alpha, r), 1);
  });

  test('falls from its value at the centre to nothing, and is nothing beyond', () => {
    // tanh³(1) without normalisation is 0.4418, all others begin at 1.
    expect(value(type, alpha, 0)).toBeCloseTo(type === 2 ? Math.tanh(1) ** 3 : 1, 14);
    // Coefficients of some hundreds cancel near the end: 1e-13 of rounding.
    for (let r = 0; r < radius; r += 0.05) expect(value(type, alpha, r + 0.05)).toBeLessThanOrEqual(value(type, alpha, r) + 1e-13);
    for (const r of [radius, 1.1 * radius]) expect([value(type, alpha, r), slope(type, alpha, r)]).toEqual([0, 0]);
    if (alpha > 0 && ![0, 2, 3].includes(type)) expect([value(type, alpha, 0.3 * radius), slope(type, alpha, 0.3 * radius)]).toEqual([1, 0]);
  });

  test('as many derivatives are continuous as it says', () => {
    const continuous = continuousDerivatives({ type, alpha });
    // f falls like (r_c − r)^(n + 1) if n derivatives are continuous: read off between two distances.
    if (continuous === Infinity) {
      expect(value(type, alpha, 0.99 * radius)).toBeLessThan(1e-14);
    } else if (type === 4) {
      // The exponential itself ends smoothly; its curvature jumps at the inner end, where it begins like 1 − x².
      const x = 1e-3, width = radius * (1 - alpha);
      expect((1 - value(type, alpha, alpha * radius + x * width)) / x ** 2).toBeCloseTo(1, 4);
    } else {
      const order = Math.log(value(type, alpha, radius - 2e-2) / value(type, alpha, radius - 1e-2)) / Math.log(2);
      expect(Math.round(order)).toBe(continuous + 1);
    }
  });
});

describe.each(compactShapes)('compact function %s', (shape) => {
  const at = (low: number, high: number, r: number): readonly [number, number] => {
    compactFunction(coreOfShape(shape), isStretched(shape), low, high, r, out);
    return [out[0]!, out[1]!];
  };

  test('the slope is the derivative', () => {
    for (const [low, high] of [[0.5, 4], [-3, 3]] as const) {
      for (const r of [0.7, 1.3, 2.1, 2.8]) expectDerivative((h) => at(low, high, r + h)[0], at(low, high, r)[1], 1);
    }
  });

  test('is 1 in the middle, even about it, and nothing outside', () => {
    expect(at(0.5, 4, 2.25)[0]).toBe(1);
    for (const x of [0.1, 0.9, 1.6]) expect(at(0.5, 4, 2.25 + x)[0]).toBeCloseTo(at(0.5, 4, 2.25 - x)[0], 14);
    for (const r of [0.2, 0.5, 4, 4.5]) expect(at(0.5, 4, r)).toEqual([0, 0]);
  });
});
