import { Matrix, inverse } from 'ml-matrix';
import type { EquationForm } from '../contracts/results.ts';

/**
 * Equations of state written as E(V) = E0 + B0 V0 g(x, B'), x = V/V0, so that one fit serves all forms.
 *   birch-murnaghan     Birch, Phys. Rev. 71 (1947) 809: third order in Eulerian strain
 *   vinet               Vinet et al., J. Geophys. Res. 92 (1987) 9319
 *   murnaghan           Murnaghan, Proc. Natl. Acad. Sci. 30 (1944) 244
 *   poirier-tarantola   Poirier & Tarantola, Phys. Earth Planet. Inter. 109 (1998) 1: third order in logarithmic strain
 */
export interface EquationParameters {
  /** eV */
  readonly energy: number;
  /** Å³ */
  readonly volume: number;
  /** eV/Å³ */
  readonly bulkModulus: number;
  readonly bulkModulusDerivative: number;
}

export interface EquationFit {
  readonly form: EquationForm;
  readonly parameters: EquationParameters;
  /** Standard errors of the four parameters from the covariance s² (JᵀJ)⁻¹, s² = Σ r² / (n − 4). */
  readonly errors: EquationParameters;
  /** Root mean square residual, eV. */
  readonly residual: number;
}

/** g and its derivatives by x (first, second) and by B'. */
interface Reduced {
  readonly g: number;
  readonly gx: number;
  readonly gxx: number;
  readonly gb: number;
}

const reduced: Record<EquationForm, (x: number, b: number) => Reduced> = {
  'birch-murnaghan': (x, b) => {
    const eta = x ** (-2 / 3);
    const e = eta - 1;
    const g = (9 / 16) * e * e * (e * b + 6 - 4 * eta);
    const gEta = (9 / 16) * e * (3 * e * b + 2 * (6 - 4 * eta) - 4 * e);
    const gEtaEta = (9 / 16) * (6 * e * b + 2 * (6 - 4 * eta) - 16 * e);
    const etaX = (-2 / 3) * eta / x;
    const etaXX = (10 / 9) * eta / (x * x);
    return { g, gx: gEta * etaX, gxx: gEtaEta * etaX * etaX + gEta * etaXX, gb: (9 / 16) * e ** 3 };
  },
  vinet: (x, b) => {
    const y = Math.cbrt(x);
    const eta = 1.5 * (b - 1);
    const u = 1 - y;
    const exponential = Math.exp(eta * u);
    const g = (9 / (eta * eta)) * (1 - (1 - eta * u) * exponential);
    const gx = (-3 * u * exponential) / (y * y);
    const gxx = -exponential * (-2 / y + 1 - eta * (1 - y)) / y ** 4;
    const gb = 1.5 * ((-2 * g) / eta + (9 * u * u * exponential) / eta);
    return { g, gx, gxx, gb };
  },
  murnaghan: (x, b) => {
    const power = x ** -b;
    const g = (x / b) * (power / (b - 1) + 1) - 1 / (b - 1);
    const product = b * (b - 1);
    const gb = x * power * (-Math.log(x) / product - (2 * b - 1) / (product * product)) - x / (b * b) + 1 / ((b - 1) * (b - 1));
    return { g, gx: (1 - power) / b, gxx: power / x, gb };
  },
  'poirier-tarantola': (x, b) => {
    const l = -Math.log(x);
    const c = b - 2;
    const first = l + (c * l * l) / 2;
    return { g: (l * l) / 2 + (c * l ** 3) / 6, gx: -first / x, gxx: (1 + c * l + first) / (x * x), gb: l ** 3 / 6 };
  },
};

export const equationForms = Object.keys(reduced) as EquationForm[];

export function equationEnergy(form: EquationForm, p: EquationParameters, volume: number): number {
  return p.energy + p.bulkModulus * p.volume * reduced[form](volume / p.volume, p.bulkModulusDerivative).g;
}

/** −dE/dV, eV/Å³ */
export function equationPressure(form: EquationForm, p: EquationParameters, volume: number): number {
  return -p.bulkModulus * reduced[form](volume / p.volume, p.bulkModulusDerivative).gx;
}

/** V d²E/dV², eV/Å³ */
export function equationBulkModulus(form: EquationForm, p: EquationParameters, volume: number): number {
  const x = volume / p.volume;
  return p.bulkModulus * x * reduced[form](x, p.bulkModulusDerivative).gxx;
}

/** Start values: a cubic polynomial in the Eulerian variable V^(−2/3), whose minimum, curvature and slope give E0, V0, B0, B'. */
function startValues(volumes: ArrayLike<number>, energies: ArrayLike<number>): EquationParameters {
  let lowest = 0;
  for (let i = 1; i < volumes.length; i++) if (energies[i]! < energies[lowest]!) lowest = i;
  const reference = volumes[lowest]!;
  const design = new Matrix(Array.from(volumes, (v) => [0, 1, 2, 3].map((k) => ((v / reference) ** (-2 / 3) - 1) ** k)));
  const transposed = design.transpose();
  const target = Matrix.columnVector(Array.from(energies, (e) => e - energies[lowest]!));
  const [c0, c1, c2, c3] = inverse(transposed.mmul(design)).mmul(transposed).mmul(target).to1DArray() as [number, number, number, number];
  // Minimum of the cubic, from the root of its derivative that has positive curvature.
  const root = c2 * c2 - 3 * c1 * c3;
  const t = root >= 0 && c2 + Math.sqrt(root) !== 0 ? -c1 / (c2 + Math.sqrt(root)) : 0;
  const volume = reference * (1 + t) ** -1.5;
  const second = 2 * c2 + 6 * c3 * t;
  const etaSlope = (-2 / 3) * (1 + t) / volume;
  const bulkModulus = Math.max(volume * second * etaSlope * etaSlope, 1e-6);
  return { energy: energies[lowest]! + c0 + c1 * t + c2 * t * t + c3 * t ** 3, volume, bulkModulus, bulkModulusDerivative: 4 };
}

/**
 * Least-squares fit of E(V) (volumes Å³, energies eV; at least five points) by Levenberg-Marquardt with the analytic
 * Jacobian, in scaled parameters, to a relative change of 1e-14. Returns null where no minimum lies within or near the
 * sampled range: the caller says so.
 */
export function fitEquation(form: EquationForm, volumes: ArrayLike<number>, energies: ArrayLike<number>): EquationFit | null {
  const n = volumes.length;
  if (n < 5) throw new Error(`fitEquation: ${String(n)} points are too few for four parameters and an error`);
  const start = startValues(volumes, energies);
  const scale = [start.bulkModulus * start.volume, start.volume, start.bulkModulus, 1] as const;
  // Scaled parameters: (E − E_start)/(B V), V/V, B/B, B'.
  let current = [0, 1, 1, start.bulkModulusDerivative];
  const unscaled = (p: readonly number[]): EquationParameters => ({
    energy: start.energy + p[0]! * scale[0],
    volume: p[1]! * scale[1],
    bulkModulus: p[2]! * scale[2],
    bulkModulusDerivative: p[3]!,
  });
  const residuals = (p: readonly number[]): { r: number[]; jacobian: number[][]; sum: number } => {
    const r: number[] = [];
    const jacobian: number[][] = [];
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const x = volumes[i]! / scale[1] / p[1]!;
      const { g, gx, gb } = reduced[form](x, p[3]!);
      const value = p[0]! + p[2]! * p[1]! * g - (energies[i]! - start.energy) / scale[0];
      r.push(value);
      jacobian.push([1, p[2]! * (g - x * gx), p[1]! * g, p[2]! * p[1]! * gb]);
      sum += value * value;
    }
    return { r, jacobian, sum };
  };
  let state = residuals(current);
  let damping = 1e-3;
  for (let step = 0; step < 200; step++) {
    const j = new Matrix(state.jacobian);
    const normal = j.transpose().mmul(j);
    const gradient = j.transpose().mmul(Matrix.columnVector(state.r));
    let improved = false;
    let change = 0;
    while (damping < 1e12) {
      const damped = normal.clone();
      for (let k = 0; k < 4; k++) damped.set(k, k, normal.get(k, k) * (1 + damping) + 1e-300);
      const delta = inverse(damped).mmul(gradient).to1DArray();
      const candidate = current.map((value, k) => value - delta[k]!);
      const valid = candidate[1]! > 0.2 && candidate[1]! < 5 && candidate[2]! > 0 && candidate[3]! > 1.01 && candidate[3]! < 40;
      const next = valid ? residuals(candidate) : null;
      if (next && next.sum <= state.sum) {
        change = Math.max(...delta.map(Math.abs));
        current = candidate;
        state = next;
        damping = Math.max(damping / 10, 1e-15);
        improved = true;
        break;
      }
      damping *= 10;
    }
    if (!improved || change < 1e-14) break;
  }
  const parameters = unscaled(current);
  const lowest = Math.min(...Array.from(volumes));
  const highest = Math.max(...Array.from(volumes));
  // A minimum further out than half the sampled width is an extrapolation that no fit supports.
  const margin = (highest - lowest) / 2;
  if (!(parameters.volume > lowest - margin && parameters.volume < highest + margin)) return null;
  const j = new Matrix(state.jacobian);
  const covariance = inverse(j.transpose().mmul(j)).mul(state.sum / (n - 4));
  const error = (k: 0 | 1 | 2 | 3): number => Math.sqrt(Math.max(0, covariance.get(k, k))) * scale[k];
  // A curvature smaller than its own error is no minimum: the curve is flat or a slope.
  if (!(error(2) < parameters.bulkModulus)) return null;
  return {
    form,
    parameters,
    errors: { energy: error(0), volume: error(1), bulkModulus: error(2), bulkModulusDerivative: error(3) },
    residual: Math.sqrt(state.sum / n) * scale[0],
  };
}
