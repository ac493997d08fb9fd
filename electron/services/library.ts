/** What comes with the program, and what a user may name instead: potentials and structures, by name, file or folder. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { PotentialCard, PotentialSource } from '../../core/contracts/card.ts';
import { refuse } from '../../core/contracts/messages.ts';
import { loadPotential, readStructures, recogniseData, sourceText, type StructureFile } from '../../core/index.ts';
import { withPathNow } from '../storage/failures.ts';
import { headOf, readHead, readInput } from '../storage/read.ts';
import { resources } from './layout.ts';

interface Bundled {
  readonly name: string;
  readonly file: string;
}

/** Bundled potentials: every JSON file of the folder is one, named after its file. */
export function bundledPotentials(): readonly Bundled[] {
  const folder = join(resources, 'potentials');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')).sort() : [];
  return files.map((name) => ({ name: basename(name, '.json'), file: join(folder, name) }));
}

export interface Material extends Bundled {
  readonly title: string;
  readonly formula: string;
  /** Bundled potentials that are meant for it. */
  readonly potentials: readonly string[];
  readonly note: string;
}

const materialIndex = z.array(
  z.strictObject({ name: z.string(), title: z.string(), file: z.string(), formula: z.string(), potentials: z.array(z.string()), note: z.string() }),
);

/** Bundled structures, as their index lists them. */
export function bundledMaterials(): readonly Material[] {
  const folder = join(resources, 'structures');
  const index = materialIndex.parse(JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')));
  return index.map((entry) => ({ ...entry, file: join(folder, entry.file) }));
}

/** Every bundled potential with its card. */
export function potentialList(): (Bundled & { readonly card: PotentialCard })[] {
  return bundledPotentials().map((entry) => ({ ...entry, card: loadPotential(potentialSource(entry.name)).card }));
}

function names(list: readonly Bundled[]): string {
  return list.map(({ name }) => name).join(', ') || 'none';
}

/** `wanted`: a file, a folder with the files of one potential, or a bundled name. A file of that name comes first. */
export function potentialSource(wanted: string, options: Readonly<Record<string, string>> = {}): PotentialSource {
  const entry = existsSync(wanted) ? null : bundledPotentials().find(({ name }) => name === wanted);
  if (entry === undefined) refuse('run.noPotential', { name: wanted.slice(0, 200), known: names(bundledPotentials()) });
  const path = entry?.file ?? wanted;
  return {
    name: entry?.name ?? wanted,
    files: withPathNow(path, () => statSync(path)).isDirectory() ? filesOf(path) : [{ name: basename(path), bytes: readInput(path) }],
    ...(Object.keys(options).length > 0 && { options }),
  };
}

/** The first file decides what a potential is: a JSON description, known by its brace, comes before the tables it names. */
function descriptionFirst(files: PotentialSource['files']): PotentialSource['files'] {
  const isDescription = ({ bytes }: PotentialSource['files'][number]): boolean => /^\s*\{/.test(Buffer.from(bytes.subarray(0, 64)).toString('utf8'));
  return [...files.filter(isDescription), ...files.filter((file) => !isDescription(file))];
}

/** n2p2 fixes the names of its files, and its folders hold much beside them: weights of every epoch, curves, logs. */
const n2p2Settings = 'input.nn', trainingData = 'input.data';
const n2p2Files = /^(input\.nn|input\.data|scaling\.data|(weights|weightse|hardness)\.\d{3}\.data)$/;
/** Bytes of a training set that are looked at for the unit of length: some dozens of structures. */
const trainingHead = 1_000_000;

/** The files of a potential's folder; of a folder with nothing but folders those of each: a committee of as many members. */
function filesOf(folder: string): PotentialSource['files'] {
  const { files, folders } = entriesOf(folder);
  const membersOf = (name: string): string[] => {
    const inside = entriesOf(join(folder, name)).files;
    return inside.length > 0 ? inside.map((file) => `${name}/${file}`) : refuse('run.emptyPotential', { path: join(folder, name) });
  };
  const listed = files.length > 0 || folders.length < 2 ? files : folders.flatMap(membersOf);
  const read = (name: string): Uint8Array => (isTrainingData(name) ? readHead(join(folder, name), trainingHead) : readInput(join(folder, name)));
  return inOrder(chosenNames(listed, folder).map((name) => ({ name, bytes: read(name) })));
}

/** The same from files that were brought with their relative names, below a folder that all of them share or none. */
export function potentialFilesOf(files: PotentialSource['files']): PotentialSource['files'] {
  const top = files[0]?.name.split('/')[0] ?? '';
  const shared = files.every(({ name }) => name.startsWith(`${top}/`)) ? top.length + 1 : 0;
  const named = new Map(files.map(({ name, bytes }) => [name.slice(shared), bytes]));
  const bytesOf = (name: string): Uint8Array => (isTrainingData(name) ? headOf(named.get(name)!, trainingHead) : named.get(name)!);
  return inOrder(chosenNames([...named.keys()], top).map((name) => ({ name, bytes: bytesOf(name) })));
}

/** Names in a folder, hidden ones left out. */
function entriesOf(folder: string): { files: string[]; folders: string[] } {
  const entries = withPathNow(folder, () => readdirSync(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const named = (list: typeof entries): string[] => list.map(({ name }) => name);
  return { files: named(entries.filter((entry) => entry.isFile())), folders: named(entries.filter((entry) => entry.isDirectory())) };
}

/**
 * With the head of the n2p2 data that it is used on, for potentials of that format that have none of their own: data share the units of
 * their potential and may tell them. `structures`: as `readStructureInput` takes them.
 */
export function withDataOf(source: PotentialSource, structures: string): PotentialSource {
  const folders = source.files.filter(({ name }) => name === folderPart(name) + n2p2Settings).map(({ name }) => folderPart(name));
  const lacking = folders.filter((folder) => !source.files.some(({ name }) => name === folder + trainingData));
  if (lacking.length === 0 || !existsSync(structures) || !statSync(structures).isFile()) return source;
  const bytes = readHead(structures, trainingHead);
  if (!recogniseData(sourceText(bytes, structures))) return source;
  return { ...source, files: [...source.files, ...lacking.map((folder) => ({ name: folder + trainingData, bytes }))] };
}

/** Numbers in their order. */
const byName = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
const folderPart = (name: string): string => name.slice(0, name.lastIndexOf('/') + 1);
const isTrainingData = (name: string): boolean => name.slice(name.lastIndexOf('/') + 1) === trainingData;

/** Which of these files make the potential. `place`: the folder, for the sentence. */
function chosenNames(all: readonly string[], place: string): string[] {
  const visible = all.filter((name) => !name.split('/').some((part) => part.startsWith('.')));
  if (visible.length === 0) refuse('run.emptyPotential', { path: place });
  const here = visible.filter((name) => !name.includes('/'));
  const folders = here.length > 0 ? [''] : [...new Set(visible.map(folderPart))].sort(byName);
  return folders.flatMap((folder) => {
    const own = visible.filter((name) => folderPart(name) === folder).sort(byName);
    return own.includes(folder + n2p2Settings) ? own.filter((name) => n2p2Files.test(name.slice(folder.length))) : own;
  });
}

/** Within each folder, what describes a potential comes first. */
function inOrder(files: PotentialSource['files']): PotentialSource['files'] {
  return [...new Set(files.map(({ name }) => folderPart(name)))].flatMap((folder) => descriptionFirst(files.filter(({ name }) => folderPart(name) === folder)));
}

/** `wanted`: a file, `-` for the standard input, or a bundled material. `units`: of a format that names none. */
export function readStructureInput(wanted: string, units?: PotentialCard['units']): StructureFile {
  if (wanted === '-') return readStructures(readInput('-'), 'the standard input', units);
  if (existsSync(wanted)) return readStructures(readInput(wanted), wanted, units);
  const entry = bundledMaterials().find(({ name }) => name === wanted);
  if (!entry) refuse('run.noStructure', { name: wanted.slice(0, 200), known: names(bundledMaterials()) });
  return readStructures(readInput(entry.file), entry.name);
}
