import { describe, expect, test } from 'vitest';
import { writeExtendedXyz, writeXyz } from '../../core/files/xyz.ts';
import { lines, read, refusalOf, refused } from './text.ts';

const cubic = 'Lattice="4 0 0 0 4 0 0 0 4"';

describe('extended XYZ', () => {
  test('reads cell, positions, forces, charges, energy and stress', () => {
    const { format, structures, labels } = read(lines(
      '2', `${cubic} Properties=species:S:1:pos:R:3:forces:R:3:charge:R:1 energy=-3.5 stress="1 6 5 6 2 4 5 4 3" pbc="T T T"`,
      'Na 0 0 0 0.1 0.2 0.3 1', 'Cl 2 2 2 -0.1 -0.2 -0.3 -1'));
    expect(format).toBe('extxyz');
    expect(structures[0]!.species).toEqual(['Na', 'Cl']);
    expect(Array.from(structures[0]!.cell)).toEqual([4, 0, 0, 0, 4, 0, 0, 0, 4]);
    expect(labels[0]!.energy).toBe(-3.5);
    expect(Array.from(labels[0]!.forces!)).toEqual([0.1, 0.2, 0.3, -0.1, -0.2, -0.3]);
    expect(Array.from(labels[0]!.charges!)).toEqual([1, -1]);
    expect(Array.from(labels[0]!.stress!)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('lattice vectors are the rows of the cell', () => {
    const { structures } = read(lines('1', 'Lattice="5 0 0 1 6 0 2 3 7"', 'Si 0 0 0'));
    expect(Array.from(structures[0]!.cell)).toEqual([5, 0, 0, 1, 6, 0, 2, 3, 7]);
    expect(structures[0]!.periodic).toEqual([true, true, true]);
  });

  test('the virial gives the stress: −W/V', () => {
    const { labels } = read(lines('1', `${cubic} virial="64 0 0 0 -128 0 0 0 0"`, 'Si 0 0 0'));
    expect(Array.from(labels[0]!.stress!, (value) => value + 0)).toEqual([-1, 2, 0, 0, 0, 0]);
  });

  test('reads several frames, other keys and columns, and says what was not used', () => {
    const frame = (x: number): string[] => ['1', `${cubic} Properties=species:S:1:id:I:1:pos:R:3 config_type="bulk 300 K" step=${x}`, `Si ${x} ${x} 0 0`];
    const { structures, labels, notes } = read(lines(...frame(0), ...frame(1)), 'train.xyz');
    expect(structures.map((structure) => structure.positions[0])).toEqual([0, 1]);
    expect(Object.fromEntries(labels[1]!.info!)).toEqual({ config_type: 'bulk 300 K', step: '1' });
    expect(notes.map((note) => note.sentence)).toEqual([
      'train.xyz: these entries of the comment lines were kept as labels and otherwise not used: config_type, step.',
      'train.xyz: these columns were not used: id.',
    ]);
  });

  test.each([
    ['pbc="T F T"', [true, false, true]], ['pbc="1 1 0"', [true, true, false]], ['pbc=[True, False, False]', [true, false, false]],
  ])('reads %s', (pbc, expected) => {
    expect(read(lines('1', `${cubic} ${pbc}`, 'Si 0 0 0')).structures[0]!.periodic).toEqual(expected);
  });

  test.each([
    ['lattice="4 0 0 0 4 0 0 0 4" properties=species:S:1:pos:R:3', 'GPUMD'],
    ['Lattice=[[4, 0, 0], [0, 4, 0], [0, 0, 4]]', 'nested lists'],
    ["Lattice='4 0 0 0 4 0 0 0 4'", 'single quotes'],
    ['Lattice = "4 0 0 0 4 0 0 0 4" converged', 'spaces and a flag'],
  ])('reads the dialect %s (%s)', (comment) => {
    expect(Array.from(read(lines('1', comment, 'Si 0 0 0')).structures[0]!.cell)).toEqual([4, 0, 0, 0, 4, 0, 0, 0, 4]);
  });

  test('reads atomic numbers and masses', () => {
    const { structures } = read(lines('2', `${cubic} Properties=Z:I:1:pos:R:3:masses:R:1`, '12 0 0 0 24', '8 2 0 0 18'));
    expect(structures[0]!.species).toEqual(['Mg', 'O']);
    expect(Array.from(structures[0]!.masses!)).toEqual([24, 18]);
  });

  test('keys of the prototype are harmless', () => {
    const { labels } = read(lines('1', `${cubic} __proto__="polluted" constructor=x toString=y`, 'Si 0 0 0'));
    expect([...labels[0]!.info!.keys()]).toEqual(['__proto__', 'constructor', 'toString']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty('x');
  });

  test('a frame without a lattice is isolated, in a box around its atoms', () => {
    const { structures, notes } = read(lines('2', 'Properties=species:S:1:pos:R:3', 'O 0 0 -1', 'H 3 0 1'), 'w.xyz');
    expect(structures[0]!.periodic).toEqual([false, false, false]);
    expect(Array.from(structures[0]!.cell)).toEqual([23, 0, 0, 0, 20, 0, 0, 0, 22]);
    expect(notes[0]!.sentence).toContain('structures without a cell (1) were taken as isolated');
  });

  test.each([
    ['pbc="T T T" Properties=species:S:1:pos:R:3', 'files.xyzNoLattice', 'line 2, column 1'],
    [`${cubic} pbc="T T"`, 'files.xyzPbc', 'pbc="T T"'],
    ['Lattice="4 0 0 0 4 0 0 0"', 'files.xyzVector', '8 numbers'],
    ['Lattice="4 0 0 0 4 0 0 0 x"', 'files.notANumber', '"x"'],
    ['Lattice="4 0 0 0 4 0 0 0 4', 'files.unclosed', 'line 2, column 9'],
    [`${cubic} Properties=species:S:1:pos:R:2`, 'files.xyzProperties', 'pos must be pos:R:3'],
    [`${cubic} Properties=species:S:1`, 'files.xyzProperties', 'pos:R:3 once'],
    [`${cubic} Properties=species:S:1:pos:R:3:pos:R:3`, 'files.xyzProperties', 'once'],
    [`${cubic} Properties=species:S:1:pos:R:3:f:R:-1`, 'files.xyzProperties', 'f:R:-1'],
    [`${cubic} Properties=species:S:1:pos:R:3:forces:R:3`, 'files.xyzColumns', 'atom 1 has 4 columns where Properties announces 7'],
    [`${cubic} energy=1 Energy=2`, 'files.xyzKeyTwice', '"Energy"'],
    [`${cubic} energy=high`, 'files.notANumber', '"high"'],
    ['Properties=species:S:1:pos:R:3 stress="1 1 1 0 0 0"', 'files.xyzStressWithoutCell', 'stress'],
  ])('refuses %s', (comment, code, fragment) => {
    const message = refused(lines('1', comment, 'Si 0 0 0'));
    expect(message.code).toBe(code);
    expect(message.sentence).toContain(fragment);
    expect(message.sentence).toContain('file, line');
  });
});

describe('plain XYZ', () => {
  test('reads frames with their titles', () => {
    const { format, structures, notes } = read(lines('2', 'carbon monoxide', 'C 0 0 0', 'O 0 0 1.128', '1', '', 'Ar 1 2 3'), 'co.xyz');
    expect(format).toBe('xyz');
    expect(structures.map((structure) => structure.title)).toEqual(['carbon monoxide', undefined]);
    expect(structures[0]!.species).toEqual(['C', 'O']);
    expect(notes.map((note) => note.code)).toEqual(['files.noteXyzBox']);
  });

  test('further columns are noted', () => {
    expect(read(lines('1', '', '18 0 0 0 0.1 0.2'), 'a').notes.map((note) => note.sentence)).toContain(
      'a: what follows the three coordinates was not used (lines with more: 1).');
  });

  test('deuterium is hydrogen with its mass, and noted', () => {
    const { structures, notes } = read(lines('3', '', 'O 0 0 0', 'D 1 0 0', 'H 0 1 0'));
    expect(structures[0]!.species).toEqual(['O', 'H', 'H']);
    expect(Array.from(structures[0]!.masses!)).toEqual([15.999, 2.014101778, 1.008]);
    expect(notes.map((note) => note.code)).toContain('files.noteIsotopes');
  });
});

test('the writers refuse what the format cannot hold', () => {
  const periodic = read(lines('1', cubic, 'Si 0 0 0')).structures[0]!;
  const isolated = read(lines('1', '', 'Si 0 0 0')).structures[0]!;
  expect(refusalOf(() => writeXyz([periodic])).sentence).toBe('The structure has periodic cells, which XYZ cannot hold. Write it as extended XYZ, CIF or POSCAR.');
  expect(refusalOf(() => writeXyz([{ ...isolated, title: 'Lattice= of nothing' }])).code).toBe('files.writeTitle');
  expect(refusalOf(() => writeXyz([{ ...isolated, masses: Float64Array.of(28) }])).code).toBe('files.writeLossy');
});

test('writes extended XYZ as others read it', () => {
  const { structures, labels } = read(lines('1', `${cubic} energy=1e-7 note="a \\"b\\""`, 'Si 0 0.1 0'));
  expect(writeExtendedXyz([{ structure: structures[0]!, labels: labels[0]! }])).toBe(
    '1\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3 pbc="T T T" energy=1e-7 note="a \\"b\\""\nSi 0 0.1 0\n');
});
