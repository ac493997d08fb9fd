import { cross3, dot3, norm3 } from '../math/matrix3.ts';
import { largestSquare } from './screened-charge.ts';

/**
 * The three parameters of an Ewald sum (width of the screening charges, real and reciprocal cutoff) from one requested
 * accuracy ε.
 *
 * Energy of N ions at mean spacing ℓ = (V/N)^⅓, with the splitting parameter α (Ewald, Ann. Phys. 369 (1921) 253):
 *
 *   E/k = ½ Σ' q_i q_j erfc(αr)/r + (2π/V) Σ_{G≠0} e^{−G²/4α²}/G² |S(G)|² − α/√π Σ q_i² − πQ²/(2α²V)
 *
 * What the cutoffs drop is bounded without counting on any cancellation between terms. The quantities bounded are the
 * largest wanted ones, relative to their natural scale:
 *
 *   energies, r·forces and V·stress relative to k Σq²/ℓ         (`order` 'stress')
 *   real space:  r|d/dr erfc(αr)/r| = erfc(αr)/r + (2α/√π) e^{−α²r²} ≤ e^{−α²r²} (1/(√π α r²) + 2α/√π)
 *   reciprocal:  (2π/V) e^{−G²/4α²} (1/G² + 1/(2α²)) |S|²
 *
 *   force constants relative to k q²/ℓ³                          (`order` 'force-constants')
 *   real space:  |∂∂ erfc(αr)/r| ≤ e^{−α²r²} (2/(√π α r⁴) + 4α/(√π r²) + 4α³/√π)
 *   reciprocal:  (4π/V) e^{−K²/4α²}
 *
 * using erfc(x) ≤ e^{−x²}/(x√π). |q_i q_j| is summed by (Σ|q|)² ≤ N Σq², and |S|² by its mean over directions, Σq².
 *
 * A sum over lattice points beyond c of a function f(|x|) = p(|x|) e^{−a x²} with p decreasing is at most the integral
 * over their Voronoi cells, whose points lie within the covering radius D of theirs, so that
 *
 *   Σ_{|x|>c} f ≤ n [ ∫_c^∞ 4π(t+D)² f(t) dt + (4π/3)((c+D)³ − (c−D)³) f(c) ],     n points per volume,
 *
 * and, since f(t) ≤ f(c) e^{−2ac(t−c)}, with λ = 2ac,
 *
 *   Σ ≤ 4πn f(c) [ (c+D)²/λ + 2(c+D)/λ² + 2/λ³ + ((c+D)³ − (c−D)³)/3 ].
 *
 * D ≤ ½ √Σ l_i² with the Gram-Schmidt lengths l_i of a basis (Babai, Combinatorica 6 (1986) 1; tight for a reduced one);
 * the reciprocal basis in reverse order has the lengths 2π/l_i.
 *
 * This counts whole shells exactly as well as it counts averages, which matters for small cells, where one shell is
 * the whole error. For the ions D is √3/2 ℓ at most: among many each owns a cube of side ℓ.
 *
 * Each of the two sums gets half of ε. What is left out of the bound (ions crowded in an otherwise empty cell) is less
 * than what it gives away by ignoring that charges alternate; tests hold it to this, from 1e-4 to 1e-12.
 *
 * α itself is free: it is put where both sums cost the same, which minimises their sum. With rc = s/α, kc = 2sα,
 * half of all pairs and half of all G, the costs per ion are (4π/3)s³(N/V)c_r/(2α³) and 8s³α³V c_k/(12π²), so
 *
 *   α⁶ = π³ (N/V²) c_r/c_k        (Perram, Petersen & de Leeuw, Mol. Phys. 65 (1988) 875).
 */
export interface EwaldParameters {
  /** α, 1/Å: the screening charge is a Gaussian exp(−α²r²). */
  readonly splitting: number;
  /** Å */
  readonly realCutoff: number;
  /** 1/Å, 2π included */
  readonly reciprocalCutoff: number;
}

export interface EwaldRequest {
  /** 9, Å: rows are lattice vectors, Minkowski-reduced. */
  readonly cell: ArrayLike<number>;
  /** Ions per cell. */
  readonly ions: number;
  /** Relative; 1e-12 is about the least that double precision carries. */
  readonly accuracy: number;
  readonly order: 'stress' | 'force-constants';
  /** c_r/c_k: time for one pair in real space over time for one ion and one G. */
  readonly costRatio: number;
  /** α chosen by hand (tests show that the result does not depend on it). */
  readonly splitting?: number | undefined;
}

const rootPi = Math.sqrt(Math.PI);

/** The smallest c at which scale · 4π n f(c) [...] of the bound above is below `target`; f(c) = prefactor(c) e^{−a c²}. */
function cutoffFor(
  decay: number,
  prefactor: (c: number) => number,
  radius: number,
  density: number,
  target: number,
): number {
  // The bound is (slowly varying) · e^{−a c²}: c = √(ln(slow/target)/a) contracts by about 1/(a c²) per step.
  let c = Math.sqrt(-Math.log(target) / decay);
  for (let iteration = 0; iteration < 20; iteration++) {
    const lambda = 2 * decay * c;
    const outer = c + radius, inner = Math.max(0, c - radius);
    const count = (outer * outer) / lambda + (2 * outer) / (lambda * lambda) + 2 / (lambda * lambda * lambda) +
      (outer * outer * outer - inner * inner * inner) / 3;
    // Never below one decay length: there the exponential no longer decides.
    const next = Math.sqrt(Math.max(1, Math.log((4 * Math.PI * density * prefactor(c) * count) / target)) / decay);
    if (Math.abs(next - c) < 1e-6 * c) return next;
    c = next;
  }
  return c;
}

export function ewaldParameters(request: EwaldRequest): EwaldParameters {
  const { ions, cell } = request;
  const [first, second, third] = [0, 3, 6].map((i) => [cell[i]!, cell[i + 1]!, cell[i + 2]!]) as [number[], number[], number[]];
  const normal = cross3(first, second);
  const area = norm3(normal), volume = Math.abs(dot3(normal, third));
  const lengths = [norm3(first), area / norm3(first), volume / area] as const;
  const coveringRadius = 0.5 * Math.hypot(...lengths);
  const reciprocalCoveringRadius = 0.5 * Math.hypot(...lengths.map((length) => (2 * Math.PI) / length));
  const density = ions / volume;
  const spacing = Math.cbrt(1 / density);
  const alpha = request.splitting ?? rootPi * Math.pow((density / volume) * request.costRatio, 1 / 6);
  const decay = alpha * alpha;
  const target = request.accuracy / 2;
  const stress = request.order === 'stress';

  const real = stress
    ? (r: number) => 0.5 * spacing * (1 / (rootPi * alpha * r * r) + (2 * alpha) / rootPi)
    : (r: number) => spacing ** 3 * (2 / (rootPi * alpha * r ** 4) + (4 * alpha) / (rootPi * r * r) + (4 * alpha ** 3) / rootPi);
  const reciprocal = stress
    ? (g: number) => spacing * ((2 * Math.PI) / volume) * (1 / (g * g) + 1 / (2 * decay))
    : () => spacing ** 3 * ((4 * Math.PI) / volume);

  const realCutoff = cutoffFor(decay, real, Math.min(coveringRadius, (Math.sqrt(3) / 2) * spacing), density, target);
  return {
    splitting: alpha,
    realCutoff: Math.min(realCutoff, Math.sqrt(largestSquare) / alpha),
    reciprocalCutoff: cutoffFor(
      1 / (4 * decay), reciprocal, reciprocalCoveringRadius, volume / (2 * Math.PI) ** 3, target,
    ),
  };
}
