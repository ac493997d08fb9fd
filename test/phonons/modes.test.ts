import { describe, expect, test } from 'vitest';
import type { Structure } from '../../core/contracts/structure.ts';
import { symmetryOf } from '../../core/crystal/symmetry.ts';
import { determinant3, multiply3 } from '../../core/math/matrix3.ts';
import { shortRangeForceConstants } from '../../core/phonons/force-constants.ts';
import { frequencyNoise, imaginaryModes } from '../../core/phonons/imaginary.ts';
import { levelsOf, lyddaneSachsTellerError, oscillatorStrengths, polarResponse, staticDielectric } from '../../core/phonons/infrared.ts';
import { modesTask } from '../../core/phonons/modes-task.ts';
import { commensurateSupercell, freezeMode } from '../../core/phonons/pattern.ts';
import { terahertzPerRootForceConstant } from '../../core/units/constants.ts';
import { inPlaceTasks } from '../in-place-tasks.ts';
import { describeWithShared } from '../shared.ts';
import { phononCase, potentialFrom, projectFile } from './cases.ts';

const argon = potentialFrom(projectFile('resources/potentials/ar-lennard-jones.json'));

/** Argon on a simple cubic lattice: held up by symmetry alone. */
const simpleCubic: Structure = {
  cell: Float64Array.of(3.6, 0, 0, 0, 3.6, 0, 0, 0, 3.6), periodic: [true, true, true], species: ['Ar'], positions: new Float64Array(3),
};

describe('imaginary modes', () => {
  test('an unstable lattice is told from rounding, the deepest mode first', async () => {
    const crystal = { structure: simpleCubic, symmetry: symmetryOf(simpleCubic, 1e-5) };
    const short = await shortRangeForceConstants(inPlaceTasks(argon), crystal, argon, 0.002);
    const qs = Array.from({ length: 11 }, (_, k) => [0, k / 20, k / 20]);
    const { frequencies } = modesTask({ structure: simpleCubic, forceConstants: short.forceConstants, qpoints: Float64Array.from(qs.flat()), eigenvectors: false, groupVelocities: false }, argon);
    const points = qs.map((q, k) => ({ q, frequencies: frequencies.subarray(3 * k, 3 * k + 3), ...(k === 10 && { label: 'M' }) }));
    const noise = frequencyNoise(short, [39.948]);
    const found = imaginaryModes([points], noise);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ kind }) => kind === 'instability')).toBe(true);
    expect(found[0]!.frequency).toBe(Math.min(...frequencies));
    expect(found[0]!.message.sentence).toMatch(/is imaginary \(-.* THz\): the energy falls/);
  });

  test('rounding at Γ is not listed, a violated sum rule and errors of force constants have their own words', () => {
    const at = (q: number[], ...f: number[]): { q: number[]; frequencies: Float64Array } => ({ q, frequencies: Float64Array.from(f) });
    const kinds = (points: ReturnType<typeof at>[], noise: number): string[] => imaginaryModes([points], noise).map(({ kind }) => kind);
    expect(kinds([at([0, 0, 0], -1e-6, 0, 1e-6, 5, 5, 6)], 1e-5)).toEqual([]);
    expect(kinds([at([0, 0, 0], -0.05, 0, 1e-6, 5, 5, 6)], 1e-5)).toEqual(['acoustic-noise']);
    expect(kinds([at([0, 0, 0.1], -0.002, 1, 2, 5, 5, 6)], 1e-3)).toEqual(['sampling']);
    expect(kinds([at([0, 0, 0.1], -0.5, 1, 2, 5, 5, 6)], 1e-3)).toEqual(['instability']);
    // An optical instability at Γ is none of the acoustic modes.
    expect(kinds([at([0, 0, 0], -2, -1e-7, 0, 1e-7, 5, 6)], 1e-3)).toEqual(['instability']);
  });
});

describe('freezing a mode', () => {
  test.each([
    [[0, 0, 0], 1], [[0.5, 0, 0], 2], [[0.5, 0.5, 0.5], 2], [[1 / 3, 1 / 3, 0], 3], [[0.375, 0.375, 0.75], 8], [[0.5, 0.25, 0.75], 4], [[0.5, 1 / 3, 0], 6],
  ])('the smallest supercell of q = %j has %i cells', (q, size) => {
    const matrix = commensurateSupercell([0, 2, 2, 2, 0, 2, 2, 2, 0], q);
    expect(Math.abs(determinant3(matrix))).toBe(size);
    for (let row = 0; row < 3; row++) {
      const phase = [0, 1, 2].reduce((sum, x) => sum + matrix[3 * row + x]! * q[x]!, 0);
      expect(Math.abs(phase - Math.round(phase))).toBeLessThan(1e-9);
    }
  });

  test('a wave vector that repeats nowhere is refused', () => {
    expect(() => commensurateSupercell([3, 0, 0, 0, 3, 0, 0, 0, 3], [0.123, 0, 0])).toThrow(/wave vector \(0\.123, 0, 0\)/);
  });

  test('the energy along a frozen mode is ½ ω² Q², and falls along an imaginary one', async () => {
    const crystal = { structure: simpleCubic, symmetry: symmetryOf(simpleCubic, 1e-5) };
    const { forceConstants } = await shortRangeForceConstants(inPlaceTasks(argon), crystal, argon, 0.002);
    for (const q of [[0, 0.5, 0.5], [0.25, 0, 0], [1 / 3, 1 / 3, 1 / 3]]) {
      const { frequencies, eigenvectors } = modesTask({ structure: simpleCubic, forceConstants, qpoints: Float64Array.from(q), eigenvectors: true, groupVelocities: false }, argon);
      for (let m = 0; m < 3; m++) {
        const energyAt = (amplitude: number): { energy: number; squares: number } => {
          const frozen = freezeMode(simpleCubic, q, eigenvectors!.subarray(6 * m, 6 * m + 6), amplitude);
          expect(frozen.structure.cell).toEqual(multiply3(frozen.matrix, simpleCubic.cell));
          const longest = Math.max(...Array.from({ length: frozen.displacements.length / 3 }, (_, s) => Math.hypot(...frozen.displacements.subarray(3 * s, 3 * s + 3))));
          expect(longest).toBeCloseTo(Math.abs(amplitude), 12);
          const { energy } = argon.bind(frozen.structure).evaluate(frozen.structure.positions, frozen.structure.cell, {});
          return { energy, squares: frozen.displacements.reduce((sum, u) => sum + u * u, 0) };
        };
        const rest = energyAt(0), one = energyAt(0.002), other = energyAt(-0.002);
        const omega2 = Math.sign(frequencies[m]!) * (frequencies[m]! / terahertzPerRootForceConstant) ** 2;
        const expected = 0.5 * 39.948 * omega2 * one.squares;
        // Both signs: the cubic term cancels. The quartic one is of relative size 40 u²/Å², energies round to 1e-15 eV.
        expect(Math.abs(0.5 * (one.energy + other.energy) - rest.energy - expected)).toBeLessThan(1e-3 * Math.abs(expected) + 1e-13);
        if (frequencies[m]! < -0.1) expect(one.energy).toBeLessThan(rest.energy);
      }
    }
  });
});

test('levels gather equal frequencies', () => {
  expect(levelsOf([1, 1 + 1e-9, 2, 3, 3 + 5e-5, 3 + 9e-5, 4])).toEqual([[0, 1], [2], [3, 4, 5], [6]]);
});

describeWithShared('polar crystals at the zone centre', () => {
  for (const [name, expected, tolerance] of [
    // Finite field with LAMMPS: MgO eps_static_xx; quartz eps in its plane and along c (1e-4: the field is finite).
    ['magnesia', [7.3644985, 7.3644985, 7.3644985], 2e-4],
    ['quartz', [1.951386, 1.951415, 1.992022], 1e-4],
  ] as const) {
    test(`${name}: static dielectric tensor and Lyddane-Sachs-Teller relation`, async () => {
      const { crystal, potential } = phononCase(name);
      const { structure } = crystal;
      const { forceConstants } = await shortRangeForceConstants(inPlaceTasks(potential), crystal, potential, 0.002);
      const polar = polarResponse(structure, potential)!;
      const base = { structure, forceConstants, qpoints: new Float64Array(3), groupVelocities: false };
      const centre = modesTask({ ...base, eigenvectors: true }, potential);
      const strengths = oscillatorStrengths(structure, polar, centre.frequencies, centre.eigenvectors!);
      const tensor = staticDielectric(structure, polar, centre.frequencies, strengths)!;
      for (let a = 0; a < 3; a++) {
        expect(Math.abs(tensor[4 * a]! - expected[a]!)).toBeLessThan(tolerance);
        for (let b = 0; b < 3; b++) if (b !== a) expect(Math.abs(tensor[3 * a + b]!)).toBeLessThan(1e-6);
      }
      // Σ S = Σ Z*²/m over the ions, less the rigid motion: completeness of the eigenvectors.
      for (const direction of [[1, 0, 0], [0.3, -0.5, 0.8], [0, 0, 1]]) {
        const limit = modesTask({ ...base, eigenvectors: false, directions: Float64Array.from(direction) }, potential);
        // Exact but for the Coulomb constant that the potential fixes at 14.399645 (3e-8).
        expect(lyddaneSachsTellerError(centre.frequencies, limit.frequencies, tensor, polar.dielectric, direction)).toBeLessThan(1e-7);
      }
    });
  }

  test('no charges, no response', () => {
    const { crystal, potential } = phononCase('silicon');
    expect(polarResponse(crystal.structure, potential)).toBeNull();
  });
});
