/** JSON files with a schema: read with their migrations and checked, written atomically and readable. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { refuse } from '../../core/contracts/messages.ts';
import { writeAtomic } from './atomic.ts';
import { withPathNow } from './failures.ts';
import { readableJson } from './json.ts';
import { migrated } from './migrations.ts';

/** The record in `path`, brought to the schema's version. Refused with the place where it does not follow it. */
export function readRecord<S extends z.ZodType>(path: string, schema: S): z.output<S> {
  const text = withPathNow(path, () => readFileSync(path, 'utf8'));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse('project.record', { path, place: 'JSON', problem: error.message });
  }
  const parsed = schema.safeParse(migrated(json, path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return refuse('project.record', { path, place: issue?.path.join('.') || 'the record', problem: issue?.message ?? 'it is not what it should be' });
}

export function writeRecord(path: string, record: object): Promise<void> {
  return writeAtomic(path, readableJson(record));
}
