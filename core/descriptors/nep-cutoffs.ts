/** Where NEP's environments end for every pair of elements, and how its coefficients lie for one. */
import { atomicNumber } from '../crystal/elements.ts';
import type { NepBasis, NepModel } from '../files/nep.ts';

/** Å, hydrogen to plutonium: part of the format (its trainers' table, 4/3 of Pyykkö's covalent radii), not ours. */
const covalentRadii = [
  0.426667, 0.613333, 1.6, 1.25333, 1.02667, 1.0, 0.946667, 0.84, 0.853333, 0.893333, 1.86667, 1.66667, 1.50667, 1.38667, 1.46667, 1.36, 1.32, 1.28, 2.34667, 2.05333,
  1.77333, 1.62667, 1.61333, 1.46667, 1.42667, 1.38667, 1.33333, 1.32, 1.34667, 1.45333, 1.49333, 1.45333, 1.53333, 1.46667, 1.52, 1.56, 2.52, 2.22667, 1.96, 1.85333,
  1.76, 1.65333, 1.53333, 1.50667, 1.50667, 1.44, 1.53333, 1.64, 1.70667, 1.68, 1.68, 1.64, 1.76, 1.74667, 2.78667, 2.34667, 2.16, 1.96, 2.10667, 2.09333,
  2.08, 2.06667, 2.01333, 2.02667, 2.01333, 2.0, 1.98667, 1.98667, 1.97333, 2.04, 1.94667, 1.82667, 1.74667, 1.64, 1.57333, 1.54667, 1.48, 1.49333, 1.50667, 1.76,
  1.73333, 1.73333, 1.81333, 1.74667, 1.84, 1.89333, 2.68, 2.41333, 2.22667, 2.10667, 2.02667, 2.04, 2.05333, 2.06667,
] as const;

/** Å: the format's covalent radii of two elements added. */
export function covalentDistance(a: string, b: string): number {
  return covalentRadii[atomicNumber(a) - 1]! + covalentRadii[atomicNumber(b) - 1]!;
}

export interface NepPairCutoffs {
  /** T×T, Å */
  readonly radial: Float64Array;
  readonly angular: Float64Array;
  readonly largestRadial: number;
}

export function pairCutoffs({ elements, cutoff }: Pick<NepModel, 'elements' | 'cutoff'>): NepPairCutoffs {
  const radiusOf = (kind: 'radial' | 'angular', a: number, b: number): number => {
    if (cutoff.form === 'common') return cutoff[kind];
    if (cutoff.form === 'elements') return 0.5 * (cutoff[kind][a]! + cutoff[kind][b]!);
    const factor = kind === 'radial' ? cutoff.radialFactor : cutoff.angularFactor;
    return factor > 0 ? Math.min(cutoff[kind], factor * covalentDistance(elements[a]!, elements[b]!)) : cutoff[kind];
  };
  const table = (kind: 'radial' | 'angular'): Float64Array =>
    Float64Array.from({ length: elements.length ** 2 }, (_, at) => radiusOf(kind, Math.floor(at / elements.length), at % elements.length));
  const radial = table('radial');
  return { radial, angular: table('angular'), largestRadial: Math.max(...radial) };
}

/** The coefficients with all of one ordered pair together: index ((centre T + neighbour) functions + n) terms + k. */
export function coefficientsByPair({ functions, terms, coefficients }: NepBasis, elements: number): Float64Array {
  const pairs = elements * elements, each = functions * terms;
  const out = new Float64Array(coefficients.length);
  for (let at = 0; at < each; at++) for (let pair = 0; pair < pairs; pair++) out[pair * each + at] = coefficients[at * pairs + pair]!;
  return out;
}
