import { describe, expect, test } from 'vitest';
import { activationNames, activations } from '../../core/network/activations.ts';
import { expectDerivative } from '../finite-differences.ts';

const at = (name: (typeof activationNames)[number], x: number): readonly [number, number, number] => {
  const out = new Float64Array(3);
  activations[name].evaluate(x, out);
  return [out[0]!, out[1]!, out[2]!];
};

describe.each(activationNames)('%s', (name) => {
  test('slope and curvature are the derivatives', () => {
    for (const x of [-3.1, -0.7, 0.4, 2.3]) {
      const [value, slope, curvature] = at(name, x);
      expectDerivative((h) => at(name, x + h)[0], slope, 1 + Math.abs(value));
      expectDerivative((h) => at(name, x + h)[1], curvature, 1 + Math.abs(slope));
    }
  });

  test('kinked says whether the slope jumps at the origin', () => {
    const jump = Math.abs(at(name, 1e-9)[1] - at(name, -1e-9)[1]);
    expect(jump > 0.5).toBe(activations[name].kinked);
  });

  test('finite far out, where it is bounded or grows linearly', () => {
    if (name === 'exponential' || name === 'harmonic') return;
    for (const x of [-800, 800]) expect(at(name, x).every((value) => Number.isFinite(value) && Math.abs(value) <= 800)).toBe(true);
  });
});

test('letters are those of the format, each once', () => {
  const letters = activationNames.map((name) => activations[name].letter).filter((letter) => letter !== null);
  expect([...letters].sort()).toEqual(['S', 'c', 'e', 'g', 'h', 'l', 'p', 'r', 's', 't']);
});
