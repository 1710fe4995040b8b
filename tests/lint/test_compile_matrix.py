"""tools/compile_matrix: the kernels under the vendors' compilers, and planted faults that it must find."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import report

TOOL = report.SOURCE_DIR / "tools" / "compile_matrix"
PRINT_PROGRAMS = Path(os.environ["SOWCL_BINARY_DIR"]) / "tests" / "print_programs"
SMALL = """__kernel void sow_planted(__global float *p)
{
    const size_t i = get_global_id(0);
    p[i] = fma(p[i], 2.0f, 1.0f);
}
"""
LARGER = SMALL.replace("    p[i] =", "    p[i] = fma(p[i], p[i], 3.0f) - 5.0f;\n    p[i] =")
WARNING = SMALL.replace("    p[i] =", "    int forgotten;\n    p[i] = forgotten +")
DOUBLE = SMALL.replace("2.0f", "(float)((double)p[i] * 0.1)")
DECLARED = "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n" + DOUBLE
SPILLING = """__kernel void sow_planted(__global float *p)
{
    float a[300], s = 0.0f;
    for (int i = 0; i < 300; i++)
        a[i] = p[i * get_global_size(0) + get_global_id(0)];
    for (int k = 0; k < 300; k++)
        for (int i = 0; i < 300; i++)
            s += a[i] = fma(a[i], a[(i * 7 + k) % 300], (float)k);
    p[get_global_id(0)] = s;
}
"""


def run(*arguments):
    return subprocess.run([sys.executable, TOOL, "--print-programs", PRINT_PROGRAMS, *map(str, arguments)],
                          capture_output=True, text=True)


class Planted:
    """A folder with one program, a table beside it, and a target that compiles it."""

    def __init__(self, folder, target):
        self.folder, self.table, self.target = Path(folder), Path(folder) / "table.txt", target

    def check(self, text, *arguments, code=0, name="planted", says=()):
        for old in self.folder.glob("*.cl"):
            old.unlink()
        (self.folder / f"{name}.1.cl").write_text(text)
        result = run("--programs", self.folder, "--table", self.table, "--target", self.target, "--standard", "CL1.2",
                     "--no-cache", *arguments)
        if result.returncode == 77:
            raise report.Skip(result.stderr.strip().splitlines()[0])
        assert result.returncode == code, f"{name} for {self.target}: {result.returncode}\n{result.stderr}"
        for part in says:
            assert part in result.stderr, f"expected {part!r} in\n{result.stderr}"
        return result


@contextmanager
def planted(target):
    with tempfile.TemporaryDirectory() as folder:
        yield Planted(folder, target)


def test_kernels():
    result = run()
    if result.returncode == 77:
        raise report.Skip(result.stderr.strip().splitlines()[-1])
    assert result.returncode == 0, result.stderr
    for line in result.stderr.splitlines():
        if "is left out" in line or "not compared" in line:
            print(f"skipped: {line}")


def check_a_warning_is_found(target):
    with planted(target) as programs:
        programs.check(SMALL)
        programs.check(WARNING, code=1, says=("planted for", "forgotten"))


def test_a_warning_is_found_by_amd():
    check_a_warning_is_found("gfx1030")


def test_a_warning_is_found_by_nvidia():
    check_a_warning_is_found("ptx")


def test_a_warning_is_found_by_spirv():
    check_a_warning_is_found("spir")


def test_doubles_without_fp64_are_found():
    with planted("dg2-g10") as programs:
        programs.check(DOUBLE, code=1, says=("fp64",))
        programs.check(DECLARED, code=1, says=("fp64",))
        programs.check(DECLARED, name="planted_f64")
        programs.check(SMALL, name="planted_f64", code=1, says=("the device has no fp64",))


def check_costs_are_compared(target, spilled):
    with planted(target) as programs:
        programs.check(SMALL, "--update")
        programs.check(SMALL)
        programs.check(LARGER, code=1, says=("sow_planted on", "instructions", "%", "--update accepts it"))
        programs.check(SPILLING, code=1, says=(spilled, ", was 0"))
        programs.check(SMALL.replace("sow_planted", "sow_other"), code=1, says=("not in the table",))
        programs.check(LARGER, "--update")
        programs.check(LARGER)


def test_costs_are_compared_on_amd():
    check_costs_are_compared("gfx1030", "scratch")


def test_costs_are_compared_on_intel():
    check_costs_are_compared("skl", "scratch")


def test_counts_of_another_compiler_are_not_compared():
    with planted("gfx1030") as programs:
        programs.check(SMALL, "--update")
        text = programs.table.read_text()
        assert "compiler of gfx1030: clang 15" in text, text
        programs.table.write_text(text.replace("clang 15", "clang 14"))
        programs.check(LARGER, says=("not compared",))
        programs.check(WARNING, code=1, says=("forgotten",))


def test_json_has_what_was_found():
    with planted("ptx") as programs:
        programs.check(SMALL, "--update")
        told = json.loads(programs.check(SMALL, "--json").stdout)
        program, = told["programs"]
        assert program["kernels"][0]["kernel"] == "sow_planted" and program["kernels"][0]["instructions"] > 4, told
        assert list(told["compilers"]) == ["ptx"], told


def test_misuse():
    for arguments, code, says in ((("--target", "gfx1031"), 2, "unknown target (gfx1031): did you mean gfx1030?"),
                                  (("--only", "normal_f23"), 2, "unknown program (normal_f23): did you mean normal_f32?"),
                                  (("--only", "normal_f32", "--target", "pvc", "--standard", "CL3.0"), 2,
                                   "nothing to compile"),
                                  (("--table", "/no/such"), 1, "--table (/no/such): no such file"),
                                  (("--print-programs", "/no/such"), 1, "(/no/such): not there"),
                                  (("--programs", "/no/such"), 1, "--programs (/no/such): no such folder")):
        result = run(*arguments)
        assert result.returncode == code and not result.stdout, (arguments, result)
        assert says in result.stderr, f"expected {says!r} in {result.stderr!r}"
    assert "--update" in run("--help").stdout


report.run(globals())
