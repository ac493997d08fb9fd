import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePlain, encodePlain } from '../../core/contracts/codec.ts';

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.double(),
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.float64Array(),
    fc.float32Array(),
    fc.int32Array(),
    fc.uint8Array(),
    fc.array(tie('tree'), { maxLength: 5 }),
    fc.dictionary(fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('__proto__', 'constructor', 'toString')), tie('tree'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

test('plain data survives the way through bytes, with −0, NaN, undefined and the order of keys', () => {
  fc.assert(
    fc.property(tree, (value) => {
      const back = decodePlain(encodePlain(value));
      // Vitest's toStrictEqual takes a key named "constructor" for the type.
      expect(isDeepStrictEqual(back, value)).toBe(true);
      expect(encodePlain(back)).toEqual(encodePlain(value));
    }),
    { numRuns: 300 },
  );
});

test('a typed array that is a window of a larger buffer is stored without the rest', () => {
  const window = Float64Array.of(1, 2, 3, 4).subarray(1, 3);
  expect(decodePlain(encodePlain(window))).toEqual(Float64Array.of(2, 3));
  expect(encodePlain(window)).toEqual(encodePlain(Float64Array.of(2, 3)));
});

test('what is read from a part of a larger Buffer owns its own bytes, whatever happens to the Buffer', () => {
  const bytes = encodePlain({ name: 'a', bytes: Uint8Array.of(1, 2, 3), numbers: Float64Array.of(4, 5) });
  const pool = Buffer.alloc(bytes.length + 64, 255);
  pool.set(bytes, 24);
  const back = decodePlain(pool.subarray(24, 24 + bytes.length));
  pool.fill(0);
  expect(back).toEqual({ name: 'a', bytes: Uint8Array.of(1, 2, 3), numbers: Float64Array.of(4, 5) });
});

test('what is not plain data is refused rather than lost', () => {
  for (const value of [new Map(), () => 1, 1n, Symbol('x'), new Date(0), { deep: [new Set()] }]) expect(() => encodePlain(value)).toThrow(TypeError);
});

test('damaged bytes throw and do not return something else', () => {
  const bytes = encodePlain({ energies: Float64Array.of(1, 2, 3), name: 'x' });
  for (let length = 0; length < bytes.length; length++) expect(() => decodePlain(bytes.subarray(0, length))).toThrow(RangeError);
  expect(() => decodePlain(Uint8Array.of(200))).toThrow(RangeError);
});
