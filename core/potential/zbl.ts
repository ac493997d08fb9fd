/**
 * Screened nuclear repulsion of Ziegler, Biersack & Littmark (The Stopping and Range of Ions in Matter, 1985) as NEP adds it
 * to its network: φ(r) = (k Z_i Z_j/r) Σ a e^{−b r/a_s} f(r) with 1/a_s = (Z_i^0.23 + Z_j^0.23)/0.46848 Å, and f falling as
 * a cosine from 1 at the inner to 0 at the outer radius. Half of φ to either atom.
 */
import type { Structure } from '../contracts/structure.ts';
import { atomicNumber } from '../crystal/elements.ts';
import { createNeighbours } from '../crystal/neighbours.ts';
import { covalentDistance } from '../descriptors/nep-cutoffs.ts';
import type { NepModel } from '../files/nep.ts';
import { skin } from './skin.ts';
import { addPair, type Tally } from './tally.ts';

/** Coulomb constant of the format, eV·Å: fixed by the programs that train such files. */
export const nepCoulombConstant = 14.399645;

/** 1/Å: the format's rounded 1/0.46848. */
const inverseScreening = 2.134563;
const universal = [0.18175, 3.1998, 0.50986, 0.94229, 0.28022, 0.4029, 0.02817, 0.20162] as const;

interface ZblPair {
  readonly inner: number;
  readonly outer: number;
  /** k Z_i Z_j, eV·Å */
  readonly strength: number;
  /** 1/Å */
  readonly screening: number;
  /** Four pairs of amplitude and decay. */
  readonly terms: ArrayLike<number>;
}

export interface Zbl {
  /** Å: nothing acts beyond. */
  readonly range: number;
  /** φ (eV) and dφ/dr (eV/Å) of elements a, b of the model at r. */
  pair(a: number, b: number, r: number, out: Float64Array): void;
}

/** null where the model has no such term. */
export function zblOf({ elements, zbl, cutoff }: Pick<NepModel, 'elements' | 'zbl' | 'cutoff'>): Zbl | null {
  if (zbl === null) return null;
  const count = elements.length;
  const pairOf = (a: number, b: number): ZblPair => {
    const [za, zb] = [atomicNumber(elements[a]!), atomicNumber(elements[b]!)];
    const common = { strength: nepCoulombConstant * za * zb, screening: inverseScreening * (za ** 0.23 + zb ** 0.23) };
    if (zbl.form === 'flexible') {
      const low = Math.min(a, b), high = Math.max(a, b);
      const at = 10 * (low * count - (low * (low - 1)) / 2 + (high - low));
      return { ...common, inner: zbl.parameters[at]!, outer: zbl.parameters[at + 1]!, terms: zbl.parameters.subarray(at + 2, at + 10) };
    }
    const distance = covalentDistance(elements[a]!, elements[b]!);
    if (cutoff.form === 'covalent' && cutoff.zblFactor > 0) {
      const outer = Math.min(zbl.outer, cutoff.zblFactor * distance);
      return { ...common, inner: 0.5 * outer, outer, terms: universal };
    }
    if (zbl.factor !== null) return { ...common, inner: 0, outer: Math.min(zbl.outer, zbl.factor * distance), terms: universal };
    return { ...common, inner: zbl.inner, outer: zbl.outer, terms: universal };
  };
  const pairs = Array.from({ length: count * count }, (_, at) => pairOf(Math.floor(at / count), at % count));
  return {
    range: Math.max(...pairs.map(({ outer }) => outer)),
    pair(a, b, r, out) {
      const { inner, outer, strength, screening, terms } = pairs[a * count + b]!;
      if (r >= outer) {
        out[0] = out[1] = 0;
        return;
      }
      let sum = 0, slope = 0;
      for (let k = 0; k < 8; k += 2) {
        const term = terms[k]! * Math.exp(-terms[k + 1]! * screening * r);
        sum += term;
        slope -= terms[k + 1]! * screening * term;
      }
      const phi = (strength / r) * sum, phiSlope = (strength / r) * slope - phi / r;
      let end = 1, endSlope = 0;
      if (r >= inner) {
        const angle = (Math.PI * (r - inner)) / (outer - inner);
        end = 0.5 * (1 + Math.cos(angle));
        endSlope = ((-0.5 * Math.PI) / (outer - inner)) * Math.sin(angle);
      }
      out[0] = phi * end;
      out[1] = phiSlope * end + phi * endSlope;
    },
  };
}

/** Adds the repulsion of a structure to a tally and, where wanted, to the virials of atoms (9N, half to either end). */
type AddZbl = (positions: Float64Array, cell: Float64Array, tally: Tally, virials: Float64Array | null) => void;

/** `types`: index of each atom's element in the model. */
export function zblSum(zbl: Zbl, types: Int32Array, periodic: Structure['periodic']): AddZbl {
  const neighbours = createNeighbours({ periodic, cutoff: zbl.range, skin, half: true });
  const out = new Float64Array(2);
  return (positions, cell, { energies, forces, virial }, virials) => {
    const { first, atoms, vectors, distances } = neighbours.update(positions, cell);
    for (let i = 0; i < types.length; i++) {
      for (let p = first[i]!; p < first[i + 1]!; p++) {
        const r = distances[p]!;
        if (r >= zbl.range) continue;
        const j = atoms[p]!;
        zbl.pair(types[i]!, types[j]!, r, out);
        energies[i]! += 0.5 * out[0]!;
        energies[j]! += 0.5 * out[0]!;
        const g = out[1]! / r;
        addPair(forces, virial, i, j, g, vectors[3 * p]!, vectors[3 * p + 1]!, vectors[3 * p + 2]!);
        if (!virials) continue;
        for (let a = 0; a < 3; a++) {
          for (let b = 0; b < 3; b++) {
            const part = 0.5 * g * vectors[3 * p + a]! * vectors[3 * p + b]!;
            virials[9 * i + 3 * a + b]! += part;
            virials[9 * j + 3 * a + b]! += part;
          }
        }
      }
    }
  };
}
