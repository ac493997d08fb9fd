/**
 * Files of older versions become those of this one, step by step, in memory; they are written anew when they next change.
 * A file of a newer version is refused: nothing of it could be kept safely.
 */
import { refuse } from '../../core/contracts/messages.ts';

type Step = (record: Record<string, unknown>) => Record<string, unknown>;

/** Per schema: `steps[n − 1]` makes version n + 1 of version n. The current version is one more than their number. */
export interface MigrationTable {
  readonly [schema: string]: readonly Step[];
}

export const migrations: MigrationTable = {
  'phonolite-project': [],
  'phonolite-material': [],
  'phonolite-library-potential': [],
  'phonolite-run': [],
  'phonolite-request': [],
  'phonolite-result': [],
  'phonolite-trash': [],
  'phonolite-settings': [],
};

/** `place`: the file, for the sentence. Anything without a known schema is returned as it is, for its check to refuse. */
export function migrated(json: unknown, place: string, table: MigrationTable = migrations): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  const { schema } = json as { schema?: unknown };
  const [, name, digits] = typeof schema === 'string' ? (/^([a-z-]+)\/(\d{1,6})$/.exec(schema) ?? []) : [];
  if (name === undefined || !Object.hasOwn(table, name)) return json;
  const steps = table[name]!;
  const version = Number(digits);
  const current = steps.length + 1;
  if (version > current) return refuse('project.newer', { path: place, version, current });
  if (version < 1) return json;
  let record = json as Record<string, unknown>;
  for (const [index, step] of steps.slice(version - 1).entries()) record = { ...step(record), schema: `${name}/${String(version + index + 1)}` };
  return record;
}
