/** The main job, headless: bundled MgO through relaxation, elasticity, phonons and thermal expansion, into runs/demo-mgo. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = join(root, 'out/cli/phonolite.js');
if (!existsSync(program)) {
  process.stderr.write('The folder out/ is missing: run "npm run build" first.\n');
  process.exit(2);
}
const properties = ['relaxation', 'elasticity', 'phonons', 'expansion'].flatMap((name) => ['--property', name]);
const run = spawnSync(
  process.execPath,
  [program, 'run', 'mgo', '--potential', 'mgo-lewis-catlow', ...properties, '--accuracy', 'standard', '--out', join(root, 'runs/demo-mgo'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exitCode = run.status ?? 1;
