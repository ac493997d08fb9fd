/**
 * Harmonic thermal functions from phonon frequencies (Born & Huang, Dynamical Theory of Crystal Lattices, 1954, §16):
 * with x = hν/kT, per mode F = hν/2 + kT ln(1 − e^−x), U = hν (1/2 + n), S = (U − F)/T, C_v = k x² e^−x/(1 − e^−x)².
 */
import { boltzmann, electronvoltPerTerahertz } from '../units/constants.ts';

export interface Spectrum {
  /** Q×M THz, imaginary negative. */
  readonly frequencies: Float64Array;
  readonly modes: number;
  /** Q: relative weights of the wave vectors, any normalisation. */
  readonly weights: ArrayLike<number>;
  /** Index of q = 0 among them, or −1: its three acoustic modes are left out, for they have no thermal functions. */
  readonly gamma: number;
}

/** Per cell; T temperatures. */
export interface ThermalFunctions {
  /** T, K */
  readonly temperatures: Float64Array;
  /** T, eV, zero-point energy included */
  readonly helmholtz: Float64Array;
  /** T, eV, zero-point energy included */
  readonly internalEnergy: Float64Array;
  /** T, eV/K */
  readonly entropy: Float64Array;
  /** T, eV/K, constant volume */
  readonly heatCapacity: Float64Array;
  /** eV */
  readonly zeroPoint: number;
  /** Modes per cell that count, of M: the acoustic ones at q = 0 and imaginary ones are left out. */
  readonly counted: number;
  /** Modes per cell left out because their frequency is imaginary. */
  readonly imaginary: number;
}

/** The three modes of smallest |ν| at q = 0. */
export function acousticModes(frequencies: ArrayLike<number>): number[] {
  return Array.from({ length: frequencies.length }, (_, m) => m)
    .sort((a, b) => Math.abs(frequencies[a]!) - Math.abs(frequencies[b]!))
    .slice(0, 3);
}

/** Beyond this x the population e^−x is below the rounding of everything it is added to. */
const frozen = 45;

export function thermalFunctions(spectrum: Spectrum, temperatures: ArrayLike<number>): ThermalFunctions {
  const { frequencies, modes, weights, gamma } = spectrum;
  const count = frequencies.length / modes;
  let weightSum = 0;
  for (let q = 0; q < count; q++) weightSum += weights[q]!;

  const skipped = gamma >= 0 ? acousticModes(frequencies.subarray(gamma * modes, (gamma + 1) * modes)).map((m) => gamma * modes + m) : [];
  let zeroPoint = 0, counted = 0, imaginary = 0;
  const energies = new Float64Array(frequencies.length);
  const shares = new Float64Array(frequencies.length);
  let used = 0;
  for (let at = 0; at < frequencies.length; at++) {
    if (skipped.includes(at)) continue;
    const share = weights[Math.floor(at / modes)]! / weightSum;
    const energy = frequencies[at]! * electronvoltPerTerahertz;
    if (!(energy > 0)) {
      imaginary += share;
      continue;
    }
    zeroPoint += 0.5 * share * energy;
    counted += share;
    energies[used] = energy;
    shares[used] = share;
    used++;
  }

  const length = temperatures.length;
  const helmholtz = new Float64Array(length);
  const internalEnergy = new Float64Array(length);
  const entropy = new Float64Array(length);
  const heatCapacity = new Float64Array(length);
  for (let t = 0; t < length; t++) {
    const thermal = boltzmann * temperatures[t]!;
    let logarithms = 0, excited = 0, capacity = 0;
    if (thermal > 0) {
      for (let m = 0; m < used; m++) {
        const x = energies[m]! / thermal;
        if (x > frozen) continue;
        const share = shares[m]!;
        // 1 − e^−x without cancellation at small x.
        const empty = -Math.expm1(-x);
        const population = (1 - empty) / empty;
        logarithms += share * Math.log(empty);
        excited += share * energies[m]! * population;
        capacity += (share * x * x * population) / empty;
      }
    }
    helmholtz[t] = zeroPoint + thermal * logarithms;
    internalEnergy[t] = zeroPoint + excited;
    entropy[t] = thermal > 0 ? excited / temperatures[t]! - boltzmann * logarithms : 0;
    heatCapacity[t] = boltzmann * capacity;
  }
  return { temperatures: Float64Array.from(temperatures), helmholtz, internalEnergy, entropy, heatCapacity, zeroPoint, counted, imaginary };
}
