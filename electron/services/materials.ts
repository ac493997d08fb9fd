/** The library of crystals: brought as files, made from prototypes, cut from others. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BroughtFile, CellChoice, ExampleMaterial, MaterialSummary, PrototypeInfo, ShownCrystal, StructureInspection, ToleranceScan } from '../../core/contracts/library.ts';
import { message, refuse } from '../../core/contracts/messages.ts';
import type { MaterialFile, MaterialOrigin, TrashFile } from '../../core/contracts/project.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import { propertyName } from '../../core/contracts/results.ts';
import type { MadeFile } from '../../core/contracts/service.ts';
import { prototypes } from '../../core/index.ts';
import { isAsItIs, type PrototypeInput } from '../engine/questions.ts';
import { writeAtomic } from '../storage/atomic.ts';
import { withPath, withPathNow } from '../storage/failures.ts';
import { readInput } from '../storage/read.ts';
import { moveToTrash } from '../storage/trash.ts';
import { bundledMaterials } from './library.ts';
import type { Project } from './project.ts';
import type { QuestionDesk } from './questions.ts';

/** Å: what published files are exact to; the slider of the import shows what other values would find. */
const standardTolerance = 1e-4;
const original = 'original';

export class Materials {
  private readonly project: Project;
  private readonly desk: QuestionDesk;
  private readonly changed: () => void;

  constructor(project: Project, desk: QuestionDesk, changed: () => void) {
    this.project = project;
    this.desk = desk;
    this.changed = changed;
  }

  examples(): ExampleMaterial[] {
    return bundledMaterials().map(({ name, title, formula, note, potentials }) => ({ name, title, formula, note, potentials: [...potentials] }));
  }

  list(): MaterialSummary[] {
    const counts = this.project.runs.counts('material');
    return this.project.all('material').map(({ schema: _schema, notes, ...entry }) => ({
      ...entry, notes: notes.length, runs: counts.get(entry.id) ?? 0, known: counts.has(entry.id) ? this.known(entry.id) : [],
    })).sort((a, b) => b.imported.localeCompare(a.imported));
  }

  /** The latest run that has computed each property. */
  private known(id: string): MaterialSummary['known'] {
    const found = new Map<string, MaterialSummary['known'][number]>();
    for (const run of this.project.runs.runsWith('material', id)) {
      for (const property of propertyName.options) {
        const verdict = run.verdicts[property];
        if (verdict !== undefined && !found.has(property)) found.set(property, { property, run: run.id, verdict });
      }
    }
    return [...found.values()];
  }

  get(id: string): MaterialFile {
    return this.project.material(id);
  }

  async inspect(input: { readonly file: BroughtFile; readonly frame: number; readonly tolerance: number }): Promise<StructureInspection> {
    const { inspection } = await this.desk.ask('inspectStructure', input);
    const duplicates = this.project.all('material').filter(({ hash }) => hash === inspection.hash).map(({ id, name }) => ({ id, name }));
    return { ...inspection, duplicates };
  }

  async import({ name, ...input }: { readonly file: BroughtFile; readonly frame: number; readonly tolerance: number; readonly name: string }): Promise<MaterialFile> {
    const { inspection, structure } = await this.desk.ask('inspectStructure', input);
    const { file, format, sha256, frame, frames } = inspection;
    return this.add({
      name, origin: { kind: 'file', file: fileName(file), format, sha256, frame, frames }, notes: inspection.notes, crystal: { ...inspection.crystal, structure }, hash: inspection.hash,
    }, input.file);
  }

  /** A bundled crystal; where the library has it already, that one. */
  async addExample(example: string): Promise<MaterialFile> {
    const known = this.project.all('material').find(({ origin }) => origin.kind === 'example' && origin.example === example);
    if (known) return this.get(known.id);
    const entry = bundledMaterials().find(({ name }) => name === example) ?? refuse('run.noStructure', { name: example, known: bundledMaterials().map(({ name }) => name).join(', ') });
    const file: BroughtFile = { name: basename(entry.file), bytes: readInput(entry.file) };
    const { inspection, structure } = await this.desk.ask('inspectStructure', { file, frame: 1, tolerance: standardTolerance });
    return this.add({ name: entry.title, origin: { kind: 'example', example }, notes: inspection.notes, crystal: { ...inspection.crystal, structure }, hash: inspection.hash }, file);
  }

  prototypes(): PrototypeInfo[] {
    return [...prototypes];
  }

  async tryPrototype(wanted: PrototypeInput): Promise<ShownCrystal> {
    const { facts, structure } = await this.desk.ask('makePrototype', wanted);
    return { facts, structure };
  }

  async addPrototype({ name, ...wanted }: PrototypeInput & { readonly name: string }): Promise<MaterialFile> {
    const { facts, structure, parameters, hash } = await this.desk.ask('makePrototype', wanted);
    return this.add({ name, origin: { kind: 'prototype', prototype: wanted.prototype, elements: [...wanted.elements], parameters }, notes: [], crystal: { facts, structure }, hash });
  }

  async show(id: string, choice: CellChoice): Promise<ShownCrystal> {
    const { structure, name } = this.get(id);
    if (isAsItIs(choice)) return { facts: await this.desk.ask('describeCrystal', { structure, name, tolerance: choice.tolerance }), structure };
    const { facts, structure: cut } = await this.desk.ask('showCrystal', { structure, name, choice });
    return { facts, structure: cut };
  }

  scan(id: string): Promise<ToleranceScan> {
    const { structure, name } = this.get(id);
    return this.desk.ask('scanTolerances', { structure, name });
  }

  async addCell(id: string, choice: CellChoice, name: string): Promise<MaterialFile> {
    const source = this.get(id);
    const { matrix, hash, ...crystal } = await this.desk.ask('showCrystal', { structure: source.structure, name: source.name, choice });
    return this.add({ name, origin: { kind: 'cell', material: id, matrix }, notes: [], crystal, hash });
  }

  /** Keeps a crystal: its record, its atoms in a file that other programs read, and the file it came in. */
  async add(
    { name, origin, notes, crystal, hash }: { readonly name: string; readonly origin: MaterialOrigin; readonly notes: readonly Message[]; readonly crystal: ShownCrystal; readonly hash: string },
    file?: BroughtFile,
  ): Promise<MaterialFile> {
    const { project } = this;
    const { facts, structure } = crystal;
    const id = project.freshId('material', name);
    const folder = project.folderOf('material', id);
    const record: MaterialFile = {
      schema: 'phonolite-material/1', id, name, imported: project.time(), origin, notes: [...notes], formula: facts.formula, atoms: facts.atoms, elements: facts.elements,
      periodic: structure.periodic, spaceGroup: facts.spaceGroup, hash, structure,
    };
    const text = await this.desk.ask('writeStructure', { structure, name, format: 'extxyz', tolerance: standardTolerance });
    try {
      await withPath(folder, async () => {
        mkdirSync(file ? join(folder, original) : folder, { recursive: true });
        if (file) await writeAtomic(join(folder, original, fileName(file.name)), file.bytes);
        await writeAtomic(join(folder, structureFile), text);
      });
      await project.keep('material', record);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    project.note(message('project.added', { what: 'structure', name, id }));
    this.changed();
    return record;
  }

  async rename(id: string, name: string): Promise<MaterialFile> {
    const record = { ...this.get(id), name };
    await this.project.keep('material', record);
    this.changed();
    return record;
  }

  async export(id: string, format: 'cif' | 'poscar' | 'extxyz' | 'original'): Promise<MadeFile> {
    const { structure, name, spaceGroup } = this.get(id);
    if (format === 'original') {
      const folder = join(this.project.folderOf('material', id), original);
      const [file] = existsSync(folder) ? withPathNow(folder, () => readdirSync(folder)) : [];
      if (file === undefined) return refuse('library.noOriginal', { name });
      return { name: file, type: 'text/plain', bytes: Uint8Array.from(withPathNow(folder, () => readFileSync(join(folder, file)))) };
    }
    const text = await this.desk.ask('writeStructure', { structure, name, format, tolerance: spaceGroup?.tolerance ?? standardTolerance });
    const ending = { cif: '.cif', poscar: '.vasp', extxyz: '.extxyz' }[format];
    return { name: id + ending, type: 'text/plain', bytes: new TextEncoder().encode(text) };
  }

  async remove(id: string): Promise<TrashFile> {
    const { name } = this.project.entry('material', id);
    const busy = this.project.runs.runsWith('material', id).find(({ state }) => state === 'queued' || state === 'running' || state === 'paused');
    if (busy) refuse('library.inUse', { name, run: busy.title });
    const removed = await moveToTrash(this.project.folder, this.project.folderOf('material', id), { kind: 'material', name }, this.project.time());
    this.project.forget('material', id);
    this.project.note(message('project.removed', { what: 'structure', name }));
    this.changed();
    return removed;
  }
}

/** Every crystal of a library also lies there in this form. */
export const structureFile = 'structure.extxyz';

/** The last part of a name that a person or a system gave, without what file systems refuse. */
function fileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const clean = last.replace(/[\u0000-\u001f<>:"|?*]/g, '_').replace(/^\.+/, '').slice(-120);
  return clean === '' ? 'structure' : clean;
}
