/** `kill -9` at an instant of a run, and what must be true afterwards. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { start, phonolite, type Ended } from './command-line.ts';
import { physicsIn } from './silicon.ts';

export type Victim = 'command line' | 'engine';

export function fullRun(folder: string): string[] {
  const properties = ['eos', 'elasticity', 'phonons', 'expansion'].flatMap((name) => ['--property', name]);
  return ['run', 'silicon', '--potential', 'si-stillinger-weber', ...properties, '--accuracy', 'quick', '--out', folder];
}

/** Process number of the engine that a command line has started; null where it has none, or none yet. */
function engineOf(commandLine: number): number | null {
  try {
    const children = readFileSync(`/proc/${String(commandLine)}/task/${String(commandLine)}/children`, 'utf8').trim();
    return children === '' ? null : Number(children.split(' ')[0]);
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    // A process that ended and was not yet collected by the system's first process is not running.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    if (existsSync('/proc/self')) return false;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean, seconds: number): Promise<boolean> {
  for (const end = performance.now() + 1000 * seconds; performance.now() < end; ) {
    if (condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return condition();
}

/** Starts the run, kills the victim after so many seconds, and sees to it that nothing goes on working. */
export async function runAndKill(folder: string, seconds: number, victim: Victim): Promise<void> {
  const running = start(fullRun(folder));
  let ended: Ended | null = null;
  void running.ended.then((value) => { ended = value; });
  await until(() => ended !== null, seconds);
  const engine = engineOf(running.process.pid ?? 0);
  if (victim === 'command line') running.process.kill('SIGKILL');
  else if (engine !== null && ended === null) process.kill(engine, 'SIGKILL');
  const { status, stderr } = await running.ended;
  if (victim === 'engine' && status === 1) expect(stderr).toContain('the same command continues the run');
  // An engine without its host ends by itself. Its own analysis between tasks may take it some seconds on a busy machine.
  if (engine !== null) expect(await until(() => !isRunning(engine), 20)).toBe(true);
  // Whatever is there is whole: the result is either absent or final.
  if (existsSync(join(folder, 'result.json'))) expect(() => physicsIn(folder)).not.toThrow();
}

/** Kills the run again and again, then lets it finish; its result must be the undisturbed one, bit for bit. */
export async function surviveKills(folder: string, instants: readonly number[], expected: string): Promise<void> {
  for (const [i, seconds] of instants.entries()) await runAndKill(folder, seconds, i % 2 === 0 ? 'engine' : 'command line');
  const { status, stderr } = await phonolite(fullRun(folder));
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  expect(physicsOf(folder)).toBe(expected);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
}

/** The physics of a run without the name of its own folder, which its command line holds. */
export function physicsOf(folder: string): string {
  return physicsIn(folder).replaceAll(folder, 'FOLDER');
}
