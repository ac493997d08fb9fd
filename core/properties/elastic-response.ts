/**
 * The few strains and displacements that must be computed, and the tensors that follow from them by symmetry.
 *
 * An operation R of the crystal class turns one computed answer (strain s gives stress t and forces f) into another:
 * R s Rᵀ gives R t Rᵀ and the permuted, turned forces. All images of all answers together determine the linear maps by
 * least squares; because the set of images is closed under the group, the maps have the crystal's symmetry exactly, and
 * the residual of the fit is the part of the answers that violates it.
 */
import { inverse, Matrix } from 'ml-matrix';
import type { Crystal, SymmetryOperations } from '../crystal/crystal.ts';
import { matrixTimesVector3, multiply3, transpose3 } from '../math/matrix3.ts';
import { stressTensor, strainTensor } from '../math/voigt.ts';
import { mandelVector } from './elastic-tensor.ts';
import type { Derivatives } from './strain-response.ts';

/** A unit strain of the input's frame: Voigt index (engineering shear for 3 to 5) and the symmetric tensor. */
export interface UnitStrain {
  readonly voigt: number;
  readonly tensor: Float64Array;
}

/** One atom moved along one Cartesian axis. */
export interface UnitDisplacement {
  readonly atom: number;
  readonly direction: Float64Array;
}

/**
 * A new direction counts when at least this much of it (of unit length) lies outside the span so far. One of the unit
 * vectors always has 1/√6 = 0.41 outside an incomplete span, so the choice always ends with a well-conditioned set.
 */
const newEnough = 0.1;

/** Collects directions whose images under a group span a space; each is added only where it brings something new. */
function independent<T>(candidates: readonly T[], images: (candidate: T) => Float64Array[], dimension: number): T[] {
  const basis: Float64Array[] = [];
  const remainder = (vector: Float64Array): Float64Array => {
    let rest = vector;
    // Twice is enough for orthogonality to rounding (Giraud & Langou 2003).
    for (let pass = 0; pass < 2; pass++) {
      for (const other of basis) {
        const overlap = rest.reduce((sum, value, i) => sum + value * other[i]!, 0);
        rest = rest.map((value, i) => value - overlap * other[i]!);
      }
    }
    return rest;
  };
  const length = (vector: Float64Array): number => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  const chosen: T[] = [];
  for (const candidate of candidates) {
    let added = false;
    for (const image of images(candidate)) {
      const rest = remainder(image);
      if (basis.length < dimension && length(rest) > newEnough * length(image)) {
        const norm = length(rest);
        basis.push(rest.map((value) => value / norm));
        added = true;
      }
    }
    if (added) chosen.push(candidate);
  }
  return chosen;
}

function rotationOf(operations: SymmetryOperations, k: number): Float64Array {
  return operations.cartesian.subarray(9 * k, 9 * k + 9);
}

function rotatedTensor(rotation: Float64Array, tensor: Float64Array): Float64Array {
  return multiply3(multiply3(rotation, tensor), transpose3(rotation));
}

/** The unit strains of the input's frame that have to be applied: two for a cubic crystal, three for quartz. */
export function independentStrains({ symmetry: { operations } }: Crystal): UnitStrain[] {
  const candidates = Array.from({ length: 6 }, (_, voigt) => ({
    voigt,
    tensor: strainTensor(Float64Array.from({ length: 6 }, (_, j) => Number(j === voigt))),
  }));
  const images = ({ tensor }: UnitStrain): Float64Array[] =>
    Array.from({ length: operations.count }, (_, k) => mandelVector(rotatedTensor(rotationOf(operations, k), tensor)));
  return independent(candidates, images, 6);
}

/** The displacements that have to be made: for one atom of each orbit, the axes whose images under its site symmetry span space. */
export function independentDisplacements({ structure, symmetry: { operations, orbits } }: Crystal): UnitDisplacement[] {
  const atoms = structure.species.length;
  return [...new Set(orbits)].flatMap((atom) => {
    const candidates = [0, 1, 2].map((axis) => ({ atom, direction: Float64Array.from({ length: 3 }, (_, a) => Number(a === axis)) }));
    const site = Array.from({ length: operations.count }, (_, k) => k).filter((k) => operations.permutations[k * atoms + atom] === atom);
    return independent(candidates, ({ direction }) => site.map((k) => matrixTimesVector3(rotationOf(operations, k), direction)), 3);
  });
}

/** Linear map `output = matrix · input` by least squares over samples; matrix row-major [outputs][inputs]. */
function linearMap(inputs: readonly Float64Array[], outputs: readonly Float64Array[]): { matrix: Float64Array; residual: number } {
  const s = new Matrix(inputs.map((vector) => Array.from(vector)));
  const t = new Matrix(outputs.map((vector) => Array.from(vector)));
  const transposed = inverse(s.transpose().mmul(s)).mmul(s.transpose()).mmul(t);
  const residual = Matrix.sub(s.mmul(transposed), t).abs().max();
  return { matrix: Float64Array.from(transposed.transpose().to1DArray()), residual };
}

/** Forces after operation k: atom i's force, turned, on the atom to which i is carried. */
function imageOfForces(operations: SymmetryOperations, k: number, forces: Float64Array): Float64Array {
  const atoms = forces.length / 3;
  const out = new Float64Array(forces.length);
  for (let i = 0; i < atoms; i++) {
    out.set(matrixTimesVector3(rotationOf(operations, k), forces.subarray(3 * i, 3 * i + 3)), 3 * operations.permutations[k * atoms + i]!);
  }
  return out;
}

export interface StrainMaps {
  /** 6×6 Mandel, eV/Å³: ∂σ/∂ε at fixed fractional coordinates, not made symmetric */
  readonly stiffness: Float64Array;
  /** 3N×6, eV/Å: ∂f/∂ε in Mandel strain */
  readonly internalStrain: Float64Array;
  /** eV/Å³: largest part of a stress that violates the crystal's symmetry */
  readonly residual: number;
}

export function strainMaps({ symmetry: { operations } }: Crystal, strains: readonly UnitStrain[], answers: readonly Derivatives[]): StrainMaps {
  const inputs: Float64Array[] = [], stresses: Float64Array[] = [], forces: Float64Array[] = [];
  strains.forEach(({ tensor }, n) => {
    for (let k = 0; k < operations.count; k++) {
      const rotation = rotationOf(operations, k);
      inputs.push(mandelVector(rotatedTensor(rotation, tensor)));
      stresses.push(mandelVector(rotatedTensor(rotation, stressTensor(answers[n]!.stress))));
      forces.push(imageOfForces(operations, k, answers[n]!.forces));
    }
  });
  const stiffness = linearMap(inputs, stresses);
  return { stiffness: stiffness.matrix, internalStrain: linearMap(inputs, forces).matrix, residual: stiffness.residual };
}

export interface DisplacementMaps {
  /** 3N×3N, eV/Å²: K = −∂f/∂u at Γ (macroscopic electric field zero), not made symmetric; column = what was displaced */
  readonly hessian: Float64Array;
  /** 3N×6, eV/Å: −V ∂σ/∂u in Mandel components; equals ∂f/∂ε */
  readonly internalStrain: Float64Array;
  /** eV/Å²: largest part of a force derivative that violates the crystal's symmetry */
  readonly residual: number;
}

export function displacementMaps({ structure, symmetry: { operations } }: Crystal, volume: number, displacements: readonly UnitDisplacement[], answers: readonly Derivatives[]): DisplacementMaps {
  const atoms = structure.species.length;
  const size = 3 * atoms;
  const hessian = new Float64Array(size * size);
  const internalStrain = new Float64Array(size * 6);
  let residual = 0;
  for (let target = 0; target < atoms; target++) {
    const inputs: Float64Array[] = [], forces: Float64Array[] = [], stresses: Float64Array[] = [];
    displacements.forEach(({ atom, direction }, n) => {
      for (let k = 0; k < operations.count; k++) {
        if (operations.permutations[k * atoms + atom] !== target) continue;
        const rotation = rotationOf(operations, k);
        inputs.push(matrixTimesVector3(rotation, direction));
        forces.push(imageOfForces(operations, k, answers[n]!.forces));
        stresses.push(mandelVector(rotatedTensor(rotation, stressTensor(answers[n]!.stress))));
      }
    });
    const columns = linearMap(inputs, forces);
    const stress = linearMap(inputs, stresses);
    residual = Math.max(residual, columns.residual);
    for (let a = 0; a < 3; a++) {
      for (let row = 0; row < size; row++) hessian[row * size + 3 * target + a] = -columns.matrix[3 * row + a]!;
      for (let j = 0; j < 6; j++) internalStrain[6 * (3 * target + a) + j] = -volume * stress.matrix[3 * j + a]!;
    }
  }
  return { hessian, internalStrain, residual };
}
