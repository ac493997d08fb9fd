/** Forces and stress are the derivatives of the energy: central differences, whose error must fall as h². */
import { describe, expect, test } from 'vitest';
import { strained } from '../../core/crystal/structure.ts';
import { random } from '../../core/math/random.ts';
import { voigtPairs } from '../../core/math/voigt.ts';
import { models, type Model } from './models.ts';

/**
 * Truncation falls fourfold with each halving of h until rounding of the energy (1e-15 relative over h) takes over; tables
 * of cubics have jumps in the third derivative, which blur the ratio.
 */
const steps = [8e-3, 4e-3, 2e-3, 1e-3] as const;

function errors(energyAt: (h: number) => number, derivative: number): number[] {
  return steps.map((h) => Math.abs((energyAt(h) - energyAt(-h)) / (2 * h) - derivative));
}

/** The error falls with slope 2 ± 0.25 over the whole sweep, or is rounding already. */
function expectSecondOrder(found: readonly number[], scale: number): void {
  const floor = 1e-10 * scale;
  const slope = Math.log(found[0]! / found[3]!) / Math.log(8);
  if (found[0]! > 100 * floor) expect(slope).toBeGreaterThan(1.75);
  expect(found[3]!).toBeLessThan(2e-5 * scale);
}

describe.each(models)('$name', ({ potential, structure }: Model) => {
  const evaluator = potential.bind(structure);
  const exact = evaluator.evaluate(structure.positions, structure.cell, { forces: true, stress: true });
  const forces = Float64Array.from(exact.forces!), stress = Float64Array.from(exact.stress!);
  const scale = Math.hypot(...forces);
  const cell = structure.cell;
  const volume = Math.abs(
    cell[0]! * (cell[4]! * cell[8]! - cell[5]! * cell[7]!) - cell[1]! * (cell[3]! * cell[8]! - cell[5]! * cell[6]!) + cell[2]! * (cell[3]! * cell[7]! - cell[4]! * cell[6]!),
  );

  test('forces along random directions', () => {
    const source = random(7);
    for (let direction = 0; direction < 3; direction++) {
      const u = forces.map(() => source.normal());
      const norm = Math.hypot(...u);
      const unit = u.map((x) => x / norm);
      const energyAt = (h: number): number => evaluator.evaluate(structure.positions.map((x, k) => x + h * unit[k]!), structure.cell, {}).energy;
      expectSecondOrder(errors(energyAt, -unit.reduce((sum, x, k) => sum + x * forces[k]!, 0)), scale);
    }
  });

  test('every component of the force on the first and last atom', () => {
    const last = forces.length - 3;
    for (const k of [0, 1, 2, last, last + 1, last + 2]) {
      const h = 5e-4;
      const energyAt = (step: number): number => evaluator.evaluate(structure.positions.map((x, m) => (m === k ? x + step : x)), structure.cell, {}).energy;
      // Fourth order from two central differences.
      const derivative = (4 * (energyAt(h) - energyAt(-h)) / (2 * h) - (energyAt(2 * h) - energyAt(-2 * h)) / (4 * h)) / 3;
      expect(Math.abs(derivative + forces[k]!)).toBeLessThan(2e-7 * scale);
    }
  });

  test('stress in all six strains', () => {
    const largest = Math.max(...stress.map(Math.abs)) * volume;
    for (const [component, [a, b]] of voigtPairs.entries()) {
      const energyAt = (h: number): number => {
        const deformation = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
        deformation[3 * a + b]! += h / 2;
        deformation[3 * b + a]! += h / 2;
        const { positions, cell: turned } = strained(structure, deformation);
        return evaluator.evaluate(positions, turned, {}).energy;
      };
      const h = 2e-4;
      const derivative = (4 * (energyAt(h) - energyAt(-h)) / (2 * h) - (energyAt(2 * h) - energyAt(-2 * h)) / (4 * h)) / 3;
      expect(Math.abs(derivative - stress[component]! * volume)).toBeLessThan(2e-7 * Math.max(largest, 1));
    }
  });

  test('stress error falls as h²', () => {
    const energyAt = (h: number): number => {
      const { positions, cell: turned } = strained(structure, Float64Array.of(1 + h / 4, 0, 0, 0, 1 + h / 8, h / 8, 0, h / 8, 1));
      return evaluator.evaluate(positions, turned, {}).energy;
    };
    const derivative = volume * (stress[0]! / 4 + stress[1]! / 8 + stress[3]! / 4);
    expectSecondOrder(errors(energyAt, derivative), Math.max(Math.abs(derivative), scale, 1));
  });
});
