/** The minimisers on functions whose minima are known. */
import { describe, expect, it } from 'vitest';
import { fire } from '../../core/dynamics/fire.ts';
import { lbfgs } from '../../core/dynamics/lbfgs.ts';
import type { Objective, Point } from '../../core/dynamics/minimiser.ts';

function objective(energy: (x: Float64Array) => number, gradient: (x: Float64Array) => Float64Array, tolerance: number, allowed = (_: Float64Array): boolean => true): Objective & { evaluations: number } {
  const self = {
    evaluations: 0,
    at: (variables: Float64Array): Point | null => {
      self.evaluations++;
      if (!allowed(variables)) return null;
      const g = gradient(variables);
      return { variables, energy: energy(variables), gradient: g, residual: Math.max(...g.map(Math.abs)) / tolerance };
    },
    reach: (direction: Float64Array): number => 1 / Math.max(...direction.map(Math.abs), 1e-300),
    noise: (value: number): number => 1e-14 * Math.abs(value),
  };
  return self;
}

/** Rosenbrock's valley, minimum at (1, 1). */
const rosenbrock = (): ReturnType<typeof objective> =>
  objective(
    ([x, y]) => 100 * (y! - x! * x!) ** 2 + (1 - x!) ** 2,
    ([x, y]) => Float64Array.of(-400 * x! * (y! - x! * x!) - 2 * (1 - x!), 200 * (y! - x! * x!)),
    1e-9,
  );

/** Springs of very different stiffness upon a large constant: the energy differences near the end are below its rounding. */
const springs = Float64Array.of(0.2, 1, 3, 10, 40);
const stiff = (): ReturnType<typeof objective> =>
  objective(
    (x) => -1000 + x.reduce((sum, value, i) => sum + 0.5 * springs[i]! * (value - i) ** 2, 0),
    (x) => x.map((value, i) => springs[i]! * (value - i)),
    1e-11,
  );

describe('L-BFGS', () => {
  it('finds the bottom of a curved valley', () => {
    const f = rosenbrock();
    const { point, converged } = lbfgs(f, f.at(Float64Array.of(-1.2, 1))!, 200);
    expect(converged).toBe(true);
    expect(point.variables[0]).toBeCloseTo(1, 8);
    expect(point.variables[1]).toBeCloseTo(1, 8);
    // Published codes take 35 to 50 evaluations from this start.
    expect(f.evaluations).toBeLessThan(80);
  });

  it('goes on by the gradient where energies differ by less than their rounding', () => {
    const f = stiff();
    const { point, converged, steps } = lbfgs(f, f.at(new Float64Array(5).fill(3))!, 100);
    expect(converged).toBe(true);
    point.variables.forEach((value, i) => expect(value).toBeCloseTo(i, 10));
    expect(steps).toBeLessThan(30);
  });

  it('shortens steps that leave the physical range, and never raises the energy', () => {
    const wall = objective(([x]) => x! - Math.log(x!), ([x]) => Float64Array.of(1 - 1 / x!), 1e-10, ([x]) => x! > 0);
    const energies: number[] = [];
    const { point, converged } = lbfgs(wall, wall.at(Float64Array.of(4.9))!, 100, ({ energy }) => energies.push(energy));
    expect(converged).toBe(true);
    expect(point.variables[0]).toBeCloseTo(1, 9);
    energies.forEach((energy, i) => i > 0 && expect(energy).toBeLessThanOrEqual(energies[i - 1]! + 1e-13));
  });

  it('gives up where a step in the energy leaves no minimum, instead of creeping for ever', () => {
    // Downhill to the right until an upward jump at 1: no point has zero gradient.
    const jump = objective(([x]) => -x! + (x! > 1 ? 5 : 0), () => Float64Array.of(-1), 1e-6);
    const { converged } = lbfgs(jump, jump.at(Float64Array.of(0.3))!, 10_000);
    expect(converged).toBe(false);
    expect(jump.evaluations).toBeLessThan(300);
  });
});

describe('FIRE', () => {
  it('finds the same minima', () => {
    for (const [make, start, end] of [[rosenbrock, [-1.2, 1], [1, 1]], [stiff, [3, 3, 3, 3, 3], [0, 1, 2, 3, 4]]] as const) {
      const f = make();
      const { point, converged } = fire(f, f.at(Float64Array.from(start))!, 20_000);
      expect(converged).toBe(true);
      end.forEach((value, i) => expect(point.variables[i]).toBeCloseTo(value, 8));
    }
  });

  it('crosses a small jump of the energy that stops a line search', () => {
    const kinked = objective(([x]) => 0.5 * (x! - 2) ** 2 + (x! > 1 ? 0.01 : 0), ([x]) => Float64Array.of(x! - 2), 1e-9);
    expect(fire(kinked, kinked.at(Float64Array.of(0))!, 5000).point.variables[0]).toBeCloseTo(2, 8);
  });

  it('stops when nothing improves any more', () => {
    const slope = objective(([x]) => -x!, () => Float64Array.of(-1), 1e-6);
    const { converged, steps } = fire(slope, slope.at(Float64Array.of(0))!, 100_000);
    expect(converged).toBe(false);
    expect(steps).toBeLessThan(200);
  });
});
