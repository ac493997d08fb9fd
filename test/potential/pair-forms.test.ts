/** Pair functions against their formulas, their ends, and the guard against collapse. */
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../core/contracts/messages.ts';
import type { Structure } from '../../core/contracts/structure.ts';
import type { Potential } from '../../core/potential/potential.ts';
import { bundled, cutoffs, formNames, pairTerm, potentialWith } from './models.ts';

/** Two atoms in empty space, `r` Å apart in an oblique direction. */
function dimer(first: string, second: string, r: number): Structure {
  const direction = [0.48, -0.6, 0.64];
  return {
    cell: Float64Array.of(30, 0, 0, 0, 30, 0, 0, 0, 30), periodic: [false, false, false], species: [first, second],
    positions: Float64Array.from([1, 2, 3, ...direction.map((u, x) => u * r + x + 1)]),
  };
}

/** Energy and −force along the bond: φ(r) and φ'(r). */
function radial(potential: Potential, first: string, second: string, r: number): [number, number] {
  const structure = dimer(first, second, r);
  const { energy, forces } = potential.bind(structure).evaluate(structure.positions, structure.cell, { forces: true });
  return [energy, -(0.48 * forces![3]! - 0.6 * forces![4]! + 0.64 * forces![5]!)];
}

const formulas = {
  'lennard-jones': (r: number) => 4 * 0.03 * ((2.4 / r) ** 12 - (2.4 / r) ** 6),
  mie: (r: number) => 0.04 * (10.5 / 5.5) * (10.5 / 5) ** (5 / 5.5) * ((2.4 / r) ** 10.5 - (2.4 / r) ** 5),
  morse: (r: number) => 0.4 * ((1 - Math.exp(-1.4 * (r - 2.7))) ** 2 - 1),
  buckingham: (r: number) => 1400 * Math.exp(-r / 0.3) - 5 / r ** 6,
  'born-mayer-huggins': (r: number) => 0.2 * Math.exp((2.7 - r) / 0.32) - 7 / r ** 6 - 8.7 / r ** 8,
  harmonic: (r: number) => 0.5 * 2.3 * (r - 2.75) ** 2,
};

describe.each(formNames)('%s', (form) => {
  test('equals its formula between two atoms', () => {
    const potential = potentialWith(pairTerm(form, cutoffs.plain));
    for (const r of [2, 2.5, 3.1, 4.39]) {
      const expected = formulas[form](r);
      // Positions carry rounding of 1e-15 Å, powers and exponentials amplify it tenfold.
      expect(Math.abs(radial(potential, 'Na', 'Cl', r)[0] - expected)).toBeLessThan(1e-13 * (1 + Math.abs(expected)));
    }
    expect(radial(potential, 'Na', 'Cl', 4.41)).toEqual([0, -0]);
  });

  test('shifted: continuous energy, the same force', () => {
    const plain = potentialWith(pairTerm(form, cutoffs.plain)), shifted = potentialWith(pairTerm(form, cutoffs.shifted));
    const [energy, slope] = radial(shifted, 'Na', 'Cl', 3);
    expect(Math.abs(energy - (formulas[form](3) - formulas[form](4.4)))).toBeLessThan(1e-13);
    expect(slope).toBe(radial(plain, 'Na', 'Cl', 3)[1]);
    expect(Math.abs(radial(shifted, 'Na', 'Cl', 4.4 - 1e-9)[0])).toBeLessThan(1e-8);
  });

  test('tapered: energy, force and its slope are continuous at both ends of the taper', () => {
    const { radius, width } = cutoffs.tapered;
    const tapered = potentialWith(pairTerm(form, cutoffs.tapered));
    const long = potentialWith(pairTerm(form, { radius: 20, style: 'plain' }));
    const size = Math.abs(formulas[form](radius)) + 1e-6;
    // Near r_c the taper is 10 y³, y = (r_c − r)/width: value, slope and curvature vanish as y³, y², y.
    const y = 1e-4;
    const [energy, slope] = radial(tapered, 'Na', 'Cl', radius - y * width);
    expect(Math.abs(energy)).toBeLessThan(11 * y ** 3 * size * 1.1);
    expect(Math.abs(slope)).toBeLessThan(((31 * y ** 2) / width) * size * 1.1);
    const nearby = radial(tapered, 'Na', 'Cl', radius - 2 * y * width)[1];
    expect(Math.abs((slope - nearby) / (y * width))).toBeLessThan(((100 * y) / width ** 2) * size * 1.2);
    expect(radial(tapered, 'Na', 'Cl', radius)).toEqual([0, -0]);
    // Where it begins: below it nothing is changed, just above it hardly anything.
    const start = radius - width;
    expect(radial(tapered, 'Na', 'Cl', start - 0.01)).toEqual(radial(long, 'Na', 'Cl', start - 0.01));
    const above = radial(tapered, 'Na', 'Cl', start + y * width), free = radial(long, 'Na', 'Cl', start + y * width);
    expect(Math.abs(above[0] - free[0])).toBeLessThan(11 * y ** 3 * (Math.abs(free[0]) + 1e-12));
    expect(Math.abs(above[1] - free[1])).toBeLessThan(40 * y ** 2 * (Math.abs(free[0]) + Math.abs(free[1]) + 1e-12));
  });

  test('names its plain cutoffs, and none where it is tapered', () => {
    expect(potentialWith(pairTerm(form, cutoffs.plain)).plainCutoffs!()).toEqual([
      { elements: ['Na', 'Cl'], radius: 4.4 }, { elements: ['Cl', 'Cl'], radius: 4.4 }, { elements: ['Na', 'Na'], radius: 4.4 },
    ]);
    expect(potentialWith(pairTerm(form, cutoffs.tapered)).plainCutoffs!()).toEqual([]);
  });
});

test('mie with 12 and 6 is Lennard-Jones', () => {
  const cutoff = { radius: 9, style: 'plain' };
  const mie = potentialWith({ type: 'mie', cutoff, pairs: [{ elements: ['Ar', 'Ar'], epsilon: 0.0103, sigma: 3.4, m: 12, n: 6 }] });
  const lennardJones = potentialWith({ type: 'lennard-jones', cutoff, pairs: [{ elements: ['Ar', 'Ar'], epsilon: 0.0103, sigma: 3.4 }] });
  for (const r of [3, 3.8, 6]) {
    const [energy, slope] = radial(lennardJones, 'Ar', 'Ar', r);
    expect(radial(mie, 'Ar', 'Ar', r)[0]).toBeCloseTo(energy, 15);
    expect(radial(mie, 'Ar', 'Ar', r)[1]).toBeCloseTo(slope, 15);
  }
  // Depth ε at 2^{1/6} σ.
  expect(radial(lennardJones, 'Ar', 'Ar', 2 ** (1 / 6) * 3.4)[0]).toBeCloseTo(-0.0103, 15);
});

test('an isolated pair has no stress: it has no volume', () => {
  const structure = dimer('Na', 'Cl', 2.5);
  const result = potentialWith(pairTerm('morse', cutoffs.plain)).bind(structure).evaluate(structure.positions, structure.cell, { stress: true });
  expect(result.stress).toBeUndefined();
});

function refusalOf(action: () => unknown): Refusal['detail'] {
  try {
    action();
  } catch (error) {
    if (error instanceof Refusal) return error.detail;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('collapse', () => {
  test('a pair inside the inner maximum of a Buckingham form is refused with its distance and the radius', () => {
    const structure = dimer('Cl', 'Cl', 1.2);
    const potential = potentialWith(pairTerm('buckingham', cutoffs.tapered));
    const detail = refusalOf(() => potential.bind(structure).evaluate(structure.positions, structure.cell, {}));
    expect(detail.code).toBe('potential.collapse');
    expect(detail.sentence).toMatch(/^Atoms 1 and 2 \(Cl–Cl\) are 1\.2000 Å apart, inside the radius of 1\.\d{4} Å/);
    // At the radius itself the force vanishes: it is the maximum of A e^{−br} − C/r⁶.
    const radius = Number(detail.values['radius']);
    expect(Math.abs(1388.8 * 2.76 * Math.exp(-2.76 * radius) - (6 * 175) / radius ** 7)).toBeLessThan(0.1);
    expect(radial(potential, 'Cl', 'Cl', radius + 1e-3)[1]).toBeLessThan(0);
  });

  test('fixed charges move it: silica’s known barriers, 1.19 Å for Si–O and 1.44 Å for O–O', () => {
    for (const [first, second, radius] of [['Si', 'O', 1.19], ['O', 'O', 1.44]] as const) {
      const periodic: Structure = { ...dimer(first, second, 0.9), periodic: [true, true, true] };
      const detail = refusalOf(() => bundled('sio2-bks').bind(periodic).evaluate(periodic.positions, periodic.cell, {}));
      expect(detail.code).toBe('potential.collapse');
      // Two decimals are what the literature quotes.
      expect(Math.abs(Number(detail.values['radius']) - radius)).toBeLessThan(0.01);
    }
  });

  test('forms without dispersion never refuse for nearness, coinciding atoms always are refused', () => {
    const near = dimer('Na', 'Cl', 0.3), same = dimer('Na', 'Cl', 0);
    const potential = potentialWith(pairTerm('lennard-jones', cutoffs.plain));
    expect(potential.bind(near).evaluate(near.positions, near.cell, {}).energy).toBeGreaterThan(1e6);
    expect(refusalOf(() => potential.bind(same).evaluate(same.positions, same.cell, {})).code).toBe('potential.notFinite');
  });

  test('an element without parameters is named', () => {
    const structure = dimer('Na', 'K', 3);
    const detail = refusalOf(() => bundled('nacl-fumi-tosi').bind(structure));
    expect(detail.sentence).toBe('The potential nacl-fumi-tosi covers Na, Cl, but the structure contains K. Choose a potential that covers all elements of the crystal.');
  });
});
