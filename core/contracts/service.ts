import { z } from 'zod';
import { runCommand, runEvent } from './events.ts';
import { broughtFile, cellChoice, exampleMaterial, fileBytes, materialSummary, potentialInspection, potentialSummary, prototypeInfo, shownCrystal, structureInspection, toleranceScan } from './library.ts';
import { fit, runPlan, runWish } from './plan.ts';
import { itemId, journalEntry, materialFile, runFile, runState, trashFile, userSettings } from './project.ts';
import { message, verdictState } from './quantity.ts';
import { experiment, reportDocument, reportSection } from './report.ts';
import { runRequest } from './request.ts';
import type { MethodName } from './service-names.ts';

/**
 * Everything an interface can ask of the program, and everything that the program tells: the one surface between the
 * window and the machine. Electron's bridge, the loopback server and the tests carry exactly these; the services behind
 * them check every input against its schema.
 */

const nothing = z.strictObject({});
const done = z.null();
const ref = z.strictObject({ id: itemId });
const name = z.string().trim().min(1).max(200);

/** A file that is made for the user: the interface saves it where they say. */
export const madeFile = z.strictObject({ name: z.string(), type: z.string(), bytes: fileBytes });
export type MadeFile = z.infer<typeof madeFile>;

export const projectInfo = z.strictObject({
  folder: z.string(),
  name: z.string(),
  created: z.string(),
  materials: z.number().int(),
  potentials: z.number().int(),
  runs: z.number().int(),
  /** Runs whose computer went away; they can be resumed, looked at, or discarded. */
  interrupted: z.array(itemId),
  /** What was found and mended when the project was opened: a rebuilt catalogue, migrated files, folders that could not be read. */
  notices: z.array(message),
});
export type ProjectInfo = z.infer<typeof projectInfo>;

export const applicationState = z.strictObject({
  version: z.string(),
  host: z.enum(['electron', 'browser']),
  /** Why the window is a browser page, or another thing to know about this host; null where there is nothing to say. */
  hostNote: message.nullable(),
  platform: z.string(),
  processor: z.string(),
  cores: z.number().int(),
  /** MiB */
  machineMemory: z.number().int(),
  /** What computes, in one sentence. */
  device: message,
  /** Whether a PDF can be printed here; the reason where not. */
  printing: message.nullable(),
  settings: userSettings,
  /** The folder that a first start makes. */
  defaultProject: z.string(),
  project: projectInfo.nullable(),
  /** Why the project could not be opened. */
  problem: message.nullable(),
});
export type ApplicationState = z.infer<typeof applicationState>;

/** Where a run stands, beside what its `run.json` says. */
export const runSummary = z.strictObject({
  ...runFile.omit({ schema: true }).shape,
  progress: z.strictObject({ property: z.string(), stage: z.string(), done: z.number().int(), total: z.number().int(), remaining: z.tuple([z.number(), z.number()]).nullable() }).nullable(),
});
export type RunSummary = z.infer<typeof runSummary>;

export const runSearch = z.strictObject({
  text: z.string().max(200),
  states: z.array(runState),
  verdicts: z.array(verdictState),
  material: itemId.nullable(),
  potential: itemId.nullable(),
  order: z.enum(['newest', 'oldest', 'title', 'verdict']),
  offset: z.number().int().min(0),
  limit: z.number().int().min(1).max(500),
});
export type RunSearch = z.infer<typeof runSearch>;

export const runDetail = z.strictObject({
  summary: runSummary,
  /** Null where `request.json` was not written yet. */
  request: runRequest.nullable(),
  /** What the run has said so far, repeated progress left out. */
  events: z.array(runEvent),
  folder: z.string(),
});
export type RunDetail = z.infer<typeof runDetail>;

const method = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): { input: I; output: O } => ({ input, output });

export const methods = {
  'application.state': method(nothing, applicationState),
  'settings.change': method(userSettings.omit({ schema: true, recent: true, project: true }).partial(), userSettings),

  'project.open': method(z.strictObject({ /** absolute path */ folder: z.string().min(1).max(4000) }), projectInfo),
  /** Asks with the system's own dialog; null where the user thought better of it. Refused where the host has none. */
  'project.choose': method(nothing, projectInfo.nullable()),
  'project.rename': method(z.strictObject({ name }), projectInfo),
  'project.journal': method(z.strictObject({ limit: z.number().int().min(1).max(1000) }), z.array(journalEntry)),
  'project.rebuild': method(nothing, z.strictObject({ materials: z.number().int(), potentials: z.number().int(), runs: z.number().int(), problems: z.array(message) })),
  'trash.list': method(nothing, z.array(trashFile)),
  'trash.restore': method(ref, done),
  'trash.empty': method(nothing, z.strictObject({ removed: z.number().int() })),

  'materials.examples': method(nothing, z.array(exampleMaterial)),
  'materials.addExample': method(z.strictObject({ example: z.string().max(100) }), materialFile),
  'materials.list': method(nothing, z.array(materialSummary)),
  'materials.get': method(ref, materialFile),
  'materials.inspect': method(z.strictObject({ file: broughtFile, frame: z.number().int().min(1), tolerance: z.number() }), structureInspection),
  'materials.import': method(z.strictObject({ file: broughtFile, frame: z.number().int().min(1), tolerance: z.number(), name }), materialFile),
  'materials.prototypes': method(nothing, z.array(prototypeInfo)),
  'materials.tryPrototype': method(z.strictObject({ prototype: z.string().max(40), elements: z.array(z.string().max(3)).max(8), parameters: z.record(z.string().max(20), z.number()) }), shownCrystal),
  'materials.addPrototype': method(z.strictObject({ prototype: z.string().max(40), elements: z.array(z.string().max(3)).max(8), parameters: z.record(z.string().max(20), z.number()), name }), materialFile),
  'materials.show': method(z.strictObject({ id: itemId, choice: cellChoice }), shownCrystal),
  'materials.scan': method(ref, toleranceScan),
  /** Keeps another cell of a crystal as a crystal of its own. */
  'materials.addCell': method(z.strictObject({ id: itemId, choice: cellChoice, name }), materialFile),
  'materials.rename': method(z.strictObject({ id: itemId, name }), materialFile),
  'materials.export': method(z.strictObject({ id: itemId, format: z.enum(['cif', 'poscar', 'extxyz', 'original']) }), madeFile),
  'materials.remove': method(ref, trashFile),

  'potentials.list': method(nothing, z.array(potentialSummary)),
  'potentials.inspect': method(z.strictObject({ files: z.array(broughtFile).min(1).max(200), options: potentialSummary.shape.options, name }), potentialInspection),
  'potentials.import': method(z.strictObject({ files: z.array(broughtFile).min(1).max(200), options: potentialSummary.shape.options, name }), potentialSummary),
  'potentials.fits': method(z.strictObject({ material: itemId }), z.array(fit)),
  'potentials.rename': method(z.strictObject({ id: itemId, name }), potentialSummary),
  'potentials.remove': method(ref, trashFile),

  'runs.plan': method(runWish, runPlan),
  'runs.start': method(z.strictObject({ wish: runWish, title: name }), runSummary),
  'runs.search': method(runSearch, z.strictObject({ total: z.number().int(), rows: z.array(runSummary), milliseconds: z.number() })),
  'runs.get': method(ref, runDetail),
  'runs.command': method(z.strictObject({ id: itemId, command: runCommand }), done),
  /** Goes on with a run that was interrupted, stopped or failed; its finished tasks are kept. */
  'runs.resume': method(ref, runSummary),
  'runs.rename': method(z.strictObject({ id: itemId, title: name }), runSummary),
  'runs.remove': method(ref, trashFile),
  'runs.document': method(ref, reportDocument),
  /** The crystal distorted along an imaginary mode, relaxed downhill by whoever computes it next. */
  'runs.follow': method(z.strictObject({ id: itemId, mode: z.number().int().min(0) }), materialFile),

  'measurements.list': method(z.strictObject({ run: itemId }), z.array(z.strictObject({ id: itemId, experiment }))),
  'measurements.add': method(z.strictObject({ run: itemId, file: broughtFile }), z.strictObject({ id: itemId, experiment })),
  'measurements.remove': method(z.strictObject({ run: itemId, id: itemId }), trashFile),

  'reports.make': method(z.strictObject({ run: itemId, format: z.enum(['html', 'pdf', 'csv', 'recipe']), sections: z.array(reportSection).nullable() }), madeFile),
} as const satisfies Record<MethodName, { input: z.ZodType; output: z.ZodType }>;

export type Input<M extends MethodName> = z.input<(typeof methods)[M]['input']>;
export type CheckedInput<M extends MethodName> = z.output<(typeof methods)[M]['input']>;
export type Output<M extends MethodName> = z.output<(typeof methods)[M]['output']>;

/** What comes back over a boundary: a value, or the sentence why there is none. */
export type Answer<M extends MethodName = MethodName> = { readonly value: Output<M> } | { readonly refusal: z.infer<typeof message> } | { readonly failure: z.infer<typeof message> };

/** What the menu of the system asks of the window; the same can be had by keys and by the command palette. */
export const windowAction = z.enum(['search', 'import', 'prototype', 'new-run', 'details', 'keys', 'home', 'materials', 'potentials', 'runs', 'compare', 'settings']);
export type WindowAction = z.infer<typeof windowAction>;

/** What the program tells without being asked. */
export const serviceEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('run-event'), run: itemId, event: runEvent }),
  z.strictObject({ type: z.literal('run-changed'), run: runSummary }),
  z.strictObject({ type: z.literal('run-removed'), run: itemId }),
  z.strictObject({ type: z.literal('materials-changed') }),
  z.strictObject({ type: z.literal('potentials-changed') }),
  z.strictObject({ type: z.literal('measurements-changed') }),
  z.strictObject({ type: z.literal('settings-changed'), settings: userSettings }),
  z.strictObject({ type: z.literal('project-changed'), project: projectInfo.nullable(), problem: message.nullable() }),
  /** Files that the system handed over: opened with Phonolite, or given to a second start of it. */
  z.strictObject({ type: z.literal('files-brought'), files: z.array(broughtFile) }),
  z.strictObject({ type: z.literal('asked'), action: windowAction }),
]);
export type ServiceEvent = z.infer<typeof serviceEvent>;
