/** How large a message is, found without copying it. Every way in takes the same plain data up to the same size. */

/** Bytes. Twice the largest potentials that are published; structures are far smaller. */
export const messageLimit = 128e6;
/** Deeper than any schema: whoever nests further, or in a circle, sends something else than a call. */
const depthLimit = 64;

/**
 * Bytes of plain data, roughly as `encodePlain` of core/contracts/codec.ts would write it: numbers 9, strings at least one
 * byte a letter. NaN for what is not plain data (functions, maps, dates, circles), infinite for what passes the limit.
 */
export function plainSize(value: unknown, limit = messageLimit): number {
  let size = 0;
  const add = (part: unknown, depth: number): void => {
    // Also ends the walk over data that holds the same part many times over.
    if (!(size <= limit)) return;
    if (part === null || part === undefined || typeof part === 'boolean') size += 1;
    else if (typeof part === 'number') size += 9;
    else if (typeof part === 'string') size += 5 + part.length;
    else if (typeof part !== 'object' || depth === depthLimit) size = NaN;
    else if (ArrayBuffer.isView(part)) size += 5 + part.byteLength;
    else if (Array.isArray(part)) {
      size += 5;
      for (const item of part) add(item, depth + 1);
    } else if ([Object.prototype, null].includes(Object.getPrototypeOf(part) as object | null)) {
      size += 5;
      for (const [key, item] of Object.entries(part)) {
        size += 5 + key.length;
        add(item, depth + 1);
      }
    } else size = NaN;
  };
  add(value, 0);
  return size > limit ? Infinity : size;
}
