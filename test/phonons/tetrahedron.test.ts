import { describe, expect, test } from 'vitest';
import { random } from '../../core/math/random.ts';
import { irreducibleMesh } from '../../core/phonons/mesh.ts';
import { densityOfStates, occupiedWeights } from '../../core/phonons/tetrahedron.ts';

describe('weights of a partly occupied tetrahedron', () => {
  test('integrals of linear functions below a level, against sampling', () => {
    const source = random(1);
    for (let trial = 0; trial < 5; trial++) {
      const e = Float64Array.from({ length: 4 }, () => source.uniform()).sort();
      const level = e[0]! + (e[3]! - e[0]!) * source.uniform();
      const out = new Float64Array(4);
      occupiedWeights(e[0]!, e[1]!, e[2]!, e[3]!, level, out);
      const sampled = new Float64Array(4);
      const samples = 200_000;
      for (let s = 0; s < samples; s++) {
        // Uniform barycentric coordinates: normalised exponentials.
        const x = Float64Array.from({ length: 4 }, () => -Math.log(1 - source.uniform()));
        const sum = x[0]! + x[1]! + x[2]! + x[3]!;
        let value = 0;
        for (let c = 0; c < 4; c++) value += (x[c]! / sum) * e[c]!;
        if (value <= level) for (let c = 0; c < 4; c++) sampled[c]! += x[c]! / sum;
      }
      // Four standard deviations of the sampling, 4 · 4 · 0.2/√200000.
      for (let c = 0; c < 4; c++) expect(Math.abs(out[c]! - (4 * sampled[c]!) / samples)).toBeLessThan(8e-3);
    }
  });

  test('continuous at the corners, 0 below, 1 above, for distinct and for equal levels', () => {
    const below = new Float64Array(4), above = new Float64Array(4);
    const shapes: [number, number, number, number][] = [[0, 1, 2, 3], [0, 0, 2, 3], [0, 1, 1, 3], [0, 1, 3, 3], [0, 0, 3, 3], [0, 0, 0, 3], [0, 3, 3, 3]];
    for (const e of shapes) {
      for (const corner of new Set(e)) {
        occupiedWeights(...e, corner - 1e-9, below);
        occupiedWeights(...e, corner + 1e-9, above);
        for (let c = 0; c < 4; c++) expect(Math.abs(above[c]! - below[c]!)).toBeLessThan(1e-8);
      }
      occupiedWeights(...e, -1, below);
      occupiedWeights(...e, 4, above);
      expect([...below]).toEqual([0, 0, 0, 0]);
      expect([...above]).toEqual([1, 1, 1, 1]);
    }
    // Flat: all or nothing.
    occupiedWeights(1, 1, 1, 1, 1.5, above);
    expect([...above]).toEqual([1, 1, 1, 1]);
  });
});

describe('density of states', () => {
  const cell = [3, 0, 0, 0, 3, 0, 0, 0, 3];

  test('a Debye spectrum: quadratic in the frequency', () => {
    const n = 24;
    const mesh = irreducibleMesh(null, { numbers: [n, n, n], shift: [0, 0, 0] });
    const count = mesh.multiplicities.length;
    const levels = Float64Array.from({ length: count }, (_, k) => Math.hypot(mesh.qpoints[3 * k]!, mesh.qpoints[3 * k + 1]!, mesh.qpoints[3 * k + 2]!));
    const { levels: centres, total } = densityOfStates({ cell, mesh, levels, modes: 1, start: 0, width: 0.02, bins: 50 });
    // Below ν = ½ the surface of constant frequency is a sphere in a zone of volume 1: g = 4π ν².
    centres.forEach((nu, bin) => {
      if (nu > 0.1 && nu < 0.45) expect(Math.abs(total[bin]! / (4 * Math.PI * nu * nu) - 1)).toBeLessThan(0.03);
    });
    expect(total.reduce((sum, value) => sum + value, 0) * 0.02).toBeCloseTo(1, 12);
  });

  test('a square-root chain, a flat band and projections: every state counts once', () => {
    const mesh = irreducibleMesh(null, { numbers: [64, 3, 3], shift: [0, 0, 0] });
    const count = mesh.multiplicities.length;
    const levels = new Float64Array(2 * count), projections = new Float64Array(4 * count);
    for (let k = 0; k < count; k++) {
      const nu = Math.abs(Math.sin(Math.PI * mesh.qpoints[3 * k]!));
      levels[2 * k] = nu;
      levels[2 * k + 1] = 1.5;
      projections.set([nu, 1 - nu, 0.25, 0.75], 4 * k);
    }
    const width = 0.05, bins = 40;
    const { total, projected, levels: centres } = densityOfStates({ cell, mesh, levels, modes: 2, projections, start: 0, width, bins });
    expect(total.reduce((sum, value) => sum + value, 0) * width).toBeCloseTo(2, 12);
    total.forEach((value, bin) => expect(projected[bin]! + projected[bins + bin]!).toBeCloseTo(value, 10));
    // g = (2/π)/√(1 − ν²), averaged over the bin.
    centres.forEach((nu, bin) => {
      const [low, high] = [nu - width / 2, nu + width / 2];
      if (high > 0.95) return;
      const exact = ((2 / Math.PI) * (Math.asin(high) - Math.asin(low))) / width;
      expect(Math.abs(total[bin]! / exact - 1)).toBeLessThan(5e-3);
      // The first projection of the dispersive band is ν itself.
      expect(Math.abs(projected[bin]! / (exact * nu) - 1)).toBeLessThan(2e-2);
    });
    // The flat band lies at an edge between bins 29 and 30 and belongs to one of them as a whole.
    expect((total[29]! + total[30]!) * width).toBeCloseTo(1, 12);
  });

  test('independent of which of the equal cells is listed', () => {
    const mesh = irreducibleMesh(null, { numbers: [6, 6, 6], shift: [0, 0, 0] });
    const count = mesh.multiplicities.length;
    const levels = Float64Array.from({ length: count }, (_, k) => [0, 1, 2].reduce((sum, x) => sum + Math.cos(2 * Math.PI * mesh.qpoints[3 * k + x]!), 0));
    const one = densityOfStates({ cell, mesh, levels, modes: 1, start: -3.1, width: 0.1, bins: 62 });
    const other = densityOfStates({ cell: [0, 3, 0, 0, 0, 3, 3, 0, 0], mesh, levels, modes: 1, start: -3.1, width: 0.1, bins: 62 });
    one.total.forEach((value, bin) => expect(other.total[bin]).toBeCloseTo(value, 12));
  });
});
