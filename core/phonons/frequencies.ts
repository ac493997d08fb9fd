/** Modes at many wave vectors as tasks of useful size. */
import type { Crystal } from '../crystal/crystal.ts';
import { partsOf, type Potential } from '../potential/potential.ts';
import type { Tasks } from '../runs/tasks.ts';
import type { ForceConstants } from './force-constants.ts';
import { irreducibleMesh, type IrreducibleMesh, type Mesh } from './mesh.ts';
import type { ModesInput, ModesResult } from './modes-task.ts';
import type { Spectrum } from './thermal.ts';

/** µs per task: long enough that sending it costs nothing, short enough that a kill loses little. */
const taskTime = 300_000;

/**
 * µs per wave vector on a 2.5 GHz core, from timings of 2, 9 and 20 atoms; only the size of the batches depends on it, and
 * it depends on nothing but the input, so that results combine in the same way everywhere.
 */
function estimatedTime(input: ModesInput, potential: Potential): number {
  const modes = 3 * input.structure.species.length;
  const vectors = input.eigenvectors || input.groupVelocities || input.projections || input.meanSquare ? 3 : 1;
  const longRange = partsOf(potential).some((part) => part.interactionRange === null) ? 20 * input.structure.species.length ** 1.5 : 0;
  const meanSquare = input.meanSquare ? 0.002 * input.meanSquare.temperatures.length * modes * modes : 0;
  const velocities = input.groupVelocities ? 0.01 * modes ** 3 + 2 * longRange : 0;
  return 2 + 0.01 * (input.forceConstants.values.length / 9) + 6e-4 * vectors * modes ** 3 + longRange + meanSquare + velocities;
}

/** Wave vectors per task. */
export function batchOf(input: ModesInput, potential: Potential): number {
  return Math.max(1, Math.ceil(taskTime / estimatedTime(input, potential)));
}

/** Frequencies of the next wave vectors of a crystal, in their order; `complete` with the last of them. */
export type FrequencyWatch = (crystal: number, frequencies: Float64Array, complete: boolean) => void;

/** The modes task, split into batches and put together again in the order of the wave vectors. */
export async function modesAt(tasks: Tasks, potential: Potential, stage: string, input: ModesInput, watch?: FrequencyWatch): Promise<ModesResult> {
  const [result] = await modesOfEach(tasks, potential, stage, [input], watch);
  return result!;
}

/** The same for several crystals in one stage, so that threads stay busy across them. */
export async function modesOfEach(tasks: Tasks, potential: Potential, stage: string, inputs: readonly ModesInput[], watch?: FrequencyWatch): Promise<ModesResult[]> {
  const batches = inputs.map((input) => batchesOf(input, batchOf(input, potential)));
  const places = batches.flatMap((own, crystal) => own.map((_, k) => ({ crystal, complete: k === own.length - 1 })));
  const results = await tasks.all(stage, batches.flat().map((input) => ({ kind: 'modes', input })), {
    finished: ({ frequencies }, index) => { watch?.(places[index]!.crystal, frequencies, places[index]!.complete); },
  });
  let at = 0;
  return batches.map((own) => {
    const parts = results.slice(at, (at += own.length));
    return {
      frequencies: joined(parts.map((part) => part.frequencies))!,
      eigenvectors: joined(parts.map((part) => part.eigenvectors)),
      groupVelocities: joined(parts.map((part) => part.groupVelocities)),
      projections: joined(parts.map((part) => part.projections)),
      meanSquare: added(parts.map((part) => part.meanSquare)),
      hermiticity: Math.max(...parts.map((part) => part.hermiticity)),
    };
  });
}

function batchesOf(input: ModesInput, batch: number): ModesInput[] {
  const count = input.qpoints.length / 3;
  return Array.from({ length: Math.ceil(count / batch) }, (_, k) => {
    const first = k * batch, last = Math.min(count, first + batch);
    return {
      ...input,
      qpoints: input.qpoints.slice(3 * first, 3 * last),
      ...(input.directions && { directions: input.directions.slice(3 * first, 3 * last) }),
      ...(input.meanSquare && { meanSquare: { temperatures: input.meanSquare.temperatures, weights: input.meanSquare.weights.slice(first, last) } }),
    };
  });
}

function present(arrays: readonly (Float64Array | null)[]): Float64Array[] | null {
  const found = arrays.filter((array) => array !== null);
  return found.length === arrays.length ? found : null;
}

function joined(arrays: readonly (Float64Array | null)[]): Float64Array | null {
  const found = present(arrays);
  if (!found) return null;
  const out = new Float64Array(found.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of found) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}

function added(arrays: readonly (Float64Array | null)[]): Float64Array | null {
  const found = present(arrays);
  if (!found || found.length === 0) return null;
  const out = new Float64Array(found[0]!.length);
  for (const array of found) for (let at = 0; at < out.length; at++) out[at]! += array[at]!;
  return out;
}

/** Frequencies at the irreducible points of a mesh, ready for thermal functions and the density of states. */
export async function meshFrequencies(
  tasks: Tasks, crystal: Crystal, potential: Potential, forceConstants: ForceConstants, mesh: Mesh | IrreducibleMesh, stage = 'Frequencies',
): Promise<Spectrum & { readonly mesh: IrreducibleMesh }> {
  const irreducible = 'mapping' in mesh ? mesh : irreducibleMesh(crystal.symmetry.operations, mesh);
  const { frequencies } = await modesAt(tasks, potential, stage, {
    structure: crystal.structure, forceConstants, qpoints: irreducible.qpoints, eigenvectors: false, groupVelocities: false,
  });
  return spectrumOf(frequencies, crystal, irreducible);
}

export function spectrumOf(frequencies: Float64Array, crystal: Crystal, mesh: IrreducibleMesh): Spectrum & { readonly mesh: IrreducibleMesh } {
  return { frequencies, modes: 3 * crystal.structure.species.length, weights: mesh.multiplicities, gamma: mesh.gamma, mesh };
}
