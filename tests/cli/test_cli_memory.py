"""Memory: a model of any size is drawn through staging memory of one size."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import report
from program import run, start

# Over what the process needs for a tiny model, drivers and all.
STAGING_BYTES = 128 << 20
LARGE = {"weight": ([1 << 16, 1 << 13], "f32"), "zeros": ([5 << 29], "u8")}
TINY = {"weight": ([2, 3], "f32"), "zeros": ([5], "u8")}
RECIPE = {"format": "sowcl-recipe/1", "name": "r",
          "rules": [{"match": "zeros", "init": "zeros"}, {"init": "uniform(low=-1, high=1)"}]}


def peak_of(folder, tensors, device):
    """Bytes of memory that the program had at its peak."""
    model = {"format": "sowcl-model/1", "name": "m",
             "tensors": [{"name": name, "shape": shape, "dtype": dtype}
                         for name, (shape, dtype) in tensors.items()]}
    Path(folder, "m.json").write_text(json.dumps(model))
    Path(folder, "recipe.json").write_text(json.dumps(RECIPE))
    process = start("init", f"{folder}/m.json", "--recipe", f"{folder}/recipe.json", "--device", device,
                    "--no-moments", "-q", stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, process.returncode
    return usage.ru_maxrss * 1024


def check_peak(device):
    with tempfile.TemporaryDirectory() as folder:
        tiny = peak_of(folder, TINY, device)
        large = peak_of(folder, LARGE, device)
    assert large - tiny <= STAGING_BYTES, f"{device}: {large} bytes, {tiny} for a tiny model"


def test_host_memory_is_bounded():
    check_peak("host")


def test_device_memory_is_bounded():
    listed = json.loads(run("devices", "--json").stdout)["devices"]
    if not any("Portable Computing Language" in device.get("platform", "") for device in listed):
        raise report.Skip("no PoCL")
    check_peak("pocl")


report.run(globals())
