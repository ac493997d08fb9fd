/** nep.txt: every dialect of its header, exact round trips, and one sentence for every way to be wrong. */
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../core/contracts/messages.ts';
import { descriptorLength, readNep, recogniseNep, writeNep, type NepModel } from '../../core/files/nep.ts';
import { sourceText, type SourceText } from '../../core/files/source-text.ts';
import { random } from '../../core/math/random.ts';
import { exportNep } from '../../core/potential/export.ts';
import { loadPotential } from '../../core/potential/load.ts';
import { describedBy } from '../potential/models.ts';
import { randomNep, nepAvailable, nepBytes, nepFolders, nepModel, type RandomShape } from '../potential/nep-models.ts';
import { describeWith } from '../shared.ts';

const asSource = (text: string): SourceText => sourceText(new TextEncoder().encode(text), 'nep.txt');

const small: RandomShape = { functions: [2, 2], terms: [3, 2], lMax: 2, extras: [], neurons: 3 };

const shapes: readonly (readonly [string, RandomShape, string])[] = [
  ['NEP3', { ...small, version: 3 }, 'nep3 2 Si C\ncutoff 5 4 100 50\nn_max 1 1\nbasis_size 2 1\nl_max 2 0 0\nANN 3 0\n'],
  ['NEP4 with 222', { ...small, extras: ['222'] }, 'nep4 2 Si C\ncutoff 5 4 100 50\nn_max 1 1\nbasis_size 2 1\nl_max 2 2 0\nANN 3 0\n'],
  ['NEP4 with 222, 1111', { ...small, extras: ['222', '1111'] }, 'nep4 2 Si C\ncutoff 5 4 100 50\nn_max 1 1\nbasis_size 2 1\nl_max 2 2 1\nANN 3 0\n'],
  ['NEP4 with 222 and 112, which some programs read only behind a 1', { ...small, extras: ['222', '112'] }, 'nep4 2 Si C\ncutoff 5 4 100 50\nn_max 1 1\nbasis_size 2 1\nl_max 2 1 0 1\nANN 3 0\n'],
  ['NEP4 with all terms', { ...small, lMax: 4, extras: ['222', '1111', '112', '123', '233', '134'] }, 'nep4 2 Si C\ncutoff 5 4 100 50\nn_max 1 1\nbasis_size 2 1\nl_max 4 1 1 1 1 1 1\nANN 3 0\n'],
  ['NEP5', { ...small, version: 5 }, 'nep5 2 Si C\ncutoff'],
  ['ZBL', { ...small, zbl: { form: 'universal', inner: 0.75, outer: 1.5, factor: null } }, 'nep4_zbl 2 Si C\nzbl 0.75 1.5\ncutoff'],
  ['ZBL by covalent radii', { ...small, zbl: { form: 'universal', inner: 1, outer: 2, factor: 0.7 } }, 'nep4_zbl 2 Si C\nzbl 1 2 0.7\ncutoff'],
  ['flexible ZBL', { ...small, zbl: { form: 'flexible', parameters: Float64Array.from({ length: 30 }, (_, k) => 0.1 + k / 7) } }, 'nep4_zbl 2 Si C\nzbl 0 0\ncutoff'],
  ['radii of each element', { ...small, cutoff: { form: 'elements', radial: [6, 5], angular: [4, 3.5] } }, 'nep4 2 Si C\ncutoff 6 4 5 3.5 100 50\n'],
  ['covalent radii', { ...small, cutoff: { form: 'covalent', radial: 6, angular: 4, radialFactor: 2.5, angularFactor: 2, zblFactor: 0.7 } }, 'nep4 2 Si C\ncutoff 6 4 100 50 2.5 2 0.7\n'],
  ['one element', { ...small, elements: ['Si'] }, 'nep4 1 Si\ncutoff 5 4 100 50\n'],
  ['charges, mode 1', { ...small, chargeMode: 1 }, 'nep4_charge1 2 Si C\ncutoff'],
  ['charges, mode 2, ZBL', { ...small, chargeMode: 2, zbl: { form: 'universal', inner: 1, outer: 2, factor: null } }, 'nep4_zbl_charge2 2 Si C\nzbl 1 2\n'],
  ['charges, mode 3', { ...small, chargeMode: 3 }, 'nep4_charge3 2 Si C\ncutoff'],
];

describe.each(shapes)('%s', (_, shape, head) => {
  const model = randomNep(5, shape);

  test('is written as its programs expect', () => expect(writeNep(model).startsWith(head)).toBe(true));

  test('comes back to the last bit', () => expect(readNep(asSource(writeNep(model)))).toEqual(model));
});

test('short numbers keep the eight digits and fifteen columns of the trainers, long ones all they need', () => {
  const model = { ...randomNep(5, small), energyBias: -0.00012345678, scale: Float64Array.of(1, 1 / 3, 1e-300, -1e22, 5e-324, 2) };
  const lines = writeNep(model).split('\n');
  expect(lines).toContain(' -1.2345678e-04');
  expect(lines).toContain('  1.0000000e+00');
  expect(lines).toContain('3.333333333333333e-01');
  expect(readNep(asSource(writeNep(model))).scale).toEqual(model.scale);
});

test('header forms that are read but not written', () => {
  const text = writeNep(randomNep(5, small));
  const model = readNep(asSource(text));
  // Two radii alone (2022), and every value but 0 as a switch.
  expect(readNep(asSource(text.replace('cutoff 5 4 100 50', 'cutoff 5 4')))).toEqual({ ...model, neighbours: null });
  expect(readNep(asSource(text.replace('l_max 2 0 0', 'l_max 2 0 0 0 0 0 0  ')))).toEqual(model);
  expect(readNep(asSource(text.replaceAll('\n', ' \r\n') + '\r\n\r\n'))).toEqual(model);
  const four = writeNep(randomNep(5, { ...small, extras: ['222', '112'] }));
  expect(readNep(asSource(four.replace('l_max 2 1 0 1', 'l_max 2 2 0 1')))).toEqual(readNep(asSource(four)));
});

describeWith(nepAvailable, 'the folder ../shared with reference results is missing', 'published and synthetic files', () => {
  test.each(nepFolders)('%s: the same numbers after writing and reading', (folder) => {
    const model = nepModel(folder);
    expect(readNep(asSource(writeNep(model)))).toEqual(model);
  });

  test('PbTe is written as its trainer wrote it, but for blanks at line ends', () => {
    expect(writeNep(nepModel('PbTe_NEP4'))).toBe(new TextDecoder().decode(nepBytes('PbTe_NEP4')).replace(/ +$/gm, ''));
  });

  test('is recognised by content, and the card says what the file does not', () => {
    const { card } = loadPotential({ name: 'metals', files: [{ name: 'anything.dat', bytes: nepBytes('UNEPv1') }] });
    expect(card.kind).toBe('neuroevolution');
    expect(card.elements).toHaveLength(16);
    expect(card.cutoff).toBe(6);
    expect(card.validFor).toContain('neither its training data nor its accuracy');
    expect(card.energyReference).toContain('only differences');
    expect(card.limits.join(' ')).toContain('too soft');
    expect(card.constants?.['coulomb']).toBe('14.399645 eV·Å');
    const charged = loadPotential({ name: 'water', files: [{ name: 'nep.txt', bytes: nepBytes('water_qNEP1') }] });
    expect(charged.card.kind).toBe('charged-neuroevolution');
    expect(charged.card.cutoffStyle).toBe('plain');
    expect(charged.interactionRange).toBeNull();
    expect(charged.plainCutoffs?.()).toHaveLength(3);
    const converged = loadPotential({ name: 'water', files: [{ name: 'nep.txt', bytes: nepBytes('water_qNEP1') }], options: { 'nep.coulomb': 'converged' } });
    expect(converged.card.cutoffStyle).toBe('smooth');
    expect(converged.plainCutoffs?.()).toEqual([]);
  });
});

function refusal(text: string): { code: string; sentence: string } {
  try {
    readNep(asSource(text));
  } catch (error) {
    if (error instanceof Refusal) return error.detail;
    throw error;
  }
  throw new Error('the text was read');
}

const good = writeNep(randomNep(5, small));
const lines = good.split('\n');
const withLine = (number: number, text: string): string => lines.map((line, k) => (k === number - 1 ? text : line)).join('\n');
const zbl = writeNep(randomNep(5, { ...small, zbl: { form: 'universal', inner: 1, outer: 2, factor: null } }));
const charged = writeNep(randomNep(5, { ...small, chargeMode: 1 }));

describe('wrong files', () => {
  test.each<[string, string, string, RegExp]>([
    ['a dipole model', withLine(1, 'nep4_dipole 2 Si C'), 'nep.otherKind', /nep\.txt, line 1, column 1: "nep4_dipole" marks a model of dipoles/],
    ['a polarisability model', withLine(1, 'nep3_polarizability 2 Si C'), 'nep.otherKind', /polarisabilities/],
    ['a temperature model', withLine(1, 'nep4_zbl_temperature 2 Si C'), 'nep.otherKind', /electronic temperature/],
    ['a dispersion model', withLine(1, 'nep4_charge_vdw 2 Si C'), 'nep.otherKind', /own dispersion/],
    ['another dispersion model', withLine(1, 'nep4_zbl_vdw 2 Si C'), 'nep.otherKind', /own dispersion/],
    ['a model of the second generation', withLine(1, 'nep 2 Si C'), 'nep.otherKind', /NEP2/],
    ['an unknown tag', withLine(1, 'nep7 2 Si C'), 'nep.malformed', /line 1, column 1: found "nep7" where the nep\.txt needs nep3, nep4 or nep5/],
    ['charges in NEP3', withLine(1, 'nep3_charge1 2 Si C'), 'nep.malformed', /nep3_charge1/],
    ['an unknown element', withLine(1, 'nep4 2 Si Xx'), 'nep.malformed', /line 1, column 11: found "Xx" where the nep\.txt needs the symbol of an element from hydrogen to plutonium/],
    ['an element beyond the format', withLine(1, 'nep4 2 Si Cm'), 'nep.malformed', /plutonium/],
    ['an element twice', withLine(1, 'nep4 2 Si Si'), 'nep.malformed', /each chemical symbol once/],
    ['too few elements', withLine(1, 'nep4 3 Si C'), 'nep.malformed', /as many chemical symbols as announced \(2 follow\)/],
    ['no number of elements', withLine(1, 'nep4 two Si C'), 'files.notANumber', /"two" stands where the number of elements/],
    ['a ZBL line that is missing', good.replace('nep4 ', 'nep4_zbl '), 'nep.malformed', /line 2, column 1: found "cutoff" where the nep\.txt needs the line "zbl"/],
    ['ZBL turned around', zbl.replace('zbl 1 2', 'zbl 2 1'), 'nep.malformed', /inner radius of ZBL that is not larger/],
    ['ZBL below zero', zbl.replace('zbl 1 2', 'zbl -1 2'), 'nep.malformed', /inner radius of ZBL, a number not below zero/],
    ['three numbers of cutoffs', withLine(2, 'cutoff 5 4 100'), 'nep.malformed', /2, 4, 7 or, one pair for each element, 6 numbers after "cutoff" \(there are 3\)/],
    ['cutoffs of another number of elements', withLine(2, 'cutoff 5 4 5 4 5 4 100 50'), 'nep.malformed', /there are 8/],
    ['an angular cutoff beyond the radial one', withLine(2, 'cutoff 4 5 100 50'), 'nep.malformed', /line 2, column 10: found "5"/],
    ['a cutoff that is no number', withLine(2, 'cutoff five 4 100 50'), 'files.notANumber', /radial cutoff/],
    ['a cutoff of zero', withLine(2, 'cutoff 0 0 100 50'), 'nep.malformed', /positive number/],
    ['a cutoff in another unit', withLine(2, 'cutoff 500 400 100 50'), 'nep.malformed', /at most 100 Å/],
    ['cutoffs of each element with charges', charged.replace('cutoff 5 4 100 50', 'cutoff 5 4 5 4 100 50'), 'nep.malformed', /one cutoff for all elements/],
    ['n_max that is missing', withLine(3, 'basis_size 2 1'), 'nep.malformed', /needs the line "n_max"/],
    ['n_max with one number', withLine(3, 'n_max 1'), 'files.missingValue', /angular n_max/],
    ['n_max with a fraction', withLine(3, 'n_max 1.5 1'), 'nep.malformed', /whole number from 0 to 33/],
    ['n_max beyond reason', withLine(3, 'n_max 1000000 1'), 'nep.malformed', /1000000/],
    ['l_max beyond the format', withLine(5, 'l_max 9 0 0'), 'nep.malformed', /whole number from 0 to 8/],
    ['l_max without switches', withLine(5, 'l_max 2'), 'files.missingValue', /switches/],
    ['a term that l_max does not reach', withLine(5, 'l_max 2 0 0 0 1'), 'nep.malformed', /0 for the term 123, which needs l_max of at least 3/],
    ['a switch too many', withLine(5, 'l_max 2 0 0 0 0 0 0 0'), 'nep.malformed', /end of the line/],
    ['more than one layer', withLine(6, 'ANN 3 3'), 'nep.malformed', /number after the neurons/],
    ['a word for a number', withLine(9, 'abc'), 'files.notANumber', /line 9, column 1: "abc" stands where a weight of the network of Si \(number 3 of/],
    ['nan', withLine(9, 'nan'), 'files.notANumber', /"nan"/],
    ['an infinite number', withLine(9, '1e999'), 'files.numberRange', /too large/],
    ['two numbers on a line', withLine(9, '1.0 2.0'), 'nep.malformed', /line 9, column 5: found "2\.0" where the nep\.txt needs the end of the line after one number/],
    ['a blank line among the numbers', withLine(9, ''), 'files.missingValue', /line 9/],
    ['one number missing', lines.slice(0, -2).join('\n'), 'nep.truncated', /the header announces \d+ numbers, but the file ends after \d+ of them/],
    ['the second half missing', lines.slice(0, 50).join('\n'), 'nep.truncated', /ends after/],
    ['only a header', lines.slice(0, 6).join('\n'), 'nep.truncated', /announces/],
    ['one number too many', `${good}1.0\n`, 'nep.malformed', /needs the end of the file: all \d+ numbers/],
    ['√ε∞ of zero', charged.replace('  1.5000000e+00', '  0.0000000e+00'), 'nep.malformed', /square root of ε∞, a positive number/],
  ])('%s', (_, text, code, sentence) => {
    const found = refusal(text);
    expect(found.sentence).toMatch(sentence);
    expect(found.code).toBe(code);
  });

  test('the number that is announced and the one that is found are both said', () => {
    const dimension = descriptorLength(randomNep(5, small));
    const announced = 2 * 3 * (dimension + 2) + 1 + 4 * (2 * 3 + 2 * 2) + dimension;
    expect(refusal(lines.slice(0, -2).join('\n')).sentence).toContain(`announces ${announced} numbers, but the file ends after ${announced - 1}`);
  });

  test('an unknown sum of charges', () => {
    const load = (): unknown => loadPotential({ name: 'x', files: [{ name: 'nep.txt', bytes: new TextEncoder().encode(charged) }], options: { 'nep.coulomb': 'fast' } });
    expect(load).toThrow('The setting nep.coulomb cannot be fast. Choose format (as the model was trained) or converged.');
    const plain = (): unknown => loadPotential({ name: 'x', files: [{ name: 'nep.txt', bytes: new TextEncoder().encode(good) }], options: { 'nep.coulomb': 'format' } });
    expect(plain).toThrow('The potential x has no sum of charges that the setting nep.coulomb could change. Leave it out.');
  });

  test('every truncation is refused, never read', () => {
    const cut = (model: NepModel): void => {
      const text = writeNep(model);
      for (let length = 1; length < text.trimEnd().length; length += 7) {
        const part = text.slice(0, length);
        // A cut inside the last number leaves a shorter number: nothing in the format could notice that.
        if (part.lastIndexOf('\n') >= text.trimEnd().lastIndexOf('\n')) continue;
        expect(() => readNep(asSource(part))).toThrow(Refusal);
      }
    };
    cut(randomNep(5, small));
    cut(randomNep(5, { ...small, chargeMode: 1, zbl: { form: 'universal', inner: 1, outer: 2, factor: null } }));
  });
});

test('what begins otherwise is not taken for a NEP', () => {
  expect(recogniseNep(asSource(good))).toBe(true);
  expect(recogniseNep(asSource('nep4_dipole 1 Si \n'))).toBe(true);
  expect(recogniseNep(asSource('nepal 4000 m\n'))).toBe(true);
  expect(recogniseNep(asSource('comment nep4\n'))).toBe(false);
  expect(recogniseNep(asSource('{"nep4": 1}'))).toBe(false);
});

test('exported, an NEP is the same model; other kinds are refused', () => {
  const model = randomNep(5, small);
  const source = { name: 'x', files: [{ name: 'nep.txt', bytes: new TextEncoder().encode(writeNep(model).replace('cutoff 5 4 100 50', 'cutoff 5 4')) }] };
  expect(readNep(asSource(exportNep(source)))).toEqual({ ...model, neighbours: null });
  const pair = { name: 'morse', files: [{ name: 'morse.json', bytes: new TextEncoder().encode(JSON.stringify(describedBy([{ type: 'morse', cutoff: { radius: 6, style: 'plain' }, pairs: [{ elements: ['Na', 'Cl'], depth: 0.1, alpha: 1.5, r0: 2.7 }] }]))) }] };
  expect(() => exportNep(pair)).toThrow('The potential model is of the kind pair. Only an NEP that was read from a nep.txt can be written as one.');
});

test('any change of single characters is read as a number or refused in a sentence', () => {
  const source = random(71);
  const text = writeNep(randomNep(5, { ...small, chargeMode: 1, zbl: { form: 'universal', inner: 1, outer: 2, factor: null } }));
  const characters = 'nep4zbl_chargeANN0123456789.eE+- \n\tÅ';
  for (let trial = 0; trial < 2000; trial++) {
    const at = source.integer(trial % 2 === 0 ? 120 : text.length);
    const changed = text.slice(0, at) + characters[source.integer(characters.length)]! + text.slice(at + source.integer(3));
    try {
      const model = readNep(asSource(changed));
      expect(model.scale.every(Number.isFinite)).toBe(true);
    } catch (error) {
      expect(error, changed.slice(0, 120)).toBeInstanceOf(Refusal);
    }
  }
});
