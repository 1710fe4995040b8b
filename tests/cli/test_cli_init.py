"""sowcl init: whole models, drawn, told and written."""

import json
import os
import tempfile
from pathlib import Path

import report
from program import (MODELS, read_safetensors, refused, run, same, write_json, write_model,
                     write_recipe)

OBJECT_KEYS = {"digest", "device", "parameters", "bytes", "seconds", "tensors"}
TENSOR_KEYS = {"name", "shape", "dtype", "initializer", "fan_in", "fan_out", "mean", "std", "low", "high",
               "stream", "digest"}
EXAMPLE = MODELS / "example.json"


def small_model(folder):
    model = write_model(folder / "model.json", {"a.weight": [6, 4], "b.weight": [3], "n:i64": []})
    recipe = write_recipe(folder / "recipe.json", ("a.*", "kaiming_uniform(a=sqrt(5))"), ("n", "zeros"),
                          ("*", "normal(std=0.5)"))
    return model, recipe


def scratch(test):
    """Runs the test with an empty folder."""
    def with_folder():
        with tempfile.TemporaryDirectory() as folder:
            test(Path(folder))
    with_folder.__name__ = test.__name__
    return with_folder


@scratch
def test_files_hold_what_fill_draws(folder):
    model, recipe = small_model(folder)
    path = folder / "w.safetensors"
    run("init", model, "--recipe", recipe, "--seed", "11", "-o", path)
    tensors, metadata = read_safetensors(path.read_bytes())
    same({"a.weight", "b.weight", "n"}, set(tensors))
    same("11", metadata["sowcl.seed"])
    same("test", metadata["sowcl.recipe"])
    for name, init, shape in (("a.weight", "kaiming_uniform(a=sqrt(5))", "6,4"),
                              ("b.weight", "normal(std=0.5)", "3")):
        data = run("fill", "--init", init, "--shape", shape, "--seed", "11", "--name", name, "-o", "-",
                   text=False).stdout
        same(data, tensors[name][2], name)


@scratch
def test_digest_is_that_of_the_file(folder):
    path = folder / "w.safetensors"
    last = run("init", EXAMPLE, "-o", path).stdout.splitlines()[-1]
    assert last.endswith("  total"), last
    lines = run("digest", path).stdout.splitlines()
    same(last, lines[-1])
    same(last, run("init", EXAMPLE).stdout.splitlines()[-1], "without a file")
    same(last + "\n", run("init", EXAMPLE, "--quiet").stdout, "--quiet")
    told = json.loads(run("init", EXAMPLE, "--json").stdout)
    same(sorted(lines), sorted([f"{tensor['digest']}  {tensor['name']}" for tensor in told["tensors"]]
                               + [f"{told['digest']}  total"]))


@scratch
def test_standard_output_takes_the_file(folder):
    path = folder / "w.safetensors"
    run("init", EXAMPLE, "-o", path)
    piped = run("init", EXAMPLE, "-o", "-", text=False)
    same(path.read_bytes(), piped.stdout)
    assert b"  total\n" in piped.stderr, piped.stderr
    with open(folder / "piped", "wb") as file:
        run("init", EXAMPLE, "-o", "-", capture_output=False, stdout=file)
    same(path.read_bytes(), (folder / "piped").read_bytes())


@scratch
def test_table_is_for_people(folder):
    model, recipe = small_model(folder)
    text = run("init", model, "--recipe", recipe).stdout
    for word in ("test", "27", "116", "host", "GB/s", "normal(std=0.5)", "zeros", "measured std"):
        assert word in text, f"{word} in\n{text}"
    assert "measured" not in run("init", model, "--recipe", recipe, "--no-moments").stdout


@scratch
def test_json_has_the_keys(folder):
    model, recipe = small_model(folder)
    told = json.loads(run("init", model, "--recipe", recipe, "--json").stdout)
    assert OBJECT_KEYS <= set(told), told.keys()
    same(("host", "28", "116"), (told["device"], told["parameters"], told["bytes"]))
    tensors = {tensor["name"]: tensor for tensor in told["tensors"]}
    for tensor in tensors.values():
        assert TENSOR_KEYS <= set(tensor), tensor.keys()
    a = tensors["a.weight"]
    same(([6, 4], "f32", "4", "6"), (a["shape"], a["dtype"], a["fan_in"], a["fan_out"]))
    same((-0.5, 0.5), (round(a["low"], 6), round(a["high"], 6)))
    b = tensors["b.weight"]
    same((None, None, 0.5), (b["low"], b["high"], b["std"]))
    same("i64", tensors["n"]["dtype"])
    assert int(a["stream"]) < 2**64


@scratch
def test_dry_run_draws_nothing(folder):
    model = write_model(folder / "model.json", {"huge": [2**40, 2**20], "small": [3]})
    recipe = write_recipe(folder / "recipe.json", ("*", "normal(std=0.5)"))
    output = folder / "w.safetensors"
    arguments = ["init", model, "--recipe", recipe, "-o", output, "--dry-run"]
    lines = run(*arguments, env={"SOWCL_DEVICE": "no such device"}).stdout.splitlines()
    same(2, len(lines))
    for word in ("huge", "[1099511627776,1048576]", "f32", "normal(std=0.5)", "fan_in=1048576", "std=0.5",
                 "stream="):
        assert word in "\n".join(lines), f"{word} in {lines}"
    assert not output.exists()
    told = json.loads(run(*arguments, "--json").stdout)
    same((None, None), (told["digest"], told["tensors"][0]["digest"]))


@scratch
def test_options_choose(folder):
    def tensors(*options):
        path = folder / "w.safetensors"
        run("init", model, "--recipe", recipe, "-o", path, *options)
        return read_safetensors(path.read_bytes())[0]
    model, recipe = small_model(folder)
    same({"a.weight"}, set(tensors("--only", "a.*")))
    same({"a.weight": "BF16", "b.weight": "BF16", "n": "I64"},
         {name: tensor[0] for name, tensor in tensors("--dtype", "bf16").items()})
    assert tensors("--seed", "1")["b.weight"] != tensors("--seed", "2")["b.weight"]
    same(tensors("--threads", "1"), tensors("--threads", "3"))


@scratch
def test_recipe_is_asked_for(folder):
    model = write_model(folder / "model.json", {"a.weight": [6, 4]})
    message = refused("init", model, says="--recipe")
    for name in run("recipes").stdout.splitlines():
        assert name.split()[0] in message, message


@scratch
def test_bad_content_is_told(folder):
    model, recipe = small_model(folder)
    bad = write_recipe(folder / "bad.json", ("*", "nromal"))
    refused("init", model, "--recipe", bad, says="normal")
    none = write_recipe(folder / "none.json", ("a.*", "zeros"))
    refused("init", model, "--recipe", none, code=1, says="b.weight")
    (folder / "text.json").write_text("{")
    refused("init", folder / "text.json", code=1, says="text.json")
    refused("init", model, "--recipe", folder / "text.json", code=1, says="text.json")
    write_json(folder / "control.json", {"format": "sowcl-model/1", "name": "x", "tensors": [
        {"name": "a\x1b[2Jb", "shape": [3], "dtype": "f32"}]})
    message = refused("init", folder / "control.json", "--recipe", none, code=1)
    assert "\x1b" not in message and "\\x1b" in message, message


@scratch
def test_output_must_be_writable(folder):
    refused("init", EXAMPLE, "-o", folder / "missing" / "w.safetensors", code=1, says="missing")
    refused("fill", "zeros", "--shape", "3", "-o", folder / "missing" / "w.npy", code=1, says="missing")
    same([], os.listdir(folder))


@scratch
def test_older_file_stays_when_a_run_fails(folder):
    model, _ = small_model(folder)
    path = folder / "w.safetensors"
    path.write_bytes(b"older")
    recipe = write_recipe(folder / "none.json", ("a.*", "zeros"))
    refused("init", model, "--recipe", recipe, "-o", path, code=1)
    same(b"older", path.read_bytes())
    run("init", EXAMPLE, "-o", path)
    assert path.read_bytes() != b"older"


report.run(globals())
