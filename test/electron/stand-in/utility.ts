/** Utility processes: Node with `process.parentPort` instead of `process.send`. */
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { KnownEvents, needsReady } from './state.ts';
import { fileURLToPath } from 'node:url';

const port = fileURLToPath(new URL('utility-port.ts', import.meta.url));
const knownOptions = ['stdio', 'serviceName', 'env', 'cwd', 'execArgv'];

class UtilityProcess extends KnownEvents {
  private readonly child: ChildProcess;
  private gone = false;
  readonly stderr: NodeJS.ReadableStream | null;
  readonly stdout: NodeJS.ReadableStream | null;

  constructor(path: string, given: readonly string[], options: Record<string, unknown>) {
    super('UtilityProcess', ['message', 'spawn', 'exit', 'error']);
    needsReady('utilityProcess');
    for (const name of Object.keys(options)) if (!knownOptions.includes(name)) throw new Error(`utilityProcess.fork does not know ${name}`);
    const stdio = (options['stdio'] ?? 'inherit') as string | string[];
    if (Array.isArray(stdio) && stdio[0] !== 'ignore') throw new Error('stdin of a utility process can only be ignored');
    if (!existsSync(path)) throw new Error(`there is no ${path}`);
    const streams = (Array.isArray(stdio) ? stdio : ['ignore', stdio, stdio]) as ('ignore' | 'pipe' | 'inherit')[];
    this.child = fork(path, [...given], { serialization: 'advanced', execArgv: ['--import', port], stdio: [...streams, 'ipc'] });
    this.stdout = this.child.stdout;
    this.stderr = this.child.stderr;
    this.child.on('spawn', () => this.emit('spawn'));
    this.child.on('message', (message) => this.emit('message', message));
    this.child.on('exit', (code, signal) => {
      this.gone = true;
      // A signal is told as waitpid does: as a number.
      this.emit('exit', code ?? (signal === 'SIGKILL' ? 9 : 15));
    });
  }

  get pid(): number | undefined {
    return this.gone ? undefined : this.child.pid;
  }

  postMessage(message: unknown): void {
    if (this.gone) throw new Error('a message to a process that is gone has brought Electron down');
    structuredClone(message);
    if (this.child.connected) this.child.send(message as object, () => undefined);
  }

  kill(): boolean {
    return this.child.kill('SIGTERM');
  }
}

export const utilityProcess = {
  fork: (path: string, given: readonly string[] = [], options: Record<string, unknown> = {}): UtilityProcess => new UtilityProcess(path, given, options),
};
