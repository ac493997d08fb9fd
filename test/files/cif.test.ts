import { hall_symbol_entry } from '@spglib/moyo-wasm';
import { describe, expect, test } from 'vitest';
import { cellFromParameters, formulaOf, strained } from '../../core/crystal/structure.ts';
import { neighbourList } from '../../core/crystal/neighbours.ts';
import { symmetryOf } from '../../core/crystal/symmetry.ts';
import { writeCif } from '../../core/files/write-cif.ts';
import { lines, read, refusalOf, refused } from './text.ts';

/** A CIF from its parts; `undefined` leaves one out. */
function cif(parts: { cell?: string[]; symmetry?: string[]; sites?: string[]; columns?: string[]; more?: string[]; name?: string } = {}): string {
  const columns = parts.columns ?? ['_atom_site_label', '_atom_site_type_symbol', '_atom_site_fract_x', '_atom_site_fract_y', '_atom_site_fract_z'];
  return lines(
    `data_${parts.name ?? 'test'}`, ...(parts.more ?? []),
    ...(parts.cell ?? cellOf(4, 4, 4, 90, 90, 90)), ...(parts.symmetry ?? ["_symmetry_space_group_name_H-M 'P 1'"]),
    'loop_', ...columns, ...(parts.sites ?? ['Si1 Si 0 0 0']));
}

function cellOf(...parameters: [number, number, number, number, number, number]): string[] {
  return ['length_a', 'length_b', 'length_c', 'angle_alpha', 'angle_beta', 'angle_gamma'].map((name, i) => `_cell_${name} ${parameters[i]}`);
}

const operations = (...rows: string[]): string[] => ['loop_', '_symmetry_equiv_pos_as_xyz', ...rows.map((row) => `'${row}'`)];
const inversion = operations('x,y,z', '-x,-y,-z');
const sentences = (text: string): string[] => read(text).notes.map((note) => note.sentence);

describe('dialects', () => {
  test('ASE: identity, labels, P 1', () => {
    const { structures, notes } = read(lines(
      'data_image0', '_chemical_formula_structural       MgO', '_chemical_formula_sum              "Mg1 O1"',
      '_cell_length_a       2.98', '_cell_length_b       2.98', '_cell_length_c       2.98', '_cell_angle_alpha    60', '_cell_angle_beta     60', '_cell_angle_gamma    60', '',
      '_space_group_name_H-M_alt    "P 1"', '_space_group_IT_number       1', '', 'loop_', '  _space_group_symop_operation_xyz', "  'x, y, z'", '', 'loop_',
      '  _atom_site_type_symbol', '  _atom_site_label', '  _atom_site_symmetry_multiplicity', '  _atom_site_fract_x', '  _atom_site_fract_y', '  _atom_site_fract_z', '  _atom_site_occupancy',
      '  Mg  Mg1       1.0  0.00000  0.00000  0.00000  1.0000', '  O   O1        1.0  0.50000  0.50000  0.50000  1.0000'));
    expect(structures[0]!.species).toEqual(['Mg', 'O']);
    expect(structures[0]!.title).toBe('image0');
    expect(symmetryOf(structures[0]!, 1e-4).number).toBe(225);
    expect(notes).toEqual([]);
  });

  test('pymatgen and Materials Project: numbered operations, charges in the type symbols', () => {
    const { structures, notes } = read(lines(
      '# generated using pymatgen', 'data_MgO', "_symmetry_space_group_name_H-M   'P -1'", ...cellOf(3, 4, 5, 80, 95, 100), '_symmetry_Int_Tables_number   2',
      '_chemical_formula_structural   MgO', "_chemical_formula_sum   'Mg2 O2'", '_cell_formula_units_Z   1',
      'loop_', ' _symmetry_equiv_pos_site_id', ' _symmetry_equiv_pos_as_xyz', "  1  'x, y, z'", "  2  '-x, -y, -z'",
      'loop_', ' _atom_type_symbol', ' _atom_type_oxidation_number', '  Mg2+  2.0', '  O2-  -2.0',
      'loop_', ' _atom_site_type_symbol', ' _atom_site_label', ' _atom_site_symmetry_multiplicity', ' _atom_site_fract_x', ' _atom_site_fract_y', ' _atom_site_fract_z', ' _atom_site_occupancy',
      '  Mg2+  Mg0  2  0.1  0.2  0.3  1', '  O2-  O1  2  0.6  0.7  0.9  1'));
    expect(structures[0]!.species).toEqual(['Mg', 'Mg', 'O', 'O']);
    expect(notes).toEqual([]);
  });

  test('VESTA: comments, empty title, type symbol in the last column', () => {
    const { structures } = read(lines(
      '#======================================================================', '# CRYSTAL DATA', '#----------------------------------------------------------------------', 'data_VESTA_phase_1', '',
      "_chemical_name_common                  ''", ...cellOf(2.1, 6.42, 5.26, 90, 90, 90), "_space_group_name_H-M_alt              'C m c m'", '_space_group_IT_number                 63', '',
      'loop_', '_space_group_symop_operation_xyz', ...cmcm.map((operation) => `   '${operation}'`), '', 'loop_',
      ...['label', 'occupancy', 'fract_x', 'fract_y', 'fract_z', 'adp_type', 'B_iso_or_equiv', 'type_symbol'].map((name) => `   _atom_site_${name}`),
      '   Mg         1.0     0.000000      0.749000      0.250000     Biso  1.000000 Mg',
      '   Si         1.0     0.000000      0.000000      0.000000     Biso  1.000000 Si',
      '   O1         1.0     0.000000      0.070000      0.250000     Biso  1.000000 O',
      '   O2         1.0     0.000000      0.353000      0.438000     Biso  1.000000 O'));
    expect(formulaOf(structures[0]!)).toEqual({ reduced: 'MgSiO3', formulaUnits: 4 });
    expect(symmetryOf(structures[0]!, 1e-4).number).toBe(63);
  });

  test('COD: text fields, uncertainties, labels without type symbols, further blocks', () => {
    const { structures, notes } = read(lines(
      '#$Date: 2016-02-13 21:28:24 +0200 (Sat, 13 Feb 2016) $', 'data_global', "_publ_author_name 'O''Neill, B.'", 'data_1000041',
      'loop_', '_publ_author_name', "'Abrahams, S.C.'", "'Bernstein, J L'", '_publ_section_title', ';', ' Accuracy of an automatic diffractometer;', " _cell_length_a 99 it's not", ';',
      "_chemical_formula_sum            'Cl Na'", '_cell_length_a                   5.6402(2)', '_cell_length_b 5.6402(2)', '_cell_length_c 5.6402(2)', '_cell_angle_alpha 90', '_cell_angle_beta 90', '_cell_angle_gamma 90',
      "_symmetry_space_group_name_H-M 'F m -3 m'", '_cell_formula_units_Z 4',
      'loop_', '_atom_site_label', '_atom_site_fract_x', '_atom_site_fract_y', '_atom_site_fract_z', '_atom_site_calc_flag', 'NA1 0. 0. 0. d', 'CL1 0.5 0.5 0.5 d', 'X1 0.25 .25 .25 dum'), 'nacl');
    expect(structures[0]!.cell[0]).toBe(5.6402);
    expect(formulaOf(structures[0]!)).toEqual({ reduced: 'NaCl', formulaUnits: 4 });
    expect(notes.map((note) => note.code)).toEqual(['files.noteCifBlocks', 'files.noteCifGroup', 'files.noteCifDummies']);
    expect(notes[1]!.sentence).toContain('the 192 operations of "F m -3 m" were used');
  });

  test('CIF dictionaries of the newer kind write a dot', () => {
    const text = cif({ sites: ['Si 0 0 0'], columns: ['_atom_site.type_symbol', '_atom_site.fract_x', '_atom_site.fract_y', '_atom_site.fract_z'], symmetry: ['loop_', '_space_group_symop.operation_xyz', 'x,y,z', '-x,-y,-z'] })
      .replaceAll('_cell_length_', '_cell.length_').replaceAll('_cell_angle_', '_cell.angle_');
    expect(read(text).structures[0]!.species).toEqual(['Si']);
  });
});

const cmcm = [
  'x, y, z', '-x, -y, -z', '-x, -y, z+1/2', 'x, y, -z+1/2', '-x, y, -z+1/2', 'x, -y, z+1/2', 'x, -y, -z', '-x, y, z',
  'x+1/2, y+1/2, z', '-x+1/2, -y+1/2, -z', '-x+1/2, -y+1/2, z+1/2', 'x+1/2, y+1/2, -z+1/2', '-x+1/2, y+1/2, -z+1/2', 'x+1/2, -y+1/2, z+1/2', 'x+1/2, -y+1/2, -z', '-x+1/2, y+1/2, z',
];

describe('special positions', () => {
  // P -1 with an atom at 1/3 of a hexagonal cell in three decimals.
  const threefold = operations('x,y,z', '-y,x-y,z', '-x+y,-x,z');
  const hexagonal = cellOf(3.2, 3.2, 5.1, 90, 90, 120);

  test('a site at 0.333, 0.667 is moved onto 1/3, 2/3, and the shift is said', () => {
    const { structures, notes } = read(cif({ cell: hexagonal, symmetry: threefold, sites: ['Mg1 Mg 0.333 0.667 0.25'] }));
    expect(structures[0]!.species).toHaveLength(1);
    const expected = cellFromParameters(3.2, 3.2, 5.1, 90, 90, 120)!;
    // Cartesian position of (1/3, 2/3, 1/4); the mean of three images rounds at 1e-16 of the cell.
    expect(structures[0]!.positions[0]).toBeCloseTo(expected[0]! / 3 + (2 * expected[3]!) / 3, 14);
    expect(structures[0]!.positions[1]).toBeCloseTo((2 * expected[4]!) / 3, 14);
    expect(notes.map((note) => note.code)).toEqual(['files.noteCifSpecial']);
    // The shift is |(1/3000, −1/3000)| in a hexagonal cell: √3 a / 3000.
    expect(notes[0]!.values['distance']).toBeCloseTo((Math.sqrt(3) * 3.2) / 3000, 12);
  });

  test('a site too far from the special position makes its images overlap, which is refused', () => {
    const { code, sentence } = refused(cif({ cell: hexagonal, symmetry: threefold, sites: ['Mg1 Mg 0.32 0.66 0.25'] }));
    expect(code).toBe('structure.overlap');
    expect(sentence).toContain('atoms 1 (Mg) and 2 (Mg)');
  });

  test('atoms that repeat an image of an earlier site are left out and named', () => {
    const text = cif({ symmetry: inversion, sites: ['Si1 Si 0.1 0.2 0.3', 'Si2 Si 0.9 0.8 0.7', 'O1 O 0.5 0.5 0.5'] });
    expect(read(text).structures[0]!.species).toEqual(['Si', 'Si', 'O']);
    expect(sentences(text)).toEqual(['file, line 19, column 5: sites that repeat atoms which the symmetry makes of earlier ones (1, first Si2) were left out.']);
  });

  test('another element on the image of a site is refused', () => {
    const { code, sentence } = refused(cif({ symmetry: inversion, sites: ['Si1 Si 0.1 0.2 0.3', 'Ge1 Ge 0.9 0.8 0.7'] }));
    expect(code).toBe('files.cifShared');
    expect(sentence).toContain('file, line 19, column 5: Ge1 lies on the same position as Si1');
  });
});

describe('operations', () => {
  test.each([
    ['-x+1/2, y, z', '1/2-X,Y,Z'], ['x-y,x,z+1/3', '+x-y , +x , .3333+z'], ['x,y,z+2/3', 'X,Y,0.66667+Z'], ['-x,-y,z+0.25', '-1*x,-1*y,1/4+z'], ['x,y,z-1/4', 'x,y,z+3/4'],
  ])('%s is %s', (a, b) => {
    // As the only extra operation of a group of its own: the images of one site tell what it means.
    const images = (operation: string): number[] => {
      const all = [operation];
      const text = (rows: string[]): string => cif({ cell: cellOf(4, 4, 7, 90, 90, operation.toLowerCase().includes('x-y') ? 120 : 90), symmetry: operations('x,y,z', ...rows), sites: ['Si1 Si 0.11 0.23 0.37'] });
      const { values, code } = refusedOrRead(text(all));
      return code === undefined ? values : [Number.NaN];
    };
    // 1e-12 Å: fractions are exact, images are sums of three products.
    const left = images(a), right = images(b);
    expect(left).toHaveLength(right.length);
    left.forEach((value, i) => (Number.isNaN(value) ? expect(right[i]).toBeNaN() : expect(right[i]).toBeCloseTo(value, 12)));
  });

  test.each(['x,y', 'x,y,w', 'x,y,2z', 'x,y,z+1/0', 'x,y,', 'x y,z,z', 'x,y,z,w', '', 'x,x,z'])('refuses "%s"', (operation) => {
    const { code, sentence } = refused(cif({ symmetry: operations('x,y,z', operation) }));
    expect(code).toBe('files.cifOperation');
    expect(sentence).toContain('file, line 11, column 1');
  });

  test('an incomplete list is refused with the product that is missing', () => {
    const { code, sentence } = refused(cif({ symmetry: operations('x,y,z', '-y,x,z') }));
    expect(code).toBe('files.cifNotAGroup');
    expect(sentence).toContain('"-y,x,z" after "-y,x,z" gives one that is not listed');
  });

  test('operations that do not map the cell onto itself are refused', () => {
    const { code, sentence } = refused(cif({ cell: cellOf(4, 4.1, 5, 90, 90, 90), symmetry: operations('x,y,z', '-y,x,z', '-x,-y,z', 'y,-x,z') }));
    expect(code).toBe('files.cifSymmetryCell');
    expect(sentence).toContain('operation 2');
  });

  test('a space group that its operations do not make up is noted', () => {
    const text = cif({ symmetry: ['_symmetry_Int_Tables_number 225', ...operations('x,y,z')] });
    expect(sentences(text)).toEqual(['file, line 8, column 29: space group 225 has 48 rotations, but the listed operations have 1. The listed operations were used.']);
  });
});

function refusedOrRead(text: string): { code?: string; values: number[] } {
  try {
    return { values: Array.from(read(text).structures[0]!.positions) };
  } catch {
    return { code: refused(text).code, values: [] };
  }
}

describe('space groups by name', () => {
  const named = (name: string[], cell = cellOf(4, 4, 4, 90, 90, 90)): string => cif({ cell, symmetry: name });

  test.each([
    ["_symmetry_space_group_name_H-M 'F m -3 m'", 225], ['_space_group_name_H-M_alt Fm-3m', 225], ["_symmetry_space_group_name_H-M 'P 63/m m c'", 194], ['_space_group_IT_number 225', 225],
    ["_space_group_name_H-M_alt 'F d -3 m :1'", 227], ["_space_group_name_H-M_alt 'F d -3 m Z'", 227], ["_symmetry_space_group_name_Hall '-P 2ybc'", 14], ["_symmetry_space_group_name_H-M 'P 21/c'", 14],
    ["_symmetry_space_group_name_H-M 'P 1 21/n 1'", 14], ["_symmetry_space_group_name_H-M 'P n m a'", 62], ["_symmetry_space_group_name_H-M 'P b n m'", 62], ["_symmetry_space_group_name_H-M 'R -3 m :H'", 166],
    ["_symmetry_space_group_name_H-M 'R -3 m'", 166],
  ])('%s', (name, number) => {
    const cell = number === 194 || number === 166 ? cellOf(20, 20, 45, 90, 90, 120) : number === 14 ? cellOf(20, 25, 30, 90, 101, 90) : number === 62 ? cellOf(20, 25, 30, 90, 90, 90) : cellOf(30, 30, 30, 90, 90, 90);
    // General positions have no symmetry beyond the group's; the largest groups get special ones, for the sake of time.
    const sites = number > 200 ? ['Si1 Si 0 0 0', 'Ge1 Ge 0.13 0.13 0.13'] : ['Si1 Si 0.11 0.23 0.37', 'Ge1 Ge 0.21 0.04 0.46', 'O1 O 0.41 0.33 0.08', 'Mg1 Mg 0.07 0.42 0.19'];
    const { structures } = read(cif({ cell, symmetry: [name], sites }));
    expect(symmetryOf(structures[0]!, 1e-4).number).toBe(number);
  });

  test.each([
    ["_symmetry_space_group_name_H-M 'F d -3 m'", 'files.cifGroupOpen', 'leaves open which of 2 settings'],
    ['_space_group_IT_number 62', 'files.cifGroupOpen', 'leaves open which of 6 settings'],
    ["_symmetry_space_group_name_H-M 'Q m'", 'files.cifGroupUnknown', '"Q m"'],
    ['_space_group_IT_number 231', 'files.cifGroupNumber', '"231"'],
    ['_cell_volume 64', 'files.cifNoSymmetry', 'says nothing about symmetry'],
    ["_symmetry_space_group_name_H-M 'P 63/m m c'", 'files.cifSymmetryCell', 'does not map this cell onto itself'],
  ])('refuses %s', (name, code, fragment) => {
    const message = refused(named([name]));
    expect(message.code).toBe(code);
    expect(message.sentence).toContain(fragment);
  });

  test('every one of the 530 Hall symbols expands to a crystal of that space group', () => {
    // Four kinds of atoms at general positions have no symmetry beyond the group's. The space group is only looked up for groups of up to 16 operations, since it takes long for hundreds of atoms.
    const wrong: string[] = [];
    for (let hall = 1; hall <= 530; hall++) {
      const entry = hall_symbol_entry(hall);
      const { structures } = read(hallCif(entry.number, entry.setting, entry.hall_symbol));
      const count = structures[0]!.species.length / 4;
      if (count <= 16 && symmetryOf(structures[0]!, 1e-4).number !== entry.number) wrong.push(entry.hall_symbol);
    }
    expect(wrong).toEqual([]);
  });
});

/** A cell that the setting's lattice allows, and four atoms at general positions. */
function hallCif(number: number, setting: string, hall: string): string {
  const oblique = setting.includes('c') ? [90, 90, 101] : setting.includes('a') ? [101, 90, 90] : [90, 101, 90];
  let cell: [number, number, number, number, number, number] = [57, 58, 59, 90, 90, 90];
  if (number <= 2) cell = [57, 58, 59, 81, 95, 102];
  else if (number <= 15) cell = [57, 58, 59, oblique[0]!, oblique[1]!, oblique[2]!];
  else if (number > 74 && number <= 142) cell = [57, 57, 59, 90, 90, 90];
  else if (number > 142 && number <= 194) cell = setting === 'R' ? [57, 57, 57, 80, 80, 80] : [57, 57, 59, 90, 90, 120];
  else if (number > 194) cell = [59, 59, 59, 90, 90, 90];
  return cif({
    cell: cellOf(...cell), symmetry: [`_symmetry_space_group_name_Hall '${hall}'`],
    sites: ['Si1 Si 0.1103 0.2311 0.3719', 'Ge1 Ge 0.2107 0.0413 0.4621', 'O1 O 0.4139 0.3301 0.0817', 'Mg1 Mg 0.0709 0.4231 0.1907'],
  });
}

describe('elements', () => {
  const typed = (symbol: string): string => cif({ sites: [`A1 ${symbol} 0 0 0`] });
  const labelled = (label: string, formula?: string): string => cif({
    columns: ['_atom_site_label', '_atom_site_fract_x', '_atom_site_fract_y', '_atom_site_fract_z'], sites: [`${label} 0 0 0`], more: formula === undefined ? [] : [`_chemical_formula_sum '${formula}'`],
  });

  test.each([['Mg2+', 'Mg'], ['O2-', 'O'], ['SI1', 'Si'], ['Fe+3', 'Fe'], ['Cl1-', 'Cl'], ['si', 'Si']])('the type symbol %s is %s', (symbol, element) => {
    expect(read(typed(symbol)).structures[0]!.species).toEqual([element]);
  });

  test.each([['Si1', undefined, 'Si'], ['O12A', undefined, 'O'], ['Ow1', undefined, 'O'], ['CA1', 'Ca', 'Ca'], ['CA1', 'C', 'C'], ['NA', 'Na', 'Na']])('the label %s with the formula %s is %s', (label, formula, element) => {
    expect(read(labelled(label, formula)).structures[0]!.species).toEqual([element]);
  });

  test('an ambiguous label is refused', () => {
    const { code, sentence } = refused(labelled('CA1'));
    expect(code).toBe('files.cifLabel');
    expect(sentence).toContain('"CA1" can mean more than one element');
  });

  test.each(['Xx', 'Wat', '?', '2+'])('refuses the type symbol %s', (symbol) => {
    expect(refused(typed(symbol)).code).toBe('files.notAnElement');
  });

  test('deuterium keeps its mass', () => {
    const { structures, notes } = read(cif({ sites: ['D1 D 0 0 0', 'O1 O 0.5 0.5 0.5'] }));
    expect(Array.from(structures[0]!.masses!)).toEqual([2.014101778, 15.999]);
    expect(notes.map((note) => note.code)).toEqual(['files.noteIsotopes']);
  });
});

describe('what is not an ordered crystal', () => {
  const columns = ['_atom_site_label', '_atom_site_type_symbol', '_atom_site_fract_x', '_atom_site_fract_y', '_atom_site_fract_z'];

  test.each([
    ['_atom_site_occupancy', '0.5', 'files.cifOccupancy', 'the site Si1 has the occupancy 0.5'],
    ['_atom_site_occupancy', '0.999(1)', 'files.cifOccupancy', '0.999(1)'],
    ['_atom_site_disorder_group', '2', 'files.cifDisorder', 'disorder group 2'],
    ['_atom_site_attached_hydrogens', '2', 'files.cifHydrogens', 'hydrogen atoms attached to Si1 (2)'],
  ])('%s %s is refused', (tag, value, code, fragment) => {
    const message = refused(cif({ columns: [...columns, tag], sites: [`Si1 Si 0 0 0 ${value}`] }), 'x.cif');
    expect(message.code).toBe(code);
    expect(message.sentence).toContain(fragment);
    expect(message.sentence).toContain('x.cif, line 16, column 14');
  });

  test.each([['_atom_site_occupancy', '1.00(2)'], ['_atom_site_occupancy', '.'], ['_atom_site_disorder_group', '.'], ['_atom_site_attached_hydrogens', '0']])('%s %s is not', (tag, value) => {
    expect(sentences(cif({ columns: [...columns, tag], sites: [`Si1 Si 0 0 0 ${value}`] }))).toEqual([]);
  });

  test('an unknown occupancy is taken as full, and said', () => {
    expect(sentences(cif({ columns: [...columns, '_atom_site_occupancy'], sites: ['Si1 Si 0 0 0 ?'] }))[0]).toContain('unknown occupancy');
  });

  test.each(['_space_group_symop_magn_operation.xyz x,y,z,+1', '_cell_modulation_dimension 1'])('refuses %s', (item) => {
    expect(refused(cif({ more: [item] })).code).toBe('files.cifForeign');
  });

  test('atoms missing from the formula are noted', () => {
    expect(sentences(cif({ more: ["_chemical_formula_sum 'H2 O'"], sites: ['O1 O 0 0 0'] }))[0]).toContain('the formula "H2 O" is not what the atoms give, O, Z = 1');
  });
});

test('two structures in one file are two structures', () => {
  const { structures } = read(cif({ name: 'a' }) + cif({ name: 'b', sites: ['Ge1 Ge 0 0 0'] }));
  expect(structures.map((structure) => [structure.title, structure.species[0]])).toEqual([['a', 'Si'], ['b', 'Ge']]);
});

test('a written crystal keeps its orientation, its masses and its symmetry', () => {
  const { structures } = read(cif({ cell: cellOf(6, 6, 6, 90, 90, 90), symmetry: ["_symmetry_space_group_name_H-M 'F m -3 m'"], sites: ['Na1 Na 0 0 0', 'Cl1 Cl .5 .5 .5'] }));
  const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
  const rotation = Float64Array.of(c, -s, 0, s, c, 0, 0, 0, 1);
  const original = structures[0]!;
  const structure = { ...strained(original, rotation), masses: Float64Array.from({ length: 8 }, (_, i) => (i < 4 ? 23 : 37)) };
  const symmetry = symmetryOf(structure, 1e-4);
  expect(symmetry.number).toBe(225);
  const text = writeCif(structure, symmetry);
  expect(text).toContain("_space_group_IT_number 225\n");
  const back = read(text).structures[0]!;
  expect(back.species.toSorted()).toEqual(structure.species.toSorted());
  // 1e-12 Å: fractional coordinates and operations are exact to rounding.
  Array.from(back.cell).forEach((value, i) => expect(value).toBeCloseTo(structure.cell[i]!, 12));
  const together = Float64Array.from([...structure.positions, ...back.positions]);
  const { first, atoms, distances } = neighbourList(together, structure.cell, [true, true, true], 1e-10);
  for (let i = 0; i < 8; i++) {
    const partners = Array.from(atoms.subarray(first[i], first[i + 1])).filter((j, p) => j >= 8 && distances[first[i]! + p]! < 1e-10);
    expect(partners).toHaveLength(1);
    expect(back.species[partners[0]! - 8]).toBe(structure.species[i]);
    expect(back.masses![partners[0]! - 8]).toBe(structure.masses[i]);
  }
});

test('the writer refuses what the format cannot hold', () => {
  const structure = read(cif()).structures[0]!;
  expect(refusalOf(() => writeCif({ ...structure, periodic: [true, false, true] })).code).toBe('files.writeLossy');
});
