/** Several threads on the atoms of one system: the same bits for any number of them, and nobody waits for the dead. */
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PotentialSource } from '../../core/contracts/card.ts';
import { supercell } from '../../core/crystal/supercell.ts';
import { HostFailure } from '../../core/index.ts';
import type { Evaluation } from '../../core/potential/potential.ts';
import type { HelperJob } from '../../electron/engine/helper.ts';
import { Helpers, type HelperThread, type Host } from '../../electron/engine/helpers.ts';
import { TaskRunner } from '../../electron/engine/task-runner.ts';
import { createTeam, takePart, type Invitation } from '../../electron/engine/team.ts';
import { workerThreads } from '../../electron/engine/worker-handle.ts';
import { evaluateStructures } from '../../electron/services/evaluate.ts';
import { filesOf, smallDescription } from '../files/n2p2/potentials.ts';
import { largestDifference, randomStructure } from '../potential/nep-models.ts';
import { sharedCases, structureOf, type SharedCase } from './sharing-cases.ts';

interface Outcome {
  readonly found: Evaluation;
  /** Most threads that took part in one call. */
  readonly used: number;
  /** Bytes of arrays per evaluation. */
  readonly held: number;
}

describe('one system', () => {
  let worker: Worker;
  let helpers: Helpers;
  let answer: { resolve: (outcome: Outcome) => void; reject: (error: unknown) => void };
  beforeAll(() => {
    helpers = new Helpers();
    worker = new Worker(new URL('sharing-worker.ts', import.meta.url));
    const host: Host = { end: (reason) => { answer.reject(new Error(reason)); } };
    worker.on('error', (error) => { answer.reject(error); });
    worker.on('message', (said: Outcome | { invitation: Invitation | null }) => {
      if ('invitation' in said) helpers.invite(host, said.invitation);
      else answer.resolve(said);
    });
  });
  afterAll(async () => {
    helpers.close();
    await worker.terminate();
  });

  const inThreads = (name: keyof typeof sharedCases, lanes: number): Promise<Outcome> => new Promise((resolve, reject) => {
    answer = { resolve, reject };
    helpers.allow(lanes - 1);
    worker.postMessage({ name, lanes });
  });

  test.each(Object.keys(sharedCases) as (keyof typeof sharedCases)[])('%s: the same bits in 1, 2 and 3 threads, as the plain reference', async (name) => {
    const one: SharedCase = sharedCases[name];
    const structure = structureOf(one);
    const alone = structuredClone(one.potential(false).bind(structure).evaluate(structure.positions, structure.cell, one.want));
    for (const lanes of [2, 3]) {
      const { found, used, held } = await inThreads(name, lanes);
      expect(used).toBe(lanes);
      expect(found).toEqual(alone);
      // One array of three numbers per atom would be 10 kB.
      if (!name.startsWith('charged')) expect(held).toBeLessThan(4096);
    }
    const expected = one.potential(true).bind(structure).evaluate(structure.positions, structure.cell, one.want);
    for (const key of ['energies', 'forces', 'stress', 'virials', 'charges'] as const) {
      expect(alone[key] === undefined, key).toBe(expected[key] === undefined);
      if (!expected[key]) continue;
      // Some thousand terms in another order, 1e-12 of the largest.
      const size = expected[key].reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
      expect(largestDifference(alone[key]!, expected[key]) / size, key).toBeLessThan(1e-11);
    }
    expect(alone.extrapolation?.counts).toEqual(expected.extrapolation?.counts);
  });
});

const silicon = randomStructure(2, 700, ['Si', 'C']);
const source: PotentialSource = { name: 'small', files: filesOf(smallDescription()), options: { units: 'angstrom,ev' } };

test('evaluating fewer large structures than threads gives the same bits as in one', async () => {
  const large = supercell(silicon, [3, 0, 0, 0, 2, 0, 0, 0, 1]).structure;
  const expected = await evaluateStructures([large], source, 1);
  expect(await evaluateStructures([large, large], source, 3)).toEqual([...expected, ...expected]);
});

describe('a helper that dies', () => {
  const opened: Worker[] = [];
  afterEach(async () => { await Promise.all(opened.splice(0).map((each) => each.terminate())); });

  /** Takes its first piece with it. */
  const mortal = (): HelperThread => {
    const worker = new Worker(new URL('dying-helper.ts', import.meta.url));
    opened.push(worker);
    return {
      post: (job) => { worker.postMessage(job); },
      onFree: (listener) => { worker.on('message', listener); },
      onExit: (listener) => { worker.on('exit', (code) => { listener(`status ${String(code)}`); }); },
      terminate: () => { void worker.terminate(); },
    };
  };

  test('takes the worker that waits for it along; where that happens twice, a sentence ends the run', async () => {
    const helpers = new Helpers(mortal);
    const runner = new TaskRunner({
      threads: 2, spawn: workerThreads(source, helpers, 2), helpers, store: { get: () => null, put: () => undefined },
      keyOf: () => '', emit: () => undefined, clock: () => performance.now(), time: () => '',
    });
    // Long enough that the helper comes before the end on any machine.
    const structures = Array.from({ length: 150 }, () => silicon);
    const failure = await runner.tasksOf('evaluate').all('Structures', [{ kind: 'evaluate', input: { structures } }]).catch((error: unknown) => error);
    runner.close();
    expect(failure).toBeInstanceOf(HostFailure);
    expect((failure as HostFailure).message).toBe(
      'A worker thread ended twice on the same task of the stage "Structures" (a helper thread ended: status 7). If memory is short, use fewer --threads; the same command continues the run.',
    );
    expect(opened).toHaveLength(2);
  });
});

describe('who helps whom', () => {
  class Scripted implements HelperThread {
    readonly jobs: HelperJob[] = [];
    ended = false;
    free: () => void = () => undefined;
    exit: (reason: string) => void = () => undefined;
    post(job: HelperJob): void { this.jobs.push(job); }
    onFree(listener: () => void): void { this.free = listener; }
    onExit(listener: (reason: string) => void): void { this.exit = listener; }
    terminate(): void { this.ended = true; }
    get leaving(): boolean { return Atomics.load(this.jobs.at(-1)!.leave, 0) === 1; }
  }
  const invitation = (): Invitation => ({ module: {}, memory: {}, control: new Int32Array(new SharedArrayBuffer(24)) }) as unknown as Invitation;
  const world = (): { threads: Scripted[]; helpers: Helpers } => {
    const threads: Scripted[] = [];
    return { threads, helpers: new Helpers(() => {
      threads.push(new Scripted());
      return threads.at(-1)!;
    }) };
  };
  const host = (): Host & { reason?: string } => ({ end(reason) { this.reason = reason; } });

  test('nobody without an invitation, and no more than are allowed', () => {
    const { threads, helpers } = world();
    helpers.allow(2);
    expect(threads).toHaveLength(0);
    helpers.invite(host(), invitation());
    expect(threads).toHaveLength(2);
    helpers.allow(3);
    expect(threads).toHaveLength(3);
  });

  test('fairly among those who invite', () => {
    const { threads, helpers } = world();
    const [a, b] = [invitation(), invitation()];
    helpers.invite(host(), a);
    helpers.invite(host(), b);
    helpers.allow(4);
    expect(threads.filter(({ jobs }) => jobs[0]!.control === a.control)).toHaveLength(2);
    expect(threads.filter(({ jobs }) => jobs[0]!.control === b.control)).toHaveLength(2);
  });

  test('they leave when their threads are wanted, and come again as the same threads', () => {
    const { threads, helpers } = world();
    helpers.allow(2);
    helpers.invite(host(), invitation());
    helpers.allow(0);
    expect(threads.map(({ leaving }) => leaving)).toEqual([true, true]);
    helpers.allow(1);
    // Those who have not left yet still take up threads.
    expect(threads.map(({ jobs }) => jobs.length)).toEqual([1, 1]);
    threads.forEach((thread) => { thread.free(); });
    expect(threads.map(({ jobs }) => jobs.length)).toEqual([2, 1]);
  });

  test('they leave a host that sends them away or is gone', () => {
    const { threads, helpers } = world();
    const [staying, leaving] = [host(), host()];
    const open = invitation();
    helpers.allow(2);
    helpers.invite(staying, invitation());
    helpers.invite(leaving, open);
    helpers.allow(3);
    helpers.forget(leaving);
    expect(threads.filter((thread) => thread.leaving).map(({ jobs }) => jobs[0]!.control)).toEqual(threads.filter(({ jobs }) => jobs[0]!.control === open.control).map(() => open.control));
    helpers.close();
    expect(threads.every(({ ended }) => ended)).toBe(true);
  });

  test('the host of one that dies is ended with the reason; one that dies idle hurts nobody', () => {
    const { threads, helpers } = world();
    const only = host();
    helpers.allow(1);
    helpers.invite(only, invitation());
    threads[0]!.exit('out of memory');
    expect(only.reason).toBe('a helper thread ended: out of memory');
    helpers.forget(only);
    const next = host();
    helpers.invite(next, invitation());
    helpers.invite(next, null);
    threads.at(-1)!.free();
    threads.at(-1)!.exit('status 1');
    expect(next.reason).toBeUndefined();
  });
});

test('a call without helpers does every piece once, in order; one that is left open is ended', () => {
  const done: number[] = [];
  const team = createTeam(2, () => undefined);
  const kernel = { module: {}, memory: {}, exports: { begin: (header: number, lane: number) => { done.push(-header, lane); }, work: (piece: number) => { done.push(piece); } } } as unknown as Parameters<typeof team.run>[0];
  team.run(kernel, 64, 4);
  expect(done).toEqual([-64, 0, 0, 1, 2, 3]);
  const leave = new Int32Array(new SharedArrayBuffer(4));
  leave[0] = 1;
  takePart(kernel.exports, new Int32Array(new SharedArrayBuffer(24)), leave);
  expect(done).toHaveLength(6);
});
