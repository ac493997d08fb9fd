/** Activation functions: those of n2p2/RuNNer and SiLU, each with its first and second derivative. */

/** Into out[0], out[1], out[2]: f(x), f'(x), f''(x). */
export type ActivationFunction = (x: number, out: Float64Array) => void;

interface Definition {
  readonly evaluate: ActivationFunction;
  /** Letter in n2p2 and RuNNer files; null where they have none. */
  readonly letter: string | null;
  /** Whether the slope jumps somewhere: such a network has no second derivatives. */
  readonly kinked: boolean;
}

const set = (out: Float64Array, value: number, slope: number, curvature: number): void => {
  out[0] = value;
  out[1] = slope;
  out[2] = curvature;
};

/** 1/(1 + e^−x), exact in both tails. */
function logistic(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

export const activations = {
  linear: { letter: 'l', kinked: false, evaluate: (x, out) => set(out, x, 1, 0) },
  tanh: {
    letter: 't', kinked: false,
    evaluate: (x, out) => {
      const t = Math.tanh(x), slope = 1 - t * t;
      set(out, t, slope, -2 * t * slope);
    },
  },
  logistic: {
    letter: 's', kinked: false,
    evaluate: (x, out) => {
      const s = logistic(x), slope = s * logistic(-x);
      set(out, s, slope, slope * (1 - 2 * s));
    },
  },
  softplus: {
    letter: 'p', kinked: false,
    evaluate: (x, out) => {
      const s = logistic(x);
      set(out, Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), s, s * logistic(-x));
    },
  },
  relu: { letter: 'r', kinked: true, evaluate: (x, out) => set(out, Math.max(0, x), x > 0 ? 1 : 0, 0) },
  gaussian: {
    letter: 'g', kinked: false,
    evaluate: (x, out) => {
      const g = Math.exp(-0.5 * x * x);
      set(out, g, -x * g, (x * x - 1) * g);
    },
  },
  cosine: {
    letter: 'c', kinked: false,
    evaluate: (x, out) => {
      const c = Math.cos(x);
      set(out, c, -Math.sin(x), -c);
    },
  },
  'reverse-logistic': {
    letter: 'S', kinked: false,
    evaluate: (x, out) => {
      const s = logistic(-x), slope = s * logistic(x);
      set(out, s, -slope, slope * (1 - 2 * s));
    },
  },
  exponential: {
    letter: 'e', kinked: false,
    evaluate: (x, out) => {
      const e = Math.exp(-x);
      set(out, e, -e, e);
    },
  },
  harmonic: { letter: 'h', kinked: false, evaluate: (x, out) => set(out, x * x, 2 * x, 2) },
  silu: {
    letter: null, kinked: false,
    evaluate: (x, out) => {
      const s = logistic(x), slope = s * logistic(-x);
      set(out, x * s, s + x * slope, 2 * slope + x * slope * (1 - 2 * s));
    },
  },
} as const satisfies Record<string, Definition>;

export type Activation = keyof typeof activations;

export const activationNames = Object.keys(activations) as Activation[];

/** The activation that a letter means in n2p2 and RuNNer files. */
export function activationOfLetter(letter: string): Activation | undefined {
  return activationNames.find((name) => activations[name].letter === letter);
}
