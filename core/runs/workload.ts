/**
 * What a run will have to compute, counted before it begins: tasks of every stage and the work in them, from the same
 * functions that the properties use. Counts that only the run itself can decide (steps of a relaxation, volumes that are
 * added as the crystal expands) are ranges.
 */
import type { PropertyName } from '../contracts/results.ts';
import { bandPath } from '../crystal/brillouin-path.ts';
import type { Crystal, SymmetryOperations } from '../crystal/crystal.ts';
import { cellVolume, strained } from '../crystal/structure.ts';
import { invariantStrains } from '../crystal/symmetrise.ts';
import type { RelaxConstraint } from '../dynamics/relax.ts';
import { determinant3, identity3 } from '../math/matrix3.ts';
import { batchOf } from '../phonons/frequencies.ts';
import { atomsWithin, planDisplacements, siteOperations, type DisplacementPlan } from '../phonons/displacements.ts';
import type { ForceConstants } from '../phonons/force-constants.ts';
import { irreducibleMesh, meshNumbers, meshWithoutGamma } from '../phonons/mesh.ts';
import type { ModesInput } from '../phonons/modes-task.ts';
import { shortRange } from '../phonons/short-range.ts';
import { exportNumbers } from '../phonons/supercell-force-constants.ts';
import { crossingShells } from '../potential/cutoff-shells.ts';
import type { Potential } from '../potential/potential.ts';
import { crystalDirections } from '../properties/crystal-directions.ts';
import { independentDisplacements, independentStrains } from '../properties/elastic-response.ts';
import { halfRangeParts, halfRanges } from '../properties/elasticity.ts';
import { eosRatios } from '../properties/eos.ts';
import { gridOf, gridRungs, shapeOffsets } from '../properties/expansion-grid.ts';
import { insideMargin, ladderOf, largestRatio, rungs } from '../properties/expansion-path.ts';
import { keptBy, linearAmplitudes } from '../properties/linear-range.ts';
import { randomWaveVectors, temperatureGrid } from '../properties/phonons.ts';
import type { Settings } from '../properties/settings.ts';
import { strainDirections, strainMesh } from '../properties/thermal-strain.ts';
import { boltzmann } from '../units/constants.ts';

/** [fewest, most] */
export type Range = readonly [number, number];

/**
 * Kinds of work that are timed on the machine before a run, with their units:
 *   evaluation     of the primitive cell, with forces and stress
 *   displaced      one atom of a supercell in one evaluation, with forces
 *   tail           one wave vector of the tail that is taken off displaced charges
 *   matrix         making a dynamical matrix ready for a cell
 *   frequencies, projections, meanSquare, bands   one wave vector: eigenvalues alone; with eigenvectors and what is made of them
 *   grueneisen     one wave vector: three matrices, eigenvectors and their slopes
 *   host           one mode at one temperature, in the thread that coordinates: the measure of everything else done there
 */
export const workKinds = ['evaluation', 'displaced', 'tail', 'matrix', 'frequencies', 'projections', 'meanSquare', 'bands', 'grueneisen', 'host'] as const;
export type WorkKind = (typeof workKinds)[number];
export type Work = Readonly<Partial<Record<WorkKind, Range>>>;

/** Tasks that are computed together, and what the coordinating thread does with their results afterwards (`host`). */
export interface Stage {
  readonly property: PropertyName;
  readonly name: string;
  readonly tasks: Range;
  readonly work: Work;
}

/** Where a run will be, as far as it is known before. */
export interface Prospect {
  /** In its standard primitive cell; relaxed where that was cheap enough to try. */
  readonly crystal: Crystal;
  /** Evaluations of the relaxation, where it was tried. */
  readonly relaxation: number | null;
  /** eV/Å³; null where unknown or not positive. */
  readonly bulkModulus: number | null;
}

export interface Workload {
  readonly stages: readonly Stage[];
  /** What the steps are told with, and memory and disk are judged by. */
  readonly counts: {
    readonly atoms: number;
    readonly modes: number;
    /** Independent strains and displacements of the elastic constants. */
    readonly strains: number;
    readonly shifts: number;
    readonly displacements: number;
    /** Atoms in the largest supercell. */
    readonly supercell: number;
    /** Pairs of force constants of the whole cell. */
    readonly pairs: number;
    readonly bandPoints: number;
    readonly dosPoints: number;
    readonly dosMesh: readonly number[];
    readonly thermalPoints: number;
    readonly thermalMesh: readonly number[];
    readonly temperatures: number;
    /** Volumes (or cells of a grid) of the expansion. */
    readonly cells: Range;
    readonly strainedCells: number;
    /** Cells of the supercell that `FORCE_CONSTANTS` is written for. */
    readonly exportCells: number;
  };
}

const both = (value: number): Range => [value, value];
const times = ([low, high]: Range, [least, most]: Range): Range => [low * least, high * most];
const plus = ([low, high]: Range, [least, most]: Range): Range => [low + least, high + most];
export const sumOf = (ranges: readonly Range[]): Range => ranges.reduce(plus, [0, 0]);

/** ns that a unit of `host` takes on the machine on which the figures below were measured; they are given in ns too. */
const hostUnit = 62;
const host = (nanoseconds: number): Range => [(0.75 * nanoseconds) / hostUnit, (1.25 * nanoseconds) / hostUnit];
const milli = 1e6;
/** ns per pair and operation of the site, and per pair of the whole cell. */
const assembly = { perImage: 2000, perPair: 2500, fixed: 5 * milli };
/** ns: one quasiharmonic state, its neighbours in temperature included. */
const stateTime = 1.6 * milli;
/** ns: surfaces of elastic moduli; tables, files and their flushes. */
const surfaces = 300 * milli, files = 150 * milli;

/**
 * Evaluations of one relaxation with `free` parameters. One is enough where nothing is free, or the place is right already. Measured for
 * quartz: 9 to 14 with 5 parameters, 17 to 24 with 13; silicon under shear: 3 with 1. Where neighbour shells cross a plain
 * cutoff the search may go on among the jumps to its limit.
 */
function relaxEvaluations(free: number, jumps: boolean, maxSteps: number): Range {
  if (free === 0) return [1, 1];
  const most = Math.min(6 + 3 * free, 40 + 0.5 * free);
  return [1, Math.min(maxSteps, jumps ? Math.max(most, 100) : most)];
}

/** Displacement patterns and strains that the operations leave free. */
function freeParameters(atoms: number, operations: SymmetryOperations, constraint: RelaxConstraint): number {
  // The trace of a projection counts what it keeps; moving all atoms together is no freedom.
  let internal = 0, whole = 0;
  for (let k = 0; k < operations.count; k++) {
    const trace = operations.cartesian[9 * k]! + operations.cartesian[9 * k + 4]! + operations.cartesian[9 * k + 8]!;
    let fixed = 0;
    for (let i = 0; i < atoms; i++) if (operations.permutations[k * atoms + i] === i) fixed++;
    internal += (trace * fixed) / operations.count;
    whole += trace / operations.count;
  }
  const strains = invariantStrains(operations).length;
  const cell = { full: strains, 'fixed-shape': 1, 'fixed-volume': strains - 1, 'fixed-cell': 0 }[constraint];
  return Math.round(internal - whole) + cell;
}

/** Force constants of the right shape and plausible size, for timing what is made of them. */
export function likelyForceConstants(crystal: Crystal, range: number): ForceConstants {
  const { structure } = crystal;
  const atoms = structure.species.length;
  const pairs: number[] = [], values: number[] = [];
  for (let i = 0; i < atoms; i++) {
    const neighbours = atomsWithin(structure, i, range);
    for (let p = 0; p < neighbours.length; p += 4) {
      const self = neighbours[p] === i && neighbours[p + 1] === 0 && neighbours[p + 2] === 0 && neighbours[p + 3] === 0;
      pairs.push(i, neighbours[p]!, neighbours[p + 1]!, neighbours[p + 2]!, neighbours[p + 3]!);
      for (let c = 0; c < 9; c++) values.push(c % 4 === 0 ? (self ? 20 : (-20 * 4) / neighbours.length) : 0);
    }
  }
  return { atoms, pairs: Int32Array.from(pairs), values: Float64Array.from(values) };
}

function scaled(crystal: Crystal, ratio: number): Crystal {
  return { ...crystal, structure: strained(crystal.structure, identity3().map((value) => Math.cbrt(ratio) * value)) };
}

export function workloadOf(prospect: Prospect, potential: Potential, settings: Settings, properties: readonly PropertyName[]): Workload {
  const { crystal } = prospect;
  const { structure, symmetry } = crystal;
  const { operations } = symmetry;
  const atoms = structure.species.length, modes = 3 * atoms;
  const wants = (name: PropertyName): boolean => properties.includes(name);
  const stages: Stage[] = [];
  let property: PropertyName = 'relaxation';
  const stage = (name: string, tasks: Range, work: Work): void => { stages.push({ property, name, tasks, work }); };
  const maxSteps = settings.get('relaxation.maxSteps');
  const jumps = wants('relaxation') && hasJumps(crystal, potential, settings);
  const relaxed = (constraint: RelaxConstraint, kept = operations): Range => relaxEvaluations(freeParameters(atoms, kept, constraint), jumps, maxSteps);

  // ── relaxation ──
  const first = relaxed(settings.get('relaxation.constraint'));
  stage('Relaxation', both(1), { evaluation: prospect.relaxation === null ? [first[0], 4 * first[1]] : [prospect.relaxation, prospect.relaxation], host: host(60 * milli) });

  // ── equation of state ──
  property = 'eos';
  const volumes = eosRatios(settings).length;
  if (wants('eos')) stage('Volumes', both(volumes), { evaluation: times(both(volumes), relaxed('fixed-volume')), host: host(60 * milli) });

  // ── elastic constants ──
  property = 'elasticity';
  const strains = independentStrains(crystal);
  const shifts = atoms > 1 ? independentDisplacements(crystal).length : 0;
  if (wants('elasticity')) {
    const answers = strains.length + shifts;
    stage('Strains and displacements', both(answers), { evaluation: both(4 * answers) });
    stage('Stress of the relaxed crystal', both(1), { evaluation: both(1) });
    const amplitudes = linearAmplitudes(settings).length;
    stage('Linear range', both(strains.length * amplitudes), { evaluation: sumOf(strains.map(({ tensor }) => times(both(amplitudes), relaxed('fixed-cell', keptBy(operations, tensor))))) });
    const ranges: Range = [1, jumps ? halfRanges.length : 1];
    stage('Volumes up to ±', times(both(halfRangeParts.length), ranges), { evaluation: times(times(both(halfRangeParts.length), ranges), relaxed('fixed-volume')), host: host(surfaces) });
  }

  // ── vibrations ──
  const displacement = settings.get('phonons.displacement');
  const needsPlan = wants('phonons') || wants('expansion');
  const plan = needsPlan ? planDisplacements(crystal, potential, displacement) : null;
  const displaced = planCost(crystal, potential, plan);
  const temperatures = temperatureGrid(settings).length;
  const thermalNumbers = meshNumbers(structure.cell, settings.get('phonons.thermalMesh'), true);
  const thermalMesh = needsPlan ? meshWithoutGamma(operations, thermalNumbers) : null;
  const thermalPoints = thermalMesh?.multiplicities.length ?? 0;
  const forceConstants: ForceConstants = { atoms, pairs: new Int32Array(5 * displaced.pairs), values: new Float64Array(9 * displaced.pairs) };
  const tasksFor = (points: number, more: Partial<ModesInput>): number =>
    Math.ceil(points / batchOf({ structure, forceConstants, qpoints: new Float64Array(3), eigenvectors: false, groupVelocities: false, ...more }, potential));

  property = 'phonons';
  const bandPoints = wants('phonons') ? bandPath(crystal).segments.length * settings.get('phonons.bandPoints') : 0;
  const dosNumbers = meshNumbers(structure.cell, settings.get('phonons.dosMesh'));
  const dosMesh = wants('phonons') ? irreducibleMesh(operations, { numbers: dosNumbers, shift: [0, 0, 0] }) : null;
  const dosPoints = dosMesh?.multiplicities.length ?? 0;
  const exportCells = wants('phonons') ? exportNumbers(structure, potential).reduce((product, n) => product * n, 1) : 0;
  const modesStage = (name: string, points: number, kind: 'frequencies' | 'projections' | 'meanSquare' | 'bands', more: Partial<ModesInput>, after = 0): void => {
    const tasks = tasksFor(points, more);
    stage(name, both(tasks), { matrix: both(tasks), [kind]: both(points), ...(after > 0 && { host: host(after) }) });
  };
  if (wants('phonons')) {
    if (plan) stage('Displacements', both(plan.inputs.length), { ...displaced.work, host: host(displaced.assembly) });
    modesStage('Zone centre', 1, 'projections', { eigenvectors: true });
    modesStage('Directions at the zone centre', crystalDirections(crystal).length, 'bands', { groupVelocities: true });
    modesStage('Bands', bandPoints, 'bands', { eigenvectors: true, groupVelocities: true });
    const grid = dosNumbers.reduce((product, n) => product * n, 1);
    // Six tetrahedra per grid point and mode, each through as many bins as a band changes from one point to the next.
    const tetrahedra = 6 * grid * modes * (1 + 150 / Math.cbrt(grid)) * (2 + 0.5 * atoms) * 25;
    modesStage('Density of states', dosPoints, 'projections', { projections: true }, tetrahedra + 40 * milli);
    const meanSquare = { temperatures: new Float64Array(temperatures), weights: new Float64Array(0) };
    const samples = thermalPoints * modes * temperatures;
    modesStage('Thermal functions', thermalPoints, 'meanSquare', { meanSquare }, hostUnit * samples);
    const coarse = meshWithoutGamma(operations, thermalNumbers.map((n) => Math.max(1, n / 2)) as [number, number, number]).multiplicities.length;
    modesStage('Coarser mesh', coarse, 'frequencies', {}, hostUnit * coarse * modes * temperatures);
    modesStage('Wave vectors q and −q', 2 * randomWaveVectors, 'frequencies', {});
    if (shortRange(potential).tails.length > 0) modesStage('Shorter range', bandPoints, 'frequencies', {});
    // The supercell that other programs read: a wave vector for every two cells, a phase for every cell and pair, and its text.
    stage('Files', [0, 0], { frequencies: both(exportCells / 2), host: host(exportCells * atoms * atoms * (10 * exportCells + 4500) + 600 * bandPoints * modes) });
  }

  // ── thermal expansion ──
  property = 'expansion';
  let cells: Range = [0, 0], strainedCells = 0;
  if (wants('expansion')) {
    const uniaxial = ['tetragonal', 'trigonal', 'hexagonal'].includes(symmetry.crystalSystem);
    const { ratios, spacing } = uniaxial ? gridOf(settings) : ladderOf(settings);
    const shapes = uniaxial ? shapeOffsets.length : 1;
    const rounds = extensions(prospect, settings, ratios.at(-1)!, spacing * (uniaxial ? gridRungs : rungs));
    const perRound = (uniaxial ? gridRungs : rungs) * shapes;
    const vibrations = (count: Range, where: readonly number[], after: Range): void => {
      const each = where.map((ratio) => planCost(scaled(crystal, ratio), potential, planDisplacements(scaled(crystal, ratio), potential, displacement)));
      const average = (pick: (cost: PlanCost) => Range): Range => times(sumOf(each.map(pick)), both(1 / each.length));
      const inputs = plan?.inputs.length ?? 0;
      const work = (kind: 'displaced' | 'tail'): Range => times(average((cost) => cost.work[kind] ?? [0, 0]), count);
      if (plan) stage('Displacements', times(both(inputs), count), { displaced: work('displaced'), tail: work('tail'), host: times(average((cost) => host(cost.assembly + cost.planning)), count) });
      const tasks = tasksFor(thermalPoints, {});
      stage('Vibrations', times(both(tasks), count), { matrix: times(both(tasks), count), frequencies: times(both(thermalPoints), count), host: after });
    };
    const relaxedCells = (count: Range, constraint: RelaxConstraint): Work => ({ evaluation: times(count, relaxed(constraint)) });
    const begun = ratios.length;
    // Thermal functions of every cell at 0 K and at the highest temperature decide whether volumes are added.
    const ends = host(hostUnit * thermalPoints * modes * 2 * begun * shapes + 10 * milli);
    if (uniaxial) {
      stage('Shapes', both(begun), relaxedCells(both(begun), 'fixed-volume'));
      stage('Cells', both(begun * shapes), relaxedCells(both(begun * shapes), 'fixed-cell'));
    } else stage('Volumes', both(begun), relaxedCells(both(begun), 'fixed-volume'));
    // Supercells shrink slowly as volumes grow: three of them stand for all.
    vibrations(both(begun * shapes), [ratios[0]!, ratios[Math.floor(begun / 2)]!, ratios.at(-1)!], ends);
    if (rounds[1] > 0) {
      const added = times(rounds, both(perRound));
      if (uniaxial) stage('Shapes', times(rounds, both(gridRungs)), relaxedCells(times(rounds, both(gridRungs)), 'fixed-volume'));
      stage(uniaxial ? 'Cells' : 'Volumes', added, relaxedCells(added, uniaxial ? 'fixed-cell' : 'fixed-volume'));
      vibrations(added, [ratios.at(-1)! + spacing], times(ends, rounds));
    }
    cells = plus(both(begun * shapes), times(rounds, both(perRound)));
    const { basis, directions } = strainDirections(symmetry);
    strainedCells = directions.length;
    const mesh = strainMesh(symmetry, structure.cell, settings).multiplicities.length;
    stage('Reference cell', both(1), { evaluation: relaxed(uniaxial ? 'fixed-cell' : 'fixed-volume') });
    stage('Strained cells', both(strainedCells), relaxedCells(both(strainedCells), 'fixed-cell'));
    const around = both(strainedCells + 1);
    const inputs = plan?.inputs.length ?? 0;
    if (plan) stage('Displacements', times(both(inputs), around), { displaced: times(displaced.work.displaced ?? [0, 0], around), tail: times(displaced.work.tail ?? [0, 0], around), host: times(host(displaced.assembly + displaced.planning), around) });
    const vibrating = tasksFor(mesh, {});
    stage('Vibrations', times(both(vibrating), around), { matrix: times(both(vibrating), around), frequencies: times(both(mesh), around) });
    const grueneisen = Math.ceil(mesh / batchOf({ structure, forceConstants, qpoints: new Float64Array(3), eigenvectors: true, groupVelocities: true }, potential)) * basis.length;
    // Free energies of all cells at all temperatures, twice; the states of two forms; the second differences of the strained cells.
    const thermal = times(both(2 * thermalPoints * modes * temperatures), cells);
    const states = host(2 * temperatures * stateTime + hostUnit * mesh * modes * temperatures * (strainedCells + 4) + 50 * milli);
    stage('Grüneisen parameters', both(grueneisen), { matrix: both(3 * grueneisen), grueneisen: both(mesh * basis.length), host: plus(times(thermal, [0.8, 1.3]), states) });
  }

  property = 'relaxation';
  stage('Files', [0, 0], { host: host(files) });
  return {
    stages,
    counts: {
      atoms, modes, strains: strains.length, shifts, displacements: plan?.count ?? 0, supercell: displaced.supercell, pairs: displaced.pairs,
      bandPoints, dosPoints, dosMesh: dosNumbers, thermalPoints, thermalMesh: thermalNumbers, temperatures, cells, strainedCells, exportCells,
    },
  };
}

/** Whether neighbour shells cross a plain cutoff between the volumes that are visited. */
function hasJumps(crystal: Crystal, potential: Potential, settings: Settings): boolean {
  if ((potential.plainCutoffs?.() ?? []).length === 0) return false;
  const ends = [1 + settings.get('expansion.smallest'), 1 + settings.get('expansion.largest')];
  return crossingShells([crystal.structure, ...ends.map((ratio) => scaled(crystal, ratio).structure)], potential).length > 0;
}

interface PlanCost {
  readonly work: Pick<Work, 'displaced' | 'tail'>;
  /** ns of the coordinating thread. */
  readonly assembly: number;
  readonly planning: number;
  readonly supercell: number;
  readonly pairs: number;
}

/** Each displacement is evaluated at two amplitudes with both signs; making the supercell ready costs about two evaluations more. */
function planCost(crystal: Crystal, potential: Potential, plan: DisplacementPlan | null): PlanCost {
  if (!plan) return { work: {}, assembly: 0, planning: 0, supercell: 0, pairs: 0 };
  const { structure, symmetry } = crystal;
  const cells = Math.round(determinant3(plan.supercell));
  const supercell = cells * structure.species.length;
  const tails = shortRange(potential).tails.length;
  let displaced = 0, images = 0, pairs = 0, directions = 0;
  for (const { atom, directions: own, range } of plan.inputs) {
    const count = own.length / 3;
    const neighbours = atomsWithin(structure, atom, range).length / 4;
    const orbit = symmetry.orbits.reduce((sum, other) => sum + Number(other === atom), 0);
    displaced += (4 * count + 2) * supercell;
    images += neighbours * count * siteOperations(crystal, atom).length;
    pairs += neighbours * orbit;
    directions += count;
  }
  return {
    work: { displaced: both(displaced), ...(tails > 0 && { tail: both(cells * directions) }) },
    assembly: assembly.perImage * images + assembly.perPair * pairs + assembly.fixed,
    // The search tries a few multiples of some dozen superlattices, more the farther the range reaches.
    planning: 50_000 * Math.cbrt(cells) ** 2,
    supercell,
    pairs,
  };
}

/**
 * Rounds in which the volumes are extended, until V(T_max) lies inside them with the margin. To first order thermal
 * pressure is γ · 3 N k T / V with a Grüneisen parameter γ between 0.3 and 3.5, and the crystal gives way with its bulk modulus.
 */
function extensions({ crystal, bulkModulus }: Prospect, settings: Settings, largest: number, step: number): Range {
  const limit = largestRatio * (1 + insideMargin);
  const most = Math.max(0, Math.ceil((limit - largest) / step));
  if (bulkModulus === null) return [0, most];
  const { structure } = crystal;
  const energy = 3 * structure.species.length * boltzmann * settings.get('temperature.maximum');
  const rounds = (gamma: number): number => {
    const expanded = 1 + (gamma * energy) / (bulkModulus * cellVolume(structure.cell));
    return Math.min(most, Math.max(0, Math.ceil((expanded / (1 - insideMargin) - largest) / step)));
  };
  // An instability ends the extension early; softening on the way prolongs it.
  return [bulkModulus * cellVolume(structure.cell) > 10 * energy ? rounds(0.3) : 0, Math.min(most, rounds(3.5))];
}
