"""The work of the MgO demonstration done with LAMMPS (executable `lmp`) and phonopy, timed part by part.

python phonopy-lammps.py WORK.json: reads what to do, prints one JSON document: per part seconds of processor time (this
process and the `lmp` it starts) and of the clock, and the numbers found, so that one sees that both sides do the same.
"""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from phonopy import Phonopy, PhonopyQHA
from phonopy.structure.atoms import PhonopyAtoms

GIGAPASCAL_PER_BAR = 1e-4
with open(sys.argv[1]) as file:
    WORK = json.load(file)
FOLDER = tempfile.mkdtemp()
SPECIES = WORK["species"]
TYPES = sorted(set(SPECIES))
TEMPERATURES = np.array(WORK["temperatures"])


class Box:
    """A crystal in the frame LAMMPS wants: first vector along x, second in the xy plane. Rows of `cell` are vectors, Å."""

    count = 0

    def __init__(self, cell, positions, species):
        a, b, c = np.array(cell, dtype=float)
        ax = np.linalg.norm(a)
        bx = b @ a / ax
        by = np.sqrt(b @ b - bx**2)
        cx = c @ a / ax
        cy = (b @ c - bx * cx) / by
        cz = np.sqrt(c @ c - cx**2 - cy**2)
        self.cell = np.array([[ax, 0, 0], [bx, by, 0], [cx, cy, cz]])
        # Row vectors turn by r -> r @ turn.
        self.turn = np.linalg.solve(np.array(cell, dtype=float), self.cell)
        self.positions = np.array(positions) @ self.turn
        self.species = species

    def commands(self):
        """Reads this crystal and sets up its potential."""
        Box.count += 1
        path = os.path.join(FOLDER, f"crystal{Box.count}.data")
        (ax, _, _), (bx, by, _), (cx, cy, cz) = self.cell
        with open(path, "w") as data:
            data.write(f"crystal\n\n{len(self.species)} atoms\n{len(TYPES)} atom types\n")
            for low_high, length in (("xlo xhi", ax), ("ylo yhi", by), ("zlo zhi", cz)):
                data.write(f"0 {length:.16g} {low_high}\n")
            data.write(f"{bx:.16g} {cx:.16g} {cy:.16g} xy xz yz\n\nAtoms # charge\n\n")
            for number, (name, (x, y, z)) in enumerate(zip(self.species, self.positions), 1):
                data.write(f"{number} {TYPES.index(name) + 1} {WORK['charges'][name]} {x:.16g} {y:.16g} {z:.16g}\n")
        lines = ["clear", "units metal", "atom_style charge", "atom_modify map array sort 0 0", "box tilt large", f"read_data {path}"]
        lines += [f"mass {number} {WORK['masses'][name]}" for number, name in enumerate(TYPES, 1)]
        cutoff = WORK["cutoff"]
        lines += [f"pair_style buck/coul/long {cutoff} {cutoff}", "pair_coeff * * 0 1 0"]
        for first, second, a, rho, c in WORK["buckingham"]:
            kinds = sorted((TYPES.index(first) + 1, TYPES.index(second) + 1))
            lines.append(f"pair_coeff {kinds[0]} {kinds[1]} {a} {rho} {c}")
        # The tabulated Coulomb term is good to 1e-6 only.
        lines += ["pair_modify table 0", f"kspace_style ewald {WORK['ewaldAccuracy']}", "neighbor 0.5 bin"]
        lines += ["thermo_style custom step pe pxx pyy pzz pyz pxz pxy", "thermo_modify norm no", "thermo 100000"]
        return lines


def lammps(lines):
    path = os.path.join(FOLDER, "commands.in")
    with open(path, "w") as script:
        script.write("\n".join(lines) + "\n")
    run = subprocess.run([WORK["lmp"], "-in", path, "-nocite", "-log", "none"], capture_output=True, text=True, cwd=FOLDER)
    if run.returncode != 0:
        sys.exit(f"LAMMPS failed:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return [line.split()[1:] for line in run.stdout.splitlines() if line.startswith("FOUND ")]


def numbers(*names):
    return 'print "FOUND ' + " ".join(f"$({name}:%.16g)" for name in names) + '"'


def timed(work):
    def used():
        both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(each.ru_utime + each.ru_stime for each in both)

    cpu, wall = used(), time.perf_counter()
    result = work()
    return {"cpu": used() - cpu, "wall": time.perf_counter() - wall}, result


def scaled(cell, volume):
    cell = np.array(cell)
    return cell * (volume / abs(np.linalg.det(cell))) ** (1 / 3)


FRACTIONAL = np.array(WORK["fractional"])


def relax():
    """Ions and cell to the tolerances of the work. The minimiser of LAMMPS is started again until the pressure is gone."""
    limit = WORK["stressTolerance"] / GIGAPASCAL_PER_BAR
    box = Box(WORK["cell"], FRACTIONAL @ np.array(WORK["cell"]), SPECIES)
    lines = box.commands() + ["variable n loop 30", "label again", "fix relax all box/relax iso 0 vmax 0.01", "min_style cg",
                              "min_modify line quadratic", f"minimize 0 {WORK['forceTolerance']} 1000 10000", "unfix relax", "run 0 post no",
                              f'if "$(abs(pxx)) < {limit}" then "jump SELF done"', "next n", "jump SELF again", "label done",
                              numbers("vol", "pe", "pxx")]
    volume, energy, pressure = (float(text) for text in lammps(lines)[0])
    return {"volume": volume, "energy": energy, "pressure": pressure * GIGAPASCAL_PER_BAR}


def elasticity(cell):
    """Stresses of the cells that our property strains (two strains in a cubic crystal, all amplitudes, both signs; and
    volumes up to 1 %), ions relaxed in each; elastic constants from central differences at the smallest amplitude."""
    lines, strained = [], []
    for h in WORK["strains"]:
        for component in ("normal", "shear"):
            for sign in (1, -1):
                strain = np.zeros((3, 3))
                if component == "normal":
                    strain[0, 0] = sign * h
                else:
                    strain[1, 2] = strain[2, 1] = sign * h / 2
                strained.append(cell @ (np.eye(3) + strain))
    volume = abs(np.linalg.det(cell))
    strained += [scaled(cell, ratio * volume) for ratio in (0.99, 0.995, 1.005, 1.01)]
    turns = []
    for each in strained:
        box = Box(each, FRACTIONAL @ each, SPECIES)
        lines += box.commands() + ["min_style cg", f"minimize 0 {WORK['forceTolerance']} 1000 10000", numbers("pxx", "pyy", "pzz", "pyz", "pxz", "pxy")]
        turns.append(box.turn)
    stresses = []
    for texts, turn in zip(lammps(lines), turns):
        xx, yy, zz, yz, xz, xy = (-float(text) * GIGAPASCAL_PER_BAR for text in texts)
        # From LAMMPS' frame back to the crystal's.
        stresses.append(turn @ np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]) @ turn.T)
    normal, shear = ((stresses[k] - stresses[k + 1]) / (2 * WORK["strains"][0]) for k in (0, 2))
    return {"C11": normal[0, 0], "C12": (normal[1, 1] + normal[2, 2]) / 2, "C44": shear[1, 2]}


class Vibrations:
    """Displaced supercells of one cell: commands first, force constants once LAMMPS has answered."""

    def __init__(self, cell):
        unit = PhonopyAtoms(symbols=SPECIES, cell=cell, scaled_positions=FRACTIONAL, masses=[WORK["masses"][name] for name in SPECIES])
        self.phonon = Phonopy(unit, supercell_matrix=np.diag(WORK["supercell"]), primitive_matrix=np.eye(3), log_level=0)
        self.phonon.generate_displacements(distance=WORK["displacement"], is_plusminus=True)
        self.files = []

    def commands(self):
        supercell = self.phonon.supercell
        self.box = Box(supercell.cell, supercell.positions, list(supercell.symbols))
        lines = self.box.commands()
        for number, entry in enumerate(self.phonon.dataset["first_atoms"]):
            path = os.path.join(FOLDER, f"forces{Box.count}-{number}")
            self.files.append(path)
            x, y, z = (f"{value:.16g}" for value in entry["displacement"] @ self.box.turn)
            back = " ".join(f"{-float(value):.16g}" for value in (x, y, z))
            atom = entry["number"] + 1
            lines += [f"group moved id {atom}", f"displace_atoms moved move {x} {y} {z} units box", "run 0 post no",
                      f"write_dump all custom {path} id fx fy fz modify sort id format float %.15g",
                      f"displace_atoms moved move {back} units box", "group moved delete"]
        return lines

    def solve(self):
        self.phonon.forces = [np.loadtxt(path, skiprows=9)[:, 1:] @ self.box.turn.T for path in self.files]
        self.phonon.produce_force_constants()
        self.phonon.symmetrize_force_constants()
        charges = [WORK["charges"][name] * np.eye(3) for name in SPECIES]
        self.phonon.nac_params = {"born": np.array(charges), "dielectric": np.eye(3), "factor": WORK["coulombConstant"]}


def vibrations(cell):
    found = Vibrations(cell)
    lammps(found.commands())
    found.solve()
    return found.phonon


def thermal(phonon, mesh):
    phonon.run_mesh(mesh)
    phonon.run_thermal_properties(temperatures=TEMPERATURES)
    return phonon.get_thermal_properties_dict()


def expansion(cell):
    samples = [Vibrations(scaled(cell, volume)) for volume in WORK["volumes"]]
    lines = []
    for volume, sample in zip(WORK["volumes"], samples):
        static = scaled(cell, volume)
        lines += Box(static, FRACTIONAL @ static, SPECIES).commands() + ["run 0 post no", numbers("pe")]
        lines += sample.commands()
    energies = [float(texts[0]) for texts in lammps(lines)]
    functions = []
    for sample in samples:
        sample.solve()
        functions.append(thermal(sample.phonon, WORK["thermalMesh"]))
    columns = {key: np.array([each[key] for each in functions]).T for key in ("free_energy", "heat_capacity", "entropy")}
    qha = PhonopyQHA(volumes=WORK["volumes"], electronic_energies=energies, eos="birch_murnaghan", temperatures=TEMPERATURES,
                     free_energy=columns["free_energy"], cv=columns["heat_capacity"], entropy=columns["entropy"])
    at = int(np.argmin(abs(TEMPERATURES - 300)))
    return {"volume300": qha.volume_temperature[at], "alpha300": qha.thermal_expansion[at], "bulk300": qha.bulk_modulus_temperature[at]}


times = {}
found = {}
times["startUp"], _ = timed(lambda: lammps([]))
times["relaxation"], found["relaxation"] = timed(relax)
relaxed = scaled(WORK["cell"], found["relaxation"]["volume"])
times["elasticity"], found["elasticity"] = timed(lambda: elasticity(relaxed))
times["forceConstants"], phonon = timed(lambda: vibrations(relaxed))
paths = [np.array(path) for path in WORK["bands"]]
times["bands"], _ = timed(lambda: phonon.run_band_structure(paths, with_eigenvectors=True, with_group_velocities=True))
found["bands"] = [frequencies.tolist() for frequencies in phonon.get_band_structure_dict()["frequencies"]]


def density_of_states():
    # Projections need the whole mesh: phonopy does not turn eigenvectors.
    phonon.run_mesh(WORK["dosMesh"], is_gamma_center=True, is_mesh_symmetry=False, with_eigenvectors=True)
    phonon.run_projected_dos(use_tetrahedron_method=True)


times["densityOfStates"], _ = timed(density_of_states)
times["thermal"], functions = timed(lambda: thermal(phonon, WORK["thermalMesh"]))
found["thermal"] = {"helmholtz": functions["free_energy"].tolist(), "heatCapacity": functions["heat_capacity"].tolist()}
times["expansion"], found["expansion"] = timed(lambda: expansion(relaxed))
print(json.dumps({"times": times, "found": found}))
