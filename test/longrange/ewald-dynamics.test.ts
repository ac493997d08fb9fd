import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../core/contracts/messages.ts';
import { electrostaticSum } from '../../core/longrange/ewald.ts';
import { ewaldDynamics } from '../../core/longrange/ewald-dynamics.ts';
import { determinant3, reciprocalCell, vectorTimesMatrix3 } from '../../core/math/matrix3.ts';
import { describeWithShared, shared } from '../shared.ts';
import {
  fluorite, ionic, largest, maximumDifference, randomIons, rockSalt, wurtzite, type ChargedStructure,
} from './crystals.ts';

const options = { coulombConstant: 1, accuracy: 1e-12 };

const crystals: Readonly<Record<string, ChargedStructure>> = {
  'rock salt': rockSalt(2, 1),
  fluorite: fluorite(3),
  wurtzite: wurtzite(2),
  triclinic: randomIons(11, [[4.2, 0, 0], [1.1, 3.6, 0], [-0.7, 1.4, 5.1]], 6),
  skewed: randomIons(12, [[4, 0, 0], [9, 3.5, 0], [-10, 13, 4]], 5),
  charged: randomIons(13, [[4.2, 0, 0], [1.1, 3.6, 0], [-0.7, 1.4, 5.1]], 5, { net: 2 }),
};

function matrix({ structure, charges }: ChargedStructure, q: readonly number[], direction?: readonly number[], more = {}): Float64Array {
  const out = new Float64Array(2 * (3 * charges.length) ** 2);
  ewaldDynamics(structure, charges, { ...options, ...more }).addForceConstants(q, out, direction);
  return out;
}

/** Natural size of a force constant: k q²/ℓ³. */
function naturalScale({ structure, charges }: ChargedStructure): number {
  return charges.reduce((sum, q) => sum + q * q, 0) / Math.abs(determinant3(structure.cell));
}

const generic = [0.31, -0.47, 0.22];

describe.each(Object.entries(crystals))('Coulomb force constants: %s', (_, crystal) => {
  const { structure, charges } = crystal;
  const count = charges.length, size = 3 * count;
  const scale = naturalScale(crystal);
  const at = (i: number, a: number, j: number, b: number): number => 2 * ((3 * i + a) * size + 3 * j + b);

  it('at q = 0 are the second derivatives of the energy of the cell', () => {
    // Fourth-order differences of forces: truncation h⁴ ∂⁵E ~ 1e-12 of the scale at this spacing times 5!, rounding
    // 1e-15/h; both below 1e-9.
    const step = 2e-3;
    const sum = electrostaticSum(charges, structure.periodic, { coulombConstant: 1, accuracy: 1e-13 });
    const forces = (coordinate: number, h: number): Float64Array => {
      const moved = Float64Array.from(structure.positions);
      moved[coordinate]! += h;
      return Float64Array.from(sum.evaluate(moved, structure.cell, { forces: true }).forces);
    };
    const exact = matrix(crystal, [0, 0, 0]);
    for (let row = 0; row < size; row++) {
      const [a, b, c, d] = [step, -step, 2 * step, -2 * step].map((h) => forces(row, h)) as [Float64Array, Float64Array, Float64Array, Float64Array];
      for (let column = 0; column < size; column++) {
        const difference = -(8 * (a[column]! - b[column]!) - (c[column]! - d[column]!)) / (12 * step);
        expect(Math.abs(difference - exact[2 * (row * size + column)]!)).toBeLessThan(1e-9 * Math.max(scale, largest(exact)));
        expect(exact[2 * (row * size + column) + 1]).toBeCloseTo(0, 12);
      }
    }
  });

  it('are Hermitian, and conjugate at −q', () => {
    const plus = matrix(crystal, generic), minus = matrix(crystal, generic.map((x) => -x));
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const upper = 2 * (row * size + column), lower = 2 * (column * size + row);
        // Blocks are written together with their transposes: exact but for the order of addition within a diagonal one.
        expect(Math.abs(plus[upper]! - plus[lower]!)).toBeLessThan(1e-14 * scale);
        expect(Math.abs(plus[upper + 1]! + plus[lower + 1]!)).toBeLessThan(1e-14 * scale);
        // Rounding of some thousand terms.
        expect(Math.abs(plus[upper]! - minus[upper]!)).toBeLessThan(1e-12 * scale);
        expect(Math.abs(plus[upper + 1]! + minus[upper + 1]!)).toBeLessThan(1e-12 * scale);
      }
    }
  });

  it('do not depend on the splitting parameter', () => {
    const chosen = matrix(crystal, generic);
    const spacing = Math.cbrt(Math.abs(determinant3(structure.cell)) / count);
    for (const splitting of [0.8 / spacing, 1.4 / spacing, 2.4 / spacing]) {
      expect(maximumDifference(matrix(crystal, generic, undefined, { splitting }), chosen)).toBeLessThan(2e-12 * scale * count);
    }
  });

  it('keep the accuracy asked for', () => {
    const exact = matrix(crystal, generic, undefined, { accuracy: 1e-13 });
    for (const accuracy of [1e-4, 1e-6, 1e-8, 1e-10, 1e-12]) {
      expect(maximumDifference(matrix(crystal, generic, undefined, { accuracy }), exact)).toBeLessThan(accuracy * scale);
    }
  });

  it('translating all ions costs nothing: Σ_j Φ_ij(0) = 0', () => {
    const gamma = matrix(crystal, [0, 0, 0]);
    for (let i = 0; i < count; i++) {
      for (let a = 0; a < 3; a++) {
        for (let b = 0; b < 3; b++) {
          let total = 0;
          for (let j = 0; j < count; j++) total += gamma[at(i, a, j, b)]!;
          // By construction, up to rounding.
          expect(Math.abs(total)).toBeLessThan(1e-13 * scale * count);
        }
      }
    }
  });

  it('at q + G differ by the phase e^{iG·(r_j − r_i)} alone', () => {
    const reciprocal = reciprocalCell(structure.cell);
    const g = vectorTimesMatrix3([2, -1, 3], reciprocal);
    const here = matrix(crystal, generic), there = matrix(crystal, generic.map((x, a) => x + g[a]!));
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        const angle = [0, 1, 2].reduce((sum, a) => sum + g[a]! * (structure.positions[3 * j + a]! - structure.positions[3 * i + a]!), 0);
        for (let a = 0; a < 3; a++) {
          for (let b = 0; b < 3; b++) {
            const c = at(i, a, j, b);
            const re = here[c]! * Math.cos(angle) - here[c + 1]! * Math.sin(angle);
            const im = here[c]! * Math.sin(angle) + here[c + 1]! * Math.cos(angle);
            // q + G is rounded at 1e-15, times the size of the cell.
            expect(Math.abs(there[c]! - re)).toBeLessThan(1e-12 * scale);
            expect(Math.abs(there[c + 1]! - im)).toBeLessThan(1e-12 * scale);
          }
        }
      }
    }
    // At G itself: what is analytic at Γ, whether or not a direction is given.
    const atG = matrix(crystal, [...g], [1, 0, 0]), gamma = matrix(crystal, [0, 0, 0]);
    for (let i = 0; i < count; i++) {
      for (let a = 0; a < 3; a++) expect(Math.abs(atG[at(i, a, i, a)]! - gamma[at(i, a, i, a)]!)).toBeLessThan(1e-12 * scale);
    }
  });

  it('tend to the non-analytic limit along any direction', () => {
    for (const direction of [[1, 0, 0], [0.3, -0.8, 0.5], [1, 1, 1]]) {
      const limit = matrix(crystal, [0, 0, 0], direction);
      const length = Math.hypot(...direction);
      const error = (q: number): number => {
        const near = matrix(crystal, direction.map((x) => (q * x) / length));
        // Φ_ij(q) has terms of first order in q: i q·⟨d⟩. They are imaginary; real parts approach as q².
        let largestReal = 0;
        for (let c = 0; c < near.length; c += 2) largestReal = Math.max(largestReal, Math.abs(near[c]! - limit[c]!));
        return largestReal / scale;
      };
      expect(error(1e-2) / error(1e-3)).toBeGreaterThan(50);
      expect(error(1e-5)).toBeLessThan(1e-8);
    }
  });

  it('split longitudinal from transverse by 4πk q_i q_j/V along the direction, and by nothing across', () => {
    const direction = [0.3, -0.8, 0.5];
    const length = Math.hypot(...direction);
    const difference = matrix(crystal, [0, 0, 0], direction).map((value, c) => value - matrix(crystal, [0, 0, 0])[c]!);
    const volume = Math.abs(determinant3(structure.cell));
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        for (let a = 0; a < 3; a++) {
          for (let b = 0; b < 3; b++) {
            const expected = (4 * Math.PI * charges[i]! * charges[j]! * direction[a]! * direction[b]!) / length ** 2 / volume;
            expect(Math.abs(difference[at(i, a, j, b)]! - expected)).toBeLessThan(1e-13 * scale * count);
          }
        }
      }
    }
  });

  it('obey Poisson’s equation: Σ_a Φ_ii,aa(q) = 4πk q_i Q/V at every q ≠ 0', () => {
    // 1/r is harmonic where no charge is, so only the background bends the potential of an ion: zero in neutral
    // crystals (Blackman's sum rule), the plasma frequency in a one-component plasma.
    const volume = Math.abs(determinant3(structure.cell));
    const net = charges.reduce((sum, q) => sum + q, 0);
    for (const q of [generic, [0.01, 0, 0], [1.7, 2.9, -0.4]]) {
      const here = matrix(crystal, q);
      for (let i = 0; i < count; i++) {
        const trace = here[at(i, 0, i, 0)]! + here[at(i, 1, i, 1)]! + here[at(i, 2, i, 2)]!;
        expect(Math.abs(trace - (4 * Math.PI * charges[i]! * net) / volume)).toBeLessThan(2e-11 * scale);
      }
    }
  });

  it('have the gradient that differences show', () => {
    const dynamics = ewaldDynamics(structure, charges, options);
    const block = 2 * size * size;
    const gradient = new Float64Array(3 * block);
    for (const q of [generic, [2.3, 0.4, -1.1]]) {
      gradient.fill(0);
      dynamics.addForceConstantsGradient(q, gradient);
      // Sixth order with h = 5e-3 at |q| > 0.5: the non-analytic term's sixth derivative ~ 7!/|q|⁷ leaves 1e-10.
      const step = 5e-3;
      for (let axis = 0; axis < 3; axis++) {
        const sum = new Float64Array(block);
        for (const [n, weight] of [[1, 45], [2, -9], [3, 1]] as const) {
          const plus = matrix(crystal, q.map((x, a) => x + (a === axis ? n * step : 0)));
          const minus = matrix(crystal, q.map((x, a) => x - (a === axis ? n * step : 0)));
          for (let c = 0; c < block; c++) sum[c]! += (weight * (plus[c]! - minus[c]!)) / (60 * step);
        }
        expect(maximumDifference(sum, gradient.subarray(axis * block, (axis + 1) * block))).toBeLessThan(2e-9 * scale);
      }
    }
  });
});

describe('commensurate wavevectors', () => {
  it('give the Γ matrix of the supercell', () => {
    const crystal = crystals['triclinic']!;
    const { structure, charges } = crystal;
    const count = charges.length;
    const repeats = [2, 1, 2];
    const images: number[][] = [];
    for (let x = 0; x < 2; x++) for (let z = 0; z < 2; z++) images.push([x, 0, z]);
    const large: ChargedStructure = {
      charges: Float64Array.from(images.flatMap(() => [...charges])),
      structure: {
        cell: structure.cell.map((value, i) => value * repeats[Math.floor(i / 3)]!),
        periodic: [true, true, true],
        species: images.flatMap(() => structure.species),
        positions: Float64Array.from(images.flatMap((n) => {
          const shift = vectorTimesMatrix3(n, structure.cell);
          return [...structure.positions.map((x, i) => x + shift[i % 3]!)];
        })),
      },
    };
    const gamma = matrix(large, [0, 0, 0]);
    const size = 3 * count, largeSize = size * images.length;
    const reciprocal = reciprocalCell(structure.cell);
    for (const m of [[1, 0, 0], [0, 0, 1], [1, 0, 1]]) {
      const q = vectorTimesMatrix3(m.map((x, a) => x / repeats[a]!), reciprocal);
      const here = matrix(crystal, [...q]);
      for (let row = 0; row < size; row++) {
        for (let column = 0; column < size; column++) {
          const i = Math.floor(row / 3), j = Math.floor(column / 3);
          let re = 0, im = 0;
          images.forEach((n, image) => {
            const shift = vectorTimesMatrix3(n, structure.cell);
            const angle = [0, 1, 2].reduce((sum, a) =>
              sum + q[a]! * (structure.positions[3 * j + a]! + shift[a]! - structure.positions[3 * i + a]!), 0);
            const value = gamma[2 * (row * largeSize + image * size + column)]!;
            re += value * Math.cos(angle);
            im += value * Math.sin(angle);
          });
          expect(Math.abs(here[2 * (row * size + column)]! - re)).toBeLessThan(4e-12 * naturalScale(crystal));
          expect(Math.abs(here[2 * (row * size + column) + 1]! - im)).toBeLessThan(4e-12 * naturalScale(crystal));
        }
      }
    }
  });
});

describe('two ions', () => {
  it('rock salt: longitudinal minus transverse is the plasma frequency, with −1/3 and +2/3 of it about zero', () => {
    // At a site of cubic symmetry in a neutral crystal the Coulomb force constant is the Lorentz field's alone:
    // transverse −(4π/3)k q²/V, longitudinal +(8π/3)k q²/V (Born & Huang, §9).
    const crystal = rockSalt(4.2, 2);
    const volume = 4.2 ** 3 / 4;
    const plasma = (4 * Math.PI * 4) / volume;
    const limit = matrix(crystal, [0, 0, 0], [0, 0, 1]);
    const entry = (row: number, column: number): number => limit[2 * (6 * row + column)]!;
    // Between Mg and O, and of Mg with itself: opposite charges make opposite signs.
    expect(entry(0, 0) / plasma).toBeCloseTo(-1 / 3, 12);
    expect(entry(2, 2) / plasma).toBeCloseTo(2 / 3, 12);
    expect(entry(0, 3) / plasma).toBeCloseTo(1 / 3, 12);
    expect(entry(2, 5) / plasma).toBeCloseTo(-2 / 3, 12);
    expect(entry(2, 2) - entry(0, 0)).toBeCloseTo(plasma, 10);
  });

  it('a body-centred cubic one-component plasma: Kohn’s sum rule Σ ω² = ω_p², and its lowest mode at H', () => {
    const crystal = ionic([[-0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0.5, 0.5, -0.5]], [['H', 1, [0, 0, 0]]]);
    const plasma = 4 * Math.PI * 2;
    // H = (2π/a)(1,0,0) is left fixed by the cube's full symmetry: three equal modes, ω² = ω_p²/3 each.
    const h = matrix(crystal, [2 * Math.PI, 0, 0]);
    for (let a = 0; a < 3; a++) expect(h[2 * (4 * a)]! / plasma).toBeCloseTo(1 / 3, 11);
    const generic = matrix(crystal, [0.9, 2.2, -0.4]);
    expect((generic[0]! + generic[8]! + generic[16]!) / plasma).toBeCloseTo(1, 11);
  });
});

describe('what phonons need beside', () => {
  it('Born charges q·1 and ε∞ = 1', () => {
    const { structure, charges } = crystals['fluorite']!;
    const dynamics = ewaldDynamics(structure, charges, options);
    expect([...dynamics.bornCharges]).toEqual([2, -1, -1].flatMap((q) => [q, 0, 0, 0, q, 0, 0, 0, q]));
    expect([...dynamics.dielectric]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });

  it('adds to what is there, and repeats itself to the bit', () => {
    const { structure, charges } = crystals['wurtzite']!;
    const dynamics = ewaldDynamics(structure, charges, options);
    const once = new Float64Array(2 * 144), other = new Float64Array(2 * 144).fill(7);
    dynamics.addForceConstants(generic, once);
    dynamics.addForceConstants([1, 2, 3], new Float64Array(2 * 144));
    dynamics.addForceConstants(generic, other);
    expect(maximumDifference(other.map((x) => x - 7), once)).toBeLessThan(1e-14);
    const again = new Float64Array(2 * 144);
    dynamics.addForceConstants(generic, again);
    expect(again).toEqual(once);
  });

  it('refuses a structure that is not periodic', () => {
    const { structure, charges } = ionic([[4, 0, 0], [0, 4, 0], [0, 0, 4]], [['H', 1, [0, 0, 0]]], [true, true, false]);
    expect(() => ewaldDynamics(structure, charges, options)).toThrow(Refusal);
  });
});

describeWithShared('α-quartz with the charges of BKS', () => {
  const file = shared('reference/properties/F_quartz_bks/reference.json');
  interface Reference { relaxed: { cell: number[][]; scaled_positions: number[][]; symbols: string[] } }
  const reference = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Reference).relaxed : undefined;

  it('has threefold symmetric Γ matrices and obeys the sum rules', () => {
    const { cell, scaled_positions: fractional, symbols } = reference!;
    const quartz = ionic(cell, symbols.map((s, i) => [s, s === 'Si' ? 2.4 : -1.2, fractional[i]!]));
    const gamma = matrix(quartz, [0, 0, 0]);
    const size = 27;
    // The three Si sites are carried into one another by a rotation about c: their traces agree to the 1e-10 of the
    // coordinates, and Σ_a Φ_ii,aa(0) = −4πk q_i²/V by Poisson's equation without the K = 0 wave.
    const trace = (i: number): number => [0, 1, 2].reduce((sum, a) => sum + gamma[2 * ((3 * i + a) * size + 3 * i + a)]!, 0);
    const volume = Math.abs(determinant3(quartz.structure.cell));
    for (let i = 0; i < 9; i++) {
      expect(trace(i)).toBeCloseTo((-4 * Math.PI * quartz.charges[i]! ** 2) / volume, 11);
    }
  });
});
