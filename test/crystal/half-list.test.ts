import { expect, test } from 'vitest';
import { createNeighbours, type NeighbourList } from '../../core/crystal/neighbours.ts';
import { random } from '../../core/math/random.ts';
import { randomCell } from './crystals.ts';

test('the half list names every pair of the full list once, with the same bits', () => {
  for (let seed = 0; seed < 20; seed++) {
    const source = random(seed);
    const cell = randomCell(source);
    const positions = Float64Array.from({ length: 3 * (1 + source.integer(9)) }, () => 10 * source.uniform() - 3);
    const settings = { periodic: [source.integer(4) > 0, true, source.integer(4) > 0] as const, cutoff: 6, skin: 0.4 };
    const entries = ({ first, atoms, shifts, vectors, distances }: NeighbourList): string[] =>
      Array.from({ length: positions.length / 3 }, (_, i) =>
        Array.from({ length: first[i + 1]! - first[i]! }, (__, k) => {
          const p = first[i]! + k;
          return { i, j: atoms[p]!, shift: [...shifts.subarray(3 * p, 3 * p + 3)], vector: [...vectors.subarray(3 * p, 3 * p + 3)], distance: distances[p]! };
        }),
      ).flat().filter(({ i, j, shift }) => j > i || (j === i && (shift.find((n) => n !== 0) ?? 0) > 0)).map((entry) => JSON.stringify(entry));
    const full = createNeighbours(settings), half = createNeighbours({ ...settings, half: true });
    for (let step = 0; step < 3; step++) {
      const wanted = full.update(positions, cell), got = half.update(positions, cell);
      expect(2 * got.first.at(-1)!).toBe(wanted.first.at(-1)!);
      expect(entries(got)).toEqual(entries(wanted));
      for (let k = 0; k < positions.length; k++) positions[k]! += 0.3 * step * source.normal();
    }
  }
});
