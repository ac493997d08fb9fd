/** What crosses the boundary between a host (command line, browser host, application) and the engine process. */
import type { PotentialSource } from '../../core/contracts/card.ts';
import type { RunCommand, RunEvent } from '../../core/contracts/events.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import type { RunRequest } from '../../core/contracts/request.ts';
import type { SessionOutcome } from './session.ts';

export interface RunStart {
  readonly folder: string;
  readonly request: RunRequest;
  readonly source: PotentialSource;
  readonly threads: number;
  readonly device: string;
  /** Gives way to whatever else the machine is asked to do, windows first. */
  readonly background?: boolean;
}

export type ToEngine = { readonly type: 'start'; readonly start: RunStart } | { readonly type: 'command'; readonly command: RunCommand };

export type FromEngine =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'finished'; readonly outcome: SessionOutcome }
  /** The run was refused before it began; nothing was written. */
  | { readonly type: 'refused'; readonly message: Message }
  | { readonly type: 'broken'; readonly detail: string };
