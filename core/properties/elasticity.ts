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
 * eigenvalues of B_ijkl n_j n_l, and the crystal is stable where B is positive definite.
 *
 * Ions. Strains are applied at fixed fractional coordinates (clamped ions); forces per strain and the Hessian at Γ give
 * the softening by internal strain exactly. The macroscopic electric field is zero throughout (conducting boundary of
 * the Ewald sums): C is C^E.
 */
import { message } from '../contracts/messages.ts';
import { quantityOf, type Quantity } from '../contracts/quantity.ts';
import type { ElasticityResult } from '../contracts/results.ts';
import { upperLimit, verdictOf, type JudgedCheck } from '../convergence/verdict.ts';
import type { Crystal } from '../crystal/crystal.ts';
import { cellVolume, massesOf } from '../crystal/structure.ts';
import type { RelaxOutcome } from '../dynamics/relax.ts';
import { rowsOf } from '../math/rows.ts';
import { crossingShells } from '../potential/cutoff-shells.ts';
import { partsOf, type Potential } from '../potential/potential.ts';
import { coulomb, coulombPerSquareMetre, gigapascalPerElectronvoltPerCubicAngstrom as gigapascal, kilogramPerCubicMetre } from '../units/constants.ts';
import { stability } from './born-stability.ts';
import { christoffel, debyeTemperature, debyeVelocity, isotropicSound, type Piezoelectricity } from './christoffel.ts';
import type { PropertyContext, RelaxedCrystal } from './context.ts';
import { crystalDirections } from './crystal-directions.ts';
import { anisotropyOf, hillAverage, reussAverage, voigtAverage, zenerRatio, type IsotropicModuli } from './elastic-averages.ts';
import { displacementMaps, independentDisplacements, independentStrains, strainMaps, type UnitDisplacement, type UnitStrain } from './elastic-response.ts';
import { elasticSurfaces, type SurfacePoint } from './elastic-surfaces.ts';
import { inverse6, mandelFactor, voigtStiffness } from './elastic-tensor.ts';
import { relaxAtVolumes } from './fixed-volume.ts';
import { internalModes } from './internal-relaxation.ts';
import { deviationFromTangent, linearityCurves, strainedPoints } from './linear-range.ts';
import type { Derivatives } from './strain-response.ts';

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

interface Tensors {
  /** 6×6 Voigt GPa */
  readonly clamped: Float64Array;
  readonly relaxed: Float64Array;
  /** 6×6 before i ↔ j is imposed */
  readonly asymmetry: number;
  readonly symmetryResidual: number;
  /** GPa: relaxed stiffness if internal strain were taken from stresses per displacement instead of forces per strain */
  readonly internalStrainMismatch: number;
  /** 3N − 3, eV/Å² */
  readonly springs: Float64Array;
  readonly charges: Charges | null;
}

/** Where there are charges. */
interface Charges {
  /** 3×6 C/m², ions relaxed; null where the charges are not rigid, so that the clamped part is unknown */
  readonly piezoelectric: Float64Array | null;
  /** 3×3, static at fixed strain */
  readonly dielectric: Float64Array;
  /** 3×3, ε∞ */
  readonly electronic: Float64Array;
}

export async function elasticity(context: PropertyContext, relaxed: RelaxedCrystal): Promise<ElasticityResult> {
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
  const { halfRange, volumes } = await smoothVolumes(context, relaxed);

  const tensors = tensorsFrom(crystal, potential, strains, displacements, answers);
  const near = tensorsFrom(crystal, potential, strains, displacements, answers.map(({ unextrapolated }) => unextrapolated));
  const error = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => Math.abs(value - b[i]!));
  const extrapolation = Math.max(...error(tensors.relaxed, near.relaxed), ...error(tensors.clamped, near.clamped));

  const volume = cellVolume(structure.cell);
  const density = (massesOf(structure).reduce((sum, mass) => sum + mass, 0) / volume) * kilogramPerCubicMetre;
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

  const scale = Math.max(...Array.from(stiffness, Math.abs));
  const checks: JudgedCheck[] = [];
  const check = (name: string, measured: number, limit: number, unit: string, code: CheckCode, ifFailed: JudgedCheck['ifFailed'], values = {}): void => {
    checks.push({ check: upperLimit(name, measured, limit, unit, { passed: `elasticity.${code}.passed`, failed: `elasticity.${code}.failed` }, values), ifFailed });
  };
  const meanStress = (stress0[0]! + stress0[1]! + stress0[2]!) / 3;
  check('stress is hydrostatic', Math.max(...Array.from(stress0, (value, i) => Math.abs(i < 3 ? value - meanStress : value))), deviatorLimit, 'GPa', 'hydrostatic', 'caution');
  check('stiffness is symmetric', Math.max(tensors.asymmetry, tensors.internalStrainMismatch), tensorsAgree * scale, 'GPa', 'asymmetry', 'unreliable');
  check('crystal symmetry', tensors.symmetryResidual, tensorsAgree * scale, 'GPa', 'symmetry', 'unreliable');
  check('extrapolation to zero strain', extrapolation, extrapolationLimit * scale, 'GPa', 'extrapolation', 'caution');
  const used = 2 * settings.get('elasticity.strain');
  check('linearity', deviationFromTangent(points, stiffness, used), linearityLimit, '', 'linearity', 'caution', { strain: used });
  if (tensors.springs.length > 0) checks.push({ check: ionsAtMinimum(tensors.springs[0]!), ifFailed: 'unreliable' });
  checks.push({
    check: {
      name: 'Born stability',
      passed: born.stable,
      measured: quantityOf(born.eigenvalues[0]!, 'GPa'),
      limit: quantityOf(0, 'GPa'),
      message: born.sentences[0]!,
    },
    ifFailed: 'unreliable',
  });
  const fromVolumes = bulkModulusFrom(volumes.map(({ energy }) => energy), relaxed.energy, volume, halfRange);
  const strainedCells = [...points.flatMap(({ outcomes }) => outcomes), ...volumes];
  const shells = crossingShells([structure, ...strainedCells.map((cell) => cell.structure)], potential);
  check('ions relaxed in every strained cell', Math.max(...strainedCells.map(({ maxForce }) => maxForce)), settings.get('relaxation.forceTolerance'), 'eV/Å', 'strained', 'caution');
  shells.forEach(context.journal);
  check('neighbour shells at cutoffs', shells.length, 0, '', 'shells', 'caution', { first: shells[0]?.sentence ?? '' });
  check('bulk modulus from volumes', reuss ? Math.abs(fromVolumes - reuss.bulk) / Math.abs(reuss.bulk) : Number.NaN, bulkModuliAgree, '', 'bulk', 'caution', {
    reuss: orNull(reuss?.bulk, 'GPa', singular),
    volumes: quantityOf(fromVolumes, 'GPa'),
    range: quantityOf(100 * halfRange, '%'),
  });

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

type CheckCode = 'hydrostatic' | 'asymmetry' | 'symmetry' | 'extrapolation' | 'linearity' | 'strained' | 'shells' | 'bulk';

function tensorsFrom(crystal: Crystal, potential: Potential, strains: readonly UnitStrain[], displacements: readonly UnitDisplacement[], answers: readonly Derivatives[]): Tensors {
  const { structure } = crystal;
  const atoms = structure.species.length;
  const volume = cellVolume(structure.cell);
  const byStrain = strainMaps(crystal, strains, answers);
  const asymmetry = largestAsymmetry(byStrain.stiffness) * gigapascal;
  const clampedMandel = symmetrised6(byStrain.stiffness);
  const inGigapascal = (mandel: Float64Array): Float64Array => withoutRounding(voigtStiffness(mandel).map((value) => value * gigapascal));
  const clamped = inGigapascal(clampedMandel);
  if (displacements.length === 0) {
    return { clamped, relaxed: clamped, asymmetry, symmetryResidual: byStrain.residual * gigapascal, internalStrainMismatch: 0, springs: new Float64Array(0), charges: chargeTensors(potential, structure, null) };
  }
  const byDisplacement = displacementMaps(crystal, volume, displacements, answers.slice(strains.length));
  const modes = internalModes(byDisplacement.hessian, atoms);
  const softened = (internalStrain: Float64Array): Float64Array =>
    inGigapascal(clampedMandel.map((value, i) => value - modes.contract(byStrain.internalStrain, 6, internalStrain, 6)[i]! / volume));
  const relaxed = softened(byStrain.internalStrain);
  const fromStresses = softened(byDisplacement.internalStrain);
  return {
    clamped,
    relaxed,
    asymmetry,
    // A force constant that breaks the symmetry by δ (eV/Å²) changes stiffness by about δ/Å.
    symmetryResidual: Math.max(byStrain.residual, byDisplacement.residual) * gigapascal,
    internalStrainMismatch: Math.max(...relaxed.map((value, i) => Math.abs(value - fromStresses[i]!))),
    springs: modes.springs,
    charges: chargeTensors(potential, structure, { modes, internalStrain: byStrain.internalStrain }),
  };
}

/**
 * Proper piezoelectric tensor and static permittivity at fixed strain. Rigid ions carry their charge along with a
 * homogeneous strain; the Berry phases Σ Z f do not change, so the proper clamped-ion tensor is zero (Vanderbilt,
 * J. Phys. Chem. Solids 61 (2000) 147) and the relaxed one is that of the internal strain.
 */
function chargeTensors(potential: Potential, structure: Crystal['structure'], internal: { modes: ReturnType<typeof internalModes>; internalStrain: Float64Array } | null): Tensors['charges'] {
  const polar = partsOf(potential).flatMap((part) => (part.bindDynamics ? [part.bindDynamics(structure)] : []));
  if (polar.length === 0) return null;
  const size = structure.positions.length;
  const volume = cellVolume(structure.cell);
  const electronic = polar[0]!.dielectric.slice();
  // 3N×3: moment along a per displacement of coordinate (i, b)
  const moments = new Float64Array(size * 3);
  for (const { bornCharges } of polar) {
    for (let i = 0; i < size / 3; i++) for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) moments[3 * (3 * i + b) + a]! += bornCharges[9 * i + 3 * a + b]!;
  }
  const rigid = partsOf(potential).every((part) => !part.bindDynamics || part.card.charges);
  if (internal === null) return { piezoelectric: rigid ? new Float64Array(18) : null, dielectric: electronic, electronic };
  const { modes, internalStrain } = internal;
  const susceptibility = modes.contract(moments, 3, moments, 3);
  const piezoelectric = modes.contract(moments, 3, internalStrain, 6).map((value, k) => ((value / volume) * coulombPerSquareMetre) / mandelFactor(k % 6));
  // The scale of what cancels in a crystal without piezoelectric effect: one elementary charge per face of the cell.
  const scale = coulombPerSquareMetre / Math.cbrt(volume) ** 2;
  return {
    piezoelectric: rigid ? withoutRounding(piezoelectric, scale) : null,
    dielectric: withoutRounding(electronic.map((value, k) => value + ((4 * Math.PI * coulomb) / volume) * susceptibility[k]!)),
    electronic,
  };
}

function stiffening({ piezoelectric, dielectric }: Charges): Piezoelectricity | undefined {
  return piezoelectric ? { piezoelectric, dielectric } : undefined;
}

function piezoelectricQuantity(tensor: Float64Array | null): Quantity {
  return tensor ? quantityOf(rowsOf(tensor, 6), 'C/m²') : quantityOf(null, 'C/m²', { reason: message('elasticity.flexibleCharges').sentence });
}

/**
 * Components that the symmetry forbids come out as sums that cancel to rounding; below 1e-10 of the scale (the largest
 * component) they are written as the zero that they are.
 */
function withoutRounding(tensor: Float64Array, scale = Math.max(...tensor.map(Math.abs))): Float64Array {
  return tensor.map((value) => (Math.abs(value) < 1e-10 * scale ? 0 : value));
}

function symmetrised6(matrix: Float64Array): Float64Array {
  return matrix.map((value, k) => 0.5 * (value + matrix[6 * (k % 6) + Math.floor(k / 6)]!));
}

function largestAsymmetry(matrix: Float64Array): number {
  return Math.max(...matrix.map((value, k) => Math.abs(value - matrix[6 * (k % 6) + Math.floor(k / 6)]!)));
}

function ionsAtMinimum(softest: number): JudgedCheck['check'] {
  const passed = softest > 0;
  const values = { softest: quantityOf(softest, 'eV/Å²') };
  return { name: 'ions at a minimum', passed, measured: values.softest, limit: quantityOf(0, 'eV/Å²'), message: message(passed ? 'elasticity.ions.passed' : 'elasticity.ions.failed', values) };
}

/** Half ranges of volume, tried in this order until no neighbour shell crosses a plain cutoff between the cells. */
const halfRanges = [0.01, 0.005, 0.0025];

/** Four relaxed volumes at ±½ and ±1 of a half range around the relaxed crystal; the last range where none is smooth. */
async function smoothVolumes(context: PropertyContext, relaxed: RelaxedCrystal): Promise<{ halfRange: number; volumes: RelaxOutcome[] }> {
  let tried: { halfRange: number; volumes: RelaxOutcome[] } = { halfRange: 0, volumes: [] };
  for (const halfRange of halfRanges) {
    const ratios = [-1, -0.5, 0.5, 1].map((part) => 1 + part * halfRange);
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
