"""eye, identity, dirac, sparse, constant_block and padding_idx by the program: fills, whole models, refusals."""

import json
import tempfile
from pathlib import Path

import report
from program import read_safetensors, refused, run, same, write_json, write_model, write_recipe


def values(init, shape, *arguments):
    told = json.loads(run("fill", "--init", init, "--shape", shape, "--json", *arguments).stdout)
    return told["values"]


def raw(init, shape, *arguments):
    return run("fill", "--init", init, "--shape", shape, *arguments, "-o", "-", text=False).stdout


def test_values():
    same([1, 0, 0, 0, 1, 0], values("eye", "2,3"))
    same([-2, 0, 0, -2, 0, 0], values("identity(gain=-2)", "3,2", "--dtype", "i32"))
    same([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0], values("dirac", "2,2,3"))
    same([0, 1, 0, 1], values("dirac(groups=2)", "2,1,2"))
    same([0, 0, 1, 1, 0, 0, 0, 0], values("constant_block(value=1, block=1, blocks=4)", "8"))
    same([5, 5, 2, 2, 5, 5], values("constant_block(value=2, block=1, blocks=3, outside=5)", "3,2"))
    same([1, 1, 0, 0, 1, 1], values("ones(padding_idx=1)", "3,2"))
    same([0] * 6, values("sparse(sparsity=1)", "3,2"))
    same(2, values("sparse(sparsity=0.5)", "4,1").count(0))


def test_slices():
    same([0, 1, 0, 0], values("eye", "5,5", "--slice", "2:4,1:3"))
    same([0, 0], values("eye", "3000000000,3000000000", "--slice", "2999999998:2999999999,0:2"))
    same([1, 0, 0], values("constant_block(value=1, block=0, blocks=2)", "8", "--slice", "3:6"))
    same([1, 0, 1], values("ones(padding_idx=4)", "9", "--slice", "3:6"))
    same([], values("sparse(sparsity=0.5)", "4,4", "--slice", "2:2,0:4"))
    whole = values("sparse(sparsity=0.5)", "20,7", "--seed", "4")
    part = values("sparse(sparsity=0.5)", "20,7", "--seed", "4", "--slice", "3:17,2:5")
    same([whole[row * 7 + column] for row in range(3, 17) for column in range(2, 5)], part)


def test_what_is_told():
    told = json.loads(run("fill", "--init", "constant_block(block=1,blocks=4,value=2)", "--shape", "8",
                          "--json").stdout)
    same("constant_block(value=2, block=1, blocks=4)", told["initializer"])
    same((0.5, 0, 2), (told["mean"], told["low"], told["high"]))
    told = json.loads(run("fill", "--init", "normal(padding_idx=3)", "--shape", "8,2", "--json").stdout)
    same("normal(padding_idx=3)", told["initializer"])


def test_refusals():
    def fill(init, shape, says, dtype="f32"):
        refused("fill", "--init", init, "--shape", shape, "--dtype", dtype, "-o", "-", says=says)
    fill("eye", "3", "eye: dimensions (1): 2, (rows, columns)")
    fill("eye(gain=2)", "3,3", "unknown key (gain): eye takes none but padding_idx")
    fill("dirac", "3,3", "dirac: dimensions (2): 3 to 5")
    fill("dirac(groups=2)", "3,3,3", "dirac: groups (2): a whole number that divides out (3)")
    fill("sparse", "3,3", "missing key (sparsity): sparse needs it")
    fill("sparse(sparsity=2)", "3,3", "sparse: sparsity (2): from 0 to 1")
    fill("sparse(sparsity=0.5)", "3,3", "dtype of sparse (i8)", "i8")
    fill("sparse(sparsity=0.5)", "2147483648,1", "sparse: rows (2147483648): fewer than 2^31")
    fill("constant_block(value=1,block=4,blocks=4)", "8", "block (4): a whole number from 0 to 3")
    fill("constant_block(value=1,block=0,blocks=3)", "8", "blocks (3): a whole number that divides")
    fill("normal(padding_idx=8)", "8,2", "padding_idx (8): a row of the first dimension, which has 8")
    fill("normal(padding_idx=0)", "", "padding_idx (0): a row of the first dimension, and a scalar has none")
    fill("constant_block(value=1,block=0,blocks=2,padding_idx=0)", "8", "not with blocks")
    fill("identity(gain=300)", "2,2", "identity: constant (300)", "u8")


RULES = [("*.eye", "identity(gain=0.5)"), ("*.sparse", "sparse(sparsity=0.3)"),
         ("*.conv", "dirac(groups=2)"), ("*.bias", "constant_block(value=1, block=1, blocks=4)"),
         ("*.table", "normal(padding_idx=40000)")]
TENSORS = {"a.eye": [1501, 1499], "b.sparse": [2003, 701], "c.conv": [64, 96, 5, 3], "d.bias": [4096],
           "e.table": [50000, 31], "f.sparse:bf16": [999, 1001], "g.bias:f16": [64], "h.sparse": [7, 5]}


def test_models_equal_fills():
    """Large enough for runs in many blocks, whose borders lie anywhere in a tensor."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = write_model(folder / "model.json", TENSORS)
        recipe = write_recipe(folder / "recipe.json", *RULES)
        out = folder / "out.safetensors"
        last = run("init", model, "--recipe", recipe, "--seed", "6", "-o", out).stdout.splitlines()[-1]
        tensors, _ = read_safetensors(out.read_bytes())
        for key, shape in TENSORS.items():
            tensor, _, dtype = key.partition(":")
            init = next(init for match, init in RULES if tensor.endswith(match[1:]))
            data = raw(init, ",".join(map(str, shape)), "--dtype", dtype or "f32", "--name", tensor,
                       "--seed", "6")
            assert data == tensors[tensor][2], f"{tensor}: the model's bytes are not the fill's"
        same(last, run("init", model, "--recipe", recipe, "--seed", "6").stdout.splitlines()[-1])


def test_padding_of_the_model_and_of_the_recipe():
    """A rule's padding_idx counts, and else the model's."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = write_json(folder / "model.json", {
            "format": "sowcl-model/1", "name": "test", "tensors": [
                {"name": "a", "shape": [4, 3], "padding_idx": 1},
                {"name": "b", "shape": [4, 3], "padding_idx": 1}, {"name": "c", "shape": [4, 3]}]})
        recipe = write_recipe(folder / "recipe.json", ("[bc]", "ones(padding_idx=2)"), ("a", "ones"))
        out = folder / "out.safetensors"
        run("init", model, "--recipe", recipe, "-o", out)
        tensors, _ = read_safetensors(out.read_bytes())
        zeros = {key: [row for row in range(4) if data[12 * row:12 * row + 12] == bytes(12)]
                 for key, (_, _, data) in tensors.items()}
        same({"a": [1], "b": [2], "c": [2]}, zeros)
        told = json.loads(run("init", model, "--recipe", recipe, "--json").stdout)
        same({"ones(padding_idx=1)", "ones(padding_idx=2)"},
             {tensor["initializer"] for tensor in told["tensors"]})
        bad = write_recipe(folder / "bad.json", ("*", "ones(padding_idx=4)"))
        message = refused("init", model, "--recipe", bad, says="padding_idx (4)")
        assert "tensor 'a'" in message, message


report.run(globals())
