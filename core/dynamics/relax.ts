/**
 * Relaxation of a periodic crystal: ions, and as much of the cell as the constraint leaves free, to a given stress.
 *
 * Variables. The cell is H = H0 exp(ε)ᵀ with a symmetric logarithmic strain ε, so that the lattice is deformed but never
 * rotated; det exp(ε) = exp(tr ε) makes constant volume (tr ε = 0) and constant shape (ε = λ 1) linear subspaces, in
 * which a minimiser stays by itself. Atoms are described in the reference cell, u = f · H0, so that a change of ε
 * carries them along. Gradients are symmetrised over the space group, so the relaxation never leaves it.
 *
 * Function. H = E + P V − V0 s : ε with the pressure P and deviator s of the requested stress. ∂H/∂ε follows from
 * ∂(E + P V)/∂F = V (σ + P) F⁻ᵀ and the derivative of the matrix exponential in the eigenbasis of ε. A deviator has no
 * exact potential (work done by a constant Cauchy stress depends on the path: Wallace, Thermodynamics of Crystals,
 * 1972, § 2); the reference cell is therefore renewed until the Cauchy stress itself is the requested one.
 */
import { Refusal, refuse } from '../contracts/messages.ts';
import type { Structure } from '../contracts/structure.ts';
import type { SymmetryOperations } from '../crystal/crystal.ts';
import { cellVolume } from '../crystal/structure.ts';
import { symmetriseForces, symmetriseStress, symmetriseStructure } from '../crystal/symmetrise.ts';
import { inverse3, multiply3, transpose3, vectorTimesMatrix3 } from '../math/matrix3.ts';
import { symmetricEigen } from '../math/symmetric-eigen.ts';
import { stressTensor, stressVoigt } from '../math/voigt.ts';
import type { Evaluator, Potential } from '../potential/potential.ts';
import { gigapascalPerElectronvoltPerCubicAngstrom as gigapascal } from '../units/constants.ts';
import { fire } from './fire.ts';
import { lbfgs } from './lbfgs.ts';
import type { Minimum, Objective, Point } from './minimiser.ts';

/**
 * `full`: ions and cell, to the requested stress; `fixed-shape`: ions and volume, to the requested pressure;
 * `fixed-volume`: ions and shape, until the deviatoric stress vanishes (or equals the requested deviator);
 * `fixed-cell`: ions alone.
 */
export const relaxConstraints = ['full', 'fixed-shape', 'fixed-volume', 'fixed-cell'] as const;
export type RelaxConstraint = (typeof relaxConstraints)[number];
/** `lbfgs` goes on with FIRE by itself where its line search finds no way on. */
export const relaxMethods = ['lbfgs', 'fire'] as const;
export type RelaxMethod = (typeof relaxMethods)[number];

export interface RelaxInput {
  readonly structure: Structure;
  /** Operations of `structure` to be kept; null keeps none. They must leave the requested stress unchanged. */
  readonly operations: SymmetryOperations | null;
  readonly constraint: RelaxConstraint;
  readonly method: RelaxMethod;
  /** 6 GPa, Voigt order, positive = tension: a pressure P is (−P, −P, −P, 0, 0, 0). */
  readonly stress: Float64Array;
  /** eV/Å: largest force component left. */
  readonly forceTolerance: number;
  /** GPa: largest component left of the stress that the constraint lets relax. */
  readonly stressTolerance: number;
  readonly maxSteps: number;
}

export interface RelaxOutcome {
  readonly structure: Structure;
  readonly converged: boolean;
  /** eV per cell */
  readonly energy: number;
  /** eV per cell: of the structure that came in, symmetrised */
  readonly startEnergy: number;
  /** eV per cell: change of H over the whole relaxation; negative or zero */
  readonly enthalpyChange: number;
  /** 3N, eV/Å */
  readonly forces: Float64Array;
  /** 6 GPa, Voigt order */
  readonly stress: Float64Array;
  /** eV/Å: largest force component */
  readonly maxForce: number;
  /** GPa: largest component of the deviation from the requested stress, within the freedom the constraint leaves (0 with a fixed cell) */
  readonly maxStress: number;
  /** eV/Å: largest part of a force at the end that breaks the symmetry and was projected out */
  readonly asymmetry: number;
  readonly steps: number;
  readonly evaluations: number;
  /** In words, for instance `L-BFGS` or `L-BFGS, then FIRE`. */
  readonly method: string;
  /** Per accepted step, the start first: eV per cell, eV/Å, GPa. */
  readonly history: { readonly energy: Float64Array; readonly maxForce: Float64Array; readonly maxStress: Float64Array };
  /** At the end: atoms whose environments lie outside the training set, and the farthest of them in widths of its ranges; null where the potential knows none. */
  readonly extrapolation: { readonly atoms: number; readonly excess: number } | null;
}

/** What a relaxation says after the start and after each accepted step. */
export interface RelaxStep {
  /** 0 at the start */
  readonly step: number;
  /** eV/Å */
  readonly maxForce: number;
  /** GPa */
  readonly maxStress: number;
}

/**
 * Scales of the variables, so that curvatures come out near one: a typical spring constant of an atom (eV/Å²) and a
 * typical stiffness (eV/Å³, 160 GPa). Only the first step depends on them.
 */
const typicalSpring = 10;
const typicalStiffness = 1;
/** Å and (pure number): the most that one step may move an atom or strain the cell. */
const longestMove = 0.2;
const largestStrain = 0.08;
/** Relative rounding of an energy: sums of some hundred thousand terms. */
const energyRounding = 1e-12;
/**
 * No crystal changes its volume so much on its way to a minimum: one given in bohr for Å is 6.7 times too large. A network
 * outside what it was trained on may draw a cell together without end, and every step would have more neighbours than the last.
 */
const mostVolumeChange = 10;
/** A deviator of a few GPa is met in three renewals of the reference cell; more are not expected. */
const renewals = 20;

interface State extends Point {
  readonly cell: Float64Array;
  readonly positions: Float64Array;
  readonly potentialEnergy: number;
  readonly forces: Float64Array;
  /** 6 eV/Å³ */
  readonly stress: Float64Array;
  readonly maxForce: number;
  readonly maxStress: number;
  readonly asymmetry: number;
}

export function relaxTask(input: RelaxInput, potential: Potential, tell: (step: RelaxStep) => void = () => undefined): RelaxOutcome {
  if (!input.structure.periodic.every(Boolean)) refuse('relaxation.periodic', { periodic: input.structure.periodic.map((axis) => (axis ? 'T' : 'F')).join(' ') });
  const start = input.operations ? symmetriseStructure(input.structure, input.operations) : input.structure;
  const evaluator = potential.bind(start);
  const requested = stressTensor(input.stress.map((value) => value / gigapascal));
  const deviator = withoutTrace(requested);
  const hasDeviator = input.constraint !== 'fixed-cell' && input.constraint !== 'fixed-shape' && deviator.some((value) => Math.abs(value) * gigapascal > 1e-12);

  const history = { energy: [] as number[], maxForce: [] as number[], maxStress: [] as number[] };
  const watch = (point: Point): void => {
    const state = point as State;
    history.energy.push(state.potentialEnergy);
    history.maxForce.push(state.maxForce);
    history.maxStress.push(state.maxStress);
    tell({ step: history.energy.length - 1, maxForce: state.maxForce, maxStress: state.maxStress });
    const ratio = cellVolume(state.cell) / cellVolume(start.cell);
    if (ratio > mostVolumeChange || ratio < 1 / mostVolumeChange) refuse('relaxation.runaway', { ratio: Number(ratio.toPrecision(3)), steps: history.energy.length - 1 });
  };

  let steps = 0;
  let evaluations = 0;
  let usedFire = input.method === 'fire';
  let reference: Structure = start;
  let first: State | null = null;
  let last: State | null = null;
  let enthalpyChange = 0;
  let converged = false;
  for (let renewal = 0; renewal < (hasDeviator ? renewals : 1); renewal++) {
    const objective = cellObjective(reference, evaluator, input, requested, () => evaluations++);
    const begin = objective.at(new Float64Array(9 + start.positions.length)) as State | null;
    if (begin === null) {
      // The potential's own refusal says more (which atoms, how close); what it does not refuse is not finite.
      evaluator.evaluate(reference.positions, reference.cell, { forces: true, stress: true });
      refuse('relaxation.start', { title: start.title ?? start.species.join(' ').slice(0, 80) });
    }
    if (first === null) {
      first = begin;
      watch(begin);
    }
    const left = input.maxSteps - steps;
    let minimum: Minimum = input.method === 'fire' ? fire(objective, begin, left, watch) : lbfgs(objective, begin, left, watch);
    steps += minimum.steps;
    if (!minimum.converged && input.method === 'lbfgs' && steps < input.maxSteps) {
      usedFire = true;
      minimum = fire(objective, minimum.point, input.maxSteps - steps, watch);
      steps += minimum.steps;
    }
    last = minimum.point as State;
    enthalpyChange += last.energy - begin.energy;
    reference = { ...start, cell: last.cell, positions: last.positions };
    // Where the last reference was already the answer, generalised and Cauchy stress are the same.
    converged = minimum.converged && (!hasDeviator || last.maxStress <= input.stressTolerance);
    if (converged || !minimum.converged) break;
  }
  if (first === null || last === null) throw new Error('relaxTask: no point was evaluated');
  return {
    structure: reference,
    converged,
    energy: last.potentialEnergy,
    startEnergy: first.potentialEnergy,
    enthalpyChange,
    forces: last.forces,
    stress: last.stress.map((value) => value * gigapascal),
    maxForce: last.maxForce,
    maxStress: last.maxStress,
    asymmetry: last.asymmetry,
    steps,
    evaluations,
    method: input.method === 'fire' ? 'FIRE' : usedFire ? 'L-BFGS, then FIRE' : 'L-BFGS',
    history: { energy: Float64Array.from(history.energy), maxForce: Float64Array.from(history.maxForce), maxStress: Float64Array.from(history.maxStress) },
    extrapolation: extrapolationAt(evaluator, last),
  };
}

function extrapolationAt(evaluator: Evaluator, { positions, cell }: State): RelaxOutcome['extrapolation'] {
  const { extrapolation } = evaluator.evaluate(positions, cell, { extrapolation: true });
  return extrapolation ? { atoms: extrapolation.counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0), excess: extrapolation.excess.reduce((most, value) => Math.max(most, value), 0) } : null;
}

/** H as a function of 9 scaled strain components and 3N scaled reference positions (as changes from `reference`). */
function cellObjective(reference: Structure, evaluator: Evaluator, input: RelaxInput, requested: Float64Array, count: () => void): Objective {
  const { operations, constraint } = input;
  const volume0 = cellVolume(reference.cell);
  const pressure = -(requested[0]! + requested[4]! + requested[8]!) / 3;
  const deviator = withoutTrace(requested);
  const atomScale = Math.sqrt(typicalSpring);
  const strainScale = Math.sqrt(volume0 * typicalStiffness);
  const atoms = reference.species.length;

  const at = (variables: Float64Array): State | null => {
    const strain = variables.subarray(0, 9).map((value) => value / strainScale);
    const { deformation, eigen } = exponential(strain);
    const toNew = transpose3(deformation);
    const cell = multiply3(reference.cell, toNew);
    const positions = new Float64Array(3 * atoms);
    for (let i = 0; i < 3 * atoms; i += 3) {
      const moved = reference.positions.slice(i, i + 3).map((value, a) => value + variables[9 + i + a]! / atomScale);
      positions.set(vectorTimesMatrix3(moved, toNew), i);
    }
    count();
    const raw = evaluated(evaluator, positions, cell);
    if (raw === null) return null;
    const forces = withoutMean(operations ? symmetriseForces(raw.forces, operations) : raw.forces);
    const stress = operations ? symmetriseStress(raw.stress, operations) : raw.stress;
    const volume = cellVolume(cell);

    const sigma = stressTensor(stress);
    const excess = sigma.map((value, i) => value + (i % 4 === 0 ? pressure : 0));
    const byDeformation = multiply3(excess, inverse3(deformation)).map((value) => volume * value);
    const byStrain = throughExponential(byDeformation, eigen).map((value, i) => value - volume0 * deviator[i]!);
    const freeStrain = withinConstraint(byStrain, constraint);

    const gradient = new Float64Array(9 + 3 * atoms);
    for (let i = 0; i < 9; i++) gradient[i] = freeStrain[i]! / strainScale;
    for (let i = 0; i < 3 * atoms; i += 3) {
      const back = vectorTimesMatrix3(forces.subarray(i, i + 3), deformation);
      for (let a = 0; a < 3; a++) gradient[9 + i + a] = -back[a]! / atomScale;
    }
    const maxForce = largest(forces);
    const maxStress = largest(withinConstraint(sigma.map((value, i) => value - requested[i]!), constraint)) * gigapascal;
    const generalised = (largest(freeStrain) / volume) * gigapascal;
    const hasDeviator = deviator.some((value) => value !== 0);
    return {
      variables,
      energy: raw.energy + pressure * volume - volume0 * strain.reduce((sum, value, i) => sum + value * deviator[i]!, 0),
      gradient,
      residual: Math.max(maxForce / input.forceTolerance, (hasDeviator ? generalised : maxStress) / input.stressTolerance),
      cell,
      positions,
      potentialEnergy: raw.energy,
      forces,
      stress,
      maxForce,
      maxStress,
      asymmetry: operations ? largest(raw.forces.map((value, i) => value - forces[i]!)) : 0,
    };
  };
  return {
    at,
    reach: (direction) => {
      const strain = largest(direction.subarray(0, 9)) / strainScale;
      const move = largest(direction.subarray(9)) / atomScale;
      return 1 / Math.max(strain / largestStrain, move / longestMove, Number.MIN_VALUE);
    },
    noise: (energy) => energyRounding * (Math.abs(energy) + Math.abs(pressure) * volume0),
  };
}

/** Null where the potential refuses the geometry (collapsed atoms) or gives no finite number: a step too far. */
function evaluated(evaluator: Evaluator, positions: Float64Array, cell: Float64Array): { energy: number; forces: Float64Array; stress: Float64Array } | null {
  try {
    const { energy, forces, stress } = evaluator.evaluate(positions, cell, { forces: true, stress: true });
    if (!forces || !stress) throw new Error('relaxTask: the potential gave no forces or no stress');
    if (!Number.isFinite(energy) || !forces.every(Number.isFinite) || !stress.every(Number.isFinite)) return null;
    return { energy, forces: forces.slice(), stress: stress.slice() };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

interface StrainEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** exp(ε) of a symmetric ε, exactly symmetric. */
function exponential(strain: Float64Array): { deformation: Float64Array; eigen: StrainEigen } {
  const eigen = symmetricEigen(strain, 3);
  return { deformation: inEigenbasis(eigen, (i, j) => (i === j ? Math.exp(eigen.values[i]!) : 0)), eigen };
}

/** ∂H/∂ε from ∂H/∂F: in the eigenbasis each component is multiplied by (e^λi − e^λj)/(λi − λj). */
function throughExponential(gradient: Float64Array, eigen: StrainEigen): Float64Array {
  const { values, vectors } = eigen;
  const rotated = multiply3(multiply3(vectors, stressTensor(stressVoigt(gradient))), transpose3(vectors));
  return inEigenbasis(eigen, (i, j) => {
    const half = 0.5 * (values[i]! - values[j]!);
    // sinh(x)/x by its series where the two eigenvalues meet; the next term is below 1e-17 there.
    const ratio = Math.abs(half) < 1e-4 ? 1 + (half * half) / 6 : Math.sinh(half) / half;
    return rotated[3 * i + j]! * Math.exp(0.5 * (values[i]! + values[j]!)) * ratio;
  });
}

function inEigenbasis({ vectors }: StrainEigen, component: (i: number, j: number) => number): Float64Array {
  const inner = new Float64Array(9);
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) inner[3 * i + j] = component(i, j);
  return stressTensor(stressVoigt(multiply3(multiply3(transpose3(vectors), inner), vectors)));
}

/** The part of a symmetric tensor that the constraint leaves free. */
function withinConstraint(tensor: Float64Array, constraint: RelaxConstraint): Float64Array {
  if (constraint === 'full') return tensor;
  if (constraint === 'fixed-volume') return withoutTrace(tensor);
  if (constraint === 'fixed-cell') return new Float64Array(9);
  const mean = (tensor[0]! + tensor[4]! + tensor[8]!) / 3;
  return Float64Array.of(mean, 0, 0, 0, mean, 0, 0, 0, mean);
}

function withoutTrace(tensor: Float64Array): Float64Array {
  const mean = (tensor[0]! + tensor[4]! + tensor[8]!) / 3;
  return tensor.map((value, i) => (i % 4 === 0 ? value - mean : value));
}

function withoutMean(forces: Float64Array): Float64Array {
  const atoms = forces.length / 3;
  const mean = [0, 0, 0];
  for (let i = 0; i < forces.length; i++) mean[i % 3]! += forces[i]! / atoms;
  return forces.map((value, i) => value - mean[i % 3]!);
}

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}
