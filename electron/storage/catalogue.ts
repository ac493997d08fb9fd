/**
 * An index of a project's folders, so that ten thousand runs can be searched at once. It holds nothing of its own: each
 * row is the record of a folder with the time and size of the file it was read from, and a catalogue that is missing, damaged or of
 * another version is made anew.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { z } from 'zod';
import type { RunFile } from '../../core/contracts/project.ts';
import type { runSearch } from '../../core/contracts/service.ts';
import { withPathNow } from './failures.ts';

export type Kind = 'material' | 'potential' | 'run';

/** Of the file that a row was read from. */
export interface Stamp {
  readonly modified: number;
  readonly size: number;
}

/** Raised whenever a table or what is written into it changes: older catalogues are made anew. */
const version = 1;

const tables = `
  CREATE TABLE items (kind TEXT NOT NULL, id TEXT NOT NULL, modified REAL NOT NULL, size INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
  CREATE TABLE runs (
    id TEXT PRIMARY KEY, words TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL, state TEXT NOT NULL, verdict TEXT, severity INTEGER NOT NULL,
    material TEXT, potential TEXT
  ) WITHOUT ROWID;
  CREATE INDEX runs_created ON runs (created);
  CREATE INDEX runs_material ON runs (material);
  CREATE INDEX runs_potential ON runs (potential);
  PRAGMA user_version = ${String(version)};
`;

const severities = { good: 0, caution: 1, unreliable: 2 } as const;

const orders = {
  newest: 'created DESC, id DESC',
  oldest: 'created, id',
  title: 'title COLLATE NOCASE, created DESC',
  verdict: 'severity DESC, created DESC, id DESC',
} as const;

/** Everything about a run that a person may type to find it. */
function wordsOf(run: RunFile): string {
  const { material, potential } = run;
  return [run.title, run.id, material.name, material.formula, material.spaceGroup ?? '', (material.spaceGroup ?? '').replaceAll(' ', ''), potential.name, ...run.properties, run.accuracy, run.state, run.verdict ?? '', run.created.slice(0, 10)]
    .join(' ').toLowerCase();
}

export class Catalogue {
  private readonly database: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  /** `made`: whether the catalogue was not there, or not usable, and is empty now. */
  static open(path: string): { catalogue: Catalogue; made: 'new' | 'again' | null } {
    const existed = existsSync(path);
    withPathNow(path, () => mkdirSync(dirname(path), { recursive: true }));
    try {
      const database = new DatabaseSync(path);
      try {
        // One process at a time has the project; after a loss of power the index may be lost, never the folders.
        database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000');
        const [found, whole] = [database.prepare('PRAGMA user_version').get()?.['user_version'], database.prepare('PRAGMA quick_check').get()?.['quick_check']];
        if (found === version && whole === 'ok') return { catalogue: new Catalogue(database), made: null };
        if (!existed) {
          database.exec(tables);
          return { catalogue: new Catalogue(database), made: 'new' };
        }
      } catch (error) {
        database.close();
        throw error;
      }
      database.close();
    } catch (error) {
      // Not a database, or a damaged one: there is nothing in it that the folders do not hold.
      if (!existed) throw error;
    }
    for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true });
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${tables}`);
    return { catalogue: new Catalogue(database), made: 'again' };
  }

  private constructor(database: DatabaseSync) {
    this.database = database;
  }

  private run(sql: string, ...values: (string | number | null)[]): void {
    this.statement(sql).run(...values);
  }

  private statement(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (!statement) this.statements.set(sql, (statement = this.database.prepare(sql)));
    return statement;
  }

  /** Everything that `work` does happens together or not at all, and is written once. */
  together(work: () => void): void {
    this.database.exec('BEGIN');
    try {
      work();
      this.database.exec('COMMIT');
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }

  stamps(kind: Kind): Map<string, Stamp> {
    return new Map(this.statement('SELECT id, modified, size FROM items WHERE kind = ?').all(kind).map((row) => [String(row['id']), { modified: Number(row['modified']), size: Number(row['size']) }]));
  }

  put(kind: Exclude<Kind, 'run'>, id: string, stamp: Stamp, record: object): void {
    this.run('INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?)', kind, id, stamp.modified, stamp.size, JSON.stringify(record));
  }

  putRun(run: RunFile, stamp: Stamp): void {
    this.run('INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?)', 'run', run.id, stamp.modified, stamp.size, JSON.stringify(run));
    this.run(
      'INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      run.id, wordsOf(run), run.title, run.created, run.state, run.verdict, run.verdict === null ? -1 : severities[run.verdict], run.material.id, run.potential.id,
    );
  }

  remove(kind: Kind, id: string): void {
    this.run('DELETE FROM items WHERE kind = ? AND id = ?', kind, id);
    if (kind === 'run') this.run('DELETE FROM runs WHERE id = ?', id);
  }

  clear(): void {
    this.run('DELETE FROM items');
    this.run('DELETE FROM runs');
  }

  get<T>(kind: Kind, id: string): T | null {
    const row = this.statement('SELECT record FROM items WHERE kind = ? AND id = ?').get(kind, id);
    return row ? (JSON.parse(String(row['record'])) as T) : null;
  }

  all<T>(kind: Kind): T[] {
    return this.statement('SELECT record FROM items WHERE kind = ?').all(kind).map((row) => JSON.parse(String(row['record'])) as T);
  }

  count(kind: Kind): number {
    return Number(this.statement('SELECT count(*) AS n FROM items WHERE kind = ?').get(kind)?.['n']);
  }

  /** Runs of one crystal or one potential, newest first. */
  runsWith(field: 'material' | 'potential', id: string): RunFile[] {
    return this.statement(`SELECT record FROM runs JOIN items ON items.kind = 'run' AND items.id = runs.id WHERE ${field} = ? ORDER BY created DESC`)
      .all(id).map((row) => JSON.parse(String(row['record'])) as RunFile);
  }

  counts(field: 'material' | 'potential'): Map<string, number> {
    return new Map(this.statement(`SELECT ${field} AS id, count(*) AS n FROM runs WHERE ${field} IS NOT NULL GROUP BY ${field}`).all().map((row) => [String(row['id']), Number(row['n'])]));
  }

  runsIn(states: readonly RunFile['state'][]): RunFile[] {
    return this.search({ text: '', states: [...states], verdicts: [], material: null, potential: null, order: 'oldest', offset: 0, limit: -1 }).rows;
  }

  /** Each word of the text must occur somewhere in what is known of a run; empty lists allow everything. */
  search(wanted: z.infer<typeof runSearch>): { total: number; rows: RunFile[] } {
    const conditions: string[] = [];
    const values: string[] = [];
    for (const word of wanted.text.toLowerCase().split(/\s+/).filter((part) => part !== '')) {
      conditions.push("words LIKE ? ESCAPE '\\'");
      values.push(`%${word.replace(/[\\%_]/g, '\\$&')}%`);
    }
    const among = (column: string, list: readonly string[]): void => {
      if (list.length === 0) return;
      conditions.push(`${column} IN (${list.map(() => '?').join(', ')})`);
      values.push(...list);
    };
    among('state', wanted.states);
    among('verdict', wanted.verdicts);
    if (wanted.material !== null) among('material', [wanted.material]);
    if (wanted.potential !== null) among('potential', [wanted.potential]);
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const total = Number(this.statement(`SELECT count(*) AS n FROM runs ${where}`).get(...values)?.['n']);
    const rows = this.statement(
      `SELECT record FROM (SELECT * FROM runs ${where} ORDER BY ${orders[wanted.order]} LIMIT ? OFFSET ?) AS page JOIN items ON items.kind = 'run' AND items.id = page.id ORDER BY ${orders[wanted.order].replaceAll(/\b(created|id|title|severity)\b/g, 'page.$1')}`,
    ).all(...values, wanted.limit, wanted.offset);
    return { total, rows: rows.map((row) => JSON.parse(String(row['record'])) as RunFile) };
  }

  close(): void {
    this.statements.clear();
    this.database.close();
  }
}
