/**
 * Times that a person would notice, on machines that do other things beside: one try is no measurement. It is tried again
 * until one stays within the limit; what is too slow at every try is too slow.
 */
export async function shortest(limit: number, measure: () => Promise<number>, patience = 30_000): Promise<number> {
  const end = performance.now() + patience;
  let best = await measure();
  while (best >= limit && performance.now() < end) best = Math.min(best, await measure());
  return best;
}
