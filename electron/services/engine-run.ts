/** Starts a run in an engine process of its own and speaks with it. */
import type { RunCommand, RunEvent } from '../../core/contracts/events.ts';
import { message, Refusal } from '../../core/contracts/messages.ts';
import type { SpawnProcess } from '../engine/process-channel.ts';
import type { FromEngine, RunStart, ToEngine } from '../engine/protocol.ts';
import type { SessionOutcome } from '../engine/session.ts';
import { childProcess } from './child-process.ts';

/** `ended`: the engine process went away before it could say how the run stands. */
export type RunOutcome = SessionOutcome | { readonly outcome: 'ended'; readonly message: ReturnType<typeof message> };

export interface EngineRun {
  readonly pid: number | undefined;
  command(command: RunCommand): void;
  /** Rejects with a `Refusal` where the run was refused before anything was written. */
  readonly finished: Promise<RunOutcome>;
  /** Ends the engine process without a farewell; what is finished is kept. */
  kill(): void;
}

export function startEngineRun(start: RunStart, onEvent: (event: RunEvent) => void, spawn: SpawnProcess = childProcess): EngineRun {
  const engine = spawn('engine');
  const finished = new Promise<RunOutcome>((resolve, reject) => {
    engine.onMessage((received) => {
      const said = received as FromEngine;
      if (said.type === 'event') onEvent(said.event);
      else if (said.type === 'finished') resolve(said.outcome);
      else if (said.type === 'refused') reject(new Refusal(said.message));
      else reject(new Error(said.detail));
    });
    engine.onExit((reason) => {
      resolve({ outcome: 'ended', message: message('run.engineEnded', { reason }) });
    });
  });
  const tell = (said: ToEngine): void => { engine.post(said); };
  tell({ type: 'start', start });
  return { pid: engine.pid, finished, command: (command) => { tell({ type: 'command', command }); }, kill: () => { engine.kill(); } };
}
