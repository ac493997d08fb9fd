/** Phases e^{ik·r} of atoms for reciprocal lattice vectors, by multiplication from one sine and cosine per atom and axis. */
import { inverse3, norm3, reciprocalCell } from '../math/matrix3.ts';

/** Integers n of the vectors k = Σ n_a b_a with 0 < |k| < `limit` (1/Å, 2π included), one of each ±k, three by three. */
export function waveIntegers(cell: Float64Array, limit: number): Int32Array {
  const reciprocal = reciprocalCell(cell);
  const most = [0, 3, 6].map((row) => Math.floor((limit * norm3(cell.subarray(row, row + 3))) / (2 * Math.PI)));
  const found: number[] = [];
  for (let a = 0; a <= most[0]!; a++) {
    for (let b = a === 0 ? 0 : -most[1]!; b <= most[1]!; b++) {
      for (let c = a === 0 && b === 0 ? 1 : -most[2]!; c <= most[2]!; c++) {
        let square = 0;
        for (let x = 0; x < 3; x++) square += (a * reciprocal[x]! + b * reciprocal[3 + x]! + c * reciprocal[6 + x]!) ** 2;
        if (square < limit * limit) found.push(a, b, c);
      }
    }
  }
  return Int32Array.from(found);
}

export interface WavePhases {
  /** Prepares the phases of `waves` (as above) for atoms at these positions (3N, Å). */
  fill(waves: Int32Array, positions: Float64Array, cell: Float64Array): void;
  /** e^{ik·r} of every atom for the wave that begins at index `w` of the last `fill`: into re and im (N). */
  phases(w: number, re: Float64Array, im: Float64Array): void;
}

export function wavePhases(atoms: number): WavePhases {
  /** e^{2πi n f} for n = 0 … most: [axis][n][atom]. */
  const cosines = [new Float64Array(0), new Float64Array(0), new Float64Array(0)];
  const sines = [new Float64Array(0), new Float64Array(0), new Float64Array(0)];
  let integers: Int32Array = new Int32Array(0);
  return {
    fill(waves, positions, cell) {
      integers = waves;
      const inverse = inverse3(cell);
      const most = [0, 0, 0];
      waves.forEach((n, at) => { most[at % 3] = Math.max(most[at % 3]!, Math.abs(n)); });
      for (let axis = 0; axis < 3; axis++) {
        const room = atoms * (most[axis]! + 1);
        if (cosines[axis]!.length < room) {
          cosines[axis] = new Float64Array(room);
          sines[axis] = new Float64Array(room);
        }
        const re = cosines[axis]!, im = sines[axis]!;
        for (let i = 0; i < atoms; i++) {
          const angle = 2 * Math.PI * (positions[3 * i]! * inverse[axis]! + positions[3 * i + 1]! * inverse[3 + axis]! + positions[3 * i + 2]! * inverse[6 + axis]!);
          const c = Math.cos(angle), s = Math.sin(angle);
          let x = 1, y = 0;
          for (let at = i; at < room; at += atoms) {
            re[at] = x;
            im[at] = y;
            const next = x * c - y * s;
            y = x * s + y * c;
            x = next;
          }
        }
      }
    },
    phases(w, re, im) {
      const [c1, c2, c3] = cosines as [Float64Array, Float64Array, Float64Array];
      const [s1, s2, s3] = sines as [Float64Array, Float64Array, Float64Array];
      const n2 = integers[w + 1]!, n3 = integers[w + 2]!;
      const at1 = integers[w]! * atoms, at2 = Math.abs(n2) * atoms, at3 = Math.abs(n3) * atoms;
      const sign2 = n2 < 0 ? -1 : 1, sign3 = n3 < 0 ? -1 : 1;
      for (let i = 0; i < atoms; i++) {
        const xr = c1[at1 + i]!, xi = s1[at1 + i]!, yr = c2[at2 + i]!, yi = sign2 * s2[at2 + i]!, zr = c3[at3 + i]!, zi = sign3 * s3[at3 + i]!;
        const pr = xr * yr - xi * yi, pi = xr * yi + xi * yr;
        re[i] = pr * zr - pi * zi;
        im[i] = pr * zi + pi * zr;
      }
    },
  };
}
