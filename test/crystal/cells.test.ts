/** Cells of a crystal as the library shows them: facts, sites and the scan of tolerances, in small and in large ones. */
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../core/contracts/messages.ts';
import type { Structure } from '../../core/contracts/structure.ts';
import { cutCell } from '../../core/crystal/cells.ts';
import { crystalFacts, toleranceScan } from '../../core/crystal/facts.ts';
import { primitiveCell } from '../../core/crystal/primitive-cell.ts';
import { prototypeCrystal } from '../../core/crystal/prototypes.ts';
import { listedSymmetryOf, siteSymmetryOf, symmetryLimit } from '../../core/crystal/sites.ts';
import { withPositions } from '../../core/crystal/structure.ts';
import { supercell } from '../../core/crystal/supercell.ts';
import { symmetryOf } from '../../core/crystal/symmetry.ts';
import { readStructures } from '../../core/files/read-structures.ts';
import { writeCif } from '../../core/files/write-cif.ts';
import { determinant3, multiply3 } from '../../core/math/matrix3.ts';
import { random } from '../../core/math/random.ts';
import { allPeriodic, largestMismatch } from './crystals.ts';

const made = (name: string, elements: readonly string[], parameters: Record<string, number> = {}): Structure => prototypeCrystal(name, elements, parameters).structure;
const rattled = (structure: Structure, amplitude: number, seed = 3): Structure => {
  const r = random(seed);
  return withPositions(structure, structure.positions.map((value) => value + amplitude * (2 * r.uniform() - 1)));
};
const one = { repeat: [1, 1, 1] as [number, number, number], tolerance: 1e-4 };
const sitesIn = (structure: Structure, tolerance = 1e-4): string[] =>
  crystalFacts(structure, siteSymmetryOf(structure, tolerance, 'it')).sites.map(({ element, wyckoff, siteSymmetry, atoms }) => `${element} ${String(atoms.length)}${wyckoff} ${siteSymmetry}`);

describe('sites', () => {
  test.each([['fluorite', ['Ca', 'F']], ['quartz', ['Si', 'O']], ['perovskite', ['Sr', 'Ti', 'O']], ['wurtzite', ['Zn', 'O']]] as const)('of %s are those of the symmetry finder in its own cell', (name, elements) => {
    const structure = made(name, elements);
    const [sites, symmetry] = [siteSymmetryOf(structure, 1e-4, 'it'), symmetryOf(structure, 1e-4)];
    expect([sites.number, sites.symbol, sites.crystalSystem]).toEqual([symmetry.number, symmetry.symbol, symmetry.crystalSystem]);
    expect(sites.wyckoffs).toEqual(symmetry.wyckoffs);
    expect(sites.siteSymmetries).toEqual(symmetry.siteSymmetries);
    expect(sites.orbits).toEqual(symmetry.orbits);
  });

  test('of a skewed supercell are those of the small cell, as often as it is repeated', () => {
    expect(sitesIn(made('fluorite', ['Ca', 'F']))).toEqual(['Ca 4a m-3m', 'F 8c -43m']);
    const large = supercell(made('fluorite', ['Ca', 'F']), [3, 1, 0, 0, 2, 0, 1, 0, 4]).structure;
    expect(sitesIn(large)).toEqual(['Ca 96a m-3m', 'F 192c -43m']);
    expect(sitesIn(rattled(large, 1e-5))).toEqual(['Ca 96a m-3m', 'F 192c -43m']);
  });

  test('a crystal cut in any way has the same sites', () => {
    const structure = made('quartz', ['Si', 'O']);
    for (const [cell, repeat, atoms] of [['input', [1, 1, 1], 9], ['primitive', [1, 1, 1], 9], ['conventional', [2, 3, 1], 54], ['input', [1, 1, 4], 36]] as const) {
      const cut = cutCell(structure, { cell, repeat: [...repeat], tolerance: 1e-4 }, 'quartz');
      const { sites, spaceGroup, formulaUnits } = crystalFacts(cut.structure, cut.symmetry);
      expect(spaceGroup).toEqual({ number: 154, symbol: 'P 3_2 2 1', tolerance: 1e-4 });
      expect(sites.map((site) => `${site.element} ${site.wyckoff} ${String(site.atoms.length)}`)).toEqual([`Si a ${String(atoms / 3)}`, `O c ${String((2 * atoms) / 3)}`]);
      expect(sites.flatMap((site) => site.atoms).toSorted((a, b) => a - b)).toEqual(Array.from({ length: atoms }, (_, i) => i));
      for (const site of sites) for (const atom of site.atoms) expect(cut.structure.species[atom]).toBe(site.element);
      expect(formulaUnits).toBe(atoms / 3);
      // The matrix leads from the input's vectors to those of the cut.
      multiply3(cut.matrix, structure.cell).forEach((value, k) => { expect(value).toBeCloseTo(cut.structure.cell[k]!, 9); });
      expect(Math.abs(determinant3(cut.matrix))).toBeCloseTo(atoms / 9, 9);
      expect(largestMismatch(structure, cut.structure)).toBeLessThan(1e-9);
    }
  });

  test('what does not repeat along all vectors has none, in whatever cell it is asked for', () => {
    const layer: Structure = { ...made('rocksalt', ['Mg', 'O']), periodic: [true, true, false] };
    const cut = cutCell(layer, { cell: 'primitive', ...one }, 'layer');
    expect(cut.structure).toBe(layer);
    expect(crystalFacts(cut.structure, cut.symmetry)).toMatchObject({ spaceGroup: null, crystalSystem: null, sites: [] });
  });

  test('more cells than can be shown are refused in a sentence', () => {
    expect(() => cutCell(made('rocksalt', ['Mg', 'O']), { cell: 'input', repeat: [60, 60, 60], tolerance: 1e-4 }, 'MgO')).toThrow('MgO would have 1728000 atoms as 60 × 60 × 60 cells; the limit is 100000. Choose fewer cells.');
  });
});

describe('large cells', () => {
  const rocksalt = made('rocksalt', ['Na', 'Cl'], { a: 5.64 });
  const large = supercell(rocksalt, [14, 0, 0, 0, 14, 0, 0, 0, 14]).structure;
  const timed = <T>(work: () => T): { value: T; seconds: number } => {
    const start = performance.now();
    const value = work();
    return { value, seconds: (performance.now() - start) / 1000 };
  };

  test('21952 atoms: a supercell is seen through, a snapshot is not searched, both in seconds', () => {
    const perfect = timed(() => siteSymmetryOf(large, 1e-4, 'it'));
    expect(perfect.value.number).toBe(225);
    expect(new Set(perfect.value.orbits).size).toBe(2);
    const snapshot = timed(() => {
      try {
        return siteSymmetryOf(rattled(large, 0.1), 1e-4, 'snapshot');
      } catch (error) {
        return (error as Refusal).message;
      }
    });
    expect(snapshot.value).toBe(`No space group was looked for in snapshot: 21952 atoms are left in the smallest cell that was found, more than the ${String(symmetryLimit)} for which it takes seconds. Nothing is assumed about its symmetry.`);
    // 1.1 and 0.1 s where they were written; the symmetry finder itself would need hours, or 61 s.
    expect(perfect.seconds).toBeLessThan(10);
    expect(snapshot.seconds).toBeLessThan(10);
  });

  test('their tolerances are scanned in seconds, too, also where one atom is missing', () => {
    const perfect = timed(() => toleranceScan(large, 'it'));
    expect(perfect.value.map(({ spaceGroup }) => spaceGroup?.number)).toEqual(Array.from({ length: 7 }, () => 225));
    const vacancy: Structure = { ...large, species: large.species.slice(1), positions: large.positions.slice(3) };
    const found = timed(() => toleranceScan(vacancy, 'it'));
    for (const { spaceGroup, reason } of found.value) {
      expect(spaceGroup).toBeNull();
      expect(reason).toMatch(/^No space group was looked for in it: 21951 atoms/);
    }
    // 2 and 4 s where they were written.
    expect(perfect.seconds).toBeLessThan(20);
    expect(found.seconds).toBeLessThan(30);
  });

  test('copies that contradict each other within the tolerance are left alone and said to be doubtful', () => {
    // Two chains that differ by half their period: within 2 Å anything is a translation of anything.
    const r = random(5);
    for (let k = 0; k < 30; k++) {
      const cell = Float64Array.of(6, 0, 0, 0, 6, 0, 0, 0, 6);
      const structure: Structure = { cell, periodic: allPeriodic, species: Array.from({ length: 12 }, () => 'Ar'), positions: Float64Array.from({ length: 36 }, () => 6 * r.uniform()) };
      for (const tolerance of [0.3, 1, 2]) {
        const found = primitiveCell(structure, structure.species.map(() => 1), tolerance);
        expect(found.structure.species.length * Math.round(1 / Math.abs(determinant3(found.matrix)))).toBe(12);
        if (found.doubtful) expect(found.structure).toBe(structure);
      }
    }
  });
});

describe('the scan of tolerances', () => {
  test('shows the group rise where the tolerance passes the distortion', () => {
    const cubic = made('perovskite', ['Ba', 'Ti', 'O'], { a: 4 });
    // Titanium 0.02 Å off the centre along z: P 4 m m, cubic for whoever does not look closer.
    const tetragonal = withPositions(cubic, cubic.positions.map((value, k) => value + (k === 5 ? 0.02 : 0)));
    const scan = toleranceScan(tetragonal, 'BaTiO3');
    expect(scan.map(({ tolerance }) => tolerance)).toEqual([1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3]);
    expect(scan.filter(({ tolerance }) => tolerance < 0.01).map(({ spaceGroup }) => spaceGroup?.number)).toEqual([99, 99, 99, 99, 99, 99]);
    expect(scan.at(-2)!.spaceGroup?.symbol).toBe('P m -3 m');
  });

  test('finds what the symmetry finder finds at each tolerance alone, also in supercells', () => {
    const noisy = rattled(supercell(made('zincblende', ['Ga', 'As'], { a: 5.653 }), [2, 0, 0, 0, 2, 0, 0, 0, 1]).structure, 2e-3);
    for (const { tolerance, spaceGroup } of toleranceScan(noisy, 'it')) {
      if (spaceGroup) expect(spaceGroup.number).toBe(siteSymmetryOf(noisy, tolerance, 'it').number);
    }
    expect(toleranceScan(noisy, 'it').at(-1)!.spaceGroup?.number).toBe(216);
  });
});

describe('a CIF of any cell is read back as the same atoms', () => {
  test.each([[[1, 0, 0, 0, 1, 0, 0, 0, 1], true], [[2, 0, 0, 0, 2, 0, 0, 0, 2], false], [[1, 1, 0, -1, 2, 0, 0, 0, 3], false]] as const)('times %j', (matrix, listed) => {
    const structure = supercell(made('rocksalt', ['Mg', 'O'], { a: 4.212 }), matrix).structure;
    const symmetry = listedSymmetryOf(structure, 1e-4, 'it');
    expect(symmetry !== null).toBe(listed);
    const text = writeCif(structure, symmetry ?? undefined);
    const back = readStructures(new TextEncoder().encode(text), 'it').structures[0]!;
    expect(back.species.length).toBe(structure.species.length);
    expect(largestMismatch(back, structure)).toBeLessThan(1e-9);
  });
});
