import { refuse } from '../contracts/messages.ts';
import { minkowskiReduction } from '../crystal/reduction.ts';
import { determinant3, inverse3, reciprocalCell } from '../math/matrix3.ts';
import { erfcx } from '../math/special.ts';
import { ewaldParameters, type EwaldParameters } from './ewald-parameters.ts';

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

const twoOverRootPi = 2 / Math.sqrt(Math.PI);

/**
 * c_r/c_k of `ewald-parameters.ts`, measured on 64 to 4096 ions: a pair in real space costs about as much as five
 * ion-wavevector products.
 */
const costRatio = 5;

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
      if (want.forces) forces.fill(0);
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
 * The sum in real space. Ions are sorted into bins (parallelepipeds, whole fractions of the reduced cell); each bin is
 * paired with the half of all bins and their images that can hold an ion within the cutoff.
 */
function binnedIons(charges: Float64Array) {
  const count = charges.length;
  // Ions in the order of their bins: coordinates inside the cell, charges, and what is added up for them.
  const x = new Float64Array(count), y = new Float64Array(count), z = new Float64Array(count);
  const q = new Float64Array(count);
  const fx = new Float64Array(count), fy = new Float64Array(count), fz = new Float64Array(count);
  const phi = new Float64Array(count);
  const ion = new Int32Array(count);
  const binOf = new Int32Array(count);
  const wrapped = new Float64Array(3 * count);

  const number = new Int32Array(3);
  /** Triples of bin offsets, the positive half. */
  let offsets = new Int32Array(0);
  let offsetCount = 0;
  let start = new Int32Array(2);

  function setGeometry({ cell, inverse, volume, parameters: { realCutoff } }: Geometry): void {
    // A third of the cutoff makes the searched volume little more than the sphere; below four ions per bin the
    // bookkeeping costs more than the search.
    const width = Math.max(realCutoff / 3, Math.cbrt((4 * volume) / count));
    const reach = new Int32Array(3);
    const step = new Float64Array(9);
    let diagonal = 0;
    for (let a = 0; a < 3; a++) {
      const height = 1 / Math.hypot(inverse[a]!, inverse[3 + a]!, inverse[6 + a]!);
      number[a] = Math.max(1, Math.floor(height / width));
      reach[a] = Math.ceil((realCutoff * number[a]!) / height);
      for (let b = 0; b < 3; b++) step[3 * a + b] = cell[3 * a + b]! / number[a]!;
    }
    for (const [s, t] of [[1, 1], [1, -1], [-1, 1], [-1, -1]] as const) {
      diagonal = Math.max(
        diagonal,
        Math.hypot(...[0, 1, 2].map((b) => step[b]! + s * step[3 + b]! + t * step[6 + b]!)),
      );
    }
    const bins = number[0]! * number[1]! * number[2]!;
    if (start.length < bins + 1) start = new Int32Array(bins + 1);

    const most = (2 * reach[0]! + 1) * (2 * reach[1]! + 1) * (2 * reach[2]! + 1);
    if (offsets.length < 3 * most) offsets = new Int32Array(3 * most);
    offsetCount = 0;
    for (let i = 0; i <= reach[0]!; i++) {
      for (let j = i === 0 ? 0 : -reach[1]!; j <= reach[1]!; j++) {
        for (let l = i === 0 && j === 0 ? 1 : -reach[2]!; l <= reach[2]!; l++) {
          // Points of two bins lie at most one bin diagonal nearer to each other than the bins' corners.
          const distance = Math.hypot(
            i * step[0]! + j * step[3]! + l * step[6]!,
            i * step[1]! + j * step[4]! + l * step[7]!,
            i * step[2]! + j * step[5]! + l * step[8]!,
          );
          if (distance > realCutoff + diagonal) continue;
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
      ion[slot] = i;
      x[slot] = wrapped[3 * i]!;
      y[slot] = wrapped[3 * i + 1]!;
      z[slot] = wrapped[3 * i + 2]!;
      q[slot] = charges[i]!;
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
    const slope = twoOverRootPi * alpha;
    fx.fill(0);
    fy.fill(0);
    fz.fill(0);
    phi.fill(0);
    let energy = 0;
    let xx = 0, yy = 0, zz = 0, yz = 0, xz = 0, xy = 0;

    /** All pairs (i of one bin, j of another shifted by s); for a bin with itself only j > i. */
    const pairBins = (first: number, second: number, sx: number, sy: number, sz: number, same: boolean): void => {
      const firstEnd = start[first + 1]!, secondEnd = start[second + 1]!, secondStart = start[second]!;
      for (let i = start[first]!; i < firstEnd; i++) {
        const xi = x[i]! - sx, yi = y[i]! - sy, zi = z[i]! - sz, qi = q[i]!;
        let sumX = 0, sumY = 0, sumZ = 0, sumPhi = 0;
        for (let j = same ? i + 1 : secondStart; j < secondEnd; j++) {
          const dx = x[j]! - xi, dy = y[j]! - yi, dz = z[j]! - zi;
          const square = dx * dx + dy * dy + dz * dz;
          if (square >= cutoffSquare) continue;
          if (square < coincidence * coincidence) refuseCoincidence(ion[i]!, ion[j]!, square);
          const r = Math.sqrt(square);
          const gauss = Math.exp(-alpha * alpha * square);
          const screened = (gauss * erfcx(alpha * r)) / r;
          const qj = q[j]!;
          const product = qi * qj;
          energy += product * screened;
          sumPhi += qj * screened;
          phi[j]! += qi * screened;
          const push = (product * (screened + slope * gauss)) / square;
          const gx = push * dx, gy = push * dy, gz = push * dz;
          sumX -= gx;
          sumY -= gy;
          sumZ -= gz;
          fx[j]! += gx;
          fy[j]! += gy;
          fz[j]! += gz;
          xx -= gx * dx;
          yy -= gy * dy;
          zz -= gz * dz;
          yz -= gy * dz;
          xz -= gx * dz;
          xy -= gx * dy;
        }
        fx[i]! += sumX;
        fy[i]! += sumY;
        fz[i]! += sumZ;
        phi[i]! += sumPhi;
      }
    };

    const [nx, ny, nz] = number as unknown as [number, number, number];
    for (let bx = 0; bx < nx; bx++) {
      for (let by = 0; by < ny; by++) {
        for (let bz = 0; bz < nz; bz++) {
          const bin = (bx * ny + by) * nz + bz;
          if (start[bin] === start[bin + 1]) continue;
          pairBins(bin, bin, 0, 0, 0, true);
          for (let o = 0; o < offsetCount; o++) {
            const cx = bx + offsets[3 * o]!, cy = by + offsets[3 * o + 1]!, cz = bz + offsets[3 * o + 2]!;
            const mx = Math.floor(cx / nx), my = Math.floor(cy / ny), mz = Math.floor(cz / nz);
            const other = ((cx - mx * nx) * ny + (cy - my * ny)) * nz + (cz - mz * nz);
            if (start[other] === start[other + 1]) continue;
            pairBins(
              bin,
              other,
              mx * cell[0]! + my * cell[3]! + mz * cell[6]!,
              mx * cell[1]! + my * cell[4]! + mz * cell[7]!,
              mx * cell[2]! + my * cell[5]! + mz * cell[8]!,
              false,
            );
          }
        }
      }
    }
    for (let slot = 0; slot < count; slot++) {
      const i = ion[slot]!;
      forces[3 * i]! += k * fx[slot]!;
      forces[3 * i + 1]! += k * fy[slot]!;
      forces[3 * i + 2]! += k * fz[slot]!;
      potentials[i]! += k * phi[slot]!;
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
 * twice. Phases e^{iG·r} are products of powers of e^{i b·r} along the three axes.
 */
function structureFactors(charges: Float64Array) {
  const count = charges.length;
  /** Rows of constant (n1, n2): n1, n2, first n3, number of n3. */
  let rows = new Int32Array(0);
  let rowCount = 0;
  /** 2 · (4πk/V) e^{−G²/4α²}/G² of every G, and 2 (1/G² + 1/4α²), in the order of the rows. */
  let weights = new Float64Array(0), stretches = new Float64Array(0);
  /** Largest |n| per axis. */
  const most = new Int32Array(3);
  let reciprocal: Float64Array = new Float64Array(9);

  /** Powers of e^{i b_a·r}: [axis][n][ion]. */
  const cosines: Float64Array[] = [0, 1, 2].map(() => new Float64Array(0));
  const sines: Float64Array[] = [0, 1, 2].map(() => new Float64Array(0));
  const planeRe = new Float64Array(count), planeIm = new Float64Array(count);
  const waveRe = new Float64Array(count), waveIm = new Float64Array(count);

  function setGeometry(geometry: Geometry, k: number): void {
    reciprocal = geometry.reciprocal;
    const { splitting: alpha, reciprocalCutoff } = geometry.parameters;
    const b = reciprocal;
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
    const rowLimit = 4 * (most[0]! + 1) * (2 * most[1]! + 1);
    if (rows.length < rowLimit) rows = new Int32Array(rowLimit);
    const limit = (most[0]! + 1) * (2 * most[1]! + 1) * (2 * most[2]! + 1);
    if (weights.length < limit) {
      weights = new Float64Array(limit);
      stretches = new Float64Array(limit);
    }
    const b33 = b[6]! * b[6]! + b[7]! * b[7]! + b[8]! * b[8]!;
    rowCount = 0;
    let index = 0;
    for (let n1 = 0; n1 <= most[0]!; n1++) {
      for (let n2 = n1 === 0 ? 0 : -most[1]!; n2 <= most[1]!; n2++) {
        const px = n1 * b[0]! + n2 * b[3]!, py = n1 * b[1]! + n2 * b[4]!, pz = n1 * b[2]! + n2 * b[5]!;
        const along = px * b[6]! + py * b[7]! + pz * b[8]!;
        const discriminant = along * along - b33 * (px * px + py * py + pz * pz - cutoffSquare);
        if (discriminant < 0) continue;
        const root = Math.sqrt(discriminant);
        const first = n1 === 0 && n2 === 0 ? 1 : Math.max(-most[2]!, Math.ceil((-along - root) / b33));
        const last = Math.min(most[2]!, Math.floor((-along + root) / b33));
        if (last < first) continue;
        rows[4 * rowCount] = n1;
        rows[4 * rowCount + 1] = n2;
        rows[4 * rowCount + 2] = first;
        rows[4 * rowCount + 3] = last - first + 1;
        rowCount++;
        for (let n3 = first; n3 <= last; n3++) {
          const gx = px + n3 * b[6]!, gy = py + n3 * b[7]!, gz = pz + n3 * b[8]!;
          const square = gx * gx + gy * gy + gz * gz;
          weights[index] = (scale * Math.exp(-square * quarter)) / square;
          stretches[index] = 2 * (1 / square + quarter);
          index++;
        }
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
    const wantForces = want.forces === true, wantPotentials = want.potentials === true;
    let energy = 0;
    let xx = 0, yy = 0, zz = 0, yz = 0, xz = 0, xy = 0;
    let index = 0;
    for (let row = 0; row < rowCount; row++) {
      const n1 = rows[4 * row]!, n2 = rows[4 * row + 1]!, first = rows[4 * row + 2]!, length = rows[4 * row + 3]!;
      const at1 = n1 * count, at2 = Math.abs(n2) * count, sign2 = n2 < 0 ? -1 : 1;
      for (let i = 0; i < count; i++) {
        const q = charges[i]!;
        const ar = c1[at1 + i]!, ai = s1[at1 + i]!, br = c2[at2 + i]!, bi = sign2 * s2[at2 + i]!;
        planeRe[i] = q * (ar * br - ai * bi);
        planeIm[i] = q * (ar * bi + ai * br);
      }
      const px = n1 * b[0]! + n2 * b[3]!, py = n1 * b[1]! + n2 * b[4]!, pz = n1 * b[2]! + n2 * b[5]!;
      for (let n3 = first; n3 < first + length; n3++, index++) {
        const at3 = Math.abs(n3) * count, sign3 = n3 < 0 ? -1 : 1;
        let sumRe = 0, sumIm = 0;
        for (let i = 0; i < count; i++) {
          const ar = planeRe[i]!, ai = planeIm[i]!, br = c3[at3 + i]!, bi = sign3 * s3[at3 + i]!;
          const re = ar * br - ai * bi, im = ar * bi + ai * br;
          waveRe[i] = re;
          waveIm[i] = im;
          sumRe += re;
          sumIm += im;
        }
        const weight = weights[index]!;
        const gx = px + n3 * b[6]!, gy = py + n3 * b[7]!, gz = pz + n3 * b[8]!;
        const part = 0.5 * weight * (sumRe * sumRe + sumIm * sumIm);
        energy += part;
        const stretched = part * stretches[index]!;
        xx += stretched * gx * gx - part;
        yy += stretched * gy * gy - part;
        zz += stretched * gz * gz - part;
        yz += stretched * gy * gz;
        xz += stretched * gx * gz;
        xy += stretched * gx * gy;
        if (wantForces) {
          for (let i = 0; i < count; i++) {
            const push = weight * (sumRe * waveIm[i]! - sumIm * waveRe[i]!);
            forces[3 * i]! += push * gx;
            forces[3 * i + 1]! += push * gy;
            forces[3 * i + 2]! += push * gz;
          }
        }
        if (wantPotentials) {
          // Re(e^{iG·r_i} S*) without the charge that the wave carries: from the row's phases again.
          const weightRe = weight * sumRe, weightIm = weight * sumIm;
          for (let i = 0; i < count; i++) {
            const ar = c1[at1 + i]!, ai = s1[at1 + i]!, br = c2[at2 + i]!, bi = sign2 * s2[at2 + i]!;
            const cr = c3[at3 + i]!, ci = sign3 * s3[at3 + i]!;
            const pr = ar * br - ai * bi, pi = ar * bi + ai * br;
            potentials[i]! += weightRe * (pr * cr - pi * ci) + weightIm * (pr * ci + pi * cr);
          }
        }
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
