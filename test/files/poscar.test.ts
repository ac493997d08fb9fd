import { describe, expect, test } from 'vitest';
import { cellVolume } from '../../core/crystal/structure.ts';
import { writePoscar } from '../../core/files/poscar.ts';
import { lines, read, refusalOf, refused } from './text.ts';

const head = ['MgO', '1.0', '4.2 0 0', '0 4.2 0', '0 0 4.2'];
const rock = ['Mg O', '1 1', 'Direct', '0 0 0', '0.5 0.5 0.5'];

test('reads VASP 5 with direct coordinates', () => {
  const { format, structures, notes } = read(lines(...head, ...rock));
  expect(format).toBe('poscar');
  expect(structures).toHaveLength(1);
  expect(structures[0]!.species).toEqual(['Mg', 'O']);
  expect(structures[0]!.title).toBe('MgO');
  expect(Array.from(structures[0]!.positions)).toEqual([0, 0, 0, 2.1, 2.1, 2.1]);
  expect(structures[0]!.periodic).toEqual([true, true, true]);
  expect(notes).toEqual([]);
});

describe('scaling', () => {
  const scaled = (scale: string, mode: string, position: string): string =>
    lines('x', scale, '1 0 0', '0 2 0', '0 0 3', 'Si', '1', mode, position);

  test('a positive factor multiplies cell and Cartesian positions', () => {
    const structure = read(scaled('2.5', 'Cartesian', '0.1 0.2 0.3')).structures[0]!;
    expect(Array.from(structure.cell)).toEqual([2.5, 0, 0, 0, 5, 0, 0, 0, 7.5]);
    expect(Array.from(structure.positions)).toEqual([0.25, 0.5, 0.75]);
  });

  test('a negative factor is minus the volume', () => {
    const structure = read(scaled('-48', 'Cartesian', '0.5 0 0')).structures[0]!;
    // 48 = 6 · 2³: every length doubles; the cube root leaves rounding of a few ulp.
    expect(cellVolume(structure.cell)).toBeCloseTo(48, 12);
    expect(structure.positions[0]).toBeCloseTo(1, 14);
  });

  test('three factors scale the Cartesian axes, of vectors and positions alike', () => {
    const structure = read(lines('x', '1 2 3', '1 1 1', '0 2 0', '0 0 3', 'Si', '1', 'Cartesian', '1 1 1')).structures[0]!;
    expect(Array.from(structure.cell)).toEqual([1, 2, 3, 0, 4, 0, 0, 0, 9]);
    expect(Array.from(structure.positions)).toEqual([1, 2, 3]);
  });

  test.each([['0', 'cannot be 0'], ['1 -2 3', 'cannot be -2'], ['1 2', '2 scaling factors'], ['1 2 3 4', '4 scaling factors']])('refuses %s', (scale, fragment) => {
    expect(refused(scaled(scale, 'Direct', '0 0 0')).sentence).toContain(fragment);
  });
});

test('VASP 4 takes the species from the title and says so', () => {
  const { structures, notes } = read(lines('Mg  O', ...head.slice(1), '1 1', 'Direct', '0 0 0', '.5 .5 .5'), 'POSCAR');
  expect(structures[0]!.species).toEqual(['Mg', 'O']);
  expect(notes.map((note) => note.sentence)).toEqual(['POSCAR, line 1, column 1: the file has no line of species; they were taken from the title: Mg O.']);
});

test('VASP 4 with a title that names no elements is refused', () => {
  const { code, sentence } = refused(lines('rock salt', ...head.slice(1), '1 1', 'Direct', '0 0 0', '.5 .5 .5'), 'POSCAR');
  expect(code).toBe('files.poscarSpeciesMissing');
  expect(sentence).toContain('POSCAR, line 6, column 1');
  expect(sentence).toContain('"rock salt"');
});

test.each(['Mg_pv O_s', 'Mg/1a2b3c O/4d5e', 'Mg_sv_GW/ab12 O_h', 'MG o # comment'])('reads the species line %s', (species) => {
  expect(read(lines(...head, species, '1 1', 'Direct', '0 0 0', '.5 .5 .5')).structures[0]!.species).toEqual(['Mg', 'O']);
});

test('reads comments behind numbers, Fortran exponents and labels behind positions', () => {
  const { structures } = read(lines('t', '1.0 ! scale', '4.2D0 0 0 # a', '0 4.2 0', '0 0 4.2', 'Mg O', '1 1 ! counts', 'cart', '0 0 0 Mg', '2.1 2.1 2.1 O'));
  expect(structures[0]!.cell[0]).toBe(4.2);
  expect(structures[0]!.species).toEqual(['Mg', 'O']);
});

test('a label that contradicts the counts is refused', () => {
  const { code, sentence } = refused(lines(...head, 'Mg O', '1 1', 'Direct', '0 0 0 O', '.5 .5 .5 Mg'));
  expect(code).toBe('files.poscarLabel');
  expect(sentence).toContain('line 9, column 7: atom 1 is Mg by the counts but has the label "O"');
});

test('notes the flags of selective dynamics', () => {
  const { structures, notes } = read(lines(...head, 'Mg O', '1 1', 'Selective dynamics', 'Direct', '0 0 0 F F F', '.5 .5 .5 .TRUE. T T'), 'CONTCAR');
  expect(structures[0]!.species).toEqual(['Mg', 'O']);
  expect(notes.map((note) => note.sentence)).toEqual([
    'CONTCAR: the flags of selective dynamics (atoms held: 1 of 2) were not used; all atoms may move.',
  ]);
});

test('notes velocities behind the positions', () => {
  const { notes } = read(lines(...head, ...rock, '', '0.1 0 0', '0 0.1 0'), 'CONTCAR');
  expect(notes.map((note) => note.sentence)).toEqual(['CONTCAR, line 12, column 1: what follows the positions ("0.1 0 0") was not used.']);
});

test('refuses more positions than the counts announce', () => {
  const { code, sentence } = refused(lines(...head, ...rock, '0.5 0 0'));
  expect(code).toBe('files.poscarMoreAtoms');
  expect(sentence).toContain('line 11, column 1');
});

test('accepts a byte-order mark and Windows line ends', () => {
  const text = `\ufeff${lines(...head, ...rock).replaceAll('\n', '\r\n')}`;
  expect(read(text).structures).toEqual(read(lines(...head, ...rock)).structures);
});

test('repeats species in the order of the atoms', () => {
  const structure = read(lines(...head, 'Mg O Mg', '1 1 1', 'Direct', '0 0 0', '.5 .5 .5', '.5 .5 0')).structures[0]!;
  expect(structure.species).toEqual(['Mg', 'O', 'Mg']);
  expect(writePoscar(structure).split('\n').slice(5, 7)).toEqual(['Mg O Mg', '1 1 1']);
});

test('the writer refuses what the format cannot hold', () => {
  const structure = read(lines(...head, ...rock)).structures[0]!;
  expect(refusalOf(() => writePoscar({ ...structure, periodic: [true, true, false] })).sentence).toBe(
    'The structure has axes without periodicity, which POSCAR cannot hold. Write it as extended XYZ.');
  expect(refusalOf(() => writePoscar({ ...structure, masses: Float64Array.of(24, 16) })).code).toBe('files.writeLossy');
});
