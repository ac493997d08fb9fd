/**
 * Charge equilibration with Gaussian charges (Ghasemi et al., Phys. Rev. B 92 (2015) 045131; Ko et al., Nat. Commun. 12
 * (2021) 398). Atom i carries the charge Q_i with the density exp(−|r|²/2s_i²)/(2πs_i²)^{3/2}; the charges minimise
 *
 *   ½ QᵀAQ + χᵀQ   at   Σ Q_i = Q_total:      A Q + l 1 = −χ,
 *   A_ij = J_i δ_ij + k Σ_images erf(r/g_ij)/r,   g_ij = √(2(s_i² + s_j²)),
 *
 * where the term of an atom with itself is its limit k/(√π s_i). The electrostatic energy leaves out what the atom pays
 * for its own charge, and screens close pairs: E = ½ QᵀBQ with
 *
 *   B = A − J − k/(√π s) + S,   S_ij = −k Σ_images f(r) erf(r/g_ij)/r,
 *
 * f falling from 1 at the inner to 0 at the outer radius. An image of the atom itself counts half, as in every sum over a
 * cell, so that E is extensive.
 *
 * Derivatives at charges that follow the atoms: with the response λ of [A 1; 1ᵀ 0][λ; µ] = −[∂E/∂Q; 0],
 *
 *   dE/dx = ∂E/∂x|_Q + λᵀ(∂A/∂x Q + ∂χ/∂x).
 *
 * Periodic sums are carried to convergence whatever the file asks for. The exact matrix is a sum over wave vectors,
 *
 *   A_ij − J_i δ_ij = (4πk/V) Σ_{K≠0} e^{−g_ij²K²/4} cos(K·r_ij)/K²,
 *
 * which for wide charges needs no sum in real space at all. Pairs narrower than the splitting, g_ij < 1/α, take
 * e^{−K²/4α²} instead and add Σ_images (erfc(αr) − erfc(r/g_ij))/r − π(1/α² − g_ij²)/V (the last makes both mean the
 * same: a potential of zero mean). For a neutral cell that convention has no effect on charges, energy or stress; a charged
 * periodic cell is refused. Both cutoffs come from the bounds for point charges in `ewald-parameters.ts`, which hold here:
 * |erfc(αr) − erfc(r/g)| ≤ erfc(αr) for αg ≤ 1, and likewise for slopes.
 *
 * A is positive definite for J ≥ 0 (a sum of squares), so that one Cholesky factor serves charges and response: N³/6.
 */
import { refuse } from '../contracts/messages.ts';
import { createNeighbours, type Neighbours } from '../crystal/neighbours.ts';
import { minkowskiReduction } from '../crystal/reduction.ts';
import { cutoffFunction, type CutoffType } from '../descriptors/cutoff-functions.ts';
import { factoriseCholesky, solveCholesky } from '../math/cholesky.ts';
import { determinant3, reciprocalCell } from '../math/matrix3.ts';
import { erfc } from '../math/special.ts';
import { skin } from '../potential/skin.ts';
import { addPair } from '../potential/tally.ts';
import { ewaldParameters } from './ewald-parameters.ts';
import { waveIntegers, wavePhases } from './lattice-waves.ts';

/** Electrostatics of close pairs are left to the short-range energy. */
export interface Screening {
  /** Å: nothing is left of the interaction up to `inner`, all of it from `outer` on. */
  readonly inner: number;
  readonly outer: number;
  /** Shape in between: 1 or 4 to 8. */
  readonly fall: CutoffType;
}

export interface ChargeModel {
  /** k in E = k q_i q_j / r, eV·Å/e². */
  readonly coulombConstant: number;
  /** Per element, Å: s, the standard deviation of the charge along each axis; positive. */
  readonly widths: ArrayLike<number>;
  /** Per element, eV/e²: J, not negative. */
  readonly hardness: ArrayLike<number>;
  readonly screening: Screening | null;
}

export interface EquilibrationSystem {
  /** Per atom: index of its element. */
  readonly types: Int32Array;
  readonly periodic: readonly [boolean, boolean, boolean];
  /** 9, Å: a cell like those to come; it decides how a periodic sum is split. */
  readonly cell: Float64Array;
  /** e */
  readonly totalCharge: number;
}

/** The four steps of an evaluation, in this order. Arrays belong to this object and are overwritten by the next evaluation. */
export interface ChargeEquilibration {
  /** N, e: the charges at these positions (3N, Å), for `electronegativities` χ (N, eV/e). */
  equilibrate(positions: Float64Array, cell: Float64Array, electronegativities: Float64Array): Float64Array;
  /** N, eV/e: ∂E/∂Q_i = (BQ)_i, so that E = ½ Σ Q_i φ_i. */
  potentials(): Float64Array;
  /** N, e: λ for `slopes` (N, eV/e), the derivatives of the whole energy by the charges. ∂E/∂χ_i = λ_i. */
  respond(slopes: Float64Array): Float64Array;
  /** Adds forces (3N, eV/Å) and ∂E/∂ε (6 in Voigt order, eV) of the electrostatic energy, and of A through λ. */
  addDerivatives(forces: Float64Array, virial: Float64Array): void;
}

const rootPi = Math.sqrt(Math.PI);

/** Relative, of both periodic sums: what double precision carries. */
const accuracy = 1e-13;

/** The real cutoff is found for one cell; this keeps the accuracy where later cells are up to half as dense or twice as dense. */
const cutoffMargin = 1.05;

/**
 * c_r/c_k of `ewald-parameters.ts`: a wave costs an atom N/2 products, one for each pair, and about 50 for phases and forces;
 * a pair in real space, with two error functions for the matrix and again for the forces, as much as 800 of them (measured
 * on slabs of 110 and 440 atoms).
 */
function costRatio(atoms: number): number {
  return 800 / (atoms + 50);
}

/** `splitting`: α in 1/Å instead of the fastest one (the result does not depend on it). */
export function chargeEquilibration(model: ChargeModel, system: EquilibrationSystem, splitting?: number): ChargeEquilibration {
  const { coulombConstant: k, screening } = model;
  const { types, periodic, totalCharge } = system;
  const count = types.length;
  const lattice = periodic.every(Boolean);
  if (!lattice && periodic.some(Boolean)) refuse('longrange.partly-periodic', { axes: ['a', 'b', 'c'].filter((_, i) => periodic[i]).join(' and ') });
  if (lattice && totalCharge !== 0) refuse('longrange.charged-periodic', { charge: totalCharge });

  // Atoms in the order of their elements: what depends on a pair of elements is then constant over stretches of a row.
  const order = Int32Array.from(types, (_, i) => i).sort((a, b) => types[a]! - types[b]! || a - b);
  const place = new Int32Array(count);
  order.forEach((atom, p) => { place[atom] = p; });
  const present = [...new Set(types)].sort((a, b) => a - b);
  const kinds = present.length;
  const kindOf = Int32Array.from(order, (atom) => present.indexOf(types[atom]!));
  const start = Int32Array.from({ length: kinds + 1 }, (_, e) => kindOf.reduce((sum, kind) => sum + (kind < e ? 1 : 0), 0));
  const widthOf = (kind: number): number => model.widths[present[kind]!]!;
  const hardness = Float64Array.from(kindOf, (kind) => model.hardness[present[kind]!]!);
  const ownPotential = Float64Array.from(kindOf, (kind) => k / (rootPi * widthOf(kind)));

  /** Per pair of kinds a·kinds + b. */
  const squares = Float64Array.from({ length: kinds * kinds }, (_, ab) => 2 * (widthOf(Math.floor(ab / kinds)) ** 2 + widthOf(ab % kinds) ** 2));
  const sharpness = squares.map((square) => 1 / Math.sqrt(square));

  // Beyond the narrowest pair nothing is left to split off. A molecule is the limit α = 0 without waves.
  const request = (cell: Float64Array, alpha: number | undefined) => ewaldParameters({
    cell: minkowskiReduction(cell).cell, ions: count, accuracy, order: 'stress', costRatio: costRatio(count), splitting: alpha,
  });
  const alpha = lattice ? Math.min(splitting ?? request(system.cell, undefined).splitting, Math.max(...sharpness)) : 0;
  const split = sharpness.map((sharp) => (sharp > alpha ? 1 : 0));
  const spread = squares.map((square) => (alpha > 0 ? Math.max(square, 1 / (alpha * alpha)) : square));
  const realCutoff = !lattice ? Infinity : split.some((is) => is === 1) ? cutoffMargin * request(system.cell, alpha).realCutoff : 0;
  const screenCutoff = screening?.outer ?? 0;
  const cutoff = Math.max(realCutoff, screenCutoff);
  const neighbours: Neighbours | null = lattice && cutoff > 0 ? createNeighbours({ periodic, cutoff, skin, half: true }) : null;

  /** Of the evaluation at hand; `placed`: in the order of the matrix. */
  const positions = new Float64Array(3 * count), placed = new Float64Array(3 * count), cell = new Float64Array(9).fill(NaN);
  let volume = 0, waves: Int32Array = new Int32Array(0), reciprocal: Float64Array = new Float64Array(9), reduced: Float64Array = new Float64Array(9);
  const phases = wavePhases(count);
  const re = new Float64Array(count), im = new Float64Array(count), nextRe = new Float64Array(count), nextIm = new Float64Array(count);
  const weights = new Float64Array(kinds * kinds), nextWeights = new Float64Array(kinds * kinds);

  const matrix = new Float64Array(count * count);
  /** In the order of the matrix. */
  const charges = new Float64Array(count), lambda = new Float64Array(count), unity = new Float64Array(count), electronegativity = new Float64Array(count);
  let unitySum = 0, multiplier = 0;
  /** In the order of the atoms. */
  const out = { charges: new Float64Array(count), lambda: new Float64Array(count), potentials: new Float64Array(count) };
  const kernel = new Float64Array(2);

  /** Calls `visit` once per pair of atoms or images within the cutoff, by places in the matrix; d = r_j − r_i. */
  function forEachPair(visit: (i: number, j: number, r: number, x: number, y: number, z: number) => void): void {
    if (neighbours) {
      const { first, atoms, vectors, distances } = neighbours.update(positions, cell);
      for (let i = 0; i < count; i++) {
        for (let n = first[i]!; n < first[i + 1]!; n++) {
          if (distances[n]! < cutoff) visit(place[i]!, place[atoms[n]!]!, distances[n]!, vectors[3 * n]!, vectors[3 * n + 1]!, vectors[3 * n + 2]!);
        }
      }
    } else if (!lattice) {
      for (let i = 0; i < count; i++) {
        for (let j = i + 1; j < count; j++) {
          const x = positions[3 * j]! - positions[3 * i]!, y = positions[3 * j + 1]! - positions[3 * i + 1]!, z = positions[3 * j + 2]! - positions[3 * i + 2]!;
          visit(place[i]!, place[j]!, Math.sqrt(x * x + y * y + z * z), x, y, z);
        }
      }
    }
  }

  /** k (erfc(αr) − erfc(r/g))/r and its slope into `kernel`; 0 for pairs that the waves hold alone. */
  function realKernel(kinds2: number, r: number): void {
    if (split[kinds2] === 0 || r >= realCutoff) {
      kernel[0] = 0;
      kernel[1] = 0;
      return;
    }
    const sharp = sharpness[kinds2]!;
    const value = (erfc(alpha * r) - erfc(sharp * r)) / r;
    kernel[0] = k * value;
    kernel[1] = (k * ((2 / rootPi) * (sharp * Math.exp(-sharp * sharp * r * r) - alpha * Math.exp(-alpha * alpha * r * r)) - value)) / r;
  }

  /** −k f(r) erf(r/g)/r and its slope into `kernel`. */
  function screeningKernel({ inner, outer, fall }: Screening, kinds2: number, r: number): void {
    cutoffFunction(fall, inner / outer, outer, r, kernel);
    const factor = kernel[0]!, slope = kernel[1]!, sharp = sharpness[kinds2]!;
    const value = (1 - erfc(sharp * r)) / r;
    kernel[0] = -k * factor * value;
    kernel[1] = -k * (slope * value + (factor * ((2 / rootPi) * sharp * Math.exp(-sharp * sharp * r * r) - value)) / r);
  }

  function setWaves(): void {
    reduced = minkowskiReduction(cell).cell;
    volume = Math.abs(determinant3(cell));
    reciprocal = reciprocalCell(reduced);
    waves = waveIntegers(reduced, request(cell, alpha).reciprocalCutoff);
  }

  /** The weights (8πk/V) e^{−hK²/4}/K² of wave `w`, of ±K together, for every pair of kinds; returns K². */
  function waveWeights(w: number, to: Float64Array): number {
    let square = 0;
    for (let x = 0; x < 3; x++) square += (waves[w]! * reciprocal[x]! + waves[w + 1]! * reciprocal[3 + x]! + waves[w + 2]! * reciprocal[6 + x]!) ** 2;
    const scale = (8 * Math.PI * k) / (volume * square);
    for (let ab = 0; ab < to.length; ab++) to[ab] = scale * Math.exp(-0.25 * spread[ab]! * square);
    return square;
  }

  /** −(πk/V)(1/α² − g²) of split pairs. */
  const background = (ab: number): number => (alpha > 0 && split[ab] === 1 ? (-Math.PI * k * (spread[ab]! - squares[ab]!)) / volume : 0);

  /** Lower triangle of A. */
  function fillMatrix(): void {
    matrix.fill(0);
    if (lattice) {
      phases.fill(waves, placed, reduced);
      // Two waves at a time: half as many passes over the matrix.
      for (let w = 0; w < waves.length; w += 6) {
        phases.phases(w, re, im);
        waveWeights(w, weights);
        if (w + 3 < waves.length) {
          phases.phases(w + 3, nextRe, nextIm);
          waveWeights(w + 3, nextWeights);
        } else nextWeights.fill(0);
        for (let i = 0; i < count; i++) {
          const row = i * count, a = kindOf[i]!;
          for (let b = 0; b <= a; b++) {
            const one = weights[a * kinds + b]!, two = nextWeights[a * kinds + b]!;
            const x1 = one * re[i]!, y1 = one * im[i]!, x2 = two * nextRe[i]!, y2 = two * nextIm[i]!;
            const end = Math.min(start[b + 1]!, i + 1);
            for (let j = start[b]!; j < end; j++) matrix[row + j]! += x1 * re[j]! + y1 * im[j]! + (x2 * nextRe[j]! + y2 * nextIm[j]!);
          }
        }
      }
      for (let i = 0; i < count; i++) for (let j = 0; j <= i; j++) matrix[i * count + j]! += background(kindOf[i]! * kinds + kindOf[j]!);
    }
    for (let i = 0; i < count; i++) {
      const ab = kindOf[i]! * (kinds + 1);
      // What the waves hold of the atom's own charge: all of it, or that of a charge of the width of the splitting.
      const held = !lattice ? 0 : split[ab] === 1 ? (2 * k * alpha) / rootPi : ownPotential[i]!;
      matrix[i * count + i]! += hardness[i]! + ownPotential[i]! - held;
    }
    if (realCutoff > 0) {
      forEachPair((i, j, r) => {
        realKernel(kindOf[i]! * kinds + kindOf[j]!, r);
        // An image at R stands for the one at −R too.
        matrix[Math.max(i, j) * count + Math.min(i, j)]! += i === j ? 2 * kernel[0]! : kernel[0]!;
      });
    }
  }

  /** x ← A⁻¹ x shifted along A⁻¹ 1 so that it sums to `total`; returns the multiplier of the sum. */
  function solveConstrained(x: Float64Array, total: number): number {
    solveCholesky(matrix, count, x);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += x[i]!;
    const shift = (sum - total) / unitySum;
    for (let i = 0; i < count; i++) x[i]! -= shift * unity[i]!;
    return shift;
  }

  return {
    equilibrate(newPositions, newCell, electronegativities) {
      const sameCell = cell.every((value, x) => value === newCell[x]);
      positions.set(newPositions);
      for (let p = 0; p < count; p++) for (let x = 0; x < 3; x++) placed[3 * p + x] = newPositions[3 * order[p]! + x]!;
      cell.set(newCell);
      if (lattice && !sameCell) setWaves();
      fillMatrix();
      if (!factoriseCholesky(matrix, count)) {
        if (!positions.every(Number.isFinite) || matrix.some(Number.isNaN)) refuse('potential.notFinite', { atoms: count });
        refuse('longrange.equilibration', { atoms: count, widest: Math.sqrt(Math.max(...squares)) / 2, hardness: Math.min(...hardness) });
      }
      unity.fill(1);
      solveCholesky(matrix, count, unity);
      unitySum = unity.reduce((sum, value) => sum + value, 0);
      for (let p = 0; p < count; p++) {
        electronegativity[p] = electronegativities[order[p]!]!;
        charges[p] = -electronegativity[p]!;
      }
      multiplier = solveConstrained(charges, totalCharge);
      for (let p = 0; p < count; p++) out.charges[order[p]!] = charges[p]!;
      return out.charges;
    },

    potentials() {
      // AQ = −χ − l: the matrix itself is no longer needed.
      for (let p = 0; p < count; p++) out.potentials[order[p]!] = -electronegativity[p]! - multiplier - (hardness[p]! + ownPotential[p]!) * charges[p]!;
      if (screening) {
        forEachPair((i, j, r) => {
          if (r >= screenCutoff) return;
          screeningKernel(screening, kindOf[i]! * kinds + kindOf[j]!, r);
          out.potentials[order[i]!]! += kernel[0]! * charges[j]!;
          out.potentials[order[j]!]! += kernel[0]! * charges[i]!;
        });
      }
      return out.potentials;
    },

    respond(slopes) {
      for (let p = 0; p < count; p++) lambda[p] = -slopes[order[p]!]!;
      solveConstrained(lambda, 0);
      for (let p = 0; p < count; p++) out.lambda[order[p]!] = lambda[p]!;
      return out.lambda;
    },

    addDerivatives(forces, virial) {
      forEachPair((i, j, r, x, y, z) => {
        const ab = kindOf[i]! * kinds + kindOf[j]!;
        const product = charges[i]! * charges[j]!;
        realKernel(ab, r);
        let slope = (product + lambda[i]! * charges[j]! + lambda[j]! * charges[i]!) * kernel[1]!;
        if (screening && r < screenCutoff) {
          screeningKernel(screening, ab, r);
          slope += product * kernel[1]!;
        }
        addPair(forces, virial, order[i]!, order[j]!, slope / r, x, y, z);
      });
      if (lattice) addWaves(forces, virial);
    },
  };

  /** Per wave and kind: (re, im) of Σ Q e^{iK·r} and Σ λ e^{iK·r}, and of what acts back on an atom of the kind. */
  function addWaves(forces: Float64Array, virial: Float64Array): void {
    const sums = new Float64Array(4 * kinds), back = new Float64Array(4 * kinds);
    phases.fill(waves, placed, reduced);
    for (let w = 0; w < waves.length; w += 3) {
      phases.phases(w, re, im);
      const square = waveWeights(w, weights);
      const wave = [0, 1, 2].map((x) => waves[w]! * reciprocal[x]! + waves[w + 1]! * reciprocal[3 + x]! + waves[w + 2]! * reciprocal[6 + x]!);
      const kx = wave[0]!, ky = wave[1]!, kz = wave[2]!;
      sums.fill(0);
      for (let i = 0; i < count; i++) {
        const at = 4 * kindOf[i]!;
        sums[at]! += charges[i]! * re[i]!;
        sums[at + 1]! += charges[i]! * im[i]!;
        sums[at + 2]! += lambda[i]! * re[i]!;
        sums[at + 3]! += lambda[i]! * im[i]!;
      }
      back.fill(0);
      let energy = 0, stretched = 0;
      for (let a = 0; a < kinds; a++) {
        for (let b = 0; b < kinds; b++) {
          const weight = weights[a * kinds + b]!;
          for (let x = 0; x < 4; x++) back[4 * a + x]! += weight * sums[4 * b + x]!;
          const part = weight * ((0.5 * sums[4 * a]! + sums[4 * a + 2]!) * sums[4 * b]! + (0.5 * sums[4 * a + 1]! + sums[4 * a + 3]!) * sums[4 * b + 1]!);
          energy += part;
          stretched += part * (0.5 * spread[a * kinds + b]! + 2 / square);
        }
      }
      for (let i = 0; i < count; i++) {
        const at = 4 * kindOf[i]!, q = charges[i]!, both = q + lambda[i]!;
        const towards = both * (re[i]! * back[at + 1]! - im[i]! * back[at]!) + q * (re[i]! * back[at + 3]! - im[i]! * back[at + 2]!);
        const atom = 3 * order[i]!;
        forces[atom]! -= towards * kx;
        forces[atom + 1]! -= towards * ky;
        forces[atom + 2]! -= towards * kz;
      }
      virial[0]! += stretched * kx * kx - energy;
      virial[1]! += stretched * ky * ky - energy;
      virial[2]! += stretched * kz * kz - energy;
      virial[3]! += stretched * ky * kz;
      virial[4]! += stretched * kx * kz;
      virial[5]! += stretched * kx * ky;
    }
    let constant = 0;
    const chargeOf = new Float64Array(kinds), lambdaOf = new Float64Array(kinds);
    for (let i = 0; i < count; i++) {
      chargeOf[kindOf[i]!]! += charges[i]!;
      lambdaOf[kindOf[i]!]! += lambda[i]!;
    }
    for (let a = 0; a < kinds; a++) for (let b = 0; b < kinds; b++) constant += background(a * kinds + b) * (0.5 * chargeOf[a]! + lambdaOf[a]!) * chargeOf[b]!;
    for (let x = 0; x < 3; x++) virial[x]! -= constant;
  }
}
