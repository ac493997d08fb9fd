/** What a brought file is taken for, and what is asked of the program for it. */
import { describe, expect, test } from 'vitest';
import type { BroughtFile } from '../../core/contracts/library.ts';
import { message, Refusal } from '../../core/contracts/messages.ts';
import type { Api } from '../../renderer/bridge/api.ts';
import { useImportDesk, type ImportDesk, type ImportItem } from '../../renderer/composables/import-desk.ts';

const file = (name: string, text = name): BroughtFile => ({ name, bytes: new TextEncoder().encode(text) });
interface Asked { readonly method: string; readonly input: { readonly file?: BroughtFile; readonly files?: BroughtFile[]; readonly options?: Record<string, string>; readonly frame?: number; readonly tolerance?: number; readonly name?: string } }

/** A program that answers as `answer` says: a value, or a thrown refusal. */
function deskOf(answer: (asked: Asked) => unknown): { desk: ImportDesk; asked: Asked[]; settled: () => Promise<void> } {
  const asked: Asked[] = [];
  const call = (method: string, input: Asked['input']): Promise<unknown> => {
    asked.push({ method, input });
    return Promise.resolve().then(() => answer({ method, input }));
  };
  const desk = useImportDesk({ call, subscribe: () => () => undefined } as unknown as Api);
  const settled = async (): Promise<void> => { while (desk.reading.value) await new Promise((resolve) => { setTimeout(resolve); }); };
  return { desk, asked, settled };
}
const no = (code: Parameters<typeof message>[0], values: Parameters<typeof message>[1] = {}): never => { throw new Refusal(message(code, values)); };
const unknown = (): never => no('files.unknownFormat', { place: 'it', text: 'x' });
const unrecognised = (): never => no('potential.unrecognised', { place: 'it', text: 'x' });
const structure = (frames = 1, duplicates: unknown[] = []): unknown => ({ title: null, frames, frame: 1, duplicates, crystal: { facts: { formula: 'MgO' } } });
const potential = { card: { title: 'A potential' }, duplicate: null };
const kinds = ({ items }: ImportDesk): string[] => items.map(({ file: name, found }) => `${name}: ${found.kind}`);

describe('brought files', () => {
  test('are read in their order, one after the other, and named after themselves', async () => {
    let open = 0;
    const { desk, asked, settled } = deskOf(async ({ input }) => {
      expect(++open).toBe(1);
      await new Promise((resolve) => { setTimeout(resolve, 2); });
      open -= 1;
      return structure(input.file!.name === 'run.extxyz' ? 3 : 1);
    });
    desk.take([file('MgO.cif'), file('folder/deep/NaCl.vasp')]);
    desk.take([file('run.extxyz')]);
    await settled();
    expect(asked.map(({ input }) => input.file!.name)).toEqual(['MgO.cif', 'folder/deep/NaCl.vasp', 'run.extxyz']);
    expect(desk.items.map(({ name }) => name)).toEqual(['MgO', 'NaCl', 'run, structure 1']);
    expect(desk.current.value?.file).toBe('MgO.cif');
  });

  test('that are no structure may be potentials or measured points; what is broken keeps its own sentence', async () => {
    const { desk, asked, settled } = deskOf(({ method, input }) => {
      const name = input.file?.name ?? input.files![0]!.name;
      if (method === 'materials.inspect') return name === 'broken.cif' ? no('files.cifNoSites', { place: 'broken.cif', block: 'x' }) : unknown();
      return name === 'table' ? potential : name === 'bad.json' ? no('json.syntax', { place: 'bad.json', text: 'x', expected: 'y' }) : unrecognised();
    });
    desk.take([file('broken.cif'), file('table'), file('bad.json'), file('letter'), file('a.csv', '# property: alphaLinear\n# label: Someone 1950\ntemperature (K),alpha (1e-6/K)\n300,10\n'), file('b.csv', '# property: alphaLinear\nnonsense\n')]);
    await settled();
    expect(kinds(desk)).toEqual(['broken.cif: refused', 'table: potential', 'bad.json: refused', 'letter: refused', 'a.csv: points', 'b.csv: refused']);
    const sentence = (k: number): string => (desk.items[k]!.found as { sentence: string }).sentence;
    expect(sentence(0)).toMatch(/holds no positions of atoms/);
    expect(sentence(2)).toMatch(/^bad\.json: found x where JSON needs y/);
    // Recognised by neither: the sentence that names the structures' formats.
    expect(sentence(3)).toMatch(/is neither CIF, POSCAR/);
    expect(sentence(5)).toMatch(/^b\.csv/);
    // A file that some reader knew is not tried as anything else.
    expect(asked.filter(({ method }) => method === 'potentials.inspect').map(({ input }) => input.files![0]!.name)).toEqual(['table', 'bad.json', 'letter']);
  });

  test('of one folder make one potential where it holds an input.nn; units are asked for where they are open', async () => {
    const { desk, asked, settled } = deskOf(({ method, input }) => {
      if (method === 'materials.inspect') return structure();
      if (method === 'potentials.import') return { id: 'mine', card: { name: 'mine' } };
      return input.options!['units'] === undefined ? no('n2p2.unitsAmbiguous', { name: 'p', evidence: 'nothing' }) : potential;
    });
    desk.take([file('net/input.nn'), file('net/weights.014.data'), file('net/scaling.data'), file('others/a.cif'), file('others/b.cif'), file('c.cif')]);
    await settled();
    expect(kinds(desk)).toEqual(['c.cif: structure', 'net: units', 'others/a.cif: structure', 'others/b.cif: structure']);
    const net = desk.items[1]!;
    await desk.useUnits(net, 'bohr,hartree');
    expect(net.found.kind).toBe('potential');
    net.name = 'My network';
    expect(await desk.keep(net)).toBe(true);
    expect(asked.at(-1)).toMatchObject({ method: 'potentials.import', input: { options: { units: 'bohr,hartree' }, name: 'My network' } });
    expect(asked.at(-1)!.input.files!.map(({ name }) => name)).toEqual(['net/input.nn', 'net/weights.014.data', 'net/scaling.data']);
    expect(net.kept).toEqual({ kind: 'potential', id: 'mine', name: 'mine' });
  });

  test('brought with a description that needs them are its tables', async () => {
    const { desk, settled } = deskOf(({ method, input }) => {
      if (method === 'materials.inspect') return unknown();
      if (input.files![0]!.name !== 'sum.json') return unrecognised();
      return input.files!.some(({ name }) => name === 'Cu.eam') ? potential : no('potential.table', { name: 'sum', table: 'Cu.eam' });
    });
    desk.take([file('sum.json'), file('Cu.eam')]);
    await settled();
    expect(desk.items[0]!.found).toMatchObject({ kind: 'potential', files: [{ name: 'sum.json' }, { name: 'Cu.eam' }] });
  });

  test('are kept one or all; what is there already, and what was refused, is not kept with all', async () => {
    const { desk, asked, settled } = deskOf(({ method, input }) => {
      if (method === 'materials.import') return input.name === 'full' ? no('storage.full', { path: 'x' }) : { id: input.name, name: input.name };
      return input.file!.name === 'twice' ? structure(1, [{ id: 'x', name: 'x' }]) : structure(4);
    });
    desk.take([file('one'), file('twice'), file('full')]);
    await settled();
    expect(desk.fresh.value.map(({ file: name }: ImportItem) => name)).toEqual(['one', 'full']);
    const [one, , full] = desk.items as [ImportItem, ImportItem, ImportItem];
    one.tolerance = 0.01;
    await desk.look(one, 3);
    expect(asked.at(-1)).toMatchObject({ method: 'materials.inspect', input: { frame: 3, tolerance: 0.01 } });
    full.name = 'full';
    expect([await desk.keep(one), await desk.keep(full)]).toEqual([true, false]);
    expect(full).toMatchObject({ kept: null, problem: expect.stringMatching(/^The disk is full/) as string });
    desk.remove(one);
    expect(desk.current.value?.file).toBe('twice');
    desk.clear();
    expect(desk.current.value).toBeNull();
  });
});
