import { expect, test } from 'vitest';
import { crystalModel, type Vector } from '../../renderer/composables/crystal-model.ts';

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
