import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { electrostaticSum, type ElectrostaticResult } from '../../core/longrange/ewald.ts';
import { Refusal } from '../../core/contracts/messages.ts';
import { determinant3, identity3, multiply3, vectorTimesMatrix3 } from '../../core/math/matrix3.ts';
import { strainTensor } from '../../core/math/voigt.ts';
import { describeWithShared, shared } from '../shared.ts';
import {
  caesiumChloride, fluorite, ionic, largest, maximumDifference, randomIons, rockSalt, wurtzite, zincblende,
  type ChargedStructure,
} from './crystals.ts';

const everything = { forces: true, stress: true, potentials: true };

function ewald(
  { structure, charges }: ChargedStructure,
  options: { coulombConstant?: number; accuracy?: number; splitting?: number } = {},
): ElectrostaticResult {
  const { coulombConstant = 1, accuracy = 1e-12, splitting } = options;
  return electrostaticSum(charges, structure.periodic, {
    coulombConstant,
    accuracy,
    ...(splitting !== undefined && { splitting }),
  }).evaluate(structure.positions, structure.cell, everything);
}

/** Rattled, triclinic, skewed, thin, charged, mostly empty, and dense: what cutoffs are tested on. */
const boxes: Readonly<Record<string, ChargedStructure>> = {
  triclinic: randomIons(1, [[8.2, 0, 0], [2.1, 7.6, 0], [-1.7, 2.4, 9.1]], 16),
  skewed: randomIons(2, [[6, 0, 0], [17, 7, 0], [-20, 30, 9]], 16),
  thin: randomIons(3, [[3, 0, 0], [0.3, 3.5, 0], [0.1, 0.2, 40]], 20),
  charged: randomIons(4, [[8.2, 0, 0], [2.1, 7.6, 0], [-1.7, 2.4, 9.1]], 16, { net: 3 }),
  slab: randomIons(5, [[8, 0, 0], [0, 8, 0], [0, 0, 40]], 24, { box: [1, 1, 0.2] }),
  molecule: randomIons(6, [[20, 0, 0], [0, 20, 0], [0, 0, 20]], 6, { box: [0.15, 0.15, 0.15] }),
  many: randomIons(7, [[20, 0, 0], [8, 19, 0], [-6, 7, 20]], 300, { apart: 1.5 }),
  'rock salt': rockSalt(4.2, 2),
  'one ion': ionic([[3, 0, 0], [0, 3, 0], [0, 0, 3]], [['H', 1, [0.1, 0, 0]]]),
};

/** Differences in the natural scales of ewald-parameters.ts. */
function relativeErrors({ structure, charges }: ChargedStructure, a: ElectrostaticResult, b: ElectrostaticResult) {
  const volume = Math.abs(determinant3(structure.cell));
  const spacing = Math.cbrt(volume / charges.length);
  const squares = charges.reduce((sum, q) => sum + q * q, 0);
  const mean = squares / charges.length;
  return {
    energy: Math.abs(a.energy - b.energy) / (squares / spacing),
    forces: maximumDifference(a.forces, b.forces) / (mean / spacing ** 2),
    stress: (maximumDifference(a.stress, b.stress) * volume) / (squares / spacing),
    potentials: maximumDifference(a.potentials, b.potentials) / (Math.sqrt(mean) / spacing),
  };
}

const kept = (result: ElectrostaticResult): ElectrostaticResult => structuredClone(result);

describe('Madelung constants', () => {
  // To 12 decimals as LAMMPS, pymatgen and matscipy give them; NaCl and CsCl further in OEIS A085469 and A181152.
  it.each([
    ['NaCl', rockSalt(2), 1, 1.7475645946331822],
    ['CsCl', caesiumChloride(2 / Math.sqrt(3)), 1, 1.76267477307099],
    ['zincblende', zincblende(4 / Math.sqrt(3)), 1, 1.638055053389],
    ['wurtzite', wurtzite((8 / 3) * Math.sqrt(3 / 8)), 2, 1.641321627372],
    ['fluorite', fluorite(4 / Math.sqrt(3)), 1, 5.038784879849],
  ] as const)('%s', (_, crystal, formulaUnits, madelung) => {
    // Nearest neighbours are 1 apart.
    expect(-ewald(crystal).energy / formulaUnits).toBeCloseTo(madelung, 11);
  });

  it('NaCl agrees with Benson’s formula, which knows no Ewald sum', () => {
    // M = 12π Σ_{m,n odd} sech²(π/2 √(m²+n²)), G. C. Benson, Can. J. Phys. 34 (1956) 888.
    let sum = 0;
    for (let m = 1; m < 40; m += 2) for (let n = 1; n < 40; n += 2) sum += Math.cosh((Math.PI / 2) * Math.hypot(m, n)) ** -2;
    // The real-space table is good to 2e-15, and the ions' own screening charges are three times the result.
    expect(Math.abs(-ewald(rockSalt(2)).energy / (12 * Math.PI * sum) - 1)).toBeLessThan(1e-14);
  });

  it('a body-centred cubic lattice of ions in a uniform background', () => {
    // −0.895929255682 q²/a_WS with the Wigner-Seitz radius, R. A. Coldwell-Horsfall & A. A. Maradudin,
    // J. Math. Phys. 1 (1960) 395 (12 digits in Slattery, Doolen & DeWitt, Phys. Rev. A 21 (1980) 2087).
    const wigner = ionic([[-1, 1, 1], [1, -1, 1], [1, 1, -1]], [['H', 1, [0, 0, 0]]]);
    const radius = Math.cbrt((3 * 4) / (4 * Math.PI));
    expect(ewald(wigner).energy * radius).toBeCloseTo(-0.895929255682, 11);
  });
});

describe('accuracy', () => {
  for (const [name, box] of Object.entries(boxes)) {
    it(`is what was asked for, from 1e-4 to 1e-12: ${name}`, () => {
      const exact = kept(ewald(box, { accuracy: 1e-13 }));
      for (const accuracy of [1e-4, 1e-6, 1e-8, 1e-10, 1e-12]) {
        const errors = relativeErrors(box, ewald(box, { accuracy }), exact);
        for (const error of Object.values(errors)) expect(error).toBeLessThan(accuracy);
      }
    });

    it(`the splitting parameter does not matter over a threefold range: ${name}`, () => {
      const { structure, charges } = box;
      const sum = electrostaticSum(charges, structure.periodic, { coulombConstant: 1, accuracy: 1e-12 });
      const chosen = kept(sum.evaluate(structure.positions, structure.cell, everything));
      const splitting = sum.parameters!.splitting;
      for (const factor of [1 / Math.sqrt(3), 0.8, 1.3, Math.sqrt(3)]) {
        const errors = relativeErrors(box, ewald(box, { splitting: factor * splitting }), chosen);
        // Two results, each within 1e-12.
        for (const error of Object.values(errors)) expect(error).toBeLessThan(2e-12);
      }
    });
  }

  it('costs less where less is asked for', () => {
    const { structure, charges } = boxes['triclinic']!;
    const cutoffs = [1e-4, 1e-8, 1e-12].map((accuracy) => {
      const sum = electrostaticSum(charges, structure.periodic, { coulombConstant: 1, accuracy });
      sum.evaluate(structure.positions, structure.cell, {});
      return sum.parameters!;
    });
    expect(cutoffs[0]!.realCutoff).toBeLessThan(cutoffs[1]!.realCutoff);
    expect(cutoffs[1]!.realCutoff).toBeLessThan(cutoffs[2]!.realCutoff);
    expect(cutoffs[0]!.reciprocalCutoff).toBeLessThan(cutoffs[1]!.reciprocalCutoff);
  });
});

describe('derivatives', () => {
  // Richardson's central difference (8(f(h) − f(−h)) − (f(2h) − f(−2h)))/12h of fourth order; the truncation error falls
  // as h⁴ until rounding (1e-15 |E|/h) takes over: of a sweep of steps the best must reach 1e-9, and it must improve as
  // h⁴ before, which a wrong derivative cannot.
  const steps = [0.04, 0.01, 0.0025];
  const difference = (f: (h: number) => number, h: number): number =>
    (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);

  for (const name of ['triclinic', 'thin', 'charged', 'rock salt']) {
    const { structure, charges } = boxes[name]!;
    const sum = electrostaticSum(charges, structure.periodic, { coulombConstant: 1, accuracy: 1e-13 });
    const exact = kept(sum.evaluate(structure.positions, structure.cell, everything));
    const volume = Math.abs(determinant3(structure.cell));

    it(`forces are −dE/dr: ${name}`, () => {
      const scale = Math.max(1, largest(exact.forces));
      for (const coordinate of [0, 4, structure.positions.length - 1]) {
        const errors = steps.map((step) => {
          const energy = (h: number): number => {
            const moved = Float64Array.from(structure.positions);
            moved[coordinate]! += h;
            return sum.evaluate(moved, structure.cell, {}).energy;
          };
          return Math.abs(-difference(energy, step) - exact.forces[coordinate]!) / scale;
        });
        expect(Math.min(...errors)).toBeLessThan(1e-9);
        if (errors[0]! > 1e-6) expect(errors[1]!).toBeLessThan(errors[0]! / 50);
      }
    });

    it(`stress is (1/V) dE/dε: ${name}`, () => {
      for (let component = 0; component < 6; component++) {
        const errors = steps.map((step) => {
          const energy = (h: number): number => {
            const strain = new Float64Array(6);
            strain[component] = h;
            const deformation = identity3().map((value, i) => value + strainTensor(strain)[i]!);
            const cell = multiply3(structure.cell, deformation);
            const positions = new Float64Array(structure.positions.length);
            for (let i = 0; i < positions.length; i += 3) {
              positions.set(vectorTimesMatrix3(structure.positions.subarray(i, i + 3), deformation), i);
            }
            return sum.evaluate(positions, cell, {}).energy;
          };
          return Math.abs(difference(energy, step) / volume - exact.stress[component]!) / largest(exact.stress);
        });
        expect(Math.min(...errors)).toBeLessThan(1e-9);
        if (errors[0]! > 1e-6) expect(errors[1]!).toBeLessThan(errors[0]! / 50);
      }
    });
  }

  it('a potential is dE/dq', () => {
    const { structure, charges } = boxes['charged']!;
    const { potentials } = kept(ewald(boxes['charged']!));
    // E is quadratic in the charges: a central difference has no truncation error.
    const energy = (i: number, h: number): number => {
      const changed = Float64Array.from(charges);
      changed[i]! += h;
      return ewald({ structure, charges: changed }).energy;
    };
    for (const i of [0, 7, 15]) expect(energy(i, 0.5) - energy(i, -0.5)).toBeCloseTo(potentials[i]!, 11);
  });
});

describe('identities', () => {
  it.each(Object.entries(boxes))('E = ½ Σ q φ, forces add up to zero, and V·tr σ = −E: %s', (_, box) => {
    const { energy, forces, stress, potentials } = ewald(box);
    const scale = box.charges.reduce((sum, q) => sum + q * q, 0);
    expect(Math.abs(0.5 * potentials.reduce((sum, phi, i) => sum + phi * box.charges[i]!, 0) - energy)).toBeLessThan(1e-13 * scale);
    for (let a = 0; a < 3; a++) {
      // Each pair acts with opposite forces to the last bit in real space; waves leave the rounding of N ions.
      let total = 0;
      for (let i = a; i < forces.length; i += 3) total += forces[i]!;
      expect(Math.abs(total)).toBeLessThan(1e-13 * scale);
    }
    // E is homogeneous of degree −1 in length, background included (virial theorem).
    const volume = Math.abs(determinant3(box.structure.cell));
    expect(Math.abs((stress[0]! + stress[1]! + stress[2]!) * volume + energy)).toBeLessThan(1e-11 * scale);
  });

  it('moving everything, leaving the cell, or choosing other lattice vectors changes nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 3, maxLength: 3 }),
        fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 }),
        (shift, [m, n, p]) => {
          const box = boxes['triclinic']!;
          const before = kept(ewald(box));
          const rechosen = multiply3([1, m!, n!, 0, 1, p!, 0, 0, 1], box.structure.cell);
          const positions = box.structure.positions.map((x, i) =>
            x + shift[i % 3]! + (i < 9 ? 3 * rechosen[i % 3]! - rechosen[3 + (i % 3)]! : 0));
          const after = ewald({ charges: box.charges, structure: { ...box.structure, cell: rechosen, positions } });
          // 1e-12 of the sum's own accuracy, and coordinates of 1e2 Å keep 1e-14 Å.
          for (const error of Object.values(relativeErrors(box, before, after))) expect(error).toBeLessThan(2e-12);
        },
      ),
      { numRuns: 25, seed: 1 },
    );
  });

  it('a supercell has the same forces and stress, and its multiple of the energy', () => {
    const box = boxes['triclinic']!;
    const { cell, positions, species } = box.structure;
    const one = kept(ewald(box));
    const [nx, ny, nz] = [2, 1, 3];
    const images: number[][] = [];
    for (let x = 0; x < nx; x++) for (let y = 0; y < ny; y++) for (let z = 0; z < nz; z++) images.push([x, y, z]);
    const large = ewald({
      charges: Float64Array.from(images.flatMap(() => [...box.charges])),
      structure: {
        cell: cell.map((value, i) => value * [nx, ny, nz][Math.floor(i / 3)]!),
        periodic: [true, true, true],
        species: images.flatMap(() => species),
        positions: Float64Array.from(images.flatMap((n) => {
          const shift = vectorTimesMatrix3(n, cell);
          return [...positions.map((x, i) => x + shift[i % 3]!)];
        })),
      },
    });
    expect(Math.abs(large.energy / images.length / one.energy - 1)).toBeLessThan(1e-12);
    expect(maximumDifference(large.stress, one.stress)).toBeLessThan(1e-12 * largest(one.stress) * 10);
    expect(maximumDifference(large.forces.subarray(0, positions.length), one.forces)).toBeLessThan(1e-12 * largest(one.forces) * 10);
  });

  it('a bound sum gives the same bits whatever it was asked before', () => {
    const { structure, charges } = boxes['skewed']!;
    const fresh = kept(ewald(boxes['skewed']!));
    const sum = electrostaticSum(charges, structure.periodic, { coulombConstant: 1, accuracy: 1e-12 });
    sum.evaluate(structure.positions, structure.cell.map((x) => 1.4 * x), everything);
    sum.evaluate(structure.positions.map((x) => x + 0.1), structure.cell.map((x) => 0.9 * x), { forces: true });
    const again = sum.evaluate(structure.positions, structure.cell, everything);
    expect(again.energy).toBe(fresh.energy);
    expect(again.forces).toEqual(fresh.forces);
    expect(again.stress).toEqual(fresh.stress);
  });
});

describe('isolated charges', () => {
  it('two charges: E = k q₁q₂/r', () => {
    const pair = ionic([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [['H', 2, [0, 0, 0]], ['H', -1.5, [0, 3, 4]]], [false, false, false]);
    const { energy, forces, potentials } = ewald(pair, { coulombConstant: 10 });
    expect(energy).toBeCloseTo(-6, 14);
    expect([...forces]).toEqual([0, 0.72, 0.96, 0, -0.72, -0.96].map((f) => expect.closeTo(f, 14)));
    expect([...potentials]).toEqual([expect.closeTo(-3, 14), expect.closeTo(4, 14)]);
  });

  it('is what a periodic sum tends to in a growing box, with the known dipole term', () => {
    // Neutral molecule in a cubic box L: E − E(∞) = −(2π/3)(p²/L³) + O(L⁻⁵) (Makov & Payne, PRB 51 (1995) 4014, with
    // conducting surroundings).
    const charges = [1, -1, 0.5, -0.5];
    const places = [[0, 0, 0], [1.1, 0.2, 0], [0.3, 1.7, 0.4], [-0.9, 0.4, 1.3]];
    const box = (edge: number, periodic: boolean): ChargedStructure =>
      ionic([[edge, 0, 0], [0, edge, 0], [0, 0, edge]], places.map((r, i) => ['H', charges[i]!, r.map((x) => x / edge)]), [periodic, periodic, periodic]);
    const free = ewald(box(10, false)).energy;
    const dipole = [0, 1, 2].map((a) => places.reduce((sum, r, i) => sum + charges[i]! * r[a]!, 0));
    const square = dipole.reduce((sum, p) => sum + p * p, 0);
    const residual = (edge: number): number => ewald(box(edge, true)).energy - free + ((2 * Math.PI) / 3) * (square / edge ** 3);
    expect(Math.abs(residual(60) / ((2 * Math.PI) / 3 * square / 60 ** 3))).toBeLessThan(0.01);
    expect(Math.abs(residual(20) / residual(40))).toBeGreaterThan(20);
  });
});

describe('refusals', () => {
  const refusal = (box: ChargedStructure, accuracy = 1e-12) => {
    try {
      ewald(box, { accuracy });
    } catch (error) {
      if (error instanceof Refusal) return error.detail;
      throw error;
    }
    return undefined;
  };
  const cube = [[4, 0, 0], [0, 4, 0], [0, 0, 4]];

  it('a structure periodic along some axes only', () => {
    const slab = ionic(cube, [['H', 1, [0, 0, 0]], ['H', -1, [0.5, 0.5, 0.5]]], [true, true, false]);
    expect(refusal(slab)).toMatchObject({ code: 'longrange.partly-periodic', sentence: expect.stringContaining('along a and b only') });
  });

  it.each([true, false])('two charges at one place (periodic: %s)', (periodic) => {
    const twice = ionic(cube, [['H', 1, [0, 0, 0]], ['H', 2, [0.5, 0, 0]], ['H', -3, [0.5 + (periodic ? 1 : 0), 0, 0]]], [periodic, periodic, periodic]);
    expect(refusal(twice)).toMatchObject({ code: 'longrange.coincident', values: { first: 2, second: 3 } });
  });

  it('an accuracy that doubles do not have', () => {
    expect(refusal(rockSalt(4), 1e-16)).toMatchObject({ code: 'longrange.accuracy' });
    expect(refusal(rockSalt(4), NaN)).toMatchObject({ code: 'longrange.accuracy' });
  });
});

describeWithShared('random boxes of other programs', () => {
  const file = shared('reference/properties/G_ewald/reference.json');
  interface Box {
    cell: number[][]; positions: number[][]; charges: number[]; energy: number; forces: number[][]; stress: number[];
  }
  interface Reference { boxes: Record<string, Box>; madelung: Record<string, { madelung_lammps: number }> }
  const reference = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Reference) : { boxes: {}, madelung: {} };

  it.each(Object.entries(reference.boxes))('%s: energy, forces and stress', (name, box) => {
    const structure = {
      cell: Float64Array.from(box.cell.flat()),
      periodic: [true, true, true] as const,
      species: box.charges.map(() => 'H'),
      positions: Float64Array.from(box.positions.flat()),
    };
    const result = ewald({ structure, charges: Float64Array.from(box.charges) });
    // pymatgen and matscipy agree with each other to 1e-14, LAMMPS' forces to 1e-13 (README of the reference).
    expect(Math.abs(result.energy / box.energy - 1)).toBeLessThan(1e-12);
    expect(maximumDifference(result.forces, box.forces.flat())).toBeLessThan(1e-11 * largest(box.forces.flat()));
    // The charged box's stress is a difference of energies, given to 9 digits; the others are analytic.
    expect(maximumDifference(result.stress, box.stress)).toBeLessThan((name === 'charged_tric14' ? 2e-9 : 1e-11) * largest(box.stress));
  });
});
