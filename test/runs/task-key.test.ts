import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { PotentialSource } from '../../core/contracts/card.ts';
import type { Structure } from '../../core/contracts/structure.ts';
import { encodePlain } from '../../core/contracts/codec.ts';
import { potentialHash, structureHash, taskKey } from '../../core/runs/task-key.ts';

const structure: Structure = { cell: Float64Array.of(4, 0, 0, 0, 4, 0, 0, 0, 4), periodic: [true, true, true], species: ['Ar'], positions: Float64Array.of(0, 0, 0) };
const source: PotentialSource = { name: 'x', files: [{ name: 'x.json', bytes: Uint8Array.of(1, 2, 3) }] };
const versions = { core: 'c', v8: 'v' };
const key = (at: Structure = structure, potential = 'p', v = versions): string => taskKey('evaluate', { structures: [at] }, potential, v);

test('the key is the SHA-256 of kind, input, potential and versions', () => {
  const expected = createHash('sha256').update(encodePlain(['evaluate', { structures: [structure] }, 'p', 'c', 'v', null])).digest('hex');
  expect(key()).toBe(expected);
});

test('whatever can change the bits of a result changes the key', () => {
  const moved = { ...structure, positions: Float64Array.of(0, 0, Number.MIN_VALUE) };
  const keys = [key(), key(moved), key(structure, 'q'), key(structure, 'p', { core: 'd', v8: 'v' }), key(structure, 'p', { core: 'c', v8: 'w' }), taskKey('evaluate', { structures: [structure] }, 'p', versions, 0)];
  expect(new Set(keys).size).toBe(keys.length);
});

test('a title does not change the hash of a structure, a mass does', () => {
  expect(structureHash({ ...structure, title: 'argon' })).toBe(structureHash(structure));
  expect(structureHash({ ...structure, masses: Float64Array.of(36) })).not.toBe(structureHash(structure));
});

test('the hash of a potential sees contents and options, not the name it is called by', () => {
  expect(potentialHash({ ...source, name: 'y' })).toBe(potentialHash(source));
  expect(potentialHash({ ...source, options: {} })).toBe(potentialHash(source));
  expect(potentialHash({ ...source, options: { units: 'metal' } })).not.toBe(potentialHash(source));
  expect(potentialHash({ ...source, files: [{ name: 'x.json', bytes: Uint8Array.of(1, 2, 4) }] })).not.toBe(potentialHash(source));
});
