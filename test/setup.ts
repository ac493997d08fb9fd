/** Hands the WebAssembly pieces to `core`, as a host does at start. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

if (existsSync(here('../core/crystal/symmetry.ts'))) {
  const { loadSymmetry } = await import('../core/crystal/symmetry.ts');
  loadSymmetry(readFileSync(here('../node_modules/@spglib/moyo-wasm/moyo_wasm_bg.wasm')));
}
if (existsSync(here('../core/kernels/kernels.ts'))) {
  const { kernelNames, loadKernels } = await import('../core/kernels/kernels.ts');
  const built = kernelNames.filter((name) => existsSync(here(`../out/kernels/${name}.wasm`)));
  loadKernels(Object.fromEntries(built.map((name) => [name, readFileSync(here(`../out/kernels/${name}.wasm`))])));
}
