import { expect, test } from 'vitest';
import { bandPath, firstSelection, frequencyRange, nearestMode, stepped } from '../../renderer/composables/band-path.ts';
import { directionText, groupedAtoms, pointLabel } from '../../renderer/composables/labels.ts';
import { chainModes, chainResult } from '../report/chain-result.ts';

const { bands } = chainResult().result.phonons!;
const path = bandPath(bands);

test('the path is one list of points with its labels; a jump carries both names', () => {
  expect(path.points).toHaveLength(22);
  expect(path.segments).toEqual([[0, 10], [11, 21]]);
  expect(path.ticks.map(({ label }) => label)).toEqual(['Γ', 'X', 'Γ']);
  expect(bandPath({ ...bands, labels: [['GAMMA', 'U'], ['K', 'GAMMA']] }).ticks.map(({ label }) => label)).toEqual(['Γ', 'U|K', 'Γ']);
  expect(frequencyRange(path)).toEqual([0, chainModes(0)[1].frequency]);
});

test('a click finds the nearest wave vector and the nearest of its modes', () => {
  const { distance } = path.points[4]!;
  const [acoustic, optical] = chainModes(0.2);
  expect(nearestMode(path, distance + 0.01, optical.frequency - 0.3)).toEqual({ point: 4, mode: 5 });
  expect(nearestMode(path, distance - 0.01, acoustic.frequency + 0.3)).toEqual({ point: 4, mode: 2 });
});

test('arrow keys lead from segment to segment and stop at the ends', () => {
  expect(stepped(path, { point: 10, mode: 2 }, 1, 0)).toEqual({ point: 11, mode: 2 });
  expect(stepped(path, { point: 0, mode: 0 }, -1, -1)).toEqual({ point: 0, mode: 0 });
  expect(stepped(path, { point: 21, mode: 5 }, 1, 1)).toEqual({ point: 21, mode: 5 });
});

test('names of points and directions as they are printed', () => {
  expect(['GAMMA', 'H_2', 'SIGMA_0', 'X'].map(pointLabel)).toEqual(['Γ', 'H₂', 'Σ₀', 'X']);
  expect(directionText([0.57735, -0.57735, 0])).toBe('[1 −1 0]');
  expect(directionText([0.1, 0.2, 0.975])).toBe('(0.100, 0.200, 0.975)');
});

test('atoms that agree share a name: the element where all of it do', () => {
  const values = [1, 1, 2, 2, 3];
  expect(groupedAtoms(['Si', 'Si', 'O', 'O', 'O'], (a, b) => values[a] === values[b])).toEqual([
    { first: 0, name: 'Si' }, { first: 2, name: 'O 3, 4' }, { first: 4, name: 'O 5' },
  ]);
});

test('an unstable crystal opens with its softest mode, a stable one with its first optical mode at Γ', () => {
  expect(firstSelection(path)).toEqual({ point: 0, mode: 3 });
  const soft = { ...path, points: path.points.map((point, k) => (k === 7 ? { ...point, frequencies: point.frequencies.map((value, mode) => (mode === 1 ? -3 : value)) } : point)) };
  expect(firstSelection(soft)).toEqual({ point: 7, mode: 1 });
});
