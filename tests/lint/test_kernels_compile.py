"""The kernels compile as OpenCL C 1.2 with clang, for devices of 64 and 32 bits, in every combination of
distribution, dtype and lanes: a second opinion beside the drivers' compilers."""

import itertools
import re
import shutil
import subprocess

import report

KERNELS = report.SOURCE_DIR / "kernels"
# Runtimes define __OPENCL_VERSION__; clang by itself does not.
FLAGS = ["-x", "cl", "-cl-std=CL1.2", "-D__OPENCL_VERSION__=120", "-Xclang", "-finclude-default-header",
         "-fsyntax-only", "-Wall", "-Wextra", "-Wno-unused-function", "-Werror", "-I", str(KERNELS), "-"]
TARGETS = ["spir64-unknown-unknown", "spir-unknown-unknown"]
LANES = ["1", "8"]
# SOWK_LANES, SOWK_PAIRS, SOWK_APART
FORMS = [("1", "2", "0"), ("1", "2", "1"), ("8", "2", "0"), ("8", "1", "0")]


def clang():
    for name in ("clang", "clang-14", "clang-15", "clang-16"):
        if shutil.which(name):
            return name
    raise report.Skip("no clang")


def defined(pattern):
    """The words that the parts put in the place of (\\w+)."""
    text = "".join(path.read_text() for path in sorted(KERNELS.glob("*.clh")))
    words = sorted(set(re.findall(pattern, text)))
    assert words, pattern
    return words


def compile_kernel(compiler, entry, parts, defines):
    lines = [f"#define {name} {value}" for name, value in defines.items()]
    lines += [f'#include "{part}"' for part in [*parts, entry]]
    for target in TARGETS:
        result = subprocess.run([compiler, "-target", target, *FLAGS], input="\n".join(lines) + "\n",
                                capture_output=True, text=True)
        assert result.returncode == 0, f"{entry} with {defines} for {target}:\n{result.stderr}"


def test_fill_compiles():
    compiler = clang()
    draws = defined(r"static void sowk_draw_(\w+)\(")
    dtypes = defined(r"static sowk_u sowk_round_(\w+)\(")
    parts = [f"{distribution}.clh" for distribution in draws]
    for distribution, dtype, (lanes, pairs, apart) in itertools.product(draws, dtypes, FORMS):
        compile_kernel(compiler, "fill_batch.cl", [*parts, "fill.cl"], {
            "SOWK_LANES": lanes, "SOWK_PAIRS": pairs, "SOWK_APART": apart,
            "SOWK_DISTRIBUTION": distribution,
            "SOWK_DTYPE": dtype})


def test_fill_of_indices_compiles():
    compiler = clang()
    values = defined(r"static void sowk_values_(\w+)\(")
    dtypes = defined(r"static sowk_u sowk_round_(\w+)\(")
    forms = [form for form in FORMS if form[1] == "2"]
    for distribution, dtype, (lanes, pairs, apart) in itertools.product(values, dtypes, forms):
        compile_kernel(compiler, "fill_batch.cl", [f"{distribution}.clh", "fill.cl"], {
            "SOWK_LANES": lanes, "SOWK_PAIRS": pairs, "SOWK_APART": apart, "SOWK_INDEXED": "",
            "SOWK_DISTRIBUTION": distribution, "SOWK_DTYPE": dtype})


def test_constant_compiles():
    compiler = clang()
    for size, lanes in itertools.product(["1", "2", "4", "8"], LANES):
        compile_kernel(compiler, "constant.cl", [],
                       {"SOWK_LANES": lanes, "SOWK_CONSTANT_BYTES": size})


def test_difference_compiles():
    compiler = clang()
    for size, lanes in itertools.product(["1", "2", "4", "8"], LANES):
        compile_kernel(compiler, "difference.cl", ["base.clh", "difference.clh"],
                       {"SOWK_LANES": lanes, "SOWK_CONSTANT_BYTES": size})


def test_orthogonal_compiles():
    compiler = clang()
    for real, (lanes, pairs, apart) in itertools.product(["f32", "f64"], FORMS):
        draws = ["normal.clh", "fill.clh"] if real == "f32" else ["normal_f64.clh", "fill64.clh"]
        entries = ["orthogonal.cl"] if lanes == "8" else ["orthogonal.cl", "orthogonal_tile.cl"]
        compile_kernel(compiler, entries[-1], [*draws, "orthogonal.clh", *entries[:-1]], {
            "SOWK_LANES": lanes, "SOWK_PAIRS": pairs, "SOWK_APART": apart, "SOWK_REAL": real,
            "SOWK_DISTRIBUTION": "normal", "SOWK_DTYPE": real})


def test_structure_compiles():
    compiler = clang()
    for size in ["1", "2", "4", "8"]:
        compile_kernel(compiler, "structure.cl", [], {"SOWK_LANES": "1", "SOWK_CONSTANT_BYTES": size})


def test_pick_compiles():
    compiler = clang()
    text = (KERNELS / "pick.cl").read_text()
    for dtype in re.findall(r"typedef \w+ sowk_picked_(\w+);", text):
        compile_kernel(compiler, "pick.cl", ["pick.clh", "store.clh"], {"SOWK_LANES": "1", "SOWK_DTYPE": dtype})


def test_baseline_compiles():
    compiler = clang()
    for lanes in LANES:
        compile_kernel(compiler, "baseline.cl", [], {"SOWK_LANES": lanes})


def test_probe_compiles():
    compiler = clang()
    scalar, vectors = ["u64", "vendor", "vendor64", "half"], ["u32", "word", "f32", "store", "f64"]
    found = {path.stem.removeprefix("probe_") for path in KERNELS.glob("probe_*.clh")} - {"ops"}
    assert found == {*scalar, *vectors}, found
    forms = [(family, "1", "2") for family in scalar + vectors]
    forms += [(family, "8", pairs) for family in vectors for pairs in ("2", "1")]
    for family, lanes, pairs in forms:
        compile_kernel(compiler, "probe.cl", [f"probe_{family}.clh"],
                       {"SOWK_LANES": lanes, "SOWK_PAIRS": pairs, "SOWK_PROBE_FAMILY": family})


def test_stats_compile():
    compiler = clang()
    text = (KERNELS / "stats_chunk.clh").read_text() + (KERNELS / "stats_int.clh").read_text()
    dtypes = set(re.findall(r"typedef \w+ sowk_stats_element_(\w+);", text))
    for dtype, lanes in itertools.product(sorted(dtypes), LANES):
        integer = dtype[0] in "iu"
        if integer and lanes == "8":
            continue  # the same text
        parts = ["stats_int.clh"] if integer else ["stats.clh", "stats_chunk.clh"]
        compile_kernel(compiler, "stats.cl", [*parts, "stats_bins.clh"], {
            "SOWK_LANES": lanes, "SOWK_REAL": "f64" if dtype == "f64" else "f32", "SOWK_DTYPE": dtype})


report.run(globals())
