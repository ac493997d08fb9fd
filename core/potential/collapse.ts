import type { RadialFunction } from './forms.ts';

/** Å: no two nuclei come closer than this in any structure that these potentials could be meant for. */
const smallestRadius = 0.05;
/** Ratio of neighbouring points of the search: the barrier of a Buckingham form is tens of per cent wide. */
const step = 1.002;

/**
 * Å: radius of the innermost maximum of φ(r) + product/r, inside which the energy falls without bound although the true
 * repulsion rises; 0 where there is none. `product`: k q_a q_b of fixed charges, eV·Å: opposite charges push the maximum
 * outwards (BKS silica: Si–O 1.19 Å).
 */
export function collapseRadius(radial: RadialFunction, product: number, cutoff: number): number {
  const out = new Float64Array(2);
  const slope = (r: number): number => {
    radial(r, out);
    return out[1]! - product / (r * r);
  };
  if (slope(smallestRadius) <= 0) return 0;
  for (let r = smallestRadius; r * step < cutoff; r *= step) {
    if (slope(r * step) > 0) continue;
    let low = r, high = r * step;
    for (let halving = 0; halving < 50; halving++) {
      const middle = 0.5 * (low + high);
      if (slope(middle) > 0) low = middle;
      else high = middle;
    }
    return low;
  }
  return 0;
}
