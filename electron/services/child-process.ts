/** Processes of ours as children of Node: for the command line, the browser host and the tests. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ProcessHandle, SpawnProcess } from '../engine/process-channel.ts';
import { lastWords } from './last-words.ts';
import { entry } from './layout.ts';

export const childProcess: SpawnProcess = (name) => forked(entry(name));

/** A child that runs this file. */
export function forked(file: URL): ProcessHandle {
  const child = fork(fileURLToPath(file), [], { serialization: 'advanced', execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const why = lastWords(child.stderr);
  return {
    pid: child.pid,
    post: (message) => {
      // A child that has just died is told of by its exit.
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (listener) => { child.on('message', listener); },
    onExit: (listener) => {
      let told = false;
      const tell = (reason: string): void => {
        if (!told) listener(reason);
        told = true;
      };
      child.on('error', (error) => { tell(error.message); });
      child.on('exit', (code, signal) => {
        const ended = (): void => {
          const line = why();
          tell([signal === null ? `status ${String(code)}` : signal, ...(line === undefined ? [] : [line])].join(', '));
        };
        // Its last message may still be in the channel.
        if (child.connected) child.once('disconnect', () => setImmediate(ended));
        else setImmediate(ended);
      });
    },
    kill: () => { child.kill('SIGKILL'); },
  };
}
