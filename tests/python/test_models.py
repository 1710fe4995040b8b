"""The example models and the recipes for whole networks: what each tensor would be drawn from."""

import json
import math
import os
import subprocess
import tempfile
from pathlib import Path

import report

PROGRAM = os.environ.get("SOWCL_PROGRAM")
BUFFERS = ("num_batches_tracked", "running_mean", "running_var")
# name: tensors, elements of parameters, elements of buffers, aliases
EXAMPLES = {
    "example": (4, 503, 0, 0),
    "gpt2": (148, 124439808, 0, 1),
    "resnet50": (320, 25557032, 53173, 0),
    "vit_b_16": (152, 86567656, 0, 0),
    "llama-3.2-1b": (146, 1235814400, 0, 1),
}


def example_path(name):
    return report.SOURCE_DIR / "examples" / "models" / (name + ".json")


def example(name):
    return json.loads(example_path(name).read_text(encoding="utf-8"))


def elements(tensors):
    return sum(math.prod(tensor["shape"]) for tensor in tensors)


def same(expected, actual, what=""):
    assert expected == actual, f"{what}: expected {expected}, got {actual}"


def init(model, *arguments):
    """The program's JSON on a model: a path, or a description."""
    if not PROGRAM:
        raise report.Skip("no sowcl program (SOWCL_PROGRAM)")
    with tempfile.TemporaryDirectory() as folder:
        path = model
        if isinstance(model, dict):
            path = Path(folder, "model.json")
            path.write_text(json.dumps(model), encoding="utf-8")
        command = [PROGRAM, "init", str(path), "--json", "--device", "host", *arguments]
        result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, f"{arguments}: {result.stderr}"
    return json.loads(result.stdout)


def planned(model, *arguments):
    """{name: tensor} of what the program would draw."""
    return {tensor["name"]: tensor for tensor in init(model, "--dry-run", *arguments)["tensors"]}


def rows(*entries, **keys):
    """A model of (name, shape, kind) or (name, shape, kind, layout) entries."""
    tensors = [dict(zip(("name", "shape", "kind", "layout"), entry)) for entry in entries]
    return {"format": "sowcl-model/1", "name": "test", "tensors": tensors, **keys}


def check_plan(plan, mean=0.0, std=0.0):
    """The mean and std that the stored values are expected to have."""
    told = plan["expected_mean"], plan["expected_std"]
    assert math.isclose(mean, told[0], rel_tol=1e-5, abs_tol=1e-5 * std) \
        and math.isclose(std, told[1], rel_tol=1e-5), \
        f"{plan['name']}: expected mean {mean} and std {std}, got {told[0]} and {told[1]}"


def check(plans, expected):
    """expected: {name: what}, where what is the std of a random draw, or a constant as text."""
    same(set(expected), set(plans))
    for name, what in expected.items():
        if isinstance(what, str):
            check_plan(plans[name], mean=float(what))
        else:
            check_plan(plans[name], std=what)


# The example models.


def test_examples_have_every_tensor():
    for name, (count, parameters, buffers, aliases) in EXAMPLES.items():
        model = example(name)
        tensors = model["tensors"]
        own = [tensor for tensor in tensors if not tensor["name"].endswith(BUFFERS)]
        same(name, model["name"])
        same((count, parameters), (len(tensors), elements(own)), name)
        same(buffers, elements(tensors) - elements(own), name)
        same(aliases, len(model.get("aliases", {})), name)
    same(set(EXAMPLES), {path.stem for path in example_path("").parent.glob("*.json")})


def test_examples_take_a_rule_each():
    for name, (count, parameters, buffers, _) in EXAMPLES.items():
        told = init(example_path(name), "--dry-run")
        same((count, str(parameters + buffers)), (len(told["tensors"]), told["parameters"]), name)


def test_integer_buffers_stay_integers():
    plans = planned(example_path("resnet50"), "--dtype", "bf16")
    counters = [plan for name, plan in plans.items() if name.endswith("num_batches_tracked")]
    same(53, len(counters))
    for plan in counters:
        same(([], "i64", "zeros"), (plan["shape"], plan["dtype"], plan["initializer"]))
    same("bf16", plans["fc.weight"]["dtype"])


# Recipes of the example models.


def test_resnet():
    for name, plan in planned(example_path("resnet50")).items():
        last = name.rsplit(".", 1)[1]
        std = mean = 0
        if len(plan["shape"]) == 4:
            std = math.sqrt(2 / int(plan["fan_out"]))
        elif name in ("fc.weight", "fc.bias"):
            std = 1 / math.sqrt(3 * 2048)
        elif last in ("weight", "running_var"):
            mean = 1
        check_plan(plan, mean, std)


def test_resnet_zero_init_residual():
    def zeros(*parameters):
        plans = planned(example_path("resnet50"), "--only", "*bn?.weight", *parameters)
        return sorted({name.rsplit(".", 2)[1] for name, plan in plans.items()
                       if plan["expected_mean"] == 0})

    same([], zeros())
    same(["bn3"], zeros("--parameter", "zero_init_residual=1"))
    same(["bn2", "bn3"], zeros("--parameter", "zero_init_residual=1",
                               "--parameter", "bottleneck=0"))


def test_vit():
    plans = planned(example_path("vit_b_16"), "--recipe", "vit")
    for name, plan in plans.items():
        if len(plan["shape"]) > 1:
            check_plan(plan, std=0.02)
        else:
            check_plan(plan, mean=1 if name.endswith("weight") else 0)


def test_vit_torchvision():
    plans = planned(example_path("vit_b_16"))
    layer = "encoder.layers.encoder_layer_7."
    wanted = {
        "class_token": "0", "encoder.pos_embedding": 0.02,
        "conv_proj.weight": 1 / math.sqrt(768), "conv_proj.bias": "0",
        "encoder.ln.weight": "1", "encoder.ln.bias": "0",
        "heads.head.weight": "0", "heads.head.bias": "0",
        layer + "ln_1.weight": "1", layer + "ln_1.bias": "0",
        layer + "ln_2.weight": "1", layer + "ln_2.bias": "0",
        layer + "self_attention.in_proj_weight": math.sqrt(2 / (768 + 3 * 768)),
        layer + "self_attention.in_proj_bias": "0",
        layer + "self_attention.out_proj.weight": 1 / math.sqrt(3 * 768),
        layer + "self_attention.out_proj.bias": "0",
        layer + "mlp.0.weight": math.sqrt(2 / (768 + 3072)), layer + "mlp.0.bias": 1e-6,
        layer + "mlp.3.weight": math.sqrt(2 / (768 + 3072)), layer + "mlp.3.bias": 1e-6,
    }
    check({name: plan for name, plan in plans.items()
           if layer in name or "layers" not in name}, wanted)


# Llama, and one of 70 billion parameters.


def llama(name, hidden, intermediate, layers, key_values, tied):
    """The description that the exporter writes of a Llama; key_values: heads * their size."""
    def tensor(prefix, shape, kind):
        return {"name": prefix + ".weight", "shape": shape, "dtype": "bf16",
                "kind": kind + ".weight"}

    tensors = [tensor("model.embed_tokens", [128256, hidden], "Embedding")]
    for layer in range(layers):
        prefix = f"model.layers.{layer}."
        for part, shape in (("self_attn.q_proj", [hidden, hidden]),
                            ("self_attn.k_proj", [key_values, hidden]),
                            ("self_attn.v_proj", [key_values, hidden]),
                            ("self_attn.o_proj", [hidden, hidden]),
                            ("mlp.gate_proj", [intermediate, hidden]),
                            ("mlp.up_proj", [intermediate, hidden]),
                            ("mlp.down_proj", [hidden, intermediate])):
            tensors.append(tensor(prefix + part, shape, "Linear"))
        for part in ("input_layernorm", "post_attention_layernorm"):
            tensors.append(tensor(prefix + part, [hidden], "LlamaRMSNorm"))
    tensors.append(tensor("model.norm", [hidden], "LlamaRMSNorm"))
    model = {"format": "sowcl-model/1", "name": name, "recipe": "llama",
             "parameters": {"initializer_range": 0.02}, "tensors": tensors}
    if tied:
        model["aliases"] = {"lm_head.weight": "model.embed_tokens.weight"}
    else:
        tensors.append(tensor("lm_head", [128256, hidden], "Linear"))
    return model


def test_llama():
    same(example("llama-3.2-1b"), llama("llama-3.2-1b", 2048, 8192, 16, 512, True))
    plans = planned(example_path("llama-3.2-1b"), "--parameter", "initializer_range=0.5")
    check(plans, {name: 0.5 if len(plan["shape"]) == 2 else "1" for name, plan in plans.items()})


def test_llama_of_70_billion_parameters():
    model = llama("llama-3-70b", 8192, 28672, 80, 1024, False)
    told = init(model, "--dry-run")
    same((723, "70553706496"), (len(told["tensors"]), told["parameters"]))
    name = "model.layers.79.self_attn.k_proj.weight"
    part = init(model, "--only", name)
    same((name, str(1024 * 8192)), (part["tensors"][0]["name"], part["parameters"]))
    # A tensor's values do not depend on the rest of the model.
    model["tensors"] = [tensor for tensor in model["tensors"] if tensor["name"] == name]
    same(part["digest"], init(model)["digest"])


# Recipes of other networks.


def test_llama_needs_no_parameters():
    model = rows(("w.weight", [8, 8], ""), ("norm.weight", [8], ""))
    check(planned(model, "--recipe", "llama"), {"w.weight": 0.02, "norm.weight": "1"})


def test_t5():
    model = rows(("shared.weight", [100, 64], "Embedding.weight"),
                 ("lm_head.weight", [100, 64], "Linear.weight"),
                 ("encoder.block.0.layer.0.SelfAttention.q.weight", [32, 64], "Linear.weight"),
                 ("encoder.block.0.layer.0.SelfAttention.k.weight", [32, 64], "Linear.weight"),
                 ("decoder.block.0.layer.1.EncDecAttention.v.weight", [32, 64], "Linear.weight"),
                 ("encoder.block.0.layer.0.SelfAttention.o.weight", [64, 32], "Linear.weight"),
                 ("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", [32, 4],
                  "Embedding.weight"),
                 ("encoder.block.0.layer.0.layer_norm.weight", [64], "T5LayerNorm.weight"),
                 ("encoder.block.0.layer.1.DenseReluDense.wi.weight", [128, 64], "Linear.weight"),
                 ("decoder.block.0.layer.2.DenseReluDense.wi_1.weight", [128, 64], "Linear.weight"),
                 ("encoder.block.0.layer.1.DenseReluDense.wo.weight", [64, 128], "Linear.weight"),
                 parameters={"d_model": 64, "d_kv": 8})
    stds = (2, 2, 2 / math.sqrt(64 * 8), 2 / 8, 2 / 8, 2 / math.sqrt(32), 2 / 8, "2", 2 / 8, 2 / 8,
            2 / math.sqrt(128))
    plans = planned(model, "--recipe", "t5", "--parameter", "initializer_factor=2")
    check(plans, dict(zip((tensor["name"] for tensor in model["tensors"]), stds)))


def transformer_layer(prefix, attentions):
    entries = [(f"{prefix}.{attention}.{part}.weight", [8, 8], "Linear.weight")
               for attention in attentions for part in ("q_proj", "k_proj", "v_proj", "out_proj")]
    return entries + [(f"{prefix}.fc1.weight", [24, 8], "Linear.weight"),
                      (f"{prefix}.fc2.weight", [8, 24], "Linear.weight"),
                      (f"{prefix}.fc1.bias", [24], "Linear.bias")]


def transformer(*norms):
    return rows(("shared.weight", [100, 8], "Embedding.weight"),
                ("decoder.embed_positions.weight", [50, 8], "Embedding.weight"),
                *transformer_layer("encoder.layers.0", ["self_attn"]),
                *transformer_layer("decoder.layers.0", ["self_attn", "encoder_attn"]), *norms)


def residual_stds(model, encoder, decoder):
    """What check() takes of xavier draws that these gains scale in a transformer()."""
    wanted = {}
    for tensor in model["tensors"]:
        name = tensor["name"]
        if "layers" not in name:
            continue
        gain = encoder if name.startswith("encoder") else decoder
        if name.endswith(("q_proj.weight", "k_proj.weight")):
            gain = 1
        wanted[name] = "0" if name.endswith("bias") else gain * math.sqrt(2 / sum(tensor["shape"]))
    return wanted


def test_deepnorm():
    model = rows(*transformer_layer("model.layers.0", ["self_attn"]),
                 ("model.norm.weight", [8], "LayerNorm.weight"))
    plans = planned(model, "--recipe", "deepnorm", "--parameter", "n_layer=100")
    gain = 800 ** -0.25
    check(plans, {**residual_stds(model, gain, gain), "model.norm.weight": "1"})


def test_deepnorm_seq2seq():
    model = transformer(("encoder.norm.weight", [8], "LayerNorm.weight"))
    plans = planned(model, "--recipe", "deepnorm_seq2seq", "--parameter", "encoder_layers=18",
                    "--parameter", "decoder_layers=6")
    check(plans, {**residual_stds(model, 0.87 * (18 ** 4 * 6) ** (-1 / 16), 72 ** -0.25),
                  "shared.weight": 8 ** -0.5, "decoder.embed_positions.weight": 8 ** -0.5,
                  "encoder.norm.weight": "1"})


def test_tfixup():
    model = transformer()
    plans = planned(model, "--recipe", "tfixup", "--parameter", "encoder_layers=18",
                    "--parameter", "decoder_layers=6")
    check(plans, {**residual_stds(model, 0.67 * 18 ** -0.25, 54 ** -0.25),
                  "shared.weight": 8 ** -0.5 * 162 ** -0.25,
                  "decoder.embed_positions.weight": 8 ** -0.5 * 54 ** -0.25})


# Layers of other frameworks.


def test_flax():
    model = rows(("d.kernel", [16, 50], "Dense.kernel", "io"), ("d.bias", [50], "Dense.bias"),
                 ("c.kernel", [3, 3, 16, 50], "Conv.kernel", "io"),
                 ("e.embedding", [100, 64], "Embed.embedding"),
                 ("n.scale", [16], "LayerNorm.scale"), ("n.bias", [16], "LayerNorm.bias"),
                 ("b.mean", [16], "BatchNorm.mean"), ("b.var", [16], "BatchNorm.var"),
                 ("linear.weight", [50, 16], "Linear.weight"),
                 ("conv.weight", [50, 16, 3, 3], "Conv2d.weight"),
                 ("up.weight", [16, 50, 3, 3], "ConvTranspose2d.weight"),
                 ("bn.weight", [16], "BatchNorm2d.weight"),
                 ("act.weight", [1], "PReLU.weight"),
                 ("cell.hi.kernel", [64, 64], "OptimizedLSTMCell.hi.kernel", "io"),
                 ("cell.ii.kernel", [16, 64], "OptimizedLSTMCell.ii.kernel", "io"),
                 ("cell.hi.bias", [64], "OptimizedLSTMCell.hi.bias"),
                 ("gru.hn.kernel", [64, 64], "GRUCell.hn.kernel", "io"),
                 ("rnn.weight_hh_l0", [64, 64], "RNN.weight_hh_l0"),
                 ("lstm.weight_ih_l0", [256, 16], "LSTM.weight_ih_l0"),
                 ("lstm.bias_ih_l0", [256], "LSTM.bias_ih_l0"))
    check(planned(model, "--recipe", "flax"), {
        "cell.hi.kernel": 1 / 8, "cell.ii.kernel": 1 / 4, "cell.hi.bias": "0", "gru.hn.kernel": 1 / 8,
        "rnn.weight_hh_l0": 1 / 8, "lstm.weight_ih_l0": 1 / 4, "lstm.bias_ih_l0": "0",
        "d.kernel": 1 / 4, "d.bias": "0", "c.kernel": 1 / 12, "e.embedding": 1 / 8,
        "n.scale": "1", "n.bias": "0", "b.mean": "0", "b.var": "1", "linear.weight": 1 / 4,
        "conv.weight": 1 / 12, "up.weight": 1 / 12, "bn.weight": "1", "act.weight": "0.01"})


def test_keras_lstm_biases():
    plans = planned(rows(("a", [400], "LSTM.bias"), ("b", [400], "LSTM.bias_ih_l0"),
                         ("c", [400], "LSTM.bias_hh_l0_reverse")), "--recipe", "keras")
    for name in "ab":
        same("constant_block(value=1, block=1, blocks=4)", plans[name]["initializer"])
        check_plan(plans[name], mean=0.25, std=math.sqrt(3) / 4)
    same("zeros", plans["c"]["initializer"])


def test_keras():
    model = rows(("d.kernel", [16, 50], "Dense.kernel", "io"), ("d.bias", [50], "Dense.bias"),
                 ("c.kernel", [3, 3, 16, 50], "Conv2D.kernel", "io"),
                 ("e.embeddings", [100, 64], "Embedding.embeddings"),
                 ("lstm.kernel", [16, 400], "LSTM.kernel", "io"),
                 ("lstm.recurrent_kernel", [100, 400], "LSTM.recurrent_kernel", "io"),
                 ("gru.weight_hh_l0", [300, 100], "GRU.weight_hh_l0"),
                 ("n.gamma", [16], "BatchNormalization.gamma"),
                 ("n.beta", [16], "BatchNormalization.beta"),
                 ("n.moving_variance", [16], "BatchNormalization.moving_variance"),
                 ("linear.weight", [50, 16], "Linear.weight"),
                 ("bn.running_var", [16], "BatchNorm2d.running_var"),
                 ("act.weight", [1], "PReLU.weight"),
                 ("s.real_kernel", [256, 1, 129], "STFTSpectrogram.real_kernel", "io"),
                 ("s.imag_kernel", [256, 1, 129], "STFTSpectrogram.imag_kernel", "io"))
    plans = planned(model, "--recipe", "keras")
    same("stft", plans.pop("s.real_kernel")["initializer"])
    same("stft(side=imag)", plans.pop("s.imag_kernel")["initializer"])
    check(plans, {
        "d.kernel": math.sqrt(2 / 66), "d.bias": "0", "c.kernel": math.sqrt(2 / 66) / 3,
        "e.embeddings": 0.1 / math.sqrt(12), "lstm.kernel": math.sqrt(2 / 416),
        "lstm.recurrent_kernel": 1 / 20, "gru.weight_hh_l0": math.sqrt(1 / 300), "n.gamma": "1",
        "n.beta": "0", "n.moving_variance": "1", "linear.weight": math.sqrt(2 / 66),
        "bn.running_var": "1", "act.weight": "0"})


report.run(globals())
