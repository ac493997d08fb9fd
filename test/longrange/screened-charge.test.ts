import { describe, expect, it } from 'vitest';
import { coefficients, gaussianCharge, intervals, largestSquare } from '../../core/longrange/screened-charge.ts';
import { erf } from '../../core/math/special.ts';

/** g and g' from the table, straightforwardly. */
function fromTable(y: number): [value: number, slope: number] {
  const interval = Math.floor(y * intervals);
  const t = y - (interval + 0.5) / intervals;
  let value = 0, slope = 0;
  for (let n = coefficients - 1; n >= 0; n--) {
    slope = slope * t + value;
    value = value * t + gaussianCharge[coefficients * interval + n]!;
  }
  return [value, slope];
}

describe('table of the Gaussian charge', () => {
  it('is erf(√y)/√y with its derivative, also at the ends of every interval', () => {
    for (let n = 1; n <= 4 * largestSquare * intervals; n++) {
      const y = n / (4 * intervals), x = Math.sqrt(y);
      const [value, slope] = fromTable(y);
      // g' = (2/√π e^{−y} − g)/2y: near y = 0 the difference itself loses digits, hence its rounding over y.
      const exact = erf(x) / x;
      expect(Math.abs(value - exact)).toBeLessThan(1e-15);
      expect(Math.abs(slope - ((2 / Math.sqrt(Math.PI)) * Math.exp(-y) - exact) / (2 * y))).toBeLessThan(3e-15 + 4e-16 / y);
    }
  });

  it('begins with 2/√π and −2/(3√π)', () => {
    const [value, slope] = fromTable(0);
    expect(value).toBeCloseTo(2 / Math.sqrt(Math.PI), 15);
    // The first term left out, (2/√π) F_7 (1/64)⁶/6!.
    expect(Math.abs(slope + 2 / (3 * Math.sqrt(Math.PI)))).toBeLessThan(3e-15);
  });

  it('covers what a cutoff can reach', () => {
    expect(gaussianCharge.length).toBeGreaterThanOrEqual((largestSquare * intervals + 1) * coefficients);
  });
});
