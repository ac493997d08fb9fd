/** A worker thread: loads `core` and the potential once, then turns tasks into results until it is ended. */
import { parentPort, workerData } from 'node:worker_threads';
import { Refusal } from '../../core/contracts/messages.ts';
import { decodePlain, encodePlain } from '../../core/contracts/codec.ts';
import { loadCore, loadPotential, runTask, type TaskStep } from '../../core/index.ts';
import { createTeam } from './team.ts';
import type { Job, Reply, WorkerInvites, WorkerStart } from './worker-handle.ts';

const { source, core, lanes } = workerData as WorkerStart;
const team = lanes > 1 ? createTeam(lanes, (invitation) => parentPort?.postMessage({ invitation } satisfies WorkerInvites)) : null;
loadCore({ ...core, team });
const potential = loadPotential(source);

function reply({ id, kind, input, member, steps }: Job): Reply {
  try {
    const began = performance.now();
    const tell = (step: TaskStep): void => { parentPort?.postMessage({ id, step } satisfies Reply); };
    const result = encodePlain(runTask(kind, decodePlain(input) as never, potential, member, steps ? (tell as never) : undefined));
    return { id, result, milliseconds: performance.now() - began };
  } catch (error) {
    if (error instanceof Refusal) return { id, refusal: error.detail };
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.on('message', (job: Job) => {
  const done = reply(job);
  team?.dismiss();
  parentPort?.postMessage(done);
});
