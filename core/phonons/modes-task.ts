import type { Structure } from '../contracts/structure.ts';
import { cellVolume, massesOf } from '../crystal/structure.ts';
import { hermitianSolver } from '../kernels/hermitian.ts';
import { matrixTimesVector3, norm3 } from '../math/matrix3.ts';
import { longRangeOf, type Potential } from '../potential/potential.ts';
import { terahertzPerRootForceConstant, timeUnit } from '../units/constants.ts';
import { dynamicalMatrix, type DynamicalMatrix } from './dynamical-matrix.ts';
import type { ForceConstants } from './force-constants.ts';
import { addMeanSquare } from './mean-square-displacements.ts';
import { acousticModes } from './thermal.ts';

export interface ModesInput {
  /** Primitive cell, with the masses to use. */
  readonly structure: Structure;
  /** Short-range part; the potential's long-range parts are added analytically. */
  readonly forceConstants: ForceConstants;
  /** Q×3, reduced coordinates of the primitive reciprocal cell. */
  readonly qpoints: Float64Array;
  /**
   * Q×3 Cartesian, any length, zero for none: the direction in which q = 0 is approached (non-analytic term) and along
   * which group velocities are taken.
   */
  readonly directions?: Float64Array;
  readonly eigenvectors: boolean;
  /** Needs `directions`. */
  readonly groupVelocities: boolean;
  /** How much each atom takes part in each mode, |e|². */
  readonly projections?: boolean;
  /** Sum of mean-square displacements over these wave vectors. Weights: Q, which sum to 1 over the whole mesh. */
  readonly meanSquare?: { readonly temperatures: Float64Array; readonly weights: Float64Array };
}

/** M = 3N modes in ascending order of signed frequency. */
export interface ModesResult {
  /** Q×M THz, imaginary shown negative. */
  readonly frequencies: Float64Array;
  /** Q×M×N×3×2 mass-weighted, unit norm, (re, im), phase convention exp(i q·(r_j − r_i)); null unless wanted. */
  readonly eigenvectors: Float64Array | null;
  /** Q×M m/s: dω/dq along the direction; null unless wanted. */
  readonly groupVelocities: Float64Array | null;
  /** Q×M×N; null unless wanted. */
  readonly projections: Float64Array | null;
  /** T×N×6 Å², Voigt order, not doubled; acoustic modes at q = 0 and imaginary ones left out; null unless wanted. */
  readonly meanSquare: Float64Array | null;
  /** Largest |D − D†| relative to the largest term of D, at the last wave vector of the batch. */
  readonly hermiticity: number;
}

/** √(eV/amu) in m/s */
const velocityUnit = 1e-10 / timeUnit;

/** Eigenvalues closer than this fraction of the largest are one degenerate level: rounding leaves 1e-12. */
const degeneracy = 1e-8;

/** Signed frequency, THz, of an eigenvalue of the dynamical matrix. */
export function frequencyOf(eigenvalue: number): number {
  return Math.sign(eigenvalue) * Math.sqrt(Math.abs(eigenvalue)) * terahertzPerRootForceConstant;
}

export function modesTask(input: ModesInput, potential: Potential): ModesResult {
  const { structure, qpoints, directions, meanSquare } = input;
  const atoms = structure.species.length;
  const modes = 3 * atoms;
  const count = qpoints.length / 3;
  const masses = massesOf(structure);
  const matrix = crystalDynamics(structure, input.forceConstants, potential);
  const { solver } = matrix;
  const wantVectors = input.eigenvectors || input.groupVelocities || input.projections === true || meanSquare !== undefined;

  const frequencies = new Float64Array(count * modes);
  const eigenvectors = input.eigenvectors ? new Float64Array(count * modes * modes * 2) : null;
  const groupVelocities = input.groupVelocities ? new Float64Array(count * modes) : null;
  const projections = input.projections ? new Float64Array(count * modes * atoms) : null;
  const meanSquareSum = meanSquare ? new Float64Array(meanSquare.temperatures.length * atoms * 6) : null;

  for (let k = 0; k < count; k++) {
    const q = qpoints.subarray(3 * k, 3 * k + 3);
    const given = directions?.subarray(3 * k, 3 * k + 3);
    const direction = given && norm3(given) > 0 ? given : undefined;
    matrix.load(q, direction);
    solver.solve(wantVectors);
    for (let m = 0; m < modes; m++) frequencies[k * modes + m] = frequencyOf(solver.values[m]!);
    if (eigenvectors) {
      for (let m = 0; m < modes; m++) {
        for (let i = 0; i < modes; i++) {
          eigenvectors[2 * ((k * modes + m) * modes + i)] = solver.vectorsReal[m * solver.stride + i]!;
          eigenvectors[2 * ((k * modes + m) * modes + i) + 1] = solver.vectorsImaginary[m * solver.stride + i]!;
        }
      }
    }
    if (projections) {
      for (let m = 0; m < modes; m++) {
        for (let i = 0; i < modes; i++) {
          const at = m * solver.stride + i;
          projections[(k * modes + m) * atoms + Math.floor(i / 3)]! += solver.vectorsReal[at]! ** 2 + solver.vectorsImaginary[at]! ** 2;
        }
      }
    }
    if (meanSquare && meanSquareSum) {
      const row = frequencies.subarray(k * modes, (k + 1) * modes);
      const skipped = isOrigin(q) ? acousticModes(row) : [];
      for (let m = 0; m < modes; m++) {
        if (!(row[m]! > 0) || skipped.includes(m)) continue;
        const from = m * solver.stride;
        addMeanSquare(
          meanSquareSum, row[m]!, solver.vectorsReal.subarray(from, from + modes), solver.vectorsImaginary.subarray(from, from + modes),
          masses, meanSquare.temperatures, meanSquare.weights[k]!,
        );
      }
    }
    if (groupVelocities) {
      if (!direction) throw new Error('modesTask: group velocities need a direction at every wave vector');
      groupVelocities.set(velocitiesAlong(matrix, structure, q, direction), k * modes);
    }
  }
  const hermiticity = count > 0 ? matrix.hermiticity(qpoints.subarray(3 * count - 3)) : 0;
  return { frequencies, eigenvectors, groupVelocities, projections, meanSquare: meanSquareSum, hermiticity };
}

/** The dynamical matrix of a crystal: given short-range force constants, exact long-range parts of the potential. */
export function crystalDynamics(structure: Structure, forceConstants: ForceConstants, potential: Potential): DynamicalMatrix {
  return dynamicalMatrix(structure, forceConstants, longRangeOf(potential, structure));
}

function isOrigin(q: ArrayLike<number>): boolean {
  return q[0] === 0 && q[1] === 0 && q[2] === 0;
}

/** m/s per mode for the solver's present solution, first-order perturbation theory within degenerate levels. */
function velocitiesAlong(matrix: DynamicalMatrix, structure: Structure, q: ArrayLike<number>, direction: ArrayLike<number>): Float64Array {
  const { modes, solver } = matrix;
  const length = norm3(direction);
  const unit = Float64Array.from(direction, (value) => value / length);
  const values = solver.values.slice();
  const out = new Float64Array(modes);
  const block = matrix.slopes(q, unit);
  const tolerance = degeneracy * values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let first = 0; first < modes; ) {
    let last = first + 1;
    while (last < modes && values[last]! - values[last - 1]! <= tolerance) last++;
    const slopes = blockEigenvalues(block(first, last), last - first);
    for (let m = first; m < last; m++) {
      const root = Math.sqrt(Math.abs(values[m]!));
      out[m] = root > 0 ? (velocityUnit * slopes[m - first]!) / (2 * root) : 0;
    }
    first = last;
  }
  if (isOrigin(q)) {
    // ω² of the acoustic branches vanishes here with its slope: their velocity is the limit of ω/q.
    const sound = soundVelocities(matrix, structure, unit);
    acousticModes(values).sort((a, b) => a - b).forEach((m, branch) => { out[m] = sound[branch]!; });
  }
  return out;
}

function blockEigenvalues(block: Float64Array, size: number): Float64Array {
  if (size === 1) return block;
  const solver = hermitianSolver(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      solver.real[i * solver.stride + j] = block[2 * (i * size + j)]!;
      solver.imaginary[i * solver.stride + j] = block[2 * (i * size + j) + 1]!;
    }
  }
  solver.solve(false);
  return solver.values.slice();
}

/**
 * Long-wave limit ω/q of the three acoustic branches along a Cartesian unit vector, m/s, ascending; negative where the
 * crystal is unstable against that wave. Two small wave vectors, extrapolated: ω/q = v + O(q²). Changes the solver.
 */
export function soundVelocities(matrix: DynamicalMatrix, structure: Structure, unit: ArrayLike<number>): Float64Array {
  // With q·a = 0.02 the extrapolation errs by about 1e-7 and the rounding of ω² by 1e-10.
  const step = 0.02 / Math.cbrt(cellVolume(structure.cell));
  const along = (q: number): Float64Array => {
    matrix.load(matrixTimesVector3(structure.cell, unit).map((value) => (value * q) / (2 * Math.PI)));
    matrix.solver.solve(false);
    const { values } = matrix.solver;
    return Float64Array.from(acousticModes(values).map((m) => values[m]!).sort((a, b) => a - b), (value) => (velocityUnit * Math.sign(value) * Math.sqrt(Math.abs(value))) / q);
  };
  const near = along(step), far = along(2 * step);
  return near.map((velocity, branch) => (4 * velocity - far[branch]!) / 3);
}
