/** Environments for the tests of descriptors: atoms of three elements around one, no symmetry, no two distances alike. */
import { descriptorTables } from '../../core/descriptors/tables.ts';
import { createDescriptor, type Descriptor } from '../../core/descriptors/descriptor.ts';
import type { Cutoff } from '../../core/descriptors/cutoff-functions.ts';
import type { Environment } from '../../core/descriptors/environment.ts';
import { sortedFunctions, type SymmetryFunction } from '../../core/descriptors/symmetry-functions.ts';
import { random } from '../../core/math/random.ts';

export const elements = ['H', 'C', 'O'] as const;

/** `positions`: 3 per neighbour, Å, from the centre. */
export function environmentOf(positions: Float64Array, kinds: readonly string[]): Environment {
  return {
    count: kinds.length,
    vectors: positions,
    distances: Float64Array.from(kinds, (_, n) => Math.hypot(positions[3 * n]!, positions[3 * n + 1]!, positions[3 * n + 2]!)),
    elements: Int32Array.from(kinds, (kind) => elements.indexOf(kind as (typeof elements)[number])),
    atoms: Int32Array.from(kinds, (_, n) => n + 1),
  };
}

/** Neighbours 1 to 4.4 Å away, at least 0.8 Å from each other. */
export function randomEnvironment(seed: number, count = 18): Environment {
  const source = random(seed);
  const positions: number[] = [];
  const kinds: string[] = [];
  while (kinds.length < count) {
    const trial = [0, 1, 2].map(() => 9 * source.uniform() - 4.5);
    const near = kinds.some((_, n) => Math.hypot(...trial.map((x, k) => x - positions[3 * n + k]!)) < 0.8);
    if (near || Math.hypot(...trial) < 1 || Math.hypot(...trial) > 4.4) continue;
    positions.push(...trial);
    kinds.push(elements[kinds.length % 3]!);
  }
  return environmentOf(Float64Array.from(positions), kinds);
}

export function moved(environment: Environment, direction: ArrayLike<number>, h: number): Environment {
  const kinds = Array.from(environment.elements, (e) => elements[e]!);
  return environmentOf(environment.vectors.map((x, k) => x + h * direction[k]!), kinds);
}

export function descriptorOf(functions: readonly SymmetryFunction[], cutoff: Cutoff): Descriptor {
  return createDescriptor(descriptorTables(sortedFunctions(functions), elements, cutoff, 1));
}

export function valuesOf(descriptor: Descriptor, environment: Environment): Float64Array {
  const out = new Float64Array(descriptor.tables.count);
  descriptor.values(environment, out);
  return out;
}

/** One function of every kind, over the elements above, with r_c 4.6 and 5 Å: beyond every neighbour of `randomEnvironment`. */
export const everyKind: readonly SymmetryFunction[] = [
  { type: 2, neighbours: ['H'], eta: 0, shift: 0, cutoff: 5 },
  { type: 2, neighbours: ['O'], eta: 0.4, shift: 1.7, cutoff: 4.6 },
  { type: 12, neighbours: [], eta: 0.2, shift: 0.8, cutoff: 5 },
  { type: 3, neighbours: ['H', 'O'], eta: 0.03, shift: 0, lambda: 1, zeta: 1, cutoff: 5 },
  { type: 3, neighbours: ['C', 'C'], eta: 0.05, shift: 0.7, lambda: -1, zeta: 4, cutoff: 5 },
  { type: 3, neighbours: ['H', 'C'], eta: 0.02, shift: 0, lambda: 0.5, zeta: 3.5, cutoff: 5 },
  { type: 9, neighbours: ['H', 'H'], eta: 0.01, shift: 0.4, lambda: -1, zeta: 1.5, cutoff: 4.6 },
  { type: 9, neighbours: ['C', 'O'], eta: 0.06, shift: 0, lambda: 1, zeta: 16, cutoff: 5 },
  { type: 13, neighbours: [], eta: 0.03, shift: 0.3, lambda: 1, zeta: 2, cutoff: 5 },
  { type: 20, neighbours: ['C'], inner: -5, cutoff: 5, shape: 'p2' },
  { type: 20, neighbours: ['H'], inner: 0.6, cutoff: 5, shape: 'p3a' },
  { type: 21, neighbours: ['H', 'O'], inner: -5, cutoff: 5, from: 20, to: 175, shape: 'p2' },
  { type: 21, neighbours: ['O', 'O'], inner: 0.5, cutoff: 5, from: -150, to: 150, shape: 'e' },
  { type: 22, neighbours: ['C', 'C'], inner: -5, cutoff: 5, from: 40, to: 320, shape: 'p4' },
  { type: 22, neighbours: ['H', 'C'], inner: 0, cutoff: 5, from: 10, to: 170, shape: 'p2a' },
  { type: 23, neighbours: [], inner: 0.5, cutoff: 5, shape: 'p2' },
  { type: 24, neighbours: [], inner: -5, cutoff: 5, from: 15, to: 165, shape: 'p2' },
  { type: 25, neighbours: [], inner: 0.5, cutoff: 5, from: 30, to: 330, shape: 'p3' },
  { type: 'signed-volume', neighbours: ['H', 'C', 'O'], eta: [0.1, 0.2, 0.3], shift: [0, 1, 2], power: 0, cutoff: 5 },
  { type: 'signed-volume', neighbours: ['H', 'H', 'H'], eta: [0.1, 0.5, 0.3], shift: [0, 1, 2], power: 0, cutoff: 5 },
  { type: 'signed-volume', neighbours: ['C', 'O', 'C'], eta: [0.1, 0.2, 0.3], shift: [0, 1, 2], power: 1, cutoff: 5 },
  { type: 'signed-volume', neighbours: ['O', 'O', 'O'], eta: [0.1, 0.4, 0.1], shift: [0, 1, 0], power: 1, cutoff: 4.6 },
];
export function nameOf(definition: SymmetryFunction): string {
  return `type ${definition.type} of ${definition.neighbours.join(' ') || 'all'}, ${'shape' in definition ? definition.shape : `eta ${definition.eta}`}`;
}
