import { quantityOf, type Check, type Nested, type Quantity } from '../contracts/quantity.ts';
import type { ElasticityResult, PhononsResult } from '../contracts/results.ts';
import { upperLimit } from '../convergence/verdict.ts';
import { christoffel, type Piezoelectricity } from './christoffel.ts';

/**
 * Relative. Slopes are taken at a small but finite wave vector: dispersion costs about (q a)²/24 there, and in chiral
 * crystals acoustical activity splits transverse waves along the axis (0.3 % in quartz).
 */
const velocitiesAgree = 0.01;

function numbersOf(quantity: Quantity): number[] {
  const flat = (value: Nested): number[] => (Array.isArray(value) ? value.flatMap(flat) : [value ?? Number.NaN]);
  return flat(quantity.value);
}

/** What stiffens sound, from an elasticity result; undefined where there are no charges. */
export function piezoelectricityOf(elasticity: Pick<ElasticityResult, 'piezoelectric' | 'dielectric'>): Piezoelectricity | undefined {
  if (!elasticity.piezoelectric || !elasticity.dielectric) return undefined;
  const piezoelectric = numbersOf(elasticity.piezoelectric.relaxed);
  const dielectric = numbersOf(elasticity.dielectric.static);
  return piezoelectric.length === 18 && dielectric.length === 9 ? { piezoelectric, dielectric } : undefined;
}

/**
 * Sound velocities from the elastic tensor (piezoelectrically stiffened where there are charges) against the slopes of
 * the acoustic branches: two calculations that share nothing but the potential. `density`: kg/m³.
 */
export function compareSoundVelocities(elasticity: ElasticityResult, phonons: Pick<PhononsResult, 'acousticVelocities'>, density: number): Check {
  const stiffness = numbersOf(elasticity.stiffness);
  const piezoelectricity = piezoelectricityOf(elasticity);
  let worst = 0;
  let at = { direction: '', elastic: 0, phonon: 0 };
  for (const { direction, velocities } of phonons.acousticVelocities) {
    const elastic = christoffel(stiffness, density, direction, piezoelectricity).velocities;
    numbersOf(velocities).toSorted((a, b) => a - b).forEach((phonon, branch) => {
      const difference = Math.abs(phonon - elastic[branch]!) / Math.abs(elastic[branch]!);
      if (!(difference <= worst)) {
        worst = difference;
        at = { direction: direction.map((value) => Number(value.toFixed(3))).join(' '), elastic: elastic[branch]!, phonon };
      }
    });
  }
  return upperLimit('sound velocities from elasticity and phonons', worst, velocitiesAgree, '', { passed: 'elasticity.sound.passed', failed: 'elasticity.sound.failed' }, {
    direction: at.direction,
    elastic: quantityOf(at.elastic, 'm/s'),
    phonon: quantityOf(at.phonon, 'm/s'),
  });
}
