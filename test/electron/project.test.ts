/** A project is a folder of plain files: made, opened, locked, searched, emptied and mended. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { message } from '../../core/contracts/messages.ts';
import { runFile, type RunFile } from '../../core/contracts/project.ts';
import type { RunSearch } from '../../core/contracts/service.ts';
import { Project } from '../../electron/services/project.ts';
import { Catalogue } from '../../electron/storage/catalogue.ts';
import { migrated } from '../../electron/storage/migrations.ts';
import { contained, freshId } from '../../electron/storage/project-folder.ts';
import { ProjectJournal } from '../../electron/storage/project-journal.ts';
import { emptyTrash, moveToTrash, restoreFromTrash, trashOf } from '../../electron/storage/trash.ts';
import { temporaryFolder } from './silicon.ts';

const time = '2026-01-02T03:04:05.678Z';
const now = (): Date => new Date(time);
const nobody = (): Promise<null> => Promise.resolve(null);
const everything: RunSearch = { text: '', states: [], verdicts: [], material: null, potential: null, order: 'newest', offset: 0, limit: 100 };

export function aRun(id: string, more: Partial<RunFile> = {}): RunFile {
  return {
    schema: 'phonolite-run/1', id, title: `Run ${id}`, created: time, material: { id: 'mgo', name: 'Periclase', formula: 'MgO', spaceGroup: 'F m -3 m' }, crystal: null,
    potential: { id: 'mgo-lewis-catlow', name: 'mgo-lewis-catlow', hash: 'f9' }, properties: ['relaxation', 'phonons'], accuracy: 'standard', threads: 2, state: 'done', started: time, finished: time, verdict: 'good',
    verdicts: { relaxation: 'good', phonons: 'good' }, message: null, figures: [], ...more,
  };
}

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => { folder = temporaryFolder(); });
afterEach(() => { folder.remove(); });
const place = (): string => join(folder.path, 'project');
const open = (): Promise<Project> => Project.open(place(), 'My project', now, nobody);

async function keepRun(project: Project, run: RunFile): Promise<void> {
  mkdirSync(project.folderOf('run', run.id), { recursive: true });
  await project.keep('run', run);
}

describe('the folder', () => {
  test('is made with its shelves and its record, and opened again with the same name', async () => {
    const project = await open();
    expect(readdirSync(place()).sort()).toEqual(['.lock', '.phonolite', 'journal.ndjson', 'potentials', 'project.json', 'runs', 'structures']);
    expect(project.notices).toEqual([]);
    await project.rename('Another name');
    project.close();
    const again = await open();
    expect(again.record).toEqual({ schema: 'phonolite-project/1', name: 'Another name', created: time });
    again.close();
    expect(readdirSync(place())).not.toContain('.lock');
  });

  test('belongs to one process at a time', async () => {
    const project = await open();
    await expect(open()).rejects.toThrow(/^The project .*project is open in another Phonolite \(process \d+, since 2026-01-02T03:04:05.678Z\)\. Close it there, or open another folder\.$/);
    project.close();
    (await open()).close();
  });

  test('is not made among other things, nor of a relative path', async () => {
    mkdirSync(place());
    writeFileSync(join(place(), 'thesis.tex'), '');
    await expect(open()).rejects.toThrow(/already holds other files \(thesis\.tex\)\. Choose a new or an empty folder/);
    expect(readdirSync(place())).toEqual(['thesis.tex']);
    await expect(Project.open('project', 'x', now, nobody)).rejects.toThrow(/^A project needs the whole path of its folder, not "project"\./);
  });

  test('of a newer version is refused by its number, a damaged record by its place', async () => {
    mkdirSync(place());
    writeFileSync(join(place(), 'project.json'), JSON.stringify({ schema: 'phonolite-project/2', name: 'x', created: time }));
    await expect(open()).rejects.toThrow(/project\.json was written by a newer Phonolite \(version 2 of its form; this one knows 1\)/);
    writeFileSync(join(place(), 'project.json'), '{"schema": "phonolite-project/1", "name": 7');
    await expect(open()).rejects.toThrow(/project\.json cannot be read: JSON: /);
    writeFileSync(join(place(), 'project.json'), JSON.stringify({ schema: 'phonolite-project/1', name: 7, created: time }));
    await expect(open()).rejects.toThrow(/project\.json cannot be read: name: /);
  });

  test('keeps names inside, whatever they are made of', () => {
    for (const name of ['../x', 'a/../../x', '/etc/passwd', 'a//b', '.', '..', '', 'a/./b', 'a\\..\\b', 'a\0b', 'C:\\x/..']) expect(() => contained('/project/files', name), name).toThrow(/would lead out of the project's folder/);
    expect(contained('/project/files', 'member 1/input.nn')).toBe('/project/files/member 1/input.nn');
    fc.assert(fc.property(fc.string(), (name) => {
      let path: string;
      try {
        path = contained('/project/files', name);
      } catch {
        return;
      }
      expect(path.startsWith('/project/files/')).toBe(true);
      expect(path.split('/')).not.toContain('..');
    }));
  });

  test('names things by what they are called, and never twice', () => {
    const taken = new Set<string>();
    const name = (text: string): string => {
      const id = freshId(text, (one) => taken.has(one));
      taken.add(id);
      return id;
    };
    expect(['MgO (rocksalt)', 'MgO, rocksalt', 'Kvarts β', '…', '---', 'Ä b'].map(name)).toEqual(['mgo-rocksalt', 'mgo-rocksalt-2', 'kvarts', 'item', 'item-2', 'a-b']);
    fc.assert(fc.property(fc.string(), (text) => { expect(freshId(text, () => false)).toMatch(/^[a-z0-9][a-z0-9-]{0,62}$/); }));
  });
});

describe('the catalogue', () => {
  test('is read from the folders: what was added, changed or taken away behind its back is found', async () => {
    const project = await open();
    await keepRun(project, aRun('one'));
    await keepRun(project, aRun('two', { state: 'interrupted', verdict: null }));
    project.close();
    rmSync(join(place(), 'runs/one'), { recursive: true });
    cpSync(join(place(), 'runs/two'), join(place(), 'runs/three'), { recursive: true });
    writeFileSync(join(place(), 'runs/two/run.json'), JSON.stringify(aRun('two', { title: 'Changed by hand' })));
    const again = await open();
    // A copied folder is a run of its own: its name is its id.
    expect(again.runs.search({ ...everything, order: 'title' }).rows.map(({ id, title }) => [id, title])).toEqual([['two', 'Changed by hand'], ['three', 'Run two']]);
    again.close();
  });

  test('that is damaged, foreign or missing is made again, and says so', async () => {
    const project = await open();
    await keepRun(project, aRun('one'));
    project.close();
    const path = join(place(), '.phonolite/catalogue.sqlite');
    for (const damage of [
      (): void => { writeFileSync(path, 'no database'); },
      (): void => { writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, 3000), Buffer.alloc(5000, 7)])); },
      (): void => { writeFileSync(path, ''); },
    ]) {
      damage();
      const again = await open();
      expect(again.notices.map(({ code }) => code)).toEqual(['project.catalogueAgain']);
      expect(again.runs.search(everything).rows).toEqual([aRun('one')]);
      again.close();
    }
    rmSync(join(place(), '.phonolite'), { recursive: true });
    const again = await open();
    expect(again.notices).toEqual([]);
    expect(again.count('run')).toBe(1);
    again.close();
  });

  test('passes over what it cannot read, names it, and touches nothing', async () => {
    const project = await open();
    await keepRun(project, aRun('good'));
    project.close();
    mkdirSync(join(place(), 'runs/broken'));
    writeFileSync(join(place(), 'runs/broken/run.json'), '{');
    mkdirSync(join(place(), 'runs/newer'));
    writeFileSync(join(place(), 'runs/newer/run.json'), JSON.stringify({ ...aRun('newer'), schema: 'phonolite-run/9' }));
    mkdirSync(join(place(), 'structures/nothing'));
    mkdirSync(join(place(), 'runs/Not an id'));
    const again = await open();
    expect(again.notices.map(({ sentence }) => sentence.replace(place(), ''))).toEqual([
      'The folder structures/nothing has no material.json and was left alone. Move it out of the project, or restore the file.',
      expect.stringMatching(/^\/runs\/broken\/run\.json cannot be read: JSON: /) as string,
      expect.stringMatching(/^\/runs\/newer\/run\.json was written by a newer Phonolite \(version 9/) as string,
    ]);
    expect(again.runs.search(everything).rows.map(({ id }) => id)).toEqual(['good']);
    again.close();
    expect(readFileSync(join(place(), 'runs/broken/run.json'), 'utf8')).toBe('{');
  });

  test('finds runs by every word that is known of them, by state and verdict, in every order, page by page', () => {
    const { catalogue } = Catalogue.open(join(folder.path, 'c.sqlite'));
    const stamp = { modified: 1, size: 1 };
    const at = (day: number): string => `2026-01-0${String(day)}T00:00:00.000Z`;
    catalogue.putRun(aRun('a', { title: 'b MgO under pressure', created: at(1), verdict: 'caution' }), stamp);
    catalogue.putRun(aRun('b', { title: 'a Quartz 100%', created: at(2), material: { id: 'quartz', name: 'α-Quartz', formula: 'SiO2', spaceGroup: 'P 32 2 1' }, verdict: 'unreliable' }), stamp);
    catalogue.putRun(aRun('c', { title: 'C under_score', created: at(3), state: 'running', verdict: null }), stamp);
    const ids = (more: Partial<RunSearch>): string[] => catalogue.search({ ...everything, ...more }).rows.map(({ id }) => id);
    expect(ids({})).toEqual(['c', 'b', 'a']);
    expect(ids({ order: 'oldest' })).toEqual(['a', 'b', 'c']);
    expect(ids({ order: 'title' })).toEqual(['b', 'a', 'c']);
    expect(ids({ order: 'verdict' })).toEqual(['b', 'a', 'c']);
    expect(ids({ text: 'mgo PRESSURE' })).toEqual(['a']);
    expect(ids({ text: 'p3221' })).toEqual(['b']);
    expect(ids({ text: 'α-quartz' })).toEqual(['b']);
    // Signs that mean something to the database mean themselves.
    expect(ids({ text: '100%' })).toEqual(['b']);
    expect(ids({ text: '%' })).toEqual(['b']);
    expect(ids({ text: 'r_s' })).toEqual(['c']);
    expect(ids({ text: "'; DROP TABLE runs; --" })).toEqual([]);
    expect(ids({ states: ['running', 'queued'] })).toEqual(['c']);
    expect(ids({ verdicts: ['caution', 'unreliable'], text: 'sio2' })).toEqual(['b']);
    expect(ids({ material: 'quartz' })).toEqual(['b']);
    expect(ids({ potential: 'other' })).toEqual([]);
    expect(catalogue.search({ ...everything, offset: 1, limit: 1 })).toMatchObject({ total: 3, rows: [{ id: 'b' }] });
    catalogue.remove('run', 'b');
    expect(ids({})).toEqual(['c', 'a']);
    expect(catalogue.counts('material')).toEqual(new Map([['mgo', 2]]));
    catalogue.close();
  });

  test('together is all or nothing', () => {
    const { catalogue } = Catalogue.open(join(folder.path, 'c.sqlite'));
    expect(() => {
      catalogue.together(() => {
        catalogue.putRun(aRun('a'), { modified: 1, size: 1 });
        throw new Error('half-way');
      });
    }).toThrow('half-way');
    expect(catalogue.count('run')).toBe(0);
    catalogue.close();
  });
});

describe('the trash', () => {
  test('takes things and gives them back as they were', async () => {
    const project = await open();
    await keepRun(project, aRun('one'));
    writeFileSync(join(project.folderOf('run', 'one'), 'result.json'), '{"digits": 1.2345}');
    const removed = await moveToTrash(place(), project.folderOf('run', 'one'), { kind: 'run', name: 'Run one' }, time);
    expect(removed).toMatchObject({ kind: 'run', item: 'runs/one', name: 'Run one', removed: time });
    expect(existsSync(project.folderOf('run', 'one'))).toBe(false);
    expect(trashOf(place())).toEqual([removed]);
    await restoreFromTrash(place(), removed.id);
    expect(readFileSync(join(project.folderOf('run', 'one'), 'result.json'), 'utf8')).toBe('{"digits": 1.2345}');
    expect(trashOf(place())).toEqual([]);
    expect(readdirSync(join(place(), 'trash'))).toEqual([]);
    project.close();
  });

  test('does not overwrite what has taken the place since, and survives a kill half-way', async () => {
    const project = await open();
    await keepRun(project, aRun('one'));
    const removed = await moveToTrash(place(), project.folderOf('run', 'one'), { kind: 'run', name: 'Run one' }, time);
    await keepRun(project, aRun('one', { title: 'Another' }));
    await expect(restoreFromTrash(place(), removed.id)).rejects.toThrow(/^Run one cannot go back: something else is at runs\/one now\./);
    expect(runFile.parse(JSON.parse(readFileSync(join(place(), 'runs/one/run.json'), 'utf8'))).title).toBe('Another');
    await expect(restoreFromTrash(place(), 'never-there')).rejects.toThrow(/There is no never-there in the trash any more/);
    // Killed after the record and before the move: nothing to give back, and nothing lost.
    mkdirSync(join(place(), 'trash/half/contents'), { recursive: true });
    cpSync(join(place(), 'trash', removed.id, 'trash.json'), join(place(), 'trash/half/trash.json'));
    writeFileSync(join(place(), 'trash/half/trash.json'), JSON.stringify({ ...removed, id: 'half' }));
    expect(trashOf(place()).map(({ id }) => id)).toEqual([removed.id]);
    expect(emptyTrash(place())).toBe(2);
    expect(trashOf(place())).toEqual([]);
    project.close();
  });

  test('a record that was forged cannot put anything outside the project', async () => {
    const project = await open();
    mkdirSync(join(place(), 'trash/evil/contents'), { recursive: true });
    writeFileSync(join(place(), 'trash/evil/contents/passwd'), 'x');
    writeFileSync(join(place(), 'trash/evil/trash.json'), JSON.stringify({ schema: 'phonolite-trash/1', id: 'evil', kind: 'run', item: '../../outside/passwd', name: 'x', removed: time }));
    await expect(restoreFromTrash(place(), 'evil')).rejects.toThrow(/would lead out of the project's folder/);
    expect(existsSync(join(folder.path, 'outside'))).toBe(false);
    project.close();
  });
});

describe('the journal', () => {
  test('keeps what was done, newest first, through a torn last line and lines written by hand', () => {
    const path = join(folder.path, 'journal.ndjson');
    const journal = new ProjectJournal(path);
    journal.append(time, message('project.removed', { what: 'run', name: 'one' }));
    journal.append(time, message('project.trashEmptied', { count: 3 }));
    journal.close();
    writeFileSync(path, `${readFileSync(path, 'utf8')}a line by hand\n{"at": "2026-01-`);
    const again = new ProjectJournal(path);
    again.append(time, message('project.restored', { name: 'one' }));
    expect(again.latest(10).map((entry) => entry.message.sentence)).toEqual(['Brought one back from the trash.', 'Emptied the trash: 3 things were deleted.', 'Moved the run one to the trash.']);
    expect(again.latest(1)).toHaveLength(1);
    again.close();
  });
});

describe('migrations', () => {
  const table = { thing: [(old: Record<string, unknown>) => ({ ...old, b: 2 }), (old: Record<string, unknown>) => ({ ...old, c: Number(old['b']) + 1 })] };
  test('go step by step from any older version to this one', () => {
    expect(migrated({ schema: 'thing/1', a: 1 }, 'x.json', table)).toEqual({ schema: 'thing/3', a: 1, b: 2, c: 3 });
    expect(migrated({ schema: 'thing/2', b: 7 }, 'x.json', table)).toEqual({ schema: 'thing/3', b: 7, c: 8 });
    expect(migrated({ schema: 'thing/3', c: 1 }, 'x.json', table)).toEqual({ schema: 'thing/3', c: 1 });
  });
  test('refuse what is newer, and leave alone what they do not know', () => {
    expect(() => migrated({ schema: 'thing/4' }, 'x.json', table)).toThrow(/^x\.json was written by a newer Phonolite \(version 4 of its form; this one knows 3\)/);
    for (const json of [null, 1, [], {}, { schema: 7 }, { schema: 'other/1' }, { schema: 'thing/0' }, { schema: '__proto__/1' }]) expect(migrated(json, 'x.json', table)).toBe(json);
  });
});
