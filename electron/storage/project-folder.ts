/**
 * The folder of a project: plain folders that a scientist can open.
 *
 *     project.json            name and schema
 *     structures/<id>/        material.json, structure.extxyz, original/<file as imported>
 *     potentials/<id>/        potential.json, files/<as imported>
 *     runs/<id>/              run.json and everything a run folder holds
 *     measurements/<crystal>/ CSV files that people added
 *     trash/<id>/             what was removed, with trash.json
 *     journal.ndjson          what was done, one line each
 *     .phonolite/             catalogue (rebuilt from the folders at any time)
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import { refuse } from '../../core/contracts/messages.ts';
import { itemId, projectFile, type ProjectFile } from '../../core/contracts/project.ts';
import { withPathNow } from './failures.ts';
import { readRecord, writeRecord } from './records.ts';

export const projectFiles = {
  project: 'project.json',
  structures: 'structures',
  potentials: 'potentials',
  runs: 'runs',
  measurements: 'measurements',
  trash: 'trash',
  journal: 'journal.ndjson',
  catalogue: '.phonolite/catalogue.sqlite',
} as const;

type Shelf = 'structures' | 'potentials' | 'runs' | 'trash' | 'measurements';

/** The folder of one thing. An id that is not one never reaches the file system. */
export function folderOf(project: string, shelf: Shelf, id: string): string {
  return join(project, projectFiles[shelf], itemId.parse(id));
}

/** Ids of the folders on a shelf; other names are left alone and not listed. */
export function idsOn(project: string, shelf: Shelf): string[] {
  const folder = join(project, projectFiles[shelf]);
  if (!existsSync(folder)) return [];
  return withPathNow(folder, () => readdirSync(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && itemId.safeParse(entry.name).success)
    .map(({ name }) => name);
}

/** `MgO (rocksalt)` becomes `mgo-rocksalt`; taken names get a number. */
export function freshId(name: string, taken: (id: string) => boolean): string {
  const base = name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 48).replace(/-+$/, '') || 'item';
  if (!taken(base)) return base;
  for (let number = 2; ; number++) {
    const id = `${base}-${String(number)}`;
    if (!taken(id)) return id;
  }
}

/** `name` inside `folder`: refused where it would lie outside, whatever it is made of. */
export function contained(folder: string, name: string): string {
  const path = join(folder, name);
  const parts = name.split(/[/\\]/);
  if (name === '' || isAbsolute(name) || name.includes('\0') || parts.some((part) => part === '' || part === '.' || part === '..') || !path.startsWith(folder + sep)) {
    refuse('project.outside', { name: name.slice(0, 200) });
  }
  return path;
}

/** Makes the folder a project, or finds that it is one. Refused where it holds other things. */
export async function establishProject(folder: string, name: string, created: string): Promise<ProjectFile> {
  if (!isAbsolute(folder)) refuse('project.relative', { folder: folder.slice(0, 200) });
  const path = join(folder, projectFiles.project);
  if (existsSync(path)) return readRecord(path, projectFile);
  withPathNow(folder, () => {
    mkdirSync(folder, { recursive: true });
    const foreign = readdirSync(folder).find((entry) => !entry.startsWith('.lock') && !/^\..*\.part$/.test(entry));
    if (foreign !== undefined) refuse('project.foreign', { folder, example: foreign });
  });
  const record: ProjectFile = { schema: 'phonolite-project/1', name, created };
  await writeRecord(path, record);
  return record;
}
