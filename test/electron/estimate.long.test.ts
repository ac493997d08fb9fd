/**
 * The estimate before the start against the run itself, for every bundled crystal with its potentials at every accuracy.
 * Processor time is compared, not the clock: whatever else the machine computes must not decide the test.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readStructures } from '../../core/files/read-structures.ts';
import { fitOf } from '../../core/potential/fit.ts';
import { loadPotential } from '../../core/potential/load.ts';
import type { Accuracy } from '../../core/properties/settings.ts';
import { detailedPlan } from '../../core/runs/plan.ts';
import { speedsOf } from '../../electron/engine/speed.ts';
import { describeBuilt, start } from './command-line.ts';
import { temporaryFolder } from './silicon.ts';

const resources = new URL('../../resources/', import.meta.url);
const examples = JSON.parse(readFileSync(new URL('structures/index.json', resources), 'utf8')) as { readonly name: string; readonly file: string; readonly potentials: readonly string[] }[];
const properties = ['eos', 'elasticity', 'phonons', 'expansion'] as const;
const accuracies: readonly Accuracy[] = ['quick', 'standard', 'strict'];
const threads = 2;

interface Spent { processor: number; memory: number; disk: number }

/** The process of the engine below the command, once it is there. */
function engineBelow(parent: number): number | null {
  const children = readFileSync(`/proc/${String(parent)}/task/${String(parent)}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return children.map(Number).find((id) => readFileSync(`/proc/${String(id)}/cmdline`, 'utf8').includes('engine/engine')) ?? null;
}

/** What a run took: seconds of processor and largest memory in MiB of its engine, and MB of its folder without the report. */
async function computed(structure: string, potential: string, accuracy: string, folder: string): Promise<Spent> {
  const run = start(['run', structure, '--potential', potential, ...properties.flatMap((property) => ['--property', property]), '--accuracy', accuracy, '--threads', String(threads), '--json', '--out', folder]);
  const spent: Spent = { processor: 0, memory: 0, disk: 0 };
  let engine: number | null = null;
  const watch = setInterval(() => {
    try {
      engine ??= engineBelow(run.process.pid!);
      if (engine === null) return;
      const times = readFileSync(`/proc/${String(engine)}/stat`, 'utf8').split(') ')[1]!.split(' ');
      spent.processor = (Number(times[11]) + Number(times[12])) / 100;
      spent.memory = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(engine)}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    } catch {
      // Not there yet, or gone.
    }
  }, 30);
  const ended = await run.ended;
  clearInterval(watch);
  expect(ended).toMatchObject({ status: 0 });
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name !== 'report.html') spent.disk += statSync(join(entry.parentPath, entry.name)).size / 1e6;
  }
  return spent;
}

function planned(file: string, name: string, accuracy: Accuracy): Spent & { range: readonly [number, number] } {
  const [structure] = readStructures(readFileSync(new URL(`structures/${file}`, resources)), file).structures;
  const potential = loadPotential({ name, files: [{ name: `${name}.json`, bytes: readFileSync(new URL(`potentials/${name}.json`, resources)) }] });
  const wish = { structure: structure!, name: file, potential, missing: [], properties: [...properties], accuracy, settings: {}, threads, memoryLimit: 1e5, fit: fitOf(structure!, potential) };
  const { plan, processor } = detailedPlan(wish, (probes) => speedsOf(probes));
  return { processor: NaN, range: processor!, memory: plan.estimate!.memory, disk: plan.estimate!.disk };
}

describeBuilt(process.platform === 'linux' ? 'runs take what was said before' : 'runs take what was said before (only Linux tells what a process took)', () => {
  const place = temporaryFolder();
  const rows: string[] = [];
  afterAll(() => {
    place.remove();
    console.log(rows.join('\n'));
  });
  // The first plan of a process times code that is compiled while it runs.
  beforeAll(() => { planned('silicon.cif', 'si-tersoff', 'quick'); });

  const cases = examples.flatMap(({ name, file, potentials }) => potentials.flatMap((potential) => accuracies.map((accuracy) => ({ name, file, potential, accuracy }))));
  test.skipIf(process.platform !== 'linux').each(cases)('$name with $potential, $accuracy', async ({ name, file, potential, accuracy }) => {
    const before = planned(file, potential, accuracy);
    const spent = await computed(name, potential, accuracy, join(place.path, `${name}-${potential}-${accuracy}`));
    const after = planned(file, potential, accuracy);
    const [low, high] = before.range;
    rows.push(`${name} ${potential} ${accuracy}: processor ${spent.processor.toFixed(1)} s in [${low.toFixed(1)}, ${high.toFixed(1)}], afterwards [${after.range.map((bound) => bound.toFixed(1)).join(', ')}]; memory ${spent.memory.toFixed(0)} MiB, said ${String(before.memory)}; disk ${spent.disk.toFixed(2)} MB, said ${String(before.disk)}`);
    // Neither bound is generous: a range that says nothing would hold every run.
    expect(high / low).toBeLessThan(6);
    // The machine may serve others while the speeds are taken: what it could do before or after the run counts.
    expect(spent.processor).toBeGreaterThan(Math.min(low, after.range[0]));
    expect(spent.processor).toBeLessThan(Math.max(high, after.range[1]));
    expect(spent.memory / before.memory).toBeGreaterThan(0.75);
    expect(spent.memory / before.memory).toBeLessThan(1.25);
    expect(spent.disk / before.disk).toBeGreaterThan(0.65);
    expect(spent.disk / before.disk).toBeLessThan(1.25);
  });
});
