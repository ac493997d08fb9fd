/** Rattled single points of LAMMPS: energy, forces and stress. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readStructures } from '../../core/files/read-structures.ts';
import { loadPotential } from '../../core/potential/load.ts';
import { describeWithShared, shared } from '../shared.ts';
import { bundled } from './models.ts';

interface SinglePoint {
  readonly energy_eV: number;
  readonly forces_eV_A: readonly (readonly number[])[];
  readonly stress_xx_yy_zz_yz_xz_xy_eV_A3: readonly number[];
}

const folder = (name: string): string => shared(`reference/properties/${name}`);

function copper(): ReturnType<typeof loadPotential> {
  const name = 'Cu_mishin1.eam.alloy';
  return loadPotential({ name: 'cu-mishin', files: [{ name, bytes: readFileSync(`${folder('C_eam_cu')}/${name}`) }] });
}

/**
 * Relative tolerances: the references print 12 to 14 digits, and sums of a hundred terms lose one or two; MgO and NaCl
 * carry the rounded constants in LAMMPS' Ewald code (1e-11 relative in `G_ewald`). Quartz: LAMMPS' real-space erfc and the
 * accuracy asked of its Ewald sum leave 4e-10 in the energy and 2e-9 in the forces.
 */
const cases = [
  { name: 'A_sw_si', potential: () => bundled('si-stillinger-weber'), energy: 1e-13, forces: 1e-11, stress: 1e-11 },
  { name: 'B_tersoff_si', potential: () => bundled('si-tersoff'), energy: 1e-13, forces: 1e-11, stress: 1e-11 },
  { name: 'B_tersoff_sic', potential: () => bundled('sic-tersoff'), energy: 1e-13, forces: 1e-11, stress: 1e-11 },
  { name: 'C_eam_cu', potential: copper, energy: 1e-12, forces: 1e-11, stress: 1e-11 },
  { name: 'D_mgo', potential: () => bundled('mgo-lewis-catlow'), energy: 1e-12, forces: 1e-10, stress: 1e-10 },
  { name: 'E_nacl', potential: () => bundled('nacl-fumi-tosi'), energy: 1e-12, forces: 1e-10, stress: 1e-10 },
  { name: 'F_quartz_bks', potential: () => bundled('sio2-bks'), energy: 1e-9, forces: 5e-9, stress: 2e-8 },
] as const;

function largestDifference(actual: ArrayLike<number>, expected: readonly number[]): number {
  return Math.max(...expected.map((value, k) => Math.abs(value - actual[k]!)));
}

describeWithShared('rattled crystals agree with LAMMPS', () => {
  test.each(cases)('$name', ({ name, potential, energy, forces, stress }) => {
    const reference = (JSON.parse(readFileSync(`${folder(name)}/reference.json`, 'utf8')) as { rattled_single_point: SinglePoint }).rattled_single_point;
    const structure = readStructures(readFileSync(`${folder(name)}/rattled.extxyz`), 'rattled.extxyz').structures[0]!;
    const result = potential().bind(structure).evaluate(structure.positions, structure.cell, { forces: true, stress: true, energies: true });
    const expectedForces = reference.forces_eV_A.flat(), expectedStress = reference.stress_xx_yy_zz_yz_xz_xy_eV_A3;
    const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));
    expect(Math.abs(result.energy / reference.energy_eV - 1)).toBeLessThan(energy);
    expect(largestDifference(result.forces!, expectedForces) / largest(expectedForces)).toBeLessThan(forces);
    expect(largestDifference(result.stress!, expectedStress) / largest(expectedStress)).toBeLessThan(stress);
    expect(Math.abs(result.energies!.reduce((sum, value) => sum + value, 0) / result.energy - 1)).toBeLessThan(1e-13);
  });

  test('liquid argon: energy and forces of the start configuration', () => {
    const text = readFileSync(`${folder('H_md')}/argon864_start.extxyz`, 'utf8').trim().split('\n');
    const rows = text.slice(2).map((line) => line.trim().split(/\s+/).slice(1).map(Number));
    const structure = readStructures(readFileSync(`${folder('H_md')}/argon864_start.extxyz`), 'argon.extxyz').structures[0]!;
    const result = bundled('ar-lennard-jones').bind(structure).evaluate(structure.positions, structure.cell, { forces: true });
    // Positions are printed to 1e-8 Å, forces to 1e-8 eV/Å; the energy belongs to the unrounded positions.
    expect(Math.abs(result.energy - -44.3925223171)).toBeLessThan(1e-6);
    expect(largestDifference(result.forces!, rows.flatMap((row) => row.slice(6, 9)))).toBeLessThan(2e-8);
  });

  test('silicon at its minimum has the published cohesive energy, twice ε', () => {
    const structure = readStructures(readFileSync(`${folder('A_sw_si')}/conventional.extxyz`), 'conventional.extxyz').structures[0]!;
    const { energy } = bundled('si-stillinger-weber').bind(structure).evaluate(structure.positions, structure.cell, {});
    // A and B are given to ten digits: the depth of φ2 is ε to 1e-10.
    expect(Math.abs(energy / structure.species.length + 2 * 2.1683)).toBeLessThan(1e-9);
  });
});
