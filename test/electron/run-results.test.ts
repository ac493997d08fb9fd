/** What can be done with a finished run: follow an instability, lay measurements over it, write it down, compute it again. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportDocument } from '../../core/contracts/report.ts';
import type { Result } from '../../core/contracts/results.ts';
import { describeBuilt, phonolite, program } from './command-line.ts';
import { silicon, small, startServices, type Services } from './services.ts';
import { resultIn, temporaryFolder } from './silicon.ts';

const home = temporaryFolder();
let services: Services;
/** Silicon, relaxed under pressure with its stiffness. */
let run = '';
const folderOf = (id: string): string => join(services.project, 'runs', id);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

beforeAll(async () => {
  services = await startServices(home.path);
  const material = await silicon(services);
  const { id } = await services.call('runs.start', { wish: small(material, { settings: { pressure: '1.5', 'eos.points': '7' } }), title: 'Silicon at 1.5 GPa' });
  expect((await services.state(id, 'done', 'failed')).state).toBe('done');
  run = id;
});
afterAll(async () => {
  await services.application.close();
  home.remove();
});

/** Simple cubic argon: without any stiffness against shear, its modes at M and X are imaginary, and all of them lead to something denser. */
const simpleCubic = 'argon\n1\n3.7 0 0\n0 3.7 0\n0 0 3.7\nAr\n1\nDirect\n0 0 0\n';

test('an instability is followed: the crystal distorted along it is a new material, and relaxes to less energy', async () => {
  const { id: cubic } = await services.call('materials.import', { file: { name: 'argon.vasp', bytes: text(simpleCubic) }, frame: 1, tolerance: 1e-4, name: 'Argon, simple cubic' });
  const { id } = await services.call('runs.start', { wish: { material: cubic, potential: 'ar-lennard-jones', properties: ['phonons'], accuracy: 'quick', settings: {} }, title: 'unstable' });
  expect(await services.state(id, 'done')).toMatchObject({ verdict: 'unreliable' });
  const unstable = resultIn(folderOf(id));
  const modes = unstable.phonons!.imaginary;
  expect(modes.map(({ label, kind, distorted }) => ({ label, kind, distorted }))).toEqual([
    { label: 'M', kind: 'instability', distorted: 0 }, { label: 'X', kind: 'instability', distorted: 1 }, { label: 'X', kind: 'instability', distorted: 2 },
  ]);
  const followed = await services.call('runs.follow', { id, mode: 1 });
  expect(followed.name).toMatch(/^Argon, simple cubic, mode 1 at X, −?-?0\.\d+ THz/);
  // X = (0, ½, 0) repeats in two cells.
  expect(followed).toMatchObject({ atoms: 2, formula: 'Ar', origin: { kind: 'mode', run: id, q: modes[1]!.q, mode: modes[1]!.mode } });
  // Neighbours along y move against each other by 0.05 Å each, transverse to the line between them.
  const { positions } = followed.structure;
  const apart = [0, 1, 2].map((x) => Math.abs(positions[1]![x]! - positions[0]![x]!));
  expect(apart[1]).toBeCloseTo(Math.cbrt(unstable.relaxation!.volume.value as number), 6);
  expect(Math.hypot(apart[0]!, apart[2]!)).toBeCloseTo(0.1, 6);

  const next = await services.call('runs.start', { wish: { material: followed.id, potential: 'ar-lennard-jones', properties: ['relaxation'], accuracy: 'quick', settings: {} }, title: 'where it leads' });
  expect((await services.state(next.id, 'done')).state).toBe('done');
  const relaxed = resultIn(folderOf(next.id));
  const perAtom = ({ relaxation, material }: Result): number => (relaxation!.energy.value as number) / material.atoms;
  // Chains that shift against each other give each atom eight neighbours in place of six: −6.0 against −5.0 hundredths of an electronvolt.
  expect(perAtom(relaxed)).toBeLessThan(1.15 * perAtom(unstable));

  expect(await services.refused('runs.follow', { id, mode: 7 })).toBe('library.notFollowed');
  expect(await services.refused('runs.follow', { id: run, mode: 0 })).toBe('library.notFollowed');
});

test('measured points belong to the crystal, are refused with place and reason, and come back from the trash', async () => {
  const points = '# property: bulkModulus\n# label: Hall 1967\n# source: Phys. Rev. 161, 756 (1967)\n# licence: facts\ntemperature (K),bulk modulus (GPa),uncertainty (GPa)\n300,97.9,0.4\n';
  const before = (await services.call('runs.document', { id: run })).experiments.length;
  const { id, experiment } = await services.call('measurements.add', { run, file: { name: 'hall.csv', bytes: text(points) } });
  expect(experiment).toMatchObject({ label: 'Hall 1967', source: 'Phys. Rev. 161, 756 (1967)', licence: 'facts', y: { value: [97.9], unit: 'GPa', uncertainty: { numerical: [0.4] } } });
  expect(readFileSync(join(services.project, 'measurements', 'si1-227', `${id}.csv`), 'utf8')).toBe(points);
  // Every run of the same crystal shows them.
  const { id: other } = await services.call('runs.start', { wish: small(await silicon(services), { properties: ['relaxation'] }), title: 'another' });
  await services.state(other, 'done');
  expect((await services.call('measurements.list', { run: other })).map((one) => one.id)).toEqual([id]);
  expect((await services.call('runs.document', { id: other })).experiments).toHaveLength(before + 1);

  const refusal = await services.call('measurements.add', { run, file: { name: 'bad.csv', bytes: text('# property: bulkModulus\ntemperature (K),bulk modulus (psi)\n300,1\n') } }).then(() => '', (error: unknown) => (error as Error).message);
  expect(refusal).toBe('bad.csv, line 2, column 2: the unit "psi" is not known here. Write one of GPa in brackets behind the title.');

  const removed = await services.call('measurements.remove', { run, id });
  expect(await services.call('measurements.list', { run })).toEqual([]);
  await services.call('trash.restore', { id: removed.id });
  expect(await services.call('measurements.list', { run })).toEqual([{ id, experiment }]);
  const { id: waiting } = await services.call('runs.start', { wish: small(await silicon(services)), title: 'not finished' });
  expect(await services.refused('measurements.add', { run: waiting, file: { name: 'a.csv', bytes: text(points) } })).toBe('library.noCrystal');
  await services.call('runs.command', { id: waiting, command: 'discard' });
});

describeBuilt('reports of a run', () => {
  test('hold the chosen sections, and name what was left out', async () => {
    const made = await services.call('reports.make', { run, format: 'html', sections: ['elasticity', 'checks'] });
    expect(made).toMatchObject({ name: `${run}.html`, type: 'text/html' });
    const block = /<script type="application\/json" id="phonolite-document">(.*?)<\/script>/s.exec(strFromU8(made.bytes))![1]!;
    expect(reportDocument.parse(JSON.parse(block)).sections).toEqual(['elasticity', 'checks']);
    const tables = unzipSync((await services.call('reports.make', { run, format: 'csv', sections: ['elasticity'] })).bytes);
    // Tables are complete whatever is chosen.
    expect(Object.keys(tables)).toEqual(expect.arrayContaining(['elasticity-stiffness.csv', 'eos-points.csv', 'checks.csv']));
  });

  test('the recipe computes the same digits again, by its own command', async () => {
    const { bytes } = await services.call('reports.make', { run, format: 'recipe', sections: null });
    const place = temporaryFolder();
    for (const [name, content] of Object.entries(unzipSync(bytes))) {
      const path = join(place.path, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    const { command } = JSON.parse(readFileSync(join(place.path, 'recipe.json'), 'utf8')) as { command: string };
    expect(readFileSync(join(place.path, 'README.txt'), 'utf8')).toContain(command);
    expect(existsSync(program)).toBe(true);
    const [name, ...parameters] = command.split(' ');
    expect(name).toBe('phonolite');
    expect(await phonolite(parameters, '', place.path)).toMatchObject({ status: 0 });
    const digits = (folder: string): unknown => {
      const { provenance, ...rest } = resultIn(folder);
      const { started: _started, finished: _finished, threads: _threads, device: _device, command: _command, ...kept } = provenance;
      return { ...rest, provenance: kept };
    };
    expect(digits(join(place.path, 'recomputed'))).toEqual(digits(folderOf(run)));
    place.remove();
  });
});
