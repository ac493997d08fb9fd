import type { Message, Quantity } from './quantity.ts';

/**
 * Every sentence the engine can say, one template per code. `{name}` is replaced by the value of that name.
 * Sentences quote the offending value and place and end with what to try. Sections are kept in the order of the folders.
 */
export const templates = {
  // ── general ──────────────────────────────────────────────────────────────────────────────────────────────────────
  'general.internal': 'Phonolite met a condition it did not expect: {detail}. The run stopped and nothing was changed; the log holds the details.',

  // ── crystal ──────────────────────────────────────────────────────────────────────────────────────────────────────
  'structure.empty': '{place} contains no atoms. Check that it is complete, or give another file.',
  'structure.tooMany': '{place} contains {count} atoms; the limit is {limit}. Give a smaller cell.',
  'structure.length': '{place} names {count} atoms but has {coordinates} coordinates instead of three for each. Check that it is complete.',
  'structure.masses': '{place} names {count} atoms but has {masses} masses. Give one mass for each atom, or none.',
  'structure.element': '{place}: atom {atom} has the symbol "{symbol}", which is no chemical element. Write an element such as Mg or O.',
  'structure.coordinate': '{place}: the {axis} coordinate of atom {atom} is {value}, not a finite number. Correct the file.',
  'structure.far': '{place}: the {axis} coordinate of atom {atom} is {value} Å, farther out than {limit} Å. Check the unit and the number.',
  'structure.mass': '{place}: the mass of atom {atom} is {value}; it must be a positive number of amu.',
  'structure.cellNumber': '{place}: the lattice vector {vector} is ({value}), not three finite numbers. Correct the file.',
  'structure.cellLong': '{place}: the lattice vector {vector} is {length} Å long; the limit is {limit} Å. Check the unit and the scaling factor.',
  'structure.cellShort': '{place}: the lattice vector {vector} is only {length} Å long; the limit is {limit} Å. Check the unit and the scaling factor.',
  'structure.cellFlat': '{place}: the three lattice vectors lie in a plane (cell volume {volume} Å³). Check the lattice vectors or the cell angles.',
  'structure.latticeShort': '{place}: the lattice repeats after only {length} Å along a combination of its vectors; the limit is {limit} Å. Check the lattice vectors.',
  'structure.overlap': '{place}: atoms {first} and {second} are only {distance} Å apart; the limit is {limit} Å. Remove the one that is written twice, or correct its coordinates.',
  'symmetry.notFound': 'No space group could be found for {place} with a tolerance of {tolerance} Å ({reason}). Try another one with --set symmetry.tolerance=1e-3.',
  'symmetry.path': 'A path through the Brillouin zone needs a crystal that is periodic along all three lattice vectors; this one is periodic along {count}.',
  'symmetry.tolerance': 'The symmetry tolerance cannot be {value} Å. Give a length between 1e-8 and 0.5 Å, as in --set symmetry.tolerance=1e-4.',

  // ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────
  'files.empty': '{file} is empty. Check that it is the right file and was copied completely.',
  'files.tooLarge': '{file} has {bytes} bytes; the limit is {limit}. Split it into smaller files.',
  'files.archive': '{file} is a {kind}. Unpack it and give the file inside.',
  'files.utf16': '{file} is written in UTF-16. Save it again as UTF-8 or plain ASCII.',
  'files.utf8': '{place}: the bytes here are not UTF-8 text. Save the file again as UTF-8 or plain ASCII.',
  'files.binary': '{place}: the byte 0x{byte} does not belong into a text file. Give structures as CIF, POSCAR, extended XYZ or XYZ and potentials as JSON or EAM tables.',
  'files.longLine': '{place}: the line has {length} characters, the limit is {limit}: "{text}". Check that this is the right file and has its line ends.',
  'files.unknownFormat': '{place}: the file begins with "{text}" and is neither CIF, POSCAR, extended XYZ nor XYZ. Convert it to one of these.',
  'files.foreignFormat': '{place}: "{text}" looks like {format}. Convert it to CIF, POSCAR, extended XYZ or XYZ.',
  'files.truncated': '{place}: the file ends where {expected} should stand. Check that it was copied completely.',
  'files.missingValue': '{place}: the line ends where {expected} should stand. Add it.',
  'files.notANumber': '{place}: "{text}" stands where {expected} should be, and is not a number. Write it like 0.25 or 1.5e-3.',
  'files.numberRange': '{place}: "{text}" stands for {expected} and is too large for a number. Check the exponent.',
  'files.notACount': '{place}: "{text}" stands where {expected} should be. Write a whole number of at least 1.',
  'files.notAnElement': '{place}: "{text}" is not the symbol of a chemical element. Write one like Mg or O.',
  'files.unclosed': '{place}: {text} is never closed. Add the closing {close}.',
  'files.noteIsotopes': '{file}: atoms given as D ({atoms}) were read as hydrogen with the mass of deuterium, 2.014101778 amu.',
  'files.writeLossy': 'The structure has {what}, which {format} cannot hold. Write it as {other}.',
  'files.writeTitle': 'The title "{title}" would be read as extended XYZ. Write the structure as extended XYZ, or change its title.',

  'files.poscarScale': '{place}: the scaling factor cannot be {text}. Write a positive factor, three positive factors, or minus the volume of the cell in Å³.',
  'files.poscarScaleCount': '{place}: this line has {count} scaling factors. Write one, or three (for x, y and z).',
  'files.poscarVector': '{place}: "{text}" is a fourth number behind a lattice vector. Write three numbers on the line.',
  'files.poscarSpeciesMissing': '{place}: the file has no line of species before the counts, and the title "{title}" does not name {kinds} elements. Add a line such as "Mg O" before the counts.',
  'files.poscarCounts': '{place}: the numbers of species ({kinds}) and of counts ({counts}) differ. Write one count for each species.',
  'files.poscarMode': '{place}: "{text}" stands where Direct or Cartesian should be. Write one of these words.',
  'files.poscarFlag': '{place}: "{text}" stands where a flag T or F of selective dynamics should be. Write three flags behind each position.',
  'files.poscarLabel': '{place}: atom {atom} is {counted} by the counts but has the label "{text}". Bring the species, counts and positions into the same order.',
  'files.poscarMoreAtoms': '{place}: "{text}" begins another line of numbers behind the {atoms} atoms that the counts announce. Correct the counts, or put an empty line before velocities.',
  'files.noteSelective': '{file}: the flags of selective dynamics (atoms held: {fixed} of {atoms}) were not used; all atoms may move.',
  'files.noteSpeciesFromTitle': '{place}: the file has no line of species; they were taken from the title: {species}.',
  'files.noteRest': '{place}: what follows the positions ("{text}") was not used.',

  'files.xyzColumns': '{place}: atom {atom} has {found} columns where Properties announces {expected}. Correct the line or Properties.',
  'files.xyzProperties': '{place}: Properties="{text}" cannot be used: {reason}. Write it like species:S:1:pos:R:3.',
  'files.xyzKey': '{place}: a value without a name begins here: "{text}". Write name=value.',
  'files.xyzKeyTwice': '{place}: the key "{key}" comes a second time on this line. Keep one of them.',
  'files.xyzVector': '{place}: {key} has {found} numbers instead of {expected}. Correct it.',
  'files.xyzPbc': '{place}: pbc="{text}" does not say for each of the three lattice vectors whether it repeats. Write pbc="T T T" or the like.',
  'files.xyzNoLattice': '{place}: the frame is said to be periodic but has no Lattice. Add Lattice="ax ay az bx by bz cx cy cz", or write pbc="F F F".',
  'files.xyzStressWithoutCell': '{place}: the frame has a {key} but no Lattice to which it belongs. Add the Lattice or remove it.',
  'files.xyzMass': '{place}: the mass "{text}" is not positive. Write it in amu.',
  'files.noteXyzKeys': '{file}: these entries of the comment lines were kept as labels and otherwise not used: {names}.',
  'files.noteXyzColumns': '{file}: these columns were not used: {names}.',
  'files.noteXyzExtra': '{file}: what follows the three coordinates was not used (lines with more: {atoms}).',
  'files.noteXyzBox': '{file}: structures without a cell ({structures}) were taken as isolated, in a box that leaves {margin} Å around the atoms.',

  'files.cifNoBlock': '{place}: {text} stands before the first data block. Begin the file with a line such as data_crystal.',
  'files.cifKeyword': '{place}: "{text}" does not belong into a CIF of a crystal. Remove it.',
  'files.cifLooseValue': '{place}: the value "{text}" belongs to no data name. Put quotes around values with spaces.',
  'files.cifNoValue': '{place}: {tag} has no value. Write one behind it, or ? where it is unknown.',
  'files.cifTwice': '{place}: {tag} comes a second time. Keep one of them.',
  'files.cifEmptyLoop': '{place}: loop_ is followed by no data name. Remove it or name its columns.',
  'files.cifLoop': '{place}: the loop that begins with {first} has {found} values, which do not fill rows of {columns}. Look for a missing value or missing quotes.',
  'files.cifColumns': '{place}: {tag} has {found} values, but there are {expected} sites. Put it into the same loop.',
  'files.cifNoSites': '{place}: the data block ({block}) holds no positions of atoms. Give a CIF with _atom_site_fract_x, _y and _z.',
  'files.cifNoFractional': '{place}: the sites have no fractional coordinates. Give _atom_site_fract_x, _y and _z.',
  'files.cifMissing': '{place}: {tag} is missing ({name}). Add it.',
  'files.cifCell': '{place}: no cell has the lengths {lengths} Å and the angles {angles}°. Check them.',
  'files.cifMatrix': '{place}: the matrix _atom_sites_Cartn_tran_matrix does not describe the cell that the lengths and angles give. Correct one of them, or remove the matrix.',
  'files.cifForeign': '{place}: {tag} belongs to a magnetic or modulated structure, which Phonolite does not treat. Give the average, non-magnetic structure.',
  'files.cifNoSymmetry': '{place}: the file says nothing about symmetry. Add _space_group_symop_operation_xyz; if it lists every atom of the cell, the line _space_group_name_H-M_alt \'P 1\' is enough.',
  'files.cifGroupUnknown': '{place}: "{text}" is not the name of a space group that can be expanded, and the file lists no operations. Add _space_group_symop_operation_xyz.',
  'files.cifGroupOpen': '{place}: "{text}" leaves open which of {settings} settings (origin or axes) is meant, and the file lists no operations. Add _space_group_symop_operation_xyz.',
  'files.cifGroupNumber': '{place}: "{text}" is not the number of a space group. Write one from 1 to 230.',
  'files.cifManyOperations': '{place}: {count} symmetry operations are listed; no space group has more than {limit} in its conventional cell. Give the structure in that cell.',
  'files.cifOperation': '{place}: "{text}" is not a symmetry operation. Write it like -x+1/2,y,z.',
  'files.cifNotAGroup': '{place}: the operations are incomplete: "{first}" after "{second}" gives one that is not listed. List all of them.',
  'files.cifSymmetryCell': '{place}: operation {operation} does not map this cell onto itself. Check the cell lengths and angles and the setting of the space group.',
  'files.cifOccupancy': '{place}: the site {label} has the occupancy {text}. A potential needs every atom in its place: give an ordered structure (for instance a supercell with whole atoms).',
  'files.cifDisorder': '{place}: the site {label} belongs to the disorder group {text}. Give an ordered structure with one of the alternatives.',
  'files.cifHydrogens': '{place}: hydrogen atoms attached to {label} ({text}) have no positions. Add their sites.',
  'files.cifNoCoordinate': '{place}: the {axis} coordinate of {label} is not given. Add it, or remove the site.',
  'files.cifLabel': '{place}: "{text}" can mean more than one element. Add the column _atom_site_type_symbol.',
  'files.cifShared': '{place}: {second} lies on the same position as {first}, another element. Give an ordered structure with one atom there.',
  'files.cifSpecialPosition': '{place}: {label} lies so near a special position that its images within {tolerance} Å cannot be told apart. Give its coordinates with more decimals.',
  'files.noteCifBlocks': '{file}: these data blocks have no atoms and were not used: {blocks}.',
  'files.noteCifDummies': '{place}: dummy sites ({sites}) were left out.',
  'files.noteCifOccupancies': '{place}: sites with unknown occupancy, ? ({sites}), were taken as full.',
  'files.noteCifGroup': '{place}: the file lists no operations; the {operations} operations of "{text}" were used.',
  'files.noteCifOperations': '{place}: space group {number} has {named} rotations, but the listed operations have {listed}. The listed operations were used.',
  'files.noteCifSpecial': '{file}: sites beside special positions ({sites}, at most {distance} Å away) were moved onto them; the limit is {tolerance} Å.',
  'files.noteCifRepeated': '{place}: sites that repeat atoms which the symmetry makes of earlier ones ({sites}, first {label}) were left out.',
  'files.noteCifFormula': '{place}: the formula "{formula}" is not what the atoms give, {found}. Check that no atoms are missing.',

  // ── potential ────────────────────────────────────────────────────────────────────────────────────────────────────
  'potential.noFile': 'The potential "{name}" consists of no file. Give the name of a bundled potential (phonolite potentials lists them) or a file.',
  'potential.unrecognised': '{place}: the potential file begins with {text}, which is no known format. Known are JSON with "format": "phonolite-potential/1" and the EAM tables setfl and funcfl.',
  'potential.units': 'The potential file {file} cannot be read with --set units={units}: its format fixes eV and Å. Leave the setting out.',
  'potential.field': '{place}: {field} {problem}; found {found}. The files in resources/potentials show every field with its unit.',
  'potential.table': 'The potential {name} uses the table "{table}", but no file of that name was given with it. Put it beside the potential file.',
  'potential.elements': 'The potential {name} covers {known}, but the structure contains {unknown}. Choose a potential that covers all elements of the crystal.',
  'potential.notFinite': 'The energy of these {atoms} atoms is not a finite number: two of them coincide or nearly so. Check the positions and the cell for atoms that lie on top of each other.',
  'potential.collapse': 'Atoms {first} and {second} ({pair}) are {distance} Å apart, inside the radius of {radius} Å where the attraction of this potential outgrows its repulsion and the energy falls without bound. Start from a structure whose {pair} distances are larger.',
  'potential.cutoffShell': 'The shell of {count} {neighbour} around {centre} at {nearest} to {farthest} Å crosses the plain cutoff of {radius} Å between the cells of this run: energy and force jump there. Compare cells in which this shell stays on one side, or use a tapered cutoff.',
  'json.syntax': '{place}: found {text} where JSON needs {expected}. Correct the file there.',
  'json.duplicateKey': '{place}: the key "{key}" stands twice in the same object. Keep one of the two.',
  'json.forbiddenKey': '{place}: the key "{key}" is not allowed in a data file. Remove it.',
  'eam.malformed': '{place}: found "{text}" where the EAM table needs {expected}. Check that the file is complete and unchanged.',
  'eam.truncated': '{place}: the {what} announces {announced} numbers, but at most {found} follow. The file is cut off or its counts are wrong; fetch it again.',
  'nep.malformed': '{place}: found "{text}" where the nep.txt needs {expected}. Check that the file is complete and unchanged.',
  'nep.truncated': '{place}: the header announces {announced} numbers, but the file ends after {found} of them. It is cut off or its header is wrong; fetch it again.',
  'nep.otherKind': '{place}: "{text}" marks {kind}. Give an energy model: nep3, nep4 or nep5, with _zbl or (nep4) _charge1 to _charge3 behind.',
  'nep.periodic': 'A charged NEP is defined for crystals that repeat along all three axes only: its charges are neutralised over the cell. Make all three axes periodic, with vacuum where nothing repeats.',
  'nep.coulombSums': 'The setting nep.coulomb cannot be {value}. Choose format (as the model was trained) or converged.',

  // ── longrange ────────────────────────────────────────────────────────────────────────────────────────────────────
  'longrange.partly-periodic': 'The structure repeats along {axes} only. Electrostatics are available for crystals that repeat along all three axes and for isolated molecules; make all three axes periodic (with enough vacuum) or none.',
  'longrange.accuracy': 'An electrostatic sum cannot be asked for a relative accuracy of {accuracy}. Choose a value from 1e-13 to 1e-2; 1e-12 is the default.',
  'longrange.coincident': 'Atoms {first} and {second} are {distance} Å apart, so their electrostatic energy is not finite. Remove the one that is there twice.',
  'longrange.no-charge': 'Atom {atom} is {element}, for which the potential {potential} has no charge; it has charges for {known}. Choose another potential, or correct the element.',
  'longrange.charged-cell': 'The cell carries a net charge of {charge}, which is neutralised by a uniform background; its energy and stress hold the background’s part and depend on the size of the cell.',
  'longrange.dynamics-periodic': 'Phonons with electrostatics need a crystal that repeats along all three axes; this structure does not.',

  // ── dynamics (relaxation) ────────────────────────────────────────────────────────────────────────────────────────
  'relaxation.periodic': 'Only a crystal that repeats in all three directions can be relaxed; this structure repeats as "{periodic}" (T = yes, F = no). Give a periodic structure.',
  'relaxation.start': 'The structure "{title}" cannot be relaxed: the potential gives no finite energy or forces for it. Look for atoms that lie on top of each other or a cell in the wrong unit.',

  'relaxation.method': 'The setting relaxation.method cannot be "{value}". Choose one of {known}.',
  'relaxation.constraint': 'The setting relaxation.constraint cannot be "{value}". Choose one of {known}.',
  'relaxation.stressNumbers': 'The setting stress holds {count} numbers; it takes six in GPa (xx, yy, zz, yz, xz, xy). Give it as in --set stress=0,0,-1,0,0,0.',
  'relaxation.good': 'Relaxed ({constraint}): forces and stress have vanished to the requested accuracy and the space group {group} is kept.',
  'relaxation.caution': 'Relaxed ({constraint}), to be used with care: {failed}.',
  'relaxation.unreliable': 'The structure is not relaxed and nothing derived from it can be trusted: {failed}. Raise relaxation.maxSteps, start from a better structure, or look at the energy along the steps.',
  'relaxation.force.passed': 'The largest force left is {measured}.',
  'relaxation.force.failed': 'A force of {measured} is left after {steps} steps, above {limit}.',
  'relaxation.stress.passed': 'The largest deviation from the requested stress is {measured}.',
  'relaxation.stress.failed': 'The stress still differs from the requested one by {measured} after {steps} steps, more than {limit}.',
  'relaxation.group.passed': 'The space group is {group} as before.',
  'relaxation.group.failed': 'The space group changed from {before} to {group}: the relaxed crystal has a different symmetry. Start again from the relaxed structure to use all of it.',
  'relaxation.asymmetry.passed': 'Forces obey the space group to {measured}.',
  'relaxation.asymmetry.failed': 'Forces break the space group by {measured}, more than {limit}: a neighbour shell lies on a cutoff, or the symmetry was assigned too loosely. Try a smaller symmetry.tolerance.',
  'relaxation.energy.passed': 'The enthalpy changed by {measured} per cell on the way.',
  'relaxation.energy.failed': 'The enthalpy rose by {measured} per cell on the way, more than {limit}: the energy is not smooth there. Look at the neighbour shells near the cutoff.',
  'relaxation.neutral': 'The charges of the cell add up to zero.',
  'relaxation.shells.passed': 'No neighbour shell crossed a plain cutoff between the first and the relaxed cell.',
  'relaxation.shells.failed': 'Neighbour shells crossed a plain cutoff between the first and the relaxed cell ({measured} of them): energies of the two are not on one smooth surface.',
  'relaxation.cellFixed': 'The cell was held fixed.',

  // ── phonons ──────────────────────────────────────────────────────────────────────────────────────────────────────
  'phonons.good': 'No imaginary mode; frequencies up to {highest}, zero-point energy {zeroPoint} per cell; all checks passed.',
  'phonons.caution': 'Frequencies up to {highest}, to be used with care: {failed}.',
  'phonons.unreliable': 'The phonons cannot be used: {failed}.',
  'phonons.acousticSum.passed': 'Moving the whole crystal costs no force: the rows of force constants sum to {measured} before the sum rule is imposed.',
  'phonons.acousticSum.failed': 'Moving the whole crystal costs a force: the rows of force constants sum to {measured}, above {limit}. The potential is not invariant under translation, or its forces are inexact.',
  'phonons.permutation.passed': 'Force constants are second derivatives: those of atom i on j and of j on i agree within {measured} before this is imposed.',
  'phonons.permutation.failed': 'Force constants of atom i on j and of j on i differ by {measured}, above {limit}: the forces are not the exact derivative of an energy. Look at the potential.',
  'phonons.symmetry.passed': 'The measured responses obey the symmetry of the crystal within {measured} before it is imposed.',
  'phonons.symmetry.failed': 'The measured responses violate the symmetry of the crystal by {measured}, above {limit}. Relax the crystal further, or lower symmetry.tolerance.',
  'phonons.range.passed': 'Nothing beyond the interaction range of {range} answered to a displaced atom (largest {measured}).',
  'phonons.range.failed': 'Atoms beyond the interaction range of {range} answered with {measured}, above {limit}: the range stated by the potential is too short or a neighbour shell crosses a plain cutoff.',
  'phonons.linearity.passed': 'Forces are linear in the displacement: doubling {displacement} changes the force constants by {measured}, relative; the rest is extrapolated to zero.',
  'phonons.linearity.failed': 'Doubling the displacement of {displacement} changes the force constants by {measured}, relative, more than {limit}: the motion is strongly anharmonic or a neighbour shell crosses a cutoff. Try a smaller phonons.displacement.',
  'phonons.hermiticity.passed': 'The dynamical matrix is Hermitian within {measured}, relative.',
  'phonons.hermiticity.failed': 'The dynamical matrix violates Hermiticity by {measured}, relative, more than {limit}. This is a mistake of the program; please report it.',
  'phonons.timeReversal.passed': 'Frequencies at q and −q agree within {measured} at {count} random wave vectors.',
  'phonons.timeReversal.failed': 'Frequencies at q and −q differ by {measured}, more than {limit}. This is a mistake of the program; please report it.',
  'phonons.stability.passed': 'No imaginary mode beyond rounding along the path and on the mesh.',
  'phonons.stability.failed': '{count} imaginary modes, the lowest {lowest}: the structure is not a minimum of the energy. Follow the mode to find the structure that is.',
  'phonons.states.passed': 'The density of states holds all {modes} modes of the cell (relative difference {measured}).',
  'phonons.states.failed': 'The density of states misses modes: its integral differs from {modes} by {measured}, relative.',
  'phonons.thermalMesh.passed': 'The free energy is converged with respect to the mesh within {measured} per atom, judged from a mesh of half as many points along each axis.',
  'phonons.thermalMesh.failed': 'The free energy is uncertain by {measured} per atom because of the mesh, above {limit}. Raise phonons.thermalMesh.',
  'phonons.classical.passed': 'At high temperature C_v approaches the classical 3 N k with its first quantum correction within {measured}, relative.',
  'phonons.classical.failed': 'At high temperature C_v misses the classical 3 N k by {measured}, relative: modes are missing, most likely because they are imaginary.',
  'phonons.lst.passed': 'Longitudinal and transverse frequencies obey the Lyddane-Sachs-Teller relation with the static dielectric tensor within {measured}, relative.',
  'phonons.lst.failed': 'Longitudinal and transverse frequencies miss the Lyddane-Sachs-Teller relation by {measured}, relative, more than {limit}.',
  'phonons.cutoff.passed': 'The neighbour shell nearest to a plain cutoff is {distance} away from it, more than a displaced atom moves.',
  'phonons.cutoff.failed': 'A neighbour shell lies {distance} from a plain cutoff, closer than the displacements of {displacement}: the force constants hold a jump. Use a tapered cutoff.',
  'phonons.excluded.acoustic': 'The three acoustic modes at Γ, which have no thermal functions, are left out.',
  'phonons.excluded.imaginary': '{share} of the {modes} modes per cell are imaginary and left out: the harmonic functions are not those of a stable crystal.',
  'phonons.imaginary.acoustic-noise': 'At Γ the acoustic mode {mode} has {frequency} instead of zero: the sum rule of the force constants is violated.',
  'phonons.imaginary.sampling': 'Mode {mode} at {place} comes out at {frequency}, within the {noise} that the errors of the force constants can cause: take it as zero.',
  'phonons.imaginary.instability': 'Mode {mode} at {place} is imaginary ({frequency}): the energy falls when the atoms move along it, so this structure is not stable at 0 K. Follow the mode to find the distorted structure (distorted.extxyz, to be relaxed, where the wave vector is a simple fraction).',
  'phonons.incommensurate': 'The wave vector ({q}) does not repeat within {limit} cells along any direction, so its mode cannot be frozen into a supercell. Choose a wave vector with simpler fractions near it.',
  'phonons.unbounded': 'The part "{part}" of the potential {potential} has no finite interaction range and no analytic second derivatives, so its force constants cannot be made exact. Use a potential whose parts end at a cutoff, or electrostatics by Ewald summation.',

  // ── properties ───────────────────────────────────────────────────────────────────────────────────────────────────

  'expansion.form': 'The setting expansion.form cannot be "{value}". Choose one of {known}.',
  'expansion.gridForm': 'A uniaxial crystal is fitted on a grid of a and c, for which the form "{value}" is not defined. Choose birch-murnaghan or poirier-tarantola for expansion.form.',
  'expansion.good': 'Expands by {alpha} (volume) at {temperature}; quasiharmonic, trusted up to {reliable}.',
  'expansion.caution': 'Expands by {alpha} (volume) at {temperature}, trusted up to {reliable}; look at: {failed}.',
  'expansion.unreliable': 'The thermal expansion cannot be used: {failed}.',
  'expansion.noMinimum': 'The free energy has no minimum within the sampled cells at any temperature, so there is no thermal expansion. Check that the crystal is stable (phonons), or lower the pressure.',
  'expansion.beyond': 'Beyond {temperature} the volume comes within 4 % of the largest sampled one, or the free energy has no minimum below 1.2 times the static volume: the quasiharmonic approximation ends here.',
  'expansion.unstable': 'Beyond {temperature} the crystal would have to grow to {ratio} of its static volume, where it has imaginary modes: the quasiharmonic approximation ends here.',
  'expansion.cold': 'Below {temperature} the mesh of wave vectors holds hardly an excited mode, and the Grüneisen parameter would be a ratio of two rounding remainders. Raise phonons.thermalMesh for lower temperatures.',
  'expansion.noAlternative': 'The form {form} finds no minimum here.',
  'expansion.unstablePoint': 'Cells with imaginary modes have no harmonic free energy and are left out.',
  'expansion.curveGap': 'Where the free energy has no minimum there is no fitted curve.',
  'expansion.noLogarithm': 'A mode without restoring force has no logarithm of its frequency, hence no Grüneisen parameter.',
  'expansion.force.passed': 'The largest force left at any cell is {measured}.',
  'expansion.force.failed': 'A force of {measured} is left at one of the cells, above {limit}. Raise relaxation.maxSteps or look at the structure.',
  'expansion.stress.passed': 'The largest stress left beside the pressure is {measured}.',
  'expansion.stress.failed': 'A stress of {measured} is left at one of the volumes, above {limit}. Raise relaxation.maxSteps or look at the structure.',
  'expansion.stable.passed': 'All sampled cells vibrate with real frequencies.',
  'expansion.stable.failed': '{measured} of the sampled cells have imaginary modes and are left out of the fit: the expansion ends before their volume.',
  'expansion.range.passed': 'Every temperature that was asked for lies within the trusted range.',
  'expansion.range.failed': 'The last {measured} temperatures lie beyond {reliable}, where the trusted range ends; they hold no values.',
  'expansion.inside.passed': 'At the highest trusted temperature the volume is {measured} of the largest sampled one.',
  'expansion.inside.failed': 'At the highest trusted temperature the volume is {measured} of the largest sampled one, more than {limit}.',
  'expansion.grueneisen.passed': 'At {temperature} the Grüneisen parameter of the free energy ({fit}) and that of the modes ({modes}) differ by {measured}, relative.',
  'expansion.grueneisen.failed': 'At {temperature} the Grüneisen parameter of the free energy ({fit}) and that of the modes ({modes}) differ by {measured}, relative, more than {limit}: the fit over volumes is not good enough. Try more expansion.points or a smaller range.',
  'expansion.tensor.passed': 'At {temperature} the expansion from the free energy and from Grüneisen parameters and stiffness differ by {measured}, relative.',
  'expansion.tensor.failed': 'At {temperature} the expansion from the free energy and from Grüneisen parameters and stiffness differ by {measured}, relative, more than {limit}: the fit of the free energy is not good enough. Try more expansion.points or a smaller range.',
  'expansion.forms.passed': 'At {temperature} the form {form} gives an expansion that differs by {measured}, relative.',
  'expansion.forms.failed': 'At {temperature} the form {form} gives an expansion that differs by {measured}, relative, more than {limit}: the highest temperatures depend on the choice of form.',

  'committee.passed': 'The {members} members of the committee agree within {measured} of the largest value.',
  'committee.failed': 'The {members} members of the committee disagree by {measured} of the largest value, more than {limit}: the potential was not shown enough of this crystal. Add such structures to its training data.',
  'committee.missing': '{failed} of the {members} members of the committee could not be computed, so the spread covers the others only or is missing. Their reasons are in the journal.',
  'properties.shells.passed': 'No neighbour shell crosses a plain cutoff between the cells of this run.',
  'properties.shells.failed': 'Neighbour shells cross a plain cutoff between the cells of this run ({measured} of them), where energy and stress jump. {first}',
  'eos.good': 'Bulk modulus {bulk} at {volume} per cell; four equations of state agree, ions and shape relaxed at every volume.',
  'eos.caution': 'Bulk modulus {bulk}, to be used with care: {failed}.',
  'eos.unreliable': 'The equation of state cannot be used: {failed}.',
  'eos.noMinimum': 'The energy has no minimum within the sampled volumes, so there is no equation of state. Relax the cell first, or widen eos.range.',
  'eos.force.passed': 'The largest force left at any volume is {measured}.',
  'eos.force.failed': 'A force of {measured} is left at one of the volumes, above {limit}: the energies there are too high. Raise relaxation.maxSteps or look at the structure.',
  'eos.stress.passed': 'The largest stress left beside the pressure is {measured}.',
  'eos.stress.failed': 'A shape stress of {measured} is left at one of the volumes, above {limit}: the energies there are too high. Raise relaxation.maxSteps or look at the structure.',
  'eos.volume.passed': 'The fitted minimum ({volume}) lies within {measured} of the relaxed cell, relative.',
  'eos.volume.failed': 'The fitted minimum ({volume}) lies {measured} away from the relaxed cell, relative, more than {limit}: the curve is not smooth or the range too wide. Try a smaller eos.range.',
  'eos.forms.passed': 'Four forms differ by {measured} in the bulk modulus, relative.',
  'eos.forms.failed': 'Four forms differ by {measured} in the bulk modulus, relative, more than {limit}: the curve is not smooth or the range too wide. Try a smaller eos.range.',

  'elasticity.good': 'Elastic constants of a stable crystal: bulk modulus {bulk}, shear modulus {shear} (Hill, ions relaxed); all checks agree.',
  'elasticity.caution': 'Bulk modulus {bulk}, shear modulus {shear} (Hill, ions relaxed), to be used with care: {failed}.',
  'elasticity.unreliable': 'The elastic constants cannot be used: {failed}.',
  'elasticity.hydrostatic.passed': 'The stress of the crystal differs from a pressure by {measured}.',
  'elasticity.hydrostatic.failed': 'The stress of the crystal differs from a pressure by {measured}, more than {limit}: the stress-strain coefficients are then not symmetric, and averages and sound velocities are approximate. Relax the whole cell.',
  'elasticity.asymmetry.passed': 'Cij and Cji, and internal strain from forces and from stresses, agree within {measured} before symmetry is imposed.',
  'elasticity.asymmetry.failed': 'Cij and Cji, or internal strain from forces and from stresses, differ by {measured}, more than {limit}: forces and stress of the potential do not belong to one energy, or the crystal is not relaxed.',
  'elasticity.symmetry.passed': 'The answers obey the space group within {measured}.',
  'elasticity.symmetry.failed': 'The answers break the space group by {measured}, more than {limit}: a neighbour shell lies on a cutoff, or the symmetry was assigned too loosely. Try a smaller symmetry.tolerance.',
  'elasticity.extrapolation.passed': 'The extrapolation to zero strain changed the constants by {measured} at most.',
  'elasticity.extrapolation.failed': 'The extrapolation to zero strain changed the constants by {measured}, more than {limit}. Try a smaller elasticity.strain.',
  'elasticity.linearity.passed': 'Up to a strain of {strain} the stress of the relaxed crystal leaves its tangent by {measured}, relative.',
  'elasticity.linearity.failed': 'At a strain of {strain} the stress of the relaxed crystal already leaves its tangent by {measured}, relative, more than {limit}: the range of linear behaviour is very small. Look at the curves of stress against strain.',
  'elasticity.ions.passed': 'Every displacement of the ions against each other costs energy; the softest spring is {softest}.',
  'elasticity.ions.failed': 'The ions sit at a saddle point (softest spring {softest}), so relaxed-ion constants have no meaning. Follow the imaginary mode at Γ and start again from the distorted structure.',
  'elasticity.strained.passed': 'The largest force left in any strained or scaled cell is {measured}.',
  'elasticity.strained.failed': 'A force of {measured} is left in one of the strained or scaled cells, above {limit}: the curves of stress against strain and the bulk modulus from volumes are less exact than the constants.',
  'elasticity.shells.passed': 'No neighbour shell crossed a plain cutoff in any strained cell.',
  'elasticity.shells.failed': 'Neighbour shells cross a plain cutoff between the strained cells ({measured} of them), where the stress jumps. {first}',
  'elasticity.bulk.passed': 'The Reuss bulk modulus {reuss} and {volumes} from energies of relaxed volumes within ±{range} differ by {measured}, relative.',
  'elasticity.bulk.failed': 'The Reuss bulk modulus {reuss} and {volumes} from energies of relaxed volumes within ±{range} differ by {measured}, relative, more than {limit}: the energy is not smooth there. Look for neighbour shells that cross a plain cutoff.',
  'elasticity.singular': 'The stiffness has no inverse: some strain costs no energy.',
  'elasticity.flexibleCharges': 'The charges depend on the environment, so the clamped-ion part of the piezoelectric tensor is not known.',
  'elasticity.zener': 'Zener\'s ratio is defined for cubic crystals; this one is {system}.',
  'elasticity.stable': 'The crystal is elastically stable: every strain costs energy (smallest eigenvalue of the stiffness {lowest}).',
  'elasticity.unstable': 'The crystal is elastically unstable: a strain releases energy (smallest eigenvalue of the stiffness {lowest}).',
  'elasticity.criterionMet': '{formula} = {value} is positive, as a stable {system} crystal needs.',
  'elasticity.criterionBroken': '{formula} = {value} is not positive, which a stable {system} crystal needs.',
  'elasticity.sound.passed': 'Sound velocities from the elastic constants and slopes of the acoustic branches agree within {measured}, relative.',
  'elasticity.sound.failed': 'Along ({direction}) the elastic constants give a sound velocity of {elastic}, the slope of the acoustic branch {phonon}: a difference of {measured}, relative, more than {limit}.',

  // ── report ───────────────────────────────────────────────────────────────────────────────────────────────────────
  'experiment.key': '{file}, line {line}: "{key}" is not one of the keys {known}. Write for instance "# property: alphaLinear".',
  'experiment.property': '{file}: nothing says which property was measured. Add a line "# property: NAME" with one of {known}.',
  'experiment.axis': '{file}, line {line}: the axis "{text}" is none of a, b, c. Name the axis of the conventional cell, or leave the line out.',
  'experiment.basis': '{file}: a {property} counts per something. Add a line "# basis: atom", "# basis: formula" or "# basis: cell".',
  'experiment.columns': '{file}, line {line}: {found} columns where two or three were expected. Give {example}.',
  'experiment.unit': '{file}, line {line}, column {column}: the unit "{unit}" is not known here. Write one of {known} in brackets behind the title.',
  'experiment.number': '{file}, line {line}, column {column}: "{text}" is not a number. Use a point for decimals, and separate the columns by commas, semicolons or tabs.',
  'experiment.empty': '{file}: no line with numbers was found. Give {example}, then one line per point.',
  'experiment.size': '{file}: {found} characters are more than the {limit} that are read here. Keep one property per file.',
  'report.result': '{file} cannot be read as a result: {place}: {problem}. It was cut off, changed by hand or written by another version; run the calculation again.',
  'report.modes': '{file} has {found} bytes where the band structure in result.json asks for {expected}. Run the phonons again, or delete the file to make a report without moving atoms.',
  'report.noBrowser': 'A PDF is printed by Chromium or Chrome, and none was found (looked for {tried}). Install one, set PHONOLITE_CHROMIUM to its path, or write the report as html and print it from a browser.',
  'report.printing': '{browser} did not print the report: {detail}. Write the report as html and print it from a browser.',

  // ── runs, command line, storage ──────────────────────────────────────────────────────────────────────────────────
  'settings.key': 'There is no setting "{key}". Known settings: {known}.',
  'settings.value': 'The setting {key} cannot be "{value}". Give it as in --set {key}={example}.',
  'settings.form': '--set takes key=value, not "{value}". For instance --set temperature.maximum=800.',
  'program.notBuilt': 'The built file {path} is missing. Run "npm run build" in the checkout, or install Phonolite again.',
  'run.property': 'There is no property "{value}". Properties: {known}.',
  'run.noProperty': 'Say what to compute with --property. Properties: {known}.',
  'run.accuracy': 'There is no accuracy "{value}". Choose quick, standard or strict with --accuracy.',
  'run.threads': '--threads takes a whole number from 1 to 1024, not "{value}".',
  'run.device': 'There is no device "{value}". Choose auto, cpu or gpu with --device.',
  'run.gpu': 'The potential {potential} is of the kind {kind}, which runs on the processor only. Use --device auto or --device cpu.',
  'run.elements': 'The potential {potential} does not cover {elements}, which {structure} contains: it knows {known}. "phonolite potentials" lists the bundled ones with their elements.',
  'run.notPeriodic': '{structure} does not repeat along {axes}. Elastic constants, phonons and thermal expansion need a crystal that is periodic along all three lattice vectors; "phonolite evaluate" takes molecules and surfaces.',
  'run.severalStructures': '{structure} holds {count} structures; a run takes one. Put the one you mean into a file of its own, or use "phonolite evaluate" for all of them.',
  'run.noStructure': 'There is no file and no bundled material "{name}". Bundled materials: {known}.',
  'run.noPotential': 'There is no file, folder or bundled potential "{name}". Bundled potentials: {known}.',
  'run.emptyPotential': 'The folder {path} holds no potential file. Give the file itself with --potential FILE.',
  'run.inputTooLarge': '{path} has more than {limit} MB. Give a smaller file: structures and potentials of that size are not read.',
  'run.inputKind': '{path} is neither an ordinary file nor a pipe. Give a file.',
  'run.differs': 'The folder {folder} holds another run: {difference}. Give another --out, or ask for the same again to continue it.',
  'run.folderTaken': 'The folder {folder} already holds other files ({example}). Give a new or an empty folder with --out.',
  'run.unreadableRequest': 'The file {path} is not a request that this version of Phonolite understands ({reason}). Give another folder with --out.',
  'run.locked': 'Another run (process {pid}, since {since}) is working in {folder}. Wait for it or stop it, or give another --out.',
  'run.workerEnded': 'A worker thread ended twice on the same task of the stage "{stage}" ({reason}). If memory is short, use fewer --threads; the same command continues the run.',
  'run.engineEnded': 'The compute process ended before the run was finished ({reason}). What was computed is kept: the same command continues the run.',
  'run.internal': 'Phonolite met a condition it did not expect: {detail}. What was computed is kept; the details are in {log}.',
  'run.propertyFailed': 'The property {property} could not be computed: {reason}',
  'run.notARun': '{folder} is not a run folder: it has no readable {file}. Give the folder that --out of "phonolite run" made.',
  'run.unfinished': 'The run in {folder} is not finished: it has no result yet. Give its command again to continue it.',
  'run.resumed': 'The run goes on where it stopped: {count} finished tasks were kept.',
  'evaluate.out': 'The name of the output must end in .json or .extxyz, not "{value}".',
  'report.format': 'There is no report format "{value}". Choose html, pdf or csv with --format.',
  'command.later': '"phonolite {command}" comes with {with}, which this version does not have yet.',
  'command.benchCheckout': '"phonolite bench" needs the checkout with test/benchmarks: there, run "npm run bench -- properties".',
  'doctor.madelung.passed': 'The Madelung constant of rock salt is right to {measured}.',
  'doctor.madelung.failed': 'The Madelung constant of rock salt is off by {measured}, more than {limit}: do not trust electrostatics on this machine.',
  'doctor.silicon.passed': 'The energy of Stillinger-Weber silicon agrees with its closed form to {measured} relative.',
  'doctor.silicon.failed': 'The energy of Stillinger-Weber silicon is off by {measured} relative, more than {limit}: do not trust energies on this machine.',
  'doctor.eigenvalues.passed': 'The compiled eigensolver agrees with its reference to {measured}.',
  'doctor.eigenvalues.failed': 'The compiled eigensolver differs from its reference by {measured}, more than {limit}: do not trust phonons on this machine.',
  'storage.full': 'The disk is full: {path} could not be written. Free some space and give the same command again.',
  'storage.denied': 'There is no permission to use {path}. Choose another place or change its permissions.',
  'storage.readOnly': '{path} lies on a read-only file system. Choose another place.',
  'storage.notFolder': 'A part of {path} is a file where a folder is needed. Choose another place.',
  'storage.isFolder': '{path} is a folder where a file is needed. Name a file.',
  'storage.missing': '{path} cannot be found. Check the name.',
  'storage.nameTooLong': 'The name {path} is longer than the file system allows. Choose a shorter one.',
  'storage.failed': '{path} cannot be used: the system answers {reason}. Choose another place.',
} as const;

export type MessageCode = keyof typeof templates;

/** Six digits at most; powers of ten as people write them. */
function digits(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e6) return String(Number(value.toPrecision(6)));
  const [mantissa, exponent] = value.toExponential(3).split('e') as [string, string];
  const superscript = String(Number(exponent)).replace(/[-\d]/g, (character) => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'['-0123456789'.indexOf(character)]!);
  return `${String(Number(mantissa))} × 10${superscript}`;
}

function shown(value: string | number | Quantity): string {
  if (typeof value === 'string') return value;
  // Counts, lines and columns are quoted exactly.
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : digits(value);
  if (typeof value.value !== 'number') return value.value === null ? 'no value' : JSON.stringify(value.value);
  // Expansion is spoken of in millionths per kelvin, whatever it is stored in.
  const [number, unit] = value.unit === '1/K' ? [value.value * 1e6, '× 10⁻⁶ K⁻¹'] : [value.value, value.unit];
  return unit === '' ? digits(number) : `${digits(value.unit === '1/K' ? Number(number.toPrecision(4)) : number)} ${unit}`;
}

/** Fills the template of `code`. A missing value is a mistake of ours and throws. */
export function message(code: MessageCode, values: Message['values'] = {}): Message {
  const sentence = templates[code].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`message ${code} lacks the value "${name}"`);
    return shown(value);
  });
  return { code, values, sentence };
}

/**
 * Bad input, bad usage or an impossible request: something the user can change. The command line exits with 2.
 * Anything else that is thrown is a mistake of ours.
 */
export class Refusal extends Error {
  readonly detail: Message;
  constructor(detail: Message) {
    super(detail.sentence);
    this.name = 'Refusal';
    this.detail = detail;
  }
}

/** Shorthand for the common `throw new Refusal(message(code, values))`. */
export function refuse(code: MessageCode, values: Message['values'] = {}): never {
  throw new Refusal(message(code, values));
}
