import { z } from 'zod';

/** What a potential says about itself: one page, shown with every number that was computed with it. */
export const potentialCard = z.strictObject({
  /** Short name by which the command line finds it (`mgo-lewis-catlow`). */
  name: z.string(),
  title: z.string(),
  /** `stillinger-weber`, `tersoff`, `eam`, `pair`, `sum`, `neural-network`, ... */
  kind: z.string(),
  elements: z.array(z.string()),
  /** Largest cutoff of any part, Å; null for parts without one (Ewald). */
  cutoff: z.number().nullable(),
  /** How the energy ends at the cutoff: `plain` (a jump, as other programs do), `tapered`, `smooth` (vanishes by itself). */
  cutoffStyle: z.enum(['plain', 'tapered', 'smooth', 'none']),
  /** What zero energy means. */
  energyReference: z.string(),
  /** Published source with DOI where there is one. */
  references: z.array(z.string()),
  validFor: z.string(),
  notShown: z.string(),
  /** Sentences that must stand beside every result (for instance: ε∞ = 1, LO frequencies too high). */
  limits: z.array(z.string()),
  /** Fixed charges in e by element, where there are any. */
  charges: z.record(z.string(), z.number()).optional(),
  /** Masses in amu by element that go with the potential. */
  masses: z.record(z.string(), z.number()).optional(),
  /** Constants fixed by the potential's own format, e.g. `coulomb: 14.399645 eV·Å`. */
  constants: z.record(z.string(), z.string()).optional(),
  /** Units of the files it was read from, and of data in the same format, where the format itself names none. */
  units: z.strictObject({ length: z.enum(['angstrom', 'bohr']), energy: z.enum(['ev', 'hartree']) }).optional(),
  /** Members of a committee, whose mean this potential is; absent for a single potential. */
  members: z.number().int().min(2).optional(),
  /** How it came to be: program, recipe, files it was made from. */
  provenance: z.string().optional(),
  /** What it was trained on. `fingerprint`: SHA-256 over the structures, so that data can be recognised. */
  trainingData: z.strictObject({ fingerprint: z.string(), structures: z.number().int().positive(), atoms: z.number().int().positive() }).optional(),
  /** Root mean square errors against reference data, in the unit given (`meV/atom`, `meV/Å`). */
  accuracy: z.array(z.strictObject({ quantity: z.string(), error: z.number().min(0), unit: z.string(), set: z.enum(['training', 'test']) })).optional(),
  /** Why the energy is not smooth enough for second derivatives (kinked activations), in words; absent where it is. */
  kinks: z.array(z.string()).optional(),
});
export type PotentialCard = z.infer<typeof potentialCard>;

/** A potential as plain data, so that it can be sent to a worker and hashed: its name and the files it consists of. */
export interface PotentialSource {
  readonly name: string;
  /** First file decides the format by its content. */
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** `--set` values that belong to reading the potential (units). */
  readonly options?: Readonly<Record<string, string>>;
}
