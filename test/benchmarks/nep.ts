/**
 * What a neuroevolution potential costs: microseconds per atom and evaluation (energy, forces, stress; list kept) of the
 * compiled kernel and of the plain reference in the same run, with the shape of UNEP-v1 (random weights), beside its own
 * program compiled natively, from 100 to 100,000 atoms and by threads.
 */
import { availableParallelism } from 'node:os';
import type { Structure } from '../../core/contracts/structure.ts';
import { neighbourList } from '../../core/crystal/neighbours.ts';
import type { NepModel } from '../../core/files/nep.ts';
import { random } from '../../core/math/random.ts';
import { nepPotential } from '../../core/potential/nep.ts';
import { nepAvailable, nepFolders, nepFrames, nepModel, randomNep } from '../potential/nep-models.ts';
import { dependentExponential, fittedExponent, microsecondsPerAtom } from './evaluations.ts';
import type { Row, Section } from './section.ts';
import { costShared } from './sharing.ts';

const metals = ['Ag', 'Al', 'Au', 'Cr', 'Cu', 'Mg', 'Mo', 'Ni', 'Pb', 'Pd', 'Pt', 'Ta', 'Ti', 'V', 'W', 'Zr'];

/** µs/atom of NEP_CPU for this shape, lowest and highest of several runs, and the ns of one dependent exp() on that machine. */
const native = { times: [85, 95], exponential: 12.5 } as const;

/** µs/atom of NEP_CPU on a machine where one dependent exp() takes so many ns. */
export function nativeNepCost(exponential: number): number {
  return (0.5 * (native.times[0] + native.times[1]) * exponential) / native.exponential;
}

/** Å: with these cutoffs every atom has 54 radial and about 32 angular neighbours. */
const edge = 4.05, cutoff = { form: 'common', radial: 6, angular: 5 } as const;

export function unepModel(): NepModel {
  return randomNep(1, { elements: metals, functions: [5, 5], terms: [9, 9], lMax: 4, extras: ['222', '1111'], neurons: 80, cutoff });
}

/** Close-packed crystal of n³ cubic cells, its atoms moved at random by about 0.1 Å. */
export function closePacked(n: number, elements: readonly string[]): Structure {
  const source = random(5);
  const species: string[] = [], positions: number[] = [];
  for (let cell = 0; cell < n ** 3; cell++) {
    const origin = [cell % n, Math.floor(cell / n) % n, Math.floor(cell / (n * n))];
    for (const site of [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]) {
      species.push(elements[source.integer(elements.length)]!);
      for (let x = 0; x < 3; x++) positions.push(edge * (origin[x]! + site[x]!) + 0.1 * source.normal());
    }
  }
  return { cell: Float64Array.of(n * edge, 0, 0, 0, n * edge, 0, 0, 0, n * edge), periodic: [true, true, true], species, positions: Float64Array.from(positions) };
}

/** `rebuild`: everything is shifted so far before each evaluation that the neighbour list is made anew. */
export function nepCostOf(model: NepModel, structure: Structure, { reference = false, rebuild = false }): number {
  const evaluator = nepPotential(model, 'UNEP-v1 shape', { reference }).bind(structure);
  let shift = 0;
  return microsecondsPerAtom(structure, (positions) => {
    if (rebuild) {
      shift = 1 - shift;
      for (let k = 0; k < positions.length; k++) positions[k] = positions[k]! + shift;
    }
    evaluator.evaluate(positions, structure.cell, { forces: true, stress: true });
  });
}

/** The published models and their kin, each on the largest of its reference structures. */
function referenceModels(): Section {
  const rows = nepFolders.flatMap((folder): Row[] => {
    const model = nepModel(folder);
    const { structure } = nepFrames(folder).reduce((largest, frame) => (frame.structure.species.length > largest.structure.species.length ? frame : largest));
    return ([false, true] as const).map((reference) => ({
      name: `${folder}, ${String(structure.species.length)} atoms, ${reference ? 'plain reference' : 'kernel'}`, ours: nepCostOf(model, structure, { reference }), theirs: null, unit: 'µs/atom',
    }));
  });
  return { title: 'Neuroevolution potentials of ../shared/reference: energy, forces and stress per atom and evaluation, one thread', other: '–', rows, notes: [] };
}

export async function nepBenchmarks(): Promise<Section[]> {
  const exponential = dependentExponential();
  const theirs = nativeNepCost(exponential);
  const model = unepModel();
  const rows: Row[] = [], sizes: number[] = [], costs: number[] = [];
  for (const [name, elements] of [['one element', ['Cu']], ['five elements', ['Cu', 'Ni', 'Pd', 'Pt', 'Au']]] as const) {
    for (const n of elements.length === 1 ? [3, 6, 14, 29] : [6]) {
      const structure = closePacked(n, elements);
      const atoms = structure.species.length;
      const cost = nepCostOf(model, structure, {});
      const around = (radius: number): string => String(Math.round(neighbourList(structure.positions, structure.cell, structure.periodic, radius).atoms.length / atoms));
      const measured = n <= 6 ? `${around(cutoff.radial)} radial and ${around(cutoff.angular)} angular neighbours` : '';
      rows.push({ name: `${name}, ${atoms} atoms, kernel`, ours: cost, theirs, unit: 'µs/atom', ...(measured && { measured }) });
      if (n === 14) rows.push({ name: `${name}, ${atoms} atoms, kernel, list made anew`, ours: nepCostOf(model, structure, { rebuild: true }), theirs, unit: 'µs/atom' });
      if (n === 6) rows.push({ name: `${name}, ${atoms} atoms, plain reference`, ours: nepCostOf(model, structure, { reference: true }), theirs, unit: 'µs/atom' });
      if (elements.length === 1) {
        sizes.push(atoms);
        costs.push(cost * atoms);
      }
    }
  }
  const large = await costShared({ kind: 'neuroevolution', cells: 14 }, availableParallelism());
  large.costs.forEach((cost, k) => {
    if (k > 0) rows.push({ name: `one element, ${large.atoms} atoms, kernel, shared by ${k + 1} threads`, ours: cost, theirs: null, unit: 'µs/atom', measured: `${(large.costs[0]! / cost).toFixed(2)} times one thread` });
  });
  return [...(nepAvailable ? [referenceModels()] : []), {
    title: 'Neuroevolution potential of the shape of UNEP-v1: energy, forces and stress per atom and evaluation', other: 'NEP_CPU', rows,
    notes: [
      `One dependent exp() takes ${exponential.toFixed(1)} ns here; NEP_CPU, compiled natively, one thread, neighbour search included, was timed where it took ${String(native.exponential)} ns: its ${native.times.join(' to ')} µs are scaled by the ratio. Ours keeps the list where nothing else is said.`,
      `Time grows with the power ${fittedExponent(sizes, costs).toFixed(3)} of the number of atoms.`,
    ],
  }];
}
