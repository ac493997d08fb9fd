/** From counted work and timed units to time, memory and disk of a run. */
import type { RunEstimate } from '../contracts/plan.ts';
import { sumOf, workKinds, type Range, type Stage, type WorkKind, type Workload } from './workload.ts';

/** Seconds per unit of each kind of work, as far as they were timed. */
export type Speeds = Readonly<Partial<Record<WorkKind, number>>>;

/** Work that is done `times` over with the same speeds: once by the potential, once by each member of a committee. */
export interface Share {
  readonly workload: Workload;
  readonly speeds: Speeds;
  readonly times: number;
  /** Threads that can share one task of a kind of work; one where nothing is said. */
  readonly sharedBy: Readonly<Partial<Record<WorkKind, number>>>;
}

/**
 * How far timings of a fraction of a second and the real thing lie apart: a processor that slows down when all cores work,
 * caches that other programs empty, code that is compiled while it runs.
 */
const scatter: Range = [0.65, 1.6];
/** s of processor time: starting the compute process and each of its threads; compiling what a property uses, once per thread. */
const start = 0.4, startThread = 0.2;
const compiling: Readonly<Record<Stage['property'], number>> = { relaxation: 0.03, eos: 0.02, elasticity: 0.05, phonons: 0.12, expansion: 0.08 };

/** What was not timed follows from what was, by the ratios found for crystals of 2 to 40 atoms. */
function completed(speeds: Speeds): Record<WorkKind, number> {
  const frequencies = speeds.frequencies ?? 1e-4;
  return {
    evaluation: speeds.evaluation ?? 1e-3, displaced: speeds.displaced ?? 1e-5, tail: speeds.tail ?? frequencies, matrix: speeds.matrix ?? 10 * frequencies, frequencies,
    projections: speeds.projections ?? 2 * frequencies, meanSquare: speeds.meanSquare ?? 2.5 * frequencies, bands: speeds.bands ?? 3 * frequencies,
    grueneisen: speeds.grueneisen ?? 4 * frequencies, host: speeds.host ?? 6.2e-8,
  };
}

/** Seconds of the tasks of a stage, and of the coordinating thread after them. `lanes`: how many times faster than by one thread the tasks are done that make this kind of work. */
function secondsOf({ work }: Stage, speeds: Record<WorkKind, number>, lanes: (kind: WorkKind) => Range = () => [1, 1]): { tasks: Range; host: Range } {
  const seconds = (kind: WorkKind): Range => [(work[kind]?.[0] ?? 0) * speeds[kind], (work[kind]?.[1] ?? 0) * speeds[kind]];
  const shared = workKinds.filter((kind) => kind !== 'host').map((kind): Range => {
    const [low, high] = seconds(kind), [fewest, most] = lanes(kind);
    return [low / fewest, high / most];
  });
  return { tasks: sumOf(shared), host: seconds('host') };
}

/** How many times faster than by one thread so many equal tasks are done; those left for the last round, fewer than threads, are shared by up to `sharing` threads each. */
function lanesOf(tasks: number, threads: number, sharing: number): number {
  if (tasks <= 0) return 1;
  const rounds = Math.floor(tasks / threads), left = tasks - rounds * threads;
  const last = left > 0 ? 1 / Math.min(sharing, Math.max(1, threads / left), threads) : 0;
  return Math.max(1, tasks / (rounds + last));
}

/** Seconds of processor time of all threads together: what does not depend on how many there are, or on what else the machine does. */
export function processorSeconds(shares: readonly Share[], threads: number): Range {
  let total: Range = [0, 0];
  for (const { workload, speeds, times } of shares) {
    const known = completed(speeds);
    for (const stage of workload.stages) {
      const { tasks, host } = secondsOf(stage, known);
      total = [total[0] + times * (tasks[0] + host[0]), total[1] + times * (tasks[1] + host[1])];
    }
  }
  const fixed = start + threads * startThread + compilingOf(shares, threads);
  return [scatter[0] * (total[0] + fixed), scatter[1] * (total[1] + fixed)];
}

function compilingOf(shares: readonly Share[], threads: number): number {
  const properties = new Set(shares.flatMap(({ workload }) => workload.stages.map(({ property }) => property)));
  return [...properties].reduce((sum, property) => sum + compiling[property] * (1 + threads), 0);
}

/** Seconds on a machine that is otherwise idle. A stage takes as long as the thread with most of its tasks, which idle ones may help. */
function elapsedSeconds(shares: readonly Share[], threads: number): Range {
  let low = 0, high = 0;
  for (const { workload, speeds, times, sharedBy } of shares) {
    const known = completed(speeds);
    for (const stage of workload.stages) {
      const { tasks, host } = secondsOf(stage, known, (kind) => [lanesOf(stage.tasks[0], threads, sharedBy[kind] ?? 1), lanesOf(stage.tasks[1], threads, sharedBy[kind] ?? 1)]);
      low += times * (tasks[0] + host[0]);
      high += times * (tasks[1] + host[1]);
    }
  }
  const fixed = start + startThread + compilingOf(shares, 1);
  return [scatter[0] * (low + fixed), scatter[1] * (high + fixed)];
}

/** What memory is judged by. */
export interface Size {
  /** Å, of the longest neighbour list; 0 without one */
  readonly cutoff: number;
  /** Atoms per Å³ */
  readonly density: number;
  /** Lists of neighbours that a potential keeps: one for each of its parts. */
  readonly lists: number;
  /** Whether sums without end belong to it. */
  readonly longRange: boolean;
}

const mebi = 2 ** 20;
/** MiB: Node with the program in the compute process, and in each thread; measured with silicon, where nothing else counts. */
const process = 120, thread = 38;

/** MiB at the peak of the compute process with all its threads. */
export function memoryOf({ workload: { counts } }: Share, { cutoff, density, lists, longRange }: Size, threads: number): number {
  const { modes, atoms, supercell, bandPoints, dosPoints, thermalPoints, temperatures, cells, pairs } = counts;
  // A pair of a neighbour list holds an index, a shift, a vector and a distance; lists grow by doubling, old ones wait to be collected.
  const neighbours = (4 / 3) * Math.PI * (cutoff + 1) ** 3 * density;
  const list = supercell * neighbours * 48 * lists;
  // Tables of waves of every crystal whose matrices are made, old ones waiting to be collected: found for 2 and 9 atoms.
  const waves = longRange ? 20 + 3 * atoms : 0;
  // Eigenvectors of the bands go from the thread to the run as bytes and as numbers, are put together and written as 32-bit.
  const bands = bandPoints * modes * modes * 16, projections = dosPoints * modes * atoms * 8;
  // Frequencies of every cell, with the work space of their thermal functions.
  const spectra = cells[1] * thermalPoints * modes * 8 * 4;
  const constants = pairs * (9 * 8 + 5 * 4 + 60) * (cells[1] + 2);
  const tables = temperatures * atoms * 6 * 8 * 10;
  return process + threads * (thread + waves + (1.5 * list) / mebi + (2 * modes * modes * 16 * 4) / mebi) + (6 * bands + 4 * projections + spectra + constants + tables) / mebi;
}

/** MB of files that stay. */
export function diskOf(shares: readonly Share[], properties: readonly Stage['property'][]): number {
  const { counts } = shares[0]!.workload;
  const { modes, atoms, bandPoints, temperatures, exportCells, cells, thermalPoints } = counts;
  const has = (name: Stage['property']): boolean => properties.includes(name);
  // Digits of a number in JSON and in a table.
  const json = 21, table = 14;
  const numbers = (count: number): number => count * (json + table);
  const phonons = has('phonons')
    ? bandPoints * modes * modes * 8 + bandPoints * (110 + modes * 42) + exportCells * atoms * atoms * 211 + numbers(bandPoints * (2 * modes + 4) + 300 * (atoms + 2) + temperatures * (9 + 7 * atoms))
    : 0;
  const expansion = has('expansion') ? numbers(temperatures * 42 + (thermalPoints / 6) * modes * 2 + cells[1] * 12) : 0;
  const elasticity = has('elasticity') ? 760_000 : 0;
  return (60_000 + elasticity + (has('eos') ? 25_000 : 0) + phonons + expansion) / 1e6;
}

export function estimateOf(shares: readonly Share[], size: Size, threads: number, properties: readonly Stage['property'][]): RunEstimate {
  return { seconds: [...elapsedSeconds(shares, threads)], memory: Math.round(memoryOf(shares[0]!, size, threads)), disk: Number(diskOf(shares, properties).toPrecision(2)), threads };
}
