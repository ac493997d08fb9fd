/** Small pieces of the work of a run, for a host with a clock to time before it begins. */
import type { Crystal } from '../crystal/crystal.ts';
import { supercell } from '../crystal/supercell.ts';
import { grueneisenTask } from '../phonons/grueneisen.ts';
import { modesTask, type ModesInput } from '../phonons/modes-task.ts';
import { shortRange } from '../phonons/short-range.ts';
import { thermalFunctions } from '../phonons/thermal.ts';
import type { Evaluator, Potential } from '../potential/potential.ts';
import { likelyForceConstants, type WorkKind } from './workload.ts';

export interface Probe {
  readonly kind: WorkKind;
  /** Units of work in one call. */
  readonly units: number;
  /** Once before it is timed: lists are made, code is compiled. */
  prepare(): void;
  run(): void;
}

/** Atoms in a supercell that is large enough for its cost per atom to be that of any larger one. */
const fairSize = 200;
const temperaturesTimed = 50;

/** In the order of their weight in a run. `evaluator`: of the crystal, already tried. `vibrations`: whether there are to be any. */
export function probesOf(crystal: Crystal, potential: Potential, evaluator: Evaluator, vibrations: boolean): Probe[] {
  const { structure } = crystal;
  const atoms = structure.species.length, modes = 3 * atoms;
  const evaluation: Probe[] = [
    { kind: 'evaluation', units: 1, prepare: () => { evaluator.evaluate(structure.positions, structure.cell, { forces: true, stress: true }); }, run: () => { evaluator.evaluate(structure.positions, structure.cell, { forces: true, stress: true }); } },
    hostProbe(modes),
  ];
  if (!vibrations) return evaluation;
  const { potential: part, range, tails } = shortRange(potential);
  // One matrix of a hundred modes takes milliseconds by itself.
  const wavesAtOnce = modes > 100 ? 1 : 6;
  const probes = [...evaluation];
  if (part) {
    const repeats = Math.max(1, Math.round(Math.cbrt(fairSize / atoms)));
    let large: ReturnType<typeof supercell>['structure'], positions: Float64Array, bound: Evaluator;
    let side = 1;
    probes.push({
      kind: 'displaced',
      units: atoms * repeats ** 3,
      prepare: () => {
        large = supercell(structure, [repeats, 0, 0, 0, repeats, 0, 0, 0, repeats]).structure;
        positions = large.positions.slice();
        bound = part.bind(large);
        bound.evaluate(positions, large.cell, { forces: true });
      },
      run: () => {
        // As in a run: one atom to the other side of its place.
        positions[0] = large.positions[0]! + 0.002 * side;
        side = -side;
        bound.evaluate(positions, large.cell, { forces: true });
      },
    });
  }
  const forceConstants = likelyForceConstants(crystal, part ? range : 0);
  /** Well inside the zone, so that no wave is special. */
  const qpoints = (count: number): Float64Array => Float64Array.from({ length: 3 * count }, (_, k) => 0.05 + 0.4 * ((0.37 * (k + 1)) % 1));
  const first = ({ qpoints: all, directions }: ModesInput): Partial<ModesInput> => ({ qpoints: all.slice(0, 3), ...(directions && { directions: directions.slice(0, 3) }) });
  const waves = (kind: WorkKind, count: number, more: Partial<ModesInput>): Probe => {
    const input: ModesInput = { structure, forceConstants, qpoints: qpoints(count), eigenvectors: false, groupVelocities: false, ...more };
    return { kind, units: Math.max(1, count), prepare: () => { modesTask({ ...input, ...first(input) }, potential); }, run: () => { modesTask(input, potential); } };
  };
  probes.push(
    waves('matrix', 0, {}),
    waves('frequencies', wavesAtOnce, {}),
    waves('bands', wavesAtOnce, { eigenvectors: true, groupVelocities: true, directions: qpoints(wavesAtOnce) }),
    waves('projections', wavesAtOnce, { projections: true }),
    waves('meanSquare', wavesAtOnce, { meanSquare: { temperatures: Float64Array.from({ length: temperaturesTimed }, (_, t) => 20 * t), weights: new Float64Array(wavesAtOnce).fill(1 / wavesAtOnce) } }),
  );
  const strained = { structure, forceConstants };
  probes.push({
    kind: 'grueneisen', units: wavesAtOnce, prepare: () => undefined,
    run: () => { grueneisenTask({ centre: strained, plus: strained, minus: strained, difference: 0.005, qpoints: qpoints(wavesAtOnce) }, potential); },
  });
  if (tails.length > 0) {
    const block = new Float64Array(2 * modes * modes);
    let bound: ReturnType<(typeof tails)[number]['bindDynamics']>[] = [];
    probes.push({ kind: 'tail', units: 1, prepare: () => { bound = tails.map((tail) => tail.bindDynamics(structure)); }, run: () => { for (const tail of bound) tail.addForceConstants([0.1, 0.2, 0.15], block); } });
  }
  return probes;
}

function hostProbe(modes: number): Probe {
  const waves = Math.max(1, Math.round(200 / modes));
  const spectrum = { frequencies: Float64Array.from({ length: waves * modes }, (_, k) => 1 + (k % 97) / 10), modes, weights: new Float64Array(waves).fill(1), gamma: -1 };
  const temperatures = Float64Array.from({ length: temperaturesTimed }, (_, t) => 20 * t);
  return { kind: 'host', units: waves * modes * temperaturesTimed, prepare: () => undefined, run: () => { thermalFunctions(spectrum, temperatures); } };
}
