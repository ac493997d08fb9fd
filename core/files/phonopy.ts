/**
 * Files that phonopy reads (https://phonopy.github.io/phonopy/input-files.html): `phonopy.yaml` with the cell, the masses and
 * where there are charges Born charges, ε∞ and the conversion factor (these also as `BORN`); `FORCE_CONSTANTS` in the
 * compact form, Coulomb included, without the non-analytic term; and the bands as `band.yaml`. In the folder that holds
 * them, `phonopy.load('phonopy.yaml')` is enough.
 */
import type { PhononsResult } from '../contracts/results.ts';
import type { Crystal } from '../crystal/crystal.ts';
import { fractionalPositions, massesOf } from '../crystal/structure.ts';
import { reciprocalCell } from '../math/matrix3.ts';
import type { ForceConstants } from '../phonons/force-constants.ts';
import { polarResponse, type PolarResponse } from '../phonons/infrared.ts';
import { exportNumbers, supercellForceConstants } from '../phonons/supercell-force-constants.ts';
import type { Potential } from '../potential/potential.ts';
import { coulomb, terahertzPerRootForceConstant } from '../units/constants.ts';

export interface TextFile {
  readonly name: string;
  readonly text: string;
}

export interface PhonopyInput {
  readonly crystal: Crystal;
  readonly potential: Potential;
  readonly forceConstants: ForceConstants;
  /** Program and version that wrote the files, shown in `phonopy.yaml`. */
  readonly creator: string;
  /** Repetitions of the primitive cell; by default so many that the short-range part is exact. */
  readonly numbers?: readonly [number, number, number];
}

/** `phonopy.yaml`, `FORCE_CONSTANTS` and, where there are charges, `BORN`. */
export function phonopyFiles({ crystal, potential, forceConstants, creator, numbers }: PhonopyInput): TextFile[] {
  const { structure, symmetry } = crystal;
  const repetitions = numbers ?? exportNumbers(structure, potential);
  const polar = polarResponse(structure, potential);
  const yaml = [
    'phonopy:',
    // Readers look at nothing but the first part of the version.
    '  version: 2.17.1',
    `  written_by: "${creator}"`,
    `  frequency_unit_conversion_factor: ${terahertzPerRootForceConstant.toFixed(9)}`,
    `  symmetry_tolerance: ${symmetry.tolerance.toExponential(5)}`,
    ...(polar ? [`  nac_unit_conversion_factor: ${coulomb.toFixed(9)}`] : []),
    '',
    'physical_unit:', '  atomic_mass: "AMU"', '  length: "angstrom"', '  force_constants: "eV/angstrom^2"',
    '',
    'space_group:', `  type: "${symmetry.symbol.replaceAll(' ', '')}"`, `  number: ${symmetry.number}`,
    '',
    'primitive_matrix:', ...matrixLines([1, 0, 0, 0, 1, 0, 0, 0, 1], 15),
    '',
    'supercell_matrix:', ...[0, 1, 2].map((x) => `- [ ${[0, 1, 2].map((y) => String(x === y ? repetitions[x]! : 0).padStart(3)).join(', ')} ]`),
    '',
    ...['primitive_cell', 'unit_cell'].flatMap((name) => [`${name}:`, ...cellLines(crystal).map((line) => `  ${line}`), '']),
    ...(polar
      ? [
          'born_effective_charge:',
          ...structure.species.flatMap((symbol, i) => [`- # ${i + 1} (${symbol})`, ...matrixLines(polar.bornCharges.subarray(9 * i, 9 * i + 9), 12).map((line) => `  ${line}`)]),
          '',
          'dielectric_constant:', ...matrixLines(polar.dielectric, 12).map((line) => `  ${line}`), '',
        ]
      : []),
  ];
  const table = supercellForceConstants(structure, forceConstants, potential, repetitions);
  return [
    { name: 'phonopy.yaml', text: yaml.join('\n') },
    { name: 'FORCE_CONSTANTS', text: compactForceConstants(table.values, structure.species.length) },
    ...(polar ? [{ name: 'BORN', text: bornFile(crystal, polar) }] : []),
  ];
}

/** Rows: atoms of the primitive cell by their first image; columns: all atoms of the supercell, image by image. */
function compactForceConstants(values: Float64Array, atoms: number): string {
  const cells = values.length / (9 * atoms * atoms);
  const lines = [`${atoms} ${atoms * cells}`];
  for (let i = 0; i < atoms; i++) {
    for (let column = 0; column < atoms * cells; column++) {
      lines.push(`${i * cells + 1} ${column + 1}`);
      const at = 9 * (i * atoms * cells + column);
      for (let a = 0; a < 3; a++) lines.push([0, 1, 2].map((b) => fixed(values[at + 3 * a + b]!, 15, 22)).join(''));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Conversion factor, ε∞, and the Born charges of one atom of each orbit. */
function bornFile({ symmetry }: Crystal, { bornCharges, dielectric }: PolarResponse): string {
  const nine = (values: Float64Array): string => Array.from(values, (value) => fixed(value, 12, 18)).join('');
  const independent = Array.from(symmetry.orbits.keys()).filter((i) => symmetry.orbits[i] === i);
  return [coulomb.toFixed(9), nine(dielectric), ...independent.map((i) => nine(bornCharges.subarray(9 * i, 9 * i + 9))), ''].join('\n');
}

/** `band.yaml`; distances there are without 2π. */
export function bandYaml(crystal: Crystal, bands: PhononsResult['bands']): TextFile {
  const qpoints = bands.qpoints.value as number[][][];
  const frequencies = bands.frequencies.value as number[][][];
  const distances = bands.distances.value as number[][];
  const lines = [
    `nqpoint: ${qpoints.reduce((sum, segment) => sum + segment.length, 0)}`,
    `npath: ${qpoints.length}`,
    'segment_nqpoint:', ...qpoints.map((segment) => `- ${segment.length}`),
    'labels:', ...bands.labels.map(([from, to]) => `- [ '${from}', '${to}' ]`),
    'reciprocal_lattice:', ...matrixLines(reciprocalCell(crystal.structure.cell).map((value) => value / (2 * Math.PI)), 12),
    `natom: ${crystal.structure.species.length}`,
    ...cellLines(crystal),
    '',
    'phonon:',
    ...qpoints.flatMap((segment, s) => segment.flatMap((q, k) => [
      `- q-position: [ ${q.map((value) => fixed(value, 10, 14)).join(', ')} ]`,
      `  distance: ${fixed(distances[s]![k]! / (2 * Math.PI), 10, 14)}`,
      ...(k === 0 ? [`  label: '${bands.labels[s]![0]}'`] : k === segment.length - 1 ? [`  label: '${bands.labels[s]![1]}'`] : []),
      '  band:',
      ...frequencies[s]![k]!.flatMap((frequency, m) => [`  - # ${m + 1}`, `    frequency: ${fixed(frequency, 10, 15)}`]),
      '',
    ])),
  ];
  return { name: 'band.yaml', text: `${lines.join('\n')}\n` };
}

function cellLines({ structure }: Crystal): string[] {
  const fractional = fractionalPositions(structure);
  const masses = massesOf(structure);
  return [
    'lattice:', ...matrixLines(structure.cell, 15).map((line, x) => `${line} # ${'abc'[x]}`),
    'points:',
    ...structure.species.flatMap((symbol, i) => [
      `- symbol: ${symbol} # ${i + 1}`,
      `  coordinates: [ ${Array.from(fractional.subarray(3 * i, 3 * i + 3), (value) => fixed(value, 15, 18)).join(', ')} ]`,
      `  mass: ${masses[i]!.toFixed(9)}`,
    ]),
  ];
}

function matrixLines(matrix: ArrayLike<number>, digits: number): string[] {
  return [0, 1, 2].map((row) => `- [ ${[0, 1, 2].map((column) => fixed(matrix[3 * row + column]!, digits, digits + 6)).join(', ')} ]`);
}

/** Fixed notation in a column; a rounded −0 loses its sign. */
function fixed(value: number, digits: number, width: number): string {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? (0).toFixed(digits) : text).padStart(width);
}
