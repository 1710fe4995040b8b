"""eye, dirac, sparse, gates and padding rows against PyTorch: equal elements where the function is deterministic, the
same counts where it is not, and the same refusals."""

import itertools
import math
import sys
import tempfile
from pathlib import Path

import report

sys.path.insert(0, str(report.SOURCE_DIR / "tests" / "cli"))
from program import read_safetensors, refused, run, same, write_json

try:
    import torch
    from torch import nn
except ImportError:
    torch = None

DTYPES = {"f32": "float32", "f64": "float64", "f16": "float16", "bf16": "bfloat16", "i64": "int64",
          "u8": "uint8"}


def need_torch():
    if torch is None:
        raise report.Skip("no PyTorch")


def filled(init, shape, dtype="f32", *arguments):
    """What `sowcl fill` draws, as a tensor."""
    data = run("fill", "--init", init, "--shape", ",".join(map(str, shape)), "--dtype", dtype,
               *arguments, "-o", "-", text=False).stdout
    kind = getattr(torch, DTYPES[dtype])
    return torch.frombuffer(bytearray(data), dtype=kind).reshape(shape)


def check_equal(expected, actual, what):
    same(expected.dtype, actual.dtype, what)
    assert torch.equal(expected, actual), f"{what}: expected\n{expected}\ngot\n{actual}"


def test_eye():
    need_torch()
    for shape in [(1, 1), (5, 5), (3, 8), (9, 2), (130, 70)]:
        for dtype, name in DTYPES.items():
            expected = nn.init.eye_(torch.empty(shape)).to(getattr(torch, name))
            check_equal(expected, filled("eye", shape, dtype), f"eye {shape} {dtype}")
            check_equal(expected * 3, filled("identity(gain=3)", shape, dtype), f"identity {shape}")


def test_dirac():
    need_torch()
    spatial = [(1,), (2,), (3,), (4,), (3, 3), (2, 5), (4, 4), (3, 2, 3), (2, 2, 4)]
    for kernel, out, into, groups in itertools.product(spatial, (4, 6), (2, 4, 7), (1, 2)):
        shape = (out, into, *kernel)
        for dtype in ("f32", "bf16"):
            expected = torch.empty(shape, dtype=getattr(torch, DTYPES[dtype]))
            nn.init.dirac_(expected, groups)
            check_equal(expected, filled(f"dirac(groups={groups})", shape, dtype),
                        f"dirac {shape} groups {groups}")


def test_dirac_passes_its_input_on():
    """What it is for: the convolution that it makes is the identity."""
    need_torch()
    x = torch.randn(2, 6, 11)
    for groups in (1, 2, 3, 6):
        weight = filled(f"dirac(groups={groups})", (6, 6 // groups, 3))
        check_equal(x, nn.functional.conv1d(x, weight, padding=1, groups=groups), f"{groups} groups")


def test_sparse_zeros():
    need_torch()
    torch.manual_seed(5)
    for rows, columns, sparsity in itertools.product((1, 2, 7, 50, 333), (1, 40),
                                                     (0, 0.01, 0.1, 0.5, 0.77, 0.999, 1)):
        expected = nn.init.sparse_(torch.empty(rows, columns), sparsity, std=0.5)
        actual = filled(f"sparse(sparsity={sparsity},std=0.5)", (rows, columns))
        check_equal((expected == 0).sum(0), (actual == 0).sum(0), f"{rows} rows, {sparsity}")


def test_sparse_draws():
    need_torch()
    zeros = filled("sparse(sparsity=0.3,std=0.5)", (400, 300))
    draws = zeros[zeros != 0]
    same(280 * 300, len(draws))
    error = 0.5 / math.sqrt(len(draws))
    assert abs(draws.mean()) < 5 * error, draws.mean()
    assert abs(draws.std() - 0.5) < 5 * error, draws.std()
    check_equal(filled("normal(std=0.5)", (400, 300))[zeros != 0], draws, "the normal's draws")


def test_what_pytorch_refuses():
    need_torch()
    refusals = [
        ("eye", lambda w: nn.init.eye_(w), (3,), "dimensions (1): 2"),
        ("eye", lambda w: nn.init.eye_(w), (3, 3, 3), "dimensions (3): 2"),
        ("dirac", lambda w: nn.init.dirac_(w), (3, 3), "dimensions (2): 3 to 5"),
        ("dirac", lambda w: nn.init.dirac_(w), (1,) * 6, "dimensions (6): 3 to 5"),
        ("dirac(groups=2)", lambda w: nn.init.dirac_(w, 2), (3, 3, 3), "groups (2)"),
        ("sparse(sparsity=0.5)", lambda w: nn.init.sparse_(w, 0.5), (3, 3, 3), "dimensions (3): 2"),
    ]
    for init, draw, shape, says in refusals:
        try:
            draw(torch.empty(shape))
        except ValueError:
            pass
        else:
            raise AssertionError(f"PyTorch takes {init} of {shape}")
        refused("fill", "--init", init, "--shape", ",".join(map(str, shape)), "-o", "-", says=says)


# Modules.


def drawn(folder, module, name, rules):
    """What `sowcl init` draws for a module by a recipe of (name, initializer) rules."""
    tensors = [{"name": key, "shape": list(value.shape)}
               for key, value in module.state_dict().items()]
    model = write_json(folder / "model.json", {"format": "sowcl-model/1", "name": name,
                                               "tensors": tensors})
    recipe = write_json(folder / "recipe.json", {
        "format": "sowcl-recipe/1", "name": name,
        "rules": [{"match": match, "init": init} for match, init in rules]})
    run("init", model, "--recipe", recipe, "-o", folder / "out.safetensors")
    tensors, _ = read_safetensors((folder / "out.safetensors").read_bytes())
    return {key: torch.frombuffer(bytearray(data), dtype=torch.float32).reshape(shape)
            for key, (_, shape, data) in tensors.items()}


def test_forget_gate():
    """torch.nn.LSTM's rows are the input, forget, cell and output gates'. With all else zero the cell's state is
    halved by a forget bias of 0, and kept the better the larger it is: sigmoid(bias) of it."""
    need_torch()
    with tempfile.TemporaryDirectory() as folder:
        lstm = nn.LSTM(3, 5)
        lstm.load_state_dict(drawn(Path(folder), lstm, "lstm", [
            ("bias_ih_*", "constant_block(value=2, block=1, blocks=4)"), ("*", "zeros")]))
        state = torch.arange(1.0, 6).reshape(1, 1, 5)
        _, (_, kept) = lstm(torch.zeros(1, 1, 3), (torch.zeros(1, 1, 5), state))
        torch.testing.assert_close(kept, state / (1 + math.exp(-2)))


def test_padding_row():
    need_torch()
    with tempfile.TemporaryDirectory() as folder:
        for row in (0, 4, 9):
            module = nn.Embedding(10, 6, padding_idx=row)
            table = drawn(Path(folder), module, "table",
                          [("weight", f"normal(padding_idx={row})")])["weight"]
            zero = [bool((line == 0).all()) for line in module.weight]
            same(zero, [bool((line == 0).all()) for line in table], f"rows of zeros, {row}")
            module.load_state_dict({"weight": table})
            same(0.0, float(module(torch.tensor([row])).abs().sum()))


def test_recipe_of_keras():
    """unit_forget_bias: a quarter of the biases is 1, the second."""
    need_torch()
    with tempfile.TemporaryDirectory() as folder:
        model = write_json(Path(folder, "model.json"), {
            "format": "sowcl-model/1", "name": "keras", "tensors": [
                {"name": "a.bias", "shape": [20], "kind": "LSTM.bias"},
                {"name": "b.bias_ih_l0", "shape": [20], "kind": "LSTM.bias_ih_l0"},
                {"name": "b.bias_hh_l0", "shape": [20], "kind": "LSTM.bias_hh_l0"},
                {"name": "c.bias", "shape": [15], "kind": "GRU.bias"}]})
        out = Path(folder, "out.safetensors")
        run("init", model, "--recipe", "keras", "-o", out)
        tensors, _ = read_safetensors(out.read_bytes())
        values = {name: torch.frombuffer(bytearray(data), dtype=torch.float32).tolist()
                  for name, (_, _, data) in tensors.items()}
    gate = [0.0] * 5 + [1.0] * 5 + [0.0] * 10
    same({"a.bias": gate, "b.bias_ih_l0": gate, "b.bias_hh_l0": [0.0] * 20, "c.bias": [0.0] * 15},
         values)


report.run(globals())
