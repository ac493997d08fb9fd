/** What `input.nn` says about a potential, checked; training keywords are kept as they stand. */
import { refuse } from '../../contracts/messages.ts';
import { atomicNumber, isElement } from '../../crystal/elements.ts';
import type { Cutoff, CutoffType } from '../../descriptors/cutoff-functions.ts';
import type { ScalingSettings } from '../../descriptors/scaling.ts';
import { sortedFunctions } from '../../descriptors/symmetry-functions.ts';
import { activationNames, activationOfLetter, activations, type Activation } from '../../network/activations.ts';
import type { Normalisation } from '../../potential/neural.ts';
import type { SourceText } from '../source-text.ts';
import { KeywordFile, type KeywordLine } from './keywords.ts';
import { readFunctionLine, type N2p2Function } from './symmetry-function-lines.ts';

/** Hidden layers of a network and its activations, the output's last. */
export interface Topology {
  readonly hidden: readonly number[];
  readonly activations: readonly Activation[];
}

export interface N2p2Settings {
  readonly file: KeywordFile;
  /** 2 or 4; Q-HDNNP (charges alone) is refused. */
  readonly generation: 2 | 4;
  /** Ascending atomic number. */
  readonly elements: readonly string[];
  readonly cutoff: Cutoff;
  /** Per element, in the order of the network's inputs. */
  readonly functions: readonly (readonly N2p2Function[])[];
  readonly scaling: ScalingSettings;
  readonly atomicEnergies: Float64Array;
  readonly normalisation: Normalisation | null;
  /** Whether neuron inputs are divided by their number. */
  readonly normalisedNodes: boolean;
}

/** Layers and neurons beyond any atomic network in use; a larger number is a mistake and would cost memory. */
const mostLayers = 20, mostNodes = 10_000;

export function readSettings(source: SourceText): N2p2Settings {
  const file = new KeywordFile(source);
  const elements = readElements(file);
  const shorthand = file.lines.find(({ keyword }) => keyword === 'global_symfunction_short' || keyword === 'element_symfunction_short');
  if (shorthand) file.refuse('n2p2.shorthand', shorthand, -1);
  const perElement = new Map<string, N2p2Function[]>(elements.map((element) => [element, []]));
  for (const line of file.all('symfunction_short')) {
    const { element, definition } = readFunctionLine(file, line, elements);
    perElement.get(element)!.push(definition);
  }
  for (const element of elements) if (perElement.get(element)!.length === 0) refuse('n2p2.noFunctions', { file: source.file, element });

  const atomicEnergies = new Float64Array(elements.length);
  const named = new Map<string, KeywordLine>();
  for (const line of file.all('atom_energy')) {
    const element = elementIn(file, line, elements);
    const earlier = named.get(element);
    if (earlier) file.refuse('n2p2.keywordTwice', line, -1, { keyword: `atom_energy ${element}`, first: file.source.position(earlier.offsets[0]!).line });
    named.set(element, line);
    atomicEnergies[elements.indexOf(element)] = file.number(line, 1, `the energy of an atom of ${element}`);
  }
  return {
    file,
    generation: readGeneration(file),
    elements,
    cutoff: readCutoff(file),
    functions: elements.map((element) => sortedFunctions(perElement.get(element)!)),
    scaling: readScaling(file),
    atomicEnergies,
    normalisation: readNormalisation(file),
    normalisedNodes: file.has('normalize_nodes'),
  };
}

/** The element that a line begins with. */
export function elementIn(file: KeywordFile, line: KeywordLine, elements: readonly string[]): string {
  const text = line.values[0];
  if (text === undefined) file.refuse('files.missingValue', line, 0, { expected: 'the symbol of an element' });
  return elements.includes(text) ? text : file.refuse('n2p2.foreignElement', line, 0, { elements: elements.join(', ') });
}

function readElements(file: KeywordFile): string[] {
  const line = file.need('elements', 'the elements of the potential');
  line.values.forEach((text, k) => {
    if (!isElement(text)) file.refuse('files.notAnElement', line, k);
    if (line.values.indexOf(text) < k) file.refuse('n2p2.value', line, k, { expected: 'each element once' });
  });
  if (line.values.length === 0) file.refuse('files.missingValue', line, 0, { expected: 'the symbol of an element' });
  const count = file.find('number_of_elements');
  if (count) {
    const announced = file.whole(count, 0, 'the number of elements', 1, 118);
    if (announced !== line.values.length) file.refuse('n2p2.elementCount', count, 0, { announced, found: line.values.length });
  }
  return [...line.values].sort((a, b) => atomicNumber(a) - atomicNumber(b));
}

function readGeneration(file: KeywordFile): 2 | 4 {
  const line = file.find('nnp_type');
  if (!line) return 2;
  const text = line.values[0] ?? '';
  if (text === '2' || text === '2G-HDNNP') return 2;
  if (text === '4' || text === '4G-HDNNP') return 4;
  return file.refuse('n2p2.generation', line, 0);
}

function readCutoff(file: KeywordFile): Cutoff {
  // Without the keyword n2p2 has no cutoff function for Gaussians; compact functions end by themselves.
  const line = file.find('cutoff_type');
  if (!line) {
    const gaussian = file.all('symfunction_short').find(({ values }) => Number(values[1]) < 20);
    return gaussian ? file.refuse('n2p2.keywordMissing', gaussian, -1, { keyword: 'cutoff_type', purpose: 'the cutoff function of this symmetry function' }) : { type: 6, alpha: 0 };
  }
  const type = file.whole(line, 0, 'the cutoff type', 0, 8) as CutoffType;
  const alpha = line.values.length > 1 ? file.number(line, 1, 'the inner cutoff alpha') : 0;
  if (!(alpha >= 0 && alpha < 1)) file.refuse('n2p2.value', line, 1, { expected: 'the inner cutoff alpha, at least 0 and below 1' });
  return { type, alpha };
}

function readScaling(file: KeywordFile): ScalingSettings {
  const numberOf = (keyword: string, standard: number): number => {
    const line = file.find(keyword);
    return line ? file.number(line, 0, keyword) : standard;
  };
  const range = file.has('scale_symmetry_functions'), center = file.has('center_symmetry_functions');
  const mode = range ? (center ? 'range-center' : 'range') : center ? 'center' : file.has('scale_symmetry_functions_sigma') ? 'deviation' : 'none';
  const low = numberOf('scale_min_short', 0), high = numberOf('scale_max_short', 1);
  if (!(high > low)) {
    const line = file.find('scale_max_short') ?? file.find('scale_min_short')!;
    file.refuse('n2p2.value', line, 0, { expected: `scale_max_short above scale_min_short (${low} and ${high} are given)` });
  }
  return { mode, low, high };
}

function readNormalisation(file: KeywordFile): Normalisation | null {
  const keywords = ['mean_energy', 'conv_energy', 'conv_length'] as const;
  const lines = keywords.map((keyword) => file.find(keyword));
  const charge = file.find('conv_charge');
  if (lines.every((line) => !line) && !charge) return null;
  const [mean, energy, length] = keywords.map((keyword) => file.need(keyword, 'the normalisation, which mean_energy, conv_energy and conv_length give together')) as [KeywordLine, KeywordLine, KeywordLine];
  const positive = (line: KeywordLine): number => {
    const value = file.number(line, 0, line.keyword);
    return value > 0 ? value : file.refuse('n2p2.value', line, 0, { expected: `${line.keyword}, a positive number` });
  };
  return { meanEnergy: file.number(mean, 0, 'mean_energy'), energy: positive(energy), length: positive(length), charge: charge ? positive(charge) : null };
}

/**
 * The shapes that the network of `element` may have. Per-element lines mean different things to different versions of
 * n2p2: `A layer nodes` per line (2.3.0 and before), `A n1 n2 …` (later, where the last number is left at the global one
 * by mistake). Every reading is returned, the literal one first; the number of weights decides.
 * `suffix`: `_short` or `_electrostatic`.
 */
export function topologies({ file, elements }: N2p2Settings, element: string, suffix: '_short' | '_electrostatic'): Topology[] {
  const ofElement = (keyword: string): KeywordLine[] => file.all(`element_${keyword}${suffix}`).filter((line) => elementIn(file, line, elements) === element);
  const depthLine = file.need(`global_hidden_layers${suffix}`, 'the number of hidden layers');
  const globalDepth = file.whole(depthLine, 0, 'the number of hidden layers', 0, mostLayers);
  const ownDepth = ofElement('hidden_layers')[0];
  const depth = ownDepth ? file.whole(ownDepth, 1, `the number of hidden layers of ${element}`, 0, mostLayers) : globalDepth;

  const nodesLine = globalDepth > 0 ? file.need(`global_nodes${suffix}`, 'the numbers of neurons') : undefined;
  const nodesIn = (line: KeywordLine, from: number, count: number): number[] => {
    if (line.values.length > from + count) file.refuse('n2p2.value', line, from + count, { expected: `the end of the line: ${count} hidden layers are announced` });
    return Array.from({ length: count }, (_, k) => file.whole(line, from + k, `the number of neurons of hidden layer ${k + 1}`, 1, mostNodes));
  };
  const global = nodesLine ? nodesIn(nodesLine, 0, globalDepth) : [];
  const own = ofElement('nodes');
  const shapes: number[][] = [];
  if (own.length === 0) {
    if (depth > global.length) file.refuse('n2p2.keywordMissing', ownDepth!, -1, { keyword: `element_nodes${suffix} ${element}`, purpose: 'the neurons of these layers' });
    shapes.push(global.slice(0, depth));
  } else {
    const [line] = own as [KeywordLine];
    if (own.length === 1 && line.values.length === depth + 1) {
      const literal = nodesIn(line, 1, depth);
      shapes.push(literal);
      if (depth > 0 && depth <= global.length) shapes.push([...literal.slice(0, -1), global[depth - 1]!]);
    }
    if (own.every(({ values }) => values.length === 3 && /^\d+$/.test(values[1]!) && Number(values[1]) >= 1 && Number(values[1]) <= depth)) {
      const byLayer = Array.from({ length: depth }, (_, k) => global[k] ?? 0);
      for (const each of own) byLayer[Number(each.values[1]) - 1] = file.whole(each, 2, 'the number of neurons', 1, mostNodes);
      if (byLayer.every((size) => size > 0)) shapes.push(byLayer);
    }
    if (shapes.length === 0) file.refuse('n2p2.value', line, 0, { expected: `${depth} numbers of neurons behind the element` });
  }

  const activationLine = ofElement('activation')[0];
  const letters = activationLine ?? file.need(`global_activation${suffix}`, 'the activation functions');
  const from = activationLine ? 1 : 0;
  const found = letters.values.length - from;
  // A shallower network of one element takes the first of the global functions and the output's.
  const needed = (activationLine ? depth : globalDepth) + 1;
  if (found !== needed) file.refuse('n2p2.activationCount', letters, Math.min(from + needed, letters.values.length - 1), { found, needed });
  const named = letters.values.slice(from).map((letter, k) => {
    const known = activationNames.map((name) => activations[name].letter).filter((name) => name !== null).join(', ');
    return activationOfLetter(letter) ?? file.refuse('n2p2.activation', letters, from + k, { known });
  });
  const ordered = [...named.slice(0, depth), named.at(-1)!];
  if (ordered.length !== depth + 1) file.refuse('n2p2.keywordMissing', ownDepth!, -1, { keyword: `element_activation${suffix} ${element}`, purpose: 'the activation functions of these layers' });
  const distinct = new Map(shapes.map((hidden) => [hidden.join(' '), hidden]));
  return [...distinct.values()].map((hidden) => ({ hidden, activations: ordered }));
}
