/** Names of points of the Brillouin zone and of crystal directions as they are printed. */
import { fixed } from '../../core/units/format.ts';

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
  return `(${direction.map((part) => fixed(part, 3)).join(', ')})`;
}

/** Atoms that agree in something, under one name: `O` where all of an element do, else `O 4, 5`. */
export function groupedAtoms(species: readonly string[], agree: (first: number, second: number) => boolean): { readonly first: number; readonly name: string }[] {
  const groups: number[][] = [];
  for (const atom of species.keys()) {
    const group = groups.find(([first]) => species[first!] === species[atom] && agree(first!, atom));
    if (group) group.push(atom);
    else groups.push([atom]);
  }
  return groups.map((atoms) => {
    const element = species[atoms[0]!]!;
    const whole = species.filter((one) => one === element).length === atoms.length;
    return { first: atoms[0]!, name: whole ? element : `${element} ${atoms.map((atom) => String(atom + 1)).join(', ')}` };
  });
}
