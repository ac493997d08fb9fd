/** Reads what a user names: ordinary files and pipes, never more than a bound, so that no file can fill the memory. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { refuse } from '../../core/contracts/messages.ts';
import { withPathNow } from './failures.ts';

const megabyte = 1e6;
/** Ten times the largest structure file that a run could use. */
const limit = 256 * megabyte;

/** `path` `-` is the standard input. */
export function readInput(path: string): Uint8Array {
  const shown = path === '-' ? 'the standard input' : path;
  return withPathNow(shown, () => {
    const file = path === '-' ? 0 : openSync(path, 'r');
    try {
      const kind = fstatSync(file);
      if (kind.isDirectory()) refuse('storage.isFolder', { path: shown });
      if (path !== '-' && !kind.isFile() && !kind.isFIFO()) refuse('run.inputKind', { path: shown });
      if (kind.isFile() && kind.size > limit) refuse('run.inputTooLarge', { path: shown, limit: limit / megabyte });
      return readAll(file, kind.isFile() ? kind.size : 0, shown);
    } finally {
      if (path !== '-') closeSync(file);
    }
  });
}

/** The whole lines among the first `length` bytes of an ordinary file, for a look at what may be large. */
export function readHead(path: string, length: number): Uint8Array {
  return withPathNow(path, () => {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(length, size));
      const count = readSync(file, bytes, 0, bytes.length, 0);
      return size > count ? wholeLines(bytes.subarray(0, count)) : Uint8Array.from(bytes.subarray(0, count));
    } finally {
      closeSync(file);
    }
  });
}

/** The same of a file that is in memory already. */
export function headOf(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.length > length ? wholeLines(bytes.subarray(0, length)) : bytes;
}

function wholeLines(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1));
}

function readAll(file: number, expected: number, shown: string): Uint8Array {
  let bytes = Buffer.alloc(expected + 65536);
  let length = 0;
  for (;;) {
    let count: number;
    try {
      count = readSync(file, bytes, length, bytes.length - length, null);
    } catch (error) {
      // A terminal or a pipe that has nothing to give at the moment, or whose writer has gone.
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code === 'EOF') break;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
      continue;
    }
    if (count === 0) break;
    length += count;
    if (length > limit) refuse('run.inputTooLarge', { path: shown, limit: limit / megabyte });
    if (length === bytes.length) {
      const larger = Buffer.alloc(2 * bytes.length);
      bytes.copy(larger, 0, 0, length);
      bytes = larger;
    }
  }
  return Uint8Array.from(bytes.subarray(0, length));
}
