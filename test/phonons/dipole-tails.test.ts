/** Tails of force constants from dipoles: against exact sums of point charges, and a charged NEP with constant charges. */
import { describe, expect, test } from 'vitest';
import type { Structure } from '../../core/contracts/structure.ts';
import { atomicMass } from '../../core/crystal/elements.ts';
import { cellVolume } from '../../core/crystal/structure.ts';
import { standardPrimitive } from '../../core/crystal/symmetry.ts';
import type { NepModel } from '../../core/files/nep.ts';
import { dipoleDynamics } from '../../core/longrange/dipole-dynamics.ts';
import { ewaldDynamics } from '../../core/longrange/ewald-dynamics.ts';
import { random } from '../../core/math/random.ts';
import { modesAt } from '../../core/phonons/frequencies.ts';
import { shortRangeForceConstants } from '../../core/phonons/force-constants.ts';
import { coulombPotential } from '../../core/potential/coulomb.ts';
import { nepPolarResponse, nepPotential } from '../../core/potential/nep.ts';
import type { Potential } from '../../core/potential/potential.ts';
import { sumPotential } from '../../core/potential/sum.ts';
import { nepCoulombConstant } from '../../core/potential/zbl.ts';
import { terahertzPerRootForceConstant } from '../../core/units/constants.ts';
import { inPlaceTasks } from '../in-place-tasks.ts';
import { cubic } from '../potential/models.ts';
import { largestDifference, randomNep, randomStructure } from '../potential/nep-models.ts';

const options = { coulombConstant: nepCoulombConstant, accuracy: 1e-11 };

describe('dipole dynamics', () => {
  const structure = randomStructure(51, 4, ['Na', 'Cl']);
  const source = random(52);
  const charges = Float64Array.of(1.2, -0.7, 0.4, -0.9);
  const size = 12;
  const wave = (): number[] => [source.normal(), source.normal(), source.normal()];

  /** Z = q 1 √ε with ε screens to the point charges q in vacuum. */
  const scalar = (permittivity: number): Float64Array =>
    Float64Array.from({ length: 36 }, (_, k) => (k % 4 === (Math.floor(k / 9) * 9) % 4 && (k % 9) % 4 === 0 ? Math.sqrt(permittivity) * charges[Math.floor(k / 9)]! : 0));

  test('isotropic tensors in a medium are point charges: matrices, limits at q = 0 and gradients', () => {
    const found = dipoleDynamics(structure, scalar(3.7), 3.7, options), expected = ewaldDynamics(structure, charges, options);
    const matrixOf = (dynamics: typeof found, q: number[], direction?: number[]): Float64Array => {
      const out = new Float64Array(2 * size * size);
      dynamics.addForceConstants(q, out, direction);
      return out;
    };
    const compare = (a: Float64Array, b: Float64Array): void => {
      // Both sums are carried to 1e-11 of the coupling of nearest ions.
      expect(largestDifference(a, b) / Math.max(...b.map(Math.abs))).toBeLessThan(1e-9);
    };
    for (let trial = 0; trial < 3; trial++) {
      const q = wave();
      compare(matrixOf(found, q), matrixOf(expected, q));
      compare(matrixOf(found, [0, 0, 0], q), matrixOf(expected, [0, 0, 0], q));
      const a = new Float64Array(6 * size * size), b = a.slice();
      found.addForceConstantsGradient(q, a);
      expected.addForceConstantsGradient(q, b);
      compare(a, b);
    }
    compare(matrixOf(found, [0, 0, 0]), matrixOf(expected, [0, 0, 0]));
  });

  test('general tensors: Hermitian, no force on a rigid shift, limits from all sides', () => {
    const tensors = Float64Array.from({ length: 36 }, () => source.normal());
    for (let c = 0; c < 9; c++) {
      const mean = [0, 1, 2, 3].reduce((sum, i) => sum + tensors[9 * i + c]! / 4, 0);
      for (let i = 0; i < 4; i++) tensors[9 * i + c]! -= mean;
    }
    const dynamics = dipoleDynamics(structure, tensors, 2, options);
    const q = wave().map((value) => 1e-4 * value);
    const near = new Float64Array(2 * size * size), limit = near.slice(), centre = near.slice();
    dynamics.addForceConstants(q, near);
    dynamics.addForceConstants([0, 0, 0], limit, q);
    dynamics.addForceConstants([0, 0, 0], centre);
    const largest = Math.max(...limit.map(Math.abs));
    for (let r = 0; r < size; r++) {
      for (let c = 0; c < size; c++) {
        expect(Math.abs(near[2 * (r * size + c)]! - near[2 * (c * size + r)]!)).toBeLessThan(1e-10 * largest);
        expect(Math.abs(near[2 * (r * size + c) + 1]! + near[2 * (c * size + r) + 1]!)).toBeLessThan(1e-10 * largest);
        // The phases change by q·(r_j − r_i), 1e-3 here.
        expect(Math.abs(near[2 * (r * size + c)]! - limit[2 * (r * size + c)]!)).toBeLessThan(1e-5 * largest);
      }
    }
    // Second derivatives are symmetric; the antisymmetric part of a row's sum is what tensors at random lack of that.
    const rowSum = (i: number, a: number, b: number): number => [0, 1, 2, 3].reduce((sum, k) => sum + centre[2 * ((3 * i + a) * size + 3 * k + b)]!, 0);
    for (let i = 0; i < 4; i++) for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) expect(Math.abs(rowSum(i, a, b) + rowSum(i, b, a))).toBeLessThan(1e-9 * largest);
  });
});

/** A NEP whose charges are constant: one neuron that is always 1 carries them. `withCharges`: whether it knows of them. */
function constantCharges(withCharges: boolean): NepModel {
  const base = randomNep(61, { chargeMode: 1, elements: ['Na', 'Cl'], extras: ['222'], functions: [4, 3], terms: [6, 5], neurons: 6, cutoff: { form: 'common', radial: 4.5, angular: 4 } });
  const networks = base.networks.map((network, t) => {
    const weights = network.weights.slice(), biases = network.biases.slice(), energy = network.energy.slice();
    weights.fill(0, 0, weights.length / biases.length);
    biases[0] = -30;
    energy[0] = 0;
    return { ...network, weights, biases, energy, charge: withCharges ? Float64Array.of(t === 0 ? 1.1 : -0.5, 0, 0, 0, 0, 0) : null };
  });
  return { ...base, chargeMode: withCharges ? 1 : 0, networks, rootDielectric: withCharges ? 1.6 : null };
}

describe('a charged NEP with constant charges is a plain one with point charges', () => {
  // Neutralised by the mean: (1.1 + 0.5)/2.
  const coulomb = coulombPotential({ charges: { Na: 0.8, Cl: -0.8 }, coulombConstant: nepCoulombConstant });
  const plain = nepPotential(constantCharges(false), 'plain');
  const sum = sumPotential([plain, coulomb], plain.card);
  const charged = nepPotential(constantCharges(true), 'charged', { coulombSums: 'converged' });
  const salt = cubic(5.6, [['Na', [0, 0, 0]], ['Na', [0, 0.5, 0.5]], ['Na', [0.5, 0, 0.5]], ['Na', [0.5, 0.5, 0]], ['Cl', [0.5, 0, 0]], ['Cl', [0, 0.5, 0]], ['Cl', [0, 0, 0.5]], ['Cl', [0.5, 0.5, 0.5]]]);

  test('energies, forces and stresses', () => {
    const structure: Structure = { ...salt, positions: salt.positions.map((value, k) => value + 0.1 * Math.sin(7 * k)) };
    const [a, b] = [charged, sum].map((potential) => {
      const { energy, forces, stress, charges } = potential.bind(structure).evaluate(structure.positions, structure.cell, { forces: true, stress: true });
      return { energy, forces: forces!.slice(), stress: stress!.slice(), charges: charges!.slice() };
    }) as [{ energy: number; forces: Float64Array; stress: Float64Array; charges: Float64Array }, { energy: number; forces: Float64Array; stress: Float64Array; charges: Float64Array }];
    expect(Math.abs(a.energy - b.energy)).toBeLessThan(1e-9);
    expect(largestDifference(a.forces, b.forces)).toBeLessThan(1e-9);
    expect(largestDifference(a.stress, b.stress)).toBeLessThan(1e-11);
    expect(largestDifference(a.charges, b.charges)).toBeLessThan(1e-14);
  });

  test('Born charges √ε∞ q and ε∞', () => {
    const { bornCharges, dielectric } = nepPolarResponse(constantCharges(true), salt);
    expect(bornCharges[0]).toBeCloseTo(1.6 * 0.8, 12);
    expect(bornCharges[1]).toBeCloseTo(0, 12);
    expect(dielectric[4]).toBeCloseTo(1.6 ** 2, 12);
  });

  test('phonons at all wave vectors, LO–TO splitting and group velocities included', async () => {
    const { crystal } = standardPrimitive(salt, 1e-4);
    const modes = async (potential: Potential): Promise<{ frequencies: Float64Array; groupVelocities: Float64Array | null }> => {
      const tasks = inPlaceTasks(potential);
      const { forceConstants } = await shortRangeForceConstants(tasks, crystal, potential, 0.002);
      return modesAt(tasks, potential, 'modes', {
        structure: crystal.structure, forceConstants, eigenvectors: false, groupVelocities: true,
        qpoints: Float64Array.of(0, 0, 0, 0, 0, 0, 0.1, 0.05, 0.2, 0.5, 0.5, 0, 0.31, 0.17, 0.43), directions: Float64Array.of(1, 0, 0, 1, 1, 1, 1, 2, 3, 1, 0, 0, 0, 0, 1),
      });
    };
    const [a, b] = [await modes(charged), await modes(sum)];
    // Dipoles of constant charges are all of the tail; what is left are the two Ewald sums, 1e-10 and 1e-12.
    const soft = (frequencies: Float64Array): Float64Array => frequencies.map((value) => value * Math.abs(value));
    const highest = Math.max(...soft(b.frequencies));
    expect(largestDifference(soft(a.frequencies), soft(b.frequencies)) / highest).toBeLessThan(1e-7);
    // Of a cubic crystal with two atoms, ω_LO² − ω_TO² = 4πk q²/(V μ) (Born & Huang, eq. 9.10, with the charges as screened).
    const optical = Array.from(soft(a.frequencies.subarray(0, 6)), (square) => square / terahertzPerRootForceConstant ** 2).sort((x, y) => Math.abs(y) - Math.abs(x)).slice(0, 3).sort((x, y) => x - y);
    const reduced = 1 / (1 / atomicMass('Na') + 1 / atomicMass('Cl'));
    expect(optical[1]! - optical[0]!).toBeLessThan(1e-6);
    expect(optical[2]! - optical[1]!).toBeCloseTo((4 * Math.PI * nepCoulombConstant * 0.64) / (cellVolume(crystal.structure.cell) * reduced), 6);
    expect(Math.max(...b.groupVelocities!.map((value, k) => Math.abs(value - a.groupVelocities![k]!)))).toBeLessThan(1);
  });

  test('real space alone knows no tail, so phonons are refused', async () => {
    const model: NepModel = { ...constantCharges(true), chargeMode: 3 };
    const potential = nepPotential(model, 'mode 3');
    await expect(shortRangeForceConstants(inPlaceTasks(potential), standardPrimitive(salt, 1e-4).crystal, potential, 0.002)).rejects.toThrow('has no finite interaction range');
  });
});
