/**
 * The port through which kernels share work among threads. `core` knows no threads: a kernel cuts its work into pieces, and
 * whoever runs `core` may supply a team of threads that take pieces off the one that evaluates; without one the same code goes
 * through all pieces in place. Evaluations stay synchronous, and since pieces do not depend on who takes them, so do the bits.
 */

export type KernelModule = WebAssembly.Module;

/** A compiled kernel on a memory that threads can share; every thread has an instance of its own. */
export interface SharedKernel {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly exports: {
    /** Reads what is to be done from the header, for this lane. */
    begin(header: number, lane: number): void;
    work(piece: number): void;
  };
}

export interface Team {
  /** Threads that may ever work at once, the evaluating one among them: each needs memory of its own. */
  readonly lanes: number;
  /**
   * Has pieces 0 … count − 1 done, each once, by the caller and whatever threads are free, and returns when all are. The
   * module's one import is the memory, `env.memory`. Lanes are numbered from 0, and there are no more than pieces.
   */
  run(kernel: SharedKernel, header: number, count: number): void;
}

let team: Team | null = null;

/** Of the thread that `core` runs in; null for none. */
export function setTeam(supplied: Team | null): void {
  team = supplied;
}

/** Lanes that a kernel needs memory for. */
export function lanesFor(pieces: number): number {
  return Math.min(pieces, team?.lanes ?? 1);
}

export function workOff(kernel: SharedKernel, header: number, count: number): void {
  if (team && count > 1) team.run(kernel, header, count);
  else {
    kernel.exports.begin(header, 0);
    for (let piece = 0; piece < count; piece++) kernel.exports.work(piece);
  }
}
