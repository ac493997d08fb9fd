/**
 * Polycrystal averages of an elastic tensor and measures of its anisotropy.
 *
 * Voigt (1928) assumes uniform strain, Reuss (1929) uniform stress; they bound the moduli of a random polycrystal, and
 * Hill's (1952) value is their mean. Formulae from the Voigt components: Hill, Proc. Phys. Soc. A 65 (1952) 349.
 */
import { rotatedStiffness } from './elastic-tensor.ts';

export interface IsotropicModuli {
  /** GPa */
  readonly bulk: number;
  readonly shear: number;
  readonly young: number;
  readonly poisson: number;
}

/** Young's modulus and Poisson's ratio of an isotropic solid with these moduli. */
export function isotropicModuli(bulk: number, shear: number): IsotropicModuli {
  return {
    bulk,
    shear,
    young: (9 * bulk * shear) / (3 * bulk + shear),
    poisson: (3 * bulk - 2 * shear) / (2 * (3 * bulk + shear)),
  };
}

function sums(m: ArrayLike<number>): { diagonal: number; off: number; shears: number } {
  return {
    diagonal: m[0]! + m[7]! + m[14]!,
    off: 0.5 * (m[1]! + m[6]! + m[2]! + m[12]! + m[8]! + m[13]!),
    shears: m[21]! + m[28]! + m[35]!,
  };
}

/** `stiffness`: 6×6 Voigt, GPa. */
export function voigtAverage(stiffness: ArrayLike<number>): IsotropicModuli {
  const { diagonal, off, shears } = sums(stiffness);
  return isotropicModuli((diagonal + 2 * off) / 9, (diagonal - off + 3 * shears) / 15);
}

/** `compliance`: 6×6 Voigt, 1/GPa. */
export function reussAverage(compliance: ArrayLike<number>): IsotropicModuli {
  const { diagonal, off, shears } = sums(compliance);
  return isotropicModuli(1 / (diagonal + 2 * off), 15 / (4 * diagonal - 4 * off + 3 * shears));
}

export function hillAverage(voigt: IsotropicModuli, reuss: IsotropicModuli): IsotropicModuli {
  return isotropicModuli(0.5 * (voigt.bulk + reuss.bulk), 0.5 * (voigt.shear + reuss.shear));
}

export interface Anisotropy {
  /** Ranganathan & Ostoja-Starzewski, Phys. Rev. Lett. 101 (2008) 055504: 5 G_V/G_R + K_V/K_R − 6. */
  readonly universal: number;
  /** Kube, AIP Adv. 6 (2016) 095209: √(ln²(K_V/K_R) + 5 ln²(G_V/G_R)). */
  readonly logEuclidean: number;
  /** Chung & Buessem, J. Appl. Phys. 38 (1967) 2010: (K_V − K_R)/(K_V + K_R) and the same for G, in percent. */
  readonly bulkPercent: number;
  readonly shearPercent: number;
}

export function anisotropyOf(voigt: IsotropicModuli, reuss: IsotropicModuli): Anisotropy {
  return {
    universal: (5 * voigt.shear) / reuss.shear + voigt.bulk / reuss.bulk - 6,
    logEuclidean: Math.sqrt(Math.log(voigt.bulk / reuss.bulk) ** 2 + 5 * Math.log(voigt.shear / reuss.shear) ** 2),
    bulkPercent: (100 * (voigt.bulk - reuss.bulk)) / (voigt.bulk + reuss.bulk),
    shearPercent: (100 * (voigt.shear - reuss.shear)) / (voigt.shear + reuss.shear),
  };
}

/**
 * Zener's ratio 2 C44/(C11 − C12) of a cubic crystal (Elasticity and Anelasticity of Metals, 1948).
 * `standardAxes`: rows are the cube axes in the frame of `stiffness`.
 */
export function zenerRatio(stiffness: ArrayLike<number>, standardAxes: ArrayLike<number>): number {
  const c = rotatedStiffness(stiffness, standardAxes);
  return (2 * c[21]!) / (c[0]! - c[1]!);
}
