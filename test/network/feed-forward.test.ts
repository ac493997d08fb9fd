import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { random } from '../../core/math/random.ts';
import { activationNames, activationOfLetter, type Activation } from '../../core/network/activations.ts';
import { addWeightGradient, createNetworkState, directionalDerivative, forward, inputGradient, weightCount, type FeedForward } from '../../core/network/feed-forward.ts';
import { expectDerivative } from '../finite-differences.ts';
import { describeWithShared, shared } from '../shared.ts';

interface ReferenceCase {
  readonly activation: string;
  readonly normalize_nodes: 0 | 1;
  readonly input: readonly number[];
  readonly output: number;
  readonly dE_dG: readonly number[];
  readonly connections: readonly number[];
  readonly dE_dc: readonly number[];
  readonly dF_dc: { readonly dG_dx: readonly number[]; readonly values: readonly number[] };
}

/** n2p2 and we sum in different orders: rounding of some tens of terms of order one. */
function expectAll(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1, ...expected.map(Math.abs));
  expected.forEach((value, k) => expect(Math.abs(actual[k]! - value)).toBeLessThan(1e-13 * scale));
}

describeWithShared('n2p2 gives the same outputs and derivatives', () => {
  const file = JSON.parse(readFileSync(shared('reference/n2p2/nn/activations.json'), 'utf8')) as { layers: number[]; cases: ReferenceCase[] };
  test.each(file.cases)('activation $activation, normalize_nodes $normalize_nodes', (reference) => {
    const activation = activationOfLetter(reference.activation)!;
    const network: FeedForward = { layers: file.layers, activations: [activation, activation, 'linear'], normalised: reference.normalize_nodes === 1, weights: Float64Array.from(reference.connections) };
    const state = createNetworkState(network);
    expectAll([forward(network, Float64Array.from(reference.input), state)], [reference.output]);
    const gradient = new Float64Array(3);
    inputGradient(network, state, gradient);
    expectAll(gradient, reference.dE_dG);
    const byWeights = new Float64Array(reference.connections.length), ofForce = byWeights.slice();
    addWeightGradient(network, state, 1, 0, byWeights);
    expectAll(byWeights, reference.dE_dc);
    // The force is minus the directional derivative along dG/dx.
    directionalDerivative(network, Float64Array.from(reference.dF_dc.dG_dx), state);
    addWeightGradient(network, state, 0, -1, ofForce);
    expectAll(ofForce, reference.dF_dc.values);
  });
});

function networkWith(activation: Activation, layers: readonly number[], normalised: boolean, seed: number): FeedForward {
  const source = random(seed);
  return { layers, activations: layers.slice(1).map((_, l) => (l === layers.length - 2 ? 'linear' : activation)), normalised, weights: Float64Array.from({ length: weightCount(layers) }, () => 0.5 * source.normal()) };
}

describe.each(activationNames.filter((name) => name !== 'relu'))('%s, against finite differences', (activation) => {
  test.each([[[4, 1]], [[4, 5, 1]], [[4, 6, 5, 3, 1]]])('layers %j', (layers) => {
    for (const normalised of [false, true]) {
      const network = networkWith(activation, layers, normalised, 17);
      const state = createNetworkState(network);
      const source = random(23);
      const inputs = Float64Array.from({ length: 4 }, () => source.normal()), direction = inputs.map(() => source.normal());
      const a = 0.7, b = -1.3;
      const combination = (weights: Float64Array, at: Float64Array): number => {
        const varied = { ...network, weights };
        const own = createNetworkState(varied);
        const energy = forward(varied, at, own);
        return a * energy + b * directionalDerivative(varied, direction, own);
      };
      const value = combination(network.weights, inputs);
      const scale = 1 + Math.abs(value);
      // Ė is the derivative of E along the direction, and the gradient times the direction.
      const energyAt = (h: number): number => forward(network, inputs.map((x, k) => x + h * direction[k]!), createNetworkState(network));
      const rate = (forward(network, inputs, state), directionalDerivative(network, direction, state));
      expectDerivative(energyAt, rate, 1 + Math.abs(rate));
      const gradient = new Float64Array(4);
      inputGradient(network, state, gradient);
      expect(Math.abs(gradient.reduce((sum, g, k) => sum + g * direction[k]!, 0) - rate)).toBeLessThan(1e-13 * scale);

      const byWeights = new Float64Array(network.weights.length);
      addWeightGradient(network, state, a, b, byWeights);
      const along = byWeights.map(() => 0.2 * source.normal());
      expectDerivative((h) => combination(network.weights.map((w, k) => w + h * along[k]!), inputs), byWeights.reduce((sum, g, k) => sum + g * along[k]!, 0), scale, 1e-7);
      // Left behind: the derivative of the combination with respect to the inputs.
      const byInputs = state.adjoints[0]!.reduce((sum, g, k) => sum + g * direction[k]!, 0);
      expectDerivative((h) => combination(network.weights, inputs.map((x, k) => x + h * direction[k]!)), byInputs, scale, 1e-7);
    }
  });
});

test('weights are counted layer by layer', () => {
  expect(weightCount([27, 25, 25, 1])).toBe(28 * 25 + 26 * 25 + 26);
});
