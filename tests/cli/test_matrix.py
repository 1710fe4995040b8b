"""tools/matrix: the table it prints and writes, and that a difference is found; on PoCL and doubles of the program."""

import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import report
from program import PATH, same

TOOLS = report.SOURCE_DIR / "tools"
PART = ["--only", "pocl", "--dtype", "f32", "f64", "--init", "eye", "normal(mean=0.1,std=0.02)"]

sys.path.insert(0, str(TOOLS))
from vendors import devices_document, digests  # noqa: E402

DOCUMENT = f"# Before\n\n{devices_document.BEGIN}\nold\n{devices_document.END}\n\nBehind.\n"
# Changes what the real program says of normal draws in f32 on a device.
DOUBLE = """#!/bin/sh
case "$*" in
"fill --init normal"*"--dtype f32"*"--device 0:0"*) ;;
*) exec '{path}' "$@" ;;
esac
{instead}
"""
WRONG = """'{path}' "$@" | sed 's/"digest": "..../"digest": "ffff/'"""


@contextmanager
def folder():
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        (path / "devices.md").write_text(DOCUMENT)
        yield path


def matrix(*arguments, code=0, program=PATH):
    command = [sys.executable, TOOLS / "matrix", "--no-install", "--program", program, *arguments]
    result = subprocess.run([*map(str, command)], capture_output=True, text=True)
    if result.returncode == 77 and code != 77:
        raise report.Skip("no PoCL")
    same(code, result.returncode, f"exit code of tools/matrix {arguments}: {result.stderr}")
    return result


def double(path, instead):
    program = path / "double"
    program.write_text(DOUBLE.format(path=PATH, instead=instead.format(path=PATH)))
    program.chmod(0o755)
    return program


def has(text, *parts):
    for part in parts:
        assert part in text, f"expected {part!r} in\n{text}"


def test_all_the_same():
    with folder() as path:
        result = matrix(*PART, "--document", path / "devices.md")
        same(5, result.stdout.count("\n"), "lines of the table")
        same(4, result.stdout.count("  same\n"), "cells")
        has(result.stderr, "4 tensors on 1 devices: all the host's")
        text = (path / "devices.md").read_text()
        assert text.startswith("# Before\n\n") and text.endswith("\n\nBehind.\n") and "old" not in text, text
        has(text, "| PoCL |", "4 of 4 the host's", "Faults found: none.", "| `eye` | `3af5a7c3` | `a598aada` |")


def test_a_wrong_digest_is_found():
    with folder() as path:
        result = matrix(*PART, "--document", path / "devices.md", code=1, program=double(path, WRONG))
        same(1, result.stdout.count("  OTHER\n"), "cells")
        has(result.stderr, "normal(mean=0.1,std=0.02) in f32 on pocl: ffff", "1 others")
        has((path / "devices.md").read_text(), "3 of 4 the host's, **1 others**", "`, not on pocl |",
            "- normal(mean=0.1,std=0.02) in f32 on pocl: ffff")


def test_a_crash_and_a_failure_are_found():
    with folder() as path:
        for instead, says in (("kill -SEGV $$", "on pocl: ended by signal 11"),
                              ("echo 'sowcl: the device fails its self-test' >&2; exit 1", "fails its self-test instead of"),
                              ("exit 3", "it failed and said nothing")):
            has(matrix(*PART, code=1, program=double(path, instead)).stderr, says)


def test_what_the_driver_says_is_written():
    with folder() as path:
        program = double(path, "echo 'DRIVER: a | warning' >&2; exec '{path}' \"$@\"")
        matrix(*PART, "--document", path / "devices.md", program=program)
        has((path / "devices.md").read_text(), "| DRIVER: a \\| warning |", "4 of 4 the host's")


def test_json():
    with folder() as path:
        told = json.loads(matrix(*PART, "--json", code=1, program=double(path, WRONG)).stdout)
    same(False, told["equal"])
    same(["pocl"], [device["implementation"] for device in told["devices"]])
    same(4, len(told["cells"]))
    same(1, len(told["faults"]))


def test_a_refused_f64_is_no_fault():
    cell = digests.Cell("normal", "f64", "0" * 32, {"small": digests.NO_F64, "large": "1" * 32})
    assert digests.is_same(cell, "small") and not digests.is_same(cell, "large")
    same(1, len(digests.faults([cell])))
    same("0 of 1 the host's, 1 refused: no fp64", devices_document.sameness([cell], "small"))
    same("0 of 0 the host's", devices_document.sameness([cell], "not drawn"))


def test_nothing_to_compare_with():
    with folder() as path:
        program = path / "double"
        program.write_text(f"#!/bin/sh\nOCL_ICD_VENDORS=/no/such exec '{PATH}' \"$@\"\n")
        program.chmod(0o755)
        has(matrix(*PART, code=77, program=program).stderr, "pocl is left out: ", "nothing to compare with")


def test_the_document_has_its_place():
    devices_document.replace_part(report.read("docs/devices.md"), "")
    for text in ("", devices_document.BEGIN, devices_document.END + devices_document.BEGIN, 2 * DOCUMENT):
        try:
            devices_document.replace_part(text, "new")
        except ValueError:
            continue
        raise AssertionError(f"a place was found in {text!r}")


def test_misuse():
    with folder() as path:
        (path / "devices.md").write_text("no place\n")
        for arguments, says in ((["--only", "poccl"], "unknown implementation (poccl): did you mean pocl?"),
                                (["--dtype", "i32"], "unknown dtype (i32): did you mean f32?"),
                                (["--init", "gauss"], "unknown initializer (gauss): one of constant"),
                                (["--document", path / "devices.md"], "it needs one line"),
                                (["--document", path / "none.md"], "No such file"),
                                (["--program", path / "none"], "no such program")):
            result = matrix("--only", "pocl", *arguments, code=2)
            same("", result.stdout)
            has(result.stderr, says)
    has(matrix("--help").stdout, "--only", "77 no implementation")


report.run(globals())
