/**
 * Cubic Hermite interpolation of a table with equal steps: the slopes at the knots come from the five-point formula
 * (three-point next to the ends, one-sided at them), as DYNAMO and its successors evaluate EAM tables. The reference
 * energies and forces of published tables include this interpolation.
 */
export interface UniformSpline {
  readonly inverseStep: number;
  /** Index of the last interval. */
  readonly lastInterval: number;
  /** 4 per interval, for x = knot + p step: value = ((c3 p + c2) p + c1) p + c0. */
  readonly coefficients: Float64Array;
}

export function uniformSpline(values: Float64Array, step: number): UniformSpline {
  const n = values.length;
  const slope = (k: number): number => {
    if (k === 0) return values[1]! - values[0]!;
    if (k === n - 1) return values[n - 1]! - values[n - 2]!;
    if (k === 1 || k === n - 2) return 0.5 * (values[k + 1]! - values[k - 1]!);
    return (values[k - 2]! - values[k + 2]! + 8 * (values[k + 1]! - values[k - 1]!)) / 12;
  };
  const coefficients = new Float64Array(4 * (n - 1));
  for (let k = 0; k < n - 1; k++) {
    const rise = values[k + 1]! - values[k]!, here = slope(k), next = slope(k + 1);
    coefficients.set([values[k]!, here, 3 * rise - 2 * here - next, here + next - 2 * rise], 4 * k);
  }
  return { inverseStep: 1 / step, lastInterval: n - 2, coefficients };
}

/** Writes value and slope at x ≥ 0 into `out`. Past the last knot both stay as they are there. */
export function evaluateSpline(spline: UniformSpline, x: number, out: Float64Array): void {
  const scaled = x * spline.inverseStep;
  const whole = Math.floor(scaled);
  const interval = whole < spline.lastInterval ? whole : spline.lastInterval;
  const p = Math.min(scaled - interval, 1);
  const c = spline.coefficients, k = 4 * interval;
  const c1 = c[k + 1]!, c2 = c[k + 2]!, c3 = c[k + 3]!;
  out[0] = ((c3 * p + c2) * p + c1) * p + c[k]!;
  out[1] = ((3 * c3 * p + 2 * c2) * p + c1) * spline.inverseStep;
}
