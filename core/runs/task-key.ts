import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { PotentialSource } from '../contracts/card.ts';
import { structureToJson, type Structure } from '../contracts/structure.ts';
import { encodePlain } from '../contracts/codec.ts';
import type { TaskKind } from './tasks.ts';
import type { TaskInputs } from './task-kinds.ts';

/** What decides the bits of a result beside its input. `Math` functions differ in the last bits between V8 versions. */
export interface Versions {
  /** Hash over the program text of `core` and its kernels. */
  readonly core: string;
  readonly v8: string;
}

function hash(value: unknown): string {
  return bytesToHex(sha256(encodePlain(value)));
}

/** SHA-256 of everything a potential is read from: contents and options; a file's name matters only through its ending. */
export function potentialHash(source: PotentialSource): string {
  return hash({ files: source.files.map(({ name, bytes }) => [name.slice(name.lastIndexOf('/') + 1), bytes]), options: { ...source.options } });
}

/** SHA-256 of cell, species, positions and masses; the title does not count. */
export function structureHash(structure: Structure): string {
  const { title: _, ...physics } = structureToJson(structure);
  return hash(physics);
}

/** Names a finished task by its content: equal keys mean equal bits of the result. */
export function taskKey<K extends TaskKind>(kind: K, input: TaskInputs[K], potential: string, versions: Versions, member?: number): string {
  return hash([kind, input, potential, versions.core, versions.v8, member ?? null]);
}
