/** The application behind its methods: settings, projects, what is refused, what is told. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { methods } from '../../core/contracts/service.ts';
import { methodNames } from '../../core/contracts/service-names.ts';
import { startApplication, type TestApplication } from './application.ts';

const opened: TestApplication[] = [];
async function start(...input: Parameters<typeof startApplication>): Promise<TestApplication> {
  const started = await startApplication(...input);
  opened.push(started);
  return started;
}
afterEach(async () => {
  const homes = new Set(opened.map(({ home }) => home));
  for (const one of opened.splice(0)) await one.close();
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

describe('the methods', () => {
  test('are those of the contract, by name and by schema', () => {
    expect(Object.keys(methods).sort()).toEqual([...methodNames].sort());
  });

  test('answer nothing that was not asked properly', async () => {
    const { refused } = await start();
    for (const method of ['no.such', '__proto__', 'constructor', '', 'application.state ']) {
      expect(await refused(method as never, {})).toBe(`There is no method "${method}". The window and the program are of different versions: start Phonolite again.`);
    }
    expect(await refused('runs.get', { id: '../../etc' })).toMatch(/^runs\.get: id: /);
    expect(await refused('runs.get', {})).toMatch(/^runs\.get: id: /);
    expect(await refused('application.state', { more: 1 })).toMatch(/^application\.state: the call: /);
    expect(await refused('settings.change', { threads: 'many' })).toMatch(/^settings\.change: threads: /);
    expect(await refused('settings.change', null)).toMatch(/^settings\.change: the call: /);
  });

  test('what the program itself does wrong is a sentence too, without its insides', async () => {
    const { application } = await start({ host: { chooseFolder: () => Promise.reject(new TypeError('dialog broke')) } });
    expect(await application.call('project.choose', {})).toEqual({ failure: expect.objectContaining({ code: 'service.failed', sentence: 'Phonolite met a condition it did not expect: dialog broke. Nothing was changed.' }) as unknown });
  });

  test('what they answer follows the contract', async () => {
    const { call } = await start();
    const material = await call('materials.addExample', { example: 'argon' });
    for (const [method, input] of [
      ['application.state', {}], ['project.journal', { limit: 5 }], ['trash.list', {}], ['materials.examples', {}], ['materials.list', {}], ['materials.get', { id: material.id }], ['materials.scan', { id: material.id }],
      ['materials.show', { id: material.id, choice: { cell: 'primitive', repeat: [2, 1, 1], tolerance: 1e-4 } }], ['potentials.list', {}],
      ['runs.search', { text: '', states: [], verdicts: [], material: null, potential: null, order: 'newest', offset: 0, limit: 10 }],
    ] as const) {
      const answer = await call(method, input as never);
      const parsed = methods[method].output.safeParse(answer);
      expect(parsed.success ? null : `${method}: ${parsed.error.message}`).toBeNull();
    }
  });
});

describe('settings', () => {
  test('are kept for the next start, and told to every window', async () => {
    const first = await start();
    expect((await first.call('application.state', {})).settings).toMatchObject({ threads: null, theme: 'system', frequency: 'THz' });
    await first.call('settings.change', { theme: 'dark', threads: 1 });
    expect(first.events.at(-1)).toMatchObject({ type: 'settings-changed', settings: { theme: 'dark', threads: 1 } });
    await first.close();
    const { settings } = await (await first.again().then((one) => (opened.push(one), one))).call('application.state', {});
    expect(settings).toMatchObject({ theme: 'dark', threads: 1, frequency: 'THz', project: first.project, recent: [first.project] });
  });

  test('that cannot be read give way to the standard ones, with the reason, and are not overwritten unasked', async () => {
    const first = await start();
    await first.close();
    const path = join(first.home, 'settings/settings.json');
    writeFileSync(path, '{"schema": "phonolite-settings/1", "threads": -3}');
    const again = await first.again();
    opened.push(again);
    const { project, settings } = await again.call('application.state', {});
    expect(settings.theme).toBe('system');
    expect(project?.notices.map(({ sentence }) => sentence)).toEqual([expect.stringMatching(/settings\.json cannot be read: threads: /) as string]);
  });
});

describe('projects', () => {
  test('the first start makes one, the next finds it', async () => {
    const first = await start();
    const { project, problem } = await first.call('application.state', {});
    expect(problem).toBeNull();
    expect(project).toMatchObject({ folder: first.project, name: 'Phonolite', materials: 0, runs: 0, interrupted: [], notices: [] });
    await first.call('materials.addExample', { example: 'argon' });
    await first.close();
    expect(existsSync(join(first.project, '.lock'))).toBe(false);
    const again = await first.again();
    opened.push(again);
    expect((await again.call('materials.list', {})).map(({ name }) => name)).toEqual(['Solid argon']);
  });

  test('another one is opened in its place; one that cannot be leaves the first open', async () => {
    const one = await start();
    await one.call('materials.addExample', { example: 'argon' });
    const other = join(one.home, 'other');
    expect(await one.call('project.open', { folder: other })).toMatchObject({ folder: other, name: 'other', materials: 0 });
    expect(await one.call('materials.list', {})).toEqual([]);
    expect(existsSync(join(one.project, '.lock'))).toBe(false);
    mkdirSync(join(one.home, 'foreign'));
    writeFileSync(join(one.home, 'foreign/x'), '');
    expect(await one.refused('project.open', { folder: join(one.home, 'foreign') })).toMatch(/already holds other files \(x\)/);
    expect(await one.refused('project.open', { folder: 'relative' })).toMatch(/needs the whole path/);
    expect((await one.call('application.state', {})).project?.folder).toBe(other);
    expect((await one.call('project.open', { folder: `${one.project}/` })).materials).toBe(1);
    // Its own folder under another spelling is no other project.
    expect((await one.call('project.open', { folder: `${one.project}/../Phonolite` })).folder).toBe(one.project);
    expect((await one.call('application.state', {})).settings.recent).toEqual([one.project, other]);
  });

  test('one that another program holds is a sentence in the window, not an end', async () => {
    const first = await start();
    const second = await startApplication({ home: first.home });
    opened.push(second);
    const { project, problem } = await second.call('application.state', {});
    expect(project).toBeNull();
    expect(problem?.sentence).toMatch(/is open in another Phonolite \(process \d+/);
    expect(await second.refused('materials.list', {})).toBe('No project is open. Choose a folder for one in the settings.');
  });

  test('its catalogue can be made again at any time', async () => {
    const { call, project } = await start();
    const { id } = await call('materials.addExample', { example: 'argon' });
    writeFileSync(join(project, 'structures', id, 'material.json'), readFileSync(join(project, 'structures', id, 'material.json'), 'utf8').replace('Solid argon', 'Argon by hand'));
    expect(await call('project.rebuild', {})).toEqual({ materials: 1, potentials: 0, runs: 0, problems: [] });
    expect((await call('materials.list', {}))[0]?.name).toBe('Argon by hand');
    expect((await call('project.journal', { limit: 1 }))[0]?.message.sentence).toBe('The catalogue was made again from the folders: 0 runs.');
  });

  test('a dialog that is closed changes nothing; a host without one says so', async () => {
    const { refused } = await start();
    expect(await refused('project.choose', {})).toBe('This window cannot ask for a folder with a dialog of the system. Type its path instead.');
    const asked = await start({ host: { chooseFolder: () => Promise.resolve(null) } });
    expect(await asked.call('project.choose', {})).toBeNull();
    expect((await asked.call('application.state', {})).project?.folder).toBe(asked.project);
  });

  test('what is removed can be put back, of every kind', async () => {
    const { call, refused, events } = await start();
    const { id } = await call('materials.addExample', { example: 'argon' });
    const removed = await call('materials.remove', { id });
    expect(await call('materials.list', {})).toEqual([]);
    expect(await refused('materials.get', { id })).toMatch(/^There is no material "solid-argon" in this project\. It may have been removed in the meantime: look into the trash\.$/);
    events.length = 0;
    await call('trash.restore', { id: removed.id });
    expect(events.map(({ type }) => type)).toEqual(['materials-changed']);
    expect((await call('materials.get', { id })).name).toBe('Solid argon');
    expect(await refused('potentials.remove', { id: 'mgo-lewis-catlow' })).toBe('mgo-lewis-catlow comes with Phonolite and cannot be removed.');
  });
});
