"""Reads the files of a folder with phonopy alone and prints its frequencies, THz, as JSON: python read_with_phonopy.py FOLDER QPOINTS.json"""
import json
import os
import sys

import numpy as np
import phonopy
from phonopy.file_IO import parse_BORN

os.chdir(sys.argv[1])
phonon = phonopy.load("phonopy.yaml", log_level=0)
with open(sys.argv[2]) as file:
    qpoints = json.load(file)
phonon.run_qpoints(qpoints)
frequencies = phonon.get_qpoints_dict()["frequencies"].tolist()
out = {"frequencies": frequencies, "plain": frequencies, "direction": [], "born": False, "nac": phonon.nac_params is not None}
if out["nac"]:
    phonon.run_qpoints([[0, 0, 0]], nac_q_direction=[1, 0, 0])
    out["direction"] = phonon.get_qpoints_dict()["frequencies"][0].tolist()
    # Without the non-analytic term: what FORCE_CONSTANTS alone says.
    plain = phonopy.load("phonopy.yaml", is_nac=False, log_level=0)
    plain.run_qpoints(qpoints)
    out["plain"] = plain.get_qpoints_dict()["frequencies"].tolist()
    # The BORN file says the same as phonopy.yaml.
    born = parse_BORN(phonon.primitive, filename="BORN")
    out["born"] = bool(
        np.allclose(born["born"], phonon.nac_params["born"], atol=1e-9)
        and np.allclose(born["dielectric"], phonon.nac_params["dielectric"], atol=1e-9)
        and abs(born["factor"] - phonon.nac_params["factor"]) < 1e-9
    )
print(json.dumps(out))
