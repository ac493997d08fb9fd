/**
 * `nep.txt`, the file of a neuroevolution potential: NEP3 (Fan et al., J. Chem. Phys. 157 (2022) 114801), NEP4 (Song et
 * al., Nat. Commun. 15 (2024) 10208), NEP5 and charged NEP (qNEP), with or without ZBL repulsion. A header of named lines,
 * then one number per line. Numbers are kept as read, so that writing and reading back changes no bit.
 */
import { atomicNumber, isElement } from '../crystal/elements.ts';
import { LineReader } from './line-reader.ts';
import type { SourceText } from './source-text.ts';

/** Where the environment of an atom ends, Å, as the four forms of the `cutoff` line say it. */
export type NepCutoff =
  /** One radius for all pairs. */
  | { readonly form: 'common'; readonly radial: number; readonly angular: number }
  /** One radius per element; a pair takes the mean of its two. */
  | { readonly form: 'elements'; readonly radial: readonly number[]; readonly angular: readonly number[] }
  /** The smaller of the radius and a factor times the sum of covalent radii; a factor of 0 switches the second off. */
  | { readonly form: 'covalent'; readonly radial: number; readonly angular: number; readonly radialFactor: number; readonly angularFactor: number; readonly zblFactor: number };

export type NepZbl =
  /** Universal screening, switched off between two radii (Å). `factor`: outer radius by covalent radii; null where absent. */
  | { readonly form: 'universal'; readonly inner: number; readonly outer: number; readonly factor: number | null }
  /** 10 per unordered pair of elements (0,0), (0,1) … (1,1) …: inner and outer radius, then four pairs of amplitude and decay. */
  | { readonly form: 'flexible'; readonly parameters: Float64Array };

/** The many-body invariants beyond |A_l|², by the angular momenta that they couple. */
export const nepExtras = ['222', '1111', '112', '123', '233', '134'] as const;
export type NepExtra = (typeof nepExtras)[number];

export interface NepNetwork {
  /** N×D row-major, from scaled descriptors to neurons. */
  readonly weights: Float64Array;
  /** N, subtracted before tanh. */
  readonly biases: Float64Array;
  /** N, from neurons to the energy, eV. */
  readonly energy: Float64Array;
  /** N, from neurons to the charge, e; null without charges. */
  readonly charge: Float64Array | null;
  /** eV, subtracted from the energy of this element (NEP5); 0 in other versions. */
  readonly offset: number;
}

export interface NepBasis {
  /** Radial functions g_n, n_max + 1. */
  readonly functions: number;
  /** Chebyshev functions of each, basis_size + 1. */
  readonly terms: number;
  /** Index ((n · terms + k) T + centre) T + neighbour. */
  readonly coefficients: Float64Array;
}

export interface NepModel {
  readonly version: 3 | 4 | 5;
  /** How charges enter: 0 without, 1 real and reciprocal space, 2 reciprocal space, 3 real space. */
  readonly chargeMode: 0 | 1 | 2 | 3;
  /** T symbols in the order of the file. */
  readonly elements: readonly string[];
  readonly zbl: NepZbl | null;
  readonly cutoff: NepCutoff;
  /** Largest numbers of neighbours in training, radial and angular, a hint for memory; null where the file names none. */
  readonly neighbours: readonly [number, number] | null;
  readonly radial: NepBasis;
  readonly angular: NepBasis;
  /** |A_l|² is used for l = 1 … lMax. */
  readonly lMax: number;
  /** In the order of `nepExtras`. */
  readonly extras: readonly NepExtra[];
  readonly neurons: number;
  /** One for all elements in NEP3, else one per element. */
  readonly networks: readonly NepNetwork[];
  /** √ε∞; null without charges. */
  readonly rootDielectric: number | null;
  /** eV, subtracted from the energy of every atom. */
  readonly energyBias: number;
  /** D factors of the descriptors. */
  readonly scale: Float64Array;
}

/** D: numbers that describe an environment. */
export function descriptorLength({ radial, angular, lMax, extras }: Pick<NepModel, 'radial' | 'angular' | 'lMax' | 'extras'>): number {
  return radial.functions + angular.functions * (lMax + extras.length);
}

/** Files of this family that hold something else than an energy of these definitions. */
const otherKinds: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^nep\d*(_zbl)?_dipole/, 'a model of dipoles, not of energies'],
  [/^nep\d*(_zbl)?_polarizability/, 'a model of polarisabilities, not of energies'],
  [/^nep\d*(_zbl)?_temperature/, 'a model whose energy depends on an electronic temperature, which Phonolite does not have'],
  [/^nep\d*(_zbl)?(_charge)?_vdw/, 'a model with its own dispersion, a form that its own program does not read yet'],
  [/^nep2?(_zbl)?$/, 'a model of the second generation (NEP2), whose descriptors are defined otherwise'],
];

const knownTag = /^nep(?:([345])(_zbl)?|(4)(_zbl)?_charge([123]))$/;

/** Angular momenta that the extras couple at most. */
const leastAngularMomentum: Record<NepExtra, number> = { '222': 2, '1111': 1, '112': 2, '123': 3, '233': 3, '134': 4 };

/** Bounds of GPUMD's trainer with room to spare; beyond them a header is wrong. */
const mostFunctions = 33, mostNeurons = 1000, mostElements = 94, mostAngularMomentum = 8;

/** Whether the text begins like a `nep.txt`: `nep…` and a count. */
export function recogniseNep(source: SourceText): boolean {
  return /^\s*nep\w*[ \t]+\d+[ \t]/.test(source.text.slice(0, 200));
}

export function readNep(source: SourceText): NepModel {
  const reader = new LineReader(source);
  const fail = (expected: string, word = 0): never => reader.refuse('nep.malformed', word, { expected });
  const header = (name: string, expected: string): void => {
    reader.require(`the line "${name}" with ${expected}`);
    if (reader.word(0) !== name) fail(`the line "${name}" with ${expected}`);
  };
  const exactly = (words: number, after: string): void => {
    if (reader.count > words) fail(`the end of the line after ${after}`, words);
  };
  const whole = (word: number, what: string, least: number, most: number): number => {
    const value = reader.number(word, `the ${what}`);
    return Number.isInteger(value) && value >= least && value <= most ? value : fail(`the ${what}, a whole number from ${least} to ${most}`, word);
  };
  const length = (word: number, what: string, zeroAllowed = false): number => {
    const value = reader.number(word, `the ${what}`);
    return value > 0 || (zeroAllowed && value === 0) ? value : fail(`the ${what}, a ${zeroAllowed ? 'number not below zero' : 'positive number'}`, word);
  };

  reader.require('the kind of model and its elements');
  const tag = reader.word(0);
  const match = knownTag.exec(tag);
  if (!match) {
    const other = otherKinds.find(([pattern]) => pattern.test(tag));
    if (other) reader.refuse('nep.otherKind', 0, { kind: other[1] });
    fail('nep3, nep4 or nep5, with _zbl or (nep4) _charge1, _charge2 or _charge3 behind');
  }
  const version = Number(match![1] ?? match![3]) as 3 | 4 | 5;
  const chargeMode = Number(match![5] ?? 0) as 0 | 1 | 2 | 3;
  const count = whole(1, 'number of elements', 1, mostElements);
  const elements = Array.from({ length: reader.count - 2 }, (_, t) => reader.word(t + 2));
  elements.forEach((element, t) => {
    if (!isElement(element) || atomicNumber(element) > mostElements) fail('the symbol of an element from hydrogen to plutonium', t + 2);
    if (elements.indexOf(element) < t) fail('each chemical symbol once', t + 2);
  });
  if (elements.length !== count) fail(`as many chemical symbols as announced (${elements.length} follow)`, 1);

  let universal: { inner: number; outer: number; factor: number | null } | null = null;
  const withZbl = (match![2] ?? match![4]) !== undefined;
  if (withZbl) {
    header('zbl', 'its inner and outer radius');
    universal = { inner: length(1, 'inner radius of ZBL', true), outer: length(2, 'outer radius of ZBL', true), factor: reader.count > 3 ? length(3, 'factor of ZBL', true) : null };
    exactly(4, 'the radii of ZBL');
    if (universal.inner > universal.outer) fail('an inner radius of ZBL that is not larger than the outer one', 1);
  }
  const flexible = universal !== null && universal.inner === 0 && universal.outer === 0;

  header('cutoff', 'radial and angular cutoff');
  const values = reader.count - 1;
  const maxima = (word: number): [number, number] => [whole(word, 'largest number of radial neighbours', 0, 1e6), whole(word + 1, 'largest number of angular neighbours', 0, 1e6)];
  const radii = (word: number): [number, number] => {
    const radial = length(word, 'radial cutoff'), angular = length(word + 1, 'angular cutoff');
    if (angular > radial) fail('an angular cutoff not larger than the radial one', word + 1);
    if (radial > 100) fail('a radial cutoff of at most 100 Å', word);
    return [radial, angular];
  };
  let cutoff: NepCutoff, neighbours: NepModel['neighbours'] = null;
  if (values === 2 || values === 4) {
    const [radial, angular] = radii(1);
    cutoff = { form: 'common', radial, angular };
    if (values === 4) neighbours = maxima(3);
  } else if (values === 7) {
    const [radial, angular] = radii(1);
    neighbours = maxima(3);
    const [radialFactor, angularFactor, zblFactor] = [5, 6, 7].map((word) => length(word, 'factor of the covalent radii', true)) as [number, number, number];
    cutoff = { form: 'covalent', radial, angular, radialFactor, angularFactor, zblFactor };
    // A factor may stand on the cutoff line or on the ZBL line: no program ever wrote both.
    if (zblFactor > 0 && universal?.factor) fail('no second factor of ZBL: one stands on its own line', 7);
  } else if (values === 2 * count + 2) {
    const pairs = elements.map((_, t) => radii(1 + 2 * t));
    cutoff = { form: 'elements', radial: pairs.map(([radial]) => radial), angular: pairs.map(([, angular]) => angular) };
    neighbours = maxima(2 * count + 1);
  } else {
    return fail(`2, 4, 7 or, one pair for each element, ${2 * count + 2} numbers after "cutoff" (there are ${values})`);
  }
  if (chargeMode > 0 && cutoff.form !== 'common') fail('one cutoff for all elements: the range of the charges is tied to it', 1);

  header('n_max', 'the numbers of radial functions');
  const functions = [whole(1, 'radial n_max', 0, mostFunctions) + 1, whole(2, 'angular n_max', 0, mostFunctions) + 1] as const;
  exactly(3, 'two numbers');
  header('basis_size', 'the numbers of Chebyshev functions');
  const terms = [whole(1, 'radial basis_size', 0, mostFunctions) + 1, whole(2, 'angular basis_size', 0, mostFunctions) + 1] as const;
  exactly(3, 'two numbers');
  header('l_max', 'the largest angular momentum and the switches of the many-body terms');
  const lMax = whole(1, 'largest angular momentum', 0, mostAngularMomentum);
  if (reader.count < 4) reader.refuse('files.missingValue', reader.count, { expected: 'the switches of the four- and five-body terms' });
  exactly(2 + nepExtras.length, 'the switches of the many-body terms');
  // Trainers write the switch of 222 as 1 or 2: every value but 0 means on.
  const extras = nepExtras.filter((extra, k) => {
    if (k + 2 >= reader.count || whole(k + 2, `switch of the term ${extra}`, 0, 8) === 0) return false;
    if (leastAngularMomentum[extra] > lMax) fail(`0 for the term ${extra}, which needs l_max of at least ${leastAngularMomentum[extra]}`, k + 2);
    return true;
  });
  header('ANN', 'the number of neurons and 0');
  const neurons = whole(1, 'number of neurons', 1, mostNeurons);
  whole(2, 'number after the neurons', 0, 0);
  exactly(3, 'two numbers');

  const dimension = functions[0] + functions[1] * (lMax + extras.length);
  const networkCount = version === 3 ? 1 : count;
  const perNetwork = neurons * (dimension + 2) + (chargeMode > 0 ? neurons : 0) + (version === 5 ? 1 : 0);
  const announced = networkCount * perNetwork + (chargeMode > 0 ? 1 : 0) + 1 + count * count * (functions[0] * terms[0] + functions[1] * terms[1]) + dimension + (flexible ? 5 * count * (count + 1) : 0);
  // A number and its line end take two characters at least: a count that cannot be there is refused before memory is taken.
  const most = Math.ceil((source.text.length - reader.lineEnd) / 2);
  const truncated = (found: number): never => source.refuse('nep.truncated', found > 0 ? source.text.length : reader.lineEnd, { announced, found });
  if (announced > most) truncated(most);
  let read = 0;
  const number = (what: string): number => {
    if (!reader.next() || (reader.count === 0 && source.text.slice(reader.lineStart).trim() === '')) truncated(read);
    const value = reader.number(0, `${what} (number ${read + 1} of ${announced})`);
    exactly(1, 'one number');
    read++;
    return value;
  };
  const block = (size: number, what: string): Float64Array => {
    const out = new Float64Array(size);
    for (let k = 0; k < size; k++) out[k] = number(what);
    return out;
  };

  const networks = Array.from({ length: networkCount }, (_, t): NepNetwork => {
    const of = version === 3 ? 'the network' : `the network of ${elements[t]!}`;
    return {
      weights: block(neurons * dimension, `a weight of ${of}`),
      biases: block(neurons, `a bias of ${of}`),
      energy: block(neurons, `an energy weight of ${of}`),
      charge: chargeMode > 0 ? block(neurons, `a charge weight of ${of}`) : null,
      offset: version === 5 ? number(`the energy offset of ${elements[t]!}`) : 0,
    };
  });
  const rootDielectric = chargeMode > 0 ? number('the square root of ε∞') : null;
  if (rootDielectric !== null && !(rootDielectric > 0)) fail('the square root of ε∞, a positive number');
  const energyBias = number('the energy bias');
  const coefficients = functions.map((n, kind) => block(n * terms[kind]! * count * count, `a coefficient of the ${kind === 0 ? 'radial' : 'angular'} functions`));
  const scale = block(dimension, 'a factor of the descriptors');
  const parameters = flexible ? block(5 * count * (count + 1), 'a parameter of ZBL') : null;
  while (reader.next()) if (reader.count > 0) fail(`the end of the file: all ${announced} numbers that the header announces were read`);

  return {
    version, chargeMode, elements, cutoff, neighbours, lMax, extras, neurons, networks, rootDielectric, energyBias, scale,
    zbl: parameters ? { form: 'flexible', parameters } : universal && { form: 'universal', ...universal },
    radial: { functions: functions[0], terms: terms[0], coefficients: coefficients[0]! },
    angular: { functions: functions[1], terms: terms[1], coefficients: coefficients[1]! },
  };
}

/** As trainers write it, 15 columns with 8 digits; with more where 8 would change the number. */
function numberLine(value: number): string {
  const short = value.toExponential(7);
  const exact = Number(short) === value ? short : value.toExponential();
  return exact.replace(/e([+-])(\d)$/, 'e$10$2').padStart(15);
}

/** The text of a `nep.txt` from which `readNep` gives the same model. */
export function writeNep(model: NepModel): string {
  const { version, chargeMode, elements, zbl, cutoff, neighbours, radial, angular, extras } = model;
  const maxima = neighbours ?? [];
  const cutoffs = cutoff.form === 'elements'
    ? elements.flatMap((_, t) => [cutoff.radial[t]!, cutoff.angular[t]!]).concat(maxima)
    : [cutoff.radial, cutoff.angular, ...maxima, ...(cutoff.form === 'covalent' ? [cutoff.radialFactor, cutoff.angularFactor, cutoff.zblFactor] : [])];
  // With switches behind it, a 2 for the term 222 makes some programs skip them; without, all programs know it.
  const furthest = Math.max(1, ...extras.map((extra) => nepExtras.indexOf(extra)));
  const switches = nepExtras.slice(0, furthest + 1).map((extra, k) => (extras.includes(extra) ? (k === 0 && furthest === 1 ? 2 : 1) : 0));
  const lines = [
    [`nep${version}${zbl ? '_zbl' : ''}${chargeMode > 0 ? `_charge${chargeMode}` : ''}`, elements.length, ...elements],
    ...(zbl ? [['zbl', ...(zbl.form === 'flexible' ? [0, 0] : [zbl.inner, zbl.outer, ...(zbl.factor === null ? [] : [zbl.factor])])]] : []),
    ['cutoff', ...cutoffs],
    ['n_max', radial.functions - 1, angular.functions - 1],
    ['basis_size', radial.terms - 1, angular.terms - 1],
    ['l_max', model.lMax, ...switches],
    ['ANN', model.neurons, 0],
  ].map((words) => words.join(' '));
  const add = (values: Iterable<number>): void => {
    for (const value of values) lines.push(numberLine(value));
  };
  for (const { weights, biases, energy, charge, offset } of model.networks) {
    for (const values of [weights, biases, energy, charge ?? [], version === 5 ? [offset] : []]) add(values);
  }
  add(model.rootDielectric === null ? [] : [model.rootDielectric]);
  add([model.energyBias]);
  for (const values of [radial.coefficients, angular.coefficients, model.scale, zbl?.form === 'flexible' ? zbl.parameters : []]) add(values);
  return `${lines.join('\n')}\n`;
}

/** One line about the shape of a model, for its card. */
export function nepShape(model: NepModel): string {
  const extras = model.extras.length > 0 ? ` and the terms ${model.extras.join(', ')}` : '';
  return `${descriptorLength(model)} descriptors (l up to ${model.lMax}${extras}), ${model.neurons} neurons`;
}
