/** Starts a run in an engine process of its own and speaks with it. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunCommand, RunEvent } from '../../core/contracts/events.ts';
import { message, Refusal } from '../../core/contracts/messages.ts';
import type { FromEngine, RunStart, ToEngine } from '../engine/protocol.ts';
import type { SessionOutcome } from '../engine/session.ts';
import { entry } from './layout.ts';

export interface Run {
  command(command: RunCommand): void;
  /** Rejects with a `Refusal` where the run was refused before anything was written. */
  readonly finished: Promise<SessionOutcome>;
  /** Ends the engine process without a farewell; what is finished is kept. */
  kill(): void;
}

export function startRun(start: RunStart, onEvent: (event: RunEvent) => void): Run {
  const engine = fork(fileURLToPath(entry('engine')), [], { serialization: 'advanced', execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  // The last lines of what it wrote on stderr: why it ended, should it end by itself.
  let errors = '';
  engine.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4000);
  });
  const tell = (said: ToEngine): void => {
    if (engine.connected) engine.send(said);
  };
  const finished = new Promise<SessionOutcome>((resolve, reject) => {
    engine.on('message', (said: FromEngine) => {
      if (said.type === 'event') onEvent(said.event);
      else if (said.type === 'finished') resolve(said.outcome);
      else if (said.type === 'refused') reject(new Refusal(said.message));
      else reject(new Error(said.detail));
    });
    engine.on('error', reject);
    engine.on('exit', (code, signal) => {
      const ended = (): void => {
        const line = errors.split('\n').findLast((text) => /Error|memory/.test(text))?.trim();
        const reason = [signal === null ? `status ${String(code)}` : signal, ...(line === undefined ? [] : [line])].join(', ');
        resolve({ outcome: 'failed', message: message('run.engineEnded', { reason }) });
      };
      // Its last message may still be in the channel.
      if (engine.connected) engine.once('disconnect', () => setImmediate(ended));
      else setImmediate(ended);
    });
  });
  tell({ type: 'start', start });
  return {
    finished,
    command: (command) => {
      tell({ type: 'command', command });
    },
    kill: () => {
      engine.kill('SIGKILL');
    },
  };
}
