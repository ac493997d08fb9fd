import { z } from 'zod';
import { message } from './quantity.ts';

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
  z.strictObject({ type: z.literal('property-finished'), at: z.string(), property: z.string(), state: z.enum(['good', 'caution', 'unreliable']), sentence: z.string() }),
  z.strictObject({ type: z.literal('paused'), at: z.string() }),
  z.strictObject({ type: z.literal('resumed'), at: z.string() }),
  z.strictObject({ type: z.literal('run-finished'), at: z.string(), outcome: z.enum(['done', 'stopped', 'discarded', 'failed']), message: message.optional() }),
]);
export type RunEvent = z.infer<typeof runEvent>;

export const runCommand = z.enum(['pause', 'resume', 'stop-and-keep', 'discard']);
export type RunCommand = z.infer<typeof runCommand>;
