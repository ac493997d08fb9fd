/**
 * Atom-centred symmetry functions, resolved by element, with the type numbers of n2p2/RuNNer.
 *
 * Gaussian (Behler, J. Chem. Phys. 134 (2011) 074106; his names in brackets):
 *    2 [G², G¹ with eta = 0]   Σ_j  g(r_ij)
 *   12 [weighted]              Σ_j  Z_j g(r_ij)                              (Gastegger et al., J. Chem. Phys. 148 (2018) 241709)
 *    3 [G⁴, narrow]            Σ_jk a(θ) g(r_ij) g(r_ik) g(r_jk)
 *    9 [G⁵, wide]              Σ_jk a(θ) g(r_ij) g(r_ik)
 *   13 [weighted, narrow]      Σ_jk Z_j Z_k a(θ) g(r_ij) g(r_ik) g(r_jk)
 *      g(r) = exp(−η (r − r_s)²) f_c(r),   a(θ) = 2^(1−ζ) (1 + λ cos θ)^ζ, 0 where 1 + λ cos θ ≤ 0
 *
 * Compact (Bircher et al., Mach. Learn.: Sci. Technol. 2 (2021) 035026), C of `cutoff-functions.ts`:
 *   20, 23 weighted            Σ_j  C(r_ij)
 *   21, 24 weighted            Σ_jk T(θ) C(r_ij) C(r_ik) C(r_jk)
 *   22, 25 weighted            Σ_jk T(θ) C(r_ij) C(r_ik)
 *
 * and the signed volume of `signed-volume.ts`. Sums run over neighbours j, or unordered pairs of neighbours j, k, periodic
 * images included; θ is the angle at i. A function with neighbour elements counts only those; a weighted one counts all.
 */
import { atomicNumber } from '../crystal/elements.ts';
import type { CompactShape } from './cutoff-functions.ts';

export interface GaussianRadial {
  readonly type: 2 | 12;
  /** One element; none for type 12. */
  readonly neighbours: readonly string[];
  /** 1/length² */
  readonly eta: number;
  /** r_s, length */
  readonly shift: number;
  /** r_c, length */
  readonly cutoff: number;
}

export interface GaussianAngular {
  readonly type: 3 | 9 | 13;
  /** Two elements in ascending atomic number; none for type 13. */
  readonly neighbours: readonly string[];
  readonly eta: number;
  readonly shift: number;
  readonly lambda: number;
  readonly zeta: number;
  readonly cutoff: number;
}

export interface CompactRadial {
  readonly type: 20 | 23;
  /** One element; none for type 23. */
  readonly neighbours: readonly string[];
  /** Inner end of the interval, may be negative; length */
  readonly inner: number;
  /** Outer end; length */
  readonly cutoff: number;
  readonly shape: CompactShape;
}

export interface CompactAngular {
  readonly type: 21 | 22 | 24 | 25;
  /** Two elements in ascending atomic number; none for types 24 and 25. */
  readonly neighbours: readonly string[];
  readonly inner: number;
  readonly cutoff: number;
  /** Ends of the interval of angles, degrees. */
  readonly from: number;
  readonly to: number;
  readonly shape: CompactShape;
}

export interface SignedVolume {
  readonly type: 'signed-volume';
  /** The elements of the three neighbours j, k, l, in the order of the radial functions. */
  readonly neighbours: readonly [string, string, string];
  /** Of j, k, l: 1/length² and length. */
  readonly eta: readonly [number, number, number];
  readonly shift: readonly [number, number, number];
  /** Power of cos(r_ij, r_ik): see `signed-volume.ts`. */
  readonly power: 0 | 1;
  readonly cutoff: number;
}

export type SymmetryFunction = GaussianRadial | GaussianAngular | CompactRadial | CompactAngular | SignedVolume;

/** Whether all neighbours count, weighted by their atomic numbers. */
export function isWeighted(definition: SymmetryFunction): boolean {
  return definition.neighbours.length === 0;
}

/** Whether the distance between the two neighbours counts too. */
export function isNarrow(definition: SymmetryFunction): boolean {
  return [3, 13, 21, 24].includes(definition.type as number);
}

/** What functions of one central element are sorted by, in this order: the order of a network's inputs. */
function sortKey(definition: SymmetryFunction): (number | string)[] {
  const elements = definition.neighbours.map(atomicNumber);
  switch (definition.type) {
    case 2: return [2, definition.cutoff, definition.eta, definition.shift, ...elements];
    case 12: return [12, definition.cutoff, definition.eta, definition.shift];
    case 3:
    case 9: return [definition.type, definition.cutoff, definition.eta, definition.shift, definition.zeta, definition.lambda, ...elements];
    case 13: return [13, definition.cutoff, definition.eta, definition.shift, definition.zeta, definition.lambda];
    case 20: return [20, definition.shape, ...elements, definition.cutoff, definition.inner];
    case 23: return [23, definition.shape, definition.cutoff, definition.inner];
    case 21:
    case 22: return [definition.type, definition.shape, ...elements, definition.cutoff, definition.inner, definition.from, definition.to];
    case 24:
    case 25: return [definition.type, definition.shape, definition.cutoff, definition.inner, definition.from, definition.to];
    case 'signed-volume': return [Infinity, definition.cutoff, definition.power, ...elements, ...definition.eta, ...definition.shift];
  }
}

/** The functions of one central element in the order of the network's inputs; equal ones keep their order. */
export function sortedFunctions<F extends SymmetryFunction>(functions: readonly F[]): F[] {
  return functions
    .map((definition) => ({ definition, key: sortKey(definition) }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ definition }) => definition);
}

function compareKeys(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (let k = 0; k < Math.min(a.length, b.length); k++) {
    if (a[k] !== b[k]) return a[k]! < b[k]! ? -1 : 1;
  }
  return 0;
}
