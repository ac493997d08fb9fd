/**
 * What a host asks of the physics before and after a run: pure answers on plain data, given by a process of their own, so
 * that no file a person brings can hold up a window or end it. Each is a function `(input) -> answer`; what it refuses is
 * thrown as a `Refusal`.
 */
import { createHash } from 'node:crypto';
import type { PotentialCard, PotentialSource } from '../../core/contracts/card.ts';
import type { BroughtFile, CellChoice, CrystalFacts, ShownCrystal, StructureInspection, ToleranceScan } from '../../core/contracts/library.ts';
import { refuse, Refusal } from '../../core/contracts/messages.ts';
import type { RunFile } from '../../core/contracts/project.ts';
import type { Message, VerdictState } from '../../core/contracts/quantity.ts';
import type { ReportDocument, ReportSection } from '../../core/contracts/report.ts';
import type { RunRequest } from '../../core/contracts/request.ts';
import type { PropertyName } from '../../core/contracts/results.ts';
import { structureFromJson, structureToJson, type Structure, type StructureJson } from '../../core/contracts/structure.ts';
import {
  crystalFacts, crystalKey, cutCell, keyFiguresOf, listedSymmetryOf, loadPotential, potentialHash, prototypeCrystal, readStructures, structureHash, titleOf, toleranceScan, worstState, writeCif, writeExtendedXyz, writePoscar,
} from '../../core/index.ts';
import { csvBundleOf, htmlOf, readResult, reportDocumentOfRun } from '../services/reports.ts';
import { requestOf, type RunInput } from '../services/requests.ts';
import { fitPotentials, planRun } from './judging.ts';

export interface InspectInput { readonly file: BroughtFile; readonly frame: number; readonly tolerance: number }
/** What is shown, and what is kept where it is imported. */
export interface Inspected { readonly inspection: Omit<StructureInspection, 'duplicates'>; readonly structure: StructureJson }

function inspectStructure({ file, frame, tolerance }: InspectInput): Inspected {
  const { format, structures, notes } = readStructures(file.bytes, file.name);
  const structure = structures[frame - 1];
  if (!structure) return refuse('library.frame', { file: file.name, frame, frames: structures.length });
  const { facts, reason } = asItIs(structure, tolerance, file.name);
  const json = structureToJson(structure);
  return {
    structure: json,
    inspection: {
      file: file.name, format, sha256: createHash('sha256').update(file.bytes).digest('hex'), frames: structures.length, frame, title: structure.title ?? null,
      hash: structureHash(structure), crystal: { facts, structure: json }, scan: toleranceScan(structure, file.name), notes: [...notes, ...(reason ? [reason] : [])],
    },
  };
}

/** A structure in its own cell. Where no space group is found the rest is said all the same, and the reason. */
function asItIs(structure: Structure, tolerance: number, name: string): { readonly facts: CrystalFacts; readonly reason: Message | null } {
  try {
    return { facts: crystalFacts(structure, cutCell(structure, { cell: 'input', repeat: [1, 1, 1], tolerance }, name).symmetry), reason: null };
  } catch (error) {
    if (!(error instanceof Refusal) || (error.detail.code !== 'symmetry.notFound' && error.detail.code !== 'symmetry.tooMany')) throw error;
    return { facts: crystalFacts(structure, null), reason: error.detail };
  }
}

export interface ShowInput { readonly structure: StructureJson; readonly name: string; readonly choice: CellChoice }

/** The crystal in another cell, with the matrix that leads there and its hash. */
function showCrystal({ structure: json, name, choice }: ShowInput): ShownCrystal & { readonly matrix: number[]; readonly hash: string } {
  const structure = structureFromJson(json);
  if (isAsItIs(choice)) return { facts: asItIs(structure, choice.tolerance, name).facts, structure: json, matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], hash: structureHash(structure) };
  const cut = cutCell(structure, choice, name);
  return { facts: crystalFacts(cut.structure, cut.symmetry), structure: structureToJson(cut.structure), matrix: Array.from(cut.matrix), hash: structureHash(cut.structure) };
}

/** The cell that a structure came in, once. */
export const isAsItIs = ({ cell, repeat }: CellChoice): boolean => cell === 'input' && repeat.every((count) => count === 1);

/** What is said of a structure in its own cell: it need not come back. */
function describeCrystal({ structure, name, tolerance }: { readonly structure: StructureJson; readonly name: string; readonly tolerance: number }): CrystalFacts {
  return asItIs(structureFromJson(structure), tolerance, name).facts;
}

function scanTolerances({ structure, name }: { readonly structure: StructureJson; readonly name: string }): ToleranceScan {
  return toleranceScan(structureFromJson(structure), name);
}

export interface PrototypeInput { readonly prototype: string; readonly elements: readonly string[]; readonly parameters: Readonly<Record<string, number>> }

/** A crystal from a prototype, with every parameter that it has and its hash. */
function makePrototype({ prototype, elements, parameters: given }: PrototypeInput): ShownCrystal & { readonly parameters: Record<string, number>; readonly hash: string } {
  const { structure, parameters } = prototypeCrystal(prototype, elements, given);
  return { facts: asItIs(structure, prototypeTolerance, prototype).facts, structure: structureToJson(structure), parameters, hash: structureHash(structure) };
}
/** Å: far above rounding, far below what a parameter is given to. */
const prototypeTolerance = 1e-4;

export interface WriteInput { readonly structure: StructureJson; readonly name: string; readonly format: 'cif' | 'poscar' | 'extxyz'; readonly tolerance: number }

function writeStructure({ structure: json, name, format, tolerance }: WriteInput): string {
  const structure = structureFromJson(json);
  if (format === 'extxyz') return writeExtendedXyz([{ structure }]);
  if (format === 'poscar') return writePoscar(structure);
  return writeCif(structure, listedSymmetryOf(structure, tolerance, name) ?? undefined);
}

function readPotential({ source }: { readonly source: PotentialSource }): { readonly card: PotentialCard; readonly hash: string } {
  return { card: loadPotential(source).card, hash: potentialHash(source) };
}

function prepareRun({ input }: { readonly input: Omit<RunInput, 'structure'> & { readonly structure: StructureJson } }): RunRequest {
  return requestOf({ ...input, structure: structureFromJson(input.structure) });
}

export interface RunAnswer extends Pick<RunFile, 'verdicts' | 'figures' | 'crystal' | 'accuracy' | 'threads'> {
  readonly verdict: VerdictState;
  /** What the result is about, for a run that nobody has given a title. */
  readonly title: string;
  readonly formula: string;
  readonly spaceGroup: string;
  readonly potential: Pick<RunFile['potential'], 'name' | 'hash'>;
  readonly properties: PropertyName[];
  readonly started: string;
  readonly finished: string;
}

/** What a list shows of a finished run. */
async function summariseRun({ folder }: { readonly folder: string }): Promise<RunAnswer> {
  const result = await readResult(folder);
  const { provenance, relaxation, material, failures } = result;
  const properties = (['relaxation', 'eos', 'elasticity', 'phonons', 'expansion'] as const).filter((name) => result[name] !== undefined || failures?.some(({ property }) => property === name));
  const states = properties.map((name) => [name, result[name]?.verdict.state ?? 'unreliable'] as const);
  return {
    title: titleOf(result), verdict: worstState(states.map(([, state]) => state)), verdicts: Object.fromEntries(states), figures: keyFiguresOf(result), crystal: crystalKey(result), formula: material.formula, spaceGroup: (relaxation?.spaceGroup ?? material.spaceGroup).symbol,
    potential: { name: result.potential.name, hash: provenance.potentialHash }, properties, accuracy: provenance.accuracy, threads: provenance.threads,
    started: provenance.started, finished: provenance.finished,
  };
}

export interface DocumentInput {
  readonly folder: string;
  /** The project's folder of measured points. */
  readonly measurements: string;
  readonly sections: readonly ReportSection[] | null;
}

async function documentOfRun({ folder, measurements, sections }: DocumentInput): Promise<ReportDocument> {
  const document = await reportDocumentOfRun(folder, measurements);
  return { ...document, ...(sections && { sections: [...sections] }) };
}

async function makeReportPage(input: DocumentInput): Promise<string> {
  return htmlOf(await documentOfRun(input));
}

async function makeTables({ folder }: { readonly folder: string }): Promise<Uint8Array> {
  return csvBundleOf(await readResult(folder));
}

/** Of a crystal along an imaginary mode of a run: the frame of `distorted.extxyz` that holds it. */
async function followMode({ folder, bytes, mode }: { readonly folder: string; readonly bytes: Uint8Array; readonly mode: number }): Promise<{ structure: StructureJson; q: number[]; mode: number; hash: string }> {
  const result = await readResult(folder);
  const wanted = result.phonons?.imaginary[mode];
  const frames = readStructures(bytes, 'distorted.extxyz').structures;
  const structure = wanted?.distorted === undefined ? undefined : frames[wanted.distorted];
  if (!wanted || !structure) return refuse('library.notFollowed', { mode: mode + 1, frames: frames.length });
  return { structure: structureToJson(structure), q: wanted.q, mode: wanted.mode, hash: structureHash(structure) };
}

export const questions = { inspectStructure, showCrystal, describeCrystal, scanTolerances, makePrototype, writeStructure, readPotential, fitPotentials, planRun, prepareRun, summariseRun, documentOfRun, makeReportPage, makeTables, followMode };

export type Questions = typeof questions;
export type Question = keyof Questions;
export type QuestionInput<Q extends Question> = Parameters<Questions[Q]>[0];
export type QuestionAnswer<Q extends Question> = Awaited<ReturnType<Questions[Q]>>;

export interface Asked<Q extends Question = Question> { readonly id: number; readonly question: Q; readonly input: QuestionInput<Q> }
export type Answered = { readonly id: number } & ({ readonly value: unknown } | { readonly refusal: Message } | { readonly error: string });
