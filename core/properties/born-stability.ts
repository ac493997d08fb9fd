/**
 * Elastic stability in sentences. Necessary and sufficient: all eigenvalues of the stiffness (Mandel form) are positive,
 * so that every homogeneous strain costs energy (Born & Huang 1954; under pressure with the stress-strain coefficients:
 * Barron & Klein, Proc. Phys. Soc. 85 (1965) 523; Wang et al., Phys. Rev. B 52 (1995) 12627). The conditions of each
 * crystal system say the same in its constants: Mouhat & Coudert, Phys. Rev. B 90 (2014) 224104.
 */
import { message } from '../contracts/messages.ts';
import type { Message } from '../contracts/quantity.ts';
import { quantityOf } from '../contracts/quantity.ts';
import type { Symmetry } from '../crystal/crystal.ts';
import { symmetricEigen } from '../math/symmetric-eigen.ts';
import { mandelStiffness, rotatedStiffness } from './elastic-tensor.ts';

export interface Stability {
  /** 6 GPa, ascending */
  readonly eigenvalues: Float64Array;
  readonly stable: boolean;
  /** One sentence per criterion. */
  readonly sentences: readonly Message[];
}

interface Criterion {
  readonly formula: string;
  readonly value: number;
  readonly unit: string;
}

/** `stiffness`: 36 GPa in the frame of the crystal. */
export function stability(stiffness: ArrayLike<number>, symmetry: Pick<Symmetry, 'crystalSystem' | 'standardAxes'>): Stability {
  const { values } = symmetricEigen(mandelStiffness(stiffness), 6);
  const stable = values[0]! > 0;
  const lowest = quantityOf(values[0]!, 'GPa');
  const sentences = [message(stable ? 'elasticity.stable' : 'elasticity.unstable', { lowest })];
  for (const { formula, value, unit } of criteria(rotatedStiffness(stiffness, symmetry.standardAxes), symmetry.crystalSystem)) {
    sentences.push(message(value > 0 ? 'elasticity.criterionMet' : 'elasticity.criterionBroken', { formula, value: quantityOf(value, unit), system: symmetry.crystalSystem }));
  }
  return { eigenvalues: values, stable, sentences };
}

/** Left-hand sides that must be positive, in the standard axes of the crystal system. */
function criteria(stiffness: Float64Array, system: Symmetry['crystalSystem']): Criterion[] {
  const c = (i: number, j: number): number => stiffness[6 * (i - 1) + (j - 1)]!;
  const gpa = (formula: string, value: number): Criterion => ({ formula, value, unit: 'GPa' });
  const square = (formula: string, value: number): Criterion => ({ formula, value, unit: 'GPa²' });
  switch (system) {
    case 'cubic':
      return [gpa('C11 − C12', c(1, 1) - c(1, 2)), gpa('C11 + 2 C12', c(1, 1) + 2 * c(1, 2)), gpa('C44', c(4, 4))];
    case 'hexagonal':
      return [gpa('C11 − |C12|', c(1, 1) - Math.abs(c(1, 2))), square('C33 (C11 + C12) − 2 C13²', c(3, 3) * (c(1, 1) + c(1, 2)) - 2 * c(1, 3) ** 2), gpa('C44', c(4, 4))];
    case 'trigonal':
      // C15 vanishes in the higher trigonal classes, where the last line is the one of Mouhat & Coudert's rhombohedral (I) class.
      return [
        gpa('C11 − |C12|', c(1, 1) - Math.abs(c(1, 2))),
        square('C33 (C11 + C12) − 2 C13²', c(3, 3) * (c(1, 1) + c(1, 2)) - 2 * c(1, 3) ** 2),
        gpa('C44', c(4, 4)),
        square('C44 (C11 − C12) − 2 (C14² + C15²)', c(4, 4) * (c(1, 1) - c(1, 2)) - 2 * (c(1, 4) ** 2 + c(1, 5) ** 2)),
      ];
    case 'tetragonal':
      // C16 vanishes in the higher tetragonal classes.
      return [
        gpa('C11 − |C12|', c(1, 1) - Math.abs(c(1, 2))),
        square('C33 (C11 + C12) − 2 C13²', c(3, 3) * (c(1, 1) + c(1, 2)) - 2 * c(1, 3) ** 2),
        gpa('C44', c(4, 4)),
        square('C66 (C11 − C12) − 2 C16²', c(6, 6) * (c(1, 1) - c(1, 2)) - 2 * c(1, 6) ** 2),
      ];
    case 'orthorhombic':
      return [
        gpa('C11', c(1, 1)),
        square('C11 C22 − C12²', c(1, 1) * c(2, 2) - c(1, 2) ** 2),
        { formula: 'det C(1…3)', value: leadingMinor(stiffness, 3), unit: 'GPa³' },
        gpa('C44', c(4, 4)),
        gpa('C55', c(5, 5)),
        gpa('C66', c(6, 6)),
      ];
    default:
      // Monoclinic and triclinic: Sylvester's criterion, all leading principal minors.
      return [1, 2, 3, 4, 5, 6].map((n) => ({ formula: n === 1 ? 'C11' : `det C(1…${n})`, value: leadingMinor(stiffness, n), unit: n === 1 ? 'GPa' : `GPa${['²', '³', '⁴', '⁵', '⁶'][n - 2]!}` }));
  }
}

/** Determinant of the first n rows and columns, by elimination with partial pivoting. */
function leadingMinor(matrix: Float64Array, n: number): number {
  const a = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => matrix[6 * i + j]!));
  let determinant = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i]![k]!) > Math.abs(a[pivot]![k]!)) pivot = i;
    if (a[pivot]![k] === 0) return 0;
    if (pivot !== k) {
      [a[pivot], a[k]] = [a[k]!, a[pivot]!];
      determinant = -determinant;
    }
    determinant *= a[k]![k]!;
    for (let i = k + 1; i < n; i++) {
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j < n; j++) a[i]![j]! -= factor * a[k]![j]!;
    }
  }
  return determinant;
}
