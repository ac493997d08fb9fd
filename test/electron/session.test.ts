/** Runs in their folders: the same bits however they are computed, interrupted or crowded, and sentences where they cannot be. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runEvent, type RunEvent } from '../../core/contracts/events.ts';
import { Refusal } from '../../core/contracts/messages.ts';
import { result as resultSchema } from '../../core/contracts/results.ts';
import type { RunStart } from '../../electron/engine/protocol.ts';
import { startSession, type Session, type SessionOutcome } from '../../electron/engine/session.ts';
import { workerThreads, type SpawnWorker } from '../../electron/engine/worker-handle.ts';
import { physicsIn, resultIn, siliconRun, temporaryFolder } from './silicon.ts';

let place = temporaryFolder();
beforeEach(() => { place = temporaryFolder(); });
afterEach(() => { place.remove(); });

const folder = (name = 'run'): string => join(place.path, name);

interface Watched extends Session {
  readonly events: RunEvent[];
}

function watch(start: RunStart, onEvent: (event: RunEvent, session: Session) => void = () => undefined, spawn?: SpawnWorker): Watched {
  const events: RunEvent[] = [];
  const session: Session = startSession({
    ...start,
    ...(spawn && { spawn }),
    emit: (event) => {
      events.push(event);
      onEvent(event, session);
    },
  });
  return { ...session, events };
}

const done = (outcome: SessionOutcome): void => { expect(outcome).toMatchObject({ outcome: 'done', failures: [] }); };

/** The undisturbed run that all others must equal. */
const reference = temporaryFolder();
afterAll(() => { reference.remove(); });
let expected = '';
async function expectedPhysics(): Promise<string> {
  if (expected === '') {
    const run = join(reference.path, 'run');
    done(await watch(siliconRun(reference.path, run)).finished);
    expected = physicsIn(run);
  }
  return expected;
}

test('a finished run has a valid result, its files and nothing left over', async () => {
  const session = watch(siliconRun(place.path, folder()));
  done(await session.finished);
  expect(() => resultSchema.parse(resultIn(folder()))).not.toThrow();
  expect(readdirSync(folder()).sort()).toEqual(['events.ndjson', 'relaxed.cif', 'relaxed.extxyz', 'request.json', 'result.json', 'tables']);
  const told = readFileSync(join(folder(), 'events.ndjson'), 'utf8').trim().split('\n').map((line) => runEvent.parse(JSON.parse(line)));
  expect(told).toEqual(session.events);
  expect(told.filter(({ type }) => type === 'property-finished').map((event) => 'property' in event && event.property)).toEqual(['relaxation', 'eos', 'elasticity']);
});

test('one, two and three threads give the same bits', async () => {
  for (const threads of [1, 3]) {
    done(await watch(siliconRun(place.path, folder(String(threads)), {}, threads)).finished);
    expect(physicsIn(folder(String(threads)))).toBe(await expectedPhysics());
  }
});

test('two runs at once in two folders do not disturb each other', async () => {
  const outcomes = await Promise.all(['a', 'b'].map((name) => watch(siliconRun(place.path, folder(name))).finished));
  outcomes.forEach(done);
  for (const name of ['a', 'b']) expect(physicsIn(folder(name))).toBe(await expectedPhysics());
});

test('two runs at once in one folder: the second is refused and the first is not disturbed', async () => {
  const first = watch(siliconRun(place.path, folder()));
  const second = await watch(siliconRun(place.path, folder())).finished.catch((error: unknown) => error);
  expect(second).toBeInstanceOf(Refusal);
  expect((second as Refusal).detail.code).toBe('run.locked');
  done(await first.finished);
  expect(physicsIn(folder())).toBe(await expectedPhysics());
});

test('stopped and continued again and again, a run ends with the same bits and computes nothing twice', async () => {
  let stops = 0;
  for (let stage = 1; ; stage++) {
    let begun = 0;
    const session = watch(siliconRun(place.path, folder()), (event, running) => {
      // Each time one stage further: stop in the middle of it.
      if (event.type === 'stage-started' && ++begun === stage) running.command('stop-and-keep');
    });
    const ended = await session.finished;
    if (ended.outcome === 'done') break;
    expect(ended).toEqual({ outcome: 'stopped' });
    expect(session.events.at(-1)).toMatchObject({ type: 'run-finished', outcome: 'stopped' });
    expect(existsSync(join(folder(), 'result.json'))).toBe(false);
    stops++;
  }
  expect(stops).toBeGreaterThan(3);
  expect(physicsIn(folder())).toBe(await expectedPhysics());
});

test('pause hands out nothing, resume goes on, and the bits do not notice', async () => {
  const session = watch(siliconRun(place.path, folder()), (event, running) => {
    if (event.type === 'stage-started' && event.property === 'eos') running.command('pause');
    if (event.type === 'paused') {
      setTimeout(() => {
        // What was at work may have finished meanwhile; nothing else began.
        expect(session.events.at(-1)?.type).not.toBe('stage-finished');
        running.command('resume');
      }, 300);
    }
  });
  done(await session.finished);
  expect(session.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['paused', 'resumed']));
  expect(physicsIn(folder())).toBe(await expectedPhysics());
});

test('a discarded run leaves nothing, not even the folders that were made for it', async () => {
  const deep = join(place.path, 'new', 'deeper', 'run');
  const session = watch(siliconRun(place.path, deep), (event, running) => {
    if (event.type === 'stage-started' && event.property === 'elasticity') running.command('discard');
  });
  expect(await session.finished).toEqual({ outcome: 'discarded' });
  expect(existsSync(join(place.path, 'new'))).toBe(false);
});

test('a worker that dies once is replaced and the bits do not notice; one that keeps dying is a sentence', async () => {
  const mortal = (deaths: number): SpawnWorker => {
    const start = siliconRun(place.path, folder());
    const spawn = workerThreads(start.source);
    let left = deaths;
    return () => {
      const worker = spawn();
      return left-- > 0 ? { ...worker, post: (job) => { worker.post(job); worker.terminate(); } } : worker;
    };
  };
  done(await watch(siliconRun(place.path, folder()), undefined, mortal(1)).finished);
  expect(physicsIn(folder())).toBe(await expectedPhysics());
  const failed = await watch(siliconRun(place.path, folder('b')), undefined, mortal(Number.POSITIVE_INFINITY)).finished;
  expect(failed).toMatchObject({ outcome: 'failed', message: { code: 'run.workerEnded' } });
});

test('a mistake of ours is a sentence for the user and a stack in the log; what was computed is kept', async () => {
  const start = siliconRun(place.path, folder());
  const spawn = workerThreads(start.source);
  let jobs = 0;
  const broken: SpawnWorker = () => {
    const worker = spawn();
    let answer: (reply: { id: number; error: string }) => void = () => undefined;
    return {
      ...worker,
      onReply: (listener) => {
        answer = listener;
        worker.onReply(listener);
      },
      post: (job) => {
        if (++jobs > 5) answer({ id: job.id, error: 'TypeError: x is not a function\n    at somewhere (file.ts:1:2)' });
        else worker.post(job);
      },
    };
  };
  const ended = await watch(start, undefined, broken).finished;
  expect(ended).toMatchObject({ outcome: 'failed', message: { code: 'run.internal' } });
  const { sentence } = (ended as Extract<SessionOutcome, { outcome: 'failed' }>).message;
  expect(sentence).toContain('TypeError: x is not a function');
  expect(sentence).not.toContain('somewhere');
  expect(readFileSync(join(folder(), 'error.log'), 'utf8')).toContain('at somewhere (file.ts:1:2)');
  done(await watch(siliconRun(place.path, folder())).finished);
  expect(physicsIn(folder())).toBe(await expectedPhysics());
});

describe('what cannot be run is refused before anything is written', () => {
  const refusal = async (start: RunStart): Promise<string> => {
    const error = await watch(start).finished.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Refusal);
    return (error as Refusal).detail.code;
  };

  test('another request in the folder of a stopped run, with the difference named; the run continues afterwards', async () => {
    const stopped = watch(siliconRun(place.path, folder()), (event, running) => {
      if (event.type === 'stage-started' && event.property === 'elasticity') running.command('stop-and-keep');
    });
    await stopped.finished;
    const kept = readdirSync(folder(), { recursive: true }).sort();
    await expect(watch(siliconRun(place.path, folder(), { accuracy: 'strict' })).finished).rejects.toThrow('its accuracy is quick, not strict');
    await expect(watch(siliconRun(place.path, folder(), { settings: ['eos.points=11'] })).finished).rejects.toThrow('its --set values are none, not eos.points=11');
    await expect(watch(siliconRun(place.path, folder(), { properties: ['eos'] })).finished).rejects.toThrow('not relaxation, eos');
    expect(readdirSync(folder(), { recursive: true }).sort()).toEqual(kept);
    const again = watch(siliconRun(place.path, folder()));
    done(await again.finished);
    expect(again.events[0]).toMatchObject({ type: 'run-started', resumed: true });
    // Relaxation and equation of state came from the journal whole.
    const eos = again.events.findLast((event) => event.type === 'progress' && event.property === 'eos');
    expect(eos).toMatchObject({ done: 9, fromCache: 9 });
    expect(physicsIn(folder())).toBe(await expectedPhysics());
  });

  test('a folder with other files', async () => {
    mkdirSync(folder());
    writeFileSync(join(folder(), 'thesis.tex'), '');
    expect(await refusal(siliconRun(place.path, folder()))).toBe('run.folderTaken');
    expect(readdirSync(folder())).toEqual(['thesis.tex']);
  });

  test('a place where no folder can be made', async () => {
    writeFileSync(join(place.path, 'file'), '');
    expect(await refusal(siliconRun(place.path, join(place.path, 'file', 'run')))).toBe('storage.notFolder');
    // Nobody, not even root, makes folders in /proc.
    if (process.platform === 'linux') expect(await refusal(siliconRun(place.path, '/proc/phonolite/run'))).toMatch(/^storage\.(missing|denied|readOnly)$/);
  });
});
