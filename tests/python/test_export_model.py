"""tools/export_model.py: names, shapes, kinds, ties and text of exported models."""

import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import report

try:
    import torch
    from torch import nn
except ImportError:
    print("skipped: no PyTorch")
    sys.exit(77)

SCRIPT = report.SOURCE_DIR / "tools" / "export_model.py"
sys.path.insert(0, str(SCRIPT.parent))
import export_model  # noqa: E402  (found by the line above)


class Tied(nn.Module):
    """The output layer comes first and shares the embedding's weight."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(4, 10, bias=False)
        self.embed = nn.Embedding(10, 4)
        self.head.weight = self.embed.weight


def tensors(module):
    return {tensor["name"]: tensor for tensor in export_model.describe(module)["tensors"]}


def kinds(module):
    return {name: tensor["kind"] for name, tensor in tensors(module).items()}


def run_script(*arguments, folder=None):
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], cwd=folder,
                          capture_output=True, text=True)


def same(expected, actual):
    assert expected == actual, f"expected {expected}, got {actual}"


def test_describe_names_shapes_and_dtypes():
    module = nn.ModuleDict({"fc": nn.Linear(10, 5), "conv": nn.Conv2d(3, 16, 3).half()})
    same({"name": "fc.weight", "shape": [5, 10], "dtype": "f32", "kind": "Linear.weight"},
         tensors(module)["fc.weight"])
    same({"name": "conv.bias", "shape": [16], "dtype": "f16", "kind": "Conv2d.bias"},
         tensors(module)["conv.bias"])
    same(list(module.state_dict()), list(tensors(module)))


def test_describe_header():
    description = export_model.describe(nn.Linear(2, 3))
    same(["format", "name", "recipe", "tensors"], list(description))
    same(("sowcl-model/1", "Linear", "torch"), tuple(description.values())[:3])
    description = export_model.describe(nn.Linear(2, 3), "net", None, {"n_layer": 12})
    same(["format", "name", "parameters", "tensors"], list(description))
    same(("net", {"n_layer": 12}), (description["name"], description["parameters"]))


def test_describe_buffers():
    module = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    module.register_buffer("scratch", torch.zeros(2), persistent=False)
    found = tensors(module)
    same("BatchNorm1d.running_mean", found["1.running_mean"]["kind"])
    same(([], "i64"), (found["1.num_batches_tracked"]["shape"],
                       found["1.num_batches_tracked"]["dtype"]))
    assert "scratch" not in found


def test_describe_every_dtype():
    module = nn.Module()
    for dtype, word in export_model.DTYPES.items():
        module.register_buffer(word, torch.zeros(2, dtype=dtype))
    assert all(name == tensor["dtype"] for name, tensor in tensors(module).items())


def test_describe_recurrent_kinds():
    lstm = kinds(nn.LSTM(3, 8, proj_size=2, bidirectional=True))
    same("LSTM.weight_hr_l0_reverse", lstm["weight_hr_l0_reverse"])
    same("GRU.bias_hh_l1", kinds(nn.GRU(3, 4, num_layers=2))["bias_hh_l1"])


def test_describe_attention_kinds():
    attention = kinds(nn.MultiheadAttention(8, 2, kdim=6, vdim=4, add_bias_kv=True))
    same("MultiheadAttention.k_proj_weight", attention["k_proj_weight"])
    same("MultiheadAttention.bias_v", attention["bias_v"])
    same("NonDynamicallyQuantizableLinear.weight", attention["out_proj.weight"])


def test_describe_within_transformer():
    module = nn.ModuleDict({"inner": nn.Transformer(8, 2, 1, 1, 16), "out": nn.Linear(8, 3)})
    found = tensors(module)
    same("Transformer", found["inner.encoder.layers.0.linear1.weight"]["within"])
    assert "within" not in found["out.weight"]


class WithEmbedding(nn.Transformer):
    """What a subclass adds after the constructor is not drawn again."""

    def __init__(self):
        super().__init__(8, 2, 1, 1, 16)
        self.embed = nn.Embedding(5, 8)


def test_describe_within_spares_what_a_subclass_adds():
    found = tensors(WithEmbedding())
    same("Transformer", found["decoder.norm.weight"]["within"])
    assert "within" not in found["embed.weight"]


def test_describe_padding_idx():
    same(2, tensors(nn.Embedding(10, 4, padding_idx=2))["weight"]["padding_idx"])
    same(9, tensors(nn.EmbeddingBag(10, 4, padding_idx=-1))["weight"]["padding_idx"])
    assert "padding_idx" not in tensors(nn.Embedding(10, 4))["weight"]


def test_describe_tied_tensors():
    description = export_model.describe(Tied())
    same({"embed.weight": "head.weight"}, description["aliases"])
    same(["head.weight"], [tensor["name"] for tensor in description["tensors"]])


def test_describe_keeps_the_name_the_framework_keeps():
    for tied in (["head.weight"], {"head.weight": "embed.weight"}):
        module = Tied()
        module._tied_weights_keys = tied  # as transformers says it
        same({"head.weight": "embed.weight"}, export_model.describe(module)["aliases"])


def test_describe_shared_module():
    layer = nn.Linear(2, 2)
    description = export_model.describe(nn.Sequential(layer, nn.ReLU(), layer))
    same({"2.weight": "0.weight", "2.bias": "0.bias"}, description["aliases"])


def test_describe_refuses():
    complex_module = nn.Module()
    complex_module.register_buffer("c", torch.zeros(1, dtype=torch.complex64))
    for module in (nn.Linear, nn.ReLU(), complex_module, nn.LazyLinear(2)):
        try:
            export_model.describe(module)
        except export_model.ExportError:
            continue
        raise AssertionError(f"{module} was described")


def test_dumps_has_one_tensor_a_line():
    description = export_model.describe(Tied(), parameters={"n_layer": 2})
    text = export_model.dumps(description)
    same(description, json.loads(text))
    lines = io.StringIO(text).readlines()
    same(1, sum('"head.weight", "shape"' in line for line in lines))
    same(1, sum('"embed.weight": "head.weight"' in line for line in lines))


def test_script_takes_an_expression():
    result = run_script("torch.nn.Linear(10, 5)")
    same((0, ""), (result.returncode, result.stderr))
    same(export_model.dumps(export_model.describe(nn.Linear(10, 5))), result.stdout)
    same(result.stdout, run_script("nn.Linear(10, 5)").stdout)


def test_script_takes_a_callable_and_its_config():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "house.py").write_text(
            "from torch import nn\n"
            "class Config:\n"
            "    width = 3\n"
            "class Net(nn.Linear):\n"
            "    def __init__(self, config):\n"
            "        super().__init__(config.width, 2)\n", encoding="utf-8")
        result = run_script("house:Net", "--config", "house:Config", "--name", "net",
                            "--recipe", "xavier_normal", "--parameter", "n_layer=12",
                            "--parameter", "scale=0.5", "-o", "net.json", folder=folder)
        same((0, "", ""), (result.returncode, result.stdout, result.stderr))
        written = json.loads(Path(folder, "net.json").read_text(encoding="utf-8"))
        other = run_script("house.Net(house.Config())", folder=folder)
        same(written["tensors"], json.loads(other.stdout)["tensors"])
    same(("net", "xavier_normal", {"n_layer": 12, "scale": 0.5}),
         tuple(written[key] for key in ("name", "recipe", "parameters")))
    same([2, 3], written["tensors"][0]["shape"])


def test_script_refuses():
    for arguments, code, words in (
            (["nn.Linear(10"], 1, "cannot be built (nn.Linear(10)"),
            (["no_such_module.Net()"], 1, "no_such_module"),
            (["torch.nn:NoSuchClass"], 1, "NoSuchClass"),
            (["nn.Linear"], 1, "give an instance"),
            (["nn.Linear(2, 3)", "--parameter", "n_layer"], 2, "NAME=NUMBER"),
            (["nn.Linear(2, 3)", "--parameter", "x=nan"], 2, "NAME=NUMBER"),
            (["nn.Linear(2, 3)", "-o", "no/such/folder.json"], 1, "no/such/folder.json"),
            ([], 2, "MODEL")):
        result = run_script(*arguments)
        same((code, ""), (result.returncode, result.stdout))
        assert words in result.stderr, result.stderr
        assert "Traceback" not in result.stderr, result.stderr


report.run(globals())
