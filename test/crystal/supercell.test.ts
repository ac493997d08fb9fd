import { describe, expect, it } from 'vitest';
import type { Structure } from '../../core/contracts/structure.ts';
import { minkowskiReduction, shortestLatticeVector } from '../../core/crystal/reduction.ts';
import { standardOperations } from '../../core/crystal/settings.ts';
import { smallestSupercell, supercell } from '../../core/crystal/supercell.ts';
import { determinant3, inverse3, multiply3 } from '../../core/math/matrix3.ts';
import { random } from '../../core/math/random.ts';
import { allPeriodic, randomCell, randomCrystal } from './crystals.ts';

describe('supercell', () => {
  it('holds every image once, for any integer matrix of positive determinant', () => {
    const r = random(7);
    for (let trial = 0; trial < 60; trial++) {
      const matrix = Array.from({ length: 9 }, () => r.integer(7) - 3);
      const size = determinant3(matrix);
      if (size < 1 || size > 40) continue;
      const source = randomCrystal(1 + r.integer(10), r);
      const { structure, sourceAtom, latticeVector } = supercell(source, matrix);
      expect(structure.species.length).toBe(size * source.species.length);
      multiply3(matrix, source.cell).forEach((value, k) => expect(structure.cell[k]).toBeCloseTo(value, 12));
      const inverse = inverse3(matrix);
      const seen = new Set<string>();
      for (let i = 0; i < sourceAtom.length; i++) {
        const n = latticeVector.subarray(3 * i, 3 * i + 3);
        expect(structure.species[i]).toBe(source.species[sourceAtom[i]!]);
        for (let x = 0; x < 3; x++) {
          const expected = source.positions[3 * sourceAtom[i]! + x]! + n[0]! * source.cell[x]! + n[1]! * source.cell[3 + x]! + n[2]! * source.cell[6 + x]!;
          expect(structure.positions[3 * i + x]).toBeCloseTo(expected, 12);
        }
        // n · matrix⁻¹ within [0, 1): inside the supercell, and no two differ by a supercell vector.
        const f = [0, 1, 2].map((x) => n[0]! * inverse[x]! + n[1]! * inverse[3 + x]! + n[2]! * inverse[6 + x]!);
        for (const value of f) expect(value > -1e-9 && value < 1 - 1e-9).toBe(true);
        seen.add(`${sourceAtom[i]} ${Array.from(n).join(' ')}`);
      }
      expect(seen.size).toBe(sourceAtom.length);
    }
  });

  it('orders images with the first lattice vector fastest', () => {
    const cell = Float64Array.of(4, 0, 0, 0, 4, 0, 0, 0, 4);
    const { latticeVector } = supercell({ cell, periodic: allPeriodic, species: ['Si'], positions: new Float64Array(3) }, [2, 0, 0, 0, 2, 0, 0, 0, 1]);
    expect(Array.from(latticeVector)).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0]);
  });

  it('keeps masses and refuses to multiply what does not repeat', () => {
    const layer: Structure = { cell: Float64Array.of(3, 0, 0, 0, 3, 0, 0, 0, 20), periodic: [true, true, false], species: ['C'], positions: new Float64Array(3), masses: Float64Array.of(13) };
    expect(Array.from(supercell(layer, [2, 1, 0, 0, 2, 0, 0, 0, 1]).structure.masses!)).toEqual([13, 13, 13, 13]);
    expect(() => supercell(layer, [1, 0, 0, 0, 1, 0, 0, 0, 2])).toThrow(/does not repeat/);
    expect(() => supercell(layer, [1, 0, 0, 0, 1.5, 0, 0, 0, 1])).toThrow(/integers/);
    expect(() => supercell(layer, [-1, 0, 0, 0, 1, 0, 0, 0, 1])).toThrow(/determinant/);
  });
});

describe('smallestSupercell', () => {
  it('finds the compact face-centred multiples for the cases of known range', () => {
    const conventionalMatrix = [-1, 1, 1, 1, -1, 1, 1, 1, -1];
    const rotations = standardOperations(225).rotations;
    const of = (a: number): Float64Array => Float64Array.of(0, a / 2, a / 2, a / 2, 0, a / 2, a / 2, a / 2, 0);
    // Silicon, Stillinger-Weber, range 7.54 Å: 4×4×4 primitive cells reach 15.36 Å with 128 atoms, where 3×3×3
    // conventional ones need 216; Mishin copper, 22.03 Å: 9×9×9 of 2.556 Å.
    expect(determinant3(smallestSupercell(of(5.431), 15.1, { conventionalMatrix, rotations }))).toBe(64);
    expect(determinant3(smallestSupercell(of(3.615), 22.03, { conventionalMatrix, rotations }))).toBe(729);
  });

  it('always reaches beyond the length, keeps the symmetry when asked, and never needs more than the reduced multiple', () => {
    const r = random(8);
    for (const number of [2, 14, 62, 139, 152, 166, 194, 225, 229]) {
      const { cell } = randomCrystal(number, r, randomCell(r, 4, 0.3));
      const { rotations } = standardOperations(number);
      for (const length of [6, 11, 16]) {
        const matrix = smallestSupercell(cell, length, { rotations });
        expect(shortestLatticeVector(multiply3(matrix, cell))).toBeGreaterThan(length);
        const inverse = inverse3(matrix);
        for (let k = 0; k < rotations.length; k += 9) {
          const image = multiply3(multiply3(matrix, [0, 3, 6, 1, 4, 7, 2, 5, 8].map((x) => rotations[k + x]!)), inverse);
          for (const value of image) expect(Math.abs(value - Math.round(value))).toBeLessThan(1e-9);
        }
        const reduced = inverse3(minkowskiReduction(cell).cell);
        const heights = [0, 1, 2].map((x) => 1 / Math.hypot(reduced[x]!, reduced[3 + x]!, reduced[6 + x]!));
        expect(determinant3(matrix)).toBeLessThanOrEqual((Math.floor(length / Math.min(...heights)) + 1) ** 3);
        // Without the condition of symmetry it can only be smaller.
        expect(determinant3(smallestSupercell(cell, length))).toBeLessThanOrEqual(determinant3(matrix));
      }
    }
  });
});
