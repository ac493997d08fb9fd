/**
 * How forces and stress of a primitive cell answer to one homogeneous strain or to one displaced atom: first
 * derivatives by central differences at ±h and ±2h, extrapolated to zero amplitude.
 *
 * With D(h) = (f(h) − f(−h)) / 2h = f' + f'''h²/6 + O(h⁴), the combination (4 D(h) − D(2h)) / 3 is free of the h² term
 * (Richardson).
 */
import type { Structure } from '../contracts/structure.ts';
import type { Potential } from '../potential/potential.ts';
import { strained } from '../crystal/structure.ts';
import { identity3 } from '../math/matrix3.ts';

export interface StrainInput {
  readonly structure: Structure;
  /** Either a homogeneous strain (atoms move with the cell) of a symmetric 9-component direction, amplitudes ±step … */
  readonly strain?: Float64Array;
  /** … or the displacement of one atom (and its periodic images) along a Cartesian direction, amplitudes in Å. */
  readonly displacement?: { readonly atom: number; readonly direction: Float64Array };
  /** h: strain amplitude, or Å. */
  readonly step: number;
}

/** Derivatives with respect to the amplitude along the given direction. */
export interface Derivatives {
  /** 3N: eV/Å per unit amplitude. */
  readonly forces: Float64Array;
  /** 6, Voigt order: Cauchy stress, eV/Å³ per unit amplitude. */
  readonly stress: Float64Array;
}

export interface StrainResult extends Derivatives {
  /** The central difference at ±step alone: its distance from the extrapolated value bounds the error. */
  readonly unextrapolated: Derivatives;
}

export function strainTask(input: StrainInput, potential: Potential): StrainResult {
  const { structure, step } = input;
  const evaluator = potential.bind(structure);
  const answer = (amplitude: number): Float64Array => {
    const { cell, positions } = disturbed(input, amplitude);
    const { forces, stress } = evaluator.evaluate(positions, cell, { forces: true, stress: true });
    if (!forces || !stress) throw new Error('strainTask: the potential gave no forces or no stress');
    return Float64Array.of(...forces, ...stress);
  };
  const difference = (h: number): Float64Array => {
    const above = answer(h);
    const below = answer(-h);
    return above.map((value, i) => (value - below[i]!) / (2 * h));
  };
  const near = difference(step);
  const far = difference(2 * step);
  const count = structure.positions.length;
  const parts = (values: Float64Array): Derivatives => ({ forces: values.slice(0, count), stress: values.slice(count) });
  return { ...parts(near.map((value, i) => (4 * value - far[i]!) / 3)), unextrapolated: parts(near) };
}

function disturbed({ structure, strain, displacement }: StrainInput, amplitude: number): Structure {
  if (strain) return strained(structure, identity3().map((value, i) => value + amplitude * strain[i]!));
  if (!displacement) throw new Error('strainTask: neither a strain nor a displacement was given');
  const positions = structure.positions.slice();
  for (let a = 0; a < 3; a++) positions[3 * displacement.atom + a]! += amplitude * displacement.direction[a]!;
  return { ...structure, positions };
}
