/** Removing is moving: into `trash/<id>/`, from where it can go back until the trash is emptied. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { refuse } from '../../core/contracts/messages.ts';
import { trashFile, type TrashFile } from '../../core/contracts/project.ts';
import { syncFolder } from './atomic.ts';
import { withPath } from './failures.ts';
import { contained, folderOf, freshId, idsOn } from './project-folder.ts';
import { readRecord, writeRecord } from './records.ts';

const recordName = 'trash.json';
/** What was moved lies in this folder, under the name that it had. */
const contents = 'contents';

/** Moves a file or folder of the project to its trash. `path`: absolute, inside the project. */
export async function moveToTrash(project: string, path: string, about: Pick<TrashFile, 'kind' | 'name'>, removed: string): Promise<TrashFile> {
  const id = freshId(`${about.kind} ${about.name}`, (wanted) => existsSync(folderOf(project, 'trash', wanted)));
  const place = folderOf(project, 'trash', id);
  const record: TrashFile = { schema: 'phonolite-trash/1', id, kind: about.kind, item: relative(project, path).replaceAll('\\', '/'), name: about.name, removed };
  await withPath(path, async () => {
    mkdirSync(join(place, contents), { recursive: true });
    // The record first: what a kill leaves between the two is an empty entry, never a thing without its way back.
    await writeRecord(join(place, recordName), record);
    renameSync(path, join(place, contents, basename(path)));
    await syncFolder(dirname(path));
  });
  return record;
}

/** Newest first. Entries without contents (a kill before the move) or without a record are passed over. */
export function trashOf(project: string): TrashFile[] {
  const entries = idsOn(project, 'trash').flatMap((id) => {
    const path = join(folderOf(project, 'trash', id), recordName);
    if (!existsSync(path)) return [];
    const record = readRecord(path, trashFile);
    return existsSync(placeOf(project, record)) ? [record] : [];
  });
  return entries.sort((a, b) => b.removed.localeCompare(a.removed));
}

function placeOf(project: string, record: TrashFile): string {
  return join(folderOf(project, 'trash', record.id), contents, basename(record.item));
}

/** Puts a thing back where it was. Refused where something has taken its place since. */
export async function restoreFromTrash(project: string, id: string): Promise<TrashFile> {
  const path = join(folderOf(project, 'trash', id), recordName);
  if (!existsSync(path)) refuse('project.notInTrash', { item: id });
  const record = readRecord(path, trashFile);
  const target = contained(project, record.item);
  if (existsSync(target)) refuse('project.placeTaken', { name: record.name, item: record.item });
  await withPath(target, async () => {
    mkdirSync(dirname(target), { recursive: true });
    renameSync(placeOf(project, record), target);
    await syncFolder(dirname(target));
    rmSync(folderOf(project, 'trash', id), { recursive: true, force: true });
  });
  return record;
}

/** Deletes what is in the trash for good. Returns how many things. */
export function emptyTrash(project: string): number {
  const ids = idsOn(project, 'trash');
  for (const id of ids) rmSync(folderOf(project, 'trash', id), { recursive: true, force: true });
  return ids.length;
}
