import { refuse } from '../contracts/messages.ts';
import type { Structure } from '../contracts/structure.ts';
import { determinant3, dot3, inverse3, multiply3, norm3, transpose3 } from '../math/matrix3.ts';
import { kilogramPerCubicMetre } from '../units/constants.ts';
import { atomicMass, byElectronegativity, isElement } from './elements.ts';
import { binningCell } from './neighbours.ts';
import { PointIndex } from './point-index.ts';

/** Volume of the cell in Å³, positive for either handedness. */
export function cellVolume(cell: ArrayLike<number>): number {
  return Math.abs(determinant3(cell));
}

/** 3N fractional coordinates f with r = f · H, not wrapped. */
export function fractionalPositions(structure: Pick<Structure, 'positions' | 'cell'>): Float64Array {
  return rowsTimesMatrix(structure.positions, inverse3(structure.cell));
}

/** 3N Cartesian coordinates (Å) of fractional ones. */
export function cartesianPositions(fractional: ArrayLike<number>, cell: ArrayLike<number>): Float64Array {
  return rowsTimesMatrix(fractional, cell);
}

function rowsTimesMatrix(rows: ArrayLike<number>, m: ArrayLike<number>): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i += 3) {
    const x = rows[i]!, y = rows[i + 1]!, z = rows[i + 2]!;
    out[i] = x * m[0]! + y * m[3]! + z * m[6]!;
    out[i + 1] = x * m[1]! + y * m[4]! + z * m[7]!;
    out[i + 2] = x * m[2]! + y * m[5]! + z * m[8]!;
  }
  return out;
}

export interface CellParameters {
  /** a, b, c in Å */
  readonly lengths: readonly [number, number, number];
  /** α = ∠(b, c), β = ∠(a, c), γ = ∠(a, b) in degrees */
  readonly angles: readonly [number, number, number];
}

export function cellParameters(cell: Float64Array): CellParameters {
  const a = cell.subarray(0, 3), b = cell.subarray(3, 6), c = cell.subarray(6, 9);
  const angle = (u: Float64Array, v: Float64Array): number =>
    (Math.acos(Math.min(1, Math.max(-1, dot3(u, v) / (norm3(u) * norm3(v))))) * 180) / Math.PI;
  return { lengths: [norm3(a), norm3(b), norm3(c)], angles: [angle(b, c), angle(a, c), angle(a, b)] };
}

/**
 * Cell from a, b, c (Å) and α, β, γ (degrees): a along x, b in the xy plane, right-handed. Cosines of 90°, 60° and 120°
 * are exact. Returns null where no such cell exists (readers say where it stands).
 */
export function cellFromParameters(a: number, b: number, c: number, alpha: number, beta: number, gamma: number): Float64Array | null {
  const cosine = (degrees: number): number =>
    degrees === 90 ? 0 : degrees === 60 ? 0.5 : degrees === 120 ? -0.5 : Math.cos((degrees * Math.PI) / 180);
  const ca = cosine(alpha), cb = cosine(beta), cg = cosine(gamma);
  const sg = Math.sqrt(1 - cg * cg);
  const cy = (ca - cb * cg) / sg;
  const cz = Math.sqrt(1 - cb * cb - cy * cy);
  const inRange = [alpha, beta, gamma].every((angle) => angle > 0 && angle < 180) && [a, b, c].every((length) => length > 0);
  if (!inRange || !(cz > 0)) return null;
  return Float64Array.of(a, 0, 0, b * cg, b * sg, 0, c * cb, c * cy, c * cz);
}

/** N masses in amu: the structure's own, or the standard atomic weights. */
export function massesOf(structure: Structure): Float64Array {
  return structure.masses ?? Float64Array.from(structure.species, atomicMass);
}

/** Mass density in kg/m³. */
export function densityOf(structure: Structure): number {
  return (massesOf(structure).reduce((sum, mass) => sum + mass, 0) / cellVolume(structure.cell)) * kilogramPerCubicMetre;
}

export function withPositions(structure: Structure, positions: Float64Array, cell: Float64Array = structure.cell): Structure {
  return { ...structure, positions, cell };
}

/** The homogeneously deformed structure: r' = F r for lattice vectors and atoms. `deformation`: 9, row-major F. */
export function strained(structure: Structure, deformation: ArrayLike<number>): Structure {
  const transposed = transpose3(deformation);
  return withPositions(structure, rowsTimesMatrix(structure.positions, transposed), multiply3(structure.cell, transposed));
}

export interface Formula {
  /** Electropositive element first, without common factor: `MgO`, `SiO2`. */
  readonly reduced: string;
  /** Formula units in the cell. */
  readonly formulaUnits: number;
}

export function formulaOf(structure: Pick<Structure, 'species'>): Formula {
  const counts = new Map<string, number>();
  for (const symbol of structure.species) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  const greatestDivisor = (x: number, y: number): number => (y === 0 ? x : greatestDivisor(y, x % y));
  const formulaUnits = [...counts.values()].reduce(greatestDivisor, 0);
  const reduced = [...counts.keys()].sort(byElectronegativity)
    .map((symbol) => symbol + (counts.get(symbol) === formulaUnits ? '' : String(counts.get(symbol)! / formulaUnits))).join('');
  return { reduced, formulaUnits };
}

export const structureLimits = {
  /** Beyond this no property can be computed in the memory of a workstation. */
  atoms: 1_000_000,
  /** Å: longer lattice vectors are a unit mistake. */
  longest: 1e4,
  /** Å: a crystal whose lattice repeats within less than this cannot be (hydrogen molecules: 0.74 Å). */
  shortest: 0.5,
  /** Å: the loop over images and the wrap into the cell stay exact far beyond this. */
  coordinate: 1e6,
  /** Å: atoms closer than this are one atom that was written twice. */
  overlap: 0.1,
} as const;

/**
 * Refuses a structure that cannot be matter, with the reason, the atoms and what to try. Every reader calls it last.
 * `place`: where the structure comes from, e.g. `MgO.cif` or `frame 3 of run.xyz`. Atoms are counted from 1.
 */
export function checkStructure(structure: Structure, place: string): void {
  const { cell, positions, species, periodic, masses } = structure;
  const count = species.length;
  if (count === 0) refuse('structure.empty', { place });
  if (count > structureLimits.atoms) refuse('structure.tooMany', { place, count, limit: structureLimits.atoms });
  if (positions.length !== 3 * count) refuse('structure.length', { place, count, coordinates: positions.length });
  if (masses && masses.length !== count) refuse('structure.masses', { place, count, masses: masses.length });

  for (let i = 0; i < count; i++) {
    if (!isElement(species[i]!)) refuse('structure.element', { place, atom: i + 1, symbol: species[i]!.slice(0, 40) });
    for (let x = 0; x < 3; x++) {
      const value = positions[3 * i + x]!;
      if (!Number.isFinite(value)) refuse('structure.coordinate', { place, atom: i + 1, axis: 'xyz'[x]!, value: String(value) });
      if (Math.abs(value) > structureLimits.coordinate) refuse('structure.far', { place, atom: i + 1, axis: 'xyz'[x]!, value, limit: structureLimits.coordinate });
    }
    if (masses && !(masses[i]! > 0 && Number.isFinite(masses[i]!))) refuse('structure.mass', { place, atom: i + 1, value: String(masses[i]) });
  }

  const names = ['a', 'b', 'c'];
  for (let row = 0; row < 3; row++) {
    const vector = cell.subarray(3 * row, 3 * row + 3);
    if (!vector.every(Number.isFinite)) refuse('structure.cellNumber', { place, vector: names[row]!, value: Array.from(vector).join(' ') });
    const length = norm3(vector);
    if (length > structureLimits.longest) refuse('structure.cellLong', { place, vector: names[row]!, length, limit: structureLimits.longest });
    if (length < structureLimits.shortest) refuse('structure.cellShort', { place, vector: names[row]!, length, limit: structureLimits.shortest });
  }
  const product = [0, 1, 2].reduce((value, row) => value * norm3(cell.subarray(3 * row, 3 * row + 3)), 1);
  // Reduced cells have at least 0.7 of the volume of a box; even a very skewed choice of vectors stays far above this.
  if (!(cellVolume(cell) > 1e-9 * product)) refuse('structure.cellFlat', { place, volume: cellVolume(cell) });
  const { cell: reduced, dimension } = binningCell(cell, periodic);
  for (let row = 0; row < dimension; row++) {
    const length = norm3(reduced.subarray(3 * row, 3 * row + 3));
    if (length < structureLimits.shortest) refuse('structure.latticeShort', { place, length, limit: structureLimits.shortest });
  }

  const points = new PointIndex(cell, periodic, structureLimits.overlap, count);
  for (let i = 0; i < count; i++) {
    const x = positions[3 * i]!, y = positions[3 * i + 1]!, z = positions[3 * i + 2]!;
    const near = points.find(x, y, z);
    if (near) {
      const image = near.isImage ? ' (across the cell boundary)' : '';
      refuse('structure.overlap', {
        place, first: `${near.index + 1} (${species[near.index]})`, second: `${i + 1} (${species[i]})${image}`, distance: near.distance, limit: structureLimits.overlap,
      });
    }
    points.add(x, y, z);
  }
}
