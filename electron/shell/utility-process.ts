/** Processes of ours as utility processes of Electron: Node without a window, which may die without taking anything along. */
import { utilityProcess } from 'electron';
import { fileURLToPath } from 'node:url';
import type { SpawnProcess } from '../engine/process-channel.ts';
import { entry } from '../services/layout.ts';
import { lastWords } from '../services/last-words.ts';

export const utility: SpawnProcess = (name) => {
  const child = utilityProcess.fork(fileURLToPath(entry(name)), [], { stdio: ['ignore', 'ignore', 'pipe'], serviceName: `Phonolite ${name}` });
  const why = lastWords(child.stderr);
  let ended = false;
  child.once('exit', () => { ended = true; });
  return {
    get pid() { return child.pid; },
    // Electron's main process has crashed over messages to a process that was just gone.
    post: (message) => { if (!ended) child.postMessage(message); },
    onMessage: (listener) => { child.on('message', listener); },
    onExit: (listener) => {
      child.once('exit', (code) => {
        // Its last message may still be in the channel.
        setImmediate(() => {
          const line = why();
          listener(`status ${String(code)}${line === undefined ? '' : `, ${line}`}`);
        });
      });
    },
    kill: () => { child.kill(); },
  };
};
