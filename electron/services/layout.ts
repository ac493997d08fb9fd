/**
 * Where the program's own pieces lie: in a checkout (sources run as they are, built pieces in `out/`) or in `out/`
 * alone (bundles at `out/cli`, `out/engine` and `out/chunks`, each one folder deep). The only file that knows.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { refuse } from '../../core/contracts/messages.ts';

const own = fileURLToPath(import.meta.url);
const built = own.endsWith('.js');
const out = built ? join(own, '../..') : join(own, '../../../out');
const sources = built ? null : join(own, '../../..');

/** The checkout, or null where the program runs from `out/` alone. */
export const checkout: string | null = sources ?? (existsSync(join(out, '../core/index.ts')) ? join(out, '..') : null);

/** Bundled potentials, structures and experimental points. */
export const resources = built ? join(out, 'resources') : join(own, '../../../resources');

export const reportTemplate = join(out, 'report/template.html');

/** Entry of the engine process or of a worker thread. */
export function entry(name: 'engine' | 'worker'): URL {
  return pathToFileURL(built ? join(out, 'engine', `${name}.js`) : join(own, '../../engine', `${name}.ts`));
}

/** Every command runs again with this file. */
export const program = built ? join(out, 'cli/phonolite.js') : join(own, '../../cli/phonolite.ts');

/** The WebAssembly pieces that `core` is given at start. Refused with the build command where `out/` is missing. */
export function coreBytes(): { symmetry: Uint8Array; kernels: { hermitian: Uint8Array } } {
  const read = (path: string): Uint8Array => {
    if (!existsSync(path)) refuse('program.notBuilt', { path });
    return readFileSync(path);
  };
  return { symmetry: read(join(out, 'symmetry/moyo_wasm_bg.wasm')), kernels: { hermitian: read(join(out, 'kernels/hermitian.wasm')) } };
}
