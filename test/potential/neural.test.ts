/** What a network potential gives beside energy, forces and stress, and how it ends at its cutoff. */
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../core/contracts/messages.ts';
import type { Structure } from '../../core/contracts/structure.ts';
import { withPositions } from '../../core/crystal/structure.ts';
import { continuousDerivatives, type CutoffType } from '../../core/descriptors/cutoff-functions.ts';
import type { SymmetryFunction } from '../../core/descriptors/symmetry-functions.ts';
import { determinant3 } from '../../core/math/matrix3.ts';
import { voigtPairs } from '../../core/math/voigt.ts';
import type { Activation } from '../../core/network/activations.ts';
import { kinksOf, neuralPotential } from '../../core/potential/neural.ts';
import { neuralCard } from '../../core/potential/n2p2.ts';
import { sumPotential } from '../../core/potential/sum.ts';
import type { PropertyContext, RelaxedCrystal } from '../../core/properties/context.ts';
import { elasticity } from '../../core/properties/elasticity.ts';
import { expansion } from '../../core/properties/expansion.ts';
import { phonons } from '../../core/properties/phonons.ts';
import { resolveSettings } from '../../core/properties/settings.ts';
import { rattled, zincblende } from './models.ts';
import { compactFunctions, gaussianFunctions, randomNeural, randomNeuralPotential } from './neural-models.ts';

const crystal = rattled(zincblende(4.36, 'Si', 'C'), 0.1);

function molecule(positions: readonly number[], species: readonly string[]): Structure {
  return { cell: Float64Array.of(40, 0, 0, 0, 40, 0, 0, 0, 40), periodic: [false, false, false], species, positions: Float64Array.from(positions) };
}

describe('per-atom virials', () => {
  test.each([['Gaussian', gaussianFunctions], ['compact', compactFunctions]] as const)('%s: add up to V σ', (_, functions) => {
    const potential = randomNeuralPotential(crystal, { functions });
    const { stress, virials } = potential.bind(crystal).evaluate(crystal.positions, crystal.cell, { stress: true, virials: true });
    const sum = new Float64Array(9);
    virials!.forEach((value, k) => { sum[k % 9]! += value; });
    const volume = Math.abs(determinant3(crystal.cell)), scale = Math.hypot(...sum);
    voigtPairs.forEach(([a, b], k) => {
      expect(Math.abs(sum[3 * a + b]! - stress![k]! * volume)).toBeLessThan(1e-12 * scale);
      // Rotational invariance: the sum is symmetric though the terms are not.
      expect(Math.abs(sum[3 * a + b]! - sum[3 * b + a]!)).toBeLessThan(1e-12 * scale);
    });
  });

  test('are the sums over environments that they are said to be', () => {
    const cluster = molecule([0, 0, 0, 1.8, 0.2, 0.1, -0.5, 1.7, 0.4, 0.3, -0.6, 1.9, 2.6, 1.8, -0.3], ['Si', 'C', 'C', 'Si', 'C']);
    const potential = randomNeuralPotential(cluster, { functions: gaussianFunctions });
    const evaluator = potential.bind(cluster);
    const virials = Float64Array.from(evaluator.evaluate(cluster.positions, cluster.cell, { virials: true }).virials!);
    const atoms = cluster.species.length, h = 1e-3;
    const energiesAt = (index: number, step: number): Float64Array => Float64Array.from(
      evaluator.evaluate(cluster.positions.map((x, k) => (k === index ? x + step : x)), cluster.cell, { energies: true }).energies!,
    );
    for (let i = 0; i < atoms; i++) {
      for (let a = 0; a < 3; a++) {
        const [p1, m1, p2, m2] = [h, -h, 2 * h, -2 * h].map((step) => energiesAt(3 * i + a, step)) as [Float64Array, Float64Array, Float64Array, Float64Array];
        for (let b = 0; b < 3; b++) {
          let expected = 0;
          for (let c = 0; c < atoms; c++) {
            if (c === i) continue;
            const slope = (8 * (p1[c]! - m1[c]!) - (p2[c]! - m2[c]!)) / (12 * h);
            expected += slope * (cluster.positions[3 * i + b]! - cluster.positions[3 * c + b]!);
          }
          // Fourth-order differences at 1e-3 Å of a network that bends within some hundredths of one.
          expect(Math.abs(virials[9 * i + 3 * a + b]! - expected)).toBeLessThan(1e-7 * Math.max(1, ...virials.map(Math.abs)));
        }
      }
    }
  });
});

describe('extrapolation', () => {
  const description = randomNeural(crystal, { functions: gaussianFunctions });
  const potential = neuralPotential(description, neuralCard('x', description, []));

  test('none where the ranges come from', () => {
    const { extrapolation } = potential.bind(crystal).evaluate(crystal.positions, crystal.cell, { extrapolation: true });
    expect([...extrapolation!.counts]).toEqual(crystal.species.map(() => 0));
    expect([...extrapolation!.descriptor]).toEqual(crystal.species.map(() => -1));
  });

  test('counted per atom, with the farthest function, where the crystal is squeezed', () => {
    const squeezed = withPositions(crystal, crystal.positions.map((x) => 0.8 * x), crystal.cell.map((x) => 0.8 * x));
    const evaluator = potential.bind(squeezed);
    const { extrapolation } = evaluator.evaluate(squeezed.positions, squeezed.cell, { extrapolation: true });
    expect(extrapolation!.counts.every((count) => count > 0 && count <= 6)).toBe(true);
    extrapolation!.excess.forEach((excess, i) => {
      expect(excess).toBeGreaterThan(0);
      expect(extrapolation!.descriptor[i]!).toBeGreaterThanOrEqual(0);
    });
    // G¹ counts neighbours: the tighter crystal has more of them than any environment in the range.
    const e = description.elements.indexOf(crystal.species[0]!);
    expect(description.functions[e]![extrapolation!.descriptor[0]!]).toBeDefined();
    const joint = sumPotential([potential, potential], potential.card).bind(squeezed).evaluate(squeezed.positions, squeezed.cell, { extrapolation: true, virials: true });
    expect([...joint.extrapolation!.counts]).toEqual([...evaluator.evaluate(squeezed.positions, squeezed.cell, { extrapolation: true }).extrapolation!.counts]);
    const single = evaluator.evaluate(squeezed.positions, squeezed.cell, { virials: true }).virials!;
    joint.virials!.forEach((value, k) => expect(value).toBe(2 * single[k]!));
  });
});

describe('at the cutoff', () => {
  const radius = 4.2;
  const onAxis = (r: number): Structure => molecule([0, 0, 0, r, 0, 0, 0.4, 1.8, 0.3], ['Si', 'C', 'C']);
  const radial: readonly SymmetryFunction[] = [
    { type: 2, neighbours: ['B'], eta: 0.02, shift: 0, cutoff: radius }, { type: 3, neighbours: ['A', 'A'], eta: 0.01, shift: 0, lambda: 1, zeta: 1, cutoff: radius },
    { type: 9, neighbours: ['A', 'A'], eta: 0.01, shift: 0, lambda: 1, zeta: 1, cutoff: radius }, { type: 2, neighbours: ['A'], eta: 0.02, shift: 0, cutoff: radius },
  ];
  /** Jumps of energy, force and force derivative of the far atom when it passes r_c, over a gap of 2 δ. */
  function jumps(type: CutoffType, delta: number): readonly [number, number, number] {
    const potential = randomNeuralPotential(onAxis(3), { functions: radial, cutoff: { type, alpha: 0 } });
    const at = (r: number): { energy: number; force: number } => {
      const structure = onAxis(r);
      const { energy, forces } = potential.bind(structure).evaluate(structure.positions, structure.cell, { forces: true });
      return { energy, force: forces![3]! };
    };
    const slope = (r: number): number => (at(r + 1e-5).force - at(r - 1e-5).force) / 2e-5;
    const inside = at(radius - delta), outside = at(radius + delta);
    return [Math.abs(inside.energy - outside.energy), Math.abs(inside.force - outside.force), Math.abs(slope(radius - delta) - slope(radius + delta))];
  }

  test.each([1, 2, 3, 4, 5, 6, 7, 8] as const)('cutoff type %i: energy and force are continuous, the force derivative where the type says so', (type) => {
    const far = jumps(type, 1e-2), near = jumps(type, 1e-3);
    // A continuous quantity's change vanishes with the gap; ten times smaller, it is at most a third, or rounding.
    const closes = (order: number, floor: number): boolean => near[order]! < Math.max(0.34 * far[order]!, floor);
    expect(closes(0, 1e-13)).toBe(true);
    expect(closes(1, 1e-12)).toBe(true);
    expect(closes(2, 1e-6)).toBe(continuousDerivatives({ type, alpha: 0 }) >= 2);
  });

  test('a hard cutoff is told as one that jumps, for every pair', () => {
    const potential = randomNeuralPotential(onAxis(3), { functions: radial, cutoff: { type: 0, alpha: 0 } });
    expect(jumps(0, 1e-6)[0]).toBeGreaterThan(1e-4);
    expect(potential.card.cutoffStyle).toBe('plain');
    expect(potential.plainCutoffs!().every((each) => each.radius === radius)).toBe(true);
    expect(potential.plainCutoffs!().map(({ elements }) => elements.join('-'))).toContain('C-Si');
  });

  test('a curvature that jumps is told on the card', () => {
    const limits = (type: CutoffType): string => randomNeuralPotential(onAxis(3), { functions: radial, cutoff: { type, alpha: 0 } }).card.limits.join(' ');
    for (const type of [1, 5] as const) expect(limits(type)).toContain('no continuous curvature: force constants jump slightly where a neighbour crosses the cutoff of 4.2 Å');
    for (const type of [2, 3, 4, 6, 7, 8] as const) expect(limits(type)).toBe('');
  });
});

test('far atoms do not feel each other, and an isolated one has the energy of an empty environment', () => {
  const both = molecule([0, 0, 0, 1.9, 0, 0, 12, 0, 0, 12, 1.8, 0], ['Si', 'C', 'C', 'Si']);
  const potential = randomNeuralPotential(both, { functions: gaussianFunctions });
  const energyOf = (structure: Structure): number => potential.bind(structure).evaluate(structure.positions, structure.cell, {}).energy;
  const left = molecule([0, 0, 0, 1.9, 0, 0], ['Si', 'C']), right = molecule([12, 0, 0, 12, 1.8, 0], ['C', 'Si']);
  expect(energyOf(both)).toBeCloseTo(energyOf(left) + energyOf(right), 13);
  expect(energyOf(molecule([0, 0, 0, 20, 0, 0], ['Si', 'Si']))).toBeCloseTo(2 * energyOf(molecule([3, 1, 4], ['Si'])), 13);
});

describe('kinks', () => {
  const potentialWith = (activation: Activation): ReturnType<typeof randomNeuralPotential> => randomNeuralPotential(crystal, { functions: gaussianFunctions, activation });

  test('a network with ReLU is read with a caution', () => {
    const { card } = potentialWith('relu');
    expect(card.kinks).toEqual(['the network of C has the activation relu, whose slope jumps', 'the network of Si has the activation relu, whose slope jumps']);
    expect(card.limits.join(' ')).toContain('Dynamics, phonons, elastic constants and thermal expansion are refused.');
    expect(potentialWith('silu').card.kinks).toBeUndefined();
  });

  test('angular exponents below one are kinks too', () => {
    const of = (lambda: number, zeta: number): number => kinksOf(randomNeural(crystal, { functions: [{ type: 9, neighbours: [], eta: 0, shift: 0, lambda, zeta, cutoff: 4 }] })).length;
    expect([of(1, 1), of(-1, 2), of(1, 0), of(0.5, 0.5)]).toEqual([0, 0, 0, 0]);
    expect([of(1, 0.5), of(2, 1)]).toEqual([2, 2]);
  });

  const relaxed = { crystal: { structure: crystal } } as unknown as RelaxedCrystal;
  test.each([['phonons', phonons], ['elasticity', elasticity], ['expansion', expansion]] as const)('%s refuses it with the reason', async (property, compute) => {
    const potential = potentialWith('relu');
    // As a part of a sum, too.
    for (const each of [potential, sumPotential([potential, potentialWith('tanh')], { ...potential.card, kinks: undefined } as unknown as typeof potential.card)]) {
      const context = { potential: each, settings: resolveSettings('quick', {}), journal: () => undefined, sample: () => undefined } as unknown as PropertyContext;
      const refusal = await compute(context, relaxed).then(() => null, (error: unknown) => error);
      expect(refusal).toBeInstanceOf(Refusal);
      const { code, sentence } = (refusal as Refusal).detail;
      expect(code).toBe('neural.kinked');
      expect(sentence).toBe(`The property ${property} needs second derivatives of the energy, and this potential has none everywhere: the network of C has the activation relu, whose slope jumps; the network of Si has the activation relu, whose slope jumps. Use a potential with smooth activation functions, such as tanh, softplus or SiLU.`);
    }
  });
});
