import type { PotentialCard } from '../contracts/card.ts';
import type { Message } from '../contracts/quantity.ts';
import type { Structure } from '../contracts/structure.ts';

/** What an evaluation should compute beside the energy. */
export interface Want {
  readonly forces?: boolean;
  readonly stress?: boolean;
  readonly energies?: boolean;
  /** Per-atom virials: where the potential divides its energy among atomic environments. */
  readonly virials?: boolean;
  /** How far each environment lies outside what the potential was trained on: where it knows that. */
  readonly extrapolation?: boolean;
  /** How far the members of a committee disagree: where there is one. */
  readonly spread?: boolean;
}

/** Standard deviations over the members of a committee (n − 1). */
export interface Spread {
  /** eV per cell */
  readonly energy: number;
  /** N, eV/Å: root of the variance of each atom's force vector, summed over its three components. */
  readonly forces: Float64Array;
}

/** Environments outside the training range, per atom. */
export interface Extrapolation {
  /** N: descriptors outside the range that the training set spans. */
  readonly counts: Int32Array;
  /** N: the farthest excess beyond the range, in widths of that range; 0 inside. */
  readonly excess: Float64Array;
  /** N: index of the descriptor with that excess among those of the atom's element; −1 inside. */
  readonly descriptor: Int32Array;
}

/** Arrays belong to the evaluator and are overwritten by its next call: copy what you keep. */
export interface Evaluation {
  /** eV per cell. */
  readonly energy: number;
  /** 3N, eV/Å; present when wanted. */
  readonly forces?: Float64Array;
  /** 6 in Voigt order xx yy zz yz xz xy, eV/Å³, σ = (1/V) ∂E/∂ε; present when wanted (periodic cells). */
  readonly stress?: Float64Array;
  /** N, eV; sums to `energy`; present when wanted. */
  readonly energies?: Float64Array;
  /** N, e; present where the potential has charges. */
  readonly charges?: Float64Array;
  /**
   * 9N, eV, row-major W_i = Σ_c ∂E_c/∂(r_i − r_c) ⊗ (r_i − r_c) over the environments c in which atom i takes part, so that
   * Σ_i W_i = V σ and Σ_i W_i·v_i carries the heat of many-body forces (Fan et al., Phys. Rev. B 92 (2015) 094301; there
   * with the opposite sign). Not symmetric atom by atom. Present when wanted and known.
   */
  readonly virials?: Float64Array;
  /** Present when wanted and known. */
  readonly extrapolation?: Extrapolation;
  /** Present when wanted, of a committee. */
  readonly spread?: Spread;
}

export interface Evaluator {
  /** positions: 3N Å; cell: 9 Å (rows are lattice vectors). Both may change from call to call; species may not. */
  evaluate(positions: Float64Array, cell: Float64Array, want: Want): Evaluation;
}

/** Exact second derivatives of a long-range part, so that phonons of polar crystals know no supercell error. */
export interface LongRangeDynamics {
  /** N×3×3 row-major, e: Z*_{i,ab} = ∂P_a V/∂u_{i,b}. */
  readonly bornCharges: Float64Array;
  /** 3×3, ε∞ (1 for rigid ions). */
  readonly dielectric: Float64Array;
  /**
   * Adds Σ_l ∂²E/∂u_{i,a}(0)∂u_{j,b}(l) · exp(i q·(r_j + R_l − r_i)) to `out`, in eV/Å², not mass-weighted:
   * a complex Hermitian 3N×3N matrix, row-major, interleaved (re, im), index 2·((3i+a)·3N + 3j+b).
   * `q` is Cartesian in rad/Å (2π included). At q = 0 the analytic part alone; with `direction` (Cartesian, any length)
   * the non-analytic limit q → 0 along it is included. `direction` is ignored at q ≠ 0.
   */
  addForceConstants(q: ArrayLike<number>, out: Float64Array, direction?: ArrayLike<number>): void;
  /**
   * Adds ∂/∂q_c of the same matrix to `out`, in eV/Å, for group velocities: three matrices one after the other, index
   * 2·(c·(3N)² + (3i+a)·3N + 3j+b) + (0 re, 1 im). At q = 0 of the analytic part alone.
   */
  addForceConstantsGradient(q: ArrayLike<number>, out: Float64Array): void;
}

/** The tail of force constants that charges make which depend on their surroundings. */
export interface Asymptotics {
  /** Å: from here on the force constants are those of the tail, up to what a ladder of shorter ranges has to show. */
  readonly range: number;
  /** The tail, dipole with dipole. Structure: the cell of the crystal. */
  bindDynamics(structure: Structure): LongRangeDynamics;
}

/** Tails and exact long-range parts of a potential, for one crystal. */
export function longRangeOf(potential: Potential, structure: Structure): LongRangeDynamics[] {
  return partsOf(potential).flatMap((part) => {
    if (part.asymptotics) return [part.asymptotics.bindDynamics(structure)];
    return part.interactionRange === null && part.bindDynamics ? [part.bindDynamics(structure)] : [];
  });
}

export interface Potential {
  readonly card: PotentialCard;
  /**
   * Å: the largest |r_i − r_j| with ∂²E/∂r_i∂r_j ≠ 0: r_c for pairs, 2 r_c for sums of atomic environments
   * (EAM, Stillinger-Weber, Tersoff, networks); null where it is unbounded (Ewald) or unknown.
   */
  readonly interactionRange: number | null;
  bind(structure: Structure): Evaluator;
  /** The members of a committee, whose mean this potential is; every property repeats its work with each of them. */
  readonly members?: readonly Potential[];
  /** The terms of a sum; absent for a single term. */
  readonly parts?: readonly Potential[];
  /** How many threads can share one evaluation of so many atoms; absent where none can. */
  sharedBy?(atoms: number): number;
  /** Present on parts that give their second derivatives at any q themselves. Structure: the cell of the crystal. */
  bindDynamics?(structure: Structure): LongRangeDynamics;
  /** Present on parts whose force constants have a tail without end that they know, while the rest of them falls off fast. */
  readonly asymptotics?: Asymptotics;
  /** What must be said beside the numbers of a structure: where the programs that a potential comes from give others. */
  remarksOn?(structure: Structure): readonly Message[];
  /** Å: radii at which the energy or a derivative jumps (plain cutoffs) for a pair of elements; empty where smooth. */
  plainCutoffs?(): readonly { readonly elements: readonly [string, string]; readonly radius: number }[];
  /** Å: radii inside which the energy of a pair of elements falls without bound; such geometries are refused. */
  collapseRadii?(): readonly { readonly elements: readonly [string, string]; readonly radius: number }[];
}

/** A potential without parts is its own only part. */
export function partsOf(potential: Potential): readonly Potential[] {
  return potential.parts ? potential.parts.flatMap(partsOf) : [potential];
}
