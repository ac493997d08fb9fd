/** Hands the WebAssembly pieces to `core`, as a host does at start. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

if (existsSync(here('../core/crystal/symmetry.ts'))) {
  const { loadSymmetry } = await import('../core/crystal/symmetry.ts');
  loadSymmetry(readFileSync(here('../node_modules/@spglib/moyo-wasm/moyo_wasm_bg.wasm')));
}
if (existsSync(here('../core/kernels/kernels.ts')) && existsSync(here('../out/kernels/hermitian.wasm'))) {
  const { loadKernels } = await import('../core/kernels/kernels.ts');
  loadKernels({ hermitian: readFileSync(here('../out/kernels/hermitian.wasm')) });
}
