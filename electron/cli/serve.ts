/** `phonolite serve`: the application in a browser of this machine, where there is no window of its own. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { message, refuse } from '../../core/contracts/messages.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import { announce, runningHost } from '../browser/instance.ts';
import { startBrowserHost } from '../browser/server.ts';
import { Application } from '../services/application.ts';
import { findBrowser, printToPdf } from '../services/browser.ts';
import { childProcess } from '../services/child-process.ts';
import { windowFolder } from '../services/layout.ts';
import { userFolders } from '../services/user-folders.ts';

export interface ServeOptions {
  readonly project?: string;
  readonly port?: number;
  /** `--no-open` leaves the browser alone. */
  readonly open: boolean;
  readonly json?: true;
  /** Why a browser was opened instead of a window, from whoever started this. */
  readonly note?: string;
}

export async function serve(options: ServeOptions): Promise<number> {
  if (!existsSync(join(windowFolder, 'index.html'))) refuse('program.notBuilt', { path: join(windowFolder, 'index.html') });
  const folders = userFolders();
  const say = (url: string, again: boolean): void => {
    if (options.json) process.stdout.write(`${JSON.stringify({ url, again })}\n`);
    else process.stdout.write(`${again ? 'Phonolite is open already' : 'Phonolite is open'}: ${url}\n${again ? '' : 'Ctrl-C ends it. The page may be closed and opened again while a run goes on.\n'}`);
    if (options.open) openInBrowser(url);
  };
  const running = await runningHost(folders.settings);
  if (running !== null) {
    say(running, true);
    return 0;
  }
  const application = new Application({
    kind: 'browser', note: noteOf(options.note), spawn: childProcess, printToPdf,
    cannotPrint: () => (findBrowser() === null ? message('report.noBrowser', { tried: 'chromium, google-chrome' }) : null),
    chooseFolder: null, userFolder: folders.settings, defaultProject: folders.project, now: () => new Date(),
  });
  try {
    await application.start(options.project === undefined ? null : resolve(options.project));
    const host = await startBrowserHost({ application, port: options.port ?? 0 });
    const withdraw = await announce(folders.settings, host.url);
    say(host.url, false);
    await untilInterrupted(() => application.busy);
    withdraw();
    await host.close();
    return 0;
  } finally {
    await application.close();
  }
}

function noteOf(why: string | undefined): Message | null {
  return why === undefined ? null : message('service.noWindow', { why });
}

/** Ctrl-C ends it; while something is computed it asks for a second one. */
function untilInterrupted(busy: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onInterrupt = (signal: NodeJS.Signals): void => {
      if (signal === 'SIGINT' && busy() && !asked) {
        asked = true;
        process.stdout.write('A run is being computed. Ctrl-C again ends it; what is finished is kept, and it can be resumed.\n');
        return;
      }
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onInterrupt);
  });
}

/** The system's own way of opening an address; where there is none the printed link remains. */
function openInBrowser(url: string): void {
  const [program, ...rest] = process.platform === 'darwin' ? ['open', url] : process.platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler', url] : ['xdg-open', url];
  const child = spawn(program!, rest, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
