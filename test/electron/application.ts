/** An application without a window in a folder of its own, as the hosts make it, for tests. */
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Input, Output, ServiceEvent } from '../../core/contracts/service.ts';
import type { MethodName } from '../../core/contracts/service-names.ts';
import { Application } from '../../electron/services/application.ts';
import { childProcess } from '../../electron/services/child-process.ts';
import type { Host } from '../../electron/services/host.ts';
import { temporaryFolder } from './silicon.ts';

export interface TestApplication {
  readonly application: Application;
  /** Folder of its settings and of its default project. */
  readonly home: string;
  readonly project: string;
  readonly events: ServiceEvent[];
  /** Fails the test where the answer is no value. */
  call<M extends MethodName>(method: M, input: Input<M>): Promise<Output<M>>;
  /** The sentence of what must be refused. */
  refused(method: MethodName, input: unknown): Promise<string>;
  /** Ends it as a host does. */
  close(): Promise<void>;
  /** The same folders in a new application, after the old one was closed or died. */
  again(): Promise<TestApplication>;
}

/** `home`: of an application before it; by default a new folder, taken away by `remove`. */
export async function startApplication(more: { readonly home?: string; readonly host?: Partial<Host> } = {}): Promise<TestApplication> {
  const home = more.home ?? temporaryFolder().path;
  const project = join(home, 'Phonolite');
  const application = new Application({
    kind: 'browser', note: null, spawn: childProcess, printToPdf: () => Promise.reject(new Error('nothing is printed here')), cannotPrint: () => null, chooseFolder: null,
    userFolder: join(home, 'settings'), defaultProject: project, now: () => new Date(), ...more.host,
  });
  const events: ServiceEvent[] = [];
  application.subscribe((event) => { events.push(event); });
  await application.start();
  return {
    application, home, project, events,
    call: async (method, input) => {
      const answer = await application.call(method, input);
      if (!('value' in answer)) expect.fail(`${method}: ${'refusal' in answer ? answer.refusal.sentence : answer.failure.sentence}`);
      return answer.value as never;
    },
    refused: async (method, input) => {
      const answer = await application.call(method, input);
      if (!('refusal' in answer)) expect.fail(`${method} was not refused: ${JSON.stringify(answer).slice(0, 300)}`);
      return answer.refusal.sentence;
    },
    close: () => application.close(),
    again: () => startApplication({ ...more, home }),
  };
}
