/**
 * A feed-forward network with one output: x = (b + W y)/n, y' = f(x) from layer to layer, where n is 1 or, with normalised
 * nodes, the number of source neurons. Derivatives with respect to inputs and weights, of the output E and of its
 * directional derivative Ė = ∂E/∂G · t: forces need ∂E/∂G, a loss on forces the weight derivatives of Ė.
 */
import { activations, type Activation } from './activations.ts';

export interface FeedForward {
  /** Neurons of every layer, inputs first, 1 last. */
  readonly layers: readonly number[];
  /** One per layer behind the inputs. */
  readonly activations: readonly Activation[];
  /** Divides every neuron's input by the number of its source neurons. */
  readonly normalised: boolean;
  /** Layer by layer: the weights of each source neuron to all targets, then the biases of the targets. */
  readonly weights: Float64Array;
}

export function weightCount(layers: readonly number[]): number {
  let count = 0;
  for (let l = 1; l < layers.length; l++) count += (layers[l - 1]! + 1) * layers[l]!;
  return count;
}

/** What a pass through a network leaves for the next. Belongs to one network shape; overwritten by every pass. */
export interface NetworkState {
  /** Per layer: outputs y, and slopes and curvatures of the activation there. */
  readonly outputs: readonly Float64Array[];
  readonly slopes: readonly Float64Array[];
  readonly curvatures: readonly Float64Array[];
  /** Per layer: derivatives of x and y along a direction of the inputs. */
  readonly inputRates: readonly Float64Array[];
  readonly outputRates: readonly Float64Array[];
  /** Per layer: derivatives of what is differentiated with respect to y and to its rate. */
  readonly adjoints: readonly Float64Array[];
  readonly rateAdjoints: readonly Float64Array[];
}

export function createNetworkState(network: FeedForward): NetworkState {
  const perLayer = (): Float64Array[] => network.layers.map((size) => new Float64Array(size));
  return {
    outputs: perLayer(), slopes: perLayer(), curvatures: perLayer(), inputRates: perLayer(), outputRates: perLayer(), adjoints: perLayer(), rateAdjoints: perLayer(),
  };
}

const both = new Float64Array(3);

/** The output for these inputs. */
export function forward(network: FeedForward, inputs: Float64Array, state: NetworkState): number {
  const { layers, weights } = network;
  state.outputs[0]!.set(inputs.subarray(0, layers[0]));
  let at = 0;
  for (let l = 1; l < layers.length; l++) {
    const sources = layers[l - 1]!, targets = layers[l]!;
    const from = state.outputs[l - 1]!, to = state.outputs[l]!, slopes = state.slopes[l]!, curvatures = state.curvatures[l]!;
    const biases = at + sources * targets;
    for (let k = 0; k < targets; k++) to[k] = weights[biases + k]!;
    for (let j = 0; j < sources; j++) for (let k = 0; k < targets; k++) to[k]! += from[j]! * weights[at + j * targets + k]!;
    const { evaluate } = activations[network.activations[l - 1]!];
    const scale = network.normalised ? 1 / sources : 1;
    for (let k = 0; k < targets; k++) {
      evaluate(to[k]! * scale, both);
      to[k] = both[0]!;
      slopes[k] = both[1]!;
      curvatures[k] = both[2]!;
    }
    at = biases + targets;
  }
  return state.outputs.at(-1)![0]!;
}

/** ∂E/∂G of the last `forward`: into `out`. */
export function inputGradient(network: FeedForward, state: NetworkState, out: Float64Array): void {
  const { layers, weights } = network;
  state.adjoints.at(-1)![0] = 1;
  let at = weights.length;
  for (let l = layers.length - 1; l > 0; l--) {
    const sources = layers[l - 1]!, targets = layers[l]!;
    at -= (sources + 1) * targets;
    const scale = network.normalised ? 1 / sources : 1;
    const from = state.adjoints[l]!, to = state.adjoints[l - 1]!, slopes = state.slopes[l]!;
    for (let k = 0; k < targets; k++) from[k]! *= slopes[k]! * scale;
    for (let j = 0; j < sources; j++) {
      let sum = 0;
      for (let k = 0; k < targets; k++) sum += weights[at + j * targets + k]! * from[k]!;
      to[j] = sum;
    }
  }
  out.set(state.adjoints[0]!);
}

/** Ė = ∂E/∂G · direction, after `forward` with the same state. */
export function directionalDerivative(network: FeedForward, direction: Float64Array, state: NetworkState): number {
  const { layers, weights } = network;
  state.outputRates[0]!.set(direction.subarray(0, layers[0]));
  let at = 0;
  for (let l = 1; l < layers.length; l++) {
    const sources = layers[l - 1]!, targets = layers[l]!;
    const scale = network.normalised ? 1 / sources : 1;
    const from = state.outputRates[l - 1]!, inputs = state.inputRates[l]!, to = state.outputRates[l]!, slopes = state.slopes[l]!;
    inputs.fill(0);
    for (let j = 0; j < sources; j++) for (let k = 0; k < targets; k++) inputs[k]! += scale * from[j]! * weights[at + j * targets + k]!;
    for (let k = 0; k < targets; k++) to[k] = slopes[k]! * inputs[k]!;
    at += (sources + 1) * targets;
  }
  return state.outputRates.at(-1)![0]!;
}

/**
 * Adds a ∂E/∂w + b ∂Ė/∂w to `out` (as many as weights), after `forward` and `directionalDerivative` with the same state
 * (b = 0 needs only the first). Reverse mode over the forward tangents; state.adjoints[0] is left holding
 * a ∂E/∂G + b ∂²E/∂G² · t, the product with the Hessian.
 */
export function addWeightGradient(network: FeedForward, state: NetworkState, a: number, b: number, out: Float64Array): void {
  const { layers, weights } = network;
  state.adjoints.at(-1)![0] = a;
  state.rateAdjoints.at(-1)![0] = b;
  let at = weights.length;
  for (let l = layers.length - 1; l > 0; l--) {
    const sources = layers[l - 1]!, targets = layers[l]!;
    at -= (sources + 1) * targets;
    const scale = network.normalised ? 1 / sources : 1;
    const value = state.adjoints[l]!, rate = state.rateAdjoints[l]!;
    const slopes = state.slopes[l]!, curvatures = state.curvatures[l]!, inputRates = state.inputRates[l]!;
    // From y = f(x), ẏ = f'(x) ẋ to derivatives with respect to x and ẋ, scaled for the sums over sources.
    for (let k = 0; k < targets; k++) {
      value[k] = scale * (slopes[k]! * value[k]! + (b === 0 ? 0 : curvatures[k]! * inputRates[k]! * rate[k]!));
      rate[k]! *= scale * slopes[k]!;
    }
    const y = state.outputs[l - 1]!, yRate = state.outputRates[l - 1]!;
    const below = state.adjoints[l - 1]!, rateBelow = state.rateAdjoints[l - 1]!;
    for (let j = 0; j < sources; j++) {
      let sum = 0, rateSum = 0;
      for (let k = 0; k < targets; k++) {
        const index = at + j * targets + k;
        out[index]! += value[k]! * y[j]! + (b === 0 ? 0 : rate[k]! * yRate[j]!);
        sum += weights[index]! * value[k]!;
        rateSum += weights[index]! * rate[k]!;
      }
      below[j] = sum;
      rateBelow[j] = rateSum;
    }
    const biases = at + sources * targets;
    for (let k = 0; k < targets; k++) out[biases + k]! += value[k]!;
  }
}
