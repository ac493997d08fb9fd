/** The conventions that hold everywhere in the program: one page, quoted by the interface and by every report. */
export interface Convention {
  readonly topic: string;
  readonly text: string;
}

export const conventions: readonly Convention[] = [
  { topic: 'Internal units', text: 'Å, eV, amu, e and K; time in Å·√(amu/eV). Every conversion factor derives from CODATA 2018, except a constant that the format or reference of a potential fixes: that one stands on its card.' },
  { topic: 'Shown units', text: 'GPa, THz (or cm⁻¹, or meV as h·ν), K, J/(mol·K), kJ/mol, 10⁻⁶ K⁻¹, m/s. Switching a unit changes what is shown, never what is stored.' },
  { topic: 'Per what', text: 'Extensive numbers are stored per standard primitive cell and can be shown per atom, per formula unit or per cell. A mole then is a mole of atoms, of formula units or of cells.' },
  { topic: 'Cell', text: 'The rows of a 3×3 matrix are the lattice vectors; r = f · H. The cell is the standard primitive one, with its vectors re-chosen but never rotated: vectors and tensors share the Cartesian frame of the input.' },
  { topic: 'Stress', text: 'σ = (1/V) ∂E/∂ε: positive diagonal components mean tension. Pressure is −(σ₁₁ + σ₂₂ + σ₃₃)/3.' },
  { topic: 'Voigt notation', text: 'Order 11, 22, 33, 23, 13, 12 (xx, yy, zz, yz, xz, xy) with engineering shear strains, γ₂₃ = 2 ε₂₃.' },
  { topic: 'Elastic constants', text: 'Zero-strain limit at constant electric field, with ions relaxed, and beside it with ions clamped. Under pressure: the stress-strain coefficients B_ijkl = C_ijkl − P(δ_ik δ_jl + δ_il δ_jk − δ_ij δ_kl), those of stability and of sound.' },
  { topic: 'Phonons', text: 'D(q) carries the phase exp(i q·(r_j − r_i)); eigenvectors are mass-weighted, so atom j moves along e_j/√m_j. Frequencies are ν = ω/2π; imaginary ones are shown as negative numbers.' },
  { topic: 'Wave vectors', text: 'Reduced coordinates of the standard primitive reciprocal cell; labels and paths after Hinuma et al. (2017). Distances along a path include the factor 2π.' },
  { topic: 'Long-range forces', text: 'Where there are charges, Γ is approached along the path, so that longitudinal optical modes appear; the table at Γ also gives the frequencies without the macroscopic field.' },
  { topic: 'Thermal functions', text: 'Harmonic F, S, C_v and U with the zero-point energy included; U and F count from the static crystal.' },
  { topic: 'Displacements', text: 'Mean-square displacement tensors U_ij = ⟨u_i u_j⟩ in Å², Cartesian, Voigt order, off-diagonal components not doubled.' },
  { topic: 'Thermal expansion', text: 'α_V = (1/V) ∂V/∂T at the pressure of the run; linear coefficients along the axes a, b, c of the conventional cell; tensor components Cartesian, not doubled. Bulk moduli are isothermal, with the adiabatic ones beside them.' },
  { topic: 'Energy reference', text: 'Stated on the card of the potential; energies of different potentials are not comparable unless their references agree.' },
  { topic: 'Uncertainty', text: 'Standard errors of fits and numerical extrapolations, rounded after the Particle Data Group. An error below the last digit shown is written as one unit of that digit. Errors say how well the potential was evaluated, not how well it describes the material.' },
  { topic: 'Missing values', text: 'Absent is absent: a dash with the reason, never zero.' },
];
