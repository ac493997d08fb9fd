/** JSON held against a zod schema: the first mistake becomes a sentence with line, column and field. */
import type { z } from 'zod';
import type { MessageCode } from '../contracts/messages.ts';
import { pathText, type Json, type JsonDocument, type JsonPath } from './json.ts';
import { quoted, type SourceText } from './source-text.ts';

export interface Complaint {
  readonly path: JsonPath;
  /** Goes on behind the name of the field: `is 3, not smaller than 2`. */
  readonly problem: string;
}

/** The document as its schema describes it. `code`: of the refusal, with field, problem, found. `kinds`: names for what a union can be. */
export function checked<T>(source: SourceText, document: JsonDocument, schema: z.ZodType<T>, code: MessageCode, kinds: readonly string[]): T {
  const parsed = schema.safeParse(document.value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  return refuseField(source, document, { path: issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step)), problem: problemOf(issue, kinds) }, code);
}

export function refuseField(source: SourceText, document: JsonDocument, { path, problem }: Complaint, code: MessageCode): never {
  return source.refuse(code, document.offsetOf(path), { field: pathText(path), problem, found: shown(document.value, path) });
}

/** zod's own words for the commonest mistakes, in ours. */
function problemOf(issue: z.core.$ZodIssue, kinds: readonly string[]): string {
  if (issue.code === 'unrecognized_keys') return `has the unknown key ${issue.keys.slice(0, 3).map((key) => `"${quoted(key)}"`).join(', ')}`;
  if (issue.code === 'invalid_value') return `is none of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
  if (issue.code === 'invalid_type') return `is not of the type "${issue.expected}"`;
  if (issue.code === 'invalid_key') return `is keyed by something that ${issue.issues[0]?.message ?? 'is not allowed'}`;
  if (issue.code === 'invalid_union') return `is none of the known kinds (${kinds.join(', ')})`;
  if (issue.code === 'too_small') {
    const least = String(issue.minimum);
    if (issue.origin === 'number') return issue.inclusive ? `is below ${least}` : `is not above ${least}`;
    return least === '1' ? 'is empty' : `has fewer than ${least} entries`;
  }
  if (issue.code === 'too_big') return issue.origin === 'number' ? `is above ${String(issue.maximum)}` : `has more than ${String(issue.maximum)} entries`;
  return issue.message;
}

/** The value at `path` in a few words. */
function shown(value: Json, path: JsonPath): string {
  let here: Json | undefined = value;
  for (const step of path) here = typeof here === 'object' && here !== null && Object.hasOwn(here, step) ? (here as Record<string | number, Json>)[step] : undefined;
  if (here === undefined) return 'nothing';
  if (typeof here !== 'object' || here === null) return quoted(JSON.stringify(here));
  return Array.isArray(here) ? `a list of ${here.length}` : 'an object';
}
