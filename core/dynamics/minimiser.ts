/**
 * What a minimiser is given and what it returns. The objective is a flat vector of variables, scaled by the caller so
 * that curvatures are of the order of one in all of them; everything physical stays with the caller.
 */
export interface Point {
  readonly variables: Float64Array;
  readonly energy: number;
  readonly gradient: Float64Array;
  /** The caller's measure of what is left: at most 1 means converged. */
  readonly residual: number;
}

export interface Objective {
  /** Energy, gradient and residual; null where the point is not physical (the step is then shortened). */
  at(variables: Float64Array): Point | null;
  /** The largest multiple of `direction` that one step may take. */
  reach(direction: Float64Array): number;
  /** Energy differences up to this are rounding: there the gradient alone decides. */
  noise(energy: number): number;
}

export interface Minimum {
  readonly point: Point;
  readonly converged: boolean;
  readonly steps: number;
}

/** Called after each accepted step (and once for the start). */
export type Watcher = (point: Point) => void;

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** a + factor · b */
export function plus(a: Float64Array, factor: number, b: Float64Array): Float64Array {
  return a.map((value, i) => value + factor * b[i]!);
}
