/** How fast this machine does each kind of work of a run: small pieces of it, timed. */
import type { Probe, Speeds } from '../../core/index.ts';

/** ms for all probes together; what a run is mostly made of is timed all the same. */
const budget = 400;
const essential: ReadonlySet<Probe['kind']> = new Set(['evaluation', 'displaced', 'matrix', 'frequencies', 'host']);
/** Calls of one probe: of five short ones, one is not disturbed; the first ones are still being compiled. */
const fewestCalls = 5, mostCalls = 40;
/** ms: a call that takes this long is repeated once only. */
const longCall = 60;
/** ms: the clock of processor time goes in steps of about one; this many are exact to a tenth. */
const countable = 10;

/** ms of processor time of this thread. */
function processorTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/**
 * Seconds per unit. Probes that there was no time for are missing. What disturbs can only add, so the smallest of three
 * measures counts: the fastest call by the clock; the fastest by processor time, which other programs do not lengthen,
 * where calls are long enough for it; and the mean of the processor time of all calls but the first.
 */
export function speedsOf(probes: readonly Probe[]): Speeds {
  const speeds: { -readonly [K in keyof Speeds]: Speeds[K] } = {};
  const began = performance.now();
  probes.forEach(({ kind, units, prepare, run }, k) => {
    const left = budget - (performance.now() - began);
    if (left <= 0 && !essential.has(kind)) return;
    prepare();
    const until = performance.now() + Math.max(0, left) / (probes.length - k);
    let fastest = Infinity, later = 0;
    for (let call = 0; call < mostCalls; call++) {
      const start = performance.now(), used = processorTime();
      run();
      const took = performance.now() - start, busy = processorTime() - used;
      fastest = Math.min(fastest, took, busy >= countable ? busy : Infinity);
      if (call > 0) later += busy;
      if (later >= countable) fastest = Math.min(fastest, later / call);
      const enough = took > longCall ? 2 : fewestCalls;
      if (call + 1 >= enough && performance.now() > until) break;
    }
    speeds[kind] = fastest / 1000 / units;
  });
  return speeds;
}
