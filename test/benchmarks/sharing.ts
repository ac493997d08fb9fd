/** What an evaluation of one large system costs where several threads share it, and as many evaluations at once as threads. */
import { Worker } from 'node:worker_threads';
import { Helpers, type Host } from '../../electron/engine/helpers.ts';
import type { Invitation } from '../../electron/engine/team.ts';

/** What to evaluate, as `sharing-worker.ts` knows it. */
export type Workload = { readonly kind: 'network'; readonly name: string; readonly copies: readonly [number, number, number] } | { readonly kind: 'neuroevolution'; readonly cells: number };

/** What a thread is asked: µs per atom and evaluation once so many threads take part, or to evaluate so often. */
export type Question = { readonly lanes: number } | { readonly rounds: number };
export type Answer = { readonly invitation: Invitation | null } | { readonly atoms: number } | { readonly cost: number } | { readonly done: true };

interface Opened {
  readonly atoms: number;
  ask(question: Question): Promise<number>;
  close(): Promise<unknown>;
}

async function open(workload: Workload, lanes: number, helpers?: Helpers): Promise<Opened> {
  const worker = new Worker(new URL('sharing-worker.ts', import.meta.url), { workerData: { workload, lanes } });
  let answer: { resolve: (value: number) => void; reject: (error: unknown) => void };
  const next = (): Promise<number> => new Promise((resolve, reject) => { answer = { resolve, reject }; });
  const host: Host = { end: (reason) => { answer.reject(new Error(reason)); } };
  worker.on('error', (error) => { answer.reject(error); });
  worker.on('message', (said: Answer) => {
    if ('invitation' in said) helpers?.invite(host, said.invitation);
    else answer.resolve('atoms' in said ? said.atoms : 'cost' in said ? said.cost : 0);
  });
  return {
    atoms: await next(),
    ask: (question) => {
      const answered = next();
      worker.postMessage(question);
      return answered;
    },
    close: () => worker.terminate(),
  };
}

/** µs per atom and evaluation of one system by 1, 2, … `most` threads. */
export async function costShared(workload: Workload, most: number): Promise<{ atoms: number; costs: number[] }> {
  const helpers = new Helpers();
  const worker = await open(workload, most, helpers);
  try {
    const costs: number[] = [];
    for (let lanes = 1; lanes <= most; lanes++) {
      helpers.allow(lanes - 1);
      costs.push(await worker.ask({ lanes }));
    }
    return { atoms: worker.atoms, costs };
  } finally {
    helpers.close();
    await worker.close();
  }
}

/** µs per atom and evaluation of as many systems at once as there are threads, one in each. */
export async function costApart(workload: Workload, threads: number, rounds: number): Promise<number> {
  const workers = await Promise.all(Array.from({ length: threads }, () => open(workload, 1)));
  try {
    let best = Infinity;
    for (let trial = 0; trial < 3; trial++) {
      const began = performance.now();
      await Promise.all(workers.map((worker) => worker.ask({ rounds })));
      best = Math.min(best, performance.now() - began);
    }
    return (1000 * best) / (workers[0]!.atoms * rounds * threads);
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
}
