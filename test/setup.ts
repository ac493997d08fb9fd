/** Hands the WebAssembly pieces to `core`, as a host does at start. A missing one fails: no test may pass without its kernel. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadSymmetry } from '../core/crystal/symmetry.ts';
import { kernelNames, loadKernels } from '../core/kernels/kernels.ts';

const bytes = (path: string): Uint8Array => readFileSync(fileURLToPath(new URL(path, import.meta.url)));

loadSymmetry(bytes('../node_modules/@spglib/moyo-wasm/moyo_wasm_bg.wasm'));
loadKernels(Object.fromEntries(kernelNames.map((name) => [name, bytes(`../out/kernels/${name}.wasm`)])));
