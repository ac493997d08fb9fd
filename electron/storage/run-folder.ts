/** A run's folder: the names of its files, who may use it, and how it is made and taken away again. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { refuse } from '../../core/contracts/messages.ts';
import { runRequest, type RunRequest } from '../../core/contracts/request.ts';
import { withPathNow } from './failures.ts';
import { lockHolder } from './lock.ts';
import { migrated } from './migrations.ts';

export const runFiles = {
  request: 'request.json',
  result: 'result.json',
  events: 'events.ndjson',
  report: 'report.html',
  /** Finished tasks while the run is not done; goes with its last write. */
  cache: '.cache',
  journal: '.cache/tasks.journal',
  /** What went wrong inside, for whoever mends it. */
  log: 'error.log',
} as const;

/** Everything a run puts into its folder: only this is removed when the run is discarded. */
const owned = [...Object.values(runFiles), 'modes.bin', 'relaxed.cif', 'relaxed.extxyz', 'phonopy.yaml', 'FORCE_CONSTANTS', 'BORN', 'band.yaml', 'distorted.extxyz', 'tables'];

/** The request kept in the folder, or null where there is none. Refused where the file is not one. */
export function keptRequest(folder: string): RunRequest | null {
  const path = join(folder, runFiles.request);
  if (!existsSync(path)) return null;
  let reason: string;
  try {
    const parsed = runRequest.safeParse(migrated(JSON.parse(withPathNow(path, () => readFileSync(path, 'utf8'))), path));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    reason = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a request'}`;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    reason = error.message;
  }
  return refuse('run.unreadableRequest', { path, reason });
}

/** Refused where the folder holds something that no run has put there: a run never mixes with other people's files. */
export function refuseForeignFolder(folder: string): void {
  if (!existsSync(folder)) return;
  const names = withPathNow(folder, () => readdirSync(folder));
  if (names.includes(runFiles.request)) return;
  const foreign = names.find((name) => !isLeftover(name));
  if (foreign !== undefined) refuse('run.folderTaken', { folder, example: foreign });
}

/** A lock or a temporary file of a run that was killed before its request was written. */
function isLeftover(name: string): boolean {
  return name.startsWith('.lock') || name === '.cache' || /^\..*\.part$/.test(name);
}

export interface MadeFolder {
  /** Removes the folders that were made, as far as they are empty: after a run that wrote nothing. */
  undo(): void;
}

export function makeFolder(folder: string): MadeFolder {
  const target = resolve(folder);
  const missing: string[] = [];
  for (let at = target; !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.push(at);
  const undo = (): void => {
    for (const path of missing) {
      try {
        rmdirSync(path);
      } catch {
        // Not there, or no longer empty.
      }
    }
  };
  withPathNow(folder, () => {
    try {
      // One by one: Node's recursive mkdir never returns where the kernel answers ENOENT for an existing parent (/proc).
      for (const path of missing.toReversed()) makeOne(path);
      // Not a folder, or one that may not be read.
      readdirSync(target);
    } catch (error) {
      undo();
      throw error;
    }
  });
  return { undo };
}

/** Another run may make the same parent at the same moment. */
function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST' && statSync(path).isDirectory())) throw error;
  }
}

/** Temporary files of writes that a kill cut off. Only while holding the lock. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) if (/^\..*\.part$/.test(name)) rmSync(join(folder, name), { force: true });
}

/** What a kill between the last file and the end of a run left behind. Nobody may be working in the folder. */
export function tidyFinished(folder: string): void {
  if (lockHolder(folder) !== null) return;
  rmSync(join(folder, runFiles.cache), { recursive: true, force: true });
  for (const name of readdirSync(folder)) if (name.startsWith('.lock')) rmSync(join(folder, name), { force: true });
  removeLeftovers(folder);
}

/** Takes away what the run has written, and the folder where nothing else is in it. */
export function discardRun(folder: string): void {
  for (const name of owned) rmSync(join(folder, name), { recursive: true, force: true });
  removeLeftovers(folder);
}
