import { describe, expect, it } from 'vitest';
import { Refusal } from '../../core/contracts/messages.ts';
import type { Structure } from '../../core/contracts/structure.ts';
import { supercell } from '../../core/crystal/supercell.ts';
import {
  cartesianPositions, cellFromParameters, cellParameters, cellVolume, checkStructure, formulaOf, fractionalPositions, massesOf, strained,
} from '../../core/crystal/structure.ts';
import { multiply3, transpose3 } from '../../core/math/matrix3.ts';
import { random } from '../../core/math/random.ts';
import { allPeriodic, randomCell, randomRotation } from './crystals.ts';

const rocksalt: Structure = {
  cell: Float64Array.of(0, 2.1, 2.1, 2.1, 0, 2.1, 2.1, 2.1, 0), periodic: allPeriodic, species: ['O', 'Mg'],
  positions: Float64Array.of(0, 0, 0, 2.1, 2.1, 2.1),
};

describe('cells and positions', () => {
  it('fractional and Cartesian coordinates are inverse to each other', () => {
    const r = random(1);
    for (let trial = 0; trial < 20; trial++) {
      const cell = randomCell(r, 6, 0.5);
      const positions = Float64Array.from({ length: 30 }, () => 40 * (r.uniform() - 0.5));
      const back = cartesianPositions(fractionalPositions({ positions, cell }), cell);
      // 1e-13: coordinates of 20 Å, condition numbers of a few, 53 bits.
      back.forEach((value, k) => expect(Math.abs(value - positions[k]!)).toBeLessThan(1e-13));
    }
  });

  it('a cell and its parameters determine each other up to a rotation', () => {
    const r = random(2);
    for (let trial = 0; trial < 20; trial++) {
      const cell = randomCell(r, 5, 0.4);
      const { lengths, angles } = cellParameters(cell);
      const rebuilt = cellFromParameters(...lengths, ...angles)!;
      const metric = multiply3(cell, transpose3(cell));
      multiply3(rebuilt, transpose3(rebuilt)).forEach((value, k) => expect(value).toBeCloseTo(metric[k]!, 11));
      expect(rebuilt[1]).toBe(0);
      expect(rebuilt[2]).toBe(0);
      expect(rebuilt[5]).toBe(0);
    }
    expect(Array.from(cellFromParameters(4, 4, 4, 90, 90, 90)!)).toEqual([4, 0, 0, 0, 4, 0, 0, 0, 4]);
  });

  it('angles that no cell can have give null', () => {
    expect(cellFromParameters(5, 5, 5, 120, 120, 130)).toBeNull();
    expect(cellFromParameters(5, 5, 5, 90, 90, 180)).toBeNull();
    expect(cellFromParameters(5, -5, 5, 90, 90, 90)).toBeNull();
    expect(cellFromParameters(5, 5, Number.NaN, 90, 90, 90)).toBeNull();
  });

  it('a deformation moves lattice and atoms alike: fractional coordinates stay, the volume follows the determinant', () => {
    const r = random(3);
    const deformation = Float64Array.of(1.01, 0.02, 0, -0.01, 0.99, 0.03, 0.005, 0, 1.02);
    const out = strained(rocksalt, deformation);
    const before = fractionalPositions(rocksalt);
    fractionalPositions(out).forEach((value, k) => expect(value).toBeCloseTo(before[k]!, 14));
    const determinant = 1.01 * (0.99 * 1.02) - 0.02 * (-0.01 * 1.02 - 0.03 * 0.005);
    expect(cellVolume(out.cell) / cellVolume(rocksalt.cell)).toBeCloseTo(determinant, 13);
    // A rotation changes neither lengths nor angles.
    const parameters = cellParameters(strained(rocksalt, randomRotation(r)).cell);
    parameters.lengths.forEach((length) => expect(length).toBeCloseTo(2.1 * Math.SQRT2, 13));
    // r' = F r with column vectors: x is moved by the first row.
    const sheared = strained({ ...rocksalt, positions: Float64Array.of(0, 1, 0, 2.1, 2.1, 2.1) }, [1, 0.5, 0, 0, 1, 0, 0, 0, 1]);
    expect(Array.from(sheared.positions.subarray(0, 3))).toEqual([0.5, 1, 0]);
  });

  it('formulas are reduced and written electropositive first', () => {
    expect(formulaOf(rocksalt)).toEqual({ reduced: 'MgO', formulaUnits: 1 });
    expect(formulaOf({ species: ['O', 'O', 'Si', 'O', 'O', 'Si', 'O', 'O', 'Si'] })).toEqual({ reduced: 'SiO2', formulaUnits: 3 });
    expect(formulaOf({ species: ['Cl', 'Cl', 'Na', 'Na'] })).toEqual({ reduced: 'NaCl', formulaUnits: 2 });
    expect(formulaOf({ species: ['Si', 'Si'] })).toEqual({ reduced: 'Si', formulaUnits: 2 });
    expect(formulaOf({ species: ['O', 'O', 'O', 'Ti', 'Sr'] })).toEqual({ reduced: 'SrTiO3', formulaUnits: 1 });
  });

  it('masses are those of the structure, else the standard weights', () => {
    expect(Array.from(massesOf(rocksalt))).toEqual([15.999, 24.305]);
    expect(Array.from(massesOf({ ...rocksalt, masses: Float64Array.of(18, 24) }))).toEqual([18, 24]);
  });
});

describe('checkStructure', () => {
  const refusal = (structure: Structure): { code: string; sentence: string } => {
    try {
      checkStructure(structure, 'x.cif');
    } catch (error) {
      if (error instanceof Refusal) return error.detail;
      throw error;
    }
    throw new Error('the structure was accepted');
  };
  const withCell = (...cell: number[]): Structure => ({ ...rocksalt, cell: Float64Array.from(cell) });

  it('accepts a crystal, a left-handed cell, a molecule in a box', () => {
    checkStructure(rocksalt, 'x.cif');
    checkStructure(withCell(0, 2.1, 2.1, 2.1, 2.1, 0, 2.1, 0, 2.1), 'x.cif');
    checkStructure({ cell: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), periodic: [false, false, false], species: ['H', 'H'], positions: Float64Array.of(0, 0, 0, 0, 0, 0.74) }, 'x.xyz');
  });

  it('names what is wrong, with the place, in one sentence and what to try', () => {
    const cases: [Structure, string, RegExp][] = [
      [{ ...rocksalt, species: [], positions: new Float64Array(0) }, 'structure.empty', /x\.cif contains no atoms/],
      [{ ...rocksalt, positions: new Float64Array(5) }, 'structure.length', /names 2 atoms but has 5 coordinates/],
      [{ ...rocksalt, masses: Float64Array.of(1) }, 'structure.masses', /2 atoms but has 1 masses/],
      [{ ...rocksalt, masses: Float64Array.of(1, -2) }, 'structure.mass', /mass of atom 2 is -2/],
      [{ ...rocksalt, species: ['O', '__proto__'] }, 'structure.element', /atom 2 has the symbol "__proto__"/],
      [{ ...rocksalt, positions: Float64Array.of(0, 0, Number.NaN, 1, 1, 1) }, 'structure.coordinate', /z coordinate of atom 1 is NaN/],
      [{ ...rocksalt, positions: Float64Array.of(0, 0, 0, 1e9, 1, 1) }, 'structure.far', /x coordinate of atom 2 is 1000000000 Å/],
      [withCell(Number.POSITIVE_INFINITY, 0, 0, 0, 4, 0, 0, 0, 4), 'structure.cellNumber', /vector a is \(Infinity 0 0\)/],
      [withCell(4, 0, 0, 0, 4e5, 0, 0, 0, 4), 'structure.cellLong', /vector b is 400000 Å long/],
      [withCell(4, 0, 0, 0, 4, 0, 0, 0, 0), 'structure.cellShort', /vector c is only 0 Å long/],
      [withCell(4, 0, 0, 0, 4, 0, 4, 4, 0), 'structure.cellFlat', /lie in a plane/],
      [withCell(4, 0, 0, 4, 0.1, 0, 0, 0, 4), 'structure.latticeShort', /repeats after only 0\.1 Å/],
      [{ ...rocksalt, positions: Float64Array.of(0, 0, 0, 0.05, 0, 0) }, 'structure.overlap', /atoms 1 \(O\) and 2 \(Mg\) are only 0\.05 Å apart/],
      [{ ...rocksalt, positions: Float64Array.of(0.02, 0, 0, 4.2, 4.2, 0.03) }, 'structure.overlap', /across the cell boundary/],
    ];
    for (const [structure, code, pattern] of cases) {
      const { code: found, sentence } = refusal(structure);
      expect(found).toBe(code);
      expect(sentence).toMatch(pattern);
      expect(sentence).toMatch(/^[^\n]+\.$/);
    }
  });

  it('finds one overlapping pair among 20 000 atoms within a second', () => {
    const { structure } = supercell(rocksalt, [22, 0, 0, 0, 22, 0, 0, 0, 22]);
    checkStructure(structure, 'big');
    const positions = structure.positions.slice();
    positions.set([positions[0]! + 0.03, positions[1]!, positions[2]!], 3 * 15000);
    const start = performance.now();
    expect(refusal({ ...structure, positions }).sentence).toMatch(/atoms 1 \(O\) and 15001 \(Mg\) are only 0\.03 Å apart/);
    // 60 ms where it was written; a search over all pairs would take a minute.
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
