import { z } from 'zod';
import { message } from './quantity.ts';
import { propertyName } from './results.ts';
import { structureJson } from './structure.ts';

/** `request.json`: everything that decides the bits of a run, and what is needed to say it again. */
export const runRequest = z.strictObject({
  schema: z.literal('phonolite-request/1'),
  /** As it was read, in the input's frame. */
  structure: structureJson,
  /** What the user called it: a file, a bundled material or `-`. */
  structureName: z.string(),
  /** What the reader has to say about the file (unknown columns, rounding). */
  notes: z.array(message),
  potential: z.strictObject({
    name: z.string(),
    /** SHA-256 over contents and options. */
    hash: z.string(),
    files: z.array(z.string()),
    options: z.record(z.string(), z.string()),
  }),
  /** In the order of computation; relaxation is always the first. */
  properties: z.array(propertyName),
  accuracy: z.enum(['quick', 'standard', 'strict']),
  /** `--set key=value` pairs as text. */
  settings: z.record(z.string(), z.string()),
  /** The command line that makes the run again. */
  command: z.string(),
});
export type RunRequest = z.infer<typeof runRequest>;
