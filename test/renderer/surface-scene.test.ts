import { expect, test } from 'vitest';
import { gridDirection, valueAlong } from '../../renderer/composables/surface-scene.ts';

test('the value read along a direction is the surface there', () => {
  const [polar, azimuth] = [37, 73];
  const surface = (x: number, y: number, z: number): number => 200 + 50 * (x * x * y * y + y * y * z * z + z * z * x * x) + 10 * z;
  const values = Array.from({ length: polar }, (_, i) => Array.from({ length: azimuth }, (__, j) => {
    const { x, y, z } = gridDirection(i, j, polar, azimuth);
    return surface(x, y, z);
  }));
  for (const [i, j] of [[0, 0], [18, 0], [9, 45], [36, 72], [20, 71]] as const) {
    expect(valueAlong(values, gridDirection(i, j, polar, azimuth))).toBeCloseTo(values[i]![j]!, 9);
  }
  // Between points: bilinear in angles of 5°, error h²/8 · f″ ≈ 0.087²/8 · 400 ≈ 0.4.
  const between = gridDirection(10, 11, polar, azimuth).add(gridDirection(11, 12, polar, azimuth)).normalize();
  expect(Math.abs(valueAlong(values, between) - surface(between.x, between.y, between.z))).toBeLessThan(0.4);
});
