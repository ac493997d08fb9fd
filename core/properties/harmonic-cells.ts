import type { Structure } from '../contracts/structure.ts';
import type { Symmetry } from '../crystal/crystal.ts';
import { planDisplacements } from '../phonons/displacements.ts';
import { assembleForceConstants, type ForceConstants } from '../phonons/force-constants.ts';
import { modesOfEach, spectrumOf } from '../phonons/frequencies.ts';
import { meshNumbers, meshWithoutGamma, type IrreducibleMesh } from '../phonons/mesh.ts';
import type { Spectrum } from '../phonons/thermal.ts';
import type { PropertyContext } from './context.ts';
import { sampleLowest } from './samples.ts';

/** A cell with its vibrations on a mesh. */
export interface HarmonicCell {
  readonly structure: Structure;
  readonly forceConstants: ForceConstants;
  readonly spectrum: Spectrum;
}

/** THz, signed: the softest mode of the mesh. */
export function lowestFrequency({ spectrum }: HarmonicCell): number {
  return lowestOf(spectrum.frequencies);
}

function lowestOf(frequencies: Float64Array): number {
  return frequencies.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
}

/**
 * Force constants and mesh frequencies of many deformed cells of one crystal: all displacements of all cells are one
 * stage, all wave vectors another, so that threads stay busy. `symmetry`: operations that every cell still has.
 * The mesh (the same numbers for every cell, so that its error cancels between them) leaves Γ out.
 * `curves`: for each cell the curve of the figure "lowest frequency against volume" that it belongs to.
 */
export async function harmonicCells(
  context: PropertyContext, symmetry: Symmetry, structures: readonly Structure[], mesh?: IrreducibleMesh, curves: readonly string[] = [],
): Promise<HarmonicCell[]> {
  const { tasks, potential, settings } = context;
  const numbers = meshNumbers(context.crystal.structure.cell, settings.get('phonons.thermalMesh'), true);
  const chosen = mesh ?? meshWithoutGamma(symmetry.operations, numbers);
  const constants = await forceConstantsOf(context, symmetry, structures);
  const lowest = structures.map(() => Number.POSITIVE_INFINITY);
  const modes = await modesOfEach(
    tasks,
    potential,
    'Vibrations',
    structures.map((structure, c) => ({ structure, forceConstants: constants[c]!, qpoints: chosen.qpoints, eigenvectors: false, groupVelocities: false })),
    (c, frequencies, complete) => {
      lowest[c] = Math.min(lowest[c]!, lowestOf(frequencies));
      if (complete && curves[c] !== undefined) sampleLowest(context, { structure: structures[c]! }, lowest[c], curves[c]);
    },
  );
  return structures.map((structure, c) => ({
    structure,
    forceConstants: constants[c]!,
    spectrum: spectrumOf(modes[c]!.frequencies, { structure, symmetry }, chosen),
  }));
}

/** Short-range force constants of every cell, displacements of all cells in one stage. */
export async function forceConstantsOf({ tasks, potential, settings }: PropertyContext, symmetry: Symmetry, structures: readonly Structure[]): Promise<ForceConstants[]> {
  const plans = structures.map((structure) => planDisplacements({ structure, symmetry }, potential, settings.get('phonons.displacement')));
  const results = await tasks.all('Displacements', plans.flatMap((plan) => (plan?.inputs ?? []).map((input) => ({ kind: 'displace' as const, input }))));
  let at = 0;
  return structures.map((structure, c) => {
    const plan = plans[c];
    if (!plan) return { atoms: structure.species.length, pairs: new Int32Array(0), values: new Float64Array(0) };
    const own = results.slice(at, at + plan.inputs.length);
    at += plan.inputs.length;
    return assembleForceConstants({ structure, symmetry }, plan.inputs, own).forceConstants;
  });
}
