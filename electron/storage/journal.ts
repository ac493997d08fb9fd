/**
 * Finished tasks of a run, by key: an append-only file of checksummed records. A record is handed to the system as soon
 * as its task is done, so that killing the process loses nothing that was finished; the disk is flushed at most once a
 * second, so that a loss of power loses at most that. A record torn by either is cut off when the journal is opened.
 *
 * Record: length of the content (u32), 32 bytes of key, content, CRC-32 over all of them (u32), little-endian.
 */
import { closeSync, fsync, fsyncSync, ftruncateSync, openSync, readSync, fstatSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { asRefusal, withPathNow } from './failures.ts';

const header = 36;
const flushInterval = 1000;

export class TaskJournal {
  private readonly path: string;
  private readonly file: number;
  private readonly places = new Map<string, { at: number; length: number }>();
  private end = 0;
  private timer: NodeJS.Timeout | null = null;
  private dirty = false;

  /** Opens or makes the journal. Refused (Refusal) where the file cannot be written. */
  constructor(path: string) {
    this.path = path;
    this.file = withPathNow(path, () => openSync(path, 'a+'));
    withPathNow(path, () => {
      this.scan();
    });
  }

  private scan(): void {
    const size = fstatSync(this.file).size;
    const head = Buffer.alloc(header);
    while (this.end + header + 4 <= size) {
      readSync(this.file, head, 0, header, this.end);
      const length = head.readUInt32LE(0);
      if (this.end + header + length + 4 > size) break;
      const body = Buffer.alloc(length + 4);
      readSync(this.file, body, 0, length + 4, this.end + header);
      if (crc32(body.subarray(0, length), crc32(head)) !== body.readUInt32LE(length)) break;
      this.places.set(head.toString('hex', 4), { at: this.end + header, length });
      this.end += header + length + 4;
    }
    if (this.end < size) ftruncateSync(this.file, this.end);
  }

  get size(): number {
    return this.places.size;
  }

  get(key: string): Uint8Array | null {
    const place = this.places.get(key);
    if (!place) return null;
    const content = new Uint8Array(place.length);
    withPathNow(this.path, () => readSync(this.file, content, 0, place.length, place.at));
    return content;
  }

  /** Keeps the result of a finished task. A write that fails half-way leaves the journal as it was. */
  put(key: string, content: Uint8Array): void {
    if (this.places.has(key)) return;
    const record = Buffer.alloc(header + content.length + 4);
    record.writeUInt32LE(content.length, 0);
    record.write(key, 4, 'hex');
    record.set(content, header);
    record.writeUInt32LE(crc32(record.subarray(0, header + content.length)), header + content.length);
    try {
      let written = 0;
      while (written < record.length) written += writeSync(this.file, record, written);
    } catch (error) {
      try {
        ftruncateSync(this.file, this.end);
      } catch {
        // The torn record is cut off when the journal is next opened.
      }
      throw asRefusal(error, this.path);
    }
    this.places.set(key, { at: this.end + header, length: content.length });
    this.end += record.length;
    this.dirty = true;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.dirty = false;
      // A flush that fails will fail again, and be told, when the journal is closed.
      fsync(this.file, (error) => {
        if (error) this.dirty = true;
      });
    }, flushInterval).unref();
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer);
    withPathNow(this.path, () => {
      if (this.dirty) fsyncSync(this.file);
      closeSync(this.file);
    });
  }
}
