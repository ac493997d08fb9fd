/**
 * The engine process: one run, started and commanded by its host over the process channel. What is finished lies in the
 * journal when either of them ends.
 */
import { constants, setPriority } from 'node:os';
import { Refusal } from '../../core/contracts/messages.ts';
import { hostChannel } from './process-channel.ts';
import type { FromEngine, ToEngine } from './protocol.ts';
import { startSession, type Session } from './session.ts';

let session: Session | null = null;
const host = hostChannel();
const send = (said: FromEngine): void => { host.post(said); };
const sendLast = (said: FromEngine): void => { host.postLast(said); };

/** Windows and pages keep answering while every core computes. */
function giveWay(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Where the system does not allow it the run is computed all the same.
  }
}

host.onMessage((message) => {
  const said = message as ToEngine;
  if (said.type === 'command') session?.command(said.command);
  else {
    const { background, ...start } = said.start;
    if (background) giveWay();
    session = startSession({ ...start, emit: (event) => { send({ type: 'event', event }); } });
    session.finished.then(
      (outcome) => { sendLast({ type: 'finished', outcome }); },
      (error: unknown) => {
        if (error instanceof Refusal) sendLast({ type: 'refused', message: error.detail });
        else sendLast({ type: 'broken', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      },
    );
  }
});
