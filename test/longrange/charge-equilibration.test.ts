import { describe, expect, test } from 'vitest';
import type { CutoffType } from '../../core/descriptors/cutoff-functions.ts';
import { Refusal } from '../../core/contracts/messages.ts';
import { supercell } from '../../core/crystal/supercell.ts';
import { chargeEquilibration, type ChargeEquilibration, type ChargeModel } from '../../core/longrange/charge-equilibration.ts';
import { electrostaticSum } from '../../core/longrange/ewald.ts';
import { determinant3, multiply3, vectorTimesMatrix3 } from '../../core/math/matrix3.ts';
import { random } from '../../core/math/random.ts';
import { erf } from '../../core/math/special.ts';
import { voigtPairs } from '../../core/math/voigt.ts';
import { coulomb } from '../../core/units/constants.ts';

interface System {
  readonly types: Int32Array;
  readonly periodic: readonly [boolean, boolean, boolean];
  readonly cell: Float64Array;
  readonly positions: Float64Array;
  readonly chi: Float64Array;
  readonly totalCharge: number;
}

const screening = { inner: 1.2, outer: 3.6, fall: 1 as CutoffType };
/** Widths above and below those of every splitting below, one element hardly hard at all. */
const model: ChargeModel = { coulombConstant: coulomb, widths: [0.7, 1.1, 1.6], hardness: [9, 6, 0.4], screening };

function randomSystem(atoms: number, periodic: boolean, seed: number, totalCharge = 0): System {
  const source = random(seed);
  const cell = Float64Array.of(6.1, 0.3, -0.4, 1.5, 5.2, 0.2, -0.8, 1.1, 7.0);
  const positions: number[] = [];
  // Atoms at least 1.3 Å apart, as in matter.
  while (positions.length < 3 * atoms) {
    const trial = vectorTimesMatrix3([source.uniform(), source.uniform(), source.uniform()], cell);
    const near = positions.some((_, k) => k % 3 === 0 && Math.hypot(positions[k]! - trial[0]!, positions[k + 1]! - trial[1]!, positions[k + 2]! - trial[2]!) < 1.3);
    if (!near) positions.push(...trial);
  }
  return {
    types: Int32Array.from({ length: atoms }, () => source.integer(3)),
    periodic: [periodic, periodic, periodic],
    cell, positions: Float64Array.from(positions),
    chi: Float64Array.from({ length: atoms }, () => 4 * source.normal()),
    totalCharge,
  };
}

interface Outcome {
  readonly charges: Float64Array;
  readonly potentials: Float64Array;
  readonly energy: number;
  readonly forces: Float64Array;
  readonly virial: Float64Array;
}

/** A cubic energy of each charge stands for the short-range network: its slope makes charges respond. */
const ownEnergy = (q: number, i: number): number => 0.8 * q * q + (0.3 + 0.1 * i) * q + 0.2 * q ** 3;
const ownSlope = (q: number, i: number): number => 1.6 * q + (0.3 + 0.1 * i) + 0.6 * q * q;

function outcome(equilibration: ChargeEquilibration, { positions, cell, chi }: Pick<System, 'positions' | 'cell' | 'chi'>, coupled = true): Outcome {
  const charges = Float64Array.from(equilibration.equilibrate(positions, cell, chi));
  const potentials = Float64Array.from(equilibration.potentials());
  let energy = 0;
  charges.forEach((q, i) => { energy += 0.5 * q * potentials[i]! + (coupled ? ownEnergy(q, i) : 0); });
  equilibration.respond(coupled ? potentials.map((value, i) => value + ownSlope(charges[i]!, i)) : new Float64Array(charges.length));
  const forces = new Float64Array(positions.length), virial = new Float64Array(6);
  equilibration.addDerivatives(forces, virial);
  return { charges, potentials, energy, forces, virial };
}

const bind = (system: System, splitting?: number, used: ChargeModel = model): ChargeEquilibration => chargeEquilibration(used, system, splitting);
const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a, (x, k) => Math.abs(x - b[k]!)).reduce((most, x) => Math.max(most, x), 0);

describe('two charges of a molecule', () => {
  const bond = (r: number, totalCharge: number): System => ({
    types: Int32Array.of(0, 1), periodic: [false, false, false], cell: Float64Array.of(30, 0, 0, 0, 30, 0, 0, 0, 30),
    positions: Float64Array.of(0.3, -0.2, 0.1, 0.3 + r * 0.6, -0.2, 0.1 + r * 0.8), chi: Float64Array.of(-2.3, 3.1), totalCharge,
  });
  const g = Math.sqrt(2 * (0.7 ** 2 + 1.1 ** 2));
  // Inside, within and beyond the screening.
  test.each([[0.9, 0], [0.9, 1], [2.2, -1], [2.9, 0.5], [4.4, 0], [4.4, -2]])('%f Å apart, together %f e: the closed form', (r, total) => {
    const between = (coulomb * erf(r / g)) / r;
    const own = [9 + coulomb / (Math.sqrt(Math.PI) * 0.7), 6 + coulomb / (Math.sqrt(Math.PI) * 1.1)] as const;
    // ½ a q² + ½ b (Q − q)² + c q (Q − q) + χ₁ q + χ₂ (Q − q) is least at
    const first = (total * (own[1] - between) - (-2.3 - 3.1)) / (own[0] + own[1] - 2 * between);
    const fall = r <= 1.2 ? 1 : r >= 3.6 ? 0 : 0.5 * (1 + Math.cos((Math.PI * (r - 1.2)) / 2.4));
    const found = outcome(bind(bond(r, total)), bond(r, total), false);
    // Rounding: everything is of order 1 to 100 eV.
    expect(found.charges[0]).toBeCloseTo(first, 13);
    expect(found.charges[1]).toBeCloseTo(total - first, 13);
    expect(found.energy).toBeCloseTo(first * (total - first) * between * (1 - fall), 12);
    // At fixed charges: −d/dr of that, along the bond.
    const step = 1e-4;
    const energyAt = (at: number): number => {
      const f = at <= 1.2 ? 1 : at >= 3.6 ? 0 : 0.5 * (1 + Math.cos((Math.PI * (at - 1.2)) / 2.4));
      return (first * (total - first) * coulomb * erf(at / g) * (1 - f)) / at;
    };
    const slope = (8 * (energyAt(r + step) - energyAt(r - step)) - (energyAt(r + 2 * step) - energyAt(r - 2 * step))) / (12 * step);
    // Rounding of the differences: 1e-15 · 10 eV / 1e-4 Å.
    expect(found.forces[3]).toBeCloseTo(-slope * 0.6, 9);
    expect(found.forces[5]).toBeCloseTo(-slope * 0.8, 9);
  });
});

test('a molecule of many charges solves the equations written out', () => {
  const system = randomSystem(9, false, 5, -1.5);
  const { charges, potentials } = outcome(bind(system), system);
  const width = (i: number): number => model.widths[system.types[i]!]!;
  const matrix = (i: number, j: number): number => {
    if (i === j) return model.hardness[system.types[i]!]! + coulomb / (Math.sqrt(Math.PI) * width(i));
    const r = Math.hypot(...[0, 1, 2].map((x) => system.positions[3 * i + x]! - system.positions[3 * j + x]!));
    return (coulomb * erf(r / Math.sqrt(2 * (width(i) ** 2 + width(j) ** 2)))) / r;
  };
  const field = Array.from(charges, (_, i) => system.chi[i]! + charges.reduce((sum, q, j) => sum + matrix(i, j) * q, 0));
  // The same chemical potential everywhere, to rounding of terms up to 100 eV; the given charge exactly.
  for (const value of field) expect(Math.abs(value - field[0]!)).toBeLessThan(1e-11);
  expect(charges.reduce((sum, q) => sum + q, 0)).toBeCloseTo(-1.5, 13);
  potentials.forEach((value, i) => {
    const unscreened = field[i]! - system.chi[i]! - matrix(i, i) * charges[i]!;
    const inRange = Array.from(charges, (q, j) => {
      if (i === j) return 0;
      const r = Math.hypot(...[0, 1, 2].map((x) => system.positions[3 * i + x]! - system.positions[3 * j + x]!));
      const fall = r <= 1.2 ? 1 : r >= 3.6 ? 0 : 0.5 * (1 + Math.cos((Math.PI * (r - 1.2)) / 2.4));
      return -fall * matrix(i, j) * q;
    }).reduce((sum, x) => sum + x, 0);
    expect(Math.abs(value - unscreened - inRange)).toBeLessThan(1e-11);
  });
});

describe('periodic sums', () => {
  test('do not depend on the splitting over a range of ten', () => {
    const system = randomSystem(10, true, 2);
    const reference = outcome(bind(system), system);
    // Each sum is cut at 1e-13 of k Σq²/ℓ; soft charges pass on ten times that.
    const scale = (coulomb * reference.charges.reduce((sum, q) => sum + q * q, 0)) / Math.cbrt(Math.abs(determinant3(system.cell)) / 10);
    // From all pairs in real space (1/g_max = 0.22 Å⁻¹) to none (1/g_min = 0.71 Å⁻¹).
    for (const splitting of [0.09, 0.15, 0.2, 0.3, 0.45, 0.6, 0.9]) {
      const found = outcome(bind(system, splitting), system);
      expect(largest(found.charges, reference.charges)).toBeLessThan(1e-11);
      expect(largest(found.potentials, reference.potentials)).toBeLessThan(1e-11);
      expect(Math.abs(found.energy - reference.energy)).toBeLessThan(1e-12 * scale);
      expect(largest(found.forces, reference.forces)).toBeLessThan(1e-12 * scale);
      expect(largest(found.virial, reference.virial)).toBeLessThan(1e-11 * scale);
    }
  });

  test('of narrow charges are Ewald’s of point charges', () => {
    // erfc(r/g) of 0.12 Å wide charges 1.3 Å apart is 3e-28.
    const narrow: ChargeModel = { coulombConstant: coulomb, widths: [0.12, 0.1, 0.11], hardness: [1, 2, 3], screening: null };
    const system = randomSystem(8, true, 3);
    const found = outcome(bind(system, undefined, narrow), system, false);
    const sum = electrostaticSum(found.charges, [true, true, true], { coulombConstant: coulomb, accuracy: 1e-13 }).evaluate(system.positions, system.cell, { forces: true, stress: true, potentials: true });
    const scale = coulomb * found.charges.reduce((total, q) => total + q * q, 0);
    // Both to 1e-13 of k Σq²/ℓ. Our energy comes out of A, whose diagonal of 100 eV/e² is taken away again: 1e-13 of that.
    expect(Math.abs(found.energy - sum.energy)).toBeLessThan(1e-11 * scale);
    expect(largest(found.forces, sum.forces)).toBeLessThan(1e-11 * scale);
    const volume = Math.abs(determinant3(system.cell));
    expect(largest(found.virial, sum.stress.map((s) => s * volume))).toBeLessThan(1e-11 * scale);
  });

  test('are extensive where images of an atom lie inside the screening: they count half', () => {
    const cell = Float64Array.of(3.1, 0.2, 0, 0, 3.3, 0.1, 0.4, 0, 2.9);
    const structure = { cell, periodic: [true, true, true] as const, species: ['H', 'O', 'C'], positions: Float64Array.of(0, 0, 0, 1.4, 0.3, 1.2, 0.2, 1.6, 1.5) };
    const chi = [1.2, -2.0, 3.0], kinds = [0, 1, 2];
    const wide: ChargeModel = { ...model, screening: { ...screening, outer: 6.5 } };
    const single: System = { types: Int32Array.from(kinds), periodic: structure.periodic, cell, positions: structure.positions, chi: Float64Array.from(chi), totalCharge: 0 };
    const one = outcome(bind(single, undefined, wide), single, false);
    const large = supercell(structure, [2, 0, 0, 0, 2, 0, 0, 0, 2]);
    const many: System = {
      types: Int32Array.from(large.sourceAtom, (i) => kinds[i]!), periodic: structure.periodic, cell: large.structure.cell,
      positions: large.structure.positions, chi: Float64Array.from(large.sourceAtom, (i) => chi[i]!), totalCharge: 0,
    };
    const eight = outcome(bind(many, undefined, wide), many, false);
    // Two convergent sums of the same thing; energies of eight cells are some 20 eV.
    expect(Math.abs(eight.energy - 8 * one.energy)).toBeLessThan(1e-10);
    expect(Math.abs(one.energy)).toBeGreaterThan(0.01);
    expect(largest(eight.charges, Array.from(large.sourceAtom, (i) => one.charges[i]!))).toBeLessThan(1e-12);
    expect(largest(eight.forces, Array.from(large.sourceAtom).flatMap((i) => [0, 1, 2].map((x) => one.forces[3 * i + x]!)))).toBeLessThan(1e-10);
    expect(largest(eight.virial, one.virial.map((x) => 8 * x))).toBeLessThan(1e-9);
  });
});

/** Central differences over four steps: the error falls as h² to the floor of rounding, 1e-14 · 100 eV / h. */
function expectDerivative(energyAt: (h: number) => number, derivative: number, scale: number): void {
  const errors = [8e-3, 4e-3, 2e-3, 1e-3].map((h) => Math.abs((energyAt(h) - energyAt(-h)) / (2 * h) - derivative));
  if (errors[0]! > 1e-7 * scale) expect(Math.log(errors[0]! / errors[3]!) / Math.log(8)).toBeGreaterThan(1.8);
  // (4 D(h) − D(2h))/3 cancels h²: what is left is of fourth order, (1e-3 Å)⁴ over the fourth power of a bond, and rounding.
  const extrapolated = (4 * (energyAt(1e-3) - energyAt(-1e-3)) / 2e-3 - (energyAt(2e-3) - energyAt(-2e-3)) / 4e-3) / 3;
  expect(Math.abs(extrapolated - derivative)).toBeLessThan(1e-8 * scale);
}

describe.each([['crystal', true, 0], ['molecule', false, 0], ['charged molecule', false, 2]] as const)('derivatives of a %s whose charges follow', (_, periodic, totalCharge) => {
  const system = randomSystem(8, periodic, 11, totalCharge);
  // Real space and waves both act.
  const equilibration = bind(system, periodic ? 0.5 : undefined);
  const exact = outcome(equilibration, system);
  const scale = Math.max(1, Math.hypot(...exact.forces));

  test('forces along random directions', () => {
    const source = random(4);
    for (let direction = 0; direction < 4; direction++) {
      const u = exact.forces.map(() => source.normal());
      const norm = Math.hypot(...u);
      const energyAt = (h: number): number => outcome(equilibration, { ...system, positions: system.positions.map((x, k) => x + (h * u[k]!) / norm) }).energy;
      expectDerivative(energyAt, -u.reduce((sum, x, k) => sum + (x / norm) * exact.forces[k]!, 0), scale);
    }
  });

  test('the response is ∂E/∂χ', () => {
    const slopes = exact.potentials.map((value, i) => value + ownSlope(exact.charges[i]!, i));
    outcome(equilibration, system);
    const response = Float64Array.from(equilibration.respond(slopes));
    for (const i of [0, 3, 7]) {
      const energyAt = (h: number): number => outcome(equilibration, { ...system, chi: system.chi.map((x, k) => (k === i ? x + h : x)) }).energy;
      expectDerivative(energyAt, response[i]!, 1);
    }
  });

  if (periodic) test('strain', () => {
    for (const [component, [a, b]] of voigtPairs.entries()) {
      const energyAt = (h: number): number => {
        const deformation = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
        deformation[3 * a + b]! += h / 2;
        deformation[3 * b + a]! += h / 2;
        const positions = Array.from({ length: 8 }, (__, i) => [...vectorTimesMatrix3(system.positions.subarray(3 * i, 3 * i + 3), deformation)]).flat();
        return outcome(equilibration, { ...system, positions: Float64Array.from(positions), cell: multiply3(system.cell, deformation) }).energy;
      };
      expectDerivative(energyAt, exact.virial[component]!, Math.max(scale, ...exact.virial.map(Math.abs)));
    }
  });

  test('no force on the whole, no torque on a molecule, the given charge', () => {
    for (let x = 0; x < 3; x++) expect(Math.abs(exact.forces.reduce((sum, f, k) => sum + (k % 3 === x ? f : 0), 0))).toBeLessThan(1e-11 * scale);
    expect(exact.charges.reduce((sum, q) => sum + q, 0)).toBeCloseTo(totalCharge, 12);
    if (periodic) return;
    for (let x = 0; x < 3; x++) {
      const y = (x + 1) % 3, z = (x + 2) % 3;
      let torque = 0;
      for (let i = 0; i < 8; i++) torque += system.positions[3 * i + y]! * exact.forces[3 * i + z]! - system.positions[3 * i + z]! * exact.forces[3 * i + y]!;
      expect(Math.abs(torque)).toBeLessThan(1e-10 * scale);
    }
  });

  test('translation, rotation, permutation and the choice of image change nothing', () => {
    const c = Math.cos(0.7), s = Math.sin(0.7);
    const rotation = multiply3([c, s, 0, -s, c, 0, 0, 0, 1], [1, 0, 0, 0, c, s, 0, -s, c]);
    const order = [3, 7, 0, 5, 1, 6, 2, 4];
    const shifts = order.map((_, k) => (periodic ? vectorTimesMatrix3([k % 3 - 1, (k * 2) % 3 - 1, k % 2], system.cell) : [0, 0, 0]));
    const moved: System = {
      ...system,
      types: Int32Array.from(order, (i) => system.types[i]!), chi: Float64Array.from(order, (i) => system.chi[i]!),
      cell: multiply3(system.cell, rotation),
      positions: Float64Array.from(order.flatMap((i, k) => [...vectorTimesMatrix3([0, 1, 2].map((x) => system.positions[3 * i + x]! + shifts[k]![x]! + 0.37 * (x + 1)), rotation)])),
    };
    const before = outcome(equilibration, system, false), after = outcome(bind(moved, periodic ? 0.5 : undefined), moved, false);
    expect(largest(after.charges, order.map((i) => before.charges[i]!))).toBeLessThan(1e-12);
    expect(Math.abs(after.energy - before.energy)).toBeLessThan(1e-11 * scale);
    const turned = order.flatMap((i) => [...vectorTimesMatrix3(before.forces.subarray(3 * i, 3 * i + 3), rotation)]);
    expect(largest(after.forces, turned)).toBeLessThan(1e-10 * scale);
  });
});

describe('what cannot be computed is refused', () => {
  const code = (action: () => unknown): string => {
    try {
      action();
    } catch (error) {
      if (error instanceof Refusal) return `${error.message}`;
      throw error;
    }
    return 'nothing';
  };
  test('a charged crystal', () => {
    expect(code(() => bind({ ...randomSystem(4, true, 1), totalCharge: 1 }))).toContain('has the total charge 1 e');
  });
  test('a slab without third lattice vector', () => {
    expect(code(() => bind({ ...randomSystem(4, true, 1), periodic: [true, true, false] }))).toContain('repeats along a and b only');
  });
  test('charges that nothing holds', () => {
    // Waves of a charge 30 Å wide in a cell of 6 Å are e^(−1000): without hardness no charge costs anything.
    const free: ChargeModel = { coulombConstant: coulomb, widths: [30, 30, 30], hardness: [0, 0, 0], screening: null };
    const system = randomSystem(4, true, 1);
    expect(code(() => outcome(bind(system, undefined, free), system))).toContain('charge moves between atoms at no cost');
  });
  test('atoms in one place', () => {
    const system = randomSystem(4, false, 1);
    system.positions.set(system.positions.subarray(0, 3), 3);
    expect(code(() => outcome(bind(system), system))).toContain('two of them coincide');
  });
});
