import { relative } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const long = process.env['PHONOLITE_LONG'] === '1';

/** What works with windows, processes and files of its own: each of these files gets a process of its own. */
const machine = ['benchmarks', 'electron', 'house', 'journeys', 'packaging', 'parity', 'scripts', 'security'].map((folder) => `test/${folder}/**/*.test.ts`);
/** What measures times, those above all within which a person is answered: nothing else runs beside it. */
const timed = ['test/**/*.timed.test.ts', 'test/benchmarks/**/*.test.ts', 'test/runs/plan.test.ts'];
const slow = ['test/**/*.long.test.ts'];

/** These take longest, so they begin: otherwise one core is idle while the other ends the last of them. */
const first = ['test/house/', 'test/journeys/runs', 'test/journeys/own-crystal', 'test/journeys/recovery', 'test/journeys/materials', 'test/journeys/report', 'test/journeys/first-report', 'test/journeys/two-runs', 'test/journeys/planning', 'test/journeys/', 'test/properties/', 'test/electron/cli', 'test/electron/run-desk', 'test/electron/session', 'test/electron/hostile', 'test/electron/shell/', 'test/packaging/'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project, moduleId }: TestSpecification): number[] => {
      const place = first.findIndex((start) => relative(this.ctx.config.root, moduleId).startsWith(start));
      return [project.config.sequence.groupOrder, project.config.isolate ? 0 : 1, place < 0 ? first.length : place];
    };
    const sorted = await super.sort(files);
    return sorted.map((file) => ({ file, rank: rank(file) })).sort((a, b) => a.rank.map((value, k) => value - b.rank[k]!).find((difference) => difference !== 0) ?? 0).map(({ file }) => file);
  }
}

export default defineConfig({
  test: {
    // Physics and child processes: generous per test, the budget is kept over the whole suite.
    testTimeout: long ? 1_800_000 : 300_000,
    hookTimeout: 300_000,
    setupFiles: ['test/setup.ts'],
    pool: 'forks',
    // One more than the cores of a small machine: journeys wait for pages and processes half of the time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: long
      ? [{ extends: true, test: { name: 'long', include: slow, globalSetup: ['test/global-setup.ts'] } }]
      : [
          { extends: true, test: { name: 'machine', include: machine, exclude: [...configDefaults.exclude, ...timed, ...slow], globalSetup: ['test/global-setup.ts'] } },
          // Functions of their input alone: they share a process, so that the program is loaded once.
          { extends: true, test: { name: 'core', include: ['test/**/*.test.ts'], exclude: [...configDefaults.exclude, ...machine, ...timed, ...slow], isolate: false, globalSetup: ['test/global-setup.ts'] } },
          { extends: true, test: { name: 'timed', include: timed, exclude: [...configDefaults.exclude, ...slow], maxWorkers: 1, sequence: { groupOrder: 1 }, globalSetup: ['test/global-setup.ts'] } },
        ],
  },
});
