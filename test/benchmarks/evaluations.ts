/** What evaluations of a potential cost, and the measure of a machine that figures of other machines are scaled by. */
import asc from 'assemblyscript/asc';
import type { Structure } from '../../core/contracts/structure.ts';
import { random } from '../../core/math/random.ts';

/**
 * A chain of exp(), each waiting for the one before, in WebAssembly: with the table-driven algorithm of C libraries, which the
 * native figures are calibrated by. `Math.exp` is another algorithm, and twice as slow.
 */
const { binary, error, stderr } = await asc.compileString(
  'export function chain(n: i32): f64 { let x: f64 = 0.5; for (let k = 0; k < n; k++) x = Math.exp(-x); return x; }',
  { optimizeLevel: 3, noAssert: true, runtime: 'stub' },
);
if (error || !binary) throw new Error(`exp() does not compile:\n${stderr.toString()}`);
const { chain } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(binary)), {}).exports as unknown as { chain: (n: number) => number };

/** ns of one exp() whose argument needs the one before. */
export function dependentExponential(): number {
  let best = Infinity;
  for (let trial = 0; trial < 6; trial++) {
    const began = performance.now();
    if (Number.isNaN(chain(2e6))) throw new Error('exp');
    best = Math.min(best, ((performance.now() - began) * 1e6) / 2e6);
  }
  return best;
}

/** µs per atom: the fastest of at least three evaluations, or of 0.4 s of them, of atoms that tremble by 0.01 Å about their sites (the list is kept). */
export function microsecondsPerAtom(structure: Structure, evaluate: (positions: Float64Array) => void): number {
  const source = random(3);
  const positions = structure.positions.slice();
  evaluate(positions);
  let best = Infinity, total = 0;
  for (let run = 0; run < 200 && (run < 3 || total < 400); run++) {
    for (let k = 0; k < positions.length; k++) positions[k] = structure.positions[k]! + 0.01 * source.normal();
    const began = performance.now();
    evaluate(positions);
    const time = performance.now() - began;
    total += time;
    best = Math.min(best, time);
  }
  return (1000 * best) / structure.species.length;
}

/** Exponent p of cost ∝ sizeᵖ by least squares in logarithms. */
export function fittedExponent(sizes: readonly number[], costs: readonly number[]): number {
  const x = sizes.map(Math.log), y = costs.map(Math.log);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const xMean = mean(x), yMean = mean(y);
  return x.reduce((sum, value, k) => sum + (value - xMean) * (y[k]! - yMean), 0) / x.reduce((sum, value) => sum + (value - xMean) ** 2, 0);
}
