/** Networks from the files of a potential: n2p2 folders, Phonolite's own file, and folders of several as a committee. */
import type { PotentialCard, PotentialSource } from '../contracts/card.ts';
import { refuse } from '../contracts/messages.ts';
import { settingsFileOf } from '../files/n2p2/folder.ts';
import { unitNames } from '../files/n2p2/units.ts';
import { readNeuralPotential, recogniseNeuralPotential } from '../files/neural-potential.ts';
import { quoted, sourceText } from '../files/source-text.ts';
import { parseFileUnits } from '../units/file-units.ts';
import { neuralCard, readN2p2Model } from './n2p2.ts';
import { committeeOfModels, descriptionsOf, type NeuralSource } from './neural-model.ts';

/** The sources in the folders of a source whose files all lie in folders, in their order; null for any other. */
export function memberSources({ name, files, options }: PotentialSource): PotentialSource[] | null {
  const members = new Map<string, PotentialSource['files'][number][]>();
  for (const file of files) {
    const [folder, ...rest] = file.name.split('/');
    if (rest.length === 0) return null;
    const own = members.get(folder!) ?? [];
    own.push({ ...file, name: rest.join('/') });
    members.set(folder!, own);
  }
  return members.size < 2 ? null : Array.from(members, ([folder, own]) => ({ name: `${name}/${folder}`, files: own, ...(options && { options }) }));
}

/** Null where these files are something else, or potentials that differ in more than their networks. */
export function readNeural(source: PotentialSource): NeuralSource | null {
  const folders = memberSources(source);
  if (folders) {
    const read = folders.map(readNeural);
    const all = read.filter((each) => each !== null);
    const model = all.length === read.length ? committeeOfModels(all.map((each) => each.model)) : null;
    // Members of one model have the same radii.
    const remarks = all.find(({ remarksOn }) => remarksOn)?.remarksOn;
    const kept = all.flatMap((each) => each.kept ?? []);
    return model && { model, card: committeeCard(source.name, all.map(({ card }) => card), model.members.length), ...(kept.length === model.members.length && { kept }), ...(remarks && { remarksOn: remarks }) };
  }
  const settings = settingsFileOf(source.files);
  if (settings) return readN2p2Model(source, settings);
  const [main] = source.files;
  const text = main && sourceText(main.bytes, main.name);
  if (!text || !recogniseNeuralPotential(text)) return null;
  const { card, model } = readNeuralPotential(text);
  const given = source.options?.['units'], { units } = model.basis;
  const wanted = given === undefined ? units : parseFileUnits(given);
  if (wanted?.length !== units.length || wanted.energy !== units.energy) {
    refuse('neuralFile.units', { file: text.file, text: quoted(given ?? ''), units: `${unitNames[units.length]} and ${unitNames[units.energy]}` });
  }
  const cards = descriptionsOf(model).map((description) => ({ ...neuralCard(card.name, description, card.limits), ...card, limits: neuralCard(card.name, description, card.limits).limits }));
  return { model, card: cards.length === 1 ? cards[0]! : { ...committeeCard(card.name, cards, cards.length), title: card.title } };
}

/** The card of a committee of potentials with the same elements. */
export function committeeCard(name: string, cards: readonly PotentialCard[], members: number): PotentialCard {
  const [first] = cards as [PotentialCard];
  const kinds = new Set(cards.map(({ kind }) => kind));
  const cutoffs = cards.map(({ cutoff }) => cutoff).filter((cutoff) => cutoff !== null);
  const distinct = (list: (card: PotentialCard) => readonly string[]): string[] => [...new Set(cards.flatMap(list))];
  const kinks = distinct((card) => card.kinks ?? []);
  return {
    ...first,
    name,
    title: `Committee of ${members}: ${first.title}`,
    kind: kinds.size === 1 ? first.kind : 'committee',
    cutoff: cutoffs.length > 0 ? Math.max(...cutoffs) : null,
    references: distinct((card) => card.references),
    limits: distinct((card) => card.limits),
    members,
    ...(kinks.length > 0 && { kinks }),
  };
}
