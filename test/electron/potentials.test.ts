/** The library of potentials behind its methods: every kind of file a person may bring, what is refused, what is kept, and what it is good for. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BroughtFile, PotentialSummary } from '../../core/contracts/library.ts';
import type { RunWish } from '../../core/contracts/plan.ts';
import { methods } from '../../core/contracts/service.ts';
import { random } from '../../core/math/random.ts';
import { candidatesOf } from '../../renderer/composables/brought-potentials.ts';
import { files as damaged, mutated } from '../fuzz/hostile-n2p2.ts';
import { hostilePotentials, encode, good, table } from '../fuzz/hostile-potentials.ts';
import { changed, filesOf, smallDescription } from '../files/n2p2/potentials.ts';
import { describeWithShared, shared } from '../shared.ts';
import { startApplication, type TestApplication } from './application.ts';

let app: TestApplication;
beforeAll(async () => { app = await startApplication(); });
afterAll(async () => {
  await app.close();
  rmSync(app.home, { recursive: true, force: true });
});

const brought = (name: string, bytes: Uint8Array | string): BroughtFile => ({ name, bytes: typeof bytes === 'string' ? encode(bytes) : bytes });
/** A folder of the references with everything in it, as a person picks it. */
const folder = (path: string, top: string, names = readdirSync(shared(path), { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name)): BroughtFile[] =>
  names.map((name) => brought(`${top}/${name}`, Uint8Array.from(readFileSync(join(shared(path), name)))));
const importOf = (files: readonly BroughtFile[], name: string, options: Record<string, string> = {}): Promise<PotentialSummary> => app.call('potentials.import', { files: [...files], options, name });
const shelf = (): string[] => (existsSync(join(app.project, 'potentials')) ? readdirSync(join(app.project, 'potentials')).sort() : []);
/** Everything below the home folder, to see that nothing was written. */
const everything = (): string[] => readdirSync(app.home, { recursive: true }).map(String).filter((name) => !/journal|catalogue|\.lock/.test(name)).sort();
const small = filesOf(smallDescription());

describe('what comes with the program', () => {
  test('is listed with its cards, and follows the contract', async () => {
    const list = await app.call('potentials.list', {});
    expect(list.map(({ id }) => id)).toEqual(['ar-lennard-jones', 'mgo-lewis-catlow', 'nacl-fumi-tosi', 'si-stillinger-weber', 'si-tersoff', 'sic-tersoff', 'sio2-bks']);
    expect(methods['potentials.list'].output.safeParse(list).success).toBe(true);
    expect(list.every(({ source, imported }) => source === 'bundled' && imported === null)).toBe(true);
  });

  test('stays: it can be neither renamed nor removed', async () => {
    expect(await app.refused('potentials.remove', { id: 'si-tersoff' })).toBe('si-tersoff comes with Phonolite and cannot be removed.');
    expect(await app.refused('potentials.rename', { id: 'si-tersoff', name: 'mine' })).toMatch(/^There is no potential "si-tersoff" in this project/);
  });
});

describe('a potential that is brought', () => {
  test('is looked at first, and nothing is kept', async () => {
    const before = everything();
    const inspection = await app.call('potentials.inspect', { files: [brought('salt.json', good)], options: {}, name: 'Salt' });
    expect(inspection).toMatchObject({ card: { elements: ['Na', 'Cl'], kind: 'pair' }, files: ['salt.json'], duplicate: null });
    expect(everything()).toEqual(before);
  });

  test('is kept exactly as it came, under the name it was given, and found again after a restart', async () => {
    const kept = await importOf([brought('salt.json', good)], 'Salt, from the web');
    expect(kept).toMatchObject({ id: 'salt-from-the-web', source: 'project', card: { name: 'Salt, from the web', title: 'Model' }, files: ['salt.json'], runs: 0 });
    expect(readFileSync(join(app.project, 'potentials/salt-from-the-web/files/salt.json'), 'utf8')).toBe(good);
    // The same contents are recognised whatever they are called.
    expect(await app.call('potentials.inspect', { files: [brought('other name.json', good)], options: {}, name: 'Other' })).toMatchObject({ duplicate: 'salt-from-the-web' });
    await app.close();
    app = await app.again();
    expect((await app.call('potentials.list', {})).find(({ id }) => id === 'salt-from-the-web')).toMatchObject({ hash: kept.hash, card: { name: 'Salt, from the web' } });
  });

  test('is renamed, removed, and brought back with its name', async () => {
    const { id } = await importOf([brought('salt.json', good)], 'Second');
    expect(await app.call('potentials.rename', { id, name: '  Better name ' })).toMatchObject({ id, card: { name: 'Better name' } });
    const removed = await app.call('potentials.remove', { id });
    expect(shelf()).not.toContain(id);
    expect(await app.refused('potentials.suits', { id })).toMatch(/^There is no potential "second" in this project/);
    await app.call('trash.restore', { id: removed.id });
    expect((await app.call('potentials.list', {})).find((entry) => entry.id === id)).toMatchObject({ card: { name: 'Better name' } });
    await app.call('potentials.remove', { id });
  });

  test('never takes the place of another of the same name, nor of a bundled one', async () => {
    expect((await importOf([brought('a.json', good)], 'Si Tersoff')).id).toBe('si-tersoff-2');
    expect((await importOf([brought('a.json', good)], 'Si Tersoff')).id).toBe('si-tersoff-3');
  });

  test('may be a description with the table that it names', async () => {
    const description = JSON.stringify({ ...JSON.parse(good), terms: [{ type: 'eam', table: 'copper.eam' }] });
    expect(await app.refused('potentials.inspect', { files: [brought('cu.json', description)], options: {}, name: 'Cu' })).toContain('copper.eam');
    const kept = await importOf([brought('copper.eam', table), brought('cu.json', description)], 'Copper with a card');
    expect(kept).toMatchObject({ files: ['cu.json', 'copper.eam'], card: { elements: ['Cu'] } });
  });

  test('may be a table alone, networks in a folder, or a committee of folders', async () => {
    expect(await importOf([brought('Cu.eam.alloy', table)], 'Copper')).toMatchObject({ card: { kind: 'eam', elements: ['Cu'] } });
    // A cutoff of 8.4 is possible in Å and in bohr, and without comments nothing else says which.
    const wide = changed(small, 'input.nn', (text) => text.replace(/^#.*$/gm, '').replace(/\b4\.2\b/g, '8.4').replace(/\b3\.9\b/g, '8.4'));
    const networks = wide.map(({ name, bytes }) => brought(`si-c/${name}`, bytes));
    expect(await app.refused('potentials.inspect', { files: networks, options: {}, name: 'Networks' })).toMatch(/name no units.*--set units=/);
    const kept = await importOf(networks, 'Networks', { units: 'angstrom,ev' });
    expect(kept).toMatchObject({ card: { kind: 'neural-network', units: { length: 'angstrom', energy: 'ev' } }, options: { units: 'angstrom,ev' } });
    expect(kept.files).toContain('input.nn');
    const committee = ['one', 'two'].map((member, k) => brought(`salt/${member}/salt.json`, good.replace('0.1', k === 0 ? '0.1' : '0.101')));
    expect(await importOf(committee, 'Committee')).toMatchObject({ card: { members: 2 } });
    expect(readdirSync(join(app.project, 'potentials/committee/files')).length).toBe(2);
    const mixed = [...small.map(({ name, bytes }) => brought(`all/one/${name}`, bytes)), brought('all/two/salt.json', good)];
    expect(await app.refused('potentials.inspect', { files: mixed, options: { units: 'angstrom,ev' }, name: 'Mixed' })).toMatch(/cover different elements|Put only potentials of the same elements|contradict|units/);
  });
});

describe('hostile potentials', () => {
  test('each is one sentence, and nothing is written', async () => {
    const before = everything();
    for (const [name, bytes, , sentence] of hostilePotentials) {
      const files = [brought('bad.json', bytes())];
      for (const method of ['potentials.inspect', 'potentials.import'] as const) {
        const said = await app.refused(method, { files, options: {}, name });
        expect(said).toMatch(sentence);
        expect(said.length).toBeLessThan(900);
      }
    }
    expect(everything()).toEqual(before);
  });

  test('broken folders of n2p2 too', async () => {
    const before = everything();
    const broken: [string, BroughtFile[]][] = [
      ['no weights', small.filter(({ name }) => !name.startsWith('weights.014')).map(({ name, bytes }) => brought(name, bytes))],
      ['no scaling', small.filter(({ name }) => name !== 'scaling.data').map(({ name, bytes }) => brought(name, bytes))],
      ['cut weights', changed(small, 'weights.014.data', (text) => text.slice(0, text.length / 2)).map(({ name, bytes }) => brought(name, bytes))],
      ['another network', changed(small, 'input.nn', (text) => text.replace('global_nodes_short 3 2', 'global_nodes_short 30000 20000')).map(({ name, bytes }) => brought(name, bytes))],
      ['not a number', changed(small, 'scaling.data', (text) => text.replace(/\d\.\d+/, 'NaN')).map(({ name, bytes }) => brought(name, bytes))],
    ];
    for (const [name, files] of broken) {
      const said = await app.refused('potentials.import', { files, options: { units: 'angstrom,ev' }, name });
      expect([name, /^[^\n]{20,900}\.$/.test(said)]).toEqual([name, true]);
    }
    expect(everything()).toEqual(before);
  });

  test('random damage is understood or refused with one sentence; the process that reads it lives on', async () => {
    const before = everything(), source = random(11);
    const outcomes = new Set<string>();
    for (let k = 0; k < 60; k++) {
      const { name } = damaged[k % damaged.length]!;
      const files = damaged.map((file) => brought(file.name, file.name === name ? mutated(file.bytes, source) : file.bytes));
      const answer = await app.application.call('potentials.inspect', { files, options: { units: 'angstrom,ev' }, name: 'Fuzzed' });
      expect('failure' in answer).toBe(false);
      outcomes.add('refusal' in answer ? answer.refusal.code : 'understood');
      if ('refusal' in answer) expect(answer.refusal.sentence).toMatch(/^[^\n\p{Cc}]{20,900}\.$/u);
    }
    expect(outcomes.size).toBeGreaterThan(4);
    expect([...outcomes].some((code) => code === 'service.ended' || code === 'service.tooLong')).toBe(false);
    expect(everything()).toEqual(before);
  });

  test.each([
    ['../outside.json'], ['a/../../outside.json'], ['..\\..\\outside.json'], ['folder/./x.json'], ['C:\\..\\x.json/..'], ['a//b.json'], ['nul\u0000.json'],
  ])('the name %j stays inside or is refused', async (name) => {
    const before = everything();
    const answer = await app.application.call('potentials.import', { files: [brought(name, good), brought('second.json', good)], options: {}, name: 'Escape' });
    if ('value' in answer) {
      const { id } = answer.value as PotentialSummary;
      // Whatever was kept lies in its own folder.
      const added = everything().filter((entry) => !before.includes(entry));
      expect(added.every((entry) => entry.startsWith(join('Phonolite', 'potentials', id)))).toBe(true);
      await app.call('potentials.remove', { id });
    } else {
      expect('refusal' in answer && answer.refusal.sentence).toMatch(/would lead out of the project's folder|no potential file|no known format|consists of no file/);
      expect(everything()).toEqual(before);
    }
    expect(existsSync(join(app.home, 'outside.json'))).toBe(false);
  });

  test('calls that are not what they should be', async () => {
    expect(await app.refused('potentials.inspect', { files: [], options: {}, name: 'x' })).toMatch(/^potentials\.inspect: files: /);
    expect(await app.refused('potentials.import', { files: [{ name: 'a', bytes: 'text' }], options: {}, name: 'x' })).toMatch(/bytes were expected/);
    expect(await app.refused('potentials.import', { files: [brought('a.json', good)], options: {}, name: '   ' })).toMatch(/^potentials\.import: name: /);
    expect(await app.refused('potentials.fits', { material: '../../etc' })).toMatch(/^potentials\.fits: material: /);
    expect(await app.refused('potentials.suits', { id: 'absent' })).toMatch(/^There is no potential "absent"/);
  });
});

describe('which potential fits which crystal', () => {
  test('all are judged for one crystal within a second, those that do not know its elements by their card', async () => {
    const { id } = await app.call('materials.addExample', { example: 'mgo' });
    const began = performance.now();
    const fits = await app.call('potentials.fits', { material: id });
    expect(performance.now() - began).toBeLessThan(3000);
    expect(methods['potentials.fits'].output.safeParse(fits).success).toBe(true);
    expect(fits.map(({ potential }) => potential)).toEqual((await app.call('potentials.list', {})).map((entry) => entry.id));
    expect(fits.filter(({ state }) => state !== 'unfit').map(({ potential }) => potential)).toEqual(['mgo-lewis-catlow']);
    expect(fits.find(({ potential }) => potential === 'mgo-lewis-catlow')!.reasons.map(({ code }) => code)).toContain('fit.good.meant');
    // The second time nothing is computed.
    const again = performance.now();
    expect(await app.call('potentials.fits', { material: id })).toEqual(fits);
    expect(performance.now() - again).toBeLessThan(500);
  });

  test('an own file of a bundled crystal is known as what it is, another phase of its elements is not', async () => {
    const rocksalt = 'MgO\n1.0\n4.2 0 0\n0 4.2 0\n0 0 4.2\nMg O\n4 4\nDirect\n0 0 0\n0 .5 .5\n.5 0 .5\n.5 .5 0\n.5 0 0\n.5 .5 .5\n0 0 .5\n0 .5 0\n';
    const caesium = 'MgO\n1.0\n2.6 0 0\n0 2.6 0\n0 0 2.6\nMg O\n1 1\nDirect\n0 0 0\n.5 .5 .5\n';
    const codesOf = async (text: string, name: string): Promise<string[]> => {
      const { id } = await app.call('materials.import', { file: brought(`${name}.vasp`, text), frame: 1, tolerance: 1e-4, name });
      return (await app.call('potentials.fits', { material: id })).find(({ potential }) => potential === 'mgo-lewis-catlow')!.reasons.map(({ code }) => code);
    };
    expect(await codesOf(rocksalt, 'own')).toContain('fit.good.meant');
    expect(await codesOf(caesium, 'caesium')).toContain('fit.caution.meantFor');
  });

  test('the other way round: the crystals of the library that suit a potential', async () => {
    await app.call('materials.addExample', { example: 'silicon' });
    const suits = await app.call('potentials.suits', { id: 'sio2-bks' });
    expect(suits).toMatchObject([{ material: 'silicon', state: 'unfit' }]);
    expect(await app.call('potentials.suits', { id: 'si-tersoff' })).toMatchObject([{ material: 'silicon', state: 'fits' }]);
  });
});

describe('what a run would do', () => {
  const wish = (more: Partial<RunWish> = {}): RunWish => ({ material: 'silicon', potential: 'si-tersoff', properties: ['elasticity', 'phonons'], accuracy: 'quick', settings: {}, ...more });

  test('is told with settings, steps and an estimate for the threads that are chosen', async () => {
    await app.call('settings.change', { threads: 3 });
    const plan = await app.call('runs.plan', wish());
    expect(methods['runs.plan'].output.safeParse(plan).success).toBe(true);
    expect(plan).toMatchObject({ blockers: [], estimate: { threads: 3 } });
    expect(plan.steps.map(({ property }) => property)).toEqual(['relaxation', 'elasticity', 'phonons', 'phonons']);
    const [low, high] = plan.estimate!.seconds;
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThan(low);
    await app.call('settings.change', { threads: null });
  });

  test('is stopped by the memory that the settings allow, and by settings that cannot be read', async () => {
    await app.call('settings.change', { memory: 256 });
    const carbide = await app.call('materials.addExample', { example: 'quartz' });
    const plan = await app.call('runs.plan', wish({ material: carbide.id, potential: 'sio2-bks', properties: ['phonons', 'expansion'], accuracy: 'strict', settings: { pressure: 'x' } }));
    expect(plan.blockers.map(({ code }) => code)).toEqual(['settings.value', 'plan.memory']);
    await app.call('settings.change', { memory: null });
  });

  test('tells what has gone from the library as what stands in the way', async () => {
    const plan = await app.call('runs.plan', wish({ material: 'absent', potential: 'gone' }));
    expect(plan).toMatchObject({ blockers: [{ code: 'project.no.material' }, { code: 'project.no.potential' }], estimate: null, steps: [] });
    expect(plan.settings).toHaveLength(23);
    const { id } = await importOf([brought('salt.json', good)], 'Soon gone');
    rmSync(join(app.project, 'potentials', id, 'files'), { recursive: true });
    expect((await app.call('runs.plan', wish({ potential: id }))).blockers).toMatchObject([{ code: 'storage.missing' }]);
    await app.call('potentials.remove', { id });
  });
});

describeWithShared('potentials of other programs', () => {
  test.each([
    ['AlAuMgO_4G', 'fourth generation, units from its structures', { kind: 'neural-network', elements: ['O', 'Mg', 'Al', 'Au'] }],
    ['H2O_RPBE-D3', 'second generation', { kind: 'neural-network', elements: ['H', 'O'] }],
    ['LJ', 'one element', { kind: 'neural-network', elements: ['Ne'] }],
    ['QM9_weighted_compact', 'compact functions', { kind: 'neural-network' }],
  ])('the n2p2 folder %s (%s), with everything that lies in it', async (name, _, card) => {
    const files = folder(`reference/n2p2/${name}`, name);
    const [candidate] = candidatesOf(files);
    const answer = await app.application.call('potentials.inspect', { files: [...candidate!.files], options: {}, name });
    // A folder without training data may leave its units open: the sentence asks for them, and they are taken.
    const options: Record<string, string> = 'value' in answer ? {} : { units: 'bohr,hartree' };
    if (!('value' in answer)) expect('refusal' in answer && answer.refusal.code).toBe('n2p2.unitsAmbiguous');
    const kept = await importOf(candidate!.files, name, options);
    expect(kept.card).toMatchObject(card);
    // Structures and results of other programs that lie beside it are none of its files.
    expect(kept.files.every((file) => /^(input\.nn|input\.data|scaling\.data|(weights|weightse|hardness)\.\d{3}\.data)$/.test(file))).toBe(true);
  });

  test('a committee of two n2p2 folders', async () => {
    const names = ['input.nn', 'scaling.data', 'weights.001.data', 'weights.008.data'];
    const files = ['one', 'two'].flatMap((member) => folder('reference/n2p2/H2O_RPBE-D3', `water/${member}`, names));
    expect(await importOf(files, 'Water committee', { units: 'bohr,hartree' })).toMatchObject({ card: { members: 2, elements: ['H', 'O'] } });
  });

  test('neuroevolution potentials, with and without charges, and EAM tables of both forms', async () => {
    const nep = (name: string): BroughtFile[] => [brought('nep.txt', Uint8Array.from(readFileSync(shared(`reference/nep/${name}/nep.txt`))))];
    expect(await importOf(nep('UNEPv1'), 'UNEP')).toMatchObject({ card: { kind: 'neuroevolution' } });
    expect(await importOf(nep('BaTiO3_qNEP1_zbl'), 'qNEP', { 'nep.coulomb': 'converged' })).toMatchObject({ card: { kind: 'charged-neuroevolution' }, options: { 'nep.coulomb': 'converged' } });
    expect(await app.refused('potentials.inspect', { files: nep('UNEPv1'), options: { 'nep.coulomb': 'converged' }, name: 'x' })).toContain('nep.coulomb');
    const copper = Uint8Array.from(readFileSync(shared('reference/properties/C_eam_cu/Cu_mishin1.eam.alloy')));
    expect(await importOf([brought('Cu_mishin1.eam.alloy', copper)], 'Mishin')).toMatchObject({ card: { kind: 'eam', elements: ['Cu'] } });
    const material = await app.call('materials.addExample', { example: 'copper' });
    const fits = await app.call('potentials.fits', { material: material.id });
    expect(fits.filter(({ state }) => state === 'fits').map(({ potential }) => potential)).toContain('mishin');
    expect(fits.find(({ potential }) => potential === 'unep')).toMatchObject({ state: 'caution', reasons: [{ code: 'fit.caution.unknownTraining' }, {}, {}, {}] });
  });

  test('a folder with a nep.txt among other files: the parts are looked at one by one', () => {
    const files = folder('reference/nep/Si_2022_NEP4_5body', 'Si');
    const [candidate] = candidatesOf(files);
    expect(candidate!.parts.map(({ name }) => name)).toContain('nep');
    expect(candidate!.parts.find(({ name }) => name === 'nep')!.files.map(({ name }) => name)).toEqual(['nep.txt']);
  });
});
