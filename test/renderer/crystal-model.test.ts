import { describe, expect, test } from 'vitest';
import { random } from '../../core/math/random.ts';
import { combine, crystalModel, unbondedModel, withBonds, type CrystalModel, type Vector } from '../../renderer/composables/crystal-model.ts';
import { drawnElement } from '../../renderer/composables/elements.ts';

const a = 4.2;
const h = a / 2;
const fcc: Vector[] = [[0, h, h], [h, 0, h], [h, h, 0]];
const toCubic: Vector[] = [[-1, 1, 1], [1, -1, 1], [1, 1, -1]];

test('rock salt: 27 atoms on and in the cube, each pair at a/2 bonded, nothing else', () => {
  const model = crystalModel(fcc, [[0, 0, 0], [h, h, h]], ['Mg', 'O'], toCubic, 1);
  expect(model.atoms.filter(({ species }) => species === 'Mg')).toHaveLength(14);
  expect(model.atoms.filter(({ species }) => species === 'O')).toHaveLength(13);
  // 12 edges of two bonds, 6 faces of four, and six to the middle.
  expect(model.bonds).toHaveLength(24 + 24 + 6);
  for (const [i, j] of model.bonds) expect(model.atoms[i]!.species).not.toBe(model.atoms[j]!.species);
  expect(model.axes).toEqual([[a, 0, 0], [0, a, 0], [0, 0, a]]);
});

test('diamond: eight atoms and the images on the faces, four bonds around each inner atom', () => {
  const model = crystalModel(fcc, [[0, 0, 0], [a / 4, a / 4, a / 4]], ['Si', 'Si'], toCubic, 1);
  expect(model.atoms).toHaveLength(18);
  expect(model.bonds).toHaveLength(16);
});

test('atoms outside the cell are drawn where the crystal has them, with the translation that leads there', () => {
  const shifted: Vector = [h + 3 * a, h - 2 * a, h];
  const model = crystalModel(fcc, [[0, 0, 0], shifted], ['Mg', 'O'], toCubic, 2);
  expect(model.atoms).toHaveLength(125);
  for (const { atom, position, image } of model.atoms) {
    const home = atom === 0 ? [0, 0, 0] : shifted;
    for (let k = 0; k < 3; k += 1) {
      expect(home[k]! + image[0] * fcc[0]![k]! + image[1] * fcc[1]![k]! + image[2] * fcc[2]![k]!).toBeCloseTo(position[k]!, 9);
      expect(position[k]!).toBeGreaterThan(-1e-3);
      expect(position[k]!).toBeLessThan(2 * a + 1e-3);
    }
  }
});

const itself: Vector[] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
const apart = (p: Vector, q: Vector): number => Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);

/** Bonds by looking at every pair of drawn atoms, and at every image within two cells for the shortest distance of each. */
function plainBonds({ atoms }: CrystalModel, positions: readonly Vector[], cell: readonly Vector[]): string[] {
  const shortest = positions.map((here, i) => {
    let least = Infinity;
    for (const [j, there] of positions.entries()) for (let p = -2; p <= 2; p += 1) for (let q = -2; q <= 2; q += 1) for (let r = -2; r <= 2; r += 1) {
      if (i !== j || p !== 0 || q !== 0 || r !== 0) least = Math.min(least, apart(here, combine([1, 1, 1], [there, combine([p, q, 0], cell), combine([0, 0, r], cell)])));
    }
    return least;
  });
  const bonds: string[] = [];
  for (const [i, one] of atoms.entries()) for (const [j, other] of atoms.entries()) {
    if (j >= i) continue;
    const limit = Math.max(3.3, 1.9 * (drawnElement(one.species).radius + drawnElement(other.species).radius));
    if (apart(one.position, other.position) <= Math.min(limit, 1.15 * Math.max(shortest[one.atom]!, shortest[other.atom]!))) bonds.push(`${String(j)} ${String(i)}`);
  }
  return bonds.sort();
}

describe('bonds through boxes', () => {
  test('are those of looking at every pair, in random skewed cells', () => {
    const r = random(11);
    for (let round = 0; round < 40; round += 1) {
      const cell = [0, 1, 2].map((k) => [0, 1, 2].map((x) => (k === x ? 4 + 4 * r.uniform() : 2 * r.uniform() - 1)) as unknown as Vector);
      const species = Array.from({ length: 1 + r.integer(12) }, () => ['Na', 'Cl', 'O', 'Ar', 'Cs'][r.integer(5)]!);
      const positions = species.map(() => combine([3 * r.uniform() - 1, 3 * r.uniform() - 1, 3 * r.uniform() - 1], cell));
      // Neighbours of the brute force lie within two cells only where the atoms themselves lie in one.
      const inside = positions.map((position) => {
        const model = unbondedModel(cell, [position], ['O'], itself, 1);
        return model.atoms[0]!.position;
      });
      const model = crystalModel(cell, inside, species, itself, 1);
      expect(model.bonds.map(([i, j]) => `${String(i)} ${String(j)}`).sort()).toEqual(plainBonds(model, inside, cell));
      // Where the atoms were given does not matter.
      expect(crystalModel(cell, positions, species, itself, 1).bonds).toHaveLength(model.bonds.length);
    }
  });

  test('an atom far from all others has none', () => {
    const cell: Vector[] = [[30, 0, 0], [0, 30, 0], [0, 0, 30]];
    const { bonds } = crystalModel(cell, [[1, 1, 1], [2, 1, 1], [15, 15, 15]], ['O', 'H', 'Na'], itself, 1);
    expect(bonds).toEqual([[0, 1]]);
  });

  test('24 000 drawn atoms cost a fraction of a second', () => {
    const [edge, n] = [5.64, 14];
    const basis: Vector[] = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0], [0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5], [0.5, 0.5, 0.5]];
    const positions: Vector[] = [];
    for (let i = 0; i < n; i += 1) for (let j = 0; j < n; j += 1) for (let k = 0; k < n; k += 1) for (const [x, y, z] of basis) positions.push([(i + x) * edge, (j + y) * edge, (k + z) * edge]);
    const species = positions.map((_, i) => (i % 8 < 4 ? 'Na' : 'Cl'));
    const cell: Vector[] = [[n * edge, 0, 0], [0, n * edge, 0], [0, 0, n * edge]];
    // Processor time: what else the machine computes must not decide.
    const start = process.cpuUsage();
    const spent = (): number => process.cpuUsage(start).user / 1000;
    const first = unbondedModel(cell, positions, species, itself, 1);
    const atoms = spent();
    const whole = withBonds(first, cell, positions);
    const both = spent();
    // 29³ points of the lattice of half the edge, and all its nearest pairs.
    expect(whole.atoms).toHaveLength(29 ** 3);
    expect(whole.bonds).toHaveLength(3 * 28 * 29 ** 2);
    // 0.04 and 0.2 s on an idle core; every pair once would be 3e8 distances, seconds.
    expect(atoms).toBeLessThan(1000);
    expect(both).toBeLessThan(2500);
  });
});

test('along vectors that do not repeat atoms are drawn once, where they are', () => {
  const cell: Vector[] = [[3, 0, 0], [0, 3, 0], [0, 0, 20]];
  const slab = crystalModel(cell, [[0, 0, 0], [1.5, 1.5, -2]], ['Mg', 'O'], itself, 1, [true, true, false]);
  expect(slab.atoms.filter(({ species }) => species === 'Mg')).toHaveLength(4);
  expect(slab.atoms.filter(({ species }) => species === 'O').map(({ position }) => position)).toEqual([[1.5, 1.5, -2]]);
  const molecule = crystalModel([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[0, 0, 0], [0.96, 0, 0], [-0.24, 0.93, 0]], ['O', 'H', 'H'], itself, 1, [false, false, false]);
  expect(molecule.atoms.map(({ position, image }) => [position, image])).toEqual([[[0, 0, 0], [0, 0, 0]], [[0.96, 0, 0], [0, 0, 0]], [[-0.24, 0.93, 0], [0, 0, 0]]]);
  expect(molecule.bonds).toHaveLength(2);
  expect(molecule.centre).toEqual([0.36, 0.465, 0]);
});
