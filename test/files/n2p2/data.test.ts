import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../core/contracts/messages.ts';
import type { Structure } from '../../../core/contracts/structure.ts';
import { writeData } from '../../../core/files/n2p2/data.ts';
import { readStructures } from '../../../core/files/read-structures.ts';
import type { StructureLabels } from '../../../core/files/structure-file.ts';
import { random } from '../../../core/math/random.ts';
import { bohr, hartree } from '../../../core/units/constants.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const water = `begin set=test
 comment  one   molecule # not a comment sign here
atom 0 0 0.221665 O -0.8 0 0.1 0.2 0.3
atom 0 1.4309 -0.886659 H 0.4 0 0 0 0
atom 0 -1.4309 -0.886659 H 0.4 0 -0.1 -0.2 -0.3
energy -76.4
charge 0
end
begin
lattice 8 0 0
lattice 1 8 0
lattice 0 1 8
atom 0 0 0.221665 O 0 0 0 0 0
atom 0 1.4309 -0.886659 H 0 0 0 0 0
energy -1
end
`;

describe('reading', () => {
  test('structures and labels in the units of the potential', () => {
    const { format, structures, labels, notes } = readStructures(encode(water), 'input.data', { length: 'bohr', energy: 'hartree' });
    expect(format).toBe('n2p2');
    const [molecule, crystal] = structures as [Structure, Structure];
    expect(molecule.periodic).toEqual([false, false, false]);
    expect(molecule.title).toBe('one molecule # not a comment sign here');
    expect([...molecule.positions]).toEqual([0, 0, 0.221665, 0, 1.4309, -0.886659, 0, -1.4309, -0.886659].map((x) => x * bohr));
    expect([...crystal.cell]).toEqual([8, 0, 0, 1, 8, 0, 0, 1, 8].map((x) => x * bohr));
    expect(crystal.periodic).toEqual([true, true, true]);
    const [first, second] = labels as [StructureLabels, StructureLabels];
    expect(first.energy).toBe(-76.4 * hartree);
    expect([...first.forces!.subarray(0, 3)]).toEqual([0.1, 0.2, 0.3].map((f) => (f * hartree) / bohr));
    expect([...first.charges!]).toEqual([-0.8, 0.4, 0.4]);
    expect(first.info?.get('set')).toBe('test');
    expect(second.energy).toBe(-hartree);
    expect(notes.map(({ code }) => code)).toEqual(['files.noteXyzBox']);
  });

  test('without a potential, the unit is told from the distances, and said', () => {
    const inBohr = readStructures(encode(water), 'input.data');
    expect(inBohr.notes[0]!.sentence).toBe('input.data names no units: bohr and hartree were assumed, neighbours then are 0.99 times the sum of their covalent radii apart.');
    const inAngstrom = readStructures(encode(water.replace(/(-?)1\.4309/g, '$10.757').replace(/-0\.886659/g, '-0.4692').replace(/0\.221665/g, '0.1173')), 'input.data');
    expect(inAngstrom.notes[0]!.sentence).toContain('Å and eV were assumed');
  });
});

describe('writing and reading back', () => {
  const source = random(3);
  const frames: { structure: Structure; labels: StructureLabels }[] = [true, false].map((periodic) => ({
    structure: {
      cell: Float64Array.of(9 + source.uniform(), 0.3, 0.2, source.uniform(), 8, 0.1, 0.4, 0.6, 9), periodic: [periodic, periodic, periodic], species: ['Si', 'C', 'O'],
      positions: Float64Array.from({ length: 9 }, (_, k) => 2.5 * (k % 3 === Math.floor(k / 3) ? 1 : 0) + source.uniform()), title: 'a title',
    },
    labels: { energy: source.normal(), forces: Float64Array.from({ length: 9 }, () => source.normal()), charges: Float64Array.from({ length: 3 }, () => source.normal()), info: new Map([['set', 'train']]) },
  }));

  test('to the last bit in Å and eV', () => {
    const { structures, labels } = readStructures(encode(writeData(frames, { length: 'angstrom', energy: 'ev' })), 'x', { length: 'angstrom', energy: 'ev' });
    frames.forEach(({ structure, labels: expected }, k) => {
      expect(structures[k]!.positions).toEqual(structure.positions);
      if (structure.periodic[0]) expect(structures[k]!.cell).toEqual(structure.cell);
      expect(structures[k]!.species).toEqual(structure.species);
      expect(labels[k]).toMatchObject({ energy: expected.energy, forces: expected.forces, charges: expected.charges });
      expect(labels[k]!.info!.get('set')).toBe('train');
    });
  });

  test('to rounding in bohr and hartree', () => {
    const { structures, labels } = readStructures(encode(writeData(frames, { length: 'bohr', energy: 'hartree' })), 'x', { length: 'bohr', energy: 'hartree' });
    frames.forEach(({ structure, labels: expected }, k) => {
      // One division, one multiplication: two units in the last place.
      structure.positions.forEach((x, i) => expect(Math.abs(structures[k]!.positions[i]! / x - 1)).toBeLessThan(5e-16));
      expected.forces!.forEach((f, i) => expect(Math.abs(labels[k]!.forces![i]! / f - 1)).toBeLessThan(1e-15));
    });
  });

  test('a slab cannot be written', () => {
    const slab = { structure: { ...frames[0]!.structure, periodic: [true, true, false] as const } };
    expect(() => writeData([slab], { length: 'bohr', energy: 'hartree' })).toThrow(/periodic along some vectors only/);
  });
});

describe('broken data', () => {
  const replaced = (from: string | RegExp, to: string): string => {
    expect(water).toMatch(from);
    return water.replace(from, to);
  };
  const cases: readonly (readonly [string, () => string, string, RegExp])[] = [
    ['an atom without forces', () => replaced(' O -0.8 0 0.1 0.2 0.3', ' O'), 'data.words', /line 3, column 20: the line has 4 values where 9 are needed: atom x y z element/],
    ['two lattice vectors', () => replaced('lattice 1 8 0\n', ''), 'data.lattices', /line 9, column 1: the structure that begins here has 2 lattice lines/],
    ['a charged crystal', () => replaced('energy -1\n', 'energy -1\ncharge 1\n'), 'data.charge', /total charge 1 e/],
    ['a word that is no keyword', () => replaced('energy -1', 'enthalpy -1'), 'data.keyword', /"enthalpy" is no keyword/],
    ['an unknown element', () => replaced('O -0.8', 'Ox -0.8'), 'files.notAnElement', /line 3, column 19: "Ox"/],
    ['a number that is none', () => replaced('1.4309', 'NaN'), 'files.notANumber', /line 4, column 8: "NaN" stands where coordinate 2 of atom 2/],
    ['text between structures', () => replaced('end\nbegin', 'end\nhello\nbegin'), 'data.outside', /"hello" stands outside a structure/],
    ['a structure that is not finished', () => replaced(/end\n$/, ''), 'files.truncated', /where "end" of the last structure/],
    ['two energies', () => replaced('energy -1', 'energy -1\nenergy -2'), 'data.twice', /a second line "energy"/],
    ['an unknown set', () => replaced('set=test', 'set=exam'), 'n2p2.value', /"set=exam"/],
    ['no atoms', () => 'begin\nend\n', 'structure.empty', /contains no atoms/],
  ];
  test.each(cases)('%s', (_, make, code, sentence) => {
    try {
      readStructures(encode(make()), 'input.data', { length: 'bohr', energy: 'hartree' });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect({ code: error.detail.code, sentence: error.detail.sentence }).toEqual({ code, sentence: expect.stringMatching(sentence) as unknown });
      return;
    }
    throw new Error('the data were accepted');
  });
});
