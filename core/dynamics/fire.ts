/**
 * FIRE, the fast inertial relaxation engine (Bitzek et al., Phys. Rev. Lett. 97 (2006) 170201) with the corrections of
 * FIRE 2.0 (Guénolé et al., Comput. Mater. Sci. 175 (2020) 109584): half a step back when the path turns uphill, and
 * semi-implicit Euler steps. It looks at gradients only, so that it also crosses the small energy jumps of a plain
 * cutoff at which a line search stops.
 */
import { dot, plus, type Minimum, type Objective, type Point, type Watcher } from './minimiser.ts';

/** Parameters of the papers; the time step is in units of √(1/curvature), and curvatures are of the order of one. */
const firstTimeStep = 0.3;
const longestTimeStep = 1.5;
const shortestTimeStep = 1e-3;
const delay = 5;
const faster = 1.1;
const slower = 0.5;
const firstMixing = 0.1;
const mixingDecay = 0.99;
/**
 * Steps without a new smallest residual after which it gives up: inertia makes the residual swing over some tens of steps,
 * and at an energy jump (a plain cutoff) there may be no stationary point at all.
 */
const patience = 150;

export function fire(objective: Objective, start: Point, maxSteps: number, watch: Watcher = () => {}): Minimum {
  let point = start;
  let velocity: Float64Array = new Float64Array(start.variables.length);
  let timeStep = firstTimeStep;
  let mixing = firstMixing;
  let downhill = 0;
  let best = start;
  let bestStep = 0;
  for (let steps = 0; ; steps++) {
    if (point.residual <= 1) return { point, converged: true, steps };
    if (steps >= maxSteps || steps - bestStep > patience) return { point: best, converged: false, steps };

    let variables = point.variables;
    const power = -dot(point.gradient, velocity);
    if (power > 0 || steps === 0) {
      if (++downhill > delay) {
        timeStep = Math.min(faster * timeStep, longestTimeStep);
        mixing *= mixingDecay;
      }
    } else {
      downhill = 0;
      timeStep = Math.max(slower * timeStep, shortestTimeStep);
      mixing = firstMixing;
      variables = plus(variables, -0.5 * timeStep, velocity);
      velocity = new Float64Array(velocity.length);
    }
    velocity = plus(velocity, -timeStep, point.gradient);
    const speed = Math.sqrt(dot(velocity, velocity));
    const slope = Math.sqrt(dot(point.gradient, point.gradient));
    if (slope > 0) velocity = velocity.map((value, i) => (1 - mixing) * value - ((mixing * speed) / slope) * point.gradient[i]!);

    const reach = objective.reach(velocity);
    if (timeStep > reach) velocity = velocity.map((value) => (value * reach) / timeStep);
    let next = objective.at(plus(variables, timeStep, velocity));
    for (let halvings = 0; next === null && halvings < 30; halvings++) {
      velocity = velocity.map((value) => 0.5 * value);
      timeStep = Math.max(slower * timeStep, shortestTimeStep);
      next = objective.at(plus(variables, timeStep, velocity));
    }
    if (next === null) return { point: best, converged: false, steps };
    point = next;
    if (point.residual < best.residual) {
      best = point;
      bestStep = steps + 1;
    }
    watch(point);
  }
}
