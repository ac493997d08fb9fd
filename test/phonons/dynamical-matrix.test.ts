import { describe, expect, test } from 'vitest';
import { cellVolume, massesOf } from '../../core/crystal/structure.ts';
import { symmetryOf } from '../../core/crystal/symmetry.ts';
import { supercell } from '../../core/crystal/supercell.ts';
import { random } from '../../core/math/random.ts';
import { matrixTimesVector3, reciprocalCell, vectorTimesMatrix3 } from '../../core/math/matrix3.ts';
import { dynamicalMatrix } from '../../core/phonons/dynamical-matrix.ts';
import { shortRangeForceConstants } from '../../core/phonons/force-constants.ts';
import { crystalDynamics, frequencyOf, modesTask, type ModesInput, type ModesResult } from '../../core/phonons/modes-task.ts';
import type { Potential } from '../../core/potential/potential.ts';
import { terahertzPerRootForceConstant, timeUnit } from '../../core/units/constants.ts';
import { inPlaceTasks } from '../in-place-tasks.ts';
import { describeWithShared } from '../shared.ts';
import { phononCase, potentialFrom, projectFile, type CaseName } from './cases.ts';
import { chainForceConstants, chainStructure, withoutSymmetry } from './lattices.ts';

const silicon = potentialFrom(projectFile('resources/potentials/si-stillinger-weber.json'));
const noPotential: Potential = silicon;

function solve(input: Omit<ModesInput, 'eigenvectors' | 'groupVelocities'> & Partial<ModesInput>, potential: Potential = noPotential): ModesResult {
  return modesTask({ eigenvectors: false, groupVelocities: false, ...input }, potential);
}

describe('harmonic chains', () => {
  const spring = 3, across = 0.7, mass = 20, length = 4;
  const qs = [0, 0.05, 0.13, 0.25, 0.4, 0.5, 0.77];

  test('one atom: ω = 2 √(K/m) |sin(qa/2)|', () => {
    const structure = chainStructure([mass], length);
    const { frequencies } = solve({ structure, forceConstants: chainForceConstants(1, spring, across), qpoints: Float64Array.from(qs.flatMap((q) => [q, 0.3, 0.1])) });
    qs.forEach((q, k) => {
      const expected = [across, across, spring].map((K) => 2 * Math.sqrt(K / mass) * Math.abs(Math.sin(Math.PI * q)) * terahertzPerRootForceConstant);
      // √ of the rounding of ω² (1e-16 of 2 K/m) at q = 0.
      expected.forEach((value, m) => expect(Math.abs(frequencies[3 * k + m]! - value)).toBeLessThan(2e-7));
    });
  });

  test('two atoms: acoustic and optical branch', () => {
    const [m, M] = [10, 35];
    const structure = chainStructure([m, M], length);
    const { frequencies } = solve({ structure, forceConstants: chainForceConstants(2, spring, spring), qpoints: Float64Array.from(qs.flatMap((q) => [q, 0, 0])) });
    qs.forEach((q, k) => {
      const inverse = 1 / m + 1 / M;
      const root = Math.sqrt(inverse ** 2 - (4 * Math.sin(Math.PI * q) ** 2) / (m * M));
      const acoustic = frequencyOf(Math.max(0, spring * (inverse - root))), optical = frequencyOf(spring * (inverse + root));
      for (let branch = 0; branch < 3; branch++) {
        expect(Math.abs(frequencies[6 * k + branch]! - acoustic)).toBeLessThan(1e-6);
        expect(Math.abs(frequencies[6 * k + 3 + branch]! - optical)).toBeLessThan(1e-12 * optical + 1e-12);
      }
    });
  });

  test('group velocity dω/dq = a √(K/m) cos(qa/2), at Γ the velocity of sound', () => {
    const structure = chainStructure([mass], length);
    const points = [0, 0.05, 0.13, 0.25, 0.4];
    const { groupVelocities } = solve({
      structure, forceConstants: chainForceConstants(1, spring, across), qpoints: Float64Array.from(points.flatMap((q) => [q, 0, 0])),
      directions: Float64Array.from(points.flatMap(() => [2, 0, 0])), groupVelocities: true,
    });
    points.forEach((q, k) => {
      [across, across, spring].forEach((K, m) => {
        const expected = ((length * Math.sqrt(K / mass) * Math.cos(Math.PI * q)) / timeUnit) * 1e-10;
        // At Γ the limit is extrapolated from small q; elsewhere it is exact.
        expect(Math.abs(groupVelocities![3 * k + m]! / expected - 1)).toBeLessThan(q === 0 ? 1e-7 : 1e-12);
      });
    });
  });

  test('a lattice with an unstable spring shows a negative frequency', () => {
    const { frequencies } = solve({ structure: chainStructure([mass], length), forceConstants: chainForceConstants(1, spring, -0.5), qpoints: Float64Array.of(0.5, 0, 0) });
    expect(frequencies[0]).toBeCloseTo(-2 * Math.sqrt(0.5 / mass) * terahertzPerRootForceConstant, 12);
  });
});

describeWithShared('identities of the dynamical matrix', () => {
  for (const name of ['silicon', 'magnesia', 'quartz'] as const satisfies CaseName[]) {
    const { crystal, potential } = phononCase(name);
    const { structure } = crystal;
    const modes = 3 * structure.species.length;
    const source = random(3);
    const anywhere = Array.from({ length: 4 }, () => [source.uniform() - 0.5, source.uniform() - 0.5, source.uniform() - 0.5]);
    const short = shortRangeForceConstants(inPlaceTasks(potential), crystal, potential, 0.002);

    test(`${name}: Hermitian, ω(q) = ω(−q), periodic in q`, async () => {
      const { forceConstants } = await short;
      const matrix = crystalDynamics(structure, forceConstants, potential);
      const at = (q: readonly number[]): Float64Array => solve({ structure, forceConstants, qpoints: Float64Array.from(q) }, potential).frequencies;
      for (const q of anywhere) {
        expect(matrix.hermiticity(q)).toBeLessThan(1e-12);
        const here = at(q), reversed = at(q.map((x) => -x)), shifted = at(q.map((x, k) => x + [1, -2, 1][k]!));
        for (let m = 0; m < modes; m++) {
          expect(Math.abs(here[m]! - reversed[m]!)).toBeLessThan(1e-9);
          expect(Math.abs(here[m]! - shifted[m]!)).toBeLessThan(1e-9);
        }
      }
    });

    test(`${name}: equal frequencies at wave vectors that symmetry connects`, async () => {
      const { forceConstants } = await short;
      const { rotations, count } = crystal.symmetry.operations;
      const q = anywhere[0]!;
      const images = Array.from({ length: count }, (_, k) => [0, 1, 2].map((x) => [0, 1, 2].reduce((sum, y) => sum + rotations[9 * k + 3 * y + x]! * q[y]!, 0)));
      const { frequencies } = solve({ structure, forceConstants, qpoints: Float64Array.from(images.flat()) }, potential);
      for (let at = 0; at < frequencies.length; at++) expect(Math.abs(frequencies[at]! - frequencies[at % modes]!)).toBeLessThan(1e-8);
    });

    test(`${name}: group velocities are differences of frequencies`, async () => {
      const { forceConstants } = await short;
      const direction = [0.3, -0.5, 0.8], norm = Math.hypot(...direction);
      const unit = direction.map((x) => x / norm);
      const step = 1e-3;
      // dq (reduced) of a Cartesian step along the direction
      const reduced = matrixTimesVector3(structure.cell, unit).map((x) => (x * step) / (2 * Math.PI));
      for (const q of anywhere) {
        const { groupVelocities, frequencies } = solve({ structure, forceConstants, qpoints: Float64Array.from(q), directions: Float64Array.from(direction), groupVelocities: true }, potential);
        const [p2, p1, m1, m2] = [2, 1, -1, -2].map((f) => solve({ structure, forceConstants, qpoints: Float64Array.from(q.map((x, k) => x + f * reduced[k]!)) }, potential).frequencies) as [Float64Array, Float64Array, Float64Array, Float64Array];
        for (let m = 0; m < modes; m++) {
          // Branches that nearly touch bend too sharply for the difference.
          if (Math.min(m > 0 ? frequencies[m]! - frequencies[m - 1]! : 1, m < modes - 1 ? frequencies[m + 1]! - frequencies[m]! : 1) < 0.05) continue;
          const slope = (8 * (p1[m]! - m1[m]!) - (p2[m]! - m2[m]!)) / (12 * step);
          // THz·Å · 2π = 628 m/s; the difference errs by h⁴.
          expect(Math.abs(groupVelocities![m]! - slope * 2 * Math.PI * 100)).toBeLessThan(0.05);
        }
      }
    });
  }

  test('modes of a supercell at Γ are those of the primitive cell at the commensurate wave vectors', async () => {
    for (const name of ['silicon', 'magnesia'] as const) {
      const { crystal, potential } = phononCase(name);
      const large = supercell(crystal.structure, [1, 1, 0, -1, 1, 0, 0, 0, 1]).structure;
      const one = await shortRangeForceConstants(inPlaceTasks(potential), crystal, potential, 0.002);
      const two = await shortRangeForceConstants(inPlaceTasks(potential), { structure: large, symmetry: symmetryOf(large, 1e-4) }, potential, 0.002);
      const folded = solve({ structure: crystal.structure, forceConstants: one.forceConstants, qpoints: Float64Array.of(0, 0, 0, 0.5, 0.5, 0) }, potential).frequencies.slice().sort();
      const direct = solve({ structure: large, forceConstants: two.forceConstants, qpoints: new Float64Array(3) }, potential).frequencies;
      // The acoustic zeros are √ of rounding.
      direct.forEach((value, m) => expect(Math.abs(value - folded[m]!)).toBeLessThan(Math.abs(value) < 1e-3 ? 1e-4 : 1e-7));
    }
  });

  test('what symmetry generates is what displacing every atom in every direction gives', async () => {
    for (const name of ['silicon', 'quartz'] as const) {
      const { crystal, potential } = phononCase(name);
      const few = await shortRangeForceConstants(inPlaceTasks(potential), crystal, potential, 0.002);
      const all = await shortRangeForceConstants(inPlaceTasks(potential), withoutSymmetry(crystal), potential, 0.002);
      expect(all.displacements).toBe(3 * crystal.structure.species.length);
      expect(few.displacements).toBeLessThan(all.displacements);
      const table = new Map(Array.from({ length: few.forceConstants.values.length / 9 }, (_, p) => [few.forceConstants.pairs.slice(5 * p, 5 * p + 5).join(), few.forceConstants.values.subarray(9 * p, 9 * p + 9)]));
      expect(table.size).toBe(all.forceConstants.values.length / 9);
      for (let p = 0; p < table.size; p++) {
        const same = table.get(all.forceConstants.pairs.slice(5 * p, 5 * p + 5).join())!;
        // The reference structure of quartz obeys its symmetry to 1e-9 Å, forces are linear with 100 eV/Å².
        same.forEach((value, k) => expect(Math.abs(value - all.forceConstants.values[9 * p + k]!)).toBeLessThan(1e-6));
      }
    }
  });

  test('sound along [100] of silicon: √(C11/ρ) and √(C44/ρ) of the reference', async () => {
    const { crystal, potential } = phononCase('silicon');
    const { forceConstants } = await shortRangeForceConstants(inPlaceTasks(potential), crystal, potential, 0.002);
    const { groupVelocities } = solve({ structure: crystal.structure, forceConstants, qpoints: new Float64Array(3), directions: Float64Array.of(1, 0, 0), groupVelocities: true }, potential);
    const density = (2 * 28.085 * 1.6605390666e-27) / (cellVolume(crystal.structure.cell) * 1e-30);
    // GPa, pymatgen: good to 1e-6.
    const expected = [56.449344, 56.449344, 151.42451].map((c) => Math.sqrt((c * 1e9) / density));
    expected.forEach((velocity, branch) => expect(Math.abs(groupVelocities![branch]! / velocity - 1)).toBeLessThan(1e-6));
  });

  test('degenerate levels of diamond at Γ and X', async () => {
    const { crystal, potential } = phononCase('silicon');
    const { forceConstants } = await shortRangeForceConstants(inPlaceTasks(potential), crystal, potential, 0.002);
    const { frequencies: f } = solve({ structure: crystal.structure, forceConstants, qpoints: Float64Array.of(0, 0, 0, 0.5, 0, 0.5) }, potential);
    expect(f[5]! - f[3]!).toBeLessThan(1e-9);
    for (const m of [6, 8, 10]) expect(f[m + 1]! - f[m]!).toBeLessThan(1e-9);
  });

  test('the fast sum over triangles is the definition', async () => {
    const { crystal, potential } = phononCase('quartz');
    const { forceConstants } = await shortRangeForceConstants(inPlaceTasks(potential), crystal, potential, 0.002);
    const { structure } = crystal;
    const matrix = dynamicalMatrix(structure, forceConstants, []);
    const q = [0.17, -0.31, 0.43];
    matrix.load(q);
    const { solver } = matrix;
    const cartesian = vectorTimesMatrix3(q, reciprocalCell(structure.cell));
    const masses = massesOf(structure);
    const size = matrix.modes;
    const real = new Float64Array(size * size), imaginary = new Float64Array(size * size);
    for (let p = 0; p < forceConstants.values.length / 9; p++) {
      const [i, j, ...n] = forceConstants.pairs.subarray(5 * p, 5 * p + 5) as unknown as [number, number, number, number, number];
      const r = vectorTimesMatrix3(n, structure.cell);
      let angle = 0;
      for (let x = 0; x < 3; x++) angle += cartesian[x]! * (r[x]! + structure.positions[3 * j + x]! - structure.positions[3 * i + x]!);
      for (let a = 0; a < 3; a++) {
        for (let b = 0; b < 3; b++) {
          const value = forceConstants.values[9 * p + 3 * a + b]! / Math.sqrt(masses[i]! * masses[j]!);
          real[(3 * i + a) * size + 3 * j + b]! += value * Math.cos(angle);
          imaginary[(3 * i + a) * size + 3 * j + b]! += value * Math.sin(angle);
        }
      }
    }
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        expect(Math.abs(solver.real[i * solver.stride + j]! - real[i * size + j]!)).toBeLessThan(1e-12);
        // The imaginary part of the diagonal is not read.
        if (j < i) expect(Math.abs(solver.imaginary[i * solver.stride + j]! - imaginary[i * size + j]!)).toBeLessThan(1e-12);
      }
    }
  });
});
