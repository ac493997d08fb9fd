import type { Structure } from '../contracts/structure.ts';
import type { Symmetry } from '../crystal/crystal.ts';
import { planDisplacements } from '../phonons/displacements.ts';
import { assembleForceConstants, type ForceConstants } from '../phonons/force-constants.ts';
import { meshNumbers, meshWithoutGamma, type IrreducibleMesh } from '../phonons/mesh.ts';
import type { Spectrum } from '../phonons/thermal.ts';
import type { PropertyContext } from './context.ts';

/** A cell with its vibrations on a mesh. */
export interface HarmonicCell {
  readonly structure: Structure;
  readonly forceConstants: ForceConstants;
  readonly spectrum: Spectrum;
}

/** THz, signed: the softest mode of the mesh. */
export function lowestFrequency({ spectrum }: HarmonicCell): number {
  return spectrum.frequencies.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
}

/**
 * Force constants and mesh frequencies of many deformed cells of one crystal: all displacements of all cells are one
 * stage, all wave vectors another, so that threads stay busy. `symmetry`: operations that every cell still has.
 * The mesh (the same numbers for every cell, so that its error cancels between them) leaves Γ out.
 */
export async function harmonicCells(context: PropertyContext, symmetry: Symmetry, structures: readonly Structure[], mesh?: IrreducibleMesh): Promise<HarmonicCell[]> {
  const { tasks, settings } = context;
  const numbers = meshNumbers(context.crystal.structure.cell, settings.get('phonons.thermalMesh'), true);
  const { qpoints, multiplicities, gamma } = mesh ?? meshWithoutGamma(symmetry.operations, numbers);
  const constants = await forceConstantsOf(context, symmetry, structures);

  const modes = 3 * (structures[0]?.species.length ?? 0);
  const batch = qpointsPerTask(modes);
  const ranges = Array.from({ length: Math.ceil(qpoints.length / 3 / batch) }, (_, k) => qpoints.slice(3 * batch * k, 3 * batch * (k + 1)));
  const results = await tasks.all(
    'Vibrations',
    structures.flatMap((structure, c) =>
      ranges.map((points) => ({ kind: 'modes' as const, input: { structure, forceConstants: constants[c]!, qpoints: points, eigenvectors: false, groupVelocities: false } })),
    ),
  );
  return structures.map((structure, c) => {
    const frequencies = new Float64Array((qpoints.length / 3) * modes);
    ranges.forEach((_, k) => frequencies.set(results[c * ranges.length + k]!.frequencies, k * batch * modes));
    return { structure, forceConstants: constants[c]!, spectrum: { frequencies, modes, weights: multiplicities, gamma } };
  });
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

/** Wave vectors of one task: a few tenths of a second, from about 2e-7 s · modes³ and 2e-6 s · modes² each. */
export function qpointsPerTask(modes: number): number {
  return Math.max(1, Math.min(2000, Math.round(0.3 / (2e-7 * modes ** 3 + 2e-6 * modes ** 2))));
}
