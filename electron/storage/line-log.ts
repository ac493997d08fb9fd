/** A file of one JSON value a line, appended (events of a run, the journal of a project); a line that a kill tore is cut off when it is opened again. */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { withPathNow } from './failures.ts';

export class LineLog {
  private readonly path: string;
  private readonly file: number;

  constructor(path: string) {
    this.path = path;
    this.file = withPathNow(path, () => openSync(path, 'a+'));
    withPathNow(path, () => {
      const size = fstatSync(this.file).size;
      const tail = Buffer.alloc(Math.min(size, 1 << 20));
      readSync(this.file, tail, 0, tail.length, size - tail.length);
      const complete = tail.lastIndexOf(0x0a) + 1;
      if (complete < tail.length) ftruncateSync(this.file, size - tail.length + complete);
    });
  }

  append(value: object): void {
    withPathNow(this.path, () => writeSync(this.file, `${JSON.stringify(value)}\n`));
  }

  close(): void {
    closeSync(this.file);
  }
}
