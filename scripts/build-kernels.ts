/** Compiles core/kernels/assembly/*.ts (AssemblyScript) to out/kernels/*.wasm where anything of it is newer. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'core/kernels/assembly');
const outputs = join(root, 'out/kernels');

/** Kernels whose memory threads share: the host gives it. Its largest size must be the host's, `core/kernels/space.ts`. */
const threaded = ['nep.ts', 'neural.ts'];
const sharing = ['--enable', 'threads', '--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'];

export async function buildKernels(): Promise<void> {
  mkdirSync(outputs, { recursive: true });
  // Kernels share files: one that changes makes all of them stale.
  const newest = Math.max(...readdirSync(sources, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(sources, name)).mtimeMs));
  for (const file of readdirSync(sources).filter((name) => name.endsWith('.ts')).sort()) {
    const source = join(sources, file);
    const output = join(outputs, `${basename(file, '.ts')}.wasm`);
    if (existsSync(output) && statSync(output).mtimeMs >= newest) continue;
    const { error, stderr } = await asc.main(
      [source, '-o', output, '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', ...(threaded.includes(file) ? sharing : []), '--baseDir', '/'],
      {},
    );
    if (error) throw new Error(`The kernel ${file} does not compile:\n${stderr.toString()}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels();
