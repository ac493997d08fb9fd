/**
 * JSON (RFC 8259) with the place of every value, for files that people write by hand: syntax errors and wrong fields are
 * named with line and column. Stricter than `JSON.parse` where leniency would hide a mistake: a key that stands twice, a key
 * that would touch an object's prototype, numbers that overflow to infinity and nesting beyond any sensible file are refused.
 */
import type { MessageCode } from '../contracts/messages.ts';
import { quoted } from './source-text.ts';
import type { SourceText } from './source-text.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonPath = readonly (string | number)[];

const deepest = 64;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** `terms[2].pairs[0].rho` */
export function pathText(path: JsonPath): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${quoted(step)}`)).join('');
  return text === '' ? 'the whole file' : text.replace(/^\./, '');
}

/** What stands at `offset`, up to the end of the line, for a sentence. */
export function textAt(source: SourceText, offset: number): string {
  const rest = source.text.slice(offset, offset + 200).split('\n')[0]!.trimEnd();
  if (rest !== '') return `"${quoted(rest, 30)}"`;
  return source.text.slice(offset).trim() === '' ? 'the end of the file' : 'the end of the line';
}

/** Parses the text. `onValue` learns where each value begins; the path array is reused, so copy it to keep it. */
function parse(source: SourceText, onValue?: (path: JsonPath, offset: number) => void): Json {
  const { text } = source;
  let at = 0;
  const path: (string | number)[] = [];
  const fail = (expected: string): never => source.refuse('json.syntax', at, { text: textAt(source, at), expected });
  const space = (): void => {
    while (at < text.length && ' \t\n\r'.includes(text[at]!)) at++;
  };
  const string = (): string => {
    const start = at;
    at++;
    for (;;) {
      const character = text[at];
      if (character === undefined || character < ' ') {
        at = character === undefined ? start : at;
        fail('a text that ends with a quotation mark on the same line');
      }
      if (character === '"') break;
      at += character === '\\' ? 2 : 1;
    }
    at++;
    try {
      return JSON.parse(text.slice(start, at)) as string;
    } catch {
      at = start;
      return fail('a text with valid escapes');
    }
  };
  const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  const value = (): Json => {
    space();
    onValue?.(path, at);
    if (path.length > deepest) fail(`at most ${deepest} levels of nesting`);
    const character = text[at];
    if (character === '{') {
      const object: { [key: string]: Json } = {};
      at++;
      space();
      if (text[at] === '}') { at++; return object; }
      for (;;) {
        space();
        if (text[at] !== '"') fail('a key in quotation marks');
        const keyAt = at;
        const key = string();
        const refuseKey = (code: MessageCode): never => source.refuse(code, keyAt, { key: quoted(key) });
        if (forbiddenKeys.has(key)) refuseKey('json.forbiddenKey');
        if (Object.hasOwn(object, key)) refuseKey('json.duplicateKey');
        space();
        if (text[at] !== ':') fail('a colon after the key');
        at++;
        path.push(key);
        object[key] = value();
        path.pop();
        space();
        if (text[at] === '}') { at++; return object; }
        if (text[at] !== ',') fail('a comma or a closing brace');
        at++;
      }
    }
    if (character === '[') {
      const array: Json[] = [];
      at++;
      space();
      if (text[at] === ']') { at++; return array; }
      for (;;) {
        path.push(array.length);
        array.push(value());
        path.pop();
        space();
        if (text[at] === ']') { at++; return array; }
        if (text[at] !== ',') fail('a comma or a closing bracket');
        at++;
      }
    }
    if (character === '"') return string();
    for (const [word, meaning] of [['true', true], ['false', false], ['null', null]] as const) {
      if (text.startsWith(word, at)) { at += word.length; return meaning; }
    }
    number.lastIndex = at;
    const match = number.exec(text);
    if (!match) return fail('a value (number, "text", true, false, null, [...] or {...}; NaN and Infinity are not numbers)');
    const result = Number(match[0]);
    if (!Number.isFinite(result)) fail('a number below 1.8e308');
    at += match[0].length;
    return result;
  };
  const result = value();
  space();
  if (at < text.length) fail('nothing more after the closing brace');
  return result;
}

export interface JsonDocument {
  readonly value: Json;
  /** Offset where the value at `path` begins; where it is missing, where the value begins that should hold it. */
  offsetOf(path: JsonPath): number;
}

export function readJson(source: SourceText): JsonDocument {
  return {
    value: parse(source),
    offsetOf(path) {
      let depth = -1, found = 0;
      parse(source, (here, offset) => {
        if (here.length <= path.length && here.length > depth && here.every((step, index) => step === path[index])) {
          depth = here.length;
          found = offset;
        }
      });
      return found;
    },
  };
}

/** Widest value that is kept on one line, characters. */
const lineWidth = 140;

function written(value: unknown, indent: string): string {
  // JSON.stringify forgets the sign of −0.
  const flat = Object.is(value, -0) ? '-0' : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return flat;
  const entries = Array.isArray(value)
    ? value.map((item: unknown) => ['', item] as const)
    : Object.entries(value).filter(([, item]) => item !== undefined).map(([key, item]) => [`${JSON.stringify(key)}: `, item] as const);
  const isArray = Array.isArray(value);
  if (entries.length === 0) return isArray ? '[]' : '{}';
  const isLeaf = entries.every(([, item]) => typeof item !== 'object' || item === null || JSON.stringify(item).length < 40);
  const inside = isLeaf ? entries.map(([key, item]) => key + written(item, '')).join(', ') : '';
  if (isLeaf && flat.length + indent.length <= lineWidth && !inside.includes('\n')) return isArray ? `[${inside}]` : `{ ${inside} }`;
  const lines = entries.map(([key, item]) => `${indent}  ${key}${written(item, `${indent}  `)}`).join(',\n');
  return isArray ? `[\n${lines}\n${indent}]` : `{\n${lines}\n${indent}}`;
}

/** JSON laid out for reading: short objects and lists on one line, numbers in their shortest exact form. */
export function writeJson(value: unknown): string {
  return `${written(value, '')}\n`;
}
