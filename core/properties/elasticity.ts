/**
 * Elastic constants of a relaxed crystal in the zero-strain limit.
 *
 * What is computed. A symmetric homogeneous strain F = 1 + ε is applied to the crystal under its stress σ⁰, and the
 * Cauchy stress is differentiated: B_ijkl = ∂σ_ij/∂ε_kl. With C_ijkl = (1/V) ∂²E/∂η_ij∂η_kl, the second derivatives with
 * respect to Lagrangian strain η = ½(FᵀF − 1) at the stressed state, E = E0 + V σ⁰:η + ½ V η:C:η and
 * σ = F (∂E/∂η) Fᵀ / (V det F) give to first order in ε
 *   B_ijkl = C_ijkl + ½ (σ_jl δ_ik + σ_jk δ_il + σ_il δ_jk + σ_ik δ_jl) − σ_ij δ_kl
 * (Barron & Klein, Proc. Phys. Soc. 85 (1965) 523, Wallace, Thermodynamics of Crystals, 1972, § 2). For σ⁰ = −P 1 this is
 *   B_ijkl = C_ijkl − P (δ_ik δ_jl + δ_il δ_jk − δ_ij δ_kl)
 * (Sin'ko & Smirnov, J. Phys.: Condens. Matter 14 (2002) 6989). So the plain derivative of the stress already is the
 * stress-strain coefficient, with full Voigt symmetry at any hydrostatic pressure: Σ B_iikk / 9 = −V dP/dV, ρ v² are the
 * eigenvalues of B_ijkl n_j n_l, and the crystal is stable where B is positive definite. Under any other stress
 * B_ijkl ≠ B_klij, and the mean of the two is reported with a warning.
 *
 * Ions. Strains are applied at fixed fractional coordinates (clamped ions); forces per strain and the Hessian at Γ give
 * the softening by internal strain exactly. The macroscopic electric field is zero throughout (conducting boundary of
 * the Ewald sums): C is C^E.
 */
import { message } from '../contracts/messages.ts';
import { quantityOf, type Message, type Quantity } from '../contracts/quantity.ts';
import type { ElasticityResult } from '../contracts/results.ts';
import { upperLimit, verdictOf, type JudgedCheck } from '../convergence/verdict.ts';
import { cellVolume, densityOf } from '../crystal/structure.ts';
import type { RelaxOutcome } from '../dynamics/relax.ts';
import { rowsOf } from '../math/rows.ts';
import { crossingShells } from '../potential/cutoff-shells.ts';
import { gigapascalPerElectronvoltPerCubicAngstrom as gigapascal } from '../units/constants.ts';
import { stability, type Stability } from './born-stability.ts';
import { christoffel, debyeTemperature, debyeVelocity, isotropicSound, type Piezoelectricity } from './christoffel.ts';
import type { PropertyContext, RelaxedCrystal } from './context.ts';
import { crystalDirections } from './crystal-directions.ts';
import { tensorsFrom, withoutRounding, type Charges, type Tensors } from './elastic-assembly.ts';
import { anisotropyOf, hillAverage, reussAverage, voigtAverage, zenerRatio, type IsotropicModuli } from './elastic-averages.ts';
import { independentDisplacements, independentStrains } from './elastic-response.ts';
import { elasticSurfaces, type SurfacePoint } from './elastic-surfaces.ts';
import { inverse6 } from './elastic-tensor.ts';
import { relaxAtVolumes } from './fixed-volume.ts';
import { deviationFromTangent, linearityCurves, strainedPoints, type StrainedPoints } from './linear-range.ts';
import type { Settings } from './settings.ts';
import { requireSmooth } from './smoothness.ts';

/** Relative to the largest stiffness: analytic forces and stresses leave 1e-9; more means they do not belong together. */
const tensorsAgree = 1e-4;
/** Relative: what the extrapolation to zero strain removed. */
const extrapolationLimit = 2e-3;
/** Relative: stress may leave the tangent by this much at the strains that the derivative used. */
const linearityLimit = 0.01;
/** Relative: finite differences over ±1 % in volume carry about 1e-5. */
const bulkModuliAgree = 2e-3;
/** GPa: a deviator above this makes B unsymmetric and the averages ill-defined. */
const deviatorLimit = 1e-3;

export async function elasticity(context: PropertyContext, relaxed: RelaxedCrystal): Promise<ElasticityResult> {
  requireSmooth(context.potential, 'elasticity');
  const { crystal } = relaxed;
  const { structure } = crystal;
  const { settings, tasks, potential } = context;
  const strains = independentStrains(crystal);
  // A single atom per cell has no internal strain: moving it moves the whole crystal.
  const displacements = structure.species.length > 1 ? independentDisplacements(crystal) : [];

  const answers = await tasks.all('Strains and displacements', [
    ...strains.map(({ tensor }) => ({ kind: 'strain' as const, input: { structure, strain: tensor, step: settings.get('elasticity.strain') } })),
    ...displacements.map((displacement) => ({ kind: 'strain' as const, input: { structure, displacement, step: settings.get('phonons.displacement') } })),
  ]);
  const [unstrained] = await tasks.all('Stress of the relaxed crystal', [{ kind: 'evaluate' as const, input: { structures: [structure] } }]);
  const stress0 = Float64Array.from(unstrained!.evaluations[0]!.stress ?? [], (value) => value * gigapascal);
  const points = await strainedPoints(context, crystal, strains);
  const meanStress = (stress0[0]! + stress0[1]! + stress0[2]!) / 3;
  const deviator = Math.max(...stress0.map((value, i) => Math.abs(i < 3 ? value - meanStress : value)));
  // Volumes are relaxed to a pressure: they can be compared where the crystal is under a pressure.
  const { halfRange, volumes } = deviator <= deviatorLimit ? await smoothVolumes(context, relaxed) : { halfRange: 0, volumes: [] };

  const tensors = tensorsFrom(crystal, potential, stress0, strains, displacements, answers);
  const near = tensorsFrom(crystal, potential, stress0, strains, displacements, answers.map(({ unextrapolated }) => unextrapolated));
  const error = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => Math.abs(value - b[i]!));
  const extrapolation = Math.max(...error(tensors.relaxed, near.relaxed), ...error(tensors.clamped, near.clamped));

  const volume = cellVolume(structure.cell);
  const density = densityOf(structure);
  const piezoelectricity = tensors.charges ? stiffening(tensors.charges) : undefined;
  const stiffness = tensors.relaxed;
  const compliance = inverse6(stiffness);
  const born = stability(stiffness, crystal.symmetry);
  const voigt = voigtAverage(stiffness);
  const reuss = compliance && reussAverage(compliance);
  const hill = reuss && hillAverage(voigt, reuss);
  const singular = message('elasticity.singular').sentence;
  const unstable = message('elasticity.unstable', { lowest: quantityOf(born.eigenvalues[0]!, 'GPa') }).sentence;
  // Averages of an unstable crystal can be computed, but logarithms and roots of negative moduli mean nothing.
  const anisotropy = born.stable && reuss ? anisotropyOf(voigt, reuss) : null;
  const sound = born.stable && hill ? isotropicSound(hill.bulk, hill.shear, density) : null;
  const atomsPerVolume = structure.species.length / volume;
  const meanVelocity = born.stable ? debyeVelocity(stiffness, density, piezoelectricity) : null;
  const orNull = (value: number | null | undefined, unit: string, reason: string): Quantity => quantityOf(value ?? null, unit, value == null ? { reason } : {});

  const shells = crossingShells([structure, ...points.flatMap(({ outcomes }) => outcomes.map((outcome) => outcome.structure)), ...volumes.map((outcome) => outcome.structure)], potential);
  shells.forEach(context.journal);
  const checks = judge({ settings, tensors, extrapolation, deviator, points, volumes, halfRange, shells, born, reuss, energy: relaxed.energy, volume });

  const bulk = orNull(hill?.bulk, 'GPa', singular);
  const shear = orNull(hill?.shear, 'GPa', singular);
  return {
    verdict: verdictOf(checks, {
      good: message('elasticity.good', { bulk, shear }),
      caution: (failed) => message('elasticity.caution', { bulk, shear, failed }),
      unreliable: (failed) => message('elasticity.unreliable', { failed }),
    }),
    pressure: quantityOf(-meanStress, 'GPa'),
    stiffness: quantityOf(rowsOf(stiffness, 6), 'GPa', { uncertainty: { numerical: rowsOf(error(tensors.relaxed, near.relaxed), 6) } }),
    stiffnessClamped: quantityOf(rowsOf(tensors.clamped, 6), 'GPa', { uncertainty: { numerical: rowsOf(error(tensors.clamped, near.clamped), 6) } }),
    compliance: compliance ? quantityOf(rowsOf(withoutRounding(compliance), 6), '1/GPa') : quantityOf(null, '1/GPa', { reason: singular }),
    voigt: moduliQuantities(voigt, singular),
    reuss: moduliQuantities(reuss, singular),
    hill: moduliQuantities(hill, singular),
    anisotropy: {
      universal: orNull(anisotropy?.universal, '', unstable),
      zener: crystal.symmetry.crystalSystem === 'cubic' ? quantityOf(zenerRatio(stiffness, crystal.symmetry.standardAxes), '') : quantityOf(null, '', { reason: message('elasticity.zener', { system: crystal.symmetry.crystalSystem }).sentence }),
      logEuclidean: orNull(anisotropy?.logEuclidean, '', unstable),
      bulkPercent: orNull(anisotropy?.bulkPercent, '%', unstable),
      shearPercent: orNull(anisotropy?.shearPercent, '%', unstable),
    },
    debyeTemperature: orNull(meanVelocity === null ? null : debyeTemperature(meanVelocity, atomsPerVolume), 'K', unstable),
    debyeTemperatureHill: orNull(sound && debyeTemperature(sound.mean, atomsPerVolume), 'K', unstable),
    sound: {
      longitudinal: orNull(sound?.longitudinal, 'm/s', unstable),
      transverse: orNull(sound?.transverse, 'm/s', unstable),
      mean: orNull(sound?.mean, 'm/s', unstable),
    },
    soundByDirection: crystalDirections(crystal).map(({ label, direction }) => ({
      label,
      direction,
      velocities: quantityOf(christoffel(stiffness, density, direction, piezoelectricity).velocities, 'm/s'),
    })),
    surfaces: born.stable && compliance
      ? elasticSurfaces(compliance).map(({ name, unit, values, minimum, maximum }) => ({ name, values: quantityOf(values, unit), minimum: extremeQuantity(minimum, unit), maximum: extremeQuantity(maximum, unit) }))
      : [],
    eigenvalues: quantityOf(born.eigenvalues, 'GPa'),
    stability: [...born.sentences],
    ...(tensors.charges && {
      piezoelectric: { relaxed: piezoelectricQuantity(tensors.charges.piezoelectric), clamped: piezoelectricQuantity(tensors.charges.piezoelectric && new Float64Array(18)) },
      dielectric: { static: quantityOf(rowsOf(tensors.charges.dielectric, 3), ''), electronic: quantityOf(rowsOf(tensors.charges.electronic, 3), '') },
    }),
    linearity: linearityCurves(points, stiffness, stress0),
    residuals: {
      asymmetry: quantityOf(tensors.asymmetry, 'GPa'),
      symmetry: quantityOf(tensors.symmetryResidual, 'GPa'),
      extrapolation: quantityOf(extrapolation, 'GPa'),
    },
  };
}

interface Findings {
  readonly settings: Settings;
  readonly tensors: Tensors;
  readonly extrapolation: number;
  readonly deviator: number;
  readonly points: readonly StrainedPoints[];
  readonly volumes: readonly RelaxOutcome[];
  readonly halfRange: number;
  readonly shells: readonly Message[];
  readonly born: Stability;
  readonly reuss: IsotropicModuli | null;
  readonly energy: number;
  readonly volume: number;
}

function judge({ settings, tensors, extrapolation, deviator, points, volumes, halfRange, shells, born, reuss, energy, volume }: Findings): JudgedCheck[] {
  type Code = 'hydrostatic' | 'asymmetry' | 'symmetry' | 'extrapolation' | 'linearity' | 'strained' | 'shells' | 'bulk';
  const limited = (ifFailed: JudgedCheck['ifFailed'], name: string, code: Code, measured: number, limit: number, unit: string, values: Message['values'] = {}): JudgedCheck =>
    ({ check: upperLimit(name, measured, limit, unit, { passed: `elasticity.${code}.passed`, failed: `elasticity.${code}.failed` }, values), ifFailed });
  const scale = Math.max(...tensors.relaxed.map(Math.abs));
  const used = 2 * settings.get('elasticity.strain');
  const forces = [...points.flatMap(({ outcomes }) => outcomes), ...volumes].map(({ maxForce }) => maxForce);
  const checks = [
    limited('caution', 'stress is hydrostatic', 'hydrostatic', deviator, deviatorLimit, 'GPa'),
    limited('unreliable', 'stiffness is symmetric', 'asymmetry', Math.max(tensors.asymmetry, tensors.internalStrainMismatch), tensorsAgree * scale, 'GPa'),
    limited('unreliable', 'crystal symmetry', 'symmetry', tensors.symmetryResidual, tensorsAgree * scale, 'GPa'),
    limited('caution', 'extrapolation to zero strain', 'extrapolation', extrapolation, extrapolationLimit * scale, 'GPa'),
    limited('caution', 'linearity', 'linearity', deviationFromTangent(points, tensors.relaxed, used), linearityLimit, '', { strain: used }),
    limited('caution', 'ions relaxed in every strained cell', 'strained', Math.max(...forces), settings.get('relaxation.forceTolerance'), 'eV/Å'),
    limited('caution', 'neighbour shells at cutoffs', 'shells', shells.length, 0, '', { first: shells[0]?.sentence ?? '' }),
    positive('Born stability', born.eigenvalues[0]!, 'GPa', born.sentences[0]!),
  ];
  if (tensors.springs.length > 0) {
    const softest = quantityOf(tensors.springs[0]!, 'eV/Å²');
    checks.push(positive('ions at a minimum', tensors.springs[0]!, 'eV/Å²', message(tensors.springs[0]! > 0 ? 'elasticity.ions.passed' : 'elasticity.ions.failed', { softest })));
  }
  if (volumes.length > 0 && reuss) {
    const fromVolumes = bulkModulusFrom(volumes.map((outcome) => outcome.energy), energy, volume, halfRange);
    checks.push(limited('caution', 'bulk modulus from volumes', 'bulk', Math.abs(fromVolumes / reuss.bulk - 1), bulkModuliAgree, '', {
      reuss: quantityOf(reuss.bulk, 'GPa'),
      volumes: quantityOf(fromVolumes, 'GPa'),
      range: quantityOf(100 * halfRange, '%'),
    }));
  }
  return checks;
}

/** What must be above zero for the constants to mean anything. */
function positive(name: string, value: number, unit: string, sentence: Message): JudgedCheck {
  return { check: { name, passed: value > 0, measured: quantityOf(value, unit), limit: quantityOf(0, unit), message: sentence }, ifFailed: 'unreliable' };
}

function stiffening({ piezoelectric, dielectric }: Charges): Piezoelectricity | undefined {
  return piezoelectric ? { piezoelectric, dielectric } : undefined;
}

function piezoelectricQuantity(tensor: Float64Array | null): Quantity {
  return tensor ? quantityOf(rowsOf(tensor, 6), 'C/m²') : quantityOf(null, 'C/m²', { reason: message('elasticity.flexibleCharges').sentence });
}

/** Half ranges of volume, tried in this order until no neighbour shell crosses a plain cutoff between the cells. */
export const halfRanges = [0.01, 0.005, 0.0025];
/** Volumes of one half range, in parts of it. */
export const halfRangeParts = [-1, -0.5, 0.5, 1];

/** Four relaxed volumes at ±½ and ±1 of a half range around the relaxed crystal; the last range where none is smooth. */
async function smoothVolumes(context: PropertyContext, relaxed: RelaxedCrystal): Promise<{ halfRange: number; volumes: RelaxOutcome[] }> {
  let tried: { halfRange: number; volumes: RelaxOutcome[] } = { halfRange: 0, volumes: [] };
  for (const halfRange of halfRanges) {
    const ratios = halfRangeParts.map((part) => 1 + part * halfRange);
    tried = { halfRange, volumes: await relaxAtVolumes(context, relaxed, `Volumes up to ±${100 * halfRange} %`, ratios) };
    if (crossingShells([relaxed.crystal.structure, ...tried.volumes.map(({ structure }) => structure)], context.potential).length === 0) break;
  }
  return tried;
}

/** V ∂²E/∂V² in GPa by the five-point formula, whose error is of fourth order. `energies`: eV at ±½ and ±1 half range. */
function bulkModulusFrom(energies: readonly number[], energy: number, volume: number, halfRange: number): number {
  const step = 0.5 * halfRange * volume;
  const second = (-energies[0]! + 16 * energies[1]! - 30 * energy + 16 * energies[2]! - energies[3]!) / (12 * step * step);
  return volume * second * gigapascal;
}

function moduliQuantities(moduli: IsotropicModuli | null, reason: string): ElasticityResult['voigt'] {
  const of = (value: number | undefined, unit: string): Quantity => quantityOf(value ?? null, unit, value === undefined ? { reason } : {});
  return { bulk: of(moduli?.bulk, 'GPa'), shear: of(moduli?.shear, 'GPa'), young: of(moduli?.young, 'GPa'), poisson: of(moduli?.poisson, '') };
}

function extremeQuantity({ value, direction, transverse }: SurfacePoint, unit: string): ElasticityResult['surfaces'][number]['minimum'] {
  return { value: quantityOf(value, unit), direction: [...direction], ...(transverse && { transverse: [...transverse] }) };
}
