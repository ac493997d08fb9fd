/** Broken and hostile potential files: one sentence with the place and a remedy, at once, and nothing else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../core/contracts/messages.ts';
import { loadPotential } from '../../core/potential/load.ts';
import { encode, good, hostilePotentials, table } from './hostile-potentials.ts';

function refusal(bytes: Uint8Array): Refusal {
  try {
    loadPotential({ name: 'bad', files: [{ name: 'bad.json', bytes }] });
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

describe('each broken potential file gets one sentence with place and remedy, within a second', () => {
  test.each(hostilePotentials)('%s', (_, bytes, code, sentence) => {
    const input = bytes();
    const before = Date.now();
    const { detail } = refusal(input);
    expect(Date.now() - before).toBeLessThan(1000);
    expect({ code: detail.code, sentence: detail.sentence }).toEqual({ code, sentence: expect.stringMatching(sentence) as unknown });
    expect(detail.sentence.length).toBeLessThan(600);
    expect(detail.sentence).toMatch(/\.$/);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

test('the undamaged file is accepted', () => {
  expect(loadPotential({ name: 'good', files: [{ name: 'good.json', bytes: encode(good) }] }).card.elements).toEqual(['Na', 'Cl']);
});

test('a source without files, and units on a format that fixes them', () => {
  expect(() => loadPotential({ name: 'nothing', files: [] })).toThrow('"nothing" consists of no file');
  expect(() => loadPotential({ name: 'x', files: [{ name: 'x.json', bytes: encode(good) }], options: { units: 'kcal' } })).toThrow('--set units=kcal');
});

test('any damage is refused or harmless, never an exception of another kind', () => {
  const damaged = (whole: string): fc.Arbitrary<string> =>
    fc.tuple(fc.nat(whole.length - 1), fc.nat(8), fc.oneof(fc.constantFrom('', '"', '{', '}', '[', ',', '-', '1e400', 'null', '\n', '\\', '0', ' x '), fc.string({ maxLength: 4 })))
      .map(([at, removed, text]) => whole.slice(0, at) + text + whole.slice(at + removed));
  fc.assert(
    fc.property(fc.oneof(damaged(good), damaged(table)), (text) => {
      try {
        loadPotential({ name: 'damaged', files: [{ name: 'damaged', bytes: encode(text) }] });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        expect(error.detail.sentence).toMatch(/\.$/);
      }
    }),
    { numRuns: 1500 },
  );
});
