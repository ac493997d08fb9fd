/**
 * Density of states by linear interpolation in tetrahedra (Lehmann & Taut, Phys. Status Solidi B 54 (1972) 469) with the
 * weights of Blöchl, Jepsen & Andersen, Phys. Rev. B 49 (1994) 16223, appendix B, without their curvature correction.
 *
 * What is returned for each frequency is the mean density over its bin: the number of states between the bin's edges
 * divided by its width. The sum over all bins is therefore exactly the number of modes, and flat bands, whose density at a
 * point diverges, are not missed.
 */
import { multiply3, reciprocalCell } from '../math/matrix3.ts';
import type { Mesh } from './mesh.ts';

/**
 * Weights (×4 of a tetrahedron of unit volume) of the corner values for the part of a tetrahedron below `level`:
 * the integral of a linear function over that part is Σ weight·value / 4. Corner levels ascend.
 */
export function occupiedWeights(e1: number, e2: number, e3: number, e4: number, level: number, out: Float64Array): void {
  if (level <= e1) {
    out.fill(0);
  } else if (level >= e4) {
    out.fill(1);
  } else if (level < e2) {
    const x = level - e1;
    const a = x / (e2 - e1), b = x / (e3 - e1), c = x / (e4 - e1);
    const volume = a * b * c;
    out[0] = volume * (4 - a - b - c);
    out[1] = volume * a;
    out[2] = volume * b;
    out[3] = volume * c;
  } else if (level < e3) {
    const x1 = level - e1, x2 = level - e2, x3 = e3 - level, x4 = e4 - level;
    const e31 = e3 - e1, e41 = e4 - e1, e32 = e3 - e2, e42 = e4 - e2;
    const c1 = (x1 * x1) / (e41 * e31);
    const c2 = (x1 * x2 * x3) / (e41 * e32 * e31);
    const c3 = (x2 * x2 * x4) / (e42 * e32 * e41);
    out[0] = c1 + ((c1 + c2) * x3) / e31 + ((c1 + c2 + c3) * x4) / e41;
    out[1] = c1 + c2 + c3 + ((c2 + c3) * x3) / e32 + (c3 * x4) / e42;
    out[2] = ((c1 + c2) * x1) / e31 + ((c2 + c3) * x2) / e32;
    out[3] = ((c1 + c2 + c3) * x1) / e41 + (c3 * x2) / e42;
  } else {
    const x = e4 - level;
    const a = x / (e4 - e1), b = x / (e4 - e2), c = x / (e4 - e3);
    const volume = a * b * c;
    out[0] = 1 - volume * a;
    out[1] = 1 - volume * b;
    out[2] = 1 - volume * c;
    out[3] = 1 - volume * (4 - a - b - c);
  }
}

/** Corners (as bits 1, 2, 4 for steps along the axes) of the six tetrahedra around each of the four body diagonals. */
function tetrahedraAround(diagonal: number): number[][] {
  const opposite = 7 ^ diagonal;
  const axes = [1, 2, 4];
  const found: number[][] = [];
  for (const first of axes) {
    for (const second of axes) {
      if (second !== first) found.push([diagonal, diagonal ^ first, diagonal ^ first ^ second, opposite]);
    }
  }
  return found;
}

/** Six tetrahedra that share the shortest of the body diagonals, so that they are least elongated. */
function shortestDiagonal(cell: ArrayLike<number>, { numbers }: Mesh): number {
  const [n1, n2, n3] = numbers;
  const steps = multiply3([1 / n1, 0, 0, 0, 1 / n2, 0, 0, 0, 1 / n3], reciprocalCell(cell));
  let best = 0, shortest = Infinity;
  for (let diagonal = 0; diagonal < 4; diagonal++) {
    const signs = [1, 2, 4].map((bit) => (diagonal & bit ? -1 : 1));
    const length = Math.hypot(...[0, 1, 2].map((x) => signs[0]! * steps[x]! + signs[1]! * steps[3 + x]! + signs[2]! * steps[6 + x]!));
    if (length < shortest * (1 - 1e-9)) {
      shortest = length;
      best = diagonal;
    }
  }
  return best;
}

export interface DensityOfStates {
  /** F, centres of the bins, in the unit of the levels. */
  readonly levels: Float64Array;
  /** F, states per unit and per cell. */
  readonly total: Float64Array;
  /** P×F: parts of the total, one row per projection. */
  readonly projected: Float64Array;
}

export interface TetrahedronInput {
  /** Direct lattice, 9 Å: decides the shape of the tetrahedra. */
  readonly cell: ArrayLike<number>;
  readonly mesh: Mesh & { readonly mapping: Int32Array };
  /** Q×M at the irreducible points, each row ascending. */
  readonly levels: Float64Array;
  readonly modes: number;
  /** Q×M×P: how much of each mode belongs to each projection; absent for none. */
  readonly projections?: Float64Array;
  /** Lower edge of the first bin, width of a bin, number of bins. */
  readonly start: number;
  readonly width: number;
  readonly bins: number;
}

/** States outside the bins are not counted: the caller chooses bins that hold all levels. */
export function densityOfStates(input: TetrahedronInput): DensityOfStates {
  const { mesh, levels, modes, projections, start, width, bins } = input;
  const [n1, n2, n3] = mesh.numbers;
  const parts = projections ? projections.length / levels.length : 0;
  const total = new Float64Array(bins);
  const projected = new Float64Array(parts * bins);
  const tetrahedra = tetrahedraAround(shortestDiagonal(input.cell, mesh));
  const corners = new Int32Array(8);
  const order = new Int32Array(4);
  const below = new Float64Array(4);
  const above = new Float64Array(4);
  // Six tetrahedra per grid point; occupiedWeights is 4 × too large.
  const unit = 1 / (24 * n1 * n2 * n3 * width);

  const addTetrahedron = (points: readonly number[], mode: number): void => {
    for (let c = 0; c < 4; c++) {
      const point = points[c]!;
      const level = levels[point * modes + mode]!;
      let at = c;
      while (at > 0 && levels[order[at - 1]! * modes + mode]! > level) {
        order[at] = order[at - 1]!;
        at--;
      }
      order[at] = point;
    }
    const e1 = levels[order[0]! * modes + mode]!, e2 = levels[order[1]! * modes + mode]!;
    const e3 = levels[order[2]! * modes + mode]!, e4 = levels[order[3]! * modes + mode]!;
    const first = Math.max(0, Math.floor((e1 - start) / width));
    occupiedWeights(e1, e2, e3, e4, start + first * width, below);
    for (let bin = first; bin < bins; bin++) {
      occupiedWeights(e1, e2, e3, e4, start + (bin + 1) * width, above);
      let sum = 0;
      for (let c = 0; c < 4; c++) {
        const weight = (above[c]! - below[c]!) * unit;
        sum += weight;
        for (let part = 0; part < parts; part++) {
          projected[part * bins + bin]! += weight * projections![(order[c]! * modes + mode) * parts + part]!;
        }
        below[c] = above[c]!;
      }
      total[bin]! += sum;
      if (start + (bin + 1) * width >= e4) break;
    }
  };

  for (let i3 = 0; i3 < n3; i3++) {
    for (let i2 = 0; i2 < n2; i2++) {
      for (let i1 = 0; i1 < n1; i1++) {
        for (let corner = 0; corner < 8; corner++) {
          const j1 = (i1 + (corner & 1)) % n1, j2 = (i2 + ((corner >> 1) & 1)) % n2, j3 = (i3 + (corner >> 2)) % n3;
          corners[corner] = mesh.mapping[j1 + n1 * (j2 + n2 * j3)]!;
        }
        for (const tetrahedron of tetrahedra) {
          const points = tetrahedron.map((corner) => corners[corner]!);
          for (let mode = 0; mode < modes; mode++) addTetrahedron(points, mode);
        }
      }
    }
  }
  return { levels: Float64Array.from({ length: bins }, (_, bin) => start + (bin + 0.5) * width), total, projected };
}
