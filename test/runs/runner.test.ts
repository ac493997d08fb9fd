/** The runner with tasks in place: order, verdicts, and what happens to the rest when one part cannot be had. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { message, Refusal } from '../../core/contracts/messages.ts';
import type { RunRequest } from '../../core/contracts/request.ts';
import { structureToJson, type Structure } from '../../core/contracts/structure.ts';
import { loadPotential } from '../../core/potential/load.ts';
import { Cancelled } from '../../core/runs/cancelled.ts';
import { checkRequest } from '../../core/runs/check.ts';
import { HostFailure } from '../../core/runs/host-failure.ts';
import { runProperties, type RunHost } from '../../core/runs/runner.ts';
import { inPlaceTasks } from '../in-place-tasks.ts';

const file = fileURLToPath(new URL('../../resources/potentials/si-stillinger-weber.json', import.meta.url));
const potential = loadPotential({ name: 'si-stillinger-weber', files: [{ name: 'si.json', bytes: readFileSync(file) }] });

/** The conventional cell, turned about z by 0.3 rad, so that a frame that is lost would show. */
const [c, s] = [5.45 * Math.cos(0.3), 5.45 * Math.sin(0.3)];
const cell = Float64Array.of(c, s, 0, -s, c, 0, 0, 0, 5.45);
const fractional = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0], [0.25, 0.25, 0.25], [0.25, 0.75, 0.75], [0.75, 0.25, 0.75], [0.75, 0.75, 0.25]];
const silicon: Structure = {
  cell,
  periodic: [true, true, true],
  species: fractional.map(() => 'Si'),
  positions: Float64Array.from(fractional.flatMap((f) => [0, 1, 2].map((x) => f[0]! * cell[x]! + f[1]! * cell[3 + x]! + f[2]! * cell[6 + x]!))),
};

const request = (more: Partial<RunRequest> = {}): RunRequest => ({
  schema: 'phonolite-request/1',
  structure: structureToJson(silicon),
  structureName: 'silicon.cif',
  notes: [message('general.internal', { detail: 'a note of the reader' })],
  potential: { name: 'si-stillinger-weber', hash: '', files: [], options: {} },
  properties: ['relaxation', 'eos', 'elasticity'],
  accuracy: 'quick',
  settings: {},
  command: '',
  ...more,
});

/** Every call of the runner as a line; `breakAt` throws out of the first stage of that property. */
function host(lines: string[], breakAt?: { property: string; error: Error }): RunHost {
  return {
    tasksOf: (property) => ({
      all: (name, tasks) => {
        lines.push(`${property} stage`);
        if (property === breakAt?.property) return Promise.reject(breakAt.error);
        return inPlaceTasks(potential).all(name, tasks);
      },
    }),
    journal: (property, { code }) => { lines.push(`${property} journal ${code}`); },
    sample: () => undefined,
    finished: (property, { state }) => { lines.push(`${property} ${state}`); },
  };
}

const once = (lines: readonly string[]): string[] => lines.filter((line, i) => line !== lines[i - 1]);

test('notes of the reader first, relaxation next, then each property in order', async () => {
  const lines: string[] = [];
  const { result, state, provenance } = await runProperties(request(), potential, host(lines));
  expect(once(lines)).toEqual([
    'relaxation journal general.internal', 'relaxation stage', 'relaxation good', 'eos stage', 'eos good', 'elasticity stage', 'elasticity good',
  ]);
  expect(state).toBe('good');
  expect(result.failures).toBeUndefined();
  expect(result.material.notes).toEqual(request().notes);
  expect(result.material).toMatchObject({ formula: 'Si', atoms: 2, formulaUnits: 2, spaceGroup: { number: 227 } });
  expect(provenance).toMatchObject({ seed: 1, accuracy: 'quick' });
});

test('the primitive cell is made of lattice vectors of the input, in its frame', async () => {
  const { result } = await runProperties(request({ properties: ['relaxation'] }), potential, host([]));
  const matrix = result.material.matrixFromInput.value as number[][];
  matrix.forEach((row, i) => {
    for (let x = 0; x < 3; x++) {
      const expected = row.reduce((sum, factor, k) => sum + factor * cell[3 * k + x]!, 0);
      // Rounding of a product of three numbers near 5 Å.
      expect(Math.abs(result.material.primitive.cell[i]![x]! - expected)).toBeLessThan(1e-13);
    }
  });
  const relaxed = result.relaxation!.cell.value as number[][];
  // A cubic cell only breathes: the relaxed vectors are parallel to those of the input's frame.
  const ratio = relaxed[0]!.map((value, x) => value / result.material.primitive.cell[0]![x]!).filter(Number.isFinite);
  for (const value of ratio) expect(Math.abs(value / ratio[0]! - 1)).toBeLessThan(1e-9);
});

test('a property that is refused is a failure of its own; the others are computed', async () => {
  const lines: string[] = [];
  const refusal = new Refusal(message('run.gpu', { potential: 'x', kind: 'y' }));
  const { result, state } = await runProperties(request(), potential, host(lines, { property: 'eos', error: refusal }));
  expect(result.eos).toBeUndefined();
  expect(result.elasticity?.verdict.state).toBe('good');
  expect(result.failures).toEqual([{ property: 'eos', message: refusal.detail }]);
  expect(state).toBe('unreliable');
});

test('a stop, a failure of the machine and a mistake of ours end the run as what they are', async () => {
  for (const error of [new Cancelled(), new HostFailure(message('storage.full', { path: 'x' })), new TypeError('oops')]) {
    await expect(runProperties(request(), potential, host([], { property: 'eos', error }))).rejects.toBe(error);
  }
});

test('what cannot begin is refused before any task: settings, elements, periodicity, kinks', () => {
  const refusal = (more: Partial<RunRequest>, used = potential): string => {
    try {
      checkRequest(request(more), used);
    } catch (error) {
      return error instanceof Refusal ? error.detail.code : String(error);
    }
    return 'accepted';
  };
  const structure = structureToJson(silicon);
  expect(refusal({})).toBe('accepted');
  expect(refusal({ settings: { pressure: 'NaN' } })).toBe('settings.value');
  expect(refusal({ settings: { constructor: '1' } })).toBe('settings.key');
  expect(refusal({ structure: { ...structure, species: structure.species.map((_, i) => (i === 0 ? 'Ge' : 'Si')) } })).toBe('run.elements');
  expect(refusal({ structure: { ...structure, periodic: [true, true, false] } })).toBe('run.notPeriodic');
  const kinked = { ...potential, card: { ...potential.card, kinks: ['the slope of something jumps'] } };
  for (const property of ['elasticity', 'phonons', 'expansion'] as const) expect(refusal({ properties: ['relaxation', property] }, kinked)).toBe('neural.kinked');
  expect(refusal({ properties: ['relaxation', 'eos'] }, kinked)).toBe('accepted');
});
