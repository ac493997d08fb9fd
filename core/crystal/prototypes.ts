/**
 * Kinds of crystals that need only elements and lengths, in their conventional cells and the standard origin of
 * International Tables A. Sites and standard values: Strukturbericht 1 (1931) and Wyckoff, Crystal Structures (1963);
 * quartz: Levien, Prewitt and Weidner, Am. Mineral. 65 (1980) 920.
 */
import type { PrototypeInfo } from '../contracts/library.ts';
import { refuse } from '../contracts/messages.ts';
import type { Structure } from '../contracts/structure.ts';
import { isElement } from './elements.ts';
import { bondRadius, packingRadius } from './radii.ts';
import { cartesianPositions, cellFromParameters, checkStructure, formulaOf } from './structure.ts';

type Parameters = Readonly<Record<string, number>>;

interface Prototype extends Omit<PrototypeInfo, 'parameters'> {
  /** Beside a, which all have. */
  readonly parameters: readonly Omit<PrototypeInfo['parameters'][number], 'unit'>[];
  readonly hexagonal?: true;
  /** Å: a of the example. */
  readonly exampleLength: number;
  /** A length that a is proportional to, for elements in the order of the sites. */
  readonly size: (elements: readonly string[], parameters: Parameters) => number;
  /** Fractional coordinates for each of the sites. */
  readonly positions: (parameters: Parameters) => readonly (readonly number[])[];
}

const half = 1 / 2, third = 1 / 3, quarter = 1 / 4;
/** Of close packing: spheres touch within a layer and between layers. */
const idealRatio = Math.sqrt(8 / 3);

const centrings = { P: [0, 0, 0], I: [0, 0, 0, half, half, half], F: [0, 0, 0, 0, half, half, half, 0, half, half, half, 0] } as const;
/** Every point with every vector of the centring added, brought into the cell. */
function centred(centring: keyof typeof centrings, ...points: readonly (readonly number[])[]): number[] {
  const vectors = centrings[centring];
  return points.flatMap((point) => Array.from(vectors, (value, k) => (value + point[k % 3]!) % 1));
}

const sumOfBonds = (elements: readonly string[]): number => bondRadius(elements[0]!) + bondRadius(elements[1]!);
/** a at equal volume per atom: 4√2 r³ in close packing, nearly so in any other structure of a metal. */
const packing = (volumeOfCube: number) => ([element]: readonly string[]): number => packingRadius(element!) * Math.cbrt((4 * Math.SQRT2) / volumeOfCube);

const ratio = (standard: number): Prototype['parameters'][number] => ({ name: 'c/a', meaning: 'length of c in units of a', minimum: 0.3, maximum: 5, standard });

const table: readonly Prototype[] = [
  {
    name: 'fcc', title: 'Face-centred cubic', designation: 'A1, Cu', example: 'Cu', spaceGroup: 'F m -3 m', sites: ['atom'], defaults: ['Cu'], exampleLength: 3.615,
    parameters: [], size: packing(1 / 4), positions: () => [centred('F', [0, 0, 0])],
  },
  {
    name: 'bcc', title: 'Body-centred cubic', designation: 'A2, W', example: 'W', spaceGroup: 'I m -3 m', sites: ['atom'], defaults: ['W'], exampleLength: 3.165,
    parameters: [], size: packing(1 / 2), positions: () => [centred('I', [0, 0, 0])],
  },
  {
    name: 'hcp', title: 'Hexagonal close-packed', designation: 'A3, Mg', example: 'Mg', spaceGroup: 'P 6_3/m m c', sites: ['atom'], defaults: ['Mg'], exampleLength: 3.209, hexagonal: true,
    parameters: [ratio(idealRatio)], size: (elements, p) => packing((p['c/a']! * Math.sqrt(3)) / 4)(elements),
    positions: () => [[third, 2 * third, quarter, 2 * third, third, 3 * quarter]],
  },
  {
    name: 'diamond', title: 'Diamond', designation: 'A4, C', example: 'C', spaceGroup: 'F d -3 m', sites: ['atom'], defaults: ['C'], exampleLength: 3.567,
    parameters: [], size: ([element]) => bondRadius(element!), positions: () => [centred('F', [0, 0, 0], [quarter, quarter, quarter])],
  },
  {
    name: 'rocksalt', title: 'Rock salt', designation: 'B1, NaCl', example: 'NaCl', spaceGroup: 'F m -3 m', sites: ['cation', 'anion'], defaults: ['Na', 'Cl'], exampleLength: 5.64,
    parameters: [], size: sumOfBonds, positions: () => [centred('F', [0, 0, 0]), centred('F', [half, half, half])],
  },
  {
    name: 'cscl', title: 'Caesium chloride', designation: 'B2, CsCl', example: 'CsCl', spaceGroup: 'P m -3 m', sites: ['cation', 'anion'], defaults: ['Cs', 'Cl'], exampleLength: 4.123,
    parameters: [], size: sumOfBonds, positions: () => [centred('P', [0, 0, 0]), centred('P', [half, half, half])],
  },
  {
    name: 'zincblende', title: 'Zincblende', designation: 'B3, ZnS', example: 'ZnS', spaceGroup: 'F -4 3 m', sites: ['cation', 'anion'], defaults: ['Zn', 'S'], exampleLength: 5.409,
    parameters: [], size: sumOfBonds, positions: () => [centred('F', [0, 0, 0]), centred('F', [quarter, quarter, quarter])],
  },
  {
    name: 'wurtzite', title: 'Wurtzite', designation: 'B4, ZnS', example: 'ZnS', spaceGroup: 'P 6_3 m c', sites: ['cation', 'anion'], defaults: ['Zn', 'S'], exampleLength: 3.823, hexagonal: true,
    parameters: [ratio(idealRatio), { name: 'u', meaning: 'height of the anion above the cation, in units of c', minimum: 0.25, maximum: 0.5, standard: 3 / 8 }],
    // The mean of the four bonds counts: one along c, three to the layer below.
    size: (elements, p) => (4 * sumOfBonds(elements)) / (p['u']! * p['c/a']! + 3 * Math.hypot(1 / Math.sqrt(3), (half - p['u']!) * p['c/a']!)),
    positions: ({ u }) => [0, u!].map((z) => [third, 2 * third, z, 2 * third, third, z + half]),
  },
  {
    name: 'fluorite', title: 'Fluorite', designation: 'C1, CaF₂', example: 'CaF2', spaceGroup: 'F m -3 m', sites: ['cation', 'anion'], defaults: ['Ca', 'F'], exampleLength: 5.463,
    parameters: [], size: sumOfBonds, positions: () => [centred('F', [0, 0, 0]), centred('F', [quarter, quarter, quarter], [3 * quarter, 3 * quarter, 3 * quarter])],
  },
  {
    name: 'perovskite', title: 'Perovskite, cubic', designation: 'E2₁, SrTiO₃', example: 'SrTiO3', spaceGroup: 'P m -3 m', sites: ['cation with twelve anions', 'cation with six anions', 'anion'],
    defaults: ['Sr', 'Ti', 'O'], exampleLength: 3.905, parameters: [],
    // Both cations want their own length; the cell settles between them (Goldschmidt's tolerance factor is their ratio).
    size: ([a, b, x]) => half * (Math.SQRT2 * sumOfBonds([a!, x!]) + 2 * sumOfBonds([b!, x!])),
    positions: () => [[0, 0, 0], [half, half, half], [half, half, 0, half, 0, half, 0, half, half]],
  },
  {
    name: 'quartz', title: 'α-Quartz', designation: 'low quartz, SiO₂', example: 'SiO2', spaceGroup: 'P 3_2 2 1', sites: ['cation', 'anion'], defaults: ['Si', 'O'], exampleLength: 4.916, hexagonal: true,
    parameters: [
      ratio(5.4054 / 4.916),
      { name: 'u', meaning: 'x of the cation', minimum: 0.4, maximum: 0.55, standard: 0.4697 },
      { name: 'x', meaning: 'x of the anion', minimum: 0.3, maximum: 0.55, standard: 0.4135 },
      { name: 'y', meaning: 'y of the anion', minimum: 0.15, maximum: 0.35, standard: 0.2669 },
      // Levien's origin lies a third of c below that of International Tables, at the height of the first cation.
      { name: 'z', meaning: 'z of the anion', minimum: 0.7, maximum: 0.9, standard: 0.1191 + 2 / 3 },
    ],
    size: sumOfBonds,
    positions: ({ u = 0, x = 0, y = 0, z = 0 }) => [
      [u, 0, 2 * third, 0, u, third, -u, -u, 0],
      [x, y, z, -y, x - y, z + 2 * third, y - x, -x, z + third, y, x, -z, x - y, -y, third - z, -x, y - x, 2 * third - z],
    ],
  },
];

const lengthRange = { minimum: 0.5, maximum: 100 } as const;

/** What can be made, with the range and the standard value of every parameter; a length without one follows from the elements. */
export const prototypes: readonly PrototypeInfo[] = table.map(({ name, title, designation, example, spaceGroup, sites, defaults, parameters }) => ({
  name, title, designation, example, spaceGroup, sites: [...sites], defaults: [...defaults],
  parameters: [
    { name: 'a', meaning: 'lattice parameter', unit: 'Å', ...lengthRange, standard: null },
    ...parameters.map((parameter) => ({ ...parameter, unit: '' })),
  ],
}));

export interface PrototypeCrystal {
  readonly structure: Structure;
  /** Every parameter, those included that were not given. */
  readonly parameters: Record<string, number>;
}

/** A crystal of the kind `name` with these elements, one for each site; what is left out of `given` has its standard value. */
export function prototypeCrystal(name: string, elements: readonly string[], given: Parameters): PrototypeCrystal {
  const index = table.findIndex((entry) => entry.name === name);
  const [prototype, info] = [table[index], prototypes[index]];
  if (!prototype || !info) return refuse('prototype.unknown', { name: name.slice(0, 40), known: table.map((entry) => entry.name).join(', ') });
  const { title, sites } = prototype;
  if (elements.length !== sites.length) refuse('prototype.elements', { title, needed: sites.length, sites: sites.join(', '), given: elements.length });
  elements.forEach((symbol, i) => {
    if (!isElement(symbol)) refuse('prototype.element', { title, site: sites[i]!, symbol: symbol.slice(0, 40) });
  });
  const known = new Map(info.parameters.map((parameter) => [parameter.name, parameter]));
  for (const [key, value] of Object.entries(given)) {
    const parameter = known.get(key) ?? refuse('prototype.parameter', { title, parameter: key.slice(0, 40), known: [...known.keys()].join(', ') });
    const { meaning, minimum, maximum, unit } = parameter;
    if (!(value >= minimum && value <= maximum)) refuse('prototype.range', { title, parameter: key, meaning, value: String(value), minimum, maximum: unit === '' ? maximum : `${String(maximum)} ${unit}` });
  }
  const internal = Object.fromEntries(prototype.parameters.map((parameter) => [parameter.name, given[parameter.name] ?? parameter.standard!]));
  const standard = Object.fromEntries(prototype.parameters.map((parameter) => [parameter.name, parameter.standard!]));
  // The lattice parameter of the example, scaled by the sizes of the atoms.
  const a = given['a'] ?? (prototype.exampleLength * prototype.size(elements, internal)) / prototype.size(prototype.defaults, standard);
  const parameters = { a, ...internal };
  const cell = cellFromParameters(a, a, a * (internal['c/a'] ?? 1), 90, 90, prototype.hexagonal ? 120 : 90)!;
  const positions = prototype.positions(internal);
  const species = positions.flatMap((points, i) => Array.from({ length: points.length / 3 }, () => elements[i]!));
  const wrapped = positions.flat().map((value) => value - Math.floor(value + 1e-12));
  const structure: Structure = {
    cell, periodic: [true, true, true], species, positions: cartesianPositions(wrapped, cell), title: `${formulaOf({ species }).reduced}, ${title.toLowerCase()}`,
  };
  checkStructure(structure, structure.title!);
  return { structure, parameters };
}
