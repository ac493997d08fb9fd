/** Averages, surfaces, sound and stability of a given tensor. */
import { describe, expect, it } from 'vitest';
import { dot3, norm3 } from '../../core/math/matrix3.ts';
import { random } from '../../core/math/random.ts';
import { symmetricEigen } from '../../core/math/symmetric-eigen.ts';
import { stability } from '../../core/properties/born-stability.ts';
import { christoffel, debyeTemperature, debyeVelocity, isotropicSound } from '../../core/properties/christoffel.ts';
import { anisotropyOf, hillAverage, isotropicModuli, reussAverage, voigtAverage, zenerRatio } from '../../core/properties/elastic-averages.ts';
import { elasticSurfaces } from '../../core/properties/elastic-surfaces.ts';
import { inverse6, mandelStiffness, rotatedStiffness, stiffnessComponent, voigtStiffness } from '../../core/properties/elastic-tensor.ts';
import { vacuumPermittivity } from '../../core/units/constants.ts';
import { randomRotation } from '../crystal/crystals.ts';

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];

function tensorOf(entries: readonly (readonly [number, number, number])[]): Float64Array {
  const c = new Float64Array(36);
  for (const [i, j, value] of entries) {
    c[6 * (i - 1) + j - 1] = value;
    c[6 * (j - 1) + i - 1] = value;
  }
  return c;
}
const cubicTensor = (c11: number, c12: number, c44: number): Float64Array =>
  tensorOf([[1, 1, c11], [2, 2, c11], [3, 3, c11], [1, 2, c12], [1, 3, c12], [2, 3, c12], [4, 4, c44], [5, 5, c44], [6, 6, c44]]);
const isotropicTensor = (bulk: number, shear: number): Float64Array => cubicTensor(bulk + (4 / 3) * shear, bulk - (2 / 3) * shear, shear);
/** α-quartz, rounded from measurements (GPa). */
const quartz = tensorOf([
  [1, 1, 86.8], [2, 2, 86.8], [3, 3, 105.8], [1, 2, 7], [1, 3, 11.9], [2, 3, 11.9], [1, 4, 18], [2, 4, -18], [5, 6, 18], [4, 4, 58.2], [5, 5, 58.2], [6, 6, 39.9],
]);
const copper = cubicTensor(168.4, 121.4, 75.4);

/** A positive definite tensor without any symmetry. */
function triclinicTensor(seed: number): Float64Array {
  const source = random(seed);
  const m = Array.from({ length: 36 }, () => source.normal());
  const mandel = Float64Array.from({ length: 36 }, (_, k) => {
    let sum = k % 7 === 0 ? 40 : 0;
    for (let x = 0; x < 6; x++) sum += 12 * m[6 * Math.floor(k / 6) + x]! * m[6 * (k % 6) + x]!;
    return sum;
  });
  return voigtStiffness(mandel);
}

describe('the tensor', () => {
  it('turns as a tensor of rank four, there and back', () => {
    const source = random(5);
    const c = triclinicTensor(1);
    const r = randomRotation(source);
    const turned = rotatedStiffness(c, r);
    for (const [i, j, k, l] of [[0, 0, 0, 0], [0, 1, 2, 2], [1, 2, 0, 1], [2, 0, 2, 0]] as const) {
      let sum = 0;
      for (let n = 0; n < 81; n++) {
        const [a, b, e, f] = [Math.floor(n / 27), Math.floor(n / 9) % 3, Math.floor(n / 3) % 3, n % 3];
        sum += r[3 * i + a!]! * r[3 * j + b!]! * r[3 * k + e!]! * r[3 * l + f!]! * stiffnessComponent(c, a!, b!, e!, f!);
      }
      expect(stiffnessComponent(turned, i, j, k, l)).toBeCloseTo(sum, 10);
    }
    const back = rotatedStiffness(turned, [r[0]!, r[3]!, r[6]!, r[1]!, r[4]!, r[7]!, r[2]!, r[5]!, r[8]!]);
    back.forEach((value, i) => expect(value).toBeCloseTo(c[i]!, 10));
  });

  it('has an inverse, unless it is singular', () => {
    const s = inverse6(quartz)!;
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j < 6; j++) {
        let sum = 0;
        for (let k = 0; k < 6; k++) sum += quartz[6 * i + k]! * s[6 * k + j]!;
        expect(sum).toBeCloseTo(i === j ? 1 : 0, 13);
      }
    }
    expect(inverse6(cubicTensor(100, 100, 50))).toBeNull();
  });
});

describe('averages', () => {
  it('are all the same for an isotropic solid, without anisotropy', () => {
    const c = isotropicTensor(70, 40);
    const voigt = voigtAverage(c), reuss = reussAverage(inverse6(c)!);
    for (const moduli of [voigt, reuss, hillAverage(voigt, reuss)]) {
      expect(moduli.bulk).toBeCloseTo(70, 11);
      expect(moduli.shear).toBeCloseTo(40, 11);
      expect(moduli.young).toBeCloseTo((9 * 70 * 40) / 250, 11);
      expect(moduli.poisson).toBeCloseTo(130 / 500, 12);
    }
    Object.values(anisotropyOf(voigt, reuss)).forEach((value) => expect(value).toBeCloseTo(0, 12));
    expect(zenerRatio(c, identity)).toBeCloseTo(1, 12);
  });

  it('follow the closed forms for cubic crystals', () => {
    // G_V = (C11 − C12 + 3 C44)/5, G_R = 5 (C11 − C12) C44 / (4 C44 + 3 (C11 − C12)), A^U = 6/5 (√A − 1/√A)²
    const voigt = voigtAverage(copper), reuss = reussAverage(inverse6(copper)!);
    expect(voigt.shear).toBeCloseTo((47 + 3 * 75.4) / 5, 11);
    expect(reuss.shear).toBeCloseTo((5 * 47 * 75.4) / (4 * 75.4 + 3 * 47), 11);
    const zener = (2 * 75.4) / 47;
    expect(zenerRatio(copper, identity)).toBeCloseTo(zener, 12);
    expect(anisotropyOf(voigt, reuss).universal).toBeCloseTo(1.2 * (Math.sqrt(zener) - 1 / Math.sqrt(zener)) ** 2, 11);
  });

  it('do not depend on the frame, and Reuss lies below Voigt', () => {
    const turned = rotatedStiffness(quartz, randomRotation(random(2)));
    expect(voigtAverage(turned).shear).toBeCloseTo(voigtAverage(quartz).shear, 11);
    expect(reussAverage(inverse6(turned)!).bulk).toBeCloseTo(reussAverage(inverse6(quartz)!).bulk, 11);
    expect(reussAverage(inverse6(quartz)!).shear).toBeLessThan(voigtAverage(quartz).shear);
    const axes = randomRotation(random(8));
    expect(zenerRatio(rotatedStiffness(copper, [0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => axes[i]!)), axes)).toBeCloseTo((2 * 75.4) / 47, 11);
    expect(isotropicModuli(1, 0).poisson).toBe(0.5);
  });
});

describe('surfaces', () => {
  const along = (c: Float64Array, n: ArrayLike<number>, m: ArrayLike<number>) => {
    // Independent of the contraction under test: turn the crystal so that n is x and m is y, then read the compliance.
    const third = [n[1]! * m[2]! - n[2]! * m[1]!, n[2]! * m[0]! - n[0]! * m[2]!, n[0]! * m[1]! - n[1]! * m[0]!];
    const s = inverse6(rotatedStiffness(c, [...Array.from(n), ...Array.from(m), ...third]))!;
    return { young: 1 / s[0]!, shear: 1 / s[35]!, poisson: -s[1]! / s[0]!, compressibility: s[0]! + s[1]! + s[2]! };
  };
  const quantityOf = { young: 'young', 'shear-minimum': 'shear', 'shear-maximum': 'shear', 'poisson-minimum': 'poisson', 'poisson-maximum': 'poisson', compressibility: 'compressibility' } as const;

  it.each([['quartz', quartz], ['copper', copper], ['a triclinic crystal', triclinicTensor(3)]] as const)('%s: extremes are attained where they are said to be, and no direction goes beyond', (_, c) => {
    const surfaces = elasticSurfaces(inverse6(c)!);
    const source = random(9);
    const directions = Array.from({ length: 400 }, () => {
      const r = randomRotation(source);
      return { n: r.slice(0, 3), m: r.slice(3, 6) };
    });
    for (const { name, minimum, maximum } of surfaces) {
      for (const point of [minimum, maximum]) {
        expect(norm3(point.direction)).toBeCloseTo(1, 12);
        const transverse = point.transverse ?? (Math.abs(point.direction[0]) < 0.9 ? perpendicular(point.direction, [1, 0, 0]) : perpendicular(point.direction, [0, 1, 0]));
        expect(dot3(point.direction, transverse)).toBeCloseTo(0, 12);
        expect(along(c, point.direction, transverse)[quantityOf[name]] / point.value).toBeCloseTo(1, 11);
      }
    }
    const extremes = (name: keyof typeof quantityOf) => surfaces.find((surface) => surface.name === name)!;
    for (const { n, m } of directions) {
      const here = along(c, n, m);
      for (const [value, low, high] of [
        [here.young, extremes('young').minimum.value, extremes('young').maximum.value],
        [here.compressibility, extremes('compressibility').minimum.value, extremes('compressibility').maximum.value],
        [here.shear, extremes('shear-minimum').minimum.value, extremes('shear-maximum').maximum.value],
        [here.poisson, extremes('poisson-minimum').minimum.value, extremes('poisson-maximum').maximum.value],
      ] as const) {
        // Rounding of two inversions.
        expect(value).toBeGreaterThanOrEqual(low - 1e-9 * Math.abs(low));
        expect(value).toBeLessThanOrEqual(high + 1e-9 * Math.abs(high));
      }
    }
  });

  it('knows the directions of copper: Young softest along ⟨100⟩, stiffest along ⟨111⟩; auxetic for a load along ⟨110⟩', () => {
    const s = inverse6(copper)!;
    const [young, , , poissonMinimum] = elasticSurfaces(s);
    expect(young!.minimum.value).toBeCloseTo(1 / s[0]!, 9);
    expect(young!.maximum.value).toBeCloseTo(3 / (s[0]! + 2 * s[1]! + s[21]!), 9);
    expect(young!.maximum.direction.map((x) => Math.abs(x)).every((x) => Math.abs(x - 1 / Math.sqrt(3)) < 1e-4)).toBe(true);
    // Baughman et al., Nature 392 (1998) 362: load along [110], width along [1-10].
    const numerator = s[0]! + s[1]! - s[21]! / 2;
    expect(poissonMinimum!.minimum.value).toBeCloseTo(-numerator / (s[0]! + s[1]! + s[21]! / 2), 9);
    expect([...poissonMinimum!.minimum.direction].map(Math.abs).sort((a, b) => a - b)[0]).toBeLessThan(1e-4);
  });

  it('samples the grid it promises', () => {
    const s = inverse6(quartz)!;
    const { values } = elasticSurfaces(s)[0]!;
    expect(values).toHaveLength(37);
    expect(values[0]).toHaveLength(73);
    // Seven digits are kept.
    expect(values[0]![5]! * s[14]!).toBeCloseTo(1, 6);
    expect(values[18]![0]! * s[0]!).toBeCloseTo(1, 6);
    expect(values[18]![18]! * s[7]!).toBeCloseTo(1, 6);
  });
});

function perpendicular(n: readonly number[], to: readonly number[]): number[] {
  const v = [n[1]! * to[2]! - n[2]! * to[1]!, n[2]! * to[0]! - n[0]! * to[2]!, n[0]! * to[1]! - n[1]! * to[0]!];
  const length = norm3(v);
  return v.map((value) => value / length);
}

describe('sound', () => {
  const density = 2650;

  it('follows the closed forms for cubic crystals', () => {
    const [c11, c12, c44] = [168.4, 121.4, 75.4];
    const speed = (modulus: number): number => Math.sqrt((modulus * 1e9) / density);
    const expected: [number[], number[]][] = [
      [[1, 0, 0], [c44, c44, c11]],
      [[1, 1, 0], [(c11 - c12) / 2, c44, (c11 + c12 + 2 * c44) / 2]],
      [[2, 2, 2], [(c11 - c12 + c44) / 3, (c11 - c12 + c44) / 3, (c11 + 2 * c12 + 4 * c44) / 3]],
    ];
    for (const [direction, moduli] of expected) {
      const { velocities, polarisations } = christoffel(copper, density, direction);
      moduli.map(speed).sort((a, b) => a - b).forEach((value, branch) => expect(velocities[branch]! / value).toBeCloseTo(1, 12));
      // The fastest wave along a symmetry axis is purely longitudinal.
      const length = norm3(direction);
      expect(Math.abs(dot3(polarisations.subarray(6, 9), direction)) / length).toBeCloseTo(1, 12);
    }
  });

  it('is stiffened by the field of a longitudinal polarisation wave: c11 + e11²/(ε0 ε11) along a two-fold axis of quartz', () => {
    const e11 = 0.171, e14 = -0.0406;
    const piezoelectric = [e11, -e11, 0, e14, 0, 0, 0, 0, 0, 0, -e14, -e11, 0, 0, 0, 0, 0, 0];
    const dielectric = [4.43, 0, 0, 0, 4.43, 0, 0, 0, 4.63];
    const stiffened = christoffel(quartz, density, [1, 0, 0], { piezoelectric, dielectric }).velocities;
    const expected = Math.sqrt((86.8e9 + (e11 * e11) / (vacuumPermittivity * 4.43)) / density);
    expect(stiffened[2]! / expected).toBeCloseTo(1, 12);
    // Along z no strain makes a field along z.
    const z = christoffel(quartz, density, [0, 0, 1]).velocities;
    christoffel(quartz, density, [0, 0, 1], { piezoelectric, dielectric }).velocities.forEach((value, i) => expect(value).toBeCloseTo(z[i]!, 9));
  });

  it('shows an unstable branch as a negative velocity, and gives no Debye velocity then', () => {
    const soft = cubicTensor(100, 120, 60);
    expect(christoffel(soft, density, [1, 1, 0]).velocities[0]).toBeLessThan(0);
    expect(debyeVelocity(soft, density)).toBeNull();
  });

  it('averages over all directions: isotropic by Anderson’s formula, anisotropic independent of the frame', () => {
    const isotropic = isotropicTensor(70, 40);
    expect(debyeVelocity(isotropic, density)! / isotropicSound(70, 40, density).mean).toBeCloseTo(1, 12);
    // Elsewhere the quadrature sees other directions: its error is below 1e-8 for quartz.
    const turned = debyeVelocity(rotatedStiffness(quartz, randomRotation(random(4))), density)!;
    expect(turned / debyeVelocity(quartz, density)!).toBeCloseTo(1, 7);
  });

  it('turns a velocity into Debye’s temperature', () => {
    // Aluminium: 0.0602 atoms/Å³ and 3.4 km/s give about 400 K (Kittel: 428 K from heat capacities).
    expect(debyeTemperature(3400, 0.0602)).toBeCloseTo((1.054571817e-34 / 1.380649e-23) * 3400 * Math.cbrt(6 * Math.PI ** 2 * 6.02e28), 5);
  });
});

describe('Born stability', () => {
  const symmetryOf = (crystalSystem: Parameters<typeof stability>[1]['crystalSystem']) => ({ crystalSystem, standardAxes: Float64Array.from(identity) });

  it('agrees with the eigenvalues in every crystal system, on stable and unstable tensors', () => {
    const source = random(21);
    const range = (low: number, high: number): number => low + (high - low) * source.uniform();
    const makers = {
      cubic: () => cubicTensor(range(20, 200), range(-60, 150), range(-20, 90)),
      hexagonal: () => {
        const [c11, c12, c13] = [range(30, 200), range(-60, 120), range(-80, 120)];
        const c44 = range(-10, 80);
        return tensorOf([[1, 1, c11], [2, 2, c11], [3, 3, range(10, 200)], [1, 2, c12], [1, 3, c13], [2, 3, c13], [4, 4, c44], [5, 5, c44], [6, 6, (c11 - c12) / 2]]);
      },
      trigonal: () => {
        const [c11, c12, c13, c14, c15] = [range(30, 200), range(-60, 120), range(-80, 120), range(-50, 50), range(-50, 50)];
        const c44 = range(-10, 80);
        return tensorOf([
          [1, 1, c11], [2, 2, c11], [3, 3, range(10, 200)], [1, 2, c12], [1, 3, c13], [2, 3, c13], [1, 4, c14], [2, 4, -c14], [5, 6, c14],
          [1, 5, c15], [2, 5, -c15], [4, 6, -c15], [4, 4, c44], [5, 5, c44], [6, 6, (c11 - c12) / 2],
        ]);
      },
      tetragonal: () => {
        const [c11, c13, c16, c44] = [range(30, 200), range(-80, 120), range(-50, 50), range(-10, 80)];
        return tensorOf([
          [1, 1, c11], [2, 2, c11], [3, 3, range(10, 200)], [1, 2, range(-60, 120)], [1, 3, c13], [2, 3, c13], [1, 6, c16], [2, 6, -c16],
          [4, 4, c44], [5, 5, c44], [6, 6, range(-10, 80)],
        ]);
      },
      orthorhombic: () => tensorOf([
        [1, 1, range(-10, 200)], [2, 2, range(10, 200)], [3, 3, range(10, 200)], [1, 2, range(-60, 120)], [1, 3, range(-60, 120)], [2, 3, range(-60, 120)],
        [4, 4, range(-10, 80)], [5, 5, range(5, 80)], [6, 6, range(5, 80)],
      ]),
      triclinic: () => {
        const c = triclinicTensor(source.integer(1000));
        return c.map((value, i) => value - (i % 7 === 0 ? range(0, 80) : 0));
      },
    };
    for (const [system, make] of Object.entries(makers) as [keyof typeof makers, () => Float64Array][]) {
      const seen = { true: 0, false: 0 };
      for (let trial = 0; trial < 200; trial++) {
        const c = make();
        const { stable, sentences, eigenvalues } = stability(c, symmetryOf(system));
        expect(stable).toBe(symmetricEigen(mandelStiffness(c), 6).values.every((value) => value > 0));
        expect(eigenvalues[0]! > 0).toBe(stable);
        // The criteria of the system are necessary and sufficient together.
        expect(sentences.slice(1).every(({ code }) => code === 'elasticity.criterionMet')).toBe(stable);
        seen[`${stable}`]++;
      }
      expect(Math.min(seen.true, seen.false)).toBeGreaterThan(5);
    }
  });

  it('speaks in sentences', () => {
    const { sentences } = stability(copper, symmetryOf('cubic'));
    expect(sentences.map(({ sentence }) => sentence)).toEqual([
      'The crystal is elastically stable: every strain costs energy (smallest eigenvalue of the stiffness 47 GPa).',
      'C11 − C12 = 47 GPa is positive, as a stable cubic crystal needs.',
      'C11 + 2 C12 = 411.2 GPa is positive, as a stable cubic crystal needs.',
      'C44 = 75.4 GPa is positive, as a stable cubic crystal needs.',
    ]);
  });
});
