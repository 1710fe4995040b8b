"""sowcl compare: plans on devices and on the host."""

import json
import tempfile
from pathlib import Path

import report
from program import MODELS, refused, run, same, write_model, write_recipe

SCRATCH = tempfile.TemporaryDirectory()
FOLDER = Path(SCRATCH.name)
SMALL = ["--init", "uniform", "--shape", "7,5"]
NO_DEVICES = {"OCL_ICD_VENDORS": "/nonexistent", "OCL_ICD_FILENAMES": None}


def devices():
    """Selectors of the processors' devices that there are; simulators and graphics drivers are for other tests."""
    listed = json.loads(run("devices", "--json").stdout)["devices"]
    return [one["selector"] for one in listed if one["rank"] in ("cpu", "gpu")]


def need_device():
    if not devices():
        raise report.Skip("no device")
    return devices()[0]


def compared(*options, code=0, env=None):
    return json.loads(run("compare", *options, "--json", code=code, env=env).stdout)


def test_host_with_host():
    found = compared(*SMALL, "--with", "host")
    same((True, "35", "0"), (found["equal"], found["elements"], found["differing"]))
    same(["host", "host (again)"], found["devices"])
    assert "--with (host): this is A itself (host)" in run("compare", *SMALL, "--with", "host").stderr


def test_no_device_is_77():
    for option in ([], SMALL):
        result = run("compare", *option, code=77, env=NO_DEVICES)
        same("", result.stdout)
        assert "nothing to compare host with" in result.stderr, result.stderr
        found = compared(*option, code=77, env=NO_DEVICES)
        same((None, "0", []), (found["equal"], found["elements"], found["pairs"]))
    refused("compare", *SMALL, "--with", "gpu", env=NO_DEVICES)
    refused("compare", *SMALL, "--on", "cpu", env=NO_DEVICES)


def test_device_with_host():
    device = need_device()
    for sides in (["--with", device], ["--on", device, "--with", "host"], ["--on", device, "--with", device]):
        found = compared(*SMALL, "--init", "normal(std=2)", "--dtype", "f32", "--dtype", "bf16", *sides)
        same((True, "140"), (found["equal"], found["elements"]))
        same(4, len(found["pairs"][0]["tensors"]))


def test_the_defaults_are_all_devices():
    need_device()
    found = compared(*SMALL)
    same("host", found["devices"][0])
    same(len(json.loads(run("devices", "--json").stdout)["devices"]) - 1, len(found["pairs"]))
    same(True, found["equal"])
    table = run("compare", *SMALL).stdout
    for name in found["devices"]:
        assert name in table, f"{name} in {table}"


def test_two_partners():
    device = need_device()
    found = compared(*SMALL, "--with", "host", "--with", device)
    same(2, len(found["pairs"]))
    same("70", found["elements"])
    same(3, len(set(found["devices"])))


def test_own_set():
    device = need_device()
    found = compared("--with", device, "--dtype", "f32")
    same(True, found["equal"])
    tensors = found["pairs"][0]["tensors"]
    assert len(tensors) >= 7, tensors
    assert all(tensor["left_out"] is None for tensor in tensors), tensors


def test_model():
    device = need_device()
    found = compared(MODELS / "example.json", "--with", device, "--seed", "3", "--threads", "1")
    same(True, found["equal"])
    assert "recipe" in found["what"] and "seed 3" in found["what"], found["what"]
    twice = compared(MODELS / "example.json", "--with", device, "--dtype", "f32", "--dtype", "f16")
    same(2 * int(found["elements"]), int(twice["elements"]))
    model = write_model(FOLDER / "model.json", {"x": [3, 4]})
    recipe = write_recipe(FOLDER / "recipe.json", ("*", "normal"))
    tensor, = compared(model, "--recipe", recipe, "--with", device)["pairs"][0]["tensors"]
    same(("x", [3, 4], "f32"), (tensor["tensor"], tensor["shape"], tensor["dtype"]))


def test_what_a_device_cannot_draw_does_not_hide_the_rest():
    """A matrix that is made whole, and larger than any buffer."""
    device = need_device()
    listed = json.loads(run("devices", "--json").stdout)["devices"]
    most = next(int(one["max_alloc_bytes"]) for one in listed if one["selector"] == device)
    options = ["--on", device, "--with", "host", "--init", "uniform", "--shape", "7,5",
               "--init", "orthogonal", "--shape", f"{most // 4000 + 1},1000"]
    result = run("compare", *options, "--json", code=2)
    found = json.loads(result.stdout)
    assert "orthogonal (f32) is left out" in result.stderr, result.stderr
    same([None, "failed"], [tensor["left_out"] for tensor in found["pairs"][0]["tensors"]])
    same((False, "35", "0"), (found["equal"], found["elements"], found["differing"]))
    table = run("compare", *options, code=2).stdout
    assert "not all compared" in table and "failed       orthogonal" in table, table


def test_misuse():
    refused("compare", "--init", "normal", says="--shape")
    refused("compare", "--shape", "3", says="--init")
    refused("compare", "--recipe", "gpt2", says="model")
    refused("compare", MODELS / "gpt2.json", *SMALL, says="--init")
    refused("compare", *SMALL, "--shape", "3", says="--shape (2 times)")
    refused("compare", "--init", "nromal", "--shape", "3", says="normal")
    refused("compare", "--init", "normal", "--shape", "3", "--dtype", "i32", says="i32")
    refused("compare", "--init", "normal", "--shape", "x", says="--shape (x)")
    refused("compare", *SMALL, "--with", "no such device", says="no such device")
    refused("compare", *SMALL, "--with", "", says="--with ()")
    refused("compare", *SMALL, "--on", "", "--with", "host", says="--on ()")
    refused("probe", "--device", "", says="--device ()")
    refused("compare", "no_such_model.json", says="no_such_model.json")
    refused("compare", MODELS / "gpt2.json", "--recipe", "gtp2", says="gpt2")
    refused("compare", *SMALL, "--wiht", "host", says="--with")
    assert "--with SEL" in run("compare", "--help").stdout


def test_quiet_says_nothing_of_equals():
    same(("", ""), (run("compare", *SMALL, "--with", "host", "-q").stdout,
                    run("compare", *SMALL, "--with", "host", "-q").stderr))


report.run(globals())
