import { message, Refusal } from '../contracts/messages.ts';
import type { MessageCode } from '../contracts/messages.ts';
import type { Message } from '../contracts/quantity.ts';
import { maximumBytes, maximumLineLength } from './limits.ts';

/** What a file says at one place, cut to a length that fits into a sentence; control characters become `�`. */
export function quoted(text: string, length = 40): string {
  const head = text.length > length ? `${text.slice(0, length - 1)}…` : text;
  return head.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
}

/** Text of a file that can say where in it something stands. Line ends are `\n` whatever the file uses. */
export class SourceText {
  /** Name of the file as sentences show it. */
  readonly file: string;
  readonly text: string;
  #lineStarts: Int32Array | undefined;

  constructor(file: string, text: string) {
    this.file = quoted(file, 120);
    this.text = text;
  }

  /** Line and column of an offset, both counted from 1, columns in characters. */
  position(offset: number): { line: number; column: number } {
    const starts = (this.#lineStarts ??= lineStartsOf(this.text));
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  }

  /** `quartz.cif, line 12, column 3`; for sentences that start with the place. */
  place(offset: number): string {
    const { line, column } = this.position(offset);
    return `${this.file}, line ${line}, column ${column}`;
  }

  /** A message about the place `offset`: its values are the given ones with `file`, `line`, `column` and `place`. */
  message(code: MessageCode, offset: number, values: Message['values'] = {}): Message {
    return message(code, { file: this.file, ...this.position(offset), place: this.place(offset), ...values });
  }

  refuse(code: MessageCode, offset: number, values: Message['values'] = {}): never {
    throw new Refusal(this.message(code, offset, values));
  }
}

function lineStartsOf(text: string): Int32Array {
  let count = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  const starts = new Int32Array(count);
  for (let line = 1; line < count; line++) starts[line] = text.indexOf('\n', starts[line - 1]) + 1;
  return starts;
}

/** Place of a whole structure in sentences about its atoms, which are counted from 1. */
export function placeOfStructure(source: SourceText, cell: number, firstAtom: number): string {
  return `${source.place(cell)} (atom 1: line ${source.position(firstAtom).line})`;
}

/** First bytes of kinds of file that hold no text. */
const signatures: readonly (readonly [kind: string, bytes: readonly number[]])[] = [
  ['gzip archive', [0x1f, 0x8b]],
  ['zip archive', [0x50, 0x4b, 0x03, 0x04]],
  ['xz archive', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['bzip2 archive', [0x42, 0x5a, 0x68]],
  ['zstd archive', [0x28, 0xb5, 0x2f, 0xfd]],
];

const startsWith = (bytes: Uint8Array, head: readonly number[]): boolean => head.every((byte, i) => bytes[i] === byte);

/** UTF-16 has a byte-order mark, or, in text that is mostly Latin, a NUL in every second byte. */
function isUtf16(bytes: Uint8Array): boolean {
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) return true;
  const pairs = Math.min(bytes.length >> 1, 32);
  if (pairs < 4) return false;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < pairs; i++) {
    if (bytes[2 * i] === 0) even++;
    if (bytes[2 * i + 1] === 0) odd++;
  }
  return (even === pairs && odd === 0) || (odd === pairs && even === 0);
}

/**
 * Decodes a text file: UTF-8 with or without byte-order mark, any line ends. Refuses what is not text (archives, UTF-16,
 * NUL and other control characters, broken UTF-8), empty files and lines of more than `maximumLineLength` characters.
 */
export function sourceText(bytes: Uint8Array, name: string): SourceText {
  const file = quoted(name, 120);
  const refuseFile = (code: MessageCode, values: Message['values'] = {}): never => {
    throw new Refusal(message(code, { file, ...values }));
  };
  if (bytes.length > maximumBytes) refuseFile('files.tooLarge', { bytes: bytes.length, limit: maximumBytes });
  for (const [kind, head] of signatures) if (startsWith(bytes, head)) refuseFile('files.archive', { kind });
  if (isUtf16(bytes)) refuseFile('files.utf16');

  const source = new SourceText(name, decoded(bytes, name).replace(/\r\n?/g, '\n'));
  const { text } = source;
  // Everything below the space except tab, line feed and form feed.
  const control = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.exec(text);
  if (control) {
    source.refuse('files.binary', control.index, { byte: control[0].charCodeAt(0).toString(16).padStart(2, '0') });
  }
  if (text.trim() === '') refuseFile('files.empty');
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const length = (end === -1 ? text.length : end) - start;
    if (length > maximumLineLength) {
      source.refuse('files.longLine', start, { length, limit: maximumLineLength, text: quoted(text.slice(start, start + 60)) });
    }
    if (end === -1) break;
    start = end + 1;
  }
  return source;
}

function decoded(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // The lenient decoder marks the first broken byte with U+FFFD, which gives the place.
    const lenient = new SourceText(name, new TextDecoder('utf-8').decode(bytes).replace(/\r\n?/g, '\n'));
    return lenient.refuse('files.utf8', Math.max(0, lenient.text.indexOf('\ufffd')));
  }
}
