/** Seconds of processor time of this process, all its threads: steadier than the clock on a machine that does other things. */
export function processorSeconds(work: () => void): number {
  const begin = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1e6;
}

/** The smallest of several rounds after one to warm up: what disturbs can only add. */
export function leastProcessorSeconds(rounds: number, work: () => void): number {
  work();
  return Math.min(...Array.from({ length: rounds }, () => processorSeconds(work)));
}
