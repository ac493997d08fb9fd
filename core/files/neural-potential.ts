/**
 * Phonolite's own file of a potential of networks, or of a committee of them over one set of symmetry functions:
 *
 *   { "format": "phonolite-neural-potential/1",
 *     "sha256": "…",                                        over `content` as JSON without blanks, keys in their order
 *     "content": {
 *       "card": { "name": …, "notShown": …, "trainingData": …, "accuracy": … },
 *       "units": { "length": "angstrom", "energy": "ev" },  of every number below
 *       "cutoff": …, "scaling": …, "normalisation": …,      as in `NeuralBasis`
 *       "elements": [ { "element": "Si", "atomicEnergy": …, "functions": [ … ], "minimum": […], … } ],
 *       "members": [ { "networks": [ { "layers": [30, 20, 1], "activations": …, "weights": […] } ] } ] } }
 *
 * Lists of many numbers are f64, little-endian, in base64, cut into texts that fit into a line: exact to the bit. The
 * numbers of an n2p2 potential keep its units, so that they go back unchanged.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { z } from 'zod';
import type { PotentialCard } from '../contracts/card.ts';
import { refuse } from '../contracts/messages.ts';
import { atomicNumber } from '../crystal/elements.ts';
import { compactShapes } from '../descriptors/cutoff-functions.ts';
import { widthsOf } from '../descriptors/scaling.ts';
import { sortedFunctions, type SymmetryFunction } from '../descriptors/symmetry-functions.ts';
import { activationNames } from '../network/activations.ts';
import { weightCount, type FeedForward } from '../network/feed-forward.ts';
import type { NeuralMember, NeuralModel } from '../potential/neural-model.ts';
import { element, positive } from '../potential/schema.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { checked, refuseField, type Complaint } from './checked-json.ts';
import { readJson, writeJson, type Json, type JsonPath } from './json.ts';
import type { SourceText } from './source-text.ts';

export const neuralFormat = 'phonolite-neural-potential/1';
const anyVersion = /"format"\s*:\s*"phonolite-neural-potential\//;

/** Whether this text is such a file, of any version. */
export function recogniseNeuralPotential({ text }: SourceText): boolean {
  return anyVersion.test(text.slice(0, 1000));
}

/** What the file itself says about its potential; the rest of a card follows from the content. */
export type NeuralFileCard = Pick<PotentialCard, 'name' | 'title' | 'energyReference' | 'references' | 'validFor' | 'notShown' | 'limits' | 'provenance' | 'trainingData' | 'accuracy'>;

export interface NeuralFile {
  readonly card: NeuralFileCard;
  readonly model: NeuralModel;
}

// ── numbers ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Numbers in one text: a multiple of three, so that no text but the last is padded. */
const perText = 3000;

function textsOf(values: Float64Array): string[] {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, k) => { view.setFloat64(8 * k, value, true); });
  return Array.from({ length: Math.ceil(values.length / perText) }, (_, k) => encodeBase64(bytes.subarray(8 * perText * k, 8 * perText * (k + 1))));
}

/** Null where a text is no base64 of whole f64 numbers, or one of them is not finite. */
function numbersOf(texts: readonly string[]): Float64Array | null {
  const parts = texts.map(decodeBase64);
  const values: number[] = [];
  for (const part of parts) {
    if (part === null || part.length % 8 !== 0) return null;
    const view = new DataView(part.buffer);
    for (let at = 0; at < part.length; at += 8) values.push(view.getFloat64(at, true));
  }
  return values.every(Number.isFinite) ? Float64Array.from(values) : null;
}

const numbers = z.array(z.string()).transform((texts, context) => {
  const values = numbersOf(texts);
  if (values) return values;
  context.addIssue({ code: 'custom', message: 'is not base64 of finite f64 numbers' });
  return z.NEVER;
});

// ── schema ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const sentence = z.string().min(1);
const neighbours = (count: number): z.ZodType<string[]> => z.array(element).length(count);
const gaussian = { eta: z.number(), shift: z.number(), cutoff: positive };
const angle = { lambda: z.number(), zeta: z.number() };
const compact = { inner: z.number(), cutoff: positive, shape: z.enum(compactShapes) };
const angles = { from: z.number(), to: z.number() };
const three = z.tuple([z.number(), z.number(), z.number()]);

const symmetryFunction = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal(2), neighbours: neighbours(1), ...gaussian }),
  z.strictObject({ type: z.literal(12), neighbours: neighbours(0), ...gaussian }),
  z.strictObject({ type: z.literal([3, 9]), neighbours: neighbours(2), ...gaussian, ...angle }),
  z.strictObject({ type: z.literal(13), neighbours: neighbours(0), ...gaussian, ...angle }),
  z.strictObject({ type: z.literal(20), neighbours: neighbours(1), ...compact }),
  z.strictObject({ type: z.literal(23), neighbours: neighbours(0), ...compact }),
  z.strictObject({ type: z.literal([21, 22]), neighbours: neighbours(2), ...compact, ...angles }),
  z.strictObject({ type: z.literal([24, 25]), neighbours: neighbours(0), ...compact, ...angles }),
  z.strictObject({ type: z.literal('signed-volume'), neighbours: z.tuple([element, element, element]), eta: three, shift: three, power: z.literal([0, 1]), cutoff: positive }),
]);

const network = z.strictObject({
  layers: z.array(z.number().int().positive()).min(2),
  activations: z.array(z.enum(activationNames)).min(1),
  normalised: z.boolean(),
  weights: numbers,
});

const fall = z.literal([1, 4, 5, 6, 7, 8]);
const member = z.strictObject({
  networks: z.array(network),
  equilibration: z.strictObject({
    electronegativities: z.array(network),
    hardness: numbers,
    widths: numbers,
    fourPiEpsilon: positive,
    screening: z.strictObject({ inner: z.number().min(0), outer: positive, fall }).nullable(),
  }).optional(),
});

const content = z.strictObject({
  card: z.strictObject({
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'is not a short name of letters, digits, ".", "_" and "-"'),
    title: sentence,
    energyReference: sentence,
    references: z.array(sentence),
    validFor: sentence,
    notShown: sentence,
    limits: z.array(sentence),
    provenance: sentence.optional(),
    trainingData: z.strictObject({ fingerprint: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 of 64 hexadecimal digits'), structures: z.number().int().positive(), atoms: z.number().int().positive() }).optional(),
    accuracy: z.array(z.strictObject({ quantity: sentence, error: z.number().min(0), unit: sentence, set: z.enum(['training', 'test']) })).optional(),
  }),
  units: z.strictObject({ length: z.enum(['angstrom', 'bohr']), energy: z.enum(['ev', 'hartree']) }),
  cutoff: z.strictObject({ type: z.literal([0, 1, 2, 3, 4, 5, 6, 7, 8]), alpha: z.number().min(0).lt(1) }),
  scaling: z.strictObject({ mode: z.enum(['none', 'center', 'range', 'range-center', 'deviation']), low: z.number(), high: z.number() }),
  normalisation: z.strictObject({ meanEnergy: z.number(), energy: positive, length: positive, charge: positive.nullable() }).nullable(),
  elements: z.array(z.strictObject({
    element, atomicEnergy: z.number(), functions: z.array(symmetryFunction).min(1), minimum: numbers, maximum: numbers, mean: numbers, deviation: numbers.nullable(),
  })).min(1),
  members: z.array(member).min(1),
});
type Content = z.infer<typeof content>;

const file = z.strictObject({ format: z.literal(neuralFormat), sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 of 64 hexadecimal digits'), content: z.unknown() });

/** Names of what a function can be, for sentences. */
const kinds = ['2', '3', '9', '12', '13', '20', '21', '22', '23', '24', '25', 'signed-volume'];

// ── rules that span several fields ─────────────────────────────────────────────────────────────────────────────────

function complaintsAboutFunctions(functions: readonly SymmetryFunction[], elements: readonly string[], at: JsonPath): Complaint[] {
  const complaints = functions.flatMap((definition, k): Complaint[] => {
    const path = [...at, k];
    const stranger = definition.neighbours.find((name) => !elements.includes(name));
    if (stranger !== undefined) return [{ path: [...path, 'neighbours'], problem: `names ${stranger}, which is none of the elements ${elements.join(', ')}` }];
    if (definition.type !== 'signed-volume' && definition.neighbours.length === 2 && atomicNumber(definition.neighbours[0]!) > atomicNumber(definition.neighbours[1]!)) {
      return [{ path: [...path, 'neighbours'], problem: 'is not in ascending atomic number' }];
    }
    if ('inner' in definition && definition.inner >= definition.cutoff) return [{ path: [...path, 'inner'], problem: `is not smaller than the cutoff ${definition.cutoff}` }];
    if ('from' in definition && definition.from >= definition.to) return [{ path: [...path, 'from'], problem: `is not smaller than the other end ${definition.to}` }];
    return [];
  });
  const sorted = sortedFunctions(functions);
  const misplaced = functions.findIndex((definition, k) => sorted[k] !== definition);
  if (misplaced >= 0) complaints.push({ path: [...at, misplaced], problem: 'is not in the order of the inputs (type, cutoff, eta, …)' });
  return complaints;
}

function complaintsAboutNetwork({ layers, activations, weights }: FeedForward, inputs: number, path: JsonPath): Complaint[] {
  if (layers[0] !== inputs) return [{ path: [...path, 'layers', 0], problem: `is not ${inputs}, the number of inputs` }];
  if (layers.at(-1) !== 1) return [{ path: [...path, 'layers', layers.length - 1], problem: 'is not 1, the one output' }];
  if (activations.length !== layers.length - 1) return [{ path: [...path, 'activations'], problem: `does not give one activation for each of ${layers.length - 1} layers` }];
  if (weights.length !== weightCount(layers)) return [{ path: [...path, 'weights'], problem: `holds ${weights.length} numbers where ${layers.join('-')} needs ${weightCount(layers)}` }];
  return [];
}

function complaintsOf({ elements: list, scaling, members }: Content): Complaint[] {
  const elements = list.map((each) => each.element);
  const complaints: Complaint[] = [];
  elements.forEach((name, e) => {
    if (e > 0 && atomicNumber(elements[e - 1]!) >= atomicNumber(name)) complaints.push({ path: ['elements', e, 'element'], problem: 'is not in ascending atomic number' });
  });
  if (!(scaling.high > scaling.low)) complaints.push({ path: ['scaling', 'high'], problem: `is not above ${scaling.low}` });
  list.forEach(({ functions, minimum, maximum, mean, deviation }, e) => {
    const path = ['elements', e];
    complaints.push(...complaintsAboutFunctions(functions, elements, [...path, 'functions']));
    for (const [name, values] of Object.entries({ minimum, maximum, mean, ...(deviation && { deviation }) })) {
      if (values.length !== functions.length) complaints.push({ path: [...path, name], problem: `holds ${values.length} numbers for ${functions.length} functions` });
    }
    if (complaints.length > 0) return;
    if (scaling.mode === 'deviation' && !deviation) complaints.push({ path: [...path, 'deviation'], problem: 'is needed for this scaling' });
    const reversed = minimum.findIndex((low, k) => low > maximum[k]!);
    if (reversed >= 0) complaints.push({ path: [...path, 'minimum'], problem: `is larger than the maximum for function ${reversed + 1}` });
    const flat = widthsOf(scaling.mode, { minimum, maximum, mean, deviation })?.findIndex((width) => !(width > 0)) ?? -1;
    if (flat >= 0) complaints.push({ path: [...path, 'functions', flat], problem: 'had one value in the whole training set, so that scaling would divide by zero' });
  });
  const charged = members[0]!.equilibration !== undefined;
  members.forEach(({ networks, equilibration }, m) => {
    const path = ['members', m];
    if ((equilibration !== undefined) !== charged) complaints.push({ path, problem: 'differs from the first member in having charges' });
    const lists: [string, JsonPath, readonly FeedForward[], number][] = [
      ['networks', [...path, 'networks'], networks, charged ? 1 : 0],
      ...(equilibration ? [['electronegativities', [...path, 'equilibration', 'electronegativities'], equilibration.electronegativities, 0] as [string, JsonPath, FeedForward[], number]] : []),
    ];
    for (const [, where, all, extra] of lists) {
      if (all.length !== elements.length) complaints.push({ path: where, problem: `does not give one network for each of the ${elements.length} elements` });
      else all.forEach((each, e) => complaints.push(...complaintsAboutNetwork(each, list[e]!.functions.length + extra, [...where, e])));
    }
    if (!equilibration) return;
    for (const name of ['hardness', 'widths'] as const) {
      if (equilibration[name].length !== elements.length) complaints.push({ path: [...path, 'equilibration', name], problem: `does not give one number for each of the ${elements.length} elements` });
    }
    if (!equilibration.widths.every((width) => width > 0)) complaints.push({ path: [...path, 'equilibration', 'widths'], problem: 'holds a width that is not positive' });
    if (!equilibration.hardness.every((value) => value >= 0)) complaints.push({ path: [...path, 'equilibration', 'hardness'], problem: 'holds a negative hardness' });
    if (equilibration.screening && equilibration.screening.outer <= equilibration.screening.inner) complaints.push({ path: [...path, 'equilibration', 'screening', 'outer'], problem: 'is not larger than the inner radius' });
  });
  return complaints;
}

// ── reading and writing ────────────────────────────────────────────────────────────────────────────────────────────

function checksumOf(value: unknown): string {
  return bytesToHex(sha256(new TextEncoder().encode(JSON.stringify(value))));
}

export function readNeuralPotential(source: SourceText): NeuralFile {
  const document = readJson(source);
  const { format } = document.value as { format?: Json };
  if (typeof format === 'string' && format !== neuralFormat) source.refuse('neuralFile.version', document.offsetOf(['format']), { found: format, known: neuralFormat });
  const outer = checked(source, document, file, 'neuralFile.field', []);
  const found = checksumOf(outer.content);
  if (found !== outer.sha256) refuse('neuralFile.checksum', { file: source.file, found: found.slice(0, 12), expected: outer.sha256.slice(0, 12) });
  const whole = checked(source, document, z.strictObject({ format: z.string(), sha256: z.string(), content }), 'neuralFile.field', kinds).content;
  const [first] = complaintsOf(whole);
  if (first) refuseField(source, document, { ...first, path: ['content', ...first.path] }, 'neuralFile.field');
  const { card, elements, members, ...rest } = whole;
  return {
    // Optional fields that are missing are absent from what zod returns, not undefined.
    card: card as NeuralFileCard,
    model: {
      basis: {
        ...rest,
        elements: elements.map((each) => each.element),
        functions: elements.map(({ functions }) => functions),
        statistics: elements.map(({ minimum, maximum, mean, deviation }) => ({ minimum, maximum, mean, deviation })),
        atomicEnergies: Float64Array.from(elements, ({ atomicEnergy }) => atomicEnergy),
      },
      members: members as NeuralMember[],
    },
  };
}

export function writeNeuralPotential({ card, model: { basis, members } }: NeuralFile): string {
  const networkOf = ({ layers, activations, normalised, weights }: FeedForward): unknown => ({ layers, activations, normalised, weights: textsOf(weights) });
  const { name, title, energyReference, references, validFor, notShown, limits, provenance, trainingData, accuracy } = card;
  const { units, cutoff, scaling, normalisation } = basis;
  const whole = {
    card: { name, title, energyReference, references, validFor, notShown, limits, provenance, trainingData, accuracy },
    units, cutoff, scaling, normalisation,
    elements: basis.elements.map((each, e) => {
      const { minimum, maximum, mean, deviation } = basis.statistics[e]!;
      return {
        element: each, atomicEnergy: basis.atomicEnergies[e]!, functions: basis.functions[e]!,
        minimum: textsOf(minimum), maximum: textsOf(maximum), mean: textsOf(mean), deviation: deviation && textsOf(deviation),
      };
    }),
    members: members.map(({ networks, equilibration }) => ({
      networks: networks.map(networkOf),
      ...(equilibration && {
        equilibration: { ...equilibration, electronegativities: equilibration.electronegativities.map(networkOf), hardness: textsOf(equilibration.hardness), widths: textsOf(equilibration.widths) },
      }),
    })),
  };
  return writeJson({ format: neuralFormat, sha256: checksumOf(whole), content: whole });
}

