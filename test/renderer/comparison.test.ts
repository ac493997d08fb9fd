/** The arithmetic of comparisons on cases that can be worked out by hand. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Quantity } from '../../core/contracts/quantity.ts';
import type { Result } from '../../core/contracts/results.ts';
import type { BandPath } from '../../renderer/composables/band-path.ts';
import {
  atTemperature, commonPoints, constantsOf, departures, difference, differenceOf, figuresOf, frequencyShift, histogram, laidPath, matrixDifferences, ontoPath, sameFrame, uncertaintyKinds,
} from '../../renderer/composables/comparison.ts';

describe('a difference', () => {
  test('of 14 ± 4 and 10 ± 3 is 4 ± 5: 0.8 standard uncertainties, which is nothing', () => {
    expect(difference(10, 14, 3, 4)).toEqual({ a: 10, b: 14, delta: 4, relative: 0.4, sigma: 5, ratio: 0.8, significant: false });
  });
  test('of more than two standard uncertainties is significant, in either direction; of exactly two it is not', () => {
    expect(difference(10, 20.5, 3, 4)).toMatchObject({ ratio: 2.1, significant: true });
    expect(difference(20.5, 10, 3, 4)).toMatchObject({ delta: -10.5, ratio: 2.1, significant: true });
    expect(difference(10, 20, 3, 4)).toMatchObject({ ratio: 2, significant: false });
  });
  test('has no significance where one of the runs gives no uncertainty', () => {
    for (const [first, second] of [[null, 4], [3, null], [null, null]] as const) expect(difference(10, 99, first, second)).toMatchObject({ delta: 89, sigma: null, ratio: null, significant: false });
  });
  test('of a missing number is missing; relative to zero there is nothing; exact numbers differ infinitely or not at all', () => {
    expect(difference(null, 4, 1, 1)).toMatchObject({ delta: null, sigma: null, significant: false });
    expect(difference(0, 4).relative).toBeNull();
    expect(difference(-4, -2).relative).toBe(0.5);
    expect(difference(1, 1, 0, 0)).toMatchObject({ ratio: 0, significant: false });
    expect(difference(1, 2, 0, 0)).toMatchObject({ ratio: Number.POSITIVE_INFINITY, significant: true });
  });
  test('changes its sign and nothing else when the runs are swapped', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true }), sigma = fc.double({ min: 0, max: 1e3, noNaN: true });
    fc.assert(fc.property(number, number, sigma, sigma, (a, b, first, second) => {
      const [there, back] = [difference(a, b, first, second), difference(b, a, second, first)];
      expect(back.delta).toBe(0 - there.delta!);
      expect([back.sigma, back.ratio, back.significant]).toEqual([there.sigma, there.ratio, there.significant]);
    }));
  });
});

const committee = (value: Quantity['value'], spread: Quantity['value'], numerical?: Quantity['value'], unit = 'GPa'): Quantity => ({ value, unit, uncertainty: { committee: spread, ...(numerical !== undefined && { numerical }) } });

test('spread of the committee and error of the evaluation add in squares, in both runs', () => {
  // √(3² + 4²) = 5 and √(5² + 12²) = 13: together √(5² + 13²).
  expect(differenceOf(committee(100, 3, 4), committee(110, 5, 12)).sigma).toBeCloseTo(Math.hypot(5, 13), 12);
  expect(differenceOf(committee(100, 3, 4), committee(110, 5, 12), 2, 1)).toMatchObject({ a: 200, b: 110, delta: -90, sigma: Math.hypot(10, 13) });
  const [[first]] = matrixDifferences(committee([[100]], [[3]], [[4]]), committee([[110]], [[5]], [[12]])) as [[ReturnType<typeof difference>]];
  expect(first.sigma).toBeCloseTo(Math.hypot(5, 13), 12);
  expect(uncertaintyKinds(committee(1, 1, 1))).toEqual(['committee', 'numerical']);
  expect(uncertaintyKinds(committee(1, 1))).toEqual(['committee']);
  expect(uncertaintyKinds({ value: 1, unit: 'GPa' })).toEqual([]);
});

test('of the constants of a cubic crystal three are shown, each once, and the zeros are counted', () => {
  const cubic = (c11: number, c12: number, c44: number): Quantity => ({
    value: Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (__, j) => (i === j ? (i < 3 ? c11 : c44) : i < 3 && j < 3 ? c12 : 1e-9))), unit: 'GPa',
  });
  const { constants, zero } = constantsOf(cubic(300, 90, 150), cubic(310, 90, 140));
  expect(constants.map(({ labels, difference: { delta } }) => [labels.join(' '), delta])).toEqual([['11 22 33', 10], ['12 13 23', 0], ['44 55 66', -10]]);
  expect(zero).toBe(12);
});

/** A path whose segments are the given labels, with `count` points each and frequencies ω = scale · (1 + mode) · (1 + fraction + segment). */
function path(labels: readonly (readonly [string, string])[], ends: Readonly<Record<string, readonly number[]>>, count: number, length: number, scale = 1, modes = 6): BandPath {
  const points = labels.flatMap(([from, to], s) => Array.from({ length: count }, (_, k) => {
    const fraction = k / (count - 1);
    const q = [0, 1, 2].map((x) => ends[from]![x]! + fraction * (ends[to]![x]! - ends[from]![x]!));
    return { segment: s, q, distance: length * (s + fraction), frequencies: Array.from({ length: modes }, (__, m) => scale * (1 + m) * (1 + Math.abs(q[0]!) + Math.abs(q[1]!))), uncertainties: [], velocities: [] };
  }));
  return { points, segments: labels.map((_, s) => [s * count, (s + 1) * count - 1]), names: labels, modes, ticks: [] };
}
const ends = { Γ: [0, 0, 0], X: [0.5, 0, 0.5], L: [0.5, 0.5, 0.5], W: [0.5, 0.25, 0.75] };

describe('bands over each other', () => {
  test('segments of one name lie on the same stretch, whatever their lengths and numbers of points', () => {
    const reference = path([['Γ', 'X'], ['X', 'L']], ends, 5, 2);
    const overlay = ontoPath(reference, path([['Γ', 'X'], ['X', 'L']], ends, 3, 7));
    expect(overlay.segments.map(({ points }) => points.map(({ distance }) => distance))).toEqual([[0, 1, 2], [2, 3, 4]]);
    expect([overlay.missing, overlay.additional]).toEqual([[], []]);
  });
  test('a segment that runs the other way is turned, missing and additional ones are named', () => {
    const reference = path([['Γ', 'X'], ['X', 'L'], ['L', 'Γ']], ends, 3, 1);
    const overlay = ontoPath(reference, path([['X', 'Γ'], ['L', 'Γ'], ['Γ', 'W']], ends, 3, 1, 2));
    expect(overlay.missing).toEqual([['X', 'L']]);
    expect(overlay.additional).toEqual([['Γ', 'W']]);
    expect(overlay.segments.map(({ names }) => names.join(''))).toEqual(['ΓX', 'LΓ']);
    // Turned: it begins at Γ, on the left.
    expect(overlay.segments[0]!.points.map(({ distance, q }) => [distance, q[0]])).toEqual([[0, 0], [0.5, 0.25], [1, 0.5]]);
    expect(laidPath(overlay, 6).segments).toEqual([[0, 2], [3, 5]]);
  });
  test('a repeated name is matched in order, each segment once', () => {
    const reference = path([['Γ', 'X'], ['Γ', 'X']], ends, 2, 1);
    const overlay = ontoPath(reference, path([['Γ', 'X'], ['Γ', 'X'], ['Γ', 'X']], ends, 2, 1));
    expect(overlay.segments).toHaveLength(2);
    expect(overlay.additional).toEqual([['Γ', 'X']]);
  });
});

describe('differences of frequencies', () => {
  test('at the wave vectors that both have, each once; two per cent everywhere are two per cent', () => {
    const [a, b] = [path([['Γ', 'X'], ['X', 'L'], ['L', 'Γ']], ends, 5, 1), path([['L', 'Γ'], ['Γ', 'X']], ends, 9, 3, 1.02)];
    const points = commonPoints(a, b);
    // Γ–X and L–Γ have five points each in the reference, all of which the finer path has; Γ is one of both.
    expect(points).toHaveLength(9);
    expect(points.filter(({ label }) => label !== null).map(({ label }) => label).sort()).toEqual(['L', 'X', 'Γ']);
    const shift = frequencyShift(points);
    expect(shift.opticalChange).toBeCloseTo(0.02, 12);
    expect(shift.acousticChange).toBeCloseTo(0.02, 12);
    const all = points.flatMap(({ modes }) => modes.map(({ a: value }) => 0.02 * value!));
    expect(shift.rms).toBeCloseTo(Math.sqrt(all.reduce((sum, value) => sum + value * value, 0) / all.length), 12);
    expect(shift.largest).toBeCloseTo(Math.max(...all), 12);
    expect([shift.acoustic.length, shift.optical.length]).toEqual([27, 27]);
  });
  test('nothing is compared mode by mode where the cells have other numbers of atoms, or where no wave vector is shared', () => {
    expect(commonPoints(path([['Γ', 'X']], ends, 3, 1), path([['Γ', 'X']], ends, 3, 1, 1, 9))).toEqual([]);
    expect(frequencyShift([])).toEqual({ points: 0, acoustic: [], optical: [], rms: null, largest: null, opticalChange: null, acousticChange: null });
  });
  test('imaginary modes have a difference, and no part in the relative change', () => {
    const one = (value: number): BandPath => ({ ...path([['Γ', 'X']], ends, 2, 1), points: path([['Γ', 'X']], ends, 2, 1).points.map((point) => ({ ...point, frequencies: [0, 0, 0, value, 2, 2] })) });
    const shift = frequencyShift(commonPoints(one(-1), one(1)));
    expect(shift.largest).toBe(2);
    expect(shift.opticalChange).toBe(0);
  });
});

test('a histogram counts every value within its ends once', () => {
  expect(histogram([-1, -0.5, 0, 0.99, 1], -1, 1, 4)).toEqual({ edges: [-1, -0.5, 0, 0.5, 1], counts: [1, 1, 1, 2] });
  fc.assert(fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true })), fc.integer({ min: 1, max: 50 }), (values, bins) => {
    const { counts, edges } = histogram(values, -2, 2, bins);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.filter((value) => value >= -2 && value <= 2).length);
    expect(edges).toHaveLength(bins + 1);
  }));
});

function result(more: { rotated?: number; settings?: Record<string, number>; potential?: string; structure?: string; formula?: string } = {}): Result {
  const angle = more.rotated ?? 0;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const a = 4.2;
  const temperatures = { value: [0, 300, 600], unit: 'K' };
  return {
    provenance: { structureHash: more.structure ?? 'abc', potentialHash: more.potential ?? 'p1', accuracy: 'quick', version: '0.1.0', v8: '13', settings: Object.entries({ pressure: 0, ...more.settings }).map(([key, value]) => ({ key, value, unit: 'GPa' })) },
    potential: { name: 'p' },
    material: { formula: more.formula ?? 'MgO', atoms: 2, formulaUnits: 1, spaceGroup: { symbol: 'F m -3 m' }, conventionalMatrix: { value: [[-1, 1, 1], [1, -1, 1], [1, 1, -1]], unit: '' } },
    relaxation: {
      spaceGroup: { symbol: 'F m -3 m' }, lattice: { lengths: { value: [a, a, 2 * a], unit: 'Å' } }, volume: { value: 18.5, unit: 'Å³', basis: 'cell' }, density: { value: 3600, unit: 'kg/m³' },
      cell: { value: [[0, a / 2, a / 2], [a / 2, 0, a / 2], [a / 2, a / 2, 0]].map(([x, y, z]) => [c * x! - s * y!, s * x! + c * y!, z!]), unit: 'Å' },
    },
    expansion: {
      temperatures, alphaVolumetric: { value: [0, 3e-5, null], unit: '1/K', reason: 'ends', uncertainty: { numerical: [0, 1e-7, null], committee: [0, 2e-7, null] } }, heatCapacityP: { value: [0, 37, 40], unit: 'J/(mol·K)', basis: 'cell' },
      grueneisen: { value: [null, 1.5, 1.6], unit: '' },
    },
  } as unknown as Result;
}

test('runs of the same input differ in nothing; a setting, a potential, a structure, a crystal are told with what each run has', () => {
  expect(departures([result(), result()])).toEqual([]);
  expect(departures([result(), result({ settings: { pressure: 5 } })])).toEqual([{ topic: 'setting', key: 'pressure', values: ['0 GPa', '5 GPa'] }]);
  expect(departures([result(), result({ settings: { 'eos.points': 9 } })])).toEqual([{ topic: 'setting', key: 'eos.points', values: ['–', '9 GPa'] }]);
  expect(departures([result(), result({ potential: 'p2' })]).map(({ topic }) => topic)).toEqual(['potential']);
  expect(departures([result(), result({ structure: 'def' })])).toEqual([{ topic: 'structure', key: '', values: ['abc', 'def'] }]);
  expect(departures([result(), result({ structure: 'def', formula: 'NaCl' })])).toEqual([{ topic: 'crystal', key: '', values: ['MgO, F m -3 m', 'NaCl, F m -3 m'] }]);
  // Three runs: every one of them has its column.
  expect(departures([result(), result({ potential: 'p2' }), result()])[0]?.values).toHaveLength(3);
});

test('tensors are compared only where the crystals stand the same way in their files', () => {
  expect(sameFrame(result(), result())).toBe(true);
  expect(sameFrame(result(), result({ rotated: 0.005 }))).toBe(true);
  expect(sameFrame(result(), result({ rotated: Math.PI / 4 }))).toBe(false);
  expect(sameFrame(result(), result({ rotated: Math.PI / 2 }))).toBe(false);
});

test('the main numbers carry their uncertainties and leave out what symmetry repeats or the run does not know', () => {
  const figures = figuresOf(result());
  expect(figures.map(({ name }) => name)).toEqual(['a', 'c', 'volume', 'density', 'alphaVolumetric', 'heatCapacity', 'grueneisen']);
  expect(figures.find(({ name }) => name === 'alphaVolumetric')?.quantity).toEqual({ value: 3e-5, unit: '1/K', reason: 'ends', uncertainty: { committee: 2e-7, numerical: 1e-7 } });
  const { expansion } = result();
  expect(atTemperature(expansion!.temperatures, expansion!.alphaVolumetric, 600)).toMatchObject({ value: null, reason: 'ends' });
  expect(atTemperature(expansion!.temperatures, expansion!.alphaVolumetric, 310)).toBeNull();
});

describe('what the numbers say in a sentence', async () => {
  vi.stubGlobal('window', { matchMedia: () => ({ matches: false }) });
  const { clausesOf, deltaText, percent } = await import('../../renderer/composables/comparison-figures.ts');
  const terahertz = { factor: 1, unit: 'THz' };
  const shift = (scale: number): ReturnType<typeof frequencyShift> => frequencyShift(commonPoints(path([['Γ', 'X']], ends, 5, 1), path([['Γ', 'X']], ends, 5, 1, scale)));
  const bulk = (a: number, b: number, sigma: number | null) => [{ name: 'bulkModulus' as const, unit: 'GPa', difference: difference(a, b, sigma, sigma) }];

  test('stiffer, softer, the same; changed, changed significantly, unchanged within its uncertainty', () => {
    expect(clausesOf(shift(1.021), bulk(100, 103, null), terahertz)).toEqual([expect.stringMatching(/^optical modes are 2\.1 % stiffer \(root mean square of all modes 0\.\d+ THz\)$/), 'the bulk modulus changes by +3 GPa (+3.0 %, no uncertainty is known)']);
    expect(clausesOf(shift(0.9), bulk(100, 103, 0.5), terahertz)).toEqual([expect.stringContaining('10.0 % softer'), 'the bulk modulus changes by +3 GPa (+3.0 %, 4.2 σ)']);
    expect(clausesOf(shift(1), bulk(100, 103, 2), terahertz)).toEqual(['no frequency differs by 0.001 THz or more', 'the bulk modulus is unchanged within its uncertainty (1.1 σ)']);
    expect(clausesOf(null, bulk(100, 100, null), terahertz)).toEqual(['the bulk modulus is the same']);
    expect(clausesOf(null, [], terahertz)).toEqual([]);
  });
  test('digits that mean nothing are not written', () => {
    expect(deltaText(difference(101.423, 101.423 + 1e-7))).toBe('0');
    expect(deltaText(difference(101.423, 101.45678))).toBe('+0.03378');
    expect(deltaText(difference(10, 14, 3, 4))).toBe('+4 ± 5');
    expect([percent(0.021), percent(-0.5), percent(null), percent(1e-9), percent(2.2)]).toEqual(['+2.1 %', '−50.0 %', '–', '0.000 %', '+220 %']);
  });
});
