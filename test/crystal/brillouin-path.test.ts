import { describe, expect, it } from 'vitest';
import { Refusal } from '../../core/contracts/messages.ts';
import { bandPath, extendedLatticeNames, type BandPath } from '../../core/crystal/brillouin-path.ts';
import type { Crystal } from '../../core/crystal/crystal.ts';
import { primitiveInConventional } from '../../core/crystal/settings.ts';
import { cellFromParameters } from '../../core/crystal/structure.ts';
import { standardPrimitive } from '../../core/crystal/symmetry.ts';
import { multiply3, norm3, reciprocalCell } from '../../core/math/matrix3.ts';
import { random } from '../../core/math/random.ts';
import { disguised, randomCell, randomCrystal, randomRotation, randomUnimodular } from './crystals.ts';

type Parameters = readonly [number, number, number, number, number, number];

/** One crystal for each extended Bravais lattice: space group and conventional cell. */
const examples: Readonly<Record<string, readonly [number, Parameters]>> = {
  cP1: [195, [5, 5, 5, 90, 90, 90]], cP2: [221, [5, 5, 5, 90, 90, 90]], cF1: [196, [7, 7, 7, 90, 90, 90]], cF2: [225, [7, 7, 7, 90, 90, 90]],
  cI1: [229, [6, 6, 6, 90, 90, 90]], tP1: [99, [5, 5, 6, 90, 90, 90]], tI1: [139, [7, 7, 5, 90, 90, 90]], tI2: [121, [5, 5, 8, 90, 90, 90]],
  oP1: [47, [4, 5, 6, 90, 90, 90]], oF1: [43, [4, 7, 9, 90, 90, 90]], oF2: [43, [9, 7, 4, 90, 90, 90]], oF3: [69, [6, 7, 8, 90, 90, 90]],
  oI1: [44, [4, 5, 7, 90, 90, 90]], oI2: [46, [7, 4, 5, 90, 90, 90]], oI3: [46, [4, 7, 5, 90, 90, 90]], oC1: [63, [5, 8, 6, 90, 90, 90]],
  oC2: [63, [8, 5, 6, 90, 90, 90]], oA1: [38, [6, 5, 8, 90, 90, 90]], oA2: [38, [6, 8, 5, 90, 90, 90]], hP1: [149, [5, 5, 6, 90, 90, 120]],
  hP2: [194, [5, 5, 8, 90, 90, 120]], hR1: [166, [5, 5, 12, 90, 90, 120]], hR2: [166, [8, 8, 6, 90, 90, 120]], mP1: [14, [5, 6, 7, 90, 105, 90]],
  mC1: [12, [9, 5, 6, 90, 100, 90]], mC2: [12, [6, 8, 7, 90, 102, 90]], mC3: [15, [8, 8, 4.3, 90, 112, 90]],
  aP2: [2, [5, 6, 7, 80, 75, 70]], aP3: [1, [5, 6, 7, 95, 100, 105]],
};

function crystalOf(number: number, cell: Float64Array, seed: number, turned = true): Crystal {
  const r = random(seed);
  const crystal = randomCrystal(number, r, multiply3(primitiveInConventional(number), cell));
  if (!turned) return standardPrimitive(crystal, 1e-4).crystal;
  return standardPrimitive(disguised(crystal, randomRotation(r), randomUnimodular(r), [0.3, 0.1, 0.2]), 1e-4).crystal;
}
const made = new Map<string, Crystal>();
function exampleOf(name: string, turned = true): Crystal {
  const key = `${name} ${turned}`;
  if (!made.has(key)) made.set(key, crystalOf(examples[name]![0], cellFromParameters(...examples[name]![1])!, 7, turned));
  return made.get(key)!;
}

const cartesianOf = ({ structure }: Crystal, q: ArrayLike<number>): number[] => {
  const b = reciprocalCell(structure.cell);
  return [0, 1, 2].map((x) => q[0]! * b[x]! + q[1]! * b[3 + x]! + q[2]! * b[6 + x]!);
};

/** min over reciprocal vectors G ≠ 0 of |k − G| − |k|: positive inside the Brillouin zone, 0 on its surface, negative outside. */
function depth(crystal: Crystal, q: ArrayLike<number>): number {
  const b = reciprocalCell(crystal.structure.cell);
  const k = cartesianOf(crystal, q);
  const length = norm3(k);
  let smallest = Infinity;
  for (let n = 0; n < 729; n++) {
    if (n === 364) continue;
    const [i, j, l] = [Math.floor(n / 81) - 4, (Math.floor(n / 9) % 9) - 4, (n % 9) - 4];
    const distance = Math.hypot(k[0]! - i * b[0]! - j * b[3]! - l * b[6]!, k[1]! - i * b[1]! - j * b[4]! - l * b[7]!, k[2]! - i * b[2]! - j * b[5]! - l * b[8]!);
    smallest = Math.min(smallest, distance - length);
  }
  return smallest;
}

/** q under each rotation of the crystal's point group and time reversal: q' = W⁻ᵀ q, here by all W, in this primitive cell. */
function images({ symmetry: { operations } }: Crystal, q: ArrayLike<number>): number[][] {
  return Array.from({ length: operations.count }, (_, n) => operations.rotations.subarray(9 * n, 9 * n + 9))
    .map((w) => [0, 1, 2].map((x) => w[x]! * q[0]! + w[3 + x]! * q[1]! + w[6 + x]! * q[2]!))
    .flatMap((image) => [image, image.map((value) => -value)]);
}
const equivalent = (p: ArrayLike<number>, q: ArrayLike<number>): boolean => [0, 1, 2].every((x) => Math.abs(p[x]! - q[x]! - Math.round(p[x]! - q[x]!)) < 1e-9);
const named = (path: BandPath, label: string): Float64Array => path.points.find((point) => point.label === label)!.q;

describe('bandPath', () => {
  it('has an example for every extended Bravais lattice and recognises each', () => {
    expect(Object.keys(examples).sort()).toEqual([...extendedLatticeNames].sort());
    for (const name of extendedLatticeNames) expect(bandPath(exampleOf(name)).lattice).toBe(name);
  });

  it('puts every labelled point but GAMMA exactly on the surface of the Brillouin zone', () => {
    for (const name of extendedLatticeNames) {
      const crystal = exampleOf(name);
      for (const { label, q } of bandPath(crystal).points) {
        if (label === 'GAMMA') expect(Array.from(q)).toEqual([0, 0, 0]);
        // 1e-9 1/Å: rounding of the cell; a wrong parameter is off by hundredths.
        else expect(Math.abs(depth(crystal, q)), `${name} ${label}`).toBeLessThan(1e-9);
      }
    }
  });

  it('does so for monoclinic and triclinic crystals of any shape', () => {
    const seen = new Set<string>();
    for (const number of [1, 2, 4, 5, 9, 12, 14, 15]) {
      for (let seed = 0; seed < 12; seed++) {
        const r = random(100 * number + seed);
        const { crystal } = standardPrimitive(randomCrystal(number, r, randomCell(r, 6, 0.6)), 1e-4);
        const path = bandPath(crystal);
        seen.add(path.lattice);
        for (const { label, q } of path.points) if (label !== 'GAMMA') expect(Math.abs(depth(crystal, q)), `${number} ${seed} ${label}`).toBeLessThan(1e-9);
      }
    }
    expect([...seen].sort()).toEqual(['aP2', 'aP3', 'mC1', 'mC2', 'mC3', 'mP1']);
  });

  it('jumps only between equivalent points where a line leaves the zone', () => {
    const jumps: Record<string, [string, string][]> = {
      cF1: [['U', 'K']], cF2: [['U', 'K']], tI1: [['Z', 'Z_0']], tI2: [['S', 'S_0'], ['R', 'G']],
      oF1: [['SIGMA_0', 'U_0'], ['C_0', 'A_0']], oF2: [['LAMBDA_0', 'Q_0'], ['G_0', 'H_0']], oF3: [['C_0', 'A_0'], ['B_0', 'D_0'], ['G_0', 'H_0']],
      oI1: [['F_2', 'SIGMA_0'], ['Y_0', 'U_0']], oI2: [['U_2', 'Y_0'], ['LAMBDA_0', 'G_2']], oI3: [['F_0', 'SIGMA_0'], ['LAMBDA_0', 'G_0']],
      oC1: [['C_0', 'SIGMA_0'], ['A_0', 'E_0']], oC2: [['F_0', 'DELTA_0'], ['B_0', 'G_0']], oA1: [['C_0', 'SIGMA_0'], ['A_0', 'E_0']], oA2: [['F_0', 'DELTA_0'], ['B_0', 'G_0']],
      hR1: [['H_2', 'H_0'], ['S_0', 'S_2']], hR2: [['P_0', 'P_2']], mC1: [['C', 'C_2'], ['D', 'D_2']], mC3: [['I_2', 'I']],
    };
    for (const [name, pairs] of Object.entries(jumps)) {
      const crystal = exampleOf(name);
      const path = bandPath(crystal);
      for (const [from, to] of pairs) {
        expect(images(crystal, named(path, from)).some((image) => equivalent(image, named(path, to))), `${name} ${from} ${to}`).toBe(true);
      }
    }
  });

  it('gives the textbook coordinates for aligned face-centred, body-centred, simple cubic and hexagonal cells', () => {
    const known: [string, Record<string, number[]>][] = [
      ['cF2', { X: [0.5, 0, 0.5], L: [0.5, 0.5, 0.5], W: [0.5, 0.25, 0.75], K: [0.375, 0.375, 0.75], U: [0.625, 0.25, 0.625] }],
      ['cI1', { H: [0.5, -0.5, 0.5], P: [0.25, 0.25, 0.25], N: [0, 0, 0.5] }],
      ['cP2', { X: [0, 0.5, 0], M: [0.5, 0.5, 0], R: [0.5, 0.5, 0.5] }],
      ['hP2', { M: [0.5, 0, 0], K: [1 / 3, 1 / 3, 0], A: [0, 0, 0.5], L: [0.5, 0, 0.5], H: [1 / 3, 1 / 3, 0.5] }],
    ];
    for (const [name, points] of known) {
      const path = bandPath(exampleOf(name));
      for (const [label, q] of Object.entries(points)) q.forEach((value, x) => expect(named(path, label)[x]).toBeCloseTo(value, 12));
    }
  });

  it('gives the little groups of the tables (Bradley & Cracknell, table 3.6)', () => {
    // Of the full lattice group: with the centre, each operation with time reversal is another one of the group.
    const orders: [string, Record<string, number>][] = [
      ['cF2', { GAMMA: 48, X: 16, L: 12, W: 8, K: 4, U: 4 }], ['cI1', { GAMMA: 48, H: 48, P: 24, N: 8 }], ['cP2', { GAMMA: 48, X: 16, M: 16, R: 48 }],
      ['hP2', { GAMMA: 24, A: 24, K: 12, H: 12, M: 8, L: 8 }], ['oP1', { X: 8, S: 8, R: 8, T: 8 }],
    ];
    for (const [name, points] of orders) {
      const crystal = exampleOf(name);
      const path = bandPath(crystal);
      for (const [label, order] of Object.entries(points)) {
        const count = images(crystal, named(path, label)).filter((image) => equivalent(image, named(path, label))).length / 2;
        expect(count, `${name} ${label}`).toBe(order);
      }
    }
  });

  it('means the same points whatever the frame: distances from GAMMA do not depend on how the crystal lies', () => {
    for (const name of extendedLatticeNames) {
      const [turned, straight] = [exampleOf(name), exampleOf(name, false)];
      const lengths = (crystal: Crystal): Map<string, number> => new Map(bandPath(crystal).points.map(({ label, q }) => [label, norm3(cartesianOf(crystal, q))]));
      const expected = lengths(straight);
      for (const [label, length] of lengths(turned)) expect(length, `${name} ${label}`).toBeCloseTo(expected.get(label)!, 10);
    }
  });

  it('writes the recommended path of segments that share their ends within a piece', () => {
    const { segments } = bandPath(exampleOf('cF2'));
    expect(segments.map(({ from, to }) => `${from.label}-${to.label}`)).toEqual(['GAMMA-X', 'X-U', 'K-GAMMA', 'GAMMA-L', 'L-W', 'W-X']);
    for (const name of extendedLatticeNames) {
      const path = bandPath(exampleOf(name));
      expect(path.segments[0]!.from.label).toBe('GAMMA');
      for (const { from, to } of path.segments) expect(norm3([0, 1, 2].map((x) => to.q[x]! - from.q[x]!))).toBeGreaterThan(1e-3);
      const used = new Set(path.segments.flatMap(({ from, to }) => [from.label, to.label]));
      expect(path.points.every(({ label }) => used.has(label)), name).toBe(true);
    }
  });

  it('refuses what is not a crystal', () => {
    const crystal = exampleOf('cP2');
    const layer = { ...crystal, structure: { ...crystal.structure, periodic: [true, true, false] as const } };
    expect(() => bandPath(layer)).toThrow(Refusal);
    expect(() => bandPath(layer)).toThrow(/periodic along 2/);
  });
});
