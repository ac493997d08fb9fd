/**
 * The engine's implementation of `Tasks`: looks a task up among the finished ones, otherwise hands it to a worker, keeps
 * its result, and gives a batch back in task order, so that results do not depend on the number of workers. Fresh and
 * kept results take the same way (through their encoded bytes), so that a resumed run sees exactly what the first saw.
 *
 * A property cuts its work into tasks of about a second or less; a task is therefore its own checkpoint.
 */
import { message, Refusal } from '../../core/contracts/messages.ts';
import type { RunEvent } from '../../core/contracts/events.ts';
import { decodePlain, encodePlain } from '../../core/contracts/codec.ts';
import { Cancelled, HostFailure, type Task, type TaskKind, type TaskResult, type Tasks, type Watch } from '../../core/index.ts';
import { remainingTime } from './remaining.ts';
import type { Helpers } from './helpers.ts';
import type { Reply, SpawnWorker, WorkerHandle } from './worker-handle.ts';

/** Finished tasks by key. */
export interface TaskStore {
  get(key: string): Uint8Array | null;
  put(key: string, result: Uint8Array): void;
}

export interface TaskRunnerOptions {
  readonly threads: number;
  readonly spawn: SpawnWorker;
  /** Take part in tasks where there are fewer of them than threads. */
  readonly helpers?: Pick<Helpers, 'allow' | 'close'>;
  readonly store: TaskStore;
  readonly keyOf: (task: Task) => string;
  readonly emit: (event: RunEvent) => void;
  /** Milliseconds of a steady clock. */
  readonly clock: () => number;
  /** ISO time for events. */
  readonly time: () => string;
}

interface Batch {
  readonly property: string;
  readonly stage: string;
  readonly results: (Uint8Array | null)[];
  /** Results in task order, as far as they are there without a gap. */
  readonly inOrder: TaskResult[];
  readonly watch: Watch<TaskKind> | undefined;
  readonly durations: number[];
  readonly started: number;
  fromCache: number;
  done: number;
  lastProgress: number;
  settled: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Pending {
  readonly id: number;
  readonly batch: Batch;
  readonly index: number;
  readonly kind: TaskKind;
  readonly key: string;
  readonly input: Uint8Array;
  readonly member: number | undefined;
  crashes: number;
}

interface Lane {
  readonly worker: WorkerHandle;
  current: Pending | null;
}

/** Progress is told at most this often (ms); a monitor redraws no faster. */
const progressInterval = 200;
/** How long stopping waits for tasks at work to finish, so that their results are kept (ms). */
const grace = 1000;

export class TaskRunner {
  private readonly options: TaskRunnerOptions;
  private readonly queue: Pending[] = [];
  private readonly lanes: Lane[] = [];
  private readonly batches = new Set<Batch>();
  private state: 'running' | 'paused' | 'stopping' | 'stopped' = 'running';
  private serial = 0;
  private whenStopped: (() => void) | null = null;
  private stopping: Promise<void> | null = null;

  constructor(options: TaskRunnerOptions) {
    this.options = options;
  }

  /** The port that one property computes through. */
  tasksOf(property: string): Tasks {
    return { all: (name, tasks, watch) => this.all(property, name, tasks, watch) };
  }

  pause(): void {
    if (this.state !== 'running') return;
    this.state = 'paused';
    this.options.emit({ type: 'paused', at: this.options.time() });
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.state = 'running';
    this.options.emit({ type: 'resumed', at: this.options.time() });
    this.dispatch();
  }

  /** Hands out nothing more, keeps what finishes within a second, then rejects everything unfinished with `Cancelled`. */
  stop(): Promise<void> {
    this.stopping ??= new Promise((resolve) => {
      if (this.state === 'stopped') {
        resolve();
        return;
      }
      this.state = 'stopping';
      this.queue.length = 0;
      const timer = setTimeout(() => {
        this.finishStopping();
      }, grace);
      this.whenStopped = () => {
        clearTimeout(timer);
        resolve();
      };
      this.checkStopped();
    });
    return this.stopping;
  }

  /** Ends the workers. Call when nothing more is to be computed. */
  close(): void {
    if (this.state === 'stopped') return;
    this.state = 'stopped';
    this.queue.length = 0;
    for (const batch of this.batches) this.fail(batch, new Cancelled());
    // Emptied first: an exit that `terminate` reports at once must not count as a crash.
    for (const lane of this.lanes.splice(0)) lane.worker.terminate();
    this.options.helpers?.close();
  }

  private checkStopped(): void {
    if (this.state === 'stopping' && this.lanes.every((lane) => lane.current === null)) this.finishStopping();
  }

  private finishStopping(): void {
    this.close();
    this.whenStopped?.();
  }

  private async all<K extends TaskKind>(property: string, stage: string, tasks: readonly Task<K>[], watch?: Watch<K>): Promise<TaskResult<K>[]> {
    const { emit, time, clock, store, keyOf } = this.options;
    const refuseWhenStopped = (): void => {
      if (this.state === 'stopping' || this.state === 'stopped') throw new Cancelled();
    };
    refuseWhenStopped();
    emit({ type: 'stage-started', at: time(), property, stage, tasks: tasks.length });
    // Whoever hears of the stage may stop the run at once.
    refuseWhenStopped();
    const results = await new Promise<TaskResult[]>((resolve, reject) => {
      const batch: Batch = {
        property, stage, results: tasks.map(() => null), inOrder: [], watch: watch as Watch<TaskKind> | undefined, durations: [], started: clock(), fromCache: 0, done: 0,
        lastProgress: Number.NEGATIVE_INFINITY, settled: false, resolve: () => { resolve(batch.inOrder); }, reject,
      };
      this.batches.add(batch);
      tasks.forEach((task, index) => {
        const { kind, input, member } = task;
        const key = keyOf(task);
        const kept = store.get(key);
        if (kept) {
          batch.results[index] = kept;
          batch.fromCache++;
          batch.done++;
        } else {
          this.queue.push({ id: ++this.serial, batch, index, kind, key, input: encodePlain(input), member, crashes: 0 });
        }
      });
      this.advance(batch);
      this.dispatch();
    });
    emit({ type: 'stage-finished', at: time(), property, stage });
    return results as TaskResult<K>[];
  }

  private dispatch(): void {
    this.handOut();
    const busy = this.lanes.filter(({ current }) => current !== null).length;
    if (this.state !== 'stopped') this.options.helpers?.allow(this.queue.length > 0 ? 0 : this.options.threads - busy);
  }

  private handOut(): void {
    while (this.state === 'running' && this.queue.length > 0) {
      const lane = this.lanes.find(({ current }) => current === null) ?? this.openLane();
      if (!lane) return;
      const task = this.queue.shift() as Pending;
      lane.current = task;
      lane.worker.post({ id: task.id, kind: task.kind, input: task.input, member: task.member, steps: task.batch.watch?.step !== undefined });
    }
  }

  private openLane(): Lane | null {
    if (this.lanes.length >= this.options.threads) return null;
    const lane: Lane = { worker: this.options.spawn(), current: null };
    lane.worker.onReply((reply) => {
      this.onReply(lane, reply);
    });
    lane.worker.onExit((reason) => {
      this.onExit(lane, reason);
    });
    this.lanes.push(lane);
    return lane;
  }

  private onReply(lane: Lane, reply: Reply): void {
    const task = lane.current;
    if (task?.id !== reply.id) return;
    const { batch } = task;
    if ('step' in reply) {
      this.tell(batch, () => { batch.watch?.step?.(reply.step, task.index); });
      return;
    }
    lane.current = null;
    if ('result' in reply) {
      try {
        this.options.store.put(task.key, reply.result);
        batch.results[task.index] = reply.result;
        batch.done++;
        batch.durations.push(reply.milliseconds);
        this.advance(batch);
      } catch (error) {
        this.fail(batch, error instanceof Refusal ? new HostFailure(error.detail) : error);
      }
    } else {
      this.fail(batch, 'refusal' in reply ? new Refusal(reply.refusal) : new Error(reply.error));
    }
    this.checkStopped();
    this.dispatch();
  }

  private onExit(lane: Lane, reason: string): void {
    const at = this.lanes.indexOf(lane);
    if (at < 0) return;
    this.lanes.splice(at, 1);
    const task = lane.current;
    if (task && this.state !== 'stopping') {
      task.crashes++;
      if (task.crashes > 1) this.fail(task.batch, new HostFailure(message('run.workerEnded', { stage: task.batch.stage, reason })));
      else if (!task.batch.settled) this.queue.unshift(task);
    }
    this.checkStopped();
    this.dispatch();
  }

  private fail(batch: Batch, error: unknown): void {
    if (batch.settled) return;
    batch.settled = true;
    this.batches.delete(batch);
    for (let i = this.queue.length - 1; i >= 0; i--) if (this.queue[i]?.batch === batch) this.queue.splice(i, 1);
    batch.reject(error);
  }

  /** What a watcher says becomes an event, which a full disk may refuse. */
  private tell(batch: Batch, work: () => void): void {
    if (batch.settled) return;
    try {
      work();
    } catch (error) {
      this.fail(batch, error);
    }
  }

  private advance(batch: Batch): void {
    const { clock, emit, time, threads } = this.options;
    const total = batch.results.length;
    const finished = batch.done === total;
    this.tell(batch, () => {
      for (let next = batch.results[batch.inOrder.length]; next; next = batch.results[batch.inOrder.length]) {
        const result = decodePlain(next) as TaskResult;
        batch.inOrder.push(result);
        batch.watch?.finished?.(result, batch.inOrder.length - 1);
      }
    });
    if (batch.settled) return;
    if (finished || clock() - batch.lastProgress >= progressInterval) {
      batch.lastProgress = clock();
      const remaining = remainingTime(batch.durations, total - batch.done, threads);
      emit({
        type: 'progress', at: time(), property: batch.property, stage: batch.stage, done: batch.done, total, fromCache: batch.fromCache,
        elapsed: (clock() - batch.started) / 1000, remaining: remaining && [remaining[0] / 1000, remaining[1] / 1000],
      });
    }
    if (finished) {
      batch.settled = true;
      this.batches.delete(batch);
      batch.resolve();
    }
  }
}
