/**
 * Limited-memory BFGS (Liu & Nocedal, Math. Program. 45 (1989) 503; two-loop recursion: Nocedal & Wright, Numerical
 * Optimization, 2nd ed., algorithm 7.4).
 *
 * The line search uses energy and gradient. Close to the minimum energy differences drown in rounding long before the
 * gradient does (1e-6 eV/Å with k ~ 10 eV/Å² is 1e-13 eV), so a step is also accepted by the approximate Wolfe
 * condition of Hager & Zhang (SIAM J. Optim. 16 (2005) 170), which asks only for directional derivatives.
 */
import { dot, plus, type Minimum, type Objective, type Point, type Watcher } from './minimiser.ts';

/** Armijo's constant and the fraction of the slope that may be left: the usual choice for quasi-Newton directions. */
const sufficientDecrease = 1e-4;
const slopeLeft = 0.9;
/** Above a few dozen pairs nothing is gained; a primitive cell rarely has more free parameters. */
const memory = 30;
const longestLineSearch = 25;
/** Line searches in a row that only creep: the energy has a jump there, and more of them lead nowhere. */
const creepsAllowed = 2;

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly curvature: number;
}

export function lbfgs(objective: Objective, start: Point, maxSteps: number, watch: Watcher = () => {}): Minimum {
  let point = start;
  let pairs: Pair[] = [];
  let creeps = 0;
  for (let steps = 0; ; steps++) {
    if (point.residual <= 1) return { point, converged: true, steps };
    if (steps >= maxSteps) return { point, converged: false, steps };

    let direction = quasiNewtonDirection(point.gradient, pairs);
    if (!(dot(direction, point.gradient) < 0)) {
      pairs = [];
      direction = point.gradient.map((value) => -value);
    }
    let found = searchAlong(objective, point, direction);
    if (found === null && pairs.length > 0) {
      // The remembered curvature misleads (a kink, another basin): forget it and go straight downhill.
      pairs = [];
      found = searchAlong(objective, point, point.gradient.map((value) => -value));
    }
    if (found === null) return { point, converged: false, steps };
    creeps = found.satisfied ? 0 : creeps + 1;
    if (creeps > creepsAllowed) return { point, converged: false, steps };
    const next = found.point;

    const step = plus(next.variables, -1, point.variables);
    const change = plus(next.gradient, -1, point.gradient);
    const curvature = dot(step, change);
    // Only pairs of clearly positive curvature keep the approximate Hessian positive definite.
    if (curvature > 1e-12 * Math.sqrt(dot(step, step) * dot(change, change))) {
      pairs.push({ step, change, curvature });
      if (pairs.length > memory) pairs.shift();
    }
    point = next;
    watch(point);
  }
}

function quasiNewtonDirection(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  let q: Float64Array = gradient.map((value) => -value);
  const weights: number[] = [];
  for (const { step, change, curvature } of pairs.toReversed()) {
    const weight = dot(step, q) / curvature;
    weights.push(weight);
    q = plus(q, -weight, change);
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = last.curvature / dot(last.change, last.change);
    q = q.map((value) => scale * value);
  }
  for (const { step, change, curvature } of pairs) {
    q = plus(q, weights.pop()! - dot(change, q) / curvature, step);
  }
  return q;
}

/**
 * A point along `direction` that satisfies the (approximate) Wolfe conditions; failing that one that only descends
 * (`satisfied` false); null where there is none.
 */
function searchAlong(objective: Objective, from: Point, direction: Float64Array): { point: Point; satisfied: boolean } | null {
  const slope0 = dot(from.gradient, direction);
  const reach = objective.reach(direction);
  const noise = objective.noise(from.energy);
  let low = { length: 0, energy: from.energy, slope: slope0 };
  let high: { length: number; energy: number; slope: number } | null = null;
  let highIsWall = false;
  let lowered: Point | null = null;
  let length = Math.min(1, reach);

  for (let trial = 0; trial < longestLineSearch; trial++) {
    const point = objective.at(plus(from.variables, length, direction));
    if (point === null) {
      high = { length, energy: Number.POSITIVE_INFINITY, slope: Number.NaN };
      highIsWall = true;
    } else {
      const slope = dot(point.gradient, direction);
      const descends = point.energy <= from.energy + sufficientDecrease * length * slope0;
      const descendsByGradient = point.energy <= from.energy + noise && slope <= (2 * sufficientDecrease - 1) * slope0;
      const accepted = descends || descendsByGradient;
      if (accepted && Math.abs(slope) <= slopeLeft * Math.abs(slope0)) return { point, satisfied: true };
      // A converged point ends the search even where the slope cannot be reduced further.
      if (accepted && point.residual <= 1) return { point, satisfied: true };
      if (accepted && slope < 0) {
        if (length >= reach) return { point, satisfied: true };
        low = { length, energy: point.energy, slope };
        lowered = point;
      } else {
        if (accepted) lowered = point;
        high = { length, energy: point.energy, slope };
        highIsWall = false;
      }
    }
    length = high === null ? Math.min(reach, 2.5 * length) : highIsWall ? 0.5 * (low.length + high.length) : between(low, high);
    if (high !== null && high.length - low.length <= 1e-14 * high.length) break;
  }
  return lowered && { point: lowered, satisfied: false };
}

/** Minimum of the cubic through two energies and slopes (Nocedal & Wright, eq. 3.59), kept off both ends. */
function between(
  low: { length: number; energy: number; slope: number },
  high: { length: number; energy: number; slope: number },
): number {
  const width = high.length - low.length;
  const d1 = low.slope + high.slope - (3 * (high.energy - low.energy)) / width;
  const square = d1 * d1 - low.slope * high.slope;
  let fraction = Number.NaN;
  if (square >= 0) {
    const d2 = Math.sqrt(square);
    fraction = 1 - (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2);
  }
  if (!(fraction > 0 && fraction < 1)) fraction = high.slope > 0 ? low.slope / (low.slope - high.slope) : 0.5;
  return low.length + Math.min(0.9, Math.max(0.1, fraction)) * width;
}
