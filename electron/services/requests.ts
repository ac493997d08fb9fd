/** From what a user says to a request that can be computed: everything is read and tried before anything is written. */
import type { PotentialSource } from '../../core/contracts/card.ts';
import { refuse } from '../../core/contracts/messages.ts';
import type { RunRequest } from '../../core/contracts/request.ts';
import { propertyName, type PropertyName } from '../../core/contracts/results.ts';
import { structureToJson, type Structure } from '../../core/contracts/structure.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import { checkRequest, isSettingKey, loadPotential, potentialHash, propertiesInOrder } from '../../core/index.ts';
import { potentialSource, readStructureInput, withDataOf } from './library.ts';

export interface CommandWish {
  readonly structure: string;
  readonly potential: string;
  readonly properties: readonly string[];
  readonly accuracy: string;
  /** `key=value` texts. */
  readonly settings: readonly string[];
  readonly device: string;
  readonly command: string;
}

/** An argument as a shell would need it. */
const quoted = (text: string): string => (/^[\w./:=,+@%-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** The command line that makes a run again. */
export function commandOf({ structure, potential, properties, accuracy, settings, out }: Omit<CommandWish, 'device' | 'command'> & { readonly out: string }): string {
  const parts = ['phonolite', 'run', structure, '--potential', potential, ...properties.flatMap((name) => ['--property', name]),
    '--accuracy', accuracy, ...settings.flatMap((pair) => ['--set', pair]), '--out', out];
  return parts.map(quoted).join(' ');
}

const accuracies = ['quick', 'standard', 'strict'] as const;

/** `key=value` texts as pairs; a key given twice keeps its last value. */
export function settingPairs(texts: readonly string[]): Record<string, string> {
  const pairs = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) refuse('settings.form', { value: text.slice(0, 80) });
    pairs.set(text.slice(0, at).trim(), text.slice(at + 1).trim());
  }
  return Object.fromEntries(pairs);
}

/** Keys that belong to reading a potential, not to computing. */
const potentialOptions = ['units', 'nep.coulomb'];

function propertiesOf(wanted: readonly string[]): PropertyName[] {
  const known = propertyName.options.join(', ');
  if (wanted.length === 0) refuse('run.noProperty', { known });
  const properties = wanted.map((value) => {
    const parsed = propertyName.safeParse(value);
    return parsed.success ? parsed.data : refuse('run.property', { value: value.slice(0, 80), known });
  });
  return properties;
}

/** What a run computes with what, all of it read. */
export interface RunInput {
  readonly structure: Structure;
  /** What the user calls it. */
  readonly structureName: string;
  /** What its reader had to say. */
  readonly notes: readonly Message[];
  readonly source: PotentialSource;
  readonly properties: readonly PropertyName[];
  readonly accuracy: RunRequest['accuracy'];
  /** Without those that belong to reading the potential. */
  readonly settings: Readonly<Record<string, string>>;
  readonly command: string;
}

/** The request of a run that can begin: settings, symmetry and one evaluation have been tried. Throws a `Refusal` otherwise. */
export function requestOf(input: RunInput, potential = loadPotential(input.source)): RunRequest {
  const { source } = input;
  const request: RunRequest = {
    schema: 'phonolite-request/1',
    structure: structureToJson(input.structure),
    structureName: input.structureName,
    notes: [...input.notes],
    potential: { name: potential.card.name, hash: potentialHash(source), files: source.files.map(({ name }) => name), options: { ...source.options } },
    properties: propertiesInOrder(input.properties),
    accuracy: input.accuracy,
    settings: { ...input.settings },
    command: input.command,
  };
  checkRequest(request, potential);
  return request;
}

/** Reads structure and potential and makes sure that the run can begin. Throws a `Refusal` otherwise. */
export function prepareRequest(wish: CommandWish): { request: RunRequest; source: PotentialSource } {
  const properties = propertiesOf(wish.properties);
  const accuracy = accuracies.find((name) => name === wish.accuracy) ?? refuse('run.accuracy', { value: wish.accuracy.slice(0, 80) });
  const pairs = Object.entries(settingPairs(wish.settings));
  const options = Object.fromEntries(pairs.filter(([key]) => potentialOptions.includes(key) && !isSettingKey(key)));
  const settings = Object.fromEntries(pairs.filter(([key]) => !Object.hasOwn(options, key)));
  const source = withDataOf(potentialSource(wish.potential, options), wish.structure);
  const potential = loadPotential(source);
  const { structures, notes } = readStructureInput(wish.structure, potential.card.units);
  const [structure] = structures;
  if (!structure || structures.length !== 1) refuse('run.severalStructures', { structure: wish.structure, count: structures.length });
  if (!['auto', 'cpu', 'gpu'].includes(wish.device)) refuse('run.device', { value: wish.device.slice(0, 80) });
  if (wish.device === 'gpu') refuse('run.gpu', { potential: potential.card.name, kind: potential.card.kind });
  return { request: requestOf({ structure, structureName: wish.structure, notes, source, properties, accuracy, settings, command: wish.command }, potential), source };
}
