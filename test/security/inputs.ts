/** Inputs for every method of the program, made from its schemas: one that is right, and all that are wrong in one place. */
import { z } from 'zod';
import { methods } from '../../core/contracts/service.ts';
import type { MethodName } from '../../core/contracts/service-names.ts';

/** What is there to be named: ids by the name of the field, and what brought files hold. */
export interface Known {
  readonly ids: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

interface Schema {
  readonly type?: string; readonly enum?: readonly unknown[]; readonly const?: unknown; readonly pattern?: string; readonly minLength?: number; readonly minimum?: number; readonly minItems?: number;
  readonly items?: Schema; readonly prefixItems?: readonly Schema[]; readonly properties?: Readonly<Record<string, Schema>>; readonly additionalProperties?: Schema | boolean; readonly anyOf?: readonly Schema[]; readonly oneOf?: readonly Schema[]; readonly $ref?: string; readonly $defs?: Readonly<Record<string, Schema>>;
}

/** Everything that the schema knows is filled in, also what may be absent or null: each is a place where something wrong can stand. */
function example(schema: Schema, root: Schema, key: string, known: Known): unknown {
  if (schema.$ref !== undefined) return example(root.$defs![schema.$ref.split('/').at(-1)!]!, root, key, known);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return example(choice.find(({ type }) => type !== 'null')!, root, key, known);
  switch (schema.type) {
    case 'string': return schema.pattern === undefined ? 'x'.repeat(Math.max(1, schema.minLength ?? 1)) : (known.ids[key] ?? 'x');
    case 'number': case 'integer': return Math.max(1, schema.minimum ?? 1);
    case 'boolean': return true;
    case 'array': return schema.prefixItems ? schema.prefixItems.map((item) => example(item, root, key, known)) : Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () => example(schema.items!, root, key, known));
    case 'object': {
      const entries = Object.entries(schema.properties ?? {}).map(([name, item]) => [name, example(item, root, name, known)] as const);
      const more = typeof schema.additionalProperties === 'object' ? [['key', example(schema.additionalProperties, root, 'key', known)] as const] : [];
      return Object.fromEntries([...entries, ...more]);
    }
    // What JSON cannot say: the bytes of a file.
    default: return known.bytes;
  }
}

export function rightInput(method: MethodName, known: Known): Record<string, unknown> {
  const schema = z.toJSONSchema(methods[method].input, { io: 'input', unrepresentable: 'any' }) as Schema;
  const [subject] = method.split('.') as [string];
  const own = { materials: known.ids['material'], potentials: known.ids['potential'], runs: known.ids['run'], trash: known.ids['trash'], measurements: known.ids['measurement'] }[subject];
  return example(schema, schema, '', { ...known, ids: { ...known.ids, ...(own !== undefined && { id: own }) } }) as Record<string, unknown>;
}

export type Place = readonly (string | number)[];

/** Every place in a value, itself included. */
export function placesIn(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [at];
  return [at, ...Object.entries(value).flatMap(([key, item]) => placesIn(item, [...at, Array.isArray(value) ? Number(key) : key]))];
}

export function valueAt(value: unknown, place: Place): unknown {
  return place.reduce<unknown>((inside, key) => (inside as Record<string | number, unknown>)[key], value);
}

/** A copy with something else in one place. */
export function withAt(value: unknown, place: Place, other: unknown): unknown {
  const [key, ...rest] = place;
  if (key === undefined) return other;
  if (Array.isArray(value)) return value.map((item: unknown, k) => (k === key ? withAt(item, rest, other) : item));
  return Object.fromEntries(Object.entries(value as object).map(([name, item]) => [name, name === key ? withAt(item, rest, other) : item as unknown]));
}

/** A copy that lacks one place. */
export function withoutAt(value: unknown, place: Place): unknown {
  const last = place.at(-1)!, holder = valueAt(value, place.slice(0, -1));
  const less = Array.isArray(holder) ? holder.filter((_, k) => k !== last) : Object.fromEntries(Object.entries(holder as object).filter(([name]) => name !== last));
  return withAt(value, place.slice(0, -1), less);
}

/** Text that has led programs out of their folders, or their file systems astray. `outside`: an absolute path that must not come to be. */
export const hostileStrings = (outside: string): string[] => [
  '../../etc/passwd', '../../../canary.txt', '..\\..\\canary.txt', '....//....//canary.txt', '%2e%2e%2fcanary.txt', '/etc/passwd', outside, `file://${outside}`, `\\\\?\\${outside}`, 'C:\\Windows\\System32\\drivers\\etc\\hosts', 'C:evil',
  '..', '.', '', ' ', '~', '~/evil', '.lock', 'project.json', 'trash', 'CON', 'aux.txt', 'a\0b', `${outside}\0.cif`, 'a\nb', 'a\u202Etxt.exe', '__proto__', 'constructor', 'prototype', 'hasOwnProperty', '$(touch evil)', '`touch evil`', '; touch evil', '| touch evil', '-rf', '--out=/tmp/evil', 'a'.repeat(300), '/'.repeat(3000), `${outside}/${'a'.repeat(300)}`, `../${'a/'.repeat(1500)}`, '😀'.repeat(60), '\ud800',
];

/** Values of every kind; whichever a schema takes in a place is no wrong one there. */
export const wrongValues: readonly unknown[] = [undefined, null, true, 0, -1, 1.5, NaN, Infinity, 2 ** 53, 'text', '', [], [[]], {}, { length: 1e9 }, new Uint8Array(3), new Float64Array(3), JSON.parse('{"__proto__":{"polluted":true}}')];
