import { describe, expect, test } from 'vitest';
import { structureToJson } from '../../core/contracts/structure.ts';
import { committeePotential } from '../../core/potential/committee.ts';
import type { Potential } from '../../core/potential/potential.ts';
import { runProperties } from '../../core/runs/runner.ts';
import type { RunRequest } from '../../core/contracts/request.ts';
import { inPlaceTasks } from '../in-place-tasks.ts';
import { bundled, rattled, zincblende } from './models.ts';
import { perturbedSilicon } from './committees.ts';

/** Four Stillinger-Weber potentials with seeded deviations of a few per mille in their strengths. */
const members = perturbedSilicon(4, 7);
const card = { ...bundled('si-stillinger-weber').card, name: 'si-committee', kind: 'committee' };
const committee = committeePotential(members, card);

describe('one evaluation', () => {
  const structure = rattled(zincblende(5.45, 'Si', 'Si'), 0.1, 3);
  const want = { forces: true, stress: true, energies: true, spread: true } as const;
  const alone = members.map((member) => member.bind(structure).evaluate(structure.positions, structure.cell, want));
  const together = committee.bind(structure).evaluate(structure.positions, structure.cell, want);
  const mean = (pick: (k: number) => number): number => members.reduce((sum, _, k) => sum + pick(k), 0) / members.length;

  test('is the mean of its members', () => {
    // Sums of four numbers in another order: a few units in the last place of 35 eV.
    expect(together.energy).toBeCloseTo(mean((k) => alone[k]!.energy), 12);
    together.forces!.forEach((force, i) => expect(force).toBeCloseTo(mean((k) => alone[k]!.forces![i]!), 12));
    together.stress!.forEach((stress, i) => expect(stress).toBeCloseTo(mean((k) => alone[k]!.stress![i]!), 12));
    expect(together.energies!.reduce((a, b) => a + b)).toBeCloseTo(together.energy, 11);
  });

  test('spreads by the sample standard deviation', () => {
    const variance = alone.reduce((sum, each) => sum + (each.energy - together.energy) ** 2, 0) / (members.length - 1);
    expect(together.spread!.energy).toBeCloseTo(Math.sqrt(variance), 12);
    const atom = 2;
    const force = alone.reduce((sum, each) => sum + [0, 1, 2].reduce((s, x) => s + (each.forces![3 * atom + x]! - together.forces![3 * atom + x]!) ** 2, 0), 0) / (members.length - 1);
    expect(together.spread!.forces[atom]).toBeCloseTo(Math.sqrt(force), 12);
  });

  test('its forces are the derivatives of its mean energy', () => {
    const h = 1e-4;
    const moved = (sign: number): number => {
      const positions = structure.positions.slice();
      positions[5]! += sign * h;
      return committee.bind(structure).evaluate(positions, structure.cell, {}).energy;
    };
    // Central difference: h² times the third derivative, 1e-8 · 100.
    expect(-(moved(1) - moved(-1)) / (2 * h)).toBeCloseTo(together.forces![5]!, 5);
  });
});

describe('a whole run', () => {
  const request = (properties: RunRequest['properties']): RunRequest => ({
    schema: 'phonolite-request/1',
    structure: structureToJson(zincblende(5.43, 'Si', 'Si')),
    structureName: 'silicon',
    notes: [],
    properties,
    accuracy: 'quick',
    settings: { 'phonons.thermalMesh': '16', 'phonons.dosMesh': '12', 'phonons.bandPoints': '11', 'temperature.maximum': '400', 'temperature.step': '100' },
    potential: { name: 'si-committee', hash: '0', files: [], options: {} },
    command: '',
  });
  const run = (potential: Potential, properties: RunRequest['properties']) =>
    runProperties(request(properties), potential, { tasksOf: () => inPlaceTasks(potential), journal: () => undefined, sample: () => undefined, finished: () => undefined });

  test('gives every number the spread of what its members predict by themselves', async () => {
    const properties: RunRequest['properties'] = ['relaxation', 'eos', 'elasticity', 'phonons', 'expansion'];
    const { result } = await run(committee, properties);
    const separate = await Promise.all(members.map((member) => run(member, properties)));
    const deviation = (values: number[]): number => {
      const average = values.reduce((a, b) => a + b) / values.length;
      return Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (values.length - 1));
    };
    const c11 = (r: typeof result): number => (r.elasticity!.stiffness.value as number[][])[0]![0]!;
    const spread = (result.elasticity!.stiffness.uncertainty!.committee as number[][])[0]![0]!;
    // The very same computation, done separately.
    expect(spread).toBeCloseTo(deviation(separate.map((each) => c11(each.result))), 10);
    expect(spread).toBeGreaterThan(0.1);

    const top = (r: typeof result): number => (r.phonons!.gamma.frequencies.value as number[]).at(-1)!;
    expect((result.phonons!.gamma.frequencies.uncertainty!.committee as number[]).at(-1)).toBeCloseTo(deviation(separate.map((each) => top(each.result))), 10);

    const alpha = (r: typeof result): number => (r.expansion!.alphaVolumetric.value as number[])[3]!;
    expect((result.expansion!.alphaVolumetric.uncertainty!.committee as number[])[3]).toBeCloseTo(deviation(separate.map((each) => alpha(each.result))), 14);
    expect(result.eos!.bulkModulus.uncertainty!.committee).toBeGreaterThan(0);
    expect(result.relaxation!.volume.uncertainty!.committee).toBeGreaterThan(0);
    for (const property of ['relaxation', 'eos', 'elasticity', 'phonons', 'expansion'] as const) {
      expect(result[property]!.verdict.checks.find(({ name }) => name === 'agreement of the committee')?.passed).toBe(true);
    }
  });

  test('says so when its members disagree', async () => {
    const { result } = await run(committeePotential(perturbedSilicon(3, 11, 0.3), card), ['relaxation', 'elasticity']);
    expect(result.elasticity!.verdict.state).not.toBe('good');
    expect(result.elasticity!.verdict.checks.find(({ name }) => name === 'agreement of the committee')?.passed).toBe(false);
  });
});

test('seeded members are the same every time and differ from each other', () => {
  const structure = zincblende(5.43, 'Si', 'Si');
  const energies = [...perturbedSilicon(3, 7), ...perturbedSilicon(3, 7)].map((member) => member.bind(structure).evaluate(structure.positions, structure.cell, {}).energy);
  expect(energies.slice(0, 3)).toEqual(energies.slice(3));
  expect(new Set(energies).size).toBe(3);
});
