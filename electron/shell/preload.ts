/** All that a window gets of the machine: one function for each method of the program, and its events. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { Answer, Input, ServiceEvent } from '../../core/contracts/service.ts';
import { methodNames, type MethodName } from '../../core/contracts/service-names.ts';
import { channels, eventChannel } from '../bridge/channels.ts';

type Call = { readonly [M in MethodName]: (input: Input<M>) => Promise<Answer<M>> };

const call = Object.freeze(Object.fromEntries(methodNames.map((method) => [method, (input: unknown) => ipcRenderer.invoke(channels[method], input)]))) as unknown as Call;

function subscribe(listener: (event: ServiceEvent) => void): () => void {
  // The event of Electron itself would give the page more than what is told.
  const onTold = (_event: IpcRendererEvent, told: ServiceEvent): void => { listener(told); };
  ipcRenderer.on(eventChannel, onTold);
  ipcRenderer.send(eventChannel);
  return () => { ipcRenderer.removeListener(eventChannel, onTold); };
}

contextBridge.exposeInMainWorld('phonolite', Object.freeze({ call, subscribe }));
