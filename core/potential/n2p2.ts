/** From a folder of n2p2 or RuNNer to a potential with its card. */
import type { PotentialCard, PotentialSource } from '../contracts/card.ts';
import { message, Refusal, refuse } from '../contracts/messages.ts';
import type { Message } from '../contracts/quantity.ts';
import type { Structure } from '../contracts/structure.ts';
import { minkowskiReduction } from '../crystal/reduction.ts';
import { continuousDerivatives } from '../descriptors/cutoff-functions.ts';
import { readRawData, type RawStructure } from '../files/n2p2/data.ts';
import { readN2p2Potential, type NamedFile } from '../files/n2p2/folder.ts';
import { readSettings } from '../files/n2p2/settings.ts';
import { unitNames, unitsOfPotential } from '../files/n2p2/units.ts';
import { sourceText } from '../files/source-text.ts';
import { angstromPer } from '../units/file-units.ts';
import { chargedKinksOf, chargeModelOf, isCharged } from './neural-4g.ts';
import { modelOf, type NeuralSource } from './neural-model.ts';
import { cutoffOf, kinksOf, type NeuralDescription } from './neural.ts';

/** `settingsFile`: the `input.nn` among `source.files`. */
export function readN2p2Model(source: PotentialSource, settingsFile: NamedFile): NeuralSource {
  const settings = readSettings(sourceText(settingsFile.bytes, settingsFile.name));
  if (source.files.length === 1) refuse('n2p2.fileMissing', { name: 'scaling.data', purpose: 'the ranges of the symmetry functions' });
  const given = source.options?.['units'];
  const { units, notes: ofUnits } = unitsOfPotential(source.name, given, settings, dataOf(source.files, given === undefined));
  const { description, notes } = readN2p2Potential(source.files, settings, units);
  const limits = [...ofUnits, ...notes].map(({ sentence }) => sentence);
  return { model: modelOf(description), card: neuralCard(source.name, description, limits), kept: [settings.file.unevaluated(settings.generation)], remarksOn: (structure) => remarksOn(description, structure) };
}

/** Where n2p2 itself goes wrong (found by runs of it beside finite differences): in cells that are smaller than its radii. */
function remarksOn(description: NeuralDescription, { cell, periodic }: Structure): Message[] {
  if (!periodic.every(Boolean)) return [];
  const { cell: reduced } = minkowskiReduction(cell);
  const shortest = Math.hypot(reduced[0]!, reduced[1]!, reduced[2]!), length = shortest.toPrecision(4);
  const remark = (code: 'n2p2.noteSmallCell' | 'n2p2.noteSelfImages', radius: number | undefined): Message[] =>
    (radius !== undefined && shortest < radius ? [message(code, { length, radius: Number(radius.toPrecision(6)) })] : []);
  const screening = isCharged(description) ? chargeModelOf(description.units, description.equilibration).screening : null;
  return [...remark('n2p2.noteSmallCell', cutoffOf(description)), ...remark('n2p2.noteSelfImages', screening?.outer)];
}

/** The structures of an `input.data` beside the potential, or of its head: they tell the unit of length. `needed`: where nobody gave it. */
function dataOf(files: readonly NamedFile[], needed: boolean): RawStructure[] {
  const data = files.find(({ name }) => name === 'input.data');
  if (!data) return [];
  try {
    return readRawData(sourceText(data.bytes, data.name), true);
  } catch (error) {
    if (needed || !(error instanceof Refusal)) throw error;
    return [];
  }
}

/** What a network says about itself. `limits`: sentences about the files that it was read from. */
export function neuralCard(name: string, description: NeuralDescription, limits: readonly string[]): PotentialCard {
  const { elements, atomicEnergies, units, cutoff, functions } = description;
  const charged = isCharged(description);
  const kinks = charged ? chargedKinksOf(description) : kinksOf(description);
  const radius = cutoffOf(description);
  const gaussian = functions.flat().some((definition) => 'eta' in definition);
  const smoothness = gaussian ? continuousDerivatives(cutoff) : Infinity;
  const sharpCompact = functions.flat().filter((definition) => 'shape' in definition && definition.shape.startsWith('p1')).map((definition) => definition.cutoff * angstromPer[units.length]);
  const withoutCurvature = smoothness === 1 ? radius : smoothness > 1 && sharpCompact.length > 0 ? Math.max(...sharpCompact) : null;
  const poles = elements.filter((_, e) => functions[e]!.some((own) => 'lambda' in own && own.zeta < 0 && Math.abs(own.lambda) >= 1));
  const model = charged ? chargeModelOf(description.units, description.equilibration) : null;
  const screening = model?.screening;
  const sharpScreening = screening && continuousDerivatives({ type: screening.fall, alpha: screening.inner / screening.outer }) < 2 ? screening : null;
  const energies = elements.flatMap((element, e) => (atomicEnergies[e] === 0 ? [] : [`${element} ${atomicEnergies[e]} ${unitNames[units.energy]}`]));
  return {
    name,
    title: `Neural network potential${charged ? ' with charge equilibration' : ''}, ${elements.join('–')}`,
    kind: 'neural-network',
    elements: [...elements],
    cutoff: radius,
    cutoffStyle: smoothness < 0 ? 'plain' : 'smooth',
    energyReference: energies.length > 0 ? `that of the training data; free atoms count ${energies.join(', ')}` : 'that of the training data',
    references: [],
    validFor: 'what its training set covered; the files do not say which materials, pressures or temperatures',
    notShown: 'everything outside the ranges of scaling.data: environments there are counted as extrapolation',
    limits: [
      ...limits,
      ...(kinks.length > 0 ? [message('neural.caution', { kinks: kinks.join('; ') }).sentence] : []),
      ...(withoutCurvature === null ? [] : [message('neural.curvature', { radius: withoutCurvature }).sentence]),
      ...poles.map((element) => message('neural.pole', { element }).sentence),
      ...(sharpScreening ? [message('neural.screening', { inner: sharpScreening.inner, outer: sharpScreening.outer }).sentence] : []),
    ],
    units,
    ...(model && { constants: { coulomb: `${model.coulombConstant} eV·Å` } }),
    ...(kinks.length > 0 && { kinks }),
  };
}
