/** The application's services without a window, on folders of their own, with engines in processes of their own. */
import { join } from 'node:path';
import type { RunSummary, ServiceEvent } from '../../core/contracts/service.ts';
import type { Input, Output } from '../../core/contracts/service.ts';
import type { MethodName } from '../../core/contracts/service-names.ts';
import type { RunWish } from '../../core/contracts/plan.ts';
import { message, Refusal } from '../../core/contracts/messages.ts';
import type { ProcessHandle, SpawnProcess } from '../../electron/engine/process-channel.ts';
import { Application } from '../../electron/services/application.ts';
import { forked } from '../../electron/services/child-process.ts';
import { siliconPoscar } from './silicon.ts';

/** Bundles start in a fifth of the time that sources take; what they compute is the same. */
export const builtProcess: SpawnProcess = (entry) => forked(new URL(`../../out/engine/${entry === 'questions' ? 'question-process' : entry}.js`, import.meta.url));

export interface Services {
  readonly application: Application;
  readonly project: string;
  readonly events: readonly ServiceEvent[];
  /** Engines that are at work now. */
  readonly engines: ReadonlySet<ProcessHandle>;
  /** Rejects with a `Refusal`, or with what went wrong inside. */
  call<M extends MethodName>(method: M, input: Input<M>): Promise<Output<M>>;
  /** Code of the refusal. */
  refused<M extends MethodName>(method: M, input: Input<M>): Promise<string>;
  /** Resolves with the event that is waited for, from the next one on. */
  next(wanted: (event: ServiceEvent) => boolean): Promise<ServiceEvent>;
  /** Resolves when the run has come into this state. */
  state(id: string, ...states: RunSummary['state'][]): Promise<RunSummary>;
}

/** `home`: folder of settings and project; a second start of the same finds what the first has left. */
export async function startServices(home: string, spawn: SpawnProcess = builtProcess): Promise<Services> {
  const project = join(home, 'Project');
  const engines = new Set<ProcessHandle>();
  const application = new Application({
    kind: 'browser', note: null, printToPdf: () => Promise.reject(new Error('nothing is printed here')), cannotPrint: () => message('report.noBrowser', { tried: 'nothing' }), chooseFolder: null,
    userFolder: join(home, 'settings'), defaultProject: project, now: () => new Date(),
    spawn: (entry) => {
      const handle = spawn(entry);
      if (entry === 'engine') {
        engines.add(handle);
        handle.onExit(() => engines.delete(handle));
      }
      return handle;
    },
  });
  const events: ServiceEvent[] = [];
  application.subscribe((event) => { events.push(event); });
  await application.start();
  const call = async <M extends MethodName>(method: M, input: Input<M>): Promise<Output<M>> => {
    const answer = await application.call(method, input);
    if ('value' in answer) return answer.value as Output<M>;
    if ('refusal' in answer) throw new Refusal(answer.refusal);
    throw new Error(answer.failure.sentence);
  };
  const next = (wanted: (event: ServiceEvent) => boolean): Promise<ServiceEvent> =>
    new Promise((resolve) => {
      const stop = application.subscribe((event) => {
        if (!wanted(event)) return;
        stop();
        resolve(event);
      });
    });
  return {
    application, project, events, engines, call, next,
    refused: (method, input) => call(method, input).then(() => 'nothing', (error: unknown) => (error instanceof Refusal ? error.detail.code : String(error))),
    state: async (id, ...states) => {
      const reached = next((event) => event.type === 'run-changed' && event.run.id === id && states.includes(event.run.state));
      const { summary } = await call('runs.get', { id });
      if (states.includes(summary.state)) return summary;
      const event = await reached;
      return event.type === 'run-changed' ? event.run : summary;
    },
  };
}

/** A crystal of silicon in the library, not at its minimum. */
export async function silicon({ call }: Pick<Services, 'call'>): Promise<string> {
  const { id } = await call('materials.import', { file: { name: 'silicon.vasp', bytes: new TextEncoder().encode(siliconPoscar) }, frame: 1, tolerance: 1e-4, name: 'Silicon' });
  return id;
}

/** A wish that is computed within a second and has several stages. */
export function small(material: string, more: Partial<RunWish> = {}): RunWish {
  return { material, potential: 'si-stillinger-weber', properties: ['eos', 'elasticity'], accuracy: 'quick', settings: {}, ...more };
}

/** Resolves when the run begins a stage of this property. */
export function stageOf({ next }: Pick<Services, 'next'>, id: string, property: string): Promise<ServiceEvent> {
  return next((event) => event.type === 'run-event' && event.run === id && event.event.type === 'stage-started' && event.event.property === property);
}
