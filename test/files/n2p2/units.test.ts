/** Units that no file names: given, told from evidence, or refused. */
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../core/contracts/messages.ts';
import type { NamedFile } from '../../../core/files/n2p2/folder.ts';
import { loadPotential } from '../../../core/potential/load.ts';
import { parseFileUnits } from '../../../core/units/file-units.ts';
import { describeWithShared } from '../../shared.ts';
import { potentialFiles } from './references.ts';
import { changed, filesOf, smallDescription } from './potentials.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const withCutoff = (cutoff: number): NamedFile[] => {
  const functions = [{ type: 12, neighbours: [], eta: 0.1, shift: 0, cutoff }] as const;
  // Without the comments in which our writer names the units, and without energies of atoms.
  return changed(filesOf({ ...smallDescription({ functions }), atomicEnergies: new Float64Array(2) }), 'input.nn', (text) => text.replace(/^#.*\n/gm, ''));
};

/** Neighbours at `distance` sums of covalent radii (1.87 for Si–C), with this energy. */
const data = (distance: number, energy: number): NamedFile => ({
  name: 'input.data', bytes: encode(`begin\natom 0 0 0 Si 0 0 0 0 0\natom ${1.87 * distance} 0 0 C 0 0 0 0 0\nenergy ${energy}\nend\nbegin\natom 0 0 0 Si 0 0 0 0 0\n`),
});

function unitsOf(files: readonly NamedFile[], units?: string): string {
  const { card } = loadPotential({ name: 'p', files, ...(units !== undefined && { options: { units } }) });
  expect(card.limits[0]).toMatch(/^The files of this potential name no units/);
  return `${card.units!.length} ${card.units!.energy}`;
}

function refusalOf(files: readonly NamedFile[], units?: string): string {
  try {
    unitsOf(files, units);
  } catch (error) {
    if (error instanceof Refusal) return `${error.detail.code}: ${error.detail.sentence}`;
    throw error;
  }
  throw new Error('units were found');
}

test('words for units, in either order', () => {
  expect(parseFileUnits('bohr,hartree')).toEqual({ length: 'bohr', energy: 'hartree' });
  expect(parseFileUnits('eV, Å')).toEqual({ length: 'angstrom', energy: 'ev' });
  expect(parseFileUnits('Angstrom,Ha')).toEqual({ length: 'angstrom', energy: 'hartree' });
  for (const text of ['', 'bohr', 'bohr,bohr', 'ev,hartree', 'nm,ev', 'bohr,hartree,e', 'constructor,ev']) expect(parseFileUnits(text)).toBeUndefined();
});

describe('of a potential', () => {
  test('given ones are taken', () => {
    expect(unitsOf(withCutoff(8), 'bohr,hartree')).toBe('bohr hartree');
    expect(unitsOf(withCutoff(8), 'angstrom,hartree')).toBe('angstrom hartree');
  });

  test('given ones are taken against all evidence, which is said', () => {
    const limitsOf = (files: readonly NamedFile[], units: string): string => {
      expect(unitsOf(files, units)).toBe(parseFileUnits(units)!.length + ' ' + parseFileUnits(units)!.energy);
      return loadPotential({ name: 'p', files, options: { units } }).card.limits.slice(1).join(' ');
    };
    const commented = changed(withCutoff(8), 'input.nn', (text) => `# Length unit : Bohr\n# Energy unit : Ha\n${text}`);
    expect(limitsOf(commented, 'bohr,hartree')).toBe('');
    expect(limitsOf(commented, 'angstrom,ev')).toBe('The files of this potential speak for bohr (as a comment in input.nn says) and hartree (as a comment in input.nn says), against --set units=angstrom,ev: with wrong units every number is wrong. Leave the setting out, or make sure of it.');
    expect(limitsOf([...withCutoff(8), data(1.9, -5)], 'angstrom,ev')).toMatch(/speak for bohr \(neighbours then are 1\.0\d times the sum of their covalent radii apart\), against/);
    expect(limitsOf([...withCutoff(8), data(1.0, -327)], 'angstrom,ev')).toMatch(/speak for hartree \(total energies are then those of all electrons\), against/);
    expect(limitsOf([...withCutoff(8), data(1.0, -5)], 'angstrom,ev')).toBe('');
    // Data that cannot be read tell nothing, and are not needed.
    expect(limitsOf([...withCutoff(8), { name: 'input.data', bytes: encode('begin\natom 0 0\n') }], 'angstrom,ev')).toBe('');
  });

  test('distances in input.data against covalent radii decide first', () => {
    expect(unitsOf([...withCutoff(8), data(1.0, -5)])).toBe('angstrom ev');
    expect(unitsOf([...withCutoff(8), data(1.9, -5)])).toBe('bohr hartree');
    expect(unitsOf([...withCutoff(12), data(1.0, -5)])).toBe('angstrom ev');
  });

  test('total energies of all electrons tell the unit of energy: −327 hartree for Si and C', () => {
    expect(unitsOf([...withCutoff(8), data(1.0, -327)])).toBe('angstrom hartree');
    expect(unitsOf([...withCutoff(8), data(1.9, -327 * 27.2114)])).toBe('bohr ev');
  });

  test('comments that name units', () => {
    const commented = changed(withCutoff(8), 'input.nn', (text) => `# Length unit     : Bohr\n! Energy unit = Ha\n${text}`);
    expect(unitsOf(commented)).toBe('bohr hartree');
    expect(refusalOf([...commented, data(1.0, -5)])).toMatch(/^n2p2\.unitsAmbiguous.*a comment says bohr, the distances in its data say Å.*--set units=bohr,hartree/);
    // Our own writer names them.
    expect(unitsOf(filesOf({ ...smallDescription(), units: { length: 'bohr', energy: 'hartree' } }))).toBe('bohr hartree');
  });

  test('cutoffs alone decide where they are possible in one unit only', () => {
    expect(unitsOf(withCutoff(6))).toBe('angstrom ev');
    expect(unitsOf(withCutoff(12))).toBe('bohr hartree');
    for (const cutoff of [7, 8, 9]) expect(refusalOf(withCutoff(cutoff))).toBe(`n2p2.unitsAmbiguous: The files of p name no units, and they cannot be told from the largest cutoff, ${cutoff}, which is possible in Å and in bohr. Give them, for instance --set units=bohr,hartree or --set units=angstrom,ev.`);
  });

  test('noble gases have no covalent neighbours: distances say nothing', () => {
    const argon: NamedFile = { name: 'input.data', bytes: encode('begin\natom 0 0 0 Ar 0 0 0 0 0\natom 3.7 0 0 Ar 0 0 0 0 0\nenergy 0\nend\n') };
    expect(refusalOf([...withCutoff(8), argon])).toMatch(/^n2p2\.unitsAmbiguous/);
  });
});

describeWithShared('of the potentials that n2p2 ships', () => {
  test.each([['H2O_RPBE-D3', 'bohr hartree'], ['bench-cu2s', 'angstrom ev']])('%s', (name, units) => {
    const files = potentialFiles(name);
    expect(unitsOf(files)).toBe(units);
    // Also without the comments that name them.
    expect(unitsOf(changed(files, 'input.nn', (text) => text.replace(/^#.*\n/gm, '')))).toBe(units);
  });

  test('QM9 with a cutoff of 8 could be either: refused', () => {
    expect(refusalOf(potentialFiles('QM9_wacsf'))).toMatch(/^n2p2\.unitsAmbiguous.*the largest cutoff, 8/);
  });
});
