/**
 * Fills the git-ignored `out/`: kernels, symmetry library, command line, engine, worker and shell bundles, report template, window.
 * Runs at the end of `npm ci` (prepare) and by `npm run build`; `npm run build -- cli` builds one part.
 */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKernels } from './build-kernels.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'out');

function vite(config: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '-c', config, '--logLevel', 'warn'], {
      cwd: root,
      stdio: 'inherit',
      // Whoever starts this may be a test, whose name for itself would make bundles for developers.
      env: { ...process.env, NODE_ENV: 'production' },
    });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`vite build -c ${config} ended with status ${String(code)}`))));
  });
}

function symmetry(): void {
  mkdirSync(join(out, 'symmetry'), { recursive: true });
  copyFileSync(join(root, 'node_modules/@spglib/moyo-wasm/moyo_wasm_bg.wasm'), join(out, 'symmetry/moyo_wasm_bg.wasm'));
}

function resources(): void {
  rmSync(join(out, 'resources'), { recursive: true, force: true });
  cpSync(join(root, 'resources'), join(out, 'resources'), { recursive: true });
}

const parts: Record<string, () => void | Promise<void>> = {
  kernels: buildKernels,
  symmetry,
  resources,
  cli: async () => {
    // Chunks carry a hash in their names: old ones would pile up.
    for (const folder of ['chunks', 'cli', 'engine']) rmSync(join(out, folder), { recursive: true, force: true });
    await vite('electron/vite.config.ts');
    // npx starts it as a program; npm sets the bit at installation only.
    chmodSync(join(out, 'cli/phonolite.js'), 0o755);
  },
  report: () => vite('renderer/vite.report.config.ts'),
  preload: () => vite('electron/vite.preload.config.ts'),
  window: () => vite('renderer/vite.window.config.ts'),
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) {
  process.stderr.write(`There is no part "${unknown}" to build. Parts: ${Object.keys(parts).join(', ')}.\n`);
  process.exit(2);
}
if (!existsSync(join(root, 'node_modules/vite'))) {
  process.stderr.write('The build tools are missing (an installation without development packages): out/ is left as it is.\n');
  process.exit(0);
}
await Promise.all((wanted.length > 0 ? wanted : Object.keys(parts)).map((name) => parts[name]?.()));
