/** Which atoms, bonds and edges a picture of the crystal shows: a block of conventional cells with the atoms on its faces. */
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

function inverse(rows: readonly Vector[]): Vector[] {
  const [a, b, c] = rows as [Vector, Vector, Vector];
  const cross = (p: Vector, q: Vector): Vector => [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];
  const [x, y, z] = [cross(b, c), cross(c, a), cross(a, b)];
  const volume = a[0] * x[0] + a[1] * x[1] + a[2] * x[2];
  // Columns x, y, z over the volume.
  return [0, 1, 2].map((row) => [x[row]! / volume, y[row]! / volume, z[row]! / volume]);
}

export const combine = (factors: readonly number[], rows: readonly Vector[]): Vector =>
  factors.reduce<Vector>((sum, factor, i) => add(sum, scale(rows[i]!, factor)), [0, 0, 0]);

/** Atoms within this part of a cell edge count as lying on a face. */
const onFace = 1e-4;
/** Neighbours up to this multiple of an atom's shortest distance are drawn as bonded. */
const bondReach = 1.15;

/**
 * @param cell primitive lattice vectors in rows, Å
 * @param conventional rows: conventional vectors in terms of the primitive ones
 * @param repeats conventional cells along each axis
 */
export function crystalModel(cell: readonly Vector[], positions: readonly Vector[], species: readonly string[], conventional: readonly Vector[], repeats: number): CrystalModel {
  const axes = conventional.map((row) => combine(row, cell)) as [Vector, Vector, Vector];
  const toConventional = inverse(axes);
  const toPrimitive = inverse(cell);
  // Primitive translations that reach every corner of the block.
  const corners = [0, 1].flatMap((i) => [0, 1].flatMap((j) => [0, 1].map((k) => combine([i * repeats, j * repeats, k * repeats], conventional))));
  const low = [0, 1, 2].map((k) => Math.floor(Math.min(...corners.map((corner) => corner[k]!))) - 1);
  const high = [0, 1, 2].map((k) => Math.ceil(Math.max(...corners.map((corner) => corner[k]!))) + 1);
  const atoms: DrawnAtom[] = [];
  for (const [atom, position] of positions.entries()) {
    const home = combine(position, toPrimitive).map((part) => Math.floor(part + onFace)) as unknown as Vector;
    for (let i = low[0]!; i <= high[0]!; i += 1) {
      for (let j = low[1]!; j <= high[1]!; j += 1) {
        for (let k = low[2]!; k <= high[2]!; k += 1) {
          const image: Vector = [i - home[0], j - home[1], k - home[2]];
          const place = add(position, combine(image, cell));
          const inside = combine(place, toConventional).every((part) => part > -onFace && part < repeats + onFace);
          if (inside) atoms.push({ species: species[atom]!, atom, position: place, image });
        }
      }
    }
  }
  const centre = scale(combine([1, 1, 1], axes), repeats / 2);
  return {
    atoms,
    bonds: bondsBetween(atoms, positions, cell),
    axes,
    centre,
    extent: Math.max(1, ...atoms.map(({ position }) => distance(position, centre)), ...[0, 1].map((i) => distance(combine([i * repeats, 0, 0], axes), centre))),
  };
}

/** Shortest distance from each atom of the cell to any other, images included. */
function shortestDistances(positions: readonly Vector[], cell: readonly Vector[]): number[] {
  return positions.map((here, a) => {
    let shortest = Number.POSITIVE_INFINITY;
    for (const [b, there] of positions.entries()) {
      for (let i = -2; i <= 2; i += 1) for (let j = -2; j <= 2; j += 1) for (let k = -2; k <= 2; k += 1) {
        if (a === b && i === 0 && j === 0 && k === 0) continue;
        shortest = Math.min(shortest, distance(here, add(there, combine([i, j, k], cell))));
      }
    }
    return shortest;
  });
}

function bondsBetween(atoms: readonly DrawnAtom[], positions: readonly Vector[], cell: readonly Vector[]): [number, number][] {
  const shortest = shortestDistances(positions, cell);
  const bonds: [number, number][] = [];
  for (let i = 0; i < atoms.length; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const [first, second] = [atoms[i]!, atoms[j]!];
      const reach = bondReach * Math.max(shortest[first.atom]!, shortest[second.atom]!);
      if (distance(first.position, second.position) <= reach) bonds.push([j, i]);
    }
  }
  return bonds;
}
