import type { Potential } from '../potential/potential.ts';
import { taskKinds } from './task-kinds.ts';
import type { Tasks } from './tasks.ts';

/** Runs tasks where they are called, one after the other: for tests and for work too small for worker threads. */
export function tasksInPlace(potential: Potential): Tasks {
  return {
    all: (_name, tasks) => Promise.resolve(tasks.map(({ kind, input }) => taskKinds[kind](input, potential))),
  };
}
