#!/usr/bin/env python3
"""Writes the description of a PyTorch model that `sowcl init` reads (sowcl-model/1).

Only names, shapes and dtypes are taken: where PyTorch can, the model is built without memory for its
weights. From Python: describe(module, name="net") returns the description, dumps() its JSON text.
"""

import argparse
import ast
import importlib
import json
import math
import os
import re
import sys

import torch

DTYPES = {
    torch.float32: "f32",
    torch.float16: "f16",
    torch.bfloat16: "bf16",
    torch.float64: "f64",
    torch.int64: "i64",
    torch.int32: "i32",
    torch.int16: "i16",
    torch.int8: "i8",
    torch.uint8: "u8",
    torch.bool: "bool",
}
DTYPES.update({getattr(torch, name): word  # PyTorch 2.1 and later
               for name, word in (("float8_e4m3fn", "f8_e4m3"), ("float8_e5m2", "f8_e5m2"))
               if hasattr(torch, name)})

# Containers that, once built, draw the parameters of these children again.
REDRAWS = {torch.nn.Transformer: ("encoder", "decoder")}


class ExportError(Exception):
    """What cannot be exported, and what is allowed."""


# A module's description.


def describe(module, name=None, recipe="torch", parameters=None):
    """The description of a torch.nn.Module as a dict, tensors in the order of its state_dict.

    name: of the model, default the module's class. recipe: the one that `sowcl init` takes when it is
    given none; None leaves it out. parameters: numbers that recipes may use, such as {"n_layer": 12}.
    """
    if not isinstance(module, torch.nn.Module):
        raise ExportError(f"the model is no torch.nn.Module ({type(module).__name__}): "
                          "give an instance of one")
    state = module.state_dict(keep_vars=True)
    if not state:
        raise ExportError(f"the model has no tensors ({type(module).__name__}): "
                          "it needs parameters or buffers")
    aliases = find_aliases(module, state)
    redrawn = redrawn_prefixes(module)
    description = {"format": "sowcl-model/1", "name": name or type(module).__name__}
    if recipe:
        description["recipe"] = recipe
    if parameters:
        description["parameters"] = dict(parameters)
    description["tensors"] = [describe_tensor(module, key, tensor, redrawn)
                              for key, tensor in state.items() if key not in aliases]
    if aliases:
        description["aliases"] = aliases
    return description


def describe_tensor(module, key, tensor, redrawn):
    check_tensor(key, tensor)
    path, _, own_name = key.rpartition(".")
    entry = {"name": key, "shape": list(tensor.shape), "dtype": DTYPES[tensor.dtype]}
    try:
        owner = module.get_submodule(path)
    except AttributeError:  # a state_dict hook has renamed it
        return entry
    if own_name == "weight" and is_transformers_conv1d(owner):
        entry["layout"] = "io"
    entry["kind"] = f"{type(owner).__name__}.{own_name}"
    if isinstance(tensor, torch.nn.Parameter):
        containers = [name for prefix, name in redrawn if key.startswith(prefix)]
        if containers:
            entry["within"] = containers[-1]
    if own_name == "weight" and getattr(owner, "padding_idx", None) is not None:
        entry["padding_idx"] = owner.padding_idx
    return entry


def check_tensor(key, tensor):
    if not isinstance(tensor, torch.Tensor):
        raise ExportError(f"{key} is no tensor ({type(tensor).__name__}): "
                          "a state_dict of tensors only is needed")
    if isinstance(tensor, torch.nn.parameter.UninitializedTensorMixin):
        raise ExportError(f"{key} has no shape yet (lazy): run the model once, then use describe()")
    if tensor.dtype not in DTYPES:
        raise ExportError(f"{key} has an unknown dtype ({tensor.dtype}): "
                          + ", ".join(DTYPES.values()))


def is_transformers_conv1d(module):
    """Hugging Face's Conv1D is a linear layer whose weight is (in, out)."""
    return any(base.__name__ == "Conv1D" and base.__module__.startswith("transformers.")
               for base in type(module).__mro__)


def redrawn_prefixes(module):
    """[(prefix of tensor names, container class)], outer containers first."""
    prefixes = []
    for path, submodule in module.named_modules(remove_duplicate=False):
        for container, children in REDRAWS.items():
            if isinstance(submodule, container):
                start = path + "." if path else ""
                prefixes += [(f"{start}{child}.", container.__name__) for child in children]
    return prefixes


# Tied tensors.


def find_aliases(module, state):
    """{alias: kept name}: of names that share a tensor, the first is kept, unless the framework says
    that it is the tied one."""
    groups = {}
    for key, tensor in state.items():
        if isinstance(tensor, torch.Tensor):
            groups.setdefault(storage_key(tensor), []).append(key)
    tied = tied_patterns(module)
    aliases = {}
    for names in groups.values():
        kept = next((name for name in names if not any(re.search(p, name) for p in tied)), names[0])
        aliases.update((name, kept) for name in names if name != kept)
    return aliases


def storage_key(tensor):
    """Equal for names of one tensor. A tensor without memory has no address: there the object counts."""
    lazy = isinstance(tensor, torch.nn.parameter.UninitializedTensorMixin)
    if lazy or tensor.device.type == "meta" or tensor.numel() == 0:
        return id(tensor)
    return tensor.data_ptr(), tensor.dtype, tuple(tensor.shape), tensor.stride()


def tied_patterns(module):
    """Regular expressions of the names that transformers ties to others."""
    tied = getattr(module, "all_tied_weights_keys", None)
    return list(tied or getattr(module, "_tied_weights_keys", None) or ())


# JSON text.


def dumps(description):
    """JSON with one tensor and one alias a line, so that versions of a model compare well."""
    fields = []
    for key, value in description.items():
        if key == "tensors":
            text = "[\n    " + ",\n    ".join(json.dumps(entry) for entry in value) + "\n  ]"
        elif key == "aliases":
            text = "{\n    " + ",\n    ".join(f"{json.dumps(alias)}: {json.dumps(kept)}"
                                              for alias, kept in value.items()) + "\n  }"
        else:
            text = json.dumps(value)
        fields.append(f"  {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(fields) + "\n}\n"


# Building the model.


def build(model, config=None):
    """The module that the text says, without memory for its weights where PyTorch and the module can."""
    try:
        arguments = [] if config is None else [make(config, [])]
        if not hasattr(torch, "set_default_device"):  # PyTorch 1: no default device
            return make(model, arguments)
        try:
            with torch.device("meta"):
                return make(model, arguments)
        except (NotImplementedError, RuntimeError):  # the constructor looks at values
            return make(model, arguments)
    except Exception as error:  # whatever the model's own code raises
        raise ExportError(f"the model cannot be built ({model}): "
                          f"{type(error).__name__}: {error}") from error


def make(text, arguments):
    """The value of "module:callable", called with the arguments, or of a Python expression."""
    if re.fullmatch(r"[\w.]+:[\w.]+", text):
        module, _, path = text.partition(":")
        value = importlib.import_module(module)
        for part in path.split("."):
            value = getattr(value, part)
        return value(*arguments)
    value = evaluate(text)
    return value(*arguments) if arguments else value


def evaluate(expression):
    names = {"nn": torch.nn}
    for node in ast.walk(ast.parse(expression, mode="eval")):
        if isinstance(node, (ast.Attribute, ast.Name)):
            import_prefixes(ast.unparse(node), names)
    return eval(expression, names)


def import_prefixes(dotted, names):
    """Imports "a", "a.b", ... as far as they are modules, and puts "a" into names."""
    parts = dotted.split(".")
    if not all(part.isidentifier() for part in parts):
        return
    for end in range(1, len(parts) + 1):
        prefix = ".".join(parts[:end])
        try:
            importlib.import_module(prefix)
        except ModuleNotFoundError as error:
            if error.name != prefix:  # the module is there, and lacks another
                raise
            return
        names[parts[0]] = sys.modules[parts[0]]


# Command line.


def parameter(text):
    name, equals, value = text.partition("=")
    try:
        number = int(value)
    except ValueError:
        try:
            number = float(value)
        except ValueError:
            number = math.nan
    if not (equals and name.isidentifier() and math.isfinite(number)):
        raise argparse.ArgumentTypeError(f"not a parameter ({text}): NAME=NUMBER")
    return name, number


def parse_arguments():
    parser = argparse.ArgumentParser(
        description="Write the description of a PyTorch model that `sowcl init` reads.",
        epilog='examples: export_model.py "torch.nn.Linear(10, 5)" -o linear.json; '
        "export_model.py transformers:GPT2LMHeadModel --config transformers:GPT2Config "
        "--name gpt2 --recipe gpt2 --parameter n_layer=12 -o gpt2.json")
    parser.add_argument("model", metavar="MODEL",
                        help="a Python expression, or MODULE:CALLABLE; modules are imported as named")
    parser.add_argument("--config", metavar="CONFIG",
                        help="an expression or MODULE:CALLABLE whose value MODEL is called with")
    parser.add_argument("--name", help="the model's name (default: its class)")
    parser.add_argument("--recipe", default="torch",
                        help="the recipe used unless another is asked for (default: torch)")
    parser.add_argument("--parameter", action="append", default=[], type=parameter,
                        metavar="NAME=NUMBER", help="a number that recipes may use; repeatable")
    parser.add_argument("-o", "--output", metavar="FILE", default="-",
                        help="where to write (default: standard output)")
    return parser.parse_args()


def write(text, path):
    if path == "-":
        sys.stdout.write(text)
        return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    arguments = parse_arguments()
    sys.path.insert(0, os.getcwd())
    try:
        module = build(arguments.model, arguments.config)
        description = describe(module, arguments.name, arguments.recipe,
                               dict(arguments.parameter))
        write(dumps(description), arguments.output)
    except (ExportError, OSError) as error:
        sys.exit(f"export_model: {error}")


if __name__ == "__main__":
    main()
