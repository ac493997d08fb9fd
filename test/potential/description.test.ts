/** Potential files: what is bundled, and that writing and reading are inverse. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { potentialCard } from '../../core/contracts/card.ts';
import { sourceText } from '../../core/files/source-text.ts';
import { readPotential, writePotential, type PotentialDescription } from '../../core/potential/description.ts';
import { partsOf } from '../../core/potential/potential.ts';
import { describeWithShared, shared } from '../shared.ts';
import { bundled, bundledDescription, bundledNames, bundledPath, describedBy, potentialWith } from './models.ts';

const reread = (text: string): PotentialDescription => readPotential(sourceText(new TextEncoder().encode(text), 'written.json'));

describe.each(bundledNames)('%s', (name) => {
  test('has a complete card under its own name', () => {
    const { card } = bundled(name);
    expect(potentialCard.parse(card)).toEqual(card);
    expect(card.name).toBe(name);
    expect(card.references.length).toBeGreaterThan(0);
    for (const reference of card.references) expect(reference).toMatch(/\(\d{4}\) .*doi:10\.\d{4}/);
    expect(Object.keys(card.masses!).sort()).toEqual([...card.elements].sort());
  });

  test('stands in the layout that Phonolite writes', () => {
    expect(writePotential(bundledDescription(name))).toBe(readFileSync(bundledPath(name), 'utf8'));
  });
});

test.each(['mgo-lewis-catlow', 'nacl-fumi-tosi', 'sio2-bks'])('%s: rigid ions say so and keep the published Coulomb constant', (name) => {
  const { card } = bundled(name);
  expect(card.limits.join(' ')).toContain('ε∞ = 1, LO too high');
  expect(card.constants).toEqual({ coulomb: '14.399645 eV·Å' });
  expect(card.kind).toBe('sum');
  expect(card.cutoffStyle).toBe('plain');
  expect(card.limits.some((limit) => limit.includes('plain cutoff'))).toBe(true);
  expect(partsOf(bundled(name)).map((part) => part.card.kind)).toEqual(['pair', 'coulomb']);
  expect(partsOf(bundled(name)).filter((part) => part.bindDynamics).length).toBe(1);
});

test('interaction ranges: twice the cutoff for sums of environments, unbounded with charges', () => {
  expect(bundled('si-stillinger-weber').interactionRange).toBeCloseTo(2 * 1.8 * 2.0951, 12);
  expect(bundled('sic-tersoff').interactionRange).toBe(6);
  expect(bundled('ar-lennard-jones').interactionRange).toBe(8.5125);
  expect(bundled('mgo-lewis-catlow').interactionRange).toBeNull();
  expect(partsOf(bundled('mgo-lewis-catlow'))[0]!.interactionRange).toBe(11.15);
});

test('pairs of elements without any interaction are named on the card', () => {
  const { card } = potentialWith({ type: 'harmonic', cutoff: { radius: 3, style: 'shifted' }, pairs: [{ elements: ['Na', 'Cl'], k: 1, r0: 2 }] });
  expect(card.limits).toContain('No interaction is given between Na–Na, Cl–Cl.');
});

describeWithShared('masses and charges are those of the references', () => {
  test.each([
    ['A_sw_si', 'si-stillinger-weber'], ['B_tersoff_si', 'si-tersoff'], ['B_tersoff_sic', 'sic-tersoff'], ['D_mgo', 'mgo-lewis-catlow'],
    ['E_nacl', 'nacl-fumi-tosi'], ['F_quartz_bks', 'sio2-bks'],
  ])('%s', (folder, name) => {
    const reference = JSON.parse(readFileSync(shared(`reference/properties/${folder}/reference.json`), 'utf8')) as { masses_amu: unknown; charges?: unknown };
    expect(bundled(name).card.masses).toEqual(reference.masses_amu);
    expect(bundled(name).card.charges).toEqual(reference.charges);
  });
});

// ── round trips ────────────────────────────────────────────────────────────────────────────────────────────────────────

const number = fc.double({ min: 1e-12, max: 1e9, noNaN: true });
const anyNumber = fc.double({ min: -1e9, max: 1e9, noNaN: true });
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
/** One element, so that completeness is a single entry. */
const symbol = fc.constantFrom('Si', 'O', 'Mg', 'U');

const cutoff = fc.oneof(
  fc.record({ radius: number, style: fc.constantFrom('plain' as const, 'shifted' as const) }),
  fc.record({ radius: number, style: fc.constant('tapered' as const), share: fc.double({ min: 0.01, max: 1, noNaN: true }) })
    .map(({ radius, style, share }) => ({ radius, style, width: radius * share })).filter(({ radius, width }) => width > 0 && width <= radius),
);
const pairsOf = (type: string, parameters: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  fc.uniqueArray(fc.record({ elements: fc.tuple(symbol, symbol), ...parameters }), { minLength: 1, maxLength: 4, selector: ({ elements }) => [...elements].sort().join() })
    .chain((pairs) => cutoff.map((end) => ({ type, cutoff: end, pairs })));
const term = fc.oneof(
  pairsOf('lennard-jones', { epsilon: number, sigma: number }),
  pairsOf('mie', { epsilon: number, sigma: number, m: fc.double({ min: 8, max: 20, noNaN: true }), n: fc.double({ min: 1, max: 7, noNaN: true }) }),
  pairsOf('morse', { depth: number, alpha: number, r0: number }),
  pairsOf('buckingham', { A: number, rho: number, C: number }),
  pairsOf('buckingham', { A: number, b: number, C: number }),
  pairsOf('born-mayer-huggins', { A: number, sigma: anyNumber, rho: number, C: number, D: number }),
  pairsOf('harmonic', { k: number, r0: number }),
  symbol.chain((element) => fc.record({
    type: fc.constant('stillinger-weber'),
    pairs: fc.tuple(fc.record({ elements: fc.constant([element, element]), epsilon: number, sigma: number, a: number, gamma: number, A: anyNumber, B: anyNumber, p: number, q: number })),
    triplets: fc.tuple(fc.record({ elements: fc.constant([element, element, element]), epsilon: number, lambda: number, cosTheta0: fc.double({ min: -1, max: 1, noNaN: true }) })),
  })),
  symbol.chain((element) => fc.record({
    type: fc.constant('tersoff'),
    entries: fc.tuple(fc.record({
      elements: fc.constant([element, element, element]), R: fc.double({ min: 1, max: 9, noNaN: true }), D: fc.double({ min: 0.01, max: 0.9, noNaN: true }),
      lambda3: anyNumber, m: fc.constantFrom(1, 3), gamma: number, c: anyNumber, d: number, cosTheta0: anyNumber,
      twoBody: fc.record({ A: number, B: number, lambda1: number, lambda2: number, beta: number, n: number }),
    })),
  })),
);
const description = fc.record({
  terms: fc.array(term, { minLength: 1, maxLength: 3 }), title: text, references: fc.array(text, { maxLength: 3 }), limits: fc.array(text, { maxLength: 3 }), withCharges: fc.boolean(),
}).map(({ terms, title, references, limits, withCharges }) => {
  const base = describedBy(withCharges ? [...terms, { type: 'coulomb', charges: { Si: 2.4, O: -1.2, Mg: 2, U: 4 }, constant: 14.4 }] : terms);
  return { ...base, card: { ...base.card, title, references, limits } };
});

test('what is written is read back the same, number for number', () => {
  fc.assert(
    fc.property(description, (original) => {
      const read = reread(writePotential(original));
      expect(read).toEqual(original);
      expect(writePotential(read)).toBe(writePotential(original));
    }),
    { numRuns: 300 },
  );
});
