/**
 * Force constants of an N1×N2×N3 supercell, long-range part included, as programs expect them that know a crystal only
 * through a supercell: the inverse Fourier transform of the dynamical matrix at the commensurate wave vectors. At these it
 * is given back exactly; in between it depends on how the other program interpolates.
 */
import type { Structure } from '../contracts/structure.ts';
import { shortestLatticeVector } from '../crystal/reduction.ts';
import { fractionalPositions, massesOf } from '../crystal/structure.ts';
import { norm3 } from '../math/matrix3.ts';
import type { Potential } from '../potential/potential.ts';
import type { ForceConstants } from './force-constants.ts';
import { crystalDynamics } from './modes-task.ts';
import { shortRange } from './short-range.ts';

export interface SupercellForceConstants {
  readonly numbers: readonly [number, number, number];
  /** N×N×L×9 eV/Å²: atom i of the origin cell, atom j in cell l = n1 + N1 (n2 + N2 n3), row-major 3×3. */
  readonly values: Float64Array;
}

/**
 * Repetitions whose shortest lattice vector exceeds twice the interaction range, so that the short-range part is exact at
 * every wave vector; at least 4 each. They stop growing at `mostAtoms`, beyond which programs that read them get slow.
 */
export function exportNumbers(structure: Structure, potential: Potential, mostAtoms = 1200): [number, number, number] {
  const { range } = shortRange(potential);
  const { cell } = structure;
  const lengths = [0, 1, 2].map((x) => norm3(cell.subarray(3 * x, 3 * x + 3)));
  const numbers: [number, number, number] = [4, 4, 4];
  const scaled = (): number[] => Array.from(cell, (value, k) => value * numbers[Math.floor(k / 3)]!);
  while (shortestLatticeVector(scaled()) <= 2 * range) {
    const reached = numbers.map((n, x) => n * lengths[x]!);
    const shortest = Math.min(...reached);
    // Axes of equal length grow together: the supercell keeps the symmetry that exchanges them.
    const grown = numbers.map((n, x) => (reached[x]! < shortest * (1 + 1e-6) ? n + 1 : n)) as [number, number, number];
    if (grown.reduce((product, n) => product * n, structure.species.length) > mostAtoms) break;
    grown.forEach((n, x) => { numbers[x] = n; });
  }
  return numbers;
}

/** Φ_ij(n) = (1/L) Σ_q √(m_i m_j) D_ij(q) exp(−i q·(r_j + R_n − r_i)); at q = 0 without the non-analytic term. */
export function supercellForceConstants(structure: Structure, forceConstants: ForceConstants, potential: Potential, numbers: readonly [number, number, number]): SupercellForceConstants {
  const atoms = structure.species.length;
  const [n1, n2, n3] = numbers;
  const cells = n1 * n2 * n3;
  const matrix = crystalDynamics(structure, forceConstants, potential);
  const { solver } = matrix;
  const fractional = fractionalPositions(structure);
  const masses = massesOf(structure);
  const values = new Float64Array(atoms * atoms * cells * 9);
  const at = (i: number, j: number, cell: number): number => 9 * ((i * atoms + j) * cells + cell);
  for (let k = 0; k < cells; k++) {
    const m = [k % n1, Math.floor(k / n1) % n2, Math.floor(k / (n1 * n2))];
    // Time reversal: −q adds the complex conjugate.
    const partner = ((n1 - m[0]!) % n1) + n1 * (((n2 - m[1]!) % n2) + n2 * ((n3 - m[2]!) % n3));
    if (partner < k) continue;
    const weight = (partner === k ? 1 : 2) / cells;
    const q = m.map((value, x) => value / numbers[x]!);
    matrix.load(q);
    for (let i = 0; i < atoms; i++) {
      for (let j = 0; j <= i; j++) {
        const scale = weight * Math.sqrt(masses[i]! * masses[j]!);
        const between = [0, 1, 2].map((x) => fractional[3 * j + x]! - fractional[3 * i + x]!);
        for (let cell = 0; cell < cells; cell++) {
          const c = [cell % n1, Math.floor(cell / n1) % n2, Math.floor(cell / (n1 * n2))];
          let angle = 0;
          for (let x = 0; x < 3; x++) angle -= 2 * Math.PI * q[x]! * (c[x]! + between[x]!);
          const cosine = scale * Math.cos(angle), sine = scale * Math.sin(angle);
          const to = at(i, j, cell);
          for (let a = 0; a < 3; a++) {
            for (let b = 0; b < 3; b++) {
              // The solver holds the lower triangle of D.
              const upper = i === j && b > a;
              const from = upper ? (3 * i + b) * solver.stride + 3 * j + a : (3 * i + a) * solver.stride + 3 * j + b;
              const real = solver.real[from]!, imaginary = i === j && a === b ? 0 : upper ? -solver.imaginary[from]! : solver.imaginary[from]!;
              values[to + 3 * a + b]! += cosine * real - sine * imaginary;
            }
          }
        }
      }
    }
  }
  // Φ_ji(−n) = Φ_ij(n)ᵀ
  for (let i = 0; i < atoms; i++) {
    for (let j = i + 1; j < atoms; j++) {
      for (let cell = 0; cell < cells; cell++) {
        const c = [cell % n1, Math.floor(cell / n1) % n2, Math.floor(cell / (n1 * n2))];
        const opposite = ((n1 - c[0]!) % n1) + n1 * (((n2 - c[1]!) % n2) + n2 * ((n3 - c[2]!) % n3));
        const to = at(i, j, cell), from = at(j, i, opposite);
        for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) values[to + 3 * a + b] = values[from + 3 * b + a]!;
      }
    }
  }
  return { numbers, values };
}
