import type { Message } from '../contracts/quantity.ts';
import type { MessageCode } from '../contracts/messages.ts';
import { quoted } from './source-text.ts';
import type { SourceText } from './source-text.ts';

// Every alternative is deterministic, so that matching is linear in the length. `D` exponents are Fortran's.
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eEdD][+-]?\d+)?$/;

/** More characters than any program writes for a number (1074 decimals of the smallest double included would be a lot). */
const longestNumber = 1100;

/** The value of a decimal number as Fortran, C and people write it; undefined for anything else, also for `nan` and `inf`. */
export function parseDecimal(text: string): number | undefined {
  if (text.length > longestNumber || !decimal.test(text)) return undefined;
  return Number(text.replace(/[dD]/, 'e'));
}

const integer = /^[+-]?\d+$/;

export function isInteger(text: string): boolean {
  return text.length <= longestNumber && integer.test(text);
}

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 12;

/**
 * Reads a text line by line and splits the current line into words. Nothing is kept of a line when the next one is read,
 * so that memory stays near the size of the text.
 */
export class LineReader {
  readonly source: SourceText;
  /** Offsets of the current line in the text, the line end excluded. */
  lineStart = 0;
  lineEnd = 0;
  /** Words of the current line. */
  count = 0;
  #next = 0;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(source: SourceText) {
    this.source = source;
  }

  /** Moves to the next line and splits it. False at the end of the text, where the words are none. */
  next(): boolean {
    const { text } = this.source;
    this.count = 0;
    if (this.#next >= text.length) {
      this.lineStart = this.lineEnd = text.length;
      return false;
    }
    this.lineStart = this.#next;
    const end = text.indexOf('\n', this.#next);
    this.lineEnd = end === -1 ? text.length : end;
    this.#next = this.lineEnd + 1;
    for (let i = this.lineStart; i < this.lineEnd; ) {
      while (i < this.lineEnd && isBlank(text.charCodeAt(i))) i++;
      if (i === this.lineEnd) break;
      this.#starts[this.count] = i;
      while (i < this.lineEnd && !isBlank(text.charCodeAt(i))) i++;
      this.#ends[this.count++] = i;
    }
    return true;
  }

  /** The next line must exist: `expected` names what it should hold. */
  require(expected: string): void {
    if (!this.next()) this.source.refuse('files.truncated', this.source.text.length, { expected });
  }

  get line(): string {
    return this.source.text.slice(this.lineStart, this.lineEnd);
  }

  /** Word `i`, empty where the line has fewer. */
  word(i: number): string {
    return i < this.count ? this.source.text.slice(this.#starts[i], this.#ends[i]) : '';
  }

  /** Offset of word `i`; of the end of the line where it has fewer. */
  offset(i: number): number {
    return i < this.count ? this.#starts[i]! : this.lineEnd;
  }

  /** Refuses with the place of word `i` and its text as `text`. */
  refuse(code: MessageCode, i: number, values: Message['values'] = {}): never {
    return this.source.refuse(code, this.offset(i), { text: quoted(this.word(i)), ...values });
  }

  /** Word `i` as a finite number; `expected` names it in the sentence that refuses anything else. */
  number(i: number, expected: string): number {
    if (i >= this.count) this.refuse('files.missingValue', i, { expected });
    const value = parseDecimal(this.word(i));
    if (value === undefined) this.refuse('files.notANumber', i, { expected });
    if (!Number.isFinite(value)) this.refuse('files.numberRange', i, { expected });
    return value;
  }
}

/** First word of a file that is no comment. */
export function firstWord(source: SourceText): string {
  const reader = new LineReader(source);
  while (reader.next()) if (reader.count > 0 && !reader.word(0).startsWith('#')) return reader.word(0);
  return '';
}
