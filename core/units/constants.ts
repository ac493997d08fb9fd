/**
 * CODATA 2018 (Tiesinga et al., Rev. Mod. Phys. 93 (2021) 025010) and every conversion factor derived from it.
 * Internal units: Å, eV, amu, e, K; time Å·√(amu/eV).
 */

/** C, exact */
export const elementaryCharge = 1.602176634e-19;
/** J·s, exact */
export const planck = 6.62607015e-34;
/** J/K, exact */
export const boltzmannSI = 1.380649e-23;
/** 1/mol, exact */
export const avogadro = 6.02214076e23;
/** m/s, exact */
export const speedOfLight = 299792458;
/** kg */
export const atomicMassConstant = 1.66053906660e-27;
/** F/m */
export const vacuumPermittivity = 8.8541878128e-12;
/** Å */
export const bohr = 0.529177210903;
/** eV */
export const hartree = 27.211386245988;

/** eV/K */
export const boltzmann = boltzmannSI / elementaryCharge;
/** e²/(4π ε0) in eV·Å: 14.3996454784… */
export const coulomb = (elementaryCharge / (4 * Math.PI * vacuumPermittivity)) * 1e10;
/** 1 eV/Å³ in GPa */
export const gigapascalPerElectronvoltPerCubicAngstrom = elementaryCharge * 1e30 / 1e9;
/** 1 eV in kJ/mol */
export const kilojoulePerMolePerElectronvolt = (elementaryCharge * avogadro) / 1000;
/** Molar gas constant, J/(mol·K) */
export const gasConstant = boltzmannSI * avogadro;
/** One internal unit of time, Å·√(amu/eV), in s */
export const timeUnit = 1e-10 * Math.sqrt(atomicMassConstant / elementaryCharge);
/** √(eV/(Å²·amu)) as an angular frequency, divided by 2π, in THz: 15.6333… */
export const terahertzPerRootForceConstant = 1 / (2 * Math.PI * timeUnit) / 1e12;
/** h·(1 THz) in eV */
export const electronvoltPerTerahertz = (planck * 1e12) / elementaryCharge;
/** 1 THz in cm⁻¹ */
export const wavenumberPerTerahertz = 1e12 / (speedOfLight * 100);
/** amu/Å³ in kg/m³ */
export const kilogramPerCubicMetre = atomicMassConstant * 1e30;
/** e/Å² in C/m² (piezoelectric coefficients) */
export const coulombPerSquareMetre = elementaryCharge * 1e20;
