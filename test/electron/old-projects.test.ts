/** Projects that earlier versions have left open as they are, with everything in them; what a later version has written is left alone. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Result } from '../../core/contracts/results.ts';
import { describeBuilt } from './command-line.ts';
import { startServices, type Services } from './services.ts';
import { resultIn, temporaryFolder } from './silicon.ts';

type Relaxation = NonNullable<Result['relaxation']>;

const kept = fileURLToPath(new URL('../fixtures/projects', import.meta.url));
const run = '2026-11-27-ar';

/** What belongs to the one who has it open, and what is made anew at any time. */
const passing = /^(\.phonolite|\.lock)/;

/** SHA-256 of every file by its path. */
function contentsOf(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return new Map(paths.filter((path) => !passing.test(path)).sort().map((path) => [path, createHash('sha256').update(readFileSync(join(folder, path))).digest('hex')]));
}

describeBuilt('a project of version 0.1.0', () => {
  let place: ReturnType<typeof temporaryFolder>;
  let services: Services | null = null;
  beforeEach(() => {
    place = temporaryFolder();
    cpSync(join(kept, '0.1.0/project'), join(place.path, 'Project'), { recursive: true });
  });
  afterEach(async () => {
    await services?.application.close();
    services = null;
    place.remove();
  });
  const open = async (): Promise<Services> => (services = await startServices(place.path));

  test('opens with every record as it was, and no file is changed by that', async () => {
    const before = contentsOf(join(kept, '0.1.0/project'));
    expect(before.size).toBeGreaterThan(30);
    const { call, project } = await open();
    const state = await call('application.state', {});
    expect(state.project).toMatchObject({ name: 'Kept from 0.1.0', notices: [], interrupted: [] });

    const [material, ...others] = await call('materials.list', {});
    expect(others).toEqual([]);
    expect(material).toMatchObject({ id: 'solid-argon', name: 'Solid argon', formula: 'Ar', atoms: 4, spaceGroup: { number: 225, symbol: 'F m -3 m' }, origin: { kind: 'example', example: 'argon' }, runs: 1 });
    expect((await call('materials.get', { id: 'solid-argon' })).structure).toMatchObject({ species: ['Ar', 'Ar', 'Ar', 'Ar'], title: 'Argon' });
    expect((await call('potentials.list', {})).filter(({ source }) => source === 'project')).toMatchObject([{ id: 'argon-of-my-own', hash: 'd64a6d96c1eacbbdefbb4289d5619a607b37296be1eedc6197da941b8cbcb030', files: ['argon.json'], runs: 1, card: { kind: 'pair', cutoff: 8.5125 } }]);

    const { summary, request, events } = await call('runs.get', { id: run });
    expect(summary).toEqual({ ...withoutSchema(readJson(join(project, 'runs', run, 'run.json'))), progress: null });
    expect(summary).toMatchObject({
      title: 'Argon, equation of state and phonons', state: 'done', verdict: 'caution', material: { id: 'solid-argon' }, potential: { id: 'argon-of-my-own' },
      figures: [{ name: 'lattice', quantity: { value: [5.276399653011328, 5.276399653011328, 5.276399653011328], unit: 'Å' } }, { name: 'bulkModulus', quantity: { value: 2.9264585202618734, unit: 'GPa' } }, { name: 'lowestFrequency' }, { name: 'highestFrequency', quantity: { value: 1.9857801219540205, unit: 'THz' } }],
    });
    expect(request?.settings).toBeDefined();
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['run-started', 'property-finished', 'run-finished']));
    expect((await call('measurements.list', { run })).map(({ id, experiment }) => [id, experiment.label, experiment.y.value, experiment.y.basis])).toEqual([['lab-diary', 'Lab diary', [37.5], 'atom']]);
    expect(await call('trash.list', {})).toMatchObject([{ id: 'material-silicon', kind: 'material', name: 'Silicon', item: 'structures/silicon' }]);
    expect((await call('project.journal', { limit: 100 })).length).toBe(readFileSync(join(project, 'journal.ndjson'), 'utf8').trim().split('\n').length);
    expect(contentsOf(project)).toEqual(before);
  });

  test('is worked with as any other: reports, trash, and the same run computed again to the same figures', async () => {
    const { call, project, state } = await open();
    const document = await call('runs.document', { id: run });
    expect(document.result.eos?.verdict.state).toBe('caution');
    expect(document.experiments.map(({ label }) => label)).toContain('Lab diary');
    const html = new TextDecoder().decode((await call('reports.make', { run, format: 'html', sections: null })).bytes);
    expect(html).toContain('"label":"Lab diary"');
    expect((await call('reports.make', { run, format: 'csv', sections: null })).bytes.byteLength).toBeGreaterThan(1000);
    expect((await call('reports.make', { run, format: 'recipe', sections: null })).bytes.byteLength).toBeGreaterThan(1000);

    await call('trash.restore', { id: 'material-silicon' });
    expect((await call('materials.list', {})).map(({ name }) => name).sort()).toEqual(['Silicon', 'Solid argon']);

    const again = await call('runs.start', { wish: { material: 'solid-argon', potential: 'argon-of-my-own', properties: ['eos'], accuracy: 'quick', settings: {} }, title: 'Again' });
    await state(again.id, 'done', 'failed');
    const [before, now] = [run, again.id].map((id) => resultIn(join(project, 'runs', id)).relaxation!) as [Relaxation, Relaxation];
    const change = (quantity: 'energy' | 'volume'): number => Math.abs((now[quantity].value as number) / (before[quantity].value as number) - 1);
    // Another engine may sum in another order: an energy is the same to rounding, a volume to what forces and stress that are left allow.
    expect(change('energy')).toBeLessThan(1e-10);
    expect(change('volume')).toBeLessThan(1e-5);
  });

  const newer = (path: string): string => `${path} was written by a newer Phonolite (version 2 of its form; this one knows 1). Open it with the newer one.`;
  /** Writes the next version into a record. */
  const later = (path: string): string => {
    const file = join(place.path, 'Project', path);
    const text = readFileSync(file, 'utf8');
    const changed = text.replace(/("schema": ?"[a-z-]+)\/1"/, '$1/2"');
    expect(changed).not.toBe(text);
    writeFileSync(file, changed);
    return file;
  };

  test('a record that a later version has written is refused by its number, and nothing is touched', async () => {
    const records = ['structures/solid-argon/material.json', 'potentials/argon-of-my-own/potential.json', `runs/${run}/run.json`, 'trash/material-silicon/trash.json'];
    const files = records.map(later);
    const before = contentsOf(join(place.path, 'Project'));
    const { call, project, application } = await open();
    const { project: info } = await call('application.state', {});
    expect(info!.notices.map(({ sentence }) => sentence)).toEqual(files.slice(0, 3).map(newer));
    expect(await application.call('trash.list', {})).toMatchObject({ refusal: { sentence: newer(files[3]!) } });
    expect([await call('materials.list', {}), (await call('potentials.list', {})).filter(({ source }) => source === 'project')]).toEqual([[], []]);
    expect(await application.call('runs.get', { id: run })).toMatchObject({ refusal: { code: 'project.no.run' } });
    expect(await application.call('trash.restore', { id: 'material-silicon' })).toMatchObject({ refusal: { code: 'project.newer' } });
    await application.close();
    services = null;
    expect(contentsOf(project)).toEqual(before);
  });

  test('a project of a later version is not opened, a result of one not read', async () => {
    later('project.json');
    const before = contentsOf(join(place.path, 'Project'));
    const first = await open();
    const { project: info, problem } = await first.call('application.state', {});
    expect(info).toBeNull();
    expect(problem?.sentence).toBe(newer(join(place.path, 'Project/project.json')));
    await first.application.close();
    expect(existsSync(join(place.path, 'Project/.lock'))).toBe(false);
    expect(contentsOf(first.project)).toEqual(before);

    cpSync(join(kept, '0.1.0/project'), first.project, { recursive: true });
    const [result, request] = ['result.json', 'request.json'].map((name) => later(`runs/${run}/${name}`)) as [string, string];
    const changed = contentsOf(first.project);
    const { application, project } = await open();
    expect(await application.call('runs.document', { id: run })).toMatchObject({ refusal: { sentence: newer(result) } });
    expect(await application.call('runs.get', { id: run })).toMatchObject({ refusal: { sentence: newer(request) } });
    await application.close();
    services = null;
    expect(contentsOf(project)).toEqual(changed);
  });
});

function readJson(path: string): object {
  return JSON.parse(readFileSync(path, 'utf8')) as object;
}
function withoutSchema(record: object): object {
  const { schema: _schema, ...rest } = record as { schema: string };
  return rest;
}
