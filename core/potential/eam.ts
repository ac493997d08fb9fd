/**
 * Embedded-atom method: E = Σ_i F(ρ_i) + ½ Σ_{ij} φ(r_ij), ρ_i = Σ_j ρ_j(r_ij). M. S. Daw & M. I. Baskes, Phys. Rev. B 29
 * (1984) 6443. Functions from tables (`core/files/eam.ts`); outside its densities F goes on with constant slope.
 * Per-atom energies: F to its atom, half of φ to either.
 */
import type { PotentialCard } from '../contracts/card.ts';
import { createNeighbours } from '../crystal/neighbours.ts';
import type { EamTables, UniformTable } from '../files/eam.ts';
import type { Potential } from './potential.ts';
import { skin } from './skin.ts';
import { typesOf } from './species.ts';
import { clearTally, createTally, evaluationOf } from './tally.ts';
import { evaluateSpline, uniformSpline, type UniformSpline } from './uniform-spline.ts';

const splineOf = ({ values, step }: UniformTable): UniformSpline => uniformSpline(values, step);

export function eam(tables: EamTables, card: PotentialCard): Potential {
  const { elements, cutoff } = tables;
  const count = elements.length;
  const embeddings = tables.embedding.map(splineOf);
  const densities = tables.density.map(splineOf);
  const unordered = tables.pairs.map(splineOf);
  const pairs = Array.from({ length: count * count }, (_, at) => {
    const a = Math.max(Math.floor(at / count), at % count), b = Math.min(Math.floor(at / count), at % count);
    return unordered[(a * (a + 1)) / 2 + b]!;
  });
  const lastDensity = tables.embedding.map(({ values, step }) => (values.length - 1) * step);

  return {
    card,
    // F(ρ_i) couples any two neighbours of i.
    interactionRange: 2 * cutoff,
    plainCutoffs: () => [],
    bind(structure) {
      const atoms = structure.species.length;
      const types = typesOf(structure, elements, card.name);
      const neighbours = createNeighbours({ periodic: structure.periodic, cutoff, skin, half: true });
      const tally = createTally(atoms);
      const { energies, forces, virial } = tally;
      const density = new Float64Array(atoms), embeddingSlope = new Float64Array(atoms);
      const here = new Float64Array(2), there = new Float64Array(2), pair = new Float64Array(2);
      return {
        evaluate(positions, cell, want) {
          const { first, atoms: others, vectors, distances } = neighbours.update(positions, cell);
          clearTally(tally);
          density.fill(0);
          for (let i = 0; i < atoms; i++) {
            const own = densities[types[i]!]!;
            const end = first[i + 1]!;
            let sum = 0;
            for (let k = first[i]!; k < end; k++) {
              const r = distances[k]!;
              if (r >= cutoff) continue;
              const j = others[k]!;
              const other = densities[types[j]!]!;
              evaluateSpline(other, r, there);
              sum += there[0]!;
              if (other !== own) evaluateSpline(own, r, here);
              density[j] = density[j]! + (other === own ? there[0]! : here[0]!);
            }
            density[i] = density[i]! + sum;
          }
          for (let i = 0; i < atoms; i++) {
            const type = types[i]!;
            const tabulated = Math.min(Math.max(density[i]!, 0), lastDensity[type]!);
            evaluateSpline(embeddings[type]!, tabulated, here);
            energies[i] = here[0]! + here[1]! * (density[i]! - tabulated);
            embeddingSlope[i] = here[1]!;
          }
          let xx = 0, yy = 0, zz = 0, yz = 0, xz = 0, xy = 0;
          for (let i = 0; i < atoms; i++) {
            const own = densities[types[i]!]!;
            const row = types[i]! * count;
            const slopeHere = embeddingSlope[i]!;
            let energy = 0, fx = 0, fy = 0, fz = 0;
            const end = first[i + 1]!;
            for (let k = first[i]!; k < end; k++) {
              const r = distances[k]!;
              if (r >= cutoff) continue;
              const j = others[k]!;
              const other = densities[types[j]!]!;
              evaluateSpline(other, r, there);
              if (other !== own) evaluateSpline(own, r, here);
              const ownSlope = other === own ? there[1]! : here[1]!;
              evaluateSpline(pairs[row + types[j]!]!, r, pair);
              const inverse = 1 / r;
              const phi = pair[0]! * inverse;
              const half = 0.5 * phi;
              energy += half;
              energies[j] = energies[j]! + half;
              const g = (slopeHere * there[1]! + embeddingSlope[j]! * ownSlope + (pair[1]! - phi) * inverse) * inverse;
              const dx = vectors[3 * k]!, dy = vectors[3 * k + 1]!, dz = vectors[3 * k + 2]!;
              const gx = g * dx, gy = g * dy, gz = g * dz;
              fx += gx; fy += gy; fz += gz;
              const at = 3 * j;
              forces[at] = forces[at]! - gx; forces[at + 1] = forces[at + 1]! - gy; forces[at + 2] = forces[at + 2]! - gz;
              xx += gx * dx; yy += gy * dy; zz += gz * dz; yz += gy * dz; xz += gx * dz; xy += gx * dy;
            }
            energies[i] = energies[i]! + energy;
            forces[3 * i] = forces[3 * i]! + fx; forces[3 * i + 1] = forces[3 * i + 1]! + fy; forces[3 * i + 2] = forces[3 * i + 2]! + fz;
          }
          virial[0] = xx; virial[1] = yy; virial[2] = zz; virial[3] = yz; virial[4] = xz; virial[5] = xy;
          return evaluationOf(tally, structure, cell, want);
        },
      };
    },
  };
}
