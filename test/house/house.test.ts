/** The rules of the house that a machine can check: types, layering, lint. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

function output(...command: string[]): string {
  const run = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
  return run.status === 0 ? '' : `${run.stdout}${run.stderr}`;
}

test('every project type-checks with the strict compiler', () => {
  expect(output('node_modules/vue-tsc/bin/vue-tsc.js', '-b')).toBe('');
});

test('imports run one way and the lint rules hold', () => {
  expect(output('node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0')).toBe('');
});
