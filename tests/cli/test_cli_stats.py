"""sowcl stats: NumPy's figures, what is expected, flags, files of each kind, histograms."""

import json
import math
import os
import sys
import tempfile
from pathlib import Path

import report
from program import MODELS, forget, refused, run, same, start, write_model, write_recipe

try:
    import numpy as np
    from safetensors.numpy import save_file
except ImportError as missing:
    print(f"skipped: no {missing.name}")
    sys.exit(77)


def near(expected, actual, what, scale):
    assert abs(expected - actual) <= 1e-12 * scale, f"{what}: expected {expected!r}, got {actual!r}"


def told(*arguments):
    return json.loads(run("stats", *arguments, "--json").stdout)


def rows(*arguments):
    return {row["name"]: row for row in told(*arguments)["tensors"]}


def planted(folder):
    """Tensors of every kind that NumPy has."""
    random = np.random.default_rng(7)
    normal = random.standard_normal(20011) * 0.02
    holed = normal.astype(np.float32)
    holed[5], holed[77], holed[78], holed[100:200] = math.nan, math.inf, -math.inf, 0
    arrays = {
        "f32": normal.astype(np.float32), "f16": normal.astype(np.float16), "f64": normal,
        "shifted": (1000 + normal).astype(np.float32), "tiny": (normal * 1e-40).astype(np.float32),
        "wide": np.exp(random.uniform(-80, 80, 5000)).astype(np.float32),
        "large": normal[:100] * 1e303, "holed": holed, "i64": random.integers(-2**62, 2**62, 999),
        "i32": random.integers(-2**31, 2**31, 5000).astype(np.int32),
        "u8": random.integers(0, 256, (50, 40)).astype(np.uint8), "one": np.float32([[3]]),
        "bool": random.integers(0, 2, 4099).astype(bool), "none": np.zeros((0, 4), np.float16),
        "scalar": np.array(-2.5, np.float64),
    }
    save_file(arrays, folder / "w.safetensors")
    return arrays, folder / "w.safetensors"


def check_figures(array, row):
    values = array.astype(np.longdouble).ravel()
    finite = values[np.isfinite(values)]
    same(str(values.size), row["count"])
    same(str(int((values == 0).sum())), row["zeros"])
    same(str(int(np.isnan(values).sum())), row["nans"])
    same(str(int(np.isinf(values).sum())), row["infs"])
    if finite.size == 0:
        same([None] * 5, [row[key] for key in ("mean", "std", "min", "max", "nrm2")])
        return
    mean, std = finite.mean(), np.sqrt(((finite - finite.mean()) ** 2).mean())
    norm = np.sqrt((finite ** 2).sum())
    near(mean, row["mean"], f"{row['name']}: mean", abs(mean) + std)
    near(std, row["std"], f"{row['name']}: std", std)
    near(norm, row["nrm2"], f"{row['name']}: nrm2", norm)
    if array.dtype == np.int64:
        same((str(array.min()), str(array.max())), (row["min"], row["max"]))
    else:
        same((float(finite.min()), float(finite.max())), (row["min"], row["max"]))


def test_figures_are_numpys():
    with tempfile.TemporaryDirectory() as name:
        arrays, path = planted(Path(name))
        found = rows(path)
        same(sorted(arrays), list(found))
        for key, array in arrays.items():
            check_figures(array, found[key])


def test_integers_are_told_exactly():
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.npy"
        np.save(path, np.array([-2**63, 2**53 + 1], np.int64))
        line = run("stats", path).stdout.splitlines()[1].split()
        same(["-9223372036854775808", "9007199254740993"], line[6:8])
        same("9007199254740993", rows(path)["tensor"]["max"])


def test_npy_and_shards():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        array = np.random.default_rng(1).standard_normal((300, 50)).astype(np.float32)
        np.save(folder / "a.npy", array)
        check_figures(array, rows(folder / "a.npy")["tensor"])
        model = write_model(folder / "m.json", {"a": [100], "b": [90, 3], "c": [300]})
        recipe = write_recipe(folder / "r.json", ("*", "normal(std=0.5)"))
        run("init", model, "--recipe", recipe, "-o", folder / "w.safetensors")
        run("init", model, "--recipe", recipe, "-o", folder / "s.safetensors", "--max-shard-size", "1200")
        one, other = told(folder / "w.safetensors"), told(folder / "s.safetensors.index.json")
        same(one["tensors"], other["tensors"])


def test_what_the_recipe_gives_is_expected():
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "w.safetensors"
        run("init", MODELS / "example.json", "-o", path, "--dtype", "bf16")
        found = told(path, "--model", MODELS / "example.json")
        same("0", found["flagged"])
        for row in found["tensors"]:
            if int(row["count"]) >= 100:
                assert abs(row["std"] - row["expected_std"]) < 0.2 * row["expected_std"] + 1e-9, row
        same(("torch", "0"), (told(path)["recipe"], told(path)["flagged"]))
        # without kinds: figures without a law, and why
        forget(path, "sowcl.model")
        result = run("stats", path)
        assert "--model" in result.stderr and "no expected figures" in result.stderr, result.stderr
        assert "recipe" not in result.stdout, result.stdout
        same(None, told(path)["recipe"])
        refused("stats", path, "--recipe", "torch", code=1, says="no rule of recipe torch")


def test_depth_is_counted():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tensors = {f"h.{i}.c_proj.weight": [64, 64] for i in range(8)}
        model = write_model(folder / "m.json", {**tensors, "wte.weight": [64, 64]})
        run("init", model, "--recipe", "gpt2", "--parameter", "n_layer=8", "-o", folder / "w.safetensors")
        found = told(folder / "w.safetensors")
        same(("gpt2", "0"), (found["recipe"], found["flagged"]))
        same(0.005, found["tensors"][0]["expected_std"])
        other = told(folder / "w.safetensors", "--parameter", "n_layer=2")
        same("8", other["flagged"])


def flags(arrays, *arguments, folder):
    save_file(arrays, folder / "flags.safetensors", {"format": "np"})
    return {name: row["flags"] for name, row in rows(folder / "flags.safetensors", *arguments).items()}


def test_flags():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        normal = (np.random.default_rng(3).standard_normal((200, 200)) * 0.02).astype(np.float32)
        holed = normal.copy()
        holed[3, 3], holed[4, 4] = math.nan, math.inf
        tensors = {"fine": normal, "bad": holed, "zero": np.zeros_like(normal), "same": np.full_like(normal, 0.1),
                   "wide": normal * np.float32(1.05), "moved": normal + np.float32(0.001), "bias": np.zeros(9, np.float32)}
        found = flags(tensors, folder=folder)
        same({"fine": [], "bad": ["nan", "inf"], "zero": ["zero"], "same": ["constant"], "wide": [], "moved": [],
              "bias": []}, found)
        recipe = write_recipe(folder / "r.json", ("bias", "zeros"), ("*", "normal(std=0.02)"))
        found = flags(tensors, "--recipe", recipe, folder=folder)
        same([], found["fine"])
        same(["nan", "inf"], found["bad"])
        assert "zero" in found["zero"] and "constant" in found["same"], found
        same((["std"], ["mean"], []), (found["wide"], found["moved"], found["bias"]))
        model = write_model(folder / "m.json", {"fine": [200, 199]})
        same(["shape"], flags({"fine": normal}, "--model", model, "--recipe", recipe, folder=folder)["fine"])
        last = run("stats", folder / "flags.safetensors").stdout.splitlines()[-1]
        same("1 tensor, 40000 elements, nothing flagged", last)


def test_unknown_dtypes_are_listed():
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "u.safetensors"
        save_file({"u": np.arange(6, dtype=np.uint16)}, path)
        row = rows(path)["u"]
        same(("U16", "6", ["unknown"]), (row["dtype"], row["count"], row["flags"]))
        same("0", told(path)["flagged"])
        assert run("stats", path).stdout.endswith("1 of another dtype, nothing flagged\n")


def test_missing_and_extra_tensors():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "w.safetensors"
        save_file({"a": np.ones(3, np.float32), "tied": np.ones(3, np.float32), "b": np.ones(3, np.uint16)}, path)
        recipe = write_recipe(folder / "r.json", ("*", "ones"))
        model = write_model(folder / "m.json", {"a": [3], **{f"c{i:02}": [3] for i in range(12)}}, aliases={"tied": "a"})
        found = told(path, "--recipe", recipe, "--model", model)
        same([f"c{i:02}" for i in range(12)], found["missing"])
        same({"a": [], "tied": [], "b": ["unknown", "extra"]}, {row["name"]: row["flags"] for row in found["tensors"]})
        text = run("stats", path, "--recipe", recipe, "--model", model).stdout
        assert "missing: c09\nmissing: 2 more\n" in text and "12 missing, 1 of another dtype, 1 flagged" in text, text
        same([], told(path)["missing"])


def test_what_is_no_bool_is_flagged():
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "w.safetensors"
        save_file({"fine": np.bool_([0, 1]), "wrong": np.bool_([1, 1, 1])}, path)
        path.write_bytes(path.read_bytes()[:-1] + b"\x80")
        same([[], ["bool"]], [row["flags"] for row in rows(path).values()])


def test_histograms():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = write_model(folder / "m.json", {"w.weight": [200, 300], "w.bias": [8]})
        recipe = write_recipe(folder / "r.json", ("*.bias", "zeros"), ("*", "normal(std=0.02)"))
        path = folder / "w.safetensors"
        run("init", model, "--recipe", recipe, "-o", path)
        text = run("stats", path, "--recipe", recipe, "--plot", env={"LC_ALL": "C.UTF-8"}).stdout
        assert "\u2588" in text and "-0.08 to 0.08" in text and "is expected" in text, text
        assert "w.bias: one value" in text, text
        plain = run("stats", path, "--plot", env={"LC_ALL": "C"}).stdout
        assert plain.isascii() and "#" in plain, plain
        # the bar in the middle is the highest
        top = [line for line in plain.splitlines() if "#" in line][0]
        assert 28 < top.index("#") < 38, top
        refused("stats", path, "--plot", "--json", says="choose one")


def test_what_is_too_narrow_to_be_drawn():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = write_model(folder / "m.json", {"far:f64": [1000], "small:f64": [1000], "same:f64": [10]})
        recipe = write_recipe(folder / "r.json", ("far", "normal(mean=1e6, std=0.001)"), ("same", "constant(value=3)"),
                              ("small", "normal(std=1e-200)"))
        path = folder / "w.safetensors"
        run("init", model, "--recipe", recipe, "-o", path)
        for arguments in (["--recipe", recipe], []):
            text = run("stats", path, "--plot", *arguments).stdout
            for line in ("far: too narrow or", "small: too narrow or", "same: one value"):
                assert line in text, text
        # the recipe's law cannot be drawn, but what is there can
        save_file({"far": np.arange(9.), "same": np.full(9, np.nan), "small": np.arange(9.)}, path)
        text = run("stats", path, "--plot", "--recipe", recipe, env={"LC_ALL": "C"}).stdout
        assert text.count("beyond") == 2 and "same: one value, or none" in text, text


def test_what_is_not_known_is_null():
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "w.safetensors"
        save_file({"w": np.full((2, 2), np.nan, np.float32)}, path)
        row = rows(path)["w"]
        check_figures(np.full((2, 2), np.nan), row)
        same([None] * 3, [row["expected_mean"], row["expected_std"], row["initializer"]])


def test_misuse():
    refused("stats", says="stats has no file")
    refused("stats", "a", "b", says="one file (b)")
    refused("stats", "a", "--recip", "x", code=1, says="cannot open")
    refused("stats", "a", "--modle", "x", says="--model")
    refused("stats", "/nowhere/a.safetensors", code=1, says="/nowhere/a.safetensors")
    refused("stats", "/dev/zero", code=1, says="no regular file")
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "w.npy"
        np.save(path, np.zeros(3, np.float32))
        refused("stats", path, "--recipe", "gtp2", code=1, says="w.npy")
        refused("stats", path, "--device", "no such device", code=1, says="no such device")
        path.write_bytes(path.read_bytes()[:-1])
        refused("stats", path, code=1, says="wrong file size")
        np.save(path, np.asfortranarray(np.zeros((3, 3), np.float32)))
        refused("stats", path, code=1, says="unsupported fortran_order (True): ")
        np.save(path, np.zeros(3, np.complex64).astype(">c8"))
        refused("stats", path, code=1, says="(>c8)")
        np.save(path, np.zeros(3, "c16"))
        refused("stats", path, code=1, says="unsupported .npy descr ('<c16'): ")
        save_file({"w": np.zeros((3, 3), np.float32)}, Path(name) / "w.safetensors")
        refused("stats", Path(name) / "w.safetensors", "--parameter", "a=1", says="without a recipe")
        refused("stats", Path(name) / "w.safetensors", "--recipe", "gtp2", code=2, says="gpt2")


def test_a_closed_pipe_is_no_failure():
    with tempfile.TemporaryDirectory() as name:
        _, path = planted(Path(name))
        read, write = os.pipe()
        os.close(read)
        process = start("stats", path, stdout=write)
        os.close(write)
        same(0, process.wait(60))


def test_devices_tell_the_same():
    with tempfile.TemporaryDirectory() as name:
        _, path = planted(Path(name))
        found = told(path)
        other = json.loads(run("stats", path, "--json", env={"SOWCL_DEVICE": None}).stdout)
        same(found["tensors"], other["tensors"])


def test_long_and_empty_names():
    """Tables cut and quote; --json has all."""
    with tempfile.TemporaryDirectory() as folder:
        path, name = os.path.join(folder, "long.safetensors"), "\N{SNOWMAN}" * 10000
        save_file({name: np.float32([1, 2]), "": np.float32([1, 2])}, path)
        text = run("stats", path, "--plot").stdout
        assert max(map(len, text.splitlines())) < 300, text
        same(2, text.count("\N{SNOWMAN}" * 120 + "\N{HORIZONTAL ELLIPSIS}"), "in the table and over the plot")
        assert '\n""  ' in text, text
        same({name, ""}, set(rows(path)))
        save_file({name: np.float32([1, 2])}, path)
        text = run("verify", path, "--recipe", write_recipe(Path(folder) / "r.json", ("*", "ones")), "--seed", "1",
                   code=1).stdout
        assert max(map(len, text.splitlines())) < 300, text


def test_a_failed_self_test_is_told():
    listed = json.loads(run("devices", "--json", env={"SOWCL_DEVICE": None}).stdout)["devices"]
    pocl = [one["selector"] for one in listed if "Portable Computing" in one.get("platform", "")]
    if not pocl:
        raise report.Skip("no PoCL, whose environment can break it")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.safetensors"
        save_file({"x": np.float32([1, 2])}, path)
        env = {"POCL_EXTRA_BUILD_FLAGS": "-cl-fast-relaxed-math", "POCL_CACHE_DIR": folder}
        said = run("stats", path, "--device", pocl[0], code=1, env=env).stderr
    assert "self-test of statistics of f32: digest " in said and " instead of " in said, said


report.run(globals())
