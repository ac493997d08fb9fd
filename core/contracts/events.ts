import { z } from 'zod';
import { message, quantity } from './quantity.ts';

/**
 * Figures that fill while a property is computed:
 *   residuals         largest force and largest stress deviation over the steps of the relaxation (`force`, `stress`)
 *   energy-volume     energy against volume (`energy`; cells of other shape under the names of their shapes)
 *   frequency-volume  lowest frequency of the mesh against volume (`lowest`; other shapes likewise)
 *   stress-strain     stress component against the strain of the same Voigt index (`11`, ... `12`)
 *   bands             frequencies along the path; a curve per segment (`GAMMA X`), all modes of a point in one value
 *   extrapolation     how far the environments of an atom lie outside the training set, against volume (`excess`)
 */
export const sampleChart = z.enum(['residuals', 'energy-volume', 'frequency-volume', 'stress-strain', 'bands', 'extrapolation']);
export type SampleChart = z.infer<typeof sampleChart>;

/** Points of a figure: one, or lists of equal length. A point replaces an earlier one of its curve at the same x. */
export const sample = z.strictObject({
  chart: sampleChart,
  series: z.string(),
  /** Which member of a committee computed it, counted from 1; absent for the committee itself and for any other potential. */
  member: z.number().int().positive().optional(),
  x: quantity,
  y: quantity,
});
export type Sample = z.infer<typeof sample>;

/** What a run says while it works: one NDJSON line each in `events.ndjson` and with `--json`. `at`: ISO 8601 time. */
export const runEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('run-started'), at: z.string(), run: z.string(), properties: z.array(z.string()), resumed: z.boolean() }),
  z.strictObject({ type: z.literal('stage-started'), at: z.string(), property: z.string(), stage: z.string(), tasks: z.number().int() }),
  z.strictObject({
    type: z.literal('progress'), at: z.string(), property: z.string(), stage: z.string(),
    done: z.number().int(), total: z.number().int(), fromCache: z.number().int(),
    elapsed: z.number(), /** s, [low, high], null while unknown */ remaining: z.tuple([z.number(), z.number()]).nullable(),
  }),
  z.strictObject({ type: z.literal('stage-finished'), at: z.string(), property: z.string(), stage: z.string() }),
  z.strictObject({ type: z.literal('journal'), at: z.string(), property: z.string(), message }),
  z.strictObject({ type: z.literal('sample'), at: z.string(), property: z.string(), ...sample.shape }),
  z.strictObject({ type: z.literal('property-finished'), at: z.string(), property: z.string(), state: z.enum(['good', 'caution', 'unreliable']), sentence: z.string() }),
  z.strictObject({ type: z.literal('paused'), at: z.string() }),
  z.strictObject({ type: z.literal('resumed'), at: z.string() }),
  z.strictObject({ type: z.literal('run-finished'), at: z.string(), outcome: z.enum(['done', 'stopped', 'discarded', 'failed']), message: message.optional() }),
]);
export type RunEvent = z.infer<typeof runEvent>;

export const runCommand = z.enum(['pause', 'resume', 'stop-and-keep', 'discard']);
export type RunCommand = z.infer<typeof runCommand>;
