import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../core/contracts/messages.ts';
import type { Structure } from '../../core/contracts/structure.ts';
import { elements } from '../../core/crystal/elements.ts';
import { neighbourList } from '../../core/crystal/neighbours.ts';
import { prototypeCrystal, prototypes } from '../../core/crystal/prototypes.ts';
import { cellParameters, formulaOf } from '../../core/crystal/structure.ts';
import { standardPrimitive, symmetryOf } from '../../core/crystal/symmetry.ts';
import { readStructures } from '../../core/files/read-structures.ts';
import { random } from '../../core/math/random.ts';
import { largestMismatch } from './crystals.ts';

const [r2, r3] = [Math.SQRT2, Math.sqrt(3)];

/** Of each kind: number of the space group, sites as tables list them, and around one atom of each site the shells of the nearest neighbours in units of a. */
interface Expected {
  readonly number: number;
  readonly formula: string;
  readonly sites: readonly string[];
  readonly shells: readonly (readonly [site: number, neighbour: string, count: number, distance: number])[];
}
const [A, B, X] = ['Mg', 'Ti', 'O'];
const expected: Readonly<Record<string, Expected>> = {
  fcc: { number: 225, formula: A, sites: ['4a'], shells: [[0, A, 12, 1 / r2], [0, A, 6, 1]] },
  bcc: { number: 229, formula: A, sites: ['2a'], shells: [[0, A, 8, r3 / 2], [0, A, 6, 1]] },
  hcp: { number: 194, formula: A, sites: ['2c'], shells: [[0, A, 12, 1], [0, A, 6, r2]] },
  diamond: { number: 227, formula: A, sites: ['8a'], shells: [[0, A, 4, r3 / 4], [0, A, 12, 1 / r2]] },
  rocksalt: { number: 225, formula: 'MgO', sites: ['4a', '4b'], shells: [[0, X, 6, 1 / 2], [0, A, 12, 1 / r2], [1, A, 6, 1 / 2]] },
  cscl: { number: 221, formula: 'MgO', sites: ['1a', '1b'], shells: [[0, X, 8, r3 / 2], [0, A, 6, 1], [1, A, 8, r3 / 2]] },
  zincblende: { number: 216, formula: 'MgO', sites: ['4a', '4c'], shells: [[0, X, 4, r3 / 4], [0, A, 12, 1 / r2], [1, A, 4, r3 / 4]] },
  // Ideal ratio and u = 3/8: all four bonds are alike, √(3/8) a.
  wurtzite: { number: 186, formula: 'MgO', sites: ['2b', '2b'], shells: [[0, X, 4, Math.sqrt(3 / 8)], [0, A, 12, 1], [1, A, 4, Math.sqrt(3 / 8)]] },
  fluorite: { number: 225, formula: 'MgO2', sites: ['4a', '8c'], shells: [[0, X, 8, r3 / 4], [0, A, 12, 1 / r2], [1, A, 4, r3 / 4], [1, X, 6, 1 / 2]] },
  perovskite: { number: 221, formula: 'MgTiO3', sites: ['1a', '1b', '3c'], shells: [[0, X, 12, 1 / r2], [1, X, 6, 1 / 2], [2, B, 2, 1 / 2], [2, A, 4, 1 / r2]] },
  quartz: { number: 154, formula: 'MgO2', sites: ['3a', '6c'], shells: [] },
};
const chosen = (sites: number): string[] => (sites === 1 ? [A] : sites === 2 ? [A, X] : [A, B, X]);

/** Neighbours of one kind around an atom, nearest first, grouped where distances agree to 1e-9 of the length `a`. */
function shellsAround({ positions, cell, periodic, species }: Structure, atom: number, a: number): [string, number, number][] {
  const list = neighbourList(positions, cell, periodic, 1.5 * a);
  const shells: [string, number, number][] = [];
  const around = Array.from({ length: list.first[atom + 1]! - list.first[atom]! }, (_, k) => list.first[atom]! + k).toSorted((p, q) => list.distances[p]! - list.distances[q]!);
  for (const entry of around) {
    const [kind, distance] = [species[list.atoms[entry]!]!, list.distances[entry]! / a];
    const shell = shells.find(([name, , at]) => name === kind && Math.abs(at - distance) < 1e-9);
    if (shell) shell[1] += 1;
    else shells.push([kind, 1, distance]);
  }
  return shells;
}

test('every kind of the contract is tested here', () => {
  expect(prototypes.map(({ name }) => name).toSorted()).toEqual(Object.keys(expected).toSorted());
});

describe.each(prototypes)('$name', ({ name, spaceGroup, sites, parameters, defaults }) => {
  const { number, formula, sites: letters, shells } = expected[name]!;
  const { structure, parameters: used } = prototypeCrystal(name, chosen(sites.length), { a: 5 });

  test('is what the tables say: space group, Wyckoff positions, formula, neighbours', () => {
    const symmetry = symmetryOf(structure, 1e-6);
    expect([symmetry.number, symmetry.symbol.replaceAll('_', '')]).toEqual([number, spaceGroup.replaceAll('_', '')]);
    expect(formulaOf(structure).reduced).toBe(formula);
    const orbits = [...new Set(symmetry.orbits)];
    // 8a and 8b of diamond differ by the choice of the origin alone.
    const letterOf = (orbit: number): string => (name === 'diamond' ? symmetry.wyckoffs[orbit]!.replace('b', 'a') : symmetry.wyckoffs[orbit]!);
    expect(orbits.map((orbit) => `${String(symmetry.orbits.filter((other) => other === orbit).length)}${letterOf(orbit)}`)).toEqual(letters);
    for (const [site, neighbour, count, distance] of shells) {
      // The nearest of this kind, except for the second shells of one kind, which follow the first in the list.
      const found = shellsAround(structure, orbits[site]!, 5).find(([kind, , at]) => kind === neighbour && at > distance - 1e-9);
      expect(found, `${neighbour} around site ${String(site)}`).toEqual([neighbour, count, expect.closeTo(distance, 9) as number]);
    }
  });

  test('stands in its conventional cell, with every parameter named', () => {
    const { lengths: [a, b, c], angles } = cellParameters(structure.cell);
    expect(a).toBeCloseTo(5, 12);
    expect(b).toBeCloseTo(5, 12);
    expect(c).toBeCloseTo(5 * (used['c/a'] ?? 1), 12);
    expect(angles[2]).toBeCloseTo(number >= 143 && number <= 194 ? 120 : 90, 12);
    expect(Object.keys(used)).toEqual(parameters.map((parameter) => parameter.name));
    const { conventionalMatrix } = standardPrimitive(structure, 1e-6).crystal.symmetry;
    expect(structure.species.length).toBe(Math.round(standardPrimitive(structure, 1e-6).crystal.structure.species.length * Math.abs(determinant(conventionalMatrix))));
  });

  test('takes any elements, with atoms that neither overlap nor lose sight of each other', () => {
    const r = random(7);
    for (let k = 0; k < 25; k++) {
      const wanted = sites.map(() => elements[r.integer(elements.length)]!.symbol);
      const { structure: made, parameters: { a } } = prototypeCrystal(name, wanted, {});
      const nearest = Math.min(...neighbourList(made.positions, made.cell, made.periodic, 2 * a!).distances.filter((distance) => distance > 0));
      // H–H is 0.74 Å; the widest neighbours in matter are caesium's, 5.3 Å; perovskites of odd sizes and rattling noble gases lie between.
      expect(nearest, wanted.join(' ')).toBeGreaterThan(0.6);
      expect(nearest, wanted.join(' ')).toBeLessThan(6);
      if (k % 5 === 0 && new Set(wanted).size === sites.length) expect(symmetryOf(made, 1e-6).number).toBe(number);
    }
  });

  test('every corner of the ranges is a crystal or a sentence', () => {
    const corners = parameters.reduce<Record<string, number>[]>((all, parameter) => all.flatMap((given) => [parameter.minimum, parameter.maximum].map((value) => ({ ...given, [parameter.name]: value }))), [{}]);
    for (const corner of corners) {
      try {
        expect(prototypeCrystal(name, defaults, corner).structure.species.length).toBe(structure.species.length);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
        expect((error as Refusal).message).toMatch(/^[^\n]{20,300}\.$/);
      }
    }
  });
});

const determinant = (m: ArrayLike<number>): number => m[0]! * (m[4]! * m[8]! - m[5]! * m[7]!) - m[1]! * (m[3]! * m[8]! - m[5]! * m[6]!) + m[2]! * (m[3]! * m[7]! - m[4]! * m[6]!);

test('wurtzite with its own c/a and u: one bond of u·c along the axis, three of √(a²/3 + (½−u)²c²)', () => {
  const [a, ratio, u] = [3.25, 1.602, 0.3825];
  const { structure } = prototypeCrystal('wurtzite', ['Zn', 'O'], { a, 'c/a': ratio, u });
  const bonds = shellsAround(structure, 0, a).filter(([kind]) => kind === 'O').slice(0, 2);
  expect(bonds).toEqual([['O', 3, expect.closeTo(Math.hypot(1 / r3, (0.5 - u) * ratio), 9)], ['O', 1, expect.closeTo(u * ratio, 9)]].toSorted((p, q) => (p[2] as never as { sample: number }).sample - (q[2] as never as { sample: number }).sample));
});

test('hcp away from the ideal ratio: six neighbours at a, six at √(a²/3 + c²/4)', () => {
  const { structure } = prototypeCrystal('hcp', ['Zn'], { a: 2.665, 'c/a': 1.856 });
  expect(shellsAround(structure, 0, 2.665).slice(0, 2)).toEqual([['Zn', 6, expect.closeTo(1, 9)], ['Zn', 6, expect.closeTo(Math.sqrt(1 / 3 + 1.856 ** 2 / 4), 9)]]);
});

test('quartz has the two Si–O bonds that its authors give, four to a tetrahedron', () => {
  const { structure } = prototypeCrystal('quartz', ['Si', 'O'], {});
  const { distances, first } = neighbourList(structure.positions, structure.cell, structure.periodic, 2);
  for (let i = 0; i < 3; i++) {
    const bonds = Array.from(distances.subarray(first[i], first[i + 1])).toSorted((p, q) => p - q);
    // Levien, Prewitt and Weidner (1980), table 4: 1.605(1) and 1.614(1) Å.
    expect(bonds.map((bond) => Math.round(1000 * bond) / 1000)).toEqual([1.605, 1.605, 1.614, 1.614]);
  }
});

describe('the bundled structures come out of their prototypes', () => {
  const bundled = (name: string): Structure => {
    const path = fileURLToPath(new URL(`../../resources/structures/${name}.cif`, import.meta.url));
    return readStructures(readFileSync(path), name).structures[0]!;
  };
  test.each([
    ['mgo', 'rocksalt', ['Mg', 'O']], ['nacl', 'rocksalt', ['Na', 'Cl']], ['silicon', 'diamond', ['Si']], ['silicon-carbide', 'zincblende', ['Si', 'C']],
    ['argon', 'fcc', ['Ar']], ['copper', 'fcc', ['Cu']], ['quartz', 'quartz', ['Si', 'O']],
  ] as const)('%s from %s', (name, prototype, symbols) => {
    const wanted = bundled(name);
    const { lengths } = cellParameters(wanted.cell);
    const { structure } = prototypeCrystal(prototype, symbols, { a: lengths[0], ...(prototype === 'quartz' && { 'c/a': lengths[2] / lengths[0] }) });
    expect(structure.species.toSorted()).toEqual(wanted.species.toSorted());
    // Origins may differ: both are compared with the first atom of the rarer kind at zero, over all choices of that atom.
    const rare = symbols[0];
    const home = (s: Structure, atom: number): Structure => ({ ...s, positions: s.positions.map((value, k) => value - s.positions[3 * atom + (k % 3)]!) });
    const indices = wanted.species.flatMap((symbol, i) => (symbol === rare ? [i] : []));
    const mismatch = Math.min(...indices.map((i) => Math.max(largestMismatch(home(wanted, i), home(structure, 0)), largestMismatch(home(structure, 0), home(wanted, i)))));
    // Quartz: its file rounds coordinates to 1e-5, 5e-5 Å.
    expect(mismatch).toBeLessThan(1e-4);
  });

  // How good a first guess the lengths are: metals within 3 %; compounds 5 % on average, up to 21 % where covalent radii say little (TlBr, CeO2).
  test('and start near their measured lengths', () => {
    const errors = ([
      ['fcc', ['Al'], 4.05], ['fcc', ['Ni'], 3.52], ['fcc', ['Ag'], 4.09], ['fcc', ['Au'], 4.08], ['fcc', ['Pb'], 4.95], ['fcc', ['Ca'], 5.58], ['fcc', ['Ar'], 5.31], ['fcc', ['Xe'], 6.2], ['fcc', ['Ce'], 5.16],
      ['bcc', ['Na'], 4.29], ['bcc', ['Fe'], 2.87], ['bcc', ['Cr'], 2.88], ['bcc', ['Mo'], 3.15], ['bcc', ['Ba'], 5.02], ['bcc', ['K'], 5.33],
      ['hcp', ['Be'], 2.29], ['hcp', ['Ti'], 2.95], ['hcp', ['Zr'], 3.23], ['hcp', ['Co'], 2.51], ['hcp', ['Gd'], 3.63],
      ['diamond', ['Si'], 5.431], ['diamond', ['Ge'], 5.658], ['diamond', ['Sn'], 6.489],
      ['rocksalt', ['Mg', 'O'], 4.212], ['rocksalt', ['Li', 'F'], 4.027], ['rocksalt', ['K', 'Br'], 6.6], ['rocksalt', ['Pb', 'S'], 5.936], ['rocksalt', ['Ti', 'N'], 4.24], ['rocksalt', ['Ca', 'O'], 4.81],
      ['cscl', ['Ni', 'Al'], 2.887], ['cscl', ['Tl', 'Br'], 3.986], ['zincblende', ['Ga', 'As'], 5.653], ['zincblende', ['B', 'N'], 3.616], ['zincblende', ['In', 'Sb'], 6.479], ['zincblende', ['Cu', 'Cl'], 5.42],
      ['wurtzite', ['Zn', 'O'], 3.25], ['wurtzite', ['Ga', 'N'], 3.19], ['wurtzite', ['Al', 'N'], 3.11],
      ['fluorite', ['Ce', 'O'], 5.411], ['fluorite', ['U', 'O'], 5.47], ['fluorite', ['Ba', 'F'], 6.2], ['perovskite', ['Ba', 'Ti', 'O'], 4.0], ['perovskite', ['Ca', 'Ti', 'O'], 3.84], ['perovskite', ['K', 'Mg', 'F'], 3.989], ['quartz', ['Ge', 'O'], 4.987],
    ] as const).map(([name, symbols, a]) => [`${name} ${symbols.join('')}`, prototypeCrystal(name, symbols, {}).parameters['a']! / a - 1] as const);
    // A length off by a fifth still relaxes; beyond that a cutoff may miss the neighbours.
    for (const [what, error] of errors) expect(Math.abs(error), what).toBeLessThan(0.22);
    expect(errors.reduce((sum, [, error]) => sum + Math.abs(error), 0) / errors.length).toBeLessThan(0.05);
  });
});

describe('what cannot be made is a sentence', () => {
  test.each([
    ['spinel', ['Mg'], {}, 'There is no prototype "spinel". Known are fcc, bcc, hcp'],
    ['__proto__', ['Mg'], {}, 'There is no prototype "__proto__".'],
    ['rocksalt', ['Mg'], {}, 'Rock salt needs 2 elements (cation, anion); 1 were given. Name one for each.'],
    ['fcc', [], {}, 'Face-centred cubic needs 1 elements (atom); 0 were given.'],
    ['rocksalt', ['Mg', 'Ox'], {}, 'Rock salt: "Ox", given for the anion, is no chemical element.'],
    ['rocksalt', ['mg', 'O'], {}, '"mg"'],
    ['fcc', ['constructor'], {}, '"constructor", given for the atom, is no chemical element.'],
    ['fcc', ['Cu'], { b: 3 }, 'Face-centred cubic has no parameter "b". It has a.'],
    ['fcc', ['Cu'], { a: 0 }, 'Face-centred cubic: a (lattice parameter) cannot be 0. Give a number from 0.5 to 100 Å.'],
    ['fcc', ['Cu'], { a: Number.NaN }, 'cannot be NaN'],
    ['hcp', ['Mg'], { 'c/a': -1 }, 'c/a (length of c in units of a) cannot be -1. Give a number from 0.3 to 5.'],
    ['wurtzite', ['Zn', 'O'], { u: 0.6 }, 'u (height of the anion above the cation, in units of c) cannot be 0.6.'],
  ] as const)('%s %j %j', (name, symbols, parameters, sentence) => {
    expect(() => prototypeCrystal(name, symbols, parameters)).toThrow(Refusal);
    expect(() => prototypeCrystal(name, symbols, parameters)).toThrow(sentence);
  });
});
