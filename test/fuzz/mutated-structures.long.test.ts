import { expect, test } from 'vitest';
import { fuzz } from './mutations.ts';

test.each([2, 3, 4, 5])('100 000 mutated structure files are read or refused, nothing else (seed %i)', (seed) => {
  expect(fuzz(seed, 100_000).failures).toEqual([]);
});
