/**
 * Mode Grüneisen parameters γ = −∂ ln ω/∂λ by first-order perturbation theory, γ = −⟨e| ∂D/∂λ |e⟩ / (2ω²) (Born & Huang
 * 1954, §4), with ∂D/∂λ a central difference between two deformed crystals at the same reduced wave vector. Following
 * eigenvectors instead of sorted frequencies, branches may cross. Within a set of degenerate modes the perturbation is
 * diagonalised, as it must be.
 *
 * λ is whatever the deformed crystals differ in: ln V, or one component of strain. Their ions are relaxed, so internal
 * strain is contained. Phases follow the ions too, which changes D by a unitary transformation only; its first-order
 * effect on an eigenvalue vanishes.
 */
import type { Structure } from '../contracts/structure.ts';
import { referenceSolver } from '../math/hermitian.ts';
import type { Potential } from '../potential/potential.ts';
import type { DynamicalMatrix } from './dynamical-matrix.ts';
import type { ForceConstants } from './force-constants.ts';
import { crystalDynamics, frequencyOf } from './modes-task.ts';

export interface StrainedCrystal {
  readonly structure: Structure;
  readonly forceConstants: ForceConstants;
}

export interface GrueneisenInput {
  readonly centre: StrainedCrystal;
  readonly plus: StrainedCrystal;
  readonly minus: StrainedCrystal;
  /** λ(plus) − λ(minus) */
  readonly difference: number;
  /** Q×3 reduced, without q = 0. */
  readonly qpoints: Float64Array;
}

export interface GrueneisenResult {
  /** Q×M THz, ascending, of `centre`. */
  readonly frequencies: Float64Array;
  /** Q×M; NaN for a mode without restoring force (ω² ≤ 0), which has no logarithm. */
  readonly grueneisen: Float64Array;
}

/** THz: modes closer than this are one degenerate set; splittings by rounding are a thousand times smaller. */
const degenerate = 1e-5;

export function grueneisenTask(input: GrueneisenInput, potential: Potential): GrueneisenResult {
  const matrixOf = ({ structure, forceConstants }: StrainedCrystal): DynamicalMatrix => crystalDynamics(structure, forceConstants, potential);
  const [centre, plus, minus] = [matrixOf(input.centre), matrixOf(input.plus), matrixOf(input.minus)];
  const { modes, solver } = centre;
  const { stride } = solver;
  const count = input.qpoints.length / 3;
  const frequencies = new Float64Array(count * modes);
  const grueneisen = new Float64Array(count * modes);
  const slopeReal = new Float64Array(modes * stride);
  const slopeImaginary = new Float64Array(modes * stride);

  for (let at = 0; at < count; at++) {
    const q = input.qpoints.subarray(3 * at, 3 * at + 3);
    centre.load(q);
    solver.solve(true);
    plus.load(q);
    minus.load(q);
    // Lower triangle of ∂D/∂λ.
    for (let k = 0; k < slopeReal.length; k++) {
      slopeReal[k] = (plus.solver.real[k]! - minus.solver.real[k]!) / input.difference;
      slopeImaginary[k] = (plus.solver.imaginary[k]! - minus.solver.imaginary[k]!) / input.difference;
    }
    for (let m = 0; m < modes; m++) frequencies[at * modes + m] = frequencyOf(solver.values[m]!);
    for (let first = 0; first < modes; ) {
      let last = first + 1;
      while (last < modes && frequencies[at * modes + last]! - frequencies[at * modes + last - 1]! < degenerate) last++;
      const rates = perturbation(slopeReal, slopeImaginary, centre, first, last);
      for (let m = first; m < last; m++) {
        const square = solver.values[m]!;
        grueneisen[at * modes + m] = square > 0 ? -rates[m - first]! / (2 * square) : Number.NaN;
      }
      first = last;
    }
  }
  return { frequencies, grueneisen };
}

/** Eigenvalues of e† S e within the eigenvectors first … last−1. S: Hermitian, lower triangle given. */
function perturbation(real: Float64Array, imaginary: Float64Array, { modes, solver }: DynamicalMatrix, first: number, last: number): Float64Array {
  const { stride, vectorsReal, vectorsImaginary } = solver;
  const size = last - first;
  const block = referenceSolver(size);
  const productReal = new Float64Array(modes);
  const productImaginary = new Float64Array(modes);
  for (let n = 0; n < size; n++) {
    const right = (first + n) * stride;
    productReal.fill(0);
    productImaginary.fill(0);
    for (let i = 0; i < modes; i++) {
      for (let j = 0; j <= i; j++) {
        const a = real[i * stride + j]!;
        const b = i === j ? 0 : imaginary[i * stride + j]!;
        productReal[i]! += a * vectorsReal[right + j]! - b * vectorsImaginary[right + j]!;
        productImaginary[i]! += a * vectorsImaginary[right + j]! + b * vectorsReal[right + j]!;
        if (i === j) continue;
        productReal[j]! += a * vectorsReal[right + i]! + b * vectorsImaginary[right + i]!;
        productImaginary[j]! += a * vectorsImaginary[right + i]! - b * vectorsReal[right + i]!;
      }
    }
    for (let m = n; m < size; m++) {
      const left = (first + m) * stride;
      let sumReal = 0, sumImaginary = 0;
      for (let i = 0; i < modes; i++) {
        sumReal += vectorsReal[left + i]! * productReal[i]! + vectorsImaginary[left + i]! * productImaginary[i]!;
        sumImaginary += vectorsReal[left + i]! * productImaginary[i]! - vectorsImaginary[left + i]! * productReal[i]!;
      }
      block.real[m * block.stride + n] = sumReal;
      block.imaginary[m * block.stride + n] = m === n ? 0 : sumImaginary;
    }
  }
  block.solve(false);
  return block.values;
}
