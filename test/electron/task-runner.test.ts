/**
 * The task runner against a model: any order of batches, finished and crashed workers, pause, resume, stop and kill.
 * The workers are scripted: a task `{ value: n }` is answered by 2n when the test says so.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../core/contracts/events.ts';
import { Refusal } from '../../core/contracts/messages.ts';
import { decodePlain, encodePlain } from '../../core/contracts/codec.ts';
import { Cancelled, HostFailure, type Task } from '../../core/index.ts';
import { TaskRunner } from '../../electron/engine/task-runner.ts';
import type { Job, Reply, WorkerHandle } from '../../electron/engine/worker-handle.ts';

class ScriptedWorker implements WorkerHandle {
  job: Job | null = null;
  ended = false;
  private replyTo: (reply: Reply) => void = () => undefined;
  private exitTo: (reason: string) => void = () => undefined;
  post(job: Job): void {
    if (this.job) throw new Error('a worker got a second task');
    if (this.ended) throw new Error('an ended worker got a task');
    this.job = job;
  }
  onReply(listener: (reply: Reply) => void): void { this.replyTo = listener; }
  onExit(listener: (reason: string) => void): void { this.exitTo = listener; }
  terminate(): void { this.ended = true; }
  finish(): void {
    const { id, input } = this.take();
    this.replyTo({ id, result: encodePlain(2 * valueOf(input)), milliseconds: 1 });
  }
  answer(reply: Omit<Extract<Reply, { error: string }>, 'id'>): void { this.replyTo({ id: this.take().id, ...reply }); }
  crash(): void {
    this.take();
    this.ended = true;
    this.exitTo('out of memory');
  }
  private take(): Job {
    const job = this.job;
    if (!job) throw new Error('nothing to do');
    this.job = null;
    return job;
  }
}

const valueOf = (input: Uint8Array): number => (decodePlain(input) as { value: number }).value;
// The runner never looks into an input; a number stands for it.
const task = (value: number): Task => ({ kind: 'evaluate', input: { value } as never });

class World {
  readonly store = new Map<string, Uint8Array>();
  readonly events: RunEvent[] = [];
  readonly threads: number;
  /** Values handed to workers, in order. */
  posts: number[] = [];
  workers: ScriptedWorker[] = [];
  /** Helpers that may take part in the tasks at work; null before anything was handed out. */
  allowed: number | null = null;
  runner: TaskRunner;
  constructor(threads: number) {
    this.threads = threads;
    this.runner = this.start();
  }
  start(): TaskRunner {
    this.workers = [];
    this.allowed = null;
    return new TaskRunner({
      threads: this.threads,
      helpers: { allow: (count) => { this.allowed = count; }, close: () => { this.allowed = null; } },
      spawn: () => {
        const worker = new ScriptedWorker();
        const post = worker.post.bind(worker);
        worker.post = (job) => {
          this.posts.push(valueOf(job.input));
          post(job);
        };
        this.workers.push(worker);
        return worker;
      },
      store: { get: (key) => this.store.get(key) ?? null, put: (key, result) => this.store.set(key, result) },
      keyOf: ({ input }) => String((input as unknown as { value: number }).value),
      emit: (event) => this.events.push(event),
      clock: () => 0,
      time: () => '',
    });
  }
  get busy(): ScriptedWorker[] {
    return this.workers.filter(({ job }) => job !== null);
  }
}

interface Batch {
  readonly values: readonly number[];
  /** Values of the tasks still to be done, by multiplicity. */
  open: number[];
  fate: 'open' | 'done' | 'crashed' | 'cancelled';
  outcome: Promise<unknown>;
}

/** What must be true, told without queues or promises. */
interface Model {
  paused: boolean;
  stopped: boolean;
  readonly batches: Batch[];
  /** Crashes of each task, by batch and value. */
  readonly crashes: Map<string, number>;
}

function submit(world: World, batch: Batch): void {
  batch.open = batch.values.filter((value) => !world.store.has(String(value)));
  batch.fate = batch.open.length === 0 ? 'done' : 'open';
  batch.outcome = world.runner.tasksOf('p').all('stage', batch.values.map(task)).then((values) => values, (error: unknown) => error);
}

/** After every command: nothing is lost, nothing is done twice, and no thread is idle while there is work, if only as a helper. */
function checkInvariants(model: Model, world: World): void {
  expect(world.busy.length).toBeLessThanOrEqual(world.threads);
  const open = model.batches.filter(({ fate }) => fate === 'open').flatMap((batch) => batch.open);
  if (model.paused || model.stopped) return;
  expect(world.busy.length).toBeGreaterThanOrEqual(Math.min(world.threads, open.length));
  if (world.allowed !== null) expect(world.allowed).toBe(world.threads - world.busy.length);
}

class BatchCommand implements fc.AsyncCommand<Model, World> {
  readonly values: readonly number[];
  constructor(values: readonly number[]) { this.values = values; }
  check(): boolean { return true; }
  async run(model: Model, world: World): Promise<void> {
    const batch: Batch = { values: this.values, open: [], fate: 'open', outcome: Promise.resolve() };
    const posts = world.posts.length;
    if (model.stopped) {
      expect(await world.runner.tasksOf('p').all('stage', this.values.map(task)).catch((error: unknown) => error)).toBeInstanceOf(Cancelled);
      return;
    }
    submit(world, batch);
    model.batches.push(batch);
    const kept = new Set([...world.store.keys()].map(Number));
    for (const value of world.posts.slice(posts)) expect(kept.has(value)).toBe(false);
    checkInvariants(model, world);
  }
  toString(): string { return `batch(${this.values.join(' ')})`; }
}

/** The batch whose task a worker holds: the first open one that still waits for that value is as good as any other. */
function holder(model: Model, value: number): Batch | undefined {
  return model.batches.find((batch) => batch.fate === 'open' && batch.open.includes(value));
}

class FinishCommand implements fc.AsyncCommand<Model, World> {
  readonly which: number;
  constructor(which: number) { this.which = which; }
  check(): boolean { return true; }
  run(model: Model, world: World): Promise<void> {
    const worker = world.busy[this.which % Math.max(1, world.busy.length)];
    if (!worker?.job) return Promise.resolve();
    const value = valueOf(worker.job.input);
    const batch = holder(model, value);
    const posts = world.posts.length;
    worker.finish();
    expect(decodePlain(world.store.get(String(value)) as Uint8Array)).toBe(2 * value);
    if (batch) {
      batch.open.splice(batch.open.indexOf(value), 1);
      if (batch.open.length === 0) batch.fate = 'done';
    }
    if (model.paused || model.stopped) expect(world.posts.length).toBe(posts);
    checkInvariants(model, world);
    return Promise.resolve();
  }
  toString(): string { return `finish(${String(this.which)})`; }
}

class CrashCommand implements fc.AsyncCommand<Model, World> {
  readonly which: number;
  constructor(which: number) { this.which = which; }
  check(): boolean { return true; }
  run(model: Model, world: World): Promise<void> {
    const worker = world.busy[this.which % Math.max(1, world.busy.length)];
    if (!worker?.job) return Promise.resolve();
    const value = valueOf(worker.job.input);
    const batch = holder(model, value);
    const posts = world.posts.length;
    worker.crash();
    if (batch) {
      const name = `${String(model.batches.indexOf(batch))}/${String(value)}`;
      model.crashes.set(name, (model.crashes.get(name) ?? 0) + 1);
      if ((model.crashes.get(name) ?? 0) > 1) batch.fate = 'crashed';
    }
    if (model.paused || model.stopped) expect(world.posts.length).toBe(posts);
    checkInvariants(model, world);
    return Promise.resolve();
  }
  toString(): string { return `crash(${String(this.which)})`; }
}

class PauseCommand implements fc.AsyncCommand<Model, World> {
  check(model: Model): boolean { return !model.stopped; }
  run(model: Model, world: World): Promise<void> {
    world.runner.pause();
    model.paused = true;
    return Promise.resolve();
  }
  toString(): string { return 'pause'; }
}

class ResumeCommand implements fc.AsyncCommand<Model, World> {
  check(model: Model): boolean { return !model.stopped; }
  run(model: Model, world: World): Promise<void> {
    world.runner.resume();
    model.paused = false;
    checkInvariants(model, world);
    return Promise.resolve();
  }
  toString(): string { return 'resume'; }
}

class StopCommand implements fc.AsyncCommand<Model, World> {
  check(model: Model): boolean { return !model.stopped; }
  async run(model: Model, world: World): Promise<void> {
    const posts = world.posts.length;
    const stopped = world.runner.stop();
    model.stopped = true;
    // What is at work may finish and is kept; nothing else begins.
    for (const worker of [...world.busy]) {
      const value = valueOf((worker.job as Job).input);
      worker.finish();
      expect(world.store.has(String(value))).toBe(true);
      const batch = holder(model, value);
      if (batch) {
        batch.open.splice(batch.open.indexOf(value), 1);
        if (batch.open.length === 0) batch.fate = 'done';
      }
    }
    await stopped;
    expect(world.posts.length).toBe(posts);
    expect(world.workers.every(({ ended, job }) => ended && job === null)).toBe(true);
    for (const batch of model.batches) if (batch.fate === 'open') batch.fate = 'cancelled';
  }
  toString(): string { return 'stop'; }
}

/** `kill -9`: the runner is gone with everything but the store; a new one is given the unfinished batches again. */
class KillCommand implements fc.AsyncCommand<Model, World> {
  check(): boolean { return true; }
  run(model: Model, world: World): Promise<void> {
    world.runner = world.start();
    model.paused = false;
    model.stopped = false;
    model.crashes.clear();
    const posts = world.posts.length;
    const kept = new Set([...world.store.keys()].map(Number));
    for (const batch of model.batches) if (batch.fate === 'open' || batch.fate === 'cancelled') submit(world, batch);
    for (const value of world.posts.slice(posts)) expect(kept.has(value)).toBe(false);
    checkInvariants(model, world);
    return Promise.resolve();
  }
  toString(): string { return 'kill'; }
}

test('any order of batches, crashes, pause, resume, stop and kill leaves every batch with its own fate', async () => {
  // Values are unique in a run: two open tasks of one value could not be told apart by the model.
  let next = 0;
  const commands = fc.commands(
    [
      fc.nat({ max: 6 }).map((count) => new BatchCommand(Array.from({ length: count }, () => ++next))),
      fc.nat({ max: 3 }).map((which) => new FinishCommand(which)),
      fc.nat({ max: 3 }).map((which) => new FinishCommand(which)),
      fc.nat({ max: 3 }).map((which) => new CrashCommand(which)),
      fc.constant(new PauseCommand()),
      fc.constant(new ResumeCommand()),
      fc.constant(new StopCommand()),
      fc.constant(new KillCommand()),
    ],
    { maxCommands: 40 },
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3 }), commands, async (threads, list) => {
      const world = new World(threads);
      const model: Model = { paused: false, stopped: false, batches: [], crashes: new Map() };
      await fc.asyncModelRun(() => ({ model, real: world }), list);
      if (!model.stopped) {
        world.runner.resume();
        while (world.busy.length > 0) {
          const worker = world.busy[0] as ScriptedWorker;
          const batch = holder(model, valueOf((worker.job as Job).input));
          if (batch) {
            batch.open.splice(batch.open.indexOf(valueOf((worker.job as Job).input)), 1);
            if (batch.open.length === 0) batch.fate = 'done';
          }
          worker.finish();
        }
      }
      for (const { fate, values, outcome } of model.batches) {
        const ended = await outcome;
        if (fate === 'done') expect(ended).toEqual(values.map((value) => 2 * value));
        else if (fate === 'cancelled') expect(ended).toBeInstanceOf(Cancelled);
        else {
          expect(fate).toBe('crashed');
          expect(ended).toBeInstanceOf(HostFailure);
          expect((ended as HostFailure).detail.code).toBe('run.workerEnded');
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('results come in task order whatever order the workers finish in', async () => {
  const world = new World(3);
  const outcome = world.runner.tasksOf('p').all('stage', [5, 3, 1].map(task));
  for (const at of [2, 0, 1]) (world.workers[at] as ScriptedWorker).finish();
  expect(await outcome).toEqual([10, 6, 2]);
});

test('an error inside a task ends its batch with the error and leaves other batches alone', async () => {
  const world = new World(2);
  const broken = world.runner.tasksOf('p').all('one', [1].map(task));
  const sound = world.runner.tasksOf('p').all('two', [2].map(task));
  (world.workers[0] as ScriptedWorker).answer({ error: 'TypeError: x' });
  (world.workers[1] as ScriptedWorker).finish();
  await expect(broken).rejects.toThrow('TypeError: x');
  expect(await sound).toEqual([4]);
});

test('a store that cannot keep a result fails the batch with the sentence of the store', async () => {
  const world = new World(1);
  world.store.set = () => { throw new Refusal({ code: 'storage.full', values: {}, sentence: 'The disk is full.' }); };
  const outcome = world.runner.tasksOf('p').all('stage', [1, 2].map(task));
  (world.workers[0] as ScriptedWorker).finish();
  await expect(outcome).rejects.toThrow(HostFailure);
  await expect(outcome).rejects.toThrow('The disk is full.');
  expect(world.busy).toEqual([]);
});

test('progress counts what came from the cache and ends at the total', async () => {
  const world = new World(1);
  world.store.set('1', encodePlain(2));
  const outcome = world.runner.tasksOf('phonons').all('Displacements', [1, 2].map(task));
  (world.workers[0] as ScriptedWorker).finish();
  await outcome;
  expect(world.events.map(({ type }) => type)).toEqual(['stage-started', 'progress', 'progress', 'stage-finished']);
  expect(world.events[2]).toMatchObject({ property: 'phonons', stage: 'Displacements', done: 2, total: 2, fromCache: 1, remaining: [0, 0] });
});
