import { expect, test } from 'vitest';
import { PointIndex } from '../../core/crystal/point-index.ts';
import { random } from '../../core/math/random.ts';

/** The distance between two points by trying all images that could be near, in the cell as it is given. */
function bruteForce(cell: Float64Array, periodic: readonly boolean[], a: Float64Array, b: Float64Array): number {
  let best = Infinity;
  const range = periodic.map((repeats) => (repeats ? 4 : 0));
  for (let i = -range[0]!; i <= range[0]!; i++) {
    for (let j = -range[1]!; j <= range[1]!; j++) {
      for (let k = -range[2]!; k <= range[2]!; k++) {
        const d = [0, 1, 2].map((x) => a[x]! - b[x]! + i * cell[x]! + j * cell[3 + x]! + k * cell[6 + x]!);
        best = Math.min(best, Math.hypot(d[0]!, d[1]!, d[2]!));
      }
    }
  }
  return best;
}

test('finds what a search over all images finds, in cells of any shape and periodicity', () => {
  const source = random(7);
  const between = (low: number, high: number): number => low + (high - low) * source.uniform();
  let found = 0;
  for (let trial = 0; trial < 300; trial++) {
    // A diagonal of 3 to 6 Å with up to ±2 Å beside it; points within one cell of the origin, so that 4 images each way are enough.
    const cell = Float64Array.from({ length: 9 }, (_, i) => (i % 4 === 0 ? between(3, 6) : between(-2, 2) * (i > 3 * (i % 3) ? 1 : 0)));
    const periodic = [source.uniform() < 0.6, source.uniform() < 0.6, source.uniform() < 0.6];
    const distance = between(0.1, 0.8);
    const index = new PointIndex(cell, periodic, distance, 30);
    const added: Float64Array[] = [];
    for (let i = 0; i < 30; i++) {
      const point = Float64Array.from({ length: 3 }, () => between(-3, 6));
      const distances = added.map((other) => bruteForce(cell, periodic, point, other));
      const near = index.find(point[0]!, point[1]!, point[2]!);
      expect(near !== null).toBe(distances.some((value) => value < distance));
      if (near) {
        found++;
        // Both add and subtract a few lattice vectors of some Å.
        expect(near.distance).toBeCloseTo(distances[near.index]!, 12);
        const direct = Math.hypot(...point.map((value, x) => value - added[near.index]![x]!));
        expect(near.isImage).toBe(direct > near.distance + 1e-9);
      } else {
        index.add(point[0]!, point[1]!, point[2]!);
        added.push(point);
      }
    }
  }
  expect(found).toBeGreaterThan(100);
});

test('a crowd in the corner of a huge cell costs no more than an even crystal', () => {
  const time = (spacing: number): number => {
    const start = performance.now();
    const index = new PointIndex(Float64Array.of(9000, 0, 0, 0, 9000, 0, 0, 0, 9000), [true, true, true], 0.1, 100_000);
    for (let i = 0; i < 100_000; i++) {
      const x = (i % 47) * spacing, y = (Math.floor(i / 47) % 47) * spacing, z = Math.floor(i / 2209) * spacing;
      if (index.find(x, y, z)) throw new Error('the points of a grid do not overlap');
      index.add(x, y, z);
    }
    return performance.now() - start;
  };
  time(3);
  // Bins of the crowd hold up to 64 points instead of one; all pairs (5e9) would take minutes.
  expect(time(0.11)).toBeLessThan(20 * time(3) + 500);
});
