/** Names of points of the Brillouin zone and of crystal directions as they are printed. */
const subscripts = '₀₁₂₃₄₅₆₇₈₉';
const greek: Readonly<Record<string, string>> = { GAMMA: 'Γ', SIGMA: 'Σ', DELTA: 'Δ', LAMBDA: 'Λ' };

export function pointLabel(name: string): string {
  const [letter = '', index] = name.split('_');
  return (greek[letter] ?? letter) + (index ?? '').replace(/\d/g, (digit) => subscripts[Number(digit)]!);
}

export const voigtLabels = ['11', '22', '33', '23', '13', '12'] as const;
export const axisNames = ['a', 'b', 'c'] as const;

/** A unit vector as text; integers where it is a simple direction. */
export function directionText(direction: readonly number[]): string {
  const largest = Math.max(...direction.map(Math.abs));
  for (const factor of [1, 2, 3, 4]) {
    const whole = direction.map((part) => (part / largest) * factor);
    if (whole.every((part) => Math.abs(part - Math.round(part)) < 0.01)) return `[${whole.map((part) => String(Math.round(part)).replace('-', '−')).join(' ')}]`;
  }
  return `(${direction.map((part) => part.toFixed(3).replace('-', '−')).join(', ')})`;
}
