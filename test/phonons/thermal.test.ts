import { describe, expect, test } from 'vitest';
import { random } from '../../core/math/random.ts';
import { addMeanSquare } from '../../core/phonons/mean-square-displacements.ts';
import { thermalFunctions } from '../../core/phonons/thermal.ts';
import { atomicMassConstant, boltzmann, boltzmannSI, electronvoltPerTerahertz, planck } from '../../core/units/constants.ts';

const oscillator = (frequencies: number[], modes = frequencies.length): Parameters<typeof thermalFunctions>[0] => ({
  frequencies: Float64Array.from(frequencies), modes, weights: new Array<number>(frequencies.length / modes).fill(1), gamma: -1,
});

describe('thermal functions', () => {
  test('Einstein oscillator: closed forms', () => {
    const nu = 7, energy = nu * electronvoltPerTerahertz;
    const temperatures = [1, 30, 100, 300, 1000, 5000];
    const f = thermalFunctions(oscillator([nu]), temperatures);
    temperatures.forEach((temperature, t) => {
      const x = energy / (boltzmann * temperature);
      expect(f.helmholtz[t]! / (energy / 2 + boltzmann * temperature * Math.log1p(-Math.exp(-x)))).toBeCloseTo(1, 12);
      expect(f.internalEnergy[t]! / ((energy / 2) / Math.tanh(x / 2))).toBeCloseTo(1, 12);
      if (x < 40) expect(f.heatCapacity[t]! / (boltzmann * (x / 2 / Math.sinh(x / 2)) ** 2)).toBeCloseTo(1, 11);
    });
  });

  test('T = 0: zero-point energy, no entropy, no heat capacity', () => {
    const f = thermalFunctions(oscillator([3, 5, 8]), [0]);
    expect(f.helmholtz[0]).toBe(f.zeroPoint);
    expect(f.zeroPoint).toBeCloseTo(8 * electronvoltPerTerahertz, 14);
    expect([f.entropy[0], f.heatCapacity[0]]).toEqual([0, 0]);
  });

  test('S = −dF/dT, C_v = dU/dT, F = U − TS for a random spectrum', () => {
    const source = random(2);
    const spectrum = oscillator(Array.from({ length: 60 }, () => 0.1 + 20 * source.uniform()), 6);
    for (const temperature of [5, 50, 300, 2000]) {
      const h = temperature * 1e-3;
      const f = thermalFunctions(spectrum, [temperature - h, temperature, temperature + h]);
      // Central differences err by h² f'''/6, about 1e-6 relative.
      expect(Math.abs(-(f.helmholtz[2]! - f.helmholtz[0]!) / (2 * h) / f.entropy[1]! - 1)).toBeLessThan(2e-5);
      expect(Math.abs((f.internalEnergy[2]! - f.internalEnergy[0]!) / (2 * h) / f.heatCapacity[1]! - 1)).toBeLessThan(2e-4);
      expect(f.internalEnergy[1]! - temperature * f.entropy[1]!).toBeCloseTo(f.helmholtz[1]!, 12);
    }
  });

  test('classical limit: C_v = k per mode, less x²/12', () => {
    const f = thermalFunctions(oscillator([2, 4, 9]), [1e5]);
    const x2 = [2, 4, 9].reduce((sum, nu) => sum + ((nu * electronvoltPerTerahertz) / (boltzmann * 1e5)) ** 2, 0);
    expect(Math.abs(f.heatCapacity[0]! / boltzmann - (3 - x2 / 12))).toBeLessThan(1e-10);
  });

  test('Debye crystal at low temperature: C_v = (12π⁴/5) k (T/Θ)³ per atom', () => {
    // 3 branches with ν = ν_D s^(1/3), s uniform in (0, 1): g ∝ ν².
    const points = 200_000, debye = 10;
    const frequencies = new Float64Array(points).map((_, k) => debye * Math.cbrt((k + 0.5) / points));
    const theta = (debye * electronvoltPerTerahertz) / boltzmann;
    const temperature = theta / 40;
    const f = thermalFunctions({ frequencies, modes: 1, weights: new Array<number>(points).fill(3), gamma: -1 }, [temperature]);
    // One of three equal branches; the sampling of the lowest modes errs by 1e-4.
    expect(Math.abs((3 * f.heatCapacity[0]!) / (((12 * Math.PI ** 4) / 5) * boltzmann * (temperature / theta) ** 3) - 1)).toBeLessThan(1e-3);
  });

  test('acoustic modes at Γ and imaginary modes are left out and counted', () => {
    const whole = thermalFunctions({ frequencies: Float64Array.of(1e-7, -1e-8, 1e-9, 4, 5, 6, 1, 2, 3, 4, 5, 6), modes: 6, weights: [1, 1], gamma: 0 }, [300]);
    const rest = [4, 5, 6, 1, 2, 3, 4, 5, 6];
    const expected = rest.reduce((sum, nu) => sum + thermalFunctions(oscillator([nu]), [300]).helmholtz[0]!, 0) / 2;
    expect(whole.helmholtz[0]! / expected).toBeCloseTo(1, 12);
    expect([whole.counted, whole.imaginary]).toEqual([4.5, 0]);
    const unstable = thermalFunctions(oscillator([-2, 3, 4]), [300]);
    expect([unstable.counted, unstable.imaginary]).toEqual([2, 1]);
    expect(unstable.helmholtz[0]!).toBeCloseTo(thermalFunctions(oscillator([3, 4], 2), [300]).helmholtz[0]!, 14);
  });
});

describe('mean-square displacements', () => {
  test('one oscillator: ħ/(2mω) coth(ħω/2kT), classical k T/(m ω²)', () => {
    const nu = 3, mass = 40;
    const temperatures = [0, 100, 1e5];
    const out = new Float64Array(3 * 6);
    addMeanSquare(out, nu, Float64Array.of(0.6, 0, 0.8), new Float64Array(3), [mass], temperatures, 1);
    const omega = 2 * Math.PI * nu * 1e12, m = mass * atomicMassConstant;
    temperatures.forEach((temperature, t) => {
      const hbar = planck / (2 * Math.PI);
      const coth = temperature === 0 ? 1 : 1 / Math.tanh((hbar * omega) / (2 * boltzmannSI * temperature));
      const u = ((hbar / (2 * m * omega)) * coth) * 1e20;
      const expected = [0.36 * u, 0, 0.64 * u, 0, 0.48 * u, 0];
      expected.forEach((value, v) => expect(Math.abs(out[6 * t + v]! - value)).toBeLessThanOrEqual(1e-12 * u));
    });
    expect(out[12]! / (0.36 * ((boltzmannSI * 1e5) / (m * omega ** 2)) * 1e20)).toBeCloseTo(1, 6);
  });

  test('a complex eigenvector adds the real part of e e†', () => {
    const out = new Float64Array(6);
    addMeanSquare(out, 1, Float64Array.of(Math.SQRT1_2, 0, 0), Float64Array.of(0, Math.SQRT1_2, 0), [1], [0], 1);
    // Circular motion in the xy plane: no correlation of x and y.
    expect(out[0]).toBeCloseTo(out[1]!, 15);
    expect(out[5]).toBe(0);
  });
});
