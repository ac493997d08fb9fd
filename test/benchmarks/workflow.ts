/** The parts of the MgO demonstration, one thread, beside the same work by LAMMPS and phonopy. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Nested, Quantity } from '../../core/contracts/quantity.ts';
import type { PropertyName } from '../../core/contracts/results.ts';
import { fractionalPositions } from '../../core/crystal/structure.ts';
import { rowsOf } from '../../core/math/rows.ts';
import { readPotential, type PotentialDescription } from '../../core/potential/description.ts';
import { loadPotential } from '../../core/potential/load.ts';
import { sourceText } from '../../core/files/source-text.ts';
import { resolveSettings } from '../../core/properties/settings.ts';
import { runProperties, type RunOutput } from '../../core/runs/runner.ts';
import { prepareRequest } from '../../electron/services/requests.ts';
import { inPlaceTasks } from '../in-place-tasks.ts';
import { lammps, outputOf, python } from './other-programs.ts';
import type { Row, Section } from './section.ts';

const wish = {
  structure: 'mgo', potential: 'mgo-lewis-catlow', properties: ['relaxation', 'elasticity', 'phonons', 'expansion'],
  accuracy: 'standard', settings: [], device: 'cpu', command: '',
};

/**
 * Relative accuracy of LAMMPS' Ewald sums: the loosest power of ten that brings the relaxed lattice parameter to 1e-6 Å
 * (1e-7 leaves 1.9e-6 Å). Its cost hardly depends on it.
 */
const ewaldAccuracy = 1e-8;
/** Primitive cells along each lattice vector. */
const supercell = [4, 4, 4];

type Part = 'relaxation' | 'elasticity' | 'forceConstants' | 'bands' | 'densityOfStates' | 'thermal' | 'expansion';
type Times = Record<Part, number>;

const processorNow = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Runs everything in this thread and divides the processor time by the moments at which stages begin. */
async function ours(): Promise<{ times: Times & { phonons: number; strainedCells: number }; output: RunOutput; description: PotentialDescription }> {
  const { request, source } = prepareRequest(wish);
  const potential = loadPotential(source);
  const tasks = inPlaceTasks(potential);
  const finished = new Map<PropertyName, number>();
  const began = new Map<string, number>();
  let strainedCells = 0;
  const start = processorNow();
  const output = await runProperties(request, potential, {
    tasksOf: (property) => ({
      async all(stage, list) {
        const begin = processorNow();
        if (!began.has(stage)) began.set(stage, begin);
        const results = await tasks.all(stage, list);
        if (property === 'elasticity') strainedCells += processorNow() - begin;
        return results;
      },
    }),
    journal: () => undefined,
    sample: () => undefined,
    finished: (property) => { finished.set(property, processorNow()); },
  });
  const at = (moment: number | undefined): number => {
    if (moment === undefined) throw new Error('workflow: a stage that is timed has another name now');
    return moment;
  };
  const phononsBegin = at(finished.get('elasticity'));
  const stage = (name: string): number => at(began.get(name));
  return {
    times: {
      relaxation: at(finished.get('relaxation')) - start,
      elasticity: phononsBegin - at(finished.get('relaxation')),
      strainedCells,
      forceConstants: stage('Zone centre') - phononsBegin,
      bands: stage('Density of states') - stage('Bands'),
      densityOfStates: stage('Thermal functions') - stage('Density of states'),
      thermal: stage('Coarser mesh') - stage('Thermal functions'),
      phonons: at(finished.get('phonons')) - phononsBegin,
      expansion: at(finished.get('expansion')) - at(finished.get('phonons')),
    },
    output,
    description: readPotential(sourceText(source.files[0]!.bytes, source.files[0]!.name)),
  };
}

interface Theirs {
  readonly times: Record<Part | 'startUp', { readonly cpu: number; readonly wall: number }>;
  readonly found: {
    readonly relaxation: { readonly volume: number };
    readonly elasticity: { readonly C11: number; readonly C12: number; readonly C44: number };
    readonly bands: readonly (readonly (readonly number[])[])[];
    readonly thermal: { readonly helmholtz: readonly number[] };
    readonly expansion: { readonly volume300: number; readonly alpha300: number; readonly bulk300: number };
  };
}

const valueOf = (quantity: Quantity): Nested => quantity.value;

function theirs(executable: string, interpreter: string, output: RunOutput, description: PotentialDescription): Theirs {
  const settings = resolveSettings('standard');
  const { material, phonons, expansion } = output.result;
  if (!phonons || !expansion) throw new Error('workflow: a property could not be computed');
  const coulomb = description.terms.find((term) => term.type === 'coulomb')!;
  const buckingham = description.terms.find((term) => term.type === 'buckingham')!;
  const { primitive } = material;
  const cell = primitive.cell.flat();
  const work = {
    lmp: executable,
    species: material.species,
    cell: primitive.cell,
    fractional: rowsOf(fractionalPositions({ cell: Float64Array.from(cell), positions: Float64Array.from(primitive.positions.flat()) }), 3),
    charges: coulomb.charges,
    coulombConstant: coulomb.constant,
    masses: description.card.masses,
    cutoff: buckingham.cutoff.radius,
    buckingham: buckingham.pairs.map(({ elements: [first, second], A, rho, C }) => [first, second, A, rho, C]),
    ewaldAccuracy,
    supercell,
    forceTolerance: settings.get('relaxation.forceTolerance'),
    stressTolerance: settings.get('relaxation.stressTolerance'),
    strains: settings.get('elasticity.linearRange'),
    displacement: settings.get('phonons.displacement'),
    bands: valueOf(phonons.bands.qpoints),
    dosMesh: phonons.dos.mesh,
    thermalMesh: phonons.thermal.mesh,
    temperatures: valueOf(phonons.thermal.temperatures),
    volumes: valueOf(expansion.points.volume),
  };
  const folder = mkdtempSync(join(tmpdir(), 'phonolite-bench-'));
  try {
    const file = join(folder, 'work.json');
    writeFileSync(file, JSON.stringify(work));
    const text = outputOf(interpreter, [fileURLToPath(new URL('phonopy-lammps.py', import.meta.url)), file], folder);
    return JSON.parse(text.trim().split('\n').at(-1)!) as Theirs;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Sentences that show that both sides did the same work. */
function agreement(output: RunOutput, { found }: Theirs): string[] {
  const { relaxation, elasticity, phonons, expansion } = output.result;
  if (!relaxation || !elasticity || !phonons || !expansion) return [];
  const number = (value: Nested | undefined): number => value as number;
  const table = (quantity: Quantity): number[][] => quantity.value as number[][];
  const volume = (table(relaxation.cell).map((row) => row.map(Number)) as [number[], number[], number[]]);
  const [a, b, c] = volume;
  const ourVolume = Math.abs(a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) - a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) + a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!));
  const stiffness = table(elasticity.stiffness);
  const elastic = Math.max(Math.abs(stiffness[0]![0]! - found.elasticity.C11), Math.abs(stiffness[0]![1]! - found.elasticity.C12), Math.abs(stiffness[3]![3]! - found.elasticity.C44));
  const sorted = (values: readonly number[]): number[] => [...values].sort((x, y) => x - y);
  let bands = 0;
  (phonons.bands.frequencies.value as number[][][]).forEach((segment, s) => {
    segment.forEach((point, p) => {
      // The ends of a segment at Γ differ in the direction of approach, not in the physics.
      if (p === 0 || p === segment.length - 1) return;
      const other = sorted(found.bands[s]![p]!);
      sorted(point).forEach((value, m) => { bands = Math.max(bands, Math.abs(value - other[m]!)); });
    });
  });
  const room = (expansion.temperatures.value as number[]).findIndex((temperature) => temperature >= 300);
  const alpha = number((expansion.alphaVolumetric.value as Nested[])[room]);
  const helmholtz = number((phonons.thermal.helmholtz.value as Nested[])[room]);
  return [
    `Both sides agree: lattice parameter to ${Math.abs(Math.cbrt(4 * ourVolume) - Math.cbrt(4 * found.relaxation.volume)).toExponential(1)} Å, elastic constants to ${elastic.toFixed(4)} GPa, bands to ${bands.toFixed(4)} THz (their 4×4×4 supercell errs by 0.002 between commensurate points), F(300 K) to ${Math.abs(helmholtz - found.thermal.helmholtz[room]!).toExponential(1)} kJ/mol, expansion at 300 K to ${((100 * Math.abs(found.expansion.alpha300 - alpha)) / alpha).toFixed(2)} %.`,
  ];
}

export async function workflow(): Promise<Section> {
  const { times, output, description } = await ours();
  const other = lammps !== null && python !== null ? theirs(lammps, python, output, description) : null;
  const row = (name: string, measured: string, our: number, parts: readonly Part[]): Row => ({
    name, measured, unit: 's', ours: our, theirs: other && parts.reduce((sum, part) => sum + other.times[part].cpu, 0),
  });
  const { times: warm } = await ours();
  const seconds = (value: number): string => value.toFixed(3);
  const compiled = `Ours begins cold: most of the first two parts is compilation of JavaScript. A second run in the same process takes ${seconds(warm.relaxation)} s, ${seconds(warm.elasticity)} s (strained cells ${seconds(warm.strainedCells)} s), ${seconds(warm.phonons)} s and ${seconds(warm.expansion)} s.`;
  const volumes = (output.result.expansion?.points.volume.value as number[]).length;
  return {
    title: 'MgO, part by part: processor time on one thread',
    other: 'LAMMPS + phonopy',
    rows: [
      row('relaxation', 'ions and cell to 1e-6 eV/Å and 1e-6 GPa', times.relaxation, ['relaxation']),
      row('elasticity', 'ours with averages, surfaces, sound waves; theirs the stresses alone', times.elasticity, ['elasticity']),
      row('  strained cells', 'stresses of 24 strained cells, ions relaxed', times.strainedCells, ['elasticity']),
      row('phonons', 'the whole property; theirs the sum of the four rows below', times.phonons, ['forceConstants', 'bands', 'densityOfStates', 'thermal']),
      row('  force constants', 'ours at two amplitudes; theirs 4×4×4 cells at one', times.forceConstants, ['forceConstants']),
      row('  bands', 'eigenvectors and group velocities at every point', times.bands, ['bands']),
      row('  density of states', 'tetrahedra, projected on atoms', times.densityOfStates, ['densityOfStates']),
      row('  thermal functions', '101 temperatures; ours with mean-square displacements', times.thermal, ['thermal']),
      row('expansion', `${String(volumes)} volumes; ours finds out how many, relaxes at each and checks α by Grüneisen parameters`, times.expansion, ['expansion']),
    ],
    notes: other
      ? [
          compiled,
          `Starts of Node.js and Python are not contained; the start of lmp, ${other.times.startUp.cpu.toFixed(2)} s, is, once per part.`,
          ...agreement(output, other),
        ]
      : [compiled, 'LAMMPS or phonopy is missing on this machine (Debian: apt-get install lammps python3-phonopy) and nobody recorded figures of this work: our side alone.'],
  };
}
