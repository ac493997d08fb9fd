/** From the answers to strains and displacements to the tensors of the crystal. */
import type { Crystal } from '../crystal/crystal.ts';
import { cellVolume } from '../crystal/structure.ts';
import { longRangeOf, partsOf, type Potential } from '../potential/potential.ts';
import { coulomb, coulombPerSquareMetre, gigapascalPerElectronvoltPerCubicAngstrom as gigapascal } from '../units/constants.ts';
import { displacementMaps, strainMaps, type UnitDisplacement, type UnitStrain } from './elastic-response.ts';
import { mandelFactor, voigtStiffness } from './elastic-tensor.ts';
import { internalModes, type InternalModes } from './internal-relaxation.ts';
import type { Derivatives } from './strain-response.ts';

export interface Tensors {
  /** 6×6 Voigt GPa */
  readonly clamped: Float64Array;
  readonly relaxed: Float64Array;
  /** GPa, before i ↔ j is imposed */
  readonly asymmetry: number;
  /** GPa: largest part of an answer that violates the crystal's symmetry */
  readonly symmetryResidual: number;
  /** GPa: relaxed stiffness if internal strain were taken from stresses per displacement instead of forces per strain */
  readonly internalStrainMismatch: number;
  /** 3N − 3, eV/Å² */
  readonly springs: Float64Array;
  readonly charges: Charges | null;
}

/** Where there are charges. */
export interface Charges {
  /** 3×6 C/m², ions relaxed; null where the charges are not rigid, so that the clamped part is unknown */
  readonly piezoelectric: Float64Array | null;
  /** 3×3, static at fixed strain */
  readonly dielectric: Float64Array;
  /** 3×3, ε∞ */
  readonly electronic: Float64Array;
}

/**
 * `answers`: of the strains, then of the displacements (none for a single atom per cell). `stress0`: 6 GPa, the stress of
 * the unstrained crystal.
 */
export function tensorsFrom(crystal: Crystal, potential: Potential, stress0: Float64Array, strains: readonly UnitStrain[], displacements: readonly UnitDisplacement[], answers: readonly Derivatives[]): Tensors {
  const { structure } = crystal;
  const atoms = structure.species.length;
  const volume = cellVolume(structure.cell);
  const byStrain = strainMaps(crystal, strains, answers);
  const asymmetry = unexplainedAsymmetry(voigtStiffness(byStrain.stiffness).map((value) => value * gigapascal), stress0);
  const clampedMandel = symmetrised6(byStrain.stiffness);
  const inGigapascal = (mandel: Float64Array): Float64Array => withoutRounding(voigtStiffness(mandel).map((value) => value * gigapascal));
  const clamped = inGigapascal(clampedMandel);
  if (displacements.length === 0) {
    return { clamped, relaxed: clamped, asymmetry, symmetryResidual: byStrain.residual * gigapascal, internalStrainMismatch: 0, springs: new Float64Array(0), charges: chargeTensors(potential, structure, null) };
  }
  const byDisplacement = displacementMaps(crystal, volume, displacements, answers.slice(strains.length));
  const modes = internalModes(byDisplacement.hessian, atoms);
  const softened = (internalStrain: Float64Array): Float64Array => {
    const softening = modes.contract(byStrain.internalStrain, 6, internalStrain, 6);
    return inGigapascal(clampedMandel.map((value, i) => value - softening[i]! / volume));
  };
  const relaxed = softened(byStrain.internalStrain);
  const fromStresses = softened(byDisplacement.internalStrain);
  return {
    clamped,
    relaxed,
    asymmetry,
    // A force constant that breaks the symmetry by δ (eV/Å²) changes stiffness by about δ/Å.
    symmetryResidual: Math.max(byStrain.residual, byDisplacement.residual) * gigapascal,
    internalStrainMismatch: Math.max(...relaxed.map((value, i) => Math.abs(value - fromStresses[i]!))),
    springs: modes.springs,
    charges: chargeTensors(potential, structure, { modes, internalStrain: byStrain.internalStrain }),
  };
}

/**
 * Proper piezoelectric tensor and static permittivity at fixed strain. Rigid ions carry their charge along with a
 * homogeneous strain; the Berry phases Σ Z f do not change, so the proper clamped-ion tensor is zero (Vanderbilt,
 * J. Phys. Chem. Solids 61 (2000) 147) and the relaxed one is that of the internal strain.
 */
function chargeTensors(potential: Potential, structure: Crystal['structure'], internal: { modes: InternalModes; internalStrain: Float64Array } | null): Tensors['charges'] {
  const polar = longRangeOf(potential, structure);
  if (polar.length === 0) return null;
  const size = structure.positions.length;
  const volume = cellVolume(structure.cell);
  const electronic = polar[0]!.dielectric.slice();
  // 3N×3: moment along a per displacement of coordinate (i, b)
  const moments = new Float64Array(size * 3);
  for (const { bornCharges } of polar) {
    for (let i = 0; i < size / 3; i++) for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) moments[3 * (3 * i + b) + a]! += bornCharges[9 * i + 3 * a + b]!;
  }
  const rigid = partsOf(potential).every((part) => !part.asymptotics && (!part.bindDynamics || part.card.charges));
  if (internal === null) return { piezoelectric: rigid ? new Float64Array(18) : null, dielectric: electronic, electronic };
  const { modes, internalStrain } = internal;
  const susceptibility = modes.contract(moments, 3, moments, 3);
  const piezoelectric = modes.contract(moments, 3, internalStrain, 6).map((value, k) => ((value / volume) * coulombPerSquareMetre) / mandelFactor(k % 6));
  // The scale of what cancels in a crystal without piezoelectric effect: one elementary charge per face of the cell.
  const scale = coulombPerSquareMetre / Math.cbrt(volume) ** 2;
  return {
    piezoelectric: rigid ? withoutRounding(piezoelectric, scale) : null,
    dielectric: withoutRounding(electronic.map((value, k) => value + ((4 * Math.PI * coulomb) / volume) * susceptibility[k]!)),
    electronic,
  };
}

/**
 * Components that the symmetry forbids come out as sums that cancel to rounding; below 1e-10 of the scale (the largest
 * component) they are written as the zero that they are.
 */
export function withoutRounding(tensor: Float64Array, scale = Math.max(...tensor.map(Math.abs))): Float64Array {
  return tensor.map((value) => (Math.abs(value) < 1e-10 * scale ? 0 : value));
}

function symmetrised6(matrix: Float64Array): Float64Array {
  return matrix.map((value, k) => 0.5 * (value + matrix[6 * (k % 6) + Math.floor(k / 6)]!));
}

/**
 * Largest part of B_IJ − B_JI that the stress does not explain, GPa: by the formula in
 * `elasticity.ts` it must be σ_J δ_I − σ_I δ_J (δ_I = 1 for xx, yy, zz), which vanishes at a pressure.
 */
function unexplainedAsymmetry(stiffness: Float64Array, stress0: Float64Array): number {
  const normal = (index: number): number => (index < 3 ? 1 : 0);
  return Math.max(...stiffness.map((value, k) => {
    const [i, j] = [Math.floor(k / 6), k % 6];
    return Math.abs(value - stiffness[6 * j + i]! - (stress0[j]! * normal(i) - stress0[i]! * normal(j)));
  }));
}
