/**
 * Phonons of the relaxed crystal: force constants by displacements, bands along the standard path, the zone centre with
 * and without the macroscopic field, density of states, thermal functions and mean-square displacements.
 */
import { message, type MessageCode } from '../contracts/messages.ts';
import { quantityOf, type Message, type Quantity } from '../contracts/quantity.ts';
import type { PhononsResult } from '../contracts/results.ts';
import type { Structure } from '../contracts/structure.ts';
import { upperLimit, verdictOf, type JudgedCheck } from '../convergence/verdict.ts';
import { bandPath } from '../crystal/brillouin-path.ts';
import type { Crystal } from '../crystal/crystal.ts';
import { massesOf } from '../crystal/structure.ts';
import { norm3, reciprocalCell, vectorTimesMatrix3 } from '../math/matrix3.ts';
import { random } from '../math/random.ts';
import { rowsOf } from '../math/rows.ts';
import { shortened, shortRangeForceConstants, type ForceConstants, type ShortRangeForceConstants } from '../phonons/force-constants.ts';
import { meshFrequencies, modesAt, spectrumOf, type FrequencyWatch } from '../phonons/frequencies.ts';
import { frequencyNoise, imaginaryModes, type ImaginaryMode, type SampledPoint } from '../phonons/imaginary.ts';
import { lyddaneSachsTellerError, oscillatorStrengths, polarResponse, staticDielectric, type PolarResponse } from '../phonons/infrared.ts';
import { symmetriseTensors } from '../phonons/mean-square-displacements.ts';
import { irreducibleMesh, meshNumbers, meshWithoutGamma } from '../phonons/mesh.ts';
import { commonDenominator, freezeMode } from '../phonons/pattern.ts';
import { shortRange } from '../phonons/short-range.ts';
import type { ModesInput } from '../phonons/modes-task.ts';
import { densityOfStates } from '../phonons/tetrahedron.ts';
import { acousticModes, thermalFunctions, type Spectrum, type ThermalFunctions } from '../phonons/thermal.ts';
import { shellsNearCutoffs } from '../potential/cutoff-shells.ts';
import { boltzmann, electronvoltPerTerahertz, kilojoulePerMolePerElectronvolt } from '../units/constants.ts';
import type { PropertyContext, RelaxedCrystal } from './context.ts';
import { crystalDirections } from './crystal-directions.ts';
import type { Settings } from './settings.ts';
import { requireSmooth } from './smoothness.ts';

/** eV/Å²: analytic forces leave 1e-12 to 1e-7 (splines); this much moves frequencies of 10 THz by less than 1e-4 THz. */
const forceConstantLimit = 1e-5;
/** Relative: the extrapolation to zero displacement removes this change but for its square. */
const linearityLimit = 1e-2;
/** The remainder behind a tail is cut at its range and, to see what that does, at this part of it. */
const rungRatio = 0.8;
/** THz of the highest mode: the last step of the ladder; the error that stays is a fraction of it. */
const remainderLimit = 0.1;
/** Relative */
const hermiticityLimit = 1e-8;
/** THz */
const timeReversalLimit = 1e-6;
/** Relative: sums over 1e7 terms round to 1e-10. */
const stateCountLimit = 1e-6;
/** kJ/mol per atom, at any temperature shown */
const thermalMeshLimit = 1e-3;
/** Relative: the next term of the expansion in hν/kT. */
const classicalLimit = 1e-6;
/** Relative: exact but for the constants that a potential may fix by itself. */
const lstLimit = 1e-5;
/** Enough bins that van Hove singularities show, few enough that each holds many tetrahedra. */
const dosBins = 300;
export const randomWaveVectors = 5;
/** Å: far beyond rounding, well within the reach of the harmonic picture. */
const followedAmplitude = 0.05;
const mostFollowed = 6;

export interface PhononsOutput {
  readonly result: PhononsResult;
  /** Eigenvectors at every point of the path, in its order: [point][mode][atom][xyz][re, im]. */
  readonly modes: { readonly data: Float32Array; readonly points: number };
  readonly crystal: Crystal;
  readonly forceConstants: ForceConstants;
  /** Where the crystal is unstable: the deepest modes followed a little way, each in the supercell in which it repeats. */
  readonly distorted: readonly Structure[];
}

interface PathPoint {
  readonly q: Float64Array;
  /** Cartesian direction in which the mode problem is solved: along the path, and into it where it arrives at Γ. */
  readonly direction: Float64Array;
  /** −1 where `direction` runs against the path. */
  readonly sense: 1 | -1;
  /** rad/Å from the beginning of the path */
  readonly distance: number;
  readonly label?: string;
}

interface Segment {
  readonly labels: [string, string];
  readonly points: readonly PathPoint[];
}

export async function phonons(context: PropertyContext, relaxed: RelaxedCrystal): Promise<PhononsOutput> {
  const { potential, tasks, settings } = context;
  requireSmooth(potential, 'phonons');
  const { crystal } = relaxed;
  const { structure, symmetry } = crystal;
  const atoms = structure.species.length;
  const modes = 3 * atoms;
  const displacement = settings.get('phonons.displacement');
  const segments = pathSegments(crystal, settings.get('phonons.bandPoints'));
  const points = segments.flatMap((segment) => segment.points);
  const short = await shortRangeForceConstants(tasks, crystal, potential, displacement);
  const { forceConstants } = short;
  const base = { structure, forceConstants, eigenvectors: false, groupVelocities: false };
  const polar = polarResponse(structure, potential);

  const centre = await modesAt(tasks, potential, 'Zone centre', { ...base, qpoints: new Float64Array(3), eigenvectors: true });
  const directions = crystalDirections(crystal).map(({ direction }) => direction);
  const limits = await modesAt(tasks, potential, 'Directions at the zone centre', {
    ...base, qpoints: new Float64Array(3 * directions.length), directions: Float64Array.from(directions.flat()), groupVelocities: true,
  });
  const atDirection = (array: Float64Array, k: number): Float64Array => array.slice(k * modes, (k + 1) * modes);

  const bandInput = {
    ...base, qpoints: Float64Array.from(points.flatMap(({ q }) => Array.from(q))), directions: Float64Array.from(points.flatMap(({ direction }) => Array.from(direction))),
    eigenvectors: true, groupVelocities: true,
  };
  const bands = await modesAt(tasks, potential, 'Bands', bandInput, bandSamples(context, segments, modes));

  const dosMesh = irreducibleMesh(symmetry.operations, { numbers: meshNumbers(structure.cell, settings.get('phonons.dosMesh')), shift: [0, 0, 0] });
  const dosModes = await modesAt(tasks, potential, 'Density of states', { ...base, qpoints: dosMesh.qpoints, projections: true });
  const dos = projectedDensityOfStates(crystal, dosMesh, dosModes.frequencies, dosModes.projections!);

  const temperatures = temperatureGrid(settings);
  const thermalNumbers = meshNumbers(structure.cell, settings.get('phonons.thermalMesh'), true);
  const thermalMesh = meshWithoutGamma(symmetry.operations, thermalNumbers);
  const weights = Float64Array.from(thermalMesh.multiplicities, (count) => count / thermalMesh.mapping.length);
  const thermalModes = await modesAt(tasks, potential, 'Thermal functions', { ...base, qpoints: thermalMesh.qpoints, meanSquare: { temperatures, weights } });
  const spectrum = spectrumOf(thermalModes.frequencies, crystal, thermalMesh);
  const thermal = thermalFunctions(spectrum, temperatures);
  const coarseNumbers = thermalNumbers.map((n) => Math.max(1, n / 2)) as [number, number, number];
  const coarse = thermalFunctions(await meshFrequencies(tasks, crystal, potential, forceConstants, meshWithoutGamma(symmetry.operations, coarseNumbers), 'Coarser mesh'), temperatures);
  const meanSquare = symmetriseTensors(thermalModes.meanSquare!, atoms, symmetry.operations);

  const pairs = await modesAt(tasks, potential, 'Wave vectors q and −q', { ...base, qpoints: randomPairs(settings.get('seed')) });

  // The error of a half-shifted mesh falls with the third power of its density (acoustic modes, ln q at the origin).
  const meshError = (fine: Float64Array, half: Float64Array, unit: number): number[] => Array.from(fine, (value, t) => (Math.abs(value - half[t]!) / 7) * unit);
  const kilojoule = kilojoulePerMolePerElectronvolt, joule = 1000 * kilojoule;
  const helmholtzError = meshError(thermal.helmholtz, coarse.helmholtz, kilojoule);
  const strengths = polar && oscillatorStrengths(structure, polar, centre.frequencies, centre.eigenvectors!);

  const remainder = await remainderCheck(context, structure, short, bandInput, bands.frequencies);
  const noise = frequencyNoise(short, massesOf(structure));
  const imaginary = imaginaryModes(sampledPoints(segments, bands.frequencies, modes, dosMesh.qpoints, dosModes.frequencies), noise);
  const followed = imaginary.filter(({ kind, q }) => kind === 'instability' && commonDenominator(q) !== null).slice(0, mostFollowed);
  const distorted = await distortedAlong(context, crystal, forceConstants, followed);
  const stability = stabilityCheck(imaginary);
  const highest = quantityOf(Math.max(largest(bands.frequencies), largest(dosModes.frequencies)), 'THz');
  const checks = [
    ...forceConstantChecks(short, displacement, remainder !== null),
    ...(remainder ? [remainder] : []),
    ...cutoffCheck(crystal, context, displacement),
    judged('Hermitian dynamical matrix', Math.max(centre.hermiticity, bands.hermiticity, dosModes.hermiticity, thermalModes.hermiticity), hermiticityLimit, '', 'hermiticity', 'unreliable'),
    judged('time reversal', largestPairDifference(pairs.frequencies, modes), timeReversalLimit, 'THz', 'timeReversal', 'unreliable', { count: randomWaveVectors }),
    stability,
    judged('number of states', Math.abs(stateCount(dos.total, dos.width) - modes) / modes, stateCountLimit, '', 'states', 'unreliable', { modes }),
    judged('mesh of thermal functions', Math.max(...helmholtzError) / atoms, thermalMeshLimit, 'kJ/mol', 'thermalMesh', 'caution'),
    judged('classical limit', classicalError(spectrum), classicalLimit, '', 'classical', 'caution'),
    ...(polar && strengths ? [lstCheck(structure, polar, centre.frequencies, strengths, directions, limits.frequencies, modes)] : []),
  ];

  const sliced = (array: Float64Array): number[][][] => {
    let at = 0;
    return segments.map((segment) => segment.points.map(() => Array.from(array.subarray(at, (at += modes)))));
  };
  const velocities = bands.groupVelocities!.map((value, at) => value * points[Math.floor(at / modes)]!.sense);
  const excluded = exclusionReason(thermal, spectrum);
  const result: PhononsResult = {
    verdict: verdictOf(checks, {
      good: message('phonons.good', { highest, zeroPoint: quantityOf(thermal.zeroPoint * kilojoule, 'kJ/mol') }),
      caution: (failed) => message('phonons.caution', { highest, failed }),
      // An unstable crystal is a finding, not a failure of the calculation.
      unreliable: (failed) => (failed === stability.check.name ? message('phonons.unstable', stability.check.message.values) : message('phonons.unreliable', { failed })),
    }),
    bands: {
      labels: segments.map(({ labels }) => [...labels]),
      qpoints: quantityOf(segments.map((segment) => segment.points.map(({ q }) => Array.from(q))), ''),
      distances: quantityOf(segments.map((segment) => segment.points.map(({ distance }) => distance)), 'rad/Å'),
      frequencies: quantityOf(sliced(bands.frequencies), 'THz'),
      groupVelocities: quantityOf(sliced(velocities), 'm/s'),
    },
    gamma: {
      frequencies: quantityOf(centre.frequencies, 'THz'),
      ...(strengths && { oscillatorStrengths: quantityOf(Array.from({ length: modes }, (_, m) => strengths[9 * m]! + strengths[9 * m + 4]! + strengths[9 * m + 8]!), 'e²/amu') }),
      loTo: polar ? directions.map((direction, k) => ({ direction, frequencies: quantityOf(atDirection(limits.frequencies, k), 'THz') })) : [],
    },
    dos: {
      mesh: [...dosMesh.numbers],
      method: 'Linear tetrahedra on a Γ-centred mesh (Blöchl 1994); each value is the mean over its bin, so that the integral is the number of modes.',
      frequencies: quantityOf(dos.levels, 'THz'),
      total: quantityOf(dos.total, '1/THz', { basis: 'cell' }),
      projected: quantityOf(rowsOf(dos.projected, dosBins), '1/THz', { basis: 'cell' }),
    },
    thermal: {
      mesh: [...thermalMesh.numbers],
      temperatures: quantityOf(temperatures, 'K'),
      helmholtz: thermalQuantity(thermal.helmholtz, kilojoule, 'kJ/mol', helmholtzError, excluded),
      entropy: thermalQuantity(thermal.entropy, joule, 'J/(mol·K)', meshError(thermal.entropy, coarse.entropy, joule), excluded),
      heatCapacity: thermalQuantity(thermal.heatCapacity, joule, 'J/(mol·K)', meshError(thermal.heatCapacity, coarse.heatCapacity, joule), excluded),
      internalEnergy: thermalQuantity(thermal.internalEnergy, kilojoule, 'kJ/mol', meshError(thermal.internalEnergy, coarse.internalEnergy, kilojoule), excluded),
      zeroPoint: quantityOf(thermal.zeroPoint * kilojoule, 'kJ/mol', { basis: 'cell', ...excluded }),
    },
    displacements: {
      temperatures: quantityOf(temperatures, 'K'),
      tensors: quantityOf(Array.from(temperatures, (_, t) => rowsOf(meanSquare.subarray(6 * atoms * t, 6 * atoms * (t + 1)), 6)), 'Å²', excluded),
      isotropic: quantityOf(rowsOf(isotropicParts(meanSquare), atoms), 'Å²', excluded),
    },
    ...(polar && {
      bornCharges: quantityOf(Array.from({ length: atoms }, (_, i) => rowsOf(polar.bornCharges.subarray(9 * i, 9 * i + 9), 3)), 'e'),
      dielectric: quantityOf(rowsOf(polar.dielectric, 3), ''),
    }),
    acousticVelocities: directions.map((direction, k) => {
      const acoustic = acousticModes(atDirection(limits.frequencies, k));
      return { direction, velocities: quantityOf(acoustic.map((m) => limits.groupVelocities![k * modes + m]!).sort((a, b) => a - b), 'm/s') };
    }),
    imaginary: imaginary.map((imaginaryMode) => {
      const { q, label, mode, frequency, kind, message: sentence } = imaginaryMode;
      const place = followed.indexOf(imaginaryMode);
      return { q, ...(label !== undefined && { label }), mode, frequency: quantityOf(frequency, 'THz'), kind, message: sentence, ...(place >= 0 && { distorted: place }) };
    }),
    forceConstants: {
      supercell: quantityOf(short.supercell ? rowsOf(short.supercell, 3) : [[1, 0, 0], [0, 1, 0], [0, 0, 1]], ''),
      displacements: short.displacements,
      range: quantityOf(short.range, 'Å'),
      acousticSum: quantityOf(short.acousticSum, 'eV/Å²'),
      permutation: quantityOf(short.permutation, 'eV/Å²'),
      symmetry: quantityOf(short.symmetry, 'eV/Å²'),
      linearity: quantityOf(short.linearity, ''),
    },
  };
  return { result, modes: { data: Float32Array.from(bands.eigenvectors!), points: points.length }, crystal, forceConstants, distorted };
}

/** Equally many points on every segment of the standard path, both ends included. */
function pathSegments(crystal: Crystal, pointsPerSegment: number): Segment[] {
  const reciprocal = reciprocalCell(crystal.structure.cell);
  let travelled = 0;
  return bandPath(crystal).segments.map(({ from, to }) => {
    const step = from.q.map((value, x) => to.q[x]! - value);
    const vector = vectorTimesMatrix3(step, reciprocal);
    const length = norm3(vector);
    const forward = vector.map((value) => value / length);
    const backward = forward.map((value) => -value);
    const points = Array.from({ length: pointsPerSegment }, (_, k): PathPoint => {
      const last = k === pointsPerSegment - 1;
      const fraction = k / (pointsPerSegment - 1);
      const q = last ? to.q : from.q.map((value, x) => value + fraction * step[x]!);
      // A path that ends at Γ arrives there along its own direction: the limit is taken from the inside.
      const arrives = last && norm3(to.q) === 0;
      const label = k === 0 ? from.label : last ? to.label : undefined;
      return { q, direction: arrives ? backward : forward, sense: arrives ? -1 : 1, distance: travelled + fraction * length, ...(label !== undefined && { label }) };
    });
    travelled += length;
    return { labels: [from.label, to.label], points };
  });
}

/** Numbers that the figure of bands takes while it fills: whoever looks on needs no more, and large cells have hundreds of modes. */
const mostSampled = 12_000;

/** Frequencies as they come, to six digits; where there are many, points in between are left out. */
function bandSamples(context: PropertyContext, segments: readonly Segment[], modes: number): FrequencyWatch {
  const places = segments.flatMap(({ labels, points }) => points.map(({ distance }, k) => ({ series: labels.join(' '), distance, k, last: k === points.length - 1 })));
  const every = Math.ceil((places.length * modes) / mostSampled);
  let first = 0;
  return (_, frequencies) => {
    const count = frequencies.length / modes;
    const curves = new Map<string, { x: number[]; y: number[][] }>();
    for (const [at, { series, distance, k, last }] of places.slice(first, first + count).entries()) {
      if (k % every !== 0 && !last) continue;
      const curve = curves.get(series) ?? { x: [], y: [] };
      curves.set(series, curve);
      curve.x.push(distance);
      curve.y.push(Array.from(frequencies.subarray(at * modes, (at + 1) * modes), (value) => Number(value.toPrecision(6))));
    }
    for (const [series, { x, y }] of curves) context.sample({ chart: 'bands', series, x: quantityOf(x, 'rad/Å'), y: quantityOf(y, 'THz') });
    first += count;
  };
}

/** K, from 0 on. */
export function temperatureGrid(settings: Settings): Float64Array {
  const step = settings.get('temperature.step');
  return Float64Array.from({ length: Math.floor(settings.get('temperature.maximum') / step + 1e-9) + 1 }, (_, t) => t * step);
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

function projectedDensityOfStates(crystal: Crystal, mesh: ReturnType<typeof irreducibleMesh>, frequencies: Float64Array, projections: Float64Array): ReturnType<typeof densityOfStates> & { readonly width: number } {
  const atoms = crystal.structure.species.length;
  const lowest = Math.min(0, frequencies.reduce((least, value) => Math.min(least, value), 0)), highest = largest(frequencies);
  // One bin above and below the spectrum shows that it ends there.
  const width = (highest - lowest) / (dosBins - 2);
  const start = lowest < -1e-3 ? lowest - width : 0;
  const dos = densityOfStates({ cell: crystal.structure.cell, mesh, levels: frequencies.map((value) => Math.max(value, start)), modes: 3 * atoms, projections, start, width, bins: dosBins });
  // At an irreducible point the atoms of an orbit differ, over the whole zone they do not.
  const { orbits } = crystal.symmetry;
  const projected = new Float64Array(dos.projected.length);
  for (let i = 0; i < atoms; i++) {
    const orbit = Array.from({ length: atoms }, (_, j) => j).filter((j) => orbits[j] === orbits[i]);
    for (let bin = 0; bin < dosBins; bin++) projected[i * dosBins + bin] = orbit.reduce((sum, j) => sum + dos.projected[j * dosBins + bin]!, 0) / orbit.length;
  }
  return { ...dos, projected, width };
}

function stateCount(total: Float64Array, width: number): number {
  return total.reduce((sum, value) => sum + value, 0) * width;
}

function thermalQuantity(values: Float64Array, factor: number, unit: string, error: number[], excluded: { reason?: string }): Quantity {
  return quantityOf(values.map((value) => value * factor), unit, { basis: 'cell', uncertainty: { numerical: error }, ...excluded });
}

function exclusionReason(thermal: ThermalFunctions, spectrum: Spectrum): { reason?: string } {
  if (thermal.imaginary > 0) return { reason: message('phonons.excluded.imaginary', { share: thermal.imaginary, modes: spectrum.modes }).sentence };
  return spectrum.gamma >= 0 ? { reason: message('phonons.excluded.acoustic').sentence } : {};
}

function isotropicParts(tensors: Float64Array): Float64Array {
  return Float64Array.from({ length: tensors.length / 6 }, (_, k) => (tensors[6 * k]! + tensors[6 * k + 1]! + tensors[6 * k + 2]!) / 3);
}

/** q and −q, one after the other. */
function randomPairs(seed: number): Float64Array {
  const source = random(seed);
  const out = new Float64Array(6 * randomWaveVectors);
  for (let k = 0; k < randomWaveVectors; k++) {
    for (let x = 0; x < 3; x++) {
      const value = source.uniform() - 0.5;
      out[6 * k + x] = value;
      out[6 * k + 3 + x] = -value;
    }
  }
  return out;
}

function largestPairDifference(frequencies: Float64Array, modes: number): number {
  let difference = 0;
  for (let pair = 0; pair < frequencies.length; pair += 2 * modes) {
    for (let m = 0; m < modes; m++) difference = Math.max(difference, Math.abs(frequencies[pair + m]! - frequencies[pair + modes + m]!));
  }
  return difference;
}

function sampledPoints(segments: readonly Segment[], bands: Float64Array, modes: number, qpoints: Float64Array, mesh: Float64Array): SampledPoint[][] {
  let at = 0;
  const path = segments.map((segment) => segment.points.map((point): SampledPoint => ({
    q: point.q, ...(point.label !== undefined && { label: point.label }), frequencies: bands.subarray(at, (at += modes)),
  })));
  // Of the mesh only its lowest point, and only where the path has nothing as low.
  let lowest = 0;
  for (let k = 0; k < mesh.length; k += modes) if (mesh[k]! < mesh[lowest]!) lowest = k;
  const onPath = bands.reduce((least, value) => Math.min(least, value), 0);
  if (mesh[lowest]! < 1.01 * onPath) path.push([{ q: qpoints.subarray((3 * lowest) / modes, (3 * lowest) / modes + 3), frequencies: mesh.subarray(lowest, lowest + modes) }]);
  return path;
}

/** `followed`: instabilities at simple fractions of the zone, where a supercell holds them. */
async function distortedAlong({ tasks, potential }: PropertyContext, { structure }: Crystal, forceConstants: ForceConstants, followed: readonly ImaginaryMode[]): Promise<Structure[]> {
  if (followed.length === 0) return [];
  const { eigenvectors } = await modesAt(tasks, potential, 'Unstable modes', {
    structure, forceConstants, qpoints: Float64Array.from(followed.flatMap(({ q }) => q)), eigenvectors: true, groupVelocities: false,
  });
  const size = 6 * structure.species.length;
  return followed.map(({ q, mode, label, frequency }, k) => {
    const at = (3 * structure.species.length * k + mode) * size;
    const frozen = freezeMode(structure, q, eigenvectors!.subarray(at, at + size), followedAmplitude);
    return { ...frozen.structure, title: `mode ${mode + 1} at ${label ?? `q = ${q.map((x) => Number(x.toFixed(4))).join(' ')}`}, ${frequency.toFixed(4)} THz, largest displacement ${followedAmplitude} Å` };
  });
}

type CheckCode = 'remainder' | 'acousticSum' | 'permutation' | 'symmetry' | 'range' | 'linearity' | 'hermiticity' | 'timeReversal' | 'states' | 'thermalMesh' | 'classical' | 'lst';

function judged(name: string, measured: number, limit: number, unit: string, code: CheckCode, ifFailed: JudgedCheck['ifFailed'], values: Message['values'] = {}): JudgedCheck {
  const sentences: { passed: MessageCode; failed: MessageCode } = { passed: `phonons.${code}.passed`, failed: `phonons.${code}.failed` };
  return { check: upperLimit(name, measured, limit, unit, sentences, values), ifFailed };
}

/**
 * Force constants whose tail is taken off analytically still end nowhere exactly: the next shorter rung of the ladder of
 * ranges shows how much the cut matters. null where force constants end by themselves.
 */
async function remainderCheck({ tasks, potential }: PropertyContext, structure: Crystal['structure'], short: ShortRangeForceConstants, input: ModesInput, frequencies: Float64Array): Promise<JudgedCheck | null> {
  if (shortRange(potential).tails.length === 0) return null;
  const shorter = rungRatio * short.range;
  const { frequencies: cut } = await modesAt(tasks, potential, 'Shorter range', { ...input, eigenvectors: false, groupVelocities: false, forceConstants: shortened(structure, short.forceConstants, shorter) });
  // Squares are linear in the force constants, so that soft modes count no more than others.
  const change = frequencies.reduce((most, value, at) => Math.max(most, Math.abs(value * Math.abs(value) - cut[at]! * Math.abs(cut[at]!))), 0) / (2 * largest(frequencies));
  return judged('range of the remainder', change, remainderLimit, 'THz', 'remainder', 'caution', { range: quantityOf(short.range, 'Å'), shorter: quantityOf(shorter, 'Å') });
}

/** Where the remainder of a tail was cut (`truncated`), sums over what is left say nothing: `remainderCheck` judges the cut. */
function forceConstantChecks(short: ShortRangeForceConstants, displacement: number, truncated: boolean): JudgedCheck[] {
  if (!short.supercell) return [];
  // What is cut off also reaches in from the images of the displaced atom.
  const symmetryLimit = truncated ? Math.max(forceConstantLimit, short.outside) : forceConstantLimit;
  return [
    ...(truncated ? [] : [judged('acoustic sum rule', short.acousticSum, forceConstantLimit, 'eV/Å²', 'acousticSum', 'unreliable')]),
    judged('permutation symmetry', short.permutation, symmetryLimit, 'eV/Å²', 'permutation', 'unreliable'),
    judged('crystal symmetry', short.symmetry, symmetryLimit, 'eV/Å²', 'symmetry', 'unreliable'),
    ...(truncated ? [] : [judged('interaction range', short.outside, forceConstantLimit, 'eV/Å²', 'range', 'unreliable', { range: quantityOf(short.range, 'Å') })]),
    judged('linearity', short.linearity, linearityLimit, '', 'linearity', 'caution', { displacement: quantityOf(displacement, 'Å') }),
  ];
}

/** A shell that crosses a plain cutoff while an atom moves would put a jump into the force constants. */
function cutoffCheck(crystal: Crystal, { potential }: PropertyContext, displacement: number): JudgedCheck[] {
  const gaps = shellsNearCutoffs(crystal.structure, potential).flatMap(({ cutoff, distance }) => (distance === null ? [] : [Math.abs(distance - cutoff)]));
  if (gaps.length === 0) return [];
  const gap = Math.min(...gaps), moved = 2 * displacement;
  const passed = gap > moved;
  return [{
    check: {
      name: 'neighbour shells at cutoffs', passed, measured: quantityOf(gap, 'Å'), limit: quantityOf(moved, 'Å'),
      message: message(passed ? 'phonons.cutoff.passed' : 'phonons.cutoff.failed', { distance: quantityOf(gap, 'Å'), ...(!passed && { displacement: quantityOf(moved, 'Å') }) }),
    },
    ifFailed: 'unreliable',
  }];
}

function stabilityCheck(imaginary: ReturnType<typeof imaginaryModes>): JudgedCheck {
  const unstable = imaginary.filter(({ kind }) => kind === 'instability');
  const passed = unstable.length === 0;
  return {
    check: {
      name: 'no imaginary modes', passed, measured: quantityOf(unstable.length, ''), limit: quantityOf(0, ''),
      message: passed ? message('phonons.stability.passed') : message('phonons.stability.failed', { count: unstable.length, lowest: quantityOf(unstable[0]!.frequency, 'THz') }),
    },
    ifFailed: 'unreliable',
  };
}

/**
 * C_v/(M k) = 1 − ⟨x²⟩/12 + … with x = hν/kT, at twenty times the temperature of the highest mode, where the next term
 * is below 3e-8.
 */
function classicalError(spectrum: Spectrum): number {
  const { frequencies, modes, weights } = spectrum;
  const temperature = (20 * largest(frequencies) * electronvoltPerTerahertz) / boltzmann;
  const { heatCapacity } = thermalFunctions(spectrum, [temperature]);
  let square = 0, total = 0;
  for (let at = 0; at < frequencies.length; at++) {
    const weight = weights[Math.floor(at / modes)]!;
    square += weight * ((frequencies[at]! * electronvoltPerTerahertz) / (boltzmann * temperature)) ** 2;
    total += weight;
  }
  return Math.abs(heatCapacity[0]! / (modes * boltzmann) - (1 - square / total / 12));
}

function lstCheck(structure: Crystal['structure'], polar: PolarResponse, centre: Float64Array, strengths: Float64Array, directions: readonly (readonly number[])[], limits: Float64Array, modes: number): JudgedCheck {
  const permittivity = staticDielectric(structure, polar, centre, strengths);
  const errors = permittivity ? directions.map((direction, k) => lyddaneSachsTellerError(centre, limits.subarray(k * modes, (k + 1) * modes), permittivity, polar.dielectric, direction)) : [Number.NaN];
  return judged('Lyddane-Sachs-Teller relation', Math.max(...errors), lstLimit, '', 'lst', 'caution');
}
