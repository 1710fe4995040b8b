"""sowcl verify: what is the same and what is not, planted faults, distances, what the file does not tell."""

import json
import math
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

import report
from program import MODELS, forget, read_safetensors, refused, run, same, write_model, write_recipe


def verified(*arguments, code=0):
    result = json.loads(run("verify", *arguments, "--json", code=code).stdout)
    same(code == 0, result["same"])
    return result, {row["name"]: row for row in result["tensors"]}


def draw(folder, *arguments, name="w.safetensors"):
    """A model that its file tells whole, and one tensor of several pieces of 4 MiB."""
    model = write_model(folder / "m.json", {"big.weight": [1100, 1000], "a.weight": [30, 20], "a.bias": [30],
                                            "n:i64": []})
    recipe = write_recipe(folder / "r.json", ("n", "zeros"), ("*.bias", "zeros"), ("*", "normal(std=0.02)"))
    run("init", model, "--recipe", recipe, "-o", folder / name, *arguments)
    return folder / name, model, recipe


def rewrite(path, to, change):
    """Copies a file with its tensors changed: a dictionary of (dtype, shape, bytes)."""
    tensors, metadata = read_safetensors(path.read_bytes())
    tensors = change(dict(tensors))
    header, data = {"__metadata__": metadata}, b""
    for name, (dtype, shape, content) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    to.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return to


def test_a_fresh_file_is_the_same():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for arguments in ([], ["--seed", "77"], ["--dtype", "f16"], ["--dtype", "f64", "--seed", "0xffffffffffffffff"]):
            path, model, recipe = draw(folder, *arguments)
            result, _ = verified(path, "--recipe", recipe)
            same(4, len(result["tensors"]))
            verified(path, "--recipe", recipe, "--model", model, "--distance")
        text = run("verify", path, "--recipe", recipe).stdout
        same("same: 4 tensors, recipe test, seed 18446744073709551615\n", text)


def test_models_verify_by_their_own_word():
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "w.safetensors"
        run("init", MODELS / "resnet50.json", "-o", path, "--recipe", "xavier_normal")
        verified(path)  # the recipe's name is an initializer's, too
        for model, arguments in (("example", ["--model", MODELS / "example.json"]), ("resnet50", [])):
            run("init", MODELS / f"{model}.json", "-o", path, "--seed", "3")
            verified(path, *arguments)
        run("init", MODELS / "example.json", "-o", path)
        message = refused("verify", forget(path, "sowcl.model"), says="no rule of recipe torch")
        assert "--model" in message.splitlines()[0], message


def test_depth_and_shards():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tensors = {f"h.{i}.c_proj.weight": [64, 64] for i in range(12)}
        model = write_model(folder / "m.json", {**tensors, "wte.weight": [64, 64]}, parameters={"n_layer": 12})
        run("init", model, "--recipe", "gpt2", "-o", folder / "w.safetensors", "--max-shard-size", "60000")
        index = folder / "w.safetensors.index.json"
        verified(index)
        verified(index, "--parameter", "n_layer=11", code=1)
        lost = min(folder.glob("w-00001-of-*.safetensors"))
        lost.unlink()
        refused("verify", index, says=lost.name)


def test_a_flipped_bit_is_found():
    with tempfile.TemporaryDirectory() as name:
        path, _, recipe = draw(Path(name))
        data = bytearray(path.read_bytes())
        element = 1_050_000  # beyond the first 4 MiB of big.weight
        begin = 8 + struct.unpack_from("<Q", data)[0]
        tensors, _ = read_safetensors(bytes(data))
        offset = data.index(tensors["big.weight"][2], begin) + 4 * element
        expected = struct.unpack_from("<I", data, offset)[0]
        data[offset] ^= 1
        path.write_bytes(data)
        _, rows = verified(path, "--recipe", recipe, code=1)
        same(["big.weight"], [row["name"] for row in rows.values() if row["verdict"] != "same"])
        first = rows["big.weight"]["first"]
        same(("1", str(element)), (rows["big.weight"]["differing"], first["index"]))
        same((f"0x{expected ^ 1:08x}", f"0x{expected:08x}"), (first["bits"], first["expected_bits"]))
        text = run("verify", path, "--recipe", recipe, code=1).stdout
        assert "big.weight" in text and f"0x{expected:08x}" in text and "a.weight" not in text, text
        assert text.endswith("different: 3 of 4 tensors are the same, recipe test, seed 0\n"), text
        verified(path, "--recipe", recipe, "--seed", "1", code=1)


def test_renamed_missing_and_other_shapes():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, model, recipe = draw(folder)
        known = ["--recipe", recipe, "--model", model]

        def renamed(tensors):
            tensors["b.weight"] = tensors.pop("a.weight")
            return tensors

        def reshaped(tensors):
            dtype, shape, content = tensors["a.weight"]
            tensors["a.weight"] = (dtype, shape[::-1], content)
            tensors["n"] = ("I32", [], bytes(4))
            return tensors

        other = rewrite(path, folder / "other.safetensors", renamed)
        _, rows = verified(other, *known, code=1)
        same(("extra", "missing", "same"), tuple(rows[key]["verdict"] for key in ("b.weight", "a.weight", "a.bias")))
        # by the file's own names it is another tensor, of another stream
        _, rows = verified(other, "--recipe", recipe, code=1)
        same("differs", rows["b.weight"]["verdict"])
        other = rewrite(path, other, lambda tensors: {key: tensors[key] for key in tensors if key != "a.bias"})
        _, rows = verified(other, *known, code=1)
        same("missing", rows["a.bias"]["verdict"])
        _, rows = verified(rewrite(path, other, reshaped), *known, code=1)
        same(("shape", "dtype"), (rows["a.weight"]["verdict"], rows["n"]["verdict"]))


def test_foreign_tensors_are_extra():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, model, _ = draw(folder)
        recipe = write_recipe(folder / "r.json", ("n", "zeros"), ("*.bias", "zeros"), ("*.weight", "normal(std=0.02)"))
        foreign = {"u16": ("U16", [2], bytes(4)), "unmatched": ("F32", [1], bytes(4)),
                   "mask.weight": ("U8", [2, 2], bytes(4)), "deep": ("F32", [1] * 9, bytes(4))}
        kept = rewrite(path, folder / "kept.safetensors", lambda tensors: tensors)
        for key, tensor in foreign.items():
            other = rewrite(path, folder / "other.safetensors", lambda tensors: {**tensors, key: tensor})
            for arguments in ([], ["--model", model]):
                result, rows = verified(other, "--recipe", recipe, *arguments, code=1)
                same({key: "extra"}, {row["name"]: row["verdict"] for row in rows.values() if row["verdict"] != "same"})
                same(5, len(result["tensors"]))
            found = json.loads(run("stats", other, "--recipe", recipe, "--json").stdout)
            same(1, sum(row["expected_std"] is None for row in found["tensors"]))
        verified(kept, "--recipe", recipe)
        # what fits next to nothing is the wrong recipe
        two = rewrite(path, folder / "two.safetensors", lambda tensors: {**tensors, **foreign})
        only = write_recipe(folder / "only.json", ("a.weight", "normal(std=0.02)"))
        refused("verify", two, "--recipe", only, says="no rule of recipe test")


def test_a_seed_that_nothing_names_is_told():
    with tempfile.TemporaryDirectory() as name:
        path, _, recipe = draw(Path(name))
        data = path.read_bytes()
        same("", run("verify", path, "--recipe", recipe).stderr)
        path.write_bytes(data.replace(b'"sowcl.seed"', b'"other.seed"'))
        assert "no seed" in run("verify", path, "--recipe", recipe).stderr
        same("", run("verify", path, "--recipe", recipe, "--seed", "0").stderr)


def test_a_file_for_a_model_is_told():
    with tempfile.TemporaryDirectory() as name:
        path, _, _ = draw(Path(name))
        message = refused("init", path, says="names no recipe")
        assert "made by recipe test" in message, message


def test_aliases_are_their_tensors():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, _, recipe = draw(folder)
        model = write_model(folder / "m.json", {"big.weight": [1100, 1000], "a.weight": [30, 20], "a.bias": [30],
                                                "n:i64": []}, aliases={"tied": "a.weight"})
        twice = rewrite(path, folder / "t.safetensors", lambda tensors: {**tensors, "tied": tensors["a.weight"]})
        verified(twice, "--recipe", recipe, "--model", model)
        _, rows = verified(twice, "--recipe", recipe, code=1)
        same("differs", rows["tied"]["verdict"])


def test_distances():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, _, recipe = draw(folder)
        step = 0.5

        def trained(tensors):
            """One step of each kind: all scaled, one element moved, zeros moved."""
            dtype, shape, content = tensors["big.weight"]
            values = struct.unpack(f"<{len(content) // 4}f", content)
            tensors["big.weight"] = (dtype, shape, struct.pack(f"<{len(values)}f", *(2 * x for x in values)))
            for key in ("a.weight", "a.bias"):
                dtype, shape, content = tensors[key]
                first = struct.unpack_from("<f", content)[0] + step
                tensors[key] = (dtype, shape, struct.pack("<f", first) + content[4:])
            return tensors

        weights = read_safetensors(path.read_bytes())[0]["a.weight"][2]
        weights = struct.unpack(f"<{len(weights) // 4}f", weights)
        norm = math.sqrt(sum(x * x for x in weights))
        moved = struct.unpack("<f", struct.pack("<f", weights[0] + step))[0]
        _, rows = verified(rewrite(path, folder / "t.safetensors", trained), "--recipe", recipe, "--distance", code=1)
        big, one, bias = rows["big.weight"], rows["a.weight"], rows["a.bias"]
        same((1.0, "differs"), (big["relative_distance"], big["verdict"]))
        assert abs(big["cosine"] - 1) < 1e-12, big
        assert abs(one["relative_distance"] - (moved - weights[0]) / norm) < 1e-12, one
        cosine = (norm * norm + weights[0] * (moved - weights[0])) / (
            norm * math.sqrt(norm * norm - weights[0] ** 2 + moved ** 2))
        assert abs(one["cosine"] - cosine) < 1e-12, one
        same((moved - weights[0], "1"), (one["max_distance"], one["differing"]))
        same((None, None, step), (bias["relative_distance"], bias["cosine"], bias["max_distance"]))
        same(0, rows["n"]["relative_distance"])
        text = run("verify", folder / "t.safetensors", "--recipe", recipe, "--distance", code=1).stdout
        assert "cosine" in text and "a.bias" in text and "same" in text, text


def test_what_has_not_moved_has_cosine_1():
    with tempfile.TemporaryDirectory() as name:
        path, _, recipe = draw(Path(name), "--seed", "3")
        _, rows = verified(path, "--recipe", recipe, "--distance")
        for key in ("big.weight", "a.weight"):
            same((0, 1.0, 0), tuple(rows[key][x] for x in ("relative_distance", "cosine", "max_distance")), key)
        same((0, None, 0), tuple(rows["a.bias"][x] for x in ("relative_distance", "cosine", "max_distance")))


def test_a_file_without_tensors_is_nothing_to_verify():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, model, recipe = draw(folder)
        empty = rewrite(path, folder / "empty.safetensors", lambda tensors: {})
        for arguments in ([], ["--recipe", recipe], ["--recipe", recipe, "--json"]):
            refused("verify", empty, *arguments, code=77, says="nothing to verify")
        _, rows = verified(empty, "--recipe", recipe, "--model", model, code=1)
        same({"missing"}, {row["verdict"] for row in rows.values()})
        none = write_model(folder / "none.json", {})
        refused("verify", empty, "--recipe", recipe, "--model", none, code=77, says="nothing to verify")


def test_distances_of_what_is_not_finite():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, _, recipe = draw(folder)

        def broken(tensors):
            for key, value in (("big.weight", math.nan), ("a.weight", math.inf)):
                dtype, shape, content = tensors[key]
                tensors[key] = (dtype, shape, content[:40] + struct.pack("<f", value) + content[44:])
            return tensors

        arguments = [rewrite(path, folder / "t.safetensors", broken), "--recipe", recipe, "--distance"]
        _, rows = verified(*arguments, code=1)
        same((None, None), (rows["big.weight"]["max_distance"], rows["a.weight"]["max_distance"]))
        lines = {line.split()[0]: line.split() for line in run("verify", *arguments, code=1).stdout.splitlines()}
        same(["nan", "nan", "nan"], lines["big.weight"][-3:])
        same(["inf", "nan", "inf"], lines["a.weight"][-3:])
        same(["0", "-", "0"], lines["a.bias"][-3:])


def test_orthogonal_matrices():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = write_model(folder / "m.json", {"w": [70, 50], "s": [80, 40]})
        recipe = write_recipe(folder / "r.json", ("s", "sparse(sparsity=0.5)"), ("*", "orthogonal"))
        run("init", model, "--recipe", recipe, "-o", folder / "w.safetensors", "--dtype", "bf16")
        verified(folder / "w.safetensors", "--recipe", recipe)


def test_devices_find_the_same():
    with tempfile.TemporaryDirectory() as name:
        path, _, recipe = draw(Path(name))
        arguments = ["verify", path, "--recipe", recipe, "--seed", "5", "--distance", "--json"]
        found = json.loads(run(*arguments, code=1).stdout)
        other = json.loads(run(*arguments, code=1, env={"SOWCL_DEVICE": None}).stdout)
        same(found["tensors"], other["tensors"])


def test_trouble_is_no_difference():
    refused("verify", says="verify has no file")
    refused("verify", "a", "b", says="one file (b)")
    refused("verify", "a", "--distnace", says="--distance")
    refused("verify", "/nowhere/a.safetensors", says="/nowhere/a.safetensors")
    refused("verify", "a", "--seed", "x", says="--seed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, model, recipe = draw(folder)
        assert "--recipe FILE.json" in refused("verify", path, says="unknown recipe (test)")
        same(1, refused("verify", path, "--recipe", "normal(std=1)", says="unknown recipe (normal(std=1)): one of").count(
            "normal(std"))
        refused("verify", path, "--recipe", "", says="unknown recipe (): one of")
        refused("verify", folder, says="but a directory")
        (folder / "words").write_text("these are no tensors")
        refused("verify", folder / "words", says="no safetensors file")
        refused("verify", path, "--recipe", "gtp2", says="gpt2")
        refused("verify", path, "--recipe", "t5", says="a.weight")
        refused("verify", path, "--recipe", recipe, "--model", folder / "none.json", says="none.json")
        message = refused("verify", path, "--recipe", recipe, "--device", "no such device", says="no such device")
        assert "sowcl devices" in message or "knows no OpenCL" in message, message
        refused("verify", path, "--recipe", recipe, "--parameter", "x=1", says="x")
        refused("verify", model, says="m.json: a description (sowcl-model/1)")
        run("fill", "normal", "--shape", "9", "-o", folder / "a.npy")
        refused("verify", folder / "a.npy", "--recipe", recipe, says=".npy")
        needs = write_recipe(folder / "needs.json", ("*.weight", "normal(std=1/sqrt(d_model))"), ("*", "zeros"))
        assert "--parameter" in refused("verify", path, "--recipe", needs, says="d_model")
        broken = write_recipe(folder / "broken.json", ("*", "normal(std=0.02"))
        assert "--parameter" not in refused("verify", path, "--recipe", broken, says="ends too early")
        run("fill", "normal", "--shape", "9", "-o", folder / "f.safetensors")
        refused("verify", forget(folder / "f.safetensors", "sowcl.fill"), says="sowcl fill")
        shutil.copy(path, folder / "old.safetensors")
        data = path.read_bytes().replace(b'"sowcl.stream_version":"1"', b'"sowcl.stream_version":"0"')
        path.write_bytes(data)
        refused("verify", path, "--recipe", recipe, says="stream version 0")
        (folder / "old.safetensors").write_bytes(data[:-1])
        refused("verify", folder / "old.safetensors", "--recipe", recipe, says="wrong file size")


def test_output_that_fails_is_trouble():
    with tempfile.TemporaryDirectory() as name:
        path, _, recipe = draw(Path(name))
        for arguments in ([], ["--json"], ["--distance"]):
            with open("/dev/full", "w", encoding="utf-8") as full:
                result = run("verify", path, "--recipe", recipe, *arguments, code=2, capture_output=False, stdout=full,
                             stderr=subprocess.PIPE)
            assert "standard output cannot be written" in result.stderr, result.stderr


report.run(globals())
