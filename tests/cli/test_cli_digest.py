"""sowcl digest: the lines, the total, several files and bad ones."""

import json
import re
import tempfile
from pathlib import Path

import report
from program import read_safetensors, refused, run, same, write_model, write_recipe

# XXH3-128 of no bytes.
EMPTY = "99aa06d3014798d86001c324468d497f"


def make_files(folder):
    model = write_model(folder / "model.json", {"b": [3, 2], "a": [4], "a\tb": []})
    recipe = write_recipe(folder / "recipe.json", ("*", "normal"))
    run("init", model, "--recipe", recipe, "-o", folder / "w.safetensors")
    run("fill", "zeros", "--shape", "0", "-o", folder / "w.npy")
    return folder / "w.safetensors", folder / "w.npy"


def test_lines_of_a_file():
    with tempfile.TemporaryDirectory() as name:
        path, npy = make_files(Path(name))
        lines = run("digest", path).stdout.splitlines()
        same(["a", "a\\tb", "b", "total"], [line[34:] for line in lines])
        for line in lines:
            assert re.fullmatch(r"[0-9a-f]{32}  \S.*", line), line
        same(EMPTY, run("digest", npy).stdout.split()[0])


def test_total_is_of_shapes_and_names_too():
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "w.safetensors"
        totals = set()
        for arguments in (["--shape", "6"], ["--shape", "2,3"], ["--shape", "3,2"],
                          ["--shape", "6", "--name", "x"], ["--shape", "3", "--dtype", "f64"]):
            run("fill", "zeros", *arguments, "-o", path)
            totals.add(run("digest", path).stdout.splitlines()[-1])
        same(5, len(totals))


def test_several_files_are_told_apart():
    with tempfile.TemporaryDirectory() as name:
        path, npy = make_files(Path(name))
        one, other = run("digest", path).stdout, run("digest", npy).stdout
        expected = [f"{line[:34]}{path}:{line[34:]}\n" for line in one.splitlines()]
        expected += [f"{line[:34]}{npy}:{line[34:]}\n" for line in other.splitlines()]
        same("".join(expected), run("digest", path, npy).stdout)
        told = json.loads(run("digest", path, npy, "--json").stdout)
        same([str(path), str(npy)], [file["file"] for file in told["files"]])
        same(one.splitlines()[-1].split()[0], told["files"][0]["digest"])
        same(["a", "a\tb", "b"], [tensor["name"] for tensor in told["files"][0]["tensors"]])


def test_standard_input():
    with tempfile.TemporaryDirectory() as name:
        path, _ = make_files(Path(name))
        with open(path, "rb") as file:
            same(run("digest", path).stdout, run("digest", "-", stdin=file).stdout)


def test_bad_files():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, _ = make_files(folder)
        whole = path.read_bytes()
        tensors, _ = read_safetensors(whole)
        same(3, len(tensors))
        cut = folder / "cut.safetensors"
        for size in (0, 4, 8, 50, len(whole) - 1):
            cut.write_bytes(whole[:size])
            refused("digest", cut, code=1, says="cut.safetensors")
        refused("digest", folder, code=1)
        refused("digest", folder / "none.safetensors", code=1, says="none.safetensors")
        result = run("digest", cut, path, code=1)
        same(4, len(result.stdout.splitlines()), "lines of the good file")


report.run(globals())
