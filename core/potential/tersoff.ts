/**
 * Tersoff's potential for any number of elements: J. Tersoff, Phys. Rev. B 39 (1989) 5566 (erratum 41 (1990) 3248),
 * with one set of constants for every ordered triplet (i, j, k), so that published mixtures are taken as printed.
 *
 *   E    = ½ Σ_i Σ_j f_C(r_ij) [A exp(−λ1 r_ij) − b_ij B exp(−λ2 r_ij)]                                    (eq. 1)
 *   b_ij = (1 + βⁿ ζ_ijⁿ)^(−1/2n),   ζ_ij = Σ_k f_C(r_ik) g(θ_ijk) exp[λ3^m (r_ij − r_ik)^m]               (eq. 3)
 *   g(θ) = γ [1 + c²/d² − c²/(d² + (cos θ − cos θ0)²)]
 *   f_C  = 1, ½ − ½ sin(π (r − R)/2D), 0   for r below R − D, between, above R + D
 *
 * The two-body constants (A, B, λ1, λ2, β, n) and f_C(r_ij) are those of (i, j, j); f_C(r_ik), λ3, m, γ, c, d and
 * cos θ0 those of (i, j, k). f_C has a continuous slope; its curvature jumps at R ± D.
 * Per-atom energies: the whole term of the ordered pair (i, j) belongs to i.
 */
import { z } from 'zod';
import type { PotentialCard } from '../contracts/card.ts';
import { createNeighbours } from '../crystal/neighbours.ts';
import type { Potential } from './potential.ts';
import { element, nonNegative, positive } from './schema.ts';
import { skin } from './skin.ts';
import { elementsIn, typesOf } from './species.ts';
import { clearTally, createTally, evaluationOf } from './tally.ts';

export const tersoffTerm = z.strictObject({
  type: z.literal('tersoff'),
  entries: z.array(
    z.strictObject({
      /** i (centre), j (bonded), k (third). */
      elements: z.tuple([element, element, element]),
      /** Å: f_C falls from 1 at R − D to 0 at R + D. */
      R: positive, D: positive,
      /** λ3 in 1/Å, m = 1 or 3; the others without unit. */
      lambda3: z.number(), m: z.union([z.literal(1), z.literal(3)]), gamma: nonNegative, c: z.number(), d: positive, cosTheta0: z.number(),
      /** Where j = k. A, B in eV; λ1, λ2 in 1/Å; β, n without unit. */
      twoBody: z.strictObject({ A: nonNegative, B: nonNegative, lambda1: positive, lambda2: positive, beta: nonNegative, n: positive }).optional(),
    }),
  ).min(1),
});
export type TersoffTerm = z.infer<typeof tersoffTerm>;

/** Columns of the constants of a triplet, then those of an ordered pair. */
const inner = 0, outer = 1, lambda3 = 2, exponent = 3, gamma = 4, c2 = 5, d2 = 6, cosTheta0 = 7, tripletColumns = 8;
const A = 0, B = 1, lambda1 = 2, lambda2 = 3, beta = 4, n = 5, pairColumns = 6;

/** f_C and its slope at r < outer. */
function fade(r: number, start: number, end: number, out: Float64Array): void {
  if (r <= start) {
    out[0] = 1;
    out[1] = 0;
    return;
  }
  const rate = Math.PI / (end - start);
  const phase = rate * (r - 0.5 * (start + end));
  out[0] = 0.5 - 0.5 * Math.sin(phase);
  out[1] = -0.5 * rate * Math.cos(phase);
}

export function tersoff(term: TersoffTerm, card: PotentialCard): Potential {
  const elements = elementsIn(term.entries.map((entry) => entry.elements));
  const count = elements.length;
  const triplets = new Float64Array(count ** 3 * tripletColumns);
  const pairTable = new Float64Array(count ** 2 * pairColumns);
  // An atom is a neighbour of i in some role up to the longest cutoff of any triplet that it can take part in.
  const reach = new Float64Array(count ** 2);
  for (const entry of term.entries) {
    const [i, j, k] = entry.elements.map((name) => elements.indexOf(name)) as [number, number, number];
    const end = entry.R + entry.D;
    triplets.set(
      [entry.R - entry.D, end, entry.lambda3, entry.m, entry.gamma, entry.c * entry.c, entry.d * entry.d, entry.cosTheta0],
      tripletColumns * ((i * count + j) * count + k),
    );
    if (entry.twoBody && j === k) {
      const two = entry.twoBody;
      pairTable.set([two.A, two.B, two.lambda1, two.lambda2, two.beta, two.n], pairColumns * (i * count + j));
    }
    reach[i * count + k] = Math.max(reach[i * count + k]!, end);
  }
  const longest = Math.max(...term.entries.map((entry) => entry.R + entry.D));

  return {
    card,
    // The bond order of (i, j) couples j with every third atom k: |r_j − r_k| < r_ij + r_ik.
    interactionRange: 2 * longest,
    plainCutoffs: () => [],
    bind(structure) {
      const atoms = structure.species.length;
      const types = typesOf(structure, elements, card.name);
      const neighbours = createNeighbours({ periodic: structure.periodic, cutoff: longest, skin });
      const tally = createTally(atoms);
      const { energies, forces, virial } = tally;
      const faded = new Float64Array(2);
      let room = 0;
      let dx!: Float64Array, dy!: Float64Array, dz!: Float64Array, distance!: Float64Array;
      let gx!: Float64Array, gy!: Float64Array, gz!: Float64Array;
      let near!: Int32Array, nearType!: Int32Array;
      // Per third atom of the bond at hand: whether it acts, cos θ, and the pieces of the derivative of its share of ζ.
      let acts!: Uint8Array, cosine!: Float64Array, alongBond!: Float64Array, alongThird!: Float64Array, turning!: Float64Array;
      const grow = (size: number): void => {
        room = size;
        [dx, dy, dz, distance, gx, gy, gz] = Array.from({ length: 7 }, () => new Float64Array(room)) as [
          Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array,
        ];
        [cosine, alongBond, alongThird, turning] = Array.from({ length: 4 }, () => new Float64Array(room)) as [
          Float64Array, Float64Array, Float64Array, Float64Array,
        ];
        acts = new Uint8Array(room);
        near = new Int32Array(room);
        nearType = new Int32Array(room);
      };
      grow(64);

      return {
        evaluate(positions, cell, want) {
          const { first, atoms: others, vectors, distances } = neighbours.update(positions, cell);
          clearTally(tally);
          let xx = 0, yy = 0, zz = 0, yz = 0, xz = 0, xy = 0;
          for (let i = 0; i < atoms; i++) {
            const start = first[i]!, end = first[i + 1]!;
            if (end - start > room) grow(2 * (end - start));
            const row = types[i]! * count;
            let found = 0;
            for (let index = start; index < end; index++) {
              const j = others[index]!, r = distances[index]!;
              if (r >= reach[row + types[j]!]!) continue;
              dx[found] = vectors[3 * index]!; dy[found] = vectors[3 * index + 1]!; dz[found] = vectors[3 * index + 2]!; distance[found] = r;
              gx[found] = 0; gy[found] = 0; gz[found] = 0;
              near[found] = j; nearType[found] = types[j]!;
              found++;
            }
            let energy = 0;
            for (let j = 0; j < found; j++) {
              const bond = row + nearType[j]!;
              const tripletRow = bond * count;
              const own = tripletColumns * (tripletRow + nearType[j]!);
              const rij = distance[j]!;
              if (rij >= triplets[own + outer]!) continue;
              const inverseJ = 1 / rij;
              const jx = dx[j]!, jy = dy[j]!, jz = dz[j]!;

              let zeta = 0;
              for (let k = 0; k < found; k++) {
                if (k === j) continue;
                const t = tripletColumns * (tripletRow + nearType[k]!);
                const rik = distance[k]!;
                acts[k] = 0;
                if (rik >= triplets[t + outer]!) continue;
                const inverseK = 1 / rik;
                fade(rik, triplets[t + inner]!, triplets[t + outer]!, faded);
                const cut = faded[0]!, cutSlope = faded[1]!;
                const cos = (jx * dx[k]! + jy * dy[k]! + jz * dz[k]!) * inverseJ * inverseK;
                const delta = cos - triplets[t + cosTheta0]!;
                const denominator = 1 / (triplets[t + d2]! + delta * delta);
                const angular = triplets[t + gamma]! * (1 + triplets[t + c2]! / triplets[t + d2]! - triplets[t + c2]! * denominator);
                const angularSlope = 2 * triplets[t + gamma]! * triplets[t + c2]! * delta * denominator * denominator;
                let stretch = 1, stretchSlope = 0;
                if (triplets[t + lambda3]! !== 0) {
                  const u = triplets[t + lambda3]! * (rij - rik);
                  const cubic = triplets[t + exponent]! === 3;
                  stretch = Math.exp(cubic ? u * u * u : u);
                  stretchSlope = stretch * triplets[t + lambda3]! * (cubic ? 3 * u * u : 1);
                }
                zeta += cut * angular * stretch;
                cosine[k] = cos;
                acts[k] = 1;
                turning[k] = cut * angularSlope * stretch;
                alongBond[k] = cut * angular * stretchSlope;
                alongThird[k] = cutSlope * angular * stretch - cut * angular * stretchSlope;
              }

              const p = pairColumns * bond;
              fade(rij, triplets[own + inner]!, triplets[own + outer]!, faded);
              const cut = faded[0]!, cutSlope = faded[1]!;
              const repulsive = pairTable[p + A]! * Math.exp(-pairTable[p + lambda1]! * rij);
              const attractive = -pairTable[p + B]! * Math.exp(-pairTable[p + lambda2]! * rij);
              // b and ∂b/∂ζ. A vanishing ζ comes with a vanishing ∂ζ: no third atom inside its cutoff.
              let order = 1, orderSlope = 0;
              if (zeta > 0) {
                const nPower = pairTable[p + n]!;
                const raised = Math.pow(pairTable[p + beta]! * zeta, nPower);
                order = Math.pow(1 + raised, -0.5 / nPower);
                orderSlope = (-0.5 * order * raised) / ((1 + raised) * zeta);
              }
              const bonding = repulsive + order * attractive;
              energy += 0.5 * cut * bonding;
              const radial =
                0.5 * (cutSlope * bonding - cut * (pairTable[p + lambda1]! * repulsive + pairTable[p + lambda2]! * order * attractive));
              const angularWeight = 0.5 * cut * attractive * orderSlope;
              let scale = radial * inverseJ;
              let ax = 0, ay = 0, az = 0;
              if (angularWeight !== 0) {
                for (let k = 0; k < found; k++) {
                  if (k === j || acts[k] === 0) continue;
                  const inverseK = 1 / distance[k]!;
                  const turn = angularWeight * turning[k]!;
                  // ∂cos/∂d_ij = d_ik/(r_ij r_ik) − cos d_ij/r_ij², and the same with j and k exchanged
                  const cross = turn * inverseJ * inverseK;
                  scale += angularWeight * alongBond[k]! * inverseJ - turn * cosine[k]! * inverseJ * inverseJ;
                  const third = angularWeight * alongThird[k]! * inverseK - turn * cosine[k]! * inverseK * inverseK;
                  ax += cross * dx[k]!; ay += cross * dy[k]!; az += cross * dz[k]!;
                  gx[k] = gx[k]! + cross * jx + third * dx[k]!;
                  gy[k] = gy[k]! + cross * jy + third * dy[k]!;
                  gz[k] = gz[k]! + cross * jz + third * dz[k]!;
                }
              }
              gx[j] = gx[j]! + scale * jx + ax;
              gy[j] = gy[j]! + scale * jy + ay;
              gz[j] = gz[j]! + scale * jz + az;
            }
            energies[i] = energy;
            let fx = 0, fy = 0, fz = 0;
            for (let j = 0; j < found; j++) {
              const at = 3 * near[j]!;
              const ggx = gx[j]!, ggy = gy[j]!, ggz = gz[j]!;
              fx += ggx; fy += ggy; fz += ggz;
              forces[at] = forces[at]! - ggx; forces[at + 1] = forces[at + 1]! - ggy; forces[at + 2] = forces[at + 2]! - ggz;
              xx += ggx * dx[j]!; yy += ggy * dy[j]!; zz += ggz * dz[j]!;
              yz += ggy * dz[j]!; xz += ggx * dz[j]!; xy += ggx * dy[j]!;
            }
            forces[3 * i] = forces[3 * i]! + fx; forces[3 * i + 1] = forces[3 * i + 1]! + fy; forces[3 * i + 2] = forces[3 * i + 2]! + fz;
          }
          virial[0] = xx; virial[1] = yy; virial[2] = zz; virial[3] = yz; virial[4] = xz; virial[5] = xy;
          return evaluationOf(tally, structure, cell, want);
        },
      };
    },
  };
}
