import { describe, expect, it } from 'vitest';
import { Refusal } from '../../core/contracts/messages.ts';
import type { Structure } from '../../core/contracts/structure.ts';
import { bandPath } from '../../core/crystal/brillouin-path.ts';
import { centringLetter } from '../../core/crystal/settings.ts';
import { cellFromParameters, cellParameters, strained, withPositions } from '../../core/crystal/structure.ts';
import { supercell } from '../../core/crystal/supercell.ts';
import { standardPrimitive, symmetryOf } from '../../core/crystal/symmetry.ts';
import { determinant3, inverse3, matrixTimesVector3, multiply3, transpose3 } from '../../core/math/matrix3.ts';
import { random } from '../../core/math/random.ts';
import type { Crystal, Symmetry } from '../../core/crystal/crystal.ts';
import { allPeriodic, disguised, largestMismatch, randomCell, randomCrystal, randomRotation, randomUnimodular } from './crystals.ts';

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const tolerance = 1e-4;

function largestDeviation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = 0;
  for (let k = 0; k < a.length; k++) worst = Math.max(worst, Math.abs(a[k]! - b[k]!));
  return worst;
}

/** Å: how far the operations are from carrying each atom onto the partner that they name, in Cartesian form r' = R r + t. */
function operationError({ cell, positions }: Structure, { operations }: Symmetry): number {
  const atoms = positions.length / 3;
  const inverse = inverse3(cell);
  let worst = 0;
  for (let k = 0; k < operations.count; k++) {
    const rotation = operations.cartesian.subarray(9 * k, 9 * k + 9);
    const w = operations.translations.subarray(3 * k, 3 * k + 3);
    const translation = [0, 1, 2].map((x) => w[0]! * cell[x]! + w[1]! * cell[3 + x]! + w[2]! * cell[6 + x]!);
    worst = Math.max(worst, largestDeviation(multiply3(rotation, transpose3(rotation)), identity));
    // Large groups: every seventh atom, another one for each operation, says as much and saves seconds.
    const step = operations.count > 12 ? 7 : 1;
    for (let i = k % step; i < atoms; i += step) {
      const j = operations.permutations[k * atoms + i]!;
      const image = matrixTimesVector3(rotation, positions.subarray(3 * i, 3 * i + 3));
      const d = [0, 1, 2].map((x) => image[x]! + translation[x]! - positions[3 * j + x]!);
      const f = [0, 1, 2].map((x) => d[0]! * inverse[x]! + d[1]! * inverse[3 + x]! + d[2]! * inverse[6 + x]!).map((value) => value - Math.round(value));
      worst = Math.max(worst, Math.hypot(...[0, 1, 2].map((x) => f[0]! * cell[x]! + f[1]! * cell[3 + x]! + f[2]! * cell[6 + x]!)));
    }
  }
  return worst;
}

const conventionalOf = ({ structure, symmetry }: Crystal): Float64Array => multiply3(symmetry.conventionalMatrix, structure.cell);

const rocksalt = (a = 4.2): Structure => ({
  cell: Float64Array.of(0, a / 2, a / 2, a / 2, 0, a / 2, a / 2, a / 2, 0), periodic: allPeriodic, species: ['Mg', 'O'],
  positions: Float64Array.of(0.3, 0.2, 0.1, 0.3 + a / 2, 0.2 + a / 2, 0.1 + a / 2),
});

/** Right-handed α-quartz, P 32 2 1, a along x (Levien, Prewitt & Weidner, Am. Mineral. 65 (1980) 920, rounded). */
function quartz(): Structure {
  const cell = cellFromParameters(4.916, 4.916, 5.4054, 90, 90, 120)!;
  const u = 0.4697, [x, y, z] = [0.4135, 0.2669, 0.1191 + 2 / 3];
  const fractional = [
    [u, 0, 2 / 3], [0, u, 1 / 3], [-u, -u, 0],
    [x, y, z], [-y, x - y, z + 2 / 3], [y - x, -x, z + 1 / 3], [y, x, -z], [x - y, -y, -z + 4 / 3], [-x, y - x, -z + 2 / 3],
  ].flat();
  const positions = new Float64Array(27);
  for (let i = 0; i < 27; i += 3) for (let k = 0; k < 3; k++) positions[i + k] = fractional[i]! * cell[k]! + fractional[i + 1]! * cell[3 + k]! + fractional[i + 2]! * cell[6 + k]!;
  return { cell, periodic: allPeriodic, species: ['Si', 'Si', 'Si', 'O', 'O', 'O', 'O', 'O', 'O'], positions };
}

describe('standardPrimitive', () => {
  it('recognises all 230 space groups in a turned, shifted and mixed cell, and keeps atoms and frame', () => {
    const r = random(21);
    for (let number = 1; number <= 230; number++) {
      const input = disguised(randomCrystal(number, r), randomRotation(r), randomUnimodular(r), [r.uniform(), r.uniform(), r.uniform()]);
      const { crystal, matrixFromInput, idealisationShift } = standardPrimitive(input, tolerance);
      const { structure, symmetry } = crystal;
      expect(symmetry.number).toBe(number);
      // 1e-12 Å everywhere: coordinates of 10 Å, a few dozen operations.
      expect(largestDeviation(multiply3(matrixFromInput, input.cell), structure.cell)).toBeLessThan(1e-12);
      expect(Math.abs(determinant3(matrixFromInput))).toBeCloseTo(1, 12);
      expect(largestMismatch(structure, input)).toBeLessThan(1e-12);
      expect(largestMismatch(input, structure)).toBeLessThan(1e-12);
      expect(idealisationShift).toBeLessThan(1e-12);
      expect(structure.species).toEqual(input.species);
      expect(determinant3(structure.cell)).toBeGreaterThan(0);
      expect(operationError(structure, symmetry)).toBeLessThan(1e-12);
      expect(structure.species.length).toBe(3 * symmetry.operations.count);

      const { conventionalMatrix: c, standardAxes } = symmetry;
      expect(c.every(Number.isInteger)).toBe(true);
      expect(determinant3(c)).toBe({ P: 1, A: 2, C: 2, I: 2, F: 4, R: 3 }[centringLetter(number)]);
      expect(largestDeviation(multiply3(standardAxes, transpose3(standardAxes)), identity)).toBeLessThan(1e-14);
      expect(determinant3(standardAxes)).toBeCloseTo(1, 14);
      const { lengths: [a, b, cc], angles: [alpha, beta, gamma] } = cellParameters(conventionalOf(crystal));
      const right = (angle: number, expected = 90): void => { expect(angle).toBeCloseTo(expected, 8); };
      if (number >= 3) { right(alpha); right(gamma, number >= 143 && number <= 194 ? 120 : 90); }
      if (number >= 3 && number <= 15) expect(beta).toBeGreaterThan(90 - 1e-3);
      if (number >= 16) right(beta);
      if (number >= 75) expect(a).toBeCloseTo(b, 10);
      if (number >= 195) expect(a).toBeCloseTo(cc, 10);

      // The answer is its own standard cell: nothing changes a second time.
      const again = standardPrimitive(structure, tolerance);
      expect(Array.from(again.matrixFromInput)).toEqual(identity);
      expect(largestDeviation(again.crystal.structure.cell, structure.cell)).toBeLessThan(1e-12);
      expect(largestDeviation(again.crystal.structure.positions, structure.positions)).toBeLessThan(1e-12);
    }
  });

  it('gives cells that do not depend on how the crystal was described', () => {
    const r = random(22);
    for (const number of [1, 2, 4, 5, 9, 14, 15, 19, 36, 38, 43, 62, 70, 72, 88, 122, 146, 152, 167, 176, 194, 205, 220, 227]) {
      // Cells that lie along the axes of the frame have settings that are equally close to it: ties must be broken alike.
      const crystal = randomCrystal(number, r);
      const first = standardPrimitive(crystal, tolerance);
      const other = standardPrimitive(disguised(crystal, identity, randomUnimodular(r), [0.1, 0.2, 0.3]), tolerance);
      expect(largestDeviation(other.crystal.structure.cell, first.crystal.structure.cell)).toBeLessThan(1e-11);
    }
  });

  it('leaves a standard cell as it was read: vectors, order, places', () => {
    for (const input of [rocksalt(), quartz()]) {
      const { crystal: { structure, symmetry }, matrixFromInput } = standardPrimitive(input, tolerance);
      expect(Array.from(matrixFromInput)).toEqual(identity);
      expect(largestDeviation(structure.cell, input.cell)).toBeLessThan(1e-12);
      expect(largestDeviation(structure.positions, input.positions)).toBeLessThan(1e-12);
      expect(largestDeviation(symmetry.standardAxes, identity)).toBeLessThan(1e-12);
    }
  });

  it('keeps the cell of a triclinic crystal whose lattice happens to be more symmetric', () => {
    const r = random(29);
    for (const cell of [[5, 0, 0, 0, 5, 0, 0, 0, 5], [4, 0, 0, 0, 5, 0, 0, 0, 6], [...cellFromParameters(5, 5, 7, 90, 90, 120)!]]) {
      const input: Structure = { cell: Float64Array.from(cell), periodic: allPeriodic, species: ['Si', 'O', 'O', 'Mg'], positions: Float64Array.from({ length: 12 }, () => 4 * r.uniform()) };
      const { crystal, matrixFromInput } = standardPrimitive(input, tolerance);
      expect(crystal.symmetry.number).toBe(1);
      expect(Array.from(matrixFromInput)).toEqual(identity);
      expect(bandPath(crystal).lattice).toBe('aP2');
    }
  });

  it('takes spglib\'s primitive vectors: halves of the face diagonals for F, of the body diagonals for I', () => {
    const r = random(23);
    for (const [number, rows] of [
      [225, [0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0]], [229, [-0.5, 0.5, 0.5, 0.5, -0.5, 0.5, 0.5, 0.5, -0.5]],
      [12, [0.5, -0.5, 0, 0.5, 0.5, 0, 0, 0, 1]], [38, [1, 0, 0, 0, 0.5, -0.5, 0, 0.5, 0.5]],
      [166, [2 / 3, 1 / 3, 1 / 3, -1 / 3, 1 / 3, 1 / 3, -1 / 3, -2 / 3, 1 / 3]],
    ] as const) {
      const { crystal } = standardPrimitive(disguised(randomCrystal(number, r), randomRotation(r), identity, [0, 0, 0]), tolerance);
      expect(largestDeviation(multiply3(rows, conventionalOf(crystal)), crystal.structure.cell)).toBeLessThan(1e-12);
    }
  });

  it('reduces supercells, also of a thousand atoms, also rattled ones', () => {
    const conventional = supercell(rocksalt(), [-1, 1, 1, 1, -1, 1, 1, 1, -1]).structure;
    const one = standardPrimitive(conventional, tolerance);
    expect(one.crystal.structure.species).toEqual(['Mg', 'O']);
    expect(determinant3(one.matrixFromInput)).toBeCloseTo(1 / 4, 14);
    expect(largestMismatch(conventional, one.crystal.structure)).toBeLessThan(1e-12);

    const r = random(24);
    const big = supercell(rocksalt(), [8, 0, 0, 1, 8, 0, 0, 3, 8]).structure;
    const rattled = withPositions(big, big.positions.map((value) => value + 2e-5 * (r.uniform() - 0.5)));
    const start = performance.now();
    const two = standardPrimitive(rattled, tolerance);
    // 0.6 s where it was written; the symmetry finder alone needs 90 s for this cell.
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(two.crystal.symmetry.number).toBe(225);
    expect(determinant3(two.matrixFromInput)).toBeCloseTo(1 / 512, 14);
    expect(largestDeviation(multiply3(two.matrixFromInput, rattled.cell), two.crystal.structure.cell)).toBeLessThan(1e-11);
    // The average over 512 copies lies within the noise; the reported shift covers the farthest of them.
    const mismatch = largestMismatch(two.crystal.structure, rattled);
    expect(mismatch).toBeLessThan(4e-5);
    expect(two.idealisationShift).toBeGreaterThanOrEqual(0.5 * mismatch);
    expect(two.idealisationShift).toBeLessThan(1e-4);
  });

  it('makes a slightly wrong crystal exact and says by how much it moved', () => {
    const r = random(25);
    for (const number of [14, 38, 62, 122, 152, 166, 194, 216, 227]) {
      const ideal = disguised(randomCrystal(number, r), randomRotation(r), randomUnimodular(r), [0.3, 0.1, 0.2]);
      const strain = Float64Array.from(identity, (value) => value + 2e-6 * (r.uniform() - 0.5));
      const noisy = strained(withPositions(ideal, ideal.positions.map((value) => value + 2e-5 * (r.uniform() - 0.5))), strain);
      const { crystal, idealisationShift } = standardPrimitive(noisy, 1e-3);
      expect(crystal.symmetry.number).toBe(number);
      expect(operationError(crystal.structure, crystal.symmetry)).toBeLessThan(1e-11);
      // Noise of 1e-5 per coordinate, up to 1.7e-5 Å per atom, and of 1e-6 · 10 Å in the cell; the mean can differ by as much again.
      expect(idealisationShift).toBeGreaterThan(1e-6);
      expect(idealisationShift).toBeLessThan(8e-5);
      expect(largestMismatch(crystal.structure, noisy)).toBeLessThan(1.5e-4);
    }
  });

  it('keeps the handedness of the crystal, whatever that of the cell', () => {
    const r = random(26);
    for (const [number, mirror] of [[152, 154], [76, 78], [169, 170], [144, 145], [212, 213]] as const) {
      const crystal = disguised(randomCrystal(number, r), randomRotation(r), identity, [0.1, 0.2, 0.3]);
      const leftHanded = withPositions(crystal, crystal.positions, crystal.cell.map((value) => -value));
      const found = standardPrimitive(leftHanded, tolerance);
      expect(found.crystal.symmetry.number).toBe(number);
      expect(determinant3(found.crystal.structure.cell)).toBeGreaterThan(0);
      expect(largestDeviation(multiply3(found.matrixFromInput, leftHanded.cell), found.crystal.structure.cell)).toBeLessThan(1e-12);
      expect(largestMismatch(crystal, found.crystal.structure)).toBeLessThan(1e-12);
      const symmetry = symmetryOf(leftHanded, tolerance);
      expect(symmetry.number).toBe(number);
      expect(operationError(leftHanded, symmetry)).toBeLessThan(1e-12);
      expect(standardPrimitive(strained(crystal, [-1, 0, 0, 0, -1, 0, 0, 0, -1]), tolerance).crystal.symmetry.number).toBe(mirror);
    }
  });

  it('tells isotopes apart: an atom of another mass breaks the symmetry', () => {
    const cell = Float64Array.of(3, 0, 0, 0, 3, 0, 0, 0, 3);
    const two: Structure = { cell, periodic: allPeriodic, species: ['Fe', 'Fe'], positions: Float64Array.of(0, 0, 0, 1.5, 1.5, 1.5) };
    expect(standardPrimitive(two, tolerance).crystal.symmetry.number).toBe(229);
    const isotopes = standardPrimitive({ ...two, masses: Float64Array.of(54, 57) }, tolerance).crystal;
    expect(isotopes.symmetry.number).toBe(221);
    expect(Array.from(isotopes.structure.masses!)).toEqual([54, 57]);
  });

  it('treats molecules, wires and layers as without symmetry', () => {
    const layer: Structure = { ...rocksalt(), periodic: [true, true, false] };
    const { crystal, matrixFromInput } = standardPrimitive(layer, tolerance);
    expect(crystal.structure).toBe(layer);
    expect(Array.from(matrixFromInput)).toEqual(identity);
    expect([crystal.symmetry.number, crystal.symmetry.operations.count]).toEqual([1, 1]);
  });

  it('refuses a senseless tolerance in a sentence', () => {
    for (const value of [0, -1, Number.NaN, 3]) {
      expect(() => standardPrimitive(rocksalt(), value)).toThrow(Refusal);
      expect(() => symmetryOf(rocksalt(), value)).toThrow(/The symmetry tolerance cannot be/);
    }
  });
});

describe('symmetryOf', () => {
  it('describes rock salt and quartz as the tables do', () => {
    const salt = symmetryOf(rocksalt(), tolerance);
    expect([salt.number, salt.symbol, salt.crystalSystem, salt.operations.count]).toEqual([225, 'F m -3 m', 'cubic', 48]);
    expect([...salt.wyckoffs].sort()).toEqual(['a', 'b']);
    expect(salt.siteSymmetries).toEqual(['m-3m', 'm-3m']);
    expect(Array.from(salt.orbits)).toEqual([0, 1]);

    const silica = symmetryOf(quartz(), tolerance);
    expect([silica.number, silica.crystalSystem, silica.operations.count]).toEqual([154, 'trigonal', 6]);
    expect(Array.from(silica.orbits)).toEqual([0, 0, 0, 3, 3, 3, 3, 3, 3]);
    // Three silicon atoms on twofold axes, six oxygen atoms on the general position 6c.
    expect(silica.siteSymmetries.map((symbol) => symbol.replaceAll('.', ''))).toEqual(['2', '2', '2', '1', '1', '1', '1', '1', '1']);
    expect(silica.wyckoffs.slice(3)).toEqual(['c', 'c', 'c', 'c', 'c', 'c']);
  });

  it('has operations that form a group and act alike in both frames, in any cell', () => {
    const r = random(27);
    for (const number of [14, 43, 96, 152, 167, 194, 220]) {
      const structure = disguised(randomCrystal(number, r), randomRotation(r), randomUnimodular(r), [0.1, 0.2, 0.3]);
      const symmetry = symmetryOf(structure, tolerance);
      const { rotations, count, permutations } = symmetry.operations;
      expect(operationError(structure, symmetry)).toBeLessThan(1e-12);
      const atoms = structure.species.length;
      const key = (k: number): string => `${rotations.subarray(9 * k, 9 * k + 9).join(' ')} | ${permutations.subarray(k * atoms, (k + 1) * atoms).join(' ')}`;
      const keys = new Set(Array.from({ length: count }, (_, k) => key(k)));
      expect(keys.size).toBe(count);
      for (let p = 0; p < count; p++) for (let q = 0; q < count; q++) {
        const product = multiply3(rotations.subarray(9 * p, 9 * p + 9), rotations.subarray(9 * q, 9 * q + 9));
        const permuted = Array.from({ length: atoms }, (_, i) => permutations[p * atoms + permutations[q * atoms + i]!]!);
        expect(keys.has(`${product.map((value) => value + 0).join(' ')} | ${permuted.join(' ')}`)).toBe(true);
      }
    }
  });

  it('gives fractions for the conventional vectors of a supercell', () => {
    const { structure } = supercell(rocksalt(), [2, 0, 0, 0, 2, 0, 0, 0, 2]);
    const symmetry = symmetryOf(structure, tolerance);
    expect(symmetry.operations.count).toBe(48 * 8);
    expect(determinant3(symmetry.conventionalMatrix)).toBeCloseTo(4 / 8, 13);
    cellParameters(multiply3(symmetry.conventionalMatrix, structure.cell)).lengths.forEach((length) => expect(length).toBeCloseTo(4.2, 10));
  });

  it('finds P 1 for atoms at random', () => {
    const r = random(28);
    const structure: Structure = { cell: randomCell(r, 12), periodic: allPeriodic, species: Array.from({ length: 80 }, () => 'Si'), positions: Float64Array.from({ length: 240 }, () => 12 * r.uniform()) };
    expect(symmetryOf(structure, tolerance).number).toBe(1);
  });
});
