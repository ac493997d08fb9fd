/**
 * Averages over a space group: the part of forces, stresses, positions and tensors that obeys it. Projections: applied
 * twice they change nothing. What they take away is `largestChange` of before and after.
 */
import type { Structure } from '../contracts/structure.ts';
import { matrixTimesVector3 } from '../math/matrix3.ts';
import { stressTensor, stressVoigt, voigtIndex, voigtPairs } from '../math/voigt.ts';
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

/** Image of a Cartesian tensor of any rank (flat, 3^rank components) under R: every index turned. */
function turned(tensor: ArrayLike<number>, rotation: ArrayLike<number>): Float64Array {
  let current = Float64Array.from(tensor);
  // One index at a time: the first is contracted with R and put last, so that after all of them the order is the old one.
  const rest = current.length / 3;
  for (let rank = Math.round(Math.log(current.length) / Math.log(3)); rank > 0; rank--) {
    const next = new Float64Array(current.length);
    for (let r = 0; r < rest; r++) {
      for (let i = 0; i < 3; i++) {
        next[3 * r + i] = rotation[3 * i]! * current[r]! + rotation[3 * i + 1]! * current[rest + r]! + rotation[3 * i + 2]! * current[2 * rest + r]!;
      }
    }
    current = next;
  }
  return current;
}

/** A tensor property of the crystal: Cartesian, of any rank, flat with 3^rank components (dielectric tensor: 9). */
export function symmetriseTensor(tensor: ArrayLike<number>, operations: SymmetryOperations): Float64Array {
  const out = new Float64Array(tensor.length);
  for (let k = 0; k < operations.count; k++) {
    turned(tensor, operations.cartesian.subarray(9 * k, 9 * k + 9)).forEach((value, i) => { out[i]! += value / operations.count; });
  }
  return out;
}

/** One 3×3 tensor for each atom (N×9), such as Born effective charges. */
export function symmetriseAtomTensors(tensors: Float64Array, operations: SymmetryOperations): Float64Array {
  const atoms = tensors.length / 9;
  const out = new Float64Array(tensors.length);
  for (let k = 0; k < operations.count; k++) {
    for (let i = 0; i < atoms; i++) {
      const target = 9 * operations.permutations[k * atoms + i]!;
      turned(tensors.subarray(9 * i, 9 * i + 9), operations.cartesian.subarray(9 * k, 9 * k + 9))
        .forEach((value, x) => { out[target + x]! += value / operations.count; });
    }
  }
  return out;
}

/** 6 stress components in Voigt order. */
export function symmetriseStress(stress: ArrayLike<number>, operations: SymmetryOperations): Float64Array {
  return stressVoigt(symmetriseTensor(stressTensor(stress), operations));
}

/** 3×6 piezoelectric stress tensor e_i,jk = ∂P_i/∂ε_jk in Voigt order of the columns. */
export function symmetrisePiezoelectric(tensor: ArrayLike<number>, operations: SymmetryOperations): Float64Array {
  const full = Float64Array.from({ length: 27 }, (_, n) => tensor[6 * Math.floor(n / 9) + voigtIndex(Math.floor(n / 3) % 3, n % 3)]!);
  const mean = symmetriseTensor(full, operations);
  return Float64Array.from({ length: 18 }, (_, n) => {
    const [j, k] = voigtPairs[n % 6]!;
    return mean[9 * Math.floor(n / 6) + 3 * j + k]!;
  });
}

/** 6×6 stiffness c_ijkl in Voigt order. The result has the crystal's symmetry; C_ij = C_ji holds only if it did before. */
export function symmetriseStiffness(stiffness: ArrayLike<number>, operations: SymmetryOperations): Float64Array {
  const pair = (n: number): number => voigtIndex(Math.floor(n / 3), n % 3);
  const full = Float64Array.from({ length: 81 }, (_, n) => stiffness[6 * pair(Math.floor(n / 9)) + pair(n % 9)]!);
  const mean = symmetriseTensor(full, operations);
  return Float64Array.from({ length: 36 }, (_, n) => {
    const [i, j] = voigtPairs[Math.floor(n / 6)]!, [k, l] = voigtPairs[n % 6]!;
    return mean[27 * i + 9 * j + 3 * k + l]!;
  });
}

/** Largest difference between corresponding numbers: the residual that a symmetrisation removed. */
export function largestChange(before: ArrayLike<number>, after: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < before.length; i++) largest = Math.max(largest, Math.abs(before[i]! - after[i]!));
  return largest;
}

/**
 * Orthonormal basis (Frobenius) of the symmetric strains that every operation leaves as they are: flat 3×3 tensors, 1 for
 * cubic, 2 for uniaxial, 3 for orthorhombic, 4 for monoclinic, 6 for triclinic crystals. The volume strain comes first.
 */
export function invariantStrains(operations: SymmetryOperations): Float64Array[] {
  const basis: Float64Array[] = [];
  const candidates = [Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), ...voigtPairs.map((_, v) => stressTensor(voigtPairs.map((__, w) => Number(v === w))))];
  for (const candidate of candidates) {
    const rest = symmetriseTensor(candidate, operations);
    // Gram-Schmidt twice, so that rounding leaves no shadow of the earlier ones.
    for (let pass = 0; pass < 2; pass++) {
      for (const vector of basis) {
        const overlap = vector.reduce((sum, value, x) => sum + value * rest[x]!, 0);
        for (let x = 0; x < 9; x++) rest[x]! -= overlap * vector[x]!;
      }
    }
    const norm = Math.hypot(...rest);
    // Candidates have norm 1 or more; what is left is either rounding or a substantial part of it.
    if (norm > 1e-6) basis.push(rest.map((value) => value / norm));
  }
  return basis;
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
