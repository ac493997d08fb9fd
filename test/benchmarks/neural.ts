/**
 * What Behler-Parrinello networks cost: microseconds per atom and evaluation (energy, forces, stress; list kept) of the
 * compiled kernel and of the plain reference in the same run, on the potentials of `../shared/reference/n2p2`, beside n2p2
 * compiled natively; of one large system by threads; of a committee; from 100 to 100,000 atoms; and bytes per atom.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Structure } from '../../core/contracts/structure.ts';
import { createNeighbours } from '../../core/crystal/neighbours.ts';
import { readN2p2Potential } from '../../core/files/n2p2/folder.ts';
import { readSettings } from '../../core/files/n2p2/settings.ts';
import { sourceText } from '../../core/files/source-text.ts';
import { bindNetworks, cutoffOf, neuralPotential, type NeuralDescription } from '../../core/potential/neural.ts';
import { neuralCard } from '../../core/potential/n2p2.ts';
import { chargedNeuralPotential, isCharged } from '../../core/potential/neural-4g.ts';
import type { Potential } from '../../core/potential/potential.ts';
import { skin } from '../../core/potential/skin.ts';
import type { FileUnits } from '../../core/units/file-units.ts';
import { potentialFiles, referenceOf, structureOf } from '../files/n2p2/references.ts';
import { heldBytes, kernelBytes } from '../held-bytes.ts';
import { shared } from '../shared.ts';
import { dependentExponential, fittedExponent, microsecondsPerAtom } from './evaluations.ts';
import type { Row, Section } from './section.ts';
import { costApart, costShared } from './sharing.ts';

export interface NeuralCase {
  readonly title: string;
  readonly folder: string;
  readonly reference: string;
  readonly units: FileUnits;
  /** Copies of the reference's first structure along each lattice vector. */
  readonly copies: readonly [number, number, number];
  /** µs/atom of n2p2 compiled natively, one thread, without neighbour search, lowest and highest of several runs. */
  readonly native?: readonly [number, number];
}

/** ns of one dependent exp() on the machine of the native figures (`../shared/reference/n2p2/README.md`). */
const nativeExponential = 12.5;

const bohr = { length: 'bohr', energy: 'hartree' } as const, angstrom = { length: 'angstrom', energy: 'ev' } as const, molecules = { length: 'angstrom', energy: 'hartree' } as const;
export const neuralCases = {
  water: { title: 'liquid water', folder: 'H2O_RPBE-D3', reference: 'reference_liquid_1080', units: bohr, copies: [3, 1, 1], native: [364, 387] },
  sulfide: { title: 'Cu₂S', folder: 'bench-cu2s', reference: 'reference', units: angstrom, copies: [3, 3, 2], native: [532, 560] },
  weighted: { title: 'a molecule, weighted functions', folder: 'QM9_wacsf', reference: 'reference', units: molecules, copies: [1, 1, 1] },
  compact: { title: 'a molecule, compact functions', folder: 'QM9_weighted_compact', reference: 'reference', units: molecules, copies: [1, 1, 1] },
} satisfies Record<string, NeuralCase>;

/** µs/atom of n2p2 on a machine where one dependent exp() takes so many ns; null where it was not timed. */
export function nativeCost({ native }: NeuralCase, exponential: number): number | null {
  return native ? (0.5 * (native[0] + native[1]) * exponential) / nativeExponential : null;
}

export function descriptionOf({ folder, units }: NeuralCase): NeuralDescription {
  const files = potentialFiles(folder);
  const settings = readSettings(sourceText(files.find(({ name }) => name === 'input.nn')!.bytes, 'input.nn'));
  return readN2p2Potential(files, settings, units).description;
}

export function copiesOf(structure: Structure, copies: readonly number[]): Structure {
  const { cell } = structure;
  const species: string[] = [], positions: number[] = [];
  for (let a = 0; a < copies[0]!; a++) {
    for (let b = 0; b < copies[1]!; b++) {
      for (let c = 0; c < copies[2]!; c++) {
        species.push(...structure.species);
        for (let k = 0; k < structure.positions.length; k++) {
          const x = k % 3;
          positions.push(structure.positions[k]! + a * cell[x]! + b * cell[3 + x]! + c * cell[6 + x]!);
        }
      }
    }
  }
  return { ...structure, species, positions: Float64Array.from(positions), cell: cell.map((value, k) => value * copies[Math.floor(k / 3)]!) };
}

export function baseOf({ folder, reference, units }: NeuralCase): Structure {
  return structureOf(referenceOf(`${folder}/${reference}.json`).structures[0]!, units);
}

export function potentialOf(description: NeuralDescription, reference = false): Potential {
  return neuralPotential(description, neuralCard('benchmark', description, []), { reference });
}

const wanted = { forces: true, stress: true } as const;

export function costOf(description: NeuralDescription, structure: Structure, reference: boolean): number {
  const evaluator = potentialOf(description, reference).bind(structure);
  return microsecondsPerAtom(structure, (positions) => { evaluator.evaluate(positions, structure.cell, wanted); });
}

const missing: Section = { title: 'Networks', other: 'n2p2', rows: [], notes: ['left out: the folder ../shared with the potentials of n2p2 is missing'] };

async function speedSection(): Promise<Section> {
  const exponential = dependentExponential(), threads = availableParallelism();
  const rows: Row[] = [];
  for (const name of Object.keys(neuralCases) as (keyof typeof neuralCases)[]) {
    const one: NeuralCase = neuralCases[name];
    const description = descriptionOf(one), structure = copiesOf(baseOf(one), one.copies);
    const theirs = nativeCost(one, exponential);
    const add = (what: string, ours: number): void => { rows.push({ name: `${one.title}, ${what}`, ours, theirs, unit: 'µs/atom', measured: `${String(structure.species.length)} atoms` }); };
    add('kernel, one thread', costOf(description, structure, false));
    if (one.native) add(`kernel, ${String(threads)} systems at once, a thread each`, await costApart({ kind: 'network', name, copies: one.copies }, threads, 3));
    add('plain reference', costOf(description, structure, true));
  }
  return {
    title: 'Behler-Parrinello networks: energy, forces and stress per atom and evaluation', other: 'n2p2', rows,
    notes: [
      `One dependent exp() takes ${exponential.toFixed(1)} ns here; n2p2, compiled natively, one thread, without neighbour search, was timed where it took ${String(nativeExponential)} ns: its figures are scaled by the ratio.`,
    ],
  };
}

async function growthSection(): Promise<Section> {
  const one = neuralCases.sulfide;
  const description = descriptionOf(one), base = baseOf(one), potential = potentialOf(description);
  const rows: Row[] = [];
  const sizes: number[] = [], costs: number[] = [];
  for (const copies of [[1, 1, 1], [2, 2, 2], [4, 4, 4], [7, 7, 14]]) {
    const structure = copiesOf(base, copies);
    const atoms = structure.species.length;
    const before = await heldBytes();
    const list = createNeighbours({ periodic: structure.periodic, cutoff: cutoffOf(description), skin, geometry: false });
    const { first } = list.update(structure.positions, structure.cell);
    const afterList = await heldBytes(), kernelBefore = kernelBytes();
    const evaluator = potential.bind(structure);
    const cost = microsecondsPerAtom(structure, (positions) => { evaluator.evaluate(positions, structure.cell, wanted); });
    const afterAll = await heldBytes();
    const entries = first[atoms]! / atoms / list.rebuilds;
    // The evaluator holds a list of the same size, made in the same way; the kernel's memory was there before and has grown.
    const listBytes = (afterList - before) / atoms, ownBytes = (afterAll - afterList + kernelBefore) / atoms - listBytes;
    sizes.push(atoms);
    costs.push(cost * atoms);
    rows.push({ name: `${String(atoms)} atoms`, ours: cost, theirs: null, unit: 'µs/atom', measured: `${Math.round(entries)} entries of the list per atom` });
    rows.push({ name: `${String(atoms)} atoms, memory beside the list`, ours: ownBytes, theirs: null, unit: 'bytes/atom', measured: `the kernel’s copy of the list among it; the list: ${String(Math.round(listBytes))} bytes` });
  }
  return {
    title: 'Growth with the number of atoms: Cu₂S, kernel, one thread', other: '–', rows,
    notes: [`Time grows with the power ${fittedExponent(sizes, costs).toFixed(3)} of the number of atoms.`],
  };
}

/** One system of some ten thousand atoms in any number of threads, beside the plain reference; a committee of eight beside one. */
async function threadsSection(): Promise<Section> {
  const rows: Row[] = [];
  for (const [name, copies] of [['water', [3, 3, 1]], ['sulfide', [4, 4, 4]]] as const) {
    const one: NeuralCase = neuralCases[name];
    const { atoms, costs } = await costShared({ kind: 'network', name, copies }, availableParallelism());
    const add = (what: string, ours: number, measured?: string): void => { rows.push({ name: `${one.title}, ${String(atoms)} atoms, ${what}`, ours, theirs: null, unit: 'µs/atom', ...(measured && { measured }) }); };
    costs.forEach((cost, k) => { add(`${String(k + 1)} thread${k > 0 ? 's' : ''}`, cost, k > 0 ? `${(costs[0]! / cost).toFixed(2)} times one thread` : ''); });
    add('plain reference', costOf(descriptionOf(one), copiesOf(baseOf(one), copies), true));
  }
  return { title: 'One large system shared by threads: energy, forces and stress per atom and evaluation', other: '–', rows, notes: [] };
}

function committeeSection(): Section {
  const rows: Row[] = [];
  for (const name of ['water', 'sulfide'] as const) {
    const one: NeuralCase = neuralCases[name];
    const { networks, ...basis } = descriptionOf(one), structure = copiesOf(baseOf(one), [1, 1, 1]);
    const single = bindNetworks(basis, [networks], name)(structure), eight = bindNetworks(basis, Array.from({ length: 8 }, () => networks), name)(structure);
    const costs = [single.mean, eight.mean, eight.evaluate].map((evaluate) => microsecondsPerAtom(structure, (positions) => { evaluate(positions, structure.cell, wanted); }));
    ['one', 'the mean of eight', 'eight with their spread'].forEach((what, k) => {
      rows.push({ name: `${one.title}, ${what}`, ours: costs[k]!, theirs: null, unit: 'µs/atom', ...(k > 0 && { measured: `${(costs[k]! / costs[0]!).toFixed(2)} times one` }) });
    });
  }
  return { title: 'Committees: energy, forces and stress per atom and evaluation, kernel, one thread', other: '–', rows, notes: [] };
}

/** Charges from an equilibration with a dense matrix: cost per atom grows with the square of their number. */
function chargedSection(): Section {
  const folder = shared('reference/n2p2/AlAuMgO_4G');
  const files = readdirSync(folder).filter((name) => /\.(data|nn)$/.test(name) && name !== 'structures.data').map((name) => ({ name, bytes: readFileSync(`${folder}/${name}`) }));
  const { description } = readN2p2Potential(files, readSettings(sourceText(files.find(({ name }) => name === 'input.nn')!.bytes, 'input.nn')), bohr);
  if (!isCharged(description)) throw new Error('not of the fourth generation');
  const exponential = dependentExponential();
  const base = structureOf(referenceOf('AlAuMgO_4G/reference.json').structures[0]!, bohr);
  const rows: Row[] = [];
  for (const [copies, native] of [[[1, 1, 1], 354], [[2, 2, 1], 1208]] as const) {
    const structure = copiesOf(base, copies);
    for (const reference of [false, true]) {
      const evaluator = chargedNeuralPotential(description, neuralCard('benchmark', description, []), { reference }).bind(structure);
      rows.push({
        name: `slab of ${String(structure.species.length)} atoms, ${reference ? 'networks in plain TypeScript' : 'networks in the kernel'}`, unit: 'µs/atom', theirs: (native * exponential) / nativeExponential,
        ours: microsecondsPerAtom(structure, (positions) => { evaluator.evaluate(positions, structure.cell, wanted); }),
      });
    }
  }
  return { title: 'Fourth generation: energy, forces and stress per atom and evaluation, everything included, one thread', other: 'n2p2', rows, notes: ['Ours carries the Ewald sums to 1e-13, n2p2 to the 1e-5 of its file; its figures are scaled by the cost of exp(), as above.'] };
}

export async function neuralBenchmarks(): Promise<Section[]> {
  if (!existsSync(shared('reference/n2p2'))) return [missing];
  // Memory is measured before anything else has used any.
  const growth = await growthSection();
  return [await speedSection(), await threadsSection(), committeeSection(), chargedSection(), growth];
}
