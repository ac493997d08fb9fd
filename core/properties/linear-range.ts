/**
 * How far stress stays proportional to strain: each applied strain at growing amplitudes of both signs, ions relaxed at
 * each, beside the tangent. It shows the linear range; the elastic constants are the tangent itself.
 */
import { quantityOf } from '../contracts/quantity.ts';
import type { ElasticityResult } from '../contracts/results.ts';
import type { Crystal, SymmetryOperations } from '../crystal/crystal.ts';
import { strained } from '../crystal/structure.ts';
import type { RelaxOutcome } from '../dynamics/relax.ts';
import { identity3, multiply3, transpose3 } from '../math/matrix3.ts';
import type { PropertyContext } from './context.ts';
import type { UnitStrain } from './elastic-response.ts';
import { relaxationTask } from './relaxation-task.ts';
import type { Settings } from './settings.ts';

const voigtNames = ['11', '22', '33', '23', '13', '12'] as const;

export interface StrainedPoints {
  readonly strain: UnitStrain;
  /** ascending, both signs */
  readonly amplitudes: readonly number[];
  readonly outcomes: readonly RelaxOutcome[];
}

/** Strains of both signs, ascending. */
export function linearAmplitudes(settings: Settings): number[] {
  const magnitudes = settings.get('elasticity.linearRange');
  return [...magnitudes.map((value) => -value), ...magnitudes].sort((a, b) => a - b);
}

export async function strainedPoints(context: PropertyContext, crystal: Crystal, strains: readonly UnitStrain[]): Promise<StrainedPoints[]> {
  const amplitudes = linearAmplitudes(context.settings);
  const outcomes = await context.tasks.all(
    'Linear range',
    strains.flatMap(({ tensor }) =>
      amplitudes.map((amplitude) =>
        relaxationTask(context.settings, {
          structure: strained(crystal.structure, identity3().map((value, i) => value + amplitude * tensor[i]!)),
          operations: keptBy(crystal.symmetry.operations, tensor),
          constraint: 'fixed-cell',
        }),
      ),
    ),
    {
      finished: ({ stress }, index) => {
        const { voigt } = strains[Math.floor(index / amplitudes.length)]!;
        context.sample({ chart: 'stress-strain', series: voigtNames[voigt]!, x: quantityOf(amplitudes[index % amplitudes.length]!, ''), y: quantityOf(stress[voigt]!, 'GPa') });
      },
    },
  );
  return strains.map((strain, n) => ({ strain, amplitudes, outcomes: outcomes.slice(n * amplitudes.length, (n + 1) * amplitudes.length) }));
}

/** The operations that leave a tensor as it is: the symmetry of the strained crystal. */
export function keptBy(operations: SymmetryOperations, tensor: ArrayLike<number>): SymmetryOperations {
  const atoms = operations.permutations.length / operations.count;
  const kept = Array.from({ length: operations.count }, (_, k) => k).filter((k) => {
    const rotation = operations.cartesian.subarray(9 * k, 9 * k + 9);
    const image = multiply3(multiply3(rotation, tensor), transpose3(rotation));
    const size = Math.hypot(...Array.from(tensor));
    // Rotations are exact to the last digits of the cell; a strain that is really changed changes by tens of per cent.
    return image.every((value, i) => Math.abs(value - tensor[i]!) <= 1e-6 * size);
  });
  const pick = <T extends Int32Array | Float64Array>(from: T, width: number): number[] => kept.flatMap((k) => Array.from(from.subarray(width * k, width * (k + 1))));
  return {
    count: kept.length,
    rotations: Int32Array.from(pick(operations.rotations, 9)),
    translations: Float64Array.from(pick(operations.translations, 3)),
    permutations: Int32Array.from(pick(operations.permutations, atoms)),
    cartesian: Float64Array.from(pick(operations.cartesian, 9)),
  };
}

/** Stress component that works on the applied strain, beside its tangent. `stress0`: 6 GPa at zero strain. */
export function linearityCurves(points: readonly StrainedPoints[], stiffness: ArrayLike<number>, stress0: ArrayLike<number>): ElasticityResult['linearity'] {
  return points.map(({ strain: { voigt }, amplitudes, outcomes }) => ({
    strain: quantityOf([...amplitudes], ''),
    voigt,
    stress: quantityOf(outcomes.map(({ stress }) => stress[voigt]!), 'GPa'),
    tangent: quantityOf(amplitudes.map((amplitude) => stress0[voigt]! + stiffness[7 * voigt]! * amplitude), 'GPa'),
  }));
}

/**
 * Largest relative deviation of (σ(a) − σ(−a)) / 2a from the tangent for amplitudes up to `largest` (or the smallest one
 * there is), over all strains and stress components, in units of the largest stiffness.
 */
export function deviationFromTangent(points: readonly StrainedPoints[], stiffness: ArrayLike<number>, largest: number): number {
  const scale = Math.max(...Array.from(stiffness, Math.abs));
  let deviation = 0;
  for (const { strain: { voigt }, amplitudes, outcomes } of points) {
    const positive = amplitudes.filter((amplitude) => amplitude > 0);
    const limit = Math.max(largest * (1 + 1e-9), Math.min(...positive));
    for (const amplitude of positive.filter((value) => value <= limit)) {
      const above = outcomes[amplitudes.indexOf(amplitude)]!.stress, below = outcomes[amplitudes.indexOf(-amplitude)]!.stress;
      for (let i = 0; i < 6; i++) {
        const slope = (above[i]! - below[i]!) / (2 * amplitude);
        deviation = Math.max(deviation, Math.abs(slope - stiffness[6 * i + voigt]!) / scale);
      }
    }
  }
  return deviation;
}
