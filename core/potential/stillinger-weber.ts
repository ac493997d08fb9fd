/**
 * Stillinger & Weber, Phys. Rev. B 31 (1985) 5262, for any number of elements.
 *
 *   φ2(r) = ε A [B (σ/r)^p − (σ/r)^q] exp(σ/(r − aσ))                                            r < aσ   (eq. 2.3)
 *   φ3    = ε λ (cos θ − cos θ0)² exp(γσ/(r_ij − aσ)) exp(γσ/(r_ik − aσ))      centred on i            (eq. 2.5)
 *
 * Both vanish with all derivatives at aσ. Per-atom energies: half of each φ2 to either atom, φ3 to its central atom.
 */
import { z } from 'zod';
import type { PotentialCard } from '../contracts/card.ts';
import { createNeighbours } from '../crystal/neighbours.ts';
import type { Potential } from './potential.ts';
import { element, nonNegative, pairOf, positive } from './schema.ts';
import { skin } from './skin.ts';
import { elementsIn, typesOf } from './species.ts';
import { clearTally, createTally, evaluationOf } from './tally.ts';

export const stillingerWeberTerm = z.strictObject({
  type: z.literal('stillinger-weber'),
  /** Symmetric in the two elements. ε eV, σ Å; a, gamma, A, B, p, q without unit. */
  pairs: z.array(
    z.strictObject({
      elements: pairOf, epsilon: nonNegative, sigma: positive, a: positive, gamma: nonNegative,
      A: z.number(), B: z.number(), p: nonNegative, q: nonNegative,
    }),
  ).min(1),
  /** `elements`: central atom, then its two neighbours (in either order). ε eV, λ and cos θ0 without unit. */
  triplets: z.array(
    z.strictObject({
      elements: z.tuple([element, element, element]), epsilon: nonNegative, lambda: nonNegative, cosTheta0: z.number().min(-1).max(1),
    }),
  ),
});
export type StillingerWeberTerm = z.infer<typeof stillingerWeberTerm>;

/** Columns of the table of constants of an element pair. */
const sigma = 0, cutoff = 1, gammaSigma = 2, repulsion = 3, attraction = 4, p = 5, q = 6, columns = 7;

/** x^n; the published exponents 4 and 0 without a call of the general power. */
function power(x: number, n: number): number {
  if (n === 4) {
    const square = x * x;
    return square * square;
  }
  return n === 0 ? 1 : Math.pow(x, n);
}

export function stillingerWeber(term: StillingerWeberTerm, card: PotentialCard): Potential {
  const elements = elementsIn(term.pairs.map((pair) => pair.elements));
  const count = elements.length;
  const index = (name: string): number => elements.indexOf(name);

  const pairTable = new Float64Array(count * count * columns);
  for (const pair of term.pairs) {
    const radius = pair.a * pair.sigma;
    const row = [pair.sigma, radius, pair.gamma * pair.sigma, pair.epsilon * pair.A * pair.B, pair.epsilon * pair.A, pair.p, pair.q];
    const [first, second] = [index(pair.elements[0]), index(pair.elements[1])];
    pairTable.set(row, columns * (first * count + second));
    pairTable.set(row, columns * (second * count + first));
  }
  // ε λ and cos θ0 for every ordered triplet; ε λ = 0 where none is given.
  const strength = new Float64Array(count ** 3);
  const cosTheta0 = new Float64Array(count ** 3);
  for (const triplet of term.triplets) {
    const [centre, first, second] = triplet.elements.map(index) as [number, number, number];
    for (const at of [(centre * count + first) * count + second, (centre * count + second) * count + first]) {
      strength[at] = triplet.epsilon * triplet.lambda;
      cosTheta0[at] = triplet.cosTheta0;
    }
  }
  const longest = Math.max(...term.pairs.map((pair) => pair.a * pair.sigma));

  return {
    card,
    // A triplet couples its two outer atoms.
    interactionRange: 2 * longest,
    plainCutoffs: () => [],
    bind(structure) {
      const atoms = structure.species.length;
      const types = typesOf(structure, elements, card.name);
      const neighbours = createNeighbours({ periodic: structure.periodic, cutoff: longest, skin });
      const tally = createTally(atoms);
      const { energies, forces, virial } = tally;
      // The neighbours of one atom inside their cutoffs: d, r, type, index, exp(γσ/(r−aσ)) and its derivative.
      let room = 64;
      let dx = new Float64Array(room), dy = new Float64Array(room), dz = new Float64Array(room), distance = new Float64Array(room);
      let decay = new Float64Array(room), decaySlope = new Float64Array(room);
      let near = new Int32Array(room), nearType = new Int32Array(room);

      return {
        evaluate(positions, cell, want) {
          const { first, atoms: others, vectors, distances } = neighbours.update(positions, cell);
          clearTally(tally);
          let xx = 0, yy = 0, zz = 0, yz = 0, xz = 0, xy = 0;
          for (let i = 0; i < atoms; i++) {
            const start = first[i]!, end = first[i + 1]!;
            if (end - start > room) {
              room = 2 * (end - start);
              dx = new Float64Array(room); dy = new Float64Array(room); dz = new Float64Array(room); distance = new Float64Array(room);
              decay = new Float64Array(room); decaySlope = new Float64Array(room);
              near = new Int32Array(room); nearType = new Int32Array(room);
            }
            const row = types[i]! * count;
            let energy = 0, fx = 0, fy = 0, fz = 0, found = 0;
            for (let k = start; k < end; k++) {
              const j = others[k]!, r = distances[k]!;
              const type = types[j]!;
              const t = columns * (row + type);
              if (r >= pairTable[t + cutoff]!) continue;
              const ddx = vectors[3 * k]!, ddy = vectors[3 * k + 1]!, ddz = vectors[3 * k + 2]!;
              const inverse = 1 / r;
              const beyond = 1 / (r - pairTable[t + cutoff]!);
              const reduced = pairTable[t + sigma]! * inverse;
              const envelope = Math.exp(pairTable[t + sigma]! * beyond);
              const repulsive = pairTable[t + repulsion]! * power(reduced, pairTable[t + p]!);
              const attractive = pairTable[t + attraction]! * power(reduced, pairTable[t + q]!);
              const phi = (repulsive - attractive) * envelope;
              const slope =
                (pairTable[t + q]! * attractive - pairTable[t + p]! * repulsive) * inverse * envelope - phi * pairTable[t + sigma]! * beyond * beyond;
              energy += 0.5 * phi;
              // Each pair is met from both ends: the force on i comes whole, the virial in halves.
              const g = slope * inverse;
              fx += g * ddx; fy += g * ddy; fz += g * ddz;
              const half = 0.5 * g;
              xx += half * ddx * ddx; yy += half * ddy * ddy; zz += half * ddz * ddz;
              yz += half * ddy * ddz; xz += half * ddx * ddz; xy += half * ddx * ddy;
              const exponent = pairTable[t + gammaSigma]! * beyond;
              const factor = Math.exp(exponent);
              near[found] = j; nearType[found] = type;
              dx[found] = ddx; dy[found] = ddy; dz[found] = ddz; distance[found] = r;
              decay[found] = factor; decaySlope[found] = -factor * exponent * beyond;
              found++;
            }
            for (let m = 1; m < found; m++) {
              const mx = dx[m]!, my = dy[m]!, mz = dz[m]!, inverseM = 1 / distance[m]!;
              const tripletRow = (row + nearType[m]!) * count;
              let gmx = 0, gmy = 0, gmz = 0;
              for (let n = 0; n < m; n++) {
                const triplet = tripletRow + nearType[n]!;
                const nx = dx[n]!, ny = dy[n]!, nz = dz[n]!, inverseN = 1 / distance[n]!;
                const inverseBoth = inverseM * inverseN;
                const cosine = (mx * nx + my * ny + mz * nz) * inverseBoth;
                const delta = cosine - cosTheta0[triplet]!;
                const angular = strength[triplet]! * delta;
                const both = decay[m]! * decay[n]!;
                energy += angular * delta * both;
                // ∂cos/∂d_m = d_n/(r_m r_n) − cos d_m/r_m²
                const cross = 2 * angular * both * inverseBoth;
                const turn = 2 * angular * both * cosine;
                const alongM = angular * delta * decaySlope[m]! * decay[n]! * inverseM - turn * inverseM * inverseM;
                const alongN = angular * delta * decay[m]! * decaySlope[n]! * inverseN - turn * inverseN * inverseN;
                gmx += cross * nx + alongM * mx; gmy += cross * ny + alongM * my; gmz += cross * nz + alongM * mz;
                const gnx = cross * mx + alongN * nx, gny = cross * my + alongN * ny, gnz = cross * mz + alongN * nz;
                fx += gnx; fy += gny; fz += gnz;
                const atN = 3 * near[n]!;
                forces[atN] = forces[atN]! - gnx; forces[atN + 1] = forces[atN + 1]! - gny; forces[atN + 2] = forces[atN + 2]! - gnz;
                xx += gnx * nx; yy += gny * ny; zz += gnz * nz; yz += gny * nz; xz += gnx * nz; xy += gnx * ny;
              }
              fx += gmx; fy += gmy; fz += gmz;
              const atM = 3 * near[m]!;
              forces[atM] = forces[atM]! - gmx; forces[atM + 1] = forces[atM + 1]! - gmy; forces[atM + 2] = forces[atM + 2]! - gmz;
              xx += gmx * mx; yy += gmy * my; zz += gmz * mz; yz += gmy * mz; xz += gmx * mz; xy += gmx * my;
            }
            energies[i] = energy;
            forces[3 * i] = forces[3 * i]! + fx; forces[3 * i + 1] = forces[3 * i + 1]! + fy; forces[3 * i + 2] = forces[3 * i + 2]! + fz;
          }
          virial[0] = xx; virial[1] = yy; virial[2] = zz; virial[3] = yz; virial[4] = xz; virial[5] = xy;
          return evaluationOf(tally, structure, cell, want);
        },
      };
    },
  };
}
