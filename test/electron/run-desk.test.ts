/** Runs of a project: one after the other, commanded, killed, found again, thrown away and brought back; always the same bits. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunSummary } from '../../core/contracts/service.ts';
import { everyRun } from '../../renderer/stores/runs.ts';
import { program, start } from './command-line.ts';
import { describeWith } from '../shared.ts';
import { remote } from './remote.ts';
import { silicon, small, stageOf, startServices, type Services } from './services.ts';
import { physicsIn, siliconPoscar, temporaryFolder } from './silicon.ts';

const home = temporaryFolder();
let services: Services;
let material = '';
let finished = '';
/** What an undisturbed run finds, without the names and paths that differ from run to run. */
let expected = '';
const folderOf = (id: string): string => join(services.project, 'runs', id);
function physics(folder: string): string {
  const { provenance, material: _material, ...rest } = JSON.parse(physicsIn(folder)) as Record<string, unknown> & { provenance: Record<string, unknown> };
  return JSON.stringify({ ...rest, provenance: { ...provenance, command: '' } });
}
const ask = (title: string, more: Parameters<typeof small>[1] = {}): Promise<RunSummary> => services.call('runs.start', { wish: small(material, more), title });

beforeAll(async () => {
  services = await startServices(home.path);
  material = await silicon(services);
  const { id } = await ask('undisturbed');
  finished = id;
  expect((await services.state(id, 'done', 'failed')).state).toBe('done');
  expected = physics(folderOf(id));
});
afterAll(async () => {
  await services.application.close();
  home.remove();
});

test('runs that are asked for together get folders of their own and are computed one after the other', async () => {
  const at = services.events.length;
  const asked = await Promise.all(['one', 'two', 'three'].map((title) => ask(title, { properties: ['eos'] })));
  expect(new Set(asked.map(({ id }) => id)).size).toBe(3);
  expect(asked.map(({ state }) => state)).toEqual(['queued', 'queued', 'queued']);
  await Promise.all(asked.map(({ id }) => services.state(id, 'done')));
  const ids = asked.map(({ id }) => id);
  const told = services.events.slice(at).flatMap((event) => (event.type === 'run-changed' && ids.includes(event.run.id) && event.run.state !== 'queued' ? [event.run] : []));
  const ended = told.filter(({ state }) => state === 'done').map(({ title }) => title);
  expect([...ended].sort()).toEqual(['one', 'three', 'two']);
  // Each begins when the one before has ended.
  expect(told.map(({ state }) => state)).toEqual(['running', 'done', 'running', 'done', 'running', 'done']);
  const [first] = (await services.call('runs.search', { ...everyRun, text: 'three' })).rows;
  expect(first).toMatchObject({ state: 'done', verdict: 'good', verdicts: { relaxation: 'good', eos: 'good' }, crystal: 'si1-227', material: { name: 'Silicon', spaceGroup: 'F d -3 m' }, progress: null });
  expect(first?.figures.map(({ name }) => name)).toEqual(['lattice', 'bulkModulus']);
  expect((await services.call('materials.list', {})).find(({ id }) => id === material)?.known).toContainEqual({ property: 'eos', run: first!.id, verdict: 'good' });
});

test('a run is paused and goes on, stops and is kept, goes on again; a waiting one can only be stopped or discarded', async () => {
  const one = await ask('commanded');
  const two = await ask('waits');
  expect(await services.refused('runs.command', { id: two.id, command: 'pause' })).toBe('library.runWaits');
  expect(await services.refused('runs.remove', { id: two.id })).toBe('library.runBusy');
  expect(await services.refused('runs.resume', { id: one.id })).toBe('library.runBusy');
  // At once, before the engine has begun: what is commanded then is not lost.
  await services.call('runs.command', { id: one.id, command: 'pause' });
  await services.state(one.id, 'paused');
  await services.call('runs.command', { id: one.id, command: 'resume' });
  await stageOf(services, one.id, 'eos');
  await services.call('runs.command', { id: one.id, command: 'stop-and-keep' });
  expect(await services.state(one.id, 'stopped')).toMatchObject({ state: 'stopped', message: null });
  expect(existsSync(join(folderOf(one.id), 'result.json'))).toBe(false);
  await services.call('runs.command', { id: two.id, command: 'stop-and-keep' }).catch(() => undefined);
  await services.state(two.id, 'stopped', 'done');
  expect(await services.refused('runs.command', { id: one.id, command: 'pause' })).toBe('library.runIdle');

  // Twice at once: the second finds it waiting, and it is computed once.
  const [again, twice] = await Promise.all([services.call('runs.resume', { id: one.id }), services.refused('runs.resume', { id: one.id })]);
  expect([again.state, twice]).toEqual(['queued', 'library.runBusy']);
  await services.state(one.id, 'done');
  expect(physics(folderOf(one.id))).toBe(expected);
  expect(await services.refused('runs.resume', { id: one.id })).toBe('library.runDone');
  const { events } = await services.call('runs.get', { id: one.id });
  expect(events.filter(({ type }) => type === 'run-started')).toMatchObject([{ resumed: false }, { resumed: true }]);
});

test('what is discarded stops, lies in the trash, and can be brought back and resumed to the same bits', async () => {
  const { id } = await ask('discarded');
  await stageOf(services, id, 'elasticity');
  const removed = services.next((event) => event.type === 'run-removed' && event.run === id);
  await services.call('runs.command', { id, command: 'discard' });
  await removed;
  expect(existsSync(folderOf(id))).toBe(false);
  const entry = (await services.call('trash.list', {})).find(({ item }) => item === `runs/${id}`);
  expect(entry).toMatchObject({ kind: 'run', name: 'discarded' });
  await services.call('trash.restore', { id: entry!.id });
  expect((await services.call('runs.get', { id })).summary.state).toBe('stopped');
  await services.call('runs.resume', { id });
  await services.state(id, 'done');
  expect(physics(folderOf(id))).toBe(expected);
  const { id: thrown } = await services.call('runs.remove', { id });
  expect(await services.refused('runs.get', { id })).toBe('project.no.run');
  await services.call('trash.restore', { id: thrown });
  expect((await services.call('runs.get', { id })).summary).toMatchObject({ state: 'done', title: 'discarded' });
});

test('an engine that is killed leaves an interrupted run, which ends with the same bits', async () => {
  const { id } = await ask('killed');
  await stageOf(services, id, 'elasticity');
  for (const engine of services.engines) engine.kill();
  const interrupted = await services.state(id, 'interrupted');
  expect(interrupted.message?.sentence).toBe('The compute process ended before the run was finished (SIGKILL). What was computed is kept: resume it to go on.');
  expect((await services.call('application.state', {})).project?.interrupted).toEqual([id]);
  await services.call('runs.resume', { id });
  await services.state(id, 'done');
  expect(physics(folderOf(id))).toBe(expected);
  const eos = (await services.call('runs.get', { id })).events.findLast((event) => event.type === 'progress' && event.property === 'eos');
  expect(eos).toMatchObject({ done: 9, fromCache: 9 });
});

test('a title that is changed while the run ends is not lost', async () => {
  const { id } = await ask('first title', { properties: ['eos'] });
  await stageOf(services, id, 'eos');
  await Promise.all(['a', 'b', 'last title'].map((title) => services.call('runs.rename', { id, title })));
  await services.state(id, 'done');
  const summary = JSON.parse(readFileSync(join(folderOf(id), 'run.json'), 'utf8')) as RunSummary;
  expect(summary).toMatchObject({ title: 'last title', state: 'done' });
});

test('a monitor hears every point of its figures in the order of the work, whatever the number of threads', async () => {
  const { id } = await ask('sampled');
  await services.state(id, 'done');
  const { events } = await services.call('runs.get', { id });
  const samples = events.flatMap((event) => (event.type === 'sample' ? [event] : []));
  expect(new Set(samples.map(({ property, chart }) => `${property} ${chart}`))).toEqual(new Set(['relaxation residuals', 'eos energy-volume', 'elasticity stress-strain', 'elasticity energy-volume']));
  const volumes = samples.filter(({ property, chart }) => property === 'eos' && chart === 'energy-volume').map(({ x }) => x.value as number);
  const { eos } = JSON.parse(readFileSync(join(folderOf(id), 'result.json'), 'utf8')) as { eos: { points: { volume: { value: number[] } } } };
  expect(volumes).toEqual(eos.points.volume.value);

  await services.call('settings.change', { threads: 3 });
  const { id: other } = await ask('sampled on three threads');
  await services.state(other, 'done');
  await services.call('settings.change', { threads: null });
  const timeless = (list: typeof samples): unknown[] => list.map(({ at: _at, ...sample }) => sample);
  const heard = (await services.call('runs.get', { id: other })).events.flatMap((event) => (event.type === 'sample' ? [event] : []));
  expect(samples.length).toBeGreaterThan(30);
  expect(timeless(heard)).toEqual(timeless(samples));
});

describe('a project that is opened again', () => {
  const other = temporaryFolder();
  let again: Services;
  beforeEach(async () => { again = await startServices(other.path); });
  afterEach(async () => { await again.application.close(); });
  afterAll(() => { other.remove(); });
  const here = (id: string): string => join(again.project, 'runs', id);

  test('after its host was closed in the middle of a run: that one and those that waited are interrupted, with the reason', async () => {
    const crystal = await silicon(again);
    const one = await again.call('runs.start', { wish: small(crystal), title: 'in the middle' });
    const two = await again.call('runs.start', { wish: small(crystal, { properties: ['eos'] }), title: 'not begun' });
    await stageOf(again, one.id, 'eos');
    await again.application.close();
    again = await startServices(other.path);
    expect((await again.call('application.state', {})).project?.interrupted.sort()).toEqual([one.id, two.id].sort());
    expect((await again.call('runs.get', { id: one.id })).summary.message?.code).toBe('run.hostEnded');
    expect((await again.call('runs.get', { id: two.id })).summary.message?.code).toBe('run.hostEndedBefore');
    await again.call('runs.resume', { id: one.id });
    await again.state(one.id, 'done');
    expect(physics(here(one.id))).toBe(expected);
  });

  test('run folders of the command line are taken up: finished, stopped and still computed', async () => {
    await again.application.close();
    const runs = join(again.project, 'runs');
    const inputs = temporaryFolder();
    writeFileSync(join(inputs.path, 'silicon.vasp'), siliconPoscar);
    const stopped = await ask('half');
    await stageOf(services, stopped.id, 'elasticity');
    await services.call('runs.command', { id: stopped.id, command: 'stop-and-keep' });
    await services.state(stopped.id, 'stopped');
    // What a run leaves in its folder is the same wherever it was asked for; `run.json` belongs to the project.
    for (const [name, id] of [['finished', finished], ['half', stopped.id]] as const) {
      cpSync(folderOf(id), join(runs, name), { recursive: true });
      rmSync(join(runs, name, 'run.json'));
    }
    const busy = start(['run', join(inputs.path, 'silicon.vasp'), '--potential', 'si-stillinger-weber', '--property', 'phonons', '--property', 'expansion', '--accuracy', 'strict', '--out', join(runs, 'busy')]);
    while (!existsSync(join(runs, 'busy', 'events.ndjson'))) await new Promise((resolve) => { setTimeout(resolve, 20); });
    again = await startServices(other.path);
    const states = Object.fromEntries((await again.call('runs.search', { ...everyRun, text: 'si-stillinger-weber' })).rows.map(({ id, state, title }) => [id, `${state}: ${title}`]));
    expect(states['finished']).toBe('done: Si: equation of state and elastic constants');
    expect(states['half']).toBe('stopped: Silicon: relaxation, eos, elasticity');
    expect(states['busy']).toMatch(/^running: /);
    expect(physics(here('finished'))).toBe(expected);

    expect(await again.refused('runs.command', { id: 'busy', command: 'pause' })).toBe('library.runElsewhere');
    expect(await again.refused('runs.remove', { id: 'busy' })).toBe('library.runElsewhere');
    // It is looked at every two seconds.
    await again.next((event) => event.type === 'run-event' && event.run === 'busy');
    busy.process.kill('SIGINT');
    await busy.ended;
    await again.state('busy', 'interrupted');

    // The potential is known by its contents, wherever the run came from.
    await again.call('runs.resume', { id: 'half' });
    expect((await again.state('half', 'done', 'failed')).potential.id).toBe('si-stillinger-weber');
    expect(physics(here('half'))).toBe(expected);
    inputs.remove();
  });

  test('what is in a folder that is no run is left alone and told', async () => {
    await again.application.close();
    mkdirSync(join(again.project, 'runs', 'thesis'), { recursive: true });
    writeFileSync(join(again.project, 'runs', 'thesis', 'chapter.tex'), '');
    again = await startServices(other.path);
    expect((await again.call('application.state', {})).project?.notices.map(({ code }) => code)).toContain('project.noRecord');
    expect(readdirSync(join(again.project, 'runs', 'thesis'))).toEqual(['chapter.tex']);
  });
});

describeWith(existsSync(program), 'out/ is not built', 'a host that is killed', () => {
  test('with SIGKILL in the middle of a run: the project opens again, says so, and the run ends with the same bits', async () => {
    const place = temporaryFolder();
    const host = spawn(process.execPath, [program, 'serve', '--no-open', '--json', '--project', join(place.path, 'Project')], { env: { ...process.env, PHONOLITE_HOME: place.path }, stdio: ['ignore', 'pipe', 'ignore'] });
    const said = await new Promise<string>((resolve) => { host.stdout.once('data', (bytes: Buffer) => { resolve(bytes.toString()); }); });
    const { url } = JSON.parse(said) as { url: string };
    const call = await remote(url);
    const { id: crystal } = await call('materials.import', { file: { name: 'silicon.vasp', bytes: new TextEncoder().encode(siliconPoscar) }, frame: 1, tolerance: 1e-4, name: 'Silicon' });
    const { id } = await call('runs.start', { wish: small(crystal), title: 'host killed' });
    const folder = join(place.path, 'Project', 'runs', id);
    const events = (): string => (existsSync(join(folder, 'events.ndjson')) ? readFileSync(join(folder, 'events.ndjson'), 'utf8') : '');
    while (!events().includes('"stage":"Linear range"')) await new Promise((resolve) => { setTimeout(resolve, 5); });
    host.kill('SIGKILL');
    await new Promise((resolve) => { host.once('exit', resolve); });
    const after = await startServices(place.path);
    // The engine ends by itself once its host has gone; until then the run is still being computed.
    await after.state(id, 'interrupted', 'done');
    if (!existsSync(join(folder, 'result.json'))) {
      expect((await after.call('application.state', {})).project?.interrupted).toEqual([id]);
      await after.call('runs.resume', { id });
    }
    await after.state(id, 'done');
    expect(physics(folder)).toBe(expected);
    await after.application.close();
    place.remove();
  });
});
