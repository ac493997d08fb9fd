/** Compiles core/kernels/assembly/*.ts (AssemblyScript) to out/kernels/*.wasm, each only where it, or what the kernels share, is newer than its output. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'core/kernels/assembly');
const outputs = join(root, 'out/kernels');

export async function buildKernels(): Promise<void> {
  mkdirSync(outputs, { recursive: true });
  const shared = Math.max(...readdirSync(join(sources, 'shared')).map((name) => statSync(join(sources, 'shared', name)).mtimeMs));
  for (const file of readdirSync(sources).filter((name) => name.endsWith('.ts')).sort()) {
    const source = join(sources, file);
    const output = join(outputs, `${basename(file, '.ts')}.wasm`);
    if (existsSync(output) && statSync(output).mtimeMs >= Math.max(shared, statSync(source).mtimeMs)) continue;
    const { error, stderr } = await asc.main(
      [source, '-o', output, '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--baseDir', '/'],
      {},
    );
    if (error) throw new Error(`The kernel ${file} does not compile:\n${stderr.toString()}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels();
