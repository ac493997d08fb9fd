/**
 * How numbers are written for people: as many digits as the uncertainty supports, in the unit that was asked for.
 * Rounding of uncertainties follows the Particle Data Group (Navas et al., Phys. Rev. D 110 (2024) 030001, section 5.3):
 * two digits when the three leading ones are 100 to 354, one when 355 to 949, and 950 to 999 become 1000.
 */

/** Digits beyond the seventh are noise for every quantity shown here: the sources of error lie far above. */
const mostDigits = 7;
/** Digits where no uncertainty is known. */
const plainDigits = 6;

/** Subnormal numbers have no power of ten that can be divided out; nothing physical is that small. */
const negligible = 1e-300;

export interface FormattedNumber {
  /** Mantissa with the true minus sign; `–` where there is no value. */
  readonly value: string;
  /** Mantissa of the uncertainty, of the same power of ten, or null where none is known. */
  readonly uncertainty: string | null;
  /** Power of ten that multiplies both; 0 for ordinary numbers. */
  readonly exponent: number;
}

const missing: FormattedNumber = { value: '–', uncertainty: null, exponent: 0 };

/** Position of the leading digit: 0 for 1 to 9.99, −1 for 0.1 to 0.99. */
function magnitude(value: number): number {
  return Number(value.toExponential().split('e')[1]);
}

/** Decimal places to which an uncertainty is written. Negative: rounded to tens, hundreds, ... */
function decimalsOfUncertainty(uncertainty: number): number {
  const leading = Math.round(Number(uncertainty.toPrecision(3)) * 10 ** (2 - magnitude(uncertainty)));
  const digits = leading < 355 || leading >= 950 ? 2 : 1;
  return digits - 1 - magnitude(uncertainty) - (leading >= 950 ? 1 : 0);
}

/** Fixed notation with `decimals` places (negative: rounded to that power of ten), with U+2212 as minus and no "−0". */
export function fixed(value: number, decimals: number): string {
  const places = Math.max(0, Math.min(20, decimals));
  const rounded = decimals < 0 ? Math.round(value * 10 ** decimals) / 10 ** decimals : value;
  const text = rounded.toFixed(places);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

function powerOfTen(value: number, uncertainty: number): number {
  const exponent = magnitude(value === 0 ? uncertainty : value);
  return exponent < -3 || exponent > 5 ? exponent : 0;
}

/** Writes a number with its uncertainty (standard error, same unit). `null` and non-finite values become a dash. */
export function formatNumber(value: number | null, uncertainty: number | null = null): FormattedNumber {
  if (value === null || !Number.isFinite(value)) return missing;
  if (Math.abs(value) < negligible && value !== 0) return formatNumber(0, uncertainty);
  if (uncertainty === null || !Number.isFinite(uncertainty) || uncertainty < negligible) {
    if (value === 0) return { value: '0', uncertainty: null, exponent: 0 };
    const exponent = powerOfTen(value, 0);
    const mantissa = value / 10 ** exponent;
    return { value: String(Number(mantissa.toPrecision(plainDigits))).replace('-', '−'), uncertainty: null, exponent };
  }
  // An uncertainty beyond the value leaves no digit of it: both are then written to the uncertainty's own size.
  const exponent = powerOfTen(Math.abs(value) >= uncertainty ? value : 0, uncertainty);
  const scaledValue = value / 10 ** exponent;
  const scaledUncertainty = uncertainty / 10 ** exponent;
  const limit = mostDigits - 1 - (value === 0 ? 0 : magnitude(scaledValue));
  const decimals = decimalsOfUncertainty(scaledUncertainty);
  if (decimals <= limit) return { value: fixed(scaledValue, decimals), uncertainty: fixed(scaledUncertainty, decimals), exponent };
  // Smaller than the last digit shown: one unit of that digit bounds it from above.
  return { value: fixed(scaledValue, limit), uncertainty: fixed(10 ** -limit, limit), exponent };
}

/**
 * A column of a table: the same number of decimals in every row, six digits for the largest value. Columns that span many
 * powers of ten are written value by value.
 */
export function formatColumn(values: readonly (number | null)[]): string[] {
  const sizes = values.filter((value) => value !== null && value !== 0 && Number.isFinite(value)).map((value) => Math.abs(value!));
  const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)];
  if (sizes.length === 0 || values.every((value) => value === null || Number.isInteger(value))) return values.map((value) => formatText(value, ''));
  const decimals = plainDigits - 1 - magnitude(largest);
  // Three digits must be left of the smallest value, or it would read as zero.
  if (largest >= 1e6 || largest < 1e-3 || smallest < 10 ** (2 - decimals)) return values.map((value) => formatText(value, ''));
  return values.map((value) => (value === null || !Number.isFinite(value) ? missing.value : fixed(value, decimals)));
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

export function superscript(exponent: number): string {
  return String(exponent).replace('-', '⁻').replace(/\d/g, (digit) => superscripts[Number(digit)]!);
}

/** One line of text: `160.24 ± 0.05 GPa`, `(3.21 ± 0.04) × 10⁻⁸ K⁻¹`. */
export function formatText(value: number | null, unit: string, uncertainty: number | null = null): string {
  const number = formatNumber(value, uncertainty);
  if (number === missing) return number.value;
  const power = number.exponent === 0 ? '' : ` × 10${superscript(number.exponent)}`;
  // A unit with a power of ten of its own is a factor like any other.
  const unitScales = unit.startsWith('10');
  const both = number.uncertainty === null ? number.value : `${number.value} ± ${number.uncertainty}`;
  const mantissa = number.uncertainty !== null && (power !== '' || unitScales) ? `(${both})` : both;
  return `${mantissa}${power}${unit === '' ? '' : unitScales ? ` × ${unit}` : ` ${unit}`}`;
}

/** A wave vector component: a simple fraction where it is one, else four decimals. */
export function formatFraction(value: number): string {
  for (const denominator of [1, 2, 3, 4, 6, 8]) {
    const numerator = value * denominator;
    if (Math.abs(numerator - Math.round(numerator)) < 1e-9) {
      const whole = Math.round(numerator);
      if (whole === 0) return '0';
      const text = denominator === 1 ? String(Math.abs(whole)) : `${String(Math.abs(whole))}/${String(denominator)}`;
      return whole < 0 ? `−${text}` : text;
    }
  }
  return fixed(value, 4);
}
