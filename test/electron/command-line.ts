/** The built command line as a user calls it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeWith } from '../shared.ts';

export const program = fileURLToPath(new URL('../../out/cli/phonolite.js', import.meta.url));

export function describeBuilt(name: string, body: () => void): void {
  describeWith(existsSync(program), 'out/ is missing: run "npm run build"', name, body);
}

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export function start(parameters: readonly string[], input = '', cwd?: string, environment: NodeJS.ProcessEnv = {}): Started {
  const began = performance.now();
  const child = spawn(process.execPath, [program, ...parameters], { stdio: 'pipe', ...(cwd !== undefined && { cwd }), env: { ...process.env, ...environment } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  // A command that is refused before it reads leaves its input unread.
  child.stdin.on('error', () => undefined).end(input);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => { resolve({ status, signal, stdout, stderr, seconds: (performance.now() - began) / 1000 }); });
  });
  return { process: child, ended };
}

export function phonolite(parameters: readonly string[], input = '', cwd?: string, environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return start(parameters, input, cwd, environment).ended;
}
