"""The sowcl program as the tests run it, and readers of what it writes."""

import ast
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import report

MODELS = report.SOURCE_DIR / "examples" / "models"
PATH = os.environ.get("SOWCL_PROGRAM")
if not PATH or not os.access(PATH, os.X_OK):
    print("skipped: SOWCL_PROGRAM names no program")
    sys.exit(77)


def environment(**changes):
    """This process's environment, on the host unless told otherwise; None removes a variable."""
    result = {**os.environ, "SOWCL_DEVICE": "host"}
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = str(value)
    return result


def start(*arguments, env=None, **options):
    return subprocess.Popen([PATH, *map(str, arguments)], env=environment(**(env or {})), **options)


def run(*arguments, code=0, env=None, **options):
    """Runs the program; output is text unless text=False. The exit code must be as told."""
    options = {"text": True, "capture_output": True, "timeout": 300, **options}
    result = subprocess.run([PATH, *map(str, arguments)], env=environment(**(env or {})), **options)
    same(code, result.returncode, f"exit code of sowcl {' '.join(map(str, arguments))}: {result.stderr}")
    return result


def refused(*arguments, code=2, says="", **options):
    """The program must fail with nothing on standard output and a message that holds `says`."""
    result = run(*arguments, code=code, **options)
    assert not result.stdout, result.stdout
    assert result.stderr.startswith("sowcl: "), result.stderr
    assert says in result.stderr, f"expected {says!r} in {result.stderr!r}"
    return result.stderr


def same(expected, actual, what=""):
    assert expected == actual, f"{what}: expected {expected!r}, got {actual!r}"


def write_json(path, value):
    path.write_text(json.dumps(value))
    return path


def write_model(path, tensors, **keys):
    """A model description of {name: shape}, each with a dtype after the name's colon, if any."""
    entries = [{"name": name.split(":")[0], "shape": shape, "dtype": (name + ":f32").split(":")[1],
                "kind": "Linear.weight"} for name, shape in tensors.items()]
    return write_json(path, {"format": "sowcl-model/1", "name": "test", "tensors": entries, **keys})


def write_recipe(path, *expressions):
    """A recipe of (glob, expression) pairs."""
    rules = [{"match": match, "init": init} for match, init in expressions]
    return write_json(path, {"format": "sowcl-recipe/1", "name": "test", "rules": rules})


def read_safetensors(data):
    """{name: (dtype, shape, bytes)} and the metadata."""
    size, = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + size])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = (entry["dtype"], entry["shape"], data[8 + size + begin:8 + size + end])
    return tensors, metadata


def forget(path, key):
    """Renames a key of a file's metadata, of as many letters, as if the file had none."""
    data = path.read_bytes()
    sought = f'"{key}"'.encode()
    same(1, data.count(sought), key)
    path.write_bytes(data.replace(sought, sought.replace(b"sowcl", b"other")))
    return path


def read_npy(data):
    """(descr, shape, bytes)"""
    same(b"\x93NUMPY", data[:6], "npy magic")
    size, = struct.unpack_from("<H", data, 8)
    header = ast.literal_eval(data[10:10 + size].decode())
    same(False, header["fortran_order"], "npy order")
    return header["descr"], list(header["shape"]), data[10 + size:]
