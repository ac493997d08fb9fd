import { expect, test } from 'vitest';
import { conventions } from '../../core/units/conventions.ts';
import { displayOf } from '../../core/units/display.ts';

const counts = { atoms: 9, formulaUnits: 3 };

test('1 THz in the other units of spectroscopy', () => {
  // 1e12/(100 c) and h·1e12/e with the exact constants of the SI: 33.35640951981521 cm⁻¹ and 4.135667696923859 meV.
  expect(displayOf('THz', undefined, { frequency: 'cm⁻¹', basis: 'cell' }, counts).factor).toBeCloseTo(33.35640951981521, 12);
  expect(displayOf('THz', undefined, { frequency: 'meV', basis: 'cell' }, counts).factor).toBeCloseTo(4.135667696923859, 12);
});

test('a density of states keeps its integral in every unit', () => {
  for (const frequency of ['THz', 'cm⁻¹', 'meV'] as const) {
    const preferences = { frequency, basis: 'cell' } as const;
    const density = displayOf('1/THz', 'cell', preferences, counts);
    expect(density.factor * displayOf('THz', undefined, preferences, counts).factor).toBeCloseTo(1, 14);
    expect(density.unit).toBe(`states/${frequency}`);
  }
});

test('extensive numbers per cell, formula unit and atom; intensive ones stay', () => {
  const shown = (basis: 'cell' | 'formula' | 'atom'): number => displayOf('eV', 'cell', { frequency: 'THz', basis }, counts).factor;
  expect([shown('cell'), shown('formula'), shown('atom')]).toEqual([1, 1 / 3, 1 / 9]);
  expect(displayOf('J/(mol·K)', 'formula', { frequency: 'THz', basis: 'atom' }, counts).factor).toBeCloseTo(1 / 3, 15);
  expect(displayOf('GPa', undefined, { frequency: 'THz', basis: 'atom' }, counts)).toEqual({ factor: 1, unit: 'GPa', basis: null });
  expect(displayOf('1/K', undefined, { frequency: 'THz', basis: 'atom' }, counts)).toEqual({ factor: 1e6, unit: '10⁻⁶ K⁻¹', basis: null });
});

test('the page of conventions speaks about every row of the design', () => {
  const topics = conventions.map(({ topic }) => topic);
  expect(topics).toEqual(expect.arrayContaining(['Internal units', 'Shown units', 'Cell', 'Stress', 'Voigt notation', 'Phonons', 'Energy reference', 'Per what', 'Missing values']));
  expect(new Set(topics).size).toBe(topics.length);
});
