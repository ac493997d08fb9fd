/** Descriptors on the scale of a network's inputs, and what of their range the training set covered. */

/** How raw values are carried to inputs; a, b: `low`, `high`. */
export type ScalingMode =
  /** G */
  | 'none'
  /** G − mean */
  | 'center'
  /** a + (b − a) (G − minimum)/(maximum − minimum) */
  | 'range'
  /** a + (b − a) (G − mean)/(maximum − minimum) */
  | 'range-center'
  /** a + (b − a) (G − mean)/σ */
  | 'deviation';

/** Statistics of the functions of one central element over a training set, in the order of the functions. */
export interface DescriptorStatistics {
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
  readonly mean: Float64Array;
  /** Sample standard deviation (n − 1); null in files without it. */
  readonly deviation: Float64Array | null;
}

export interface ScalingSettings {
  readonly mode: ScalingMode;
  readonly low: number;
  readonly high: number;
}

/** input = offset + factor · (G − origin), per function. */
export interface Scaling {
  readonly offset: number;
  readonly origin: Float64Array;
  readonly factor: Float64Array;
}

/** The width that a mode divides by, per function; null where it divides by nothing. */
export function widthsOf(mode: ScalingMode, { minimum, maximum, deviation }: DescriptorStatistics): Float64Array | null {
  if (mode === 'none' || mode === 'center') return null;
  return mode === 'deviation' ? deviation : minimum.map((low, k) => maximum[k]! - low);
}

/** Every width must be positive: who reads the statistics refuses others. */
export function scalingOf({ mode, low, high }: ScalingSettings, statistics: DescriptorStatistics): Scaling {
  const count = statistics.mean.length;
  const widths = widthsOf(mode, statistics);
  const origin = mode === 'none' ? new Float64Array(count) : mode === 'range' ? statistics.minimum : statistics.mean;
  if (mode === 'deviation' && !widths) throw new Error('scaling by the deviation needs deviations');
  return {
    offset: widths ? low : 0,
    origin,
    factor: Float64Array.from({ length: count }, (_, k) => (widths ? (high - low) / widths[k]! : 1)),
  };
}

/** Rounding of a sum over neighbours: values this little outside the range are inside. */
const tolerance = 1000 * 2 ** -52;

/** The width of a range; one without width counts as the size of its end. */
export function widthOfRange(low: number, high: number): number {
  return high - low || Math.abs(high) || 1;
}

/** How far a raw value lies outside the range, in widths of the range; 0 inside. */
export function excessOf({ minimum, maximum }: DescriptorStatistics, k: number, value: number): number {
  const low = minimum[k]!, high = maximum[k]!;
  const beyond = value + tolerance < low ? low - value : value - tolerance > high ? value - high : 0;
  return beyond === 0 ? 0 : beyond / widthOfRange(low, high);
}
