/**
 * Direction-dependent moduli of an elastic crystal (Nye, Physical Properties of Crystals, 1957, ch. VIII; Ting,
 * J. Elasticity 81 (2005) 271; Marmier et al., Comput. Phys. Commun. 181 (2010) 2102):
 *   Young's modulus           E(n)    = 1 / s_nnnn
 *   linear compressibility    β(n)    = Σ_k s_nnkk
 *   shear modulus             G(n, m) = 1 / (4 s_nmnm)
 *   Poisson's ratio           ν(n, m) = −s_nnmm / s_nnnn           with m ⊥ n
 * For a given n the last two are quadratic forms in m: their extremes over m are exact eigenvalues of 2×2 matrices, and
 * only n is searched.
 */
import { cross3, norm3 } from '../math/matrix3.ts';
import { complianceComponent } from './elastic-tensor.ts';

export type SurfaceName = 'young' | 'shear-minimum' | 'shear-maximum' | 'poisson-minimum' | 'poisson-maximum' | 'compressibility';

export interface SurfacePoint {
  /** GPa (young, shear), pure number (Poisson) or 1/GPa (compressibility) */
  readonly value: number;
  readonly direction: readonly [number, number, number];
  /** m, for shear and Poisson */
  readonly transverse?: readonly [number, number, number];
}

export interface SampledSurface {
  readonly name: SurfaceName;
  readonly unit: string;
  /** [polar][azimuth] at θ_i = π i/(polar−1), φ_j = 2π j/(azimuth−1) */
  readonly values: number[][];
  readonly minimum: SurfacePoint;
  readonly maximum: SurfacePoint;
}

const polarPoints = 37;
const azimuthPoints = 73;

/** Full s_ijkl, contracted with two vectors at a time. */
function contraction(compliance: ArrayLike<number>): {
  longitudinal(n: ArrayLike<number>): number;
  linear(n: ArrayLike<number>): number;
  /** Σ s_abcd n_a m_b n_c p_d */
  shear(n: ArrayLike<number>, m: ArrayLike<number>, p: ArrayLike<number>): number;
  /** Σ s_abcd n_a n_b m_c p_d */
  lateral(n: ArrayLike<number>, m: ArrayLike<number>, p: ArrayLike<number>): number;
} {
  const s = new Float64Array(81);
  for (let k = 0; k < 81; k++) s[k] = complianceComponent(compliance, Math.floor(k / 27), Math.floor(k / 9) % 3, Math.floor(k / 3) % 3, k % 3);
  const contract = (a: ArrayLike<number>, b: ArrayLike<number>, c: ArrayLike<number>, d: ArrayLike<number>): number => {
    let sum = 0;
    for (let i = 0, x = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const ab = a[i]! * b[j]!;
        for (let k = 0; k < 3; k++) for (let l = 0; l < 3; l++, x++) sum += s[x]! * ab * c[k]! * d[l]!;
      }
    }
    return sum;
  };
  return {
    longitudinal: (n) => contract(n, n, n, n),
    linear: (n) => {
      let sum = 0;
      for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) for (let k = 0; k < 3; k++) sum += s[27 * i + 9 * j + 4 * k]! * n[i]! * n[j]!;
      return sum;
    },
    shear: (n, m, p) => contract(n, m, n, p),
    lateral: (n, m, p) => contract(n, n, m, p),
  };
}

type Vector = readonly [number, number, number];

function unit(v: ArrayLike<number>): Vector {
  const length = norm3(v);
  return [v[0]! / length, v[1]! / length, v[2]! / length];
}

/** Two unit vectors that complete n to a right-handed frame. */
function perpendicular(n: Vector): [Vector, Vector] {
  const least = Math.abs(n[0]) <= Math.abs(n[1]) ? (Math.abs(n[0]) <= Math.abs(n[2]) ? 0 : 2) : Math.abs(n[1]) <= Math.abs(n[2]) ? 1 : 2;
  const axis = [Number(least === 0), Number(least === 1), Number(least === 2)];
  const first = unit(cross3(n, axis));
  return [first, unit(cross3(n, first))];
}

/** Smallest or largest eigenvalue of a symmetric 2×2 form over the plane of e1 and e2, with its direction. */
function planar(form: (m: Vector, p: Vector) => number, [e1, e2]: [Vector, Vector], largest: boolean): { value: number; vector: Vector } {
  const a = form(e1, e1), b = form(e1, e2), c = form(e2, e2);
  const angle = 0.5 * Math.atan2(2 * b, a - c) + (largest ? 0 : Math.PI / 2);
  const value = 0.5 * (a + c) + (largest ? 0.5 : -0.5) * Math.hypot(a - c, 2 * b);
  const x = Math.cos(angle), y = Math.sin(angle);
  return { value, vector: [x * e1[0] + y * e2[0], x * e1[1] + y * e2[1], x * e1[2] + y * e2[2]] };
}

/** All six surfaces of a 6×6 Voigt compliance in 1/GPa. */
export function elasticSurfaces(compliance: ArrayLike<number>): SampledSurface[] {
  const s = contraction(compliance);
  const shear = (largest: boolean) => (n: Vector): SurfacePoint => {
    // The largest modulus belongs to the smallest compliance.
    const { value, vector } = planar((m, p) => s.shear(n, m, p), perpendicular(n), !largest);
    return { value: 1 / (4 * value), direction: n, transverse: vector };
  };
  const poisson = (largest: boolean) => (n: Vector): SurfacePoint => {
    const { value, vector } = planar((m, p) => -s.lateral(n, m, p), perpendicular(n), largest);
    return { value: value / s.longitudinal(n), direction: n, transverse: vector };
  };
  const definitions: { name: SurfaceName; unit: string; at: (n: Vector) => SurfacePoint }[] = [
    { name: 'young', unit: 'GPa', at: (n) => ({ value: 1 / s.longitudinal(n), direction: n }) },
    { name: 'shear-minimum', unit: 'GPa', at: shear(false) },
    { name: 'shear-maximum', unit: 'GPa', at: shear(true) },
    { name: 'poisson-minimum', unit: '', at: poisson(false) },
    { name: 'poisson-maximum', unit: '', at: poisson(true) },
    { name: 'compressibility', unit: '1/GPa', at: (n) => ({ value: s.linear(n), direction: n }) },
  ];
  return definitions.map(({ name, unit: symbol, at }) => {
    const grid = Array.from({ length: polarPoints }, (_, i) =>
      Array.from({ length: azimuthPoints }, (_, j) => {
        const theta = (Math.PI * i) / (polarPoints - 1);
        const phi = (2 * Math.PI * j) / (azimuthPoints - 1);
        return at([Math.sin(theta) * Math.cos(phi), Math.sin(theta) * Math.sin(phi), Math.cos(theta)]);
      }),
    );
    return {
      name,
      unit: symbol,
      // Seven digits are far more than a drawing shows; the extremes below are exact.
      values: grid.map((row) => row.map((point) => Number(point.value.toPrecision(7)))),
      minimum: extreme(grid, at, -1),
      maximum: extreme(grid, at, 1),
    };
  });
}

/** Local searches from the best grid points: the surface is smooth, and its wells are wider than a few grid steps. */
const searchesPerExtreme = 6;

function extreme(grid: readonly (readonly SurfacePoint[])[], at: (n: Vector) => SurfacePoint, sign: 1 | -1): SurfacePoint {
  const ranked = grid.flat().sort((a, b) => sign * (b.value - a.value));
  const starts: SurfacePoint[] = [];
  for (const point of ranked) {
    if (starts.length === searchesPerExtreme) break;
    // n and −n are the same direction, and neighbours on the grid lead to the same extreme.
    if (starts.every((other) => Math.abs(point.direction.reduce((sum, value, i) => sum + value * other.direction[i]!, 0)) < 0.95)) starts.push(point);
  }
  return starts.map((start) => climb(start, at, sign)).reduce((best, point) => (sign * (point.value - best.value) > 0 ? point : best));
}

/** Pattern search on the sphere, from a grid step down to 1e-9 rad: the value is then exact to rounding. */
function climb(start: SurfacePoint, at: (n: Vector) => SurfacePoint, sign: 1 | -1): SurfacePoint {
  let best = start;
  for (let step = Math.PI / (polarPoints - 1); step > 1e-9; ) {
    const n = best.direction;
    const [e1, e2] = perpendicular(n);
    let improved = false;
    for (let k = 0; k < 8; k++) {
      const x = step * Math.cos((Math.PI * k) / 4), y = step * Math.sin((Math.PI * k) / 4);
      const trial = at(unit([n[0] + x * e1[0] + y * e2[0], n[1] + x * e1[1] + y * e2[1], n[2] + x * e1[2] + y * e2[2]]));
      if (sign * (trial.value - best.value) > 0) {
        best = trial;
        improved = true;
      }
    }
    if (!improved) step *= 0.5;
  }
  return best;
}
