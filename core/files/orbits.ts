import type { Operation } from './symmetry-operations.ts';

/**
 * Å: images of a site closer than this are one atom on a special position. Coordinates with three or four decimals put a site at 1/3 that
 * far from where it belongs; no two atoms come so close.
 */
export const specialPositionTolerance = 0.01;

/** The images of sites under the operations of a space group. */
export class Orbits {
  readonly #count: number;
  /** 12 numbers per operation: W, w. */
  readonly #operations: Float64Array;
  readonly #metric: Float64Array;
  readonly #identity: number;
  readonly #images: Float64Array;

  /** `metric`: 9, dot products of the lattice vectors, Å². */
  constructor(operations: readonly Operation[], metric: Float64Array) {
    this.#count = operations.length;
    this.#operations = Float64Array.from(operations.flatMap(({ rotation, translation }) => [...rotation, ...translation]));
    this.#metric = metric;
    this.#images = new Float64Array(3 * this.#count);
    this.#identity = operations.findIndex(({ rotation, translation }) => rotation.every((w, i) => w === (i % 4 === 0 ? 1 : 0)) && translation.every((w) => w === 0));
  }

  /**
   * All different images of a site, fractional. A site within the tolerance of a special position is moved onto it, to the mean of the
   * images that coincide (by `shift` Å): otherwise its images would be several atoms close together. Undefined where the images within
   * the tolerance are not those of one special position. The array is overwritten by the next call.
   */
  of(site: readonly [number, number, number]): { images: Float64Array; shift: number } | undefined {
    const all = this.#images;
    this.#apply(site, all);
    const mean = [0, 0, 0];
    let stabiliser = 0;
    for (let k = 0; k < this.#count; k++) {
      const x = nearest(all[3 * k]! - site[0]), y = nearest(all[3 * k + 1]! - site[1]), z = nearest(all[3 * k + 2]! - site[2]);
      if (this.#length(x, y, z) > specialPositionTolerance) continue;
      stabiliser++;
      mean[0]! += x;
      mean[1]! += y;
      mean[2]! += z;
    }
    if (stabiliser === 1) return { images: this.#intoCell(all), shift: 0 };

    const offset = mean.map((value) => value / stabiliser) as [number, number, number];
    this.#apply([site[0] + offset[0], site[1] + offset[1], site[2] + offset[2]], all);
    this.#intoCell(all);
    const images = all.subarray(0, (3 * this.#count) / stabiliser);
    let kept = 0;
    for (let k = 0; k < this.#count; k++) {
      if (this.#occurs(all, k, kept)) continue;
      if (kept * 3 === images.length) return undefined;
      all.copyWithin(3 * kept, 3 * k, 3 * k + 3);
      kept++;
    }
    return kept * 3 === images.length ? { images, shift: this.#length(...offset) } : undefined;
  }

  /** Whether image `k` is one of the first `kept`. */
  #occurs(all: Float64Array, k: number, kept: number): boolean {
    for (let i = 0; i < kept; i++) {
      const x = nearest(all[3 * k]! - all[3 * i]!), y = nearest(all[3 * k + 1]! - all[3 * i + 1]!), z = nearest(all[3 * k + 2]! - all[3 * i + 2]!);
      if (this.#length(x, y, z) < specialPositionTolerance) return true;
    }
    return false;
  }

  #apply([x, y, z]: readonly [number, number, number], out: Float64Array): void {
    const o = this.#operations;
    for (let k = 0; k < this.#count; k++) {
      for (let row = 0; row < 3; row++) {
        const w = 12 * k + 3 * row;
        out[3 * k + row] = o[w]! * x + o[w + 1]! * y + o[w + 2]! * z + o[12 * k + 9 + row]!;
      }
    }
  }

  /** The identity keeps the coordinates of the file; images are brought into the cell. */
  #intoCell(images: Float64Array): Float64Array {
    for (let i = 0; i < images.length; i++) if (Math.floor(i / 3) !== this.#identity) images[i]! -= Math.floor(images[i]!);
    return images;
  }

  /** Å */
  #length(x: number, y: number, z: number): number {
    const g = this.#metric;
    return Math.sqrt(Math.max(0, x * x * g[0]! + y * y * g[4]! + z * z * g[8]! + 2 * (x * y * g[1]! + x * z * g[2]! + y * z * g[5]!)));
  }
}

/** The difference to the nearest lattice translation. */
function nearest(value: number): number {
  return value - Math.round(value);
}
