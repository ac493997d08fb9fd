/**
 * Where the program's own pieces lie: in a checkout (sources run as they are, built pieces in `out/`) or in `out/`
 * alone (bundles at `out/cli`, `out/engine` and `out/chunks`, each one folder deep). The only file that knows.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { refuse } from '../../core/contracts/messages.ts';
import { kernelNames, type KernelBytes } from '../../core/index.ts';

const own = fileURLToPath(import.meta.url);
const built = own.endsWith('.js');
/** `out/chunks/x.js` and `electron/services/layout.ts` lie equally deep. */
const root = join(own, '../../..');
const out = join(root, 'out');

/** The folder of the sources, or null in an installed package, which has none. */
export const checkout: string | null = existsSync(join(root, 'core/index.ts')) ? root : null;

export const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;

/** Bundled potentials, structures and experimental points. */
export const resources = join(built ? out : root, 'resources');

export const reportTemplate = join(out, 'report/template.html');

const entries = { engine: 'engine', questions: 'question-process', worker: 'worker', helper: 'helper' } as const;

/** Entry of a process of ours or of a thread. */
export function entry(name: keyof typeof entries): URL {
  return pathToFileURL(built ? join(out, 'engine', `${entries[name]}.js`) : join(root, 'electron/engine', `${entries[name]}.ts`));
}

/** The pages of the window. */
export const windowFolder = join(out, 'window');

/** What a window of Electron loads before its page. */
export const preload = join(out, 'shell/preload.cjs');

/** Where newer versions of a package are told of; only in packages whose makers do so. */
export const updatesFile = join(out, 'shell/updates.json');

/** Every command runs again with this file. */
export const program = built ? join(out, 'cli/phonolite.js') : join(root, 'electron/cli/phonolite.ts');

/** The WebAssembly pieces that `core` is given at start. Refused with the build command where `out/` is missing. */
export function coreBytes(): { symmetry: Uint8Array; kernels: KernelBytes } {
  const read = (path: string): Uint8Array => {
    if (!existsSync(path)) refuse('program.notBuilt', { path });
    return readFileSync(path);
  };
  return {
    symmetry: read(built ? join(out, 'symmetry/moyo_wasm_bg.wasm') : join(root, 'node_modules/@spglib/moyo-wasm/moyo_wasm_bg.wasm')),
    kernels: Object.fromEntries(kernelNames.map((name) => [name, read(join(out, `kernels/${name}.wasm`))])),
  };
}
