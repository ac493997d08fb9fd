/** `events.ndjson` of a run, read for people who look on: everything that it has said, or what it has said since. */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { runEvent, type RunEvent } from '../../core/contracts/events.ts';
import { withPathNow } from './failures.ts';

export interface EventsRead {
  readonly events: RunEvent[];
  /** Bytes up to the end of the last whole line: where the next reading begins. */
  readonly end: number;
}

/** Events behind byte `from`. Lines that are none (torn, or of another version) are passed over. */
export function eventsSince(path: string, from = 0): EventsRead {
  if (!existsSync(path)) return { events: [], end: 0 };
  return withPathNow(path, () => {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      // A torn line was cut off and the run has gone on: what is behind is read anew.
      const begin = from <= size ? from : 0;
      const bytes = Buffer.alloc(size - begin);
      const length = readSync(file, bytes, 0, bytes.length, begin);
      const whole = bytes.subarray(0, length).lastIndexOf(0x0a) + 1;
      return { events: bytes.toString('utf8', 0, whole).split('\n').flatMap(eventOf), end: begin + whole };
    } finally {
      closeSync(file);
    }
  });
}

function eventOf(line: string): RunEvent[] {
  if (line === '') return [];
  try {
    const parsed = runEvent.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}

/** Of the progress of a stage only the last. */
export function shortened(events: readonly RunEvent[]): RunEvent[] {
  return events.filter((event, at) => {
    const next = events[at + 1];
    return !(event.type === 'progress' && next?.type === 'progress' && next.stage === event.stage && next.property === event.property);
  });
}
