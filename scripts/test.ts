/** Runs the tests of one tier and ends with `N passed, N failed, N skipped` alone on a line. `--long`: the long tier. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const long = process.argv.includes('--long');
const rest = process.argv.slice(2).filter((argument) => argument !== '--long');
const report = `${root}out/test-results.json`;

rmSync(report, { force: true });
const run = spawnSync(
  process.execPath,
  [`${root}node_modules/vitest/vitest.mjs`, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...rest],
  { cwd: root, stdio: 'inherit', env: { ...process.env, ...(long && { PHONOLITE_LONG: '1' }) } },
);

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}
const counts = JSON.parse(readFileSync(report, 'utf8')) as Report;
// A file that breaks before its first test counts as one failure, so that it cannot hide.
const brokenFiles = counts.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
const failed = counts.numFailedTests + brokenFiles;
process.stdout.write(`${String(counts.numPassedTests)} passed, ${String(failed)} failed, ${String(counts.numPendingTests + counts.numTodoTests)} skipped\n`);
process.exitCode = failed > 0 || counts.numPassedTests === 0 ? 1 : (run.status ?? 1);
