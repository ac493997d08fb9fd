/**
 * What would happen if a run were started now: what stands in its way, what must be known, its steps, its settings, and
 * what it will take. Nothing is computed at length: one evaluation, a relaxation where it is cheap, and timed samples of
 * the work (`measure`, from a host with a clock).
 */
import { message, Refusal } from '../contracts/messages.ts';
import type { RunPlan } from '../contracts/plan.ts';
import { quantityOf, type Message } from '../contracts/quantity.ts';
import type { PropertyName } from '../contracts/results.ts';
import type { Structure } from '../contracts/structure.ts';
import type { Crystal } from '../crystal/crystal.ts';
import { cellVolume, strained } from '../crystal/structure.ts';
import { symmetryOf } from '../crystal/symmetry.ts';
import { relaxTask } from '../dynamics/relax.ts';
import { identity3 } from '../math/matrix3.ts';
import { stressTensor } from '../math/voigt.ts';
import { shortRange } from '../phonons/short-range.ts';
import { partsOf, type Evaluator, type Potential } from '../potential/potential.ts';
import type { Judgement } from '../potential/fit.ts';
import { halfRangeParts } from '../properties/elasticity.ts';
import { linearAmplitudes, keptBy } from '../properties/linear-range.ts';
import { relaxationTask } from '../properties/relaxation-task.ts';
import { stressFrom } from '../properties/relaxation.ts';
import { resolveSettings, settingProblems, type Accuracy, type Settings } from '../properties/settings.ts';
import { curvatureProperties, kinksIn } from '../properties/smoothness.ts';
import { crystalOf } from './check.ts';
import { estimateOf, processorSeconds, type Share, type Speeds } from './estimate.ts';
import { probesOf, type Probe } from './probes.ts';
import { propertiesInOrder } from './request.ts';
import { workloadOf, type Prospect, type Range, type Workload } from './workload.ts';

export interface PlanWish {
  readonly structure: Structure | null;
  /** What the user calls it. */
  readonly name: string;
  readonly potential: Potential | null;
  /** Why there is no structure or no potential. */
  readonly missing: readonly Message[];
  readonly properties: readonly PropertyName[];
  readonly accuracy: Accuracy;
  /** As text, as they were typed. */
  readonly settings: Readonly<Record<string, string>>;
  readonly threads: number;
  /** MiB */
  readonly memoryLimit: number;
  readonly fit: Judgement | null;
}

/** Times probes; keeps what it knows from before. */
export type Measure = (probes: readonly Probe[], potential: Potential) => Speeds;

/** Seconds of one evaluation up to which the relaxation is tried beforehand, and the most steps of it. */
const cheapEvaluation = 0.0025, fewSteps = 60;
/** Of the given volume, either way: farther than any potential that is meant for a crystal would take it. */
const mostChange = 1.6;

export function planRun(wish: PlanWish, measure: Measure): RunPlan {
  return detailedPlan(wish, measure).plan;
}

/** With what the estimate was made from. */
export function detailedPlan(wish: PlanWish, measure: Measure): { readonly plan: RunPlan; readonly shares: readonly Share[]; readonly processor: Range | null } {
  const { usable, problems } = settingProblems(wish.accuracy, wish.settings);
  const settings = resolveSettings(wish.accuracy, usable);
  const blockers: Message[] = [...wish.missing, ...problems];
  const nothing = (): ReturnType<typeof detailedPlan> => ({ plan: { blockers, cautions: [], steps: [], settings: settings.entries(), estimate: null }, shares: [], processor: null });
  const { structure, potential } = wish;
  if (!structure || !potential) return nothing();

  const attempt = <T>(work: () => T): T | null => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      blockers.push(error.detail);
      return null;
    }
  };
  const start = attempt(() => crystalOf(structure, potential, settings, wish.name).crystal);
  if (!start) return nothing();
  const evaluator = attempt(() => tried(start, potential));
  if (!evaluator) return nothing();
  const impossible = impossibleOf(start, potential, settings, wish.properties);
  blockers.push(...impossible.messages);
  const properties = propertiesInOrder(wish.properties.filter((name) => !impossible.properties.has(name)));

  const vibrations = !impossible.properties.has('phonons');
  const speeds = measure(probesOf(start, potential, evaluator, vibrations), potential);
  const prospect = prospectOf(start, potential, evaluator, settings, (speeds.evaluation ?? Infinity) <= cheapEvaluation);
  const workload = workloadOf(prospect, potential, settings, properties);
  const shares: Share[] = [{ workload, speeds, times: 1, sharedBy: sharedBy(potential, workload) }, ...membersOf(start, potential, workload, measure, vibrations)];
  const { card } = potential;
  const size = {
    cutoff: card.cutoff ?? 0, density: start.structure.species.length / cellVolume(start.structure.cell), lists: Math.max(1, partsOf(potential).filter(({ interactionRange }) => interactionRange !== null).length),
    longRange: partsOf(potential).some(({ interactionRange }) => interactionRange === null),
  };
  const estimate = estimateOf(shares, size, wish.threads, properties);
  if (estimate.memory > wish.memoryLimit) blockers.push(message('plan.memory', { needed: estimate.memory, limit: wish.memoryLimit, threads: wish.threads }));
  return {
    plan: { blockers, cautions: cautionsOf(wish.fit, potential, properties), steps: stepsOf(workload, potential, settings, properties), settings: settings.entries(), estimate },
    shares,
    processor: processorSeconds(shares, wish.threads),
  };
}

/** One evaluation, as the first of the run: what it refuses would end the run at once. */
function tried({ structure }: Crystal, potential: Potential): Evaluator {
  const evaluator = potential.bind(structure);
  const { energy } = evaluator.evaluate(structure.positions, structure.cell, { forces: true, stress: true });
  if (!Number.isFinite(energy)) throw new Refusal(message('potential.notFinite', { atoms: structure.species.length }));
  return evaluator;
}

const propertyWords: Readonly<Record<PropertyName, string>> = { relaxation: 'relaxation', eos: 'the equation of state', elasticity: 'elastic constants', phonons: 'phonons', expansion: 'thermal expansion' };
const listed = (names: readonly string[]): string => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`);

/** Properties that the potential refuses whatever the crystal does. */
function impossibleOf({ symmetry }: Crystal, potential: Potential, settings: Settings, wanted: readonly PropertyName[]): { properties: Set<PropertyName>; messages: Message[] } {
  const properties = new Set<PropertyName>(), messages: Message[] = [];
  const without = (names: readonly PropertyName[], tell: (properties: string) => Message): void => {
    const asked = names.filter((name) => wanted.includes(name) && !properties.has(name));
    for (const name of names) properties.add(name);
    if (asked.length > 0) messages.push(tell(listed(asked.map((name) => propertyWords[name]))));
  };
  const kinks = kinksIn(potential);
  if (kinks.length > 0) without(curvatureProperties, (names) => message('plan.kinked', { kinks: kinks.join('; '), properties: names }));
  try {
    shortRange(potential);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    without(['phonons', 'expansion'], (names) => message('plan.noPhonons', { part: String(error.detail.values['part'] ?? ''), properties: names }));
  }
  const form = settings.get('expansion.form');
  const uniaxial = ['tetragonal', 'trigonal', 'hexagonal'].includes(symmetry.crystalSystem);
  if (wanted.includes('expansion') && !properties.has('expansion') && uniaxial && form !== 'birch-murnaghan' && form !== 'poirier-tarantola') {
    properties.add('expansion');
    messages.push(message('expansion.gridForm', { value: form, key: 'expansion.form' }));
  }
  return { properties, messages };
}

/** Where the run will be: relaxed, where trying it costs next to nothing. */
function prospectOf(start: Crystal, potential: Potential, evaluator: Evaluator, settings: Settings, cheap: boolean): Prospect {
  let crystal = start, relaxation: number | null = null;
  if (cheap) {
    const requested = stressFrom(settings);
    const operations = keptBy(start.symmetry.operations, stressTensor(requested));
    const { input } = relaxationTask(settings, { structure: start.structure, operations, constraint: settings.get('relaxation.constraint'), stress: requested });
    try {
      const outcome = relaxTask({ ...input, maxSteps: Math.min(input.maxSteps, fewSteps) }, within(potential, cellVolume(start.structure.cell)));
      if (outcome.converged) {
        relaxation = outcome.evaluations;
        const whole = operations.count === start.symmetry.operations.count;
        crystal = { structure: outcome.structure, symmetry: whole ? start.symmetry : symmetryOf(outcome.structure, settings.get('symmetry.tolerance'), 'the relaxed structure') };
      }
    } catch (error) {
      // What the run will say about it in its own place.
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return { crystal, relaxation, bulkModulus: bulkModulusOf(crystal.structure, evaluator) };
}

/**
 * The potential, but no answer far from the given volume: one that does not hold the crystal would fold it up, and every
 * step would have more neighbours to look at than the one before.
 */
function within(potential: Potential, volume: number): Potential {
  return {
    ...potential,
    bind: (structure) => {
      const evaluator = potential.bind(structure);
      return {
        evaluate: (positions, cell, want) => {
          const ratio = cellVolume(cell) / volume;
          if (ratio < 1 / mostChange || ratio > mostChange) throw new Refusal(message('relaxation.start', { title: structure.title ?? '' }));
          return evaluator.evaluate(positions, cell, want);
        },
      };
    },
  };
}

/** −V dp/dV by a central difference over ±1 %, ions where they are: eV/Å³. */
function bulkModulusOf(structure: Structure, evaluator: Evaluator): number | null {
  const pressureAt = (ratio: number): number => {
    const { positions, cell } = strained(structure, identity3().map((value) => Math.cbrt(ratio) * value));
    const { stress } = evaluator.evaluate(positions, cell, { stress: true });
    return stress ? -(stress[0]! + stress[1]! + stress[2]!) / 3 : Number.NaN;
  };
  try {
    const modulus = -(pressureAt(1.01) - pressureAt(0.99)) / 0.02;
    return modulus > 0 ? modulus : null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** Every member repeats the work; they differ in their numbers only. */
function membersOf(start: Crystal, potential: Potential, workload: Workload, measure: Measure, vibrations: boolean): Share[] {
  const [member] = potential.members ?? [];
  if (!member || !potential.members) return [];
  return [{ workload, speeds: measure(probesOf(start, member, tried(start, member), vibrations), member), times: potential.members.length, sharedBy: sharedBy(member, workload) }];
}

/** Idle threads help with the atoms of large cells. */
function sharedBy(potential: Potential, { counts }: Workload): Share['sharedBy'] {
  return { evaluation: potential.sharedBy?.(counts.atoms) ?? 1, displaced: potential.sharedBy?.(counts.supercell) ?? 1 };
}

function cautionsOf(fit: Judgement | null, potential: Potential, properties: readonly PropertyName[]): Message[] {
  const vibrating = properties.includes('phonons') || properties.includes('expansion');
  const { card } = potential;
  return [
    ...(fit?.reasons ?? []).filter(({ code }) => !code.startsWith('fit.good.') && (vibrating || code !== 'fit.caution.noCharges')),
    ...(potential.members ? [] : [message('plan.single')]),
    ...card.limits.map((text) => message('plan.card', { text })),
    message('plan.notShown', { text: card.notShown }),
  ];
}

const relaxedParts: Readonly<Record<string, string>> = { full: 'its size and shape', 'fixed-shape': 'its size alone', 'fixed-volume': 'its shape alone', 'fixed-cell': 'held as it is' };

function stepsOf({ counts, stages }: Workload, potential: Potential, settings: Settings, properties: readonly PropertyName[]): RunPlan['steps'] {
  const steps: RunPlan['steps'] = [];
  const tell = (property: PropertyName, told: Message): void => { steps.push({ property, message: told }); };
  const has = (name: PropertyName): boolean => properties.includes(name);
  tell('relaxation', message('plan.step.relaxation', { atoms: counts.atoms, what: relaxedParts[settings.get('relaxation.constraint')]!, pressure: quantityOf(settings.get('pressure'), 'GPa') }));
  if (has('eos')) tell('eos', message('plan.step.eos', { volumes: settings.get('eos.points'), range: quantityOf(Number((100 * settings.get('eos.range')).toPrecision(6)), '%') }));
  if (has('elasticity')) {
    tell('elasticity', message('plan.step.elasticity', { strains: counts.strains, displacements: counts.shifts, relaxed: counts.strains * linearAmplitudes(settings).length, volumes: halfRangeParts.length }));
  }
  if (has('phonons')) {
    tell('phonons', counts.displacements > 0 ? message('plan.step.phonons', { displacements: counts.displacements, atoms: counts.supercell }) : message('plan.step.phononsAnalytic'));
    tell('phonons', message('plan.step.modes', { bands: counts.bandPoints, dos: counts.dosPoints, thermal: counts.thermalPoints, temperatures: counts.temperatures }));
  }
  if (has('expansion')) {
    const [begun, most] = counts.cells;
    const grid = stages.some(({ name }) => name === 'Shapes');
    const first = stages.find(({ property, name }) => property === 'expansion' && name === (grid ? 'Cells' : 'Volumes'))!.tasks[0];
    tell('expansion', message(grid ? 'plan.step.expansionGrid' : 'plan.step.expansion', { temperature: quantityOf(settings.get('temperature.maximum'), 'K'), cells: first }));
    if (most > first) tell('expansion', message('plan.step.extended', { more: most - Math.min(begun, first) }));
    tell('expansion', message('plan.step.grueneisen', { cells: counts.strainedCells }));
  }
  if (potential.members) tell(properties.at(-1)!, message('plan.step.committee', { members: potential.members.length }));
  return steps;
}
