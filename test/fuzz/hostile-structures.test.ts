import { expect, test } from 'vitest';
import { readStructures } from '../../core/files/read-structures.ts';
import { refusalOf } from '../files/text.ts';
import { hostileStructures } from './hostile-structures.ts';

test('there are enough of them, each with a name of its own', () => {
  expect(hostileStructures.length).toBeGreaterThanOrEqual(40);
  expect(new Set(hostileStructures.map((file) => file.name)).size).toBe(hostileStructures.length);
});

test.each(hostileStructures)('$name', ({ name, bytes, code, fragment }) => {
  const start = performance.now();
  const message = refusalOf(() => readStructures(bytes, name));
  expect(performance.now() - start).toBeLessThan(1000);
  expect(message.code).toBe(code);
  expect(message.sentence).toContain(fragment);
  expect(message.sentence).toContain(name);
  // One sentence on one line that stays readable whatever the file holds, with a remedy behind it.
  expect(message.sentence).toMatch(/^[^\n\p{Cc}]{30,500}\.$/u);
});

test('nothing of it reaches a prototype', () => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
