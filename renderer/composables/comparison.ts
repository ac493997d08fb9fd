/**
 * What two runs have in common and where they differ: arithmetic on results alone, every difference B − A with what is
 * known about its uncertainty. Nothing is invented: where a run gives no uncertainty, there is no significance.
 */
import type { Quantity } from '../../core/contracts/quantity.ts';
import type { Result, SettingEntry } from '../../core/contracts/results.ts';
import type { BandPath, BandPoint } from './band-path.ts';
import { listOf, matrixOf, scalarOf, uncertaintyOf, vectorOf, type Value } from './quantities.ts';

export interface Difference {
  readonly a: Value;
  readonly b: Value;
  /** b − a */
  readonly delta: Value;
  /** (b − a)/|a|; null where a is zero. */
  readonly relative: Value;
  /** Standard uncertainty of the difference, both runs taken as independent; null where one of them gives none. */
  readonly sigma: Value;
  /** |Δ|/σ */
  readonly ratio: Value;
  /** More than two standard uncertainties apart. */
  readonly significant: boolean;
}

/** One number of two runs. `sigmaA`, `sigmaB`: standard uncertainties, null where none is known. */
export function difference(a: Value, b: Value, sigmaA: Value = null, sigmaB: Value = null): Difference {
  if (a === null || b === null) return { a, b, delta: null, relative: null, sigma: null, ratio: null, significant: false };
  const delta = b - a;
  const sigma = sigmaA === null || sigmaB === null ? null : Math.hypot(sigmaA, sigmaB);
  const ratio = sigma === null ? null : sigma > 0 ? Math.abs(delta) / sigma : delta === 0 ? 0 : Number.POSITIVE_INFINITY;
  return { a, b, delta, relative: a === 0 ? null : delta / Math.abs(a), sigma, ratio, significant: ratio !== null && ratio > 2 };
}

/** Two quantities that are single numbers, each with its factor to the unit they are compared in. */
export function differenceOf(a: Quantity, b: Quantity, factorA = 1, factorB = 1): Difference {
  const times = (value: Value, factor: number): Value => (value === null ? null : value * factor);
  return difference(times(scalarOf(a.value), factorA), times(scalarOf(b.value), factorB), times(scalarOf(uncertaintyOf(a)), factorA), times(scalarOf(uncertaintyOf(b)), factorB));
}

/** Two matrices of the same quantity, component by component. */
export function matrixDifferences(a: Quantity, b: Quantity): Difference[][] {
  const [first, second, errorsA, errorsB] = [matrixOf(a.value), matrixOf(b.value), matrixOf(uncertaintyOf(a)), matrixOf(uncertaintyOf(b))];
  return first.map((row, i) => row.map((value, j) => difference(value, second[i]?.[j] ?? null, errorsA[i]?.[j] ?? null, errorsB[i]?.[j] ?? null)));
}

export type UncertaintyKind = 'committee' | 'numerical';

/** What the uncertainty of a quantity is made of. */
export function uncertaintyKinds({ uncertainty }: Quantity): readonly UncertaintyKind[] {
  return (['committee', 'numerical'] as const).filter((kind) => uncertainty?.[kind] !== undefined && uncertainty[kind] !== null);
}

/** One thing in which runs differ, with what each of them has. */
export interface Departure {
  readonly topic: 'crystal' | 'structure' | 'potential' | 'accuracy' | 'setting' | 'version';
  /** Key of a setting; empty otherwise. */
  readonly key: string;
  readonly values: readonly string[];
}

const valueText = ({ value, unit }: SettingEntry): string => `${Array.isArray(value) ? value.join(', ') : String(value)}${unit === '' ? '' : ` ${unit}`}`;
const crystalText = ({ material, relaxation }: Result): string => `${material.formula}, ${(relaxation?.spaceGroup ?? material.spaceGroup).symbol}`;
const differ = (values: readonly string[]): boolean => values.some((value) => value !== values[0]);

/** Everything that was not the same when the runs were computed, threads and times left out: they change no digit. */
export function departures(results: readonly Result[]): Departure[] {
  const of = (topic: Departure['topic'], values: readonly string[], shown = values, key = ''): Departure[] => (differ(values) ? [{ topic, key, values: shown }] : []);
  const settings = results.map(({ provenance }) => new Map(provenance.settings.map((entry) => [entry.key, valueText(entry)])));
  const keys = [...new Set(settings.flatMap((map) => [...map.keys()]))];
  const crystals = of('crystal', results.map(crystalText));
  const hashes = results.map(({ provenance }) => provenance.structureHash);
  const short = (hash: string): string => hash.slice(0, 12);
  return [
    ...crystals,
    // Another crystal is another structure, of course.
    ...(crystals.length > 0 ? [] : of('structure', hashes, hashes.map(short))),
    ...of('potential', results.map(({ provenance }) => provenance.potentialHash), results.map(({ potential, provenance }) => `${potential.name} (${short(provenance.potentialHash)})`)),
    ...of('accuracy', results.map(({ provenance }) => provenance.accuracy)),
    ...keys.flatMap((key) => of('setting', settings.map((map) => map.get(key) ?? '–'), undefined, key)),
    ...of('version', results.map(({ provenance }) => `${provenance.version}, V8 ${provenance.v8}`)),
  ];
}

/** Rows: unit vectors along a, b, c of the conventional cell. */
function directions({ material, relaxation }: Result): number[][] {
  const cell = relaxation ? matrixOf(relaxation.cell.value).map((row) => row.map((value) => value ?? 0)) : material.primitive.cell;
  return matrixOf(material.conventionalMatrix.value).map((row) => {
    const vector = [0, 1, 2].map((x) => row.reduce<number>((sum, factor, k) => sum + (factor ?? 0) * (cell[k]?.[x] ?? 0), 0));
    const length = Math.hypot(...vector);
    return vector.map((part) => part / length);
  });
}

/** Cosine of 0.8°: axes of the same setting differ by less through thermal or elastic strain, those of another setting by far more. */
const parallel = 0.9999;

/** Whether components of tensors can be compared: the conventional axes point the same way in both inputs. */
export function sameFrame(a: Result, b: Result): boolean {
  const [first, second] = [directions(a), directions(b)];
  return first.every((vector, k) => vector.reduce((sum, part, x) => sum + part * (second[k]?.[x] ?? 0), 0) > parallel);
}

/** A segment of another path, drawn over the reference: distances are those of the reference. */
export interface LaidSegment {
  readonly names: readonly [string, string];
  readonly points: readonly BandPoint[];
}

export interface Overlay {
  readonly segments: readonly LaidSegment[];
  /** Segments that only one of the two paths has. */
  readonly missing: readonly (readonly [string, string])[];
  readonly additional: readonly (readonly [string, string])[];
}

/** Lays `other` over `reference`, segment by segment of the same name; reversed ones are turned. */
export function ontoPath(reference: BandPath, other: BandPath): Overlay {
  const free = new Set(other.segments.keys());
  const segments: LaidSegment[] = [];
  const missing: (readonly [string, string])[] = [];
  for (const [s, [from, to]] of reference.names.entries()) {
    const match = [...free].find((k) => other.names[k]![0] === from && other.names[k]![1] === to);
    const turned = match === undefined ? [...free].find((k) => other.names[k]![1] === from && other.names[k]![0] === to) : undefined;
    const found = match ?? turned;
    if (found === undefined) {
      missing.push([from, to]);
      continue;
    }
    free.delete(found);
    const [first, last] = other.segments[found]!;
    const own = other.points.slice(first, last + 1);
    const [begin, end] = reference.segments[s]!.map((at) => reference.points[at]!.distance) as [number, number];
    const [low, high] = [own[0]!.distance, own.at(-1)!.distance];
    const place = (distance: number): number => {
      const fraction = high === low ? 0 : (distance - low) / (high - low);
      return begin + (turned === undefined ? fraction : 1 - fraction) * (end - begin);
    };
    const points = own.map((point) => ({ ...point, segment: s, distance: place(point.distance) }));
    segments.push({ names: [from, to], points: turned === undefined ? points : points.reverse() });
  }
  return { segments, missing, additional: [...free].map((k) => other.names[k]!) };
}

/** The laid segments as a path of their own. */
export function laidPath({ segments }: Overlay, modes: number): BandPath {
  let at = 0;
  return {
    points: segments.flatMap(({ points }) => points),
    segments: segments.map(({ points }) => [at, (at += points.length) - 1] as const),
    names: segments.map(({ names }) => names),
    modes,
    ticks: [],
  };
}

/** A wave vector at which both runs have frequencies, modes in ascending order. */
export interface CommonPoint {
  readonly q: readonly number[];
  /** Name of a point of high symmetry; null in between. */
  readonly label: string | null;
  readonly modes: readonly Difference[];
}

const keyOf = (q: readonly number[]): string => q.map((part) => (Math.abs(part) < 5e-7 ? 0 : part).toFixed(6)).join(' ');

/** Name of each end of a segment. */
function labelOf(path: BandPath, index: number): string | null {
  for (const [s, [first, last]] of path.segments.entries()) {
    if (index === first) return path.names[s]![0];
    if (index === last) return path.names[s]![1];
  }
  return null;
}

/** Wave vectors of both paths, each once. Empty where the cells have different numbers of modes. */
export function commonPoints(a: BandPath, b: BandPath): CommonPoint[] {
  if (a.modes !== b.modes) return [];
  const others = new Map<string, BandPoint>();
  for (const point of b.points) if (!others.has(keyOf(point.q))) others.set(keyOf(point.q), point);
  const found = new Map<string, CommonPoint>();
  for (const [index, point] of a.points.entries()) {
    const key = keyOf(point.q);
    const other = others.get(key);
    if (!other || found.has(key)) continue;
    const modes = point.frequencies.map((value, m) => difference(value, other.frequencies[m] ?? null, point.uncertainties[m] ?? null, other.uncertainties[m] ?? null));
    found.set(key, { q: point.q, label: labelOf(a, index), modes });
  }
  return [...found.values()];
}

export interface FrequencyShift {
  readonly points: number;
  /** Δω of the three lowest modes, and of all others, THz. */
  readonly acoustic: readonly number[];
  readonly optical: readonly number[];
  /** Root mean square and largest |Δω| of all modes, THz; null without common points. */
  readonly rms: Value;
  readonly largest: Value;
  /** Σ Δω / Σ ω over optical modes with real frequencies; null where there are none. */
  readonly opticalChange: Value;
  readonly acousticChange: Value;
}

export function frequencyShift(points: readonly CommonPoint[]): FrequencyShift {
  const known = (from: number, to?: number): Difference[] => points.flatMap(({ modes }) => modes.slice(from, to)).filter(({ delta }) => delta !== null);
  const [acoustic, optical] = [known(0, 3), known(3)];
  const deltas = [...acoustic, ...optical].map(({ delta }) => delta!);
  const change = (list: readonly Difference[]): Value => {
    const real = list.filter(({ a, b }) => a! > 0 && b! > 0);
    const total = real.reduce((sum, { a }) => sum + a!, 0);
    return total > 0 ? real.reduce((sum, { delta }) => sum + delta!, 0) / total : null;
  };
  return {
    points: points.length,
    acoustic: acoustic.map(({ delta }) => delta!),
    optical: optical.map(({ delta }) => delta!),
    rms: deltas.length > 0 ? Math.sqrt(deltas.reduce((sum, value) => sum + value * value, 0) / deltas.length) : null,
    largest: deltas.length > 0 ? deltas.reduce((most, value) => Math.max(most, Math.abs(value)), 0) : null,
    opticalChange: change(optical),
    acousticChange: change(acoustic),
  };
}

export interface Histogram {
  /** One more than counts. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** Equal bins from `low` to `high`; a value at the upper end belongs to the last bin. */
export function histogram(values: readonly number[], low: number, high: number, bins: number): Histogram {
  const width = (high - low) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    if (value < low || value > high) continue;
    const bin = Math.min(bins - 1, width > 0 ? Math.floor((value - low) / width) : 0);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { edges: Array.from({ length: bins + 1 }, (_, k) => low + k * width), counts };
}

export type FigureName =
  | 'a' | 'b' | 'c' | 'volume' | 'density' | 'bulkModulus' | 'shearModulus' | 'youngModulus' | 'poisson' | 'anisotropy' | 'debye' | 'fittedBulkModulus' | 'bulkDerivative' | 'highest' | 'zeroPoint'
  | 'alphaVolumetric' | 'heatCapacity' | 'grueneisen';

export interface Figure {
  readonly name: FigureName;
  readonly quantity: Quantity;
}

/** K: where tables of thermal expansion are compared. */
export const roomTemperature = 300;

/** Entry of a list over temperature at exactly this temperature; null where the list has none. */
export function atTemperature(temperatures: Quantity, values: Quantity, temperature: number): Quantity | null {
  const place = vectorOf(temperatures.value).indexOf(temperature);
  if (place < 0) return null;
  const part = <T>(list: T): Value => scalarOf(listOf(list as Quantity['value'])[place]);
  const committee = part(values.uncertainty?.committee ?? null), numerical = part(values.uncertainty?.numerical ?? null);
  const uncertainty = { ...(committee !== null && { committee }), ...(numerical !== null && { numerical }) };
  return {
    value: part(values.value), unit: values.unit, ...(values.basis && { basis: values.basis }), ...(values.reason !== undefined && { reason: values.reason }),
    ...(Object.keys(uncertainty).length > 0 && { uncertainty }),
  };
}

function component(quantity: Quantity, k: number): Quantity {
  const { uncertainty, ...rest } = quantity;
  const of = (nested: Quantity['value'] | undefined): Value => scalarOf(listOf(nested)[k]);
  const committee = of(uncertainty?.committee), numerical = of(uncertainty?.numerical);
  const own = { ...(committee !== null && { committee }), ...(numerical !== null && { numerical }) };
  return { ...rest, value: of(quantity.value), ...(Object.keys(own).length > 0 && { uncertainty: own }) };
}

/** The numbers by which runs of one crystal are set side by side, as far as this run has them. */
export function figuresOf({ relaxation, elasticity, eos, phonons, expansion }: Result): Figure[] {
  const figures: Figure[] = [];
  const add = (name: FigureName, quantity: Quantity | null | undefined): void => {
    if (quantity && scalarOf(quantity.value) !== null) figures.push({ name, quantity });
  };
  if (relaxation) {
    const lengths = vectorOf(relaxation.lattice.lengths.value);
    // Axes that symmetry makes equal are one number.
    (['a', 'b', 'c'] as const).forEach((name, k) => {
      if (lengths.findIndex((other) => Math.abs((other ?? 0) / (lengths[k] ?? 1) - 1) < 1e-7) === k) add(name, component(relaxation.lattice.lengths, k));
    });
    add('volume', relaxation.volume);
    add('density', relaxation.density);
  }
  if (elasticity) {
    add('bulkModulus', elasticity.hill.bulk);
    add('shearModulus', elasticity.hill.shear);
    add('youngModulus', elasticity.hill.young);
    add('poisson', elasticity.hill.poisson);
    add('anisotropy', elasticity.anisotropy.universal);
    add('debye', elasticity.debyeTemperature);
  }
  if (eos) {
    add('fittedBulkModulus', eos.bulkModulus);
    add('bulkDerivative', eos.bulkModulusDerivative);
  }
  if (phonons) {
    add('highest', highestOf(phonons.bands.frequencies));
    add('zeroPoint', phonons.thermal.zeroPoint);
  }
  if (expansion) {
    for (const [name, values] of [['alphaVolumetric', expansion.alphaVolumetric], ['heatCapacity', expansion.heatCapacityP], ['grueneisen', expansion.grueneisen]] as const) {
      add(name, atTemperature(expansion.temperatures, values, roomTemperature));
    }
  }
  return figures;
}

/** The highest frequency of the path with its own uncertainty. */
function highestOf(frequencies: Quantity): Quantity | null {
  let best: { value: number; committee: Value; numerical: Value } | null = null;
  const { committee, numerical } = frequencies.uncertainty ?? {};
  for (const [s, segment] of listOf(frequencies.value).entries()) {
    for (const [p, point] of listOf(segment).entries()) {
      for (const [m, value] of vectorOf(point).entries()) {
        if (value === null || (best && value <= best.value)) continue;
        const of = (nested: Quantity['value'] | undefined): Value => scalarOf(listOf(listOf(listOf(nested)[s])[p])[m]);
        best = { value, committee: of(committee), numerical: of(numerical) };
      }
    }
  }
  if (!best) return null;
  const uncertainty = { ...(best.committee !== null && { committee: best.committee }), ...(best.numerical !== null && { numerical: best.numerical }) };
  return { value: best.value, unit: frequencies.unit, ...(Object.keys(uncertainty).length > 0 && { uncertainty }) };
}

export interface Constant {
  /** `11 = 22 = 33` in Voigt indices 1 to 6. */
  readonly labels: readonly string[];
  readonly difference: Difference;
}

/** The different entries of two stiffness matrices; equal ones stand together, and how many are zero in both. */
export function constantsOf(a: Quantity, b: Quantity): { readonly constants: readonly Constant[]; readonly zero: number } {
  const upper = matrixDifferences(a, b).flatMap((row, i) => row.flatMap((one, j) => (j < i ? [] : [{ label: `${String(i + 1)}${String(j + 1)}`, one }])));
  const size = ({ a: first, b: second }: Difference): number => Math.max(Math.abs(first ?? 0), Math.abs(second ?? 0));
  const largest = Math.max(...upper.map(({ one }) => size(one)));
  // Below a millionth of the largest an entry is a zero that symmetry demands, and closer than that two are one.
  const near = (first: Value, second: Value): boolean => Math.abs((first ?? 0) - (second ?? 0)) <= 1e-6 * largest;
  const constants: { labels: string[]; difference: Difference }[] = [];
  let zero = 0;
  for (const { label, one } of upper) {
    const same = constants.find(({ difference: other }) => near(other.a, one.a) && near(other.b, one.b));
    if (size(one) <= 1e-6 * largest) zero += 1;
    else if (same) same.labels.push(label);
    else constants.push({ labels: [label], difference: one });
  }
  return { constants, zero };
}

/** Formula units that each run's cell holds: extensive numbers are compared for one of them where cells differ. */
export function cellsDiffer(results: readonly Result[]): boolean {
  return results.some(({ material }) => material.formulaUnits !== results[0]!.material.formulaUnits || material.atoms !== results[0]!.material.atoms);
}
