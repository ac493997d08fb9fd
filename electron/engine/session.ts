/**
 * One run in its folder: takes the lock, computes through the worker threads, keeps every finished task, writes the
 * files. Works in the engine process and, for tests, in place. It can be killed at any instant: `result.json` is written
 * last, and what is there before it lets the same request continue.
 */
import { appendFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PotentialSource } from '../../core/contracts/card.ts';
import type { RunCommand, RunEvent } from '../../core/contracts/events.ts';
import { message, Refusal, refuse } from '../../core/contracts/messages.ts';
import type { Message, VerdictState } from '../../core/contracts/quantity.ts';
import type { RunRequest } from '../../core/contracts/request.ts';
import { Cancelled, HostFailure, loadCore, loadPotential, requestDifference, runProperties, runFolderFiles, taskKey, type Result } from '../../core/index.ts';
import { coreBytes, version } from '../services/layout.ts';
import { writeAtomic } from '../storage/atomic.ts';
import { LineLog } from '../storage/line-log.ts';
import { TaskJournal } from '../storage/journal.ts';
import { readableJson } from '../storage/json.ts';
import { lockFolder, type FolderLock } from '../storage/lock.ts';
import { discardRun, keptRequest, makeFolder, refuseForeignFolder, removeLeftovers, runFiles, type MadeFolder } from '../storage/run-folder.ts';
import { coreVersion } from './core-version.ts';
import { Helpers } from './helpers.ts';
import { TaskRunner } from './task-runner.ts';
import { workerThreads, type SpawnWorker } from './worker-handle.ts';

export interface SessionOptions {
  readonly folder: string;
  readonly request: RunRequest;
  readonly source: PotentialSource;
  readonly threads: number;
  /** What the numbers are computed on, in words. */
  readonly device: string;
  readonly emit: (event: RunEvent) => void;
  /** The machine's clock; core itself knows none. */
  readonly now?: () => Date;
  readonly spawn?: SpawnWorker;
}

/** How a run ended. `failed`: `message` says why; `done`: the worst verdict, and the properties that could not be computed. */
export type SessionOutcome =
  | { readonly outcome: 'done'; readonly state: VerdictState; readonly failures: readonly Message[] }
  | { readonly outcome: 'stopped' | 'discarded' }
  | { readonly outcome: 'failed'; readonly message: Message };

export interface Session {
  command(command: RunCommand): void;
  readonly finished: Promise<SessionOutcome>;
}

export function startSession(options: SessionOptions): Session {
  const now = options.now ?? (() => new Date());
  const time = (): string => now().toISOString();
  let ending: 'stopped' | 'discarded' | null = null;
  let paused = false;
  let runner: TaskRunner | null = null;
  let log: LineLog | null = null;

  const emit = (event: RunEvent): void => {
    try {
      log?.append(event);
    } catch (error) {
      throw error instanceof Refusal ? new HostFailure(error.detail) : error;
    }
    options.emit(event);
  };

  const work = async (): Promise<SessionOutcome> => {
    const { folder, request, source } = options;
    const { lock, made, kept } = takeFolder(folder, request, time());
    let journal: TaskJournal | null = null;
    let keep = kept !== null;
    try {
      removeLeftovers(folder);
      mkdirSync(join(folder, runFiles.cache), { recursive: true });
      journal = new TaskJournal(join(folder, runFiles.journal));
      if (!kept) await writeAtomic(join(folder, runFiles.request), readableJson(request));
      keep = true;
      const resumed = existsSync(join(folder, runFiles.events));
      log = new LineLog(join(folder, runFiles.events));

      const started = time();
      loadCore(coreBytes());
      const potential = loadPotential(source);
      const versions = { core: coreVersion(), v8: process.versions.v8 };
      const helpers = new Helpers();
      runner = new TaskRunner({
        threads: options.threads,
        spawn: options.spawn ?? workerThreads(source, helpers, options.threads),
        helpers,
        store: journal,
        keyOf: ({ kind, input, member }) => taskKey(kind, input as never, request.potential.hash, versions, member),
        emit,
        clock: () => performance.now(),
        time,
      });
      if (paused) runner.pause();
      if (ending !== null) throw new Cancelled();
      emit({ type: 'run-started', at: started, run: folder, properties: request.properties, resumed });
      const tasks = runner;
      const output = await runProperties(request, potential, {
        tasksOf: (property) => tasks.tasksOf(property),
        journal: (property, note) => { emit({ type: 'journal', at: time(), property, message: note }); },
        sample: (property, sample) => { emit({ type: 'sample', at: time(), property, ...sample }); },
        finished: (property, verdict) => {
          emit({ type: 'property-finished', at: time(), property, state: verdict.state, sentence: verdict.message.sentence });
        },
      });
      if (ending !== null) throw new Cancelled();
      runner.close();
      const result: Result = {
        schema: 'phonolite-result/1',
        provenance: {
          application: 'Phonolite', version, node: process.versions.node, v8: process.versions.v8,
          platform: `${process.platform} ${process.arch}`, device: options.device, threads: options.threads,
          started, finished: time(), command: request.command, potentialHash: request.potential.hash, ...output.provenance,
        },
        ...output.result,
      };
      for (const file of runFolderFiles(result, output, potential)) {
        const path = join(folder, file.name);
        await mkdir(dirname(path), { recursive: true });
        await writeAtomic(path, file.content);
      }
      await writeAtomic(join(folder, runFiles.result), readableJson(result));
      journal.close();
      journal = null;
      for (const name of [runFiles.cache, runFiles.log]) rmSync(join(folder, name), { recursive: true, force: true });
      emit({ type: 'run-finished', at: time(), outcome: 'done' });
      return { outcome: 'done', state: output.state, failures: (result.failures ?? []).map((failure) => failure.message) };
    } catch (error) {
      runner?.close();
      if (error instanceof Cancelled && ending !== null) {
        const outcome = ending;
        emit({ type: 'run-finished', at: time(), outcome });
        if (outcome === 'discarded') {
          journal?.close();
          journal = null;
          log?.close();
          log = null;
          discardRun(folder);
          keep = false;
        }
        return { outcome };
      }
      if (!keep) throw error;
      const failure = error instanceof Refusal || error instanceof HostFailure ? error.detail : unexpected(error, folder);
      try {
        emit({ type: 'run-finished', at: time(), outcome: 'failed', message: failure });
      } catch {
        // A full disk also keeps the event log from growing; the outcome is returned all the same.
      }
      return { outcome: 'failed', message: failure };
    } finally {
      closeQuietly(journal);
      log?.close();
      lock.release();
      if (!keep) {
        rmSync(join(folder, runFiles.cache), { recursive: true, force: true });
        made.undo();
      }
    }
  };

  const obey = (command: RunCommand): void => {
    if (command === 'pause' || command === 'resume') {
      paused = command === 'pause';
      if (paused) runner?.pause();
      else runner?.resume();
    } else {
      // Discarding outranks stopping; neither can be taken back.
      if (ending !== 'discarded') ending = command === 'discard' ? 'discarded' : 'stopped';
      void runner?.stop();
    }
  };

  // Not at once: a listener may want to command the session that it is told about.
  const finished = Promise.resolve().then(work);
  return {
    finished,
    command: (command) => {
      try {
        obey(command);
      } catch (error) {
        // The event that tells of it could not be kept; the next one ends the run with the reason.
        if (!(error instanceof HostFailure)) throw error;
      }
    },
  };
}

/** Makes the folder and its lock; what is there must be a run of the same request. Leaves nothing behind where it refuses. */
function takeFolder(folder: string, request: RunRequest, time: string): { lock: FolderLock; made: MadeFolder; kept: RunRequest | null } {
  refuseForeignFolder(folder);
  const made = makeFolder(folder);
  let lock: FolderLock | null = null;
  try {
    lock = lockFolder(folder, time);
    const kept = keptRequest(folder);
    const difference = kept && requestDifference(kept, request);
    if (difference !== null) refuse('run.differs', { folder, difference });
    return { lock, made, kept };
  } catch (error) {
    lock?.release();
    made.undo();
    throw error;
  }
}

/** The last flush of a journal may be refused by a full disk: what matters was told when the write failed. */
function closeQuietly(journal: TaskJournal | null): void {
  try {
    journal?.close();
  } catch {
    // Told already.
  }
}

/** A mistake of ours: the stack goes to the run's log, the user gets a sentence. */
function unexpected(error: unknown, folder: string): Message {
  const log = join(folder, runFiles.log);
  const detail = error instanceof Error ? error.message.split('\n')[0] ?? '' : String(error);
  try {
    appendFileSync(log, `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  } catch {
    // The sentence alone then.
  }
  return message('run.internal', { detail: detail.slice(0, 300), log });
}
