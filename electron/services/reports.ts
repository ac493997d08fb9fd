/** Reports of finished runs: the interactive page, its print, and all tables as CSV. What is measured comes from the program's own points and from those that people added. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { readExperimentCsv } from '../../core/contracts/experiment-csv.ts';
import { refuse } from '../../core/contracts/messages.ts';
import type { Experiment, ReportDocument } from '../../core/contracts/report.ts';
import { result as resultSchema, type Result } from '../../core/contracts/results.ts';
import { crystalKey, csvFilesOf, pointsPerSegment, reportDocumentOf, serialiseDocument } from '../../core/index.ts';
import { writeAtomic } from '../storage/atomic.ts';
import { withPath } from '../storage/failures.ts';
import { migrated } from '../storage/migrations.ts';
import { runFiles } from '../storage/run-folder.ts';
import { printToPdf } from './browser.ts';
import { reportTemplate, resources } from './layout.ts';

export type ReportFormat = 'html' | 'pdf' | 'csv';

/** Where the template waits for its document. */
const emptyBlock = '<script type="application/json" id="phonolite-document">null</script>';

/** The result of a run folder. Refused where there is none or where it does not follow the schema. */
export async function readResult(runFolder: string): Promise<Result> {
  const path = join(runFolder, runFiles.result);
  if (!existsSync(path)) {
    if (existsSync(join(runFolder, runFiles.request))) refuse('run.unfinished', { folder: runFolder });
    refuse('run.notARun', { folder: runFolder, file: runFiles.result });
  }
  const text = await withPath(path, () => readFile(path, 'utf8'));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    refuse('report.result', { file: path, place: 'JSON', problem: error instanceof Error ? error.message : String(error) });
  }
  const parsed = resultSchema.safeParse(migrated(json, path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return refuse('report.result', { file: path, place: issue?.path.join('.') ?? '', problem: issue?.message ?? 'it is not a result' });
}

/** `modes.bin`: f32 little-endian [point][mode][atom][xyz][re, im]; undefined where the run has none. */
async function readModes(runFolder: string, result: Result): Promise<Float32Array | undefined> {
  const path = join(runFolder, 'modes.bin');
  if (!result.phonons || !existsSync(path)) return undefined;
  const bytes = await withPath(path, () => readFile(path));
  const points = pointsPerSegment(result).reduce((sum, count) => sum + count, 0);
  const expected = points * 3 * result.material.atoms * result.material.atoms * 6 * 4;
  if (bytes.byteLength !== expected) refuse('report.modes', { file: path, found: bytes.byteLength, expected });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: expected / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

/** Measured points of a crystal, by file; empty where there are none. */
export async function readMeasurements(folder: string): Promise<{ readonly file: string; readonly experiment: Experiment }[]> {
  if (!existsSync(folder)) return [];
  const names = (await readdir(folder)).filter((name) => name.endsWith('.csv')).sort();
  return Promise.all(names.map(async (file) => ({ file, experiment: readExperimentCsv(file, await readFile(join(folder, file), 'utf8')) })));
}

/**
 * The report document of a run folder. Measured points of the same crystal: the bundled ones
 * (`resources/experiment/<crystal>/`) and those of `measurements`, a folder of the same form.
 */
export async function reportDocumentOfRun(runFolder: string, measurements: string | null = null): Promise<ReportDocument> {
  const result = await readResult(runFolder);
  const eigenvectors = await readModes(runFolder, result);
  const places = [join(resources, 'experiment'), ...(measurements === null ? [] : [measurements])];
  const measured = await Promise.all(places.map((place) => readMeasurements(join(place, crystalKey(result)))));
  return reportDocumentOf(result, { ...(eigenvectors && { eigenvectors }), experiments: measured.flat().map(({ experiment }) => experiment) });
}

/** The template with its one JSON block filled in. */
export function fillTemplate(template: string, document: ReportDocument): string {
  const at = template.indexOf(emptyBlock);
  if (at < 0) throw new Error('the report template has no place for a document');
  const block = emptyBlock.replace('null', () => serialiseDocument(document));
  return template.slice(0, at) + block + template.slice(at + emptyBlock.length);
}

/** One file that works offline: the result screens with the document inside. */
export async function htmlOf(document: ReportDocument): Promise<string> {
  if (!existsSync(reportTemplate)) refuse('program.notBuilt', { path: reportTemplate });
  return fillTemplate(await readFile(reportTemplate, 'utf8'), document);
}

/** Every table of a result in one zip archive. */
export function csvBundleOf(result: Result): Uint8Array {
  return zipSync(Object.fromEntries([...csvFilesOf(result)].map(([name, text]) => [name, strToU8(text)])));
}

/** Prints a report page through `print`, which is given the path of a file that is there until it returns. */
export async function pdfOf(html: string, print: (page: string) => Promise<Uint8Array> = printToPdf): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'phonolite-report-'));
  try {
    const page = join(folder, 'report.html');
    await writeFile(page, html);
    return await print(page);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Writes the report of a finished run to `outPath`: `html` one file that works offline, `pdf` its print through
 * Chromium, `csv` a zip archive with every table. What cannot be done is thrown as a `Refusal`, and nothing is written.
 */
export async function writeReport(runFolder: string, format: ReportFormat, outPath: string): Promise<void> {
  if (format === 'csv') return writeAtomic(outPath, csvBundleOf(await readResult(runFolder)));
  const html = await htmlOf(await reportDocumentOfRun(runFolder));
  return writeAtomic(outPath, format === 'html' ? html : await pdfOf(html));
}
