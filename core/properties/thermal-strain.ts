/**
 * Thermal expansion from Grüneisen parameters at one cell: α = Σ_ab e_a (H⁻¹)_ab Σ_modes γ_b c_v, with e_a the strains
 * that keep the symmetry, H_ab = ∂²(E + F_vib)/∂λ_a∂λ_b per cell, the isothermal stiffness, and γ_b = −∂ ln ω/∂λ_b
 * (Barron, Collins & White, Adv. Phys. 29 (1980) 609, eq. 2.40). E's part of H comes from differences of stresses, that of
 * F_vib from second differences, γ from eigenvectors: nothing is shared with the fits of the free energy but the
 * potential, so that the two check each other. Leaving F_vib out of H costs 17 % of α_c in quartz at 300 K.
 */
import { inverse, Matrix } from 'ml-matrix';
import type { Structure } from '../contracts/structure.ts';
import type { Symmetry } from '../crystal/crystal.ts';
import { cellVolume, strained } from '../crystal/structure.ts';
import { invariantStrains } from '../crystal/symmetrise.ts';
import { identity3, multiply3 } from '../math/matrix3.ts';
import { stressTensor, stressVoigt } from '../math/voigt.ts';
import { batchOf } from '../phonons/frequencies.ts';
import type { StrainedCrystal } from '../phonons/grueneisen.ts';
import { meshNumbers, meshWithoutGamma, type IrreducibleMesh } from '../phonons/mesh.ts';
import { thermalFunctions } from '../phonons/thermal.ts';
import { boltzmann, electronvoltPerTerahertz, gigapascalPerElectronvoltPerCubicAngstrom as gigapascal } from '../units/constants.ts';
import type { PropertyContext } from './context.ts';
import { harmonicCells, type HarmonicCell } from './harmonic-cells.ts';
import { relaxationTask } from './relaxation-task.ts';
import type { Settings } from './settings.ts';

export interface ThermalStrain {
  readonly mesh: IrreducibleMesh;
  readonly modes: number;
  /** Q×M THz */
  readonly frequencies: Float64Array;
  /** Q×M: −∂ ln ω/∂ ln V under isotropic strain, ions relaxed; NaN where ω² ≤ 0 */
  readonly volumetric: Float64Array;
  /** Σ γ c / Σ c over modes, γ volumetric; null where nothing is excited */
  meanGrueneisen(temperature: number): number | null;
  /** 6, Voigt order, tensor components, 1/K */
  alpha(temperature: number): Float64Array;
}

/** Logarithmic strain between the centre and each neighbour: central differences err by its square, 6e-6 relative. */
const amplitude = 0.0025;

/** Strains that keep the symmetry, the sums of two of them by index, and the cells that are computed: ± along each strain, then ± along each sum. */
export function strainDirections(symmetry: Symmetry): { readonly basis: Float64Array[]; readonly pairs: (readonly [number, number])[]; readonly directions: Float64Array[] } {
  const basis = invariantStrains(symmetry.operations);
  const pairs = basis.flatMap((_, a) => basis.slice(a + 1).map((__, rest) => [a, a + 1 + rest] as const));
  const combined = ([a, b]: readonly [number, number]): Float64Array => basis[a]!.map((value, i) => value + basis[b]![i]!);
  return { basis, pairs, directions: [...basis, ...pairs.map(combined)].flatMap((strain) => [strain, strain.map((value) => -value)]) };
}

/** Half the density of the mesh for free energies: γ is smooth, and eigenvectors cost more than eigenvalues. */
export function strainMesh(symmetry: Symmetry, cell: ArrayLike<number>, settings: Settings): IrreducibleMesh {
  return meshWithoutGamma(symmetry.operations, meshNumbers(cell, settings.get('phonons.thermalMesh') / 2, true));
}

export async function thermalStrain(context: PropertyContext, symmetry: Symmetry, centre: Structure): Promise<ThermalStrain> {
  const { tasks, settings } = context;
  const { basis, pairs, directions } = strainDirections(symmetry);
  const neighbours = await tasks.all(
    'Strained cells',
    directions.map((strain) =>
      relaxationTask(settings, { structure: strained(centre, exponential(strain.map((value) => amplitude * value))), operations: symmetry.operations, constraint: 'fixed-cell' }),
    ),
  );
  const mesh = strainMesh(symmetry, context.crystal.structure.cell, settings);
  const cells = await harmonicCells(context, symmetry, [centre, ...neighbours.map(({ structure }) => structure)], mesh);
  const modes = 3 * centre.species.length;
  // Eigenvectors and their slopes cost about what group velocities do.
  const batch = batchOf({ ...crystalOf(cells[0]!), qpoints: mesh.qpoints, eigenvectors: true, groupVelocities: true }, context.potential);
  const count = mesh.multiplicities.length;
  const ranges = Array.from({ length: Math.ceil(count / batch) }, (_, k) => mesh.qpoints.slice(3 * batch * k, 3 * batch * (k + 1)));
  const results = await tasks.all(
    'Grüneisen parameters',
    basis.flatMap((_, b) =>
      ranges.map((qpoints) => ({
        kind: 'grueneisen' as const,
        input: { centre: crystalOf(cells[0]!), plus: crystalOf(cells[1 + 2 * b]!), minus: crystalOf(cells[2 + 2 * b]!), difference: 2 * amplitude, qpoints },
      })),
    ),
  );
  const gather = (b: number, pick: 'frequencies' | 'grueneisen'): Float64Array => {
    const out = new Float64Array(count * modes);
    ranges.forEach((_, k) => out.set(results[b * ranges.length + k]![pick], k * batch * modes));
    return out;
  };
  const frequencies = gather(0, 'frequencies');
  const along = basis.map((_, b) => gather(b, 'grueneisen'));
  // An isotropic strain η has components η e_b : 1 and changes ln V by 3 η.
  const traces = basis.map((strain) => strain[0]! + strain[4]! + strain[8]!);
  const volumetric = frequencies.map((_, at) => traces.reduce((sum, trace, b) => sum + (trace * along[b]![at]!) / 3, 0));

  // E per cell depends on λ through its gradient V σ : e_a (symmetric strains of the invariant space commute up to rotations of second order).
  const gradient = (k: number): number[] => {
    const outcome = neighbours[k]!;
    const sigma = stressTensor(outcome.stress);
    const volume = cellVolume(outcome.structure.cell) / gigapascal;
    return basis.map((strain) => volume * strain.reduce((sum, value, i) => sum + value * sigma[i]!, 0));
  };
  const hessian = new Matrix(basis.length, basis.length);
  basis.forEach((_, b) => {
    const [above, below] = [gradient(2 * b), gradient(2 * b + 1)];
    basis.forEach((_, a) => hessian.set(a, b, (above[a]! - below[a]!) / (2 * amplitude)));
  });
  const elastic = Matrix.add(hessian, hessian.transpose()).mul(0.5);
  /** ∂²F_vib/∂λ_a∂λ_b by second differences. */
  const vibrational = (temperature: number): Matrix => {
    const free = cells.map(({ spectrum }) => thermalFunctions(spectrum, [temperature]).helmholtz[0]!);
    const along = (direction: number): number => free[1 + 2 * direction]! + free[2 + 2 * direction]! - 2 * free[0]!;
    const out = new Matrix(basis.length, basis.length);
    basis.forEach((_, a) => out.set(a, a, along(a) / amplitude ** 2));
    pairs.forEach(([a, b], k) => {
      const mixed = (along(basis.length + k) - along(a) - along(b)) / (2 * amplitude ** 2);
      out.set(a, b, mixed);
      out.set(b, a, mixed);
    });
    return out;
  };

  const total = mesh.numbers[0] * mesh.numbers[1] * mesh.numbers[2];
  const heat = (temperature: number): Float64Array =>
    frequencies.map((frequency, at) => {
      const x = (frequency * electronvoltPerTerahertz) / (boltzmann * temperature);
      if (!(x > 0) || x > 600) return 0;
      const half = Math.sinh(x / 2);
      return ((boltzmann * x * x) / (4 * half * half)) * (mesh.multiplicities[Math.floor(at / modes)]! / total);
    });
  const weighted = (gammas: Float64Array, heats: Float64Array): number => heats.reduce((sum, c, at) => (c > 0 ? sum + c * gammas[at]! : sum), 0);
  return {
    mesh,
    modes,
    frequencies,
    volumetric,
    meanGrueneisen: (temperature) => {
      const heats = heat(temperature);
      const sum = heats.reduce((total, c) => total + c, 0);
      return sum > 0 ? weighted(volumetric, heats) / sum : null;
    },
    alpha: (temperature) => {
      const heats = heat(temperature);
      const rates = inverse(Matrix.add(elastic, vibrational(temperature))).mmul(Matrix.columnVector(along.map((gammas) => weighted(gammas, heats)))).to1DArray();
      const tensor = new Float64Array(9);
      basis.forEach((strain, b) => strain.forEach((value, i) => (tensor[i]! += rates[b]! * value)));
      return stressVoigt(tensor);
    },
  };
}

function crystalOf({ structure, forceConstants }: HarmonicCell): StrainedCrystal {
  return { structure, forceConstants };
}

/** exp of a symmetric matrix of size 1e-3: the series to third order is exact to 1e-12. */
function exponential(strain: Float64Array): Float64Array {
  const square = multiply3(strain, strain);
  const cube = multiply3(square, strain);
  return identity3().map((one, i) => one + strain[i]! + square[i]! / 2 + cube[i]! / 6);
}
