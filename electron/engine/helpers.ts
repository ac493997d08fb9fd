/**
 * Helper threads, shared among the workers: whoever evaluates something large may invite them, and as many of them take part as
 * the tasks at work leave threads free. They belong to the thread that hands out tasks, whose event loop sees one die: the
 * worker that waits for it is then ended too, which the task runner treats as a crash.
 */
import { Worker } from 'node:worker_threads';
import { entry } from '../services/layout.ts';
import type { HelperJob } from './helper.ts';
import { abandon, wake, type Invitation } from './team.ts';

/** Whoever invites helpers. */
export interface Host {
  /** Ends it, for this reason. */
  end(reason: string): void;
}

/** A thread that gets jobs and says when it is free again. Tests put scripted ones in its place. */
export interface HelperThread {
  post(job: HelperJob): void;
  onFree(listener: () => void): void;
  /** Called once when it has ended by itself. */
  onExit(listener: (reason: string) => void): void;
  terminate(): void;
}

interface Helper {
  readonly thread: HelperThread;
  job: { readonly host: Host; readonly control: Int32Array; readonly leave: Int32Array } | null;
}

export class Helpers {
  readonly #spawn: () => HelperThread;
  readonly #helpers: Helper[] = [];
  readonly #invitations = new Map<Host, Invitation>();
  #allowed = 0;

  constructor(spawn: () => HelperThread = helperThread) {
    this.#spawn = spawn;
  }

  /** How many may take part at once. */
  allow(count: number): void {
    this.#allowed = count;
    this.#settle();
  }

  /** Invites helpers to what `host` evaluates, or, with null, sends them away. */
  invite(host: Host, invitation: Invitation | null): void {
    for (const helper of this.#helpers) if (helper.job?.host === host) this.#dismiss(helper);
    if (invitation) this.#invitations.set(host, invitation);
    else this.#invitations.delete(host);
    this.#settle();
  }

  /** The host is gone: what it had others do is of no use any more. */
  forget(host: Host): void {
    for (const { job } of this.#helpers) if (job?.host === host) abandon(job.control);
    this.invite(host, null);
  }

  close(): void {
    this.#allowed = 0;
    this.#invitations.clear();
    for (const { thread } of this.#helpers.splice(0)) thread.terminate();
  }

  #dismiss({ job }: Helper): void {
    if (!job) return;
    Atomics.store(job.leave, 0, 1);
    wake(job.control);
  }

  #settle(): void {
    const staying = this.#helpers.filter(({ job }) => job && Atomics.load(job.leave, 0) === 0);
    for (const helper of staying.splice(this.#allowed)) this.#dismiss(helper);
    const guests = (host: Host): number => staying.filter(({ job }) => job!.host === host).length;
    // Those who have not left yet take up threads too.
    while (this.#invitations.size > 0 && this.#helpers.filter(({ job }) => job).length < this.#allowed) {
      const [host, invitation] = [...this.#invitations].reduce((fewest, each) => (guests(each[0]) < guests(fewest[0]) ? each : fewest));
      const helper = this.#helpers.find(({ job }) => job === null) ?? this.#open();
      const leave = new Int32Array(new SharedArrayBuffer(4));
      helper.job = { host, control: invitation.control, leave };
      staying.push(helper);
      helper.thread.post({ ...invitation, leave });
    }
  }

  #open(): Helper {
    const helper: Helper = { thread: this.#spawn(), job: null };
    helper.thread.onFree(() => {
      helper.job = null;
      this.#settle();
    });
    helper.thread.onExit((reason) => {
      const at = this.#helpers.indexOf(helper);
      if (at < 0) return;
      this.#helpers.splice(at, 1);
      // It may have been inside, and then nobody knows what of its work is done.
      if (helper.job) {
        this.#invitations.delete(helper.job.host);
        helper.job.host.end(`a helper thread ended: ${reason}`);
      }
      this.#settle();
    });
    this.#helpers.push(helper);
    return helper;
  }
}

function helperThread(): HelperThread {
  const worker = new Worker(entry('helper'), { execArgv: [] });
  let reason = '';
  worker.on('error', (error) => {
    reason = error instanceof Error ? error.message : String(error);
  });
  return {
    post: (job) => {
      worker.postMessage(job);
    },
    onFree: (listener) => {
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
}
