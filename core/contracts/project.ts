import { z } from 'zod';
import { potentialCard } from './card.ts';
import { message, quantity, verdictState } from './quantity.ts';
import { propertyName, spaceGroup } from './results.ts';
import { structureJson } from './structure.ts';

/**
 * The files that make a folder a project, beside those of a run (`request.json`, `result.json`, ...). Each carries its
 * schema with a version; `electron/storage/migrations.ts` brings older ones up to date.
 */

/** Names a thing of a project and its folder: nothing that could leave the folder, nothing that a file system minds. */
export const itemId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);

const time = z.iso.datetime();

export const projectFile = z.strictObject({ schema: z.literal('phonolite-project/1'), name: z.string().min(1).max(200), created: time });
export type ProjectFile = z.infer<typeof projectFile>;

/** Where a crystal in the library came from. */
export const materialOrigin = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), file: z.string(), format: z.string(), sha256: z.string(), /** counted from 1 */ frame: z.number().int(), frames: z.number().int() }),
  z.strictObject({ kind: z.literal('example'), example: z.string() }),
  z.strictObject({ kind: z.literal('prototype'), prototype: z.string(), elements: z.array(z.string()), parameters: z.record(z.string(), z.number()) }),
  z.strictObject({ kind: z.literal('cell'), material: z.string(), /** rows: the new lattice vectors in terms of the old */ matrix: z.array(z.number()).length(9) }),
  z.strictObject({ kind: z.literal('mode'), run: z.string(), q: z.array(z.number()).length(3), mode: z.number().int() }),
]);
export type MaterialOrigin = z.infer<typeof materialOrigin>;

/** `structures/<id>/material.json`; the structure itself is also there as `structure.extxyz`, an imported file as it came. */
export const materialFile = z.strictObject({
  schema: z.literal('phonolite-material/1'),
  id: itemId,
  name: z.string().min(1).max(200),
  imported: time,
  origin: materialOrigin,
  /** What the reader had to say about the file. */
  notes: z.array(message),
  formula: z.string(),
  atoms: z.number().int(),
  elements: z.array(z.string()),
  periodic: z.tuple([z.boolean(), z.boolean(), z.boolean()]),
  /** Null where it does not repeat along all three vectors, or where none was found. */
  spaceGroup: spaceGroup.nullable(),
  /** SHA-256 of cell, species, positions and masses: equal hashes are the same crystal in the same cell. */
  hash: z.string(),
  structure: structureJson,
});
export type MaterialFile = z.infer<typeof materialFile>;

/** `potentials/<id>/potential.json`; its files lie in `files/` beside it, exactly as they came. */
export const potentialFile = z.strictObject({
  schema: z.literal('phonolite-library-potential/1'),
  id: itemId,
  name: z.string().min(1).max(200),
  imported: time,
  /** With `/` between folders; the first decides the format. */
  files: z.array(z.string()).min(1),
  /** What was said when it was read (units). */
  options: z.record(z.string(), z.string()),
  /** SHA-256 over contents and options. */
  hash: z.string(),
  card: potentialCard,
});
export type PotentialFile = z.infer<typeof potentialFile>;

/** `interrupted`: whoever computed it is gone. `stopped`: by the user, and everything finished was kept. */
export const runState = z.enum(['queued', 'running', 'paused', 'interrupted', 'stopped', 'failed', 'done']);
export type RunState = z.infer<typeof runState>;

/** A number that stands for a run in a list. */
export const keyFigure = z.strictObject({ name: z.enum(['lattice', 'bulkModulus', 'highestFrequency', 'lowestFrequency', 'alphaVolumetric']), quantity });

/** `runs/<id>/run.json`: what a list of runs shows. Written when a run is asked for, starts and ends. */
export const runFile = z.strictObject({
  schema: z.literal('phonolite-run/1'),
  id: itemId,
  title: z.string().min(1).max(200),
  created: time,
  /** Null where the run was computed elsewhere and put into the project's folder. */
  material: z.strictObject({ id: itemId.nullable(), name: z.string(), formula: z.string(), spaceGroup: z.string().nullable() }),
  /** What measured points of the same crystal are kept under; null before the end. */
  crystal: itemId.nullable(),
  potential: z.strictObject({ id: z.string().nullable(), name: z.string(), hash: z.string() }),
  properties: z.array(propertyName),
  accuracy: z.enum(['quick', 'standard', 'strict']),
  threads: z.number().int().positive(),
  state: runState,
  started: time.nullable(),
  finished: time.nullable(),
  /** The worst of its verdicts; null before the end. */
  verdict: verdictState.nullable(),
  /** Of each property that has ended. */
  verdicts: z.partialRecord(propertyName, verdictState),
  /** Why it failed. */
  message: message.nullable(),
  figures: z.array(keyFigure),
});
export type RunFile = z.infer<typeof runFile>;

/** `trash/<id>/trash.json`: where a thing came from, so that it can go back. */
export const trashFile = z.strictObject({
  schema: z.literal('phonolite-trash/1'),
  id: itemId,
  kind: z.enum(['material', 'potential', 'run', 'measurement']),
  item: z.string(),
  name: z.string(),
  removed: time,
});
export type TrashFile = z.infer<typeof trashFile>;

/** One line of `journal.ndjson`: what was done to the project, and when. */
export const journalEntry = z.strictObject({ at: time, message });
export type JournalEntry = z.infer<typeof journalEntry>;

/** What a person chose once for this machine, in the folder of user settings. */
export const userSettings = z.strictObject({
  schema: z.literal('phonolite-settings/1'),
  /** Worker threads; null: as many as the machine has cores. */
  threads: z.number().int().min(1).max(1024).nullable(),
  /** MiB that a run may take; null: half of the machine's memory. */
  memory: z.number().int().min(256).nullable(),
  theme: z.enum(['system', 'light', 'dark']),
  frequency: z.enum(['THz', 'cm⁻¹', 'meV']),
  basis: z.enum(['atom', 'formula', 'cell']),
  motion: z.enum(['system', 'reduced']),
  /** Folder of the project that opens first; null: the default one. */
  project: z.string().nullable(),
  recent: z.array(z.string()).max(20),
});
export type UserSettings = z.infer<typeof userSettings>;
