import { Matrix, inverse } from 'ml-matrix';
import { leastSquares, type LeastSquares } from '../math/least-squares.ts';
import type { EquationForm } from '../contracts/results.ts';

/**
 * Quasiharmonic thermodynamics of uniaxial crystals: F(a, c, T), ions relaxed at every (a, c), is fitted as a surface
 * and minimised over both parameters at each temperature, not along the statically relaxed path.
 *
 * Coordinates: a volume variable t and the shape s = ln(c/a). t is the Eulerian (V/V_r)^(−2/3) − 1 for
 * `birch-murnaghan` and ln(V/V_r) for `poirier-tarantola`, so that a section at fixed shape is the usual equation of
 * state; the surface is a polynomial t^m s^n with m + n ≤ degree. Both forms are linear in their coefficients, hence
 * every temperature derivative is exact: c(T) = A⁺F(T) gives −∂c/∂T = A⁺S(T).
 */
export type GridForm = Extract<EquationForm, 'birch-murnaghan' | 'poirier-tarantola'>;

export interface GridSamples {
  /** P, Å³ per cell */
  readonly volumes: Float64Array;
  /** P, ln(c/a) of the conventional cell */
  readonly shapes: Float64Array;
}

/** One temperature: per cell, Å³, eV, eV/K, eV/Å³. */
export interface GridState {
  readonly volume: number;
  /** ln(c/a) */
  readonly shape: number;
  readonly gibbs: number;
  /** Isothermal, shape free to follow. */
  readonly bulkModulus: number;
  /** d ln V/dT, 1/K */
  readonly expansion: number;
  /** d ln(c/a)/dT, 1/K */
  readonly shapeExpansion: number;
  readonly heatCapacityV: number;
  readonly heatCapacityP: number;
  readonly grueneisen: number | null;
  /** One standard deviation of the fit. */
  readonly errors: { readonly volume: number; readonly bulkModulus: number; readonly expansion: number };
  /** Root mean square residual of the surface, eV. */
  readonly residual: number;
}

interface Monomial {
  readonly m: number;
  readonly n: number;
}

export interface FreeEnergyGrid {
  /** Minimum of F + P V at one temperature, or null where there is none within the sampled region (plus a tenth of its width). */
  state(freeEnergies: Float64Array, entropies: Float64Array, heatCapacities: Float64Array, temperature: number, pressure: number): GridState | null;
  /** F on the fitted surface, for charts. */
  surface(freeEnergies: Float64Array): (volume: number, shape: number) => number;
}

/** Prepares the fit of one set of points for all temperatures. */
export function freeEnergyGrid(samples: GridSamples, form: GridForm, degree: number): FreeEnergyGrid {
  const count = samples.volumes.length;
  const monomials: Monomial[] = [];
  for (let total = 0; total <= degree; total++) for (let n = 0; n <= total; n++) monomials.push({ m: total - n, n });
  if (count < monomials.length + 2) throw new Error(`freeEnergyGrid: ${String(count)} points are too few for ${String(monomials.length)} coefficients`);

  const referenceVolume = Math.exp(mean(samples.volumes.map(Math.log)));
  const referenceShape = mean(samples.shapes);
  const eulerian = form === 'birch-murnaghan';
  const toT = (volume: number): number => (eulerian ? (volume / referenceVolume) ** (-2 / 3) - 1 : Math.log(volume / referenceVolume));
  const toVolume = (t: number): number => referenceVolume * (eulerian ? (1 + t) ** -1.5 : Math.exp(t));
  /** dV/dt and d²V/dt² */
  const volumeSlopes = (t: number): [number, number] =>
    eulerian
      ? [-1.5 * referenceVolume * (1 + t) ** -2.5, 3.75 * referenceVolume * (1 + t) ** -3.5]
      : [toVolume(t), toVolume(t)];

  const t = samples.volumes.map(toT);
  const s = samples.shapes.map((shape) => shape - referenceShape);
  // Unit-sized variables keep the powers comparable.
  const tScale = Math.max(...t.map(Math.abs));
  const sScale = Math.max(...s.map(Math.abs));
  const terms = (x: number, y: number): number[] => monomials.map(({ m, n }) => x ** m * y ** n);
  const design = new Matrix(Array.from(t, (value, i) => terms(value / tScale, s[i]! / sScale)));
  const fit: LeastSquares = leastSquares(design);

  const solve = (values: Float64Array): number[] => fit.coefficients(Matrix.columnVector(Array.from(values))).to1DArray();
  /** Value, gradient and Hessian in (t, s) of the polynomial with these coefficients. */
  const expand = (c: readonly number[], x: number, y: number): { value: number; gradient: [number, number]; hessian: [number, number, number] } => {
    let value = 0, ft = 0, fs = 0, ftt = 0, fts = 0, fss = 0;
    const u = x / tScale;
    const v = y / sScale;
    monomials.forEach(({ m, n }, k) => {
      const um = u ** m, vn = v ** n;
      const um1 = m > 0 ? m * u ** (m - 1) : 0;
      const vn1 = n > 0 ? n * v ** (n - 1) : 0;
      value += c[k]! * um * vn;
      ft += c[k]! * um1 * vn;
      fs += c[k]! * um * vn1;
      ftt += c[k]! * (m > 1 ? m * (m - 1) * u ** (m - 2) : 0) * vn;
      fts += c[k]! * um1 * vn1;
      fss += c[k]! * um * (n > 1 ? n * (n - 1) * v ** (n - 2) : 0);
    });
    return { value, gradient: [ft / tScale, fs / sScale], hessian: [ftt / tScale ** 2, fts / (tScale * sScale), fss / sScale ** 2] };
  };

  return {
    surface: (freeEnergies) => {
      const c = solve(freeEnergies);
      return (volume, shape) => expand(c, toT(volume), shape - referenceShape).value;
    },
    state: (freeEnergies, entropies, heatCapacities, temperature, pressure) => {
      const c = solve(freeEnergies);
      const minimum = minimise(c, pressure);
      if (minimum === null) return null;
      const { x, y, hessian } = minimum;
      const [dV] = volumeSlopes(x);
      const volume = toVolume(x);
      const inverseHessian = inverse(new Matrix([[hessian[0], hessian[1]], [hessian[1], hessian[2]]]));

      const entropy = expand(solve(entropies), x, y);
      const heatCapacityV = expand(solve(heatCapacities), x, y).value;
      // ∇G(x, T) = 0 along the path: H dx/dT = ∇S.
      const [tRate, sRate] = inverseHessian.mmul(Matrix.columnVector(entropy.gradient)).to1DArray() as [number, number];
      const expansion = temperature === 0 ? 0 : (dV * tRate) / volume;
      const shapeExpansion = temperature === 0 ? 0 : sRate;
      const compliance = inverseHessian.get(0, 0) * dV * dV;
      const bulkModulus = volume / compliance;
      const heatCapacityP = heatCapacityV + temperature * (entropy.gradient[0] * tRate + entropy.gradient[1] * sRate);

      const residuals = design.mmul(Matrix.columnVector(c)).to1DArray().map((value, i) => value - freeEnergies[i]!);
      const squares = residuals.reduce((sum, r) => sum + r * r, 0);
      const variance = squares / (count - monomials.length);
      // Error of the minimum: gradient errors through the inverse Hessian; of B: the error of the second volume derivative.
      const gradientRows = new Matrix(monomials.length, 3);
      monomials.forEach(({ m, n }, k) => {
        const one = expand(monomials.map((_, j) => (j === k ? 1 : 0)), x, y);
        gradientRows.set(k, 0, one.gradient[0]);
        gradientRows.set(k, 1, one.gradient[1]);
        gradientRows.set(k, 2, m + n > 1 ? one.hessian[0] : 0);
      });
      const covariance = gradientRows.transpose().mmul(fit.inverseNormal).mmul(gradientRows).mul(variance);
      const tVariance =
        inverseHessian.get(0, 0) ** 2 * covariance.get(0, 0) +
        2 * inverseHessian.get(0, 0) * inverseHessian.get(0, 1) * covariance.get(0, 1) +
        inverseHessian.get(0, 1) ** 2 * covariance.get(1, 1);
      const relativeBulkError = Math.sqrt(Math.max(0, covariance.get(2, 2))) * inverseHessian.get(0, 0);
      return {
        volume,
        shape: y + referenceShape,
        gibbs: expand(c, x, y).value + pressure * volume,
        bulkModulus,
        expansion,
        shapeExpansion,
        heatCapacityV,
        heatCapacityP,
        grueneisen: heatCapacityV > 0 ? (volume * expansion * bulkModulus) / heatCapacityV : null,
        errors: {
          volume: Math.abs(dV) * Math.sqrt(Math.max(0, tVariance)),
          bulkModulus: relativeBulkError * bulkModulus,
          expansion: relativeBulkError * Math.abs(expansion),
        },
        residual: Math.sqrt(squares / count),
      };
    },
  };

  /** Damped Newton from the lowest sample; the Hessian returned is that of G = F + P V in (t, s). */
  function minimise(c: readonly number[], pressure: number): { x: number; y: number; hessian: [number, number, number] } | null {
    const gibbs = (x: number, y: number): { value: number; gradient: [number, number]; hessian: [number, number, number] } => {
      const f = expand(c, x, y);
      const [dV, ddV] = volumeSlopes(x);
      return {
        value: f.value + pressure * toVolume(x),
        gradient: [f.gradient[0] + pressure * dV, f.gradient[1]],
        hessian: [f.hessian[0] + pressure * ddV, f.hessian[1], f.hessian[2]],
      };
    };
    let lowest = 0;
    const valueAt = (i: number): number => gibbs(t[i]!, s[i]!).value;
    for (let i = 1; i < count; i++) if (valueAt(i) < valueAt(lowest)) lowest = i;
    let x = t[lowest]!;
    let y = s[lowest]!;
    const tRange: [number, number] = [Math.min(...t), Math.max(...t)];
    const sRange: [number, number] = [Math.min(...s), Math.max(...s)];
    const slack = 0.1;
    for (let step = 0; step < 100; step++) {
      const { gradient: g, hessian: h } = gibbs(x, y);
      const determinant = h[0] * h[2] - h[1] * h[1];
      const convex = h[0] > 0 && h[2] > 0 && determinant > 0;
      // Where the surface is not convex, a plain downhill step in scaled variables.
      const dx = convex ? -(h[2] * g[0] - h[1] * g[1]) / determinant : -Math.sign(g[0]) * 0.05 * tScale;
      const dy = convex ? -(h[0] * g[1] - h[1] * g[0]) / determinant : -Math.sign(g[1]) * 0.05 * sScale;
      const shrink = Math.min(1, 0.3 / Math.max(Math.abs(dx) / tScale, Math.abs(dy) / sScale, 1e-300));
      x += shrink * dx;
      y += shrink * dy;
      const outside = (value: number, [low, high]: [number, number]): boolean => value < low - slack * (high - low) || value > high + slack * (high - low);
      if (outside(x, tRange) || outside(y, sRange)) return null;
      if (convex && Math.abs(dx) < 1e-14 && Math.abs(dy) < 1e-14) return { x, y, hessian: gibbs(x, y).hessian };
    }
    const { hessian } = gibbs(x, y);
    return hessian[0] > 0 && hessian[0] * hessian[2] > hessian[1] ** 2 ? { x, y, hessian } : null;
  }
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
