/**
 * The main process' end of the bridge: every method on a channel of its own, every event to the windows that listen. It
 * asks who calls and how much they bring; all else is checked by the schemas behind `Application.call`.
 */
import { message } from '../../core/contracts/messages.ts';
import type { Answer, ServiceEvent } from '../../core/contracts/service.ts';
import { methodNames } from '../../core/contracts/service-names.ts';
import { channels, eventChannel } from './channels.ts';
import { mayCall, type Sender } from './sender.ts';
import { messageLimit, plainSize } from './size.ts';

/** The page of a window, as far as the bridge needs it. */
export interface WindowContents {
  readonly mainFrame: unknown;
  isDestroyed(): boolean;
  send(channel: string, event: ServiceEvent): void;
}

/** Electron's `ipcMain`, as far as the bridge needs it. */
export interface Calls {
  handle(channel: string, listener: (event: Sender, ...given: unknown[]) => Promise<Answer>): void;
  on(channel: string, listener: (event: Sender) => void): void;
}

export interface BridgeOptions {
  readonly calls: Calls;
  readonly call: (method: string, input: unknown) => Promise<Answer>;
  /** Contents of the windows of the application, as they are now. */
  readonly windows: () => readonly WindowContents[];
  /** A window is ready to be told things. */
  readonly onListening: () => void;
}

export interface Bridge {
  tell(event: ServiceEvent): void;
  /** The page of these contents goes: it must listen again before it is told anything. */
  forget(contents: unknown): void;
}

export function openBridge({ calls, call, windows, onListening }: BridgeOptions): Bridge {
  const listening = new Set<unknown>();
  for (const method of methodNames) {
    calls.handle(channels[method], async (event, input) => {
      if (!mayCall(event, windows())) return { refusal: message('service.sender', { method }) };
      const size = plainSize(input);
      if (Number.isNaN(size)) return { refusal: message('service.input', { method, place: 'the call', problem: 'it is not plain data' }) };
      if (size === Infinity) return { refusal: message('service.tooLarge', { limit: messageLimit / 1e6 }) };
      return call(method, input);
    });
  }
  calls.on(eventChannel, (event) => {
    if (!mayCall(event, windows())) return;
    listening.add(event.sender);
    onListening();
  });
  return {
    tell: (event) => {
      for (const contents of windows()) if (listening.has(contents) && !contents.isDestroyed()) contents.send(eventChannel, event);
    },
    forget: (contents) => { listening.delete(contents); },
  };
}
