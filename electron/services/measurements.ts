/** Measured points that people add: CSV files of the project, kept with their source for every run of the same crystal. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readExperimentCsv } from '../../core/contracts/experiment-csv.ts';
import type { BroughtFile } from '../../core/contracts/library.ts';
import { message, refuse } from '../../core/contracts/messages.ts';
import type { TrashFile } from '../../core/contracts/project.ts';
import type { Experiment } from '../../core/contracts/report.ts';
import { writeAtomic } from '../storage/atomic.ts';
import { withPathNow } from '../storage/failures.ts';
import { folderOf, freshId } from '../storage/project-folder.ts';
import { moveToTrash } from '../storage/trash.ts';
import type { Project } from './project.ts';
import { readMeasurements } from './reports.ts';

interface Measurement {
  readonly id: string;
  readonly experiment: Experiment;
}

export class Measurements {
  private readonly project: Project;
  private readonly changed: () => void;

  constructor(project: Project, changed: () => void) {
    this.project = project;
    this.changed = changed;
  }

  /** Where points of the crystal of this run lie. Refused before the run has found out which crystal that is. */
  private folderFor(run: string): string {
    const { crystal, title } = this.project.entry('run', run);
    return crystal === null ? refuse('library.noCrystal', { title }) : folderOf(this.project.folder, 'measurements', crystal);
  }

  async list(run: string): Promise<Measurement[]> {
    return (await readMeasurements(this.folderFor(run))).map(({ file, experiment }) => ({ id: file.replace(/\.csv$/, ''), experiment }));
  }

  async add(run: string, file: BroughtFile): Promise<Measurement> {
    const folder = this.folderFor(run);
    const text = new TextDecoder().decode(file.bytes);
    const experiment = readExperimentCsv(file.name, text);
    withPathNow(folder, () => mkdirSync(folder, { recursive: true }));
    const id = freshId(experiment.label, (wanted) => existsSync(join(folder, `${wanted}.csv`)));
    await writeAtomic(join(folder, `${id}.csv`), text);
    this.project.note(message('project.added', { what: 'measurement', name: experiment.label, id }));
    this.changed();
    return { id, experiment };
  }

  async remove(run: string, id: string): Promise<TrashFile> {
    const path = join(this.folderFor(run), `${id}.csv`);
    if (!existsSync(path)) refuse('project.no.measurement', { id });
    const removed = await moveToTrash(this.project.folder, path, { kind: 'measurement', name: id }, this.project.time());
    this.project.note(message('project.removed', { what: 'measurement', name: id }));
    this.changed();
    return removed;
  }
}
