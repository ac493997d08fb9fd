/** `app`: from the first line to the end of the process. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { close, launch } from './chromium.ts';
import { changes, KnownEvents, needsNotReady, preventable, state } from './state.ts';
import type { BrowserWindow } from './window.ts';

export const appEvents = new KnownEvents('app', ['ready', 'window-all-closed', 'before-quit', 'will-quit', 'quit', 'open-file', 'activate', 'second-instance', 'web-contents-created']);
const windows = new Set<BrowserWindow>();
export function adoptWindow(window: BrowserWindow): void {
  windows.add(window);
  window.once('closed', () => { windows.delete(window); });
}

// Electron's command line has no word for the entry of the program.
process.argv.splice(1, 1);

const paths = new Map<string, string>([['home', homedir()], ['temp', tmpdir()]]);
let lock: Server | null = null;
let quitAsked = false;

const whenReady = new Promise<void>((resolve, reject) => {
  // The entry has run to its end by then: Electron waits for it too.
  setTimeout(() => {
    // A second instance that asks to quit before it is ready never gets that far.
    if (quitAsked) return;
    const profile = paths.get('userData');
    if (profile === undefined) throw new Error('the program has not said where its profile lies');
    launch(profile).then(({ endpoint }) => {
      state.ready = true;
      appEvents.emit('ready', {}, {});
      changes.emit('ready', endpoint);
      resolve();
    }, reject);
  });
});

function paired(server: Server): void {
  server.on('connection', (socket) => {
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => { said += text; }).on('end', () => {
      socket.end();
      const { argv, folder } = JSON.parse(said) as { argv: string[]; folder: string };
      // Electron puts words of its own among those of the second start.
      appEvents.emit('second-instance', {}, [argv[0], '--allow-file-access-from-files', ...argv.slice(1)].filter((word) => word !== undefined), folder, null);
    });
  });
  server.unref();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function leave(code: number): Promise<void> {
  lock?.close();
  await close();
  process.exit(code);
}

export const app = Object.assign(appEvents, {
  isPackaged: process.env['STAND_IN_PACKAGED'] === '1',
  whenReady: () => whenReady,
  isReady: () => state.ready,
  getVersion: () => '0.0.0-stand-in',
  getName: () => 'phonolite',
  getPath: (name: string) => paths.get(name) ?? ((): never => { throw new Error(`Failed to get '${name}' path`); })(),
  setPath: (name: string, path: string) => {
    if (!existsSync(path)) throw new Error(`Failed to set path: ${path} does not exist`);
    paths.set(name, path);
  },
  setAppUserModelId: () => undefined,
  setAboutPanelOptions: (options: object) => { void options; },
  enableSandbox: () => {
    needsNotReady('app.enableSandbox()');
    state.sandbox = true;
  },
  /** What is told to the first instance goes out while this process ends. */
  requestSingleInstanceLock: (): boolean => {
    const profile = app.getPath('userData');
    const [note, path] = [join(profile, 'StandInNote'), join(profile, 'StandInSocket')];
    if (existsSync(note) && isAlive(Number(readFileSync(note, 'utf8')))) {
      const socket = createConnection(path, () => { socket.end(JSON.stringify({ argv: process.argv, folder: process.cwd() })); });
      return false;
    }
    for (const left of [note, path]) rmSync(left, { force: true });
    writeFileSync(note, String(process.pid));
    lock = createServer({ allowHalfOpen: true });
    lock.listen(path);
    paired(lock);
    return true;
  },
  quit: () => {
    if (!state.ready) {
      quitAsked = true;
      return;
    }
    const event = preventable({});
    appEvents.emit('before-quit', event);
    if (event.defaultPrevented) return;
    state.quitting = true;
    for (const window of [...windows]) {
      if (!window.close()) {
        state.quitting = false;
        return;
      }
    }
    const last = preventable({});
    appEvents.emit('will-quit', last);
    if (last.defaultPrevented) {
      state.quitting = false;
      return;
    }
    appEvents.emit('quit', {}, 0);
    changes.emit('quit');
    void leave(0);
  },
  exit: (code = 0) => { void leave(code); },
});
