/** `Tasks` without threads or cache: every task runs at once, in order, in this thread. */
import { runTask } from '../core/runs/task-kinds.ts';
import type { Task, TaskKind, TaskResult, Tasks } from '../core/runs/tasks.ts';
import type { Potential } from '../core/potential/potential.ts';

export function inPlaceTasks(potential: Potential): Tasks {
  return {
    all: async <K extends TaskKind>(_name: string, tasks: readonly Task<K>[]): Promise<TaskResult<K>[]> =>
      tasks.map(({ kind, input, member }) => runTask(kind, input, potential, member)),
  };
}
