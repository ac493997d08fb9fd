/** The process that answers questions, one after the other; it ends with its host. */
import { Refusal } from '../../core/contracts/messages.ts';
import { loadCore } from '../../core/index.ts';
import { coreBytes } from '../services/layout.ts';
import { hostChannel } from './process-channel.ts';
import { questions, type Answered, type Asked } from './questions.ts';

const host = hostChannel();
loadCore(coreBytes());

async function answer({ id, question, input }: Asked): Promise<Answered> {
  try {
    return { id, value: await questions[question](input as never) };
  } catch (error) {
    if (error instanceof Refusal) return { id, refusal: error.detail };
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

let queue: Promise<void> = Promise.resolve();
host.onMessage((asked) => {
  queue = queue.then(async () => { host.post(await answer(asked as Asked)); });
});
