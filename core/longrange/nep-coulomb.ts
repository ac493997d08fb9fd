/**
 * Coulomb energy of the charged NEP (qNEP) for charges that the model gives anew in every configuration. With α = π/r_c and
 * pairs within r_c, wave vectors below 2πα (tin-foil boundary, G(k) = (4π/V) e^{−k²/4α²}/k², S = Σ q_j e^{ik·r_j}):
 *
 *   mode 1   ½ k Σ_ij q_i q_j erfc(αr)/r − (kα/√π) Σ q² + k Σ_{half space} G |S|²
 *   mode 2   k Σ_{half space} G |S|²
 *   mode 3   ½ k Σ_ij q_i q_j (erfc(αr)/r + A r + B), value and slope zero at r_c
 *
 * The format cuts both sums where 5e-5 (k) and 9e-6 (r) of them are left, and so do we by default, for the network was
 * trained with them. The wave vectors are chosen once, by their integers in the first cell, so that the energy is a smooth
 * function of strain; pairs that cross r_c still change it by a small step. `converged` carries both sums to 1e-14 instead.
 */
import type { Structure } from '../contracts/structure.ts';
import { createNeighbours } from '../crystal/neighbours.ts';
import { determinant3, reciprocalCell } from '../math/matrix3.ts';
import { erfc } from '../math/special.ts';
import { skin } from '../potential/skin.ts';
import { addPair } from '../potential/tally.ts';
import { waveIntegers, wavePhases } from './lattice-waves.ts';

export type CoulombSums = 'format' | 'converged';

export interface NepCoulombResult {
  /** eV */
  energy: number;
  /** N, eV/e: ∂E/∂q_i; E = ½ Σ q_i φ_i. */
  readonly potentials: Float64Array;
}

export interface NepCoulomb {
  /** Adds forces (3N, eV/Å) and ∂E/∂ε (6, eV) at constant charges; the result belongs to this object. */
  evaluate(charges: Float64Array, positions: Float64Array, cell: Float64Array, forces: Float64Array, virial: Float64Array): NepCoulombResult;
}

/** αr_c and k_c/2α where e^{−x²} is 1e-14. */
const convergedReach = Math.sqrt(-Math.log(1e-14));

const rootPi = Math.sqrt(Math.PI);

/** `structure`: the first cell; all three axes periodic. `radius`: r_c, Å. `constant`: k, eV·Å. */
export function nepCoulomb(structure: Structure, mode: 1 | 2 | 3, radius: number, constant: number, sums: CoulombSums): NepCoulomb {
  const count = structure.species.length;
  const alpha = Math.PI / radius;
  const cutoff = mode === 1 && sums === 'converged' ? convergedReach / alpha : radius;
  const neighbours = mode === 2 ? null : createNeighbours({ periodic: structure.periodic, cutoff, skin, half: true });
  const waves = mode === 3 ? new Int32Array(0) : waveIntegers(structure.cell, sums === 'converged' ? 2 * alpha * convergedReach : 2 * Math.PI * alpha);
  const slopeAtEnd = erfc(Math.PI) / (radius * radius) + ((2 * alpha) / rootPi) * (Math.exp(-(Math.PI ** 2)) / radius);
  // A and B of mode 3.
  const linear = mode === 3 ? slopeAtEnd : 0;
  const offset = mode === 3 ? -erfc(Math.PI) / radius - slopeAtEnd * radius : 0;

  const phases = wavePhases(count);
  const phaseRe = new Float64Array(count), phaseIm = new Float64Array(count);
  const potentials = new Float64Array(count);
  const result: NepCoulombResult = { energy: 0, potentials };

  function realSpace(charges: Float64Array, positions: Float64Array, cell: Float64Array, forces: Float64Array, virial: Float64Array): void {
    const { first, atoms, vectors, distances } = neighbours!.update(positions, cell);
    for (let i = 0; i < count; i++) {
      for (let p = first[i]!; p < first[i + 1]!; p++) {
        const r = distances[p]!;
        if (r >= cutoff) continue;
        const j = atoms[p]!;
        const screened = erfc(alpha * r) / r;
        const value = constant * (screened + linear * r + offset);
        const slope = constant * (linear - (screened + ((2 * alpha) / rootPi) * Math.exp(-alpha * alpha * r * r)) / r);
        potentials[i]! += charges[j]! * value;
        potentials[j]! += charges[i]! * value;
        addPair(forces, virial, i, j, (charges[i]! * charges[j]! * slope) / r, vectors[3 * p]!, vectors[3 * p + 1]!, vectors[3 * p + 2]!);
      }
    }
    if (mode === 1) for (let i = 0; i < count; i++) potentials[i]! -= ((2 * constant * alpha) / rootPi) * charges[i]!;
  }

  function reciprocalSpace(charges: Float64Array, positions: Float64Array, cell: Float64Array, forces: Float64Array, virial: Float64Array): void {
    phases.fill(waves, positions, cell);
    const reciprocal = reciprocalCell(cell);
    const prefactor = (4 * Math.PI) / Math.abs(determinant3(cell));
    for (let w = 0; w < waves.length; w += 3) {
      const n1 = waves[w]!, n2 = waves[w + 1]!, n3 = waves[w + 2]!;
      phases.phases(w, phaseRe, phaseIm);
      let sumRe = 0, sumIm = 0;
      for (let i = 0; i < count; i++) {
        sumRe += charges[i]! * phaseRe[i]!;
        sumIm += charges[i]! * phaseIm[i]!;
      }
      const kx = n1 * reciprocal[0]! + n2 * reciprocal[3]! + n3 * reciprocal[6]!;
      const ky = n1 * reciprocal[1]! + n2 * reciprocal[4]! + n3 * reciprocal[7]!;
      const kz = n1 * reciprocal[2]! + n2 * reciprocal[5]! + n3 * reciprocal[8]!;
      const square = kx * kx + ky * ky + kz * kz;
      const weight = (2 * constant * prefactor * Math.exp(-square / (4 * alpha * alpha))) / square;
      for (let i = 0; i < count; i++) {
        const pr = phaseRe[i]!, pi = phaseIm[i]!;
        potentials[i]! += weight * (pr * sumRe + pi * sumIm);
        // −∂E/∂r_i = weight q_i k Im(e^{ik·r_i} S*)
        const push = weight * charges[i]! * (pi * sumRe - pr * sumIm);
        forces[3 * i]! += push * kx;
        forces[3 * i + 1]! += push * ky;
        forces[3 * i + 2]! += push * kz;
      }
      const energy = 0.5 * weight * (sumRe * sumRe + sumIm * sumIm);
      const shear = energy * (1 / (2 * alpha * alpha) + 2 / square);
      virial[0]! += shear * kx * kx - energy;
      virial[1]! += shear * ky * ky - energy;
      virial[2]! += shear * kz * kz - energy;
      virial[3]! += shear * ky * kz;
      virial[4]! += shear * kx * kz;
      virial[5]! += shear * kx * ky;
    }
  }

  return {
    evaluate(charges, positions, cell, forces, virial) {
      potentials.fill(0);
      if (mode !== 2) realSpace(charges, positions, cell, forces, virial);
      if (mode !== 3) reciprocalSpace(charges, positions, cell, forces, virial);
      result.energy = 0;
      for (let i = 0; i < count; i++) result.energy += 0.5 * charges[i]! * potentials[i]!;
      return result;
    },
  };
}
