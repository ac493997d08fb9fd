/**
 * Broken and hostile structure files, each with the code and a part of the sentence that refuses it. File names say nothing about the
 * format, since readers go by content.
 */
export interface HostileFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly code: string;
  readonly fragment: string;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const rows = (...lines: string[]): string => `${lines.join('\n')}\n`;

const poscar = rows('MgO', '1.0', '4.2 0 0', '0 4.2 0', '0 0 4.2', 'Mg O', '1 1', 'Direct', '0 0 0', '0.5 0.5 0.5');
const poscarWith = (line: number, text: string): string => poscar.split('\n').map((row, i) => (i === line - 1 ? text : row)).join('\n');

const lattice = 'Lattice="4 0 0 0 4 0 0 0 4"';
const extxyz = (comment: string, ...atoms: string[]): string => rows(String(atoms.length), comment, ...atoms);

const cell = rows('_cell_length_a 4', '_cell_length_b 4', '_cell_length_c 4', '_cell_angle_alpha 90', '_cell_angle_beta 90', '_cell_angle_gamma 90').trimEnd();
const sites = rows('loop_', '_atom_site_label', '_atom_site_fract_x', '_atom_site_fract_y', '_atom_site_fract_z', 'Si1 0 0 0').trimEnd();
const primitive = "_space_group_name_H-M_alt 'P 1'";
const cif = (...parts: string[]): string => rows('data_x', ...parts);

function utf16(text: string, littleEndian: boolean, mark: boolean): Uint8Array {
  const units = Array.from(mark ? `\ufeff${text}` : text, (character) => character.charCodeAt(0));
  return Uint8Array.from(units.flatMap((unit) => (littleEndian ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255])));
}

const text = (name: string, content: string, code: string, fragment: string): HostileFile => ({ name, bytes: encode(content), code, fragment });

export const hostileStructures: readonly HostileFile[] = [
  // What is no text
  text('empty', '', 'files.empty', 'empty is empty'),
  text('blank', ' \n\t\n\r\n', 'files.empty', 'blank is empty'),
  { name: 'utf-16-le', bytes: utf16(poscar, true, true), code: 'files.utf16', fragment: 'Save it again as UTF-8' },
  { name: 'utf-16-be', bytes: utf16(poscar, false, true), code: 'files.utf16', fragment: 'UTF-16' },
  { name: 'utf-16-without-mark', bytes: utf16(poscar, true, false), code: 'files.utf16', fragment: 'UTF-16' },
  { name: 'nul', bytes: encode('MgO\n1.0\0\n'), code: 'files.binary', fragment: 'line 2, column 4: the byte 0x00' },
  { name: 'control-character', bytes: encode(poscarWith(6, 'Mg\u0007 O')), code: 'files.binary', fragment: 'line 6, column 3: the byte 0x07' },
  { name: 'latin-1', bytes: Uint8Array.from([...encode('Kvarz, sk'), 0xe5, ...encode('ne\n1.0\n')]), code: 'files.utf8', fragment: 'line 1, column 10' },
  { name: 'gzip', bytes: Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0), code: 'files.archive', fragment: 'gzip archive. Unpack it' },
  { name: 'zip', bytes: Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), code: 'files.archive', fragment: 'zip archive' },
  { name: 'random-bytes', bytes: Uint8Array.from({ length: 4096 }, (_, i) => (i * 167 + 13 * (i >> 3)) & 255), code: 'files.utf8', fragment: 'not UTF-8' },
  text('gigantic-line', `4\n${'x'.repeat(3_000_000)}\n`, 'files.longLine', 'line 2, column 1: the line has 3'),
  text('one-gigantic-line', '1 '.repeat(1_500_000), 'files.longLine', 'line 1, column 1'),

  // What is no structure
  text('prose', 'Dear reader,\nthis is a letter.\n', 'files.unknownFormat', 'begins with "Dear reader,"'),
  text('json', '{"lattice": {"matrix": [[1,0,0]]}}', 'files.foreignFormat', 'looks like JSON'),
  text('xml', '<?xml version="1.0"?>\n<modeling></modeling>\n', 'files.foreignFormat', 'vasprun.xml'),
  text('xml-bomb', `<?xml version="1.0"?><!DOCTYPE x [${'<!ENTITY a "&b;&b;">'.repeat(1000)}]>`, 'files.foreignFormat', 'XML'),
  text('runner', rows('begin', 'lattice 1 0 0', 'atom 0 0 0 H 0 0 0 0 0', 'end'), 'data.lattices', '1 lattice lines'),
  text('quantum-espresso', rows('&CONTROL', "calculation='scf'", '/'), 'files.foreignFormat', 'Quantum ESPRESSO'),
  text('blank-lines', `x${'\n'.repeat(200_000)}y`, 'files.unknownFormat', 'begins with "x"'),

  // POSCAR
  text('poscar-truncated-cell', 'MgO\n1.0\n4.2 0 0\n0 4.2 0\n', 'files.truncated', 'line 5, column 1: the file ends where lattice vector 3 should stand'),
  text('poscar-truncated-positions', poscar.split('\n').slice(0, 9).join('\n'), 'files.truncated', 'the position of atom 2 of 2'),
  text('poscar-scale-nan', poscarWith(2, 'NaN'), 'files.notANumber', 'line 2, column 1: "NaN" stands where the scaling factor should be'),
  text('poscar-scale-zero', poscarWith(2, '0.0'), 'files.poscarScale', 'line 2, column 1'),
  text('poscar-cell-inf', poscarWith(3, '4.2 inf 0'), 'files.notANumber', 'line 3, column 5: "inf"'),
  text('poscar-cell-stars', poscarWith(4, '0 ******** 0'), 'files.notANumber', '"********"'),
  text('poscar-cell-overflow', poscarWith(3, '4.2e999 0 0'), 'files.numberRange', 'line 3, column 1: "4.2e999"'),
  text('poscar-cell-flat', poscarWith(5, '0 8.4 0'), 'structure.cellFlat', 'lie in a plane'),
  text('poscar-cell-almost-flat', poscarWith(5, '0 8.4 1e-11'), 'structure.cellFlat', 'lie in a plane'),
  text('poscar-cell-in-bohr-times-1e5', poscarWith(2, '100000'), 'structure.cellLong', '420000 Å long'),
  text('poscar-cell-in-metres', poscarWith(2, '1e-10'), 'structure.cellShort', 'Check the unit'),
  text('poscar-huge-count', poscarWith(7, '1 999999999999'), 'structure.tooMany', 'line 7, column 3'),
  text('poscar-huge-counts', poscarWith(7, '999999 999999'), 'structure.tooMany', 'line 7, column 8'),
  text('poscar-false-count', poscarWith(7, '1 900000'), 'files.truncated', 'atom 3 of 900001'),
  text('poscar-negative-count', poscarWith(7, '1 -1'), 'files.notACount', 'line 7, column 3: "-1"'),
  text('poscar-fractional-count', poscarWith(7, '1 1.5'), 'files.notACount', '"1.5" stands where the number of O atoms should be'),
  text('poscar-fewer-counts', poscarWith(7, '2'), 'files.poscarCounts', 'species (2) and of counts (1) differ'),
  text('poscar-more-counts', poscarWith(7, '1 1 1'), 'files.poscarCounts', 'species (2) and of counts (3) differ'),
  text('poscar-unknown-element', poscarWith(6, 'Mg Ox'), 'files.notAnElement', 'line 6, column 4: "Ox"'),
  text('poscar-prototype', poscarWith(6, '__proto__ constructor'), 'files.notAnElement', 'line 6, column 1: "__proto__"'),
  text('poscar-mode', poscarWith(8, 'Fractional'), 'files.poscarMode', 'line 8, column 1: "Fractional"'),
  text('poscar-missing-coordinate', poscarWith(10, '0.5 0.5'), 'files.missingValue', 'line 10, column 8'),
  text('poscar-overlap', poscarWith(10, '0.001 0 1'), 'structure.overlap', 'atoms 1 (Mg) and 2 (O)'),
  text('poscar-far-away', poscarWith(10, '1e9 0 0'), 'structure.far', 'atom 2'),
  text('poscar-more-atoms', `${poscar}0.5 0.5 0\n`, 'files.poscarMoreAtoms', 'line 11, column 1'),
  text('poscar-flags', rows(...poscar.split('\n').slice(0, 7), 'Selective dynamics', 'Direct', '0 0 0 T T', '.5 .5 .5 T T T'), 'files.poscarFlag', 'line 10, column 10'),

  // XYZ
  text('xyz-huge-count', rows('1000000000', '', 'H 0 0 0'), 'structure.tooMany', 'line 1, column 1'),
  text('xyz-count-overflow', rows('1e999', '', 'H 0 0 0'), 'files.notACount', '"1e999"'),
  text('xyz-zero-atoms', rows('0', ''), 'files.notACount', '"0" stands where the number of atoms should be'),
  text('xyz-false-count', rows('900000', '', 'H 0 0 0'), 'files.truncated', 'atom 2 of 900000'),
  text('xyz-count-too-small', rows('1', '', 'H 0 0 0', 'H 0 0 1'), 'files.notACount', 'line 4, column 1: "H"'),
  text('xyz-nan', rows('1', '', 'H 0 nan 0'), 'files.notANumber', 'line 3, column 5: "nan"'),
  text('xyz-unknown-element', rows('1', '', 'Xx 0 0 0'), 'files.notAnElement', '"Xx"'),
  text('xyz-atom-number', rows('1', '', '119 0 0 0'), 'files.notAnElement', '"119"'),
  text('extxyz-negative-lattice', extxyz('Lattice="0 0 0 0 0 0 0 0 0"', 'Si 0 0 0'), 'structure.cellFlat', 'line 2, column 1'),
  text('extxyz-unclosed', extxyz('Lattice="4 0 0 0 4 0 0 0 4', 'Si 0 0 0'), 'files.unclosed', 'line 2, column 9'),
  text('extxyz-deep-brackets', extxyz(`Lattice=${'['.repeat(100_000)}`, 'Si 0 0 0'), 'files.unclosed', 'never closed'),
  text('extxyz-columns', extxyz(`${lattice} Properties=species:S:1:pos:R:3:forces:R:3`, 'Si 0 0 0 0 0'), 'files.xyzColumns', '6 columns where Properties announces 7'),
  text('extxyz-wide-column', extxyz(`${lattice} Properties=species:S:1:pos:R:3:x:R:999999999`, 'Si 0 0 0'), 'files.xyzProperties', 'x:R:999999999'),
  text('extxyz-prototype', extxyz(`${lattice} __proto__=1 __proto__=2`, 'Si 0 0 0'), 'files.xyzKeyTwice', '"__proto__"'),
  text('extxyz-periodic-without-lattice', extxyz('Properties=species:S:1:pos:R:3 pbc="T T T"', 'Si 0 0 0'), 'files.xyzNoLattice', 'Add Lattice='),

  // CIF
  text('cif-no-block', rows('_cell_length_a 4'), 'files.cifNoBlock', 'line 1, column 1'),
  text('cif-no-sites', cif(cell, primitive), 'files.cifNoSites', 'line 1, column 1'),
  text('cif-no-symmetry', cif(cell, sites), 'files.cifNoSymmetry', "'P 1' is enough"),
  text('cif-unclosed-quote', cif("_chemical_name_common 'Si", cell, primitive, sites), 'files.unclosed', 'line 2, column 23'),
  text('cif-unclosed-text', cif('_publ_section_title', ';', 'never ending', cell, primitive, sites), 'files.unclosed', 'line 3, column 1'),
  text('cif-loose-value', cif('_publ_author_name Smith, J.', cell, primitive, sites), 'files.cifLooseValue', 'line 2, column 26: the value "J."'),
  text('cif-tag-without-value', cif('_cell_volume', cell, primitive, sites), 'files.cifNoValue', 'line 2, column 1'),
  text('cif-uneven-loop', cif(cell, primitive, `${sites} 1 2`), 'files.cifLoop', '6 values, which do not fill rows of 4'),
  text('cif-empty-loop', cif('loop_', 'loop_'), 'files.cifEmptyLoop', 'line 2, column 1'),
  text('cif-twice', cif(cell, '_CELL_LENGTH_A 5', primitive, sites), 'files.cifTwice', 'line 8, column 1'),
  text('cif-prototype', cif(cell, primitive, '_cell_length_a.__proto__ 1', 'loop_ _proto__ _constructor 1 2', sites.replace('Si1', "'__proto__'")), 'files.notAnElement', '"__proto__"'),
  text('cif-save-frame', cif('save_frame', cell), 'files.cifKeyword', '"save_frame"'),
  text('cif-missing-angle', cif(cell.replace('_cell_angle_beta 90', ''), primitive, sites), 'files.cifMissing', '_cell_angle_beta is missing'),
  text('cif-question-mark', cif(cell.replace('_cell_length_b 4', '_cell_length_b ?'), primitive, sites), 'files.cifMissing', '_cell_length_b'),
  text('cif-impossible-angles', cif(cell.replaceAll(' 90', ' 150'), primitive, sites), 'files.cifCell', 'the angles 150 150 150°'),
  text('cif-negative-length', cif(cell.replace('_c 4', '_c -4'), primitive, sites), 'files.cifCell', '4 4 -4'),
  text('cif-not-a-number', cif(cell.replace('_a 4', '_a 4.2x'), primitive, sites), 'files.notANumber', '"4.2x"'),
  text('cif-occupancy', cif(cell, primitive, sites.replace('Si1 0 0 0', '_atom_site_occupancy\nSi1 0 0 0 0.5')), 'files.cifOccupancy', 'line 15, column 11: the site Si1 has the occupancy 0.5'),
  text('cif-operation', cif(cell, "loop_ _symmetry_equiv_pos_as_xyz 'x,y,z' 'x,y,q'", sites), 'files.cifOperation', '"x,y,q"'),
  text('cif-incomplete-group', cif(cell, "loop_ _symmetry_equiv_pos_as_xyz 'x,y,z' '-y,x,z'", sites), 'files.cifNotAGroup', 'incomplete'),
  text('cif-many-operations', cif(cell, `loop_ _symmetry_equiv_pos_as_xyz ${"'x,y,z' ".repeat(100_000)}`, sites), 'files.cifManyOperations', 'symmetry operations are listed'),
  text('cif-many-sites', cif(cell.replaceAll(' 4', ' 9000'), "_space_group_name_H-M_alt 'F m -3 m'", sites.replace('Si1 0 0 0', Array.from({ length: 6000 }, (_, i) => `Si 0.${100001 + i} 0.21 0.33`).join('\n'))), 'structure.tooMany', 'the limit is'),
  text('cif-open-setting', cif(cell, "_symmetry_space_group_name_H-M 'F d -3 m'", sites), 'files.cifGroupOpen', '2 settings'),
  text('cif-two-atoms-in-one-place', cif(cell, primitive, `${sites}\nO1 0 0 0`), 'structure.overlap', 'only 0 Å apart'),
  text('cif-magnetic', cif(cell, primitive, '_space_group_magn.number_BNS 1.1', sites), 'files.cifForeign', 'magnetic'),
  text('cif-disorder', cif(cell, primitive, sites.replace('Si1 0 0 0', '_atom_site_disorder_group\nSi1 0 0 0 1')), 'files.cifDisorder', 'disorder group 1'),
];
