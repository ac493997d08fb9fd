"""Hands out force constants that phonopy has read, and what it computes with them.

python phonopy-thermal.py FILE (phonopy.yaml with force constants; .xz: compressed) prints one JSON document: the primitive
cell, every pair's force constants (shared among equally near images), frequencies at a few wave vectors, and thermal
functions on the mesh that the benchmark times.
"""
import json
import lzma
import os
import sys
import tempfile

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
import phonopy

path = sys.argv[1]
if path.endswith(".xz"):
    plain = os.path.join(tempfile.mkdtemp(), "phonopy.yaml")
    with open(plain, "wb") as file:
        file.write(lzma.open(path).read())
    path = plain
phonon = phonopy.load(path, log_level=0)
temperatures = np.arange(0, 1001, 10.0)
phonon.run_mesh([20, 20, 20])
phonon.run_thermal_properties(temperatures=temperatures)
functions = phonon.get_thermal_properties_dict()

primitive, supercell = phonon.primitive, phonon.supercell
vectors, multiplicity = primitive.get_smallest_vectors()
constants = phonon.force_constants
fractional = primitive.scaled_positions
pairs, values = [], []
for i in range(len(primitive)):
    # Compact force constants have a row per atom of the primitive cell only.
    row = i if len(constants) == len(primitive) else primitive.p2s_map[i]
    for s in range(len(supercell)):
        j = primitive.p2p_map[primitive.s2p_map[s]]
        count = multiplicity[s, i]
        for vector in vectors[s, i, :count]:
            lattice = vector - (fractional[j] - fractional[i])
            pairs += [i, j, *(int(n) for n in np.rint(lattice))]
            values += (constants[row, s] / count).ravel().tolist()

qpoints = np.random.default_rng(1).random((20, 3))
phonon.run_qpoints(qpoints)
print(json.dumps({
    "cell": primitive.cell.ravel().tolist(), "positions": primitive.positions.ravel().tolist(),
    "species": list(primitive.symbols), "masses": primitive.masses.tolist(), "pairs": pairs, "values": values,
    "qpoints": qpoints.ravel().tolist(), "frequencies": phonon.get_qpoints_dict()["frequencies"].ravel().tolist(),
    "temperatures": temperatures.tolist(), "helmholtz": functions["free_energy"].tolist(),
    "entropy": functions["entropy"].tolist(), "heatCapacity": functions["heat_capacity"].tolist(),
    "meshPoints": len(phonon.mesh.frequencies),
}))
