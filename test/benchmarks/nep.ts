/**
 * What a neuroevolution potential costs: microseconds per atom and evaluation (energy, forces, stress; list kept) of the
 * compiled kernel and of the plain reference in the same run, on Cu with the shape of UNEP-v1 (weights at random, all
 * 16 elements) and on an alloy of five of them, beside one dependent exp() as the measure of the machine.
 */
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL, fileURLToPath } from 'node:url';
import type { Structure } from '../../core/contracts/structure.ts';
import { neighbourList } from '../../core/crystal/neighbours.ts';
import { loadKernels } from '../../core/kernels/kernels.ts';
import { random } from '../../core/math/random.ts';
import { nepPotential } from '../../core/potential/nep.ts';
import { randomNep } from '../potential/nep-models.ts';

const unepElements = ['Ag', 'Al', 'Au', 'Cr', 'Cu', 'Mg', 'Mo', 'Ni', 'Pb', 'Pd', 'Pt', 'Ta', 'Ti', 'V', 'W', 'Zr'];

/** The native program's figures for this shape on a machine with 12.5 ns per dependent exp(), µs/atom. */
const native = { low: 85, high: 95, exponential: 12.5 };

/** Close-packed crystal of n³ cubic cells of edge a (Å), its atoms moved at random by about 0.1 Å. */
function closePacked(n: number, a: number, elements: readonly string[]): Structure {
  const source = random(5);
  const species: string[] = [], positions: number[] = [];
  for (let x = 0; x < n; x++) {
    for (let y = 0; y < n; y++) {
      for (let z = 0; z < n; z++) {
        for (const [u, v, w] of [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]] as const) {
          species.push(elements[Math.floor(source.uniform() * elements.length)]!);
          positions.push(a * (x + u) + 0.1 * source.normal(), a * (y + v) + 0.1 * source.normal(), a * (z + w) + 0.1 * source.normal());
        }
      }
    }
  }
  return { cell: Float64Array.of(n * a, 0, 0, 0, n * a, 0, 0, 0, n * a), periodic: [true, true, true], species, positions: Float64Array.from(positions) };
}

/** ns of one exp() whose argument needs the one before. */
function dependentExponential(): number {
  let best = Number.POSITIVE_INFINITY;
  for (let trial = 0; trial < 5; trial++) {
    let x = 0.5;
    const began = performance.now();
    for (let k = 0; k < 2e6; k++) x = Math.exp(-x);
    best = Math.min(best, ((performance.now() - began) * 1e6) / 2e6);
    if (Number.isNaN(x)) throw new Error('exp');
  }
  return best;
}

/** µs per atom, the best of several runs of at least 0.2 s together. */
function cost(structure: Structure, evaluate: (positions: Float64Array) => void): number {
  const source = random(3);
  const positions = structure.positions.slice();
  evaluate(positions);
  let best = Number.POSITIVE_INFINITY, total = 0;
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

export function nepBenchmarks(print: (line: string) => void = console.log): void {
  const exponential = dependentExponential();
  print(`one dependent exp(): ${exponential.toFixed(1)} ns`);
  const model = randomNep(1, {
    elements: unepElements, functions: [5, 5], terms: [9, 9], lMax: 4, extras: ['222', '1111'], neurons: 80, cutoff: { form: 'common', radial: 6, angular: 5 },
  });
  for (const [name, elements, a] of [['Cu', ['Cu'], 4.05], ['CuNiPdPtAu', ['Cu', 'Ni', 'Pd', 'Pt', 'Au'], 4.05]] as const) {
    for (const n of [3, 6, 14]) {
      const structure = closePacked(n, a, elements);
      const atoms = structure.species.length;
      const neighbours = (cutoff: number): number => Math.round(neighbourList(structure.positions, structure.cell, structure.periodic, cutoff).atoms.length / atoms);
      const timeOf = (reference: boolean): number => {
        const evaluator = nepPotential(model, 'UNEP-v1 shape', { reference }).bind(structure);
        return cost(structure, (positions) => { evaluator.evaluate(positions, structure.cell, { forces: true, stress: true }); });
      };
      const kernel = timeOf(false);
      const reference = atoms > 5000 ? null : timeOf(true);
      const scaled = [native.low, native.high].map((value) => (value * exponential) / native.exponential / kernel);
      print(`${name}, ${atoms} atoms, ${neighbours(6)} radial and ${neighbours(5)} angular neighbours: kernel ${kernel.toFixed(2)} µs/atom${reference === null ? '' : `, reference ${reference.toFixed(1)}`}; native, scaled to this machine, takes ${scaled[0]!.toFixed(1)} to ${scaled[1]!.toFixed(1)} times as long`);
    }
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const kernel = fileURLToPath(new URL('../../out/kernels/nep.wasm', import.meta.url));
  if (existsSync(kernel)) loadKernels({ nep: readFileSync(kernel) });
  nepBenchmarks();
}
