/**
 * `npm start`: Phonolite in a window of its own where Electron's binary is there or can be fetched, else as a page of the
 * browser, saying why. `npm start -- --fetch` tries a fetch again that has failed before.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchElectron, findElectron, reasonIn, rememberedFailure, type ElectronPlaces } from './electron-binary.ts';

export interface StartOptions extends ElectronPlaces {
  /** The folder with package.json and out/. */
  readonly root: string;
  /** What stands behind `npm start --`. */
  readonly given: readonly string[];
  readonly say: (sentence: string) => void;
  /** ms that a fetch may take: about 110 MB. */
  readonly fetchLimit?: number;
  /** ms: a window that ends sooner, and not by its own will, has not opened. */
  readonly opening?: number;
}

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
  readonly milliseconds: number;
}

/** Returns the exit status. */
export async function startPhonolite(options: StartOptions): Promise<number> {
  const { root, say } = options;
  const [main, program] = [join(root, 'out/shell/main.js'), join(root, 'out/cli/phonolite.js')];
  const missing = [main, program].find((path) => !existsSync(path));
  if (missing !== undefined) {
    say(`The built file ${missing} is missing. Run "npm run build" first.`);
    return 2;
  }
  const given = options.given.filter((word) => word !== '--fetch');
  const found = await electronOrWhyNot(options);
  if ('why' in found) return serve(program, given, found.why, options);
  const why = screenIn(options) ? null : 'there is no screen to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set)';
  if (why !== null) return serve(program, given, why, options);
  const { status, signal, errors, milliseconds } = await run(found.binary, [root, ...given], options, true);
  if (status === 0 || milliseconds > (options.opening ?? 10_000)) return status ?? 1;
  const reason = reasonIn(errors) ?? `it ended with ${signal ?? `status ${String(status)}`}`;
  return serve(program, given, `Electron could not open its window: ${reason}`, options);
}

async function electronOrWhyNot(options: StartOptions): Promise<{ readonly binary: string } | { readonly why: string }> {
  const { say } = options;
  const there = findElectron(options);
  if (there !== null) return { binary: there };
  const elsewhere = options.environment['ELECTRON_OVERRIDE_DIST_PATH'];
  if (elsewhere !== undefined && elsewhere !== '') return { why: `there is no Electron in ${elsewhere}, where ELECTRON_OVERRIDE_DIST_PATH points` };
  const again = 'To try again, run "npm start -- --fetch" or "npx install-electron".';
  const before = options.given.includes('--fetch') ? null : rememberedFailure(options);
  if (before !== null) {
    say(`Electron's binary is missing, and fetching it failed before: ${before}. ${again}`);
    return { why: `Electron's binary is missing and could not be fetched (${before})` };
  }
  const limit = options.fetchLimit ?? 180_000;
  say(`Electron's binary is missing. Fetching it once (about 110 MB, at most ${String(Math.round(limit / 60_000))} min) …`);
  const failure = await fetchElectron(options, limit);
  const binary = findElectron(options);
  if (failure === null && binary !== null) {
    say('Electron is there now.');
    return { binary };
  }
  say(`It could not be fetched: ${failure ?? 'it is not where it should be'}. ${again}`);
  return { why: `Electron's binary is missing and could not be fetched (${failure ?? 'it is not where it should be'})` };
}

function screenIn({ platform, environment }: StartOptions): boolean {
  return platform !== 'linux' || [environment['DISPLAY'], environment['WAYLAND_DISPLAY']].some((name) => name !== undefined && name !== '');
}

/** The same program as a page of the browser. */
async function serve(program: string, given: readonly string[], why: string, options: StartOptions): Promise<number> {
  const isFile = (word: string, k: number): boolean => !word.startsWith('-') && !['--project', '--port'].includes(given[k - 1] ?? '');
  const files = given.filter(isFile);
  options.say(`Phonolite opens in the browser instead: ${why}.`);
  if (files.length > 0) options.say(`Drop ${files.join(', ')} into the page: a browser is not handed any files.`);
  const { status } = await run(process.execPath, [program, 'serve', '--note', `${why}.`, ...given.filter((word, k) => !isFile(word, k))], options, false);
  return status ?? 1;
}

/** `listen`: keeps the end of what it says on stderr, and says it on. */
function run(command: string, words: readonly string[], options: StartOptions, listen: boolean): Promise<Ended> {
  return new Promise((resolve) => {
    const began = performance.now();
    const { ELECTRON_RUN_AS_NODE: _asNode, ...environment } = options.environment;
    const child = spawn(command, words, { env: environment, stdio: ['inherit', 'inherit', listen ? 'pipe' : 'inherit'] });
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      process.stderr.write(text);
      errors = (errors + text).slice(-4000);
    });
    // Ctrl-C reaches the child by itself; this process only waits for it.
    const pass = (signal: NodeJS.Signals): void => { if (signal !== 'SIGINT') child.kill(signal); };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, pass);
    const end = (status: number | null, signal: NodeJS.Signals | null): void => {
      for (const name of signals) process.off(name, pass);
      resolve({ status, signal, errors, milliseconds: performance.now() - began });
    };
    child.on('error', (error) => {
      errors += error.message;
      end(1, null);
    });
    child.on('close', end);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  process.exitCode = await startPhonolite({
    root, package: join(root, 'node_modules/electron'), note: join(root, 'out/electron-fetch.json'), environment: process.env, platform: process.platform, given: process.argv.slice(2),
    say: (sentence) => { process.stdout.write(`${sentence}\n`); },
  });
}
