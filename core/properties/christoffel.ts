/**
 * Sound waves in an elastic crystal: Γ_ik = Σ_jl c_ijkl n_j n_l has the eigenvalues ρ v² (Christoffel; Musgrave, Crystal
 * Acoustics, 1970, § 6.2). Under hydrostatic pressure the stress-strain coefficients B_ijkl take the place of c_ijkl:
 * B_ijkl n_j n_l = C_ijkl n_j n_l − P δ_ik, which is the wave equation's own coefficient (Wallace, Solid State Phys. 25
 * (1970) 301).
 *
 * In a piezoelectric crystal a long wave carries a longitudinal electric field, which stiffens it:
 * Γ_ik += γ_i γ_k / (ε0 n·ε n), γ_i = Σ_jl e_j,il n_j n_l, with ε at fixed strain (Auld, Acoustic Fields and Waves in
 * Solids, vol. 1, 1973, § 8.C).
 */
import { norm3 } from '../math/matrix3.ts';
import { symmetricEigen } from '../math/symmetric-eigen.ts';
import { voigtIndex } from '../math/voigt.ts';
import { gaussLegendre } from '../math/quadrature.ts';
import { boltzmannSI, planck, vacuumPermittivity } from '../units/constants.ts';
import { stiffnessComponent } from './elastic-tensor.ts';

/** What stiffens sound in a piezoelectric insulator. */
export interface Piezoelectricity {
  /** 3×6 C/m², Voigt columns */
  readonly piezoelectric: ArrayLike<number>;
  /** 3×3 relative permittivity at fixed strain, ions free */
  readonly dielectric: ArrayLike<number>;
}

export interface SoundWaves {
  /** m/s, ascending; negative where ρ v² is negative (the crystal is unstable): −√|ρ v²/ρ| */
  readonly velocities: Float64Array;
  /** 3×3: row k is the unit polarisation of velocities[k] */
  readonly polarisations: Float64Array;
}

/** `stiffness`: 36, GPa (at constant electric field). `density`: kg/m³. `direction`: Cartesian, any length. */
export function christoffel(stiffness: ArrayLike<number>, density: number, direction: ArrayLike<number>, piezoelectricity?: Piezoelectricity): SoundWaves {
  const length = norm3(direction);
  const n = Float64Array.from({ length: 3 }, (_, a) => direction[a]! / length);
  const gamma = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let k = 0; k < 3; k++) {
      for (let j = 0; j < 3; j++) for (let l = 0; l < 3; l++) gamma[3 * i + k]! += 1e9 * stiffnessComponent(stiffness, i, j, k, l) * n[j]! * n[l]!;
    }
  }
  if (piezoelectricity) {
    const { piezoelectric, dielectric } = piezoelectricity;
    const stiffening = new Float64Array(3);
    let permittivity = 0;
    for (let j = 0; j < 3; j++) {
      for (let l = 0; l < 3; l++) {
        permittivity += vacuumPermittivity * dielectric[3 * j + l]! * n[j]! * n[l]!;
        for (let i = 0; i < 3; i++) stiffening[i]! += piezoelectric[6 * j + voigtIndex(i, l)]! * n[j]! * n[l]!;
      }
    }
    for (let i = 0; i < 3; i++) for (let k = 0; k < 3; k++) gamma[3 * i + k]! += (stiffening[i]! * stiffening[k]!) / permittivity;
  }
  const { values, vectors } = symmetricEigen(gamma, 3);
  return { velocities: values.map((value) => Math.sign(value) * Math.sqrt(Math.abs(value) / density)), polarisations: vectors };
}

/** Points of the quadrature over the half sphere: 1/v³ is smooth, and 40 × 80 leaves less than 1e-8 for quartz. */
const polarPoints = 40;
const azimuthPoints = 80;

/**
 * Debye's mean velocity in m/s, (1/3 Σ_branches ⟨v⁻³⟩)^(−1/3), averaged exactly over all directions; null where a
 * branch is unstable. Gauss-Legendre in cos θ over one half sphere (v(−n) = v(n)), trapezoid in φ.
 */
export function debyeVelocity(stiffness: ArrayLike<number>, density: number, piezoelectricity?: Piezoelectricity): number | null {
  const { nodes, weights } = gaussLegendre(polarPoints);
  let sum = 0;
  for (let p = 0; p < polarPoints; p++) {
    const z = 0.5 * (1 + nodes[p]!);
    const radius = Math.sqrt(1 - z * z);
    for (let a = 0; a < azimuthPoints; a++) {
      const phi = (2 * Math.PI * a) / azimuthPoints;
      const { velocities } = christoffel(stiffness, density, [radius * Math.cos(phi), radius * Math.sin(phi), z], piezoelectricity);
      if (!(velocities[0]! > 0)) return null;
      for (const velocity of velocities) sum += (0.5 * weights[p]!) / azimuthPoints / velocity ** 3;
    }
  }
  return Math.cbrt(3 / sum);
}

/** θ_D = (ħ/k) v (6π² n)^(1/3) in K. `velocity`: m/s; `atomsPerVolume`: 1/Å³, all atoms counted. */
export function debyeTemperature(velocity: number, atomsPerVolume: number): number {
  return (planck / (2 * Math.PI * boltzmannSI)) * velocity * Math.cbrt(6 * Math.PI ** 2 * atomsPerVolume * 1e30);
}

/** Velocities of an isotropic solid in m/s, with Anderson's mean (J. Phys. Chem. Solids 24 (1963) 909). Moduli in GPa. */
export function isotropicSound(bulk: number, shear: number, density: number): { longitudinal: number; transverse: number; mean: number } {
  const longitudinal = Math.sqrt((1e9 * (bulk + (4 / 3) * shear)) / density);
  const transverse = Math.sqrt((1e9 * shear) / density);
  return { longitudinal, transverse, mean: Math.cbrt(3 / (2 / transverse ** 3 + 1 / longitudinal ** 3)) };
}
