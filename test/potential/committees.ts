import { random } from '../../core/math/random.ts';
import type { Potential } from '../../core/potential/potential.ts';
import { bundledDescription, potentialWith } from './models.ts';

/** Stillinger-Weber silicon with seeded relative deviations of its strengths: a committee without training. */
export function perturbedSilicon(count: number, seed: number, size = 0.005): Potential[] {
  const source = random(seed);
  const [term] = bundledDescription('si-stillinger-weber').terms;
  if (term?.type !== 'stillinger-weber') throw new Error('the bundled silicon potential is not of Stillinger and Weber');
  return Array.from({ length: count }, () => {
    const [pair, triplet] = [1 + size * source.normal(), 1 + size * source.normal()];
    return potentialWith({
      ...term,
      pairs: term.pairs.map((each) => ({ ...each, epsilon: each.epsilon * pair })),
      triplets: term.triplets.map((each) => ({ ...each, lambda: each.lambda * triplet })),
    });
  });
}
