import { expect, test } from 'vitest';
import { requireSignedVolume } from '../../core/descriptors/signed-volume.ts';
import type { SignedVolume } from '../../core/descriptors/symmetry-functions.ts';
import { random } from '../../core/math/random.ts';
import { descriptorOf, elements, environmentOf, everyKind, randomEnvironment, valuesOf } from './environments.ts';

const cutoff = { type: 6, alpha: 0 } as const;

function volume(change: Partial<SignedVolume>): SignedVolume {
  return { type: 'signed-volume', neighbours: ['H', 'C', 'O'], eta: [0.2, 0.2, 0.2], shift: [0, 0, 0], power: 0, cutoff: 5, ...change };
}

/** A carbon with four different ligands: H, C, O on the corners of a tetrahedron, and a second H farther out. */
const corners = [[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]] as const;
const ligands = [['H', 0.63], ['C', 0.88], ['O', 0.82], ['H', 1.3]] as const;
const hand = (mirror: number): ReturnType<typeof environmentOf> =>
  environmentOf(Float64Array.from(corners.flatMap((corner, k) => corner.map((x, axis) => (axis === 0 ? mirror : 1) * x * ligands[k]![1]))), ligands.map(([kind]) => kind));

test('two enantiomers are told apart by the sign, and no other function tells them apart', () => {
  for (const power of [0, 1] as const) {
    const descriptor = descriptorOf([volume({ power, shift: [0, 1, 0] })], cutoff);
    const left = valuesOf(descriptor, hand(1))[0]!, right = valuesOf(descriptor, hand(-1))[0]!;
    expect(Math.abs(left)).toBeGreaterThan(1e-2);
    expect(right).toBeCloseTo(-left, 14);
  }
  const others = descriptorOf(everyKind.filter(({ type }) => type !== 'signed-volume'), cutoff);
  const left = valuesOf(others, hand(1)), right = valuesOf(others, hand(-1));
  left.forEach((value, k) => expect(right[k]!).toBeCloseTo(value, 13));
});

test('one element suffices where its radial functions differ', () => {
  const descriptor = descriptorOf([volume({ neighbours: ['H', 'H', 'H'], eta: [0.1, 0.5, 0.5], shift: [0, 1, 2] })], cutoff);
  const positions = Float64Array.of(1.1, 0, 0, 0, 1.6, 0.2, 0.3, 0.1, 2.3);
  const left = valuesOf(descriptor, environmentOf(positions, ['H', 'H', 'H']))[0]!;
  const right = valuesOf(descriptor, environmentOf(positions.map((x, k) => (k % 3 === 0 ? -x : x)), ['H', 'H', 'H']))[0]!;
  expect(Math.abs(left)).toBeGreaterThan(1e-3);
  expect(right).toBeCloseTo(-left, 14);
});

test('on a twofold axis the first power vanishes and the second does not', () => {
  // Two C and two O around the z axis, related by (x, y) → (−x, −y), and H on it: chiral, like a piece of a screw.
  const positions = Float64Array.of(1.2, 0.3, 0.4, -1.2, -0.3, 0.4, 0.2, 1.5, -0.3, -0.2, -1.5, -0.3, 0, 0, 1.4);
  const environment = environmentOf(positions, ['C', 'C', 'O', 'O', 'H']);
  const find = (power: 0 | 1): number => valuesOf(descriptorOf([volume({ power, neighbours: ['C', 'O', 'H'] })], cutoff), environment)[0]!;
  expect(Math.abs(find(0))).toBeLessThan(1e-15);
  expect(Math.abs(find(1))).toBeGreaterThan(1e-2);
});

test('the moments sum the triple products over all ordered triples', () => {
  const environment = randomEnvironment(8);
  const source = random(4);
  for (const power of [0, 1] as const) {
    const definition = volume({ power, neighbours: ['O', 'H', 'O'], eta: [0.1, 0.3, 0.2], shift: [source.uniform(), 1, 2] });
    const descriptor = descriptorOf([definition], cutoff);
    const gaussian = (slot: number, n: number): number => {
      if (elements[environment.elements[n]!] !== definition.neighbours[slot]) return 0;
      const r = environment.distances[n]!, x = r / 5;
      return Math.exp(-definition.eta[slot]! * (r - definition.shift[slot]!) ** 2) * (1 - x * x * x * (10 - 15 * x + 6 * x * x));
    };
    const unit = (n: number): number[] => [0, 1, 2].map((k) => environment.vectors[3 * n + k]! / environment.distances[n]!);
    let sum = 0;
    for (let j = 0; j < environment.count; j++) {
      for (let k = 0; k < environment.count; k++) {
        for (let l = 0; l < environment.count; l++) {
          const [a, b, c] = [unit(j), unit(k), unit(l)] as [number[], number[], number[]];
          const triple = a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) + a[1]! * (b[2]! * c[0]! - b[0]! * c[2]!) + a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!);
          const cosine = a.reduce((dot, x, axis) => dot + x * b[axis]!, 0);
          sum += triple * cosine ** power * gaussian(0, j) * gaussian(1, k) * gaussian(2, l);
        }
      }
    }
    // 729 terms of order one.
    expect(Math.abs(valuesOf(descriptor, environment)[0]! - sum)).toBeLessThan(1e-13);
  }
});

test('slots that make it vanish are refused, and do make it vanish', () => {
  const environment = randomEnvironment(11);
  const cases: readonly (readonly [Partial<SignedVolume>, boolean])[] = [
    [{ neighbours: ['H', 'C', 'H'] }, true], [{ neighbours: ['C', 'C', 'H'], power: 1 }, true], [{ neighbours: ['C', 'H', 'C'], power: 1 }, false],
    [{ neighbours: ['H', 'C', 'H'], shift: [0, 0, 1] }, false], [{ neighbours: ['H', 'H', 'H'], eta: [0.1, 0.2, 0.1] }, true],
  ];
  for (const [change, vanishes] of cases) {
    const definition = volume(change);
    const value = Math.abs(valuesOf(descriptorOf([definition], cutoff), environment)[0]!);
    if (vanishes) {
      expect(value).toBeLessThan(1e-14);
      expect(() => requireSignedVolume(definition, 'C')).toThrow(/^The signed volume of C with the neighbours .* vanishes in every environment: its slots 1 and [23] have the same element and radial function/);
    } else {
      expect(value).toBeGreaterThan(1e-6);
      expect(() => requireSignedVolume(definition, 'C')).not.toThrow();
    }
  }
});
