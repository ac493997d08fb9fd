/**
 * The application without a window: settings, one open project, its libraries and runs, behind the methods of
 * `core/contracts/service.ts`. Hosts (Electron, the loopback server, tests) hand calls in and events out, nothing else.
 */
import { availableParallelism, cpus, totalmem } from 'node:os';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { message, refuse, Refusal } from '../../core/contracts/messages.ts';
import type { BroughtFile } from '../../core/contracts/library.ts';
import type { RunFile, UserSettings } from '../../core/contracts/project.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import { methods, type Answer, type ApplicationState, type CheckedInput, type MadeFile, type Output, type ProjectInfo, type ServiceEvent } from '../../core/contracts/service.ts';
import { methodNames, type MethodName } from '../../core/contracts/service-names.ts';
import { emptyTrash, restoreFromTrash, trashOf } from '../storage/trash.ts';
import { lockHolder } from '../storage/lock.ts';
import { keptRequest, runFiles } from '../storage/run-folder.ts';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { withPathNow } from '../storage/failures.ts';
import type { Host } from './host.ts';
import { version } from './layout.ts';
import { Materials } from './materials.ts';
import { Measurements } from './measurements.ts';
import { Potentials } from './potentials.ts';
import { Project } from './project.ts';
import { QuestionDesk } from './questions.ts';
import { recipeOf } from './recipe.ts';
import { pdfOf } from './reports.ts';
import { RunDesk } from './run-desk.ts';
import { Settings } from './settings.ts';

interface Opened {
  readonly project: Project;
  readonly materials: Materials;
  readonly potentials: Potentials;
  readonly measurements: Measurements;
  readonly runs: RunDesk;
}

type Services = { readonly [M in MethodName]: (input: CheckedInput<M>) => Output<M> | Promise<Output<M>> };

export class Application {
  private readonly host: Host;
  private readonly settings: Settings;
  private readonly desk: QuestionDesk;
  private readonly listeners = new Set<(event: ServiceEvent) => void>();
  private readonly services: Services;
  private opened: Opened | null = null;
  private problem: Message | null = null;
  /** Openings and closings of projects happen one after the other. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(host: Host) {
    this.host = host;
    this.settings = new Settings(host.userFolder);
    this.desk = new QuestionDesk(host.spawn);
    this.services = this.makeServices();
  }

  /** Opens the project of last time, or makes the default one. What stands in the way is kept for the window to show. */
  async start(wanted: string | null = null): Promise<void> {
    this.desk.warm();
    try {
      await this.open(wanted ?? this.settings.value.project ?? this.host.defaultProject);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.problem = error.detail;
    }
  }

  subscribe(listener: (event: ServiceEvent) => void): () => void {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }

  private readonly emit = (event: ServiceEvent): void => {
    for (const listener of this.listeners) listener(event);
  };

  /** What was chosen for this machine. */
  get chosen(): UserSettings {
    return this.settings.value;
  }

  /** Of the open project; null where none is. */
  get projectFolder(): string | null {
    return this.opened?.project.folder ?? null;
  }

  /** Whether a run is computed or waits: the program then stays alive without a window. */
  get busy(): boolean {
    return this.opened?.runs.busy ?? false;
  }

  async whenIdle(): Promise<void> {
    await this.opened?.runs.whenIdle();
  }

  /** Files that the system handed over, for whatever window there is. */
  bring(files: readonly BroughtFile[]): void {
    this.emit({ type: 'files-brought', files: [...files] });
  }

  /** Every call from outside ends here. Never rejects: what goes wrong is part of the answer. */
  async call(method: string, input: unknown): Promise<Answer> {
    const known = methodNames.find((name) => name === method);
    if (known === undefined) return { refusal: message('service.method', { method: String(method).slice(0, 80) }) };
    const parsed = methods[known].input.safeParse(input);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return { refusal: message('service.input', { method: known, place: issue?.path.join('.') || 'the call', problem: issue?.message ?? 'it is not what it should be' }) };
    }
    try {
      return { value: await (this.services[known] as (checked: unknown) => unknown)(parsed.data) } as Answer;
    } catch (error) {
      if (error instanceof Refusal) return { refusal: error.detail };
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      return { failure: message('service.failed', { detail: (error instanceof Error ? error.message : String(error)).slice(0, 300) }) };
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.catch(() => undefined).then(work);
    this.turn = mine;
    return mine;
  }

  private async open(wanted: string): Promise<ProjectInfo> {
    if (!isAbsolute(wanted)) refuse('project.relative', { folder: wanted.slice(0, 200) });
    const folder = resolve(wanted);
    return this.inTurn(async () => {
      const { host, desk, emit } = this;
      if (this.opened?.project.folder === folder) return this.projectInfo(this.opened);
      if (this.opened?.runs.busy) refuse('project.runsGoOn', { project: this.opened.project.record.name });
      const project = await Project.open(folder, basename(folder) || folder, host.now, this.adopt);
      const materials = new Materials(project, desk, () => { emit({ type: 'materials-changed' }); });
      const potentials = new Potentials(project, desk, () => { emit({ type: 'potentials-changed' }); });
      const measurements = new Measurements(project, () => { emit({ type: 'measurements-changed' }); });
      const runs = new RunDesk({ project, desk, materials, potentials, spawn: host.spawn, threads: () => this.settings.value.threads ?? availableParallelism(), memory: () => this.settings.value.memory ?? Math.round(totalmem() / 2 ** 21), emit });
      await this.closeProject();
      this.opened = { project, materials, potentials, measurements, runs };
      this.problem = null;
      await runs.recover();
      emit({ type: 'settings-changed', settings: await this.settings.rememberProject(folder) });
      return this.tellProject(this.opened);
    });
  }

  private projectInfo({ project, runs }: Opened): ProjectInfo {
    return {
      folder: project.folder, name: project.record.name, created: project.record.created,
      materials: project.count('material'), potentials: project.count('potential'), runs: project.count('run'),
      interrupted: runs.interrupted, notices: [...(this.settings.problem ? [this.settings.problem] : []), ...project.notices],
    };
  }

  private tellProject(opened: Opened): ProjectInfo {
    const info = this.projectInfo(opened);
    this.emit({ type: 'project-changed', project: info, problem: null });
    return info;
  }

  /** A run folder of the command line that was put into the project: its record is made from what it holds. */
  private readonly adopt = async (folder: string, id: string): Promise<RunFile | null> => {
    const request = keptRequest(folder);
    if (!request) return null;
    const { mtime } = statSync(join(folder, runFiles.request));
    const base: RunFile = {
      schema: 'phonolite-run/1', id, title: `${request.structureName}: ${request.properties.join(', ')}`.slice(0, 200), created: mtime.toISOString(),
      material: { id: null, name: request.structureName, formula: '', spaceGroup: null }, crystal: null, potential: { id: null, name: request.potential.name, hash: request.potential.hash },
      properties: request.properties, accuracy: request.accuracy, threads: 1, state: lockHolder(folder) === null ? 'stopped' : 'running', started: null, finished: null, verdict: null, verdicts: {}, message: null, figures: [],
    };
    if (!existsSync(join(folder, runFiles.result))) return base;
    const { formula, spaceGroup, potential, ...found } = await this.desk.ask('summariseRun', { folder });
    return { ...base, ...found, created: found.started, potential: { ...base.potential, ...potential }, material: { ...base.material, formula, spaceGroup }, state: 'done' };
  };

  private get current(): Opened {
    return this.opened ?? refuse('project.none');
  }

  private async closeProject(): Promise<void> {
    const { opened } = this;
    this.opened = null;
    if (!opened) return;
    await opened.runs.close();
    opened.project.close();
  }

  /** Ends what is computed (it can be resumed) and gives the project free. */
  async close(): Promise<void> {
    await this.inTurn(() => this.closeProject());
    this.desk.close();
    this.listeners.clear();
  }

  private state(): ApplicationState {
    const { host, opened } = this;
    const threads = this.settings.value.threads ?? availableParallelism();
    return {
      version, host: host.kind, hostNote: host.note, platform: `${process.platform} ${process.arch}`, processor: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(), machineMemory: Math.round(totalmem() / 2 ** 20), device: message('service.device', { threads }), printing: host.cannotPrint(),
      settings: this.settings.value, defaultProject: host.defaultProject, project: opened && this.projectInfo(opened), problem: this.problem,
    };
  }

  private async restore(id: string): Promise<null> {
    const { project } = this.current;
    const { kind, item, name } = await restoreFromTrash(project.folder, id);
    const restored = item.split('/')[1] ?? '';
    if (kind !== 'measurement') project.recall(kind, restored);
    project.note(message('project.restored', { name }));
    if (kind === 'run') this.emit({ type: 'run-changed', run: this.current.runs.summaryOf(project.entry('run', restored)) });
    else this.emit({ type: kind === 'material' ? 'materials-changed' : kind === 'potential' ? 'potentials-changed' : 'measurements-changed' });
    return null;
  }

  private async report({ run, format, sections }: CheckedInput<'reports.make'>): Promise<MadeFile> {
    const { project, potentials } = this.current;
    const { title, potential } = project.entry('run', run);
    const folder = project.folderOf('run', run);
    if (format === 'csv') return { name: `${run}-tables.zip`, type: 'application/zip', bytes: await this.desk.ask('makeTables', { folder }) };
    if (format === 'recipe') {
      const { structure, structureName } = keptRequest(folder) ?? refuse('run.notARun', { folder, file: runFiles.request });
      // The contents decide, not the name: the library may have got another potential under it since.
      const known = (await potentials.list()).find(({ hash }) => hash === potential.hash) ?? refuse('library.noRecipe', { title, potential: potential.name });
      const text = await this.desk.ask('writeStructure', { structure, name: structureName, format: 'extxyz', tolerance: 1e-4 });
      return { name: `${run}-recipe.zip`, type: 'application/zip', bytes: recipeOf(folder, potentials.source(known.id), text) };
    }
    const html = await this.desk.ask('makeReportPage', { folder, measurements: project.measurements, sections });
    if (format === 'html') return { name: `${run}.html`, type: 'text/html', bytes: new TextEncoder().encode(html) };
    return { name: `${run}.pdf`, type: 'application/pdf', bytes: await pdfOf(html, this.host.printToPdf) };
  }

  private async follow({ id, mode }: CheckedInput<'runs.follow'>): Promise<Output<'runs.follow'>> {
    const { project, materials } = this.current;
    const run = project.entry('run', id);
    const folder = project.folderOf('run', id);
    const path = join(folder, 'distorted.extxyz');
    if (!existsSync(path)) refuse('library.notFollowed', { mode: mode + 1, frames: 0 });
    const { structure, q, mode: branch, hash } = await this.desk.ask('followMode', { folder, bytes: Uint8Array.from(withPathNow(path, () => readFileSync(path))), mode });
    const name = `${run.material.name}, ${structure.title ?? `mode ${String(branch + 1)}`}`.slice(0, 200);
    const shown = await this.desk.ask('showCrystal', { structure, name, choice: { cell: 'input', repeat: [1, 1, 1], tolerance: 1e-4 } });
    return materials.add({ name, origin: { kind: 'mode', run: id, q, mode: branch }, notes: [], crystal: { facts: shown.facts, structure }, hash });
  }

  private makeServices(): Services {
    const { host } = this;
    return {
      'application.state': () => this.state(),
      'settings.change': async (changes) => {
        const settings = await this.settings.change(changes);
        this.emit({ type: 'settings-changed', settings });
        return settings;
      },

      'project.open': ({ folder }) => this.open(folder),
      'project.choose': async () => {
        if (!host.chooseFolder) refuse('project.noDialog');
        const folder = await host.chooseFolder();
        return folder === null ? null : this.open(folder);
      },
      'project.rename': async ({ name }) => {
        await this.current.project.rename(name);
        return this.tellProject(this.current);
      },
      'project.journal': ({ limit }) => this.current.project.latest(limit),
      'project.rebuild': async () => {
        const { project, runs } = this.current;
        const problems = await project.readFolders(this.adopt, true);
        await runs.recover();
        project.note(message('project.rebuilt', { runs: project.count('run') }));
        this.tellProject(this.current);
        return { materials: project.count('material'), potentials: project.count('potential'), runs: project.count('run'), problems };
      },
      'trash.list': () => trashOf(this.current.project.folder),
      'trash.restore': ({ id }) => this.restore(id),
      'trash.empty': () => {
        const removed = emptyTrash(this.current.project.folder);
        this.current.project.note(message('project.trashEmptied', { count: removed }));
        return { removed };
      },

      'materials.examples': () => this.current.materials.examples(),
      'materials.addExample': ({ example }) => this.current.materials.addExample(example),
      'materials.list': () => this.current.materials.list(),
      'materials.get': ({ id }) => this.current.materials.get(id),
      'materials.inspect': (input) => this.current.materials.inspect(input),
      'materials.import': (input) => this.current.materials.import(input),
      'materials.prototypes': () => this.current.materials.prototypes(),
      'materials.tryPrototype': (input) => this.current.materials.tryPrototype(input),
      'materials.addPrototype': (input) => this.current.materials.addPrototype(input),
      'materials.show': ({ id, choice }) => this.current.materials.show(id, choice),
      'materials.scan': ({ id }) => this.current.materials.scan(id),
      'materials.addCell': ({ id, choice, name }) => this.current.materials.addCell(id, choice, name),
      'materials.rename': ({ id, name }) => this.current.materials.rename(id, name),
      'materials.export': ({ id, format }) => this.current.materials.export(id, format),
      'materials.remove': ({ id }) => this.current.materials.remove(id),

      'potentials.list': () => this.current.potentials.list(),
      'potentials.inspect': (input) => this.current.potentials.inspect(input),
      'potentials.import': (input) => this.current.potentials.import(input),
      'potentials.fits': ({ material }) => this.current.potentials.fits(this.current.materials.get(material)),
      'potentials.suits': ({ id }) => this.current.potentials.suits(id),
      'potentials.rename': ({ id, name }) => this.current.potentials.rename(id, name),
      'potentials.remove': ({ id }) => this.current.potentials.remove(id),

      'runs.plan': (wish) => this.current.runs.plan(wish),
      'runs.start': ({ wish, title }) => this.current.runs.start(wish, title),
      'runs.search': (wanted) => this.current.runs.search(wanted),
      'runs.get': ({ id }) => this.current.runs.get(id),
      'runs.command': async ({ id, command }) => {
        await this.current.runs.command(id, command);
        return null;
      },
      'runs.resume': ({ id }) => this.current.runs.resume(id),
      'runs.rename': ({ id, title }) => this.current.runs.rename(id, title),
      'runs.remove': ({ id }) => this.current.runs.remove(id),
      'runs.document': ({ id }) => {
        const { project } = this.current;
        project.entry('run', id);
        return this.desk.ask('documentOfRun', { folder: project.folderOf('run', id), measurements: project.measurements, sections: null });
      },
      'runs.follow': (input) => this.follow(input),

      'measurements.list': ({ run }) => this.current.measurements.list(run),
      'measurements.add': ({ run, file }) => this.current.measurements.add(run, file),
      'measurements.remove': ({ run, id }) => this.current.measurements.remove(run, id),

      'reports.make': (input) => this.report(input),
    };
  }
}
