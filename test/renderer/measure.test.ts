import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Vector } from '../../renderer/composables/crystal-model.ts';
import { angleAt, dihedral, distanceBetween, measured } from '../../renderer/composables/measure.ts';

describe('measured in the picture', () => {
  test('methane: 109.47° at carbon, 60° and 180° around the bond of staggered ethane', () => {
    const [c, a, b, d]: Vector[] = [[0, 0, 0], [1, 1, 1], [1, -1, -1], [-1, 1, -1]];
    expect(angleAt(a!, c!, b!)).toBeCloseTo((Math.acos(-1 / 3) * 180) / Math.PI, 12);
    expect(distanceBetween(a!, d!)).toBeCloseTo(2 * Math.SQRT2, 12);
    // Three-fold staggered around z: substituents at 0°, ±120° below, at 60°, 180°, 300° above.
    const below: Vector = [1, 0, -0.4];
    const above = (degrees: number): Vector => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180), 1.9];
    const bond: [Vector, Vector] = [[0, 0, 0], [0, 0, 1.5]];
    for (const degrees of [60, 179.9, -60, 0]) expect(dihedral(below, ...bond, above(degrees))).toBeCloseTo(degrees, 9);
  });

  test('the sign is that of IUPAC: clockwise along the middle line is positive', () => {
    // Looking from b to c (along +z, so +x turns clockwise towards +y as seen by the one who looks).
    expect(dihedral([1, 0, 0], [0, 0, 0], [0, 0, 1], [0, 1, 1])).toBeCloseTo(90, 12);
    expect(dihedral([1, 0, 0], [0, 0, 0], [0, 0, 1], [0, -1, 1])).toBeCloseTo(-90, 12);
  });

  test('angles near 0 and 180° keep their digits', () => {
    for (const tiny of [1e-6, 1e-9]) {
      expect(angleAt([1, 0, 0], [0, 0, 0], [Math.cos(tiny), Math.sin(tiny), 0]) / ((tiny * 180) / Math.PI)).toBeCloseTo(1, 6);
      expect((180 - angleAt([1, 0, 0], [0, 0, 0], [-Math.cos(tiny), Math.sin(tiny), 0])) / ((tiny * 180) / Math.PI)).toBeCloseTo(1, 5);
    }
  });

  test('three in line have no dihedral angle, and nothing depends on where the crystal lies', () => {
    expect(dihedral([0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 1, 0])).toBeNull();
    const place = fc.tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: -9, max: 9, noNaN: true }));
    fc.assert(fc.property(fc.tuple(place, place, place, place), place, (points, shift) => {
      const moved = points.map(([x, y, z]): Vector => [x + shift[0], y + shift[1], z + shift[2]]);
      measured(points).forEach(({ value, kind }, k) => {
        const other = measured(moved)[k]!.value;
        // Degenerate shapes may fall on either side of "in line".
        if (kind === 'distance') expect(other).toBeCloseTo(value!, 9);
      });
      // A mirror turns a dihedral angle around and leaves the rest.
      const mirrored = points.map(([x, y, z]): Vector => [-x, y, z]);
      const [angle, image] = [dihedral(...(points as [Vector, Vector, Vector, Vector])), dihedral(...(mirrored as [Vector, Vector, Vector, Vector]))];
      if (angle !== null && image !== null && Math.abs(angle) < 179.9) expect(image).toBeCloseTo(-angle, 6);
    }));
  });

  test('two, three and four places give everything that they define', () => {
    const places: Vector[] = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]];
    const kinds = (count: number): string[] => measured(places.slice(0, count)).map(({ kind, of }) => `${kind} ${of.join('')}`);
    expect(kinds(1)).toEqual([]);
    expect(kinds(2)).toEqual(['distance 01']);
    expect(kinds(3)).toEqual(['distance 01', 'distance 12', 'angle 012']);
    expect(kinds(4)).toEqual(['distance 01', 'distance 12', 'distance 23', 'angle 012', 'angle 123', 'dihedral 0123']);
    expect(measured(places).at(-1)!.value).toBeCloseTo(90, 12);
  });
});
