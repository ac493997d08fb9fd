import { expect, test } from 'vitest';
import type { RunRequest } from '../../core/contracts/request.ts';
import { propertiesInOrder, requestDifference } from '../../core/runs/request.ts';

const request: RunRequest = {
  schema: 'phonolite-request/1',
  structure: { cell: [[4, 0, 0], [0, 4, 0], [0, 0, 4]], periodic: [true, true, true], species: ['Ar'], positions: [[0, 0, 0]], title: 'argon' },
  structureName: 'argon.cif',
  notes: [],
  potential: { name: 'ar-lennard-jones', hash: 'abc', files: ['ar.json'], options: {} },
  properties: ['relaxation', 'phonons'],
  accuracy: 'standard',
  settings: { pressure: '1', seed: '2' },
  command: 'phonolite run argon.cif',
};

test('relaxation comes first and once, and the order of asking does not matter', () => {
  expect(propertiesInOrder([])).toEqual(['relaxation']);
  expect(propertiesInOrder(['expansion', 'eos', 'relaxation', 'eos'])).toEqual(['relaxation', 'eos', 'expansion']);
  expect(propertiesInOrder(['phonons', 'elasticity'])).toEqual(propertiesInOrder(['elasticity', 'phonons']));
});

test('what does not change a number is no difference', () => {
  const { title: _, ...untitled } = request.structure;
  for (const same of [
    { ...request },
    { ...request, structure: { ...untitled, title: 'fcc' } },
    { ...request, structureName: './argon.cif', command: 'phonolite run ./argon.cif' },
    { ...request, settings: { seed: '2', pressure: '1' } },
  ]) expect(requestDifference(request, same)).toBeNull();
});

test('what does is named with both sides', () => {
  const moved = { ...request.structure, positions: [[0, 0, 1e-15]] };
  const cases: [Partial<RunRequest>, RegExp][] = [
    [{ structure: moved, structureName: 'moved.cif' }, /argon\.cif, 1 atoms\) is not the same as moved\.cif/],
    [{ potential: { ...request.potential, name: 'other', hash: 'x' } }, /used the potential ar-lennard-jones, not other/],
    [{ potential: { ...request.potential, hash: 'x' } }, /files or units of the potential ar-lennard-jones have changed/],
    [{ accuracy: 'strict' }, /accuracy is standard, not strict/],
    [{ properties: ['relaxation'] }, /properties are relaxation, phonons, not relaxation/],
    [{ settings: { pressure: '1' } }, /--set values are pressure=1 seed=2, not pressure=1$/],
  ];
  for (const [change, sentence] of cases) expect(requestDifference(request, { ...request, ...change })).toMatch(sentence);
});
