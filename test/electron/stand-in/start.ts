/** Starts the built main process on the stand-in, as a person starts the program, and gives the test its page. */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Acts } from './control.ts';

const register = fileURLToPath(new URL('register.ts', import.meta.url));
const builtMain = fileURLToPath(new URL('../../../out/shell/main.js', import.meta.url));
export const shellIsBuilt = existsSync(builtMain);

/** What crosses the wire between two processes has no functions, so it comes back as it went. */
type Answered<A extends keyof Acts> = Awaited<ReturnType<Acts[A]>>;

export interface ShellOptions {
  /** Settings, profile and the default project lie below it. */
  readonly home: string;
  /** Files and folders on the command line. */
  readonly paths?: readonly string[];
  readonly folder?: string;
  /** As an installed program, which has no words of its own at the start of its command line. */
  readonly packaged?: boolean;
  readonly main?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

export class Shell {
  readonly child: ChildProcess;
  /** ms from the start of the process to the loaded page */
  startup = NaN;
  /** `performance.now()` when `app` was ready: until then it is the stand-in that takes the time. */
  readonly ready: Promise<number>;
  private readonly browser: Promise<Browser>;
  private readonly told = new EventEmitter();
  private readonly waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  private serial = 0;
  private errors = '';
  readonly ended: Promise<number | null>;

  constructor(options: ShellOptions) {
    const began = performance.now();
    const own = options.packaged ? [] : ['.'];
    this.child = fork(options.main ?? builtMain, [...own, ...(options.paths ?? [])], {
      execArgv: ['--import', register], serialization: 'advanced', stdio: ['ignore', 'inherit', 'pipe', 'ipc'], ...(options.folder !== undefined && { cwd: options.folder }),
      env: { ...process.env, ...options.environment, PHONOLITE_HOME: options.home, ...(options.packaged && { STAND_IN_PACKAGED: '1' }) },
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => { this.errors += text; });
    this.child.on('message', (said: { id?: number; value?: unknown; error?: string; event?: string; detail?: unknown }) => {
      if (said.event !== undefined) {
        if (said.event === 'loaded') this.startup = Number.isNaN(this.startup) ? performance.now() - began : this.startup;
        this.told.emit(said.event, said.detail);
        return;
      }
      const one = this.waiting.get(said.id!);
      this.waiting.delete(said.id!);
      if (said.error === undefined) one?.resolve(said.value);
      else one?.reject(new Error(said.error));
    });
    this.ended = new Promise((resolve) => {
      this.child.on('exit', (code) => {
        for (const { reject } of this.waiting.values()) reject(new Error(`the program has ended: ${this.errors}`));
        resolve(code);
      });
    });
    const ready = once(this.told, 'ready');
    this.ready = ready.then(() => performance.now());
    this.ready.catch(() => undefined);
    // The connection ends with the program.
    this.browser = ready.then(([endpoint]) => chromium.connectOverCDP(endpoint as string, { noDefaults: true }));
    this.browser.catch(() => undefined);
  }

  /** Everything that the main process wrote on stderr. */
  get complaints(): string {
    return this.errors;
  }

  /** Resolves at the next word of that kind: loaded, closed, dialog, notification, saved, quit. */
  next(event: 'loaded' | 'closed' | 'dialog' | 'notification' | 'saved' | 'quit'): Promise<unknown> {
    return Promise.race([once(this.told, event), this.ended.then((code) => { throw new Error(`the program has ended with ${String(code)}: ${this.errors}`); })]);
  }

  act<A extends keyof Acts>(act: A, ...given: Parameters<Acts[A]>): Promise<Answered<A>> {
    return new Promise<unknown>((resolve, reject) => {
      if (!this.child.connected) throw new Error(`the program has ended: ${this.errors}`);
      this.waiting.set(++this.serial, { resolve, reject });
      this.child.send({ id: this.serial, act, given });
    }) as Promise<Answered<A>>;
  }

  look(): Promise<Answered<'look'>> {
    return this.act('look');
  }

  /** The page of the window. */
  async page(): Promise<Page> {
    const browser = await Promise.race([this.browser, this.ended.then(() => { throw new Error(`the program has ended: ${this.errors}`); })]);
    for (let tries = 0; tries < 600; tries++) {
      const found = browser.contexts().flatMap((context) => context.pages()).find((page) => page.url().startsWith('http://phonolite.app.localhost/'));
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`no window came: ${this.errors}`);
  }

  /** Ends it as a power cut would, or as a person quits. */
  async stop(how: 'quit' | 'kill' = 'quit'): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      if (how === 'kill') this.child.kill('SIGKILL');
      else await this.act('quit').catch(() => undefined);
    }
    await this.ended;
  }
}

export function startShell(options: ShellOptions): Shell {
  return new Shell(options);
}
