/** What the system hands to the program: files and folders that were opened with it, on the command line or by a second start. */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { BroughtFile } from '../../core/contracts/library.ts';
import { refuse } from '../../core/contracts/messages.ts';
import { messageLimit } from '../bridge/size.ts';
import { projectFiles } from '../storage/project-folder.ts';
import { withPathNow } from '../storage/failures.ts';
import { readInput } from '../storage/read.ts';

/** Of a command line what is there on the disk. `own`: words at its start that are the program itself. */
export function pathsIn(commandLine: readonly string[], own: number, folder: string): string[] {
  return commandLine.slice(own).filter((word) => word !== '' && !word.startsWith('-')).map((word) => resolve(folder, word)).filter((path) => existsSync(path));
}

/** A file of this ending lies in a project's folder and stands for it: folders cannot be associated with a program. */
const projectEnding = '.phonolite';
const opener = `Open this project${projectEnding}`;

/** Puts that file into a project, so that it opens with a double click. Where it cannot be written, nothing is lost. */
export function leaveOpener(folder: string): void {
  try {
    writeFileSync(join(folder, opener), `${JSON.stringify({ schema: 'phonolite-opener/1' })}\n`, { flag: 'wx' });
  } catch {
    // It is there already, or the folder is for reading only.
  }
}

/** The project's folder that a path stands for, or null: the folder itself, its record, or the file that opens it. */
export function projectAt(path: string): string | null {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const folder = isFolder ? path : basename(path) === projectFiles.project || extname(path).toLowerCase() === projectEnding ? dirname(path) : null;
  return folder !== null && existsSync(join(folder, projectFiles.project)) ? folder : null;
}

/** Potentials come as folders, and committees as folders of folders. */
const depthLimit = 3;
const countLimit = 200;

/** A file as it is; a folder as its files with `/` in their names, as a drop into the window would bring it. Refused where it is more than a message takes. */
export function readBrought(path: string): BroughtFile[] {
  const files: BroughtFile[] = [];
  let size = 0;
  const add = (at: string, name: string, depth: number): void => {
    if (statSync(at).isDirectory()) {
      if (depth === depthLimit) return;
      for (const inside of withPathNow(at, () => readdirSync(at)).sort()) if (!inside.startsWith('.')) add(join(at, inside), `${name}/${inside}`, depth + 1);
      return;
    }
    const bytes = readInput(at);
    size += bytes.length;
    files.push({ name, bytes });
    if (size > messageLimit || files.length > countLimit) refuse('service.tooMuch', { path, files: countLimit, limit: messageLimit / 1e6 });
  };
  add(path, basename(path), 0);
  return files;
}
