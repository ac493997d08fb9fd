/** How a pair function ends. */
import { z } from 'zod';
import type { RadialFunction } from './forms.ts';
import { positive } from './schema.ts';

export const cutoffSchema = z.discriminatedUnion('style', [
  /** The function simply stops: energy and force jump. To match programs and papers that did so. */
  z.strictObject({ radius: positive, style: z.literal('plain') }),
  /** φ(r) − φ(r_c): the energy is continuous, the force still jumps. */
  z.strictObject({ radius: positive, style: z.literal('shifted') }),
  /** Multiplied by a polynomial that falls from 1 to 0 over the last `width`: continuous up to the second derivative. */
  z.strictObject({ radius: positive, style: z.literal('tapered'), width: positive }),
]);
export type Cutoff = z.infer<typeof cutoffSchema>;

/** The function with its end; to be called below `cutoff.radius` only. */
export function withCutoff(radial: RadialFunction, cutoff: Cutoff): RadialFunction {
  if (cutoff.style === 'plain') return radial;
  if (cutoff.style === 'shifted') {
    const end = new Float64Array(2);
    radial(cutoff.radius, end);
    const offset = end[0]!;
    return (r, out) => {
      radial(r, out);
      out[0] = out[0]! - offset;
    };
  }
  const { width } = cutoff;
  const start = cutoff.radius - width;
  return (r, out) => {
    radial(r, out);
    if (r <= start) return;
    // 1 − 10x³ + 15x⁴ − 6x⁵: value, slope and curvature match 1 and 0 at the two ends.
    const x = (r - start) / width;
    const taper = 1 - x * x * x * (10 - x * (15 - 6 * x));
    const slope = (-30 * x * x * (1 - x) * (1 - x)) / width;
    out[1] = out[1]! * taper + out[0]! * slope;
    out[0] = out[0]! * taper;
  };
}
