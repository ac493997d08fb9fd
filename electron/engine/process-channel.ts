/**
 * A process of ours as its host sees it, and the host as that process sees it: plain messages both ways, and one word
 * when the other side is gone. Node's child process and Electron's utility process are used alike.
 */
export interface ProcessHandle {
  readonly pid: number | undefined;
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once when the process has ended, with the reason in words. */
  onExit(listener: (reason: string) => void): void;
  kill(): void;
}

export type ProcessEntry = 'engine' | 'questions';

/** ms. A port has no word for "taken": long after any message has crossed, and short enough to leave nobody behind. */
const farewell = 250;

export type SpawnProcess = (entry: ProcessEntry) => ProcessHandle;

/** Electron's utility processes have a port instead of `process.send`; its types are not those of Node. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

export interface HostChannel {
  post(message: unknown): void;
  /** Says a last message and ends the process once the system has taken it. */
  postLast(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** The channel to whoever started this process. A host that is gone ends the process: nobody is left to work for. */
export function hostChannel(): HostChannel {
  const port = (process as NodeJS.Process & { parentPort?: ParentPort }).parentPort;
  // Ctrl-C reaches every process of the terminal; the host decides what it means.
  process.on('SIGINT', () => undefined);
  if (port) {
    return {
      post: (message) => { port.postMessage(message); },
      postLast: (message) => {
        port.postMessage(message);
        setTimeout(() => process.exit(0), farewell);
      },
      onMessage: (listener) => { port.on('message', ({ data }) => { listener(data); }); },
    };
  }
  process.on('disconnect', () => process.exit(0));
  return {
    post: (message) => {
      if (process.connected) process.send?.(message);
    },
    postLast: (message) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => process.exit(0));
      else process.exit(0);
    },
    onMessage: (listener) => { process.on('message', listener); },
  };
}
