/** A helper thread: takes part in the evaluations of other threads. It knows nothing but kernels. */
import { parentPort } from 'node:worker_threads';
import type { SharedKernel } from '../../core/index.ts';
import { takePart, type Invitation } from './team.ts';

declare const WebAssembly: { readonly Instance: new (module: Invitation['module'], imports: { env: { memory: Invitation['memory'] } }) => { readonly exports: SharedKernel['exports'] } };

/** `leave`: one word, set when the helper is wanted elsewhere. */
export interface HelperJob extends Invitation {
  readonly leave: Int32Array<SharedArrayBuffer>;
}

parentPort?.on('message', ({ module, memory, control, leave }: HelperJob) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  takePart(exports, control, leave);
  parentPort?.postMessage('free');
});
