/** What comes with the program, and what a user may name instead: potentials and structures, by name, file or folder. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { PotentialCard, PotentialSource } from '../../core/contracts/card.ts';
import { refuse } from '../../core/contracts/messages.ts';
import { loadPotential, readStructures, type StructureFile } from '../../core/index.ts';
import { withPathNow } from '../storage/failures.ts';
import { readInput } from '../storage/read.ts';
import { resources } from './layout.ts';

interface Bundled {
  readonly name: string;
  readonly file: string;
}

function bundled(folder: string): Bundled[] {
  const path = join(resources, folder);
  if (!existsSync(path)) return [];
  const files = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile() && !/^\.|\.md$/.test(entry.name));
  return files.map(({ name }) => ({ name: basename(name, extname(name)), file: join(path, name) })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function bundledPotentials(): readonly Bundled[] {
  return bundled('potentials');
}

export function bundledMaterials(): readonly Bundled[] {
  return bundled('structures');
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
  const paths = withPathNow(path, () => statSync(path)).isDirectory() ? filesOf(path) : [path];
  return {
    name: entry?.name ?? wanted,
    files: paths.map((file) => ({ name: basename(file), bytes: readInput(file) })),
    ...(Object.keys(options).length > 0 && { options }),
  };
}

function filesOf(folder: string): string[] {
  const entries = withPathNow(folder, () => readdirSync(folder, { withFileTypes: true }));
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => join(folder, name)).sort();
  if (files.length === 0) refuse('run.emptyPotential', { path: folder });
  return files;
}

/** `wanted`: a file, `-` for the standard input, or a bundled material. */
export function readStructureInput(wanted: string): StructureFile {
  if (wanted === '-') return readStructures(readInput('-'), 'the standard input');
  if (existsSync(wanted)) return readStructures(readInput(wanted), wanted);
  const entry = bundledMaterials().find(({ name }) => name === wanted);
  if (!entry) refuse('run.noStructure', { name: wanted.slice(0, 200), known: names(bundledMaterials()) });
  return readStructures(readInput(entry.file), entry.name);
}
