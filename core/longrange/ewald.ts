import { refuse } from '../contracts/messages.ts';
import { minkowskiReduction } from '../crystal/reduction.ts';
import { determinant3, inverse3, reciprocalCell } from '../math/matrix3.ts';
import { ewaldParameters, type EwaldParameters } from './ewald-parameters.ts';
import { coefficients, gaussianCharge, intervals } from './screened-charge.ts';

/**
 * Electrostatic energy of point charges and its first derivatives.
 *
 * Periodic in three directions: the Ewald sum of `ewald-parameters.ts` for any cell, with conducting ("tin-foil")
 * surroundings: the term of the cell's dipole at the surface of the crystal (de Leeuw, Perram & Smith, Proc. R. Soc. A
 * 373 (1980) 27) is zero. A net charge Q is neutralised by a uniform background, which adds −πkQ²/(2α²V) to the energy
 * and +πkQ²/(2α²V²) to the diagonal of the stress.
 * Periodic in none: the direct sum. Periodic in one or two: refused.
 *
 * Cost of the periodic sum: N^(3/2) at the splitting chosen. Real-space pairs are found through bins (any cell, images
 * included); the reciprocal sum builds its phases by multiplication from tables per ion and axis.
 */
export interface EwaldOptions {
  /** k in E = k q_i q_j / r, eV·Å/e². */
  readonly coulombConstant: number;
  /** Requested relative accuracy, 1e-2 to 1e-13 (see `ewald-parameters.ts` for relative to what). */
  readonly accuracy: number;
  /** α in 1/Å instead of the fastest one. */
  readonly splitting?: number;
}

export interface EwaldWant {
  readonly forces?: boolean;
  readonly stress?: boolean;
  readonly potentials?: boolean;
}

/** Arrays belong to the sum and are overwritten by its next call. */
export interface ElectrostaticResult {
  /** eV per cell. */
  energy: number;
  /** 3N, eV/Å; valid when wanted. */
  readonly forces: Float64Array;
  /** 6 in Voigt order, eV/Å³; valid when wanted and periodic. */
  readonly stress: Float64Array;
  /** N, eV/e: ∂E/∂q_i, so that E = ½ Σ q_i φ_i; valid when wanted. */
  readonly potentials: Float64Array;
}

export interface ElectrostaticSum {
  /** positions: 3N Å, anywhere; cell: 9 Å, rows are lattice vectors. */
  evaluate(positions: Float64Array, cell: Float64Array, want: EwaldWant): ElectrostaticResult;
  /** What the last evaluation used; null for a direct sum. */
  readonly parameters: EwaldParameters | null;
}

/**
 * c_r/c_k of `ewald-parameters.ts`, measured on 8 to 4096 ions: a pair in real space, with the search for it, costs as much as
 * about eight ion-wavevector products.
 */
const costRatio = 8;

/** Å: closer than this two charges are taken for one place given twice. */
const coincidence = 1e-3;

export function electrostaticSum(
  charges: Float64Array,
  periodic: readonly [boolean, boolean, boolean],
  options: EwaldOptions,
): ElectrostaticSum {
  if (periodic.every((p) => !p)) return directSum(charges, options);
  if (!periodic.every((p) => p)) {
    refuse('longrange.partly-periodic', { axes: ['a', 'b', 'c'].filter((_, i) => periodic[i]).join(' and ') });
  }
  if (!(options.accuracy >= 1e-13 && options.accuracy <= 1e-2)) refuse('longrange.accuracy', { accuracy: options.accuracy });
  return ewaldSum(charges, options);
}

/** ½ k Σ q_i q_j / r_ij over an isolated set of charges. */
function directSum(charges: Float64Array, { coulombConstant }: EwaldOptions): ElectrostaticSum {
  const count = charges.length;
  const result: ElectrostaticResult = {
    energy: 0,
    forces: new Float64Array(3 * count),
    stress: new Float64Array(6),
    potentials: new Float64Array(count),
  };
  const { forces, potentials } = result;
  return {
    parameters: null,
    evaluate(positions) {
      forces.fill(0);
      potentials.fill(0);
      let energy = 0;
      for (let i = 0; i < count; i++) {
        for (let j = i + 1; j < count; j++) {
          const dx = positions[3 * j]! - positions[3 * i]!;
          const dy = positions[3 * j + 1]! - positions[3 * i + 1]!;
          const dz = positions[3 * j + 2]! - positions[3 * i + 2]!;
          const square = dx * dx + dy * dy + dz * dz;
          if (square < coincidence * coincidence) refuseCoincidence(i, j, square);
          const inverse = coulombConstant / Math.sqrt(square);
          const product = charges[i]! * charges[j]!;
          energy += product * inverse;
          potentials[i]! += charges[j]! * inverse;
          potentials[j]! += charges[i]! * inverse;
          const push = (product * inverse) / square;
          forces[3 * i]! -= push * dx;
          forces[3 * i + 1]! -= push * dy;
          forces[3 * i + 2]! -= push * dz;
          forces[3 * j]! += push * dx;
          forces[3 * j + 1]! += push * dy;
          forces[3 * j + 2]! += push * dz;
        }
      }
      result.energy = energy;
      return result;
    },
  };
}

function refuseCoincidence(i: number, j: number, square: number): never {
  refuse('longrange.coincident', { first: Math.min(i, j) + 1, second: Math.max(i, j) + 1, distance: Math.sqrt(square) });
}

function ewaldSum(charges: Float64Array, options: EwaldOptions): ElectrostaticSum {
  const count = charges.length;
  const k = options.coulombConstant;
  let netCharge = 0, chargeSquares = 0;
  for (const q of charges) {
    netCharge += q;
    chargeSquares += q * q;
  }

  const result: ElectrostaticResult = {
    energy: 0,
    forces: new Float64Array(3 * count),
    stress: new Float64Array(6),
    potentials: new Float64Array(count),
  };
  const { forces, potentials } = result;
  /** σV, xx yy zz yz xz xy. */
  const strainDerivative = new Float64Array(6);

  const lastCell = new Float64Array(9).fill(NaN);
  let geometry: Geometry | undefined;
  const bins = binnedIons(charges);
  const waves = structureFactors(charges);

  return {
    get parameters() {
      return geometry?.parameters ?? null;
    },
    evaluate(positions, cell, want) {
      if (!geometry || cell.some((value, i) => value !== lastCell[i])) {
        geometry = geometryOf(cell, count, options);
        lastCell.set(cell);
        bins.setGeometry(geometry);
        waves.setGeometry(geometry, k);
      }
      const { volume, parameters: { splitting: alpha } } = geometry;
      forces.fill(0);
      strainDerivative.fill(0);

      // The ion's own screening charge, and the background of the screened charges.
      const self = (2 * k * alpha) / Math.sqrt(Math.PI);
      const background = (k * Math.PI) / (alpha * alpha * volume);
      for (let i = 0; i < count; i++) potentials[i] = -self * charges[i]! - background * netCharge;
      let energy = -0.5 * self * chargeSquares - 0.5 * background * netCharge * netCharge;
      for (let a = 0; a < 3; a++) strainDerivative[a] = 0.5 * background * netCharge * netCharge;

      bins.place(positions, geometry);
      energy += bins.addPairs(geometry, k, forces, strainDerivative, potentials);
      energy += waves.addWaves(positions, want, forces, strainDerivative, potentials);

      result.energy = energy;
      for (let a = 0; a < 6; a++) result.stress[a] = strainDerivative[a]! / volume;
      return result;
    },
  };
}

/** What follows from the cell alone. It does not depend on earlier cells: the same input gives the same bits. */
interface Geometry {
  readonly volume: number;
  readonly parameters: EwaldParameters;
  /** Rows are the reduced lattice vectors, and the inverse of that matrix: f = r · inverse. */
  readonly cell: Float64Array;
  readonly inverse: Float64Array;
  /** Rows are the reciprocal vectors of the reduced cell, 2π included. */
  readonly reciprocal: Float64Array;
}

function geometryOf(given: Float64Array, ions: number, options: EwaldOptions): Geometry {
  const { cell } = minkowskiReduction(given);
  const volume = Math.abs(determinant3(cell));
  const reciprocal = reciprocalCell(cell);
  const parameters = ewaldParameters({
    cell,
    ions,
    accuracy: options.accuracy,
    order: 'stress',
    costRatio,
    splitting: options.splitting,
  });
  return { volume, parameters, cell, inverse: inverse3(cell), reciprocal };
}

/**
 * A lower bound of the distance between points of two equal parallelepipeds (rows of `step` their edges) which lie
 * (i, j, l) edges apart. Differences fill the parallelepiped of ±1 edges around that; for any unit vector n the least
 * n·difference is such a bound, and the best n points to the nearest difference, here approached along one edge after
 * the other.
 */
function leastDistance(step: Float64Array, i: number, j: number, l: number): number {
  const center = [i, j, l];
  const nearest = center.map((n) => n - Math.sign(n));
  const at = [0, 1, 2].map((b) => nearest[0]! * step[b]! + nearest[1]! * step[3 + b]! + nearest[2]! * step[6 + b]!);
  for (let sweep = 0; sweep < 3; sweep++) {
    for (let a = 0; a < 3; a++) {
      const sx = step[3 * a]!, sy = step[3 * a + 1]!, sz = step[3 * a + 2]!;
      const wish = nearest[a]! - (at[0]! * sx + at[1]! * sy + at[2]! * sz) / (sx * sx + sy * sy + sz * sz);
      const moved = Math.min(center[a]! + 1, Math.max(center[a]! - 1, wish)) - nearest[a]!;
      nearest[a]! += moved;
      at[0]! += moved * sx;
      at[1]! += moved * sy;
      at[2]! += moved * sz;
    }
  }
  const length = Math.hypot(at[0]!, at[1]!, at[2]!);
  if (length === 0) return 0;
  let bound = 0;
  for (let a = 0; a < 3; a++) {
    const along = (at[0]! * step[3 * a]! + at[1]! * step[3 * a + 1]! + at[2]! * step[3 * a + 2]!) / length;
    bound += center[a]! * along - Math.abs(along);
  }
  return bound;
}

/**
 * The sum in real space. Ions are sorted into bins (parallelepipeds, whole fractions of the reduced cell); each bin is
 * paired with the half of all bins and their images that can hold an ion within the cutoff.
 */
function binnedIons(charges: Float64Array) {
  const count = charges.length;
  /** Ions in the order of their bins: x y z q, and which they are. */
  const sorted = new Float64Array(4 * count), sortedIon = new Int32Array(count);
  const binOf = new Int32Array(count);
  const wrapped = new Float64Array(3 * count);

  const number = new Int32Array(3);
  /** Triples of bin offsets, the positive half. */
  let offsets = new Int32Array(0);
  let offsetCount = 0;
  let start = new Int32Array(2);

  // A bin's ions and those that can be their partners: x y z q of each; force and potential added up for each; which
  // ions they are; and which of them are near the ion at hand.
  let around = new Float64Array(0), sums = new Float64Array(0);
  let ion = new Int32Array(0), near = new Int32Array(0);
  function makeRoom(size: number): void {
    const [places, numbers] = [around, ion];
    around = new Float64Array(4 * size);
    around.set(places);
    sums = new Float64Array(4 * size);
    ion = new Int32Array(size);
    ion.set(numbers);
    near = new Int32Array(size);
  }

  function setGeometry({ cell, inverse, volume, parameters: { realCutoff } }: Geometry): void {
    // A third of the cutoff makes the searched volume little more than the sphere; below four ions per bin the
    // bookkeeping costs more than the search.
    const width = Math.max(realCutoff / 3, Math.cbrt((4 * volume) / count));
    const step = new Float64Array(9);
    const reach = [0, 0, 0];
    for (let a = 0; a < 3; a++) {
      const height = 1 / Math.hypot(inverse[a]!, inverse[3 + a]!, inverse[6 + a]!);
      number[a] = Math.max(1, Math.floor(height / width));
      // Two bins n apart leave n − 1 between them.
      reach[a] = Math.floor((realCutoff * number[a]!) / height) + 1;
      for (let b = 0; b < 3; b++) step[3 * a + b] = cell[3 * a + b]! / number[a]!;
    }
    const bins = number[0]! * number[1]! * number[2]!;
    if (start.length < bins + 1) start = new Int32Array(bins + 1);

    const [rx, ry, rz] = reach as [number, number, number];
    const most = (2 * rx + 1) * (2 * ry + 1) * (2 * rz + 1);
    if (offsets.length < 3 * most) offsets = new Int32Array(3 * most);
    offsetCount = 0;
    for (let i = 0; i <= rx; i++) {
      for (let j = i === 0 ? 0 : -ry; j <= ry; j++) {
        for (let l = i === 0 && j === 0 ? 1 : -rz; l <= rz; l++) {
          if (leastDistance(step, i, j, l) >= realCutoff) continue;
          offsets[3 * offsetCount] = i;
          offsets[3 * offsetCount + 1] = j;
          offsets[3 * offsetCount + 2] = l;
          offsetCount++;
        }
      }
    }
  }

  function place(positions: Float64Array, { cell, inverse }: Geometry): void {
    const [nx, ny, nz] = number as unknown as [number, number, number];
    const bins = nx * ny * nz;
    start.fill(0, 0, bins + 1);
    for (let i = 0; i < count; i++) {
      const px = positions[3 * i]!, py = positions[3 * i + 1]!, pz = positions[3 * i + 2]!;
      let a = px * inverse[0]! + py * inverse[3]! + pz * inverse[6]!;
      let b = px * inverse[1]! + py * inverse[4]! + pz * inverse[7]!;
      let c = px * inverse[2]! + py * inverse[5]! + pz * inverse[8]!;
      const na = Math.floor(a), nb = Math.floor(b), nc = Math.floor(c);
      a -= na;
      b -= nb;
      c -= nc;
      // Whole lattice vectors are taken from the given coordinates, not built from fractions, to keep their digits.
      wrapped[3 * i] = px - na * cell[0]! - nb * cell[3]! - nc * cell[6]!;
      wrapped[3 * i + 1] = py - na * cell[1]! - nb * cell[4]! - nc * cell[7]!;
      wrapped[3 * i + 2] = pz - na * cell[2]! - nb * cell[5]! - nc * cell[8]!;
      // A fraction of −1e-17 becomes exactly 1 after the subtraction.
      const bin = (Math.min(nx - 1, Math.floor(a * nx)) * ny + Math.min(ny - 1, Math.floor(b * ny))) * nz +
        Math.min(nz - 1, Math.floor(c * nz));
      binOf[i] = bin;
      start[bin + 1]!++;
    }
    for (let bin = 0; bin < bins; bin++) start[bin + 1]! += start[bin]!;
    // Filling backwards moves each start from the end of its bin to its beginning: shift by one, then restore.
    for (let i = count - 1; i >= 0; i--) {
      const bin = binOf[i]!;
      const slot = --start[bin + 1]!;
      sortedIon[slot] = i;
      for (let c = 0; c < 3; c++) sorted[4 * slot + c] = wrapped[3 * i + c]!;
      sorted[4 * slot + 3] = charges[i]!;
    }
    for (let bin = 0; bin < bins; bin++) start[bin] = start[bin + 1]!;
    start[bins] = count;
  }

  function addPairs(
    { cell, parameters: { splitting: alpha, realCutoff } }: Geometry,
    k: number,
    forces: Float64Array,
    strainDerivative: Float64Array,
    potentials: Float64Array,
  ): number {
    const cutoffSquare = realCutoff * realCutoff;
    const decay = alpha * alpha, slopeScale = 2 * alpha * decay;
    let energy = 0;
    let xx = 0, yy = 0, zz = 0, yz = 0, xz = 0, xy = 0;

    const [nx, ny, nz] = number as unknown as [number, number, number];
    // The sums above must stay plain local variables (a closure over them would cost several times the arithmetic), so
    // all loops are written here. Bin by bin the ions that can be partners are laid side by side where they are (images
    // shifted); ion by ion those within the cutoff are gathered, then summed without a branch.
    for (let bx = 0; bx < nx; bx++) {
      for (let by = 0; by < ny; by++) {
        for (let bz = 0; bz < nz; bz++) {
          const bin = (bx * ny + by) * nz + bz;
          const own = start[bin + 1]! - start[bin]!;
          if (own === 0) continue;
          let total = 0;
          // Offset −1 is the bin itself, whose ions come first.
          for (let o = -1; o < offsetCount; o++) {
            let other = bin, sx = 0, sy = 0, sz = 0;
            if (o >= 0) {
              const cx = bx + offsets[3 * o]!, cy = by + offsets[3 * o + 1]!, cz = bz + offsets[3 * o + 2]!;
              const mx = Math.floor(cx / nx), my = Math.floor(cy / ny), mz = Math.floor(cz / nz);
              other = ((cx - mx * nx) * ny + (cy - my * ny)) * nz + (cz - mz * nz);
              sx = mx * cell[0]! + my * cell[3]! + mz * cell[6]!;
              sy = mx * cell[1]! + my * cell[4]! + mz * cell[7]!;
              sz = mx * cell[2]! + my * cell[5]! + mz * cell[8]!;
            }
            const from = start[other]!, to = start[other + 1]!;
            if (total + to - from > near.length) makeRoom(2 * (total + to - from));
            for (let slot = from; slot < to; slot++, total++) {
              around[4 * total] = sorted[4 * slot]! + sx;
              around[4 * total + 1] = sorted[4 * slot + 1]! + sy;
              around[4 * total + 2] = sorted[4 * slot + 2]! + sz;
              around[4 * total + 3] = sorted[4 * slot + 3]!;
              ion[total] = sortedIon[slot]!;
            }
          }
          sums.fill(0, 0, 4 * total);

          for (let i = 0; i < own; i++) {
            const xi = around[4 * i]!, yi = around[4 * i + 1]!, zi = around[4 * i + 2]!, qi = around[4 * i + 3]!;
            let found = 0;
            for (let j = i + 1; j < total; j++) {
              const dx = around[4 * j]! - xi, dy = around[4 * j + 1]! - yi, dz = around[4 * j + 2]! - zi;
              near[found] = j;
              found += dx * dx + dy * dy + dz * dz < cutoffSquare ? 1 : 0;
            }
            let sumX = 0, sumY = 0, sumZ = 0, sumPhi = 0;
            for (let n = 0; n < found; n++) {
              const j = near[n]!;
              const dx = around[4 * j]! - xi, dy = around[4 * j + 1]! - yi, dz = around[4 * j + 2]! - zi;
              const square = dx * dx + dy * dy + dz * dz;
              if (square < coincidence * coincidence) refuseCoincidence(ion[i]!, ion[j]!, square);
              // g and g' of screened-charge.ts by Horner's rule.
              const scaled = decay * square;
              const interval = (scaled * intervals) | 0;
              const at = coefficients * interval;
              const t = scaled - (interval + 0.5) / intervals;
              let slope = gaussianCharge[at + 6]!;
              let value = slope * t + gaussianCharge[at + 5]!;
              slope = slope * t + value;
              value = value * t + gaussianCharge[at + 4]!;
              slope = slope * t + value;
              value = value * t + gaussianCharge[at + 3]!;
              slope = slope * t + value;
              value = value * t + gaussianCharge[at + 2]!;
              slope = slope * t + value;
              value = value * t + gaussianCharge[at + 1]!;
              slope = slope * t + value;
              value = value * t + gaussianCharge[at]!;
              const inverse = 1 / Math.sqrt(square);
              const screened = inverse - alpha * value;
              const qj = around[4 * j + 3]!;
              const product = qi * qj;
              energy += product * screened;
              sumPhi += qj * screened;
              sums[4 * j + 3]! += qi * screened;
              const push = product * (inverse * inverse * inverse + slopeScale * slope);
              const gx = push * dx, gy = push * dy, gz = push * dz;
              sumX -= gx;
              sumY -= gy;
              sumZ -= gz;
              sums[4 * j]! += gx;
              sums[4 * j + 1]! += gy;
              sums[4 * j + 2]! += gz;
              xx -= gx * dx;
              yy -= gy * dy;
              zz -= gz * dz;
              yz -= gy * dz;
              xz -= gx * dz;
              xy -= gx * dy;
            }
            sums[4 * i]! += sumX;
            sums[4 * i + 1]! += sumY;
            sums[4 * i + 2]! += sumZ;
            sums[4 * i + 3]! += sumPhi;
          }
          for (let n = 0; n < total; n++) {
            const i = ion[n]!;
            forces[3 * i]! += k * sums[4 * n]!;
            forces[3 * i + 1]! += k * sums[4 * n + 1]!;
            forces[3 * i + 2]! += k * sums[4 * n + 2]!;
            potentials[i]! += k * sums[4 * n + 3]!;
          }
        }
      }
    }
    strainDerivative[0]! += k * xx;
    strainDerivative[1]! += k * yy;
    strainDerivative[2]! += k * zz;
    strainDerivative[3]! += k * yz;
    strainDerivative[4]! += k * xz;
    strainDerivative[5]! += k * xy;
    return k * energy;
  }

  return { setGeometry, place, addPairs };
}

/**
 * The sum in reciprocal space over half of all G (n1 > 0, or n1 = 0 and n2 > 0, or n1 = n2 = 0 and n3 > 0), each counted
 * twice. Phases e^{iG·r} are products of powers of e^{i b·r} along the three axes. Rows of constant (n1, n2) take n3 and
 * −n3 together: with p = q e^{i(n1 b1 + n2 b2)·r} and c = e^{i m b3·r} both structure factors follow from the four sums of
 * Re p Re c, Im p Im c, Re p Im c, Im p Re c; and what acts back on an ion, Σ_n3 T_n3 e^{iG·r}, needs e^{i(n1 b1 + n2 b2)·r}
 * once per row.
 */
function structureFactors(charges: Float64Array) {
  const count = charges.length;
  /** n1, n2, largest |n3| of each row. */
  let rows = new Int32Array(0);
  let rowCount = 0;
  /**
   * For each row and m = 0, 1, …: of G with n3 = m and of G with n3 = −m, the weight 2 · (4πk/V) e^{−G²/4α²}/G² (zero for
   * what is not in the half or beyond the cutoff) and 2 (1/G² + 1/4α²).
   */
  let weights = new Float64Array(0);
  /** Largest |n| per axis. */
  const most = new Int32Array(3);
  let reciprocal: Float64Array = new Float64Array(9);

  /** Powers of e^{i b_a·r}: [axis][n][ion]. */
  const cosines: Float64Array[] = [0, 1, 2].map(() => new Float64Array(0));
  const sines: Float64Array[] = [0, 1, 2].map(() => new Float64Array(0));
  /** e^{i(n1 b1 + n2 b2)·r} of the ions, and that times their charges. */
  const planeRe = new Float64Array(count), planeIm = new Float64Array(count);
  const chargedRe = new Float64Array(count), chargedIm = new Float64Array(count);
  /** What a row sends back: per m the real and imaginary factors of cosine and sine, then the same times ±m. */
  let back = new Float64Array(0);

  function setGeometry(geometry: Geometry, k: number): void {
    reciprocal = geometry.reciprocal;
    const b = reciprocal;
    const { splitting: alpha, reciprocalCutoff } = geometry.parameters;
    const cutoffSquare = reciprocalCutoff * reciprocalCutoff;
    const quarter = 1 / (4 * alpha * alpha);
    const scale = (8 * Math.PI * k) / geometry.volume;
    // |n_a| ≤ |a_a| kc / 2π, since G·a_a = 2π n_a.
    for (let a = 0; a < 3; a++) {
      const length = Math.hypot(geometry.cell[3 * a]!, geometry.cell[3 * a + 1]!, geometry.cell[3 * a + 2]!);
      most[a] = Math.floor((length * reciprocalCutoff) / (2 * Math.PI));
      const size = (most[a]! + 1) * count;
      if (cosines[a]!.length < size) {
        cosines[a] = new Float64Array(size);
        sines[a] = new Float64Array(size);
      }
    }
    const rowLimit = (most[0]! + 1) * (2 * most[1]! + 1);
    if (rows.length < 3 * rowLimit) rows = new Int32Array(3 * rowLimit);
    if (weights.length < 4 * rowLimit * (most[2]! + 1)) weights = new Float64Array(4 * rowLimit * (most[2]! + 1));
    if (back.length < 8 * (most[2]! + 1)) back = new Float64Array(8 * (most[2]! + 1));
    rowCount = 0;
    let index = 0;
    for (let n1 = 0; n1 <= most[0]!; n1++) {
      for (let n2 = n1 === 0 ? 0 : -most[1]!; n2 <= most[1]!; n2++) {
        const px = n1 * b[0]! + n2 * b[3]!, py = n1 * b[1]! + n2 * b[4]!, pz = n1 * b[2]! + n2 * b[5]!;
        let last = -1;
        for (let m = 0; m <= most[2]!; m++) {
          for (let sign = 1; sign >= -1; sign -= 2) {
            const gx = px + sign * m * b[6]!, gy = py + sign * m * b[7]!, gz = pz + sign * m * b[8]!;
            const square = gx * gx + gy * gy + gz * gz;
            const inside = square <= cutoffSquare && (sign > 0 ? square > 0 : m > 0 && (n1 > 0 || n2 > 0));
            const at = index + 4 * m + (sign > 0 ? 0 : 2);
            weights[at] = inside ? (scale * Math.exp(-square * quarter)) / square : 0;
            weights[at + 1] = inside ? 2 * (1 / square + quarter) : 0;
            if (inside) last = m;
          }
        }
        if (last < 0) continue;
        rows[3 * rowCount] = n1;
        rows[3 * rowCount + 1] = n2;
        rows[3 * rowCount + 2] = last;
        rowCount++;
        index += 4 * (last + 1);
      }
    }
  }

  function fillTables(positions: Float64Array): void {
    for (let a = 0; a < 3; a++) {
      const re = cosines[a]!, im = sines[a]!;
      const bx = reciprocal[3 * a]!, by = reciprocal[3 * a + 1]!, bz = reciprocal[3 * a + 2]!;
      const top = most[a]!;
      for (let i = 0; i < count; i++) {
        const angle = bx * positions[3 * i]! + by * positions[3 * i + 1]! + bz * positions[3 * i + 2]!;
        const c = Math.cos(angle), s = Math.sin(angle);
        let r = 1, t = 0;
        for (let n = 0, at = i; n <= top; n++, at += count) {
          re[at] = r;
          im[at] = t;
          const next = r * c - t * s;
          t = r * s + t * c;
          r = next;
        }
      }
    }
  }

  function addWaves(
    positions: Float64Array,
    want: EwaldWant,
    forces: Float64Array,
    strainDerivative: Float64Array,
    potentials: Float64Array,
  ): number {
    fillTables(positions);
    const [c1, c2, c3] = cosines as [Float64Array, Float64Array, Float64Array];
    const [s1, s2, s3] = sines as [Float64Array, Float64Array, Float64Array];
    const b = reciprocal;
    const actsBack = want.forces === true || want.potentials === true;
    let energy = 0;
    let xx = 0, yy = 0, zz = 0, yz = 0, xz = 0, xy = 0;
    let index = 0;
    for (let row = 0; row < rowCount; row++) {
      const n1 = rows[3 * row]!, n2 = rows[3 * row + 1]!, last = rows[3 * row + 2]!;
      const at1 = n1 * count, at2 = Math.abs(n2) * count, sign2 = n2 < 0 ? -1 : 1;
      for (let i = 0; i < count; i++) {
        const ar = c1[at1 + i]!, ai = s1[at1 + i]!, br = c2[at2 + i]!, bi = sign2 * s2[at2 + i]!;
        const re = ar * br - ai * bi, im = ar * bi + ai * br;
        planeRe[i] = re;
        planeIm[i] = im;
        chargedRe[i] = charges[i]! * re;
        chargedIm[i] = charges[i]! * im;
      }
      const px = n1 * b[0]! + n2 * b[3]!, py = n1 * b[1]! + n2 * b[4]!, pz = n1 * b[2]! + n2 * b[5]!;
      for (let m = 0; m <= last; m++, index += 4) {
        const at3 = m * count;
        let reRe = 0, imIm = 0, reIm = 0, imRe = 0;
        for (let i = 0; i < count; i++) {
          const pr = chargedRe[i]!, pi = chargedIm[i]!, cr = c3[at3 + i]!, ci = s3[at3 + i]!;
          reRe += pr * cr;
          imIm += pi * ci;
          reIm += pr * ci;
          imRe += pi * cr;
        }
        let plusRe = reRe - imIm, plusIm = reIm + imRe, minusRe = reRe + imIm, minusIm = imRe - reIm;
        let gx = px + m * b[6]!, gy = py + m * b[7]!, gz = pz + m * b[8]!;
        let part = 0.5 * weights[index]! * (plusRe * plusRe + plusIm * plusIm);
        let stretched = part * weights[index + 1]!;
        energy += part;
        xx += stretched * gx * gx - part;
        yy += stretched * gy * gy - part;
        zz += stretched * gz * gz - part;
        yz += stretched * gy * gz;
        xz += stretched * gx * gz;
        xy += stretched * gx * gy;
        gx = px - m * b[6]!;
        gy = py - m * b[7]!;
        gz = pz - m * b[8]!;
        part = 0.5 * weights[index + 2]! * (minusRe * minusRe + minusIm * minusIm);
        stretched = part * weights[index + 3]!;
        energy += part;
        xx += stretched * gx * gx - part;
        yy += stretched * gy * gy - part;
        zz += stretched * gz * gz - part;
        yz += stretched * gy * gz;
        xz += stretched * gx * gz;
        xy += stretched * gx * gy;

        // T = w S*; T₊ c + T₋ c* = (T₊ + T₋) Re c + i (T₊ − T₋) Im c, and the same with ±m for the slope along b3.
        plusRe *= weights[index]!;
        plusIm *= -weights[index]!;
        minusRe *= weights[index + 2]!;
        minusIm *= -weights[index + 2]!;
        const at = 8 * m;
        back[at] = plusRe + minusRe;
        back[at + 1] = plusIm + minusIm;
        back[at + 2] = minusIm - plusIm;
        back[at + 3] = plusRe - minusRe;
        back[at + 4] = m * (plusRe - minusRe);
        back[at + 5] = m * (plusIm - minusIm);
        back[at + 6] = -m * (plusIm + minusIm);
        back[at + 7] = m * (plusRe + minusRe);
      }
      if (!actsBack) continue;
      for (let i = 0; i < count; i++) {
        let sumRe = 0, sumIm = 0, slopeRe = 0, slopeIm = 0;
        for (let m = 0, at = 0, at3 = i; m <= last; m++, at += 8, at3 += count) {
          const cr = c3[at3]!, ci = s3[at3]!;
          sumRe += back[at]! * cr + back[at + 2]! * ci;
          sumIm += back[at + 1]! * cr + back[at + 3]! * ci;
          slopeRe += back[at + 4]! * cr + back[at + 6]! * ci;
          slopeIm += back[at + 5]! * cr + back[at + 7]! * ci;
        }
        const pr = planeRe[i]!, pi = planeIm[i]!;
        // φ = Re Σ T e^{iG·r} and its gradient −Im Σ G T e^{iG·r}.
        const along = charges[i]! * (pr * sumIm + pi * sumRe), along3 = charges[i]! * (pr * slopeIm + pi * slopeRe);
        forces[3 * i]! += along * px + along3 * b[6]!;
        forces[3 * i + 1]! += along * py + along3 * b[7]!;
        forces[3 * i + 2]! += along * pz + along3 * b[8]!;
        potentials[i]! += pr * sumRe - pi * sumIm;
      }
    }
    strainDerivative[0]! += xx;
    strainDerivative[1]! += yy;
    strainDerivative[2]! += zz;
    strainDerivative[3]! += yz;
    strainDerivative[4]! += xz;
    strainDerivative[5]! += xy;
    return energy;
  }

  return { setGeometry, addWaves };
}
