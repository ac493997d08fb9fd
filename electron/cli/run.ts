/** `phonolite run`: reads and tries the input, computes in an engine process, writes the report, says the verdicts. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '../../core/contracts/events.ts';
import { message, refuse } from '../../core/contracts/messages.ts';
import { propertyName } from '../../core/contracts/results.ts';
import { loadCore, requestDifference } from '../../core/index.ts';
import { coreBytes } from '../services/layout.ts';
import { readResult, writeReport } from '../services/reports.ts';
import { commandOf, prepareRequest } from '../services/requests.ts';
import { startEngineRun, type EngineRun } from '../services/engine-run.ts';
import { keptRequest, refuseForeignFolder, runFiles, tidyFinished } from '../storage/run-folder.ts';
import { barProgress, plainProgress, type ProgressView } from './progress.ts';

export interface RunOptions {
  readonly potential: string;
  readonly property: readonly string[];
  readonly accuracy: string;
  readonly set: readonly string[];
  readonly device: string;
  readonly threads?: number;
  readonly json?: true;
  readonly out: string;
}

export async function run(structure: string, options: RunOptions): Promise<number> {
  loadCore(coreBytes());
  const { property: properties, set: settings } = options;
  const { request, source } = prepareRequest({ ...options, structure, properties, settings, command: commandOf({ ...options, structure, properties, settings }) });
  const folder = options.out;
  refuseForeignFolder(folder);
  const kept = keptRequest(folder);
  const difference = kept && requestDifference(kept, request);
  if (difference !== null) refuse('run.differs', { folder, difference });
  if (kept && existsSync(join(folder, runFiles.result))) {
    if (!options.json) process.stderr.write('The run is finished already; nothing was computed anew.\n');
    tidyFinished(folder);
    return conclude(folder, options);
  }

  const view = options.json ? null : process.stderr.isTTY ? barProgress(process.stderr) : plainProgress(process.stderr);
  const threads = options.threads ?? availableParallelism();
  const device = `CPU, ${String(threads)} ${threads === 1 ? 'thread' : 'threads'}`;
  const running = startEngineRun({ folder, request, source, threads, device }, (event) => { tell(event, view); });
  const release = stopOnInterrupt(running, view);
  try {
    const ended = await running.finished;
    view?.close();
    if (ended.outcome === 'done') return await conclude(folder, options);
    if (ended.outcome === 'failed' || ended.outcome === 'ended') {
      process.stderr.write(`${ended.message.sentence}\n`);
      return 1;
    }
    process.stderr.write('Stopped. What is finished is kept: the same command continues the run.\n');
    return 1;
  } finally {
    view?.close();
    release();
  }
}

function tell(event: RunEvent, view: ProgressView | null): void {
  if (!view) process.stdout.write(`${JSON.stringify(event)}\n`);
  else if (event.type === 'property-finished') view.say(`${event.property}: ${event.state}`);
  else if (event.type === 'journal') view.say(`${event.property}: ${event.message.sentence}`);
  else view.show(event);
}

/** Ctrl-C once: stop and keep what is finished. Twice: end at once; the journal keeps what is finished all the same. */
function stopOnInterrupt(running: EngineRun, view: ProgressView | null): () => void {
  let count = 0;
  const onInterrupt = (): void => {
    if (++count > 1) {
      running.kill();
      process.exit(1);
    }
    if (view) view.say('Stopping after the tasks at work (Ctrl-C again ends at once).');
    running.command('stop-and-keep');
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  return () => {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
  };
}

/** Says verdicts and places, writes the report where it is missing. Exit status 1 where something must not be used. */
async function conclude(folder: string, options: RunOptions): Promise<number> {
  const say = (line: string): void => {
    if (!options.json) process.stdout.write(`${line}\n`);
  };
  const result = await readResult(folder);
  const verdicts = propertyName.options.flatMap((name) => (result[name] ? [{ name, ...result[name].verdict }] : []));
  const failures = result.failures ?? [];
  for (const { name, state, message: { sentence } } of verdicts) say(`${name}: ${state}. ${sentence}`);
  for (const { property, message: { sentence } } of failures) say(message('run.propertyFailed', { property, reason: sentence }).sentence);
  say(join(folder, runFiles.result));
  const report = join(folder, runFiles.report);
  if (!existsSync(report)) await writeReport(folder, 'html', report);
  say(report);
  return failures.length > 0 || verdicts.some(({ state }) => state === 'unreliable') ? 1 : 0;
}
