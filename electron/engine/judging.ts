/**
 * Questions before a run: which potentials fit a crystal, and what a run would do and take. What was found is kept as long
 * as this process lives, for a wizard asks the same again with every change.
 */
import type { PotentialSource } from '../../core/contracts/card.ts';
import { Refusal } from '../../core/contracts/messages.ts';
import type { Fit, RunPlan, RunWish } from '../../core/contracts/plan.ts';
import type { Message } from '../../core/contracts/quantity.ts';
import { structureFromJson, type StructureJson } from '../../core/contracts/structure.ts';
import { crystalFacts, cutCell, fitOf, loadPotential, planRun as plan, potentialHash, structureHash, type Judgement, type Potential, type Purpose, type Speeds } from '../../core/index.ts';
import { bundledMaterials, readStructureInput } from '../services/library.ts';
import { speedsOf } from './speed.ts';

/** A crystal as the library has it. */
export interface KnownCrystal {
  readonly structure: StructureJson;
  readonly name: string;
  readonly formula: string;
  /** Number of its space group; null where it does not repeat along all three vectors. */
  readonly spaceGroup: number | null;
}
export interface KnownPotential {
  readonly id: string;
  readonly source: PotentialSource;
}

/** The latest few of many: the oldest is forgotten. */
class Latest<T> {
  private readonly kept = new Map<string, T>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  get(key: string, make: () => T): T {
    const known = this.kept.get(key);
    const value = known ?? make();
    this.kept.delete(key);
    this.kept.set(key, value);
    const [oldest] = this.kept.keys();
    if (this.kept.size > this.most) this.kept.delete(oldest!);
    return value;
  }
}

const judgements = new Latest<Judgement>(1000);
const speeds = new Latest<Speeds>(100);
/** Potentials of networks hold megabytes, and compile their kernels when they are first used. */
const potentials = new Latest<Potential>(4);
/** Space groups of the bundled crystals. */
const groups = new Latest<number>(100);

function spaceGroupOf(example: string): number {
  return groups.get(example, () => {
    const [structure] = readStructureInput(example).structures;
    const cut = cutCell(structure!, { cell: 'input', repeat: [1, 1, 1], tolerance: 1e-4 }, example);
    return crystalFacts(cut.structure, cut.symmetry).spaceGroup?.number ?? 0;
  });
}

/** Which bundled crystals a bundled potential comes for. */
function purposeOf({ formula, spaceGroup }: KnownCrystal, potential: string): Purpose | null {
  const meant = bundledMaterials().filter(({ potentials: names }) => names.includes(potential));
  if (meant.length === 0) return null;
  const here = meant.find((example) => example.formula === formula && spaceGroupOf(example.name) === spaceGroup);
  return here ? { titles: [here.title], isThis: true } : { titles: meant.map(({ title }) => title), isThis: false };
}

function judge(crystal: KnownCrystal, { id, source }: KnownPotential): Judgement {
  const structure = structureFromJson(crystal.structure);
  const hash = potentialHash(source);
  return judgements.get(`${structureHash(structure)} ${hash} ${id}`, () => {
    try {
      return fitOf(structure, potentials.get(hash, () => loadPotential(source)), purposeOf(crystal, id));
    } catch (error) {
      // Its files were changed since they were brought.
      if (!(error instanceof Refusal)) throw error;
      return { state: 'unfit', reasons: [error.detail] };
    }
  });
}

export function fitPotentials({ crystal, potentials: asked }: { readonly crystal: KnownCrystal; readonly potentials: readonly KnownPotential[] }): Fit[] {
  return asked.map((potential) => ({ potential: potential.id, ...judge(crystal, potential) }));
}

export interface PlanInput extends Pick<RunWish, 'properties' | 'accuracy' | 'settings'> {
  readonly crystal: KnownCrystal | null;
  readonly potential: KnownPotential | null;
  /** Why one of them is missing. */
  readonly missing: readonly Message[];
  readonly threads: number;
  /** MiB that a run may take. */
  readonly memoryLimit: number;
}

export function planRun({ crystal, potential: known, missing, properties, accuracy, settings, threads, memoryLimit }: PlanInput): RunPlan {
  const problems = [...missing];
  const hash = known && potentialHash(known.source);
  let potential: Potential | null = null;
  try {
    potential = known && potentials.get(hash!, () => loadPotential(known.source));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    problems.push(error.detail);
  }
  const structure = crystal && structureFromJson(crystal.structure);
  const both = structure && `${structureHash(structure)} ${hash ?? ''}`;
  return plan(
    { structure, name: crystal?.name ?? '', potential, missing: problems, properties, accuracy, settings, threads, memoryLimit, fit: crystal && known && potential ? judge(crystal, known) : null },
    (probes, { card }) => speeds.get(`${both ?? ''} ${card.name} ${String(probes.length)}`, () => speedsOf(probes)),
  );
}
