/** `journal.ndjson`: what was done to a project and when, for people; a line that a kill tore is cut off when it is opened. */
import { existsSync, readFileSync } from 'node:fs';
import { journalEntry, type JournalEntry } from '../../core/contracts/project.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import { LineLog } from './line-log.ts';
import { withPathNow } from './failures.ts';

export class ProjectJournal {
  private readonly path: string;
  private readonly log: LineLog;

  constructor(path: string) {
    this.path = path;
    this.log = new LineLog(path);
  }

  append(at: string, message: Message): void {
    this.log.append({ at, message } satisfies JournalEntry);
  }

  /** The latest entries, newest first. Lines that are none (written by hand) are passed over. */
  latest(limit: number): JournalEntry[] {
    if (!existsSync(this.path)) return [];
    const lines = withPathNow(this.path, () => readFileSync(this.path, 'utf8')).split('\n');
    const entries: JournalEntry[] = [];
    for (let at = lines.length - 1; at >= 0 && entries.length < limit; at--) {
      const entry = parsed(lines[at]!);
      if (entry) entries.push(entry);
    }
    return entries;
  }

  close(): void {
    this.log.close();
  }
}

function parsed(line: string): JournalEntry | null {
  try {
    const found = journalEntry.safeParse(JSON.parse(line));
    return found.success ? found.data : null;
  } catch {
    return null;
  }
}
