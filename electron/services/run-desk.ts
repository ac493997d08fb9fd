/**
 * The runs of a project: asked for, computed one after the other (each takes all threads), commanded, found again. What a
 * run has computed lies in its folder; this keeps `run.json` beside it and tells whoever listens.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runEvent, type RunCommand, type RunEvent } from '../../core/contracts/events.ts';
import { message, refuse, Refusal } from '../../core/contracts/messages.ts';
import type { RunPlan, RunWish } from '../../core/contracts/plan.ts';
import type { RunFile, TrashFile } from '../../core/contracts/project.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import type { RunRequest } from '../../core/contracts/request.ts';
import type { RunDetail, RunSearch, RunSummary, ServiceEvent } from '../../core/contracts/service.ts';
import type { SpawnProcess } from '../engine/process-channel.ts';
import { lockHolder } from '../storage/lock.ts';
import { withPathNow } from '../storage/failures.ts';
import { keptRequest, runFiles } from '../storage/run-folder.ts';
import { writeRecord } from '../storage/records.ts';
import { moveToTrash } from '../storage/trash.ts';
import { startEngineRun, type EngineRun, type RunOutcome } from './engine-run.ts';
import { structureFile, type Materials } from './materials.ts';
import { knownCrystal, type Potentials } from './potentials.ts';
import type { Project } from './project.ts';
import type { QuestionDesk } from './questions.ts';
import { commandOf } from './requests.ts';

export interface RunDeskOptions {
  readonly project: Project;
  readonly desk: QuestionDesk;
  readonly materials: Materials;
  readonly potentials: Potentials;
  readonly spawn: SpawnProcess;
  readonly threads: () => number;
  /** MiB that a run may take. */
  readonly memory: () => number;
  readonly emit: (event: ServiceEvent) => void;
}

interface Active {
  readonly id: string;
  readonly engine: EngineRun;
  /** Called with every event, before it is told. */
  discarding: boolean;
}

/** How often a run that another process computes is looked at (ms). */
const watchInterval = 2000;
/** A run that is working: it can be commanded, and must not be touched otherwise. */
const busyStates = ['queued', 'running', 'paused'] as const;
const isBusy = (state: RunFile['state']): boolean => (busyStates as readonly string[]).includes(state);

export class RunDesk {
  private readonly options: RunDeskOptions;
  private readonly progress = new Map<string, RunSummary['progress']>();
  private readonly queue: string[] = [];
  private active: Active | null = null;
  private starting = false;
  private closed = false;
  private watcher: NodeJS.Timeout | null = null;
  private idle: (() => void)[] = [];

  constructor(options: RunDeskOptions) {
    this.options = options;
  }

  /** Whether anything is computed or waits for it. */
  get busy(): boolean {
    return this.active !== null || this.starting || this.queue.length > 0;
  }

  summaryOf(run: RunFile): RunSummary {
    const { schema: _schema, ...summary } = run;
    return { ...summary, progress: this.progress.get(run.id) ?? null };
  }

  search(wanted: RunSearch): { total: number; rows: RunSummary[]; milliseconds: number } {
    const began = performance.now();
    const { total, rows } = this.options.project.runs.search(wanted);
    return { total, rows: rows.map((run) => this.summaryOf(run)), milliseconds: performance.now() - began };
  }

  get interrupted(): string[] {
    return this.options.project.runs.runsIn(['interrupted']).map(({ id }) => id);
  }

  get(id: string): RunDetail {
    const { project } = this.options;
    const folder = project.folderOf('run', id);
    const summary = this.summaryOf(project.entry('run', id));
    return { summary, request: keptRequest(folder), events: eventsIn(join(folder, runFiles.events)), folder };
  }

  /** What the wish means in files and values, once it has been tried. */
  private async requestOf(wish: RunWish, out: string): Promise<RunRequest> {
    const { desk, materials, potentials } = this.options;
    const { structure, name, notes } = materials.get(wish.material);
    const source = potentials.source(wish.potential);
    const command = commandOf({
      structure: `structures/${wish.material}/${structureFile}`, potential: potentials.commandName(wish.potential), properties: wish.properties, accuracy: wish.accuracy,
      settings: [...Object.entries(source.options ?? {}), ...Object.entries(wish.settings)].map(([key, value]) => `${key}=${value}`), out,
    });
    return desk.ask('prepareRun', { input: { structure, structureName: name, notes, source, properties: wish.properties, accuracy: wish.accuracy, settings: wish.settings, command } });
  }

  /** What would happen if the run were started now. What has gone from the library stands in its way; it is not a refusal. */
  async plan({ material, potential, ...wish }: RunWish): Promise<RunPlan> {
    const { desk, materials, potentials, threads, memory } = this.options;
    const missing: Message[] = [];
    const find = <T>(look: () => T): T | null => {
      try {
        return look();
      } catch (error) {
        missing.push(failureOf(error));
        return null;
      }
    };
    const crystal = find(() => knownCrystal(materials.get(material)));
    const source = find(() => potentials.source(potential));
    return desk.ask('planRun', { ...wish, crystal, potential: source && { id: potential, source }, missing, threads: threads(), memoryLimit: memory() });
  }

  async start(wish: RunWish, title: string): Promise<RunSummary> {
    const { project, materials } = this.options;
    const material = materials.get(wish.material);
    const id = project.freshId('run', `${project.time().slice(0, 10)} ${material.formula}`);
    const request = await this.requestOf(wish, `runs/${id}`);
    const run: RunFile = {
      schema: 'phonolite-run/1', id, title, created: project.time(),
      material: { id: material.id, name: material.name, formula: material.formula, spaceGroup: material.spaceGroup?.symbol ?? null }, crystal: null,
      potential: { id: wish.potential, name: request.potential.name, hash: request.potential.hash }, properties: request.properties, accuracy: wish.accuracy,
      threads: this.options.threads(), state: 'queued', started: null, finished: null, verdict: null, message: null, figures: [],
    };
    const folder = project.folderOf('run', id);
    withPathNow(folder, () => mkdirSync(folder, { recursive: true }));
    try {
      await writeRecord(join(folder, runFiles.request), request);
      await project.keep('run', run);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    project.note(message('project.runAsked', { title, id }));
    return this.enqueue(run);
  }

  /** Goes on with a run that stands still; what it had finished is kept. */
  async resume(id: string): Promise<RunSummary> {
    const run = this.options.project.entry('run', id);
    if (isBusy(run.state)) refuse('library.runBusy', { title: run.title });
    if (run.state === 'done') refuse('library.runDone', { title: run.title });
    this.sourceOf(run);
    return this.enqueue(await this.change(run, { state: 'queued', message: null, finished: null }));
  }

  /** The potential that the run was asked for with. Refused where the library has it no longer, or another one under its name. */
  private sourceOf(run: RunFile): ReturnType<Potentials['source']> {
    const { potentials } = this.options;
    if (run.potential.id === null || !potentials.exists(run.potential.id)) refuse('library.potentialGone', { title: run.title, potential: run.potential.name });
    return potentials.source(run.potential.id);
  }

  private enqueue(run: RunFile): RunSummary {
    this.queue.push(run.id);
    this.tell(run);
    void this.next();
    return this.summaryOf(run);
  }

  private tell(run: RunFile): void {
    this.options.emit({ type: 'run-changed', run: this.summaryOf(run) });
  }

  private async change(run: RunFile, changes: Partial<RunFile>): Promise<RunFile> {
    const changed = { ...run, ...changes };
    await this.options.project.keep('run', changed);
    this.tell(changed);
    return changed;
  }

  /** Starts the next of the queue where nothing is computed. */
  private async next(): Promise<void> {
    if (this.active || this.starting || this.closed) return;
    const id = this.queue.shift();
    if (id === undefined) {
      for (const resolve of this.idle.splice(0)) resolve();
      return;
    }
    this.starting = true;
    const { project } = this.options;
    try {
      await this.compute(project.entry('run', id));
    } catch (error) {
      // It could not even begin: the potential has gone, the folder is not writable.
      if (project.has('run', id)) await this.change(project.entry('run', id), { state: 'failed', finished: project.time(), message: failureOf(error) }).catch(() => undefined);
    } finally {
      this.starting = false;
    }
    void this.next();
  }

  private async compute(queued: RunFile): Promise<void> {
    const { project, spawn } = this.options;
    const source = this.sourceOf(queued);
    const folder = project.folderOf('run', queued.id);
    const request = keptRequest(folder) ?? refuse('run.notARun', { folder, file: runFiles.request });
    const threads = this.options.threads();
    const running = await this.change(queued, { state: 'running', started: queued.started ?? project.time(), threads, message: null });
    const engine = startEngineRun(
      { folder, request, source, threads, device: `CPU, ${String(threads)} ${threads === 1 ? 'thread' : 'threads'}`, background: true },
      (event) => { this.onEvent(running.id, event); },
      spawn,
    );
    const active: Active = { id: running.id, engine, discarding: false };
    this.active = active;
    this.starting = false;
    let outcome: RunOutcome;
    try {
      outcome = await engine.finished;
    } catch (error) {
      outcome = { outcome: 'failed', message: failureOf(error) };
    }
    this.active = null;
    this.progress.delete(running.id);
    if (this.closed) return;
    if (active.discarding) await this.throwAway(running.id);
    else await this.conclude(running.id, outcome);
  }

  /** What a folder says at the end goes into its record. */
  private async conclude(id: string, ended: RunOutcome): Promise<void> {
    const { project, desk } = this.options;
    const run = project.entry('run', id);
    const finished = project.time();
    if (ended.outcome !== 'done') {
      const state = ended.outcome === 'failed' ? 'failed' : ended.outcome === 'ended' ? 'interrupted' : 'stopped';
      await this.change(run, { state, finished: state === 'failed' ? finished : null, message: 'message' in ended ? ended.message : null });
      project.note(message('project.runEnded', { title: run.title, how: state }));
      return;
    }
    try {
      const { verdict, figures, spaceGroup, crystal } = await desk.ask('summariseRun', { folder: project.folderOf('run', id) });
      await this.change(run, { state: 'done', finished, verdict, figures, crystal, message: null, material: { ...run.material, spaceGroup } });
    } catch (error) {
      await this.change(run, { state: 'failed', finished, message: failureOf(error) });
    }
    project.note(message('project.runEnded', { title: run.title, how: 'done' }));
  }

  private onEvent(id: string, event: RunEvent): void {
    const { project, emit } = this.options;
    if (event.type === 'progress') this.progress.set(id, { property: event.property, stage: event.stage, done: event.done, total: event.total, remaining: event.remaining });
    if (event.type === 'paused' || event.type === 'resumed') void this.change(project.entry('run', id), { state: event.type === 'paused' ? 'paused' : 'running' });
    emit({ type: 'run-event', run: id, event });
  }

  async command(id: string, command: RunCommand): Promise<void> {
    const run = this.options.project.entry('run', id);
    if (this.active?.id === id) {
      // What is discarded goes to the trash: the engine only stops, and keeps what it has.
      if (command === 'discard') this.active.discarding = true;
      this.active.engine.command(command === 'discard' ? 'stop-and-keep' : command);
      return;
    }
    const waiting = this.queue.indexOf(id);
    if (waiting < 0) refuse('library.runIdle', { title: run.title });
    if (command === 'pause' || command === 'resume') refuse('library.runWaits', { title: run.title });
    this.queue.splice(waiting, 1);
    if (command === 'discard') await this.throwAway(id);
    else await this.change(run, { state: 'stopped' });
  }

  async rename(id: string, title: string): Promise<RunSummary> {
    return this.summaryOf(await this.change(this.options.project.entry('run', id), { title }));
  }

  async remove(id: string): Promise<TrashFile> {
    const run = this.options.project.entry('run', id);
    if (isBusy(run.state)) refuse('library.runBusy', { title: run.title });
    return this.throwAway(id);
  }

  private async throwAway(id: string): Promise<TrashFile> {
    const { project, emit } = this.options;
    const { title, state } = project.entry('run', id);
    // Nobody computes it any more, wherever it is found again.
    if (isBusy(state)) await project.keep('run', { ...project.entry('run', id), state: 'stopped' });
    const removed = await moveToTrash(project.folder, project.folderOf('run', id), { kind: 'run', name: title }, project.time());
    project.forget('run', id);
    project.note(message('project.removed', { what: 'run', name: title }));
    emit({ type: 'run-removed', run: id });
    return removed;
  }

  /**
   * Looks at every run that was being computed when its host went away: finished ones are concluded, those that nobody
   * works on are interrupted, and those that another process still works on are watched.
   */
  async recover(): Promise<void> {
    const { project } = this.options;
    for (const run of project.runs.runsIn(busyStates)) if (run.id !== this.active?.id && !this.queue.includes(run.id)) await this.recoverOne(run);
  }

  private async recoverOne(run: RunFile): Promise<void> {
    const folder = this.options.project.folderOf('run', run.id);
    if (lockHolder(folder) !== null) {
      this.watcher ??= setTimeout(() => {
        this.watcher = null;
        if (!this.closed) void this.recover().catch(() => undefined);
      }, watchInterval).unref();
    } else if (existsSync(join(folder, runFiles.result))) await this.conclude(run.id, { outcome: 'done', state: 'good', failures: [] });
    else await this.conclude(run.id, { outcome: 'ended', message: message('run.hostEnded') });
  }

  /** Resolves when nothing is computed and nothing waits. */
  async whenIdle(): Promise<void> {
    if (this.busy) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  /** Ends the engine; runs that are not finished are found as interrupted when the project is opened again. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.watcher) clearTimeout(this.watcher);
    this.queue.length = 0;
    const { active } = this;
    if (!active) return;
    active.engine.command('stop-and-keep');
    const timer = setTimeout(() => { active.engine.kill(); }, farewell);
    await active.engine.finished.catch(() => undefined);
    clearTimeout(timer);
  }
}

/** ms: stopping keeps what finishes within a second; whatever takes longer is computed again. */
const farewell = 3000;

function failureOf(error: unknown): Message {
  return error instanceof Refusal ? error.detail : message('general.internal', { detail: (error instanceof Error ? error.message : String(error)).slice(0, 300) });
}

/** Events of a run; of the progress of a stage only the last. Lines that are none are passed over. */
function eventsIn(path: string): RunEvent[] {
  if (!existsSync(path)) return [];
  const events: RunEvent[] = [];
  for (const line of withPathNow(path, () => readFileSync(path, 'utf8')).split('\n')) {
    if (line === '') continue;
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      continue;
    }
    const parsed = runEvent.safeParse(json);
    if (!parsed.success) continue;
    const last = events.at(-1);
    if (parsed.data.type === 'progress' && last?.type === 'progress' && last.stage === parsed.data.stage) events.pop();
    events.push(parsed.data);
  }
  return events;
}
