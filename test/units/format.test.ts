import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatColumn, formatFraction, formatNumber, formatText } from '../../core/units/format.ts';

test('uncertainties are rounded as the Particle Data Group does', () => {
  // The examples of section 5.3 of the review: 0.827 ± 0.119 and 0.827 ± 0.367.
  expect(formatText(0.827, '', 0.119)).toBe('0.83 ± 0.12');
  expect(formatText(0.827, '', 0.367)).toBe('0.8 ± 0.4');
  expect(formatText(12.345, 'GPa', 0.0354)).toBe('12.345 ± 0.035 GPa');
  expect(formatText(12.346, 'GPa', 0.0355)).toBe('12.35 ± 0.04 GPa');
  expect(formatText(12.346, 'GPa', 0.0951)).toBe('12.35 ± 0.10 GPa');
  expect(formatText(12345.6, 'm/s', 1234)).toBe('12300 ± 1200 m/s');
});

test('small and large numbers carry one power of ten for both parts', () => {
  expect(formatText(6.557e-6, 'K⁻¹', 8e-8)).toBe('(6.56 ± 0.08) × 10⁻⁶ K⁻¹');
  expect(formatText(-1.5e12, '')).toBe('−1.5 × 10¹²');
  expect(formatText(5.38, '10⁻⁶ K⁻¹')).toBe('5.38 × 10⁻⁶ K⁻¹');
  expect(formatText(6.557, '10⁻⁶ K⁻¹', 0.08)).toBe('(6.56 ± 0.08) × 10⁻⁶ K⁻¹');
  expect(formatText(2e-15, 'eV/Å')).toBe('2 × 10⁻¹⁵ eV/Å');
  expect(formatText(0, 'GPa', 1e-9)).toBe('(0.0 ± 1.0) × 10⁻⁹ GPa');
});

test('what is absent is a dash, and zero is zero', () => {
  expect(formatText(null, 'GPa')).toBe('–');
  expect(formatText(Number.NaN, 'GPa')).toBe('–');
  expect(formatText(0, 'GPa')).toBe('0 GPa');
  expect(formatText(5e-324, 'GPa')).toBe('0 GPa');
  expect(formatText(-1e-20, '', 0.01)).toBe('0.000 ± 0.010');
});

test('an error below the last digit shown is written as one unit of it', () => {
  expect(formatNumber(240.422080123, 2e-8)).toEqual({ value: '240.4221', uncertainty: '0.0001', exponent: 0 });
});

test('a shown value lies within half a unit of the last digit of the true one', () => {
  const size = fc.double({ min: -12, max: 12, noNaN: true });
  fc.assert(fc.property(fc.double({ min: -9.99, max: 9.99, noNaN: true }), size, fc.double({ min: -7, max: 1, noNaN: true }), (mantissa, power, relative) => {
    fc.pre(Math.abs(mantissa) > 1e-9);
    const value = mantissa * 10 ** power;
    const uncertainty = Math.abs(value || 1) * 10 ** relative;
    const shown = formatNumber(value, uncertainty);
    const number = Number(shown.value.replace('−', '-')) * 10 ** shown.exponent;
    const error = Number(shown.uncertainty) * 10 ** shown.exponent;
    // Rounding to the uncertainty's last digit moves the value by at most half of 1/10 to 1 of the uncertainty shown,
    // or half a unit of the seventh digit where the uncertainty is smaller than that.
    expect(Math.abs(number - value)).toBeLessThanOrEqual(0.51 * error + 1e-14 * Math.abs(value));
    // One or two digits of the uncertainty: at most 95 % more or a third less (355 → 4, 949 → 9), unless it was raised to the last digit.
    expect(error).toBeGreaterThan(0.85 * uncertainty);
  }));
});

test('a column keeps its decimals in line, and spans of many powers are written one by one', () => {
  expect(formatColumn([17.8598, 18.304, null, -41.2986])).toEqual(['17.8598', '18.3040', '–', '−41.2986']);
  expect(formatColumn([1e-14, 3, 2e5])).toEqual(['1 × 10⁻¹⁴', '3', '200000']);
  expect(formatColumn([0, 50, 100])).toEqual(['0', '50', '100']);
});

test('wave vectors are fractions where they are', () => {
  expect([0.25, -0.5, 1 / 3, 0, 0.3751].map(formatFraction)).toEqual(['1/4', '−1/2', '1/3', '0', '0.3751']);
});
