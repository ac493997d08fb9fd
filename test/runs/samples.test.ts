/** The points that properties show while they compute are those that their results end with. */
import { expect, test } from 'vitest';
import type { Sample } from '../../core/contracts/events.ts';
import type { RunRequest } from '../../core/contracts/request.ts';
import { structureToJson } from '../../core/contracts/structure.ts';
import type { Result } from '../../core/contracts/results.ts';
import { writeNeuralPotential } from '../../core/files/neural-potential.ts';
import { loadPotential } from '../../core/potential/load.ts';
import type { Potential } from '../../core/potential/potential.ts';
import { runProperties } from '../../core/runs/runner.ts';
import { inPlaceTasks } from '../in-place-tasks.ts';
import { bundled, zincblende } from '../potential/models.ts';
import { trainedSilicon } from '../potential/trained-silicon.ts';

interface Told extends Sample {
  readonly property: string;
}

async function run(potential: Potential, properties: RunRequest['properties'], settings: Record<string, string> = {}): Promise<{ told: Told[]; result: Omit<Result, 'schema' | 'provenance'> }> {
  const told: Told[] = [];
  const { result } = await runProperties(
    {
      schema: 'phonolite-request/1', structure: structureToJson(zincblende(5.6, 'Si', 'Si')), structureName: 'silicon', notes: [], potential: { name: potential.card.name, hash: '', files: [], options: {} },
      properties: ['relaxation', ...properties.filter((name) => name !== 'relaxation')], accuracy: 'quick', settings: { 'phonons.bandPoints': '9', 'phonons.thermalMesh': '12', 'phonons.dosMesh': '8', 'expansion.points': '7', ...settings }, command: '',
    },
    potential,
    { tasksOf: () => inPlaceTasks(potential), journal: () => undefined, sample: (property, sample) => told.push({ property, ...sample }), finished: () => undefined },
  );
  return { told, result };
}
const numbers = (quantity: Sample['x']): number[] => (Array.isArray(quantity.value) ? (quantity.value as number[]) : [quantity.value as number]);
const of = (told: readonly Told[], property: string, chart: string, series?: string): Told[] => told.filter((one) => one.property === property && one.chart === chart && (series === undefined || one.series === series));

test('a relaxation tells each step as it is made, and all of them at its end', async () => {
  const { told, result } = await run(bundled('si-stillinger-weber'), []);
  const stresses = of(told, 'relaxation', 'residuals', 'stress');
  const history = result.relaxation!.history.maxStress.value as number[];
  expect(history.length).toBeGreaterThan(3);
  expect(stresses.slice(0, -1).map(({ x, y }) => [numbers(x), numbers(y)])).toEqual(history.map((value, step) => [[step], [value]]));
  expect(numbers(stresses.at(-1)!.y)).toEqual(history);
  expect(stresses[0]!.y.unit).toBe('GPa');
});

test('volumes, strains and bands are those of the results', async () => {
  const { told, result } = await run(bundled('si-stillinger-weber'), ['eos', 'elasticity', 'phonons', 'expansion']);
  const pairs = (list: readonly Told[]): [number, number][] => list.map(({ x, y }) => [numbers(x)[0]!, numbers(y)[0]!]);
  const { eos, elasticity, phonons, expansion } = result;
  const columns = (x: unknown, y: unknown): [number, number][] => (x as number[]).map((value, k) => [value, (y as number[])[k]!]);
  expect(pairs(of(told, 'eos', 'energy-volume'))).toEqual(columns(eos!.points.volume.value, eos!.points.energy.value));
  for (const { voigt, strain, stress } of elasticity!.linearity) {
    expect(pairs(of(told, 'elasticity', 'stress-strain', ['11', '22', '33', '23', '13', '12'][voigt]))).toEqual(columns(strain.value, stress.value));
  }
  const sorted = (list: [number, number][]): [number, number][] => list.toSorted(([a], [b]) => a - b);
  expect(sorted(pairs(of(told, 'expansion', 'frequency-volume', 'lowest')))).toEqual(columns(expansion!.points.volume.value, expansion!.points.lowestFrequency.value));
  // The ladder relaxes volumes again for its checks; the sampled ones are among what was told.
  const energies = new Map(pairs(of(told, 'expansion', 'energy-volume')));
  for (const [volume, energy] of columns(expansion!.points.volume.value, expansion!.points.energy.value)) expect(energies.get(volume)).toBe(energy);
  const bands = of(told, 'phonons', 'bands');
  expect(bands.map(({ series }) => series)).toEqual(phonons!.bands.labels.map((pair) => pair.join(' ')));
  const frequencies = phonons!.bands.frequencies.value as number[][][];
  // Six digits are enough to look at.
  bands.forEach(({ y }, segment) => { (y.value as number[][]).forEach((point, k) => { point.forEach((value, m) => { expect(value).toBe(Number(frequencies[segment]![k]![m]!.toPrecision(6))); }); }); });
  for (const sample of told) expect(numbers(sample.x).length).toBe(Array.isArray(sample.y.value) ? sample.y.value.length : 1);
});

test('a committee of networks tells which member computed a point, and how far each cell lies outside the training set', async () => {
  const potential = loadPotential({ name: 'si', files: [{ name: 'si.json', bytes: new TextEncoder().encode(writeNeuralPotential(trainedSilicon(2, 16))) }] });
  // The training set ends at ±9 % in volume; half the volumes of this range lie far outside.
  const { told } = await run(potential, ['eos'], { 'eos.range': '0.3' });
  const energies = of(told, 'eos', 'energy-volume');
  expect([undefined, 1, 2].map((member) => energies.filter((one) => one.member === member).length)).toEqual([9, 9, 9]);
  const excess = of(told, 'eos', 'extrapolation').filter(({ member }) => member === undefined).map(({ y }) => numbers(y)[0]!);
  expect(excess).toHaveLength(9);
  expect(excess[4]).toBe(0);
  expect(excess[0]).toBeGreaterThan(0.1);
  expect(excess[8]).toBeGreaterThan(0.1);
  // Potentials without a training set have nothing to say.
  expect(of((await run(bundled('si-stillinger-weber'), [])).told, 'relaxation', 'extrapolation')).toEqual([]);
});
