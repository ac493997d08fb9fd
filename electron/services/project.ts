/** An open project: its folder under a lock, the catalogue of what is in it, and the journal of what is done to it. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { message, refuse, Refusal } from '../../core/contracts/messages.ts';
import { materialFile, potentialFile, runFile, type MaterialFile, type PotentialFile, type ProjectFile, type RunFile } from '../../core/contracts/project.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import { Catalogue, type Kind, type Stamp } from '../storage/catalogue.ts';
import { withPathNow } from '../storage/failures.ts';
import { lockFolder, type FolderLock } from '../storage/lock.ts';
import { ProjectJournal } from '../storage/project-journal.ts';
import { establishProject, folderOf, freshId, idsOn, projectFiles } from '../storage/project-folder.ts';
import { readRecord, writeRecord } from '../storage/records.ts';

/** Per kind: its shelf, the file that describes it, and the schema of that file. */
const shelves = {
  material: { shelf: 'structures', file: 'material.json', schema: materialFile },
  potential: { shelf: 'potentials', file: 'potential.json', schema: potentialFile },
  run: { shelf: 'runs', file: 'run.json', schema: runFile },
} as const satisfies Record<Kind, { shelf: 'structures' | 'potentials' | 'runs'; file: string; schema: z.ZodType }>;

interface Records {
  material: MaterialFile;
  potential: PotentialFile;
  run: RunFile;
}
/** A material's atoms are read from its file when they are needed. */
export type MaterialEntry = Omit<MaterialFile, 'structure'>;
type Entries = Omit<Records, 'material'> & { material: MaterialEntry };

/** A run folder that somebody has put there without `run.json`. */
export type Adopt = (folder: string, id: string) => Promise<RunFile | null>;

export class Project {
  readonly folder: string;
  record: ProjectFile;
  /** What was found and mended when it was opened. */
  readonly notices: Message[] = [];
  private readonly lock: FolderLock;
  private readonly catalogue: Catalogue;
  private readonly journal: ProjectJournal;
  private readonly now: () => Date;

  /** Opens or makes the project in `folder`. Refused while another Phonolite has it, and where the folder holds other things. */
  static async open(folder: string, name: string, now: () => Date, adopt: Adopt): Promise<Project> {
    const time = now().toISOString();
    const record = await establishProject(folder, name, time);
    const lock = lockFolder(folder, time, 'project.locked');
    try {
      for (const { shelf } of Object.values(shelves)) withPathNow(folder, () => mkdirSync(join(folder, shelf), { recursive: true }));
      const place = join(folder, projectFiles.catalogue);
      const { catalogue, made } = withPathNow(place, () => Catalogue.open(place));
      const project = new Project(folder, record, lock, catalogue, now);
      if (made === 'again') project.notice(message('project.catalogueAgain'));
      project.notices.push(...(await project.readFolders(adopt)));
      return project;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  private constructor(folder: string, record: ProjectFile, lock: FolderLock, catalogue: Catalogue, now: () => Date) {
    this.folder = folder;
    this.record = record;
    this.lock = lock;
    this.catalogue = catalogue;
    this.now = now;
    this.journal = new ProjectJournal(join(folder, projectFiles.journal));
  }

  time(): string {
    return this.now().toISOString();
  }

  private notice(what: Message): void {
    this.notices.push(what);
    this.note(what);
  }

  /** A line for people in the project's journal. */
  note(what: Message): void {
    this.journal.append(this.time(), what);
  }

  latest(limit: number): ReturnType<ProjectJournal['latest']> {
    return this.journal.latest(limit);
  }

  get measurements(): string {
    return join(this.folder, projectFiles.measurements);
  }

  /** Brings the catalogue up to what the folders hold; what cannot be read is left alone and told. */
  async readFolders(adopt: Adopt, all = false): Promise<Message[]> {
    const problems: Message[] = [];
    const changed: { kind: Kind; id: string; stamp: Stamp; record: Records[Kind] }[] = [];
    const gone: { kind: Kind; id: string }[] = [];
    for (const kind of Object.keys(shelves) as Kind[]) {
      const known = all ? new Map<string, Stamp>() : this.catalogue.stamps(kind);
      const ids = idsOn(this.folder, shelves[kind].shelf);
      const present = new Set(ids);
      for (const id of known.keys()) if (!present.has(id)) gone.push({ kind, id });
      for (const id of ids) {
        const path = this.fileOf(kind, id);
        try {
          if (!existsSync(path)) {
            const adopted = kind === 'run' ? await adopt(this.folderOf('run', id), id) : null;
            if (adopted) {
              await writeRecord(path, adopted);
              this.note(message('project.adopted', { run: id }));
            } else if (!known.has(id)) problems.push(message('project.noRecord', { folder: `${shelves[kind].shelf}/${id}`, file: shelves[kind].file }));
          }
          const stamp = stampOf(path);
          const before = known.get(id);
          if (!stamp) {
            if (before) gone.push({ kind, id });
          } else if (before?.modified !== stamp.modified || before.size !== stamp.size) {
            changed.push({ kind, id, stamp, record: this.readFile(kind, id) });
          }
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          problems.push(error.detail);
          gone.push({ kind, id });
        }
      }
    }
    this.catalogue.together(() => {
      if (all) this.catalogue.clear();
      for (const { kind, id } of gone) this.catalogue.remove(kind, id);
      for (const { kind, id, stamp, record } of changed) this.index(kind, id, stamp, record);
    });
    return problems;
  }

  private index(kind: Kind, id: string, stamp: Stamp, record: Records[Kind]): void {
    if (kind === 'run') this.catalogue.putRun(record as RunFile, stamp);
    else if (kind === 'potential') this.catalogue.put(kind, id, stamp, record);
    else {
      const { structure: _structure, ...entry } = record as MaterialFile;
      this.catalogue.put(kind, id, stamp, entry);
    }
  }

  private fileOf(kind: Kind, id: string): string {
    return join(this.folderOf(kind, id), shelves[kind].file);
  }

  folderOf(kind: Kind, id: string): string {
    return folderOf(this.folder, shelves[kind].shelf, id);
  }

  /** The record as its file says. The name of its folder is the id, also where a folder was copied. */
  private readFile<K extends Kind>(kind: K, id: string): Records[K] {
    return { ...(readRecord(this.fileOf(kind, id), shelves[kind].schema) as Records[K]), id };
  }

  /** Refused where there is none of that id. */
  entry<K extends Kind>(kind: K, id: string): Entries[K] {
    return this.catalogue.get<Entries[K]>(kind, id) ?? refuse(`project.no.${kind}`, { id });
  }

  has(kind: Kind, id: string): boolean {
    return this.catalogue.get(kind, id) !== null;
  }

  /** A material with its atoms. */
  material(id: string): MaterialFile {
    this.entry('material', id);
    return this.readFile('material', id);
  }

  all<K extends Kind>(kind: K): Entries[K][] {
    return this.catalogue.all<Entries[K]>(kind);
  }

  count(kind: Kind): number {
    return this.catalogue.count(kind);
  }

  get runs(): Pick<Catalogue, 'search' | 'counts' | 'runsIn' | 'runsWith'> {
    return this.catalogue;
  }

  /** An id for a new thing, from its name. */
  freshId(kind: Kind, name: string, taken: (id: string) => boolean = () => false): string {
    return freshId(name, (id) => existsSync(this.folderOf(kind, id)) || taken(id));
  }

  /** Writes the record of a thing whose folder is there, and makes it findable. */
  async keep<K extends Kind>(kind: K, record: Records[K]): Promise<void> {
    const path = this.fileOf(kind, record.id);
    await writeRecord(path, record);
    this.index(kind, record.id, stampOf(path)!, record);
  }

  /** Its folder has gone. */
  forget(kind: Kind, id: string): void {
    this.catalogue.remove(kind, id);
  }

  /** Its folder has come back. */
  recall(kind: Kind, id: string): void {
    this.index(kind, id, stampOf(this.fileOf(kind, id))!, this.readFile(kind, id));
  }

  async rename(name: string): Promise<void> {
    this.record = { ...this.record, name };
    await writeRecord(join(this.folder, projectFiles.project), this.record);
  }

  close(): void {
    this.journal.close();
    this.catalogue.close();
    this.lock.release();
  }
}

function stampOf(path: string): Stamp | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? { modified: found.mtimeMs, size: found.size } : null;
}
