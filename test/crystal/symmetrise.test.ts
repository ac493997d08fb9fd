import { describe, expect, it } from 'vitest';
import type { Crystal, SymmetryOperations } from '../../core/crystal/crystal.ts';
import { neighbourList } from '../../core/crystal/neighbours.ts';
import { strained, withPositions } from '../../core/crystal/structure.ts';
import {
  invariantStrains, largestChange, symmetriseAtomTensors, symmetriseForces, symmetrisePiezoelectric, symmetriseStiffness, symmetriseStress,
  symmetriseStructure, symmetriseTensor,
} from '../../core/crystal/symmetrise.ts';
import { standardPrimitive, symmetryOf } from '../../core/crystal/symmetry.ts';
import { matrixTimesVector3, multiply3, transpose3 } from '../../core/math/matrix3.ts';
import { random } from '../../core/math/random.ts';
import { symmetricEigen } from '../../core/math/symmetric-eigen.ts';
import { disguised, largestMismatch, randomCrystal, randomRotation } from './crystals.ts';

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];

function crystalOf(number: number, seed: number): Crystal {
  const r = random(seed);
  return standardPrimitive(disguised(randomCrystal(number, r), randomRotation(r), identity, [0.1, 0.2, 0.3]), 1e-4).crystal;
}

/** Dimension of the space that a projection leaves: its trace, the sum of ⟨e|P e⟩ over an orthonormal basis. */
function dimensionOf(size: number, project: (vector: Float64Array) => Float64Array): number {
  let trace = 0;
  for (let k = 0; k < size; k++) {
    const unit = new Float64Array(size);
    unit[k] = 1;
    trace += project(unit)[k]!;
  }
  return trace;
}

/** One space group of each Laue class, with the number of elastic constants (Nye, Physical Properties of Crystals, table 9). */
const laueClasses: readonly (readonly [number, number])[] = [
  [2, 21], [14, 13], [62, 9], [88, 7], [141, 6], [148, 7], [152, 6], [167, 6], [176, 5], [194, 5], [205, 3], [216, 3], [227, 3],
];

describe('symmetrised tensors', () => {
  it('leave as many constants as the tables of Nye', () => {
    for (const [number, constants] of laueClasses) {
      const { operations } = crystalOf(number, number).symmetry;
      // Symmetric 6×6 matrices: (C + Cᵀ)/2 is a projection that commutes with the group.
      const found = dimensionOf(36, (vector) => {
        const once = symmetriseStiffness(vector, operations);
        return once.map((value, k) => 0.5 * (value + once[6 * (k % 6) + Math.floor(k / 6)]!));
      });
      expect(found).toBeCloseTo(constants, 9);
    }
  });

  it('leave the piezoelectric constants of each class (Nye, table 8) and none with a centre of inversion', () => {
    // 1, 2, m, 222, mm2, 4, -4, 422, 4mm, -42m, 3, 32, 3m, 6, -6, 6mm, -62m, 23, 432, -43m.
    const classes = [[1, 18], [4, 8], [7, 10], [19, 3], [33, 5], [76, 4], [81, 4], [92, 1], [99, 3], [113, 2], [144, 6], [152, 2], [156, 4], [173, 4], [174, 2], [186, 3], [189, 1], [198, 1], [212, 0], [216, 1], [14, 0], [194, 0], [225, 0]] as const;
    for (const [number, constants] of classes) {
      const { operations } = crystalOf(number, number).symmetry;
      expect(dimensionOf(18, (vector) => symmetrisePiezoelectric(vector, operations))).toBeCloseTo(constants, 9);
    }
  });

  it('leave 1, 2, 3, 4 or 6 dielectric constants, and as many invariant strains', () => {
    for (const [number, constants] of [[2, 6], [14, 4], [62, 3], [141, 2], [152, 2], [194, 2], [227, 1]] as const) {
      const { operations } = crystalOf(number, number).symmetry;
      expect(dimensionOf(9, (vector) => {
        const once = symmetriseTensor(vector, operations);
        return once.map((value, k) => 0.5 * (value + transpose3(once)[k]!));
      })).toBeCloseTo(constants, 9);
      const strains = invariantStrains(operations);
      expect(strains.length).toBe(constants);
      for (const [i, a] of strains.entries()) {
        expect(largestChange(symmetriseTensor(a, operations), a)).toBeLessThan(1e-14);
        expect(largestChange(transpose3(a), a)).toBeLessThan(1e-15);
        for (const [j, b] of strains.entries()) expect(a.reduce((sum, value, k) => sum + value * b[k]!, 0)).toBeCloseTo(i === j ? 1 : 0, 13);
      }
      expect(largestChange(strains[0]!, identity.map((value) => value / Math.sqrt(3)))).toBeLessThan(1e-14);
    }
  });

  it('are projections, and turn with the crystal', () => {
    const r = random(31);
    for (const number of [14, 43, 122, 152, 186, 220]) {
      const { structure, symmetry: { operations } } = crystalOf(number, number);
      const stiffness = Float64Array.from({ length: 36 }, () => r.normal());
      const once = symmetriseStiffness(stiffness, operations);
      expect(largestChange(symmetriseStiffness(once, operations), once)).toBeLessThan(1e-14);
      expect(largestChange(stiffness, once)).toBeGreaterThan(0.1);
      const charges = Float64Array.from({ length: 9 * structure.species.length }, () => r.normal());
      const averaged = symmetriseAtomTensors(charges, operations);
      expect(largestChange(symmetriseAtomTensors(averaged, operations), averaged)).toBeLessThan(1e-13);

      const rotation = randomRotation(r);
      const turned = symmetryOf(strained(structure, rotation), 1e-4).operations;
      const turn = (m: ArrayLike<number>): Float64Array => multiply3(multiply3(rotation, m), transpose3(rotation));
      const tensor = Float64Array.from({ length: 9 }, () => r.normal());
      expect(largestChange(symmetriseTensor(turn(tensor), turned), turn(symmetriseTensor(tensor, operations)))).toBeLessThan(1e-13);
    }
  });

  it('keep the physical components: a cubic stiffness keeps its Voigt averages', () => {
    const r = random(32);
    const { operations } = crystalOf(227, 5).symmetry;
    const m = Array.from({ length: 36 }, () => r.normal());
    const symmetric = Float64Array.from({ length: 36 }, (_, k) => m[k]! + m[6 * (k % 6) + Math.floor(k / 6)]!);
    const c = symmetriseStiffness(symmetric, operations);
    // Full contractions c_iijj and c_ijij are invariants of rotation: any average over rotations keeps them.
    const trace = (t: ArrayLike<number>): number => [0, 1, 2].reduce((sum, i) => sum + [0, 1, 2].reduce((s, j) => s + t[6 * i + j]!, 0), 0);
    const shear = (t: ArrayLike<number>): number => [0, 1, 2].reduce((sum, i) => sum + t[7 * i]! + 2 * t[7 * (i + 3)]!, 0);
    expect(trace(c)).toBeCloseTo(trace(symmetric), 12);
    expect(shear(c)).toBeCloseTo(shear(symmetric), 12);
    // In a turned frame a cubic tensor fills all 36 places; its Mandel form still has eigenvalues 1 + 2 + 3 fold.
    const factor = (k: number): number => (k < 3 ? 1 : Math.SQRT2);
    const { values } = symmetricEigen(c.map((value, k) => value * factor(Math.floor(k / 6)) * factor(k % 6)), 6);
    const groups = Array.from(values).reduce<number[]>((out, value, k) => (k > 0 && value - values[k - 1]! < 1e-10 ? [...out.slice(0, -1), out.at(-1)! + 1] : [...out, 1]), []);
    expect(groups.sort()).toEqual([1, 2, 3]);
  });
});

/** Forces and stress of pairs with the potential r⁻⁶: an honest function of the structure, equal for equivalent atoms. */
function pairResponse(positions: Float64Array, cell: Float64Array): { forces: Float64Array; stress: Float64Array } {
  const list = neighbourList(positions, cell, [true, true, true], 9);
  const forces = new Float64Array(positions.length), stress = new Float64Array(6);
  for (let i = 0; i < positions.length / 3; i++) for (let p = list.first[i]!; p < list.first[i + 1]!; p++) {
    // A smooth end at the cutoff keeps shells that lie on it from deciding by rounding.
    const d = list.distances[p]!, slope = -6 * d ** -7 * (1 - d / 9) ** 3 - (3 / 9) * d ** -6 * (1 - d / 9) ** 2;
    const v = list.vectors.subarray(3 * p, 3 * p + 3);
    for (let x = 0; x < 3; x++) forces[3 * i + x]! += (slope * v[x]!) / d;
    [[0, 0], [1, 1], [2, 2], [1, 2], [0, 2], [0, 1]].forEach(([x, y], k) => { stress[k]! += (0.5 * slope * v[x!]! * v[y!]!) / d; });
  }
  return { forces, stress };
}

describe('symmetrised forces, stresses and positions', () => {
  it('change nothing of a true response, in every crystal family', () => {
    for (const number of [1, 4, 15, 43, 62, 122, 144, 152, 167, 186, 198, 227]) {
      const { structure, symmetry: { operations } } = crystalOf(number, 100 + number);
      const { forces, stress } = pairResponse(structure.positions, structure.cell);
      const size = Math.max(...forces.map(Math.abs), ...stress.map(Math.abs));
      // Neighbours as near as 0.3 Å give huge forces: relative rounding counts.
      expect(largestChange(forces, symmetriseForces(forces, operations)) / size).toBeLessThan(1e-9);
      expect(largestChange(stress, symmetriseStress(stress, operations)) / size).toBeLessThan(1e-9);
      expect(largestChange(structure.positions, symmetriseStructure(structure, operations).positions)).toBeLessThan(1e-12);
    }
  });

  it('make equivalent atoms equivalent and are projections', () => {
    const r = random(33);
    const { structure, symmetry: { operations } } = crystalOf(167, 7);
    const atoms = structure.species.length;
    const noise = Float64Array.from({ length: 3 * atoms }, () => r.normal());
    const forces = symmetriseForces(noise, operations);
    expect(largestChange(symmetriseForces(forces, operations), forces)).toBeLessThan(1e-14);
    const check = ({ cartesian, permutations, count }: SymmetryOperations): void => {
      for (let k = 0; k < count; k++) for (let i = 0; i < atoms; i++) {
        const j = permutations[k * atoms + i]!;
        expect(largestChange(matrixTimesVector3(cartesian.subarray(9 * k, 9 * k + 9), forces.subarray(3 * i, 3 * i + 3)), forces.subarray(3 * j, 3 * j + 3))).toBeLessThan(1e-14);
      }
    };
    check(operations);
    const stress = symmetriseStress(noise.subarray(0, 6), operations);
    expect(largestChange(symmetriseStress(stress, operations), stress)).toBeLessThan(1e-14);

    const rattled = withPositions(structure, structure.positions.map((value, k) => value + 1e-3 * noise[k]!));
    const mended = symmetriseStructure(rattled, operations);
    expect(symmetryOf(rattled, 1e-6).number).toBe(1);
    expect(symmetryOf(mended, 1e-6).number).toBe(167);
    expect(largestMismatch(mended, rattled)).toBeLessThan(0.01);
  });
});
