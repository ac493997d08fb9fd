import { analyze_cell, initSync, type MoyoDataset } from '@spglib/moyo-wasm';
import { refuse } from '../contracts/messages.ts';
import type { Structure } from '../contracts/structure.ts';
import { determinant3, identity3, inverse3, matrixTimesVector3, multiply3, norm3, transpose3, vectorTimesMatrix3 } from '../math/matrix3.ts';
import { symmetricEigen } from '../math/symmetric-eigen.ts';
import { atomFinder, wrapSigned } from './atom-finder.ts';
import type { Crystal, Symmetry, SymmetryOperations } from './crystal.ts';
import { primitiveCell } from './primitive-cell.ts';
import { primitiveInConventional, standardAxesOf, standardOperations, standardSetting, type StandardOperations } from './settings.ts';
import { cartesianPositions, fractionalPositions, massesOf } from './structure.ts';

let loaded = false;

/** Hands over the bytes of `moyo_wasm_bg.wasm`, once per process or worker; later calls do nothing. */
export function loadSymmetry(wasmBytes: Uint8Array): void {
  if (loaded) return;
  initSync({ module: wasmBytes as Uint8Array<ArrayBuffer> });
  loaded = true;
}

/** moyo's arrays are column-major: read row by row they are the transposed matrices. */
const fromMoyo = (columns: readonly number[]): Float64Array => transpose3(columns);

/** Atoms count as alike where element and mass agree: isotopes of different mass break the symmetry. */
export function kindsOf(structure: Structure): number[] {
  const masses = massesOf(structure);
  const kinds = new Map<string, number>();
  return structure.species.map((symbol, i) => {
    const key = `${symbol} ${masses[i]}`;
    if (!kinds.has(key)) kinds.set(key, kinds.size + 1);
    return kinds.get(key)!;
  });
}

function checkTolerance(tolerance: number): void {
  if (!(tolerance >= 1e-8 && tolerance <= 0.5)) refuse('symmetry.tolerance', { value: String(tolerance) });
}

/**
 * moyo takes right-handed cells. A left-handed one is handed over with all three vectors, and hence all fractional
 * coordinates, inverted: the same atoms at the same places, so chirality is kept. `handedness` −1 tells so.
 */
function analyse(structure: Structure, tolerance: number, place: string): { dataset: MoyoDataset; handedness: 1 | -1 } {
  if (!loaded) throw new Error('symmetry: loadSymmetry was not called');
  checkTolerance(tolerance);
  const handedness = determinant3(structure.cell) < 0 ? -1 : 1;
  const fractional = fractionalPositions(structure);
  const cell = {
    lattice: { basis: Array.from(structure.cell, (value) => handedness * value) },
    positions: structure.species.map((_, i) => [0, 1, 2].map((x) => handedness * fractional[3 * i + x]!)),
    numbers: kindsOf(structure),
  };
  try {
    return { dataset: analyze_cell(JSON.stringify(cell), tolerance, 'Spglib'), handedness };
  } catch (error) {
    return refuse('symmetry.notFound', { place, tolerance, reason: String(error instanceof Error ? error.message : error).slice(0, 200) });
  }
}

function crystalSystemOf(number: number): Symmetry['crystalSystem'] {
  if (number <= 2) return 'triclinic';
  if (number <= 15) return 'monoclinic';
  if (number <= 74) return 'orthorhombic';
  if (number <= 142) return 'tetragonal';
  if (number <= 167) return 'trigonal';
  return number <= 194 ? 'hexagonal' : 'cubic';
}

/** Orthogonal matrix closest to `m`: Newton's iteration for the polar factor (Higham, SIAM J. Sci. Stat. Comput. 7 (1986) 1160). */
function closestOrthogonal(m: Float64Array): Float64Array {
  let out = m;
  // Quadratic convergence from within a few per cent: five steps reach the last bit.
  for (let step = 0; step < 5; step++) {
    const inverse = inverse3(out);
    out = out.map((value, k) => 0.5 * (value + inverse[3 * (k % 3) + Math.floor(k / 3)]!));
  }
  return out;
}

/** Å. moyo compares within its tolerance; origin and averaging may add a few times that, a wrong partner is ångströms away. */
const partnerRadius = (tolerance: number): number => Math.max(4 * tolerance, 1e-6);

/** Completes rotations and approximate translations: which atom goes where, translations refined, Cartesian matrices. */
function completeOperations(structure: Structure, rotations: Int32Array, approximate: Float64Array, tolerance: number, place: string): SymmetryOperations {
  const count = rotations.length / 9;
  const atoms = structure.species.length;
  const { cell } = structure;
  const kinds = kindsOf(structure);
  const f = fractionalPositions(structure);
  const translations = new Float64Array(3 * count);
  const permutations = new Int32Array(count * atoms);
  const cartesian = new Float64Array(9 * count);
  const toCartesian = transpose3(cell), toFractional = inverse3(toCartesian);
  const find = atomFinder(f, cell, kinds, partnerRadius(tolerance));
  for (let k = 0; k < count; k++) {
    const w = rotations.subarray(9 * k, 9 * k + 9);
    cartesian.set(closestOrthogonal(multiply3(multiply3(toCartesian, w), toFractional)), 9 * k);
    const taken = new Uint8Array(atoms);
    const correction = [0, 0, 0];
    for (let i = 0; i < atoms; i++) {
      const image = matrixTimesVector3(w, f.subarray(3 * i, 3 * i + 3)).map((value, x) => value + approximate[3 * k + x]!);
      const partner = find(kinds[i]!, image);
      if (partner < 0 || taken[partner]) refuse('symmetry.notFound', { place, tolerance, reason: `an operation moves atom ${i + 1} beside its image` });
      taken[partner] = 1;
      permutations[k * atoms + i] = partner;
      for (let x = 0; x < 3; x++) correction[x]! += wrapSigned(f[3 * partner + x]! - image[x]!) / atoms;
    }
    for (let x = 0; x < 3; x++) {
      const value = approximate[3 * k + x]! + correction[x]!;
      translations[3 * k + x] = value - Math.floor(value + 1e-9);
    }
  }
  return { count, rotations, translations, permutations, cartesian };
}

/** No operation but the identity: what is used where the structure does not repeat in all three directions. */
function withoutSymmetry(structure: Structure, tolerance: number): Symmetry {
  const atoms = structure.species.length;
  return {
    number: 1, symbol: 'P 1', hallNumber: 1, crystalSystem: 'triclinic', tolerance,
    operations: {
      count: 1,
      rotations: Int32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
      translations: new Float64Array(3),
      permutations: Int32Array.from({ length: atoms }, (_, i) => i),
      cartesian: identity3(),
    },
    wyckoffs: structure.species.map(() => 'a'),
    siteSymmetries: structure.species.map(() => '1'),
    orbits: Int32Array.from({ length: atoms }, (_, i) => i),
    conventionalMatrix: identity3(),
    standardAxes: standardAxesOf(structure.cell),
  };
}

/**
 * The space group of a structure in its own cell and frame. `tolerance` in Å: distances up to this count as equal.
 * Molecules, wires and layers (not periodic along all three vectors) are treated as having no symmetry: P 1.
 * Refuses with `symmetry.notFound` or `symmetry.tolerance`; `place` names the structure in the sentence.
 */
export function symmetryOf(structure: Structure, tolerance: number, place = 'the structure'): Symmetry {
  if (!structure.periodic.every(Boolean)) return withoutSymmetry(structure, tolerance);
  const { dataset, handedness } = analyse(structure, tolerance, place);
  const rotations = Int32Array.from(dataset.operations.flatMap(({ rotation }) => Array.from(fromMoyo(rotation))));
  const translations = Float64Array.from(dataset.operations.flatMap(({ translation }) => translation.map((value) => handedness * value)));
  const operations = completeOperations(structure, rotations, translations, tolerance, place);
  const atoms = structure.species.length;
  const orbits = Int32Array.from({ length: atoms }, (_, i) => {
    let lowest = i;
    for (let k = 0; k < operations.count; k++) lowest = Math.min(lowest, operations.permutations[k * atoms + i]!);
    return lowest;
  });
  const conventionalMatrix = exactFractions(Float64Array.from(dataset.std_linear, (value) => handedness * value));
  return {
    number: dataset.number,
    symbol: dataset.hm_symbol,
    hallNumber: dataset.hall_number,
    crystalSystem: crystalSystemOf(dataset.number),
    tolerance,
    operations,
    wyckoffs: dataset.wyckoffs,
    siteSymmetries: dataset.site_symmetry_symbols,
    orbits,
    conventionalMatrix,
    standardAxes: standardAxesOf(multiply3(conventionalMatrix, structure.cell)),
  };
}

/** Fractions with small denominators (centring × size of the cell), of which moyo's arithmetic has lost the last digits. */
function exactFractions(m: Float64Array): Float64Array {
  const inverse = inverse3(m).map((value) => Math.round(6 * value) / 6);
  return inverse3(inverse).map((value) => (Math.abs(value - Math.round(value)) < 1e-9 ? Math.round(value) + 0 : value));
}

export interface StandardPrimitive {
  readonly crystal: Crystal;
  /** 9, rows: primitive lattice vectors in terms of the input's (primitive = matrix · input). */
  readonly matrixFromInput: Float64Array;
  /** Å: how far atoms and lattice vectors had to move to obey their symmetry exactly; at most about the tolerance. */
  readonly idealisationShift: number;
}

/**
 * The standard primitive cell of a crystal in the frame of the input: lattice vectors are re-chosen, nothing is rotated,
 * and the origin stays. The choice of vectors is spglib's (face-centred a = (0, ½, ½), b = (½, 0, ½), c = (½, ½, 0) of the
 * conventional ones, and so on); among equivalent settings the one that `standardSetting` describes. The cell is
 * right-handed. Atoms and lattice vectors are averaged over the operations, so that they obey them to the last digits.
 * Atoms come in the order in which the input has them first.
 */
export function standardPrimitive(structure: Structure, tolerance: number, place = 'the structure'): StandardPrimitive {
  if (!structure.periodic.every(Boolean)) {
    return { crystal: { structure, symmetry: withoutSymmetry(structure, tolerance) }, matrixFromInput: identity3(), idealisationShift: 0 };
  }
  checkTolerance(tolerance);
  const input = primitiveCell(structure, kindsOf(structure), tolerance);
  const small = input.structure;
  const { dataset, handedness } = analyse(small, tolerance, place);

  // Rows: the standard primitive vectors in terms of the small cell's; the inverse holds integers.
  const conventionalFromSmall = Float64Array.from(dataset.std_linear, (value) => handedness * value);
  const first = inverse3(inverse3(multiply3(primitiveInConventional(dataset.number), conventionalFromSmall)).map(Math.round));
  const conventionalMatrix = inverse3(primitiveInConventional(dataset.number)).map((value) => Math.round(value) + 0);
  const standard = standardOperations(dataset.number);
  const rawCell = multiply3(first, small.cell);
  const idealCell = symmetricCell(rawCell, standard.rotations);

  // Positions in the standard basis and from its origin, averaged over the operations (and over copies, where moyo finds
  // a still smaller cell).
  const origin = vectorTimesMatrix3(dataset.std_origin_shift.map((value) => handedness * value), inverse3(first));
  const given = fractionalPositions({ positions: small.positions, cell: rawCell });
  const sites = dataset.prim_std_cell.positions.length;
  const sums = new Float64Array(3 * sites), copies = new Int32Array(sites), firstAtom = new Int32Array(sites).fill(-1);
  dataset.mapping_std_prim.forEach((site, atom) => {
    copies[site]!++;
    if (firstAtom[site] === -1) firstAtom[site] = atom;
    const anchor = 3 * firstAtom[site]!;
    for (let x = 0; x < 3; x++) sums[3 * site + x]! += given[anchor + x]! - origin[x]! + wrapSigned(given[3 * atom + x]! - given[anchor + x]!);
  });
  const averaged = symmetricPositions(sums.map((value, k) => value / copies[Math.floor(k / 3)]!), dataset.prim_std_cell.numbers, standard, idealCell, tolerance, place);

  let moved = 0;
  dataset.mapping_std_prim.forEach((site, atom) => {
    const difference = [0, 1, 2].map((x) => wrapSigned(averaged[3 * site + x]! + origin[x]! - given[3 * atom + x]!));
    moved = Math.max(moved, norm3(vectorTimesMatrix3(difference, idealCell)));
  });
  for (let row = 0; row < 3; row++) {
    moved = Math.max(moved, norm3([0, 1, 2].map((x) => idealCell[3 * row + x]! - rawCell[3 * row + x]!)));
  }

  const setting = standardSetting(dataset.number, standard, conventionalMatrix, idealCell);
  const matrixFromInput = exactFractions(multiply3(setting, multiply3(first, input.matrix)));
  const cell = multiply3(setting, idealCell);
  const order = Array.from(firstAtom, (_, site) => site).sort((p, q) => firstAtom[p]! - firstAtom[q]!);
  const isInput = matrixFromInput.every((value, k) => value === (k % 4 === 0 ? 1 : 0));
  const inverseSetting = inverse3(transpose3(setting));
  const fractional = Float64Array.from(order.flatMap((site) => {
    const f = matrixTimesVector3(inverseSetting, [0, 1, 2].map((x) => averaged[3 * site + x]! + origin[x]!));
    const target = vectorTimesMatrix3(small.positions.subarray(3 * firstAtom[site]!, 3 * firstAtom[site]! + 3), inverse3(cell));
    // The atom stays where the input has it; where the cell is another one, it is moved into that by lattice vectors.
    return Array.from(f, (value, x) => (isInput ? value - Math.round(value - target[x]!) : value - Math.floor(value + 1e-9)));
  }));
  const { masses, totalCharge } = small;
  const ideal: Structure = {
    cell,
    periodic: structure.periodic,
    species: order.map((site) => small.species[firstAtom[site]!]!),
    positions: cartesianPositions(fractional, cell),
    ...(masses && { masses: Float64Array.from(order, (site) => masses[firstAtom[site]!]!) }),
    ...(totalCharge !== undefined && { totalCharge: (totalCharge * order.length) / small.species.length }),
    ...(structure.title !== undefined && { title: structure.title }),
  };
  const symmetry = symmetryOf(ideal, tolerance, place);
  return {
    crystal: { structure: ideal, symmetry: { ...symmetry, conventionalMatrix, standardAxes: standardAxesOf(multiply3(conventionalMatrix, cell)) } },
    matrixFromInput,
    idealisationShift: input.shift + moved,
  };
}

/** The cell closest to `cell` whose metric all W keep: the averaged metric, reached by a pure strain so that nothing turns. */
function symmetricCell(cell: Float64Array, rotations: Int32Array): Float64Array {
  const metric = multiply3(cell, transpose3(cell));
  const mean = new Float64Array(9);
  const count = rotations.length / 9;
  for (let k = 0; k < count; k++) {
    const w = rotations.subarray(9 * k, 9 * k + 9);
    multiply3(multiply3(transpose3(w), metric), w).forEach((value, x) => { mean[x]! += value / count; });
  }
  const inverse = inverse3(cell);
  const squared = multiply3(multiply3(inverse, mean), transpose3(inverse));
  // A metric that is symmetric to rounding is left alone, so that exact zeros of the input stay.
  if (squared.every((value, k) => Math.abs(value - (k % 4 === 0 ? 1 : 0)) < 1e-14)) return cell;
  const { values, vectors } = symmetricEigen(squared, 3);
  const scaled = vectors.map((value, k) => Math.sqrt(values[Math.floor(k / 3)]!) * value);
  return multiply3(cell, multiply3(transpose3(vectors), scaled));
}

/** Fractional positions averaged over exact operations: x_j = mean of W x_i + w over all operations that carry i onto j. */
function symmetricPositions(positions: Float64Array, kinds: readonly number[], operations: StandardOperations, cell: Float64Array, tolerance: number, place: string): Float64Array {
  const count = operations.rotations.length / 9;
  const find = atomFinder(positions, cell, kinds, partnerRadius(tolerance));
  const out = positions.slice();
  for (let k = 0; k < count; k++) {
    const w = operations.rotations.subarray(9 * k, 9 * k + 9);
    for (let i = 0; i < kinds.length; i++) {
      const image = matrixTimesVector3(w, positions.subarray(3 * i, 3 * i + 3)).map((value, x) => value + operations.translations[3 * k + x]!);
      const partner = find(kinds[i]!, image);
      if (partner < 0) refuse('symmetry.notFound', { place, tolerance, reason: `an operation of the tables moves atom ${i + 1} beside its image` });
      for (let x = 0; x < 3; x++) out[3 * partner + x]! += wrapSigned(image[x]! - positions[3 * partner + x]!) / count;
    }
  }
  return out;
}
