"""Signals, readers that leave and disks that are full."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import report
from program import MODELS, refused, run, same, start, write_model, write_recipe

MODEL_BYTES = 8 * 2**30
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


def long_init(folder, *options):
    """A run of seconds, to be stopped."""
    if shutil.disk_usage(folder).free < 2 * MODEL_BYTES:
        raise report.Skip(f"no room for {MODEL_BYTES} bytes in {folder}")
    model = write_model(folder / "model.json", {f"t{i}": [MODEL_BYTES // 64] for i in range(16)})
    recipe = write_recipe(folder / "recipe.json", ("*", "normal"))
    return start("init", model, "--recipe", recipe, *options, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def stop(process, number):
    time.sleep(0.3)
    assert process.poll() is None, process.communicate()
    process.send_signal(number)
    output, _ = process.communicate(timeout=60)
    same(CODES[number], process.returncode, "exit code")
    return output


def test_signals_leave_nothing_behind():
    for number in CODES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            target = folder / "out"
            target.mkdir()
            same(b"", stop(long_init(folder, "-o", target / "w.safetensors"), number))
            same([], os.listdir(target))


def test_signals_spare_the_older_file():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        target = folder / "out"
        target.mkdir()
        (target / "w.safetensors").write_bytes(b"older")
        stop(long_init(folder, "-o", target / "w.safetensors"), signal.SIGINT)
        same(["w.safetensors"], os.listdir(target))
        same(b"older", (target / "w.safetensors").read_bytes())


def test_signals_end_what_writes_no_file():
    with tempfile.TemporaryDirectory() as name:
        stop(long_init(Path(name)), signal.SIGINT)
        stop(long_init(Path(name), "-o", "-"), signal.SIGINT)
    process = start("stream", "--dist", "bits", stdout=subprocess.PIPE)
    stop(process, signal.SIGINT)


def leave_early(*arguments, read=1):
    """Reads a little, closes the pipe and gives the exit code."""
    process = start(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.read(read)
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    return process.wait(60), errors


def test_readers_may_leave():
    same((0, b""), leave_early("fill", "normal", "--shape", "1000,1000"))
    same((0, b""), leave_early("fill", "normal", "--shape", "4000,1000", "-o", "-"))
    same((0, b""), leave_early("fill", "normal", "--shape", "1000,100", "--json"))
    same((0, b""), leave_early("init", MODELS / "gpt2.json", "-o", "-"))
    same((0, b""), leave_early("init", MODELS / "gpt2.json", "--dry-run"))
    same((0, b""), leave_early("stream", "--dist", "normal"))


def test_readers_may_never_come():
    for arguments in (["--help"], ["--version"], ["recipes"], ["devices"],
                      ["fill", "zeros", "--shape", "3"], ["init", MODELS / "example.json"],
                      ["bench", "--count", "9", "--rounds", "1"]):
        reading, writing = os.pipe()
        os.close(reading)
        run(*arguments, capture_output=False, stdout=writing, stderr=subprocess.PIPE)
        os.close(writing)


def test_full_disks_are_told():
    if not os.path.exists("/dev/full"):
        raise report.Skip("no /dev/full")
    for arguments in (["--help"], ["--version"], ["devices"], ["recipes"], ["recipes", "gpt2"],
                      ["fill", "zeros", "--shape", "3"], ["fill", "zeros", "--shape", "3", "-o", "-"],
                      ["fill", "zeros", "--shape", "300,300"], ["fill", "zeros", "--shape", "3", "--json"],
                      ["stream", "--dist", "bits", "--count", "3"], ["init", MODELS / "example.json"],
                      ["init", MODELS / "example.json", "-o", "-"],
                      ["bench", "--count", "9", "--rounds", "1"]):
        with open("/dev/full", "wb") as full:
            result = run(*arguments, code=1, capture_output=False, stdout=full, stderr=subprocess.PIPE)
        assert result.stderr.startswith("sowcl: "), result.stderr
    refused("init", MODELS / "example.json", "-o", "/dev/full", code=1)


def test_devices_are_written_straight_to():
    run("init", MODELS / "example.json", "-o", "/dev/null")
    assert not os.path.isfile("/dev/null")


def test_closed_standard_streams_harm_no_file():
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "w.safetensors"
        run("init", MODELS / "example.json", "-o", path)
        whole = path.read_bytes()
        path.unlink()
        closing = 'exec "$0" "$@" >&-'
        env = {**os.environ, "SOWCL_DEVICE": "host"}
        process = subprocess.run(["sh", "-c", closing, os.environ["SOWCL_PROGRAM"], "init",
                                  str(MODELS / "example.json"), "-o", str(path)],
                                 stderr=subprocess.PIPE, env=env)
        same(1, process.returncode, "exit code")
        same(whole, path.read_bytes())


report.run(globals())
