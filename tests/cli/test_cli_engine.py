"""--engine: what multiplies orthogonal matrices."""

import json
import math
import os
import struct
import tempfile
from pathlib import Path

import report
from program import MODELS, read_npy, refused, run, same, write_model, write_recipe

NO_CLBLAST = "this build of sowcl has no CLBlast"
FILL = ["fill", "orthogonal", "--shape", "140,130", "--seed", "3"]
ON_POCL = {"SOWCL_DEVICE": None, "OCL_ICD_VENDORS": "pocl.icd"}


def need_clblast():
    """Skips where there is no device, or no CLBlast, as the program must then say."""
    if json.loads(run("devices", "--json", env=ON_POCL).stdout)["devices"][0]["selector"] == "host":
        raise report.Skip("no PoCL")
    if os.environ["SOWCL_HAS_CLBLAST"] == "OFF":
        refused(*FILL, "--engine", "clblast", code=1, env=ON_POCL, says=NO_CLBLAST)
        raise report.Skip(NO_CLBLAST)


def values(path):
    _, shape, data = read_npy(path.read_bytes())
    return struct.unpack(f"<{shape[0] * shape[1]}f", data)


def test_words():
    for command in (["fill", "ones", "--shape", "3"], ["init", MODELS / "example.json"]):
        for word in ("", "Exact", "clblas", "cublas"):
            refused(*command, "--engine", word, code=2, says=f"--engine ({word}): exact or clblast")
    refused("init", MODELS / "example.json", "--dry-run", "--engine", "fast", says="exact or clblast")
    same(run(*FILL).stdout, run(*FILL, "--engine", "exact").stdout)


def test_clblast_needs_a_device():
    refused("fill", "ones", "--shape", "3", "--engine", "clblast", "--device", "host", says="it needs a device")
    refused("fill", "ones", "--shape", "3", "--engine", "clblast", says="it needs a device")


def test_fill_by_clblast_is_near():
    need_clblast()
    with tempfile.TemporaryDirectory() as name:
        near, exact = Path(name) / "near.npy", Path(name) / "exact.npy"
        run(*FILL, "--engine", "clblast", "-o", near, env=ON_POCL)
        run(*FILL, "-o", exact)
        pairs = list(zip(values(near), values(exact)))
        distance = math.sqrt(sum((x - y)**2 for x, y in pairs) / sum(y * y for _, y in pairs))
        assert 0 < distance <= 2e-6, distance


def test_init_by_clblast_leaves_other_tensors():
    need_clblast()
    with tempfile.TemporaryDirectory() as name:
        model = write_model(Path(name) / "model.json", {"large": [140, 130], "small": [9, 8], "bias": [7]})
        recipe = write_recipe(Path(name) / "recipe.json", ("bias", "normal"), ("*", "orthogonal"))
        lines = [run("init", model, "--recipe", recipe, "--engine", engine, "--json", env=ON_POCL).stdout
                 for engine in ("exact", "clblast")]
        exact, near = ({tensor["name"]: tensor["digest"] for tensor in json.loads(line)["tensors"]}
                       for line in lines)
        same(["large"], [name for name in exact if exact[name] != near[name]])


report.run(globals())
