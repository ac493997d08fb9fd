/** Potentials as files: what is written is read back to the last bit, and defective ones are refused with the place. */
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../core/contracts/messages.ts';
import type { Structure } from '../../../core/contracts/structure.ts';
import { sortedFunctions, type SymmetryFunction } from '../../../core/descriptors/symmetry-functions.ts';
import { readN2p2Potential, writeN2p2Potential, type NamedFile } from '../../../core/files/n2p2/folder.ts';
import { readSettings } from '../../../core/files/n2p2/settings.ts';
import { sourceText } from '../../../core/files/source-text.ts';
import { random } from '../../../core/math/random.ts';
import { activationNames, activations } from '../../../core/network/activations.ts';
import { loadPotential } from '../../../core/potential/load.ts';
import type { NeuralDescription } from '../../../core/potential/neural.ts';
import { compactFunctions } from '../../potential/neural-models.ts';
import { changed, crystal, filesOf, smallDescription } from './potentials.ts';

const files = filesOf(smallDescription());

function read(from: readonly NamedFile[]): ReturnType<typeof readN2p2Potential> {
  const settings = readSettings(sourceText(from.find(({ name }) => name === 'input.nn')!.bytes, 'input.nn'));
  return readN2p2Potential(from, settings, { length: 'angstrom', energy: 'ev' });
}

describe('writing and reading back', () => {
  const exportable = compactFunctions.filter(({ type }) => type !== 'signed-volume');
  test.each(activationNames.filter((name) => activations[name].letter !== null))('networks with %s', (activation) => {
    const description = smallDescription({ activation, normalised: activation === 'tanh' });
    expect(read(filesOf(description)).description).toEqual(description);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8] as const)('cutoff type %i with an alpha of many digits', (type) => {
    const description = smallDescription({ cutoff: { type, alpha: 1 / 3 } });
    expect(read(filesOf(description)).description).toEqual(description);
  });

  test.each(['none', 'center', 'range', 'range-center', 'deviation'] as const)('scaling mode %s', (mode) => {
    const description = smallDescription({ mode, functions: exportable });
    expect(read(filesOf(description)).description).toEqual(description);
  });

  test('numbers of seventeen digits, without normalisation, without hidden layers', () => {
    const source = random(9);
    for (let k = 0; k < 20; k++) {
      const value = (): number => source.normal() * 10 ** (source.integer(12) - 6);
      const functions: SymmetryFunction[] = [
        { type: 2, neighbours: ['A'], eta: Math.abs(value()), shift: value(), cutoff: 3 + source.uniform() },
        { type: 3, neighbours: ['A', 'B'], eta: Math.abs(value()), shift: value(), lambda: source.uniform(), zeta: Math.abs(value()), cutoff: 3 + source.uniform() },
      ];
      const description = { ...smallDescription({ functions, hidden: [], mode: 'none', seed: k }), normalisation: null, atomicEnergies: Float64Array.of(value(), value()) };
      expect(read(filesOf(description)).description).toEqual(description);
    }
  });

  test('lines that are not evaluated are kept', () => {
    const withMore = changed(files, 'input.nn', (text) => `${text}\nepochs 20 # training\nmy_own_keyword 1 2 three\n`);
    const { description, settings, notes } = read(withMore);
    expect(notes.map(({ sentence }) => sentence)).toEqual(['input.nn: the keywords my_own_keyword are not known here and were not used.']);
    const [written] = writeN2p2Potential(description, settings.file.unevaluated(settings.generation));
    expect(written!.text).toMatch(/\nepochs 20\nmy_own_keyword 1 2 three\n/);
  });

  test('what the format cannot hold is refused', () => {
    const codeOf = (description: NeuralDescription): string => {
      try {
        writeN2p2Potential(description);
      } catch (error) {
        if (error instanceof Refusal) return error.detail.code;
      }
      return 'written';
    };
    expect(codeOf(smallDescription({ activation: 'silu' }))).toBe('n2p2.writeActivation');
    expect(codeOf(smallDescription({ functions: compactFunctions }))).toBe('n2p2.writeFunction');
    const two = smallDescription(), other = smallDescription({ hidden: [4] });
    expect(codeOf({ ...two, networks: [two.networks[0]!, other.networks[1]!] })).toBe('n2p2.writeTopology');
  });
});

test('functions are sorted as n2p2 sorts them, by value and not by text', () => {
  const unsorted: SymmetryFunction[] = [
    { type: 9, neighbours: ['C', 'Si'], eta: 0.1, shift: 0, lambda: 1, zeta: 1, cutoff: 4 },
    { type: 3, neighbours: ['C', 'C'], eta: 0.1, shift: 0, lambda: 1, zeta: 1, cutoff: 4 },
    { type: 3, neighbours: ['C', 'C'], eta: 0.1, shift: 0, lambda: -1, zeta: 1, cutoff: 4 },
    { type: 20, neighbours: ['Si'], inner: 0, cutoff: 4, shape: 'p1' },
    { type: 20, neighbours: ['C'], inner: 0, cutoff: 4, shape: 'p2' },
    { type: 20, neighbours: ['C'], inner: 0, cutoff: 4, shape: 'e' },
    { type: 2, neighbours: ['Si'], eta: 10, shift: 0, cutoff: 4 },
    { type: 2, neighbours: ['Si'], eta: 2, shift: 1, cutoff: 4 },
    { type: 2, neighbours: ['C'], eta: 2, shift: 1, cutoff: 4 },
    { type: 2, neighbours: ['Si'], eta: 20, shift: 0, cutoff: 3.5 },
  ];
  const order = sortedFunctions(unsorted).map((definition) => unsorted.indexOf(definition));
  expect(order).toEqual([9, 8, 7, 6, 2, 1, 0, 5, 3, 4]);
});

test('topologies of one element: the number of weights decides between the readings of n2p2', () => {
  const two = smallDescription(), wide = smallDescription({ hidden: [4, 5] });
  const mixed = { ...two, networks: [two.networks[0]!, wide.networks[1]!] };
  const si = filesOf(wide).find(({ name }) => name === 'weights.014.data')!;
  const withLines = (lines: string): NamedFile[] =>
    changed(files, 'input.nn', (text) => `${text}\n${lines}\n`).map((file) => (file.name === si.name ? si : file));
  const literal = read(withLines('element_nodes_short Si 4 5'));
  expect(literal.description.networks).toEqual(mixed.networks);
  expect(literal.notes[0]!.sentence).toBe('The line element_nodes_short of Si is ambiguous; the number of weights decides for 6-4-5-1, as it is written.');
  const byLayer = read(withLines('element_nodes_short Si 1 4\nelement_nodes_short Si 2 5'));
  expect(byLayer.description.networks).toEqual(mixed.networks);
  // As n2p2 reads it: the last number is left at the global one, 2 here.
  const narrow = filesOf(smallDescription({ hidden: [4, 2] })).find(({ name }) => name === 'weights.014.data')!;
  const asRead = read(withLines('element_nodes_short Si 4 7').map((file) => (file.name === si.name ? narrow : file)));
  expect(asRead.description.networks[1]!.layers).toEqual([6, 4, 2, 1]);
  expect(asRead.notes[0]!.sentence).toMatch(/6-4-2-1, as n2p2 reads it/);
});

describe('defective potentials are refused with code, place and remedy', () => {
  const input = (from: string | RegExp, to: string) => (): NamedFile[] => changed(files, 'input.nn', (text) => text.replace(from, to));
  const other = (name: string, from: string | RegExp, to: string) => (): NamedFile[] => changed(files, name, (text) => text.replace(from, to));
  const without = (name: string) => (): NamedFile[] => files.filter((file) => file.name !== name);

  const cases: readonly (readonly [string, () => NamedFile[], string, RegExp])[] = [
    ['a weights file that is missing', without('weights.014.data'), 'n2p2.fileMissing', /no file weights\.014\.data \(the network of Si\)/],
    ['no scaling.data', without('scaling.data'), 'n2p2.fileMissing', /no file scaling\.data/],
    ['weights of another network', input('global_nodes_short 3 2', 'global_nodes_short 3 3'), 'n2p2.weightCount', /weights\.006\.data has 32 weights.*C in input\.nn: 6-3-3-1 needs 37.*n2p2 would read beyond/],
    ['too few weights', other('weights.006.data', / *\S+ b 32 3 1\n$/, ''), 'n2p2.weightCount', /has 31 weights.*6-3-2-1 needs 32/],
    ['too many weights', other('weights.006.data', /$/, '1.0\n'), 'n2p2.weightCount', /has 33 weights/],
    ['a weight that is no number', other('weights.006.data', /^ *\S+ a 1 /m, ' nan a 1 '), 'files.notANumber', /weights\.006\.data, line 2, column 2: "nan".*weight 1/],
    ['labels of another shape', other('weights.006.data', ' a 2 0 1 1 2\n', ' a 2 0 2 1 1\n'), 'n2p2.weightPlace', /"a 2 0 2 1 1", but in a network 6-3-2-1 it is "a 2 0 1 1 2"/],
    ['a function without spread', other('scaling.data', /^( +1 +3 +)(\S+)( +)\S+/m, '$1$2$3$2'), 'n2p2.zeroSpread', /scaling\.data, line 4, column 1: symmetry function 3 of C has the same value.*NaN/],
    ['a row of scaling.data too few', other('scaling.data', /^ +2 +6 .*\n/m, ''), 'n2p2.scalingRows', /11 rows where the symmetry functions of input\.nn ask for 12/],
    ['a row of scaling.data too many', other('scaling.data', /$/, ' 2 7 0 1 0.5 0.1\n'), 'n2p2.scalingRows', /more than 12 rows/],
    ['indices of scaling.data in another order', other('scaling.data', /^( +)1( +)3 /m, '$11$24 '), 'n2p2.scalingIndex', /line 4, column 10: the row begins with "1 4" where symmetry function 1 3 \(of C\)/],
    ['minimum and maximum exchanged', other('scaling.data', /^( +1 +1 +)(\S+)( +)(\S+)/m, '$1$4$3$2'), 'n2p2.scalingRange', /the maximum .* is smaller than the minimum/],
    ['a symmetry function added', input(/$/, '\nsymfunction_short C 2 C 3.3 0 4.2\n'), 'n2p2.scalingIndex', /where symmetry function 1 7 \(of C\)/],
    ['an unknown type', input('symfunction_short C 12', 'symfunction_short C 11'), 'n2p2.functionType', /input\.nn, line \d+, column 21: "11" is no known type.*2, 3, 9, 12, 13 and 20 to 25/],
    ['an element that is not of the potential', input('symfunction_short C 2 C', 'symfunction_short C 2 Ge'), 'n2p2.foreignElement', /"Ge" is none of the elements C, Si/],
    ['a value too many', input(/(symfunction_short C 12 .*)/, '$1 9'), 'n2p2.functionWords', /"9" is one value too many for a symmetry function of type 12\. Its form is: element 12 eta rs rc/],
    ['a value too few', input(/(symfunction_short C 12 \S+ \S+) \S+/, '$1'), 'files.missingValue', /where the cutoff rc should stand/],
    ['a negative cutoff', input(/(symfunction_short C 12 \S+ \S+) \S+/, '$1 -6'), 'n2p2.functionValue', /the cutoff rc is -6; it must be positive/],
    ['an unknown activation', input('t t l', 't q l'), 'n2p2.activation', /column \d+: "q" is no known activation function\. Known are l, t, s, p, r, g, c, S, e, h/],
    ['an activation too few', input('t t l', 't l'), 'n2p2.activationCount', /2 activation functions where 3 are needed/],
    ['a keyword twice', input(/$/, '\ncutoff_type 1\n'), 'n2p2.keywordTwice', /cutoff_type stands a second time \(first in line \d+\)/],
    ['no cutoff type', input(/cutoff_type.*\n/, ''), 'n2p2.keywordMissing', /"cutoff_type"/],
    ['an unknown cutoff type', input(/cutoff_type \d/, 'cutoff_type 9'), 'n2p2.value', /"9" stands where the cutoff type, a whole number from 0 to 8/],
    ['an alpha of one', input(/cutoff_type \d \S+/, 'cutoff_type 1 1.0'), 'n2p2.value', /the inner cutoff alpha, at least 0 and below 1/],
    ['no topology', input(/global_nodes_short.*\n/, ''), 'n2p2.keywordMissing', /"global_nodes_short"/],
    ['half a normalisation', input(/conv_length.*\n/, ''), 'n2p2.keywordMissing', /"conv_length" \(the normalisation/],
    ['a normalisation by zero', input(/conv_energy.*/, 'conv_energy 0'), 'n2p2.value', /conv_energy, a positive number/],
    ['another number of elements', input('number_of_elements 2', 'number_of_elements 3'), 'n2p2.elementCount', /announces 3 elements, but the line "elements" names 2/],
    ['an element without functions', input(/symfunction_short Si .*\n/g, ''), 'n2p2.noFunctions', /input\.nn defines no symmetry function for Si/],
    ['no element at all', input('elements C Si', 'elements C Xx'), 'files.notAnElement', /"Xx"/],
    ['functions in the shorthand of RuNNer', input(/$/, '\nglobal_symfunction_short 2 0.1 0 6\n'), 'n2p2.shorthand', /one line symfunction_short for each element/],
    ['an unknown generation', input(/$/, '\nnnp_type Q-HDNNP\n'), 'n2p2.generation', /"Q-HDNNP"/],
    ['an inverted range of inputs', input('scale_max_short 1', 'scale_max_short -2'), 'n2p2.value', /scale_max_short above scale_min_short/],
    ['units that are none', () => files, 'n2p2.units', /--set units=furlong,ev is not understood/],
  ];
  test.each(cases)('%s', (name, make, code, sentence) => {
    const broken = make();
    const units = name.startsWith('units') ? 'furlong,ev' : 'angstrom,ev';
    const refusal = (() => {
      try {
        loadPotential({ name: 'small', files: broken, options: { units } });
      } catch (error) {
        if (error instanceof Refusal) return error.detail;
        throw error;
      }
      throw new Error('the files were accepted');
    })();
    expect({ code: refusal.code, sentence: refusal.sentence }).toEqual({ code, sentence: expect.stringMatching(sentence) as unknown });
    expect(refusal.sentence).toMatch(/\.$/);
    expect(refusal.sentence.length).toBeLessThan(600);
  });

  test('a scaling by deviations that the file lacks', () => {
    const sigma = filesOf(smallDescription({ mode: 'deviation' }));
    const short = changed(sigma, 'scaling.data', (text) => text.replace(/^(( +\S+){5}) +\S+$/gm, '$1'));
    expect(() => read(short)).toThrow(/no column of standard deviations/);
    // RuNNer's files have five columns and a last row of two numbers: enough for the other modes.
    const runner = changed(files, 'scaling.data', (text) => `${text.replace(/^(( +\S+){5}) +\S+$/gm, '$1')}  -0.5 0.2\n`);
    expect(read(runner).description.statistics.every(({ deviation }) => deviation === null)).toBe(true);
  });

  test('one column of weights, as RuNNer writes them', () => {
    const bare = changed(files, 'weights.006.data', (text) => text.replace(/^( *\S+) [ab] .*$/gm, '$1').replace(/^#.*\n/gm, ''));
    expect(read(bare).description.networks).toEqual(read(files).description.networks);
  });

  test('files of other elements are told', () => {
    const notes = read([...files, { name: 'weights.032.data', bytes: files[2]!.bytes }]).notes;
    expect(notes.map(({ sentence }) => sentence)).toEqual(['The files weights.032.data belong to no element of this potential (C, Si) and were not used.']);
  });
});

describe('what n2p2 itself would do otherwise is said', () => {
  const potential = loadPotential({ name: 'small', files, options: { units: 'eV,Å' } });
  const cube = (edge: number, periodic = true): Structure => ({ ...crystal, periodic: [periodic, periodic, periodic], cell: Float64Array.of(edge, 0, 0, 0, edge, 0, 0, 0, edge) });

  test('in a cell shorter than the cutoff, where it leaves forces of images out', () => {
    expect(potential.remarksOn!(cube(4.1)).map(({ code, sentence }) => [code, sentence.slice(0, 73)])).toEqual([['n2p2.noteSmallCell', 'A lattice vector of 4.100 Å is shorter than the cutoff of 4.2 Å. The curr']]);
    expect(potential.remarksOn!(cube(4.3))).toEqual([]);
    expect(potential.remarksOn!(cube(4.1, false))).toEqual([]);
    // A skew cell of long vectors can have short ones.
    expect(potential.remarksOn!({ ...crystal, cell: Float64Array.of(9, 0, 0, 9, 3, 0, 0, 0, 9) })).toHaveLength(1);
  });

  test('a committee of such folders says it too', () => {
    const members = [1, 2].flatMap((seed) => filesOf(smallDescription({ seed })).map(({ name, bytes }) => ({ name: `${seed}/${name}`, bytes })));
    expect(loadPotential({ name: 'two', files: members, options: { units: 'eV,Å' } }).remarksOn!(cube(4.1))).toHaveLength(1);
  });

  test('with a negative rs in angular functions, which its groups take as none', () => {
    const negative = changed(files, 'input.nn', (text) => text.replace(/^(symfunction_short C 3 .*) 0$/m, '$1 -0.3'));
    expect(read(negative).notes.map(({ code }) => code)).toEqual(['n2p2.noteShift']);
  });
});

test('the potential of a folder is the one it was written from', () => {
  const potential = loadPotential({ name: 'small', files, options: { units: 'eV,Å' } });
  expect(potential.card).toMatchObject({ kind: 'neural-network', elements: ['C', 'Si'], cutoff: 4.2, units: { length: 'angstrom', energy: 'ev' } });
  expect(potential.card.limits).toEqual(['The files of this potential name no units; they were given as Å and eV.']);
  expect(potential.interactionRange).toBe(8.4);
  const { energy } = potential.bind(crystal).evaluate(crystal.positions, crystal.cell, {});
  expect(Number.isFinite(energy)).toBe(true);
});
