/** Central differences against an exact derivative, with a sweep of steps. */
import { expect } from 'vitest';

const steps = [1e-2, 5e-3, 2.5e-3, 1.25e-3, 6.25e-4] as const;

/**
 * The truncation error of a central difference falls fourfold with every halving of the step, until rounding takes over
 * (`order` 1: where the second derivative jumps inside the largest step, it halves). Two neighbouring steps combined leave
 * h⁴, which must agree with `derivative` to `relative` of `scale`.
 */
export function expectDerivative(f: (h: number) => number, derivative: number, scale: number, relative = 1e-8, order: 1 | 2 = 2): void {
  const central = steps.map((h) => (f(h) - f(-h)) / (2 * h));
  const errors = central.map((value) => Math.abs(value - derivative));
  const rounding = 1e-11 * scale;
  if (errors[0]! > 1e3 * rounding && errors[4]! > rounding) {
    const slope = Math.log(errors[0]! / errors[4]!) / Math.log(16);
    expect(slope).toBeGreaterThan(0.9 * order);
  }
  const extrapolated = (4 * central[4]! - central[3]!) / 3;
  expect(Math.abs(extrapolated - derivative)).toBeLessThan(relative * scale);
}
