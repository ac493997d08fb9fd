/** The process that answers questions: it may be ended by what it is asked, the one who asks is not. */
import { afterEach, describe, expect, test } from 'vitest';
import type { ProcessHandle, SpawnProcess } from '../../electron/engine/process-channel.ts';
import type { Asked } from '../../electron/engine/questions.ts';
import { childProcess } from '../../electron/services/child-process.ts';
import { potentialSource } from '../../electron/services/library.ts';
import { QuestionDesk } from '../../electron/services/questions.ts';

let desk: QuestionDesk | null = null;
afterEach(() => { desk?.close(); });

/** A process of which the test decides what it does. */
function scripted(): { spawn: SpawnProcess; started: { posted: Asked[]; answer(id: number, value: unknown): void; end(reason: string): void; killed: boolean }[] } {
  const started: ReturnType<typeof scripted>['started'] = [];
  return {
    started,
    spawn: () => {
      let hear = (_message: unknown): void => undefined;
      let ended = (_reason: string): void => undefined;
      const one = { posted: [] as Asked[], answer: (id: number, value: unknown) => { hear({ id, value }); }, end: (reason: string) => { ended(reason); }, killed: false };
      started.push(one);
      const handle: ProcessHandle = {
        pid: 1, post: (message) => { one.posted.push(message as Asked); }, onMessage: (listener) => { hear = listener; }, onExit: (listener) => { ended = listener; }, kill: () => { one.killed = true; },
      };
      return handle;
    },
  };
}

describe('the desk', () => {
  test('refuses the question that ended the process, and asks the others again of a new one', async () => {
    const { spawn, started } = scripted();
    desk = new QuestionDesk(spawn);
    const [first, second] = [desk.ask('readPotential', { source: { name: 'a', files: [] } }), desk.ask('readPotential', { source: { name: 'b', files: [] } })];
    started[0]!.end('SIGSEGV');
    await expect(first).rejects.toThrow('The process that worked on this ended (SIGSEGV). The file may be too large for the memory of this machine; nothing was changed.');
    expect(started).toHaveLength(2);
    expect(started[1]!.posted.map(({ id }) => id)).toEqual([2]);
    started[1]!.answer(2, 'card');
    await expect(second).resolves.toBe('card');
  });

  test('ends a process that takes too long', async () => {
    const { spawn, started } = scripted();
    desk = new QuestionDesk(spawn, 50);
    await expect(desk.ask('readPotential', { source: { name: 'a', files: [] } })).rejects.toThrow('This took longer than 0.05 s and was ended.');
    expect(started[0]!.killed).toBe(true);
    const next = desk.ask('readPotential', { source: { name: 'b', files: [] } });
    started[1]!.answer(2, 'card');
    await expect(next).resolves.toBe('card');
  });

  test('leaves nobody waiting when it closes', async () => {
    const { spawn, started } = scripted();
    desk = new QuestionDesk(spawn);
    const asked = [1, 2, 3].map((k) => desk!.ask('readPotential', { source: { name: String(k), files: [] } }));
    desk.close();
    for (const one of asked) await expect(one).rejects.toThrow('The program is closing, so this was not carried out.');
    expect(started[0]!.killed).toBe(true);
  });

  test('in a real process: answers in order, refusals as sentences, a killed process is replaced', async () => {
    const handles: ProcessHandle[] = [];
    desk = new QuestionDesk((entry) => {
      const handle = childProcess(entry);
      handles.push(handle);
      return handle;
    });
    const source = potentialSource('mgo-lewis-catlow');
    const [known, unknown] = await Promise.allSettled([desk.ask('readPotential', { source }), desk.ask('inspectStructure', { file: { name: 'x.cif', bytes: new TextEncoder().encode('no crystal') }, frame: 1, tolerance: 1e-4 })]);
    expect(known).toMatchObject({ status: 'fulfilled', value: { card: { name: 'mgo-lewis-catlow', elements: ['Mg', 'O'] } } });
    expect(unknown).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(/^x\.cif, line 1, column 1: the file begins with "no crystal"/) as string } });
    const gone = new Promise<string>((resolve) => { handles[0]!.onExit(resolve); });
    const asked = desk.ask('readPotential', { source });
    handles[0]!.kill();
    // Either it had answered already, or the question is refused; never silence.
    await asked.catch((error: unknown) => { expect(String(error)).toMatch(/ended \(SIGKILL\)/); });
    expect(await gone).toBe('SIGKILL');
    await expect(desk.ask('readPotential', { source })).resolves.toMatchObject({ hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  });
});
