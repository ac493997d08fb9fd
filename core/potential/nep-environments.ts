/**
 * The network of a NEP: site energies U_i and raw charges Q_i from the environments of the atoms, and the derivatives of
 * Σ_i (U_i + λ_i Q_i) at given λ (0 without charges; otherwise the potential that each raw charge feels). Plain reference
 * of `core/kernels/nep.ts`. Formulae: Fan et al., J. Chem. Phys. 157 (2022) 114801; files in `core/descriptors`.
 */
import type { Structure } from '../contracts/structure.ts';
import { createNeighbours } from '../crystal/neighbours.ts';
import { coefficientsByPair, pairCutoffs } from '../descriptors/nep-cutoffs.ts';
import { harmonics, harmonicsTable } from '../descriptors/nep-harmonics.ts';
import { invariants, invariantsGradient, invariantsTable } from '../descriptors/nep-invariants.ts';
import { chebyshevFunctions } from '../descriptors/nep-radial.ts';
import { descriptorLength, type NepModel } from '../files/nep.ts';
import { skin } from './skin.ts';
import type { Tally } from './tally.ts';

/** Arrays to which derivatives are added; `virials`: 9N as in `Evaluation`, null where not wanted. */
export interface NepSums extends Pick<Tally, 'energies' | 'forces' | 'virial'> {
  readonly virials: Float64Array | null;
}

export interface NepEnvironments {
  /** Moves the atoms. Everything else speaks of the positions and cell of the last call. `virials`: whether those of atoms will be wanted. Returns false where it cannot. */
  update(positions: Float64Array, cell: Float64Array, virials: boolean): boolean;
  /** Q_i, e, written to `out`. */
  charges(out: Float64Array): void;
  /** Adds U_i to the energies and, where wanted, the derivatives of Σ (U_i + λ_i Q_i). λ: N, eV/e; null for 0. */
  add(sums: NepSums, derivatives: boolean, potentials: Float64Array | null): void;
}

/** The reference also lays open what lies between positions and energies. */
export interface ReferenceNepEnvironments extends NepEnvironments {
  /** Scaled descriptors of one atom, D; overwritten by the next call. */
  descriptors(atom: number): Float64Array;
  /** Calls back with ∂Q_i/∂d for every pair, d = r_j − r_i from the centre i. */
  chargeDerivatives(visit: (i: number, j: number, d: Float64Array, derivative: Float64Array) => void): void;
}

type Visit = (i: number, j: number, d: Float64Array, derivative: Float64Array) => void;

/** `types`: index of each atom's element in the model. */
export function referenceNepEnvironments(model: NepModel, types: Int32Array, periodic: Structure['periodic']): ReferenceNepEnvironments {
  const { networks, neurons, scale, radial, angular, energyBias } = model;
  const elements = model.elements.length, atoms = types.length;
  const dimension = descriptorLength(model);
  const cutoffs = pairCutoffs(model);
  const radialCoefficients = coefficientsByPair(radial, elements), angularCoefficients = coefficientsByPair(angular, elements);
  const table = harmonicsTable(model.lMax), sphere = harmonics(table), couplings = invariantsTable(model);
  const neighbours = createNeighbours({ periodic, cutoff: cutoffs.largestRadial, skin });
  let list: ReturnType<typeof neighbours.update>;

  const radialTerms = new Float64Array(radial.terms), radialSlopes = new Float64Array(radial.terms);
  const angularTerms = new Float64Array(angular.terms), angularSlopes = new Float64Array(angular.terms);
  const values = new Float64Array(Math.max(radial.functions, angular.functions)), slopes = new Float64Array(values.length);
  const moments = Array.from({ length: angular.functions }, () => new Float64Array(table.count));
  const momentSlopes = moments.map(() => new Float64Array(table.count));
  const ofFunction = new Float64Array(couplings.count);
  const descriptors = new Float64Array(dimension), descriptorSlopes = new Float64Array(dimension);
  const hidden = new Float64Array(neurons);
  const along = new Float64Array(table.count);
  const d = new Float64Array(3), derivative = new Float64Array(3);

  /** g_n or, with slopes, g_n' of a pair from its Chebyshev functions. */
  function contract(coefficients: Float64Array, pair: number, functions: number, terms: Float64Array, out: Float64Array): void {
    for (let n = 0, at = pair * functions * terms.length; n < functions; n++) {
      let sum = 0;
      for (let k = 0; k < terms.length; k++, at++) sum += coefficients[at]! * terms[k]!;
      out[n] = sum;
    }
  }

  /** Scaled descriptors and moments of atom i. */
  function describe(i: number): void {
    descriptors.fill(0);
    for (const row of moments) row.fill(0);
    for (let p = list.first[i]!; p < list.first[i + 1]!; p++) {
      const r = list.distances[p]!, pair = types[i]! * elements + types[list.atoms[p]!]!;
      if (r < cutoffs.radial[pair]!) {
        chebyshevFunctions(r, cutoffs.radial[pair]!, radialTerms, radialSlopes);
        contract(radialCoefficients, pair, radial.functions, radialTerms, values);
        for (let n = 0; n < radial.functions; n++) descriptors[n]! += values[n]!;
      }
      if (r < cutoffs.angular[pair]!) {
        chebyshevFunctions(r, cutoffs.angular[pair]!, angularTerms, angularSlopes);
        contract(angularCoefficients, pair, angular.functions, angularTerms, values);
        const y = sphere.values(list.vectors[3 * p]! / r, list.vectors[3 * p + 1]! / r, list.vectors[3 * p + 2]! / r);
        moments.forEach((row, n) => {
          for (let k = 0; k < y.length; k++) row[k]! += values[n]! * y[k]!;
        });
      }
    }
    moments.forEach((row, n) => {
      invariants(couplings, row, ofFunction);
      for (let k = 0; k < couplings.count; k++) descriptors[radial.functions + k * angular.functions + n] = ofFunction[k]!;
    });
    for (let at = 0; at < dimension; at++) descriptors[at]! *= scale[at]!;
  }

  const networkOf = (i: number): (typeof networks)[number] => networks[networks.length === 1 ? 0 : types[i]!]!;

  function propagate(i: number): void {
    const { weights, biases } = networkOf(i);
    for (let neuron = 0; neuron < neurons; neuron++) {
      let sum = -biases[neuron]!;
      for (let at = 0; at < dimension; at++) sum += weights[neuron * dimension + at]! * descriptors[at]!;
      hidden[neuron] = Math.tanh(sum);
    }
  }

  const dot = (weights: Float64Array): number => {
    let sum = 0;
    for (let neuron = 0; neuron < neurons; neuron++) sum += weights[neuron]! * hidden[neuron]!;
    return sum;
  };

  /** ∂/∂(unscaled descriptors) of energy · U_i + charge · Q_i, for the hidden layer of `propagate`. */
  function backPropagate(i: number, energy: number, charge: number): void {
    const network = networkOf(i);
    descriptorSlopes.fill(0);
    for (let neuron = 0; neuron < neurons; neuron++) {
      const weight = energy * network.energy[neuron]! + (network.charge ? charge * network.charge[neuron]! : 0);
      const slope = weight * (1 - hidden[neuron]! * hidden[neuron]!);
      for (let at = 0; at < dimension; at++) descriptorSlopes[at]! += slope * network.weights[neuron * dimension + at]!;
    }
    for (let at = 0; at < dimension; at++) descriptorSlopes[at]! *= scale[at]!;
  }

  /** From ∂/∂descriptors to ∂/∂d of every pair of centre i. */
  function differentiate(i: number, visit: Visit): void {
    moments.forEach((row, n) => {
      for (let k = 0; k < couplings.count; k++) ofFunction[k] = descriptorSlopes[radial.functions + k * angular.functions + n]!;
      invariantsGradient(couplings, row, ofFunction, momentSlopes[n]!);
    });
    for (let p = list.first[i]!; p < list.first[i + 1]!; p++) {
      const j = list.atoms[p]!, r = list.distances[p]!, pair = types[i]! * elements + types[j]!;
      if (r >= cutoffs.radial[pair]!) continue;
      for (let x = 0; x < 3; x++) d[x] = list.vectors[3 * p + x]!;
      chebyshevFunctions(r, cutoffs.radial[pair]!, radialTerms, radialSlopes);
      contract(radialCoefficients, pair, radial.functions, radialSlopes, slopes);
      // The derivative along u = d/r, and across it.
      let outward = 0;
      derivative.fill(0);
      for (let n = 0; n < radial.functions; n++) outward += descriptorSlopes[n]! * slopes[n]!;
      if (r < cutoffs.angular[pair]!) {
        chebyshevFunctions(r, cutoffs.angular[pair]!, angularTerms, angularSlopes);
        contract(angularCoefficients, pair, angular.functions, angularTerms, values);
        contract(angularCoefficients, pair, angular.functions, angularSlopes, slopes);
        const y = sphere.values(d[0]! / r, d[1]! / r, d[2]! / r);
        along.fill(0);
        momentSlopes.forEach((row, n) => {
          let sum = 0;
          for (let k = 0; k < y.length; k++) {
            along[k]! += row[k]! * values[n]!;
            sum += row[k]! * y[k]!;
          }
          outward += slopes[n]! * sum;
        });
        const gradient = sphere.gradient(along);
        let inward = 0;
        for (let x = 0; x < 3; x++) inward += (gradient[x]! * d[x]!) / r;
        for (let x = 0; x < 3; x++) derivative[x] = (gradient[x]! - (inward * d[x]!) / r) / r;
      }
      for (let x = 0; x < 3; x++) derivative[x]! += (outward * d[x]!) / r;
      visit(i, j, d, derivative);
    }
  }

  return {
    update(positions, cell) {
      list = neighbours.update(positions, cell);
      return true;
    },
    charges(out) {
      for (let i = 0; i < atoms; i++) {
        describe(i);
        propagate(i);
        out[i] = dot(networkOf(i).charge!);
      }
    },
    add({ energies, forces, virial, virials }, derivatives, potentials) {
      const collect: Visit = (i, j, { 0: x, 1: y, 2: z }, g) => {
        for (let a = 0; a < 3; a++) {
          forces[3 * i + a]! += g[a]!;
          forces[3 * j + a]! -= g[a]!;
        }
        virial[0]! += g[0]! * x!;
        virial[1]! += g[1]! * y!;
        virial[2]! += g[2]! * z!;
        virial[3]! += g[1]! * z!;
        virial[4]! += g[0]! * z!;
        virial[5]! += g[0]! * y!;
        if (virials) {
          for (let a = 0; a < 3; a++) {
            virials[9 * j + 3 * a]! += g[a]! * x!;
            virials[9 * j + 3 * a + 1]! += g[a]! * y!;
            virials[9 * j + 3 * a + 2]! += g[a]! * z!;
          }
        }
      };
      for (let i = 0; i < atoms; i++) {
        describe(i);
        propagate(i);
        const { energy, offset } = networkOf(i);
        energies[i]! += dot(energy) - energyBias - offset;
        if (!derivatives) continue;
        backPropagate(i, 1, potentials ? potentials[i]! : 0);
        differentiate(i, collect);
      }
    },
    descriptors(i) {
      describe(i);
      return descriptors;
    },
    chargeDerivatives(visit) {
      for (let i = 0; i < atoms; i++) {
        describe(i);
        propagate(i);
        backPropagate(i, 0, 1);
        differentiate(i, visit);
      }
    },
  };
}
