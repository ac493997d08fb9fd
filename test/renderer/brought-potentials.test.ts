/** Which of the files that were brought together make one potential. */
import { expect, test } from 'vitest';
import { candidatesOf, type Candidate } from '../../renderer/composables/brought-potentials.ts';

const file = (name: string, size = 3) => ({ name, bytes: new Uint8Array(size) });
const outline = ({ name, files, parts }: Candidate): unknown => (parts.length > 0 ? [name, files.map((one) => one.name), parts.map(outline)] : [name, files.map((one) => one.name)]);
const of = (...names: string[]): unknown[] => candidatesOf(names.map((name) => file(name))).map(outline);

test('loose files are one potential each, named after them, with the others as tables that they may name', () => {
  expect(of('Cu_mishin1.eam.alloy', 'si.json', 'nep.txt', '.DS_Store')).toEqual([['Cu_mishin1', ['Cu_mishin1.eam.alloy']], ['si', ['si.json']], ['nep', ['nep.txt']]]);
  expect(candidatesOf([file('a.json'), file('b.eam')])[0]!.tables.map(({ name }) => name)).toEqual(['b.eam']);
});

test('the loose files of an n2p2 folder belong together', () => {
  expect(of('input.nn', 'scaling.data', 'weights.014.data')).toEqual([['n2p2', ['input.nn', 'scaling.data', 'weights.014.data']]]);
});

test('a folder is one potential; without n2p2 settings each of its files may be one', () => {
  expect(of('si/input.nn', 'si/scaling.data', 'si/run/log.txt')).toEqual([['si', ['si/input.nn', 'si/scaling.data', 'si/run/log.txt']]]);
  expect(of('Si_2022/nep.txt', 'Si_2022/ref.json', 'Si_2022/.git/config')).toEqual([['Si_2022', ['Si_2022/nep.txt', 'Si_2022/ref.json'], [['nep', ['nep.txt']], ['ref', ['ref.json']]]]]);
  expect(of('one/only.json')).toEqual([['one', ['one/only.json']]]);
});

test('a folder of folders is a committee, or as many potentials as there are folders', () => {
  expect(of('all/a/input.nn', 'all/a/scaling.data', 'all/b/nep.txt')).toEqual([
    ['all', ['all/a/input.nn', 'all/a/scaling.data', 'all/b/nep.txt'], [['all a', ['a/input.nn', 'a/scaling.data']], ['all b', ['b/nep.txt']]]],
  ]);
});

test('names of other systems become plain ones, and training data are cut to what is read of them', () => {
  expect(of('C:\\potentials\\si.json', '/abs/x.json')).toEqual([['C:', ['C:/potentials/si.json'], [['C: potentials', ['potentials/si.json']]]], ['abs', ['abs/x.json']]]);
  const [candidate] = candidatesOf([file('si/input.nn'), file('si/input.data', 5_000_000), file('si/other.data', 2_000_000)]);
  expect(candidate!.files.map(({ bytes }) => bytes.length)).toEqual([3, 1_200_000, 2_000_000]);
});

test('nothing makes nothing', () => {
  expect(candidatesOf([])).toEqual([]);
  expect(candidatesOf([file('.hidden'), file('a/.hidden')])).toEqual([]);
});
