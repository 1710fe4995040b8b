"""What sowcl init and fill tell in their files' metadata, so that verify and stats are right about every one of them."""

import json
import struct
import tempfile
from pathlib import Path

import report
from program import MODELS, read_safetensors, refused, run, same, write_json, write_recipe

KEYS = {"format", "sowcl.recipe", "sowcl.seed", "sowcl.stream_version"}


def drawn(folder, *arguments):
    run("init", *arguments, "-q", "-o", folder / "w.safetensors")
    return folder / "w.safetensors"


def told(path):
    """What the file tells of its model; None if nothing."""
    text = read_safetensors(path.read_bytes())[1].get("sowcl.model")
    if text is not None:
        same(json.dumps(json.loads(text), separators=(",", ":"), sort_keys=True), text)
    return text and json.loads(text)


def right(path, *arguments):
    """verify finds the file the same, and stats nothing to flag, by its own word."""
    run("verify", path, *arguments)
    same("0", json.loads(run("stats", path, "--json", *arguments).stdout)["flagged"])


def describe(path, tensors, **keys):
    return write_json(path, {"format": "sowcl-model/1", "name": "test", "tensors": tensors, **keys})


def test_nothing_is_told_where_names_suffice():
    with tempfile.TemporaryDirectory() as name:
        for model in ("gpt2", "resnet50", "vit_b_16"):
            path = drawn(Path(name), MODELS / f"{model}.json", "--dtype", "bf16")
            same(KEYS, set(read_safetensors(path.read_bytes())[1]) - {"lm_head.weight"})
            right(path)


def test_padding_rows():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        entry = {"name": "e.weight", "shape": [100, 30], "padding_idx": 7, "kind": "Embedding.weight"}
        path = drawn(folder, describe(folder / "m.json", [entry], recipe="llama"))
        same({"tensors": {"e.weight": {"kind": "Embedding.weight", "padding_idx": 7}}}, told(path))
        right(path)
        path = drawn(folder, describe(folder / "m.json", [entry], recipe="torch"), "--dtype", "f16")
        right(path)


def test_layouts():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for recipe in ("kaiming_normal", "xavier_uniform", "gpt2"):
            path = drawn(folder, MODELS / "gpt2.json", "-r", recipe, "--only", "*h.0.*")
            right(path)
        path = drawn(folder, MODELS / "gpt2.json", "-r", "kaiming_normal", "--only", "*h.0.*")
        same({"layout": "io", "kind": "Conv1D.weight"}, told(path)["tensors"]["transformer.h.0.attn.c_attn.weight"])
        # as many inputs as outputs: the same either way
        assert "transformer.h.0.attn.c_proj.weight" not in told(path)["tensors"]
        shapes = {"a": [12, 12], "b": [3, 3, 4, 8], "c": [8, 20]}
        entries = [{"name": key, "shape": shape, "layout": "io"} for key, shape in shapes.items()]
        model = describe(folder / "m.json", entries)
        for init in ("orthogonal", "kaiming_uniform(mode=fan_out)", "sparse(sparsity=0.5)", "normal(std=1/sqrt(fan_in))"):
            rules = [("b", "delta_orthogonal")] if init == "orthogonal" else [("b", "normal")] if "sparse" in init else []
            recipe = write_recipe(folder / "r.json", *rules, ("*", init))
            right(drawn(folder, model, "--recipe", recipe), "--recipe", recipe)


def test_kinds():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = drawn(folder, MODELS / "example.json")
        same("Conv2d.bias", told(path)["tensors"]["conv.bias"]["kind"])
        right(path)
        entries = [{"name": "t.weight", "shape": [40, 50], "kind": "Linear.weight", "within": "Transformer"},
                   {"name": "b.weight", "shape": [40, 50], "kind": "Linear.weight"}]
        path = drawn(folder, describe(folder / "m.json", entries, recipe="torch"))
        same("Transformer", told(path)["tensors"]["t.weight"]["within"])
        right(path)
        entries = [{"name": "d/kernel", "shape": [30, 40], "kind": "Dense.kernel", "layout": "io"},
                   {"name": "c/kernel", "shape": [3, 3, 8, 16], "kind": "Conv.kernel", "layout": "io"}]
        path = drawn(folder, describe(folder / "m.json", entries, recipe="flax"))
        right(path)


def test_parts_of_a_model():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = drawn(folder, MODELS / "gpt2.json", "--only", "*h.0.*")
        same({"parameters": {"n_layer": 12}}, told(path))
        right(path)
        run("verify", path, "--parameter", "n_layer=1", code=1)
        run("verify", path, "--model", MODELS / "gpt2.json", code=1)  # what is missing
        path = drawn(folder, MODELS / "resnet50.json", "--only", "*.bias")  # without the weight beside it
        same({"tensors": {"fc.bias": {"weight_fans": [2048, 1000]}}}, told(path))
        right(path)


def test_tied_weights_are_beside_their_names():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        entries = [{"name": "wte.weight", "shape": [40, 50]}, {"name": "head.bias", "shape": [40]}]
        model = describe(folder / "m.json", entries, aliases={"head.weight": "wte.weight"})
        recipe = write_recipe(folder / "r.json", ("*.bias", "normal(std=1/sqrt(weight_fan_in))"), ("*", "normal"))
        path = drawn(folder, model, "--recipe", recipe)
        same({"tensors": {"head.bias": {"weight_fans": [50, 40]}}}, told(path))
        right(path, "--recipe", recipe)


def test_shards_verify_alone_and_together():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for model, arguments in (("gpt2", ["--only", "*h.[0-2].*"]), ("resnet50", ["--parameter", "zero_init_residual=1"]), ("example", [])):
            for old in folder.iterdir():
                old.unlink()
            size = "1KB" if model == "example" else "40MB"
            run("init", MODELS / f"{model}.json", "-q", "-o", folder / "w.safetensors", "--max-shard-size", size,
                *arguments)
            files = sorted(folder.iterdir())
            assert len(files) > 2, files
            for file in files:
                right(file)


def test_parameters():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = drawn(folder, MODELS / "resnet50.json", "--parameter", "zero_init_residual=1")
        same({"parameters": {"zero_init_residual": 1}}, told(path))
        right(path)
        path = drawn(folder, MODELS / "gpt2.json", "--parameter", "n_layer=24", "--dtype", "f16")
        right(path)
        run("verify", path, "--parameter", "n_layer=12", code=1)
        entries = [{"name": "a.weight", "shape": [40, 50]}]
        model = describe(folder / "m.json", entries, recipe="llama", parameters={"initializer_range": 0.1, "unused": 3})
        path = drawn(folder, model)
        same({"parameters": {"initializer_range": 0.1}}, told(path))
        right(path)
        same(None, told(drawn(folder, model, "--parameter", "initializer_range=0.02")))


def test_a_recipes_own_number_goes_before_a_count():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = describe(folder / "m.json", [{"name": "h.0.weight", "shape": [40, 50]}])
        recipe = write_json(folder / "r.json", {
            "format": "sowcl-recipe/1", "name": "own", "parameters": {"n_layer": 4},
            "rules": [{"init": "normal(std=1/n_layer)"}]})
        path = drawn(folder, model, "--recipe", recipe)
        same({"parameters": {"n_layer": 4}}, told(path))
        right(path, "--recipe", recipe)
        assert "--recipe" in refused("verify", path, says="unknown recipe (own)")


def test_a_recipe_file_of_a_known_name_is_asked_for():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = describe(folder / "m.json", [{"name": "h.0.weight", "shape": [40, 50]}])
        for own in ("gpt2", "zeros", "normal(std=2)"):
            rules = {"format": "sowcl-recipe/1", "name": own, "rules": [{"init": "normal(std=0.5)"}]}
            recipe = write_json(folder / "r.json", rules)
            path = drawn(folder, model, "--recipe", recipe)
            same("file", read_safetensors(path.read_bytes())[1]["sowcl.recipe_from"])
            right(path, "--recipe", recipe)
            refused("verify", path, says=f"made by a recipe file ({own})")
            assert "no expected figures" in run("stats", path).stderr
        # the built-in one's own text
        recipe.write_text(run("recipes", "gpt2").stdout)
        path = drawn(folder, model, "--recipe", recipe)
        same(KEYS, set(read_safetensors(path.read_bytes())[1]))
        right(path)


def test_command_lines_go_before_files():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        entry = {"name": "e.weight", "shape": [100, 30], "padding_idx": 0}
        path = drawn(folder, describe(folder / "m.json", [entry], recipe="llama"))
        plain = describe(folder / "plain.json", [{**entry, "padding_idx": None}])
        run("verify", path, "--model", plain, code=1)
        # the values of another recipe, and yet the row
        row, = json.loads(run("verify", path, "--recipe", "kaiming_normal", "--json", code=1).stdout)["tensors"]
        same("2970", row["differing"])


def rewrite(path, text, key="sowcl.model"):
    """Puts another text in the place of what the file tells of its model."""
    data = path.read_bytes()
    size, = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + size])
    header["__metadata__"][key] = text
    new = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(new)) + new + data[8 + size:])


def test_foreign_texts_are_refused():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = describe(folder / "m.json", [{"name": "a.weight", "shape": [40, 50]}], recipe="llama")
        path = drawn(folder, model)
        refused_texts = {
            "": "not valid JSON", "{": "not valid JSON", "[]": "not an object", "null": "not valid JSON", '{"x":1}': "unknown key (x)",
            '{"tensors":[]}': "wrong tensors", '{"parameters":{"n_layer":"x"}}': "wrong parameter n_layer",
            '{"parameters":{"fan_in":1}}': "reserved name", '{"parameters":{"a b":1}}': "wrong name",
            '{"tensors":{"a.weight":3}}': "not an object", '{"tensors":{"a.weight":{"layout":"x"}}}': "unknown layout",
            '{"tensors":{"a.weight":{"shape":[1]}}}': "unknown key (shape)",
            '{"tensors":{"a.weight":{"padding_idx":-1}}}': "wrong padding_idx",
            '{"tensors":{"a.weight":{"padding_idx":40}}}': "wrong padding_idx",
            '{"tensors":{"a.weight":{"weight_fans":[1]}}}': "wrong weight_fans",
            '{"tensors":{"a.weight":{"weight_fans":[1,-1]}}}': "wrong weight_fans",
            '{"tensors":{"a.weight":{"kind":1}}}': "wrong kind", "[" * 100000: "metadata sowcl.model",
            '{"a":1,"a":2}': "not valid JSON", " " * 20_000_001: "too long",
        }
        for text, says in refused_texts.items():
            rewrite(path, text)
            message = refused("verify", path, says=says)
            assert "sowcl.model" in message or "padding_idx" in message, message
            result = run("stats", path)
            assert says in result.stderr and "no expected figures" in result.stderr, result.stderr
            run("verify", path, "--model", model)
        for text in ("{}", '{"tensors":{}}', '{"tensors":{"other":{"layout":"x"}}}', '{"parameters":{"n_layer":1e300}}'):
            rewrite(path, text)
            right(path)


def filled(path, *arguments):
    run("fill", "--init", *arguments, "-o", path)
    return path, json.loads(read_safetensors(path.read_bytes())[1]["sowcl.fill"])


def test_fills_tell_their_stream_and_part():
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "f.safetensors"
        same({"shape": [4, 4], "stream": "0"}, filled(path, "orthogonal", "--shape", "4,4")[1])
        right(path)
        _, fill = filled(path, "kaiming_normal", "--shape", "5,10", "--layout", "io", "--slice", "1:4,2:", "--stream",
                         "0xffffffffffffffff", "--seed", "9", "--dtype", "bf16")
        same({"shape": [5, 10], "start": [1, 2], "layout": "io", "stream": str(2 ** 64 - 1)}, fill)
        right(path)
        rows = json.loads(run("verify", path, "--distance", "--json").stdout)
        same(("kaiming_normal", "9", True), (rows["recipe"], rows["seed"], rows["same"]))
        run("verify", path, "--seed", "8", code=1)
        refused("verify", path, "--parameter", "x=1", says="--parameter (x)")
        # a recipe for a file of one tensor, of the name's stream
        run("verify", path, "--recipe", "kaiming_normal", code=1)


def test_fills_of_all_sorts_verify():
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "f.safetensors"
        for arguments in (["orthogonal", "--shape", "40,30", "--name", "w"], ["normal", "--shape", ""],
                          ["normal(std=2, padding_idx=3)", "--shape", "9,50"],
                          ["normal(std=2, padding_idx=3)", "--shape", "9,50", "--slice", "4:,:"],
                          ["normal(std=2, padding_idx=3)", "--shape", "9,50", "--slice", "2:4,:"],
                          ["orthogonal", "--shape", "40,30", "--slice", "3:20,4:11", "--dtype", "f16"],
                          ["uniform", "--shape", "6,7", "--slice", "2:2,:"], ["normal", "--shape", "0,7"],
                          ["constant(value=3)", "--shape", "6,7", "--dtype", "u8"],
                          ["sparse(sparsity=0.3)", "--shape", "60,7"], ["zeros", "--shape", "1,1,1,1,1,1,1,2"]):
            filled(path, *arguments)
            right(path)
            filled(path, *arguments, "--seed", "5", "--stream", "77")
            right(path)


def test_foreign_fills_are_refused():
    with tempfile.TemporaryDirectory() as name:
        path, _ = filled(Path(name) / "f.safetensors", "normal", "--shape", "4,5")
        texts = {"": "not valid JSON", "[]": "not an object", "{}": "missing key (shape)", '{"shape":[4,5]}': "missing key (stream)",
                 '{"shape":[4],"stream":"0"}': "wrong shape", '{"shape":[4,-5],"stream":"0"}': "wrong shape",
                 '{"shape":[4,5],"stream":0}': "wrong stream", '{"shape":[4,5],"stream":" 1"}': "wrong stream",
                 '{"shape":[4,5],"stream":"18446744073709551616"}': "wrong stream", '{"x":1}': "unknown key (x)",
                 '{"shape":[4,5],"stream":"0","layout":"x"}': "unknown layout", " " * 5000: "too long",
                 '{"shape":[4,5],"start":[1,0],"stream":"0"}': "region"}
        for text, says in texts.items():
            rewrite(path, text, "sowcl.fill")
            refused("verify", path, says=says)
            assert says in run("stats", path).stderr
        rewrite(path, '{"shape":[5,4],"stream":"0"}', "sowcl.fill")
        row, = json.loads(run("verify", path, "--json", code=1).stdout)["tensors"]
        same("shape", row["verdict"])


report.run(globals())
