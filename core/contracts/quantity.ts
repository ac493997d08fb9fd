import { z } from 'zod';

/** Scalars, vectors, tensors, [segment][point][mode] ... of one physical quantity; `null` where there is no value. */
export type Nested = number | null | Nested[];
export const nested: z.ZodType<Nested> = z.lazy(() => z.union([z.number(), z.null(), z.array(nested)]));

/** What an extensive number is counted for. */
export const basis = z.enum(['atom', 'formula', 'cell']);
export type Basis = z.infer<typeof basis>;

/** A number never travels alone: value, unit, basis and uncertainty stay together. */
export const quantity = z.strictObject({
  value: nested,
  /** Stored units: Å, Å³, eV, GPa, THz, K, 1/K, J/(mol·K), kJ/mol; `''` for a pure number. */
  unit: z.string(),
  basis: basis.optional(),
  /** Why `value` (or some of its entries) is null: a sentence. */
  reason: z.string().optional(),
  uncertainty: z.strictObject({ committee: nested.optional(), numerical: nested.optional() }).optional(),
});
export type Quantity = z.infer<typeof quantity>;

/** Makes a quantity; typed arrays become plain ones. */
export function quantityOf(value: Nested | Float64Array, unit: string, more: Omit<Quantity, 'value' | 'unit'> = {}): Quantity {
  return { value: value instanceof Float64Array ? Array.from(value) : value, unit, ...more };
}

/** A sentence with the facts it was made from. `sentence` is English, from the one template of `code` in `messages.ts`. */
export const message = z.strictObject({
  code: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number(), quantity])),
  sentence: z.string(),
});
export type Message = z.infer<typeof message>;

/** One independent test that a property ran on itself. */
export const check = z.strictObject({
  name: z.string(),
  passed: z.boolean(),
  measured: quantity,
  limit: quantity,
  message,
});
export type Check = z.infer<typeof check>;

export const verdictState = z.enum(['good', 'caution', 'unreliable']);
export type VerdictState = z.infer<typeof verdictState>;

/** What a property may be used for, in one sentence, and the checks behind it. */
export const verdict = z.strictObject({ state: verdictState, message, checks: z.array(check) });
export type Verdict = z.infer<typeof verdict>;
