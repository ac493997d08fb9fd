/** A project with thousands of runs, each a folder with its record, as years of work would leave it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFile } from '../../core/contracts/project.ts';
import { random } from '../../core/math/random.ts';

const crystals = [['MgO', 'F m -3 m'], ['NaCl', 'F m -3 m'], ['Si', 'F d -3 m'], ['SiO2', 'P 3_2 2 1'], ['SrTiO3', 'P m -3 m'], ['LiFePO4', 'P n m a'], ['ZnO', 'P 6_3 m c'], ['Cu', 'F m -3 m']] as const;
const states = ['done', 'done', 'done', 'done', 'done', 'done', 'stopped', 'failed', 'interrupted'] as const;
const verdicts = ['good', 'good', 'good', 'caution', 'unreliable'] as const;

/** Always the same for the same count. */
export function writeManyRuns(project: string, count: number): void {
  const source = random(2026);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(source.uniform() * list.length)]!;
  for (let k = 0; k < count; k++) {
    const id = `run-${String(k).padStart(5, '0')}`;
    const [formula, spaceGroup] = pick(crystals);
    const state = pick(states);
    const pressure = Math.round(20 * source.uniform());
    const created = new Date(Date.UTC(2024, 0, 1) + k * 4_000_000).toISOString();
    const run: RunFile = {
      schema: 'phonolite-run/1', id, title: `${formula} at ${String(pressure)} GPa, series ${String(k % 97)}`, created, material: { id: `${formula.toLowerCase()}-${String(k % 40)}`, name: formula, formula, spaceGroup },
      crystal: null, potential: { id: `potential-${String(k % 12)}`, name: `potential-${String(k % 12)}`, hash: 'a'.repeat(64) }, properties: ['relaxation', 'elasticity', 'phonons', 'expansion'], accuracy: 'standard', threads: 8, state,
      started: created, finished: state === 'done' ? created : null, verdict: state === 'done' ? pick(verdicts) : null, verdicts: {}, message: null,
      figures: state === 'done'
        ? [
            { name: 'lattice', quantity: { value: [4.2 + 0.01 * source.uniform(), 4.2, 4.2], unit: 'Å' } }, { name: 'bulkModulus', quantity: { value: 160 + source.uniform(), unit: 'GPa' } },
            { name: 'highestFrequency', quantity: { value: 20 + source.uniform(), unit: 'THz' } }, { name: 'alphaVolumetric', quantity: { value: 3e-5 + 1e-6 * source.uniform(), unit: '1/K' } },
          ]
        : [],
    };
    const folder = join(project, 'runs', id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'run.json'), JSON.stringify(run));
  }
}
