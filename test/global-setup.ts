/**
 * Tests of the command line and of reports use `out/`; kernels in it must belong to the bundles beside them. Where a source
 * is newer than the bundles, everything is built once before the first test.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function newest(folder: string): number {
  return Math.max(0, ...readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}

export default function setup(): void {
  const [bundle, ...others] = ['out/cli/phonolite.js', 'out/shell/main.js', 'out/shell/preload.cjs', 'out/window/index.html', 'out/report/template.html'].map((path) => join(root, path)) as [string, ...string[]];
  const built = [bundle, ...others].every((path) => existsSync(path)) ? statSync(bundle).mtimeMs : 0;
  if (['core', 'electron', 'renderer', 'resources'].every((folder) => newest(folder) <= built)) return;
  const build = spawnSync(process.execPath, [join(root, 'scripts/build.ts')], { cwd: root, stdio: 'inherit' });
  if (build.status !== 0) throw new Error('The build failed, so there is nothing to test.');
}
