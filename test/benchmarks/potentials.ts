/**
 * Energy and forces of a few thousand atoms, µs per atom and evaluation, beside a step of molecular dynamics with LAMMPS.
 * Ours are evaluations along smooth vibrations, so that neighbour lists are reused as in a trajectory.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PotentialSource } from '../../core/contracts/card.ts';
import type { Structure } from '../../core/contracts/structure.ts';
import { random } from '../../core/math/random.ts';
import { loadPotential } from '../../core/potential/load.ts';
import type { Potential } from '../../core/potential/potential.ts';
import { potentialSource } from '../../electron/services/library.ts';
import { lammps, lammpsPotentials, outputOf, recorded, reference } from './other-programs.ts';
import { processorSeconds } from './processor-time.ts';
import type { Row, Section } from './section.ts';

const faceCentred = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]];
const shifted = (by: readonly number[]): number[][] => faceCentred.map((point) => point.map((x, k) => x + by[k]!));
const bases: Record<'fcc' | 'diamond' | 'rock-salt', { readonly points: number[][]; readonly second: number }> = {
  fcc: { points: faceCentred, second: 4 },
  diamond: { points: [...faceCentred, ...shifted([0.25, 0.25, 0.25])], second: 8 },
  'rock-salt': { points: [...faceCentred, ...shifted([0.5, 0, 0])], second: 4 },
};

interface Case {
  readonly name: string;
  readonly source: () => PotentialSource | null;
  readonly lattice: keyof typeof bases;
  /** Å, conventional cell */
  readonly constant: number;
  readonly edge: number;
  readonly species: readonly [string, string?];
  /** Evaluations of ours, steps of theirs. */
  readonly steps: number;
  /** K, of the velocities that LAMMPS begins with: half of it stays and moves atoms by about 0.05 Å along each axis. */
  readonly temperature: number;
  /** LAMMPS' commands for the potential, and files it needs. */
  readonly commands: readonly string[];
  readonly files?: readonly string[];
  /** Key in the recorded figures. */
  readonly recorded: string;
  readonly measured?: string;
}

function copperTable(): PotentialSource | null {
  const file = reference('C_eam_cu/Cu_mishin1.eam.alloy');
  return file === null ? null : { name: 'Cu_mishin1.eam.alloy', files: [{ name: 'Cu_mishin1.eam.alloy', bytes: readFileSync(file) }] };
}

/**
 * LAMMPS' relative accuracy 1e-5 means a root-mean-square force error of 1e-5 between unit charges at 1 Å; ours, a bound on
 * the worst of all numbers, leaves 1.5e-6 of that measure at 1e-3.
 */
const coulombAccuracy = 1e-3;

function salt(): PotentialSource {
  const source = potentialSource('nacl-fumi-tosi');
  const description = JSON.parse(new TextDecoder().decode(source.files[0]!.bytes)) as { terms: { type: string; accuracy?: number }[] };
  description.terms.find(({ type }) => type === 'coulomb')!.accuracy = coulombAccuracy;
  return { ...source, files: [{ name: source.files[0]!.name, bytes: new TextEncoder().encode(JSON.stringify(description)) }] };
}

/** Fumi-Tosi as `born/coul/long` takes it: A, ρ, σ, C, D with the sign of D turned. */
const fumiTosi = [
  'pair_style born/coul/long 10', 'pair_coeff 1 1 0.2637 0.317 2.340 1.0486 -0.4993', 'pair_coeff 1 2 0.2110 0.317 2.755 6.9906 -8.6758',
  'pair_coeff 2 2 0.1582 0.317 3.170 72.4022 -145.4285', 'kspace_style ewald 1e-5',
];

const saltCase = (edge: number, steps: number): Case => ({
  name: `Born-Mayer-Huggins + Ewald, NaCl, ${String(8 * edge ** 3)} ions`, source: salt, lattice: 'rock-salt', constant: 5.64, edge, steps, temperature: 300,
  species: ['Na', 'Cl'], commands: ['set type 1 charge 1', 'set type 2 charge -1', ...fumiTosi], recorded: `nacl${String(8 * edge ** 3)}_ewald`,
  measured: `ours at accuracy ${String(coulombAccuracy)} of every number, theirs at 1e-5 root mean square`,
});

const cases: readonly Case[] = [
  { name: 'Stillinger-Weber, Si', source: () => potentialSource('si-stillinger-weber'), lattice: 'diamond', constant: 5.43095, edge: 8, species: ['Si'], steps: 200, temperature: 300, commands: ['pair_style sw', 'pair_coeff * * Si.sw Si'], files: [`${lammpsPotentials}/Si.sw`], recorded: 'sw4096' },
  { name: 'Tersoff, Si', source: () => potentialSource('si-tersoff'), lattice: 'diamond', constant: 5.432, edge: 8, species: ['Si'], steps: 200, temperature: 300, commands: ['pair_style tersoff', 'pair_coeff * * SiC.tersoff Si'], files: [`${lammpsPotentials}/SiC.tersoff`], recorded: 'tersoff4096' },
  { name: 'embedded atom, Cu (Mishin)', source: copperTable, lattice: 'fcc', constant: 3.615, edge: 10, species: ['Cu'], steps: 200, temperature: 300, commands: ['pair_style eam/alloy', 'pair_coeff * * Cu_mishin1.eam.alloy Cu'], files: [reference('C_eam_cu/Cu_mishin1.eam.alloy') ?? ''], recorded: 'eam4000' },
  { name: 'Lennard-Jones, Ar', source: () => potentialSource('ar-lennard-jones'), lattice: 'fcc', constant: 5.78, edge: 10, species: ['Ar'], steps: 400, temperature: 10, commands: ['pair_style lj/cut 8.5125', 'pair_coeff 1 1 0.010323565 3.405'], recorded: 'lj4000' },
  saltCase(5, 40),
  saltCase(8, 10),
];

function crystal({ lattice, constant, edge, species }: Pick<Case, 'lattice' | 'constant' | 'edge' | 'species'>): Structure {
  const { points, second } = bases[lattice];
  const positions: number[] = [], names: string[] = [];
  for (let x = 0; x < edge; x++) {
    for (let y = 0; y < edge; y++) {
      for (let z = 0; z < edge; z++) {
        points.forEach((point, k) => {
          positions.push(constant * (x + point[0]!), constant * (y + point[1]!), constant * (z + point[2]!));
          names.push(k >= second ? species[1]! : species[0]);
        });
      }
    }
  }
  const length = constant * edge;
  return { cell: Float64Array.of(length, 0, 0, 0, length, 0, 0, 0, length), periodic: [true, true, true], species: names, positions: Float64Array.from(positions) };
}

/** µs of processor time per atom and evaluation of energy and forces; the best of five rounds. */
export function evaluationTime(potential: Potential, structure: Structure, steps: number): number {
  const evaluator = potential.bind(structure);
  const { normal, uniform } = random(1);
  // Root mean square 0.05 Å along each axis; a period of 40 steps: lattice vibrations at 1 fs to 2 fs per step.
  const amplitudes = structure.positions.map(() => 0.07 * normal());
  const phases = structure.positions.map(() => 2 * Math.PI * uniform());
  const positions = structure.positions.slice();
  const perRound = Math.ceil(steps / 5);
  let best = Infinity;
  for (let round = -1; round < 5; round++) {
    let seconds = 0;
    for (let step = 0; step < perRound; step++) {
      const time = round * perRound + step;
      for (let at = 0; at < positions.length; at++) positions[at] = structure.positions[at]! + amplitudes[at]! * Math.sin((2 * Math.PI * time) / 40 + phases[at]!);
      seconds += processorSeconds(() => evaluator.evaluate(positions, structure.cell, { forces: true }));
    }
    // The round before the first warms up.
    if (round >= 0) best = Math.min(best, seconds);
  }
  return (1e6 * best) / perRound / structure.species.length;
}

/** µs of processor time per atom and step by LAMMPS' own clock and its share of the processor. */
function lammpsTime(executable: string, { lattice, constant, edge, species, steps, temperature, commands, files }: Case, masses: readonly number[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'phonolite-bench-'));
  try {
    for (const file of files ?? []) copyFileSync(file, join(folder, file.slice(file.lastIndexOf('/') + 1)));
    const create =
      lattice === 'rock-salt'
        ? [`lattice fcc ${String(constant)}`, `region cell block 0 ${String(edge)} 0 ${String(edge)} 0 ${String(edge)}`, 'create_box 2 cell', 'create_atoms 1 box', `lattice fcc ${String(constant)} origin 0.5 0 0`, 'create_atoms 2 box']
        : [`lattice ${lattice} ${String(constant)}`, `region cell block 0 ${String(edge)} 0 ${String(edge)} 0 ${String(edge)}`, 'create_box 1 cell', 'create_atoms 1 box'];
    const script = [
      'units metal', `atom_style ${species.length === 2 ? 'charge' : 'atomic'}`, ...create, ...masses.map((mass, k) => `mass ${String(k + 1)} ${String(mass)}`), ...commands,
      'neighbor 1.0 bin', 'neigh_modify every 1 delay 5 check yes', `velocity all create ${String(temperature)} 1 mom yes`, 'fix 1 all nve', 'timestep 0.001',
      `thermo ${String(steps)}`, `run ${String(Math.ceil(steps / 5))}`, `run ${String(steps)}`, '',
    ].join('\n');
    writeFileSync(join(folder, 'commands.in'), script);
    const text = outputOf(executable, ['-in', 'commands.in', '-nocite', '-log', 'none'], folder);
    const [loop] = [...text.matchAll(/^Loop time of (\S+) on \d+ procs for (\d+) steps with (\d+) atoms/gm)].slice(-1);
    const [share] = [...text.matchAll(/^([\d.]+)% CPU use/gm)].slice(-1);
    if (!loop || !share) throw new Error('LAMMPS printed no loop time');
    return ((Number(loop[1]) * Number(share[1])) / 100 / Number(loop[2]) / Number(loop[3])) * 1e6;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function potentialsSection(): Section {
  const figures = recorded('timing/timing_lammps.json') as { results: Record<string, { cpu_min: number } | undefined> } | null;
  const rows: Row[] = [];
  const notes: string[] = [];
  for (const one of cases) {
    const source = one.source();
    if (source === null) {
      notes.push(`${one.name}: left out, its table lies in ../shared, which is missing.`);
      continue;
    }
    const potential = loadPotential(source);
    const structure = crystal(one);
    const masses = one.species.map((name) => potential.card.masses?.[name!] ?? 1);
    rows.push({
      name: `${one.name}${one.species.length === 2 ? '' : `, ${String(structure.species.length)} atoms`}`,
      ours: evaluationTime(potential, structure, one.steps),
      theirs: lammps !== null ? lammpsTime(lammps, one, masses) : (figures?.results[one.recorded]?.cpu_min ?? null),
      unit: 'µs per atom',
      ...(one.measured !== undefined && { measured: one.measured }),
    });
  }
  notes.push(
    lammps !== null
      ? 'LAMMPS: its loop time times its share of the processor, per step of dynamics (one task, no accelerated styles).'
      : figures
        ? 'LAMMPS is missing on this machine (Debian: apt-get install lammps): its figures are the recorded ones of a 2.5 GHz machine.'
        : 'LAMMPS and its recorded figures are missing: our side alone.',
  );
  return { title: 'Energy and forces: processor time on one thread', other: 'LAMMPS', rows, notes };
}
