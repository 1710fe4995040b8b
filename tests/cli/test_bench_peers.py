"""tools/bench_peers: what it measures is what it says, its reports, and a peer that does nothing."""

import ctypes
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import report
from program import run, same

TOOLS = report.SOURCE_DIR / "tools"
BINARY_DIR = Path(os.environ["SOWCL_BINARY_DIR"])
LIBRARY = BINARY_DIR / "src" / "libsowcl.so"
COMPILER = os.environ.get("SOWCL_C_COMPILER", "cc")
DOUBLE = report.SOURCE_DIR / "tests" / "cli" / "curand_double.c"
COUNT = 2**12
WHAT = ["uniform", "normal", "trunc_normal", "kaiming_normal"]

sys.path.insert(0, str(TOOLS))
from peers import cases, host_memory, library, machine, peer_jax, peer_sowcl, rounds  # noqa: E402


def need_library():
    if not LIBRARY.exists():
        raise report.Skip("libsowcl is static here")
    if "SOWCL_SANITIZE:STRING=\n" not in (BINARY_DIR / "CMakeCache.txt").read_text():
        raise report.Skip("libsowcl with sanitizers cannot be loaded into Python")


def bench(*arguments, code=0, python=(sys.executable,), **environment):
    """Runs it on PoCL, where that is, and returns what it printed and said."""
    need_library()
    command = [*python, TOOLS / "bench_peers", "--library", LIBRARY, "--count", str(COUNT), "--rounds", "2",
               *arguments]
    env = {**os.environ, "OCL_ICD_VENDORS": "pocl.icd", **environment}
    env.pop("SOWCL_DEVICE", None)
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=env, timeout=500)
    same(code, result.returncode, f"exit code of bench_peers {' '.join(arguments)}: {result.stderr}")
    return result


# ctypes against the headers.


def test_structures_are_the_compilers():
    structures = {"sow_tensor": library.Tensor, "sow_key": library.Key,
                  "sow_host_options": library.HostOptions}
    opaque = ("sow_plan", "sow_initializer", "sow_error")
    statuses = ("ERR_NO_OPENCL", "ERR_NO_DEVICE", "ERR_AMBIGUOUS")
    lines = []
    for name, structure in structures.items():
        lines.append(f'printf("{name} %zu\\n", sizeof({name}));')
        lines += [f'printf("{name}.{field} %zu\\n", offsetof({name}, {field}));'
                  for field, _ in structure._fields_]
    lines += [f'printf("{name} %zu\\n", sizeof({name}));' for name in opaque]
    lines.append('printf("sow_error.text %zu\\n", offsetof(sow_error, text));')
    lines += [f'printf("{name} %d\\n", SOW_{name.upper()});' for name in library.DTYPES]
    lines += [f'printf("{name} %d\\n", SOW_{name});' for name in statuses]
    with tempfile.TemporaryDirectory() as folder:
        source, program = Path(folder) / "layout.c", Path(folder) / "layout"
        source.write_text("\n".join(['#include <stdio.h>', '#include "sowcl/base.h"', "int main(void) {", *lines,
                                     "}\n"]))
        subprocess.run([COMPILER, "-I", report.SOURCE_DIR / "include", source, "-o", program], check=True)
        output = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    found = {name: int(value) for name, value in map(str.split, output.splitlines())}
    for name, structure in structures.items():
        same(found[name], ctypes.sizeof(structure), name)
        for field, _ in structure._fields_:
            same(found[f"{name}.{field}"], getattr(structure, field).offset, f"{name}.{field}")
    for name in opaque:
        assert found[name] <= library.Opaque.ROOM // 2, f"{name} ({found[name]} bytes): more than half of ROOM"
    same(ctypes.sizeof(ctypes.c_int), found["sow_error.text"], "sow_error.text")
    for name, value in library.DTYPES.items():
        same(found[name], value, name)
    for name in statuses:
        same(found[name], getattr(library, name), name)


def test_what_is_filled_is_sowcls():
    need_library()
    sowcl = library.Library(LIBRARY)
    memory = host_memory.HostMemory(8 * COUNT)
    shape = cases.layer_shape(COUNT)
    for what, operation in cases.operations(COUNT).items():
        for dtype, size in cases.DTYPE_BYTES.items():
            sowcl.fill_host(memory.address, sowcl.plan(shape, dtype, operation.expression, peer_sowcl.SEED), 2)
            expected = run("fill", operation.expression, "--shape", ",".join(map(str, shape)), "--dtype", dtype,
                           "--seed", peer_sowcl.SEED, "-o", "-", text=False).stdout
            assert expected == memory.read(0, COUNT * size), f"{what} {dtype} differs from sowcl fill"


# The check of what was written.


class Memory:
    """Bytes that a case fills."""

    def __init__(self, size_bytes):
        self.data = bytearray(size_bytes)

    def poison(self, size_bytes):
        self.data[:size_bytes] = bytes([cases.POISON]) * size_bytes

    def read(self, offset_bytes, size_bytes):
        return bytes(self.data[offset_bytes:offset_bytes + size_bytes])


def planted_case(what, memory, fill, count):
    return cases.Case("test", cases.operations(count)[what], "f32", call="fill", device="host", kind="cpu",
                      memory=memory, fill=fill)


def verdict(values, what="uniform", count=COUNT):
    """What run_rounds says of a peer that writes these bytes; None if it is content."""
    memory = Memory(4 * count)

    def fill():
        memory.data[:len(values)] = values

    case = planted_case(what, memory, fill, count)
    times, failures = rounds.run_rounds([case], count, 2, None, lambda text: None)
    assert bool(times) != bool(failures)
    if not failures:
        same(2, len(times[0].wall_ns), "rounds")
    return failures[0][1] if failures else None


def drawn(what, count=COUNT):
    return run("fill", cases.operations(count)[what].expression, "--shape", count, "-o", "-", text=False).stdout


def test_right_values_pass():
    for what in ("uniform", "normal", "trunc_normal"):
        same(None, verdict(drawn(what), what), what)


def test_wrong_values_are_noticed():
    assert "not written" in verdict(b"")
    assert "not written" in verdict(drawn("uniform")[:-4])
    large = 2**17  # looked at in pieces
    assert "not written" in verdict(drawn("uniform", large)[:2 * large], count=large)
    assert "mean" in verdict(bytes(4 * COUNT))
    assert "expected 0 to 1" in verdict(drawn("normal"))
    assert "expected -2 to 2" in verdict(drawn("normal"), "trunc_normal")
    assert "std" in verdict(drawn("trunc_normal"), "normal")


def test_a_peer_that_raises_does_not_end_the_run():
    def fill():
        raise RuntimeError("planted")

    case = planted_case("normal", Memory(4 * COUNT), fill, COUNT)
    times, failures = rounds.run_rounds([case], COUNT, 2, None, lambda text: None)
    same([], times)
    same("RuntimeError: planted", failures[0][1])


def test_decoding():
    same([1.0, -2.0], list(cases.decode("bf16", b"\x80\x3f\x00\xc0")), "bf16")
    same([1.0, -2.0], list(cases.decode("f16", b"\x00\x3c\x00\xc0")), "f16")


# The program.


def check_row(row, by_place):
    same(2, len(row["round_wall_ns"]), "rounds")
    for clock in ("wall", "cpu"):
        values = [ns / COUNT for ns in row[f"round_{clock}_ns"]]
        told = row[f"ns_{clock}"]
        same((statistics.median(values), min(values), max(values)),
             (told["median"], told["low"], told["high"]), clock)
    for entry in row["sowcl_faster"]:
        own = by_place[row["what"], row["dtype"], "sowcl", entry["device"], entry["threads"]]
        ratios = [mine / ours for mine, ours in zip(row["round_wall_ns"], own["round_wall_ns"])]
        same(statistics.median(ratios), entry["wall"]["median"], "ratio")


def check_json(path, what, dtypes):
    found = json.loads(path.read_text())
    same("sowcl-bench-peers/1", found["format"])
    same(str(COUNT), found["count"])
    by_place = {tuple(row[key] for key in ("what", "dtype", "peer", "device", "threads")): row
                for row in found["rows"]}
    for row in found["rows"]:
        check_row(row, by_place)
    threads = {1, machine.processors()}
    for operation in what:
        for dtype in dtypes:
            same(threads, {place[4] for place in by_place if place[:4] == (operation, dtype, "sowcl", "host")},
                 f"sowcl's threads, {operation} {dtype}")
    return found


def check_markdown(text):
    tables = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
    for lines in tables:
        columns = {line.count("|") for line in lines}
        same(1, len(columns), f"columns of\n{lines}")
    return tables


def test_reports():
    with tempfile.TemporaryDirectory() as folder:
        told, tables = Path(folder) / "peers.json", Path(folder) / "peers.md"
        bench("--what", ",".join(WHAT), "--json", str(told), "--markdown", str(tables))
        found = check_json(told, WHAT, ["f32"])
        same(1 + len(WHAT), len(check_markdown(tables.read_text())), "tables")
    seen = {row["peer"] for row in found["rows"]} | {entry["peer"] for entry in found["absent"]}
    same({"sowcl", "torch", "torch-cuda", "numpy", "pyopencl", "jax", "jax-gpu", "curand"}, seen)
    ours = [entry for entry in found["failures"] if "by sowcl" in entry["what"]]
    same([], ours)


def test_other_dtypes_of_sowcl_alone():
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "peers.json"
        result = bench("--peers", "", "--dtype", "f16,bf16,f64", "--device", "host", "--json", str(told))
        same("", result.stdout)
        check_json(told, ["uniform", "normal", "trunc_normal"], ["f16", "bf16", "f64"])


def test_without_any_peer():
    """Of a Python without packages the report says what is missing, and how to get it."""
    result = bench("--device", "host", "--peers", "torch,numpy,jax", python=(sys.executable, "-E", "-s", "-S"))
    for name in ("torch", "numpy", "jax"):
        assert f"- {name}: No module named '{name}'. To get it: " in result.stdout, result.stdout
    check_markdown(result.stdout)


def test_curand_through_a_double():
    if not shutil.which(COMPILER):
        raise report.Skip("no C compiler")
    with tempfile.TemporaryDirectory() as folder:
        libraries = Path(folder) / "nvidia" / "double" / "lib"
        libraries.mkdir(parents=True)
        for name in ("cudart", "curand"):
            subprocess.run([COMPILER, "-shared", "-fPIC", DOUBLE, "-o", libraries / f"lib{name}.so"], check=True)
        told = Path(folder) / "peers.json"
        bench("--peers", "curand", "--device", "host", "--dtype", "f32,f64", "--json", str(told),
              PYTHONPATH=folder)
        found = json.loads(told.read_text())
    same([], found["absent"] + found["failures"])
    same(["curandGenerateUniform", "curandGenerateUniformDouble", "curandGenerateNormal",
          "curandGenerateNormalDouble"],
         [row["call"] for row in found["rows"] if row["peer"] == "curand"])
    same("10000", found["versions"]["cuRAND"])


def test_new_memory_that_is_not_made_is_noticed():
    memory = peer_jax.NewMemory(4, bytes)
    memory.result = b"old"
    memory.poison(12)
    try:
        memory.read(0, 12)
    except TypeError:
        return
    raise AssertionError("an old result was read")


def test_misuse():
    for arguments, says in (
            (["--peers", "torhc"], "unknown peer (torhc): did you mean torch?"),
            (["--what", "sow"], "unknown operation (sow): one of uniform normal trunc_normal kaiming_normal"),
            (["--dtype", "i32"], "unknown dtype (i32): did you mean f32?"),
            (["--rounds", "0"], "(0): from 1 to 1000000"),
            (["--count", "2^41"], "(2^41): from 1 to"),
            (["--markdwon", "x"], "unknown option (--markdwon): did you mean --markdown?"),
            (["surplus"], "unexpected argument (surplus)"),
            (["--json", "-", "--markdown", "-"], "only one of them")):
        result = bench(*arguments, code=2)
        same("", result.stdout)
        assert result.stderr.startswith("bench_peers: ") and says in result.stderr, result.stderr
    assert "--device (no such thing): " in bench("--device", "no such thing", code=1).stderr


report.run(globals())
