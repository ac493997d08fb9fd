/**
 * Remaining time of a stage from the durations of its finished tasks: n tasks left take n·m ± 2·√(n + n²/k)·s, with
 * m and s the mean and standard deviation of the k finished ones. √n is the scatter of the n tasks themselves, n²/k what
 * is not known about the mean; two standard deviations are meant to hold 19 times in 20. Divided by the lanes at work.
 *
 * Returns [low, high] in the unit of the durations, or null while fewer than three tasks are finished.
 */
export function remainingTime(finished: readonly number[], left: number, lanes: number): [number, number] | null {
  const count = finished.length;
  if (left === 0) return [0, 0];
  if (count < 3) return null;
  const mean = finished.reduce((sum, value) => sum + value, 0) / count;
  const variance = finished.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const spread = 2 * Math.sqrt((left + left ** 2 / count) * variance);
  const working = Math.max(1, Math.min(lanes, left));
  return [Math.max(0, left * mean - spread) / working, (left * mean + spread) / working];
}
