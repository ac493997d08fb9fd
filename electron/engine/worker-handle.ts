/** How the engine sees a worker: one task in, its steps and one reply out. Tests put a scripted one in its place. */
import { Worker } from 'node:worker_threads';
import type { PotentialSource } from '../../core/contracts/card.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import type { TaskKind, TaskStep } from '../../core/index.ts';
import { coreBytes, entry } from '../services/layout.ts';
import type { Helpers, Host } from './helpers.ts';
import type { Invitation } from './team.ts';

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
  /** Threads that may ever work on one evaluation. */
  readonly lanes: number;
}

/** What a worker says beside its replies: that helpers are welcome, or, with null, not any more. */
export interface WorkerInvites {
  readonly invitation: Invitation | null;
}

/** Real worker threads, each with `core` and the potential loaded once. `helpers`: take part in what is large, so that up to `lanes` threads work on it. */
export function workerThreads(source: PotentialSource, helpers?: Helpers, lanes = 1): SpawnWorker {
  const start: WorkerStart = { source, core: coreBytes(), lanes: helpers ? lanes : 1 };
  return () => {
    const worker = new Worker(entry('worker'), { workerData: start, execArgv: [], stderr: false });
    let reason = '';
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    const host: Host = {
      end: (why) => {
        reason ||= why;
        void worker.terminate();
      },
    };
    worker.on('message', (said: Reply | WorkerInvites) => {
      if ('invitation' in said) helpers?.invite(host, said.invitation);
    });
    worker.on('exit', () => helpers?.forget(host));
    return {
      post: (job) => {
        worker.postMessage(job);
      },
      onReply: (listener) => {
        worker.on('message', (said: Reply | WorkerInvites) => {
          if ('id' in said) listener(said);
        });
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
