"""The same bits from other compilers, C libraries and processors: plan_probe.c, built of the sources of the
plan and host floors in many ways, prints what it prints with the library as it was built here.

What only a tool that is not installed can build is skipped; tools/setup test installs the tools.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import report

BUILD = Path(os.environ["SOWCL_BINARY_DIR"])
SOURCES = [str(path) for path in (
    report.SOURCE_DIR / "tests/portability/plan_probe.c",
    *sorted((report.SOURCE_DIR / "src/plan").glob("*.c")),
    *(report.SOURCE_DIR / "src/host" / name
      for name in ("draw_host.c", "fill_host.c", "fill_plain.c", "orthogonal_host.c",
                   "orthogonal_plain_f32.c", "orthogonal_plain_f64.c", "pick_host.c", "simd.c", "sparse_plain.c",
                   "stats_host.c", "stats_int.c", "stats_plain_f32.c", "stats_plain_f64.c", "structure_host.c",
                   "threads.c")))]
INCLUDES = [f"-I{report.SOURCE_DIR / folder}"
            for folder in ("include", "src/plan", "src/host", "kernels")]
FLAGS = ["-std=c11", "-D_POSIX_C_SOURCE=200809L"]
NOT_CONTRACTED = "-ffp-contract=off"
AARCH64_ROOT = "/usr/aarch64-linux-gnu"
QEMU = ["qemu-aarch64", "-L", AARCH64_ROOT]
# What the plan and host floors may take from math.h. All are exact or correctly rounded in every C library;
# those of STATISTICS are not, and moments.c has them for statistics only.
EXACT = {"sqrt", "fma", "fmaf", "ldexp", "floor", "copysign", "fabs", "fmin", "fmax"}
STATISTICS = {"erfc"}
MATH = EXACT | STATISTICS | {
    "acos", "asin", "atan", "atan2", "cbrt", "cos", "cosh", "erf", "exp", "exp2", "expm1", "fmod", "hypot", "lgamma",
    "log", "log10", "log1p", "log2", "nextafter", "pow", "remainder", "rint", "round", "scalbn", "sin", "sinh",
    "tan", "tanh", "tgamma", "expf", "logf", "powf", "sqrtf", "sinf", "cosf"}


def need(*tools):
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        raise report.Skip("no " + ", ".join(missing))


def xxhash_folder(folder):
    """The one header that is not the project's, apart from the machine's others, for cross compilers."""
    cache = (BUILD / "CMakeCache.txt").read_text(encoding="utf-8")
    installed = Path(re.search(r"^XXHASH_INCLUDE_DIR:\w+=(.*)$", cache, re.MULTILINE).group(1))
    for header in installed.glob("xxh*.h"):
        shutil.copy(header, folder)
    return f"-I{folder}"


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr}"
    return done.stdout


REFERENCE = run([os.environ["SOWCL_PLAN_PROBE"]]).splitlines()


def probe(compiler, runner=()):
    """What the probe prints when this compiler builds it and this runner runs it."""
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/plan_probe"
        run([*compiler, *FLAGS, *INCLUDES, xxhash_folder(folder), "-o", program, *SOURCES,
             "-lm", "-pthread"])
        return run([*runner, program]).splitlines()


def check(compiler, runner=()):
    lines = probe([*compiler, NOT_CONTRACTED], runner)
    differing = [pair for pair in zip(REFERENCE, lines) if pair[0] != pair[1]]
    assert not differing, (f"{len(differing)} plans differ, the first:\n  expected {differing[0][0]}\n"
                           f"  actual   {differing[0][1]}")
    assert len(lines) == len(REFERENCE) > 1000


def test_gcc_unoptimised():
    need("gcc")
    check(["gcc", "-O0"])


def test_gcc_o3_with_fma_instructions():
    need("gcc")
    if " fma " not in Path("/proc/cpuinfo").read_text(encoding="utf-8"):
        raise report.Skip("no FMA instructions")
    check(["gcc", "-O3", "-mavx2", "-mfma"])


def test_clang():
    need("clang")
    check(["clang", "-O2"])


def test_musl():
    """With fma and fmaf of integer operations."""
    need("musl-gcc")
    check(["musl-gcc", "-O2"])


def test_aarch64_gcc():
    need("aarch64-linux-gnu-gcc", QEMU[0])
    check(["aarch64-linux-gnu-gcc", "-O3"], QEMU)


def test_aarch64_gcc_unoptimised():
    need("aarch64-linux-gnu-gcc", QEMU[0])
    check(["aarch64-linux-gnu-gcc", "-O0"], QEMU)


def test_aarch64_clang():
    need("clang", "aarch64-linux-gnu-gcc", QEMU[0])
    check(["clang", "--target=aarch64-linux-gnu", f"-I{AARCH64_ROOT}/include", "-O2"], QEMU)


def test_contraction_would_be_noticed():
    """The control: with contraction, bits differ."""
    need("aarch64-linux-gnu-gcc", QEMU[0])
    lines = probe(["aarch64-linux-gnu-gcc", "-O2", "-ffp-contract=fast"], QEMU)
    assert len(lines) == len(REFERENCE)
    assert lines != REFERENCE


def test_library_is_compiled_without_contraction():
    commands = json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8"))
    compiled = [entry for entry in commands if "/src/" in entry["file"]]
    assert compiled
    wrong = [entry["command"] for entry in compiled if NOT_CONTRACTED not in entry["command"]
             or re.search(r"-ffp-contract=(fast|on)|-ffast-math|-Ofast|-funsafe", entry["command"])]
    assert not wrong, "not compiled for exact bits:\n  " + "\n  ".join(wrong)


def test_no_inexact_function_of_the_c_library():
    compiler = os.environ["SOWCL_C_COMPILER"]
    need("nm")
    with tempfile.TemporaryDirectory() as folder:
        for source in SOURCES[1:]:
            object_file = f"{folder}/{Path(source).stem}.o"
            run([compiler, "-O0", "-fno-builtin", *FLAGS, *INCLUDES, xxhash_folder(folder), "-c", "-o",
                 object_file, source])
            called = {line.split()[-1] for line in run(["nm", "-u", object_file]).splitlines()} & MATH
            allowed = EXACT | (STATISTICS if Path(source).name == "moments.c" else set())
            assert called <= allowed, f"{Path(source).name} calls {sorted(called - allowed)}"


def test_no_double_is_cast_to_float_and_back():
    """GCC 12 leaves out the rounding of (double)(float)x, twice side by side, from -O2 on."""
    findings = [str(path) for path in report.files() if path.parts[0] in ("src", "kernels")
                and re.search(r"\(double\)\s*\(\s*float\s*\)", report.read(path))]
    assert not findings, f"round by way of the bits: {findings}"


report.run(globals())
