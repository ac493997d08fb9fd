/** `Tasks` without threads or cache: every task runs at once, in order, in this thread. */
import { runTask } from '../core/runs/task-kinds.ts';
import type { Task, TaskKind, TaskResult, Tasks, TaskStep, Watch } from '../core/runs/tasks.ts';
import type { Potential } from '../core/potential/potential.ts';

export function inPlaceTasks(potential: Potential): Tasks {
  return {
    all: async <K extends TaskKind>(_name: string, tasks: readonly Task<K>[], watch?: Watch<K>): Promise<TaskResult<K>[]> =>
      tasks.map(({ kind, input, member }, index) => {
        const result = runTask(kind, input, potential, member, ((step: TaskStep<K>) => { watch?.step?.(step, index); }) as never);
        watch?.finished?.(result, index);
        return result;
      }),
  };
}
