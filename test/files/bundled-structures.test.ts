import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { formulaOf } from '../../core/crystal/structure.ts';
import { symmetryOf } from '../../core/crystal/symmetry.ts';
import { readStructures } from '../../core/files/read-structures.ts';

const resources = fileURLToPath(new URL('../../resources', import.meta.url));
interface Entry { name: string; title: string; file: string; formula: string; potentials: string[]; note: string }
const index = JSON.parse(readFileSync(`${resources}/structures/index.json`, 'utf8')) as Entry[];

test('every structure is in the index', () => {
  expect(index.map((entry) => entry.file).toSorted()).toEqual(readdirSync(`${resources}/structures`).filter((file) => file.endsWith('.cif')).toSorted());
});

test.each(index)('$file is $formula without remarks, in the space group it names', ({ file, formula, potentials }) => {
  const text = readFileSync(`${resources}/structures/${file}`, 'utf8');
  const { structures, notes } = readStructures(new TextEncoder().encode(text), file);
  expect(structures).toHaveLength(1);
  expect(notes).toEqual([]);
  expect(formulaOf(structures[0]!).reduced).toBe(formula);
  expect(text).toMatch(/^# .*(\d{4}|Institute)/);
  expect(symmetryOf(structures[0]!, 1e-5).number).toBe(Number(/_space_group_IT_number (\d+)/.exec(text)![1]));
  for (const potential of potentials) expect(existsSync(`${resources}/potentials/${potential}.json`), potential).toBe(true);
});
