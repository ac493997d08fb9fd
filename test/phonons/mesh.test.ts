import { describe, expect, test } from 'vitest';
import type { Structure } from '../../core/contracts/structure.ts';
import { symmetryOf } from '../../core/crystal/symmetry.ts';
import { irreducibleMesh, meshNumbers, meshWithoutGamma, type Mesh } from '../../core/phonons/mesh.ts';

function oneAtom(cell: number[]): Structure {
  return { cell: Float64Array.from(cell), periodic: [true, true, true], species: ['Ar'], positions: new Float64Array(3) };
}
const a = 4;
const cells = {
  'simple cubic': [a, 0, 0, 0, a, 0, 0, 0, a],
  'face-centred cubic': [0, a / 2, a / 2, a / 2, 0, a / 2, a / 2, a / 2, 0],
  'body-centred cubic': [-a / 2, a / 2, a / 2, a / 2, -a / 2, a / 2, a / 2, a / 2, -a / 2],
  hexagonal: [a, 0, 0, -a / 2, (a * Math.sqrt(3)) / 2, 0, 0, 0, 6],
  tetragonal: [a, 0, 0, 0, a, 0, 0, 0, 6],
  triclinic: [4, 0, 0, 0.7, 5, 0, -0.4, 0.9, 6],
} as const;

/** Nearest-neighbour bands of the lattice, a function with its full symmetry: Σ over its shells of cos q·R. */
function shellSum(cell: readonly number[], q: ArrayLike<number>): number {
  let sum = 0;
  for (let n1 = -2; n1 <= 2; n1++) for (let n2 = -2; n2 <= 2; n2++) for (let n3 = -2; n3 <= 2; n3++) {
    const r2 = [0, 1, 2].reduce((s, x) => s + (n1 * cell[x]! + n2 * cell[3 + x]! + n3 * cell[6 + x]!) ** 2, 0);
    if (r2 > 1.7 * a * a) continue;
    sum += Math.exp(-r2 / 9) * Math.cos(2 * Math.PI * (n1 * q[0]! + n2 * q[1]! + n3 * q[2]!));
  }
  return sum;
}

describe('meshes of wave vectors', () => {
  for (const [name, cell] of Object.entries(cells)) {
    const { operations } = symmetryOf(oneAtom([...cell]), 1e-5);
    const meshes: Mesh[] = [
      { numbers: [4, 4, 4], shift: [0, 0, 0] }, { numbers: [5, 5, 3], shift: [0, 0, 0] }, { numbers: [4, 4, 4], shift: [1, 1, 1] },
      { numbers: [6, 6, 4], shift: [0, 0, 1] }, { numbers: [4, 2, 2], shift: [1, 0, 0] },
    ];
    test.each(meshes)(`${name}: the reduced mesh of %j stands for the whole one`, (mesh) => {
      const whole = irreducibleMesh(null, mesh), reduced = irreducibleMesh(operations, mesh);
      const points = mesh.numbers[0] * mesh.numbers[1] * mesh.numbers[2];
      for (const each of [whole, reduced]) {
        expect(each.multiplicities.reduce((sum, n) => sum + n, 0)).toBe(points);
        expect(each.mapping.every((index) => index >= 0 && index < each.multiplicities.length)).toBe(true);
        expect(each.gamma >= 0).toBe(mesh.shift.every((s) => s === 0));
      }
      expect(reduced.multiplicities.length).toBeLessThanOrEqual(whole.multiplicities.length);
      // A function with the symmetry of the lattice has one value on each set of equivalent points: the map is right.
      for (let grid = 0; grid < points; grid++) {
        const value = (index: number, from: typeof whole): number => shellSum(cell, from.qpoints.subarray(3 * index, 3 * index + 3));
        expect(Math.abs(value(whole.mapping[grid]!, whole) - value(reduced.mapping[grid]!, reduced))).toBeLessThan(1e-12);
      }
    });
  }

  test('as few points as phonopy: 770 of 20³ half-shifted in diamond, 256 centred at Γ', () => {
    const { operations } = symmetryOf(oneAtom([...cells['face-centred cubic']]), 1e-5);
    expect(irreducibleMesh(operations, { numbers: [20, 20, 20], shift: [1, 1, 1] }).multiplicities.length).toBe(770);
    expect(irreducibleMesh(operations, { numbers: [20, 20, 20], shift: [0, 0, 0] }).multiplicities.length).toBe(256);
  });

  test('the mesh for sums leaves Γ out and keeps the symmetry of a hexagonal lattice', () => {
    const { operations } = symmetryOf(oneAtom([...cells.hexagonal]), 1e-5);
    const mesh = meshWithoutGamma(operations, [6, 6, 4]);
    expect(mesh.gamma).toBe(-1);
    expect(mesh.shift).toEqual([0, 0, 1]);
    // 144 points under 24 operations.
    expect(mesh.multiplicities.length).toBeLessThan(20);
  });

  test('numbers of points: spacing at most 2π/length, equal axes alike, even where asked', () => {
    expect(meshNumbers([4, 0, 0, 0, 4 + 1e-9, 0, 0, 0, 6], 24)).toEqual([6, 6, 4]);
    expect(meshNumbers([4, 0, 0, 0, 5, 0, 0, 0, 6], 26)).toEqual([7, 6, 5]);
    expect(meshNumbers([4, 0, 0, 0, 5, 0, 0, 0, 6], 26, true)).toEqual([8, 6, 6]);
    expect(meshNumbers([400, 0, 0, 0, 5, 0, 0, 0, 6], 26)[0]).toBe(1);
  });
});
