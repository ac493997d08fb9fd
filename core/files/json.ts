/**
 * JSON (RFC 8259) with the place of every value, for files that people write by hand: syntax errors and wrong fields are
 * named with line and column. Stricter than `JSON.parse` where leniency would hide a mistake: a key that stands twice, a key
 * that would touch an object's prototype, numbers that overflow to infinity and nesting beyond any sensible file are refused.
 */
import { refuse } from '../contracts/messages.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonPath = readonly (string | number)[];
export interface Place {
  readonly line: number;
  readonly column: number;
}

const deepest = 64;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** 1-based line and column of an offset. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++;
  return { line, column: offset - lineStart + 1 };
}

/** What stands at `offset`, short enough for a sentence and without control characters. */
export function excerpt(text: string, offset: number): string {
  if (offset >= text.length) return 'the end of the file';
  const shown = text.slice(offset, offset + 24).split(/[\r\n]/)[0]!.replace(/[^\x20-\uffff]/g, '?').trimEnd();
  return shown === '' ? 'a line break' : `"${shown}"`;
}

/** `terms[2].pairs[0].rho` */
export function pathText(path: JsonPath): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step.slice(0, 60)}`)).join('');
  return text === '' ? 'the whole file' : text.replace(/^\./, '');
}

/** Parses `text`. `onValue` learns where each value begins; the path array is reused, so copy it to keep it. */
function parse(text: string, file: string, onValue?: (path: JsonPath, offset: number) => void): Json {
  let at = 0;
  const path: (string | number)[] = [];
  const fail = (expected: string): never => refuse('json.syntax', { file, ...placeOf(text, at), found: excerpt(text, at), expected });
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
        if (forbiddenKeys.has(key) || Object.hasOwn(object, key)) {
          refuse(forbiddenKeys.has(key) ? 'json.forbiddenKey' : 'json.duplicateKey', { file, ...placeOf(text, keyAt), key: key.slice(0, 60) });
        }
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
  /** Where the value at `path` begins; where it is missing, where the object begins that should hold it. */
  placeOf(path: JsonPath): Place;
}

export function readJson(text: string, file: string): JsonDocument {
  return {
    value: parse(text, file),
    placeOf(path) {
      let deepestMatch = -1, found = 0;
      parse(text, file, (here, offset) => {
        if (here.length <= path.length && here.length > deepestMatch && here.every((step, index) => step === path[index])) {
          deepestMatch = here.length;
          found = offset;
        }
      });
      return placeOf(text, found);
    },
  };
}
