import { quoted } from './source-text.ts';
import type { SourceText } from './source-text.ts';

/**
 * Syntax of CIF 1.1 (Hall, Allen & Brown, Acta Cryst. A47 (1991) 655; International Tables G, chapter 2.2): data blocks with single items and
 * loops; values bare, quoted, or as text fields between semicolons at the start of a line.
 */

export interface CifValue {
  readonly text: string;
  readonly offset: number;
  /** `?` unknown or `.` inapplicable: there is no value. */
  readonly missing: boolean;
}

/** One data name with its values: one, or a column of a loop. Values are cut out of the text when they are asked for. */
export class CifItem {
  /** As written. */
  readonly tag: string;
  readonly offset: number;
  readonly #source: SourceText;
  /** Offsets of all values of the loop, row after row. */
  readonly #starts: readonly number[];
  readonly #column: number;
  readonly #columns: number;

  constructor(source: SourceText, tag: string, offset: number, starts: readonly number[], column: number, columns: number) {
    this.tag = tag;
    this.offset = offset;
    this.#source = source;
    this.#starts = starts;
    this.#column = column;
    this.#columns = columns;
  }

  get count(): number {
    return this.#starts.length / this.#columns;
  }

  value(row: number): CifValue {
    const offset = this.#starts[row * this.#columns + this.#column]!;
    const { text, bare } = valueAt(this.#source, offset);
    return { text, offset, missing: bare && (text === '?' || text === '.') };
  }
}

export interface CifBlock {
  readonly name: string;
  readonly offset: number;
  /** By `normalTag`. A Map: a file may name an item anything. */
  readonly items: ReadonlyMap<string, CifItem>;
}

/** Data names do not depend on case; the newer dictionaries write `_atom_site.label` for `_atom_site_label`. */
export function normalTag(tag: string): string {
  return tag.toLowerCase().replace('.', '_');
}

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 12;

/** Offset of the next word at or after `i`, comments skipped; the length of the text at its end. */
function nextWord(text: string, i: number): number {
  for (;;) {
    while (i < text.length && isBlank(text.charCodeAt(i))) i++;
    if (text.charAt(i) !== '#') return i;
    const end = text.indexOf('\n', i);
    if (end === -1) return text.length;
    i = end;
  }
}

/** The word at `offset`, without its quotes, and where it ends. */
function valueAt(source: SourceText, offset: number): { text: string; end: number; bare: boolean } {
  const { text } = source;
  const open = text.charAt(offset);
  if (open === ';' && (offset === 0 || text.charAt(offset - 1) === '\n')) {
    const close = text.indexOf('\n;', offset);
    if (close === -1) source.refuse('files.unclosed', offset, { text: quoted(lineAt(text, offset)), close: '; at the start of a line' });
    return { text: text.slice(offset + 1, close), end: close + 2, bare: false };
  }
  if (open === "'" || open === '"') {
    // A quote inside a quoted value closes it only where white space follows.
    for (let i = offset + 1; i < text.length && text.charAt(i) !== '\n'; i++) {
      if (text.charAt(i) === open && (i + 1 === text.length || isBlank(text.charCodeAt(i + 1)))) {
        return { text: text.slice(offset + 1, i), end: i + 1, bare: false };
      }
    }
    source.refuse('files.unclosed', offset, { text: quoted(lineAt(text, offset)), close: open });
  }
  let end = offset;
  while (end < text.length && !isBlank(text.charCodeAt(end))) end++;
  return { text: text.slice(offset, end), end, bare: true };
}

function lineAt(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(offset, end === -1 ? text.length : end);
}

const reserved = /^(data_|save_|loop_$|stop_$|global_$|_)/i;

/** All data blocks of a CIF in their order. Refuses what the syntax does not allow, with its place. */
export function readCifBlocks(source: SourceText): CifBlock[] {
  const { text } = source;
  const blocks: { name: string; offset: number; items: Map<string, CifItem> }[] = [];
  const names = new Set<string>();

  const add = (tag: string, offset: number, starts: number[], column: number, columns: number): void => {
    const block = blocks.at(-1) ?? source.refuse('files.cifNoBlock', offset, { text: quoted(tag) });
    const name = normalTag(tag);
    if (block.items.has(name)) source.refuse('files.cifTwice', offset, { tag: quoted(tag, 80) });
    block.items.set(name, new CifItem(source, tag, offset, starts, column, columns));
  };

  for (let i = nextWord(text, 0); i < text.length; i = nextWord(text, i)) {
    const offset = i;
    const word = valueAt(source, offset);
    i = word.end;
    const keyword = word.bare ? reserved.exec(word.text)?.[1]?.toLowerCase() : undefined;
    if (keyword === 'data_') {
      const name = word.text.slice(5);
      if (names.has(name.toLowerCase())) source.refuse('files.cifTwice', offset, { tag: quoted(word.text, 80) });
      names.add(name.toLowerCase());
      blocks.push({ name, offset, items: new Map() });
    } else if (keyword === '_') {
      const start = nextWord(text, i);
      const value = start < text.length ? valueAt(source, start) : undefined;
      if (!value || (value.bare && reserved.test(value.text))) source.refuse('files.cifNoValue', offset, { tag: quoted(word.text, 80) });
      add(word.text, offset, [start], 0, 1);
      i = value.end;
    } else if (keyword === 'loop_') {
      const tags: { tag: string; offset: number }[] = [];
      const starts: number[] = [];
      for (let start = nextWord(text, i); start < text.length; start = nextWord(text, i)) {
        const value = valueAt(source, start);
        if (value.bare && value.text.startsWith('_') && starts.length === 0) tags.push({ tag: value.text, offset: start });
        else if (value.bare && reserved.test(value.text)) break;
        else if (tags.length === 0) break;
        else starts.push(start);
        i = value.end;
      }
      if (tags.length === 0) source.refuse('files.cifEmptyLoop', offset);
      if (starts.length % tags.length !== 0) {
        source.refuse('files.cifLoop', offset, { first: quoted(tags[0]!.tag, 80), columns: tags.length, found: starts.length });
      }
      tags.forEach(({ tag, offset: at }, column) => add(tag, at, starts, column, tags.length));
    } else if (keyword !== undefined) {
      source.refuse('files.cifKeyword', offset, { text: quoted(word.text) });
    } else {
      source.refuse('files.cifLooseValue', offset, { text: quoted(word.text) });
    }
  }
  return blocks;
}
