import { describe, expect, test } from 'vitest';
import { equationEnergy } from '../../core/properties/equation-of-state.ts';
import { freeEnergyGrid } from '../../core/properties/quasiharmonic-grid.ts';
import { quasiharmonicState, type FreeEnergySamples } from '../../core/properties/quasiharmonic.ts';
import { boltzmann } from '../../core/units/constants.ts';

/** Six Einstein oscillators of one frequency: F, S, C in closed form. θ in K. */
function einstein(theta: number, temperature: number): { f: number; s: number; c: number } {
  const zeroPoint = 3 * boltzmann * theta;
  if (temperature === 0) return { f: zeroPoint, s: 0, c: 0 };
  const x = theta / temperature;
  const n = 1 / Math.expm1(x);
  const f = zeroPoint + 6 * boltzmann * temperature * Math.log(-Math.expm1(-x));
  return { f, s: 6 * boltzmann * (x * n - Math.log(-Math.expm1(-x))), c: 6 * boltzmann * x * x * n * (n + 1) };
}

const solid = { energy: -41.3, volume: 18.5, bulkModulus: 1.5, bulkModulusDerivative: 4.2 };
const volumes = Float64Array.from({ length: 11 }, (_, i) => 18.5 * (0.97 + 0.011 * i));

function samples(theta: (volume: number) => number, temperature: number): FreeEnergySamples {
  const terms = Array.from(volumes, (v) => einstein(theta(v), temperature));
  return {
    volumes,
    freeEnergies: volumes.map((v, i) => equationEnergy('birch-murnaghan', solid, v) + terms[i]!.f),
    entropies: Float64Array.from(terms, ({ s }) => s),
    heatCapacities: Float64Array.from(terms, ({ c }) => c),
  };
}
const gamma = 1.6;
const grueneisenSolid = (v: number): number => 600 * (v / 18.5) ** -gamma;
const state = (theta: (v: number) => number, temperature: number, pressure = 0, form: 'birch-murnaghan' | 'vinet' = 'birch-murnaghan') => {
  const found = quasiharmonicState(samples(theta, temperature), temperature, form, pressure);
  if (!found) throw new Error('no minimum');
  return found;
};

describe('along the volume', () => {
  test('frequencies that do not depend on volume expand nothing', () => {
    for (const temperature of [0, 50, 300, 900]) {
      // V is fixed to 1e-13 by the fit; over 2δ = 0.2 K that is 1e-12/K, far below any real expansion (1e-9/K).
      expect(Math.abs(state(() => 600, temperature).expansion)).toBeLessThan(5e-12);
      expect(state(() => 600, temperature).volume).toBeCloseTo(solid.volume, 9);
    }
  });

  test('the macroscopic Grüneisen parameter is that of the modes', () => {
    for (const temperature of [150, 300, 900]) {
      // γ = 1.6 for every mode; the third-order form cannot represent e^(−θ(V)/T) over −3 … +8 %: 2e-3 from θ/4 on.
      expect(Math.abs((state(grueneisenSolid, temperature).grueneisen ?? 0) / gamma - 1)).toBeLessThan(2e-3);
    }
  });

  test('α is the slope of ln V(T), C_P the curvature of G(T)', () => {
    for (const temperature of [100, 150, 300, 800]) {
      const h = 2;
      const [below, here, above] = [state(grueneisenSolid, temperature - h), state(grueneisenSolid, temperature), state(grueneisenSolid, temperature + h)];
      // Differences over ±2 K: α ~ e^(−600/T) bends by (θ h/T²)²/6 = 2e-3 at 100 K, less above.
      expect(Math.log(above.volume / below.volume) / (2 * h) / here.expansion).toBeCloseTo(1, 2);
      expect((-temperature * (above.gibbs - 2 * here.gibbs + below.gibbs)) / (h * h) / here.heatCapacityP).toBeCloseTo(1, 2);
    }
  });

  test('pressure: −∂G/∂P = −V, and B is the response of the volume', () => {
    const h = 1e-4;
    for (const pressure of [-0.01, 0.02, 0.05]) {
      const [less, here, more] = [state(grueneisenSolid, 400, pressure - h), state(grueneisenSolid, 400, pressure), state(grueneisenSolid, 400, pressure + h)];
      // Central differences, (h/B)² = 5e-9 relative.
      expect((more.gibbs - less.gibbs) / (2 * h) / here.volume).toBeCloseTo(1, 7);
      expect((-here.volume * 2 * h) / (more.volume - less.volume) / here.bulkModulus).toBeCloseTo(1, 6);
    }
  });

  test('two forms differ by little and the error of the fit says how much it is worth', () => {
    const birch = state(grueneisenSolid, 600);
    const vinet = state(grueneisenSolid, 600, 0, 'vinet');
    expect(Math.abs(vinet.volume / birch.volume - 1)).toBeLessThan(3e-4);
    expect(birch.errors.bulkModulus).toBeGreaterThan(0);
    expect(birch.errors.bulkModulus / birch.bulkModulus).toBeLessThan(0.02);
  });

  test('too hot to hold together is null, not a number', () => {
    expect(quasiharmonicState(samples((v) => 600 * (v / 18.5) ** -12, 6000), 6000, 'birch-murnaghan', 0)).toBeNull();
  });
});

describe('on the grid of a and c', () => {
  /** A uniaxial solid with known elastic constants and mode Grüneisen tensor, F quadratic in the logarithmic strains. */
  const c = { c11: 1.0, c12: 0.3, c13: 0.2, c33: 0.7 };
  const grid: { volumes: number[]; shapes: number[]; u: number[]; w: number[] } = { volumes: [], shapes: [], u: [], w: [] };
  const v0 = 30;
  for (let i = 0; i < 7; i++) {
    for (let j = 0; j < 5; j++) {
      const volumeStrain = -0.03 + 0.018 * i;
      const shape = -0.02 + 0.01 * j;
      grid.volumes.push(v0 * Math.exp(volumeStrain));
      grid.shapes.push(0.1 + shape);
      // ln V = 2u + w, ln c/a = w − u
      grid.u.push((volumeStrain - shape) / 3);
      grid.w.push((volumeStrain + 2 * shape) / 3);
    }
  }
  const points = { volumes: Float64Array.from(grid.volumes), shapes: Float64Array.from(grid.shapes) };
  const gammaA = 0.4, gammaC = 0.8;
  const theta = (u: number, w: number): number => 500 * Math.exp(-(2 * gammaA * u + gammaC * w));
  const at = (temperature: number, form: 'birch-murnaghan' | 'poirier-tarantola', degree: number) => {
    const terms = grid.u.map((u, i) => einstein(theta(u, grid.w[i]!), temperature));
    const elastic = grid.u.map((u, i) => {
      const w = grid.w[i]!;
      return v0 * ((c.c11 + c.c12) * u * u + 2 * c.c13 * u * w + 0.5 * c.c33 * w * w);
    });
    const found = freeEnergyGrid(points, form, degree).state(
      Float64Array.from(elastic, (e, i) => e + terms[i]!.f),
      Float64Array.from(terms, ({ s }) => s),
      Float64Array.from(terms, ({ c: heat }) => heat),
      temperature,
      0,
    );
    if (!found) throw new Error('no minimum');
    return found;
  };

  test('α_a and α_c are those of the elastic constants and Grüneisen tensor, α_i = (1/V) Σ_j S_ij γ_j C', () => {
    for (const temperature of [80, 300, 700]) {
      const found = at(temperature, 'poirier-tarantola', 4);
      // In these coordinates E is V0·quadratic in logarithmic strains: S from V0·C per cell, at any strain.
      const determinant = (c.c11 + c.c12) * c.c33 - 2 * c.c13 * c.c13;
      const heat = found.heatCapacityV;
      const alphaA = ((c.c33 * gammaA - c.c13 * gammaC) / determinant) * (heat / v0);
      const alphaC = (((c.c11 + c.c12) * gammaC - 2 * c.c13 * gammaA) / determinant) * (heat / v0);
      // ln θ is linear in the strains, so F_vib's curvature adds γ² C-terms to the stiffness: (γ² k T)/(V C) ~ 1e-2 at 700 K.
      const slack = 0.03;
      expect(Math.abs((2 * alphaA + alphaC) / found.expansion - 1)).toBeLessThan(slack);
      expect(Math.abs((alphaC - alphaA) / found.shapeExpansion - 1)).toBeLessThan(slack);
    }
  });

  test('rates are the slopes of the minimum, C_P the curvature of G, for both forms', () => {
    for (const form of ['birch-murnaghan', 'poirier-tarantola'] as const) {
      for (const temperature of [100, 400]) {
        const h = 2;
        const [below, here, above] = [at(temperature - h, form, 4), at(temperature, form, 4), at(temperature + h, form, 4)];
        expect(Math.log(above.volume / below.volume) / (2 * h) / here.expansion).toBeCloseTo(1, 3);
        expect((above.shape - below.shape) / (2 * h) / here.shapeExpansion).toBeCloseTo(1, 3);
        expect((-temperature * (above.gibbs - 2 * here.gibbs + below.gibbs)) / (h * h) / here.heatCapacityP).toBeCloseTo(1, 3);
      }
    }
  });

  test('bulk modulus is the response to pressure with the shape free', () => {
    const elastic = grid.u.map((u, i) => v0 * ((c.c11 + c.c12) * u * u + 2 * c.c13 * u * grid.w[i]! + 0.5 * c.c33 * grid.w[i]! ** 2));
    const zeros = new Float64Array(elastic.length);
    const surface = freeEnergyGrid(points, 'poirier-tarantola', 4);
    const found = (pressure: number) => surface.state(Float64Array.from(elastic), zeros, zeros, 0, pressure);
    const h = 1e-5;
    const response = (-2 * h * v0) / ((found(h)?.volume ?? 0) - (found(-h)?.volume ?? 0));
    // Reuss bulk modulus of a uniaxial crystal, ((c11 + c12) c33 − 2 c13²)/(c11 + c12 + 2 c33 − 4 c13).
    const reuss = ((c.c11 + c.c12) * c.c33 - 2 * c.c13 ** 2) / (c.c11 + c.c12 + 2 * c.c33 - 4 * c.c13);
    expect(found(0)?.bulkModulus).toBeCloseTo(reuss, 9);
    expect(response).toBeCloseTo(reuss, 5);
  });
});
