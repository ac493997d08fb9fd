/** The files of an n2p2 or RuNNer potential together: from a folder to a description, and back. */
import { message, refuse } from '../../contracts/messages.ts';
import type { Message } from '../../contracts/quantity.ts';
import { atomicNumber } from '../../crystal/elements.ts';
import type { SymmetryFunction } from '../../descriptors/symmetry-functions.ts';
import { activations } from '../../network/activations.ts';
import { weightCount, type FeedForward } from '../../network/feed-forward.ts';
import { isCharged, type ChargedNeuralDescription } from '../../potential/neural-4g.ts';
import type { NeuralDescription } from '../../potential/neural.ts';
import type { FileUnits } from '../../units/file-units.ts';
import { SourceText, sourceText } from '../source-text.ts';
import { equilibrationLines, readEquilibration, writeHardness } from './equilibration.ts';
import type { KeywordLine } from './keywords.ts';
import { numbered } from './numbers.ts';
import { readScalingData, writeScalingData } from './scaling-data.ts';
import { topologies, type N2p2Settings, type Topology } from './settings.ts';
import { functionLine, type N2p2Function } from './symmetry-function-lines.ts';
import { checkWeightLabels, readWeightLines, writeWeights } from './weights-data.ts';

/** A file by name; bytes are decoded where it is read. */
export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Whether this text is an `input.nn`. */
function isSettings({ text }: SourceText): boolean {
  return /^[ \t]*elements[ \t]+[A-Z]/m.test(text) && /^[ \t]*(symfunction(_short)?|global_symfunction_short)[ \t]/m.test(text);
}

/** The `input.nn` among the files of a potential, by its content. */
export function settingsFileOf(files: readonly NamedFile[]): NamedFile | undefined {
  return files.find(({ bytes }) => {
    // Comments may be long; the keywords stand within this.
    const head = new TextDecoder().decode(bytes.subarray(0, 200_000));
    return isSettings(new SourceText('', head.replace(/\r\n?/g, '\n')));
  });
}

/** The network of one element from its weights: the topology must be one of those that `input.nn` can mean. */
function readNetwork(source: SourceText, element: string, inputs: number, candidates: readonly Topology[], normalised: boolean): { network: FeedForward; candidate: number } {
  const lines = readWeightLines(source);
  const shapes = candidates.map(({ hidden }) => [inputs, ...hidden, 1]);
  const fitting = shapes.flatMap((layers, k) => (weightCount(layers) === lines.values.length ? [k] : []));
  const [candidate] = fitting;
  if (candidate === undefined) {
    const needed = shapes.map((layers) => `${layers.join('-')} needs ${weightCount(layers)}`).join(', ');
    refuse('n2p2.weightCount', { file: source.file, found: lines.values.length, element, needed });
  }
  if (fitting.length > 1) refuse('n2p2.topologyAmbiguous', { file: source.file, element, shapes: fitting.map((k) => shapes[k]!.join('-')).join(' and ') });
  const layers = shapes[candidate]!;
  checkWeightLabels(lines, layers);
  return { network: { layers, activations: candidates[candidate]!.activations, normalised, weights: lines.values }, candidate };
}

export interface N2p2Potential {
  readonly description: NeuralDescription | ChargedNeuralDescription;
  readonly settings: N2p2Settings;
  /** What was found and not used, or had to be decided. */
  readonly notes: readonly Message[];
}

/** Reads a potential of the second or fourth generation. `units`: of every number in the files, which name none. */
export function readN2p2Potential(files: readonly NamedFile[], settings: N2p2Settings, units: FileUnits): N2p2Potential {
  const { elements, functions } = settings;
  const charged = settings.generation === 4;
  const notes: Message[] = [];
  const need = (name: string, purpose: string): SourceText => {
    const file = files.find((each) => each.name === name);
    return file ? sourceText(file.bytes, name) : refuse('n2p2.fileMissing', { name, purpose });
  };
  const statistics = readScalingData(need('scaling.data', 'the ranges of the symmetry functions'), elements, functions.map(({ length }) => length), settings.scaling.mode);
  /** `kind`: of the file and of the keywords. `extra`: inputs beside the functions. */
  const networksOf = (file: 'weights' | 'weightse', suffix: '_short' | '_electrostatic', purpose: string, extra: number): FeedForward[] => elements.map((element, e) => {
    const candidates = topologies(settings, element, suffix);
    const source = need(numbered(file, atomicNumber(element)), `${purpose} of ${element}`);
    const { network, candidate } = readNetwork(source, element, functions[e]!.length + extra, candidates, settings.normalisedNodes);
    if (candidates.length > 1) notes.push(message('n2p2.noteTopology', { element, layers: network.layers.join('-'), reading: candidate === 0 ? 'as it is written' : 'as n2p2 reads it' }));
    return network;
  });
  const networks = networksOf('weights', '_short', 'the network', charged ? 1 : 0);
  const electronegativities = charged ? networksOf('weightse', '_electrostatic', 'the electronegativity', 0) : [];
  const charges = charged ? readEquilibration(settings, units, need) : null;
  if (charges) notes.push(...charges.notes, message('n2p2.noteEwald', {}));
  const shifted = elements.filter((_, e) => functions[e]!.some((own) => 'lambda' in own && own.shift < 0));
  if (shifted.length > 0) notes.push(message('n2p2.noteShift', { elements: shifted.join(', ') }));
  const expected = new Set(elements.map((element) => numbered('weights', atomicNumber(element))));
  const strangers = files.map(({ name }) => name).filter((name) => /^weights\.\d{3}\.data$/.test(name) && !expected.has(name));
  if (strangers.length > 0) notes.push(message('n2p2.noteStrangers', { names: strangers.join(', '), elements: elements.join(', ') }));
  const unknown = settings.file.unknown();
  if (unknown.length > 0) notes.push(message('n2p2.noteKeywords', { file: settings.file.source.file, keywords: unknown.join(', ') }));
  return {
    description: {
      units, elements, cutoff: settings.cutoff, functions, scaling: settings.scaling, statistics, networks,
      atomicEnergies: settings.atomicEnergies, normalisation: settings.normalisation,
      ...(charges && { equilibration: { electronegativities, ...charges.description } }),
    },
    settings,
    notes,
  };
}

export interface TextFile {
  readonly name: string;
  readonly text: string;
}

function isExportable(definition: SymmetryFunction): definition is N2p2Function {
  return definition.type !== 'signed-volume';
}

/** The topology that all networks share, as keywords with this suffix. */
function topologyLines(networks: readonly FeedForward[], elements: readonly string[], suffix: '_short' | '_electrostatic'): string[] {
  const lettersOf = (network: FeedForward): string => network.activations.map((name) => activations[name].letter ?? refuse('n2p2.writeActivation', { name })).join(' ');
  const hiddenOf = (network: FeedForward): string => network.layers.slice(1, -1).join(' ');
  const [first] = networks as [FeedForward];
  // n2p2 itself misreads the last number of element_nodes_short: networks that differ between elements are refused there.
  const different = networks.findIndex((network) => hiddenOf(network) !== hiddenOf(first) || lettersOf(network) !== lettersOf(first));
  if (different > 0) {
    refuse('n2p2.writeTopology', { first: elements[0]!, second: elements[different]!, firstLayers: first.layers.join('-'), secondLayers: networks[different]!.layers.join('-') });
  }
  const depth = first.layers.length - 2;
  return [
    `global_hidden_layers${suffix} ${depth}`,
    ...(depth > 0 ? [`global_nodes${suffix} ${hiddenOf(first)}`] : []),
    `global_activation${suffix} ${lettersOf(first)}`,
  ];
}

/**
 * The files of a potential. `kept`: lines of the `input.nn` that it came from which do not concern its evaluation (training
 * and unknown keywords); they are written as they were.
 */
export function writeN2p2Potential(description: NeuralDescription, kept: readonly KeywordLine[] = []): TextFile[] {
  const { elements, functions, networks, cutoff, scaling, statistics, normalisation, atomicEnergies, units } = description;
  const charges = isCharged(description) ? description.equilibration : null;
  const all = [...networks, ...(charges?.electronegativities ?? [])];
  const [{ normalised }] = networks as [FeedForward];
  if (all.some((network) => network.normalised !== normalised)) throw new Error('networks of one potential differ in the normalisation of their nodes');
  const flags = { none: [], center: ['center_symmetry_functions'], range: ['scale_symmetry_functions'], 'range-center': ['scale_symmetry_functions', 'center_symmetry_functions'], deviation: ['scale_symmetry_functions_sigma'] }[scaling.mode];
  const lines = [
    '# Written by Phonolite. Units are not part of this format:',
    `# Length unit : ${units.length}`,
    `# Energy unit : ${units.energy}`,
    `number_of_elements ${elements.length}`,
    `elements ${elements.join(' ')}`,
    ...elements.flatMap((element, e) => (atomicEnergies[e] === 0 ? [] : [`atom_energy ${element} ${atomicEnergies[e]}`])),
    ...(normalisation ? [`mean_energy ${normalisation.meanEnergy}`, `conv_energy ${normalisation.energy}`, `conv_length ${normalisation.length}`] : []),
    ...(normalisation?.charge != null ? [`conv_charge ${normalisation.charge}`] : []),
    `cutoff_type ${cutoff.type} ${cutoff.alpha}`,
    ...flags,
    `scale_min_short ${scaling.low}`,
    `scale_max_short ${scaling.high}`,
    ...topologyLines(networks, elements, '_short'),
    ...(charges ? [...topologyLines(charges.electronegativities, elements, '_electrostatic'), ...equilibrationLines(elements, charges, new Set(kept.map(({ keyword }) => keyword)))] : []),
    ...(normalised ? ['normalize_nodes'] : []),
    '',
    ...elements.flatMap((element, e) => functions[e]!.map((definition) => (isExportable(definition) ? functionLine(element, definition) : refuse('n2p2.writeFunction', { element })))),
    ...(kept.length > 0 ? ['', '# Kept from the file that was read.', ...kept.map(({ keyword, values }) => [keyword, ...values].join(' '))] : []),
    '',
  ];
  const named = (kind: string, text: (e: number) => string): TextFile[] => elements.map((element, e) => ({ name: numbered(kind, atomicNumber(element)), text: text(e) }));
  const weightsOf = ({ layers, weights }: FeedForward): string => writeWeights(layers, weights);
  return [
    { name: 'input.nn', text: lines.join('\n') },
    { name: 'scaling.data', text: writeScalingData(statistics) },
    ...named('weights', (e) => weightsOf(networks[e]!)),
    ...(charges ? [...named('weightse', (e) => weightsOf(charges.electronegativities[e]!)), ...named('hardness', (e) => writeHardness(charges.hardness[e]!))] : []),
  ];
}
