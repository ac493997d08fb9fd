import { beforeAll, expect, test } from 'vitest';
import { shortRangeForceConstants, type ShortRangeForceConstants } from '../../core/phonons/force-constants.ts';
import { modesTask } from '../../core/phonons/modes-task.ts';
import { inPlaceTasks } from '../in-place-tasks.ts';
import { describeWithShared } from '../shared.ts';
import { phononCase, type CaseName, type PhononCase } from './cases.ts';

for (const name of ['silicon', 'copper', 'magnesia', 'quartz'] as const satisfies CaseName[]) {
  describeWithShared(`phonons of ${name} against phonopy`, () => {
    let item: PhononCase, short: ShortRangeForceConstants;
    beforeAll(async () => {
      item = phononCase(name);
      const t=performance.now();
      short = await shortRangeForceConstants(inPlaceTasks(item.potential), item.crystal, item.potential, 0.002);
      console.log(name, performance.now()-t, short.supercell?.join(), short.displacements, short.range, short.acousticSum, short.permutation, short.symmetry, short.outside, short.linearity, short.forceConstants.pairs.length/5);
    });
    test('listed wave vectors', () => {
      const list = Object.entries(item.reference.phonopy_frequencies_THz);
      const qpoints = Float64Array.from(list.flatMap(([, { q }]) => Array.from(item.toOurs(q))));
      const t=performance.now();
      const { frequencies } = modesTask({ structure: item.crystal.structure, forceConstants: short.forceConstants, qpoints, eigenvectors: false, groupVelocities: false }, item.potential);
      console.log('ms/q', (performance.now()-t)/list.length);
      const modes = frequencies.length / list.length;
      list.forEach(([label, { f }], k) => { let d=0; f.forEach((v, m) => {d=Math.max(d,Math.abs(v-frequencies[k*modes+m]!));}); console.log(name,label, d); expect(f.length).toBe(modes)});
    });
  });
}
