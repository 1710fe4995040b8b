"""The recipes against PyTorch: every rule is found, and what a recipe says is what PyTorch draws.

A recipe's expression is evaluated here, in Python, to the distribution it asks for. PyTorch's own draws
and those of `sowcl init` must both be samples of it: constants exactly; a uniform inside its bounds and
close to them; standard deviation and mean within 5 standard errors (less than one false alarm in 1000
runs with new seeds; the seeds are fixed).
"""

import fnmatch
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import report

try:
    import torch
    from torch import nn
except ImportError:
    torch = None

sys.path.insert(0, str(report.SOURCE_DIR / "tools"))
RECIPES = report.SOURCE_DIR / "src" / "model" / "recipes"
SCHEMES = ("kaiming_normal", "kaiming_uniform", "xavier_normal", "xavier_uniform")
PYTORCH_DRAWS = 8


# Models.


def zoo():
    """Each module that the torch recipe knows, wide enough for statistics."""
    modules = {
        "linear": nn.Linear(96, 128),
        "bilinear": nn.Bilinear(24, 12, 96),
        "embedding": nn.Embedding(50, 64),
        "padded": nn.Embedding(50, 64, padding_idx=3),
        "bag": nn.EmbeddingBag(50, 64, padding_idx=0),
        "rnn": nn.RNN(20, 100, num_layers=2, bidirectional=True),
        "lstm": nn.LSTM(20, 100, bidirectional=True),
        "projected": nn.LSTM(20, 100, proj_size=32),
        "gru": nn.GRU(20, 100),
        "rnn_cell": nn.RNNCell(20, 100),
        "lstm_cell": nn.LSTMCell(20, 100),
        "gru_cell": nn.GRUCell(20, 100),
        "attention": nn.MultiheadAttention(64, 4),
        "attention_kv": nn.MultiheadAttention(64, 4, kdim=48, vdim=32, add_bias_kv=True),
        "encoder_layer": nn.TransformerEncoderLayer(64, 4, 128),
        "transformer": nn.Transformer(64, 4, 1, 1, 128),
        "group_norm": nn.GroupNorm(4, 64),
        "layer_norm": nn.LayerNorm((8, 16)),
        "sync_norm": nn.SyncBatchNorm(64),
        "prelu": nn.PReLU(7),
        "tied": tied_pair(),
    }
    if hasattr(nn, "RMSNorm"):
        modules["rms_norm"] = nn.RMSNorm(64)
    for n in "123":
        modules["conv" + n] = getattr(nn, f"Conv{n}d")(32, 128, 3, groups=2)
        modules["conv_transpose" + n] = getattr(nn, f"ConvTranspose{n}d")(32, 128, 3, groups=2)
        modules["batch_norm" + n] = getattr(nn, f"BatchNorm{n}d")(64)
        modules["instance_norm" + n] = getattr(nn, f"InstanceNorm{n}d")(
            64, affine=True, track_running_stats=True)
    return nn.ModuleDict(modules)


def tied_pair():
    pair = nn.Sequential(nn.Embedding(40, 64), nn.Linear(64, 40))
    pair[1].weight = pair[0].weight
    return pair


def describe_zoo():
    if torch is None:
        raise report.Skip("no PyTorch")
    import export_model
    return export_model.describe(zoo(), name="zoo")


def example(name):
    return json.loads(report.read(Path("examples", "models", name + ".json")))


# Rules.


def recipe(name):
    return json.loads((RECIPES / (name + ".json")).read_text(encoding="utf-8"))


def tensors_by_name(description):
    """Aliases included: a bias finds the weight beside it even where that is tied to another."""
    by_name = {tensor["name"]: tensor for tensor in description["tensors"]}
    by_name.update({alias: by_name[kept]
                    for alias, kept in description.get("aliases", {}).items()})
    return by_name


def fits(rule, tensor):
    rank = len(tensor["shape"])
    if not {"1": rank == 1, "2+": rank >= 2, None: True}[rule.get("rank")]:
        return False
    return all(fnmatch.fnmatchcase(tensor.get(field, ""), rule[condition])
               for condition, field in (("match", "name"), ("kind", "kind"), ("within", "within"))
               if condition in rule)


def find_rule(name, tensor):
    """The initializer of the first rule that fits; None if none does."""
    return next((rule["init"] for rule in recipe(name)["rules"] if fits(rule, tensor)), None)


# Distributions.


def fans(shape):
    if len(shape) < 2:
        return 0, 0
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def uniform(low=0.0, high=1.0):
    return "uniform", low, high


def normal(mean=0.0, std=1.0):
    return "normal", mean, std


def constant(value):
    return "constant", value, value


def expected(init, tensor, by_name, parameters=None):
    """The distribution that an initializer expression asks for."""
    fan_in, fan_out = fans(tensor["shape"])
    head, dot, last = tensor["name"].rpartition(".")
    before, found, after = last.rpartition("bias")
    sibling = by_name.get(head + dot + before + "weight" + after) if found else None
    weight_fans = fans(sibling["shape"]) if sibling else (None, None)

    def xavier(gain):
        return gain * math.sqrt(2 / (fan_in + fan_out))

    def kaiming(a, nonlinearity):
        gains = {"leaky_relu": math.sqrt(2 / (1 + a * a)), "relu": math.sqrt(2)}
        return gains[nonlinearity] / math.sqrt(fan_in)

    def symmetric(std):
        return uniform(-math.sqrt(3) * std, math.sqrt(3) * std)

    names = {
        "sqrt": math.sqrt, "relu": "relu", "uniform": uniform, "normal": normal,
        "constant": constant, "zeros": lambda: constant(0), "ones": lambda: constant(1),
        "xavier_uniform": lambda gain=1: symmetric(xavier(gain)),
        "xavier_normal": lambda gain=1: normal(std=xavier(gain)),
        "kaiming_uniform": lambda a=0, nonlinearity="leaky_relu": symmetric(kaiming(a, nonlinearity)),
        "kaiming_normal": lambda a=0, nonlinearity="leaky_relu": normal(std=kaiming(a, nonlinearity)),
        "fan_in": fan_in, "fan_out": fan_out,
        "weight_fan_in": weight_fans[0], "weight_fan_out": weight_fans[1],
        **{f"dim{i}": size for i, size in enumerate(tensor["shape"])}, **(parameters or {}),
    }
    return eval(init if init.endswith(")") else init + "()", names)


def check_sample(what, values, distribution):
    """values: a flat float64 tensor."""
    kind, first, second = distribution
    if kind == "constant":
        assert bool((values == first).all()), f"{what}: not {first}: {values[:4].tolist()}"
        return
    count = values.numel()
    mean, std = (first, second) if kind == "normal" else ((first + second) / 2,
                                                          (second - first) / math.sqrt(12))
    deviation = (values.mean().item() - mean) / (std / math.sqrt(count))
    assert abs(deviation) < 5, f"{what}: the mean is off by {deviation:.1f} standard errors"
    excess = 2 if kind == "normal" else 0.8  # kurtosis - 1
    deviation = (values.std().item() / std - 1) / math.sqrt(excess / (4 * count))
    assert abs(deviation) < 5, (f"{what}: the std {values.std().item():.6g} is off {std:.6g} by "
                                f"{deviation:.1f} standard errors")
    if kind == "uniform":
        bound = (second - first) / 2
        largest = (values - mean).abs().max().item()
        # A value may be the bound rounded to f32. A sample that stays below misses 20 tries of 1/count.
        assert bound * (1 - 20 / count) <= largest <= bound * (1 + 1e-6), \
            f"{what}: the largest value is {largest}, the bound {bound}"


def check_model(description, draws):
    """draws: state dicts of one model, each a sample of what the torch recipe says."""
    by_name = tensors_by_name(description)
    for tensor in description["tensors"]:
        name = tensor["name"]
        values = torch.stack([state[name].double() for state in draws])
        padding = tensor.get("padding_idx")
        if padding is not None:
            check_sample(f"{name}[{padding}]", values[:, padding].flatten(), constant(0))
            values = torch.cat([values[:, :padding], values[:, padding + 1:]], 1)
        check_sample(name, values.flatten(), expected(find_rule("torch", tensor), tensor, by_name))


# Tests that need no program.


def test_recipes_are_well_formed():
    for path in sorted(RECIPES.glob("*.json")):
        found = recipe(path.stem)
        assert found["format"] == "sowcl-recipe/1" and found["name"] == path.stem, path
        assert "\n" not in found["about"], path
        for rule in found["rules"]:
            assert set(rule) <= {"match", "kind", "within", "rank", "init"} and "init" in rule, rule


def test_torch_recipe_is_what_pytorch_draws():
    description = describe_zoo()
    draws = []
    for seed in range(PYTORCH_DRAWS):
        torch.manual_seed(seed)
        draws.append({name: tensor.clone() for name, tensor in zoo().state_dict().items()})
    check_model(description, draws)


def test_torch_recipe_uses_every_rule():
    rules = recipe("torch")["rules"]
    used = set()
    for tensor in describe_zoo()["tensors"]:
        used.add(next(i for i, rule in enumerate(rules) if fits(rule, tensor)))
    idle = [rule for i, rule in enumerate(rules) if i not in used
            and (hasattr(nn, "RMSNorm") or rule.get("kind") != "RMSNorm.weight")]
    assert not idle, f"rules for nothing: {idle}"


def test_torch_recipe_leaves_unknown_kinds():
    for kind in ("Net.cls_token", "ParameterList.0", "Linear.mask", ""):
        assert find_rule("torch", {"name": "x.weight", "shape": [4, 4], "kind": kind}) is None, kind


def test_schemes_take_every_tensor():
    for tensor in describe_zoo()["tensors"]:
        for scheme in SCHEMES:
            assert find_rule(scheme, tensor) is not None, (scheme, tensor)


def test_schemes():
    scheme = "kaiming_normal"
    weights = scheme + "(nonlinearity=relu)"
    for name, shape, kind, init in (
            ("fc.weight", [4, 3], "Linear.weight", weights),
            ("weight", [4, 3], "", weights),
            ("conv.weight", [4, 3, 3, 3], "", weights),
            ("fc.bias", [4], "Linear.bias", "zeros"),
            ("bias", [4], "", "zeros"),
            ("lstm.bias_hh_l0_reverse", [16], "", "zeros"),
            ("attn.in_proj_bias", [12], "", "zeros"),
            ("attn.bias_k", [1, 1, 4], "", "zeros"),
            ("t5.relative_attention_bias.weight", [32, 8], "", weights),
            ("norm.weight", [4], "", "ones"),
            ("norm.weight", [4, 4], "LayerNorm.weight", "ones"),
            ("norm.bias", [4, 4], "LayerNorm.bias", "zeros"),
            ("bn.running_mean", [4], "", "zeros"),
            ("bn.running_var", [4], "", "ones"),
            ("bn.num_batches_tracked", [], "", "zeros"),
            ("act.weight", [1], "PReLU.weight", "constant(value=0.25)"),
            ("logit_scale", [], "", None)):
        tensor = {"name": name, "shape": shape, "kind": kind}
        assert find_rule(scheme, tensor) == init, (tensor, find_rule(scheme, tensor))


def test_gpt2_model():
    model = example("gpt2")
    by_name = tensors_by_name(model)
    assert len(model["tensors"]) == 148 and len(by_name) == 149
    assert sum(math.prod(tensor["shape"]) for tensor in model["tensors"]) == 124439808
    assert model["aliases"] == {"lm_head.weight": "transformer.wte.weight"}
    assert all(tensor["layout"] == "io" for tensor in model["tensors"]
               if tensor["kind"] == "Conv1D.weight")
    counts = {}
    for tensor in model["tensors"]:
        init = expected(find_rule("gpt2", tensor), tensor, by_name, model["parameters"])
        counts[init] = counts.get(init, 0) + 1
    scaled = normal(std=0.02 / math.sqrt(24))
    assert counts == {normal(std=0.02): 26, scaled: 24, constant(1): 25, constant(0): 73}, counts


def test_gpt2_recipe_leaves_causal_masks():
    for name, shape in (("h.0.attn.bias", [1, 1, 1024, 1024]), ("h.0.attn.masked_bias", [])):
        assert find_rule("gpt2", {"name": name, "shape": shape}) is None, name


def test_example_model():
    tensors = {tensor["name"]: tensor["shape"] for tensor in example("example")["tensors"]}
    assert tensors == {"fc.weight": [5, 10], "fc.bias": [5], "conv.weight": [16, 3, 3, 3],
                       "conv.bias": [16]}, tensors


# The program.


def init(*arguments):
    program = os.environ.get("SOWCL_PROGRAM")
    if not program:
        raise report.Skip("no sowcl program (SOWCL_PROGRAM)")
    result = subprocess.run([program, "init", *arguments, "--device", "host"], capture_output=True,
                            text=True)
    assert result.returncode == 0, f"{arguments}: {result.stderr}"


def safetensors_torch():
    try:
        import safetensors.torch
    except ImportError as error:
        raise report.Skip("no safetensors package") from error
    return safetensors.torch


def test_program_draws_as_pytorch():
    description = describe_zoo()
    safetensors = safetensors_torch()
    with tempfile.TemporaryDirectory() as folder:
        model, weights = Path(folder, "zoo.json"), Path(folder, "zoo.safetensors")
        model.write_text(json.dumps(description), encoding="utf-8")
        draws = []
        for seed in range(2):
            init(str(model), "--seed", str(seed), "-o", str(weights))
            module = zoo()
            safetensors.load_model(module, str(weights), strict=True)
            draws.append(module.state_dict())
            check_model(description, draws[-1:])
    assert not torch.equal(draws[0]["linear.weight"], draws[1]["linear.weight"])
    assert draws[0]["tied.1.weight"].data_ptr() == draws[0]["tied.0.weight"].data_ptr()


def test_program_knows_the_recipes():
    description = describe_zoo()
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder, "zoo.json")
        model.write_text(json.dumps(description), encoding="utf-8")
        for scheme in SCHEMES:
            init(str(model), "--recipe", scheme)


report.run(globals())
