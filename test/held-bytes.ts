/** What a test or benchmark holds in memory outside the heap of JavaScript. */
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Node does not count memory that threads can share; every one that is made from now on is counted here. */
const memories = new Set<WeakRef<WebAssembly.Memory>>();
WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
  construct(target, [descriptor]: [WebAssembly.MemoryDescriptor]) {
    const memory = new target(descriptor);
    if (descriptor.shared) memories.add(new WeakRef(memory));
    return memory;
  },
});

/** Bytes of the memory of kernels, in this thread. */
export function kernelBytes(): number {
  let bytes = 0;
  for (const reference of memories) bytes += reference.deref()?.buffer.byteLength ?? 0;
  return bytes;
}

/** Bytes of arrays and of the memory of kernels, in this thread, after what nobody holds any more is gone. */
export async function heldBytes(): Promise<number> {
  // What a collection frees outside the heap is counted off some time later.
  for (let k = 0; k < 4; k++) {
    collectGarbage();
    await setTimeout(20);
  }
  return process.memoryUsage().external + kernelBytes();
}
