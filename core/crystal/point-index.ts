import { inverse3 } from '../math/matrix3.ts';
import { binningCell } from './neighbours.ts';

/** A point that was found, the distance to it, and whether the nearest image of it is another than itself. */
export interface NearPoint {
  readonly index: number;
  /** Å */
  readonly distance: number;
  readonly isImage: boolean;
}

/**
 * Points in a cell, to ask whether a new one lies closer than `distance` to one of them. The time for each is bounded whatever the points
 * are (crowded into a corner, on a line), as long as only points are added that lie at least `distance` from all others: unlike a
 * neighbour list, whose bins are made for atoms spread evenly. Needs a lattice that repeats after more than 3 `distance`.
 */
export class PointIndex {
  readonly #distance: number;
  readonly #cell: Float64Array;
  readonly #inverse: Float64Array;
  readonly #dimension: number;
  /** Bins per unit of fractional coordinate, and the part of a bin that `distance` covers. */
  readonly #bins: number[];
  readonly #margin: number[];
  /** Last point of each bucket of the hash table, and the point before it: −1 ends a chain. */
  readonly #heads: Int32Array;
  readonly #before: Int32Array;
  readonly #points: Float64Array;
  readonly #fractional = new Float64Array(3);
  #count = 0;

  /** cell: 9 Å; distance: Å; capacity: how many points can be added. */
  constructor(cell: Float64Array, periodic: readonly boolean[], distance: number, capacity: number) {
    const binning = binningCell(cell, periodic);
    this.#distance = distance;
    this.#cell = binning.cell;
    this.#inverse = inverse3(binning.cell);
    this.#dimension = binning.dimension;
    const heights = [0, 1, 2].map((axis) => 1 / Math.hypot(this.#inverse[axis]!, this.#inverse[3 + axis]!, this.#inverse[6 + axis]!));
    // Bins of 4 distances: most points then look into one bin, few into its neighbours.
    this.#bins = heights.map((height) => Math.max(1, Math.floor(height / (4 * distance))));
    this.#margin = heights.map((height, axis) => (distance * this.#bins[axis]!) / height);
    let size = 16;
    while (size < 2 * capacity) size *= 2;
    this.#heads = new Int32Array(size).fill(-1);
    this.#before = new Int32Array(capacity);
    this.#points = new Float64Array(3 * capacity);
  }

  /** A point closer than the distance to (x, y, z), Å; null where there is none. */
  find(x: number, y: number, z: number): NearPoint | null {
    const f = this.#reduce(x, y, z);
    const from = [0, 0, 0], to = [0, 0, 0];
    for (let axis = 0; axis < 3; axis++) {
      const position = f[axis]! * this.#bins[axis]!;
      from[axis] = Math.floor(position - this.#margin[axis]!);
      to[axis] = Math.floor(position + this.#margin[axis]!);
    }
    for (let i = from[0]!; i <= to[0]!; i++) {
      for (let j = from[1]!; j <= to[1]!; j++) {
        for (let k = from[2]!; k <= to[2]!; k++) {
          for (let index = this.#heads[this.#bucket(i, j, k)]!; index !== -1; index = this.#before[index]!) {
            const found = this.#compare(index, x, y, z);
            if (found) return found;
          }
        }
      }
    }
    return null;
  }

  /** Adds the point (x, y, z), Å; its index is the number of points before it. */
  add(x: number, y: number, z: number): void {
    const f = this.#reduce(x, y, z);
    const bucket = this.#bucket(Math.floor(f[0]! * this.#bins[0]!), Math.floor(f[1]! * this.#bins[1]!), Math.floor(f[2]! * this.#bins[2]!));
    this.#before[this.#count] = this.#heads[bucket]!;
    this.#heads[bucket] = this.#count;
    this.#points.set([x, y, z], 3 * this.#count++);
  }

  /** Fractional coordinates, along repeating axes in [0, 1). */
  #reduce(x: number, y: number, z: number): Float64Array {
    const m = this.#inverse;
    for (let axis = 0; axis < 3; axis++) {
      const f = x * m[axis]! + y * m[3 + axis]! + z * m[6 + axis]!;
      this.#fractional[axis] = axis < this.#dimension ? f - Math.floor(f) : f;
    }
    return this.#fractional;
  }

  /** Different bins may share a bucket: the distance decides. */
  #bucket(i: number, j: number, k: number): number {
    const wrap = (bin: number, axis: number): number => {
      const n = this.#bins[axis]!;
      return axis < this.#dimension ? ((bin % n) + n) % n : bin;
    };
    let hash = Math.imul(wrap(i, 0), 0x9e3779b1) ^ Math.imul(wrap(j, 1), 0x85ebca77) ^ Math.imul(wrap(k, 2), 0xc2b2ae3d);
    hash ^= hash >>> 15;
    return Math.imul(hash, 0x27d4eb2f) >>> 0 & (this.#heads.length - 1);
  }

  /** The nearest image is the one of rounded fractional differences: distances count only far below half the height of the cell. */
  #compare(index: number, x: number, y: number, z: number): NearPoint | null {
    const h = this.#cell;
    const m = this.#inverse;
    let dx = x - this.#points[3 * index]!, dy = y - this.#points[3 * index + 1]!, dz = z - this.#points[3 * index + 2]!;
    let isImage = false;
    for (let axis = 0; axis < this.#dimension; axis++) {
      const shift = Math.round(dx * m[axis]! + dy * m[3 + axis]! + dz * m[6 + axis]!);
      if (shift === 0) continue;
      isImage = true;
      dx -= shift * h[3 * axis]!;
      dy -= shift * h[3 * axis + 1]!;
      dz -= shift * h[3 * axis + 2]!;
    }
    const distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
    return distance < this.#distance ? { index, distance, isImage } : null;
  }
}
