/** What a test or benchmark holds in memory outside the heap of JavaScript. */
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of arrays and of the memory of kernels, in this thread, after what nobody holds any more is gone. */
export async function heldBytes(): Promise<number> {
  // What a collection frees outside the heap is counted off some time later.
  for (let k = 0; k < 4; k++) {
    collectGarbage();
    await setTimeout(20);
  }
  return process.memoryUsage().external;
}
