import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Structure } from '../../core/contracts/structure.ts';
import type { Symmetry } from '../../core/crystal/crystal.ts';
import { cartesianPositions, cellVolume } from '../../core/crystal/structure.ts';
import { standardPrimitive } from '../../core/crystal/symmetry.ts';
import { irreducibleMesh } from '../../core/phonons/mesh.ts';
import { loadPotential } from '../../core/potential/load.ts';
import type { PropertyContext } from '../../core/properties/context.ts';
import { eos } from '../../core/properties/eos.ts';
import { expansion } from '../../core/properties/expansion.ts';
import { samplesAt, sampleVolumes, thermodynamics } from '../../core/properties/expansion-path.ts';
import { quasiharmonicState } from '../../core/properties/quasiharmonic.ts';
import { avogadro, elementaryCharge, gigapascalPerElectronvoltPerCubicAngstrom as gigapascal } from '../../core/units/constants.ts';
import { relaxation } from '../../core/properties/relaxation.ts';
import { resolveSettings } from '../../core/properties/settings.ts';
import { inPlaceTasks } from '../in-place-tasks.ts';
import { prepared } from './prepare.ts';
import { describeWithShared, shared } from '../shared.ts';

interface QuasiharmonicReference {
  T_K: number[];
  V_A3: number[];
  G_eV: number[];
  B_GPa: number[];
  beta_volumetric_1_K: number[];
  Cp_polyfit: number[];
  volumes_A3: number[];
  static_energies_eV: number[];
  zpe_kJ_mol: number[];
  mesh: [number, number, number];
}

function reference(folder: string): QuasiharmonicReference {
  return (JSON.parse(readFileSync(shared(`reference/properties/${folder}/reference.json`), 'utf8')) as { qha: QuasiharmonicReference }).qha;
}

const cases = [
  ['A_sw_si', 'si-stillinger-weber'],
  ['D_mgo', 'mgo-lewis-catlow'],
  ['C_eam_cu', 'eam'],
] as const;

describeWithShared('quasiharmonic expansion against phonopy, on its volumes, mesh and form', () => {
  test.each(cases)('%s', async (folder, potential) => {
    const qha = reference(folder);
    const { context, relaxed } = await prepared(folder, potential);
    const v0 = cellVolume(relaxed.crystal.structure.cell);
    const mesh = irreducibleMesh(relaxed.crystal.symmetry.operations, { numbers: qha.mesh, shift: [1, 1, 1] });
    const samples = await sampleVolumes(context, relaxed, qha.volumes_A3.map((volume) => volume / v0), mesh);
    const thermal = thermodynamics(samples, qha.T_K);
    qha.static_energies_eV.forEach((energy, i) => {
      // The reference prints ten decimals of energies good to 1e-9 eV.
      expect(Math.abs(samples[i]!.outcome.energy - energy)).toBeLessThan(2e-8);
    });
    qha.T_K.forEach((temperature, t) => {
      const state = quasiharmonicState(samplesAt(thermal, t), temperature, 'birch-murnaghan', 0);
      expect(state).not.toBeNull();
      if (!state) return;
      // Limits of the issue; phonopy's own optimiser and its unit constants (1.2e-7) stay far below them. Its α is a central
      // difference over ±10 K (README of the references), so α is compared from 150 K and C_P from 250 K on.
      expect(Math.abs(state.volume / qha.V_A3[t]! - 1), `V at ${String(temperature)} K`).toBeLessThan(2e-5);
      expect(Math.abs((state.bulkModulus * gigapascal) / qha.B_GPa[t]! - 1), `B at ${String(temperature)} K`).toBeLessThan(1e-4);
      if (temperature >= 150) expect(Math.abs(state.expansion / qha.beta_volumetric_1_K[t]! - 1), `α at ${String(temperature)} K`).toBeLessThan(1e-3);
      if (temperature >= 250) expect(Math.abs((state.heatCapacityP * elementaryCharge * avogadro) / qha.Cp_polyfit[t]! - 1), `Cp at ${String(temperature)} K`).toBeLessThan(1e-3);
    });
  });

  test.each(cases)('%s with our own volumes and mesh', async (folder, potential) => {
    const qha = reference(folder);
    const { context, relaxed } = await prepared(folder, potential);
    const result = await expansion(context, relaxed);
    const temperatures = result.temperatures.value as number[];
    const value = (quantity: { value: unknown }, t: number): number | null => (quantity.value as (number | null)[])[t] ?? null;
    const largest = Math.max(...qha.volumes_A3);
    let compared = 0;
    qha.T_K.forEach((temperature, k) => {
      const t = temperatures.indexOf(temperature);
      if (t < 0 || qha.V_A3[k]! > 0.96 * largest) return;
      const [volume, alpha, bulk] = [value(result.volume, t), value(result.alphaVolumetric, t), value(result.bulkModulus, t)];
      if (volume === null || alpha === null || bulk === null) return;
      compared++;
      // The two differ in the range and number of volumes: the third-order form costs this much (limits of the issue).
      expect(Math.abs(volume / qha.V_A3[k]! - 1), `V at ${String(temperature)} K`).toBeLessThan(3e-4);
      expect(Math.abs(bulk / qha.B_GPa[k]! - 1), `B at ${String(temperature)} K`).toBeLessThan(1e-2);
      // Below 150 K the reference's own difference quotient is off by up to a fifth.
      if (temperature >= 150) expect(Math.abs(alpha / qha.beta_volumetric_1_K[k]! - 1), `α at ${String(temperature)} K`).toBeLessThan(1e-2);
    });
    expect(compared).toBeGreaterThan(20);
    expect(result.verdict.checks.filter(({ passed }) => !passed).map(({ message }) => message.sentence)).toEqual([]);
  });
});

describe('expansion at a pressure', () => {
  test('the volume at a pressure is the one relaxed there, but for zero-point motion; B rises', async () => {
    const free = await prepared('D_mgo', 'mgo-lewis-catlow', { 'temperature.maximum': '300', 'temperature.step': '150' });
    const pressed = await prepared('D_mgo', 'mgo-lewis-catlow', { 'temperature.maximum': '300', 'temperature.step': '150', pressure: '10' });
    const [at0, at10] = [await expansion(free.context, free.relaxed), await expansion(pressed.context, pressed.relaxed)];
    const first = (quantity: { value: unknown }): number => (quantity.value as number[])[2]!;
    // P(V) from B and B′ ≈ 4: V/V0 = (1 + 4·10/230)^(−1/4) = 0.961 at 10 GPa, to a few 1e-3.
    expect(first(at10.volume) / first(at0.volume)).toBeCloseTo(0.961, 2);
    expect(first(at10.bulkModulus)).toBeGreaterThan(first(at0.bulkModulus) + 30);
    expect(first(at10.alphaVolumetric)).toBeLessThan(first(at0.alphaVolumetric));
  });
});

describe('anisotropic expansion', () => {
  const silicon = async (structure: Structure, overrides: Record<string, string>, forget = false) => {
    const file = fileURLToPath(new URL('../../resources/potentials/si-stillinger-weber.json', import.meta.url));
    const potential = loadPotential({ name: 'si-stillinger-weber', files: [{ name: file, bytes: readFileSync(file) }] });
    const settings = resolveSettings('standard', { 'temperature.maximum': '600', 'temperature.step': '100', 'phonons.thermalMesh': '30', ...overrides });
    const found = standardPrimitive(structure, 1e-3).crystal;
    const crystal = forget ? { structure: found.structure, symmetry: withoutSymmetry(found.symmetry) } : found;
    const context: PropertyContext = { crystal, potential, tasks: inPlaceTasks(potential), settings, journal: () => {}, sample: () => {} };
    const { relaxed } = await relaxation(context);
    const kept = forget ? { ...relaxed, crystal: { structure: relaxed.crystal.structure, symmetry: crystal.symmetry } } : relaxed;
    return expansion(context, kept);
  };
  const rows = (quantity: { value: unknown } | undefined): number[][] => quantity?.value as number[][];

  test('a and c of hexagonal silicon: the minimum of F(a, c, T) is what Grüneisen tensor and stiffness demand', async () => {
    const [a, c, z] = [3.84, 6.27, 1 / 16];
    const cell = Float64Array.of(a, 0, 0, -a / 2, (a * Math.sqrt(3)) / 2, 0, 0, 0, c);
    const fractional = [[1 / 3, 2 / 3, z], [2 / 3, 1 / 3, z + 0.5], [2 / 3, 1 / 3, -z], [1 / 3, 2 / 3, 0.5 - z]].flat();
    const result = await silicon({ cell, periodic: [true, true, true], species: ['Si', 'Si', 'Si', 'Si'], positions: cartesianPositions(fractional, cell) }, {});
    expect(result.freeParameters).toEqual(['a', 'c']);
    expect(result.verdict.state).toBe('good');
    const [fitted, formula] = [rows(result.alphaTensor)[3]!, rows(result.alphaFromGrueneisen)[3]!];
    // A quartic surface over 9 % in volume and 3 % in shape against derivatives at one cell: 1e-3 was measured, 5e-3 leaves room.
    for (const k of [0, 1, 2]) expect(fitted[k]! / formula[k]!).toBeCloseTo(1, 2);
    expect(Math.abs(fitted[0]! - fitted[1]!)).toBeLessThan(1e-12);
    // α_a + α_b + α_c = α_V
    rows(result.alphaLinear).forEach((linear, t) => expect(Math.abs(linear[0]! + linear[1]! + linear[2]! - (result.alphaVolumetric.value as number[])[t]!)).toBeLessThan(1e-15));
  });

  test('a crystal whose symmetry is not used expands like itself: the tensor of the triclinic path is isotropic for cubic silicon', async () => {
    const h = 5.431 / 2;
    const cell = Float64Array.of(0, h, h, h, 0, h, h, h, 0);
    const structure: Structure = { cell, periodic: [true, true, true], species: ['Si', 'Si'], positions: Float64Array.of(0, 0, 0, h / 2, h / 2, h / 2) };
    const cubic = await silicon(structure, {});
    const triclinic = await silicon(structure, {}, true);
    const tensor = rows(triclinic.alphaTensor)[3]!;
    const linear = rows(cubic.alphaLinear)[3]![0]!;
    // The path without symmetry takes α from the formula, the cubic one from the fit: 1e-3 apart as above, and the meshes differ.
    for (const k of [0, 1, 2]) expect(Math.abs(tensor[k]! / linear - 1)).toBeLessThan(1e-2);
    // A half-shifted mesh of a face-centred lattice is not cubic: off-diagonal terms of 4e-3 at this density.
    for (const k of [3, 4, 5]) expect(Math.abs(tensor[k]! / linear)).toBeLessThan(1e-2);
    expect((triclinic.volume.value as number[])[3]! / (cubic.volume.value as number[])[3]!).toBeCloseTo(1, 6);
  });
});

function withoutSymmetry(symmetry: Symmetry): Symmetry {
  const atoms = symmetry.orbits.length;
  return {
    ...symmetry,
    number: 1,
    symbol: 'P 1',
    crystalSystem: 'triclinic',
    orbits: Int32Array.from({ length: atoms }, (_, i) => i),
    conventionalMatrix: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    operations: {
      count: 1,
      rotations: Int32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
      translations: new Float64Array(3),
      permutations: Int32Array.from({ length: atoms }, (_, i) => i),
      cartesian: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    },
  };
}

describeWithShared('equation of state', () => {
  test.each([['A_sw_si', 'si-stillinger-weber'], ['D_mgo', 'mgo-lewis-catlow']] as const)('%s against the reference energies and fits', async (folder, potential) => {
    const full = JSON.parse(readFileSync(shared(`reference/properties/${folder}/reference.json`), 'utf8')) as { eos?: { fits: Record<string, { V0_A3: number; B0_GPa: number; B0p: number }> } };
    const { context, relaxed } = await prepared(folder, potential);
    const result = await eos(context, relaxed);
    expect(result.verdict.state).toBe('good');
    const expected = full.eos?.fits['phonopy_birch_murnaghan'];
    if (expected) {
      // Same range and number of points as the reference (±6 %, 13 points): only its printed digits and optimiser remain.
      expect(result.volume.value as number).toBeCloseTo(expected.V0_A3, 5);
      expect(Math.abs((result.bulkModulus.value as number) - expected.B0_GPa)).toBeLessThan(1e-3);
      expect(Math.abs((result.bulkModulusDerivative.value as number) - expected.B0p)).toBeLessThan(1e-4);
    }
  });
});
