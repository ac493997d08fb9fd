/** What a run says on the terminal: a bar where there is one, plain lines otherwise. */
import { SingleBar } from 'cli-progress';
import type { RunEvent } from '../../core/contracts/events.ts';

export interface ProgressView {
  show(event: RunEvent): void;
  /** A line that must not be overwritten by the bar. */
  say(line: string): void;
  close(): void;
}

/** `3 s`, `2 min`, `1.5 h` */
export function duration(seconds: number): string {
  if (seconds < 1) return 'under 1 s';
  if (seconds < 90) return `${String(Math.round(seconds))} s`;
  if (seconds < 5400) return `${String(Math.round(seconds / 60))} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

export function remainingText(remaining: readonly [number, number] | null): string {
  if (!remaining) return '';
  const [low, high] = [duration(remaining[0]), duration(remaining[1])];
  return low === high ? `${high} left in this step` : `${low} to ${high} left in this step`;
}

type Output = Pick<NodeJS.WriteStream, 'write'>;

/** Between two plain lines about one stage (ms). */
const lineInterval = 2000;

export function plainProgress(output: Output, clock: () => number = () => performance.now()): ProgressView {
  let last = Number.NEGATIVE_INFINITY;
  const say = (line: string): void => {
    output.write(`${line}\n`);
  };
  return {
    say,
    show: (event) => {
      if (event.type === 'stage-started') {
        last = clock();
        say(`${event.property}: ${event.stage} (${String(event.tasks)})`);
      } else if (event.type === 'progress' && event.done < event.total && clock() - last > lineInterval) {
        last = clock();
        const left = remainingText(event.remaining);
        say(`${event.property}: ${event.stage} ${String(event.done)} of ${String(event.total)}${left === '' ? '' : `, ${left}`}`);
      }
    },
    close: () => undefined,
  };
}

export function barProgress(output: NodeJS.WriteStream): ProgressView {
  const bar = new SingleBar({ format: '{label} [{bar}] {value}/{total} {left}', stream: output, hideCursor: true, clearOnComplete: true, barsize: 24, noTTYOutput: false });
  let active = false;
  const end = (): void => {
    if (active) bar.stop();
    active = false;
  };
  return {
    say: (line) => {
      end();
      output.write(`${line}\n`);
    },
    show: (event) => {
      if (event.type === 'stage-started') {
        end();
        bar.start(event.tasks, 0, { label: `${event.property}: ${event.stage}`, left: '' });
        active = true;
      } else if (event.type === 'progress' && active) bar.update(event.done, { left: remainingText(event.remaining) });
      else if (event.type === 'stage-finished') end();
    },
    close: end,
  };
}
