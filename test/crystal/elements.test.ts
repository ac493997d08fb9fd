import { describe, expect, it } from 'vitest';
import { atomicMass, atomicNumber, byElectronegativity, elements, isElement, symbolOf } from '../../core/crystal/elements.ts';

describe('elements', () => {
  it('are 118 with distinct symbols, and the three look-ups agree', () => {
    expect(elements.length).toBe(118);
    expect(new Set(elements.map(({ symbol }) => symbol)).size).toBe(118);
    for (const { symbol, atomicNumber: z } of elements) {
      expect(atomicNumber(symbol)).toBe(z);
      expect(symbolOf(z)).toBe(symbol);
    }
    expect(symbolOf(0)).toBeUndefined();
    expect(symbolOf(119)).toBeUndefined();
    expect(symbolOf(1.5)).toBeUndefined();
  });

  it('have the weights that the reference calculations used', () => {
    const used = { Si: 28.085, O: 15.999, Mg: 24.305, Na: 22.98976928, Cl: 35.45, Cu: 63.546, Ar: 39.948, C: 12.011 };
    for (const [symbol, weight] of Object.entries(used)) expect(atomicMass(symbol)).toBe(weight);
  });

  it('have weights that grow with the atomic number, but for the known inversions', () => {
    const inversions = elements.filter((element, i) => i > 0 && element.weight < elements[i - 1]!.weight).map(({ symbol }) => symbol);
    // Ar/K, Co/Ni, Te/I, Th/Pa, U/Np are the classical ones; the rest are mass numbers of the listed isotopes.
    expect(inversions).toEqual(['K', 'Ni', 'I', 'Pa', 'Np', 'Am', 'Bk', 'Bh', 'Hs']);
  });

  it('are not confused by keys of the object prototype', () => {
    for (const text of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'si', 'SI', ' Si', 'X', 'D']) {
      expect(isElement(text)).toBe(false);
      expect(() => atomicMass(text)).toThrow();
    }
  });

  it('are ordered for formulas from electropositive to electronegative, every one once', () => {
    const sorted = elements.map(({ symbol }) => symbol).sort(byElectronegativity);
    expect(sorted.at(-1)).toBe('F');
    for (let i = 1; i < sorted.length; i++) expect(byElectronegativity(sorted[i - 1]!, sorted[i]!)).toBeLessThan(0);
    expect(['O', 'Si'].sort(byElectronegativity)).toEqual(['Si', 'O']);
    expect(['O', 'H'].sort(byElectronegativity)).toEqual(['H', 'O']);
    expect(['C', 'Si'].sort(byElectronegativity)).toEqual(['Si', 'C']);
    expect(['N', 'Ga'].sort(byElectronegativity)).toEqual(['Ga', 'N']);
  });
});
