/** A helper of `sharing.test.ts` that ends in the middle of its first piece. */
import { parentPort } from 'node:worker_threads';
import type { HelperJob } from '../../electron/engine/helper.ts';
import { takePart } from '../../electron/engine/team.ts';

parentPort!.on('message', ({ control, leave }: HelperJob) => {
  takePart({ begin: () => undefined, work: () => process.exit(7) }, control, leave);
  parentPort!.postMessage('free');
});
