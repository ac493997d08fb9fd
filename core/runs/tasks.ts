/**
 * The port through which properties compute. A property never calls a thread: it hands plain-data tasks to `Tasks`,
 * which its host supplies (worker threads in the engine, the same functions in place in tests).
 */
import type { TaskInputs, TaskResults, TaskSteps } from './task-kinds.ts';

export type TaskKind = keyof TaskInputs;

export interface Task<K extends TaskKind = TaskKind> {
  readonly kind: K;
  /** Plain data and typed arrays only: it is hashed for the cache and sent to a worker. */
  readonly input: TaskInputs[K];
  /** Which member of a committee computes it; absent for the committee's mean and for any other potential. */
  readonly member?: number;
}

export type TaskResult<K extends TaskKind = TaskKind> = TaskResults[K];

/** What a kind of task says while it works. */
export type TaskStep<K extends TaskKind = TaskKind> = K extends keyof TaskSteps ? TaskSteps[K] : never;

/** Whoever wants to show a stage before it is complete. Results must not depend on it. */
export interface Watch<K extends TaskKind> {
  /** Each result in task order, as soon as it and all before it are there: the same calls however many threads there are. */
  finished?(result: TaskResult<K>, index: number): void;
  /** Steps of a task that is computed now; none where its result was kept from before. */
  step?(step: TaskStep<K>, index: number): void;
}

export interface Tasks {
  /**
   * Runs independent tasks, in any order, and resolves with their results in task order.
   * `name` is the stage's name in plain words ("Volumes"), shown in the monitor.
   */
  all<K extends TaskKind>(name: string, tasks: readonly Task<K>[], watch?: Watch<K>): Promise<TaskResult<K>[]>;
}
