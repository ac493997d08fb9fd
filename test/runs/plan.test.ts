/** What a run would do: counted work against the work of real runs, blockers, cautions, steps and settings. */
import { describe, expect, test } from 'vitest';
import type { RunPlan } from '../../core/contracts/plan.ts';
import type { PropertyName } from '../../core/contracts/results.ts';
import { structureToJson, type Structure } from '../../core/contracts/structure.ts';
import { committeePotential } from '../../core/potential/committee.ts';
import { fitOf } from '../../core/potential/fit.ts';
import type { Potential } from '../../core/potential/potential.ts';
import { resolveSettings, settingProblems } from '../../core/properties/settings.ts';
import { diskOf, memoryOf, processorSeconds, type Speeds } from '../../core/runs/estimate.ts';
import { detailedPlan, planRun, type PlanWish } from '../../core/runs/plan.ts';
import { runProperties } from '../../core/runs/runner.ts';
import { runTask } from '../../core/runs/task-kinds.ts';
import type { Task, TaskKind, TaskResult, Tasks } from '../../core/runs/tasks.ts';
import type { Range, Stage, WorkKind } from '../../core/runs/workload.ts';
import { speedsOf } from '../../electron/engine/speed.ts';
import { bundled, cubic, faceCentred, rockSalt, zincblende } from '../potential/models.ts';
import { gaussianFunctions, randomNeuralPotential } from '../potential/neural-models.ts';

const everything: PropertyName[] = ['eos', 'elasticity', 'phonons', 'expansion'];
const silicon = zincblende(5.431, 'Si', 'Si');
/** Lonsdaleite: silicon with the stacking of wurtzite, hexagonal, four atoms, one free parameter beside a and c. */
const hexagonal: Structure = {
  cell: Float64Array.of(3.84, 0, 0, -1.92, 3.3255, 0, 0, 0, 6.27), periodic: [true, true, true], species: ['Si', 'Si', 'Si', 'Si'],
  positions: Float64Array.of(0, 2.217, 0, 1.92, 1.1085, 3.135, 0, 2.217, 2.351, 1.92, 1.1085, 5.486),
};

/** Times of a machine on which every unit takes a microsecond. */
const evenSpeeds: Speeds = { evaluation: 1e-6, displaced: 1e-6, tail: 1e-6, matrix: 1e-6, frequencies: 1e-6, projections: 1e-6, meanSquare: 1e-6, bands: 1e-6, grueneisen: 1e-6, host: 1e-9 };

function wishOf(structure: Structure, potential: Potential | null, more: Partial<PlanWish> = {}): PlanWish {
  return { structure, name: 'the crystal', potential, missing: [], properties: everything, accuracy: 'quick', settings: {}, threads: 2, memoryLimit: 8000, fit: null, ...more };
}
const planOf = (structure: Structure, potential: Potential | null, more: Partial<PlanWish> = {}): RunPlan => planRun(wishOf(structure, potential, more), () => evenSpeeds);
const codes = (messages: readonly { code: string }[]): string[] => messages.map(({ code }) => code);

interface Done { tasks: number; units: Partial<Record<WorkKind, number>> }

/** Computes in place and counts what is computed. */
async function recorded(structure: Structure, potential: Potential, properties: readonly PropertyName[], settings: Record<string, string>): Promise<Map<string, Done>> {
  const done = new Map<string, Done>();
  const tasksOf = (property: PropertyName): Tasks => ({
    all: async <K extends TaskKind>(name: string, list: readonly Task<K>[]): Promise<TaskResult<K>[]> => {
      // Ranges of volumes are named after their size.
      const key = `${property} ${name.replace(/±.*/, '±').replace(/, member.*/, '')}`;
      const entry = done.get(key) ?? { tasks: 0, units: {} };
      const add = (kind: WorkKind, units: number): void => { entry.units[kind] = (entry.units[kind] ?? 0) + units; };
      entry.tasks += list.length;
      const results = list.map((task): TaskResult<K> => {
        const result = runTask(task.kind, task.input, potential, task.member);
        const input = task.input as { qpoints?: Float64Array; supercell?: Int32Array; directions?: Float64Array };
        if (task.kind === 'relax') add('evaluation', (result as TaskResult<'relax'>).evaluations);
        if (task.kind === 'strain') add('evaluation', 4);
        if (task.kind === 'evaluate') add('evaluation', 1);
        if (task.kind === 'modes' || task.kind === 'grueneisen') add(task.kind === 'modes' ? 'frequencies' : 'grueneisen', input.qpoints!.length / 3);
        if (task.kind === 'displace') add('displaced', input.directions!.length / 3);
        return result;
      });
      done.set(key, entry);
      return results;
    },
  });
  await runProperties(
    { schema: 'phonolite-request/1', structure: structureToJson(structure), structureName: 'x', notes: [], potential: { name: 'x', hash: '', files: [], options: {} }, properties: ['relaxation', ...properties], accuracy: 'quick', settings, command: '' },
    potential,
    { tasksOf, journal: () => undefined, sample: () => undefined, finished: () => undefined },
  );
  return done;
}

const within = (value: number, [low, high]: Range): boolean => value >= low - 1e-9 && value <= high + 1e-9;
const kinds: readonly WorkKind[] = ['frequencies', 'projections', 'meanSquare', 'bands'];

/** Stages of one name belong together: volumes that are begun with and those that are added. */
function expected(stages: readonly Stage[]): Map<string, { tasks: Range; evaluation: Range; waves: Range }> {
  const sums = new Map<string, { tasks: Range; evaluation: Range; waves: Range }>();
  const plus = ([a, b]: Range, [c, d]: Range): Range => [a + c, b + d];
  for (const { property, name, tasks, work } of stages) {
    if (name === 'Files') continue;
    const key = `${property} ${name}`;
    const before = sums.get(key) ?? { tasks: [0, 0], evaluation: [0, 0], waves: [0, 0] };
    const waves = [...kinds, 'grueneisen' as const].reduce<Range>((sum, kind) => plus(sum, work[kind] ?? [0, 0]), [0, 0]);
    sums.set(key, { tasks: plus(before.tasks, tasks), evaluation: plus(before.evaluation, work.evaluation ?? [0, 0]), waves: plus(before.waves, waves) });
  }
  return sums;
}

describe('counted work is the work that is done', () => {
  const coarse = { 'phonons.thermalMesh': '12', 'phonons.dosMesh': '12', 'phonons.bandPoints': '7', 'temperature.step': '100' };
  const si = bundled('si-stillinger-weber');
  test.each([
    ['silicon, whose volumes need no more than those begun with', silicon, si, everything],
    ['argon, whose volumes are extended until it gives way', faceCentred(5.3, 'Ar'), bundled('ar-lennard-jones'), everything],
    ['hexagonal silicon on a grid of a and c', hexagonal, si, everything],
    ['rock salt with charges, without expansion', rockSalt(4.21, 'Mg', 'O'), bundled('mgo-lewis-catlow'), ['elasticity', 'phonons'] as PropertyName[]],
  ] as const)('%s', async (_, structure, potential, properties) => {
    const { shares } = detailedPlan(wishOf(structure, potential, { properties, settings: coarse }), () => evenSpeeds);
    const told = expected(shares[0]!.workload.stages);
    const done = await recorded(structure, potential, properties, coarse);
    // Unstable modes are followed only where there are any.
    const known = [...done].filter(([key]) => key !== 'phonons Unstable modes');
    expect([...told.keys()].sort()).toEqual(known.map(([key]) => key).sort());
    for (const [key, { tasks, units }] of known) {
      const range = told.get(key)!;
      expect([key, tasks, within(tasks, range.tasks)]).toEqual([key, tasks, true]);
      const evaluations = units.evaluation ?? 0, waves = (units.frequencies ?? 0) + (units.grueneisen ?? 0);
      expect([key, evaluations, range.evaluation, within(evaluations, range.evaluation)]).toEqual([key, evaluations, range.evaluation, true]);
      expect([key, waves, within(waves, range.waves)]).toEqual([key, waves, true]);
      // What does not depend on the course of the run is exact.
      if (range.tasks[0] === range.tasks[1] && units.frequencies !== undefined) expect(range.waves).toEqual([waves, waves]);
    }
  });

  test('a committee is counted once for itself and once for each member', async () => {
    const other = bundled('si-tersoff');
    const committee = committeePotential([si, other], { ...si.card, members: 2 });
    const { shares, plan } = detailedPlan(wishOf(silicon, committee, { properties: ['elasticity'] }), () => evenSpeeds);
    expect(shares.map(({ times }) => times)).toEqual([1, 2]);
    expect(plan.steps.at(-1)!.message.sentence).toBe('All of this again with each of the 2 members of the committee, for the spread.');
    expect(codes(plan.cautions)).not.toContain('plan.single');
    const done = await recorded(silicon, committee, ['elasticity'], {});
    for (const [key, { tasks }] of expected(shares[0]!.workload.stages)) expect([key, within(done.get(key)!.tasks / 3, tasks)]).toEqual([key, true]);
  });
});

describe('the estimate', () => {
  test('holds the processor time of a run that is computed beside it', async () => {
    const potential = bundled('si-stillinger-weber');
    const { shares } = detailedPlan(wishOf(silicon, potential, { threads: 1 }), (probes) => speedsOf(probes));
    const [low, high] = processorSeconds(shares, 1);
    const before = process.cpuUsage();
    await recorded(silicon, potential, everything, {});
    const { user, system } = process.cpuUsage(before);
    const spent = (user + system) / 1e6;
    // Here neither processes are started nor files written, and code of earlier tests is compiled already; other tests at the
    // same time disturb the timing. The run itself is held to its estimate in estimate.long.test.ts.
    expect(spent).toBeGreaterThan(low / 4);
    expect(spent).toBeLessThan(2 * high);
    expect(high / low).toBeLessThan(5);
  });

  test('grows with what is asked for, and shrinks with more threads', () => {
    const potential = bundled('si-tersoff');
    const seconds = (more: Partial<PlanWish>): readonly number[] => planOf(silicon, potential, more).estimate!.seconds;
    expect(seconds({ accuracy: 'strict' })[1]).toBeGreaterThan(seconds({ accuracy: 'standard' })[1]!);
    expect(seconds({ accuracy: 'standard' })[1]).toBeGreaterThan(seconds({ accuracy: 'quick' })[1]!);
    expect(seconds({ properties: ['eos'] })[1]).toBeLessThan(seconds({})[1]!);
    const slow = (threads: number): number => detailedPlan(wishOf(silicon, potential, { threads }), () => ({ ...evenSpeeds, displaced: 1e-3 })).plan.estimate!.seconds[1];
    expect(slow(4)).toBeLessThan(0.6 * slow(1));
    expect(slow(64)).toBeGreaterThan(0.01 * slow(1));
  });

  test('counts on idle threads where one large cell is all there is to do, and the potential can be shared', () => {
    const network = randomNeuralPotential(silicon, { functions: gaussianFunctions.map((each) => ({ ...each, cutoff: 6 }) as typeof each) });
    const { sharedBy: _, ...alone } = network;
    const planned = (potential: Potential, threads: number): ReturnType<typeof detailedPlan> => detailedPlan(wishOf(silicon, potential, { threads, properties: ['phonons'] }), () => ({ ...evenSpeeds, displaced: 1e-2 }));
    const seconds = (potential: Potential, threads: number): number => planned(potential, threads).plan.estimate!.seconds[1];
    const { counts, stages } = planned(network, 4).shares[0]!.workload;
    // One displacement, in a cell that is cut into several pieces; the primitive cell is not.
    expect(stages.find(({ name }) => name === 'Displacements')!.tasks).toEqual([1, 1]);
    const pieces = network.sharedBy!(counts.supercell);
    expect(pieces).toBeGreaterThan(1);
    expect(network.sharedBy!(counts.atoms)).toBe(1);
    expect(seconds(network, 1)).toBe(seconds(alone, 1));
    expect(seconds(network, 4) / seconds(alone, 4)).toBeCloseTo(1 / Math.min(4, pieces), 1);
    const committee = committeePotential([network, network], { ...network.card, members: 2 });
    expect(committee.sharedBy!(counts.supercell)).toBe(pieces);
    expect(committeePotential([network, bundled('si-tersoff')], { ...network.card, members: 2 }).sharedBy).toBeUndefined();
  });

  test('of memory and disk follows from what is kept', () => {
    const { shares } = detailedPlan(wishOf(silicon, bundled('si-tersoff')), () => evenSpeeds);
    const size = { cutoff: 3, density: 0.05, lists: 1, longRange: false };
    expect(memoryOf(shares[0]!, size, 4) - memoryOf(shares[0]!, size, 2)).toBeGreaterThan(70);
    // 186 points with 6 modes: eigenvectors in single precision alone are 186 · 6 · 6 · 8 bytes.
    expect(diskOf(shares, ['phonons'])).toBeGreaterThan((186 * 36 * 8) / 1e6);
    expect(diskOf(shares, ['phonons', 'expansion'])).toBeGreaterThan(diskOf(shares, ['phonons']));
  });
});

describe('what stands in the way', () => {
  const si = bundled('si-tersoff');

  test('every setting that cannot be read, by its key, and the settings are told all the same', () => {
    const plan = planOf(silicon, si, { settings: { pressure: 'much', 'eos.points': '3', 'expansion.form': 'cubic', stress: '1,2', nonsense: '1', 'phonons.bandPoints': '31.5' } });
    expect(plan.blockers.map(({ code, values }) => [code, values['key']])).toEqual([
      ['settings.value', 'pressure'], ['settings.range', 'eos.points'], ['settings.choice', 'expansion.form'], ['settings.count', 'stress'], ['settings.key', 'nonsense'], ['settings.range', 'phonons.bandPoints'],
    ]);
    expect(plan.blockers[1]!.sentence).toBe('The setting eos.points cannot be 3: it must be a whole number from 5 to 201.');
    expect(plan.settings.find(({ key }) => key === 'pressure')).toMatchObject({ value: 0, unit: 'GPa', origin: 'accuracy' });
    expect(plan.settings).toHaveLength(23);
  });

  test('temperatures that make no table', () => {
    expect(planOf(silicon, si, { settings: { 'temperature.maximum': '5' } }).blockers).toMatchObject([{ code: 'settings.temperatures', values: { key: 'temperature.step', count: 1 } }]);
    expect(codes(planOf(silicon, si, { settings: { 'temperature.step': '0.01' } }).blockers)).toEqual(['settings.temperatures']);
  });

  test('elements, periodicity, collapse, a missing potential: each its sentence, and nothing to estimate', () => {
    expect(planOf(silicon, bundled('mgo-lewis-catlow'))).toMatchObject({ blockers: [{ code: 'run.elements' }], estimate: null, steps: [] });
    expect(planOf({ ...silicon, periodic: [true, true, false] }, si)).toMatchObject({ blockers: [{ code: 'run.notPeriodic' }], estimate: null });
    const squeezed = cubic(2, [['Si', [0, 0, 0]], ['O', [0.5, 0, 0]], ['O', [0, 0.5, 0]]]);
    expect(codes(planOf(squeezed, bundled('sio2-bks')).blockers)).toEqual(['potential.collapse']);
    const gone = { code: 'project.no.potential', values: { id: 'x' }, sentence: 'It is gone.' };
    expect(planOf(silicon, null, { missing: [gone] })).toMatchObject({ blockers: [gone], estimate: null });
    expect(planOf(silicon, null, { missing: [gone] }).settings.length).toBeGreaterThan(20);
  });

  test('kinks forbid second derivatives only where they are asked for', () => {
    const kinked = randomNeuralPotential(silicon, { functions: gaussianFunctions, activation: 'relu' });
    const plan = planOf(silicon, kinked);
    expect(plan.blockers).toMatchObject([{ code: 'plan.kinked' }]);
    expect(plan.blockers[0]!.sentence).toContain('which elastic constants, phonons and thermal expansion need');
    expect(plan.steps.map(({ property }) => property)).toEqual(['relaxation', 'eos']);
    expect(planOf(silicon, kinked, { properties: ['eos'] }).blockers).toEqual([]);
  });

  test('a potential without analytic second derivatives forbids phonons, not elastic constants', () => {
    const endless: Potential = { ...si, interactionRange: null };
    expect(planOf(silicon, endless).blockers).toMatchObject([{ code: 'plan.noPhonons' }]);
    expect(planOf(silicon, endless, { properties: ['elasticity'] }).blockers).toEqual([]);
  });

  test('a form that a grid does not know, and memory above the limit', () => {
    expect(planOf(hexagonal, si, { settings: { 'expansion.form': 'vinet' } }).blockers).toMatchObject([{ code: 'expansion.gridForm', values: { key: 'expansion.form' } }]);
    const plan = planOf(silicon, si, { memoryLimit: 150 });
    expect(plan.blockers).toMatchObject([{ code: 'plan.memory', values: { limit: 150, threads: 2 } }]);
    expect(plan.estimate!.memory).toBeGreaterThan(150);
  });
});

describe('what must be known', () => {
  test('reasons of the fit against it, a single potential, and what the card says', () => {
    const potential = bundled('sic-tersoff');
    const carbide = zincblende(4.36, 'Si', 'C');
    const fit = fitOf(carbide, potential);
    const { cautions } = planOf(carbide, potential, { fit });
    expect(codes(cautions)).toEqual(['fit.caution.noCharges', 'plan.single', ...potential.card.limits.map(() => 'plan.card'), 'plan.notShown']);
    // Without vibrations nothing splits.
    expect(codes(planOf(carbide, potential, { fit, properties: ['elasticity'] }).cautions)).not.toContain('fit.caution.noCharges');
    expect(codes(cautions).some((code) => code.startsWith('fit.good'))).toBe(false);
  });
});

test('steps tell what will be done in numbers', () => {
  const { steps } = planOf(silicon, bundled('si-tersoff'), { accuracy: 'standard', settings: { pressure: '2.5', 'temperature.maximum': '800' } });
  expect(steps.map(({ property, message: { sentence } }) => `${property}: ${sentence}`)).toEqual([
    'relaxation: Relax the primitive cell (atoms: 2; cell: its size and shape) to a pressure of 2.5 GPa.',
    'eos: Equation of state from 13 volumes within ±6 % of the relaxed one.',
    'elasticity: Elastic constants from strains (2) and displaced atoms (1); strained cells (20) show the linear range, volumes (4) check the bulk modulus.',
    'phonons: Phonons from displaced atoms (1, each both ways and twice as far) in a supercell of 128 atoms.',
    expect.stringMatching(/^phonons: Frequencies at 306 points of the band path, at \d+ wave vectors for the density of states and at \d+ for thermal functions at 81 temperatures\.$/),
    'expansion: Thermal expansion up to 800 K from 10 volumes, each relaxed and with phonons of its own.',
    expect.stringMatching(/^expansion: Up to \d+ more of them, should the crystal expand beyond the largest\.$/),
    'expansion: Grüneisen parameters from 2 strained cells, to check the expansion independently.',
  ]);
});

describe('settings', () => {
  test('take whatever a calculation can be made of, and nothing else', () => {
    for (const [key, good, bad] of [
      ['relaxation.forceTolerance', '1e-8', '0'], ['relaxation.maxSteps', '10', '0'], ['eos.range', '0.1', '0.5'], ['elasticity.linearRange', '0.001,0.002', '0.001,x'], ['phonons.displacement', '0.01', '-0.01'],
      ['phonons.thermalMesh', '25.5', '1e6'], ['expansion.smallest', '-0.1', '0.1'], ['expansion.points', '7', '4'], ['seed', '7', '1.5'], ['symmetry.tolerance', '1e-3', '1'], ['relaxation.constraint', 'fixed-volume', 'frozen'],
    ] as const) {
      expect([key, settingProblems('standard', { [key]: good }).problems]).toEqual([key, []]);
      expect(() => resolveSettings('standard', { [key]: bad })).toThrow(new RegExp(`setting ${key}`));
    }
    expect(() => resolveSettings('standard', { 'elasticity.linearRange': Array.from({ length: 21 }, () => '0.01').join(',') })).toThrow(/holds 21 numbers; it takes 1 to 20/);
  });

  test('every standard value lies in its own range', () => {
    for (const accuracy of ['quick', 'standard', 'strict'] as const) {
      const entries = resolveSettings(accuracy).entries();
      const texts = Object.fromEntries(entries.map(({ key, value }) => [key, Array.isArray(value) ? value.join(',') : String(value)]));
      expect(settingProblems(accuracy, texts).problems).toEqual([]);
    }
  });

  test('those that can be used are kept where others cannot', () => {
    expect(settingProblems('quick', { pressure: '1', 'eos.points': 'many', 'temperature.maximum': '5' })).toMatchObject({ usable: { pressure: '1' }, problems: [{ code: 'settings.value' }, { code: 'settings.temperatures' }] });
  });
});
