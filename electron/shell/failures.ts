/** A mistake of ours in the main process: a sentence for the person, the stack in a file for whoever mends it. Runs have processes of their own and go on. */
import { dialog } from 'electron';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { message } from '../../core/contracts/messages.ts';
import { words } from './words.ts';

export function tellOfFailures(log: string): void {
  let told = false;
  const onFailure = (error: unknown): void => {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    try {
      mkdirSync(dirname(log), { recursive: true });
      appendFileSync(log, `${new Date().toISOString()}\n${stack}\n\n`);
    } catch {
      process.stderr.write(`${stack}\n`);
    }
    // The first says enough; what follows is often its consequence.
    if (!told) dialog.showErrorBox(words.name, message('run.internal', { detail: (stack.split('\n')[0] ?? '').slice(0, 300), log }).sentence);
    told = true;
  };
  process.on('uncaughtException', onFailure);
  process.on('unhandledRejection', onFailure);
}
