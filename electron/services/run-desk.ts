/**
 * The runs of a project: asked for, computed one after the other (each takes all threads), commanded, found again. What a
 * run has computed lies in its folder; this keeps `run.json` beside it and tells whoever listens.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunCommand, RunEvent } from '../../core/contracts/events.ts';
import { message, refuse, Refusal } from '../../core/contracts/messages.ts';
import type { RunPlan, RunWish } from '../../core/contracts/plan.ts';
import type { RunFile, TrashFile } from '../../core/contracts/project.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import type { RunRequest } from '../../core/contracts/request.ts';
import type { RunDetail, RunSearch, RunSummary, ServiceEvent } from '../../core/contracts/service.ts';
import type { SpawnProcess } from '../engine/process-channel.ts';
import { lockHolder } from '../storage/lock.ts';
import { withPathNow } from '../storage/failures.ts';
import { eventsSince, shortened } from '../storage/run-events.ts';
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

/** The run that is computed here, from the moment its turn has come until its end is written down. */
interface Active {
  readonly id: string;
  /** Null until the process has been started; what is commanded before then waits. */
  engine: EngineRun | null;
  readonly early: RunCommand[];
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
  /** Ids of runs that are asked for and have no folder yet. */
  private readonly asked = new Set<string>();
  private active: Active | null = null;
  /** The end of the work that is going on. */
  private work: Promise<void> = Promise.resolve();
  /** The last change of each run that changes now: changes of one run happen one after the other. */
  private readonly turns = new Map<string, Promise<unknown>>();
  /** Runs that another process computes, and how many bytes of what they say have been told. */
  private readonly elsewhere = new Map<string, number>();
  private closed = false;
  private watcher: NodeJS.Timeout | null = null;
  private idle: (() => void)[] = [];

  constructor(options: RunDeskOptions) {
    this.options = options;
  }

  /** Whether anything is computed or waits for it. */
  get busy(): boolean {
    return this.active !== null || this.queue.length > 0;
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
    return { summary, request: keptRequest(folder), events: shortened(eventsSince(join(folder, runFiles.events)).events), folder };
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
    const id = project.freshId('run', `${project.time().slice(0, 10)} ${material.formula}`, (wanted) => this.asked.has(wanted));
    this.asked.add(id);
    try {
      const request = await this.requestOf(wish, `runs/${id}`);
      const run: RunFile = {
        schema: 'phonolite-run/1', id, title, created: project.time(),
        material: { id: material.id, name: material.name, formula: material.formula, spaceGroup: material.spaceGroup?.symbol ?? null }, crystal: null,
        potential: { id: wish.potential, name: request.potential.name, hash: request.potential.hash }, properties: request.properties, accuracy: wish.accuracy,
        threads: this.options.threads(), state: 'queued', started: null, finished: null, verdict: null, verdicts: {}, message: null, figures: [],
      };
      await this.makeFolderOf(run, request);
      project.note(message('project.runAsked', { title, id }));
      return this.enqueue(run);
    } finally {
      this.asked.delete(id);
    }
  }

  private async makeFolderOf(run: RunFile, request: RunRequest): Promise<void> {
    const { project } = this.options;
    const folder = project.folderOf('run', run.id);
    withPathNow(folder, () => mkdirSync(folder, { recursive: true }));
    try {
      await writeRecord(join(folder, runFiles.request), request);
      await project.keep('run', run);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Goes on with a run that stands still; what it had finished is kept. */
  resume(id: string): Promise<RunSummary> {
    return this.inTurn(id, async () => {
      const run = this.standing(id);
      if (run.state === 'done') refuse('library.runDone', { title: run.title });
      const potential = await this.potentialOf(run);
      return this.enqueue(await this.write(id, { state: 'queued', message: null, finished: null, potential: { ...run.potential, id: potential } }));
    });
  }

  /** The run, refused while anybody computes it. */
  private standing(id: string): RunFile {
    const { project } = this.options;
    const run = project.entry('run', id);
    const holder = lockHolder(project.folderOf('run', id));
    if (holder !== null && this.active?.id !== id) refuse('library.runElsewhere', { title: run.title, pid: holder.pid });
    if (isBusy(run.state)) refuse('library.runBusy', { title: run.title });
    return run;
  }

  /**
   * Id of the potential that the run was asked for with; runs from elsewhere know it by its contents. Refused where the
   * library has it no longer, or another one under its name.
   */
  private async potentialOf({ title, potential: { id, name, hash } }: RunFile): Promise<string> {
    const known = await this.options.potentials.list();
    const found = known.find((entry) => (id === null ? entry.hash === hash : entry.id === id));
    if (!found) refuse('library.potentialGone', { title, potential: name });
    if (found.hash !== hash) refuse('library.potentialChanged', { title, potential: name });
    return found.id;
  }

  private enqueue(run: RunFile): RunSummary {
    this.queue.push(run.id);
    this.tell(run);
    this.next();
    return this.summaryOf(run);
  }

  private tell(run: RunFile): void {
    this.options.emit({ type: 'run-changed', run: this.summaryOf(run) });
  }

  private inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.turns.get(id) ?? Promise.resolve()).catch(() => undefined).then(work);
    this.turns.set(id, mine);
    const over = (): void => {
      if (this.turns.get(id) === mine) this.turns.delete(id);
    };
    mine.then(over, over);
    return mine;
  }

  /** Each change is made to what the one before has left. */
  private change(id: string, changes: Partial<RunFile>): Promise<RunFile> {
    return this.inTurn(id, () => this.write(id, changes));
  }

  private async write(id: string, changes: Partial<RunFile>): Promise<RunFile> {
    const { project } = this.options;
    const changed = { ...project.entry('run', id), ...changes };
    await project.keep('run', changed);
    this.tell(changed);
    return changed;
  }

  /** Begins with the next of the queue where nothing is computed. */
  private next(): void {
    if (this.active || this.closed) return;
    const id = this.queue.shift();
    if (id === undefined) {
      for (const resolve of this.idle.splice(0)) resolve();
      return;
    }
    const active: Active = { id, engine: null, early: [], discarding: false };
    this.active = active;
    this.work = this.computeAndConclude(active).catch((error: unknown) => {
      // Its end could not be written down (a full disk): what the folder holds is found when the project is opened again.
      process.stderr.write(`${failureOf(error).sentence}\n`);
    }).finally(() => {
      this.active = null;
      this.next();
    });
  }

  private async computeAndConclude(active: Active): Promise<void> {
    const { id } = active;
    let outcome: RunOutcome;
    try {
      outcome = await this.compute(active);
    } catch (error) {
      // It could not even begin: the potential has gone, the folder is not writable.
      outcome = { outcome: 'failed', message: failureOf(error) };
    }
    this.progress.delete(id);
    if (this.closed) return;
    if (active.discarding) await this.throwAway(id);
    else await this.conclude(id, outcome);
  }

  private async compute(active: Active): Promise<RunOutcome> {
    const { project, spawn, potentials } = this.options;
    const queued = project.entry('run', active.id);
    const source = potentials.source(await this.potentialOf(queued));
    const folder = project.folderOf('run', queued.id);
    const request = keptRequest(folder) ?? refuse('run.notARun', { folder, file: runFiles.request });
    const threads = this.options.threads();
    await this.change(active.id, { state: 'running', started: queued.started ?? project.time(), threads, message: null });
    if (this.closed) return { outcome: 'stopped' };
    const engine = startEngineRun(
      { folder, request, source, threads, device: `CPU, ${String(threads)} ${threads === 1 ? 'thread' : 'threads'}`, background: true },
      (event) => { this.onEvent(active.id, event); },
      spawn,
    );
    active.engine = engine;
    for (const command of active.early.splice(0)) engine.command(command);
    return engine.finished;
  }

  /** What a folder says at the end goes into its record. */
  private async conclude(id: string, ended: RunOutcome): Promise<void> {
    const { project, desk } = this.options;
    const { title, material } = project.entry('run', id);
    const finished = project.time();
    this.progress.delete(id);
    if (ended.outcome !== 'done') {
      const state = ended.outcome === 'failed' ? 'failed' : ended.outcome === 'ended' ? 'interrupted' : 'stopped';
      await this.change(id, { state, finished: state === 'failed' ? finished : null, message: 'message' in ended ? inThisPlace(ended.message) : null });
      project.note(message('project.runEnded', { title, how: state }));
      return;
    }
    try {
      const { verdict, verdicts, figures, spaceGroup, crystal } = await desk.ask('summariseRun', { folder: project.folderOf('run', id) });
      await this.change(id, { state: 'done', finished, verdict, verdicts, figures, crystal, message: null, material: { ...material, spaceGroup } });
    } catch (error) {
      if (this.closed) return;
      await this.change(id, { state: 'failed', finished, message: failureOf(error) });
    }
    project.note(message('project.runEnded', { title, how: 'done' }));
  }

  private onEvent(id: string, event: RunEvent): void {
    if (event.type === 'progress') this.progress.set(id, { property: event.property, stage: event.stage, done: event.done, total: event.total, remaining: event.remaining });
    // A change that cannot be written down is told by the next one.
    if (event.type === 'paused' || event.type === 'resumed') this.change(id, { state: event.type === 'paused' ? 'paused' : 'running' }).catch(() => undefined);
    this.options.emit({ type: 'run-event', run: id, event });
  }

  async command(id: string, command: RunCommand): Promise<void> {
    const { project } = this.options;
    const { title } = project.entry('run', id);
    const { active } = this;
    if (active?.id === id) {
      // What is discarded goes to the trash: the engine only stops, and keeps what it has.
      if (command === 'discard') active.discarding = true;
      const meant = command === 'discard' ? 'stop-and-keep' : command;
      if (active.engine) active.engine.command(meant);
      else active.early.push(meant);
      return;
    }
    const waiting = this.queue.indexOf(id);
    const holder = lockHolder(project.folderOf('run', id));
    if (waiting < 0 && holder !== null) refuse('library.runElsewhere', { title, pid: holder.pid });
    if (waiting < 0) refuse('library.runIdle', { title });
    if (command === 'pause' || command === 'resume') refuse('library.runWaits', { title });
    this.queue.splice(waiting, 1);
    if (command === 'discard') await this.throwAway(id);
    else await this.change(id, { state: 'stopped' });
  }

  async rename(id: string, title: string): Promise<RunSummary> {
    return this.summaryOf(await this.change(id, { title }));
  }

  remove(id: string): Promise<TrashFile> {
    return this.inTurn(id, () => {
      this.standing(id);
      return this.moveAway(id);
    });
  }

  private throwAway(id: string): Promise<TrashFile> {
    return this.inTurn(id, () => this.moveAway(id));
  }

  private async moveAway(id: string): Promise<TrashFile> {
    const { project, emit } = this.options;
    const run = project.entry('run', id);
    // Nobody computes it any more, wherever it is found again.
    if (isBusy(run.state)) await project.keep('run', { ...run, state: 'stopped' });
    const removed = await moveToTrash(project.folder, project.folderOf('run', id), { kind: 'run', name: run.title }, project.time());
    project.forget('run', id);
    project.note(message('project.removed', { what: 'run', name: run.title }));
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
    const { project } = this.options;
    const folder = project.folderOf('run', run.id);
    if (lockHolder(folder) !== null) {
      this.follow(run.id, folder);
      this.watcher ??= setTimeout(() => {
        this.watcher = null;
        if (!this.closed) this.recover().catch(() => undefined);
      }, watchInterval).unref();
      return;
    }
    this.elsewhere.delete(run.id);
    if (existsSync(join(folder, runFiles.result))) await this.conclude(run.id, { outcome: 'done', state: 'good', failures: [] });
    else await this.conclude(run.id, { outcome: 'ended', message: message(run.started === null ? 'run.hostEndedBefore' : 'run.hostEnded') });
  }

  /** Tells what a run that another process computes has said since it was last looked at. */
  private follow(id: string, folder: string): void {
    const { events, end } = eventsSince(join(folder, runFiles.events), this.elsewhere.get(id) ?? 0);
    const known = this.elsewhere.has(id);
    this.elsewhere.set(id, end);
    for (const event of known ? events : events.slice(-1)) this.onEvent(id, event);
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
    const engine = this.active?.engine;
    engine?.command('stop-and-keep');
    const timer = setTimeout(() => { engine?.kill(); }, farewell);
    await this.work;
    clearTimeout(timer);
    await Promise.allSettled(this.turns.values());
  }
}

/** ms: stopping keeps what finishes within a second; whatever takes longer is computed again. */
const farewell = 3000;

function failureOf(error: unknown): Message {
  return error instanceof Refusal ? error.detail : message('general.internal', { detail: (error instanceof Error ? error.message : String(error)).slice(0, 300) });
}

/** The command line continues a run by its command; here it is resumed. */
function inThisPlace(said: Message): Message {
  return said.code === 'run.engineEnded' ? message('library.engineEnded', said.values) : said;
}
