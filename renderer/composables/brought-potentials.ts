/**
 * Which of the files that were brought together make one potential: a folder is one (or a committee, or a collection), loose
 * files are one each, unless they are the pieces of an n2p2 folder.
 */
import type { BroughtFile } from '../../core/contracts/library.ts';

export interface Candidate {
  readonly name: string;
  readonly files: readonly BroughtFile[];
  /** What to look at one by one where the whole is not understood. */
  readonly parts: readonly Candidate[];
  /** Loose files beside it, which a description may name as its tables. */
  readonly tables: readonly BroughtFile[];
}

const settingsFile = 'input.nn', trainingData = 'input.data';
/** Bytes of a training set that are sent: its first structures tell the unit of length, and the program takes no more of it. */
const trainingHead = 1_200_000;

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
const isHidden = (name: string): boolean => name.split('/').some((part) => part.startsWith('.'));

function trimmed(file: BroughtFile): BroughtFile {
  return lastPart(file.name) === trainingData && file.bytes.length > trainingHead ? { ...file, bytes: file.bytes.slice(0, trainingHead) } : file;
}

/** Name of a file without its folder and the endings that say what it is. */
function bareName(name: string): string {
  const last = lastPart(name);
  return last.replace(/(?<=.)(\.(json|txt|eam|alloy|fs|setfl|funcfl))+$/i, '') || last;
}

export function candidatesOf(brought: readonly BroughtFile[]): Candidate[] {
  const files = brought.filter(({ name }) => !isHidden(name)).map((file) => trimmed({ ...file, name: file.name.replaceAll('\\', '/').replace(/^\/+/, '') }));
  const loose = files.filter(({ name }) => !name.includes('/'));
  const folders = new Map<string, BroughtFile[]>();
  for (const file of files) {
    const at = file.name.indexOf('/');
    if (at < 0) continue;
    const folder = file.name.slice(0, at);
    folders.set(folder, [...(folders.get(folder) ?? []), { ...file, name: file.name.slice(at + 1) }]);
  }
  const ofFolders = [...folders].map(([name, inside]) => folderCandidate(name, inside));
  if (loose.some(({ name }) => name === settingsFile)) return [{ name: 'n2p2', files: loose, parts: [], tables: [] }, ...ofFolders];
  return [...loose.map((file) => single(file, loose)), ...ofFolders];
}

function single(file: BroughtFile, beside: readonly BroughtFile[]): Candidate {
  return { name: bareName(file.name), files: [file], parts: [], tables: beside.filter((other) => other !== file) };
}

/** `inside`: names relative to the folder. */
function folderCandidate(name: string, inside: readonly BroughtFile[]): Candidate {
  const own = inside.filter((file) => !file.name.includes('/'));
  // A folder of n2p2 is one thing; of any other each file, or each folder, may be something by itself.
  const parts = own.some((file) => file.name === settingsFile)
    ? []
    : own.length > 0
      ? own.length > 1 ? own.map((file) => single(file, own)) : []
      : candidatesOf(inside).map((part) => ({ ...part, name: `${name} ${part.name}` }));
  return { name, files: inside.map((file) => ({ ...file, name: `${name}/${file.name}` })), parts, tables: [] };
}
