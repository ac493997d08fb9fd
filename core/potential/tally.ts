import { refuse } from '../contracts/messages.ts';
import type { Structure } from '../contracts/structure.ts';
import { determinant3 } from '../math/matrix3.ts';
import type { Evaluation, Want } from './potential.ts';

/**
 * What an evaluator adds up. With d = r_j − r_i and G = ∂E/∂d of one term: F_i += G, F_j −= G, virial += G ⊗ d.
 * The virial is ∂E/∂ε, symmetric by the rotational invariance of each term, so its upper triangle is enough.
 */
export interface Tally {
  /** N, eV */
  readonly energies: Float64Array;
  /** 3N, eV/Å */
  readonly forces: Float64Array;
  /** 6 in Voigt order, eV */
  readonly virial: Float64Array;
  /** 6 in Voigt order, eV/Å³: filled by `evaluationOf`. */
  readonly stress: Float64Array;
}

export function createTally(atoms: number): Tally {
  return {
    energies: new Float64Array(atoms),
    forces: new Float64Array(3 * atoms),
    virial: new Float64Array(6),
    stress: new Float64Array(6),
  };
}

export function clearTally(tally: Tally): void {
  tally.energies.fill(0);
  tally.forces.fill(0);
  tally.virial.fill(0);
}

/**
 * The evaluation made of a filled tally. Stress only where at least one axis repeats: a molecule has no volume.
 * An energy that is not a number means coinciding atoms (1/r, ln r): that is the structure's fault, said as such.
 */
export function evaluationOf(tally: Tally, structure: Structure, cell: Float64Array, want: Want): Evaluation {
  const { energies, forces, virial, stress } = tally;
  let energy = 0;
  for (let i = 0; i < energies.length; i++) energy += energies[i]!;
  if (!Number.isFinite(energy)) refuse('potential.notFinite', { atoms: structure.species.length });
  const withStress = want.stress === true && structure.periodic.some(Boolean);
  if (withStress) {
    const volume = Math.abs(determinant3(cell));
    for (let k = 0; k < 6; k++) stress[k] = virial[k]! / volume;
  }
  return {
    energy,
    ...(want.forces && { forces }),
    ...(withStress && { stress }),
    ...(want.energies && { energies }),
  };
}

/** Adds a pair term whose derivative by the vector (x, y, z) from i to j is g · (x, y, z). */
export function addPair(forces: Float64Array, virial: Float64Array, i: number, j: number, g: number, x: number, y: number, z: number): void {
  forces[3 * i]! += g * x;
  forces[3 * i + 1]! += g * y;
  forces[3 * i + 2]! += g * z;
  forces[3 * j]! -= g * x;
  forces[3 * j + 1]! -= g * y;
  forces[3 * j + 2]! -= g * z;
  virial[0]! += g * x * x;
  virial[1]! += g * y * y;
  virial[2]! += g * z * z;
  virial[3]! += g * y * z;
  virial[4]! += g * x * z;
  virial[5]! += g * x * y;
}
