/**
 * phonopy itself reads what is exported and must give our frequencies. By hand, in a folder with the exported files:
 *   python3 -c "import phonopy; p = phonopy.load('phonopy.yaml'); p.run_qpoints([[0.5, 0, 0.5]]); print(p.get_qpoints_dict())"
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { phonopyFiles } from '../../core/files/phonopy.ts';
import { reciprocalCell, vectorTimesMatrix3 } from '../../core/math/matrix3.ts';
import { random } from '../../core/math/random.ts';
import { shortRangeForceConstants } from '../../core/phonons/force-constants.ts';
import { modesTask } from '../../core/phonons/modes-task.ts';
import { inPlaceTasks } from '../in-place-tasks.ts';
import { phononCase, projectFile, type CaseName } from '../phonons/cases.ts';
import { describeWith, shared } from '../shared.ts';

const python = '/usr/bin/python3';
const available = spawnSync(python, ['-c', 'import phonopy']).status === 0 && existsSync(shared(''));

describeWith(available, `${python} with phonopy or the folder ../shared is missing`, 'phonopy reads our force constants', () => {
  // Repetitions: with Si the supercell holds the whole range, so that every q is exact; the polar crystals get 4×4×4.
  const cases: [CaseName, [number, number, number], number][] = [
    ['silicon', [4, 4, 4], 1e-5],
    ['magnesia', [4, 4, 4], 0.002],
    ['quartz', [4, 4, 4], 0.002],
  ];
  test.each(cases)('%s', async (name, numbers, elsewhere) => {
    const { crystal, potential } = phononCase(name);
    const { forceConstants } = await shortRangeForceConstants(inPlaceTasks(potential), crystal, potential, 0.002);
    const source = random(7);
    const commensurate = [[0, 0, 0], [1, 0, 0], [2, 0, 2], [1, -1, 2], [0, 1, 0], [2, 2, 2]].map((m) => m.map((value, x) => value / numbers[x]!));
    const between = Array.from({ length: 6 }, () => [source.uniform() - 0.5, source.uniform() - 0.5, source.uniform() - 0.5]);
    const qpoints = [...commensurate, ...between];
    const direction = vectorTimesMatrix3([1, 0, 0], reciprocalCell(crystal.structure.cell));

    const folder = mkdtempSync(join(tmpdir(), 'phonolite-phonopy-'));
    try {
      for (const { name: file, text } of phonopyFiles({ crystal, potential, forceConstants, creator: 'Phonolite test', numbers })) writeFileSync(join(folder, file), text);
      writeFileSync(join(folder, 'qpoints.json'), JSON.stringify(qpoints));
      const run = spawnSync(python, [projectFile('test/parity/read_with_phonopy.py'), folder, join(folder, 'qpoints.json')], { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' } });
      expect(run.status, run.stderr).toBe(0);
      const theirs = JSON.parse(run.stdout.trim().split('\n').at(-1)!) as { frequencies: number[][]; plain: number[][]; direction: number[]; nac: boolean; born: boolean };
      expect(theirs.nac).toBe(name !== 'silicon');

      const ours = (q: readonly number[], along?: Float64Array): Float64Array =>
        modesTask({ structure: crystal.structure, forceConstants, qpoints: Float64Array.from(q), ...(along && { directions: along }), eigenvectors: false, groupVelocities: false }, potential).frequencies;
      const difference = (a: ArrayLike<number>, b: readonly number[]): number => Math.max(...b.map((value, m) => Math.abs(value - a[m]!)));
      // phonopy's own constants are older than CODATA 2018: 1.2e-7 relative, 5e-6 THz at most.
      commensurate.forEach((q, k) => { expect(difference(ours(q), theirs.plain[k]!), `q = ${q.join()}`).toBeLessThan(1e-5); });
      // Its dipole sum ends early: subtracted and added at equivalent wave vectors it leaves 1.4e-5 THz in quartz.
      const corrected = name === 'quartz' ? 2e-5 : 1e-5;
      qpoints.forEach((q, k) => { expect(difference(ours(q), theirs.frequencies[k]!), `q = ${q.join()}`).toBeLessThan(k < commensurate.length ? corrected : elsewhere); });
      expect(theirs.born).toBe(theirs.nac);
      if (theirs.nac) expect(difference(ours([0, 0, 0], direction), theirs.direction)).toBeLessThan(1e-5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
