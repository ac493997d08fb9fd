import { z } from 'zod';
import { potentialCard } from './card.ts';
import { itemId, materialFile, potentialFile } from './project.ts';
import { message, verdictState } from './quantity.ts';
import { propertyName, spaceGroup } from './results.ts';
import { structureJson } from './structure.ts';

/** Bytes as they are; both ends of every boundary have them. */
export const fileBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'bytes were expected');

/** A file that a person brings: its name is only quoted, its content decides. Folders come as files with `/` in their names. */
export const broughtFile = z.strictObject({ name: z.string().min(1).max(1000), bytes: fileBytes });
export type BroughtFile = z.infer<typeof broughtFile>;

/** A crystal as it is shown beside its picture. */
export const crystalFacts = z.strictObject({
  formula: z.string(),
  atoms: z.number().int(),
  formulaUnits: z.number().int(),
  elements: z.array(z.string()),
  /** a, b, c in Å and α, β, γ in degrees of the cell that is shown */
  lengths: z.array(z.number()).length(3),
  angles: z.array(z.number()).length(3),
  /** Å³ */
  volume: z.number(),
  /** kg/m³ */
  density: z.number(),
  /** Null where the structure does not repeat along all three vectors, or where none was found. */
  spaceGroup: spaceGroup.nullable(),
  crystalSystem: z.string().nullable(),
  /** Atoms that the group makes of one, with the Wyckoff letter and symmetry of their place; empty without a group. `atoms`: counted from 0. */
  sites: z.array(z.strictObject({ element: z.string(), wyckoff: z.string(), siteSymmetry: z.string(), atoms: z.array(z.number().int()) })),
  /** Å, between two different atoms; null for a single atom without neighbours */
  shortestDistance: z.number().nullable(),
});
export type CrystalFacts = z.infer<typeof crystalFacts>;

/** A structure with its facts. */
export const shownCrystal = z.strictObject({ facts: crystalFacts, structure: structureJson });
export type ShownCrystal = z.infer<typeof shownCrystal>;

/** Space groups over a range of tolerances: where the slider changes something. */
export const toleranceScan = z.array(z.strictObject({ tolerance: z.number(), spaceGroup: spaceGroup.nullable(), reason: z.string().nullable() }));
export type ToleranceScan = z.infer<typeof toleranceScan>;

/** What was understood of a brought structure file; nothing has been kept yet. */
export const structureInspection = z.strictObject({
  file: z.string(),
  format: z.string(),
  /** Of the file's bytes. */
  sha256: z.string(),
  /** Structures in the file; `frame` is the one described here, counted from 1. */
  frames: z.number().int(),
  frame: z.number().int(),
  title: z.string().nullable(),
  /** SHA-256 of the structure itself. */
  hash: z.string(),
  crystal: shownCrystal,
  scan: toleranceScan,
  notes: z.array(message),
  /** Crystals of the library that are the same atoms at the same places. */
  duplicates: z.array(z.strictObject({ id: itemId, name: z.string() })),
});
export type StructureInspection = z.infer<typeof structureInspection>;

/** A kind of crystal that needs only elements and lengths. */
export const prototypeInfo = z.strictObject({
  name: z.string(),
  title: z.string(),
  /** Strukturbericht designation and example, as people know it. */
  designation: z.string(),
  example: z.string(),
  spaceGroup: z.string(),
  /** What each element is: "metal", "cation", "anion", ... */
  sites: z.array(z.string()),
  parameters: z.array(z.strictObject({ name: z.string(), meaning: z.string(), unit: z.string(), minimum: z.number(), maximum: z.number(), standard: z.number().nullable() })),
  defaults: z.array(z.string()),
});
export type PrototypeInfo = z.infer<typeof prototypeInfo>;

/** A line of the library of materials. */
export const materialSummary = z.strictObject({
  ...materialFile.omit({ schema: true, structure: true, notes: true }).shape,
  notes: z.number().int(),
  runs: z.number().int(),
  /** Properties that runs have computed for it: the latest of each, with what may be said of it. */
  known: z.array(z.strictObject({ property: propertyName, run: itemId, verdict: verdictState })),
});
export type MaterialSummary = z.infer<typeof materialSummary>;

/** A bundled crystal that can be put into the library by one click. */
export const exampleMaterial = z.strictObject({
  name: z.string(), title: z.string(), formula: z.string(), note: z.string(),
  /** Bundled potentials that are meant for it. */
  potentials: z.array(z.string()),
});
export type ExampleMaterial = z.infer<typeof exampleMaterial>;

/** How a crystal can be cut: its cell as imported, a standard one, or a multiple. */
export const cellChoice = z.strictObject({
  cell: z.enum(['input', 'primitive', 'conventional']),
  repeat: z.tuple([z.number().int().min(1).max(60), z.number().int().min(1).max(60), z.number().int().min(1).max(60)]),
  tolerance: z.number(),
});
export type CellChoice = z.infer<typeof cellChoice>;

/** A line of the library of potentials. */
export const potentialSummary = z.strictObject({
  id: itemId,
  /** `bundled` ones come with the program and stay. */
  source: z.enum(['bundled', 'project']),
  card: potentialCard,
  /** SHA-256 over contents and options. */
  hash: z.string(),
  files: z.array(z.string()),
  imported: z.string().nullable(),
  options: potentialFile.shape.options,
  runs: z.number().int(),
});
export type PotentialSummary = z.infer<typeof potentialSummary>;

/** What was understood of a brought potential; nothing has been kept yet. */
export const potentialInspection = z.strictObject({
  card: potentialCard,
  hash: z.string(),
  files: z.array(z.string()),
  /** The one of the library that has the same contents. */
  duplicate: itemId.nullable(),
});
export type PotentialInspection = z.infer<typeof potentialInspection>;
