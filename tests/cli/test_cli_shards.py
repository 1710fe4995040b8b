"""sowcl init --max-shard-size: what is written, told, digested and left behind."""

import json
import os
import resource
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from pathlib import Path

import report
from program import MODELS, read_safetensors, refused, run, same, start, write_json, write_model, write_recipe

GPT2 = MODELS / "gpt2.json"
EXAMPLE = MODELS / "example.json"
LONG_BYTES = 8 * 2**30


def scratch(test):
    """Runs the test with an empty folder."""
    def with_folder():
        with tempfile.TemporaryDirectory() as folder:
            test(Path(folder))
    with_folder.__name__ = test.__name__
    return with_folder


def names(folder):
    return sorted(os.listdir(folder))


def shards(count, stem="w"):
    return [f"{stem}-{number:05d}-of-{count:05d}.safetensors" for number in range(1, count + 1)]


@scratch
def test_shards_hold_what_one_file_holds(folder):
    one, path = folder / "one.safetensors", folder / "w.safetensors"
    run("init", GPT2, "--seed", "3", "--dtype", "bf16", "-o", one)
    told = json.loads(run("init", GPT2, "--seed", "3", "--dtype", "bf16", "-o", path, "--max-shard-size",
                          "60MB", "--json").stdout)
    files = shards(4)
    same(sorted([*files, "w.safetensors.index.json", "one.safetensors"]), names(folder))
    same([*(str(folder / name) for name in files), f"{path}.index.json"], told["files"])
    same(f"{path}.index.json", told["file"])
    index = json.loads((folder / "w.safetensors.index.json").read_text())
    same({"metadata", "weight_map"}, set(index))
    same({"total_size": int(told["bytes"])}, index["metadata"])
    whole, metadata = read_safetensors(one.read_bytes())
    same(set(whole), set(index["weight_map"]))
    tied = 0
    for name in files:
        tensors, own = read_safetensors((folder / name).read_bytes())
        same({key for key, file in index["weight_map"].items() if file == name}, set(tensors))
        for key, tensor in tensors.items():
            same(whole[key], tensor, key)
        tied += own.pop("lm_head.weight", None) == "transformer.wte.weight"
        own.pop("sowcl.model", None)  # a part has names of fewer blocks
        same({key: value for key, value in metadata.items() if key != "lm_head.weight"}, own)
    same(1, tied, "shards that tell of the tied tensor")


@scratch
def test_digests_and_models_do_not_know_files(folder):
    one, path = folder / "one.safetensors", folder / "w.safetensors"
    run("init", EXAMPLE, "-o", one)
    text = run("init", EXAMPLE, "-o", path, "--max-shard-size", "600").stdout
    index = folder / "w.safetensors.index.json"
    for name in shards(2) + [index.name]:
        assert f"wrote {folder / name}\n" in text, text
    whole = run("digest", one).stdout
    same(whole, run("digest", index).stdout)
    same(whole.splitlines()[-1], text.splitlines()[-1])
    same(str(index), json.loads(run("digest", index, "--json").stdout)["files"][0]["file"])
    arguments = ["--recipe", "kaiming_normal", "--quiet"]
    same(run("init", one, *arguments).stdout, run("init", index, *arguments).stdout)
    refused("init", index, says="--recipe")
    with open(index, "rb") as file:
        refused("digest", "-", code=1, says="give its path", stdin=file)
    here = run("digest", index.name, cwd=folder).stdout
    same(whole, here, "an index in the current folder")


@scratch
def test_order_is_the_models(folder):
    model = write_model(folder / "m.json", {"c": [100], "a:f64": [25], "d:f16": [100], "b": [50]})
    recipe = write_recipe(folder / "r.json", ("*", "normal"))
    run("init", model, "--recipe", recipe, "-o", folder / "w.safetensors", "--max-shard-size", "600")
    index = json.loads((folder / "w.safetensors.index.json").read_text())
    same({"c": shards(2)[0], "a": shards(2)[0], "d": shards(2)[1], "b": shards(2)[1]}, index["weight_map"])
    same(list("abcd"), list(index["weight_map"]))
    tensors, _ = read_safetensors((folder / shards(2)[0]).read_bytes())
    same(["a", "c"], list(tensors), "in a shard the widest first")
    run("init", model, "--recipe", recipe, "-o", folder / "w.safetensors", "--max-shard-size", "400", "--only", "[abd]")
    index = json.loads((folder / "w.safetensors.index.json").read_text())
    same({"a": shards(2)[0], "d": shards(2)[0], "b": shards(2)[1]}, index["weight_map"])


@scratch
def test_runs_replace_each_other(folder):
    path = folder / "w.safetensors"
    index = "w.safetensors.index.json"
    steps = (("1KB", [*shards(2), index]), ("600", [*shards(2), index]), ("1MB", [*shards(2), path.name]),
             ("250", [*shards(2), *shards(3), index]))
    for size, expected in steps:
        text = run("init", EXAMPLE, "-o", path, "--max-shard-size", size).stdout
        same(sorted(expected), names(folder), size)
        newest = path if size == "1MB" else folder / index
        same(text.splitlines()[-1], run("digest", newest).stdout.splitlines()[-1])


def test_units():
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "w.safetensors")
        # conv.weight has 1728 bytes, the whole model 2012
        for size, single in (("2011", False), ("2012", True), ("2.011KB", False), ("2.012kb", True),
                             ("1.96KiB", False), ("1.965kib", True), ("0.002011mb", False), ("2012B", True),
                             ("5GB", True), ("200MB", True), ("1.5GiB", True), ("1TiB", True)):
            run("init", EXAMPLE, "-o", path, "--max-shard-size", size)
            same(single, path.exists(), size)


@scratch
def test_misuse(folder):
    path = folder / "w.safetensors"
    for size in ("", "0", "-1", "5G", "5 GB", "GB", "1e9", "0x10", "inf", "nan", "1.2.3MB", "0.5", "5GBs",
                 "99999999TB", "5gB5"):
        refused("init", EXAMPLE, "-o", path, "--max-shard-size", size, says=f"--max-shard-size ({size})")
    refused("init", EXAMPLE, "-o", path, "--max-shard-size", says="--max-shard-size SIZE")
    refused("init", EXAMPLE, "-o", path, "--max-shrad-size", "5GB", says="--max-shard-size")
    for output in ("-", "/dev/null", folder, folder / "w", folder / "w.npy", folder / ".w.safetensors"):
        refused("init", EXAMPLE, "-o", output, "--max-shard-size", "1KB", says=str(output))
    refused("init", EXAMPLE, "--max-shard-size", "1KB", says="-o FILE.safetensors")
    refused("init", EXAMPLE, "-o", folder / "no" / "w.safetensors", "--max-shard-size", "1KB", code=1, says="no")
    same([], names(folder))


@scratch
def test_what_cannot_be_written_is_known_at_once(folder):
    (folder / "w.safetensors.index.json").write_text("older")
    def lower(number, limit):
        resource.setrlimit(number, (limit, limit))

    for number, limit, says in ((resource.RLIMIT_NOFILE, 30, "Too many open files"),
                                (resource.RLIMIT_FSIZE, 10**6, "no room for")):
        began = time.monotonic()
        refused("init", GPT2, "-o", folder / "w.safetensors", "--max-shard-size", "4MB", code=1, says=says,
                preexec_fn=lambda: lower(number, limit))
        assert time.monotonic() - began < 30
        same(["w.safetensors.index.json"], names(folder))


def long_init(folder, target):
    """A run of seconds into many shards, to be stopped."""
    if shutil.disk_usage(folder).free < 2 * LONG_BYTES:
        raise report.Skip(f"no room for {LONG_BYTES} bytes in {folder}")
    model = write_model(folder / "model.json", {f"t{i}": [LONG_BYTES // 256] for i in range(64)})
    recipe = write_recipe(folder / "recipe.json", ("*", "normal"))
    return start("init", model, "--recipe", recipe, "-o", target / "w.safetensors", "--max-shard-size", "128MiB",
                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@scratch
def test_signals_leave_nothing_behind(folder):
    target = folder / "out"
    target.mkdir()
    for number, code, delay in ((signal.SIGINT, 130, 0.3), (signal.SIGTERM, 143, 1.2)):
        older = {"w.safetensors": b"one", "w.safetensors.index.json": b"two", shards(64)[0]: b"three"}
        for name, content in older.items():
            (target / name).write_bytes(content)
        process = long_init(folder, target)
        time.sleep(delay)
        assert process.poll() is None, process.communicate()
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
        same((code, b""), (process.returncode, output))
        same(older, {path.name: path.read_bytes() for path in target.iterdir()})


@scratch
def test_the_next_run_sweeps_what_a_killed_one_left(folder):
    target = folder / "out"
    target.mkdir()
    process = long_init(folder, target)
    time.sleep(0.5)
    process.kill()
    process.communicate(timeout=60)
    assert names(target), "temporaries of the killed run"
    assert not [name for name in names(target) if not name.startswith(".")], names(target)
    run("init", EXAMPLE, "-o", target / "w.safetensors", "--max-shard-size", "1KB")
    same([*shards(2), "w.safetensors.index.json"], names(target))


@scratch
def test_bad_indices_are_told(folder):
    run("init", EXAMPLE, "-o", folder / "w.safetensors", "--max-shard-size", "1KB")
    index = folder / "w.safetensors.index.json"
    content = json.loads(index.read_text())
    for name in ("../w", "/etc/passwd", ".w", "..", "", "a/b"):
        write_json(index, {**content, "weight_map": {**content["weight_map"], "fc.bias": name}})
        refused("digest", index, code=1, says=f"({name})")
        refused("init", index, "--recipe", "torch", code=1, says=f"({name})")
    write_json(index, {"weight_map": {name: shards(2)[0] for name in content["weight_map"]}})
    refused("digest", index, code=1, says="is missing")
    write_json(index, content)
    (folder / shards(2)[1]).unlink()
    refused("digest", index, code=1, says=shards(2)[1])


def refused_cheaply(path, command, *options):
    """The refusal takes little time and memory."""
    process = start(command, path, *options, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    message = process.stderr.read()
    process.stdout.close()
    process.stderr.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    same(1, process.returncode, message)
    assert "too many values" in message, message
    assert usage.ru_utime + usage.ru_stime < 2, usage
    assert usage.ru_maxrss < 500 * 2**10, f"{usage.ru_maxrss} KiB"


@scratch
def test_texts_that_would_take_gigabytes_are_refused(folder):
    body = b"[" + b"[]," * 33_000_000 + b"[]]"
    model, header = folder / "m.json", folder / "w.safetensors"
    model.write_bytes(body)
    refused_cheaply(model, "init")
    model.write_bytes(b'{"weight_map":' + body + b"}")
    refused_cheaply(model, "digest")
    header.write_bytes(struct.pack("<Q", len(body) + 6) + b'{"a":' + body + b"}")
    refused_cheaply(header, "digest")
    refused_cheaply(header, "init", "--recipe", "torch")


report.run(globals())
