import { expect, test } from 'vitest';
import { fuzz } from './mutations.ts';

test('3000 mutated structure files are read or refused, nothing else', () => {
  const { read, refused, failures } = fuzz(1, 3000);
  expect(failures).toEqual([]);
  // The mutations are neither so harmless nor so destructive that the test would say nothing.
  expect(read).toBeGreaterThan(200);
  expect(refused).toBeGreaterThan(1000);
});
