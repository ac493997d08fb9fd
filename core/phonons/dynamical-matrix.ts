/**
 * The mass-weighted dynamical matrix
 * D_ij(q) = (m_i m_j)^−½ [ Σ_R Φ_ij(R) exp(i q·(r_j + R − r_i)) + long-range part ],
 * short-range force constants by a finite sum, long-range parts exactly at each q. eV/(Å²·amu).
 */
import type { Structure } from '../contracts/structure.ts';
import { fractionalPositions, massesOf } from '../crystal/structure.ts';
import { hermitianSolver } from '../kernels/hermitian.ts';
import type { HermitianSolver } from '../math/hermitian.ts';
import { reciprocalCell, vectorTimesMatrix3 } from '../math/matrix3.ts';
import type { LongRangeDynamics } from '../potential/potential.ts';
import type { ForceConstants } from './force-constants.ts';

export interface DynamicalMatrix {
  /** 3N */
  readonly modes: number;
  /** Holds the matrix after `load`; nothing is allocated per wave vector. */
  readonly solver: HermitianSolver;
  /**
   * Writes D(q) into the solver. `q`: reduced coordinates. `direction`: Cartesian, any length; at q = 0 the non-analytic
   * limit along it is included, elsewhere it is ignored.
   */
  load(q: ArrayLike<number>, direction?: ArrayLike<number>): void;
  /**
   * For the solver's present eigenvectors: e† (∂D/∂q along `direction`) e' of the modes first … last−1, (re, im)
   * interleaved, row-major. `direction`: Cartesian unit vector.
   */
  slopes(q: ArrayLike<number>, direction: ArrayLike<number>): (first: number, last: number) => Float64Array;
  /** Largest |D − D†| relative to the largest |Φ_ij|/√(m_i m_j), from all pairs, not only those of the triangle that `load` uses. */
  hermiticity(q: ArrayLike<number>): number;
}

/** One 3×3 block (i, j), j ≤ i, and its range of pairs. */
interface Block {
  readonly i: number;
  readonly j: number;
  readonly start: number;
  readonly end: number;
}

export function dynamicalMatrix(structure: Structure, forceConstants: ForceConstants, longRange: readonly LongRangeDynamics[]): DynamicalMatrix {
  const atoms = structure.species.length;
  const modes = 3 * atoms;
  const solver = hermitianSolver(modes);
  const { stride } = solver;
  const fractional = fractionalPositions(structure);
  const reciprocal = reciprocalCell(structure.cell);
  const inverseRoots = massesOf(structure).map((mass) => 1 / Math.sqrt(mass));

  const { pairs, values } = forceConstants;
  const pairCount = values.length / 9;
  // Sorted by block, so that each block's sum runs over consecutive memory.
  const order = Array.from({ length: pairCount }, (_, p) => p).sort((a, b) => pairs[5 * a]! - pairs[5 * b]! || pairs[5 * a + 1]! - pairs[5 * b + 1]! || a - b);
  const cells = new Map<string, number>();
  const cellVectors: number[] = [];
  const cellOf = new Int32Array(pairCount);
  const sorted = new Float64Array(9 * pairCount);
  /** Cartesian r_j + R − r_i, 3 per pair. */
  const separations = new Float64Array(3 * pairCount);
  const blocks: Block[] = [];
  /** A sum of terms of this size vanishes up to its rounding: at Γ all of D may. */
  let largestTerm = 0;
  const upperBlocks: Block[] = [];
  order.forEach((p, s) => {
    const [i, j, n1, n2, n3] = [pairs[5 * p]!, pairs[5 * p + 1]!, pairs[5 * p + 2]!, pairs[5 * p + 3]!, pairs[5 * p + 4]!];
    const key = `${n1},${n2},${n3}`;
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = cells.size;
      cells.set(key, cell);
      cellVectors.push(n1, n2, n3);
    }
    cellOf[s] = cell;
    const term = values.subarray(9 * p, 9 * p + 9);
    sorted.set(term, 9 * s);
    for (const value of term) largestTerm = Math.max(largestTerm, Math.abs(value) * inverseRoots[i]! * inverseRoots[j]!);
    const d = [n1, n2, n3].map((n, x) => n + fractional[3 * j + x]! - fractional[3 * i + x]!);
    separations.set(vectorTimesMatrix3(d, structure.cell), 3 * s);
    const list = j <= i ? blocks : upperBlocks;
    const last = list.at(-1);
    if (last?.i === i && last.j === j) list[list.length - 1] = { i, j, start: last.start, end: s + 1 };
    else list.push({ i, j, start: s, end: s + 1 });
  });
  const cellCount = cells.size;
  const cellNumbers = Int32Array.from(cellVectors);
  const reach = [0, 1, 2].map((x) => cellNumbers.reduce((most, n, at) => (at % 3 === x ? Math.max(most, Math.abs(n)) : most), 0));
  const powersReal = reach.map((most) => new Float64Array(2 * most + 1));
  const powersImaginary = reach.map((most) => new Float64Array(2 * most + 1));
  const cellReal = new Float64Array(cellCount);
  const cellImaginary = new Float64Array(cellCount);
  const atomReal = new Float64Array(atoms);
  const atomImaginary = new Float64Array(atoms);
  const longRangeMatrix = new Float64Array(longRange.length > 0 ? 2 * modes * modes : 0);
  const cartesian = new Float64Array(3);

  /** exp(2πi q·n) of every lattice vector in use, and exp(2πi q·f) of every atom. */
  function setPhases(q: ArrayLike<number>): void {
    for (let x = 0; x < 3; x++) {
      const most = reach[x]!;
      const real = powersReal[x]!, imaginary = powersImaginary[x]!;
      for (let n = 0; n <= most; n++) {
        const angle = 2 * Math.PI * q[x]! * n;
        real[most + n] = real[most - n] = Math.cos(angle);
        const sine = Math.sin(angle);
        imaginary[most + n] = sine;
        imaginary[most - n] = -sine;
      }
    }
    const [x1, x2, x3] = powersReal as [Float64Array, Float64Array, Float64Array];
    const [y1, y2, y3] = powersImaginary as [Float64Array, Float64Array, Float64Array];
    const [m1, m2, m3] = reach as [number, number, number];
    for (let c = 0; c < cellCount; c++) {
      const a = m1 + cellNumbers[3 * c]!, b = m2 + cellNumbers[3 * c + 1]!, d = m3 + cellNumbers[3 * c + 2]!;
      const real = x1[a]! * x2[b]! - y1[a]! * y2[b]!;
      const imaginary = x1[a]! * y2[b]! + y1[a]! * x2[b]!;
      cellReal[c] = real * x3[d]! - imaginary * y3[d]!;
      cellImaginary[c] = real * y3[d]! + imaginary * x3[d]!;
    }
    for (let i = 0; i < atoms; i++) {
      const angle = 2 * Math.PI * (q[0]! * fractional[3 * i]! + q[1]! * fractional[3 * i + 1]! + q[2]! * fractional[3 * i + 2]!);
      atomReal[i] = Math.cos(angle);
      atomImaginary[i] = Math.sin(angle);
    }
  }

  /** Adds the short-range blocks to real and imaginary planes. */
  function addShortRange(list: readonly Block[], real: Float64Array, imaginary: Float64Array): void {
    for (const { i, j, start, end } of list) {
      let r0 = 0, r1 = 0, r2 = 0, r3 = 0, r4 = 0, r5 = 0, r6 = 0, r7 = 0, r8 = 0;
      let i0 = 0, i1 = 0, i2 = 0, i3 = 0, i4 = 0, i5 = 0, i6 = 0, i7 = 0, i8 = 0;
      for (let s = start; s < end; s++) {
        const c = cellReal[cellOf[s]!]!, d = cellImaginary[cellOf[s]!]!;
        const at = 9 * s;
        const v0 = sorted[at]!, v1 = sorted[at + 1]!, v2 = sorted[at + 2]!;
        const v3 = sorted[at + 3]!, v4 = sorted[at + 4]!, v5 = sorted[at + 5]!;
        const v6 = sorted[at + 6]!, v7 = sorted[at + 7]!, v8 = sorted[at + 8]!;
        r0 += c * v0; r1 += c * v1; r2 += c * v2; r3 += c * v3; r4 += c * v4; r5 += c * v5; r6 += c * v6; r7 += c * v7; r8 += c * v8;
        i0 += d * v0; i1 += d * v1; i2 += d * v2; i3 += d * v3; i4 += d * v4; i5 += d * v5; i6 += d * v6; i7 += d * v7; i8 += d * v8;
      }
      const mass = inverseRoots[i]! * inverseRoots[j]!;
      const pr = mass * (atomReal[j]! * atomReal[i]! + atomImaginary[j]! * atomImaginary[i]!);
      const pi = mass * (atomImaginary[j]! * atomReal[i]! - atomReal[j]! * atomImaginary[i]!);
      let at = 3 * i * stride + 3 * j;
      real[at]! += pr * r0 - pi * i0; imaginary[at]! += pr * i0 + pi * r0;
      real[at + 1]! += pr * r1 - pi * i1; imaginary[at + 1]! += pr * i1 + pi * r1;
      real[at + 2]! += pr * r2 - pi * i2; imaginary[at + 2]! += pr * i2 + pi * r2;
      at += stride;
      real[at]! += pr * r3 - pi * i3; imaginary[at]! += pr * i3 + pi * r3;
      real[at + 1]! += pr * r4 - pi * i4; imaginary[at + 1]! += pr * i4 + pi * r4;
      real[at + 2]! += pr * r5 - pi * i5; imaginary[at + 2]! += pr * i5 + pi * r5;
      at += stride;
      real[at]! += pr * r6 - pi * i6; imaginary[at]! += pr * i6 + pi * r6;
      real[at + 1]! += pr * r7 - pi * i7; imaginary[at + 1]! += pr * i7 + pi * r7;
      real[at + 2]! += pr * r8 - pi * i8; imaginary[at + 2]! += pr * i8 + pi * r8;
    }
  }

  /** Long-range parts into `longRangeMatrix`, not mass-weighted. */
  function setLongRange(q: ArrayLike<number>, direction?: ArrayLike<number>): void {
    longRangeMatrix.fill(0);
    cartesian.set(vectorTimesMatrix3(q, reciprocal));
    for (const part of longRange) part.addForceConstants(cartesian, longRangeMatrix, direction);
  }

  function addLongRange(real: Float64Array, imaginary: Float64Array, whole: boolean): void {
    for (let i = 0; i < modes; i++) {
      for (let j = 0; j < (whole ? modes : i + 1); j++) {
        const mass = inverseRoots[Math.floor(i / 3)]! * inverseRoots[Math.floor(j / 3)]!;
        const from = 2 * (i * modes + j), to = i * stride + j;
        real[to]! += mass * longRangeMatrix[from]!;
        imaginary[to]! += mass * longRangeMatrix[from + 1]!;
      }
    }
  }

  function load(q: ArrayLike<number>, direction?: ArrayLike<number>): void {
    solver.real.fill(0);
    solver.imaginary.fill(0);
    setPhases(q);
    addShortRange(blocks, solver.real, solver.imaginary);
    if (longRange.length > 0) {
      setLongRange(q, direction);
      addLongRange(solver.real, solver.imaginary, false);
    }
  }

  /** ∂D/∂q along the direction, whole matrix, (re, im) interleaved. */
  function derivative(q: ArrayLike<number>, direction: ArrayLike<number>): Float64Array {
    const out = new Float64Array(2 * modes * modes);
    setPhases(q);
    for (const { i, j, start, end } of [...blocks, ...upperBlocks]) {
      const mass = inverseRoots[i]! * inverseRoots[j]!;
      const pr = atomReal[j]! * atomReal[i]! + atomImaginary[j]! * atomImaginary[i]!;
      const pi = atomImaginary[j]! * atomReal[i]! - atomReal[j]! * atomImaginary[i]!;
      for (let s = start; s < end; s++) {
        const along = mass * (separations[3 * s]! * direction[0]! + separations[3 * s + 1]! * direction[1]! + separations[3 * s + 2]! * direction[2]!);
        const cr = cellReal[cellOf[s]!]!, ci = cellImaginary[cellOf[s]!]!;
        // i · along · phase
        const real = -along * (pr * ci + pi * cr), imaginary = along * (pr * cr - pi * ci);
        for (let a = 0; a < 3; a++) {
          for (let b = 0; b < 3; b++) {
            const to = 2 * ((3 * i + a) * modes + 3 * j + b);
            const value = sorted[9 * s + 3 * a + b]!;
            out[to]! += real * value;
            out[to + 1]! += imaginary * value;
          }
        }
      }
    }
    if (longRange.length > 0) {
      // At q = 0 the non-analytic part is constant along the direction: the gradient of the analytic part is all there is.
      const gradient = new Float64Array(6 * modes * modes);
      cartesian.set(vectorTimesMatrix3(q, reciprocal));
      for (const part of longRange) part.addForceConstantsGradient(cartesian, gradient);
      for (let i = 0; i < modes; i++) {
        for (let j = 0; j < modes; j++) {
          const mass = inverseRoots[Math.floor(i / 3)]! * inverseRoots[Math.floor(j / 3)]!;
          const at = 2 * (i * modes + j);
          for (let x = 0; x < 3; x++) {
            out[at]! += mass * direction[x]! * gradient[2 * x * modes * modes + at]!;
            out[at + 1]! += mass * direction[x]! * gradient[2 * x * modes * modes + at + 1]!;
          }
        }
      }
    }
    return out;
  }

  function slopes(q: ArrayLike<number>, direction: ArrayLike<number>): (first: number, last: number) => Float64Array {
    const matrix = derivative(q, direction);
    const { vectorsReal, vectorsImaginary } = solver;
    const productReal = new Float64Array(modes), productImaginary = new Float64Array(modes);
    return (first, last) => {
      const size = last - first;
      const out = new Float64Array(2 * size * size);
      for (let n = 0; n < size; n++) {
        const right = (first + n) * stride;
        for (let i = 0; i < modes; i++) {
          let real = 0, imaginary = 0;
          for (let j = 0; j < modes; j++) {
            const at = 2 * (i * modes + j);
            real += matrix[at]! * vectorsReal[right + j]! - matrix[at + 1]! * vectorsImaginary[right + j]!;
            imaginary += matrix[at]! * vectorsImaginary[right + j]! + matrix[at + 1]! * vectorsReal[right + j]!;
          }
          productReal[i] = real;
          productImaginary[i] = imaginary;
        }
        for (let m = 0; m < size; m++) {
          const left = (first + m) * stride;
          const to = 2 * (m * size + n);
          for (let i = 0; i < modes; i++) {
            out[to]! += vectorsReal[left + i]! * productReal[i]! + vectorsImaginary[left + i]! * productImaginary[i]!;
            out[to + 1]! += vectorsReal[left + i]! * productImaginary[i]! - vectorsImaginary[left + i]! * productReal[i]!;
          }
        }
      }
      return out;
    };
  }

  function hermiticity(q: ArrayLike<number>): number {
    const real = new Float64Array(modes * stride), imaginary = new Float64Array(modes * stride);
    setPhases(q);
    addShortRange(blocks, real, imaginary);
    addShortRange(upperBlocks, real, imaginary);
    if (longRange.length > 0) {
      setLongRange(q);
      addLongRange(real, imaginary, true);
    }
    let largest = largestTerm, violation = 0;
    for (let i = 0; i < modes; i++) {
      for (let j = 0; j <= i; j++) {
        const a = i * stride + j, b = j * stride + i;
        largest = Math.max(largest, Math.hypot(real[a]!, imaginary[a]!));
        violation = Math.max(violation, Math.hypot(real[a]! - real[b]!, imaginary[a]! + imaginary[b]!));
      }
    }
    return largest > 0 ? violation / largest : 0;
  }

  return { modes, solver, load, slopes, hermiticity };
}
