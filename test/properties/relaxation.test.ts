import { describe, expect, it } from 'vitest';
import type { Check } from '../../core/contracts/quantity.ts';
import { relaxationResult } from '../../core/contracts/results.ts';
import { strained } from '../../core/crystal/structure.ts';
import { relaxation } from '../../core/properties/relaxation.ts';
import { bundled, cubic, faceCentred, pairTerm, potentialWith, rattled, rockSalt, zincblende } from '../potential/models.ts';
import { contextFor } from './context.ts';

const silicon = bundled('si-stillinger-weber');
const diamond = zincblende(5.5, 'Si', 'Si');
const named = (checks: readonly Check[], name: string): Check => checks.find((check) => check.name === name)!;

describe('relaxation', () => {
  it('fills its result, keeps the space group, and hands over the crystal', async () => {
    const { result, relaxed } = await relaxation(contextFor(diamond, silicon));
    expect(relaxationResult.safeParse(result).error).toBeUndefined();
    expect(result.verdict.state).toBe('good');
    expect(result.verdict.message.sentence).toBe('Relaxed (ions and cell, to the requested stress): forces and stress have vanished to the requested accuracy and the space group F d -3 m is kept.');
    expect(result.spaceGroup).toMatchObject({ number: 227 });
    const [a] = result.lattice.lengths.value as number[];
    expect(a).toBeCloseTo(5.4309497784, 7);
    // Eight atoms of 28.085 amu per cube of a.
    expect(result.density.value).toBeCloseTo((8 * 28.085 * 1.6605390666e-27) / (5.4309497784e-10 ** 3), 3);
    expect(result.energy).toMatchObject({ unit: 'eV', basis: 'cell' });
    expect(relaxed.crystal.structure.species).toHaveLength(2);
    expect(relaxed.energy).toBe(result.energy.value);
    expect((result.history.energy.value as number[])).toHaveLength(result.steps + 1);
  });

  it('uses the masses that go with the potential', async () => {
    const heavy = { ...silicon, card: { ...silicon.card, masses: { Si: 30 } } };
    const { relaxed } = await relaxation(contextFor(diamond, heavy));
    expect([...relaxed.crystal.structure.masses!]).toEqual([30, 30]);
  });

  it('follows a stress that breaks the symmetry, and describes the crystal that results', async () => {
    const { result, relaxed } = await relaxation(contextFor(diamond, silicon, { stress: '0,0,2,0,0,0' }));
    expect(relaxed.crystal.symmetry.crystalSystem).toBe('tetragonal');
    expect(result.verdict.state).toBe('caution');
    expect(named(result.verdict.checks, 'space group kept').passed).toBe(false);
    expect(named(result.verdict.checks, 'residual stress').passed).toBe(true);
    const [a, b, c] = result.lattice.lengths.value as [number, number, number];
    expect(a).toBeCloseTo(b, 8);
    // The tetragonal cell is the body-centred one with a/√2; the strain along z is about σ/E100 = 2/100.
    expect(c / (a * Math.SQRT2) - 1).toBeGreaterThan(0.02);
    expect(result.pressure.value).toBeCloseTo(-2 / 3, 5);
  });

  it('holds the cell when asked, with null and the reason for the stress', async () => {
    const { result } = await relaxation(contextFor(rattled(diamond, 0.05), silicon, { 'relaxation.constraint': 'fixed-cell' }));
    // Under any homogeneous strain the atoms of diamond find back to their centres of inversion, which the rattled start lacked.
    expect(result.verdict.checks.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual(['space group kept']);
    expect(result.verdict.checks.some(({ name }) => name === 'residual stress')).toBe(false);
    expect(result.maxStress).toEqual({ value: null, unit: 'GPa', reason: 'The cell was held fixed.' });
    expect(result.constraint).toBe('ions, cell held');
    expect(Math.abs(result.pressure.value as number)).toBeGreaterThan(0.5);
  });

  it('is unreliable when the steps run out, and says what is left', async () => {
    const { result } = await relaxation(contextFor(rattled(diamond, 0.1), silicon, { 'relaxation.maxSteps': '3' }));
    expect(result.verdict.state).toBe('unreliable');
    expect(result.verdict.message.sentence).toMatch(/^The structure is not relaxed .*residual force/);
    expect(named(result.verdict.checks, 'residual force')).toMatchObject({ passed: false, message: { sentence: expect.stringMatching(/^A force of .* eV\/Å is left after 3 steps/) } });
  });

  it('names the shells that crossed a plain cutoff on the way', async () => {
    const crossing = potentialWith(pairTerm('born-mayer-huggins', { radius: 4.0, style: 'plain' }), { type: 'coulomb', charges: { Na: 1, Cl: -1 }, constant: 14.399645 });
    // Second neighbours at a/√2: 4.03 Å before, closer after the relaxation.
    const { result } = await relaxation(contextFor(rockSalt(5.7, 'Na', 'Cl'), crossing));
    expect(result.verdict.state).toBe('caution');
    expect(result.cutoffShells.length).toBeGreaterThan(0);
    expect(result.cutoffShells[0]!).toMatchObject({ code: 'potential.cutoffShell', sentence: expect.stringContaining('the plain cutoff of 4 Å') });
  });

  it('sees a symmetry that the relaxation reached', async () => {
    // A face-centred crystal stretched along z relaxes back to cubic; the tetragonal group it began with is not all of it.
    const argon = potentialWith({ type: 'lennard-jones', cutoff: { radius: 8, style: 'tapered', width: 2 }, pairs: [{ elements: ['Ar', 'Ar'], epsilon: 0.0104, sigma: 3.4 }] });
    const start = strained(faceCentred(5.3, 'Ar'), Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1.02));
    const { result } = await relaxation(contextFor(start, argon, {}, 'strict'));
    expect(result.spaceGroup.number).toBe(225);
    expect(result.verdict).toMatchObject({ state: 'caution' });
    expect(named(result.verdict.checks, 'space group kept')).toMatchObject({ passed: false, message: { sentence: expect.stringContaining('from I 4/m m m to F m -3 m') } });
  });

  it('refuses settings that mean nothing, with the choices', async () => {
    for (const [settings, sentence] of [
      [{ 'relaxation.method': 'newton' }, /relaxation.method cannot be "newton"\. Choose one of lbfgs, fire\./],
      [{ 'relaxation.constraint': 'cell' }, /Choose one of full, fixed-shape, fixed-volume, fixed-cell\./],
      [{ stress: '1,2' }, /stress holds 2 numbers; it takes 6/],
    ] as const) expect(() => contextFor(diamond, silicon, settings)).toThrow(sentence);
    await expect(relaxation(contextFor({ ...cubic(9, [['Si', [0, 0, 0]]]), periodic: [true, true, false] }, silicon))).rejects.toThrow(/repeats as "T T F"/);
  });
});

it('computes a cell with a net charge in a uniform background, and says so in the verdict', async () => {
  const a = 4.2;
  // Rock salt with one of four oxygen ions missing: +2 e per cell.
  const fractional = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0], [0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5]].flat();
  const structure = {
    cell: Float64Array.of(a, 0, 0, 0, a, 0, 0, 0, a),
    periodic: [true, true, true] as const,
    species: ['Mg', 'Mg', 'Mg', 'Mg', 'O', 'O', 'O'],
    positions: Float64Array.from(fractional, (f) => f * a),
  };
  const { result } = await relaxation(contextFor(structure, bundled('mgo-lewis-catlow'), { 'relaxation.constraint': 'fixed-cell' }));
  const neutral = named(result.verdict.checks, 'cell without net charge');
  expect(neutral.passed).toBe(false);
  expect(neutral.measured.value).toBe(2);
  expect(neutral.message.code).toBe('longrange.charged-cell');
  expect(result.verdict.state).not.toBe('good');
});
