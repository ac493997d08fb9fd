/**
 * The engine process: one run, started and commanded by its host over the process channel. It ends with its host: a
 * closed channel means that nobody is left to work for, and what is finished lies in the journal.
 */
import { Refusal } from '../../core/contracts/messages.ts';
import type { FromEngine, ToEngine } from './protocol.ts';
import { startSession, type Session } from './session.ts';

let session: Session | null = null;

function send(said: FromEngine): void {
  if (process.connected) process.send?.(said);
}

/** The channel is drained before the process ends: `send` calls back when the system has taken the message. */
function sendLast(said: FromEngine): void {
  if (process.connected) process.send?.(said, undefined, undefined, () => process.exit(0));
  else process.exit(0);
}

process.on('message', (said: ToEngine) => {
  if (said.type === 'command') session?.command(said.command);
  else {
    session = startSession({ ...said.start, emit: (event) => { send({ type: 'event', event }); } });
    session.finished.then(
      (outcome) => { sendLast({ type: 'finished', outcome }); },
      (error: unknown) => {
        if (error instanceof Refusal) sendLast({ type: 'refused', message: error.detail });
        else sendLast({ type: 'broken', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      },
    );
  }
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches every process of the terminal; the host decides what it means.
process.on('SIGINT', () => undefined);
