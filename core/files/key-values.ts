import { quoted } from './source-text.ts';
import type { SourceText } from './source-text.ts';

/** One `key=value` of the comment line of an extended XYZ frame, without its quotes. A key alone has the value `T`. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
  /** Where the key stands in the text. */
  readonly offset: number;
}

const closing: ReadonlyMap<string, string> = new Map([['"', '"'], ["'", "'"], ['{', '}'], ['[', ']']]);

/**
 * The `key=value` pairs between two offsets, by their names in lower case (programs differ in the case of `Lattice` and
 * `Properties`; a Map, since a file may name a key `__proto__`). Values are bare words, quoted, or in brackets, which may be nested;
 * within double quotes `\"`, `\\` and `\n` stand for themselves. Refuses unclosed quotes and keys that come twice.
 */
export function keyValues(source: SourceText, start: number, end: number): Map<string, KeyValue> {
  const { text } = source;
  const found = new Map<string, KeyValue>();
  let i = start;
  const isBlank = (at: number): boolean => /\s/.test(text.charAt(at));

  /** The word at `i`: quoted, in brackets, or bare up to white space (and `=`, where it is a key). */
  const word = (isKey: boolean): string => {
    const open = text.charAt(i);
    const close = closing.get(open);
    if (close === undefined || (isKey && open !== '"' && open !== "'")) {
      const from = i;
      while (i < end && !isBlank(i) && !(isKey && text.charAt(i) === '=')) i++;
      return text.slice(from, i);
    }
    const opened = i++;
    let depth = 1;
    let from = i;
    const parts: string[] = [];
    for (; i < end; i++) {
      const character = text.charAt(i);
      if (character === '\\' && open === '"') {
        parts.push(text.slice(from, i), text.charAt(i + 1) === 'n' ? '\n' : text.charAt(i + 1));
        from = ++i + 1;
      } else if (character === close) {
        if (--depth === 0) break;
      } else if (character === open) {
        depth++;
      }
    }
    if (i >= end) source.refuse('files.unclosed', opened, { text: quoted(text.slice(opened, end)), close });
    parts.push(text.slice(from, i++));
    return parts.join('');
  };

  for (;;) {
    while (i < end && isBlank(i)) i++;
    if (i >= end) return found;
    const offset = i;
    const key = word(true);
    let value = 'T';
    while (i < end && isBlank(i)) i++;
    if (text.charAt(i) === '=' && i < end) {
      i++;
      while (i < end && isBlank(i)) i++;
      value = i < end ? word(false) : '';
    }
    if (key === '') source.refuse('files.xyzKey', offset, { text: quoted(text.slice(offset, end)) });
    const name = key.toLowerCase();
    if (found.has(name)) source.refuse('files.xyzKeyTwice', offset, { key: quoted(key) });
    found.set(name, { key, value, offset });
  }
}

/** The form of a key or value that `keyValues` reads back: bare where that is safe. */
export function quotedValue(text: string): string {
  return /^[\w.+:/-]+$/.test(text) ? text : `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}
