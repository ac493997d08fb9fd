/** The library of potentials: those that come with the program, and those that people bring. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { PotentialSource } from '../../core/contracts/card.ts';
import type { BroughtFile, PotentialInspection, PotentialSummary } from '../../core/contracts/library.ts';
import { message, refuse } from '../../core/contracts/messages.ts';
import type { Fit, Suit } from '../../core/contracts/plan.ts';
import type { MaterialFile, PotentialFile, TrashFile } from '../../core/contracts/project.ts';
import { fitByCard } from '../../core/index.ts';
import type { KnownCrystal } from '../engine/judging.ts';
import { writeAtomic } from '../storage/atomic.ts';
import { withPath, withPathNow } from '../storage/failures.ts';
import { contained } from '../storage/project-folder.ts';
import { moveToTrash } from '../storage/trash.ts';
import { bundledPotentials, potentialFilesOf, potentialSource } from './library.ts';
import type { Project } from './project.ts';
import type { QuestionDesk } from './questions.ts';

const filesFolder = 'files';
/** Crystals that one potential is judged for at once: each takes some hundredths of a second. */
const mostSuits = 50;

interface Brought {
  readonly files: readonly BroughtFile[];
  readonly options: Readonly<Record<string, string>>;
  readonly name: string;
}

export class Potentials {
  private readonly project: Project;
  private readonly desk: QuestionDesk;
  private readonly changed: () => void;
  /** Cards of the bundled ones, read once. */
  private bundled: Promise<PotentialSummary[]> | null = null;

  constructor(project: Project, desk: QuestionDesk, changed: () => void) {
    this.project = project;
    this.desk = desk;
    this.changed = changed;
  }

  private async bundledSummaries(): Promise<PotentialSummary[]> {
    this.bundled ??= Promise.all(bundledPotentials().map(async ({ name }) => {
      const source = potentialSource(name);
      const { card, hash } = await this.desk.ask('readPotential', { source });
      return { id: name, source: 'bundled' as const, card, hash, files: source.files.map((file) => file.name), imported: null, options: {}, runs: 0 };
    }));
    try {
      return await this.bundled;
    } catch (error) {
      this.bundled = null;
      throw error;
    }
  }

  async list(): Promise<PotentialSummary[]> {
    const counts = this.project.runs.counts('potential');
    const own = this.project.all('potential').sort((a, b) => b.imported.localeCompare(a.imported)).map(summaryOf);
    return [...own, ...(await this.bundledSummaries())].map((entry) => ({ ...entry, runs: counts.get(entry.id) ?? 0 }));
  }

  /** The files of a potential of the library, bundled or brought. Refused where there is none of that id. */
  source(id: string): PotentialSource {
    if (!this.project.has('potential', id)) {
      if (bundledPotentials().some(({ name }) => name === id)) return potentialSource(id);
      refuse('project.no.potential', { id });
    }
    const { name, files, options } = this.project.entry('potential', id);
    const folder = join(this.project.folderOf('potential', id), filesFolder);
    return {
      name,
      files: files.map((file) => {
        const path = contained(folder, file);
        return { name: file, bytes: Uint8Array.from(withPathNow(path, () => readFileSync(path))) };
      }),
      ...(Object.keys(options).length > 0 && { options }),
    };
  }

  /** Every potential of the library, whether it fits this crystal. Only those that know its elements are read. */
  async fits(material: MaterialFile): Promise<Fit[]> {
    const list = await this.list();
    const byCard = new Map(list.map(({ id, card }) => [id, fitByCard(material.elements, card)]));
    const candidates = list.filter(({ id }) => byCard.get(id) === null).map(({ id }) => ({ id, source: this.source(id) }));
    const asked = candidates.length === 0 ? [] : await this.desk.ask('fitPotentials', { crystal: knownCrystal(material), potentials: candidates });
    const found = new Map(asked.map((fit) => [fit.potential, fit]));
    return list.map(({ id }) => found.get(id) ?? { potential: id, ...byCard.get(id)! });
  }

  /** The crystals of the library that one potential may be used for. */
  async suits(id: string): Promise<Suit[]> {
    const source = this.source(id);
    const { card } = (await this.list()).find((entry) => entry.id === id)!;
    const candidates = this.project.all('material').filter(({ elements }) => fitByCard(elements, card) === null).sort((a, b) => b.imported.localeCompare(a.imported)).slice(0, mostSuits);
    const suits: Suit[] = [];
    for (const { id: material } of candidates) {
      const [fit] = await this.desk.ask('fitPotentials', { crystal: knownCrystal(this.project.material(material)), potentials: [{ id, source }] });
      suits.push({ material, state: fit!.state, reasons: fit!.reasons });
    }
    return suits;
  }

  /** How the command line names it, from the project's folder. */
  commandName(id: string): string {
    return this.project.has('potential', id) ? `potentials/${id}/${filesFolder}` : id;
  }

  async inspect(brought: Brought): Promise<PotentialInspection> {
    const source = sourceOf(brought);
    const { card, hash } = await this.desk.ask('readPotential', { source });
    const list = await this.list();
    const duplicate = list.find((entry) => entry.hash === hash) ?? list.find((entry) => this.isSameFile(entry, source));
    return { card, hash, files: source.files.map(({ name }) => name), duplicate: duplicate?.id ?? null };
  }

  /** The same single file under another name. */
  private isSameFile({ id, files, options }: PotentialSummary, source: PotentialSource): boolean {
    const [file, ...more] = source.files;
    if (!file || more.length > 0 || files.length !== 1 || !isDeepStrictEqual(options, { ...source.options })) return false;
    return Buffer.from(this.source(id).files[0]!.bytes).equals(file.bytes);
  }

  async import(brought: Brought): Promise<PotentialSummary> {
    const { project } = this;
    const source = sourceOf(brought);
    const { card, hash } = await this.desk.ask('readPotential', { source });
    const taken = new Set(bundledPotentials().map(({ name }) => name));
    const id = project.freshId('potential', brought.name, (wanted) => taken.has(wanted));
    const folder = project.folderOf('potential', id);
    const record: PotentialFile = {
      schema: 'phonolite-library-potential/1', id, name: brought.name, imported: project.time(), files: source.files.map(({ name }) => name), options: { ...brought.options }, hash, card,
    };
    try {
      await withPath(folder, async () => {
        for (const { name, bytes } of source.files) {
          const path = contained(join(folder, filesFolder), name);
          mkdirSync(dirname(path), { recursive: true });
          await writeAtomic(path, bytes);
        }
      });
      await project.keep('potential', record);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    project.note(message('project.added', { what: 'potential', name: brought.name, id }));
    this.changed();
    return summaryOf(record);
  }

  async rename(id: string, name: string): Promise<PotentialSummary> {
    const record = { ...this.project.entry('potential', id), name };
    await this.project.keep('potential', record);
    this.changed();
    return summaryOf(record);
  }

  async remove(id: string): Promise<TrashFile> {
    if (!this.project.has('potential', id) && bundledPotentials().some(({ name }) => name === id)) refuse('library.bundled', { name: id });
    const { name } = this.project.entry('potential', id);
    const busy = this.project.runs.runsWith('potential', id).find(({ state }) => state === 'queued' || state === 'running' || state === 'paused');
    if (busy) refuse('library.inUse', { name, run: busy.title });
    const removed = await moveToTrash(this.project.folder, this.project.folderOf('potential', id), { kind: 'potential', name }, this.project.time());
    this.project.forget('potential', id);
    this.project.note(message('project.removed', { what: 'potential', name }));
    this.changed();
    return removed;
  }

  exists(id: string): boolean {
    return this.project.has('potential', id) ? existsSync(this.project.folderOf('potential', id)) : bundledPotentials().some(({ name }) => name === id);
  }
}

/** What an engine process is told of a material. */
export function knownCrystal({ structure, name, formula, spaceGroup }: MaterialFile): KnownCrystal {
  return { structure, name, formula, spaceGroup: spaceGroup?.number ?? null };
}

function summaryOf({ id, name, card, hash, files, imported, options }: PotentialFile): PotentialSummary {
  return { id, source: 'project', card: { ...card, name }, hash, files, imported, options, runs: 0 };
}

/** Of the files that were brought those that make the potential, under names that stay inside its folder. */
function sourceOf({ files, options, name }: Brought): PotentialSource {
  const named = potentialFilesOf(files.map((file) => ({ name: file.name.replaceAll('\\', '/').replace(/^\/+/, ''), bytes: file.bytes })));
  for (const file of named) contained('/files', file.name);
  return { name, files: named, ...(Object.keys(options).length > 0 && { options }) };
}
