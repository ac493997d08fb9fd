import type { Message, Quantity } from './quantity.ts';

/**
 * Every sentence the engine can say, one template per code. `{name}` is replaced by the value of that name.
 * Sentences quote the offending value and place and end with what to try. Sections are kept in the order of the folders.
 */
export const templates = {
  // ── general ──────────────────────────────────────────────────────────────────────────────────────────────────────
  'general.internal': 'Phonolite met a condition it did not expect: {detail}. The run stopped and nothing was changed; the log holds the details.',

  // ── crystal ──────────────────────────────────────────────────────────────────────────────────────────────────────

  // ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────

  // ── potential ────────────────────────────────────────────────────────────────────────────────────────────────────

  // ── longrange ────────────────────────────────────────────────────────────────────────────────────────────────────

  // ── dynamics (relaxation) ────────────────────────────────────────────────────────────────────────────────────────
  'relaxation.periodic': 'Only a crystal that repeats in all three directions can be relaxed; this structure repeats as "{periodic}" (T = yes, F = no). Give a periodic structure.',
  'relaxation.start': 'The structure "{title}" cannot be relaxed: the potential gives no finite energy or forces for it. Look for atoms that lie on top of each other or a cell in the wrong unit.',

  // ── phonons ──────────────────────────────────────────────────────────────────────────────────────────────────────

  // ── properties ───────────────────────────────────────────────────────────────────────────────────────────────────

  // ── runs, command line, storage ──────────────────────────────────────────────────────────────────────────────────
  'settings.key': 'There is no setting "{key}". Known settings: {known}.',
  'settings.value': 'The setting {key} cannot be "{value}". Give it as in --set {key}={example}.',
  'settings.form': '--set takes key=value, not "{value}". For instance --set temperature.maximum=800.',
  'program.notBuilt': 'The built file {path} is missing. Run "npm run build" in the checkout, or install Phonolite again.',
  'run.property': 'There is no property "{value}". Properties: {known}.',
  'run.noProperty': 'Say what to compute with --property. Properties: {known}.',
  'run.accuracy': 'There is no accuracy "{value}". Choose quick, standard or strict with --accuracy.',
  'run.threads': '--threads takes a whole number from 1 to 1024, not "{value}".',
  'run.device': 'There is no device "{value}". Choose auto, cpu or gpu with --device.',
  'run.gpu': 'The potential {potential} is of the kind {kind}, which runs on the processor only. Use --device auto or --device cpu.',
  'run.elements': 'The potential {potential} does not cover {elements}, which {structure} contains: it knows {known}. "phonolite potentials" lists the bundled ones with their elements.',
  'run.notPeriodic': '{structure} does not repeat along {axes}. Elastic constants, phonons and thermal expansion need a crystal that is periodic along all three lattice vectors; "phonolite evaluate" takes molecules and surfaces.',
  'run.severalStructures': '{structure} holds {count} structures; a run takes one. Put the one you mean into a file of its own, or use "phonolite evaluate" for all of them.',
  'run.noStructure': 'There is no file and no bundled material "{name}". Bundled materials: {known}.',
  'run.noPotential': 'There is no file, folder or bundled potential "{name}". Bundled potentials: {known}.',
  'run.emptyPotential': 'The folder {path} holds no potential file. Give the file itself with --potential FILE.',
  'run.inputTooLarge': '{path} has more than {limit} MB. Give a smaller file: structures and potentials of that size are not read.',
  'run.inputKind': '{path} is neither an ordinary file nor a pipe. Give a file.',
  'run.differs': 'The folder {folder} holds another run: {difference}. Give another --out, or ask for the same again to continue it.',
  'run.folderTaken': 'The folder {folder} already holds other files ({example}). Give a new or an empty folder with --out.',
  'run.unreadableRequest': 'The file {path} is not a request that this version of Phonolite understands ({reason}). Give another folder with --out.',
  'run.locked': 'Another run (process {pid}, since {since}) is working in {folder}. Wait for it or stop it, or give another --out.',
  'run.workerEnded': 'A worker thread ended twice on the same task of the stage "{stage}" ({reason}). If memory is short, use fewer --threads; the same command continues the run.',
  'run.engineEnded': 'The compute process ended before the run was finished ({reason}). What was computed is kept: the same command continues the run.',
  'run.internal': 'Phonolite met a condition it did not expect: {detail}. What was computed is kept; the details are in {log}.',
  'run.propertyFailed': 'The property {property} could not be computed: {reason}',
  'run.notARun': '{folder} is not a run folder: it has no readable {file}. Give the folder that --out of "phonolite run" made.',
  'run.unfinished': 'The run in {folder} is not finished: it has no result yet. Give its command again to continue it.',
  'run.resumed': 'The run goes on where it stopped: {count} finished tasks were kept.',
  'evaluate.out': 'The name of the output must end in .json or .extxyz, not "{value}".',
  'report.format': 'There is no report format "{value}". Choose html, pdf or csv with --format.',
  'command.later': '"phonolite {command}" comes with {with}, which this version does not have yet.',
  'command.benchCheckout': '"phonolite bench" needs the checkout with test/benchmarks: there, run "npm run bench -- properties".',
  'storage.full': 'The disk is full: {path} could not be written. Free some space and give the same command again.',
  'storage.denied': 'There is no permission to use {path}. Choose another place or change its permissions.',
  'storage.readOnly': '{path} lies on a read-only file system. Choose another place.',
  'storage.notFolder': 'A part of {path} is a file where a folder is needed. Choose another place.',
  'storage.isFolder': '{path} is a folder where a file is needed. Name a file.',
  'storage.missing': '{path} cannot be found. Check the name.',
  'storage.nameTooLong': 'The name {path} is longer than the file system allows. Choose a shorter one.',
  'storage.failed': '{path} cannot be used: the system answers {reason}. Choose another place.',
} as const;

export type MessageCode = keyof typeof templates;

function shown(value: string | number | Quantity): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  const number = typeof value.value === 'number' ? String(Number(value.value.toPrecision(6))) : JSON.stringify(value.value);
  return value.unit === '' ? number : `${number} ${value.unit}`;
}

/** Fills the template of `code`. A missing value is a mistake of ours and throws. */
export function message(code: MessageCode, values: Message['values'] = {}): Message {
  const sentence = templates[code].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`message ${code} lacks the value "${name}"`);
    return shown(value);
  });
  return { code, values, sentence };
}

/**
 * Bad input, bad usage or an impossible request: something the user can change. The command line exits with 2.
 * Anything else that is thrown is a mistake of ours.
 */
export class Refusal extends Error {
  readonly detail: Message;
  constructor(detail: Message) {
    super(detail.sentence);
    this.name = 'Refusal';
    this.detail = detail;
  }
}

/** Shorthand for the common `throw new Refusal(message(code, values))`. */
export function refuse(code: MessageCode, values: Message['values'] = {}): never {
  throw new Refusal(message(code, values));
}
