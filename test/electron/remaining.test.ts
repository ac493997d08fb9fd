import { expect, test } from 'vitest';
import { random } from '../../core/math/random.ts';
import { remainingTime } from '../../electron/engine/remaining.ts';

test('equal tasks leave no doubt, and lanes share them', () => {
  expect(remainingTime([2, 2, 2], 10, 1)).toEqual([20, 20]);
  expect(remainingTime([2, 2, 2], 10, 4)).toEqual([5, 5]);
  // More lanes than tasks do not help.
  expect(remainingTime([2, 2, 2], 1, 4)).toEqual([2, 2]);
});

test('nothing is said from fewer than three tasks, and nothing is left at the end', () => {
  expect(remainingTime([1, 2], 5, 1)).toBeNull();
  expect(remainingTime([1, 2, 3], 0, 1)).toEqual([0, 0]);
});

test('the range holds the truth about as often as it says', () => {
  const { normal } = random(7);
  const task = (): number => Math.exp(0.5 * normal());
  const trials = 2000;
  let held = 0;
  for (let trial = 0; trial < trials; trial++) {
    const [low, high] = remainingTime(Array.from({ length: 10 }, task), 40, 1) as [number, number];
    const truth = Array.from({ length: 40 }, task).reduce((sum, value) => sum + value, 0);
    if (low <= truth && truth <= high) held++;
  }
  // Meant to hold in 95 % of normal samples; ten skewed ones know their spread badly, which costs some of it.
  expect(held / trials).toBeGreaterThan(0.85);
  expect(held / trials).toBeLessThan(0.99);
});
