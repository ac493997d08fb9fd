/** Potentials of every kind, each with a rattled, strained crystal on which all of its terms act. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Structure } from '../../core/contracts/structure.ts';
import { strained, withPositions } from '../../core/crystal/structure.ts';
import { sourceText } from '../../core/files/source-text.ts';
import { random } from '../../core/math/random.ts';
import { potentialFormat, readPotential, type PotentialDescription, type PotentialTerm } from '../../core/potential/description.ts';
import { loadPotential, potentialOf } from '../../core/potential/load.ts';
import type { Potential } from '../../core/potential/potential.ts';
import { compactFunctions, gaussianFunctions, randomNeuralPotential } from './neural-models.ts';

export const bundledNames = ['si-stillinger-weber', 'si-tersoff', 'sic-tersoff', 'mgo-lewis-catlow', 'nacl-fumi-tosi', 'sio2-bks', 'ar-lennard-jones'];

export function bundledPath(name: string): string {
  return fileURLToPath(new URL(`../../resources/potentials/${name}.json`, import.meta.url));
}

export function bundled(name: string): Potential {
  return loadPotential({ name, files: [{ name: `${name}.json`, bytes: readFileSync(bundledPath(name)) }] });
}

export function bundledDescription(name: string): PotentialDescription {
  return readPotential(sourceText(readFileSync(bundledPath(name)), name));
}

export function describedBy(terms: readonly unknown[]): PotentialDescription {
  return {
    format: potentialFormat,
    units: { length: 'Å', energy: 'eV', charge: 'e', mass: 'amu' },
    card: {
      name: 'model', title: 'Model', energyReference: 'isolated atoms', references: [], validFor: 'tests', notShown: 'anything else', limits: [],
    },
    terms: terms as PotentialTerm[],
  };
}

/** A potential of these terms, written as a file and read back, so that every check of the reader is passed. */
export function potentialWith(...terms: readonly unknown[]): Potential {
  const text = JSON.stringify(describedBy(terms));
  return potentialOf(readPotential(sourceText(new TextEncoder().encode(text), 'model.json')));
}

/** A crystal from its conventional cubic cell: a in Å, atoms in fractional coordinates. */
export function cubic(a: number, atoms: readonly (readonly [string, readonly number[]])[]): Structure {
  return {
    cell: Float64Array.of(a, 0, 0, 0, a, 0, 0, 0, a),
    periodic: [true, true, true],
    species: atoms.map(([element]) => element),
    positions: Float64Array.from(atoms.flatMap(([, f]) => f.map((x) => x * a))),
  };
}

const faceCentres = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]] as const;
const onFaces = (element: string, shift: readonly number[]): (readonly [string, readonly number[]])[] =>
  faceCentres.map((f) => [element, f.map((x, k) => x + shift[k]!)]);

export const rockSalt = (a: number, first: string, second: string): Structure => cubic(a, [...onFaces(first, [0, 0, 0]), ...onFaces(second, [0.5, 0.5, 0.5])]);
export const zincblende = (a: number, first: string, second: string): Structure => cubic(a, [...onFaces(first, [0, 0, 0]), ...onFaces(second, [0.25, 0.25, 0.25])]);
export const faceCentred = (a: number, element: string): Structure => cubic(a, onFaces(element, [0, 0, 0]));

/** Every coordinate moved by a normal deviate of `amplitude` Å, the cell deformed by a few per cent into a triclinic one. */
export function rattled(structure: Structure, amplitude: number, seed = 1): Structure {
  const source = random(seed);
  const deformation = Float64Array.of(1.01, 0.008, -0.006, 0.004, 0.99, 0.01, -0.003, 0.007, 1.005);
  const moved = withPositions(structure, structure.positions.map((x) => x + amplitude * source.normal()));
  return strained(moved, deformation);
}

/** A setfl table of analytic functions. */
export function setfl(elements: readonly string[], functions: {
  readonly cutoff: number; readonly drho: number; readonly nrho: number; readonly nr: number;
  embedding(element: number, density: number): number;
  density(element: number, r: number): number;
  /** r φ(r) */
  pair(a: number, b: number, r: number): number;
}): string {
  const { cutoff, drho, nrho, nr } = functions;
  const dr = cutoff / (nr - 1);
  const column = (count: number, f: (k: number) => number): string => Array.from({ length: count }, (_, k) => f(k).toExponential(17)).join('\n');
  const blocks = elements.map((_, a) => `0 1.0 1.0 fcc\n${column(nrho, (k) => functions.embedding(a, k * drho))}\n${column(nr, (k) => functions.density(a, k * dr))}`);
  const pairs = elements.flatMap((_, a) => elements.slice(0, a + 1).map((__, b) => column(nr, (k) => functions.pair(a, b, k * dr))));
  return `made from analytic functions\nfor tests\n\n${elements.length} ${elements.join(' ')}\n${nrho} ${drho} ${nr} ${dr} ${cutoff}\n${[...blocks, ...pairs].join('\n')}\n`;
}

/** Smooth metallic functions of two elements: F = −c √(ρ + 1), densities and pairs that end with (1 − r/r_c)⁴. */
export const alloyFunctions = {
  cutoff: 4.8, drho: 0.004, nrho: 4001, nr: 2001,
  embedding: (element: number, density: number): number => -(element === 0 ? 1.1 : 1.4) * Math.sqrt(density + 1),
  density: (element: number, r: number): number => (element === 0 ? 9 : 7) * Math.exp(-0.6 * r) * Math.max(0, 1 - r / 4.8) ** 4,
  pair: (a: number, b: number, r: number): number => r * (a + b + 2) * 60 * Math.exp(-1.4 * r) * Math.max(0, 1 - r / 4.8) ** 4,
};

export function eamFrom(text: string): Potential {
  return loadPotential({ name: 'table', files: [{ name: 'table.setfl', bytes: new TextEncoder().encode(text) }] });
}

const pairParameters = {
  'lennard-jones': [{ epsilon: 0.03, sigma: 2.4 }, { epsilon: 0.02, sigma: 3.2 }],
  mie: [{ epsilon: 0.04, sigma: 2.4, m: 10.5, n: 5 }, { epsilon: 0.02, sigma: 3.1, m: 12, n: 6 }],
  morse: [{ depth: 0.4, alpha: 1.4, r0: 2.7 }, { depth: 0.1, alpha: 1.2, r0: 3.8 }],
  buckingham: [{ A: 1400, rho: 0.3, C: 5 }, { A: 1388.8, b: 2.76, C: 175 }],
  'born-mayer-huggins': [{ A: 0.2, sigma: 2.7, rho: 0.32, C: 7, D: 8.7 }, { A: 0.16, sigma: 3.1, rho: 0.32, C: 72, D: 145 }],
  harmonic: [{ k: 2.3, r0: 2.75 }, { k: 0.6, r0: 3.9 }],
} as const;
export type FormName = keyof typeof pairParameters;
export const formNames = Object.keys(pairParameters) as FormName[];

export function pairTerm(type: FormName, cutoff: unknown): unknown {
  const [unlike, like] = pairParameters[type];
  return { type, cutoff, pairs: [{ elements: ['Na', 'Cl'], ...unlike }, { elements: ['Cl', 'Cl'], ...like }, { elements: ['Na', 'Na'], ...like }] };
}

/** 4.4 Å lies between the second (3.96 Å) and third (4.85 Å) shell of the crystal below, far from every rattled pair. */
export const cutoffs = {
  plain: { radius: 4.4, style: 'plain' },
  shifted: { radius: 4.4, style: 'shifted' },
  tapered: { radius: 5.9, style: 'tapered', width: 2 },
} as const;

export interface Model {
  readonly name: string;
  readonly potential: Potential;
  readonly structure: Structure;
}

const silicon = rattled(zincblende(5.43, 'Si', 'Si'), 0.12);
const carbide = rattled(zincblende(4.36, 'Si', 'C'), 0.1);
const salt = rattled(rockSalt(5.6, 'Na', 'Cl'), 0.06);

const stillingerWeberOfTwo = {
  type: 'stillinger-weber',
  pairs: [
    { elements: ['Si', 'Si'], epsilon: 2.1683, sigma: 2.0951, a: 1.8, gamma: 1.2, A: 7.05, B: 0.602, p: 4, q: 0 },
    { elements: ['C', 'Si'], epsilon: 3.2, sigma: 1.6, a: 1.9, gamma: 1.1, A: 7.2, B: 0.58, p: 4.5, q: 0.5 },
    { elements: ['C', 'C'], epsilon: 1.9, sigma: 1.7, a: 1.95, gamma: 0.9, A: 6.8, B: 0.61, p: 4, q: 1 },
  ],
  triplets: [
    ['Si', 'Si', 'Si'], ['Si', 'Si', 'C'], ['Si', 'C', 'C'], ['C', 'C', 'C'], ['C', 'C', 'Si'], ['C', 'Si', 'Si'],
  ].map((elements, k) => ({ elements, epsilon: 2 + 0.1 * k, lambda: 20 + k, cosTheta0: -0.33 + 0.02 * k })),
};

/** Tersoff with every constant away from its usual value: λ3 ≠ 0 with both exponents, γ ≠ 1. */
const stretchedTersoff = {
  type: 'tersoff',
  entries: ['Si', 'C'].flatMap((i) => ['Si', 'C'].flatMap((j) => ['Si', 'C'].map((k) => ({
    elements: [i, j, k], R: 2.5 + (k === 'C' ? 0.1 : 0), D: 0.4, lambda3: i === 'Si' ? 0.7 : -0.4, m: i === 'Si' ? 3 : 1, gamma: 0.9, c: 4.8, d: 2.0,
    cosTheta0: -0.3, ...(j === k && { twoBody: { A: 1600, B: 390, lambda1: 3, lambda2: 1.97, beta: 0.3, n: 0.9 } }),
  })))),
};

export const models: readonly Model[] = [
  { name: 'Stillinger-Weber silicon', potential: bundled('si-stillinger-weber'), structure: silicon },
  { name: 'Stillinger-Weber of two elements', potential: potentialWith(stillingerWeberOfTwo), structure: carbide },
  { name: 'Tersoff silicon', potential: bundled('si-tersoff'), structure: silicon },
  { name: 'Tersoff silicon carbide', potential: bundled('sic-tersoff'), structure: carbide },
  { name: 'Tersoff with stretched bonds', potential: potentialWith(stretchedTersoff), structure: carbide },
  { name: 'embedded atoms of two elements', potential: eamFrom(setfl(['Cu', 'Au'], alloyFunctions)), structure: rattled(rockSalt(5.1, 'Cu', 'Au'), 0.1) },
  { name: 'network on Gaussian functions', potential: randomNeuralPotential(carbide, { functions: gaussianFunctions }), structure: carbide },
  { name: 'network on compact functions and signed volumes', potential: randomNeuralPotential(carbide, { functions: compactFunctions, activation: 'silu', mode: 'deviation' }), structure: carbide },
  ...formNames.flatMap((form) => (Object.keys(cutoffs) as (keyof typeof cutoffs)[]).map((style) => ({
    name: `${form}, ${style}`, potential: potentialWith(pairTerm(form, cutoffs[style])), structure: salt,
  }))),
  {
    name: 'two tapered terms for one pair, with charges',
    potential: potentialWith(
      pairTerm('buckingham', cutoffs.tapered), pairTerm('morse', { radius: 5, style: 'tapered', width: 1 }),
      { type: 'coulomb', charges: { Na: 1, Cl: -1 }, constant: 14.399645 },
    ),
    structure: salt,
  },
];
