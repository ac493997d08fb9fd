/**
 * `npm run package`: builds out/ and makes the packages of this system, one after the other, so that a tool which is
 * missing for one is no loss for the next. `npm run package -- dir tar.gz` makes some, `--arch arm64` for other machines.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Configuration } from 'electron-builder';
import { updateChannelOf } from '../../electron/services/updates.ts';
import { licencesOf } from './licences.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const usual: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = { win32: ['nsis'], darwin: ['dmg'], linux: ['tar.gz', 'deb', 'AppImage'] };

const given = process.argv.slice(2);
const option = (name: string): string | null => {
  const at = given.indexOf(name);
  return at < 0 ? null : (given.splice(at, 2)[1] ?? null);
};
const say = (sentence: string): void => { process.stdout.write(`${sentence}\n`); };
const output = option('--output') ?? join(root, 'dist');
const archName = option('--arch') ?? process.arch;
const built = given.includes('--built');
const targets = given.filter((word) => word !== '--built');
const known = usual[process.platform];
if (!known || !['x64', 'arm64'].includes(archName)) {
  process.stderr.write(`There is no package for ${process.platform} ${archName}.\n`);
  process.exit(2);
}
const unknown = targets.find((name) => name !== 'dir' && !known.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`There is no package "${unknown}" here. Packages: ${['dir', ...known].join(', ')}.\n`);
  process.exit(2);
}

if (!built && spawnSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' }).status !== 0) process.exit(1);

// Who makes a package decides where it asks for newer ones, and whose signature it believes.
const channel = updateChannelOf(process.env);
const note = join(root, 'out/shell/updates.json');
if (channel) writeFileSync(note, `${JSON.stringify(channel)}\n`);
else rmSync(note, { force: true });

writeFileSync(join(root, 'out/third-party-licences.txt'), licencesOf(root));

/** An Electron that is here already, for machines like this one; else electron-builder fetches it. */
function localElectron(): string | null {
  const elsewhere = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (elsewhere !== undefined && elsewhere !== '') return elsewhere;
  const fetched = join(root, 'node_modules/electron/dist');
  return archName === process.arch && existsSync(fetched) ? fetched : null;
}

/** Debian's p7zip in place of one that would be fetched. */
function findTool(names: readonly string[]): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path)) ?? null;
}
const archiver = findTool(['7za', '7z']);
if (archiver !== null) process.env['ELECTRON_BUILDER_7ZIP_PATH'] ??= archiver;

const electronDist = localElectron();
const config: Configuration = { directories: { output }, ...(electronDist !== null && { electronDist }), ...(channel === null && { publish: null }) };

const { Arch, build, Platform } = await import('electron-builder');
const platform = { win32: Platform.WINDOWS, darwin: Platform.MAC, linux: Platform.LINUX }[process.platform as 'win32' | 'darwin' | 'linux'];

/** Whether it was made. */
async function make(target: string, prepackaged: string | null): Promise<boolean> {
  const began = performance.now();
  try {
    await build({ projectDir: root, targets: platform.createTarget(target, Arch[archName as 'x64' | 'arm64']), config, publish: 'never', ...(prepackaged !== null && { prepackaged }) });
    say(`Made ${target} in ${((performance.now() - began) / 1000).toFixed(0)} s.`);
    return true;
  } catch (error) {
    say(`Could not make ${target}: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 300)}`);
    return false;
  }
}

/** Where electron-builder puts the program of this system and architecture. */
const unpacked = (): string => {
  const suffix = archName === 'x64' ? '' : `-${archName}`;
  return process.platform === 'darwin' ? join(output, `mac${suffix}`, 'Phonolite.app') : join(output, `${process.platform === 'win32' ? 'win' : 'linux'}${suffix}-unpacked`);
};

// The program is put together once; the packages only wrap it up.
const wanted = targets.length > 0 ? targets : known;
const failed: string[] = [];
if (!(await make('dir', null))) failed.push(...wanted);
else for (const target of wanted) if (target !== 'dir' && !(await make(target, unpacked()))) failed.push(target);
// A checkout has no channel of its own.
rmSync(note, { force: true });
for (const name of existsSync(output) ? readdirSync(output) : []) {
  const { size } = statSync(join(output, name));
  if (/\.(exe|dmg|AppImage|deb|tar\.gz)$/.test(name)) say(`${join(output, name)}  ${(size / 1e6).toFixed(1)} MB`);
}
if (failed.length > 0) {
  say(`Not made: ${failed.join(', ')}. Each fetches a tool or Electron itself the first time; docs/packaging.md says which.`);
  process.exitCode = 1;
}
