/** Chromium or Chrome on this machine, for printing reports. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { refuse } from '../../core/contracts/messages.ts';
import { runnable } from './runnable.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
/** A report of 5 MB prints in 2 to 4 s on two slow cores; a browser that takes this long will not finish. */
const patience = 60_000;

/** Path of a browser that can print: `PHONOLITE_CHROMIUM`, then the search path, then the usual places. Null where there is none. */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): string | null {
  const named = environment['PHONOLITE_CHROMIUM'];
  if (named !== undefined && named !== '') return runnable(named) ? named : null;
  const folders = [...(environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), '/usr/bin', '/snap/bin'];
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...places].find(runnable) ?? null;
}

/** Prints a page that needs no network. The page is opened with `#print`: everything on it is drawn at once, in print colours. */
export async function printToPdf(page: string, environment: NodeJS.ProcessEnv = process.env): Promise<Uint8Array> {
  const browser = findBrowser(environment);
  if (browser === null) return refuse('report.noBrowser', { tried: environment['PHONOLITE_CHROMIUM'] ?? names.join(', ') });
  const folder = await mkdtemp(join(tmpdir(), 'phonolite-print-'));
  try {
    const pdf = join(folder, 'report.pdf');
    const detail = await run(browser, [
      '--headless',
      // The sandbox needs user namespaces that root in a container does not have; the page is our own.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-extensions', '--no-first-run', `--user-data-dir=${join(folder, 'profile')}`,
      // Lets fonts, charts and the still pictures of the crystals settle; virtual, so it costs no waiting.
      '--virtual-time-budget=2000', '--no-pdf-header-footer', `--print-to-pdf=${pdf}`, `${pathToFileURL(page).href}#print`,
    ]);
    const bytes = await readFile(pdf).catch(() => null);
    return bytes ?? refuse('report.printing', { browser, detail });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Resolves with the last line on stderr, whatever the exit status: whether there is a PDF decides. */
function run(program: string, command: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(program, command, { stdio: ['ignore', 'ignore', 'pipe'], timeout: patience, killSignal: 'SIGKILL' });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-2000);
    });
    child.on('error', (error) => {
      resolve(error.message);
    });
    child.on('close', (code, signal) => {
      resolve(errors.trim().split('\n').at(-1) ?? `it ended with ${signal ?? `status ${String(code)}`}`);
    });
  });
}
