/** What a person chose once for this machine: one file, written when something changes. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../core/contracts/messages.ts';
import { userSettings, type UserSettings } from '../../core/contracts/project.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import { withPathNow } from '../storage/failures.ts';
import { readRecord, writeRecord } from '../storage/records.ts';

const standard: UserSettings = {
  schema: 'phonolite-settings/1', threads: null, memory: null, theme: 'system', frequency: 'THz', basis: 'cell', motion: 'system', project: null, recent: [],
};

export class Settings {
  private readonly path: string;
  private current: UserSettings = standard;
  /** Why the file could not be read: the standard settings hold then, and the file is left as it is until something is changed. */
  readonly problem: Message | null;

  constructor(folder: string) {
    this.path = join(folder, 'settings.json');
    let problem: Message | null = null;
    if (existsSync(this.path)) {
      try {
        this.current = readRecord(this.path, userSettings);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        problem = error.detail;
      }
    } else withPathNow(folder, () => mkdirSync(folder, { recursive: true }));
    this.problem = problem;
  }

  get value(): UserSettings {
    return this.current;
  }

  async change(changes: { readonly [K in keyof UserSettings]?: UserSettings[K] | undefined }): Promise<UserSettings> {
    this.current = { ...this.current, ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) };
    await writeRecord(this.path, this.current);
    return this.current;
  }

  /** Opens first the next time, and stands first among the recent ones. */
  rememberProject(folder: string): Promise<UserSettings> {
    return this.change({ project: folder, recent: [folder, ...this.current.recent.filter((one) => one !== folder)].slice(0, 10) });
  }
}
