/** Files on their way into the project: each is looked at by the program, and kept only when a person says so. */
import { computed, ref, shallowReactive, type ComputedRef, type Ref } from 'vue';
import { readExperimentCsv } from '../../core/contracts/experiment-csv.ts';
import type { BroughtFile, PotentialInspection, StructureInspection } from '../../core/contracts/library.ts';
import { Refusal } from '../../core/contracts/messages.ts';
import type { Experiment } from '../../core/contracts/report.ts';
import type { Api } from '../bridge/api.ts';
import { words as frame } from '../words/application.ts';
import { words } from '../words/materials.ts';

/** What a file turned out to be. */
export type Found =
  | { readonly kind: 'reading' }
  | { readonly kind: 'structure'; readonly inspection: StructureInspection }
  | { readonly kind: 'potential'; readonly inspection: PotentialInspection; readonly files: readonly BroughtFile[] }
  /** A potential whose files leave the units open. */
  | { readonly kind: 'units'; readonly files: readonly BroughtFile[]; readonly sentence: string }
  | { readonly kind: 'points'; readonly experiment: Experiment }
  | { readonly kind: 'refused'; readonly sentence: string };

export interface ImportItem {
  readonly key: number;
  /** Of the file, or of the folder that holds the files. */
  readonly file: string;
  readonly files: readonly BroughtFile[];
  found: Found;
  /** What it will be called in the library. */
  name: string;
  tolerance: number;
  units: string | null;
  /** Looking at another frame, or with other units. */
  busy: boolean;
  /** Why it could not be kept, or looked at anew. */
  problem: string | null;
  /** Where it is since it was imported. */
  kept: { readonly kind: 'material' | 'potential'; readonly id: string; readonly name: string } | null;
}

/** Å: as exact as published files are; the scan says where another value would find another group. */
export const startTolerance = 1e-4;

export interface ImportDesk {
  readonly items: readonly ImportItem[];
  readonly chosen: Ref<number | null>;
  readonly current: ComputedRef<ImportItem | null>;
  /** Understood, not yet kept, and not in the library already. */
  readonly fresh: ComputedRef<readonly ImportItem[]>;
  readonly reading: ComputedRef<boolean>;
  take(files: readonly BroughtFile[]): void;
  look(item: ImportItem, frame: number): Promise<void>;
  useUnits(item: ImportItem, units: string): Promise<void>;
  keep(item: ImportItem): Promise<boolean>;
  remove(item: ImportItem): void;
  clear(): void;
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : frame.problem.unknown);
const codeOf = (error: unknown): string => (error instanceof Refusal ? error.detail.code : '');
/** `MgO` of `folder/MgO.cif`. */
const stem = (file: string): string => (file.split('/').at(-1) ?? file).replace(/\.[A-Za-z0-9]{1,8}$/, '') || file;

/** Files of one dropped folder belong together where it holds a potential of several files; all others stand for themselves. */
function grouped(files: readonly BroughtFile[]): { file: string; files: BroughtFile[] }[] {
  const folders = new Map<string, BroughtFile[]>();
  const alone: { file: string; files: BroughtFile[] }[] = [];
  for (const file of files) {
    const [top, ...rest] = file.name.split('/');
    if (rest.length === 0) alone.push({ file: file.name, files: [file] });
    else folders.set(top!, [...(folders.get(top!) ?? []), file]);
  }
  const together = [...folders].flatMap(([folder, inside]) =>
    (inside.some(({ name }) => name.endsWith('/input.nn')) ? [{ file: folder, files: inside }] : inside.map((file) => ({ file: file.name, files: [file] }))));
  return [...alone, ...together];
}

export function useImportDesk(api: Api): ImportDesk {
  const items = shallowReactive<ImportItem[]>([]);
  const chosen = ref<number | null>(null);
  let serial = 0;
  /** One after the other: the program answers in turn anyway, and what comes first is shown first. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.catch(() => undefined).then(work);
    turn = mine;
    return mine;
  };
  const optionsOf = ({ units }: ImportItem): Record<string, string> => (units === null ? {} : { units });
  const nameOf = (item: ImportItem, proposal: string): string => item.name.trim().slice(0, 200) || proposal.slice(0, 200);

  /** As a structure first; what is none may be a potential, or points that someone measured. */
  async function discover(item: ImportItem): Promise<Found> {
    const [first] = item.files;
    let refusal = '';
    if (item.files.length === 1) {
      try {
        return { kind: 'structure', inspection: await api.call('materials.inspect', { file: first!, frame: 1, tolerance: item.tolerance }) };
      } catch (error) {
        refusal = sentenceOf(error);
        // A broken structure is a structure: only what no reader recognised is looked at in other ways.
        if (!['files.unknownFormat', 'files.foreignFormat'].includes(codeOf(error))) return { kind: 'refused', sentence: refusal };
      }
      const points = pointsIn(first!);
      if (points) return points;
    }
    const potential = await asPotential(item, item.files);
    // A description may name tables that were brought beside it.
    if (potential.code === 'potential.table') {
      const others = items.filter((other) => other !== item && other.files.length === 1 && !other.kept).flatMap(({ files }) => files);
      const joined = await asPotential(item, [...item.files, ...others]);
      if (joined.found.kind !== 'refused') return joined.found;
    }
    return potential.code === 'potential.unrecognised' && refusal !== '' ? { kind: 'refused', sentence: refusal } : potential.found;
  }

  async function asPotential(item: ImportItem, files: readonly BroughtFile[]): Promise<{ found: Found; code: string }> {
    try {
      const inspection = await api.call('potentials.inspect', { files: [...files], options: optionsOf(item), name: nameOf(item, stem(item.file)) });
      return { found: { kind: 'potential', inspection, files }, code: '' };
    } catch (error) {
      const code = codeOf(error);
      const found: Found = code === 'n2p2.unitsAmbiguous' ? { kind: 'units', files, sentence: sentenceOf(error) } : { kind: 'refused', sentence: sentenceOf(error) };
      return { found, code };
    }
  }

  /** Null where the file does not even say that it holds measured points. */
  function pointsIn(file: BroughtFile): Found | null {
    const text = new TextDecoder().decode(file.bytes.subarray(0, 2_000_001));
    if (!/^\s*#\s*property\s*:/im.test(text)) return null;
    try {
      return { kind: 'points', experiment: readExperimentCsv(file.name, text) };
    } catch (error) {
      return { kind: 'refused', sentence: sentenceOf(error) };
    }
  }

  function settle(item: ImportItem, found: Found): void {
    item.found = found;
    if (item.name !== '') return;
    if (found.kind === 'structure') {
      const { title, crystal, frames } = found.inspection;
      const proposal = item.file === frame.pasted ? crystal.facts.formula : frames > 1 ? words.import.ofTrajectory(stem(item.file), found.inspection.frame) : stem(item.file);
      item.name = (title !== null && title.trim() !== '' && title.length < 60 && frames === 1 ? title.trim() : proposal).slice(0, 200);
    } else if (found.kind === 'potential') item.name = (found.inspection.card.title || stem(item.file)).slice(0, 200);
  }

  return {
    items, chosen,
    current: computed(() => items.find(({ key }) => key === chosen.value) ?? null),
    fresh: computed(() => items.filter(({ found, kept, busy }) => !kept && !busy && ((found.kind === 'structure' && found.inspection.duplicates.length === 0) || (found.kind === 'potential' && found.inspection.duplicate === null)))),
    reading: computed(() => items.some(({ found, busy }) => found.kind === 'reading' || busy)),
    take: (files) => {
      for (const { file, files: inside } of grouped(files)) {
        const item = shallowReactive<ImportItem>({ key: ++serial, file, files: inside, found: { kind: 'reading' }, name: '', tolerance: startTolerance, units: null, busy: false, problem: null, kept: null });
        items.push(item);
        chosen.value ??= item.key;
        void inTurn(() => discover(item)).then((found) => { settle(item, found); });
      }
    },
    look: async (item, number) => {
      if (item.found.kind !== 'structure') return;
      item.busy = true;
      item.problem = null;
      try {
        const before = words.import.ofTrajectory(stem(item.file), item.found.inspection.frame);
        const inspection = await inTurn(() => api.call('materials.inspect', { file: item.files[0]!, frame: number, tolerance: item.tolerance }));
        item.found = { kind: 'structure', inspection };
        if (item.name === before) item.name = words.import.ofTrajectory(stem(item.file), inspection.frame);
      } catch (error) {
        item.problem = sentenceOf(error);
      }
      item.busy = false;
    },
    useUnits: async (item, units) => {
      if (item.found.kind !== 'units' && item.found.kind !== 'potential') return;
      const { files } = item.found;
      item.units = units;
      item.busy = true;
      settle(item, (await inTurn(() => asPotential(item, files))).found);
      item.busy = false;
    },
    keep: async (item) => {
      const { found, tolerance } = item;
      item.problem = null;
      item.busy = true;
      try {
        if (found.kind === 'structure') {
          const { id, name } = await inTurn(() => api.call('materials.import', { file: item.files[0]!, frame: found.inspection.frame, tolerance, name: item.name.trim() }));
          item.kept = { kind: 'material', id, name };
        } else if (found.kind === 'potential') {
          const { id, card } = await inTurn(() => api.call('potentials.import', { files: [...found.files], options: optionsOf(item), name: item.name.trim() }));
          item.kept = { kind: 'potential', id, name: card.name };
        }
      } catch (error) {
        item.problem = sentenceOf(error);
      }
      item.busy = false;
      return item.kept !== null;
    },
    remove: (item) => {
      const at = items.indexOf(item);
      items.splice(at, 1);
      if (chosen.value === item.key) chosen.value = (items[at] ?? items.at(-1))?.key ?? null;
    },
    clear: () => {
      items.splice(0);
      chosen.value = null;
    },
  };
}
