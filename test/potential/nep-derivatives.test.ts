/** Forces, stresses and virials of NEP are the derivatives of its energy; the energy has the symmetries it must have. */
import { describe, expect, test } from 'vitest';
import type { Structure } from '../../core/contracts/structure.ts';
import { strained } from '../../core/crystal/structure.ts';
import { supercell } from '../../core/crystal/supercell.ts';
import type { NepModel } from '../../core/files/nep.ts';
import { identity3, multiply3, transpose3, vectorTimesMatrix3 } from '../../core/math/matrix3.ts';
import { random } from '../../core/math/random.ts';
import { stressTensor, voigtPairs } from '../../core/math/voigt.ts';
import { nepPotential, type NepOptions } from '../../core/potential/nep.ts';
import type { Evaluation } from '../../core/potential/potential.ts';
import { describeWith } from '../shared.ts';
import { largestDifference, nepAvailable, nepFrames, nepModel, randomNep, randomStructure, type RandomShape } from './nep-models.ts';

const flexible = Float64Array.from({ length: 30 }, (_, k) => [0.3, 2.4, 0.18, 3.2, 0.51, 0.94, 0.28, 0.4, 0.03, 0.2][k % 10]! * (1 + 0.05 * Math.floor(k / 10)));

const models: readonly { readonly name: string; readonly shape: RandomShape; readonly options?: NepOptions }[] = [
  { name: 'NEP4, all many-body terms to l = 8', shape: { lMax: 8, functions: [4, 3] } },
  { name: 'NEP3', shape: { version: 3, extras: ['222'] } },
  { name: 'NEP5', shape: { version: 5, extras: ['222', '1111'] } },
  { name: 'radii of each element, ZBL by covalent radii', shape: { extras: ['222'], cutoff: { form: 'elements', radial: [5, 4.4], angular: [4, 3.3] }, zbl: { form: 'universal', inner: 1, outer: 2.5, factor: 0.9 } } },
  { name: 'covalent radii with their own ZBL', shape: { extras: [], cutoff: { form: 'covalent', radial: 5, angular: 4, radialFactor: 1.9, angularFactor: 1.5, zblFactor: 0.8 }, zbl: { form: 'universal', inner: 1, outer: 2.5, factor: null } } },
  { name: 'ZBL between fixed radii', shape: { extras: [], zbl: { form: 'universal', inner: 1, outer: 2.4, factor: null } } },
  { name: 'flexible ZBL', shape: { extras: [], zbl: { form: 'flexible', parameters: flexible } } },
  { name: 'charges, mode 1, sums of the format', shape: { chargeMode: 1, extras: ['222'] } },
  { name: 'charges, mode 1, converged sums', shape: { chargeMode: 1, extras: ['222'] }, options: { coulombSums: 'converged' } },
  { name: 'charges, mode 2', shape: { chargeMode: 2, extras: ['222'] } },
  { name: 'charges, mode 3', shape: { chargeMode: 3, extras: ['222'] } },
];

const copied = ({ energy, forces, stress, energies, charges, virials }: Evaluation): Required<Pick<Evaluation, 'energy'>> & { forces: Float64Array; stress: Float64Array; energies: Float64Array; charges: Float64Array | null; virials: Float64Array | null } => ({
  energy, forces: forces!.slice(), stress: stress!.slice(), energies: energies!.slice(), charges: charges?.slice() ?? null, virials: virials?.slice() ?? null,
});

describe.each(models)('$name', ({ shape, options = {} }) => {
  const model: NepModel = randomNep(31, shape);
  const potential = nepPotential(model, 'random', options);
  const structure = randomStructure(32, 11, model.elements);
  const evaluate = (s: Structure): ReturnType<typeof copied> =>
    copied(potential.bind(s).evaluate(s.positions, s.cell, { forces: true, stress: true, energies: true, virials: true }));
  const exact = evaluate(structure);
  const evaluator = potential.bind(structure);
  const energyOf = (positions: Float64Array, cell: Float64Array): number => evaluator.evaluate(positions, cell, {}).energy;
  const volume = Math.abs(structure.cell[0]! * structure.cell[4]! * structure.cell[8]!);
  const size = Math.max(1, Math.abs(exact.energy), ...exact.forces.map(Math.abs));

  /**
   * Steps over two orders: the error of the central difference falls a hundredfold per decade until rounding takes over,
   * and is small at the best one. Pairs that cross r_c in mode 1 would add a step: 1e-5 eV, far apart in this structure.
   */
  const expectDerivative = (energyAt: (h: number) => number, derivative: number): void => {
    const errors = [1e-2, 3e-3, 1e-3, 3e-4, 1e-4].map((h) => Math.abs((energyAt(h) - energyAt(-h)) / (2 * h) - derivative));
    const floor = 1e-8 * size;
    if (errors[0]! > 1e3 * floor) expect(Math.log(errors[0]! / errors[2]!) / Math.log(10)).toBeGreaterThan(1.7);
    expect(Math.min(...errors)).toBeLessThan(10 * floor);
  };

  test('forces', () => {
    const source = random(33);
    for (let trial = 0; trial < 3; trial++) {
      const u = exact.forces.map(() => source.normal());
      const norm = Math.hypot(...u);
      const derivative = -u.reduce((sum, value, k) => sum + (value / norm) * exact.forces[k]!, 0);
      expectDerivative((h) => energyOf(structure.positions.map((value, k) => value + (h * u[k]!) / norm), structure.cell), derivative);
    }
  });

  test('stress', () => {
    for (const [component, [a, b]] of voigtPairs.entries()) {
      const at = (h: number): number => {
        const deformation = identity3();
        deformation[3 * a + b]! += 0.5 * h;
        deformation[3 * b + a]! += 0.5 * h;
        const { positions, cell } = strained(structure, deformation);
        return energyOf(positions, cell);
      };
      // Strain moves atoms by their distances: scaled to the same size as a displacement.
      expectDerivative((h) => at(h / 5), (exact.stress[component]! * volume) / 5);
    }
  });

  test('sums: no total force, energies and virials of atoms add up', () => {
    for (let x = 0; x < 3; x++) expect(Math.abs(exact.forces.reduce((sum, value, k) => (k % 3 === x ? sum + value : sum), 0))).toBeLessThan(1e-11 * size);
    expect(Math.abs(exact.energies.reduce((sum, value) => sum + value, 0) - exact.energy)).toBeLessThan(1e-11 * size);
    if (exact.charges) expect(Math.abs(exact.charges.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-12);
    if (exact.virials) {
      const tensor = stressTensor(exact.stress);
      for (let c = 0; c < 9; c++) expect(Math.abs(exact.virials.reduce((sum, value, k) => (k % 9 === c ? sum + value : sum), 0) - tensor[c]! * volume)).toBeLessThan(1e-10 * size);
    } else {
      expect(model.chargeMode).toBeGreaterThan(0);
    }
  });

  test('turned, mirrored, shifted, wrapped, reordered and repeated', () => {
    const limit = 1e-10 * size;
    const angle = 0.7;
    const rotation = multiply3([Math.cos(angle), -Math.sin(angle), 0, Math.sin(angle), Math.cos(angle), 0, 0, 0, 1], [-1, 0, 0, 0, Math.cos(0.4), -Math.sin(0.4), 0, Math.sin(0.4), Math.cos(0.4)]);
    const back = transpose3(rotation);
    const rows = (values: Float64Array, matrix: Float64Array): Float64Array => Float64Array.from({ length: values.length }, (_v, k) => vectorTimesMatrix3(values.subarray(k - (k % 3), k - (k % 3) + 3), matrix)[k % 3]!);
    const turned = evaluate({ ...structure, cell: rows(structure.cell, rotation), positions: rows(structure.positions, rotation) });
    expect(Math.abs(turned.energy - exact.energy)).toBeLessThan(limit);
    expect(largestDifference(rows(turned.forces, back), exact.forces)).toBeLessThan(limit);
    expect(largestDifference(multiply3(multiply3(rotation, stressTensor(turned.stress)), back), stressTensor(exact.stress)) * volume).toBeLessThan(10 * limit);

    const shifted = evaluate({ ...structure, positions: structure.positions.map((value, k) => value + [3.3, -7.1, 12.9][k % 3]!) });
    expect(Math.abs(shifted.energy - exact.energy)).toBeLessThan(limit);
    const wrapped = structure.positions.slice();
    for (let x = 0; x < 3; x++) wrapped[3 + x]! += 2 * structure.cell[x]! - structure.cell[3 + x]!;
    expect(largestDifference(evaluate({ ...structure, positions: wrapped }).forces, exact.forces)).toBeLessThan(limit);

    const order = structure.species.map((_s, k) => (k * 4) % 11);
    const reordered = evaluate({ ...structure, species: order.map((k) => structure.species[k]!), positions: Float64Array.from(order.flatMap((k) => [...structure.positions.subarray(3 * k, 3 * k + 3)])) });
    expect(Math.abs(reordered.energy - exact.energy)).toBeLessThan(limit);
    expect(largestDifference(reordered.energies, order.map((k) => exact.energies[k]!))).toBeLessThan(limit);

    const large = evaluate(supercell(structure, Int32Array.of(2, 0, 0, 0, 1, 0, 0, 1, 1)).structure);
    expect(Math.abs(large.energy - 2 * exact.energy)).toBeLessThan(4 * limit);
    expect(largestDifference(large.stress, exact.stress) * volume).toBeLessThan(10 * limit);
  });
});

describe('at the cutoff', () => {
  test('energy and force go to those of atoms alone, the force with a slope', () => {
    const model = randomNep(41, { extras: ['222'], cutoff: { form: 'common', radial: 5, angular: 5 } });
    const potential = nepPotential(model, 'random');
    const pair = (r: number): { energy: number; force: number } => {
      const structure: Structure = { cell: Float64Array.of(30, 0, 0, 0, 30, 0, 0, 0, 30), periodic: [false, false, false], species: ['Si', 'C'], positions: Float64Array.of(0, 0, 0, r, 0, 0) };
      const { energy, forces } = potential.bind(structure).evaluate(structure.positions, structure.cell, { forces: true });
      return { energy, force: forces![0]! };
    };
    const alone = pair(6).energy;
    expect(pair(6).force).toBe(0);
    // g falls with the square of the distance δ from the cutoff: energies with δ², forces with δ.
    const [near, nearer] = [pair(5 - 1e-3), pair(5 - 1e-4)];
    expect(Math.abs(near.energy - alone)).toBeLessThan(1e-5);
    expect(Math.abs(nearer.energy - alone) / Math.abs(near.energy - alone)).toBeCloseTo(0.01, 3);
    expect(nearer.force / near.force).toBeCloseTo(0.1, 2);
  });

  test('two clusters out of reach of each other do not know of each other', () => {
    const model = randomNep(42, { extras: ['222', '1111', '112'] });
    const potential = nepPotential(model, 'random');
    const one = randomStructure(43, 6, model.elements, [false, false, false]), other = randomStructure(44, 5, model.elements, [false, false, false]);
    const energy = (structure: Structure): number => potential.bind(structure).evaluate(structure.positions, structure.cell, {}).energy;
    const both = { ...one, species: [...one.species, ...other.species], positions: Float64Array.of(...one.positions, ...other.positions.map((value, k) => value + (k % 3 === 0 ? 40 : 0))) };
    expect(Math.abs(energy(both) - energy(one) - energy(other))).toBeLessThan(1e-11);
  });

  test('a molecule with charges is refused in a sentence', () => {
    const model = randomNep(45, { chargeMode: 1 });
    expect(() => nepPotential(model, 'random').bind(randomStructure(46, 4, model.elements, [true, true, false]))).toThrow('A charged NEP is defined for crystals that repeat along all three axes only');
  });
});

describeWith(nepAvailable, 'the folder ../shared with reference results is missing', 'charged reference models', () => {
  test('the Coulomb energy has no steps when its sums are converged, and stays near that of the format', () => {
    const model = nepModel('BaTiO3_qNEP1_zbl');
    const { structure } = nepFrames('BaTiO3_qNEP1_zbl')[0]!;
    const energyAt = (options: NepOptions, a: number): number => {
      const scale = a / structure.cell[0]!;
      const cell = structure.cell.map((value) => value * scale), positions = structure.positions.map((value) => value * scale);
      return nepPotential(model, 'BaTiO3', options).bind({ ...structure, cell, positions }).evaluate(positions, cell, {}).energy;
    };
    // 1.5 a crosses r_c = 6 Å at 4 Å: the format's own programs take a step of 7.5e-5 eV there.
    const step = (options: NepOptions): number => {
      const [a, b, c, d] = [-3e-6, -1e-6, 1e-6, 3e-6].map((h) => energyAt(options, 4 + h)) as [number, number, number, number];
      return c - b - 0.5 * (b - a + d - c);
    };
    expect(Math.abs(step({}))).toBeGreaterThan(5e-5);
    expect(Math.abs(step({}))).toBeLessThan(1e-4);
    expect(Math.abs(step({ coulombSums: 'converged' }))).toBeLessThan(1e-9);
    // What is cut off is 5e-5 of the Coulomb energy, a few eV.
    expect(Math.abs(energyAt({}, 4.01) - energyAt({ coulombSums: 'converged' }, 4.01))).toBeLessThan(2e-3);
  });
});
