import { z } from 'zod';
import { itemId } from './project.ts';
import { message } from './quantity.ts';
import { propertyName, settingEntry } from './results.ts';

/** What a person asks for in the last step before a run: names from the library instead of files. */
export const runWish = z.strictObject({
  material: itemId,
  potential: itemId,
  properties: z.array(propertyName).min(1),
  accuracy: z.enum(['quick', 'standard', 'strict']),
  /** Settings that were changed by hand, as text. */
  settings: z.record(z.string().max(80), z.string().max(400)),
});
export type RunWish = z.infer<typeof runWish>;

/** What a run will take; ranges that the truth should lie in. */
export const runEstimate = z.strictObject({
  /** s on this machine with the chosen threads, [low, high] */
  seconds: z.tuple([z.number(), z.number()]),
  /** MiB at the peak, all threads together */
  memory: z.number(),
  /** MB of files that stay */
  disk: z.number(),
  threads: z.number().int().positive(),
});
export type RunEstimate = z.infer<typeof runEstimate>;

/** What would happen if the run were started now. It can be started where `blockers` is empty. */
export const runPlan = z.strictObject({
  blockers: z.array(message),
  /** What must be known beforehand: it does not stop anybody. */
  cautions: z.array(message),
  /** One sentence for each step, in order. */
  steps: z.array(z.strictObject({ property: propertyName, message })),
  settings: z.array(settingEntry),
  /** Null where a blocker leaves nothing to estimate. */
  estimate: runEstimate.nullable(),
});
export type RunPlan = z.infer<typeof runPlan>;

/**
 * Whether a potential is meant for a crystal, and why, the gravest reason first: `fit.good.…` speaks for it, `fit.caution.…`
 * must be known, any other code speaks against it.
 */
export const fit = z.strictObject({ potential: itemId, state: z.enum(['fits', 'caution', 'unfit']), reasons: z.array(message) });
export type Fit = z.infer<typeof fit>;

/** The same for one potential and a crystal of the library. */
export const suit = z.strictObject({ ...fit.omit({ potential: true }).shape, material: itemId });
export type Suit = z.infer<typeof suit>;
