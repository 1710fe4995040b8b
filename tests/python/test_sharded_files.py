"""Shards against the safetensors package: names, values and metadata, and how Hugging Face would divide them."""

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import report

try:
    import numpy
    import safetensors
    import safetensors.numpy
except ImportError:
    print("skipped: no safetensors package")
    sys.exit(77)

MODELS = report.SOURCE_DIR / "examples" / "models"


def init(model, path, *options):
    """Runs sowcl init and returns what it tells."""
    command = [os.environ["SOWCL_PROGRAM"], "init", str(model), "-o", str(path), "--json", *options]
    result = subprocess.run(command, check=True, capture_output=True, env={**os.environ, "SOWCL_DEVICE": "host"})
    return json.loads(result.stdout)


def divide(sizes, limit):
    """huggingface_hub.split_torch_state_dict_into_shards: lists of names, of {name: bytes}."""
    shards, current, held = [], [], 0
    for name, size in sizes.items():
        if size > limit:
            shards.append([name])
            continue
        if held + size > limit:
            shards.append(current)
            current, held = [], 0
        current.append(name)
        held += size
    return shards + [current] if current else shards


def test_safetensors_reads_the_shards():
    with tempfile.TemporaryDirectory() as name:
        one, path = Path(name, "one.safetensors"), Path(name, "model.safetensors")
        init(MODELS / "gpt2.json", one, "--dtype", "f16")
        told = init(MODELS / "gpt2.json", path, "--dtype", "f16", "--max-shard-size", "30MB")
        *files, index = told["files"]
        whole = safetensors.numpy.load_file(one)
        weight_map = json.loads(Path(index).read_text())["weight_map"]
        found = {}
        for file in files:
            tensors = safetensors.numpy.load_file(file)
            assert {weight_map[key] for key in tensors} == {Path(file).name}, file
            with safetensors.safe_open(file, framework="numpy") as opened:
                assert opened.metadata()["format"] == "pt"
            found.update(tensors)
        assert set(whole) == set(found) == set(weight_map)
        assert all(numpy.array_equal(whole[key], found[key]) for key in whole)


def test_tensors_are_divided_as_hugging_face_does():
    draw = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        recipe = Path(name, "r.json")
        recipe.write_text('{"format": "sowcl-recipe/1", "name": "r", "rules": [{"init": "zeros"}]}')
        for i in range(20):
            limit = draw.randint(1, 50)
            names = [f"t{number}" for number in range(draw.randint(1, 30))]
            draw.shuffle(names)
            sizes = {key: draw.choice([0, limit, draw.randint(0, limit), draw.randint(0, 2 * limit)])
                     for key in names}
            model = Path(name, "m.json")
            model.write_text(json.dumps({"format": "sowcl-model/1", "name": "m", "tensors": [
                {"name": key, "shape": [size], "dtype": "u8"} for key, size in sizes.items()]}))
            *files, last = init(model, Path(name, f"w{i}.safetensors"), "--recipe", str(recipe),
                                "--max-shard-size", str(limit))["files"]
            expected = divide(sizes, limit)
            if len(expected) == 1:
                assert not files, files
                continue
            assert [sorted(shard) for shard in expected] == [
                sorted(safetensors.numpy.load_file(file)) for file in files], (sizes, limit)
            content = json.loads(Path(last).read_text())
            assert content["metadata"] == {"total_size": sum(sizes.values())}
            assert list(content["weight_map"]) == sorted(names)


report.run(globals())
