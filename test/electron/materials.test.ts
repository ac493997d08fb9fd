/** The library of crystals behind the methods of the application: every way in, every way out, and what stays outside. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Output } from '../../core/contracts/service.ts';
import { structureFromJson } from '../../core/contracts/structure.ts';
import { prototypeCrystal } from '../../core/crystal/prototypes.ts';
import { supercell } from '../../core/crystal/supercell.ts';
import { readStructures } from '../../core/files/read-structures.ts';
import { random } from '../../core/math/random.ts';
import { largestMismatch } from '../crystal/crystals.ts';
import { hostileStructures } from '../fuzz/hostile-structures.ts';
import { startApplication, type TestApplication } from './application.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const resources = new URL('../../resources/structures/', import.meta.url);
const bundled = (name: string): Uint8Array => Uint8Array.from(readFileSync(new URL(name, resources)));
const choice = (cell: 'input' | 'primitive' | 'conventional', repeat: [number, number, number] = [1, 1, 1]) => ({ cell, repeat, tolerance: 1e-4 });

let app: TestApplication;
beforeAll(async () => { app = await startApplication(); });
afterAll(async () => {
  await app.close();
  rmSync(app.home, { recursive: true, force: true });
});
const inspect = (name: string, content: string | Uint8Array, frame = 1, tolerance = 1e-4): Promise<Output<'materials.inspect'>> =>
  app.call('materials.inspect', { file: { name, bytes: typeof content === 'string' ? encode(content) : content }, frame, tolerance });
const bring = (name: string, content: string | Uint8Array, as: string, frame = 1): Promise<Output<'materials.import'>> =>
  app.call('materials.import', { file: { name, bytes: typeof content === 'string' ? encode(content) : content }, frame, tolerance: 1e-4, name: as });
const inProject = (): string[] => readdirSync(app.project, { recursive: true }).map(String).filter((path) => !/catalogue|\.lock/.test(path)).sort();

const poscar5 = 'MgO\n4.212\n1 0 0\n0 1 0\n0 0 1\nMg O\n4 4\nDirect\n0 0 0\n0 .5 .5\n.5 0 .5\n.5 .5 0\n.5 .5 .5\n.5 0 0\n0 .5 0\n0 0 .5\n';
const poscar4 = poscar5.replace('MgO\n', 'Mg O\n').replace('\nMg O\n4 4', '\n4 4');
const extxyz = '2\nLattice="0 2.106 2.106 2.106 0 2.106 2.106 2.106 0" Properties=species:S:1:pos:R:3 pbc="T T T" energy=-40.5\nMg 0 0 0\nO 2.106 2.106 2.106\n';
const molecule = '3\nwater\nO 0 0 0\nH 0.96 0 0\nH -0.24 0.93 0\n';
const b = 1.8897259886;
const n2p2 = `begin\ncomment periclase\nlattice 0 ${String(2.106 * b)} ${String(2.106 * b)}\nlattice ${String(2.106 * b)} 0 ${String(2.106 * b)}\nlattice ${String(2.106 * b)} ${String(2.106 * b)} 0\natom 0 0 0 Mg 0 0 0 0 0\natom ${String(2.106 * b)} ${String(2.106 * b)} ${String(2.106 * b)} O 0 0 0 0 0\nenergy -275\ncharge 0\nend\n`;

describe('import', () => {
  test.each([
    ['CIF', 'mgo.cif', bundled('mgo.cif'), 'cif', 8, 225], ['POSCAR of VASP 5', 'a', poscar5, 'poscar', 8, 225], ['POSCAR of VASP 4', 'b', poscar4, 'poscar', 8, 225],
    ['extended XYZ', 'c.txt', extxyz, 'extxyz', 2, 225], ['XYZ of a molecule', 'd', molecule, 'xyz', 3, null], ['n2p2 data in bohr', 'input.data', n2p2, 'n2p2', 2, 225],
  ] as const)('%s: looked at without keeping anything, then kept as it came', async (_what, file, content, format, atoms, group) => {
    const before = inProject();
    const seen = await inspect(file, content);
    expect(inProject()).toEqual(before);
    expect(seen).toMatchObject({ file, format, frames: 1, frame: 1, crystal: { facts: { atoms, spaceGroup: group === null ? null : { number: group, tolerance: 1e-4 } } } });
    expect(seen.scan).toHaveLength(group === null ? 0 : 10);
    const kept = await bring(file, content, `Brought as ${format} ${file}`);
    expect(kept).toMatchObject({ name: `Brought as ${format} ${file}`, hash: seen.hash, atoms, notes: seen.notes, origin: { kind: 'file', file, format, sha256: seen.sha256, frame: 1, frames: 1 } });
    const folder = join(app.project, 'structures', kept.id);
    expect(readFileSync(join(folder, 'original', file))).toEqual(Buffer.from(typeof content === 'string' ? encode(content) : content));
    expect(existsSync(join(folder, 'structure.extxyz'))).toBe(true);
    // The same atoms again are known by name.
    expect((await inspect('other', content)).duplicates).toContainEqual({ id: kept.id, name: kept.name });
    expect(await app.call('materials.get', { id: kept.id })).toEqual(kept);
  });

  test('a space group that rises with the tolerance is kept as it was chosen', async () => {
    // Titanium 0.02 Å off the centre.
    const file = 'BaTiO3\n4\n1 0 0\n0 1 0\n0 0 1\nBa Ti O\n1 1 3\nDirect\n0 0 0\n.5 .5 .505\n.5 .5 0\n.5 0 .5\n0 .5 .5\n';
    const { scan } = await inspect('bto', file);
    expect(scan.find(({ tolerance }) => tolerance === 1e-4)?.spaceGroup?.symbol).toBe('P 4 m m');
    expect(scan.find(({ tolerance }) => tolerance === 0.1)?.spaceGroup?.symbol).toBe('P m -3 m');
    const loose = await app.call('materials.import', { file: { name: 'bto', bytes: encode(file) }, frame: 1, tolerance: 0.1, name: 'loose' });
    expect(loose.spaceGroup).toEqual({ number: 221, symbol: 'P m -3 m', tolerance: 0.1 });
    expect(await app.call('materials.scan', { id: loose.id })).toEqual(scan);
  });

  test('of a trajectory one frame at a time; a frame that is not there is a sentence', async () => {
    const frames = Array.from({ length: 3 }, (_, k) => `1\nLattice="${String(3 + k)} 0 0 0 ${String(3 + k)} 0 0 0 ${String(3 + k)}"\nPo 0 0 0\n`).join('');
    for (const frame of [1, 2, 3]) expect((await inspect('run.xyz', frames, frame)).crystal.facts).toMatchObject({ lengths: [2 + frame, 2 + frame, 2 + frame] });
    const kept = await bring('run.xyz', frames, 'Third', 3);
    expect(kept.origin).toMatchObject({ frame: 3, frames: 3 });
    expect(await app.refused('materials.inspect', { file: { name: 'run.xyz', bytes: encode(frames) }, frame: 4, tolerance: 1e-4 })).toBe('run.xyz holds 3 structures, so there is no number 4. Choose one of them.');
    expect(await app.refused('materials.import', { file: { name: 'run.xyz', bytes: encode(frames) }, frame: 4, tolerance: 1e-4, name: 'x' })).toMatch(/no number 4/);
    expect(await app.refused('materials.inspect', { file: { name: 'run.xyz', bytes: encode(frames) }, frame: 1, tolerance: 7 })).toMatch(/^The symmetry tolerance cannot be 7 Å/);
  });

  test('what was decided or left out is kept beside the crystal', async () => {
    const kept = await bring('x', poscar4, 'With a note');
    expect(kept.notes.map(({ sentence }) => sentence)).toEqual(['x, line 1, column 1: the file has no line of species; they were taken from the title: Mg O.']);
    expect((await app.call('materials.list', {})).find(({ id }) => id === kept.id)?.notes).toBe(1);
  });

  test('names of files cannot leave the folder, whatever they are', async () => {
    for (const name of ['../../../evil.cif', 'C:\\windows\\evil.cif', '.hidden', 'a:b|c?.cif', '/etc/passwd', '..', 'con\u0000.cif']) {
      const kept = await bring(name, extxyz, 'Oddly named');
      const [original, ...others] = readdirSync(join(app.project, 'structures', kept.id, 'original'));
      expect(others).toEqual([]);
      expect(original).toMatch(/^[^/\\:|?.][^/\\:|?]*$|^structure$/);
      await app.call('materials.remove', { id: kept.id });
    }
    expect(existsSync(join(app.home, 'evil.cif')) || existsSync(join(app.project, 'evil.cif'))).toBe(false);
  });

  test('a disordered cell of thousands is taken without a space group, with the reason', async () => {
    const r = random(4);
    const atoms = Array.from({ length: 1500 }, (_, i) => `Si ${String(3 * (i % 12) + r.uniform())} ${String(3 * (Math.floor(i / 12) % 12) + r.uniform())} ${String(3 * Math.floor(i / 144) + r.uniform())}`);
    const kept = await bring('glass', `1500\nLattice="36 0 0 0 36 0 0 0 36"\n${atoms.join('\n')}\n`, 'Glass');
    expect(kept.spaceGroup).toBeNull();
    expect(kept.notes.map(({ code }) => code)).toEqual(['symmetry.tooMany']);
    expect((await app.call('materials.show', { id: kept.id, choice: choice('input') })).facts).toMatchObject({ atoms: 1500, spaceGroup: null, sites: [] });
    expect(await app.refused('materials.show', { id: kept.id, choice: choice('conventional') })).toMatch(/^No space group was looked for in Glass: 1500 atoms/);
  });
});

describe('a hostile file through the whole program', () => {
  test('is one sentence from looking and from importing, writes nothing, and the next question is answered', async () => {
    const before = inProject();
    const [sizes, entries] = [await app.call('materials.list', {}), (await app.call('project.journal', { limit: 1000 })).length];
    for (const { name, bytes, code, fragment } of hostileStructures) {
      for (const [method, more] of [['materials.inspect', {}], ['materials.import', { name: 'x' }]] as const) {
        const answer = await app.application.call(method, { file: { name, bytes }, frame: 1, tolerance: 1e-4, ...more });
        if (!('refusal' in answer)) expect.fail(`${method} ${name}: ${JSON.stringify(answer).slice(0, 300)}`);
        expect(answer.refusal.code, name).toBe(code);
        expect(answer.refusal.sentence).toContain(fragment);
        expect(answer.refusal.sentence).toMatch(/^[^\n\p{Cc}]{30,500}\.$/u);
      }
    }
    expect(inProject()).toEqual(before);
    expect(await app.call('materials.list', {})).toEqual(sizes);
    expect(await app.call('project.journal', { limit: 1000 })).toHaveLength(entries);
    expect((await inspect('mgo.cif', bundled('mgo.cif'))).crystal.facts.formula).toBe('MgO');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('that ends the process over it is refused, and the process is replaced', async () => {
    const pids: number[] = [];
    const { childProcess } = await import('../../electron/services/child-process.ts');
    const other = await startApplication({ host: { spawn: (entry) => {
      const handle = childProcess(entry);
      pids.push(handle.pid!);
      return handle;
    } } });
    try {
      // 60 000 atoms keep the process busy long enough to be ended over them.
      const line = Array.from({ length: 60_000 }, (_, i) => `Ar ${String(5 * (i % 40))} ${String(5 * (Math.floor(i / 40) % 40))} ${String(5 * Math.floor(i / 1600))}`).join('\n');
      const asked = other.application.call('materials.import', { file: { name: 'large', bytes: encode(`60000\nLattice="200 0 0 0 200 0 0 0 200"\n${line}\n`) }, frame: 1, tolerance: 1e-4, name: 'x' });
      await new Promise((resolve) => { setTimeout(resolve, 150); });
      process.kill(pids[0]!, 'SIGKILL');
      const answer = await asked;
      expect('refusal' in answer && answer.refusal.code).toBe('service.ended');
      expect(await other.call('materials.list', {})).toEqual([]);
      expect((await other.call('materials.inspect', { file: { name: 'mgo.cif', bytes: bundled('mgo.cif') }, frame: 1, tolerance: 1e-4 })).crystal.facts.formula).toBe('MgO');
      expect(pids).toHaveLength(2);
    } finally {
      await other.close();
      rmSync(other.home, { recursive: true, force: true });
    }
  });
});

describe('prototypes', () => {
  test('are listed, tried without keeping anything, and kept with every parameter', async () => {
    const kinds = await app.call('materials.prototypes', {});
    expect(kinds.map(({ name }) => name)).toEqual(['fcc', 'bcc', 'hcp', 'diamond', 'rocksalt', 'cscl', 'zincblende', 'wurtzite', 'fluorite', 'perovskite', 'quartz']);
    const before = inProject();
    for (const { name, defaults, spaceGroup } of kinds) {
      const { facts } = await app.call('materials.tryPrototype', { prototype: name, elements: defaults, parameters: {} });
      expect(facts.spaceGroup?.symbol.replaceAll('_', '')).toBe(spaceGroup.replaceAll('_', ''));
    }
    expect(inProject()).toEqual(before);
    const kept = await app.call('materials.addPrototype', { prototype: 'wurtzite', elements: ['Ga', 'N'], parameters: { a: 3.189, u: 0.377 }, name: 'Gallium nitride' });
    expect(kept).toMatchObject({ formula: 'GaN', atoms: 4, notes: [], origin: { kind: 'prototype', prototype: 'wurtzite', elements: ['Ga', 'N'], parameters: { a: 3.189, 'c/a': expect.closeTo(Math.sqrt(8 / 3), 12) as number, u: 0.377 } }, spaceGroup: { number: 186 } });
    // What was kept makes the same crystal again.
    if (kept.origin.kind !== 'prototype') expect.fail('it is none');
    const again = prototypeCrystal(kept.origin.prototype, kept.origin.elements, kept.origin.parameters).structure;
    expect(Array.from(again.positions)).toEqual(kept.structure.positions.flat());
  });

  test.each([
    [{ prototype: 'spinel', elements: ['Mg'], parameters: {} }, /^There is no prototype "spinel"\./], [{ prototype: 'rocksalt', elements: ['Mg'], parameters: {} }, /needs 2 elements/],
    [{ prototype: 'fcc', elements: ['Xq'], parameters: {} }, /"Xq", given for the atom, is no chemical element/], [{ prototype: 'fcc', elements: ['Cu'], parameters: { a: 1000 } }, /a \(lattice parameter\) cannot be 1000\. Give a number from 0\.5 to 100 Å\./],
    [{ prototype: 'fcc', elements: ['Copper'], parameters: {} }, /^materials\.\w+: elements\.0: /], [{ prototype: 'fcc', elements: ['Cu'], parameters: { a: Number.NaN } }, /^materials\.\w+: parameters\.a: /],
  ] as const)('%j is a sentence, tried or kept', async (wish, sentence) => {
    const before = inProject();
    expect(await app.refused('materials.tryPrototype', wish)).toMatch(sentence);
    expect(await app.refused('materials.addPrototype', { ...wish, name: 'x' })).toMatch(sentence);
    expect(inProject()).toEqual(before);
  });
});

describe('a crystal in the library', () => {
  test('is shown in any cell, and any cell can be kept as a crystal of its own', async () => {
    const { id } = await bring('mgo.cif', bundled('mgo.cif'), 'Periclase');
    for (const [cell, repeat, atoms] of [['input', [1, 1, 1], 8], ['primitive', [1, 1, 1], 2], ['conventional', [1, 1, 1], 8], ['primitive', [2, 3, 4], 48], ['conventional', [2, 2, 2], 64]] as const) {
      const { facts, structure } = await app.call('materials.show', { id, choice: choice(cell, [...repeat]) });
      expect(facts).toMatchObject({ formula: 'MgO', atoms, formulaUnits: atoms / 2, spaceGroup: { number: 225 } });
      expect(structure.species).toHaveLength(atoms);
      expect(facts.sites.map(({ element, wyckoff, siteSymmetry, atoms: own }) => [element, wyckoff, siteSymmetry, own.length])).toEqual([['Mg', expect.stringMatching(/a|b/), 'm-3m', atoms / 2], ['O', expect.stringMatching(/a|b/), 'm-3m', atoms / 2]]);
    }
    const kept = await app.call('materials.addCell', { id, choice: choice('conventional', [2, 1, 1]), name: 'Twice' });
    expect(kept).toMatchObject({ name: 'Twice', atoms: 16, origin: { kind: 'cell', material: id, matrix: [2, 0, 0, 0, 1, 0, 0, 0, 1] } });
    expect(await app.refused('materials.show', { id, choice: choice('input', [60, 60, 60]) })).toMatch(/^Periclase would have 1728000 atoms as 60 × 60 × 60 cells/);
    expect(await app.refused('materials.show', { id, choice: choice('input', [61, 1, 1]) })).toMatch(/^materials\.show: choice\.repeat\.0: /);
    expect(await app.refused('materials.show', { id, choice: { ...choice('primitive'), tolerance: -1 } })).toMatch(/^The symmetry tolerance cannot be -1 Å/);
  });

  test('comes out as CIF, POSCAR, extended XYZ and as it came in, each the same atoms', async () => {
    const kept = await bring('quartz.cif', bundled('quartz.cif'), 'Quartz, my own');
    for (const format of ['cif', 'poscar', 'extxyz', 'original'] as const) {
      const file = await app.call('materials.export', { id: kept.id, format });
      expect(file.name).toBe({ cif: `${kept.id}.cif`, poscar: `${kept.id}.vasp`, extxyz: `${kept.id}.extxyz`, original: 'quartz.cif' }[format]);
      const { structures: [back] } = readStructures(file.bytes, file.name);
      // Shortest decimals that read back exactly; a CIF has them as lengths and angles and a matrix.
      expect(largestMismatch(back!, structureFromJson(kept.structure))).toBeLessThan(1e-9);
    }
    expect(Buffer.from((await app.call('materials.export', { id: kept.id, format: 'original' })).bytes)).toEqual(Buffer.from(bundled('quartz.cif')));
    // Made here: there is no such file. A supercell has more operations than a CIF may list.
    const large = await app.call('materials.addCell', { id: kept.id, choice: choice('input', [3, 3, 2]), name: 'Large' });
    expect(await app.refused('materials.export', { id: large.id, format: 'original' })).toBe('Large was made here, so there is no file that it came in. Export it as CIF, POSCAR or extended XYZ.');
    const text = new TextDecoder().decode((await app.call('materials.export', { id: large.id, format: 'cif' })).bytes);
    const { structures: [back] } = readStructures(encode(text), 'large.cif');
    expect(back!.species).toHaveLength(162);
    expect(largestMismatch(back!, supercell(structureFromJson(kept.structure), [3, 0, 0, 0, 3, 0, 0, 0, 2]).structure)).toBeLessThan(1e-9);
    const layer = await bring('layer', extxyz.replace('T T T', 'T T F'), 'Layer');
    expect(await app.refused('materials.export', { id: layer.id, format: 'poscar' })).toMatch(/^The structure has axes without periodicity, which POSCAR cannot hold/);
  });

  test('is renamed, goes to the trash, and comes back as it was', async () => {
    const kept = await bring('mgo.cif', bundled('mgo.cif'), 'First name');
    const told = app.events.length;
    expect(await app.call('materials.rename', { id: kept.id, name: '  Second name ' })).toMatchObject({ id: kept.id, name: 'Second name' });
    const removed = await app.call('materials.remove', { id: kept.id });
    expect(app.events.slice(told).filter(({ type }) => type === 'materials-changed')).toHaveLength(2);
    expect((await app.call('materials.list', {})).some(({ id }) => id === kept.id)).toBe(false);
    expect(await app.refused('materials.get', { id: kept.id })).toMatch(/^There is no material/);
    expect(await app.refused('materials.show', { id: kept.id, choice: choice('input') })).toMatch(/^There is no material/);
    await app.call('trash.restore', { id: removed.id });
    expect(await app.call('materials.get', { id: kept.id })).toEqual({ ...kept, name: 'Second name' });
  });
});
