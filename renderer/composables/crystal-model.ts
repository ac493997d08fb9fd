/** Which atoms, bonds and edges a picture of the crystal shows: a block of conventional cells with the atoms on its faces. */
import { drawnElement } from './elements.ts';
import { pointGrid } from './point-grid.ts';

export type Vector = readonly [number, number, number];

export interface DrawnAtom {
  readonly species: string;
  /** Index of the atom in the primitive cell. */
  readonly atom: number;
  readonly position: Vector;
  /** Primitive lattice vectors between the atom of the cell and this image. */
  readonly image: Vector;
}

export interface CrystalModel {
  readonly atoms: readonly DrawnAtom[];
  readonly bonds: readonly (readonly [number, number])[];
  /** Conventional lattice vectors, Å. */
  readonly axes: readonly [Vector, Vector, Vector];
  readonly centre: Vector;
  /** Å: radius of the sphere around all atoms. */
  readonly extent: number;
}

const add = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const scale = (a: Vector, factor: number): Vector => [a[0] * factor, a[1] * factor, a[2] * factor];
const distance = (a: Vector, b: Vector): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
const cross = (p: Vector, q: Vector): Vector => [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];
const dot = (p: Vector, q: Vector): number => p[0] * q[0] + p[1] * q[1] + p[2] * q[2];

export function inverse(rows: readonly Vector[]): Vector[] {
  const [a, b, c] = rows as [Vector, Vector, Vector];
  const [x, y, z] = [cross(b, c), cross(c, a), cross(a, b)];
  const volume = dot(a, x);
  // Columns x, y, z over the volume.
  return [0, 1, 2].map((row) => [x[row]! / volume, y[row]! / volume, z[row]! / volume]);
}

export function combine(factors: readonly number[], rows: readonly Vector[]): Vector {
  const p = factors[0]!, q = factors[1]!, r = factors[2]!;
  const a = rows[0]!, b = rows[1]!, c = rows[2]!;
  return [p * a[0] + q * b[0] + r * c[0], p * a[1] + q * b[1] + r * c[1], p * a[2] + q * b[2] + r * c[2]];
}

/** Atoms within this part of a cell edge count as lying on a face. */
const onFace = 1e-4;
/** Neighbours up to this multiple of an atom's shortest distance are drawn as bonded. */
const bondReach = 1.15;
/** But never farther than this multiple of the sum of covalent radii, or this many Å: an atom that lies far from all others has no bonds. */
const longestBond = 1.9, longestWeakBond = 3.3;

const everywhere = [true, true, true] as const;

/**
 * @param cell primitive lattice vectors in rows, Å
 * @param conventional rows: conventional vectors in terms of the primitive ones
 * @param repeats conventional cells along each axis
 * @param periodic along which of the vectors it repeats; where it does not, atoms are drawn where they are. Such crystals have no other cell than their own.
 */
export function crystalModel(
  cell: readonly Vector[], positions: readonly Vector[], species: readonly string[], conventional: readonly Vector[], repeats: number, periodic: readonly boolean[] = everywhere,
): CrystalModel {
  return withBonds(unbondedModel(cell, positions, species, conventional, repeats, periodic), cell, positions, periodic);
}

/** The same without bonds: what a large crystal shows at first. */
export function unbondedModel(
  cell: readonly Vector[], positions: readonly Vector[], species: readonly string[], conventional: readonly Vector[], repeats: number, periodic: readonly boolean[] = everywhere,
): CrystalModel {
  const axes = conventional.map((row) => combine(row, cell)) as [Vector, Vector, Vector];
  const toConventional = inverse(axes);
  const toPrimitive = inverse(cell);
  // Flat numbers in the inner loop: tens of thousands of atoms try some sixty translations each.
  const images = translationsOf(conventional, repeats, periodic);
  const shifts = flat(images.map((image) => combine(image, cell)));
  const parts = flat(images.map((image) => combine(combine(image, cell), toConventional)));
  const lows = periodic.map((repeated) => (repeated ? -onFace : -Infinity)), highs = periodic.map((repeated) => (repeated ? repeats + onFace : Infinity));
  const [low1, low2, low3] = lows as [number, number, number], [high1, high2, high3] = highs as [number, number, number];
  const atoms: DrawnAtom[] = [];
  positions.forEach((position, atom) => {
    const home = combine(position, toPrimitive).map((part, axis) => (periodic[axis] ? Math.floor(part + onFace) : 0)) as unknown as Vector;
    const start = add(position, scale(combine(home, cell), -1));
    const inBlock = combine(start, toConventional);
    const u = inBlock[0], v = inBlock[1], w = inBlock[2];
    for (let k = 0; k < images.length; k += 1) {
      const p = u + parts[3 * k]!, q = v + parts[3 * k + 1]!, r = w + parts[3 * k + 2]!;
      if (!(p > low1 && p < high1 && q > low2 && q < high2 && r > low3 && r < high3)) continue;
      const image = images[k]!;
      atoms.push({
        species: species[atom]!, atom, position: [start[0] + shifts[3 * k]!, start[1] + shifts[3 * k + 1]!, start[2] + shifts[3 * k + 2]!],
        image: [image[0] - home[0], image[1] - home[1], image[2] - home[2]],
      });
    }
  });
  const centre = periodic.some(Boolean) ? scale(combine([1, 1, 1], axes), repeats / 2) : middleOf(atoms);
  let extent = 1;
  for (const { position } of atoms) extent = Math.max(extent, distance(position, centre));
  if (periodic.every(Boolean)) for (const i of [0, 1]) extent = Math.max(extent, distance(combine([i * repeats, 0, 0], axes), centre));
  return { atoms, bonds: [], axes, centre, extent };
}

/** Primitive translations that can carry an atom of the cell at the origin into the block. */
function translationsOf(conventional: readonly Vector[], repeats: number, periodic: readonly boolean[]): Vector[] {
  const corners = [0, 1].flatMap((i) => [0, 1].flatMap((j) => [0, 1].map((k) => combine([i * repeats, j * repeats, k * repeats], conventional))));
  const range = [0, 1, 2].map((axis) => {
    if (!periodic[axis]) return [0];
    const low = Math.floor(Math.min(...corners.map((corner) => corner[axis]!))) - 1;
    const high = Math.ceil(Math.max(...corners.map((corner) => corner[axis]!))) + 1;
    return Array.from({ length: high - low + 1 }, (_, k) => low + k);
  });
  return range[0]!.flatMap((i) => range[1]!.flatMap((j) => range[2]!.map((k): Vector => [i, j, k])));
}

function middleOf(atoms: readonly DrawnAtom[]): Vector {
  const ends = [0, 1, 2].map((axis) => atoms.reduce(([low, high], { position }) => [Math.min(low, position[axis]!), Math.max(high, position[axis]!)] as const, [Infinity, -Infinity] as const));
  return ends.map(([low, high]) => (low + high) / 2) as unknown as Vector;
}

const flat = (points: readonly Vector[]): Float64Array => {
  const out = new Float64Array(3 * points.length);
  points.forEach((point, i) => { out.set(point, 3 * i); });
  return out;
};

/** Å: shortest distance from each atom of the cell to any other, images included; Infinity for one that is alone. */
function shortestDistances(positions: readonly Vector[], cell: readonly Vector[], periodic: readonly boolean[]): Float64Array {
  const toCell = inverse(cell);
  const [a, b, c] = cell as [Vector, Vector, Vector];
  const volume = Math.abs(dot(a, cross(b, c)));
  // Distances between opposite faces, Å.
  const heights = [cross(b, c), cross(c, a), cross(a, b)].map((normal) => volume / Math.hypot(...normal));
  const shortest = new Float64Array(positions.length).fill(Infinity);
  const inside = positions.map((position) => combine(combine(position, toCell).map((part, axis) => (periodic[axis] ? part - Math.floor(part) : part)), cell));
  // The margin grows until every atom has seen another: neighbours of matter are found at once.
  for (let margin = 4; margin <= 64; margin *= 2) {
    const points = imagesAround(inside, cell, toCell, heights, periodic, margin);
    const grid = pointGrid(points, margin / 2);
    let missing = false;
    inside.forEach(([x, y, z], i) => {
      if (shortest[i] !== Infinity) return;
      let squared = Infinity;
      // Twins nearer than 1e-6 Å would be one atom; the atom itself is among the points.
      grid.within(x, y, z, margin, (_, found) => { if (found > 1e-12 && found < squared) squared = found; });
      if (squared === Infinity) missing = true;
      else shortest[i] = Math.sqrt(squared);
    });
    if (!missing) break;
  }
  return shortest;
}

/** x y z of all atoms and of their images within `margin` (Å) of the cell. */
function imagesAround(inside: readonly Vector[], cell: readonly Vector[], toCell: readonly Vector[], heights: readonly number[], periodic: readonly boolean[], margin: number): Float64Array {
  const reach = heights.map((height, axis) => (periodic[axis] ? margin / height : 0));
  const low = reach.map((part) => -part) as [number, number, number], high = reach.map((part) => 1 + part) as [number, number, number];
  const [a, b, c] = cell as [Vector, Vector, Vector];
  const points: number[] = [];
  for (const position of inside) {
    const parts = combine(position, toCell);
    // Of an axis that does not repeat, the atom itself only.
    const [i0, i1, j0, j1, k0, k1] = parts.flatMap((part, axis) => (periodic[axis] ? [Math.ceil(low[axis]! - part), Math.floor(high[axis]! - part)] : [0, 0])) as [number, number, number, number, number, number];
    for (let i = i0; i <= i1; i += 1) for (let j = j0; j <= j1; j += 1) for (let k = k0; k <= k1; k += 1) {
      points.push(position[0] + i * a[0] + j * b[0] + k * c[0], position[1] + i * a[1] + j * b[1] + k * c[1], position[2] + i * a[2] + j * b[2] + k * c[2]);
    }
  }
  return Float64Array.from(points);
}

/** @param cell, positions, periodic those that the model was made of */
export function withBonds(model: CrystalModel, cell: readonly Vector[], positions: readonly Vector[], periodic: readonly boolean[] = everywhere): CrystalModel {
  const { atoms } = model;
  const shortest = shortestDistances(positions, cell, periodic);
  const radii = atoms.map(({ species }) => drawnElement(species).radius);
  const largest = Math.max(...radii, 0);
  const reaches = Float64Array.from(atoms, ({ atom }, i) => Math.min(bondReach * shortest[atom]!, Math.max(longestWeakBond, longestBond * (radii[i]! + largest))));
  const points = flat(atoms.map(({ position }) => position));
  const sorted = reaches.toSorted();
  const grid = pointGrid(points, Math.max(1, sorted[sorted.length >> 1] ?? 1));
  const bonds: [number, number][] = [];
  for (let i = 0; i < atoms.length; i += 1) {
    const own = reaches[i]!;
    grid.within(points[3 * i]!, points[3 * i + 1]!, points[3 * i + 2]!, own, (j, squared) => {
      // Each pair once: from the end that reaches farther, or the later one of two equals.
      const other = reaches[j]!;
      if (j === i || other > own || (other === own && j > i)) return;
      if (Math.sqrt(squared) <= Math.max(longestWeakBond, longestBond * (radii[i]! + radii[j]!))) bonds.push(j < i ? [j, i] : [i, j]);
    });
  }
  return { ...model, bonds };
}
