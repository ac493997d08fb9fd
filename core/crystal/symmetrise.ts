/**
 * Averages over a space group: the part of forces, stresses and positions that obeys it. Projections: applied twice they
 * change nothing.
 */
import type { Structure } from '../contracts/structure.ts';
import { matrixTimesVector3, multiply3, transpose3 } from '../math/matrix3.ts';
import { stressTensor, stressVoigt } from '../math/voigt.ts';
import type { SymmetryOperations } from './crystal.ts';
import { cartesianPositions, fractionalPositions, withPositions } from './structure.ts';

/** 3N forces (or other polar vectors on the atoms), Cartesian. */
export function symmetriseForces(forces: Float64Array, operations: SymmetryOperations): Float64Array {
  const atoms = forces.length / 3;
  const out = new Float64Array(forces.length);
  for (let k = 0; k < operations.count; k++) {
    const rotation = operations.cartesian.subarray(9 * k, 9 * k + 9);
    for (let i = 0; i < atoms; i++) {
      const image = matrixTimesVector3(rotation, forces.subarray(3 * i, 3 * i + 3));
      const target = 3 * operations.permutations[k * atoms + i]!;
      for (let a = 0; a < 3; a++) out[target + a]! += image[a]! / operations.count;
    }
  }
  return out;
}

/** 6 stress components in Voigt order. */
export function symmetriseStress(stress: ArrayLike<number>, operations: SymmetryOperations): Float64Array {
  const tensor = stressTensor(stress);
  const sum = new Float64Array(9);
  for (let k = 0; k < operations.count; k++) {
    const rotation = operations.cartesian.subarray(9 * k, 9 * k + 9);
    multiply3(multiply3(rotation, tensor), transpose3(rotation)).forEach((value, i) => { sum[i]! += value / operations.count; });
  }
  return stressVoigt(sum);
}

/** Atoms moved to where the operations put them on average; the cell is left as it is. */
export function symmetriseStructure(structure: Structure, operations: SymmetryOperations): Structure {
  const atoms = structure.species.length;
  const f = fractionalPositions(structure);
  const shifts = new Float64Array(f.length);
  for (let k = 0; k < operations.count; k++) {
    const w = operations.rotations.subarray(9 * k, 9 * k + 9);
    for (let i = 0; i < atoms; i++) {
      const image = matrixTimesVector3(w, f.subarray(3 * i, 3 * i + 3));
      const target = 3 * operations.permutations[k * atoms + i]!;
      for (let x = 0; x < 3; x++) {
        const difference = image[x]! + operations.translations[3 * k + x]! - f[target + x]!;
        shifts[target + x]! += (difference - Math.round(difference)) / operations.count;
      }
    }
  }
  return withPositions(structure, cartesianPositions(f.map((value, i) => value + shifts[i]!), structure.cell));
}
