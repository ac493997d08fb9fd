/** What differs between the ways in: everything else is the same services. */
import type { Message } from '../../core/contracts/quantity.ts';
import type { SpawnProcess } from '../engine/process-channel.ts';

export interface Host {
  readonly kind: 'electron' | 'browser';
  /** Something to know about this way in, shown once in the settings. */
  readonly note: Message | null;
  readonly spawn: SpawnProcess;
  /** Prints a page that needs no network. */
  readonly printToPdf: (page: string) => Promise<Uint8Array>;
  /** Why nothing can be printed here; null where it can. */
  readonly cannotPrint: () => Message | null;
  /** The system's own dialog; null where there is none. Resolves with null where nothing was chosen. */
  readonly chooseFolder: (() => Promise<string | null>) | null;
  /** Folder of what a person chose once for this machine. */
  readonly userFolder: string;
  /** The project that a first start makes. */
  readonly defaultProject: string;
  readonly now: () => Date;
}
