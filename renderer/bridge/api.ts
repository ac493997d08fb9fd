/**
 * The live source of the screens: every method of the program, through Electron's preload bridge where there is one, else
 * through the loopback server that this page came from.
 */
import { decodePlain, encodePlain } from '../../core/contracts/codec.ts';
import { Refusal } from '../../core/contracts/messages.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import type { Answer, Input, Output, ServiceEvent } from '../../core/contracts/service.ts';
import type { MethodName } from '../../core/contracts/service-names.ts';

/** What the preload script puts into the window: one function per method, and the events. */
export interface WindowBridge {
  readonly call: { readonly [M in MethodName]: (input: Input<M>) => Promise<Answer<M>> };
  readonly subscribe: (listener: (event: ServiceEvent) => void) => () => void;
}
declare global {
  interface Window {
    readonly phonolite?: WindowBridge;
  }
}

/** A mistake of ours, or a program that is gone: nothing that the input could change. */
export class ServiceFailure extends Error {
  readonly detail: Message | null;
  constructor(sentence: string, detail: Message | null = null) {
    super(sentence);
    this.name = 'ServiceFailure';
    this.detail = detail;
  }
}


export interface Api {
  /** Rejects with a `Refusal` where the input is at fault, with a `ServiceFailure` otherwise. */
  call<M extends MethodName>(method: M, input: Input<M>): Promise<Output<M>>;
  /** `onConnection`: false when events stop coming, true when they come (again): what was missed must then be asked for. */
  subscribe(listener: (event: ServiceEvent) => void, onConnection: (open: boolean) => void): () => void;
}

function unwrapped<M extends MethodName>(answer: Answer<M>): Output<M> {
  if ('value' in answer) return answer.value;
  if ('refusal' in answer) throw new Refusal(answer.refusal);
  throw new ServiceFailure(answer.failure.sentence, answer.failure);
}

function bridged(bridge: WindowBridge): Api {
  return {
    call: async (method, input) => unwrapped(await bridge.call[method](input as never)),
    subscribe: (listener, onConnection) => {
      onConnection(true);
      return bridge.subscribe(listener);
    },
  };
}

const callType = 'application/x-phonolite-call';

/** `gone`: the sentence for a server that does not answer. */
function loopback(gone: string): Api {
  return {
    call: async (method, input) => {
      let response: Response;
      try {
        response = await fetch(`/call/${method}`, { method: 'POST', headers: { 'content-type': callType }, body: encodePlain(input) as Uint8Array<ArrayBuffer> });
      } catch {
        throw new ServiceFailure(gone);
      }
      if (response.headers.get('content-type') !== callType) throw new ServiceFailure((await response.text()).trim());
      return unwrapped(decodePlain(new Uint8Array(await response.arrayBuffer())) as Answer<typeof method>);
    },
    subscribe: (listener, onConnection) => {
      const source = new EventSource('/events');
      source.onopen = () => { onConnection(true); };
      source.onerror = () => { onConnection(false); };
      source.onmessage = (received: MessageEvent<string>) => {
        listener(decodePlain(Uint8Array.from(atob(received.data), (letter) => letter.charCodeAt(0))) as ServiceEvent);
      };
      return () => { source.close(); };
    },
  };
}

export function connect(gone: string): Api {
  return window.phonolite ? bridged(window.phonolite) : loopback(gone);
}
