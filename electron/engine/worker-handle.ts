/** How the engine sees a worker: one task in, its steps and one reply out. Tests put a scripted one in its place. */
import { Worker } from 'node:worker_threads';
import type { PotentialSource } from '../../core/contracts/card.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import type { TaskKind, TaskStep } from '../../core/index.ts';
import { coreBytes, entry } from '../services/layout.ts';

export interface Job {
  readonly id: number;
  readonly kind: TaskKind;
  /** `encodePlain` of the task's input. */
  readonly input: Uint8Array;
  /** Which member of a committee computes it. */
  readonly member: number | undefined;
  /** Whether somebody wants to hear its steps. */
  readonly steps: boolean;
}

/**
 * `step`: what the task says while it works; then one last reply. `result`: `encodePlain` of the task's result, with the
 * time the task itself took; `refusal`: the input was at fault; `error`: we were (stack included).
 */
export type Reply = { readonly id: number } & ({ readonly step: TaskStep } | { readonly result: Uint8Array; readonly milliseconds: number } | { readonly refusal: Message } | { readonly error: string });

export interface WorkerHandle {
  post(job: Job): void;
  onReply(listener: (reply: Reply) => void): void;
  /** Called once when the worker has ended by itself, with the reason in words. */
  onExit(listener: (reason: string) => void): void;
  terminate(): void;
}

export type SpawnWorker = () => WorkerHandle;

export interface WorkerStart {
  readonly source: PotentialSource;
  readonly core: ReturnType<typeof coreBytes>;
}

/** Real worker threads, each with `core` and the potential loaded once. */
export function workerThreads(source: PotentialSource): SpawnWorker {
  const start: WorkerStart = { source, core: coreBytes() };
  return () => {
    const worker = new Worker(entry('worker'), { workerData: start, execArgv: [], stderr: false });
    let reason = '';
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    return {
      post: (job) => {
        worker.postMessage(job);
      },
      onReply: (listener) => {
        worker.on('message', listener);
      },
      onExit: (listener) => {
        worker.on('exit', (code) => {
          listener(reason || `status ${String(code)}`);
        });
      },
      terminate: () => {
        void worker.terminate();
      },
    };
  };
}
