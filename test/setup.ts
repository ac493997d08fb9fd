/** Hands the WebAssembly pieces to `core`, as a host does at start. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadSymmetry } from '../core/crystal/symmetry.ts';
import { loadKernels } from '../core/kernels/kernels.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

loadSymmetry(readFileSync(here('../node_modules/@spglib/moyo-wasm/moyo_wasm_bg.wasm')));
const hermitian = here('../out/kernels/hermitian.wasm');
if (!existsSync(hermitian)) throw new Error('out/kernels is missing: run "npm run build"');
loadKernels({ hermitian: readFileSync(hermitian) });
