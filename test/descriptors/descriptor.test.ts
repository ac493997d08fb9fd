import { describe, expect, test } from 'vitest';
import { randomRotation } from '../crystal/crystals.ts';
import type { CutoffType } from '../../core/descriptors/cutoff-functions.ts';
import { random } from '../../core/math/random.ts';
import { vectorTimesMatrix3 } from '../../core/math/matrix3.ts';
import { expectDerivative } from '../finite-differences.ts';
import { descriptorOf, elements, environmentOf, everyKind, moved, nameOf, randomEnvironment, valuesOf } from './environments.ts';

const environment = randomEnvironment(5);
const smooth: readonly CutoffType[] = [1, 2, 3, 4, 5, 6, 7, 8];

describe.each(everyKind.map((definition) => ({ definition, name: nameOf(definition) })))('$name', ({ definition }) => {
  test.each(smooth)('both Jacobian products are derivatives, cutoff type %i', (type) => {
    const descriptor = descriptorOf([definition], { type, alpha: 0.1 });
    const source = random(100 + type);
    const value = valuesOf(descriptor, environment)[0]!;
    const gradient = new Float64Array(3 * environment.count), out = new Float64Array(1);
    descriptor.vectorJacobian(environment, Float64Array.of(1), gradient);
    const scale = Math.abs(value) + Math.hypot(...gradient);
    expect(scale).toBeGreaterThan(1e-9);
    const direction = Float64Array.from({ length: 3 * environment.count }, () => 0.3 * source.normal());
    descriptor.jacobianVector(environment, direction, out);
    const contracted = gradient.reduce((sum, g, k) => sum + g * direction[k]!, 0);
    // The two products contract the same Jacobian: equal but for the order of sums.
    expect(Math.abs(out[0]! - contracted)).toBeLessThan(1e-13 * scale);
    // Two neighbours may pass a cutoff in their own distance, where curvatures of types 1 and 5 jump and others bend sharply.
    expectDerivative((h) => valuesOf(descriptor, moved(environment, direction, h))[0]!, contracted, scale, 2e-7, type === 1 || type === 5 ? 1 : 2);
  });

  test('unchanged by rotation and by the order of neighbours; reflection reverses signed volumes alone', () => {
    const descriptor = descriptorOf([definition], { type: 6, alpha: 0 });
    const before = valuesOf(descriptor, environment)[0]!;
    const kinds = Array.from(environment.elements, (e) => elements[e]!);
    const rotation = randomRotation(random(2));
    const transformed = (sign: number): Float64Array => {
      const positions = new Float64Array(3 * environment.count);
      for (let n = 0; n < environment.count; n++) positions.set(vectorTimesMatrix3(environment.vectors.subarray(3 * n, 3 * n + 3), rotation).map((x) => sign * x), 3 * n);
      return positions;
    };
    const close = (actual: number, expected: number): void => expect(Math.abs(actual - expected)).toBeLessThan(1e-12 * (1 + Math.abs(before)));
    close(valuesOf(descriptor, environmentOf(transformed(1), kinds))[0]!, before);
    close(valuesOf(descriptor, environmentOf(transformed(-1), kinds))[0]!, definition.type === 'signed-volume' ? -before : before);
    const order = kinds.map((_, n) => (5 * n + 2) % kinds.length);
    const permuted = environmentOf(Float64Array.from(order.flatMap((n) => [...environment.vectors.subarray(3 * n, 3 * n + 3)])), order.map((n) => kinds[n]!));
    close(valuesOf(descriptor, permuted)[0]!, before);
  });

  test('a neighbour beyond its cutoff, or of an element it does not name, changes nothing', () => {
    const descriptor = descriptorOf([definition], { type: 6, alpha: 0 });
    const before = valuesOf(descriptor, environment)[0]!;
    const kinds = Array.from(environment.elements, (e) => elements[e]!);
    const added = (kind: string, distance: number): number =>
      valuesOf(descriptor, environmentOf(Float64Array.of(...environment.vectors, 0.48 * distance, -0.6 * distance, 0.64 * distance), [...kinds, kind]))[0]!;
    for (const kind of elements) expect(added(kind, definition.cutoff)).toBe(before);
    const unnamed = elements.filter((kind) => definition.neighbours.length > 0 && !definition.neighbours.includes(kind));
    for (const kind of unnamed) expect(added(kind, 3.1)).toBe(before);
    const named = definition.neighbours[0] ?? 'C';
    expect(added(named, 3.1)).not.toBe(before);
  });
});

test('a joint descriptor gives every function what it gives alone', () => {
  const cutoff = { type: 3, alpha: 0 } as const;
  const together = descriptorOf(everyKind, cutoff);
  const all = valuesOf(together, environment);
  // Shared factors are computed once and multiplied in the same order: the same bits.
  const alone = everyKind.map((definition) => valuesOf(descriptorOf([definition], cutoff), environment)[0]!);
  expect([...all].sort()).toEqual([...alone].sort());
  const weights = Float64Array.from(all, (_, k) => Math.sin(k + 1)), gradient = new Float64Array(3 * environment.count), rates = new Float64Array(all.length);
  together.vectorJacobian(environment, weights, gradient);
  const direction = gradient.map((_, k) => Math.cos(3 * k));
  together.jacobianVector(environment, direction, rates);
  const scale = Math.hypot(...gradient) * Math.hypot(...direction);
  expect(Math.abs(gradient.reduce((sum, g, k) => sum + g * direction[k]!, 0) - rates.reduce((sum, rate, k) => sum + rate * weights[k]!, 0))).toBeLessThan(1e-13 * scale);
});

test('lengths in another unit give the same values', () => {
  // eta scales with 1/length², everything else with length; the rounding of the products is all that differs.
  const cutoff = { type: 2, alpha: 0 } as const;
  const bohr = 0.529177210903;
  const scaled = everyKind.map((definition) => {
    const ratio = 1 / bohr;
    if (definition.type === 'signed-volume') {
      return { ...definition, cutoff: definition.cutoff * ratio, eta: definition.eta.map((eta) => eta / ratio ** 2) as [number, number, number], shift: definition.shift.map((shift) => shift * ratio) as [number, number, number] };
    }
    return 'eta' in definition
      ? { ...definition, cutoff: definition.cutoff * ratio, eta: definition.eta / ratio ** 2, shift: definition.shift * ratio }
      : { ...definition, cutoff: definition.cutoff * ratio, inner: definition.inner * ratio };
  });
  const here = everyKind.map((definition) => valuesOf(descriptorOf([definition], cutoff), environment)[0]!);
  const there = scaled.map((definition) => {
    const alone = descriptorOf([definition], cutoff);
    return valuesOf(alone, environmentOf(environment.vectors.map((x) => x / bohr), Array.from(environment.elements, (e) => elements[e]!)))[0]!;
  });
  here.forEach((value, k) => expect(Math.abs(there[k]! - value)).toBeLessThan(1e-12 * (1 + Math.abs(value))));
});

test('exactly collinear neighbours continue what their surroundings give', () => {
  const definition = everyKind.find(({ type, ...rest }) => type === 22 && 'to' in rest && rest.to === 320)!;
  const descriptor = descriptorOf([definition], { type: 6, alpha: 0 });
  const bent = (angle: number): number => valuesOf(descriptor, environmentOf(Float64Array.of(1.7, 0, 0, -2 * Math.cos(angle), 2 * Math.sin(angle), 0), ['C', 'C']))[0]!;
  expect(bent(0)).toBeGreaterThan(0.1);
  // p4 leaves its maximum with the fifth power of the angle.
  expect(Math.abs(bent(1e-3) - bent(0))).toBeLessThan(1e-10);
  const gradient = new Float64Array(6);
  const straight = environmentOf(Float64Array.of(1.7, 0, 0, -2, 0, 0), ['C', 'C']);
  valuesOf(descriptor, straight);
  descriptor.vectorJacobian(straight, Float64Array.of(1), gradient);
  expect(gradient.every(Number.isFinite)).toBe(true);
});

test('many sets of weights at once are what each gives alone', () => {
  const descriptor = descriptorOf(everyKind, { type: 6, alpha: 0 }), environment = randomEnvironment(21);
  const { count } = descriptor.tables, coordinates = 3 * environment.count, sets = 5;
  const source = random(9);
  const weights = Float64Array.from({ length: count * sets }, () => source.normal());
  valuesOf(descriptor, environment);
  const together = new Float64Array(coordinates * sets), alone = new Float64Array(coordinates);
  descriptor.vectorJacobian(environment, weights, together, sets);
  for (let s = 0; s < sets; s++) {
    descriptor.vectorJacobian(environment, weights.filter((_, k) => k % sets === s), alone);
    // The same sums in the same order.
    expect(together.filter((_, k) => k % sets === s)).toEqual(alone);
  }
});
