/**
 * Electron's binary, which its package fetches at first use. It is looked for without loading that package: loading it
 * would start the download at once, and wait for it without a limit.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runnable } from '../electron/services/runnable.ts';

export interface ElectronPlaces {
  /** The folder of the npm package `electron`. */
  readonly package: string;
  /** Where a fetch that failed is remembered, so that not every start waits for it. */
  readonly note: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

function textOf(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
}

const usualNames: Partial<Record<NodeJS.Platform, string>> = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };

/** Path of the binary, or null: where `ELECTRON_OVERRIDE_DIST_PATH` says, else in the package, if it is of the package's version. */
export function findElectron({ package: folder, environment, platform }: ElectronPlaces): string | null {
  const name = textOf(join(folder, 'path.txt')) ?? usualNames[platform] ?? 'electron';
  const elsewhere = environment['ELECTRON_OVERRIDE_DIST_PATH'];
  if (elsewhere !== undefined && elsewhere !== '') {
    const path = join(elsewhere, name);
    return runnable(path) ? path : null;
  }
  const path = join(folder, 'dist', name);
  // Left over from before an update.
  if (textOf(join(folder, 'dist/version'))?.replace(/^v/, '') !== versionOf(folder)) return null;
  return runnable(path) ? path : null;
}

function versionOf(folder: string): string | null {
  const text = textOf(join(folder, 'package.json'));
  return text === null ? null : (JSON.parse(text) as { version: string }).version;
}

/** Why the last fetch of this version failed; null where none has. */
export function rememberedFailure({ package: folder, note }: ElectronPlaces): string | null {
  try {
    const { version, reason } = JSON.parse(textOf(note) ?? 'null') as { version?: unknown; reason?: unknown };
    return version === versionOf(folder) && typeof reason === 'string' ? reason : null;
  } catch {
    return null;
  }
}

/** Fetches the binary as `npx install-electron` does. Returns why it could not, or null. `limit`: ms. */
export async function fetchElectron(places: ElectronPlaces, limit: number): Promise<string | null> {
  const installer = join(places.package, 'install.js');
  const reason = existsSync(installer) ? await run(installer, places.environment, limit) : `the package electron is not installed (${installer} is missing)`;
  const failure = reason ?? (findElectron(places) === null ? 'the download ended without a program that can be started' : null);
  if (failure === null) rmSync(places.note, { force: true });
  else {
    mkdirSync(dirname(places.note), { recursive: true });
    writeFileSync(places.note, `${JSON.stringify({ version: versionOf(places.package), reason: failure })}\n`);
  }
  return failure;
}

function run(installer: string, environment: NodeJS.ProcessEnv, limit: number): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [installer], { env: environment, stdio: ['ignore', 'ignore', 'pipe'], timeout: limit, killSignal: 'SIGKILL' });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => { errors = (errors + text).slice(-4000); });
    child.on('error', (error) => { resolve(error.message); });
    child.on('close', (status, signal) => {
      if (status === 0) resolve(null);
      else if (signal === 'SIGKILL') resolve(`it took longer than ${String(Math.round(limit / 1000))} s`);
      else {
        const reason = reasonIn(errors);
        // All that Node says where there is no network.
        resolve(reason === 'fetch failed' ? 'the place where it is kept cannot be reached (fetch failed)' : (reason ?? `the download ended with status ${String(status)}`));
      }
    });
  });
}

/** The line that says why, without its stack, the place in somebody's program, and a full stop. */
export function reasonIn(errors: string): string | null {
  const lines = errors.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('at '));
  const line = lines.findLast((one) => /error|denied|not supported|cannot|failed/i.test(one)) ?? lines.at(-1);
  return line === undefined ? null : line.replace(/^\[[^\]]*\]\s*/, '').replace(/^\w*Error: /, '').replace(/\.$/, '').slice(0, 200);
}
