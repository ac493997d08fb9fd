/**
 * Mean-square displacement tensors U_ij = ⟨u_i u_j⟩ of each atom in the harmonic crystal (Willis & Pryor, Thermal
 * Vibrations in Crystallography, 1975): U = Σ h/(8π² m ν) (2n + 1) e e†, averaged over the Brillouin zone.
 */
import type { SymmetryOperations } from '../crystal/crystal.ts';
import { multiply3, transpose3 } from '../math/matrix3.ts';
import { stressTensor, voigtPairs } from '../math/voigt.ts';
import { atomicMassConstant, boltzmann, electronvoltPerTerahertz, planck } from '../units/constants.ts';

/** h/(8π² · 1 amu · 1 THz) in Å² */
const unitAmplitude = (planck / (8 * Math.PI ** 2 * atomicMassConstant * 1e12)) * 1e20;

/**
 * Adds one mode to `out` (T×N×6, Å², Voigt order, not doubled).
 * `eigenvector`: real and imaginary parts of the 3N components, mass-weighted and of unit norm.
 * Modes of zero or imaginary frequency have no finite amplitude; the caller leaves them out.
 */
export function addMeanSquare(
  out: Float64Array, frequency: number, real: Float64Array, imaginary: Float64Array, masses: ArrayLike<number>, temperatures: ArrayLike<number>, weight: number,
): void {
  const atoms = masses.length;
  const products = new Float64Array(6 * atoms);
  for (let atom = 0; atom < atoms; atom++) {
    for (let v = 0; v < 6; v++) {
      const i = 3 * atom + voigtPairs[v]![0], j = 3 * atom + voigtPairs[v]![1];
      products[6 * atom + v] = (weight * unitAmplitude * (real[i]! * real[j]! + imaginary[i]! * imaginary[j]!)) / (frequency * masses[atom]!);
    }
  }
  for (let t = 0; t < temperatures.length; t++) {
    const thermal = boltzmann * temperatures[t]!;
    // 2n + 1 = coth(x/2)
    const factor = thermal > 0 ? 1 / Math.tanh((0.5 * frequency * electronvoltPerTerahertz) / thermal) : 1;
    const row = 6 * atoms * t;
    for (let at = 0; at < products.length; at++) out[row + at]! += factor * products[at]!;
  }
}

/**
 * Averages the tensors of all atoms over the crystal's operations. A sum over irreducible points stands for the whole mesh
 * only after that.
 */
export function symmetriseTensors(tensors: Float64Array, atoms: number, operations: SymmetryOperations): Float64Array {
  const out = new Float64Array(tensors.length);
  for (let start = 0; start < tensors.length; start += 6 * atoms) {
    for (let k = 0; k < operations.count; k++) {
      const rotation = operations.cartesian.subarray(9 * k, 9 * k + 9);
      const transposed = transpose3(rotation);
      for (let atom = 0; atom < atoms; atom++) {
        const image = operations.permutations[k * atoms + atom]!;
        const at = start + 6 * atom;
        const rotated = multiply3(multiply3(rotation, stressTensor(tensors.subarray(at, at + 6))), transposed);
        for (let v = 0; v < 6; v++) out[start + 6 * image + v]! += rotated[3 * voigtPairs[v]![0] + voigtPairs[v]![1]]! / operations.count;
      }
    }
  }
  return out;
}
