import { beforeAll, describe, expect, test } from 'vitest';
import { phononsResult, type PhononsResult } from '../../core/contracts/results.ts';
import type { Structure } from '../../core/contracts/structure.ts';
import type { Crystal } from '../../core/crystal/crystal.ts';
import { symmetryOf } from '../../core/crystal/symmetry.ts';
import type { Potential } from '../../core/potential/potential.ts';
import { phonons, type PhononsOutput } from '../../core/properties/phonons.ts';
import { resolveSettings } from '../../core/properties/settings.ts';
import { phononCase, potentialFrom, projectFile } from '../phonons/cases.ts';
import { inPlaceTasks } from '../in-place-tasks.ts';
import { describeWithShared } from '../shared.ts';

function run(crystal: Crystal, potential: Potential, overrides: Record<string, string> = {}): Promise<PhononsOutput> {
  return phonons(
    { crystal, potential, tasks: inPlaceTasks(potential), settings: resolveSettings('quick', overrides), journal: () => undefined, sample: () => undefined },
    { crystal, energy: 0, maxForce: 0, maxStress: 0, pressure: 0 },
  );
}

describeWithShared('phonons as a property', () => {
  describe('magnesia', () => {
    let output: PhononsOutput, result: PhononsResult;
    const { crystal, potential, reference } = phononCase('magnesia');
    beforeAll(async () => {
      // The mesh error of F falls as the third power of the density: 60/Å is the default of `standard`.
      output = await run(crystal, potential, { 'phonons.thermalMesh': '60' });
      result = output.result;
    });

    test('is a valid result and good', () => {
      expect(phononsResult.safeParse(result).success).toBe(true);
      expect(result.verdict.checks.filter(({ passed }) => !passed).map(({ message }) => message.sentence)).toEqual([]);
      expect(result.verdict.state).toBe('good');
      expect(result.verdict.checks.map(({ name }) => name)).toEqual([
        'acoustic sum rule', 'permutation symmetry', 'crystal symmetry', 'interaction range', 'linearity', 'neighbour shells at cutoffs',
        'Hermitian dynamical matrix', 'time reversal', 'no imaginary modes', 'number of states', 'mesh of thermal functions', 'classical limit',
        'Lyddane-Sachs-Teller relation',
      ]);
    });

    test('LO and TO as in the reference, Born charges of the ions', () => {
      expect((result.gamma.frequencies.value as number[])[3]).toBeCloseTo(12.476423, 3);
      for (const { frequencies } of result.gamma.loTo) expect(Math.abs((frequencies.value as number[])[5]! - 33.857669)).toBeLessThan(5e-4);
      expect(result.bornCharges!.value).toEqual(crystal.structure.species.map((symbol) => {
        const z = symbol === 'Mg' ? 2 : -2;
        return [[z, 0, 0], [0, z, 0], [0, 0, z]];
      }));
      expect(result.dielectric!.value).toEqual([[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    });

    test('the bands leave and reach Γ with the longitudinal mode, and their shapes fit together', () => {
      const frequencies = result.bands.frequencies.value as number[][][];
      const qpoints = result.bands.qpoints.value as number[][][];
      let seen = 0;
      result.bands.labels.forEach(([from, to], s) => {
        if (from === 'GAMMA') seen += Number(Math.abs(frequencies[s]![0]![5]! - 33.857669) < 5e-4);
        if (to === 'GAMMA') seen += Number(Math.abs(frequencies[s]!.at(-1)![5]! - 33.857669) < 5e-4);
        expect(qpoints[s]!.length).toBe(frequencies[s]!.length);
      });
      expect(seen).toBe(result.bands.labels.flat().filter((label) => label === 'GAMMA').length);
      const points = qpoints.reduce((sum, segment) => sum + segment.length, 0);
      expect(output.modes.points).toBe(points);
      expect(output.modes.data.length).toBe(points * 6 * 2 * 3 * 2);
    });

    test('group velocities are slopes of the bands and change sign where the path turns back to Γ', () => {
      const [frequencies, velocities] = [result.bands.frequencies.value, result.bands.groupVelocities.value] as number[][][][];
      const distances = result.bands.distances.value as number[][];
      frequencies!.forEach((segment, s) => {
        for (let k = 1; k < segment.length - 1; k++) {
          // Σ ν² is the trace of D: smooth where branches cross.
          const trace = (row: readonly number[]): number => row.reduce((sum, nu) => sum + nu * nu, 0);
          const slope = (trace(segment[k + 1]!) - trace(segment[k - 1]!)) / (distances[s]![k + 1]! - distances[s]![k - 1]!);
          const expected = segment[k]!.reduce((sum, nu, m) => sum + 2 * nu * velocities![s]![k]![m]!, 0) / (200 * Math.PI);
          // 1 Å·THz · 2π = 628 m/s. The trace is about 1500 THz² and has waves of some Å: differences over 0.05/Å err by 1 THz²·Å.
          expect(Math.abs(expected - slope)).toBeLessThan(1);
        }
      });
      const arriving = result.bands.labels.findIndex(([, to]) => to === 'GAMMA');
      expect(velocities![arriving]!.at(-1)!.slice(0, 3).every((v) => v < -4000)).toBe(true);
      const leaving = result.bands.labels.findIndex(([from]) => from === 'GAMMA');
      expect(velocities![leaving]![0]!.slice(0, 3).every((v) => v > 4000)).toBe(true);
    });

    test('thermal functions of our own mesh agree with the reference', () => {
      const { T_K, F_kJ_mol, S_J_K_mol, Cv_J_K_mol } = reference.thermal_phonopy;
      const temperatures = result.thermal.temperatures.value as number[];
      for (const [quantity, theirs, limit] of [[result.thermal.helmholtz, F_kJ_mol, 1e-3], [result.thermal.entropy, S_J_K_mol, 2e-3], [result.thermal.heatCapacity, Cv_J_K_mol, 2e-3]] as const) {
        [300, 700, 1000].forEach((temperature) => {
          const ours = (quantity.value as number[])[temperatures.indexOf(temperature)]!;
          expect(Math.abs(ours - theirs[T_K.indexOf(temperature)]!)).toBeLessThan(limit);
        });
        expect(quantity.basis).toBe('cell');
      }
      expect(Math.abs((result.thermal.zeroPoint.value as number) - F_kJ_mol[0]!)).toBeLessThan(2e-4);
    });

    test('displacement tensors have the site symmetry, the lighter ion moves more', () => {
      const tensors = result.displacements.tensors.value as number[][][];
      for (const atoms of tensors) {
        for (const [xx, yy, zz, yz, xz, xy] of atoms) {
          expect(yy!).toBeCloseTo(xx!, 12);
          expect(zz!).toBeCloseTo(xx!, 12);
          for (const off of [yz, xz, xy]) expect(Math.abs(off!)).toBeLessThan(1e-12);
        }
      }
      const zero = tensors[0]!;
      const oxygen = crystal.structure.species.indexOf('O');
      expect(zero[oxygen]![0]!).toBeGreaterThan(zero[1 - oxygen]![0]!);
    });

    test('projected densities of states sum to the total, the total to six modes', () => {
      const total = result.dos.total.value as number[], projected = result.dos.projected.value as number[][];
      const levels = result.dos.frequencies.value as number[];
      const width = levels[1]! - levels[0]!;
      total.forEach((value, bin) => expect(projected.reduce((sum, row) => sum + row[bin]!, 0)).toBeCloseTo(value, 10));
      expect(total.reduce((sum, value) => sum + value, 0) * width).toBeCloseTo(6, 8);
      for (const row of projected) expect(row.reduce((sum, value) => sum + value, 0) * width).toBeCloseTo(3, 8);
    });
  });

  test('silicon: no charges, no splitting', async () => {
    const { crystal, potential } = phononCase('silicon');
    const { result } = await run(crystal, potential);
    expect(result.gamma.loTo).toEqual([]);
    expect(result.bornCharges).toBeUndefined();
    expect(result.gamma.oscillatorStrengths).toBeUndefined();
    expect(result.forceConstants.displacements).toBe(1);
  });
});

test('an unstable crystal is unreliable, with its imaginary modes named and thermal functions marked', async () => {
  const structure: Structure = { cell: Float64Array.of(3.6, 0, 0, 0, 3.6, 0, 0, 0, 3.6), periodic: [true, true, true], species: ['Ar'], positions: new Float64Array(3) };
  const potential = potentialFrom(projectFile('resources/potentials/ar-lennard-jones.json'));
  const { result, distorted } = await run({ structure, symmetry: symmetryOf(structure, 1e-5) }, potential);
  expect(result.verdict.state).toBe('unreliable');
  expect(result.verdict.message.sentence).toMatch(/^Unstable: \d+ imaginary modes down to -\d/);
  expect(result.imaginary[0]!.kind).toBe('instability');
  expect(result.imaginary[0]!.message.sentence).toContain('Follow the mode');
  // Each distorted structure has a lower energy per atom than the crystal.
  const perAtom = (each: Structure): number => potential.bind(each).evaluate(each.positions, each.cell, {}).energy / each.species.length;
  expect(distorted.length).toBeGreaterThan(0);
  for (const each of distorted) expect(perAtom(each)).toBeLessThan(perAtom(structure));
  expect(result.thermal.helmholtz.reason).toMatch(/modes per cell are imaginary/);
});
