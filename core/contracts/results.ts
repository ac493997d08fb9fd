import { z } from 'zod';
import { potentialCard } from './card.ts';
import { message, quantity, verdict } from './quantity.ts';
import { structureJson } from './structure.ts';

/**
 * `result.json`: frozen data, one key per property, every number a `Quantity`.
 * The cell is the standard primitive cell in the input's Cartesian frame (lattice vectors re-chosen, never rotated).
 * All vectors and tensors share that frame. [n] gives array shapes; N atoms, M = 3N modes, T temperatures.
 */
export const resultSchemaName = 'phonolite-result/1';

export const spaceGroup = z.strictObject({
  number: z.number().int(),
  symbol: z.string(),
  /** Å: distances up to this count as equal. */
  tolerance: z.number(),
});

export const settingEntry = z.strictObject({
  key: z.string(),
  value: z.union([z.number(), z.string(), z.boolean(), z.array(z.number())]),
  unit: z.string(),
  /** Why this value: a sentence. */
  reason: z.string(),
  origin: z.enum(['accuracy', 'user', 'potential', 'automatic']),
});
export type SettingEntry = z.infer<typeof settingEntry>;

/** The crystal all properties speak about. */
export const material = z.strictObject({
  /** Reduced formula, e.g. `MgO`. */
  formula: z.string(),
  atoms: z.number().int(),
  formulaUnits: z.number().int(),
  species: z.array(z.string()),
  /** [N] amu */
  masses: quantity,
  /** Input as it was read. */
  input: structureJson,
  /** What the reader of the input had to say about it; absent where nothing. */
  notes: z.array(message).optional(),
  /** Standard primitive cell before relaxation. */
  primitive: structureJson,
  /** 3×3, rows: primitive lattice vectors in terms of the input's (primitive = matrix · input). */
  matrixFromInput: quantity,
  /** 3×3 integers, rows: conventional lattice vectors in terms of the primitive ones. */
  conventionalMatrix: quantity,
  spaceGroup,
  /** Wyckoff letter and site symmetry per atom. */
  sites: z.array(z.strictObject({ wyckoff: z.string(), siteSymmetry: z.string() })),
});
export type Material = z.infer<typeof material>;

export const relaxationResult = z.strictObject({
  verdict,
  /** 3×3 Å */
  cell: quantity,
  /** [N][3] Å */
  positions: quantity,
  /** eV per cell */
  energy: quantity,
  volume: quantity,
  /** a, b, c, α, β, γ of the conventional cell: [3] Å and [3] ° */
  lattice: z.strictObject({ lengths: quantity, angles: quantity }),
  density: quantity,
  spaceGroup,
  /** eV/Å */
  maxForce: quantity,
  /** GPa: largest deviation from the requested stress */
  maxStress: quantity,
  pressure: quantity,
  steps: z.number().int(),
  method: z.string(),
  constraint: z.string(),
  /** Energy and largest force of every step, for the chart. */
  history: z.strictObject({ energy: quantity, maxForce: quantity, maxStress: quantity }),
  /** Pairs whose neighbour shell lies near or crosses a plain cutoff. */
  cutoffShells: z.array(message),
});
export type RelaxationResult = z.infer<typeof relaxationResult>;

export const equationForm = z.enum(['birch-murnaghan', 'vinet', 'murnaghan', 'poirier-tarantola']);
export type EquationForm = z.infer<typeof equationForm>;

export const equationFit = z.strictObject({
  form: equationForm,
  energy: quantity,
  volume: quantity,
  /** GPa */
  bulkModulus: quantity,
  bulkModulusDerivative: quantity,
  /** Root mean square of the residuals, eV per cell */
  residual: quantity,
});

export const eosResult = z.strictObject({
  verdict,
  /** Parameters of the reported form (Birch-Murnaghan) with standard errors as `uncertainty.numerical`. */
  volume: quantity,
  energy: quantity,
  bulkModulus: quantity,
  bulkModulusDerivative: quantity,
  fits: z.array(equationFit),
  /** [P] sampled points: volume Å³ and energy eV per cell, pressure GPa; ions and shape relaxed at each. */
  points: z.strictObject({ volume: quantity, energy: quantity, pressure: quantity }),
  /** Curves for the chart, one per form: [C] volumes and [form][C] energies. */
  curves: z.strictObject({ volume: quantity, energy: z.array(z.strictObject({ form: equationForm, energy: quantity })) }),
});
export type EosResult = z.infer<typeof eosResult>;

export const moduli = z.strictObject({ bulk: quantity, shear: quantity, young: quantity, poisson: quantity });

/** An extreme value of a direction-dependent modulus. */
export const extreme = z.strictObject({
  value: quantity,
  /** Cartesian unit vector along which (Young, compressibility) or of the load (shear, Poisson). */
  direction: z.array(z.number()).length(3),
  /** Second, perpendicular unit vector where the quantity has one. */
  transverse: z.array(z.number()).length(3).optional(),
});

export const elasticSurface = z.strictObject({
  name: z.enum(['young', 'shear-minimum', 'shear-maximum', 'poisson-minimum', 'poisson-maximum', 'compressibility']),
  /** [polar][azimuth] values at θ_i = π i/(polar−1), φ_j = 2π j/(azimuth−1) of the input's Cartesian frame. */
  values: quantity,
  minimum: extreme,
  maximum: extreme,
});

export const elasticityResult = z.strictObject({
  verdict,
  pressure: quantity,
  /** 6×6 GPa, relaxed ions, constant electric field; under pressure the stress-strain coefficients B_ijkl. */
  stiffness: quantity,
  stiffnessClamped: quantity,
  /** 6×6 1/GPa */
  compliance: quantity,
  voigt: moduli,
  reuss: moduli,
  hill: moduli,
  /** universal (Ranganathan 2008), zener (cubic, else null with the reason), log-Euclidean (Kube 2016) */
  anisotropy: z.strictObject({ universal: quantity, zener: quantity, logEuclidean: quantity, bulkPercent: quantity, shearPercent: quantity }),
  /** K: from the mean of v⁻³ over all directions and branches (Christoffel, piezoelectrically stiffened where there are charges) */
  debyeTemperature: quantity,
  /** K: Anderson's estimate from the Hill moduli, for comparison with tables made that way */
  debyeTemperatureHill: quantity,
  /** m/s: averages from the Hill moduli */
  sound: z.strictObject({ longitudinal: quantity, transverse: quantity, mean: quantity }),
  /** Christoffel along crystal directions: [3] velocities m/s in ascending order, piezoelectrically stiffened where there are charges */
  soundByDirection: z.array(z.strictObject({ label: z.string(), direction: z.array(z.number()).length(3), velocities: quantity })),
  surfaces: z.array(elasticSurface),
  /** 6 GPa: eigenvalues of the stiffness (Mandel form); all positive = Born stable. */
  eigenvalues: quantity,
  /** One sentence per criterion. */
  stability: z.array(message),
  /** Where there are charges: 3×6 C/m² (relaxed, clamped) and 3×3 ε0, ε∞. */
  piezoelectric: z.strictObject({ relaxed: quantity, clamped: quantity }).optional(),
  dielectric: z.strictObject({ static: quantity, electronic: quantity }).optional(),
  /**
   * The linear range: each applied strain (Voigt index 0 to 5, engineering shear) at amplitudes of both signs, [P] `strain`,
   * with the stress component of the same index, [P] `stress` GPa, ions relaxed, and its `tangent`.
   */
  linearity: z.array(z.strictObject({ strain: quantity, voigt: z.number().int(), stress: quantity, tangent: quantity })),
  /** GPa: largest |C_ij − C_ji| and largest part that violates the crystal's symmetry, before either is imposed. */
  residuals: z.strictObject({ asymmetry: quantity, symmetry: quantity, extrapolation: quantity }),
});
export type ElasticityResult = z.infer<typeof elasticityResult>;

export const imaginaryMode = z.strictObject({
  /** reduced coordinates */
  q: z.array(z.number()).length(3),
  label: z.string().optional(),
  mode: z.number().int(),
  frequency: quantity,
  kind: z.enum(['acoustic-noise', 'sampling', 'instability']),
  message,
  /** Which structure of `distorted.extxyz`, counted from 0, is the crystal distorted along this mode; absent where there is none. */
  distorted: z.number().int().min(0).optional(),
});

export const phononsResult = z.strictObject({
  verdict,
  bands: z.strictObject({
    /** [segment][2], Γ written `GAMMA` */
    labels: z.array(z.array(z.string()).length(2)),
    /** [segment][point][3] reduced in the primitive reciprocal cell */
    qpoints: quantity,
    /** [segment][point] rad/Å, continuous along the path */
    distances: quantity,
    /** [segment][point][mode] THz, imaginary shown negative */
    frequencies: quantity,
    /** [segment][point][mode] m/s along the path */
    groupVelocities: quantity,
  }),
  gamma: z.strictObject({
    /** [M] THz without the non-analytic term */
    frequencies: quantity,
    /** Irreducible description: infrared activity per mode where there are charges, e²/amu */
    oscillatorStrengths: quantity.optional(),
    loTo: z.array(z.strictObject({ direction: z.array(z.number()).length(3), frequencies: quantity })),
  }),
  dos: z.strictObject({
    mesh: z.array(z.number().int()).length(3),
    method: z.string(),
    /** [F] THz */
    frequencies: quantity,
    /** [F] states/THz per cell */
    total: quantity,
    /** [N][F] states/THz, sums to total */
    projected: quantity,
  }),
  thermal: z.strictObject({
    mesh: z.array(z.number().int()).length(3),
    /** [T] K; helmholtz kJ/mol, entropy and heatCapacity (constant volume) J/(mol·K), per mole of cells */
    temperatures: quantity,
    helmholtz: quantity,
    entropy: quantity,
    heatCapacity: quantity,
    internalEnergy: quantity,
    zeroPoint: quantity,
  }),
  /** [T] K and [T][N][6] Å² (Voigt order, U_ij, not doubled) */
  displacements: z.strictObject({ temperatures: quantity, tensors: quantity, isotropic: quantity }),
  /** [N][3][3] e and [3][3], where there are charges */
  bornCharges: quantity.optional(),
  dielectric: quantity.optional(),
  /** Velocities of the acoustic branches near Γ, m/s, for comparison with the elastic tensor. */
  acousticVelocities: z.array(z.strictObject({ direction: z.array(z.number()).length(3), velocities: quantity })),
  imaginary: z.array(imaginaryMode),
  forceConstants: z.strictObject({
    /** 3×3 integers, rows: supercell vectors in terms of the primitive ones */
    supercell: quantity,
    displacements: z.number().int(),
    /** Å: how far the potential reaches; the supercell's shortest vector exceeds twice that */
    range: quantity,
    /** eV/Å²: largest violation of the acoustic sum rule, of the permutation symmetry and of the crystal's symmetry before they are imposed */
    acousticSum: quantity,
    permutation: quantity,
    symmetry: quantity,
    /** relative: change of the force constants between displacements h and 2h */
    linearity: quantity,
  }),
});
export type PhononsResult = z.infer<typeof phononsResult>;

export const expansionResult = z.strictObject({
  verdict,
  pressure: quantity,
  form: equationForm,
  /** `volume` (cubic) or the names of the free cell parameters (`a`, `c`) */
  freeParameters: z.array(z.string()),
  /** [T] K; entries beyond the trusted range are null with the reason */
  temperatures: quantity,
  /** [T] Å³ per cell */
  volume: quantity,
  /** [T][3] Å: a, b, c of the conventional cell */
  lattice: quantity,
  /** [T] 1/K */
  alphaVolumetric: quantity,
  /** [T][3] 1/K along a, b, c */
  alphaLinear: quantity,
  /** [T][6] 1/K, Voigt order, tensor components (not doubled), Cartesian */
  alphaTensor: quantity,
  grueneisen: quantity,
  /** [T] GPa isothermal and adiabatic */
  bulkModulus: quantity,
  bulkModulusAdiabatic: quantity,
  /** [T] J/(mol·K) per mole of cells */
  heatCapacityP: quantity,
  heatCapacityV: quantity,
  /** [T] eV per cell */
  gibbs: quantity,
  /** Same quantities from the second form, for the difference that is shown. */
  alternative: z.strictObject({ form: equationForm, volume: quantity, alphaVolumetric: quantity, bulkModulus: quantity }),
  /** The sampled cells, [P]. */
  points: z.strictObject({
    volume: quantity,
    /** [P][3] Å, conventional */
    lattice: quantity,
    energy: quantity,
    /** [P] eV/Å, GPa left after relaxation */
    residualForce: quantity,
    residualStress: quantity,
    lowestFrequency: quantity,
    zeroPoint: quantity,
  }),
  /** [K] selected temperatures and [K][P] F(V,T) in eV per cell with the fitted curves */
  freeEnergy: z.strictObject({ temperatures: quantity, values: quantity, curveVolume: quantity, curves: quantity }),
  /** Mode Grüneisen parameters: [q][mode] with their frequencies THz */
  modeGrueneisen: z.strictObject({ mesh: z.array(z.number().int()).length(3), frequencies: quantity, values: quantity }),
  /** Bands of every volume are kept: index into `points`. */
  reliableUpTo: quantity,
  /** ZSISA-consistent check α_i = (1/V) Σ_j S_ij Σ γ_j C_v, uniaxial and lower: [T][6] */
  alphaFromGrueneisen: quantity.optional(),
});
export type ExpansionResult = z.infer<typeof expansionResult>;

export const provenance = z.strictObject({
  application: z.string(),
  version: z.string(),
  node: z.string(),
  v8: z.string(),
  platform: z.string(),
  device: z.string(),
  threads: z.number().int(),
  seed: z.number().int(),
  started: z.string(),
  finished: z.string(),
  structureHash: z.string(),
  potentialHash: z.string(),
  /** The command line that makes this run again. */
  command: z.string(),
  accuracy: z.enum(['quick', 'standard', 'strict']),
  settings: z.array(settingEntry),
});
export type Provenance = z.infer<typeof provenance>;

export const propertyName = z.enum(['relaxation', 'eos', 'elasticity', 'phonons', 'expansion']);
export type PropertyName = z.infer<typeof propertyName>;

export const result = z.strictObject({
  schema: z.literal(resultSchemaName),
  provenance,
  potential: potentialCard,
  material,
  relaxation: relaxationResult.optional(),
  eos: eosResult.optional(),
  elasticity: elasticityResult.optional(),
  phonons: phononsResult.optional(),
  expansion: expansionResult.optional(),
  /** Properties that were asked for and could not be computed, with the reason; absent where there are none. */
  failures: z.array(z.strictObject({ property: propertyName, message })).optional(),
});
export type Result = z.infer<typeof result>;
