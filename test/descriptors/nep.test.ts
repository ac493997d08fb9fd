/** NEP's building blocks against closed forms that are evaluated otherwise. */
import { describe, expect, test } from 'vitest';
import { chebyshevFunctions } from '../../core/descriptors/nep-radial.ts';
import { covalentDistance, pairCutoffs } from '../../core/descriptors/nep-cutoffs.ts';
import { harmonicIndex, harmonics, harmonicsTable } from '../../core/descriptors/nep-harmonics.ts';
import { coupling, invariants, invariantsGradient, invariantsTable, wigner3j } from '../../core/descriptors/nep-invariants.ts';
import { nepExtras } from '../../core/files/nep.ts';
import { random } from '../../core/math/random.ts';

const source = random(3);
const direction = (): [number, number, number] => {
  const v = [source.normal(), source.normal(), source.normal()];
  const r = Math.hypot(...v);
  return [v[0]! / r, v[1]! / r, v[2]! / r];
};

/** Legendre polynomial by its three-term recurrence. */
function legendre(l: number, x: number): number {
  let below = 0, value = 1;
  for (let k = 0; k < l; k++) [below, value] = [value, ((2 * k + 1) * x * value - k * below) / (k + 1)];
  return value;
}

describe('harmonics', () => {
  const table = harmonicsTable(8);
  const one = harmonics(table), other = harmonics(table);

  test('addition theorem: Σ_m Y_lm(u) Y_lm(v) = (2l+1)/4π P_l(u·v), which fixes every one up to a rotation among equals', () => {
    for (let trial = 0; trial < 20; trial++) {
      const u = direction(), v = direction();
      const a = one.values(...u), b = other.values(...v);
      const cosine = u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
      for (let l = 1; l <= 8; l++) {
        let sum = 0;
        for (let k = harmonicIndex(l); k < harmonicIndex(l + 1); k++) sum += a[k]! * b[k]!;
        // Up to 17 terms of order one, formed by eight steps of a recurrence.
        expect(Math.abs(sum - ((2 * l + 1) / (4 * Math.PI)) * legendre(l, cosine))).toBeLessThan(1e-14);
      }
    }
  });

  test('first functions by name', () => {
    const [x, y, z] = direction();
    const found = one.values(x, y, z);
    const expected = [
      Math.sqrt(3 / (4 * Math.PI)) * z, Math.sqrt(3 / (4 * Math.PI)) * x, Math.sqrt(3 / (4 * Math.PI)) * y,
      Math.sqrt(5 / (16 * Math.PI)) * (3 * z * z - 1), Math.sqrt(15 / (4 * Math.PI)) * x * z, Math.sqrt(15 / (4 * Math.PI)) * y * z,
      Math.sqrt(15 / (16 * Math.PI)) * (x * x - y * y), Math.sqrt(15 / (4 * Math.PI)) * x * y,
    ];
    expected.forEach((value, k) => expect(found[k]).toBeCloseTo(value, 14));
  });

  test('gradient of the polynomials: central differences off the sphere', () => {
    const weights = Float64Array.from({ length: table.count }, () => source.normal());
    const u = direction();
    one.values(...u);
    const gradient = Float64Array.from(one.gradient(weights));
    const valueAt = (x: number, y: number, z: number): number => other.values(x, y, z).reduce((sum, value, k) => sum + value * weights[k]!, 0);
    for (let axis = 0; axis < 3; axis++) {
      const at = (h: number): number => valueAt(...(u.map((value, x) => (x === axis ? value + h : value)) as [number, number, number]));
      // Fourth order with h = 1e-3: h⁴ times a fifth derivative of 1e4, and rounding 1e-12.
      const found = (8 * (at(1e-3) - at(-1e-3)) - (at(2e-3) - at(-2e-3))) / 12e-3;
      expect(Math.abs(found - gradient[axis]!)).toBeLessThan(1e-7);
    }
  });
});

describe('couplings', () => {
  test('3j symbols of tables and their orthogonality', () => {
    expect(wigner3j(2, 2, 2, 0, 0, 0)).toBeCloseTo(-Math.sqrt(2 / 35), 15);
    expect(wigner3j(1, 1, 2, 0, 0, 0)).toBeCloseTo(Math.sqrt(2 / 15), 15);
    expect(wigner3j(1, 1, 2, 1, 1, -2)).toBeCloseTo(Math.sqrt(1 / 5), 15);
    expect(wigner3j(1, 2, 3, 1, 1, -2)).toBeCloseTo(-Math.sqrt(2 / 21), 15);
    for (const [a, b, c] of [[2, 2, 2], [1, 1, 2], [1, 2, 3], [2, 3, 3], [1, 3, 4]] as const) {
      let sum = 0;
      for (let m = -a; m <= a; m++) for (let n = -b; n <= b; n++) if (Math.abs(m + n) <= c) sum += wigner3j(a, b, c, m, n, -m - n) ** 2;
      expect(sum).toBeCloseTo(1, 14);
    }
  });

  test('222 and 112 are the polynomials that NEP programs evaluate', () => {
    // Those programs use other scales: Z_lm with given leading coefficients, C_lm the weights of |A_l|².
    const s = Array.from({ length: 5 }, () => source.normal()), p = Array.from({ length: 3 }, () => source.normal());
    const two = [0.099471839432435, 0.596831036594608, 0.149207759148652], one = [0.238732414637843, 0.119366207318922];
    const moments = Float64Array.of(
      Math.sqrt(one[0]!) * p[0]!, Math.sqrt(2 * one[1]!) * p[1]!, Math.sqrt(2 * one[1]!) * p[2]!,
      Math.sqrt(two[0]!) * s[0]!, Math.sqrt(2 * two[1]!) * s[1]!, Math.sqrt(2 * two[1]!) * s[2]!, Math.sqrt(2 * two[2]!) * s[3]!, Math.sqrt(2 * two[2]!) * s[4]!,
    );
    const [s0, s1, s2, s3, s4] = s as [number, number, number, number, number], [p0, p1, p2] = p as [number, number, number];
    const q222 = -0.007499480826664 * s0 ** 3 - 0.134990654879954 * s0 * (s1 ** 2 + s2 ** 2) + 0.067495327439977 * s0 * (s3 ** 2 + s4 ** 2) +
      0.404971964639861 * s3 * (s2 ** 2 - s1 ** 2) - 0.809943929279723 * s1 * s2 * s4;
    const q112 = 0.027493550848847 * p0 ** 2 * s0 + 0.16496130509308 * p0 * (p1 * s1 + p2 * s2) - 0.013746775424423 * s0 * (p1 ** 2 + p2 ** 2) +
      0.04124032627327 * s3 * (p1 ** 2 - p2 ** 2) + 0.08248065254654 * p1 * p2 * s4;
    const q1111 = 0.026596810706114 * (p0 ** 4 + 2 * p0 ** 2 * (p1 ** 2 + p2 ** 2) + (p1 ** 2 + p2 ** 2) ** 2);
    const out = new Float64Array(5);
    invariants(invariantsTable({ lMax: 2, extras: ['222', '1111', '112'] }), moments, out);
    // Their constants are rounded to 15 decimals.
    expect(Math.abs(out[2]! - q222)).toBeLessThan(1e-13);
    expect(Math.abs(out[3]! - q1111)).toBeLessThan(1e-13);
    expect(Math.abs(out[4]! - q112)).toBeLessThan(1e-13);
  });

  test('no term is left of what cancels', () => {
    expect(coupling(1, 1, 2).coefficients.length).toBe(8);
    expect(coupling(2, 2, 2).coefficients.length).toBe(8);
  });

  test('invariants of turned and of mirrored neighbourhoods are the same', () => {
    const table = harmonicsTable(8), sphere = harmonics(table);
    const points = Array.from({ length: 6 }, () => ({ u: direction(), weight: source.normal() }));
    const [a, b] = [source.normal(), source.normal()];
    // A turn about z, one about x, and a mirror.
    const turned = ([x, y, z]: [number, number, number]): [number, number, number] => {
      const [x1, y1] = [Math.cos(a) * x - Math.sin(a) * y, Math.sin(a) * x + Math.cos(a) * y];
      return [-x1, Math.cos(b) * y1 - Math.sin(b) * z, Math.sin(b) * y1 + Math.cos(b) * z];
    };
    const all = invariantsTable({ lMax: 8, extras: nepExtras });
    const of = (move: (u: [number, number, number]) => [number, number, number]): Float64Array => {
      const moments = new Float64Array(table.count), out = new Float64Array(all.count);
      for (const { u, weight } of points) sphere.values(...move(u)).forEach((value, k) => { moments[k]! += weight * value; });
      invariants(all, moments, out);
      return out;
    };
    const before = of((u) => u), after = of(turned);
    before.forEach((value, k) => expect(Math.abs(value - after[k]!)).toBeLessThan(1e-12));
  });

  test('gradient of all invariants together', () => {
    const all = invariantsTable({ lMax: 8, extras: nepExtras });
    const moments = Float64Array.from({ length: 80 }, () => 0.3 * source.normal()), weights = Float64Array.from({ length: all.count }, () => source.normal());
    const gradient = new Float64Array(80), out = new Float64Array(all.count);
    invariantsGradient(all, moments, weights, gradient);
    for (let k = 0; k < 80; k++) {
      const at = (h: number): number => {
        const moved = moments.slice();
        moved[k]! += h;
        invariants(all, moved, out);
        return out.reduce((sum, value, i) => sum + value * weights[i]!, 0);
      };
      // Polynomials of fourth order: the five-point rule is exact but for rounding, 1e-15/1e-2.
      expect(Math.abs((8 * (at(1e-2) - at(-1e-2)) - (at(2e-2) - at(-2e-2))) / 12e-2 - gradient[k]!)).toBeLessThan(1e-11);
    }
  });
});

describe('radial functions', () => {
  const f = new Float64Array(12), slope = new Float64Array(12), g = new Float64Array(12), unused = new Float64Array(12);

  test('f_k = ½ (cos(k arccos x) + 1) f_c, with their slopes', () => {
    for (const r of [0.3, 1.7, 3.2, 4.9]) {
      chebyshevFunctions(r, 5, f, slope);
      const x = 2 * (r / 5 - 1) ** 2 - 1, end = 0.5 * (1 + Math.cos((Math.PI * r) / 5));
      for (let k = 0; k < 12; k++) {
        // k = 0 is f_c itself, not ½ (T_0 + 1) f_c times anything else: both are the same.
        expect(Math.abs(f[k]! - 0.5 * (Math.cos(k * Math.acos(x)) + 1) * end)).toBeLessThan(1e-14);
        const at = (h: number): number => {
          chebyshevFunctions(r + h, 5, g, unused);
          return g[k]!;
        };
        expect(Math.abs((8 * (at(1e-4) - at(-1e-4)) - (at(2e-4) - at(-2e-4))) / 12e-4 - slope[k]!)).toBeLessThan(1e-9);
      }
    }
  });

  test('value and slope vanish at the cutoff', () => {
    // f ∝ (1 − r/r_c)² there: 1e-6 inside leaves 1e-12 of the value and 1e-6 of the slope.
    chebyshevFunctions(5 * (1 - 1e-6), 5, f, slope);
    for (let k = 0; k < 12; k++) {
      expect(Math.abs(f[k]!)).toBeLessThan(1e-11);
      expect(Math.abs(slope[k]!)).toBeLessThan(3e-6);
    }
  });
});

test('cutoffs of pairs in all forms', () => {
  const elements = ['Si', 'O'];
  expect([...pairCutoffs({ elements, cutoff: { form: 'common', radial: 6, angular: 4 } }).radial]).toEqual([6, 6, 6, 6]);
  const byElement = pairCutoffs({ elements, cutoff: { form: 'elements', radial: [6, 5], angular: [4, 3.5] } });
  expect([...byElement.radial]).toEqual([6, 5.5, 5.5, 5]);
  expect([...byElement.angular]).toEqual([4, 3.75, 3.75, 3.5]);
  expect(byElement.largestRadial).toBe(6);
  const covalent = pairCutoffs({ elements, cutoff: { form: 'covalent', radial: 6, angular: 4, radialFactor: 2.1, angularFactor: 0, zblFactor: 0 } });
  expect(covalent.radial[0]).toBeCloseTo(2.1 * 2 * 1.38667, 12);
  expect(covalent.radial[1]).toBeCloseTo(2.1 * (1.38667 + 0.84), 12);
  expect(covalent.angular[3]).toBe(4);
  expect(covalentDistance('H', 'Pu')).toBeCloseTo(0.426667 + 2.06667, 12);
});
