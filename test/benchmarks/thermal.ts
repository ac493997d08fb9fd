/**
 * Thermal functions on a 20×20×20 mesh at 101 temperatures beside phonopy: the same force constants, the same wave
 * vectors, one thread, one right after the other.
 */
import { fileURLToPath } from 'node:url';
import type { Structure } from '../../core/contracts/structure.ts';
import type { SymmetryOperations } from '../../core/crystal/crystal.ts';
import { supercell } from '../../core/crystal/supercell.ts';
import { standardPrimitive, symmetryOf } from '../../core/crystal/symmetry.ts';
import { random } from '../../core/math/random.ts';
import { dynamicalMatrix } from '../../core/phonons/dynamical-matrix.ts';
import { shortRangeForceConstants, type ForceConstants } from '../../core/phonons/force-constants.ts';
import { irreducibleMesh } from '../../core/phonons/mesh.ts';
import { frequencyOf } from '../../core/phonons/modes-task.ts';
import { thermalFunctions, type ThermalFunctions } from '../../core/phonons/thermal.ts';
import { loadPotential } from '../../core/potential/load.ts';
import { gasConstant, kilojoulePerMolePerElectronvolt } from '../../core/units/constants.ts';
import { potentialSource, readStructureInput } from '../../electron/services/library.ts';
import { inPlaceTasks } from '../in-place-tasks.ts';
import { outputOf, python, recorded, reference } from './other-programs.ts';
import { leastProcessorSeconds } from './processor-time.ts';
import type { Row, Section } from './section.ts';

const tolerance = 1e-4;
const temperatures = Array.from({ length: 101 }, (_, k) => 10 * k);

interface HarmonicCrystal {
  readonly structure: Structure;
  readonly forceConstants: ForceConstants;
  /** null: time reversal only */
  readonly operations: SymmetryOperations | null;
}

export interface ThermalTiming {
  readonly seconds: number;
  readonly waveVectors: number;
  readonly modes: number;
  readonly thermal: ThermalFunctions;
}

/** Everything from force constants to thermal functions; phonopy's default mesh: shifted by half a step along every axis. */
export function timeThermalFunctions({ structure, forceConstants, operations }: HarmonicCrystal, rounds: number): ThermalTiming {
  let done: Omit<ThermalTiming, 'seconds'> | undefined;
  const seconds = leastProcessorSeconds(rounds, () => {
    const mesh = irreducibleMesh(operations, { numbers: [20, 20, 20], shift: [1, 1, 1] });
    const { load, solver, modes } = dynamicalMatrix(structure, forceConstants, []);
    const waveVectors = mesh.multiplicities.length;
    const frequencies = new Float64Array(waveVectors * modes);
    for (let q = 0; q < waveVectors; q++) {
      load(mesh.qpoints.subarray(3 * q, 3 * q + 3));
      solver.solve(false);
      for (let m = 0; m < modes; m++) frequencies[q * modes + m] = frequencyOf(solver.values[m]!);
    }
    const thermal = thermalFunctions({ frequencies, modes, weights: mesh.multiplicities, gamma: mesh.gamma }, temperatures);
    done = { waveVectors, modes, thermal };
  });
  return { seconds, ...done! };
}

/** What `phonopy-thermal.py` prints. */
interface FromPhonopy {
  readonly cell: number[];
  readonly positions: number[];
  readonly species: string[];
  readonly masses: number[];
  readonly pairs: number[];
  readonly values: number[];
  readonly qpoints: number[];
  readonly frequencies: number[];
  readonly temperatures: number[];
  readonly helmholtz: number[];
  readonly entropy: number[];
  readonly heatCapacity: number[];
  readonly meshPoints: number;
}

function crystalOf(data: FromPhonopy, symmetric: boolean): HarmonicCrystal {
  const structure: Structure = {
    cell: Float64Array.from(data.cell), periodic: [true, true, true], species: data.species,
    positions: Float64Array.from(data.positions), masses: Float64Array.from(data.masses),
  };
  return {
    structure,
    forceConstants: { atoms: data.species.length, pairs: Int32Array.from(data.pairs), values: Float64Array.from(data.values) },
    operations: symmetric ? symmetryOf(structure, tolerance).operations : null,
  };
}

function agreement(name: string, { structure, forceConstants }: HarmonicCrystal, data: FromPhonopy, ours: ThermalTiming): string {
  const { load, solver, modes } = dynamicalMatrix(structure, forceConstants, []);
  let frequencies = 0;
  for (let q = 0; q < data.qpoints.length / 3; q++) {
    load(data.qpoints.slice(3 * q, 3 * q + 3));
    solver.solve(false);
    for (let m = 0; m < modes; m++) frequencies = Math.max(frequencies, Math.abs(frequencyOf(solver.values[m]!) - data.frequencies[q * modes + m]!));
  }
  const { thermal, waveVectors } = ours;
  const largest = (computed: Float64Array, factor: number, other: readonly number[]): number => Math.max(...other.map((value, t) => Math.abs(computed[t]! * factor - value)));
  if (waveVectors !== data.meshPoints) throw new Error(`thermal: ${String(waveVectors)} wave vectors here, ${String(data.meshPoints)} there`);
  const helmholtz = largest(thermal.helmholtz, kilojoulePerMolePerElectronvolt, data.helmholtz);
  const heat = largest(thermal.heatCapacity, 1000 * kilojoulePerMolePerElectronvolt, data.heatCapacity) / (gasConstant * modes);
  return `${name}: same force constants, same ${String(waveVectors)} wave vectors; frequencies agree to ${frequencies.toExponential(1)} THz (phonopy's constants are older than CODATA 2018: 1.2e-7), F to ${helmholtz.toExponential(1)} kJ/mol, Cv to ${heat.toExponential(1)} of its classical value.`;
}

/** Silicon and a cell of 20 atoms without symmetry, from bundled crystals and potentials: for machines without phonopy. */
export async function ownCrystals(): Promise<{ silicon: HarmonicCrystal; twenty: HarmonicCrystal }> {
  const siliconPotential = loadPotential(potentialSource('si-stillinger-weber'));
  const { crystal } = standardPrimitive(readStructureInput('silicon').structures[0]!, tolerance);
  const silicon = (await shortRangeForceConstants(inPlaceTasks(siliconPotential), crystal, siliconPotential, 0.002)).forceConstants;

  const carbidePotential = loadPotential(potentialSource('sic-tersoff'));
  const { structure: primitive } = standardPrimitive(readStructureInput('silicon-carbide').structures[0]!, tolerance).crystal;
  const ten = supercell(primitive, [2, 0, 0, 0, 1, 0, 0, 0, 5]).structure;
  const { normal } = random(1);
  // 0.02 Å take all symmetry and leave the crystal stable.
  const structure = { ...ten, positions: ten.positions.map((value) => value + 0.02 * normal()) };
  const rattled = { structure, symmetry: symmetryOf(structure, tolerance) };
  const twenty = (await shortRangeForceConstants(inPlaceTasks(carbidePotential), rattled, carbidePotential, 0.002)).forceConstants;
  return {
    silicon: { structure: crystal.structure, forceConstants: silicon, operations: crystal.symmetry.operations },
    twenty: { structure, forceConstants: twenty, operations: null },
  };
}

const files = { silicon: 'timing/si2_phonopy.yaml', twenty: 'timing/cell20_phonopy.yaml.xz' };
const names = { silicon: 'silicon, 2 atoms', twenty: '20 atoms without symmetry' };
const cases = ['silicon', 'twenty'] as const;

/** Seconds of processor time that the script of the references prints, per file. */
function timesOfScript(interpreter: string, script: string): Map<string, number> {
  const times = new Map<string, number>();
  for (const line of outputOf(interpreter, [script]).split('\n')) {
    const found = /^(\S+): .*?([\d.]+) s with symmetry/.exec(line);
    if (found) times.set(found[1]!, Number(found[2]));
  }
  return times;
}

const rounds = 5;

export async function thermalFunctionsSection(): Promise<Section> {
  const script = reference('scripts/timing_phonopy.py');
  const rows: Row[] = [];
  const notes: string[] = [];
  const rowOf = (name: 'silicon' | 'twenty', { seconds, waveVectors, modes }: ThermalTiming, other: number | null): Row => ({
    name: names[name], ours: seconds, theirs: other, unit: 's',
    measured: `${String(waveVectors)} wave vectors × ${String(modes)} modes, ${String(temperatures.length)} temperatures, with reduction of the mesh`,
  });
  if (python !== null && script !== null) {
    const data = cases.map((name) => JSON.parse(outputOf(python!, [fileURLToPath(new URL('phonopy-thermal.py', import.meta.url)), reference(files[name])!])) as FromPhonopy);
    const times = timesOfScript(python, script);
    cases.forEach((name, k) => {
      const crystal = crystalOf(data[k]!, name === 'silicon');
      const ours = timeThermalFunctions(crystal, rounds);
      rows.push(rowOf(name, ours, times.get(files[name].slice('timing/'.length)) ?? null));
      notes.push(agreement(names[name], crystal, data[k]!, ours));
    });
    notes.unshift('phonopy timed by the script in ../shared/reference/properties/scripts, right before ours.');
  } else {
    const figures = recorded('timing/timing_phonopy.json') as Record<string, { cpu_min_s: number }> | null;
    const own = await ownCrystals();
    rows.push(rowOf('silicon', timeThermalFunctions(own.silicon, rounds), figures?.['si2_mesh20_thermal_101T_symmetry']?.cpu_min_s ?? null));
    rows.push(rowOf('twenty', timeThermalFunctions(own.twenty, rounds), figures?.['cell20_mesh20_thermal_101T']?.cpu_min_s ?? null));
    notes.push(
      figures
        ? 'phonopy is missing on this machine (Debian: apt-get install python3-phonopy): its figures are the recorded ones of a 2.5 GHz machine, for other force constants of the same number of atoms.'
        : 'The folder ../shared with phonopy’s inputs is missing: our side alone, with force constants of bundled crystals.',
    );
  }
  return { title: 'Thermal functions on a 20×20×20 mesh: processor time on one thread', other: 'phonopy', rows, notes };
}
