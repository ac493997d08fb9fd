import { expect, test } from 'vitest';
import { reportModesOf } from '../../core/report/modes.ts';
import type { DrawnAtom } from '../../renderer/composables/crystal-model.ts';
import { displace, modeStore } from '../../renderer/composables/mode-pattern.ts';
import { chainModes, chainResult, masses } from '../report/chain-result.ts';

const points = 11;
const store = modeStore(reportModesOf(chainResult(points).eigenvectors, [points, points], 2), masses);
const reduced = [[0, 0, 0], [0.5, 0, 0]];
const images: DrawnAtom[] = Array.from({ length: 12 }, (_, i) => ({ species: i % 2 === 0 ? 'Mg' : 'O', atom: i % 2, position: [2 * i, 0, 0], image: [Math.floor(i / 2), 0, 0] }));

function frame(point: number, mode: number, q: number, phase: number): Float32Array {
  const into = new Float32Array(3 * images.length);
  displace(into, images, store.pattern(point, mode), [q, 0, 0], reduced, phase, 0.3);
  return into;
}

test('the motion obeys the equation of motion of the chain: M ü = K (left + right − 2 u)', () => {
  const [point, q] = [4, 0.2];
  for (const [mode, wave] of [[2, chainModes(q)[0]], [5, chainModes(q)[1]]] as const) {
    for (const phase of [0, 1, 2.5]) {
      const u = frame(point, mode, q, phase);
      for (let i = 1; i < images.length - 1; i += 1) {
        // −ω² M u over the spring constant 10 eV/Å², ω² in eV/(Å² amu).
        const square = (wave.frequency / 15.633302) ** 2;
        const force = (u[3 * (i - 1)]! + u[3 * (i + 1)]! - 2 * u[3 * i]!) * 10;
        // int16 keeps 3e-5 of each component; forces here are up to 10 eV/Å² · 1.2 Å.
        expect(Math.abs(force + square * masses[i % 2]! * u[3 * i]!)).toBeLessThan(1e-3);
      }
    }
  }
});

test('the largest swing of any atom is the amplitude that was asked for', () => {
  for (const point of [0, 4, 10]) {
    let largest = 0;
    for (let step = 0; step < 360; step += 1) largest = Math.max(largest, ...frame(point, 5, 0.05 * point, (step * Math.PI) / 180).map(Math.abs));
    // Images that are drawn reach the extreme only within the phase between neighbouring cells at a step of 1°.
    expect(largest).toBeGreaterThan(0.3 * 0.999);
    expect(largest).toBeLessThan(0.3 * 1.0001);
  }
});

test('neighbouring cells differ by the phase of the wave, and at Γ not at all', () => {
  const atGamma = frame(0, 5, 0, 0.4);
  expect(atGamma[0]).toBeCloseTo(atGamma[6]!, 6);
  // At the zone boundary every second cell moves the other way.
  const atBoundary = frame(10, 2, 0.5, 0.4);
  expect(atBoundary[0]).toBeCloseTo(-atBoundary[6]!, 6);
});

test('shares of the kinetic energy add up to one', () => {
  const { shares } = store.pattern(4, 5);
  // Each of six components carries up to 2 · 0.5/32767 of rounding.
  expect(Math.abs(shares.reduce((sum, part) => sum + part, 0) - 1)).toBeLessThan(2e-4);
});

test('a thinned path leads to the nearest kept point of the same segment', () => {
  const thin = modeStore({ ...reportModesOf(chainResult(points).eigenvectors, [points, points], 2), points: [0, 5, 10, 11, 21] }, masses);
  expect(thin.nearest(4, 0, 10)).toBe(5);
  expect(thin.nearest(12, 11, 21)).toBe(11);
  expect(thin.nearest(3, 30, 40)).toBeNull();
});
