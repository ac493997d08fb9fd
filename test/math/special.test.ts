import { describe, expect, it } from 'vitest';
import { boysFunctions, erf, erfc } from '../../core/math/special.ts';

/** x, erf(x), erfc(x): mpmath 1.2 at 40 digits, rounded to 17; x are taken as the doubles they are. */
const table: readonly (readonly [number, number, number])[] = [
  [0, 0.0, 1.0],
  [1e-12, 1.1283791670955126e-12, 0.9999999999988716],
  [0.001, 0.0011283787909692365, 0.9988716212090307],
  [0.1, 0.1124629160182849, 0.887537083981715],
  [0.25, 0.27632639016823696, 0.7236736098317631],
  [0.4, 0.42839235504666845, 0.5716076449533315],
  [0.46875, 0.49261347321793797, 0.507386526782062],
  [0.47, 0.4937450508860821, 0.5062549491139179],
  [0.5, 0.5204998778130465, 0.4795001221869535],
  [0.75, 0.7111556336535151, 0.28884436634648486],
  [1, 0.8427007929497149, 0.15729920705028513],
  [1.3, 0.9340079449406524, 0.06599205505934755],
  [1.7, 0.9837904585907745, 0.01620954140922544],
  [2, 0.9953222650189527, 0.004677734981047266],
  [2.5, 0.999593047982555, 0.0004069520174449589],
  [3, 0.9999779095030014, 2.209049699858544e-05],
  [3.5, 0.9999992569016276, 7.430983723414128e-07],
  [3.99, 0.9999999832607886, 1.6739211364520814e-08],
  [4, 0.9999999845827421, 1.541725790028002e-08],
  [4.01, 0.9999999858030606, 1.4196939421371052e-08],
  [5, 0.9999999999984626, 1.537459794428035e-12],
  [6, 1.0, 2.1519736712498913e-17],
  [7.3, 1.0, 5.502573750691923e-25],
  [9, 1.0, 4.13703174651381e-37],
  [12, 1.0, 1.3562611692059042e-64],
  [17.7, 1.0, 2.7710425007754264e-138],
  [22, 1.0, 1.6219058609334726e-212],
  [26, 1.0, 5.663192408856143e-296],
  [100, 1.0, 0.0],
  [10000.0, 1.0, 0.0],
  [-0.1, -0.1124629160182849, 1.1124629160182848],
  [-0.46875, -0.49261347321793797, 1.492613473217938],
  [-0.6, -0.6038560908479259, 1.6038560908479258],
  [-1, -0.8427007929497149, 1.8427007929497148],
  [-2, -0.9953222650189527, 1.9953222650189528],
  [-3.7, -0.9999998328489421, 1.9999998328489421],
  [-5, -0.9999999999984626, 1.9999999999984626],
];

const relative = (value: number, exact: number): number => (exact === 0 ? Math.abs(value) : Math.abs(value / exact - 1));

// Cody's forms are exact to 1e-18; rounding in ~10 multiplications and one exponential leaves up to about 4 units of
// 2.2e-16.
const rounding = 9e-16;

describe('error functions', () => {
  it.each(table)('erf and erfc of %d', (x, exactErf, exactErfc) => {
    expect(relative(erf(x), exactErf)).toBeLessThan(rounding);
    expect(relative(erfc(x), exactErfc)).toBeLessThan(rounding);
  });

  it('are consistent at every x: erf + erfc = 1, erfc(−x) = 2 − erfc(x)', () => {
    for (let x = 0; x < 7; x += 0.0137) {
      expect(Math.abs(erf(x) + erfc(x) - 1)).toBeLessThan(rounding);
      expect(relative(erfc(-x), 2 - erfc(x))).toBeLessThan(rounding);
      expect(erf(-x)).toBe(-erf(x));
    }
  });

  it('ends smoothly where doubles end', () => {
    expect(erfc(28)).toBe(0);
    expect(erfc(-28)).toBe(2);
    expect(erf(Infinity)).toBe(1);
  });
});

/** y, F_0(y), F_3(y), F_7(y): mpmath at 40 digits, from the incomplete gamma function. */
const boysTable: readonly (readonly [number, number, number, number])[] = [
  [0, 1.0, 0.14285714285714285, 0.06666666666666667],
  [0.25, 0.9225620128255849, 0.11773034293069641, 0.05348827639132391],
  [1, 0.746824132812427, 0.06673227477682225, 0.027746001964150044],
  [5.5, 0.37754412943762905, 0.003668361079502479, 0.0006483241850919302],
  [17, 0.2149416001041246, 8.202901702109354e-05, 5.511305080543615e-07],
  [40, 0.14012478040994822, 4.105218176072645e-06, 9.029275035560491e-10],
  [64, 0.11077836568159476, 7.923486162299734e-07, 2.6592123074888554e-11],
];

describe('Boys functions', () => {
  it.each(boysTable)('F_0, F_3 and F_7 at %d', (y, f0, f3, f7) => {
    const values = boysFunctions(7, y);
    // exp(−y) carries y/2 units of rounding into all of them, up to 32 at y = 64.
    const tolerance = rounding + y * 2 ** -53;
    expect(relative(values[0]!, f0)).toBeLessThan(tolerance);
    expect(relative(values[3]!, f3)).toBeLessThan(tolerance);
    expect(relative(values[7]!, f7)).toBeLessThan(tolerance);
  });

  it('F_0 is the error function: F_0(x²) = √π/2 erf(x)/x', () => {
    for (let x = 0.05; x < 8; x += 0.173) {
      expect(relative(boysFunctions(4, x * x)[0]!, (Math.sqrt(Math.PI) / 2) * (erf(x) / x))).toBeLessThan(rounding + x * x * 2 ** -53);
    }
  });
});
